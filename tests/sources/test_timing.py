"""When sources are read next: each at its own time, and who asks to be left alone not before that."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.settings import LEAST_EVERY, MOST_EVERY, SourceSettings
from bot.sources.timing import next_reading

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def source(name="board", every=6 * HOUR):
    return SourceSettings(name=name, kind="board", at="https://lab.example/jobs.json", every=every)


@given(
    st.text(min_size=1),
    st.timedeltas(min_value=LEAST_EVERY, max_value=MOST_EVERY),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=20_000)),
)
def test_the_first_two_waits_are_from_half_of_every_and_all_others_are_all_of_it(name, every, after):
    one, read_at = source(name, every), NOON + after
    waits = []
    for _ in range(5):
        due_at = next_reading(one, read_at)
        waits.append(due_at - read_at)
        read_at = due_at
    tiny = timedelta(microseconds=4)
    assert all(every / 2 - tiny <= wait <= every + tiny for wait in waits)
    assert all(every - tiny <= wait for wait in waits[2:])


def test_a_reading_that_takes_its_time_puts_off_no_other():
    one = source()
    due_at = next_reading(one, next_reading(one, NOON))
    for _ in range(10):
        following = next_reading(one, due_at + timedelta(seconds=40))
        assert following - due_at == 6 * HOUR
        due_at = following


def test_a_thousand_that_were_read_at_once_are_spread_over_their_interval():
    due = sorted(next_reading(source(f"s{number}"), NOON) for number in range(1000))
    assert max(sum(at <= other < at + HOUR / 4 for other in due) for at in due[::10]) < 200


def test_who_asks_to_be_left_alone_is_read_then_and_not_a_whole_interval_later():
    assert next_reading(source(), NOON, not_before=NOON + HOUR, failures=1) == NOON + HOUR
    assert next_reading(source(), NOON, not_before=NOON + 20 * HOUR, failures=1) == NOON + 20 * HOUR


def test_who_goes_on_refusing_is_asked_ever_less_often():
    waits = [
        next_reading(source(), NOON, not_before=NOON + timedelta(seconds=5), failures=count) - NOON
        for count in range(1, 9)
    ]
    assert waits == [timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160, 320, 360, 360)]
    assert next_reading(source(), NOON, not_before=NOON, failures=10**6) == NOON + 6 * HOUR
