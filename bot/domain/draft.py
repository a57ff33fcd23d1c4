"""What somebody has handed in from chat, or changes from there, and how far it has come.

Each change of the registry is a draft, also one that nobody has to approve: so whatever dies in the midst of it,
another process finds how far it was, and ends it once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.person import Person


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person, and the name that was shown at the time."""

    person: Person
    name: str


_SOURCE = "source"  # the platform of sources among people


def from_source(name: str) -> Contributor:
    """A source of the config, among the people who hand in and change."""
    return Contributor(Person(_SOURCE, name), name)


class Action(StrEnum):
    """What the audit lists."""

    HANDED_IN = "handed-in"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"
    CHANGED = "changed"
    EXTENDED = "extended"
    CLOSED = "closed"
    REOPENED = "reopened"
    IMPORTED = "imported"
    SET = "set"
    """How a group or channel wants to hear: of no posting."""


class DraftState(StrEnum):
    """Whether somebody has decided."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Step(StrEnum):
    """How far an approved draft has come: its file has to be written; the file is written and has to be committed; all
    is done.
    """

    DECIDED = "decided"
    WRITTEN = "written"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new posting, or a change of one. Instants are UTC.

    `action`: what it does when it is approved. `posting`: the id; of a new one, None until its file is written.
    `changes`: the keys of a posting file with what they shall say, None for one that goes. `base`: what these keys said
    when it was handed in; None for a new posting. `is_direct`: whoever made it needed no approval. `trouble`: why it
    could not be done when it was last tried. `undo`: what its file said before, while that may still be needed.
    `is_told`: whoever handed it in has heard what became of it.
    """

    id: str
    at: datetime
    by: Contributor
    action: Action
    changes: Mapping[str, Any]
    base: Mapping[str, Any] | None = None
    posting: str | None = None
    is_direct: bool = False
    state: DraftState = DraftState.WAITING
    step: Step | None = None
    decided_at: datetime | None = None
    decided_by: Contributor | None = None
    why: str | None = None
    trouble: str | None = None
    undo: str | None = None
    is_told: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it makes a posting, rather than changes one."""
        return self.base is None

    @property
    def source(self) -> str | None:
        """The source that asks for it; None where a person does."""
        return self.by.person.id if self.by.person.platform == _SOURCE else None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.step is Step.DONE

    @property
    def fields(self) -> dict[str, Any]:
        """What its keys shall say, without those that go."""
        return {key: value for key, value in self.changes.items() if value is not None}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which posting, and when (UTC). `posting` is None for a draft that never had an id; `draft`, for
    what was done without one.
    """

    at: datetime
    by: Contributor
    action: Action
    posting: str | None
    detail: str
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """How many drafts wait, since when the oldest does, and how many were ever approved and rejected."""

    waiting: int
    oldest: datetime | None
    approved: int
    rejected: int
