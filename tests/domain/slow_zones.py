"""Local times as instants, the slow and obvious way: watch the local clock through the day, a quarter of an hour at a
time, and see when it shows the time that is looked for (RFC 5545, section 3.3.5).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)


def local(at: datetime, where: str) -> datetime:
    """What a clock on the wall shows at an instant."""
    if where == "AoE":
        return at.replace(tzinfo=None) - timedelta(hours=12)
    return at.astimezone(ZoneInfo(where)).replace(tzinfo=None)


@cache
def slow_at_local(day: date, clock: time, where: str) -> datetime:
    wanted = datetime.combine(day, clock)
    at = wanted.replace(tzinfo=UTC) - timedelta(hours=30)  # at no place is a clock further from UTC
    at -= timedelta(minutes=at.minute % 15, seconds=at.second)
    while True:
        shown, next_shown = local(at, where), local(at + STEP, where)
        if shown <= wanted < shown + STEP:  # the first time that the clock shows it
            return at + (wanted - shown)
        if shown + STEP <= wanted < next_shown:  # the clock jumps over it: go on as if it had not jumped
            return at + (wanted - shown)
        at += STEP
