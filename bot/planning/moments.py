"""At which instant something goes out: quiet hours, working days and digests. All instants are aware, in UTC.

An audience is left in peace in its quiet hours and, with working days, on Saturdays and Sundays. What falls due then
waits for the end: of the quiet hours, or for `remind_at` of the next working day, and if that lies in quiet hours, for
the end of those, and so on. Should that be at or after the deadline, it goes out before: where it falls due on a day
off, at `remind_at` of the last working day, or when the quiet hours end in which that lies; else, and when those end
too late, at the instant at which the quiet hours begin. So nothing waits beyond a deadline.

What comes in so late that its instant has passed goes out at once, if it cannot wait any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile

from bot.domain.notice import Kind
from bot.domain.schedule import Announced, Schedule
from bot.domain.working_days import is_working, last_working, next_working
from bot.domain.zones import at_local, zone

_LONGEST_PEACE = timedelta(days=15)
"""Longer than anybody is left in peace without a break, holidays included."""

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_INSTANT = timedelta(microseconds=1)

LONGEST_WAIT = _WEEK + _LONGEST_PEACE
"""For so long at most anything waits for a digest."""

ANNOUNCED_AS = {
    Kind.ANNOUNCEMENT: Announced.OPENED,
    Kind.REOPENED: Announced.OPENED,
    Kind.DEADLINE_MOVED: Announced.MOVED,
    Kind.CLOSED: Announced.CLOSED,
    Kind.REMINDER: Announced.REMINDERS,
}


@dataclass(frozen=True, slots=True)
class SendingTime:
    """When something goes out (UTC), and whether that is in a digest."""

    at: datetime
    in_digest: bool = False


def moment(schedule: Schedule, kind: Kind, due: datetime, deadline: datetime | None) -> SendingTime | None:
    """When something goes out that falls due at an instant; None when it is not said at all: it is left out of what is
    announced, and there is no digest. What a digest would tell only at the deadline or later goes out by itself, if it
    tells of the deadline: a reminder, and news that it was moved.
    """
    if ANNOUNCED_AS[kind] in schedule.announce:
        return SendingTime(goes_out(schedule, due, deadline))
    if schedule.digest is None:
        return None
    digest = _next_digest(schedule, due)
    if kind in {Kind.REMINDER, Kind.DEADLINE_MOVED} and deadline is not None and due <= deadline <= digest:
        return SendingTime(goes_out(schedule, due, deadline))
    return SendingTime(digest, in_digest=True)


def goes_out(schedule: Schedule, due: datetime, deadline: datetime | None) -> datetime:
    """When something goes out in a message of its own that falls due at an instant. A deadline that has passed by then
    is none.
    """
    if not schedule.has_peace:
        return due
    where = zone(schedule.timezone)
    later = _after_peace(schedule, due, where)
    return later if deadline is None or later < deadline or deadline < due else _before_peace(schedule, due, where)


@lru_cache(maxsize=4096)  # in a round it is asked for each who hears of a posting
def held_until(schedule: Schedule, deadline: datetime | None, now: datetime, due: datetime) -> datetime | None:
    """Until when something waits that ought to be said by now, as it fell due before; None when it is said. What a day
    off has kept waiting is not said in the night after it.
    """
    if not schedule.has_peace:
        return None
    where = zone(schedule.timezone)
    today = now.astimezone(where).date()
    later = _after_peace(schedule, now, where)
    if later == now and schedule.working_days is not None and not is_working(today - _DAY, schedule.working_days):
        morning = at_local(today, schedule.remind_at, where)
        if now < morning and due.astimezone(where).date() < today:
            later = _after_peace(schedule, morning, where)
    is_in_time = deadline is None or later < deadline or deadline < now
    return later if now < later and is_in_time else None


def peace_begins(schedule: Schedule, now: datetime) -> datetime | None:
    """When an audience to which one may speak now is left in peace next; None where it never is."""
    where = zone(schedule.timezone)
    today = now.astimezone(where).date()
    days = [today + timedelta(days=ahead) for ahead in range(8)]
    begins = [at_local(day, schedule.quiet.begin, where) for day in days[:3]] if schedule.quiet else []
    if schedule.working_days is not None:
        begins += [at_local(day, time(), where) for day in days if not is_working(day, schedule.working_days)]
    return min((at for at in begins if at > now), default=None)


def peace(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When an audience is left in peace between two instants: from when to when."""
    where, at = zone(schedule.timezone), start
    while schedule.has_peace and at < end:
        until = _after_peace(schedule, at, where)
        if at < until:
            yield at, min(until, end)
        at = peace_begins(schedule, until) or end


def digests(schedule: Schedule, since: datetime) -> Iterator[datetime]:
    """When digests go out, from an instant on, which is included; without end, and none where the schedule has none.
    One that falls due while an audience is left in peace waits for the end of that, as everything does, unless the next
    one goes out by then.
    """
    if schedule.digest is None:
        return
    where = zone(schedule.timezone)
    due = since - _INSTANT
    if not schedule.has_peace:
        while True:
            due = schedule.digest.after(due, where)
            yield due
    due = schedule.digest.after(due - _LONGEST_PEACE, where)
    while True:
        digest = _after_peace(schedule, due, where)
        due = schedule.digest.after(due, where)
        if since <= digest < _after_peace(schedule, due, where):
            yield digest


@lru_cache(maxsize=4096)
def _next_digest(schedule: Schedule, due: datetime) -> datetime:
    """Many postings have their reminders at the same instants."""
    return next(digests(schedule, due))


def last_digest(schedule: Schedule, now: datetime) -> datetime | None:
    """The last digest that was due by then."""
    due_by_now = takewhile(lambda digest: digest <= now, digests(schedule, now - _WEEK - _LONGEST_PEACE))
    return max(due_by_now, default=None)


def _after_peace(schedule: Schedule, at: datetime, where: tzinfo) -> datetime:
    """The first instant from that one on at which an audience is not left in peace."""
    while True:
        if end := _day_off_ends(schedule, at, where):
            at = end
        elif schedule.quiet and (quiet := schedule.quiet.around(at, where)):
            at = quiet[1]
        else:
            return at


def _before_peace(schedule: Schedule, due: datetime, where: tzinfo) -> datetime:
    """When something goes out that falls due while an audience is left in peace, and cannot wait for the end."""
    at = due
    while True:
        if _day_off_ends(schedule, at, where):
            at = at_local(
                last_working(at.astimezone(where).date(), schedule.working_days or ""), schedule.remind_at, where
            )
            later = _after_peace(schedule, at, where)
            if later < due:
                return later
        quiet = schedule.quiet.around(at, where) if schedule.quiet else None
        if quiet is None:
            return at
        at = quiet[0]
        if not _day_off_ends(schedule, at, where):
            return at


def _day_off_ends(schedule: Schedule, at: datetime, where: tzinfo) -> datetime | None:
    """When it is spoken again where an instant lies on a day off."""
    day = at.astimezone(where).date()
    if schedule.working_days is None or is_working(day, schedule.working_days):
        return None
    return at_local(next_working(day, schedule.working_days), schedule.remind_at, where)
