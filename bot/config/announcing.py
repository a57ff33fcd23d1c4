"""What goes out to a channel, and when it is left in peace, as a config says it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.schedule import USUALLY_ANNOUNCED, Announced
from bot.schema import Choice, Flag, Items, Kind, Node, invalid, scalar

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


class AnnouncedKinds(Kind):
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


class OrOff(Kind):
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


def mention_hint(word: str) -> str:
    """What to write in place of a word that calls somebody else."""
    return "; write here" if word.casefold().lstrip("@!") in {"here", "channel", "everyone"} else ""


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
