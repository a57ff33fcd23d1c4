"""config.yaml -> Config. Secrets come from the environment and stay sealed."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.core.channel import Channel, Destination, Lead, Pattern
from bot.core.query import EVERYTHING, parse
from bot.core.wording import LANGUAGES
from bot.core.zones import zone_names
from bot.document import (
    Choice,
    Flag,
    InvalidError,
    Items,
    Kind,
    Named,
    Node,
    Number,
    OneOf,
    Record,
    Text,
    compose,
    entries,
    invalid,
    line_of,
    nearest,
    read_text,
    scalar,
)

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Secret:
    """A token or password that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's settings, by the names of the contract; secrets that are not set are left out."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. `registry` and a SQLite file lie relative to the config file."""

    path: Path
    registry: Path
    database: str
    timezone: str
    language: str
    when_empty: str | None
    platforms: tuple[Platform, ...]
    channels: tuple[Channel, ...]


# --- Kinds of values


def _expanded(node: Node, name: str) -> tuple[str, bool]:
    """A value with its `${NAME}`s put in, and whether one of them is not set."""
    text, _ = scalar(node, name)
    unset = [variable for variable in _VARIABLE.findall(text) if not os.environ.get(variable)]
    return _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), text), bool(unset)


class _Value(Text):
    """Text in which `${NAME}` stands for a variable of the environment."""

    def read(self, node: Node, name: str) -> str:
        text, unset = _expanded(node, name)
        if unset:
            raise invalid(
                node, f"{name}: {', '.join(_VARIABLE.findall(scalar(node, name)[0]))} is not set in the environment"
            )
        if text != scalar(node, name)[0]:
            return text.strip()
        return super().read(node, name)


class _Token(Kind):
    """A secret; None when its variable is not set. It never shows up in an error."""

    def read(self, node: Node, name: str) -> Secret | None:
        text, unset = _expanded(node, name)
        return None if unset else Secret(text.strip())


class _TimeOfDay(Kind):
    def read(self, node: Node, name: str) -> time:
        text, taken_for = scalar(node, name)
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) or taken_for != "str":
            # Without quotes YAML 1.1 reads 09:00 as text but 12:30 as 750; quotes are right for both.
            hint = f'write "{text}" in quotes' if taken_for == "int" else 'write HH:MM in quotes, such as "09:00"'
            raise invalid(node, f'{name}: "{text}" is no time of day; {hint}')
        return time.fromisoformat(text)


class _LeadTime(Kind):
    def read(self, node: Node, name: str) -> Lead:
        text, _ = scalar(node, name)
        try:
            return Lead.parse(text)
        except ValueError as error:
            raise invalid(node, f"{name}: {error}") from None


class _Address(Kind):
    """A chat id, an @name, a channel id or a #name."""

    def read(self, node: Node, name: str) -> str:
        text, unset = _expanded(node, name)
        if unset or not re.fullmatch(r"[@#]?[\w.-]+", text):
            raise invalid(node, f'{name}: "{text}" is no address; write a chat id, "@name" or "#name"')
        return text


_word = Text(r"[A-Za-z0-9][\w.-]*", "is no name; write letters, digits and hyphens")
_http = _Value(r"https?://[^\s<>\"\\]+", "is no web address; write https://…")
_PATTERN: dict[str, Kind] = {
    "timezone": OneOf(zone_names(), "time zone"),
    "language": OneOf(LANGUAGES, "language that I speak"),
    "reminders": Items(_LeadTime()),
    "remind_at": _TimeOfDay(),
}
_CHANNEL = Record(
    {
        "name": _word,
        "platform": _word,
        "address": _Address(),
        "thread": Number(1, 2**31 - 1),
        "filter": Text(),
        "silent": Flag(),
        **_PATTERN,
    },
    required=("name", "platform"),
)
_PLATFORMS: dict[str, Record] = {
    "console": Record({}),
    "telegram": Record({"token": _Token(), "api_url": _http}),
    "slack": Record(
        {
            "bot_token": _Token(),
            "app_token": _Token(),
            "signing_secret": _Token(),
            "mode": Choice(SlackMode),
            "listen": Text(
                r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", "is no address to listen on; write 127.0.0.1:3000"
            ),
            "api_url": _http,
        }
    ),
}
_NEEDED = {"telegram": ("token",), "slack": ("bot_token",), "console": ()}
_DATABASE = r"sqlite:///\S+|postgresql(?:\+asyncpg)?://\S+"


def _platform_kind(node: Node, name: str) -> Record:
    if name not in _PLATFORMS:
        raise invalid(node, f'platforms: "{name}" is no platform{nearest(name, _PLATFORMS)}')
    return _PLATFORMS[name]


