"""Tokens and passwords of a config: where each comes from, who reads it there, and what it can be used for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.config import OVERHEARD, Secret
from bot.domain.site import is_loopback
from bot.inspect.deployment.told import Deployment, DeploymentLine
from bot.schema import written_at
from bot.schema.secrets import TOKENS, References, references

_PASSWORD = re.compile(r"^\w+(?:\+\w+)?://[^/:@]*:(.+)@")
# Google's and Outlook's secret addresses of calendars, and what others call what only one's own programs know.
_PRIVATE_PATH = re.compile(r"/private-[0-9a-f]{16,}/|/owa/calendar/|/[0-9a-f]{32,}(?:/|$)", re.IGNORECASE)
_PRIVATE_KEY = re.compile(r"token|secret|key|auth|pass|sig", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenSecret:
    """A secret of the config: the path of its keys, and where its value comes from."""

    keys: tuple[str, ...]
    references: References

    @property
    def name(self) -> str:
        """Its keys as `check` names them: `platforms.slack.bot_token`."""
        return ".".join(self.keys)

    @property
    def origin(self) -> str:
        """In words, where it comes from."""
        parts = [f"the environment ({name})" for name in self.references.environment]
        parts += [f"{TOKENS} ({name})" for name in self.references.tokens]
        parts += [f"the file {path}" for path in self.references.files]
        return " and ".join(["the config itself"] * self.references.is_literal + parts)


def written_secrets(deployment: Deployment) -> Iterator[WrittenSecret]:
    """All of them, while what lies beside the config is at hand (see `schema.secrets.beside`)."""
    for platform in deployment.config.platforms:
        for keys in _secret_keys(platform.settings):
            yield from _written(deployment, ("platforms", platform.name, *keys))
    password = _PASSWORD.match(deployment.config.database)
    if password:
        yield from _written(deployment, ("database",), _PASSWORD)
    for source in deployment.config.sources:
        if isinstance(source.at, str) and _is_private(source.at):
            yield from _written(deployment, ("sources", source.name, "url"))


def _secret_keys(settings: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, value in settings.items():
        if isinstance(value, Secret):
            yield (key,)
        elif isinstance(value, Mapping):
            yield from ((key, *inner) for inner in _secret_keys(value))


def _written(
    deployment: Deployment, keys: tuple[str, ...], part: re.Pattern[str] | None = None
) -> Iterator[WrittenSecret]:
    """The secret at these keys, if it is written there; of its text only a `part` may be secret."""
    node = written_at(deployment.root, keys)[1]
    if node is not None and isinstance(node.value, str):
        fits = part and part.match(node.value)
        yield WrittenSecret(keys, references(fits[1] if fits else node.value))


def _is_private(address: str) -> bool:
    """Whether an address by its looks is for one's own programs alone: whoever knows it may read what is there."""
    url = urlsplit(address)
    named = any(_PRIVATE_KEY.search(key) and value for key, value in parse_qsl(url.query))
    return bool(url.password or _PRIVATE_PATH.search(url.path) or named)


def secret_lines(deployment: Deployment, secrets: Sequence[WrittenSecret]) -> Iterator[DeploymentLine]:
    """Where each comes from, and what whoever has it can do."""
    platforms = {platform.name: platform for platform in deployment.config.platforms}
    for secret in secrets:
        section, name, *rest = *secret.keys, ""
        todo = f"; write ${{NAME}} there, and NAME=… into {TOKENS}" if secret.references.is_literal else ""
        yield deployment.said(f"{secret.name}: from {secret.origin}{todo}", *secret.keys)
        if section == "platforms":
            for power in platforms[name].described.powers(".".join(rest).rstrip(".")):
                yield deployment.said(f"{secret.name}: {power}", *secret.keys)
        elif section == "database":
            text = "whoever has the password reads and changes what was said, and who follows what"
            yield deployment.said(f"{secret.name}: {text}", *secret.keys)
        else:
            text = "whoever knows the address reads what is there: it counts as a secret here"
            yield deployment.said(f"{secret.name}: {text}", *secret.keys)
    for platform in deployment.config.platforms:
        if server := platform.described.overheard(platform.settings):
            text = f"platforms.{platform.name}.{server}: {OVERHEARD}"
            yield deployment.said(text, "platforms", platform.name, server, is_exposed=True)
    yield from _database_line(deployment)
    if not secrets:
        yield deployment.said("there is none: no platform in use has a token", "platforms")


def _database_line(deployment: Deployment) -> Iterator[DeploymentLine]:
    """Whether others on the way can read what goes to a database on another machine. asyncpg prefers TLS, and does
    without where the server has none (https://magicstack.github.io/asyncpg/current/api/index.html#connection).
    """
    url = urlsplit(deployment.config.database)
    if not url.scheme.startswith("postgresql") or not url.hostname or is_loopback(f"{url.hostname}:0"):
        return
    modes = dict(parse_qsl(url.query))
    mode = modes.get("sslmode") or modes.get("ssl") or "prefer"
    if mode == "disable":
        text = f"database: what goes to {url.hostname} is not encrypted, the password included; write ?sslmode=require"
        yield deployment.said(text, "database", is_exposed=True)
    elif mode in {"prefer", "allow"}:
        text = (
            f"database: what goes to {url.hostname} is encrypted if it offers that; to insist, write ?sslmode=require"
        )
        yield deployment.said(text, "database")
