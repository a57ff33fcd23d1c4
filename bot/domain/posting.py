"""The vocabulary of an advertised position, and whether it is open at an instant.

The names follow schema.org's JobPosting where it has one (https://schema.org/JobPosting).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from bot.domain import comments
from bot.domain.zones import at_local, zone


class Role(StrEnum):
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
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"


class Workplace(StrEnum):
    ON_SITE = "on-site"
    HYBRID = "hybrid"
    REMOTE = "remote"


class DeadlineKind(StrEnum):
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
    name: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One file of the registry. `timezone` is the zone of `posted` (and of a deadline that names no offset).

    `summary` and `description` hold no HTML comments, whoever wrote or kept them: these are not for readers.
    """

    id: str
    title: str
    roles: tuple[Role, ...]
    timezone: str
    status: Status = Status.OPEN
    organization: str | None = None
    group: str | None = None
    location: str | None = None
    workplace: Workplace | None = None
    posted: date | None = None
    deadline: Deadline | None = None
    deadline_kind: DeadlineKind = DeadlineKind.ROLLING
    start: str | None = None
    duration: str | None = None
    pay: str | None = None
    fte: float | None = None
    openings: int | None = None
    degree: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    funder: tuple[str, ...] = ()
    call: str | None = None
    url: str | None = None
    apply: str | None = None
    contact: Contact | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    description: str | None = None
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
        object.__setattr__(self, "closes_at", self.deadline.at.astimezone(UTC) if fixed and self.deadline else None)

    def is_listed(self, now: datetime) -> bool:
        """Whether answers may show it at all: drafts and days to come are nobody's business yet."""
        return self.status is not Status.DRAFT and (self.opens_at is None or self.opens_at <= now)

    def is_open(self, now: datetime) -> bool:
        """Open: its status says so, its day has come, and a fixed deadline has not passed."""
        return self.status is Status.OPEN and self.is_listed(now) and (self.closes_at is None or now <= self.closes_at)