class _Database(_Value):
    def __init__(self) -> None:
        super().__init__(_DATABASE, "is no database; write sqlite:///callboard.db or postgresql://user@host/name")

    def read(self, node: Node, name: str) -> str:
        written, _ = scalar(node, name)
        url = super().read(node, name)
        if not re.fullmatch(_DATABASE, url):  # a password may be in it: say what stands in the file
            raise invalid(node, f'{name}: "{written}" {self.write}')
        return url


_CONFIG = Record(
    {
        "registry": _Value(),
        "database": _Database(),
        "when_empty": Text(lines=True),
        "platforms": Named(_platform_kind),
        "channels": Items(_CHANNEL),
        **_PATTERN,
    }
)
_DEFAULT_REMINDERS = (Lead(14, "d"), Lead(7, "d"), Lead(1, "d"))


def read(path: Path) -> Config:
    """The configuration in a file. Raises `InvalidError` with every problem and its line."""
    root = compose(read_text(path))
    found, problems = _CONFIG.read_what_holds(root)
    channels, channel_problems = _channels(root, found)
    problems += channel_problems
    folder = path.parent
    registry = folder / found.get("registry", "postings")
    if not registry.is_dir():
        problems.append(
            (line_of(root, "registry"), f"registry: there is no folder {registry}; make it or name another")
        )
    if problems:
        raise InvalidError(*sorted(problems))
    database = str(found.get("database", "sqlite:///callboard.db"))
    if database.startswith("sqlite:///"):
        database = f"sqlite:///{folder / database.removeprefix('sqlite:///')}"
    return Config(
        path=path,
        registry=registry,
        database=database,
        timezone=found.get("timezone", "UTC"),
        language=found.get("language", "en"),
        when_empty=found.get("when_empty"),
        platforms=_platforms(found.get("platforms", {}), channels),
        channels=channels,
    )


def _channels(root: Node, found: dict[str, Any]) -> tuple[tuple[Channel, ...], list[tuple[int, str]]]:
    """The channels, and what is wrong between keys that are right on their own."""
    node = next((value for key, value in entries(root, "") if key.value == "channels"), None)
    channels: list[Channel] = []
    problems: list[tuple[int, str]] = []
    for item, settings in zip(node.value if node else (), found.get("channels", ()), strict=False):
        name, platform = settings["name"], settings["platform"]
        if name in {channel.name for channel in channels}:
            problems.append(
                (line_of(item, "name"), f'channels: the name "{name}" stands twice; the ledger needs them apart')
            )
        if platform not in _PLATFORMS:
            text = f'channels: platform: "{platform}" is no platform{nearest(platform, _PLATFORMS)}'
            problems.append((line_of(item, "platform"), text))
            continue
        problems += _missing_secrets(root, item, platform, found.get("platforms", {}))
        if platform != "console" and "address" not in settings:
            problems.append(
                (line_of(item, "name"), f'channels: address: is missing in "{name}"; say where it is on {platform}')
            )
        if "thread" in settings and platform != "telegram":
            problems.append(
                (line_of(item, "thread"), "channels: thread: only Telegram has forum topics; delete the line")
            )
        channels.append(_channel(settings, {**found, **settings}))
    return tuple(channels), problems


def _missing_secrets(root: Node, item: Node, platform: str, platforms: dict[str, Any]) -> list[tuple[int, str]]:
    problems = []
    for key in _NEEDED[platform]:
        given = platforms.get(platform, {})
        if given.get(key):
            continue
        line = line_of(item, "platform")
        where = next((value for name, value in entries(root, "") if name.value == "platforms"), None)
        section = next((value for name, value in entries(where, "") if name.value == platform), None) if where else None
        written = ""
        if section and key in given:
            line = line_of(section, key)
            written = next(value.value for name, value in entries(section, "") if name.value == key)
        unset = ", ".join(_VARIABLE.findall(written))
        why = f"{unset} is not set in the environment" if unset else "is missing"
        problems.append((line, f"platforms.{platform}.{key}: {why}; a channel needs it"))
    return problems


def _channel(own: dict[str, Any], settings: dict[str, Any]) -> Channel:
    return Channel(
        name=own["name"],
        destination=Destination(own["platform"], own.get("address", own["name"]), own.get("thread")),
        pattern=Pattern(
            timezone=settings.get("timezone", "UTC"),
            remind_at=settings.get("remind_at", time(9)),
            reminders=settings.get("reminders", _DEFAULT_REMINDERS),
        ),
        language=settings.get("language", "en"),
        filter=parse(own["filter"]) if "filter" in own else EVERYTHING,
        silent=own.get("silent", False),
    )


def _platforms(given: dict[str, Any], channels: tuple[Channel, ...]) -> tuple[Platform, ...]:
    """The platforms in use: those that a channel names, and those that could answer in chat."""
    named = {channel.destination.platform for channel in channels}
    platforms = []
    for name, settings in {**{name: {} for name in named}, **given}.items():
        known = {key: value for key, value in settings.items() if value is not None}
        if name in named or all(key in known for key in _NEEDED[name]):
            platforms.append(Platform(name, known))
    return tuple(platforms)
