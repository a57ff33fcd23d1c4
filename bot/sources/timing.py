"""When a source is read next. Pure; instants are aware, spans of time those of the config."""

import hashlib
from datetime import UTC, datetime, timedelta

from bot.sources.settings import LEAST_EVERY, SourceSettings

FORGOTTEN_AFTER = timedelta(days=30)
"""So long after its last reading what is known of a source is kept that the config no longer names."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DOUBLINGS = 10
_ROUNDED = timedelta(milliseconds=1)


def next_reading(
    source: SourceSettings, read_at: datetime, *, not_before: datetime | None = None, failures: int = 0
) -> datetime:
    """When a source that was read at `read_at` is due: `every` after that, but each at its own time, so that not all
    are due at once after a start. The first wait is from half of `every` to all of it, each later one all of it.

    One whose server wants to be left alone until `not_before` (RFC 9110, 10.2.3) is due then, whatever `every` says;
    and not before ten minutes have passed, twice as many after each further refusal, up to `every`.
    """
    if not_before is not None:
        wait = LEAST_EVERY * (1 << min(max(failures - 1, 0), _MOST_DOUBLINGS))
        return max(not_before, read_at + min(wait, source.every))
    ahead: timedelta = (_EPOCH + _share(source.name) * source.every - read_at) % source.every
    if ahead < _ROUNDED:
        ahead += source.every
    if ahead < source.every / 2:
        ahead = (source.every + ahead) / 2
    return read_at + ahead


def _share(name: str) -> float:
    """From 0 to 1, the same for a name at each start."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
