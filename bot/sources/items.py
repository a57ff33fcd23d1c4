"""What is remembered of a position that a source has, from one reading to the next. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.schema import Value
from bot.sources.base import AsFound

_NOT_KEPT = frozenset(("contact", "supervisors", "summary", "description"))


def traces(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Fields as they are remembered: of people and long texts no more than whether they are the same."""
    return {key: _trace(value) if key in _NOT_KEPT else value for key, value in fields.items()}


def _trace(value: Value) -> str:
    return "#" + hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:20]


def readable(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Those of remembered fields that are known word for word."""
    return {key: value for key, value in fields.items() if key not in _NOT_KEPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A position as a source has it. Instants are UTC.

    `key`: what it is called within its source, for good. `source_id`, `url`: what the source calls it, and its advert's
    address there, by now. `said`: the fields as it was read last, key by key; `written`: those of them that stand in
    the posting file because the source said so; both are `traces`. `posting`: the id of its posting, once there is a
    file. `draft`: the draft that it waits for. `seen_at`: the last reading that had it. `missed_at`: the first of those
    since that did not; `gone_at`: since when that is believed. `held`: why it is not. `is_rejected`: a person does not
    want it. `note`: why something that it says could not be written.
    """

    source: str
    key: str
    source_id: str | None = None
    url: str | None = None
    as_found: AsFound = AsFound.OPEN
    said: Mapping[str, Value] = field(default_factory=dict)
    written: Mapping[str, Value] = field(default_factory=dict)
    posting: str | None = None
    draft: str | None = None
    seen_at: datetime
    missed_at: datetime | None = None
    gone_at: datetime | None = None
    held: str | None = None
    is_rejected: bool = False
    note: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether the last reading had it, and something is, or may be, published of it."""
        return self.missed_at is None and not self.is_rejected and (self.posting or self.draft) is not None
