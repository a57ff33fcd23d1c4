"""config.yaml -> Config. Secrets come from the environment and stay sealed."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.core.channel import Channel, Destination, Lead, Pattern
from bot.core.notice import Kind as NoticeKind
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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


LISTEN, SLACK_LISTEN = "127.0.0.1:8080", "127.0.0.1:3000"
"""Where the bot can be reached by HTTP, unless it is told."""


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


class InDoubt(StrEnum):
    """What to do with a message of which nobody knows whether it arrived, where the platform cannot be asked."""

    RESEND = "resend"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform: its name in this config, its kind, and its settings by the names of the contract. Secrets that are
    not set are left out.
    """

    name: str
    kind: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Web:
    """The board by HTTP: where it listens, and the address by which the world knows it (None: that one). `title`: its
    heading. `health`: where the bot can be asked how it is, if anywhere; there `metrics` are, too, unless not wanted.
    """

    listen: str = LISTEN
    base_url: str | None = None
    title: str | None = None
    health: str | None = None
    metrics: bool = True


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
    web: Web | None = None
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Where a platform, a channel, or a key of theirs stands in the file: `channels.lab-slack.address`."""

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret in it, for the log to leave out."""
        password = re.match(r"\w+(?:\+\w+)?://[^/:@]*:(.+)@", self.database)
        of_database = (password[1], unquote(password[1])) if password else ()
        return frozenset((*of_database, *(one for platform in self.platforms for one in _secrets(platform.settings))))


def _secrets(settings: Mapping[str, Any]) -> Iterator[str]:
    for value in settings.values():
        if isinstance(value, Secret):
            yield value.reveal()
        elif isinstance(value, Mapping):
            yield from _secrets(value)


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

    def __init__(
        self, pattern: str = r"[!-~]+", why: str = "is no token, for it holds spaces or odd characters; copy it again"
    ) -> None:
        self.pattern, self.why = pattern, why

    def read(self, node: Node, name: str) -> Secret | None:
        text, unset = _expanded(node, name)
        if not unset and not re.fullmatch(self.pattern, text):
            raise invalid(node, f"{name}: {self.why}")
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


class _InDoubt(Kind):
    """One word for all notices, or one for each kind of notice that is named. Gives what to do, by kind."""

    def read(self, node: Node, name: str) -> dict[str, StrEnum]:
        word = Choice(InDoubt)
        if isinstance(node.value, str):
            return dict.fromkeys(_DOUBTED, word.read(node, name))
        return Record(dict.fromkeys(_DOUBTED, word)).read(node, name)


class _Section(Kind):
    """A platform's settings, by its kind: `kind`, or else its name. They hold the kind."""

    def __init__(self, key: Node) -> None:
        self.key = key

    def read(self, node: Node, name: str) -> dict[str, Any]:
        kind = _kind_of(self.key, node)
        return {**_PLATFORMS[kind].read(node, name), "kind": kind}


_DOUBTED = tuple(
    str(kind)
    for kind in (
        NoticeKind.ANNOUNCEMENT,
        NoticeKind.REMINDER,
        NoticeKind.DEADLINE_MOVED,
        NoticeKind.REOPENED,
        NoticeKind.CLOSED,
    )
)
_word = Text(r"[A-Za-z0-9][\w.-]*", "is no name; write letters, digits and hyphens")
_http = Text(r'https?://[^\s<>"\\]+', "is no web address; write https://…")
_port = r"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_DEFAULTS: dict[str, Kind] = {  # for all channels, or for one
    "timezone": OneOf(zone_names(), "time zone", "a name such as Europe/Berlin, or AoE"),
    "language": OneOf(LANGUAGES, "language that I speak", " or ".join(LANGUAGES)),
    "reminders": Items(_LeadTime()),
    "remind_at": _TimeOfDay(),
    "when_empty": Text(lines=True),
    "announce_closing": Flag(),
    "in_doubt": _InDoubt(),
}


def _listen(usual: str) -> Kind:
    return Text(rf"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):{_port}", f"is no address to listen on; write {usual}")


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
KINDS = ("console", "telegram", "slack")
_kind = OneOf(KINDS, "kind of platform", " or ".join(KINDS))
_WEBHOOK = _settings(
    {
        "url": Text(r"https?://[^\s/?#@]+(?:/[\w.~/-]*)?", "is no address for a webhook; write https://host/path"),
        # https://core.telegram.org/bots/api#setwebhook
        "secret": _Token(
            "[A-Za-z0-9_-]{1,256}", "is no secret for a webhook; write up to 256 letters, digits, _ and -"
        ),
        "listen": _listen(LISTEN),
    },
    required=("url", "secret"),
)
_PLATFORMS: dict[str, Record] = {
    "console": _settings({"kind": _kind}),
    "telegram": _settings({"token": _Token(), "api_url": _http, "webhook": _WEBHOOK, "kind": _kind}),
    "slack": _settings(
        {
            "bot_token": _Token(),
            "app_token": _Token(),
            "signing_secret": _Token(),
            "mode": Choice(SlackMode),
            "listen": _listen(SLACK_LISTEN),
            "api_url": _http,
            "kind": _kind,
        }
    ),
}
_NEEDED = {"telegram": ("token",), "slack": ("bot_token",), "console": ()}
_ITS_OWN = ("token", "bot_token", "app_token")
"""What two platforms cannot share: each would hear a part of what is said to both."""


