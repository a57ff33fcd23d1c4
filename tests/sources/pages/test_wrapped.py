"""Where the lines of a page's Markdown are wrapped changes nothing of what it says."""

import pytest

from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW

_TEXT = """# Join us

We do not have any open positions at the moment.

## PhD students

Write to us if you like owls; a PhD position in optics is about light.

## PhD position on newts

We look for a PhD student and accept applications no later than 3 May 2026; two PhD positions are paid by TV-L E13.
"""


@pytest.mark.parametrize(
    "words",
    ["have any open", "any open positions", "no later than", "than 3 May 2026", "two PhD positions", "TV-L E13"],
)
def test_wrapped_lines_are_read_as_others(words: str) -> None:
    wrapped = _TEXT.replace(words, words.replace(" ", "\n"))
    assert wrapped != _TEXT
    usual, again = (read_page(text, url=None, now=NOW, is_markdown=True).postings for text in (_TEXT, wrapped))
    assert [(found.as_found, found.uncertain, found.fields) for found in again] == [
        (found.as_found, found.uncertain, found.fields) for found in usual
    ]
