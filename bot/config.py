"""config.yaml -> Config. Secrets come from the environment and stay sealed."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    invalid,
    line_of,
    nearest,
    read_text,
    scalar,
    shown,
    text_node,
    value_of,
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
    """The whole configuration. `registry` and a SQLite file lie relative to the config file; `database` may hold a
    password.
    """

    path: Path
    registry: Path
    database: str = field(repr=False)
    timezone: str
    language: str
    when_empty: str | None
    platforms: tuple[Platform, ...]
    channels: tuple[Channel, ...]


# --- Kinds of values


def _expanded(node: Node, name: str) -> tuple[str, str]:
    """A value with its `${NAME}`s put in, and the names of those that are not set."""
    text, _ = scalar(node, name)
    if "${" in _VARIABLE.sub("", text):
        raise invalid(node, f'{name}: holds "${{" without a name and "}}" after it; write ${{NAME}}')
    unset = [variable for variable in _VARIABLE.findall(text) if not os.environ.get(variable, "").strip()]
    return _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), text).strip(), ", ".join(unset)


class _Token(Kind):
    """A secret; None when its variable is not set. It never shows up in an error."""

    def read(self, node: Node, name: str) -> Secret | None:
        text, unset = _expanded(node, name)
        if not unset and not re.fullmatch(r"[!-~]+", text):
            raise invalid(node, f"{name}: is no token, for it holds spaces or odd characters; copy it again")
        return None if unset else Secret(text)


class _Expanded(Kind):
    """Another kind, in whose values `${NAME}` may stand. Errors show what is written, not what the variables hold."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def read(self, node: Node, name: str) -> Any:
        if not isinstance(node.value, str) or "${" not in node.value:
            return self.kind.read(node, name)
        text, unset = _expanded(node, name)
        if unset:
            raise invalid(node, f"{name}: {unset} is not set in the environment")
        try:
            return self.kind.read(text_node(text, node), name)
        except InvalidError:
            self.kind.read(node, name)
            raise invalid(node, f'{name}: "{shown(node.value)}" does not fit once it is filled in') from None


class _TimeOfDay(Kind):
    def read(self, node: Node, name: str) -> time:
        text, taken_for = scalar(node, name)
        fits = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text)
        if not fits or taken_for != "str":
            # Without quotes YAML 1.1 reads 09:00 as text but 12:30 as 750; quotes are right for both.
            hint = f'write "{text}" in quotes' if fits else 'write HH:MM in quotes, such as "09:00"'
            raise invalid(node, f'{name}: "{shown(text)}" is no time of day; {hint}')
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
        text, _ = scalar(node, name)
        if not re.fullmatch(r"[@#]?[\w.-]+", text):
            raise invalid(node, f'{name}: "{shown(text)}" is no address; write a chat id, "@name" or "#name"')
        return text


class _Database(Kind):
    """A database's URL. It may hold a password: no error shows it."""

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if not re.fullmatch(r"sqlite:///\S.*|postgresql(?:\+asyncpg)?://\S+", text):
            raise invalid(node, f"{name}: is no database; write sqlite:///callboard.db or postgresql://user@host/name")
        return text


_word = Text(r"[A-Za-z0-9][\w.-]*", "is no name; write letters, digits and hyphens")
_http = Text(r'https?://[^\s<>"\\]+', "is no web address; write https://…")
_port = r"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_DEFAULTS: dict[str, Kind] = {  # for all channels, or for one
    "timezone": OneOf(zone_names(), "time zone", "a name such as Europe/Berlin, or AoE"),
    "language": OneOf(LANGUAGES, "language that I speak", " or ".join(LANGUAGES)),
    "reminders": Items(_LeadTime()),
    "remind_at": _TimeOfDay(),
    "when_empty": Text(lines=True),
}


def _settings(keys: Mapping[str, Kind], required: Sequence[str] = ()) -> Record:
    wrapped = {key: kind if isinstance(kind, _Token) else _Expanded(kind) for key, kind in keys.items()}
    return Record(wrapped, required)


