"""What a config says, with secrets sealed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bot.audiences.audience import Audience
from bot.domain.person import People
from bot.domain.schedule import NEVER, Destination, Lead, Schedule
from bot.domain.site import LISTEN
from bot.platforms.kinds import Endpoint, PlatformKind, kinds
from bot.questions.widening import Synonyms
from bot.schema import Note
from bot.schema.secrets import revealed
from bot.sources.settings import SourceSettings

OVERHEARD = "is http:// to another machine: whoever is on the way can read the token; write https://"
"""Of the address of a platform's server."""


class InDoubt(StrEnum):
    """What to do with a message of which nobody knows whether it arrived, where the platform cannot be asked."""

    RESEND = "resend"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """A platform: its name in this config, its kind, and its settings by the names of the contract. Secrets that are
    not set are left out.
    """

    name: str
    kind: str
    settings: Mapping[str, Any]

    @property
    def is_overheard(self) -> bool:
        """Whether its token goes to another machine by http, for whoever is on the way to read."""
        return self.described.overheard(self.settings) is not None

    @property
    def described(self) -> PlatformKind:
        """What there is to know of its kind."""
        return kinds()[self.kind]

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Where it is reached by HTTP."""
        return self.described.endpoints(self.name, self.settings)


class TakenFrom(StrEnum):
    """From whom postings are taken in chat. Editors and admins always may hand in."""

    NOBODY = "nobody"
    EDITORS = "editors"
    MEMBERS = "members"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class SubmissionSettings:
    """How postings are handed in from chat. `review`: the channel where drafts are shown for approval; None for each
    admin's private chat. `git`: each change is committed, and with `push` pushed. `defaults`: keys of a posting file
    with what a new one says unless somebody says something else.
    """

    from_: TakenFrom = TakenFrom.NOBODY
    review: Audience | None = None
    git: bool = False
    push: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)


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
    platforms: tuple[PlatformConfig, ...]
    channels: tuple[Audience, ...]
    people: People = field(default_factory=People)
    submissions: SubmissionSettings = field(default_factory=SubmissionSettings)
    sources: tuple[SourceSettings, ...] = ()
    web: Web | None = None
    schedule: Schedule = field(default_factory=lambda: Schedule("UTC", time(9), ()))
    """When those are spoken to who have not said otherwise."""
    usual: Audience = field(default_factory=lambda: Audience("", Destination("", ""), Schedule("UTC", time(9), ())))
    """A channel of which the config says nothing, as its defaults have it: it has no name, and is nowhere. It pins
    nothing and calls nobody.
    """
    nudges: tuple[Lead, ...] = ()
    """How long before a deadline its owner is asked whether the position still holds; negative ones, after it."""
    confirm_rolling: Lead = NEVER
    """How often the owner of a position without a deadline is asked; 0 days are never."""
    synonyms: Synonyms = ()  # the lab's own
    settle: float = 60.0
    """For so many seconds a new file must not have been written before a running bot says anything of it."""
    follow_links: bool = False  # … that lead out of the registry
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Where a platform, a channel, or a key of theirs stands in the file: `channels.lab-slack.address`."""
    notes: tuple[Note, ...] = field(default=(), repr=False, compare=False)
    """What is allowed in it, but rarely meant."""

    @property
    def database_file(self) -> Path | None:
        """SQLite's file; None in PostgreSQL."""
        file = self.database.removeprefix("sqlite:///")
        return Path(file) if file != self.database else None

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret in it, for the log to leave out."""
        password = re.match(r"\w+(?:\+\w+)?://[^/:@]*:(.+)@", self.database)
        of_database = (password[1], unquote(password[1])) if password else ()
        return frozenset(
            (*of_database, *(secret for platform in self.platforms for secret in revealed(platform.settings)))
        )
