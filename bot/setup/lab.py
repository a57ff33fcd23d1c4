"""What a lab is, as far as it has to be known to begin: made into the files of a folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.schema.secrets import TOKENS
from bot.setup.containers import LISTEN
from bot.sources.files.drafting import template

REGISTRY = "postings"
CONFIG, IGNORED, TEMPLATE = "config.yaml", ".gitignore", f"{REGISTRY}/_template.yaml"
"""Files of the folder, as contract names them. What begins with `_` in the registry is not read."""

NOT_FOR_GIT = (TOKENS, "callboard.db*", "*.backup")

SERVICES = ("systemd", "compose", "none")
PAGES = ("github", "gitlab", "none")

_COPY = "# Copy this to NAME.yaml, a name that you choose: what begins with _, as this does, is not read.\n"
_PRIVATE_HEAD = "# Tokens: for this account alone, and never in git. callboard reads them from here.\n"


@dataclass(frozen=True, slots=True)
class SecretAt:
    """Where a secret of a platform is: in `variable`, with the `value` that the file of tokens gets; or in a `file`."""

    key: str
    variable: str = ""
    value: str = field(default="", repr=False)
    file: str = ""

    @property
    def reference(self) -> str:
        """As the config says it."""
        return f"${{file:{self.file}}}" if self.file else f"${{{self.variable}}}"


@dataclass(frozen=True, slots=True)
class PlatformAsked:
    """A platform by the name of its kind, its secrets, where else its server is, and one channel there (None for none
    yet).
    """

    kind: str
    secrets: Sequence[SecretAt] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Lab:
    """`timezone`: an IANA name; `language`: one that Callboard speaks; `service`: what keeps the bot running, one of
    `SERVICES`; `pages`: what takes a server's place, one of `PAGES`.
    """

    timezone: str
    language: str
    name: str | None = None
    place: str | None = None
    platforms: Sequence[PlatformAsked] = ()
    service: str = "none"
    pages: str = "none"


def files(lab: Lab, today: date) -> dict[str, str]:
    """The texts of its files, by path; but for what git has to leave out, which is added to what is there."""
    tokens = [
        f"{secret.variable}={json.dumps(secret.value)}\n"
        for platform in lab.platforms
        for secret in platform.secrets
        if secret.value
    ]
    written = {
        CONFIG: config(lab),
        TEMPLATE: _COPY + template("NAME", today, lab.timezone),
    }
    return {**written, TOKENS: _PRIVATE_HEAD + "".join(tokens)} if tokens else written


def config(lab: Lab) -> str:
    """The config. YAML takes JSON's strings for its own (https://yaml.org/spec/1.2.2/#12-yaml-history-and-json)."""
    lines = [
        "# Made by callboard init. Every key is explained in config.example.yaml and docs/reference.md.",
        f"registry: {REGISTRY}",
        "database: sqlite:///callboard.db",
        f"timezone: {_text(lab.timezone)}",
        f"language: {lab.language}",
        "reminders: [14d, 7d, 1d]",
        *(
            ["in_doubt: drop                      # a round that was killed says nothing twice"]
            if lab.pages != "none"
            else []
        ),
        "",
        "web:                                # the board, for this computer alone until base_url says otherwise",
        f"  listen: {LISTEN}              # in the container; compose.yaml says who reaches it"
        if lab.service == "compose"
        else "  listen: 127.0.0.1:8080",
        *([f"  title: {_text(lab.name)}"] if lab.name else []),
        "",
        "platforms:",
        "  console: {}",
    ]
    for platform in lab.platforms:
        lines += platform_lines(platform)
    channels = [platform for platform in lab.platforms if platform.channel]
    lines += ["", "channels:"]
    for platform in channels:
        lines += channel_lines(platform)
    if not channels:
        lines += ["  - name: terminal", "    platform: console"]
    defaults = {"organization": lab.name, "location": lab.place}
    if any(defaults.values()):
        lines += ["", "submissions:", "  defaults:                         # of positions that are handed in from chat"]
        lines += [f"    {key}: {_text(value)}" for key, value in defaults.items() if value]
    return "\n".join(lines) + "\n"


def platform_lines(platform: PlatformAsked) -> list[str]:
    """What the config has of it below `platforms`."""
    settings = [f"    {key}: {_text(value)}" for key, value in platform.settings.items()]
    secrets = [f"    {secret.key}: {secret.reference}" for secret in platform.secrets]
    return [f"  {platform.kind}:", *secrets, *settings]


def channel_lines(platform: PlatformAsked) -> list[str]:
    """What the config has of its channel below `channels`."""
    name, kind = f"  - name: lab-{platform.kind}", f"    platform: {platform.kind}"
    return [name, kind, f"    address: {_text(platform.channel)}"]


def _text(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)
