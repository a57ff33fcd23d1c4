"""Which postings have what, kept small."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.questions.slots import SlotTable

PAIRS = st.tuples(st.sampled_from("abc"), st.integers(0, 70_000))


@given(st.lists(PAIRS, unique=True), st.data())
def test_a_table_gives_what_sets_would(pairs, data):
    table, sets = SlotTable(), defaultdict(set)
    for key, slot in pairs:
        assert table.add(key, slot) == (not sets[key])
        sets[key].add(slot)
    for key, slot in data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else ():
        sets[key].discard(slot)
        assert table.remove(key, slot) == (not sets[key])
    there = {key for key, slots in sets.items() if slots}
    assert set(table) == there
    assert len(table) == len(there)
    for keys in ("a", "bc", "abcd"):
        assert table.slots(keys) == set().union(*(sets.get(key, ()) for key in keys))
        assert [key in table for key in keys] == [key in there for key in keys]
