"""The table of commands: a file each."""

import sys

import pytest

from bot.chat import commands as package
from bot.chat.answering import answer
from bot.chat.commands import commands, menu
from bot.chat.reading import pressed, read, read_words
from bot.chat.request import SUBCOMMANDS, Request
from bot.domain.person import Rank, Rights
from bot.platforms.slack.manifest import manifest
from bot.platforms.telegram import menus
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-05-02 12:00")
COMMAND = """
from bot.chat.command import Command
from bot.chat.context import short_answer

COMMAND = Command(
    name="owls",
    word="owls",
    place=35,
    also=("eulen",),
    usage=lambda w: "[wood]",
    summary=lambda w: "which owls are out",
    refusal=lambda context: None if context.rights.is_editor else "Only editors may see the owls.",
    answer=lambda context, request: short_answer(f"Owls: {request.argument}"),
)
"""


@pytest.fixture
def owls(tmp_path, monkeypatch):
    """One more file of a command, and nothing else."""
    (tmp_path / "owls.py").write_text(COMMAND, "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    commands.cache_clear()
    yield
    commands.cache_clear()
    sys.modules.pop(f"{package.__name__}.owls", None)


EDITOR = Rights(Rank.EDITOR)


def test_each_has_a_place_of_its_own():
    places = [command.place for command in commands().values()]
    assert len(set(places)) == len(places)


def test_the_commands_stand_in_their_places():
    assert [command.name for command in menu()] == [
        "positions", "position", "deadlines", "search",
        "follow", "unfollow", "following", "remind", "calendar", "settings", "mydata", "forget", "help",
    ]  # fmt: skip


@pytest.mark.usefixtures("owls")
def test_a_command_of_a_file_that_was_added_is_understood_offered_and_answered():
    words = wording("en")
    assert read("/owls tawny") == read_words("eulen tawny") == pressed("owls.1 tawny") == Request("owls", "tawny")
    offered = [entry.command for entry in menus.bot_commands(menu(), words)]
    assert offered == [
        "positions",
        "position",
        "deadlines",
        "search",
        "owls",
        "follow",
        "unfollow",
        "following",
        "remind",
        "calendar",
        "settings",
        "mydata",
        "forget",
        "help",
    ]
    usage = manifest(words, mode="socket")["features"]["slash_commands"][0]["usage_hint"]
    assert "search words | owls [wood] | follow [query] | " in usage
    shown = answer(context([], NOW, syntax=SUBCOMMANDS, rights=EDITOR), Request("help")).message.text
    assert "/positions owls [wood] – which owls are out" in shown
    assert answer(context([], NOW, rights=EDITOR), read("/owls tawny")).message.text == "Owls: tawny"


@pytest.mark.usefixtures("owls")
def test_who_may_not_use_a_command_is_told_who_may_and_help_keeps_it_back():
    reader = context([posting()], NOW)
    assert answer(reader, read("/owls tawny")).message.text == "Only editors may see the owls."
    assert answer(reader, pressed("owls.1 tawny")).message.text == "Only editors may see the owls."
    assert "owls" not in answer(reader, Request("help")).message.text
    assert "/owls" not in answer(reader, read("/owl")).message.text.partition("I do not know /owl.")[2]


def test_without_its_file_a_command_is_unknown():
    assert read("/owls tawny") == Request("unknown", "/owls tawny")
    assert pressed("owls.1 tawny") == Request("help")