_CHANNEL = _settings(
    {
        "name": _word,
        "platform": _word,
        "address": _Address(),
        "thread": Number(1, 2**31 - 1),
        "filter": Text(),
        "silent": Flag(),
        **_DEFAULTS,
    },
    required=("name", "platform"),
)
_PLATFORMS: dict[str, Record] = {
    "console": _settings({}),
    "telegram": _settings({"token": _Token(), "api_url": _http}),
    "slack": _settings(
        {
            "bot_token": _Token(),
            "app_token": _Token(),
            "signing_secret": _Token(),
            "mode": Choice(SlackMode),
            "listen": Text(
                rf"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):{_port}", "is no address to listen on; write 127.0.0.1:3000"
            ),
            "api_url": _http,
        }
    ),
}
_NEEDED = {"telegram": ("token",), "slack": ("bot_token",), "console": ()}


def _platform_kind(node: Node, name: str) -> Record:
    if name not in _PLATFORMS:
        raise invalid(node, f'platforms: "{shown(name)}" is no platform{_known_platforms(name)}')
    return _PLATFORMS[name]


def _known_platforms(name: str) -> str:
    return nearest(name, _PLATFORMS) or f"; known are {', '.join(_PLATFORMS)}"


_CONFIG = _settings(
    {
        "registry": Text(),
        "database": _Database(),
        "platforms": Named(_platform_kind),
        "channels": Items(_CHANNEL),
        **_DEFAULTS,
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
    node = value_of(root, "channels")
    channels: list[Channel] = []
    problems: list[tuple[int, str]] = []
    for item, settings in zip(node.value if node else (), found.get("channels", ()), strict=False):
        name = settings["name"]
        if name in {channel.name for channel in channels}:
            text = f'name: "{name}" stands twice; give each its own, for the ledger knows them by it'
            problems.append((line_of(item, "name"), f"channels: {text}"))
        problems += [(line_of(item, key), f"channels: {text}") for key, text in _does_not_fit(settings)]
        if settings["platform"] in _PLATFORMS:
            if "platforms" in found or not value_of(root, "platforms"):
                problems += _missing_secrets(root, item, settings["platform"], found.get("platforms", {}))
            channels.append(_channel(settings, {**found, **settings}))
    return tuple(channels), problems


def _does_not_fit(channel: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What of a channel's settings does not fit its platform: the key, and what to write."""
    platform, address = channel["platform"], channel.get("address")
    if platform not in _PLATFORMS:
        yield "platform", f'platform: "{shown(platform)}" is no platform{_known_platforms(platform)}'
        return
    if platform != "console" and not address:
        yield "name", f'address: is missing in "{channel["name"]}"; say where it is on {platform}'
    if platform == "telegram" and address and not re.fullmatch(r"@\w+|-?[0-9]+", address):
        yield "address", 'address: is no Telegram address; write "@name" or a numeric chat id'
    if platform != "telegram" and "thread" in channel:
        yield "thread", "thread: only Telegram has forum topics; delete the line"


def _missing_secrets(root: Node, item: Node, platform: str, platforms: dict[str, Any]) -> list[tuple[int, str]]:
    problems = []
    section = value_of(value_of(root, "platforms"), platform)
    for key in _NEEDED[platform]:
        if platforms.get(platform, {}).get(key):
            continue
        name, written = f"platforms.{platform}.{key}", value_of(section, key)
        if section and written:
            line, why = line_of(section, key), f"{_expanded(written, name)[1]} is not set in the environment"
        else:
            line, why = line_of(section or item, "platform"), f"is missing; write {key}: ${{NAME_OF_A_VARIABLE}}"
        problems.append((line, f"{name}: {why}; a channel needs it"))
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
        when_empty=settings.get("when_empty"),
    )


def _platforms(given: dict[str, Any], channels: tuple[Channel, ...]) -> tuple[Platform, ...]:
    """The platforms in use: those that a channel names, and those that could answer in chat."""
    named = {channel.destination.platform for channel in channels}
    platforms = []
    for name, settings in {**given, **{name: {} for name in sorted(named - given.keys())}}.items():
        known = {key: value for key, value in settings.items() if value is not None}
        if name in named or all(key in known for key in _NEEDED[name]):
            platforms.append(Platform(name, known))
    return tuple(platforms)
