"""What a person wrote, or which button they pressed, as a request."""

import re
from dataclasses import replace

from bot.chat.commands import commands
from bot.chat.courtesy import Courtesy, remark
from bot.chat.links import request_of
from bot.chat.request import LONGEST_TEXT, Request

LONGEST_ARGUMENT = 500


def read(text: str) -> Request:
    """A request from a command (`/positions phd`, `/position@bot ID`) or from free words (`any PhD positions?`)."""
    return replace(_read(text), written=text[:LONGEST_TEXT])


def _read(text: str) -> Request:
    words = _plain(text)
    if not words.startswith("/"):
        return _read_words(text)
    name, _, rest = words[1:].partition(" ")
    name = name.partition("@")[0].casefold()
    if name == "start" and (linked := request_of(rest, _may_begin)):
        return linked
    if name in {"start", "help"}:
        return Request("help")
    if name == "positions":
        return _read_words(rest) if rest else Request("positions")
    if name in commands():
        return Request(name, rest)
    return Request("unknown", f"/{name} {rest}".rstrip())


def read_words(text: str) -> Request:
    """A request from words without a slash: a command's word and its argument, or else a query."""
    return replace(_read_words(text), written=text[:LONGEST_TEXT])


def _read_words(text: str) -> Request:
    words = _plain(text).lstrip("/")
    if courtesy_remark := remark(words):
        return Request(courtesy_remark.courtesy, "" if courtesy_remark.courtesy is Courtesy.HELP else words)
    first, _, rest = words.partition(" ")
    for command in commands().values():
        is_named = not command.is_hidden and first.casefold() in command.first_words
        if is_named and (command.takes(rest) or (command.takes_lines and _stands_alone(first, text))):
            return Request(command.name, rest)
    return Request("positions", words)


def _stands_alone(word: str, text: str) -> bool:
    """Whether a word has the first of several lines for itself."""
    first, _, rest = text.strip().partition("\n")
    return first.strip().lstrip("/") == word and bool(rest.strip())


def pressed(text: str) -> Request:
    """Reads back what a button carries (`Request.text`). Anything else asks for help."""
    match = re.fullmatch(r"([a-z]+)\.(\d{1,6})(?: (.*))?", text, re.DOTALL)
    if not match or match[1] not in commands():
        return Request("help")
    return Request(match[1], match[3] or "", max(1, int(match[2])), is_pressed=True)


def _may_begin(name: str) -> bool:
    command = commands().get(name)
    return command is not None and command.may_begin


def _plain(text: str) -> str:
    return " ".join(text[:LONGEST_TEXT].split())[: LONGEST_ARGUMENT + 1]
