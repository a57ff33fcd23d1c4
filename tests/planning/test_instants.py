"""Instants that lie ahead come in order, each once, also where whoever takes them out stops in between."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.planning.instants import Instants

BEGIN = datetime(2027, 5, 1, tzinfo=UTC)


def at(hour):
    return BEGIN + timedelta(hours=hour)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4))))
def test_what_has_come_is_what_a_sorted_list_would_give(added, looks):
    instants, sorted_list = Instants(), []
    for hour, name in added:
        instants.add(at(hour), name)
        sorted_list.append((at(hour), name))
    sorted_list.sort(key=lambda pair: pair[0])  # of one instant in the order in which they came
    for hour, most in looks:
        assert instants.first == (sorted_list[0][0] if sorted_list else None)
        due = [pair for pair in sorted_list if pair[0] <= at(hour)][:most]
        passed = instants.passed(at(hour))
        assert [next(passed) for _ in due] == due
        passed.close()  # stops in between
        del sorted_list[: len(due)]
    assert list(instants.passed(at(5))) == sorted_list
    assert instants.first is None


def test_what_is_forgotten_does_not_come():
    instants = Instants()
    for name in "abc":
        instants.add(at(1), name)
    assert next(instants.passed(at(1))) == (at(1), "a")
    instants.clear()
    assert (instants.first, list(instants.passed(at(2)))) == (None, [])
