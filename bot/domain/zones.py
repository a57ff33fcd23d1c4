"""Time zones and wall-clock times as instants.

Every instant in Callboard is an aware `datetime`; comparisons are made in UTC. A local time that a clock
change skips is read with the offset before the gap, a doubled one as the first of the two (RFC 5545,
section 3.3.5). That is what `zoneinfo` does with ``fold=0`` (PEP 495), so the rule needs no code here.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

AOE = "AoE"
"""Anywhere on Earth: UTC−12, the zone in which a day ends last (IEEE 802.16 usage, common in calls)."""

_AOE_ZONE = timezone(timedelta(hours=-12), AOE)
DAY_END = time(23, 59, 59)


@cache
def zone_names() -> frozenset[str]:
    """All names a `timezone` may have: IANA's, as the tzdata package lists them, and AoE."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split()) | {AOE}


@cache
def zone(name: str) -> tzinfo:
    """The zone of an IANA name or `AoE`. Raises `ValueError` for any other name."""
    if name == AOE:
        return _AOE_ZONE
    if name not in zone_names():
        raise ValueError(f"unknown time zone {name!r}")
    return ZoneInfo(name)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC. Many postings end on the same days: they share one object."""
    return _shared(at.astimezone(UTC))


@lru_cache(maxsize=1000)  # in UTC: in a zone, the two hours of a clock change pass for equal
def _shared(instant: datetime) -> datetime:
    return instant


def at_local(day: date, clock: time, where: tzinfo) -> datetime:
    """The instant (UTC) at which `where`'s clocks show `day` and `clock`; see the module for clock changes."""
    return datetime.combine(day, clock, where).astimezone(UTC)


def instant(text: str) -> datetime | None:
    """ISO 8601 as an instant (UTC), from 1970 to 2999; without an offset it is UTC. None when it is no such text."""
    try:
        at = datetime.fromisoformat(text.strip())
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 1970 <= at.year < 3000 else None


def offset_name(instant: datetime) -> str:
    """`UTC+2`, `UTC−3:30`, `UTC`: the offset of an aware instant in its own zone."""
    offset = instant.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
