"""What may stand in a config: every key, and what its value may be."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import time
from enum import StrEnum
from functools import cache, partial
from typing import Any

from bot.audiences.audience import Mention
from bot.config.announcing import AnnouncedKinds, HolidaysOf, OrOff, mention_hint
from bot.config.defaults import PostingDefaults
from bot.config.settings import InDoubt, TakenFrom
from bot.config.sources import source_record
from bot.domain.notice import PERSONAL
from bot.domain.notice import Kind as NoticeKind
from bot.domain.person import Person
from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.schedule import Lead
from bot.domain.site import LISTEN
from bot.domain.zone_hints import zone_hint
from bot.domain.zones import zone_names
from bot.language import languages
from bot.platforms.kinds import PlatformKind, kinds
from bot.platforms.settings import listen, text
from bot.schema import (
    Choice,
    Flag,
    Items,
    KeyedRecord,
    NamedEntries,
    Node,
    Number,
    OneOf,
    Text,
    ValueKind,
    entries,
    invalid,
    nearest,
    scalar,
    shown,
)
from bot.schema.secrets import Expanded


class _Path(Text):
    """A path as it stands in a file, where no shell fills in `~` and `$HOME`: here the first is."""

    def read(self, node: Node, name: str) -> str:
        return in_full(super().read(node, name), node, name)


def in_full(path: str, node: Node, name: str) -> str:
    """A path with the home folder in place of `~`. Raises `InvalidError` where there is none, or for a `$HOME`."""
    if re.search(r"\$[A-Za-z_]", path):
        raise invalid(node, f"{name}: holds a variable as a shell writes it; write ${{NAME}}, or the whole path")
    full = os.path.expanduser(path)  # noqa: PTH111  # pathlib raises where there is no home
    if full.startswith("~"):
        raise invalid(node, f"{name}: begins with ~, and there is no such home folder; write the whole path")
    return full


class _TimeOfDay(ValueKind):
    def read(self, node: Node, name: str) -> time:
        text, taken_for = scalar(node, name)
        fits = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text)
        if not fits or taken_for != "str":
            # Without quotes YAML 1.1 reads 09:00 as text but 12:30 as 750; quotes are right for both.
            hint = f'write "{text}" in quotes' if fits else 'write HH:MM in quotes, such as "09:00"'
            raise invalid(node, f'{name}: "{shown(text)}" is no time of day; {hint}')
        return time.fromisoformat(text)


class _LeadTime(ValueKind):
    """How long before a deadline; where it `is_signed`, also after it."""

    def __init__(self, *, is_signed: bool = False) -> None:
        self._is_signed = is_signed

    def read(self, node: Node, name: str) -> Lead:
        text, _ = scalar(node, name)
        try:
            return Lead.parse(text, is_signed=self._is_signed)
        except ValueError as error:
            raise invalid(node, f"{name}: {error}") from None


class _WholeDays(ValueKind):
    """A span of whole days."""

    def read(self, node: Node, name: str) -> Lead:
        text, _ = scalar(node, name)
        if not re.fullmatch(r"0|[1-9][0-9]{0,3}d|0d", text):
            raise invalid(node, f'{name}: "{shown(text)}" is no number of days; write 90d, or 0d for never')
        return Lead(int(text.removesuffix("d")), "d")


class _Span(ValueKind):
    """A span of time, in seconds."""

    def read(self, node: Node, name: str) -> float:
        text, _ = scalar(node, name)
        fits = re.fullmatch(r"([0-9]{1,5})([smh]?)", text)
        seconds = float(fits[1]) * _SECONDS[fits[2]] if fits else None
        if seconds is None or seconds > _SECONDS["d"]:
            hint = "write seconds, minutes or hours, at most a day, such as 60s, 2m or 1h"
            raise invalid(node, f'{name}: "{shown(text)}" is no span of time; {hint}')
        return seconds


class _ChannelAddress(ValueKind):
    """Where a channel is; what an address looks like there its kind of platform says."""

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if not re.fullmatch(r"\S{1,255}", text):
            raise invalid(node, f'{name}: "{shown(text)}" is no address; write it without spaces')
        return text


class _Somebody(ValueKind):
    """A person as `PLATFORM:ID`."""

    def read(self, node: Node, name: str) -> Person:
        text, _ = scalar(node, name)
        try:
            return Person.parse(text)
        except ValueError as error:
            raise invalid(node, f'{name}: "{shown(text)}" {error}') from None


class _Database(ValueKind):
    """A database's URL. It may hold a password: no error shows it."""

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        text = re.sub(r"^postgres://", "postgresql://", text)  # as hosts such as Heroku hand it out
        if not re.fullmatch(r"sqlite:///\S.*|postgresql(?:\+asyncpg)?://\S+", text):
            raise invalid(node, f"{name}: is no database; write sqlite:///callboard.db or postgresql://user@host/name")
        file = text.removeprefix("sqlite:///")
        return text if file == text else f"sqlite:///{in_full(file, node, name)}"


class _InDoubt(ValueKind):
    """One word for all notices, or one for each kind of notice that is named. Gives what to do, by kind."""

    def read(self, node: Node, name: str) -> dict[str, StrEnum]:
        word = Choice(InDoubt)
        if isinstance(node.value, str):
            return dict.fromkeys(_DOUBTED, word.read(node, name))
        return KeyedRecord(dict.fromkeys(_DOUBTED, word)).read(node, name)


