"""What goes out to a channel, and when it is left in peace, as a config says it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.domain.schedule import USUALLY_ANNOUNCED, Announced
from bot.domain.working_days import check_place
from bot.schema import Choice, Flag, Items, Node, ValueKind, invalid, scalar

_OTHER_WORDS = {  # such as those of `in_doubt`
    "announcement": Announced.OPENED,
    "announcements": Announced.OPENED,
    "open": Announced.OPENED,
    "new": Announced.OPENED,
    "reopened": Announced.OPENED,
    "deadline-moved": Announced.MOVED,
    "filled": Announced.CLOSED,
    "reminder": Announced.REMINDERS,
}


class AnnouncedKinds(ValueKind):
    """What goes out in messages of their own, as a list of words. With `or_flag` also `true` or `false`: whether a
    channel of reviewers hears announcements at all.
    """

    def __init__(self, *, or_flag: bool = False) -> None:
        self._or_flag = or_flag
        self._items = Items(Choice(Announced, _announced_hint), or_one=True)

    def read(self, node: Node, name: str) -> tuple[Announced, ...] | bool:
        if self._or_flag and isinstance(node.value, str) and node.value.casefold() in {"true", "false"}:
            return Flag().read(node, name)
        return self._items.read(node, name)


def _announced_hint(word: str) -> str:
    other = _OTHER_WORDS.get(word.casefold())
    return f'; did you mean "{other}"?' if other else ""


class OrOff(ValueKind):
    """What `parse` reads; or `off`, which is None, for a channel that does without what holds for all."""

    def __init__(self, parse: Callable[[str], object]) -> None:
        self._parse = parse

    def read(self, node: Node, name: str) -> object:
        text, _ = scalar(node, name)
        if text.casefold() == "off":
            return None
        try:
            return self._parse(text)
        except ValueError as error:
            raise invalid(node, f"{name}: {error}; or off") from None


class HolidaysOf(ValueKind):
    """A country, or a part of one, whose holidays count; or `none`, for a channel that does without."""

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if text.casefold() == "none":
            return ""
        try:
            check_place(text)
        except ValueError as error:
            raise invalid(node, f"{name}: {error}") from None
        return text


def mention_hint(word: str) -> str:
    """What to write in place of a word that calls somebody else."""
    return "; write here" if word.casefold().lstrip("@!") in {"here", "channel", "everyone"} else ""


def unheeded(section: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys of a section of a config that change nothing, by what all of it says, and why."""
    if section.get("holidays") and not settings.get("working_days"):
        yield "holidays", "counts only with working_days: true; write that as well, or delete the line"
    listed = section.get("announce")
    if isinstance(listed, tuple) and section.get("announce_closing", Announced.CLOSED in listed) != (
        Announced.CLOSED in listed
    ):
        yield "announce_closing", "is not heeded beside announce; delete it, and name closed there if it is to be said"


def announced(*sections: Mapping[str, Any]) -> frozenset[Announced]:
    """What goes out in messages of their own, by what sections of a config say, the later before the earlier.
    `announce_closing` puts `closed` among it, or takes it away, where nothing is listed beside it.
    """
    kinds = USUALLY_ANNOUNCED
    for section in sections:
        listed = section.get("announce")
        if isinstance(listed, tuple):
            kinds = frozenset(listed)
        elif "announce_closing" in section:
            kinds = kinds | {Announced.CLOSED} if section["announce_closing"] else kinds - {Announced.CLOSED}
    return kinds
