"""Rounds of planning and delivering: what is due is worked out, and handed over to be sent."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.board import Callboard
from bot.core import snapshot
from bot.core.channel import Channel, Destination
from bot.core.correcting import QUIET, Outcome, Review, Subject, corrections, together
from bot.core.notice import Dispatch, Form, Kind, Notice, Record, Standing, State, Version, standing
from bot.core.planning import bundles, outstanding
from bot.core.posting import Posting
from bot.delivery import Delivery
from bot.ledger import Ledger, LedgerError, SenderLock
from bot.locales import wording
from bot.metrics import Metrics
from bot.platforms.base import Platform
from bot.registry import Reading

_log = logging.getLogger("callboard")

_ASKED_EVERY = 50.0  # seconds: how often to look whether an admin wants something taken back or repeated
_TOGETHER = 0.2  # seconds in which deliveries that end lead to one new plan
_MEANS_ALL = 3  # destinations told to wait at once: then it is the token that has to
_ENOUGH = 2000  # channels that are planned for at once
_AT_A_TIME = 250  # of them between which others may work
_STANDS_IN = (Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED)


@dataclass(frozen=True, slots=True)
class Outlook:
    """After a tick: how many notices are not settled yet, and when (UTC) there may be something to do again."""

    left: int
    next_instant: datetime | None


@dataclass(slots=True)
class _Plan:
    """What one tick finds: per channel the notices that are due and the messages that they answer, and edits."""

    notices: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, str | None] = field(default_factory=dict)
    edits: dict[str, list[Dispatch]] = field(default_factory=lambda: defaultdict(list))
    instants: list[datetime | None] = field(default_factory=list)
    told_to_wait: dict[tuple[str, str], datetime] = field(default_factory=dict)  # for all that goes there
    news: set[tuple[str, str]] = field(default_factory=set)  # postings and channels with news on the way
    left: int = 0
    is_cut: bool = False  # there is more to plan when most of this was sent

    def dispatches(self) -> Iterator[Dispatch]:
        """Channel by channel, what is to be said before what is to be put right."""
        standstills = self.standstills()
        for name in dict.fromkeys((*self.notices, *self.edits)):
            found = [*bundles(self.notices.get(name, ()), self.answers), *together(self.edits.get(name, ()))]
            place = _place(found[0].channel) if found else None
            if place and place not in self.told_to_wait and place[0] not in standstills:
                yield from found

    def standstills(self) -> dict[str, datetime]:
        """The platforms whose whole token has to wait, and until when at least. Telegram and Slack say the same of a
        token as of one chat: where several were told at once, it is the token.
        """
        waits: dict[str, list[datetime]] = defaultdict(list)
        for (platform, _), until in self.told_to_wait.items():
            waits[platform].append(until)
        return {platform: min(some) for platform, some in waits.items() if len(some) >= _MEANS_ALL}

    def correct(self, posting: str, channel: Channel, outcome: Outcome) -> None:
        """Takes in what a channel is to be told because a posting has changed."""
        self.left += outcome.is_pending
        self.edits[channel.name] += outcome.edits
        if outcome.again_at:
            self.wait(channel, outcome.again_at)
        if outcome.news:
            self.notices[channel.name].append(outcome.news)
            self.answers[outcome.news.key] = outcome.answers
        if outcome.is_pending and not outcome.edits:
            self.news.add((posting, channel.name))

    def wait(self, channel: Channel, until: datetime) -> None:
        self.instants.append(until)
        place = _place(channel)
        self.told_to_wait[place] = max(until, self.told_to_wait.get(place, until))


def _place(channel: Channel) -> tuple[str, str]:
    return channel.destination.platform, channel.destination.address


class Rounds:
    """Rounds over one database. `changed` is set when another should come at once. A change of a posting is acted upon
    after `quiet`, in which others may follow it. With `only`, nothing is said of any other posting. `is_single` is for a
    process of one round: it wants to know what is left to do, also for another that sends.
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
    ) -> None:
        self._board = board
        self._ledger = ledger
        self._lock = lock
        ledger.verify = lock.verify
        self._platforms = platforms
        self._quiet = quiet
        self._only = only
        self._is_single = is_single
        self._channels = {channel.name: channel for channel in board.config.channels}
        self._review = Review()
        self._kept: dict[str, Posting] | None = None  # what the ledger remembers, as far as it was seen
        self._gone: dict[str, datetime] = {}
        self._doubts: list[tuple[Record, Destination, bool]] = []  # of an earlier process, to be handed over
        self._asked_at = float("-inf")
        self._now = datetime.min.replace(tzinfo=UTC)
        self._session = lock.session
        self._soon: asyncio.TimerHandle | None = None
        self._standstills: frozenset[str] = frozenset()
        self._is_behind = False  # the folder was blank when the files were to be compared with the ledger
        self.owned: frozenset[str] = frozenset()
        self.changed = asyncio.Event()
        self.delivery = Delivery(ledger, platforms, wording, board.clock, self.changed.set, self._settled, metrics)

    @property
    def owns(self) -> bool:
        """Whether this process sends, for every platform."""
        return self.owned.issuperset(self._platforms)

    # --- The round

    async def tick(self) -> Outlook:
        """Plans as of now, and hands over what is due. The registry is read elsewhere."""
        self.changed.clear()
        now = self._board.clock()
        await self._take_in(now)
        await self._own(now)
        if now < self._now:  # the clock was set back: what had passed may not have
            self._review.change(self._board.index, (), None)
            await self._compare(now)
        self._now = now
        plan = _Plan()
        if self.owned or self._is_single:  # who stands by may leave the planning to the one that sends
            await self._correct(plan, now)
            await self._announce(plan, now)
        dispatches = list(plan.dispatches())
        self._say_what_stands_still(plan)
        await self._keep(dispatches)
        self.delivery.doubt(self._doubts)  # not before: what is cleared up while a plan is made, the plan leaves out
        self._doubts.clear()
        self.delivery.offer(dispatches, hungry=_ENOUGH // 4 if plan.is_cut else 0)
        plan.instants += [self._board.agenda.next_instant(), self._review.next_instant(now)]
        if waits := self.delivery.next_instant():
            plan.instants.append(now + timedelta(seconds=waits - asyncio.get_running_loop().time()))
        return Outlook(plan.left, min((instant for instant in plan.instants if instant), default=None))

    def _say_what_stands_still(self, plan: _Plan) -> None:
        standstills = plan.standstills()
        for platform, until in standstills.items():
            if platform not in self._standstills:
                text = "%s: at least %d chats were told to wait; as that means the token, all wait until %s"
                _log.warning(text, platform, _MEANS_ALL, f"{until.astimezone():%Y-%m-%d %H:%M:%S}")
        self._standstills = frozenset(standstills)

    async def _own(self, now: datetime) -> None:
        """Finds out for which platforms this process sends. When it becomes so for one, what was on the wire there is
        in doubt, and all that stands there has to be compared with the registry.
        """
        owned = await self._lock.take()
        if self._session != self._lock.session:
            self.owned, self._session = frozenset(), self._lock.session
        fresh = owned - self.owned
        self.owned &= owned
        if not fresh:
            return
        if await self._ledger.doubt_what_was_on_the_wire(fresh):
            _log.warning("the bot was stopped while messages were on the wire; finding out what became of them")
        doubts = await self._ledger.records(states=[State.IN_DOUBT], platforms=fresh)
        found = [(one, channel) for one in doubts if (channel := self._channels.get(one.channel))]
        self.delivery.moved = await self._ledger.moved()
        await self._compare(now)
        self.owned = owned  # not before: should the ledger have failed, all this is done again
        self._doubts += [(one, at.destination, one.kind in at.drop_in_doubt) for one, at in found]

    async def _announce(self, plan: _Plan, now: datetime) -> None:
        """What has fallen due: announcements and reminders. When there are very many, enough for a while."""
        agenda = self._board.agenda
        some: list[list[Notice]] = []
        for wanted in agenda.look(now):
            some += (notices for notices in wanted if self._only in {None, notices[0].occasion.posting.id})
            if len(some) >= _AT_A_TIME:
                await self._subtract(plan, some, now)
                some = []
                if len(plan.notices) >= _ENOUGH:
                    plan.is_cut = True
                    plan.left = max(plan.left, len(agenda))
                    return
        await self._subtract(plan, some, now)

    async def _subtract(self, plan: _Plan, looked: Sequence[list[Notice]], now: datetime) -> None:
        """Of what is wanted, what is not settled."""
        if not looked:
            return
        keys = (key for notices in looked for key in (*notices[0].withdrawals, *_keys(notices)))
        entries = await self._ledger.entries(keys)
        reminded = _named_in_reminders(looked)
        told = await self._ledger.news(reminded, _STANDS_IN) if reminded else {}
        for notices in looked:
            first, channel = notices[0].occasion.posting, notices[0].channel
            news = (told.get((name, channel.name)) for name in (first.id, *first.aliases)) if told else ()
            told_at = max(filter(None, news), default=None)
            notice, entry = outstanding(notices, entries, told_at)
            if notice is None:
                self._board.agenda.settle(notices)
                continue
            plan.left += 1
            if entry and (until := entry.told_to_wait(now)):
                plan.wait(channel, until)
            elif channel.destination.platform not in self.owned or (entry and entry.waits(now)):
                continue
            elif not self._is_held_back(notice, plan, now):
                plan.notices[channel.name].append(notice)

    def _is_held_back(self, notice: Notice, plan: _Plan, now: datetime) -> bool:
        """Whether a reminder may be overtaken by the news that its deadline was moved."""
        posting, kind = notice.occasion.posting, notice.occasion.kind
        is_unsure = self._review.is_unsure(posting.id, now) or (posting.id, notice.channel.name) in plan.news
        return kind is Kind.REMINDER and is_unsure

    # --- What was said stays true

    async def _correct(self, plan: _Plan, now: datetime) -> None:
        """What is no longer true of all that was said."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._asked_at >= _ASKED_EVERY:
            self._asked_at = loop.time()
            for name in await self._ledger.asked_for():
                self._review.again(name, now)
        names = [name for name in self._review.look(now) if self._only in {None, name}]
        if not names or not self.owned:
            return
        found = await self._subjects(names, now)
        subjects = {subject.posting.id: subject for subject in found.values()}  # once, whatever it is called
        for name in names:
            if name not in subjects:
                is_gathered = self._review.is_gathered(name, now)
                self._review.settle(name)
                if name in found:
                    self._review.again(found[name].posting.id, now, gathered=is_gathered)
        story = await self._ledger.story(name for subject in subjects.values() for name in subject.names)
        others = await self._subjects({record.posting for told in story.values() for record in told}, now)
        pages = {channel: _Page(told) for channel, told in story.items()}
        count = 0
        for name, subject in subjects.items():
            is_gathered = self._review.is_gathered(name, now)
            is_pending = has_slight = False
            for channel in self._heard(subject, pages):
                count += 1
                if not count % _AT_A_TIME:
                    await asyncio.sleep(0)  # there may be thousands, and somebody may be waiting for an answer
                can_edit = self._platforms[channel.destination.platform].can_edit
                told = pages[channel.name].about(subject, others)
                outcome = corrections(subject, channel, told, others, now, can_edit=can_edit, slight=is_gathered)
                if outcome.digests:
                    told = await self._with_digests(told, outcome.digests, channel, others, now)
                    outcome = corrections(subject, channel, told, others, now, can_edit=can_edit, slight=is_gathered)
                await self._settle(outcome, now)
                plan.correct(subject.posting.id, channel, outcome)
                is_pending |= outcome.is_pending
                has_slight |= outcome.has_slight
            if has_slight and not is_pending:
                self._review.wait(name, now)
            elif not is_pending:
                self._review.settle(name)

    async def _with_digests(
        self, told: list[Record], digests: Collection[str], channel: Channel, others: dict[str, Subject], now: datetime
    ) -> list[Record]:
        """All that was told of a posting, and what stands beside it in these digests; its postings go to `others`."""
        found = {record.key: record for record in told}
        for delivery in digests:
            beside = await self._ledger.digest(channel.name, delivery)
            found.update((record.key, record) for record in beside)
            others |= await self._subjects({record.posting for record in beside} - others.keys(), now)
        return list(found.values())

    async def _settle(self, outcome: Outcome, now: datetime) -> None:
        """What an admin has asked for, and is done or cannot be."""
        for key in outcome.done:
            taken_back = key.endswith(f"/{Kind.WITHDRAWAL}")
            state, reason = (State.DELIVERED, None) if taken_back else (State.REFUSED, "no longer to be said")
            await self._ledger.done([key], state, now, reason)

    def _heard(self, subject: Subject, pages: Mapping[str, "_Page"]) -> Iterator[Channel]:
        """The channels, among those that this process sends to, that have heard of a posting."""
        for name, page in pages.items():
            channel = self._channels.get(name)
            if channel and channel.destination.platform in self.owned and page.knows(subject):
                yield channel

    async def _subjects(self, names: Collection[str], now: datetime) -> dict[str, Subject]:
        """Postings by these ids: as they are in the registry, or as they were when their file was last there."""
        found: dict[str, Subject] = {}
        gone = []
        for name in names:
            posting = self._board.index.get(name)
            if posting:
                found[name] = Subject(posting, standing(posting, now))
            elif not self._board.registry.is_blank:
                gone.append(name)
        if gone:
            called = self._called_last(gone)
            kept = await self._ledger.remembered(called.values())
            found |= {name: Subject(kept[last], Standing.GONE) for name, last in called.items() if last in kept}
        return found

    def _called_last(self, names: Iterable[str]) -> dict[str, str]:
        """By these ids, those that their postings went by in the end."""
        renamed = {alias: posting.id for posting in (self._kept or {}).values() for alias in posting.aliases}
        found = {}
        for name in names:
            last, seen = name, {name}
            while renamed.get(last, last) not in seen:
                last = renamed[last]
                seen.add(last)
            found[name] = last
        return found

    def _settled(self, dispatch: Dispatch) -> None:
        """A message was delivered or refused: what depends on it may follow."""
        for notice in dispatch.notices:
            posting = notice.occasion.posting
            current = self._board.index.get(posting.id)
            if current is not None and current != posting:  # it was on its way when its posting changed
                self._review.again(posting.id, self._board.clock() + self._quiet)
            elif not self._review.knows(posting.id):
                continue
            if self._soon is None or self._soon.when() < asyncio.get_running_loop().time():
                self._soon = asyncio.get_running_loop().call_later(_TOGETHER, self.changed.set)
            return

    # --- The registry's changes

    async def _take_in(self, now: datetime) -> None:
        """What was read since the last tick: renamed files are followed, and what has changed is to be looked at."""
        readings = self._board.unseen
        is_back = self._is_behind and not self._board.registry.is_blank
        if self._kept is None or is_back:
            try:
                await self._catch_up()
                if is_back:
                    await self._compare(now)
            except LedgerError:
                self._kept = None  # all of it once more
                raise
            self._review.change(self._board.index, (), None)
        elif readings:
            at = now + self._quiet
            for reading in readings:
                await self._follow_renames(reading.changed, reading.removed, now)
                changed = [self._board.index.get(posting.id) or posting for posting in reading.changed]
                self._review.change(changed, reading.removed, at)
                known = [posting for posting in changed if not self._kept.keys().isdisjoint(_names(posting))]
                await self._remember(known)
        self._board.unseen = []

    async def _catch_up(self) -> None:
        """What has happened to the files while nobody watched."""
        board = self._board
        for before, after in (await self._ledger.renamed()).items():
            board.rename(before, after)
        kept = await self._ledger.remembered()
        self._kept = kept
        if board.registry.is_blank and len(kept) == 1 and board.config.registry.is_dir():
            board.registry.is_blank = False  # the only one was deleted
        self._is_behind = board.registry.is_blank
        if self._is_behind:
            if kept:
                _log.warning(
                    "%s: is empty or missing, though %d postings were announced: is a drive not mounted? Nothing is "
                    "taken for removed until a file is there again",
                    board.config.registry,
                    len(kept),
                )
            return
        gone = [name for name in kept if board.index.get(name) is None]
        for name in board.registry.restore(kept[name] for name in gone):
            _log.warning("%s: its last good version stays in force", name)
            board.take_in(Reading((kept[name],), (), board.problems))
            gone.remove(name)
        new = [posting for posting in board.index if posting.id not in kept]
        await self._follow_renames(new, gone, None)
        current = (board.index.get(name) for name in kept)
        await self._remember({one.id: one for one in current if one}.values())

    async def _follow_renames(self, new: Iterable[Posting], removed: Iterable[str], now: datetime | None) -> None:
        """Takes a new file with the content of one that is gone, or with its id among the aliases, for the same
        posting.
        """
        kept = self._kept or {}
        if now:
            self._gone = {name: at for name, at in self._gone.items() if now - at <= self._quiet}
            self._gone |= dict.fromkeys(removed, now)
        gone = list(self._gone) if now else list(removed)
        fresh = [posting for posting in new if posting.id not in kept]
        gone_before = await self._ledger.remembered(gone) if gone and fresh else {}
        contents = {snapshot.content(one): name for name, one in gone_before.items()}
        for posting in fresh:
            alike = contents.pop(snapshot.content(posting), None)
            former = [name for name in posting.aliases if name in kept]
            for before in dict.fromkeys([*former, *([alike] if alike else [])]):
                current = self._board.index.get(before)
                if current is not None and current.id != posting.id:
                    continue
                _log.info("%s is called %s now; nothing is announced anew", before, posting.id)
                self._board.rename(before, posting.id)
                await self._ledger.rename(before, posting.id)
                await self._remember([self._board.index.get(posting.id) or posting])
                self._gone.pop(before, None)

    async def _compare(self, now: datetime) -> None:
        """Has everything looked at that no longer says what is true, for whatever happened while nobody watched."""
        said: dict[str, set[Version | None]] = defaultdict(set)
        for name, version in await self._ledger.standing():
            said[name].add(version)
        for name, subject in (await self._subjects(said, now)).items():
            current = {Version.of(subject.posting, subject.standing, form) for form in Form}
            if not said[name] <= current:
                self._review.again(subject.posting.id, now, gathered=True)

    async def _keep(self, dispatches: Iterable[Dispatch]) -> None:
        """Has the ledger remember what is about to be said for the first time, or otherwise than before."""
        kept = self._kept or {}
        spoken = {notice.occasion.posting.id: notice.occasion.posting for one in dispatches for notice in one.notices}
        await self._remember(posting for name, posting in spoken.items() if kept.get(name) is not posting)

    async def _remember(self, postings: Iterable[Posting]) -> None:
        assert self._kept is not None  # noqa: S101  # filled by the first tick
        changed = [posting for posting in postings if self._kept.get(posting.id) != posting]
        await self._ledger.remember(changed)
        self._kept.update((posting.id, posting) for posting in changed)

    # --- Replies, and the end

    async def turn(self, destination: Destination) -> None:
        """Waits until a reply may be sent there, ahead of every notice."""
        await self.delivery.pace.turn(self._platforms[destination.platform].rates(destination), urgent=True)

    async def close(self) -> None:
        """Lets what is on the wire arrive, then gives everything back."""
        if self._soon:
            self._soon.cancel()
        await self.delivery.close()
        await self._lock.release()
        await self._ledger.close()
        for platform in self._platforms.values():
            await platform.close()


class _Page:
    """What one channel was told, by posting and by message."""

    def __init__(self, told: Sequence[Record]) -> None:
        self._by_posting: dict[str, list[Record]] = defaultdict(list)
        self._by_delivery: dict[str, list[Record]] = defaultdict(list)
        for record in told:
            self._by_posting[record.posting].append(record)
            if not record.revision:
                self._by_delivery[record.delivery].append(record)

    def knows(self, subject: Subject) -> bool:
        return any(name in self._by_posting for name in subject.names)

    def about(self, subject: Subject, others: Mapping[str, Subject]) -> list[Record]:
        """All about a posting, and about those that stand in the same messages."""
        mine = [record for name in subject.names for record in self._by_posting.get(name, ())]
        beside = {one.posting for record in mine for one in self._by_delivery.get(record.delivery, ())}
        names = {name for one in beside if one in others for name in others[one].names} | beside
        return mine + [
            record for name in sorted(names - set(subject.names)) for record in self._by_posting.get(name, ())
        ]


def _names(posting: Posting) -> tuple[str, ...]:
    return (posting.id, *posting.aliases)


def _keys(notices: Iterable[Notice]) -> Iterator[str]:
    return (key for notice in notices for key in notice.keys)


def _named_in_reminders(looked: Iterable[Sequence[Notice]]) -> set[str]:
    return {
        name
        for notices in looked
        if notices[-1].occasion.kind is Kind.REMINDER
        for name in (notices[-1].occasion.posting.id, *notices[-1].occasion.posting.aliases)
    }
