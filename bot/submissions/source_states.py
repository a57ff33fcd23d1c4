"""How a source was when it was read: what is written down after each reading. Pure."""

import hashlib
import json
from dataclasses import astuple, replace
from datetime import datetime
from importlib.metadata import version

from bot.sources.base import Reading
from bot.sources.settings import SourceSettings
from bot.store.sources import SourceState


def settings_digest(source: SourceSettings) -> str:
    """A digest of a source's settings and of this release: where it changes, the source is looked at anew."""
    return hashlib.sha256(f"{source!r} {version('callboard')}".encode()).hexdigest()


def digest(source: SourceSettings, reading: Reading) -> str:
    """A digest of what was read of a source, and of the source's settings."""
    whole = hashlib.sha256(repr(source).encode())
    for posting in reading.postings:  # one by one, so that others get their turn in between
        whole.update(json.dumps(astuple(posting), default=str, sort_keys=True).encode())
    return whole.hexdigest()


def after(source: SourceSettings, reading: Reading, state: SourceState | None, now: datetime) -> SourceState:
    """How a source is after a reading at `now` (UTC), by how it was before."""
    state = state or SourceState(name=source.name, read_at=now)
    if reading.incomplete:
        return replace(failed(state, reading.incomplete, now, reading.not_before), count=len(reading.postings))
    return SourceState(name=source.name, read_at=now, count=len(reading.postings), digest=digest(source, reading))


def failed(state: SourceState, error: str, now: datetime, not_before: datetime | None) -> SourceState:
    """How a source is that could not be read, or not to its end; `not_before` (UTC): it wants to be left alone."""
    return replace(
        state,
        read_at=now,
        error=error,
        failures=state.failures + 1,
        failed_at=state.failed_at or now,
        not_before=not_before,
        digest=None,
    )
