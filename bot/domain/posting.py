"""The vocabulary of an advertised position, and whether it is open at an instant.

The names follow schema.org's JobPosting where it has one (https://schema.org/JobPosting).

`Posting` is also the table of what each key is for beside messages: whether it is searched, under which label a page
shows it as it is, and whether it is among what is published as data. How a file's key is read stands in
`sources/files/fields.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from bot.domain import comments
from bot.domain.worded import _
from bot.domain.zones import at_local, in_utc, zone


class Role(StrEnum):
    """What somebody is hired as; the value is what files and addresses say."""

    PHD = "phd"
    POSTDOC = "postdoc"
    PROFESSOR = "professor"
    RESEARCH_STAFF = "research-staff"
    STUDENT_ASSISTANT = "student-assistant"
    THESIS = "thesis"
    INTERNSHIP = "internship"
    TECHNICIAN = "technician"
    ADMIN = "admin"
    OTHER = "other"


class Status(StrEnum):
    """What a posting's file says of it. Whether one can apply is another matter: see `Standing`."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"


class Workplace(StrEnum):
    """Where the work is done."""

    ON_SITE = "on-site"
    HYBRID = "hybrid"
    REMOTE = "remote"


class DeadlineKind(StrEnum):
    """What a deadline means: the last instant to apply, the day on which the review begins, or none at all."""

    FIXED = "fixed"
    REVIEW_BEGINS = "review-begins"
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last instant to apply. `at` is aware and in the zone in which the deadline was written; `zone` is
    that zone's name (IANA, `AoE`, or an offset such as `UTC+2`).
    """

    at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to; `email` is an address alone, `url` one of the web."""

    name: str | None = None
    email: str | None = None
    url: str | None = None


def _texts(label: str | None = None) -> Any:
    """A list of texts that are searched and published; a `label` has pages show it as it is."""
    return field(default=(), metadata={"is_searched": True, "is_published": True, "label": label})


def _text(label: str | None = None, *, is_searched: bool = True) -> Any:
    """A text that is published, and mostly searched; a `label` has pages show it as it is."""
    return field(default=None, metadata={"is_searched": is_searched, "is_published": True, "label": label})


def _number() -> Any:
    """A number that is published."""
    return field(default=None, metadata={"is_published": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One file of the registry. The order of its keys is that in which they are kept and told apart: a new one comes
    last, before `aliases`. `timezone` is the zone of `posted` (and of a deadline that names no offset).

    `summary` and `description` hold no HTML comments, whoever wrote or kept them: these are not for readers.
    """

    id: str
    title: str
    roles: tuple[Role, ...]
    timezone: str
    status: Status = Status.OPEN
    organization: str | None = _text()
    group: str | None = _text()
    location: str | None = _text()
    workplace: Workplace | None = field(default=None, metadata={"is_searched": True})
    posted: date | None = None
    deadline: Deadline | None = None
    deadline_kind: DeadlineKind = DeadlineKind.ROLLING
    start: str | None = _text(is_searched=False)
    duration: str | None = _text(is_searched=False)
    pay: str | None = _text()
    fte: float | None = _number()
    openings: int | None = _number()
    degree: tuple[str, ...] = _texts(_("Degree"))
    languages: tuple[str, ...] = _texts(_("Languages"))
    skills: tuple[str, ...] = _texts(_("Skills"))
    supervisors: tuple[str, ...] = _texts(_("Supervision"))
    project: tuple[str, ...] = _texts(_("Project"))
    funder: tuple[str, ...] = _texts(_("Funding"))
    call: str | None = _text()
    url: str | None = None
    apply: str | None = _text(is_searched=False)
    contact: Contact | None = None
    tags: tuple[str, ...] = _texts(_("Tags"))
    summary: str | None = _text()
    description: str | None = _text()
    aliases: tuple[str, ...] = ()
    opens_at: datetime | None = field(init=False, compare=False)
    closes_at: datetime | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        opens = at_local(self.posted, time(), zone(self.timezone)) if self.posted else None
        fixed = self.deadline is not None and self.deadline_kind is DeadlineKind.FIXED
        for name in ("summary", "description"):
            if (text := getattr(self, name)) and (shown := comments.left_out(text)) is not text:
                object.__setattr__(self, name, shown.strip() or None)
        object.__setattr__(self, "opens_at", opens)
        object.__setattr__(self, "closes_at", in_utc(self.deadline.at) if fixed and self.deadline else None)

    @property
    def names(self) -> tuple[str, ...]:
        """Its id, and its former ones."""
        return (self.id, *self.aliases)

    def is_listed(self, now: datetime) -> bool:
        """Whether answers may show it at all: drafts and days to come are nobody's business yet."""
        return self.status is not Status.DRAFT and (self.opens_at is None or self.opens_at <= now)

    def is_open(self, now: datetime) -> bool:
        """Open: its status says so, its day has come, and a fixed deadline has not passed."""
        return self.status is Status.OPEN and self.is_listed(now) and (self.closes_at is None or now <= self.closes_at)


SEARCHED: tuple[str, ...] = tuple(key.name for key in fields(Posting) if key.metadata.get("is_searched"))
"""The keys by whose words a posting is found; beside its id, its title, and whom to ask."""

LABELS: Mapping[str, str] = {key.name: key.metadata["label"] for key in fields(Posting) if key.metadata.get("label")}
"""By key, the label (English) under which pages show what it says as it is, in the order of `Posting`."""

PUBLISHED: Mapping[str, type] = {
    key.name: tuple if isinstance(key.default, tuple) else str if key.type == str | None else float
    for key in fields(Posting)
    if key.metadata.get("is_published")
}
"""By key, what is published under its own name as data: a text, a list of texts or a number."""