class _Section(ValueKind):
    """A platform's settings, by its kind: `kind`, or else its name. They hold the kind."""

    def __init__(self, key: Node) -> None:
        self.key = key

    def read(self, node: Node, name: str) -> dict[str, Any]:
        kind = kind_of(self.key, node)
        return {**KeyedRecord({**kind.settings, "kind": _kind()}).read(node, name), "kind": kind.name}


@cache
def _kind() -> ValueKind:
    return Expanded(OneOf(kinds(), "kind of platform", _names()))


def _names() -> str:
    """The kinds as a sentence lists them."""
    *others, last = kinds()
    return f"{', '.join(others)} or {last}"


_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DOUBTED = tuple(str(kind) for kind in NoticeKind if kind not in {*PERSONAL, NoticeKind.EDIT, NoticeKind.WITHDRAWAL})
"""What is said to readers, in messages of its own: an edit that is made twice is as if once."""
_word = Text(r"[A-Za-z0-9][\w.-]*", "is no name; write letters, digits and hyphens")
_SYNONYMS = Items(Text(most=80), or_one=True, least=1, most=20)
_DEFAULTS: dict[str, ValueKind] = {  # for all channels, or for one
    "timezone": OneOf(
        zone_names(), "time zone", "a name such as Europe/Berlin, or AoE", partial(zone_hint, of_deadline=False)
    ),
    "language": OneOf(languages(), "language that I speak", " or ".join(languages())),
    "reminders": Items(_LeadTime()),
    "remind_at": _TimeOfDay(),
    "when_empty": Text(lines=True, most=4000),
    "announce": AnnouncedKinds(),
    "announce_closing": Flag(),
    "in_doubt": _InDoubt(),
    "quiet": OrOff(QuietHours.parse),
    "digest": OrOff(DigestTimes.parse),
    "working_days": Flag(),
    "holidays": HolidaysOf(),
    "pin": Flag(),
    "mention": Choice(Mention, mention_hint),
    "locked": Flag(),
}


def _settings(keys: Mapping[str, ValueKind], required: Sequence[str] = ()) -> KeyedRecord:
    return KeyedRecord({key: Expanded(kind) for key, kind in keys.items()}, required)


_CHANNEL = _settings(
    {
        "name": _word,
        "platform": _word,
        "address": _ChannelAddress(),
        "thread": Number(1, 2**31 - 1),
        "filter": Text(most=1000),
        "silent": Flag(),
        **_DEFAULTS,
        "announce": AnnouncedKinds(or_flag=True),
    },
    required=("name", "platform"),
)


_PEOPLE = KeyedRecord(
    {
        "admins": Items(Expanded(_Somebody()), or_one=True),
        "editors": Items(Expanded(_Somebody()), or_one=True),
        "same": Items(Items(Expanded(_Somebody()), least=2)),
    }
)
_OF_EACH = ("title", "status", "posted", "deadline", "aliases", "owner", "source")
_SUBMISSIONS = KeyedRecord(
    {
        **{key: Expanded(kind) for key, kind in {"from": Choice(TakenFrom), "review": _word}.items()},
        **dict.fromkeys(("git", "push"), Expanded(Flag())),
        "defaults": PostingDefaults(_OF_EACH),
    }
)


def kind_of(key: Node, section: Node) -> PlatformKind:
    """A platform's kind: what is written, or else its name."""
    name, known = key.value, kinds()
    if written := next((value for key, value in entries(section, f"platforms.{name}") if key.value == "kind"), None):
        kind = known[_kind().read(written, f"platforms.{name}.kind")]
        if name in known and name != kind.name:
            text = f"is {kind.name}, but the name says {name}; give it another name"
            raise invalid(written, f"platforms.{name}.kind: {text}")
        _word.read(key, "platforms")
        return kind
    if name not in known:
        name = name.partition(":")[0]  # `telegram:123`: what follows may be a secret
        near = nearest(name, known)
        hint = f"{near} A" if near else "; a"
        hint += f" name of your own needs a kind: {_names()}"
        raise invalid(key, f'platforms: "{shown(name)}" is no platform{hint}')
    return known[name]


CONFIG = _settings(
    {
        "registry": _Path(most=4096),
        "follow_links": Flag(),
        "database": _Database(),
        "settle": _Span(),
        "platforms": NamedEntries(lambda key, _: _Section(key)),
        "channels": Items(_CHANNEL, most=100_000),  # the size of the file is the limit
        "people": _PEOPLE,
        "submissions": _SUBMISSIONS,
        "sources": Items(source_record(_word), most=10_000),
        "nudges": Items(_LeadTime(is_signed=True), most=20),
        "confirm_rolling": _WholeDays(),
        "synonyms": NamedEntries(lambda _key, _value: Expanded(_SYNONYMS)),
        "web": KeyedRecord(
            {
                "listen": listen(LISTEN),
                "base_url": text(r"https?://[^\s<>\"\\?#]+", "is no web address; write https://…"),
                "title": Expanded(Text()),
                "health": listen("127.0.0.1:9090"),
                "metrics": Expanded(Flag()),
            }
        ),
        **_DEFAULTS,
    }
)
