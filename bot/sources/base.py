"""The shape of a source: whatever postings can be read from, and what one reading of it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.schema import Value


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
    """

    postings: tuple[FoundPosting, ...] = ()
    incomplete: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the source was read to its end."""
        return self.incomplete is None


class SourceError(Exception):
    """A source cannot be read; the text says why, and holds no secret."""


class Source(Protocol):
    """Whatever postings can be read from."""

    @property
    def name(self) -> str:
        """What it is called in the config, in messages and in what is told about it."""

    async def read(self) -> Reading:
        """All that it has now. Raises `SourceError` when nothing could be read."""
