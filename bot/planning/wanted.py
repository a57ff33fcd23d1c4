"""What ought to have been said by now: `due = wanted(postings, audiences, now) − settled(ledger)`.

Everything here is a function of data and `now` (aware, UTC). `wanted` and `due` are the rules for one posting and
one audience; `core.agenda` applies them to a whole registry at the cost of what falls due; `timeline` looks ahead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache

from bot.audiences.audience import Audience
from bot.audiences.audiences import Group, KnownAudiences
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Entry, Kind, Notice, Occasion, Standing
from bot.domain.posting import DeadlineKind, Posting, Status
from bot.domain.schedule import Lead, Schedule
from bot.domain.zones import at_local, zone

DIGEST_ABOVE = 5
"""More notices than this, due at once to one audience, become one digest."""

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


def announcement(posting: Posting, schedule: Schedule) -> Occasion:
    """The announcement: at `remind_at` of the day on which it was posted, or at once."""
    at = at_local(posting.posted, schedule.remind_at, zone(schedule.timezone)) if posting.posted else None
    return Occasion(posting, Kind.ANNOUNCEMENT, at)


def begins_at(posting: Posting, schedule: Schedule) -> datetime | None:
    """When the day on which it was posted begins where an audience is."""
    return at_local(posting.posted, time(), zone(schedule.timezone)) if posting.posted else None


def reminders(posting: Posting, schedule: Schedule) -> list[Occasion]:
    """The reminders before its deadline, in order of time; none for a rolling one, none after it."""
    if posting.deadline is None or posting.deadline_kind is DeadlineKind.ROLLING:
        return []
    deadline, where = posting.deadline.at, zone(schedule.timezone)
    by_instant = {}
    for lead in _longest_first(schedule.reminders):
        if lead.unit == "d":
            at = at_local(deadline.astimezone(where).date() - lead.span, schedule.remind_at, where)
        else:
            at = deadline.astimezone(UTC) - lead.span
        if at <= deadline:
            by_instant[at] = Occasion(posting, Kind.REMINDER, at, lead)  # two leads of one instant say one thing
    return [by_instant[at] for at in sorted(by_instant)]


@cache
def _longest_first(leads: tuple[Lead, ...]) -> tuple[Lead, ...]:
    return tuple(sorted(set(leads), key=lambda lead: (lead.span, lead.unit), reverse=True))


def wanted(posting: Posting, schedule: Schedule, now: datetime) -> list[Occasion]:
    """What ought to have been said of a posting by `now`: its announcement, and the nearest of its reminders.

    Earlier reminders are no longer wanted: after an outage only the nearest one goes out.
    """
    if not _may_be_announced(posting, now):
        return []
    first = announcement(posting, schedule)
    if (first.at or _EVER) > now:
        return []
    if posting.deadline and now > posting.deadline.at:
        return [first]
    passed = [occasion for occasion in reminders(posting, schedule) if (occasion.at or _EVER) <= now]
    return [first, *passed[-1:]]


def _may_be_announced(posting: Posting, at: datetime) -> bool:
    # Unlike `is_open`, this leaves out the day on which it opens: that day's `remind_at` is the audience's.
    return posting.status is Status.OPEN and (posting.closes_at is None or at <= posting.closes_at)


def due(
    notices: Sequence[Notice], ledger: Mapping[str, Entry], now: datetime, told_at: datetime | None = None
) -> Notice | None:
    """The one of an audience's wanted notices about a posting that is to be sent now, if any: wanted − settled."""
    notice, entry = outstanding(notices, ledger, told_at)
    return None if entry and entry.waits(now) else notice


def outstanding(
    notices: Sequence[Notice], ledger: Mapping[str, Entry], told_at: datetime | None = None
) -> tuple[Notice | None, Entry | None]:
    """The first of an audience's wanted notices about a posting that is not settled, and what the ledger says of it.

    An announcement stands in for the reminders that fell due before it went out; and so does, at `told_at`, the last
    news that a deadline was moved, or that the position is open again. What was taken back stays unsaid.
    """
    if any(key in ledger for notice in notices[:1] for key in notice.withdrawals):
        return None, None
    for notice in notices:
        known = [ledger[key] for key in notice.keys if key in ledger]
        entry = next((entry for entry in known if entry.state.is_settled), known[0] if known else None)
        if entry is None or not entry.state.is_settled:
            stood_in = told_at is not None and (notice.occasion.at or _EVER) <= told_at
            return (None, None) if stood_in else (notice, entry)
        told_at = max(told_at or _EVER, entry.at)
    return None, None


