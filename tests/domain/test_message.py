"""Lines are cut, and texts shortened, to a length."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.message import Line, Span, joined, shortened, width

SPANS = st.lists(st.builds(Span, st.text(max_size=10), bold=st.booleans()), max_size=5)


@settings(max_examples=60, deadline=None)
@given(SPANS, st.integers(1, 40))
def test_a_cut_line_has_at_most_that_many_characters_and_says_that_some_are_missing(spans, length):
    line = Line.of(*spans)
    cut = line.cut(length)
    assert width(cut.text) <= length
    if width(line.text) <= length:
        assert cut is line
    else:
        assert cut.text.endswith("…")
        assert line.text.startswith(cut.text[:-1])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(1, 40))
def test_a_shortened_text_is_one_line_of_at_most_that_width(text, length):
    short = shortened(text, length)
    assert width(short) <= length
    assert "\n" not in short
    if width(" ".join(text.split())) <= length:
        assert short == " ".join(text.split())
    else:
        assert short.endswith("…")


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("Flight of owls", 14, "Flight of owls"),
        ("Flight of owls", 13, "Flight of…"),
        ("Flight, of owls", 10, "Flight…"),
        ("Donaudampfschiff", 8, "Donauda…"),
        ("  a \n b\t ", 9, "a b"),
        ("🦉🦉🦉", 6, "🦉🦉🦉"),  # each is two wide
        ("🦉🦉🦉", 5, "🦉🦉…"),
        ("🦉🦉🦉", 4, "🦉…"),
    ],
)
def test_a_text_is_cut_at_a_word_where_it_can_be(text, length, short):
    assert shortened(text, length) == short


def test_what_is_empty_is_left_out():
    assert Line.of("a", None, "", Span("")).spans == (Span("a"),)
    assert joined(["a", None, "", "b"]) == "a · b"
