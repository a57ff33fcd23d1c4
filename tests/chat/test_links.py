"""Links into the private chat: what they carry in 64 characters, and what is read of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.answering import answer
from bot.chat.links import LONGEST, payload, request_of
from bot.chat.reading import read
from bot.chat.request import Request
from tests.chat.build import context
from tests.domain.build import instant, posting

LONG = "phd-" + "very-" * 14 + "long"


@pytest.mark.parametrize(
    "asked",
    [
        Request("remind", "phd-owls"),
        Request("position", "owls"),
        Request("follow", "PhD in Köln, 50 %"),
        Request("following"),
    ],
)
def test_a_link_asks_for_what_it_was_made_of(asked):
    assert read(f"/start {payload(asked)}") == asked


@given(
    st.sampled_from(["follow", "remind"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=70).map(str.strip)
)
def test_it_holds_what_platforms_take_or_is_none(name, argument):
    made = payload(Request(name, argument))
    if made is None:
        assert len(argument.encode()) > 35
    else:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made)
        if not made.startswith(f"{name}___"):
            assert request_of(made, lambda _: True) == Request(name, argument)


def test_a_long_id_has_a_short_key():
    made = payload(Request("position", LONG))
    assert len(made) <= LONGEST
    board = context([posting(LONG, title="Long"), posting("owls")], instant("2027-05-02 12:00"))
    assert answer(board, read(f"/start {made}")).postings == (LONG,)
    assert "no position called" in answer(board, read("/start position___0123456789abcdef")).message.text


@pytest.mark.parametrize("text", ["forget", "unfollow_all", "close_owls", "follow__/w", "nothing", "x" * 100])
def test_a_link_asks_for_nothing_else(text):
    assert read(f"/start {text}") == Request("help")
