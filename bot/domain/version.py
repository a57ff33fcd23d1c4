"""What a message says of a posting: what has become of it, and all else by which one version is told from another."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Self

from bot.domain.posting import Deadline, DeadlineKind, Posting, Status
from bot.domain.zones import zone, zone_names


class Standing(StrEnum):
    """What has become of a posting, as its readers are told."""

    OPEN = "open"
    PASSED = "passed"  # its deadline
    CLOSED = "closed"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # its file: no longer listed

    @property
    def is_over(self) -> bool:
        """Ended by a person's doing. A deadline that has passed may be extended: that is another matter."""
        return self not in {Standing.OPEN, Standing.PASSED}


_STANDINGS = {
    Status.DRAFT: Standing.GONE,
    Status.CLOSED: Standing.CLOSED,
    Status.FILLED: Standing.FILLED,
    Status.WITHDRAWN: Standing.WITHDRAWN,
}


def standing_of(posting: Posting, now: datetime) -> Standing:
    """What has become by `now` of a posting that is in the registry."""
    if posting.status is not Status.OPEN:
        return _STANDINGS[posting.status]
    return Standing.PASSED if posting.closes_at is not None and now > posting.closes_at else Standing.OPEN


class Detail(StrEnum):
    """How much of a posting a message shows."""

    FULL = "full"
    BRIEF = "brief"
    SHORT = "short"
    ITEM = "item"


_ITEM = ("title", "roles", "location", "url", "deadline_kind")
_BRIEF = (*_ITEM, "organization", "group", "workplace", "pay", "fte", "start", "duration", "apply")
_SHORT = ("title", "url", "deadline_kind", "apply")
_FIELDS = {Detail.ITEM: _ITEM, Detail.SHORT: _SHORT, Detail.BRIEF: _BRIEF, Detail.FULL: (*_BRIEF, "summary", "contact")}
_FIRST = 12  # hexadecimal digits of a digest
_SINCE_THEN = {
    Detail.ITEM: ("apply", "contact"),
    Detail.SHORT: ("contact",),
    Detail.BRIEF: ("openings", "contact"),
    Detail.FULL: ("openings",),
}
"""What is shown since 0.2 as well; it has a digest of its own, behind the first. So a message of an earlier release,
which has the first alone, is not taken for one that is no longer true.
"""


@dataclass(frozen=True, slots=True)
class Version:
    """What a message says of a posting: where what is so now `is_told_by` it, it needs no edit. `facts` are digests of
    all that is shown beside the standing and the deadline; `deadline` is None where applications are welcome at any
    time.
    """

    standing: Standing
    deadline: Deadline | None
    facts: str

    @classmethod
    def of(cls, posting: Posting, standing: Standing, detail: Detail) -> Self:
        """What a message in that detail would say of a posting that is so."""
        return cls(standing, told_deadline(posting), _facts(posting, detail))

    def is_told_by(self, said_version: "Version") -> bool:
        """Whether a message that says `said_version` needs no edit to say this one: it is the same, or an earlier
        release would have said the same.
        """
        is_same = self.standing is said_version.standing and self.deadline == said_version.deadline
        if is_same and self.standing is Standing.GONE:  # of what is gone less is known than before; that is no change
            return True
        return is_same and said_version.facts in {self.facts, self.facts[:_FIRST]}

    @property
    def until(self) -> datetime | None:
        """The deadline's instant, in UTC."""
        return self.deadline.at.astimezone(UTC) if self.deadline else None

    @property
    def gist(self) -> tuple[Standing, datetime | None]:
        """What has to be put right at once when it differs: the standing and the instant of the deadline."""
        return self.standing, self.until

    @property
    def text(self) -> str:
        """One line that `parse` reads back; the deadline as RFC 9557 writes it."""
        return f"{self.standing} {written(self.deadline)} {self.facts}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version whose `text` that is. Raises `ValueError`."""
        word, deadline, facts = text.split(" ", 2)
        return cls(Standing(word), deadline_of(deadline), facts)


def told_deadline(posting: Posting) -> Deadline | None:
    """The deadline that readers are told to keep; None where applications are welcome at any time."""
    return None if posting.deadline_kind is DeadlineKind.ROLLING else posting.deadline


def told_until(posting: Posting) -> datetime:
    """The instant (UTC) of the deadline that readers are told to keep; `datetime.max` where there is none."""
    deadline = told_deadline(posting)
    return deadline.at.astimezone(UTC) if deadline else datetime.max.replace(tzinfo=UTC)


def written(deadline: Deadline | None) -> str:
    """`2027-05-02T23:59:59+02:00[Europe/Berlin]` (RFC 9557, section 4), or `-`."""
    return f"{deadline.at.isoformat()}[{deadline.zone}]" if deadline else "-"


def deadline_of(text: str) -> Deadline | None:
    """Reads back what `written` wrote."""
    if text == "-":
        return None
    at, _, name = text.rstrip("]").partition("[")
    instant = datetime.fromisoformat(at)
    return Deadline(instant.astimezone(zone(name)) if name in zone_names() else instant, name)


@lru_cache(maxsize=1024)
def _facts(posting: Posting, detail: Detail) -> str:
    shown = {name: value for name in _FIELDS[detail] if (value := getattr(posting, name))}
    shown["form"] = detail
    if posting.deadline:  # one that moves is told apart by `Version.deadline`
        shown["zone"] = posting.deadline.zone if told_deadline(posting) else written(posting.deadline)
    also = {name: value for name in _SINCE_THEN[detail] if (value := getattr(posting, name))}
    if detail is not Detail.FULL and posting.url:  # it leads on
        also.pop("apply", None)
    if detail is not Detail.FULL and (posting.url or posting.apply):
        also.pop("contact", None)
    return _digest(shown) + _digest(also)


def _digest(shown: dict[str, object]) -> str:
    whole = json.dumps(shown, sort_keys=True, default=asdict)
    return hashlib.blake2s(whole.encode("utf-8", "surrogatepass"), digest_size=_FIRST // 2).hexdigest()