def _kind_of(key: Node, section: Node) -> str:
    """A platform's kind: what is written, or else its name."""
    name = key.value
    if written := next((value for one, value in entries(section, f"platforms.{name}") if one.value == "kind"), None):
        kind = str(_Expanded(_kind).read(written, f"platforms.{name}.kind"))
        if name in KINDS and name != kind:
            raise invalid(written, f"platforms.{name}.kind: is {kind}, but the name says {name}; give it another name")
        _word.read(key, "platforms")
        return kind
    if name not in KINDS:
        name = name.partition(":")[0]  # `telegram:123`: what follows may be a secret
        near = nearest(name, KINDS)
        hint = f"{near} A" if near else "; a"
        hint += " name of your own needs a kind: console, telegram or slack"
        raise invalid(key, f'platforms: "{shown(name)}" is no platform{hint}')
    return str(name)


_CONFIG = _settings(
    {
        "registry": Text(),
        "database": _Database(),
        "platforms": Named(lambda key, _: _Section(key)),
        "channels": Items(_CHANNEL),
        "web": _settings(
            {
                "listen": _listen(LISTEN),
                "base_url": Text(r"https?://[^\s<>\"\\?#]+", "is no web address; write https://…"),
                "title": Text(),
                "health": _listen("127.0.0.1:9090"),
                "metrics": Flag(),
            }
        ),
        **_DEFAULTS,
    }
)
_DEFAULT_REMINDERS = (Lead(14, "d"), Lead(7, "d"), Lead(1, "d"))


def read(path: Path) -> Config:
    """The configuration in a file. Raises `InvalidError` with every problem and its line."""
    root = compose(read_text(path))
    found, problems = _CONFIG.read_what_holds(root)
    channels, channel_problems = _channels(root, found)
    problems += channel_problems + _shut_doors(root, found)
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
        web=Web(**found["web"]) if "web" in found else None,
        lines=_lines(root, [channel.name for channel in channels]),
    )


def _lines(root: Node, channels: Sequence[str]) -> dict[str, int]:
    platforms, items = value_of(root, "platforms"), value_of(root, "channels")
    sections = [(f"platforms.{key.value}", key, one) for key, one in (entries(platforms, "") if platforms else ())]
    written = items.value if items else ()
    sections += [(f"channels.{name}", one, one) for name, one in zip(channels, written, strict=True)]
    lines = {}
    for name, start, section in sections:
        lines[name] = start.start_mark.line + 1
        lines |= {f"{name}.{key.value}": key.start_mark.line + 1 for key, _ in entries(section, "")}
    return lines


def _shut_doors(root: Node, found: dict[str, Any]) -> list[tuple[int, str]]:
    """Webhooks without a secret, and parts that want the same path at one address."""
    problems: list[tuple[int, str]] = []
    web = found.get("web")
    taken = {(web["health"], path): "web" for path in ("/healthz", "/metrics")} if web and "health" in web else {}
    for name, settings in found.get("platforms", {}).items():
        section = value_of(value_of(root, "platforms"), name)
        webhook = settings.get("webhook")
        if webhook:
            key, written = "url", value_of(section, "webhook")
            door = (webhook.get("listen", LISTEN), urlsplit(webhook["url"]).path or "/")
            if settings.get("token") and not webhook["secret"] and written:
                where, secret = f"platforms.{name}.webhook.secret", value_of(written, "secret")
                unset = _expanded(secret, where)[1] if secret else ""
                problems.append((line_of(written, "secret"), f"{where}: {unset} is not set in the environment"))
        elif settings.get("mode") is SlackMode.HTTP:
            key, written = "listen", section
            path = "/slack/events" if name == "slack" else f"/slack/{name}/events"
            door = (settings.get("listen", SLACK_LISTEN), path)
        else:
            continue
        if (other := taken.setdefault(door, f"platforms.{name}")) != f"platforms.{name}" and written:
            text = f"{door[1]} at {door[0]} is used by {other} already; write another {key}"
            problems.append((line_of(written, key), f"platforms.{name}: {text}"))
    return problems


