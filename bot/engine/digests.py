"""Digests that are due: what stands in each is put together from registry and ledger, once its instant has come.

One that was missed is sent late, unless the next is due as well: then that one has it all. What a kill leaves behind is
seen by the ledger: a digest has a notice of its own there.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.audiences.audience import Audience, lets_through
from bot.audiences.audiences import Group
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Entry, Kind, Notice, Occasion, Record, State
from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.followers import Followers
from bot.planning.correcting import corrections
from bot.planning.digest import digest
from bot.planning.moments import digests, held_until, last_digest, moment
from bot.planning.plan import Plan
from bot.planning.story import Subject
from bot.planning.wanted import announcement, heard_by, outstanding, wanted
from bot.questions.query import EVERYTHING
from bot.store import Ledger
from bot.store.digests import DigestState

_EVER = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 1000  # digests that are planned in a round
_ANEW = timedelta(minutes=1)  # for so long a digest that waits to be sent is not put together once more
_NEWS = frozenset({Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED, Kind.CLOSED})
_STANDS_IN = frozenset({Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED})


@dataclass(frozen=True, slots=True)
class _CachedDigest:
    """A digest as it was put together at an instant, of the registry of that number."""

    dispatch: Dispatch
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is the same for many in one round: what is open, by who hears of it; what is wanted of a posting, by
    schedule and since when; and the postings that have changed since somebody came.
    """

    now: datetime
    postings: dict[object, list[Posting]] = field(default_factory=dict)
    occasions: dict[tuple[str, Schedule, datetime], list[Occasion]] = field(default_factory=dict)
    changed: list[Subject] = field(default_factory=list)


