"""Rounds of planning and delivering: what is due is worked out, and handed over to be sent."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.audiences.dispatch import Dispatch
from bot.delivery import Delivery, Fact, PlanOutdated, Settled
from bot.domain.notice import Kind, Notice, Occasion, Record, State
from bot.domain.schedule import Destination
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.calling import calling
from bot.engine.confirming import last_confirmed
from bot.engine.digests import Digests
from bot.engine.doubts import destinations_in_doubt
from bot.engine.facts import RegistryChanged
from bot.engine.followers import Followers
from bot.engine.following import Following
from bot.engine.links import Links
from bot.engine.nudges import Nudges
from bot.engine.outlook import Outlook
from bot.engine.ownership import Ownership
from bot.engine.personal import Personal, Preview
from bot.engine.pins import Pins
from bot.engine.places import Places
from bot.engine.reviewer import Reviewer
from bot.observe.metrics import Metrics
from bot.planning.agenda import Wanted
from bot.planning.moments import peace_begins
from bot.planning.plan import MEANS_ALL, Plan
from bot.planning.review import QUIET, Review
from bot.planning.wanted import outstanding
from bot.platforms.base import Platform
from bot.sources.files import RegistryChanges
from bot.store import Ledger, LedgerError, SenderLock

_log = logging.getLogger("callboard")

_ASKED_EVERY = 12.0  # seconds: how often to look whether an admin wants something taken back or repeated
_TOGETHER = 0.2  # seconds in which deliveries that end lead to one new plan
_ENOUGH = 1000  # channels that are planned for at once, for each platform: each has a pace of its own
_AT_A_TIME = 250  # of them, or messages, between which others may work
_ASKED_AT_ONCE = 1000  # notices that the ledger is asked for: with their keys, 10,000 take several megabytes
_LONG_ENOUGH = 0.01  # seconds of work between which others may
_STANDS_IN = (Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED)


class Rounds:
    """Rounds over one database. `changed` is set when another should come at once. A change of a posting is acted upon
    after `quiet`, in which others may follow it. With `only`, nothing is said of any other posting. `is_single` is for
    a process of one round: it wants to know what is left to do, also for another that sends. `preview`: see `Personal`.
    """

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        lock: SenderLock,
        platforms: Mapping[str, Platform],
        quiet: timedelta = QUIET,
        only: str | None = None,
        is_single: bool = False,
        metrics: Metrics | None = None,
        preview: Preview | None = None,
    ) -> None:
        self._board = board
        self._ledger = ledger
        self._lock = lock
        self._platforms = platforms
        self._quiet = quiet
        self._only = only
        self._is_single = is_single
        self._audiences = board.audiences
        self._review = Review(self._audiences.schedules)
        self.archive = Archive(board, ledger)
        self._following = Following(board, ledger, self.archive, self._review, quiet)
        self._doubts: list[Record] = []  # of an earlier process, to be handed over
        self._asked_at = self._hidden_at = float("-inf")
        self._now = datetime.min.replace(tzinfo=UTC)
        self._session = lock.session
        self._standstills: frozenset[str] = frozenset()
        self.owned: frozenset[str] = frozenset()
        self.ownership = Ownership()
        self._facts = board.facts
        self._has_missed = False  # facts, since the last round that went well
        self._settled: list[Settled] = []  # and not taken in yet
        self.followers = Followers(board, ledger, platforms)
        self.places = Places(board, ledger, platforms)
        self._reviewer = Reviewer(
            ledger, self.archive, self._facts, self._review, platforms, self._audiences, self.followers
        )
        self.personal = Personal(board, ledger, platforms, preview, self.followers.is_blocked)
        self._nudges = Nudges(board, ledger, self.personal)
        self.links = Links(board, ledger, self.personal)
        self.pins = Pins(board, ledger, platforms, self.turn)
        self._digests = Digests(board, ledger, self.archive, self.followers, self.pins.note)
        self.delivery = Delivery(ledger, platforms, board.wording, board.clock, self._tell, metrics, board.context_in)

    @property
    def changed(self) -> asyncio.Event:
        """Is set while another round should come."""
        return self._facts.changed

    @property
    def owns(self) -> bool:
        """Whether this process sends, for every platform."""
        return self.owned.issuperset(self._platforms)

    @property
    def stranger(self) -> str | None:
        """Who keeps this process from sending, if that is no Callboard."""
        return self._lock.stranger

    # --- The round

    async def tick(self) -> Outlook:
        """Plans as of now, and hands over what is due. The registry is read elsewhere."""
        self.changed.clear()
        now, as_of = self._board.clock(), self.delivery.begin_plan()
        self._has_missed |= self._facts.has_missed()
        if self._has_missed:
            self._following.start_over()
        await self.hide_withdrawn()
        readings = [fact.reading for fact in self._facts.take(RegistryChanged)]
        self.followers.note(
            self._board.index if self._has_missed else [posting for reading in readings for posting in reading.changed]
        )
        names = (posting.id for posting in self._board.index) if self._has_missed else _named(readings)
        self._nudges.note(names)
        if readings or self._has_missed:
            self.links.note()
        await self._following.take_in(readings, now)
        await self.places.take_in(now, writes=bool(self.owned))
        self._settled += self._facts.take(Settled)  # what comes later may be of what another has taken over meanwhile
        await self._own(now)
        if self.owned or self._is_single:
            await self.followers.take_in(now, writes=bool(self.owned))
            self._review.know(self._audiences.schedules)
        if self._has_missed:
            self._reviewer.let_in(self.owned)
        if now < self._now or self._has_missed:  # the clock was set back: what had passed may not have
            self._review.change(self._board.index, (), None, now)
            await self._following.compare(now)
            self._reviewer.forget()
        self._now, self._has_missed = now, False
        self._follow_up()
        plan = Plan(unsure=self._review.unsure(now))
        if self.owned or self._is_single:  # who stands by may leave the planning to the one that sends
            await self._correct(plan, now)
            await self._announce(plan, now)
            if self._only is None:
                await self._digests.plan(plan, self.owned, now)
                self.pins.begin(self.owned, now)
                await self.personal.plan(plan, self.owned, now)
                await self._nudges.plan(plan, self.owned, now, lambda occasion: self._is_unsure(occasion, plan, now))
                await self.links.plan(plan, self.owned, now)
            else:  # a digest is about many
                plan.left -= sum(map(len, plan.in_digest.values()))
        dispatches = await _all_of(plan.dispatches(await calling(plan.spoken_to, self._ledger, now)))
        self._say_what_stands_still(plan)
        await self._following.keep(dispatches)
        # not before: what is cleared up while a plan is made, the plan leaves out
        self.delivery.take_in_doubt(destinations_in_doubt(self._doubts, self._audiences))
        self._doubts.clear()
        self.delivery.offer(dispatches, plan_anew_at=_ENOUGH // 4 if plan.is_cut else 0, as_of=as_of)
        parts = (self._board.agenda, self._nudges, self._digests, self.pins)
        plan.instants += (part.next_instant() for part in parts)
        plan.instants += (self._review.next_instant(now), self.links.next_instant(now), *self._peace_begins(plan, now))
        if waits := self.delivery.next_instant():
            plan.instants.append(now + timedelta(seconds=waits - asyncio.get_running_loop().time()))
        return Outlook.of(plan, now)

    def _say_what_stands_still(self, plan: Plan) -> None:
        standstills = plan.standstills()
        for platform, until in standstills.items():
            if platform not in self._standstills:
                text = "%s: at least %d chats were told to wait; as that means the token, all wait until %s"
                _log.warning(text, platform, MEANS_ALL, f"{until.astimezone():%Y-%m-%d %H:%M:%S}")
        self._standstills = frozenset(standstills)

    async def _own(self, now: datetime) -> None:
        """Finds out for which platforms this process sends. When it becomes so for one, what was on the wire there is
        in doubt, and all that stands there has to be compared with the registry.
        """
        owned = await self._lock.take()
        self.ownership.update(owned)
        if self._session != self._lock.session:
            self.owned, self._session = frozenset(), self._lock.session
        fresh = owned - self.owned
        self.owned &= owned
        if not fresh:
            return
        self._board.agenda.expect_nothing()
        if await self._ledger.mark_wire_in_doubt(fresh):
            _log.warning("the bot was stopped while messages were on the wire; finding out what became of them")
        doubts = await self._ledger.records(states=[State.IN_DOUBT], platforms=fresh)
        self.delivery.know_moved(await self._ledger.moved())
        self.delivery.know_restored(await self._ledger.restorations.last())
        await self._following.compare(now)
        self._reviewer.forget()
        if not self._is_single:  # a process of one round comes every few minutes: it would try every few minutes
            self._reviewer.let_in(fresh)
        self._digests.start_over()
        self.pins.start_over(tries_refused=not self._is_single)
        self.owned = owned  # not before: should the ledger have failed, all this is done again
        self._doubts += doubts

    async def hide_withdrawn(self) -> None:
        """Tells nobody any more of what an admin has withdrawn, and again of what is no longer so."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._hidden_at >= _ASKED_EVERY:
            for posting in self._board.hide(await self._ledger.withdrawn()):
                if posting.is_open(self._board.clock()):
                    text = "%s: is withdrawn, and stays so until `callboard resend`, whatever its file says"
                    _log.info(text, posting.id)
            self._board.erase(await self._ledger.erased())
            self._board.confirmed = await last_confirmed(
                self._nudges.rolling(), self._ledger.owners, self._board.clock()
            )
            self._hidden_at = loop.time()

    async def _announce(self, plan: Plan, now: datetime) -> None:
        """What has fallen due: announcements and reminders. When there are very many, enough for a while."""
        agenda, loop = self._board.agenda, asyncio.get_running_loop()
        since = loop.time()
        for _ in agenda.advance(now):
            if loop.time() - since > _LONG_ENOUGH:
                await asyncio.sleep(0)
                since = loop.time()
        some: list[Wanted] = []
        enough = len(plan.notices) + _ENOUGH * max(1, len(self.owned))  # beside those who are to be told of changes
        for of_audience in agenda.wanted():
            some += (wanted for wanted in of_audience if self._only in {None, wanted.posting.id})
            if len(some) >= _AT_A_TIME:
                await self._subtract(plan, some, now)
                some = []
                if len(plan.notices) >= enough:
                    plan.is_cut = True
                    plan.left = max(plan.left, len(agenda))
                    return
        await self._subtract(plan, some, now)

    async def _subtract(self, plan: Plan, looked: Sequence[Wanted], now: datetime) -> None:
        """Of what is wanted, what is not settled. One audience may be to hear of 10,000 postings."""
        for start in range(0, len(looked), _ASKED_AT_ONCE):
            await self._subtract_some(plan, looked[start : start + _ASKED_AT_ONCE], now)

    async def _subtract_some(self, plan: Plan, looked: Sequence[Wanted], now: datetime) -> None:
        keys = (key for wanted in looked for key in (*wanted.notices[0].withdrawals, *_keys(wanted.notices)))
        entries = await self._ledger.entries(keys)
        reminded = _named_in_reminders(looked)
        last_told = await self._ledger.news(reminded, _STANDS_IN) if reminded else {}
        for wanted in looked:
            posting, audience = wanted.posting, wanted.audience
            news = (last_told.get((name, audience.name)) for name in posting.names) if last_told else ()
            told_at = max(filter(None, news), default=None)
            notice, entry = outstanding(wanted.notices, entries, told_at)
            if notice is None:
                self._board.agenda.settle(wanted)
                continue
            if until := self._board.agenda.held_until(wanted, notice.occasion, now):
                plan.instants.append(until)
                continue
            plan.count(notice.occasion, now)
            if entry and (until := entry.told_to_wait(now)):
                plan.wait(audience, until)
            elif audience.destination.platform not in self.owned or (entry and entry.waits(now)):
                continue
            elif not self._is_held_back(notice, plan, now):
                self._board.agenda.expect(wanted, notice, now)
                plan.announce(audience, notice)

    def _peace_begins(self, plan: Plan, now: datetime) -> Iterator[datetime | None]:
        """When audiences of which something is said now are left in peace: what has not left by then waits."""
        schedules = {audience.schedule for audience in plan.audiences.values() if audience.schedule.has_peace}
        return (peace_begins(schedule, now) for schedule in schedules)

    def _is_held_back(self, notice: Notice, plan: Plan, now: datetime) -> bool:
        """Whether a reminder may be overtaken by the news that its deadline was moved."""
        posting, kind = notice.occasion.posting, notice.occasion.kind
        is_unsure = self._review.is_unsure(posting.id, now) or (posting.id, notice.audience) in plan.news
        return kind is Kind.REMINDER and is_unsure

    def _is_unsure(self, occasion: Occasion, plan: Plan, now: datetime) -> bool:
        """Whether a posting has news that its owner may not be asked before."""
        name = occasion.posting.id
        return self._review.is_unsure(name, now) or any(name == posting for posting, _ in plan.news)

    # --- What was said stays true

    async def _correct(self, plan: Plan, now: datetime) -> None:
        """What is no longer true of all that was said."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._asked_at >= _ASKED_EVERY:
            self._asked_at = loop.time()
            asked = await self._ledger.asked_for()
            self._reviewer.forget(asked)
            for name in asked:
                self._review.again(name, now)
        await self._reviewer.open_again(now)
        names = [name for name in self._review.look(now) if self._only in {None, name}]
        if self.owned:
            await self._reviewer.look(plan, names, self.owned, now)

    # --- What deliveries tell

    def _tell(self, fact: Fact) -> None:
        """Keeps it for the next round, which comes as soon as it matters."""
        self._facts.put(fact)
        if isinstance(fact, Settled) and fact.is_let_in is False:
            self.followers.shut_out(fact.dispatch.audience)
            self.places.shut_out(fact.dispatch.audience)
        if isinstance(fact, PlanOutdated):
            self._facts.wake()
        elif isinstance(fact, Settled):
            if self._reviewer.is_news(fact.dispatch.audience, is_let_in=fact.is_let_in):
                self._facts.wake()
            notices = fact.dispatch.notices
            if any(self._is_outdated(notice) or self._review.knows(notice.occasion.posting.id) for notice in notices):
                self._facts.wake(_TOGETHER)

    def _follow_up(self) -> None:
        """What was delivered or refused since the last round: what depends on it may follow."""
        self._facts.take(PlanOutdated)
        now = self._board.clock()
        for fact in self._settled:
            self._reviewer.note_access(fact.dispatch.audience, is_allowed=fact.is_let_in)
            for notice in fact.dispatch.notices:
                self._board.agenda.take_in_settled(notice)
                name = notice.occasion.posting.id
                if self._is_outdated(notice) and not self._review.is_unsure(name, now):  # else it has its time
                    self._review.again(name, fact.at + self._quiet)
        self._settled.clear()

    def _is_outdated(self, notice: Notice) -> bool:
        """Whether it was on its way when its posting changed."""
        posting = notice.occasion.posting
        current = None if notice.occasion.is_personal else self._board.find(posting.id)
        return current is not None and current is not posting and current != posting

    async def remembered(self, names: Collection[str]) -> Collection[str]:
        """Those of these ids that something was announced of; none, if the ledger cannot be
        asked now.
        """
        with suppress(LedgerError):
            return (await self._ledger.remembered(names)).keys() if names else ()
        return ()

    # --- Replies, and the end

    async def turn(self, destination: Destination) -> None:
        """Waits until a reply may be sent there, ahead of every notice."""
        turn = await self.delivery.pace.turn(self._platforms[destination.platform].rates(destination), urgent=True)
        await turn.leave()

    async def close(self) -> None:
        """Lets what is on the wire arrive, then gives everything back."""
        self._facts.close()
        await self.personal.close()
        await self.pins.close()
        await self.delivery.close()
        await self._lock.release()
        await self._ledger.close()
        for platform in self._platforms.values():
            await platform.close()


async def _all_of(dispatches: Iterable[Dispatch]) -> list[Dispatch]:
    """These, between some of which others may work: a deadline that moves may have been told to tens of thousands."""
    every = []
    for number, dispatch in enumerate(dispatches, 1):
        every.append(dispatch)
        if number % _AT_A_TIME == 0:
            await asyncio.sleep(0)
    return every


def _named(readings: Iterable[RegistryChanges]) -> Iterator[str]:
    for reading in readings:
        yield from (posting.id for posting in reading.changed)
        yield from reading.removed


def _keys(notices: Iterable[Notice]) -> Iterator[str]:
    return (key for notice in notices for key in notice.keys)


def _named_in_reminders(looked: Iterable[Wanted]) -> set[str]:
    return {
        name for wanted in looked if wanted.notices[-1].occasion.kind is Kind.REMINDER for name in wanted.posting.names
    }