def bundles(audience: Audience, notices: Iterable[Notice], answers: Mapping[str, str | None] = {}) -> list[Dispatch]:
    """Notices of one audience as messages: each on its own, or all in one digest when there are many.

    `answers`: by key, the message that one answers.
    """
    ordered = sorted(notices, key=urgency)
    if len(ordered) > DIGEST_ABOVE:
        return [Dispatch(audience, tuple(ordered))]
    return [Dispatch(audience, (notice,), reference=answers.get(notice.key)) for notice in ordered]


def urgency(notice: Notice) -> tuple[datetime, datetime, str]:
    """By which notices of one audience are put in order."""
    occasion = notice.occasion
    deadline = occasion.posting.deadline
    return (occasion.at or _EVER, deadline.at if deadline else _NEVER, occasion.posting.id)


def heard(
    occasions: Sequence[Occasion], since: datetime | None, listed_at: datetime | None = None
) -> Sequence[Occasion]:
    """Of what is wanted, what an audience hears that came at `since`: nothing that others were told before.
    `listed_at` is when the posting was there to be told of.
    """
    if since is None:
        return occasions
    return [occasion for occasion in occasions if _spoken_at(occasion, listed_at) > since]


def heard_by(
    audience: Audience,
    group: Group,
    posting: Posting,
    occasions: Sequence[Occasion],
    listed_at: datetime | None = None,
) -> Sequence[Occasion]:
    """Of what is wanted of a posting, what an audience hears as a member of a group. Where something is about that
    posting alone, its reminders come by that, and by nothing else.
    """
    if audience.subscriptions is None:
        return heard(occasions, audience.since, listed_at)
    about = (one.since for one in audience.subscriptions if (one.filter, one.posting) == (group.filter, group.posting))
    if group.posting is not None or audience.reminds_of(posting):
        wants_reminders = group.posting is not None
        occasions = [one for one in occasions if (one.kind is Kind.REMINDER) is wants_reminders]
    return heard(occasions, next(about, None), listed_at)


def _spoken_at(occasion: Occasion, listed_at: datetime | None) -> datetime:
    at = occasion.at or _EVER
    return max(at, listed_at or _EVER) if occasion.kind is Kind.ANNOUNCEMENT else at


def instants(posting: Posting, schedule: Schedule) -> Iterator[datetime]:
    """The instants at which what is wanted of a posting may change."""
    if posting.status is not Status.OPEN:
        return
    for occasion in (announcement(posting, schedule), *reminders(posting, schedule)):
        if occasion.at:
            yield occasion.at
    if posting.deadline:
        yield posting.deadline.at.astimezone(UTC) + _INSTANT


def timeline(
    postings: Iterable[Posting], audiences: Sequence[Audience], start: datetime, end: datetime
) -> list[tuple[datetime, Notice]]:
    """Every notice that a bot with an empty ledger, started at `start`, would send until `end` (both included), as far
    as is known now: that a deadline passes is, that one is moved is not.
    """
    place = {audience.name: number for number, audience in enumerate(audiences)}
    known = KnownAudiences(audiences)
    planned: dict[str, tuple[datetime, Notice]] = {}
    for posting in postings:
        for group in known.matching(posting):
            first = announcement(posting, group.schedule)
            announced = max(start, first.at or start)
            if announced > end or not _may_be_announced(posting, announced):
                continue
            spoken = [(announced, first)]
            spoken += [
                (occasion.at, occasion)
                for occasion in reminders(posting, group.schedule)
                if occasion.at and announced < occasion.at <= end
            ]
            closes_at = posting.closes_at
            for name in group.members:
                audience = audiences[place[name]]
                said = [
                    (at, Notice(occasion, name))
                    for at, occasion in spoken
                    if heard_by(audience, group, posting, [occasion])
                ]
                if audience.announce_closing and closes_at and announced <= closes_at <= end:
                    closing = Occasion(posting, Kind.CLOSED, closes_at, number=1, standing=Standing.PASSED)
                    said.append((closes_at, Notice(closing, name)))
                for at, notice in said:
                    planned.setdefault(notice.key, (at, notice))
    return sorted(planned.values(), key=lambda item: (item[0], place[item[1].audience], urgency(item[1])))
