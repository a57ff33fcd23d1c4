"""What ought to have been said by now: `due = wanted(postings, audiences, now) − settled(ledger)`.

Everything here is a function of data and `now` (aware, UTC). `wanted` and `due` are the rules for one posting and
one audience; `agenda` applies them to a whole registry at the cost of what falls due; `timeline` looks ahead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache

from bot.audiences.audience import Audience
from bot.audiences.audiences import Audiences, Group, KnownAudiences
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Entry, Kind, Notice, Occasion
from bot.domain.posting import Posting, Status
from bot.domain.schedule import Lead, Schedule
from bot.domain.version import Standing, told_deadline
from bot.domain.zones import at_local, zone
from bot.planning.moments import ANNOUNCED_AS, goes_out, held_until, moment

DIGEST_ABOVE = 5
"""More notices than this, due at once to one audience, become one digest."""

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


def announcement(posting: Posting, schedule: Schedule) -> Occasion:
    """The announcement by itself: at `remind_at` of the day on which it was posted, or when the audience is spoken to
    after that, and not before that day; or else at once.
    """
    at = opens_at = begins_at(posting, schedule)
    if posting.posted and opens_at:
        due = at_local(posting.posted, schedule.remind_at, zone(schedule.timezone))
        at = goes_out(schedule, due, _deadline(posting))
        at = at if at >= opens_at else due
    return Occasion(posting, Kind.ANNOUNCEMENT, at)


def begins_at(posting: Posting, schedule: Schedule) -> datetime | None:
    """When the day on which it was posted begins where an audience is."""
    return at_local(posting.posted, time(), zone(schedule.timezone)) if posting.posted else None


def reminders(posting: Posting, schedule: Schedule) -> list[Occasion]:
    """The reminders before its deadline by themselves, in order of time; none for a rolling one, none after it, and
    none that would go out no earlier than one that is nearer.
    """
    deadline, where = _deadline(posting), zone(schedule.timezone)
    if deadline is None:
        return []
    by_instant = {}
    for lead in _longest_first(schedule.reminders):
        if lead.unit == "d":
            at = at_local(deadline.astimezone(where).date() - lead.span, schedule.remind_at, where)
        else:
            at = deadline.astimezone(UTC) - lead.span
        if at <= deadline:
            by_instant[at] = lead  # two leads of one instant say one thing
    nearer, due_reminders = deadline + _INSTANT, []
    for due in sorted(by_instant, reverse=True):
        if (at := goes_out(schedule, due, deadline)) < nearer:
            nearer = at
            due_reminders.append(Occasion(posting, Kind.REMINDER, at, by_instant[due]))
    return due_reminders[::-1]


def _deadline(posting: Posting) -> datetime | None:
    """The instant that its readers are told to keep."""
    deadline = told_deadline(posting)
    return deadline.at if deadline else None


def occasions(posting: Posting, schedule: Schedule, listed_at: datetime) -> list[Occasion]:
    """All that an audience is told of a posting before its deadline, by itself or in a digest: the announcement, then
    the reminders in order of time. What is neither announced nor in a digest is left out. `listed_at` (UTC): since when
    the posting is there to be told of.
    """
    return _occasions(announcement(posting, schedule), schedule, listed_at)


def _occasions(first: Occasion, schedule: Schedule, listed_at: datetime) -> list[Occasion]:
    """`occasions` of a posting, by its announcement."""
    ahead, deadline = reminders(first.posting, schedule), _deadline(first.posting)
    spoken = [_spoken(first, schedule, max(first.at or listed_at, listed_at), deadline)]
    if spoken[0] and spoken[0].digest and deadline and deadline <= spoken[0].digest and not ahead:
        spoken = [first]  # no reminder will tell of it
    spoken += [_spoken(occasion, schedule, occasion.at or listed_at, deadline) for occasion in ahead]
    return [occasion for occasion in spoken if occasion]


def _spoken(occasion: Occasion, schedule: Schedule, due: datetime, deadline: datetime | None) -> Occasion | None:
    """As it is said: by itself, in a digest, or not at all."""
    if ANNOUNCED_AS[occasion.kind] in schedule.announce:
        return occasion
    when = moment(schedule, occasion.kind, due, deadline)
    if when is None:
        return None
    return replace(occasion, digest=when.at) if when.in_digest else occasion


@cache
def _longest_first(leads: tuple[Lead, ...]) -> tuple[Lead, ...]:
    return tuple(sorted(set(leads), key=lambda lead: (lead.span, lead.unit), reverse=True))


def wanted(posting: Posting, schedule: Schedule, now: datetime, listed_at: datetime | None = None) -> list[Occasion]:
    """What ought to have been said of a posting by `now`: its announcement, and the nearest of its reminders. Nothing,
    while the audience is left in peace; but an announcement that is `kept_back_until` later may stand before a reminder
    that is not, for whoever has said it to pass over. `listed_at` (UTC): since when it is there to be told of; None
    means now.

    Earlier reminders are no longer wanted: after an outage only the nearest one goes out.
    """
    return outlook(posting, schedule, now, listed_at)[0]


def outlook(
    posting: Posting, schedule: Schedule, now: datetime, listed_at: datetime | None = None
) -> tuple[list[Occasion], datetime | None]:
    """What is `wanted` of a posting, and the next instant at which that may change, as far as that can be seen now."""
    if posting.status is not Status.OPEN:
        return [], None
    first, listed_at = announcement(posting, schedule), listed_at or now
    spoken = _occasions(first, schedule, listed_at)
    passed, instants = [], [first.at]
    for occasion in spoken:
        at, until = occasion.goes_out or _EVER, kept_back_until(occasion, schedule, now, listed_at)
        instants += (at, until)
        if at <= now and not until:
            passed.append(occasion)
    if posting.deadline:
        instants.append(posting.deadline.at.astimezone(UTC) + _INSTANT)
    following = min((at for at in instants if at and at > now), default=None)
    may_be_said = _may_be_announced(posting, now) and (first.at or _EVER) <= now
    return _nearest(spoken, passed, now) if may_be_said else [], following


def _nearest(spoken: Sequence[Occasion], passed: Sequence[Occasion], now: datetime) -> list[Occasion]:
    """Of what has fallen due of all that is said of a posting: the announcement, and the nearest reminder."""
    first = [occasion for occasion in passed if occasion.kind is Kind.ANNOUNCEMENT]
    deadline = _deadline(spoken[0].posting) if spoken else None
    if not first and spoken and spoken[0].kind is Kind.ANNOUNCEMENT:
        if spoken[0].digest is None:  # it is held; unless it was said before, it stands in for what is due beside it
            is_late = deadline is not None and now > deadline
            return [spoken[0], passed[-1]] if passed and not is_late else []
        passed = [occasion for occasion in passed if not _can_wait(occasion, spoken[0].digest, deadline)]
    if deadline and now > deadline:
        return first
    return [*first, *passed[len(first) :][-1:]]


def kept_back_until(occasion: Occasion, schedule: Schedule, now: datetime, listed_at: datetime) -> datetime | None:
    """Until when something waits that is to be said by now, because the audience is left in peace. `listed_at`: as of
    `wanted`.
    """
    if not schedule.has_peace:
        return None
    due = occasion.goes_out or listed_at
    if occasion.kind is Kind.ANNOUNCEMENT:  # of a posting that came later it is due since then
        due = max(due, listed_at)
    return held_until(schedule, _deadline(occasion.posting), now, due)


def _can_wait(reminder: Occasion, digest: datetime, deadline: datetime | None) -> bool:
    """Whether a reminder that a digest was to tell can wait for the one that announces its posting, which stands in."""
    return reminder.digest is not None and (deadline is None or digest < deadline)


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
    about = (
        subscription.since
        for subscription in audience.subscriptions
        if (subscription.filter, subscription.posting) == (group.filter, group.posting)
    )
    if group.posting is not None or audience.reminds_of(posting):
        wants_reminders = group.posting is not None
        occasions = [occasion for occasion in occasions if (occasion.kind is Kind.REMINDER) is wants_reminders]
    return heard(occasions, next(about, None), listed_at)


def _spoken_at(occasion: Occasion, listed_at: datetime | None) -> datetime:
    at = occasion.at or _EVER
    return max(at, listed_at or _EVER) if occasion.kind is Kind.ANNOUNCEMENT else at


def timeline(
    postings: Iterable[Posting], audiences: Sequence[Audience], start: datetime, end: datetime
) -> list[tuple[datetime, Notice]]:
    """Every notice that a bot with an empty ledger, started at `start`, would send until `end` (both included), as far
    as is known now: that a deadline passes is, that one is moved is not. Those of one digest have one instant.
    """
    place = {audience.name: number for number, audience in enumerate(audiences)}
    known = KnownAudiences(audiences)
    planned: dict[str, tuple[datetime, Notice]] = {}
    for posting in postings:
        for group in known.matching(posting):
            spoken = list(_ahead(posting, group.schedule, start))
            for name in group.members if spoken else ():
                audience = audiences[place[name]]
                heard_of = [spoken_at for spoken_at in spoken if heard_by(audience, group, posting, [spoken_at[1]])]
                for at, occasion in (*heard_of, *_closing(posting, audience.schedule, min(at for at, _ in spoken))):
                    if at <= end:
                        notice = Notice(occasion, name)
                        planned.setdefault(notice.key, (at, notice))
    return sorted(planned.values(), key=lambda item: (item[0], place[item[1].audience], urgency(item[1])))


def people_told(
    postings: Iterable[Posting], audiences: Audiences, now: datetime, end: datetime
) -> Iterator[tuple[datetime, Occasion, set[str]]]:
    """What those who follow will be told until `end`, when, and the names of who is: as far as is known now, and ahead
    of now alone, for whatever is open by now they know, or came later than that.
    """
    for posting in postings:
        heard: dict[tuple[datetime, Kind, Lead | None], tuple[Occasion, set[str]]] = {}
        groups = [group for group in audiences.matching(posting) if group.is_of_persons]
        reminded = {name for group in groups if group.posting is not None for name in group.members}
        for group in groups:
            spoken = list(_ahead(posting, group.schedule, now, is_known=True))
            if group.posting is not None:
                spoken = [(at, occasion) for at, occasion in spoken if occasion.kind is Kind.REMINDER]
            elif posting.status is Status.OPEN:
                known_at = max(now, announcement(posting, group.schedule).at or now)
                spoken += _closing(posting, group.schedule, known_at)
            for at, occasion in spoken:
                if now < (occasion.at or now) and at <= end:
                    _, names = heard.setdefault((at, occasion.kind, occasion.lead), (occasion, set()))
                    is_as_others = group.posting is None and occasion.kind is Kind.REMINDER
                    names.update(name for name in group.members if not (is_as_others and name in reminded))
        yield from ((at, occasion, names) for (at, _, _), (occasion, names) in heard.items() if names)


def _ahead(
    posting: Posting, schedule: Schedule, start: datetime, *, is_known: bool = False
) -> Iterator[tuple[datetime, Occasion]]:
    """All that will be said of a posting from `start` on, had nothing been said before, and when. What is open by then
    may be known already: then it is not announced.
    """
    begin = max(start, announcement(posting, schedule).at or start)
    deadline = _deadline(posting)
    by_instant: dict[datetime, Occasion] = {}
    said_at, is_in_digest = None, False
    for occasion in occasions(posting, schedule, start):
        at = max(begin, occasion.goes_out or begin)
        at = kept_back_until(occasion, schedule, at, start) or at
        if not _may_be_announced(posting, at) or (occasion.kind is Kind.REMINDER and deadline and at > deadline):
            continue
        if occasion.kind is Kind.ANNOUNCEMENT:
            if is_known and (occasion.at or start) <= start:
                continue
            said_at, is_in_digest = at, occasion.digest is not None
            yield at, occasion
        elif said_at and at < said_at and is_in_digest and _can_wait(occasion, said_at, deadline):
            continue
        elif said_at is None or (at < said_at and is_in_digest) or (occasion.at or _EVER) > said_at:
            by_instant[at] = occasion  # of several at one instant, the nearest
    yield from by_instant.items()


def _closing(posting: Posting, schedule: Schedule, known_at: datetime) -> Iterator[tuple[datetime, Occasion]]:
    """That a deadline has passed, where an audience will have heard of a posting by then."""
    closes_at = posting.closes_at
    when = moment(schedule, Kind.CLOSED, closes_at, None) if closes_at else None
    if closes_at and when and known_at <= closes_at:
        digest = when.at if when.in_digest else None
        yield when.at, Occasion(posting, Kind.CLOSED, closes_at, number=1, standing=Standing.PASSED, digest=digest)