def _channels(root: Node, found: dict[str, Any]) -> tuple[tuple[Channel, ...], list[tuple[int, str]]]:
    """The channels, and what is wrong between keys that are right on their own."""
    node = value_of(root, "channels")
    kinds = _named_kinds(root)
    channels: list[Channel] = []
    problems = _shared_tokens(root, found.get("platforms", {}))
    for item, settings in zip(node.value if node else (), found.get("channels", ()), strict=False):
        name, platform = settings["name"], settings["platform"]
        if name in {channel.name for channel in channels}:
            text = f'name: "{name}" stands twice; give each its own, for the ledger knows them by it'
            problems.append((line_of(item, "name"), f"channels: {text}"))
        problems += [(line_of(item, key), f"channels: {text}") for key, text in _does_not_fit(settings, kinds)]
        if kind := kinds.get(platform):
            if "platforms" in found or not value_of(root, "platforms"):
                problems += _missing_secrets(root, item, platform, kind, found.get("platforms", {}))
            channels.append(_channel(settings, found))
    return tuple(channels), problems


def _named_kinds(root: Node) -> dict[str, str]:
    """The platforms that a channel may name, and their kinds; of one that does not hold up, the kind is empty."""
    kinds = {kind: kind for kind in KINDS}
    with suppress(InvalidError):
        section = value_of(root, "platforms")
        for key, settings in entries(section, "") if section else ():
            name = key.value.partition(":")[0]  # `telegram:123`: what follows may be a secret
            kinds[name] = ""
            with suppress(InvalidError):
                kinds[name] = _kind_of(key, settings)
    return kinds


def _does_not_fit(channel: dict[str, Any], kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What of a channel's settings does not fit its platform: the key, and what to write."""
    platform, address = channel["platform"], channel.get("address")
    if platform not in kinds:
        hint = nearest(platform, kinds) or f"; known are {', '.join(kinds)}"
        yield "platform", f'platform: "{shown(platform)}" is no platform{hint}'
        return
    kind = kinds[platform]
    if kind not in {"console", ""} and not address:
        yield "name", f'address: is missing in "{channel["name"]}"; say where it is on {platform}'
    if kind == "telegram" and address and not re.fullmatch(r"@\w+|-?[0-9]+", address):
        yield "address", 'address: is no Telegram address; write "@name" or a numeric chat id'
    if kind not in {"telegram", ""} and "thread" in channel:
        yield "thread", "thread: only Telegram has forum topics; delete the line"


def _missing_secrets(
    root: Node, item: Node, platform: str, kind: str, platforms: dict[str, Any]
) -> list[tuple[int, str]]:
    problems = []
    section = value_of(value_of(root, "platforms"), platform)
    for key in _NEEDED[kind]:
        if platforms.get(platform, {}).get(key):
            continue
        name, written = f"platforms.{platform}.{key}", value_of(section, key)
        if section and written:
            line, why = line_of(section, key), f"{_expanded(written, name)[1]} is not set in the environment"
        else:
            line, why = line_of(section or item, "platform"), f"is missing; write {key}: ${{NAME_OF_A_VARIABLE}}"
        problems.append((line, f"{name}: {why}; a channel needs it"))
    return problems


def _shared_tokens(root: Node, platforms: dict[str, Any]) -> list[tuple[int, str]]:
    """Platforms that have another's token."""
    problems = []
    seen: dict[tuple[str, Secret], str] = {}
    for platform, settings in platforms.items():
        for key in _ITS_OWN:
            token = settings.get(key)
            if token and (first := seen.setdefault((key, token), platform)) != platform:
                section = value_of(value_of(root, "platforms"), platform)
                line = line_of(section, key) if section else 1
                text = f"is that of platforms.{first}, too; give each a bot of its own, or delete one of them"
                problems.append((line, f"platforms.{platform}.{key}: {text}"))
    return problems


def _channel(own: dict[str, Any], defaults: dict[str, Any]) -> Channel:
    settings = {**defaults, **own}
    in_doubt = {**defaults.get("in_doubt", {}), **own.get("in_doubt", {})}
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
        announce_closing=settings.get("announce_closing", False),
        drop_in_doubt=frozenset(kind for kind, what in in_doubt.items() if what is InDoubt.DROP),
    )


def _platforms(given: dict[str, Any], channels: tuple[Channel, ...]) -> tuple[Platform, ...]:
    """The platforms in use: those that a channel names, and those that could answer in chat."""
    named = {channel.destination.platform for channel in channels}
    platforms = []
    for name, settings in {**given, **{name: {"kind": name} for name in sorted(named - given.keys())}}.items():
        kind = settings["kind"]
        known = {key: value for key, value in settings.items() if value is not None and key != "kind"}
        if name in named or all(key in known for key in _NEEDED[kind]):
            platforms.append(Platform(name, kind, known))
    return tuple(platforms)
