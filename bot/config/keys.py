"""What may stand in a config: every key, and what its value may be."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import time
from enum import StrEnum
from functools import partial
from typing import Any

from bot.config.settings import LISTEN, SLACK_LISTEN, InDoubt, Secret, SlackMode
from bot.core.channel import Lead
from bot.core.notice import Kind as NoticeKind
from bot.core.wording import LANGUAGES
from bot.core.zone_hints import zone_hint
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
    entries,
    invalid,
    nearest,
    scalar,
    shown,
    text_node,
)

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def expanded(node: Node, name: str) -> tuple[str, str]:
    """A value with its `${NAME}`s put in, and the names of those that are not set."""
    text, _ = scalar(node, name)
    if "${" in _VARIABLE.sub("", text):
        raise invalid(node, f'{name}: holds "${{" without a name and "}}" after it; write ${{NAME}}')
    unset = [variable for variable in _VARIABLE.findall(text) if not os.environ.get(variable, "").strip()]
    return _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), text).strip(), ", ".join(unset)


class _Token(Kind):
    """A secret; None when its variable is not set. It never shows up in an error, which says `why` it is none, or which
    other it is.
    """

    def __init__(self, pattern: str = ".*", why: str = "", odd: str = "") -> None:
        self.pattern, self.why = pattern, why
        self.odd = odd or "is no token, for it holds spaces or odd characters; copy it again"

    def read(self, node: Node, name: str) -> Secret | None:
        text, unset = expanded(node, name)
        if unset:
            return None
        if not re.fullmatch(r"[!-~]{1,1000}", text):
            raise invalid(node, f"{name}: {self.odd}")
        what, key = next(((what, key) for what, key, pattern in _SHAPES if re.fullmatch(pattern, text)), ("", ""))
        if what and not name.endswith(f".{key}"):
            raise invalid(node, f"{name}: is {what}, which belongs under {key}; take the one for here")
        if not re.fullmatch(self.pattern, text):
            raise invalid(node, f"{name}: {self.why}")
        return Secret(text)


# What tokens look like: https://core.telegram.org/bots/api#authorizing-your-bot,
# https://docs.slack.dev/authentication/tokens (also of apps with token rotation, xoxe.xoxb-).
_SHAPES = (
    ("a bot's token of Telegram", "token", r"[0-9]{5,20}:[A-Za-z0-9_-]{20,}"),
    ("a bot token of Slack (xoxb-…)", "bot_token", r"(?:xoxe\.)?xoxb-.+"),
    ("an app-level token of Slack (xapp-…)", "app_token", r"xapp-.+"),
)
_WHY_TELEGRAM = "is no token of a bot; copy it again from BotFather, with the number and the colon at its beginning"
_WHY_BOT = (
    "is no bot token; copy the Bot User OAuth Token, which begins with xoxb-, from the app's page OAuth & Permissions"
)
_WHY_WEBHOOK = "is no secret for a webhook; write up to 256 letters, digits, _ and -"
_WHY_APP = "is no app-level token; make one that begins with xapp- on the app's page Basic Information"


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


class _Expanded(Kind):
    """Another kind, in whose values `${NAME}` may stand. Errors show what is written, not what the variables hold."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def read(self, node: Node, name: str) -> Any:
        if not isinstance(node.value, str) or "${" not in node.value:
            return self.kind.read(node, name)
        text, unset = expanded(node, name)
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


class _Span(Kind):
    """A span of time, in seconds."""

    def read(self, node: Node, name: str) -> float:
        text, _ = scalar(node, name)
        fits = re.fullmatch(r"([0-9]{1,5})([smh]?)", text)
        seconds = float(fits[1]) * _SECONDS[fits[2]] if fits else None
        if seconds is None or seconds > _SECONDS["d"]:
            hint = "write seconds, minutes or hours, at most a day, such as 60s, 2m or 1h"
            raise invalid(node, f'{name}: "{shown(text)}" is no span of time; {hint}')
        return seconds


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
        file = text.removeprefix("sqlite:///")
        return text if file == text else f"sqlite:///{in_full(file, node, name)}"


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
        kind = kind_of(self.key, node)
        return {**_PLATFORMS[kind].read(node, name), "kind": kind}


_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
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
_SYNONYMS = Items(Text(most=80), or_one=True, least=1, most=20)
_DEFAULTS: dict[str, Kind] = {  # for all channels, or for one
    "timezone": OneOf(
        zone_names(), "time zone", "a name such as Europe/Berlin, or AoE", partial(zone_hint, of_deadline=False)
    ),
    "language": OneOf(LANGUAGES, "language that I speak", " or ".join(LANGUAGES)),
    "reminders": Items(_LeadTime()),
    "remind_at": _TimeOfDay(),
    "when_empty": Text(lines=True, most=4000),
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
        "filter": Text(most=1000),
        "silent": Flag(),
        **_DEFAULTS,
    },
    required=("name", "platform"),
)
KINDS = ("console", "web", "telegram", "slack")
_kind = OneOf(KINDS, "kind of platform", " or ".join(KINDS))
_WEBHOOK = _settings(
    {
        "url": Text(r"https?://[^\s/?#@]+(?:/[\w.~/-]*)?", "is no address for a webhook; write https://host/path"),
        # https://core.telegram.org/bots/api#setwebhook
        "secret": _Token("[A-Za-z0-9_-]{1,256}", _WHY_WEBHOOK, _WHY_WEBHOOK),
        "listen": _listen(LISTEN),
    },
    required=("url", "secret"),
)
_PLATFORMS: dict[str, Record] = {
    "console": _settings({"kind": _kind}),
    "web": _settings({"listen": _listen(LISTEN), "kind": _kind}),
    "telegram": _settings(
        {
            "token": _Token(r"[0-9]{1,20}:[A-Za-z0-9_-]+", _WHY_TELEGRAM),
            "api_url": _http,
            "webhook": _WEBHOOK,
            "kind": _kind,
        }
    ),
    "slack": _settings(
        {
            "bot_token": _Token(r"(?:xoxe\.)?xoxb-.+", _WHY_BOT),
            "app_token": _Token(r"xapp-.+", _WHY_APP),
            "signing_secret": _Token(),
            "mode": Choice(SlackMode),
            "listen": _listen(SLACK_LISTEN),
            "api_url": _http,
            "kind": _kind,
        }
    ),
}
NEEDED = {"telegram": ("token",), "slack": ("bot_token",), "console": (), "web": ()}


def kind_of(key: Node, section: Node) -> str:
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
        hint += " name of your own needs a kind: console, web, telegram or slack"
        raise invalid(key, f'platforms: "{shown(name)}" is no platform{hint}')
    return str(name)


CONFIG = _settings(
    {
        "registry": _Path(most=4096),
        "follow_links": Flag(),
        "database": _Database(),
        "settle": _Span(),
        "platforms": Named(lambda key, _: _Section(key)),
        "channels": Items(_CHANNEL, most=100_000),  # the size of the file is the limit
        "synonyms": Named(lambda _key, _value: _Expanded(_SYNONYMS)),
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