class Digests:
    """Of each audience with a digest it is known up to when it has had them. `arrived` is told of each that is settled.
    All that asks the database raises `LedgerError`.
    """

    def __init__(
        self, board: Callboard, ledger: Ledger, archive: Archive, followers: Followers, arrived: Callable[[str], None]
    ) -> None:
        self._board, self._ledger, self._archive, self._followers = board, ledger, archive, followers
        self._arrived = arrived
        self._states: dict[str, DigestState] | None = None
        self._seen = -1  # the number of changes of audiences as of which all are known
        self._due: dict[str, datetime] = {}
        self._known: dict[str, _CachedDigest] = {}
        self._next: datetime | None = None
        self._now = _EVER

    def start_over(self) -> None:
        """Another process may have sent meanwhile."""
        self._states = None

    def next_instant(self) -> datetime | None:
        """When (UTC) the next one is due."""
        return self._next

    async def plan(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        """Puts the digests that are due into a plan, and takes out of it what waits for one."""
        await self._look_whose(owned, now)
        owned_due = [name for name in self._due if self._is_owned(name, owned)]
        some = owned_due[:_AT_ONCE]
        entries = await self._ledger.entries(_key(name, self._due[name]) for name in some) if some else {}
        shared = _Shared(now, changed=self._followers.changed(now) if some else [])
        ended: list[str] = []
        for name in some:
            audience, entry = self._board.audiences.get(name), entries.get(_key(name, self._due[name]))
            if audience is None or (entry and entry.state.is_settled):
                ended.append(name)
            elif until := held_until(audience.schedule, None, now, self._due[name]):
                plan.instants.append(until)
            elif entry and (until := entry.told_to_wait(now)):
                plan.wait(audience, until)
                plan.left += 1
            elif entry and entry.waits(now):
                plan.left += 1
            elif dispatch := await self._made(audience, plan, shared):
                plan.digest(dispatch)
                plan.left += 1
            else:
                ended.append(name)
        if len(owned_due) > _AT_ONCE:
            plan.left += len(owned_due) - _AT_ONCE
            plan.is_cut = True
        self._release(plan, now)
        await self._end(ended)

    # --- Whose are due

    async def _look_whose(self, owned: Collection[str], now: datetime) -> None:
        if self._states is None:
            self._states = await self._ledger.digests.states()
            self._seen, self._due = -1, {}
        audiences = self._board.audiences
        is_time = now < self._now or (self._next is not None and self._next <= now)
        self._now = now
        if self._seen == audiences.changes and not is_time:
            return
        every = [audience for name in audiences.digested if (audience := audiences.get(name))]
        new = [state for audience in every if (state := self._new_state(audience, owned, now))]
        new += [replace(state, times="") for state in self._states.values() if self._is_off(state, owned)]
        if new:
            await self._ledger.digests.put(new)
        self._states.update((state.name, state) for state in new)
        schedules = {audience.schedule for audience in every}
        last = {schedule: last_digest(schedule, now) for schedule in schedules}
        self._due = {}
        for audience in every:
            state, at = self._states.get(audience.name), last[audience.schedule]
            if state and at and state.since < at:
                self._due[audience.name] = at
        self._next = min((_after(digests(schedule, now), now) for schedule in schedules), default=None)
        self._seen = audiences.changes

    def _new_state(self, audience: Audience, owned: Collection[str], now: datetime) -> DigestState | None:
        """Whoever has one from now on, or at other times, has missed none."""
        assert self._states is not None  # noqa: S101  # they were read
        known, times = self._states.get(audience.name), str(audience.schedule.digest)
        if audience.destination.platform not in owned or (known and known.times == times):
            return None
        return replace(known, times=times, since=now) if known else DigestState(audience.name, times, now)

    def _is_off(self, state: DigestState, owned: Collection[str]) -> bool:
        """Whether an audience has none any more: should it have one again, it has missed none."""
        audience = self._board.audiences.get(state.name) if state.times else None
        return audience is not None and audience.schedule.digest is None and audience.destination.platform in owned

    def _is_owned(self, name: str, owned: Collection[str]) -> bool:
        audience = self._board.audiences.get(name)
        return audience is None or audience.destination.platform in owned

    async def _end(self, names: Iterable[str]) -> None:
        """Digests that are settled, or had nothing to say."""
        assert self._states is not None  # noqa: S101  # they were read
        ended = [replace(state, since=self._due.pop(name)) for name in names if (state := self._states.get(name))]
        if ended:
            await self._ledger.digests.end(ended)
        for state in ended:
            self._states[state.name] = state
            self._arrived(state.name)

    # --- What stands in one

    async def _made(self, audience: Audience, plan: Plan, shared: _Shared) -> Dispatch | None:
        """A digest as it was put together lately: there may be a thousand, and a round every few seconds."""
        name, number, now = audience.name, self._board.number, shared.now
        cached = self._known.get(name)
        is_same = cached and cached.number == number and cached.dispatch.audience == audience
        if cached is None or not is_same or not cached.at <= now <= cached.at + _ANEW or cached.dispatch.is_late(now):
            dispatch = await self._compose(audience, self._due[name], plan, shared)
            await asyncio.sleep(0)  # somebody may be waiting for an answer
            if dispatch is None:
                return None
            cached = self._known[name] = _CachedDigest(dispatch, number, now)
        return cached.dispatch

    async def _compose(self, audience: Audience, at: datetime, plan: Plan, shared: _Shared) -> Dispatch | None:
        assert self._states is not None  # noqa: S101  # they were read
        since = self._states[audience.name].since
        records = await self._ledger.records(channels=[audience.name])
        by_posting: dict[str, list[Record]] = {}
        for record in records:
            if record.posting:
                by_posting.setdefault(record.posting, []).append(record)
        subjects = await self._archive.subjects(by_posting, shared.now)
        postings = self._open_to(audience, shared)
        waiting = [*plan.in_digest.get(audience.name, ()), *plan.waiting.get(audience.name, ())]
        waiting += self._outstanding(audience, postings, records, since, shared)
        waiting += self._news(audience, subjects, by_posting, since, shared)
        leaving = (notice.occasion for notice in plan.notices.get(audience.name, ()) if notice.occasion.kind in _NEWS)
        already_told = [*_told(records, subjects, since), *leaving]
        return digest(
            audience, at, {notice.key: notice for notice in waiting}.values(), already_told, postings, shared.now
        )

    def _open_to(self, audience: Audience, shared: _Shared) -> list[Posting]:
        """What is open of which it hears, and which it may be told by now."""
        filters = tuple(subscription.filter for subscription in audience.hears if subscription.posting is None)
        key = filters, audience.schedule
        if key not in shared.postings:
            shared.postings[key] = [
                posting
                for posting in self._board.index.find(EVERYTHING, shared.now)
                if (announcement(posting, audience.schedule).at or _EVER) <= shared.now
                and any(lets_through(query, None, posting) for query in filters)
            ]
        return shared.postings[key]

    def _outstanding(
        self,
        audience: Audience,
        postings: Iterable[Posting],
        records: Iterable[Record],
        since: datetime,
        shared: _Shared,
    ) -> Iterator[Notice]:
        """The announcements and reminders that have waited."""
        entries = {record.key: Entry(record.state, record.at, record.due_again_at) for record in records}
        told_at: dict[str, datetime] = {}
        for record in records:
            if record.kind in _STANDS_IN and record.state.is_settled:
                told_at[record.posting] = max(record.at, told_at.get(record.posting, record.at))
        groups = [
            Group(audience.schedule, subscription.filter, audience.language)
            for subscription in audience.hears
            if subscription.posting is None
        ]
        for posting in postings:
            key = posting.id, audience.schedule, since
            if key not in shared.occasions:
                shared.occasions[key] = wanted(posting, audience.schedule, shared.now, since)
            names = posting.names
            stood_in = max((told_at[name] for name in names if name in told_at), default=None)
            listed_at = self._board.agenda.listed_at(posting)
            for group in groups:
                if group.lets_through(posting):
                    heard = heard_by(audience, group, posting, shared.occasions[key], listed_at)
                    notices = [Notice(occasion, audience.name) for occasion in heard]
                    notice, _ = outstanding(notices, entries, stood_in)
                    if notice and notice.occasion.digest:
                        yield notice

    def _news(
        self,
        audience: Audience,
        subjects: Mapping[str, Subject],
        records: Mapping[str, list[Record]],
        since: datetime,
        shared: _Shared,
    ) -> Iterator[Notice]:
        """What has become of postings of which it was told, or which were there when it came."""
        subject_of = {subject.posting.id: subject for subject in subjects.values()}
        others = shared.changed if audience.is_person else ()
        for subject in (*subject_of.values(), *(subject for subject in others if subject.posting.id not in subject_of)):
            story = [record for name in subject.names for record in records.get(name, ())]
            story = story or list(filter(None, [self._followers.record(subject.posting, audience)]))
            is_heard = not audience.is_person or audience.hears_of(subject.posting)
            news = corrections(subject, audience, story, {}, shared.now, can_edit=False, is_heard=is_heard).news
            if news and news.occasion.digest and news.occasion.digest > since:
                yield news

    # --- What waits

    def _release(self, plan: Plan, now: datetime) -> None:
        """What waits for a digest that is not due is not said; or by itself, where the next comes after its deadline:
        it has come to light after the one in which it was to stand.
        """
        for name, notices in plan.in_digest.items():
            audience = plan.audiences[name]
            for notice in notices if name not in self._due else ():
                occasion = notice.occasion
                deadline = occasion.posting.deadline.at if occasion.posting.deadline else None
                when = moment(audience.schedule, occasion.kind, now, deadline)
                if when and not when.in_digest:
                    plan.announce(audience, Notice(replace(occasion, digest=None), name))
                else:
                    plan.left -= 1
        plan.in_digest.clear()


def _key(name: str, at: datetime) -> str:
    return Notice(Occasion.of_digest(at, 0), name).key


def _after(instants: Iterator[datetime], now: datetime) -> datetime:
    return next(at for at in instants if at > now)


def _told(records: Iterable[Record], subjects: Mapping[str, Subject], since: datetime) -> Iterator[Occasion]:
    """What was told in messages of their own since the last digest."""
    wholes = {record.key: record for record in records if record.is_digest}
    since = max((whole.at for whole in wholes.values() if whole.state is State.DELIVERED), default=since)
    for record in records:
        subject = subjects.get(record.posting)
        is_news = record.kind in _NEWS and not record.revision and record.state is State.DELIVERED
        if subject and is_news and record.at >= since and record.delivery not in wholes:
            yield Occasion(subject.posting, Kind(record.kind), None, before=record.before, standing=subject.standing)
