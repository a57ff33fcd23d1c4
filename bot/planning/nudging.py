"""When the owner of a posting is asked whether it still holds. Everything here is a function of data and `now` (UTC).

`schedule` has the zone and time of day at which owners are asked, and as its lead times the distances from a deadline;
those after it are negative.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.notice import Kind, Occasion
from bot.domain.posting import Posting, Status
from bot.domain.schedule import Lead, Schedule
from bot.domain.version import told_deadline
from bot.domain.zones import at_local, zone

LATEST = timedelta(days=30)
"""So long after a deadline it is still worth saying that it has passed; and so long after somebody was asked, a posting
that nobody has confirmed says when it last was.
"""

_EVER = datetime.min.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


def nudges(posting: Posting, schedule: Schedule) -> list[Occasion]:
    """All of them around its deadline, in order of time."""
    deadline = told_deadline(posting)
    if deadline is None or posting.status is not Status.OPEN:
        return []
    where = zone(schedule.timezone)
    by_instant: dict[datetime, Occasion] = {}
    for lead in sorted(schedule.reminders, key=lambda lead: (lead.span, lead.unit), reverse=True):
        if lead.unit == "d":
            at = at_local(deadline.at.astimezone(where).date() - lead.span, schedule.remind_at, where)
        else:
            at = deadline.at.astimezone(UTC) - lead.span
        if lead.count < 0 or at <= deadline.at:
            by_instant[at] = Occasion(posting, Kind.NUDGE, at, lead)  # two leads of one instant ask one thing
    return [by_instant[at] for at in sorted(by_instant) if posting.opens_at is None or at >= posting.opens_at]


def nudge(posting: Posting, schedule: Schedule, now: datetime) -> Occasion | None:
    """The one that is to have gone out by `now`: after an outage the nearest alone; once the deadline has passed, none
    that was to come before it.
    """
    deadline = told_deadline(posting)
    passed = [occasion for occasion in nudges(posting, schedule) if occasion.at and occasion.at <= now]
    if deadline is None or not passed or passed[-1].at is None:
        return None
    is_late = now > deadline.at and (passed[-1].at <= deadline.at or now > deadline.at + LATEST)
    return None if is_late else passed[-1]


def confirmation(posting: Posting, schedule: Schedule, every: Lead, since: datetime, now: datetime) -> Occasion | None:
    """The question about a posting without a deadline that is to have gone out by `now`, where it was known to hold at
    `since`: again and again, each time as long after the one before.
    """
    if not _is_asked_about(posting, every) or not posting.is_open(now):
        return None
    number = max(0, (now - since) // every.span - 1)
    while (at := _asked_at(schedule, every, since, number + 1)) <= now:
        number += 1
    if not number:
        return None
    at = _asked_at(schedule, every, since, number)
    return Occasion(posting, Kind.CONFIRMATION, at, number=number, since=since)


def next_confirmation(
    posting: Posting, schedule: Schedule, every: Lead, since: datetime, now: datetime
) -> datetime | None:
    """When it is asked about next."""
    if not _is_asked_about(posting, every):
        return None
    before = confirmation(posting, schedule, every, since, now)
    return _asked_at(schedule, every, since, (before.number or 0) + 1 if before else 1)


def _is_asked_about(posting: Posting, every: Lead) -> bool:
    return bool(every.count) and posting.status is Status.OPEN and told_deadline(posting) is None


def _asked_at(schedule: Schedule, every: Lead, since: datetime, number: int) -> datetime:
    where = zone(schedule.timezone)
    return at_local(since.astimezone(where).date() + number * every.span, schedule.remind_at, where)


def instants(posting: Posting, schedule: Schedule) -> Iterator[datetime]:
    """The instants at which what is to be asked about its deadline may change."""
    for occasion in nudges(posting, schedule):
        if occasion.at:
            yield occasion.at
    if (deadline := told_deadline(posting)) and posting.status is Status.OPEN:
        yield deadline.at.astimezone(UTC) + _INSTANT


def is_stale(asked_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has confirmed a posting for long since they were asked first."""
    return asked_at is not None and now >= asked_at + LATEST
