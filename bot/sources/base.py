"""The shape of a source: whatever postings can be read from, and what one reading of it gives.

A source elsewhere gives all that it has at each reading, as `FoundPosting`s: who asked compares them with what it knew.
The folder of posting files (`bot/sources/files`) gives postings that are checked already, and of them only those that
have changed since it was read last: with 10,000 files, all the others cost nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.schema import Value

_Found_co = TypeVar("_Found_co", covariant=True)


class AsFound(StrEnum):
    """How the source itself presents a posting."""

    OPEN = "open"
    CLOSED = "closed"
    COMMENTED_OUT = "commented-out"
    SPECULATIVE = "speculative"


@dataclass(frozen=True, slots=True)
class FoundPosting:
    """A posting as a source has it.

    `fields`: keys of a posting file with their values. `evidence`: the source's own words for a field. `uncertain`: why
    a field was left out, as the end of a sentence. `source_id`: what the source calls it, the same at each reading;
    `url`: where it stands there.
    """

    fields: Mapping[str, Value]
    as_found: AsFound = AsFound.OPEN
    evidence: Mapping[str, str] = field(default_factory=dict)
    uncertain: Mapping[str, str] = field(default_factory=dict)
    source_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source gave. `incomplete` says why there may be more than `postings`: what is absent from such
    a reading is not known to be gone. A complete reading without postings is an empty source, not a broken one.
    `not_before` (UTC): until then its server wants to be left alone.
    """

    postings: tuple[FoundPosting, ...] = ()
    incomplete: str | None = None
    not_before: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the source was read to its end."""
        return self.incomplete is None

    def gone(self, known: Collection[str]) -> frozenset[str]:
        """Those of the `known` source ids that it has no longer, as far as that can be told."""
        if not self.is_complete:
            return frozenset()
        return frozenset(known) - {posting.source_id for posting in self.postings if posting.source_id}


class SourceReading(Protocol[_Found_co]):
    """What one look at a source gave, whether that is all it has or what has changed since the last look."""

    @property
    def postings(self) -> Sequence[_Found_co]:
        """Those that are there; at the least, those that are new or otherwise since the last look."""

    def gone(self, known: Collection[str]) -> frozenset[str]:
        """Those of the ids `known` from earlier looks of which this one shows that they are there no longer."""


class SourceError(Exception):
    """A source cannot be read; the text says why, and holds no secret. `not_before` (UTC): until then its server wants
    to be left alone.
    """

    def __init__(self, text: str, not_before: datetime | None = None) -> None:
        super().__init__(text)
        self.not_before = not_before


class NoHostError(SourceError):
    """There is no host of that name."""


class UnchangedError(SourceError):
    """A source has what it had; what that is, only who asked knows."""


class Source(Protocol[_Found_co]):
    """Whatever postings can be read from."""

    @property
    def name(self) -> str:
        """What it is called in the config, in messages and in what is told about it."""

    async def read(self) -> SourceReading[_Found_co]:
        """Looks at it once. Raises `SourceError` when nothing could be read."""
