"""What ought to have been said by now: `due = wanted(postings, audiences, now) − settled(ledger)`.

Everything here is a function of data and `now` (aware, UTC). `wanted` and `due` are the rules for one posting and
one audience; `Agenda` applies them to a whole registry at the cost of what falls due; `timeline` looks ahead.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import chain, count

from bot.core.audience import Audience, Lead, Schedule
from bot.core.matching import asks_for_words, filter_words, matches
from bot.core.notice import Dispatch, Entry, Kind, Notice, Occasion, Standing
from bot.core.posting import DeadlineKind, Posting, Status
from bot.core.query import Query
from bot.core.zones import at_local, zone

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
    found = {}
    for lead in _longest_first(schedule.reminders):
        if lead.unit == "d":
            at = at_local(deadline.astimezone(where).date() - lead.span, schedule.remind_at, where)
        else:
            at = deadline.astimezone(UTC) - lead.span
        if at <= deadline:
            found[at] = Occasion(posting, Kind.REMINDER, at, lead)  # two leads of one instant say one thing
    return [found[at] for at in sorted(found)]


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
        entry = next((one for one in known if one.state.is_settled), known[0] if known else None)
        if entry is None or not entry.state.is_settled:
            stood_in = told_at is not None and (notice.occasion.at or _EVER) <= told_at
            return (None, None) if stood_in else (notice, entry)
        told_at = max(told_at or _EVER, entry.at)
    return None, None


def bundles(audience: Audience, notices: Iterable[Notice], answers: Mapping[str, str | None] = {}) -> list[Dispatch]:
    """Notices of one audience as messages: each on its own, or all in one digest when there are many.

    `answers`: by key, the message that one answers.
    """
    ordered = sorted(notices, key=_urgency)
    if len(ordered) > DIGEST_ABOVE:
        return [Dispatch(audience, tuple(ordered))]
    return [Dispatch(audience, (notice,), reference=answers.get(notice.key)) for notice in ordered]


def _urgency(notice: Notice) -> tuple[datetime, datetime, str]:
    occasion = notice.occasion
    deadline = occasion.posting.deadline
    return (occasion.at or _EVER, deadline.at if deadline else _NEVER, occasion.posting.id)


class Agenda:
    """The occasions of a whole registry in order of time.

    `look(now)` costs what has fallen due since the last look and is not settled yet, not registry × channels:
    channels that share a schedule share their occasions, and only the next instant of each is kept.
    """

    def __init__(self, channels: Iterable[Audience]) -> None:
        self._named = {channel.name: channel for channel in channels}
        self._channels = _grouped(self._named.values())
        self._postings: dict[str, Posting] = {}
        self._upcoming: list[tuple[datetime, int, Posting, Schedule]] = []
        self._order = count()
        self._open: dict[str, dict[str, tuple[Occasion, ...]]] = {}  # by channel and posting
        self._fresh: set[str] = set()
        self._now = _EVER

    def change(self, changed: Iterable[Posting], removed: Iterable[str] = ()) -> None:
        """Takes in postings that are new or read anew, and ids that are gone."""
        gone = set(removed)
        for name in gone:
            self._postings.pop(name, None)
            self._fresh.discard(name)
        for posting in changed:
            self._postings[posting.id] = posting
            self._fresh.add(posting.id)
            gone.add(posting.id)
        if gone:
            for name in list(self._open):
                self._forget(name, gone)

    def look(self, now: datetime) -> Iterator[list[list[Notice]]]:
        """Audience by audience, and for each of its postings, what is wanted by `now` and was not `settle`d when last
        looked at. What one has looked at may be settled meanwhile.
        """
        if now < self._now:  # the clock was set back: what lies ahead has changed
            self._fresh.update(self._postings)
            self._upcoming.clear()
            self._open.clear()
        self._now = now
        for name in self._fresh:
            for schedule in self._channels:
                self._evaluate(self._postings[name], schedule, now)
        self._fresh.clear()
        while self._upcoming and self._upcoming[0][0] <= now:
            _, _, posting, schedule = heapq.heappop(self._upcoming)
            if self._postings.get(posting.id) is posting:
                self._evaluate(posting, schedule, now)
        return self._wanted()

    def _wanted(self) -> Iterator[list[list[Notice]]]:
        for name in list(self._open):  # not its items: 100,000 tuples would be all that the garbage collection sees
            found = self._open.get(name, {}).values()
            yield [[Notice(occasion, name) for occasion in occasions] for occasions in found]

    def __len__(self) -> int:
        """How many channels are to hear something."""
        return len(self._open)

    def settle(self, notices: Sequence[Notice]) -> None:
        """Forgets what the ledger knows to be said, until its next occasion. `notices` is one list of a `look`; when
        more has fallen due since then, it stays.
        """
        channel, posting = notices[0].audience, notices[0].occasion.posting.id
        if self._open.get(channel, {}).get(posting) == tuple(notice.occasion for notice in notices):
            self._forget(channel, [posting])

    def _forget(self, channel: str, postings: Iterable[str]) -> None:
        found = self._open.get(channel, {})
        for posting in postings:
            found.pop(posting, None)
        if not found:
            self._open.pop(channel, None)

    def next_instant(self) -> datetime | None:
        """When something may fall due next (UTC); None when nothing will."""
        return self._upcoming[0][0] if self._upcoming else None

    def _evaluate(self, posting: Posting, schedule: Schedule, now: datetime) -> None:
        occasions = tuple(wanted(posting, schedule, now))
        if occasions:
            for channel in _listeners(posting, self._channels[schedule]):
                self._open.setdefault(channel.name, {})[posting.id] = occasions
        elif self._open:
            for channel in chain.from_iterable(self._channels[schedule].values()):
                self._forget(channel.name, [posting.id])
        ahead = [at for at in _instants(posting, schedule) if at > now]
        if ahead:
            heapq.heappush(self._upcoming, (min(ahead), next(self._order), posting, schedule))


def _instants(posting: Posting, schedule: Schedule) -> Iterator[datetime]:
    """The instants at which what is wanted of a posting may change."""
    if posting.status is not Status.OPEN:
        return
    for occasion in (announcement(posting, schedule), *reminders(posting, schedule)):
        if occasion.at:
            yield occasion.at
    if posting.deadline:
        yield posting.deadline.at.astimezone(UTC) + _INSTANT


def _grouped(channels: Iterable[Audience]) -> dict[Schedule, dict[Query, list[Audience]]]:
    """Those that share a schedule share their occasions; of these, those that share a filter hear of the same."""
    found: dict[Schedule, dict[Query, list[Audience]]] = defaultdict(lambda: defaultdict(list))
    for channel in channels:
        found[channel.schedule][channel.filter].append(channel)
    return found


def _listeners(posting: Posting, channels: Mapping[Query, Sequence[Audience]]) -> Iterator[Audience]:
    words: set[str] | None = None
    for query, alike in channels.items():
        if words is None and asks_for_words(query):
            words = filter_words(posting)
        if matches(query, posting, words):
            yield from alike


def timeline(
    postings: Iterable[Posting], channels: Sequence[Audience], start: datetime, end: datetime
) -> list[tuple[datetime, Notice]]:
    """Every notice that a bot with an empty ledger, started at `start`, would send until `end` (both included), as far
    as is known now: that a deadline passes is, that one is moved is not.
    """
    place = {channel.name: number for number, channel in enumerate(channels)}
    grouped = _grouped(channels)
    found = []
    for posting in postings:
        for schedule, alike in grouped.items():
            first = announcement(posting, schedule)
            announced = max(start, first.at or start)
            if announced > end or not _may_be_announced(posting, announced):
                continue
            spoken = [(announced, first)]
            spoken += [
                (occasion.at, occasion)
                for occasion in reminders(posting, schedule)
                if occasion.at and announced < occasion.at <= end
            ]
            closes_at = posting.closes_at
            for channel in _listeners(posting, alike):
                found += [(at, Notice(occasion, channel.name)) for at, occasion in spoken]
                if channel.announce_closing and closes_at and announced <= closes_at <= end:
                    closing = Occasion(posting, Kind.CLOSED, closes_at, number=1, standing=Standing.PASSED)
                    found.append((closes_at, Notice(closing, channel.name)))
    return sorted(found, key=lambda item: (item[0], place[item[1].audience], _urgency(item[1])))
