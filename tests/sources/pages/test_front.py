"""What the front matter of a page about one call says of its state, in people's words."""

import pytest

from bot.sources.base import AsFound, FoundPosting
from bot.sources.pages.days import DateStyle
from bot.sources.pages.front import with_front_matter

_CALL = FoundPosting({"title": "PhD student"}, AsFound.OPEN, {}, {}, None, None)


@pytest.mark.parametrize(
    ("key", "value", "as_found"),
    [
        ("status", "Closed", AsFound.CLOSED),
        ("status", "close", AsFound.CLOSED),
        ("state", "filled", AsFound.CLOSED),
        ("status", "expired", AsFound.CLOSED),
        ("status", "archived", AsFound.CLOSED),
        ("status", "besetzt", AsFound.CLOSED),
        ("status", "abgelaufen", AsFound.CLOSED),
        ("status", "withdrawn", AsFound.CLOSED),
        ("estado", "cerrada", AsFound.CLOSED),
        ("open", "false", AsFound.CLOSED),
        ("filled", "true", AsFound.CLOSED),
        ("status", "open", AsFound.OPEN),
        ("status", "active", AsFound.OPEN),
        ("status", "offen", AsFound.OPEN),
        ("filled", "false", AsFound.OPEN),
        ("published", "false", AsFound.OPEN),
    ],
)
def test_a_state_in_words(key: str, value: str, as_found: AsFound) -> None:
    assert with_front_matter(_CALL, {key: value}, DateStyle(), None).as_found is as_found
