"""The running bot: puts the parts together. Owns the only clock and the only scheduler."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.app import leaving
from bot.app.attending import Attending
from bot.app.calendars import Calendars
from bot.app.effects import Effects
from bot.app.front import Front, listen
from bot.app.outside import Outside
from bot.app.placing import Placing
from bot.app.readers import Readers
from bot.app.responding import Responder
from bot.app.standing import RightsAtPlatforms
from bot.app.supervising import Supervisor
from bot.config import OVERHEARD, Config
from bot.engine.board import Callboard, Clock, real_clock
from bot.engine.building import build_platforms, credentials
from bot.engine.editions import Editions
from bot.engine.garbage import keep_what_is_there
from bot.engine.rounds import Rounds
from bot.sources.files import RegistryChanges
from bot.sources.files.settling import Settling
from bot.sources.files.source import FolderSource
from bot.sources.files.watching import changes
from bot.store import Ledger, LedgerError, SenderLock
from bot.store.drafts import DraftStore
from bot.submissions.pushing import keep_pushing
from bot.submissions.submissions import Submissions

if TYPE_CHECKING:
    from bot.sources.fetching import Fetcher
    from bot.web.access import Key

_log = logging.getLogger("callboard")

HEARTBEAT = timedelta(seconds=15)
"""A tick comes at the next due instant and on a change; and at the latest after this, for what a clock may do and an
admin may ask for.
"""

RESCAN_SECONDS = 60.0
"""How often the whole folder is looked at, for drives that do not tell of changes."""

TAKE_OVER = timedelta(seconds=2)
"""How often a process that stands by looks whether the one that sends is gone."""

_LATE = 1.0  # seconds
_LINKS_LATER = 300.0  # seconds after the start; nobody waits for it
_ON_TIME = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}  # late is better than never


class Bot:
    """The running bot: reads, watches, plans, delivers, answers, until it is told to stop."""

    def __init__(
        self,
        config: Config,
        clock: Clock = real_clock,
        before: Settling | None = None,
        key: "Key | None" = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`before` is the settling of the bot whose place it takes, with another config; `key` that one's, by which
        pages that are open stay so. `supervisor` hears how it is.
        """
        from bot.web.access import Key  # noqa: PLC0415  # a large library, and only a running bot needs it

        make = before.going_on if before else Settling
        self.settling = make(config.registry, config.settle)
        self.key = key or Key()
        self._config = config
        self._clock = clock
        self._supervisor = supervisor or Supervisor()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Runs until it is told to stop, then drains. Raises `LedgerError` when the database cannot be used."""
        config, stop = self._config, self._stop
        board = Callboard(config, self._clock, resting=lambda: self.settling.resting)
        lock = SenderLock(config.database, credentials(config))
        async with AsyncExitStack() as stack:
            ledger = await Ledger.open(config.database, lock.verify)
            held = await ledger.drafts.held_back()
            reading = board.look()  # between the two, as in `_RegistryWatch._look`
            board.begin(self.settling.begin(reading, held | await ledger.drafts.held_back()))
            del reading  # it is large, and this goes on for as long as the bot does
            _say_what_was_read(board)
            outside = Outside(config, ledger, self.key)
            platforms = build_platforms(config, stop.set)
            submissions = Submissions(board, ledger.drafts, uses_git=config.submissions.git)
            preview = submissions.preview_of
            rounds = Rounds(board, ledger, lock, platforms, metrics=outside.metrics, preview=preview)
            stack.push_async_callback(rounds.close)  # with all that it was given
            await rounds.hide_withdrawn()  # before anybody can ask
            editions = Editions(board, rounds.archive)
            scheduler = AsyncIOScheduler(timezone=UTC)
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            watch = _RegistryWatch(board, self.settling, rounds, ledger.drafts)
            submissions.written = watch.look_at
            readers = Readers(board, ledger, platforms, rounds.followers, rounds.changed.set)
            standing = RightsAtPlatforms(board, platforms)
            placing = Placing(board, ledger, platforms, rounds.places, standing)
            calendars = Calendars(board, editions, ledger)
            effects = Effects(board, ledger, submissions, platforms, rounds.turn, readers, placing, calendars)
            responder = Responder(board, ledger, submissions, platforms, effects, readers, standing, placing)
            front = Front(rounds, outside, ledger, responder, Attending(board, placing, readers))
            cycle = _Cycle(
                board, rounds, platforms, editions, submissions, outside, scheduler, stop.is_set, self._supervisor
            )
            serving = [listen(platform, front) for platform in platforms.values()]
            serving += [outside.serve(), outside.answer_probes(), outside.show(board)]
            if config.web:
                serving.append(outside.publish(board, editions, calendars.find))
            if config.submissions.git:
                serving.append(effects.tell_of_index(submissions.index_news))
            if config.submissions.git and config.submissions.push:
                serving.append(keep_pushing(config.registry, submissions.wants_push, effects.tell_of_push))
            serving.append(leaving.keep_looking(readers, may_look=lambda: bool(rounds.owned)))
            serving.append(_ask_others(board, ledger, submissions, rounds, outside))
            serving.append(_tell(self._supervisor, cycle.ready, outside))
            await self._until_stopped(serving, [watch.watch(stop), watch.let_rested_in(), cycle.go_round()])

    def stop(self) -> None:
        """Ends `run`, which lets arrive what is on the wire."""
        self._stop.set()

    async def _until_stopped(
        self, serving: Sequence[Coroutine[Any, Any, None]], working: Sequence[Coroutine[Any, Any, None]]
    ) -> None:
        """Does all of it at once. Whatever fails of what works ends it all, and is raised: a bot that no longer watches
        or plans must not look as if it did; whoever runs it starts it again.
        """

        async def work(part: Coroutine[Any, Any, None]) -> None:
            try:
                await part
            except Exception:
                self._stop.set()
                raise

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(part) for part in (*serving, *map(work, working))]
                try:
                    await self._stop.wait()
                finally:
                    _log.info("stopping: what is on the wire may arrive, the rest waits for the next start")
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None


async def _tell(supervisor: Supervisor, ready: asyncio.Event, outside: Outside) -> None:
    """Tells who looks after the process when it is ready, and from then on that it lives: as long as rounds go on."""
    await ready.wait()
    await outside.listening()
    supervisor.ready()
    await supervisor.watch(outside.health.is_turning)


async def _ask_others(
    board: Callboard, ledger: Ledger, submissions: Submissions, rounds: Rounds, outside: Outside
) -> None:
    """Asks other servers, in the process that sends: reads the sources of the config, and looks at the links of
    postings, each when it is due. One client for both, so that a host is asked one thing at a time.
    """
    sends = lambda: bool(rounds.owned) or not board.config.platforms  # noqa: E731
    if not board.config.sources:  # the libraries are large, and a link is not due before a day is over
        await asyncio.sleep(_LINKS_LATER)
    from bot.app.linking import keep_looking  # noqa: PLC0415
    from bot.sources.fetching import Fetcher  # noqa: PLC0415

    async with Fetcher(board.clock) as fetcher, asyncio.TaskGroup() as group:
        group.create_task(
            keep_looking(rounds.links, fetcher, may_look=sends, wake=board.facts.wake, metrics=outside.metrics)
        )
        if board.config.sources:
            group.create_task(_read_sources(board, ledger, submissions, outside, fetcher, sends))


async def _read_sources(
    board: Callboard,
    ledger: Ledger,
    submissions: Submissions,
    outside: Outside,
    fetcher: "Fetcher",
    sends: Callable[[], bool],
) -> None:
    """Reads the sources of the config when they are due."""
    from bot.app.sourcing import SourceLook, SourceReader, keep_reading  # noqa: PLC0415  # large, and most have none
    from bot.sources.apart import ReaderProcess  # noqa: PLC0415
    from bot.submissions.following import SourceFollower  # noqa: PLC0415

    def looked(outcome: SourceLook) -> None:
        if outcome.error:
            _log.warning("source %s: %s", outcome.source.name, outcome.error)
        elif outcome.results:
            _log.info("source %s: read, %s", outcome.source.name, outcome.counted)
        is_whole, held = not outcome.error, outcome.held
        outside.metrics.source_read(outcome.source.name, outcome.count, board.clock(), is_whole=is_whole, held=held)
        board.facts.wake()  # the reviewers hear of it

    follower = SourceFollower(board, ledger.sources, submissions)
    async with ReaderProcess() as reader:
        reading = SourceReader(follower, fetcher, reader, board.clock)
        await keep_reading(board.config.sources, reading, board.clock, may_read=sends, looked=looked)


class _RegistryWatch:
    """Looks at the registry when it has changed, and puts in force what has rested."""

    def __init__(self, board: Callboard, settling: Settling, rounds: Rounds, drafts: DraftStore) -> None:
        self._board, self._settling, self._rounds, self._drafts = board, settling, rounds, drafts
        self._source = FolderSource(board.registry)
        self._looking = asyncio.Lock()
        self._looked = asyncio.Event()

    async def watch(self, stop: asyncio.Event) -> None:
        config = self._board.config
        watch = changes(config.registry, RESCAN_SECONDS, stop, follow_links=config.follow_links)
        async with aclosing(watch) as batches:
            async for touched in batches:
                await self._look(touched)

    async def let_rested_in(self) -> None:
        """Looks again when a new file has rested: it may have been written where the system does not tell of it."""
        while True:
            self._looked.clear()
            left = self._settling.seconds_left()
            if left == 0.0:
                await self._look(set())
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._looked.wait(), left)

    async def _look(self, touched: set[Path]) -> None:
        board, settling = self._board, self._settling
        async with self._looking:
            held = await self._held()  # and once more afterwards: what is read may be undone by then
            reading = await self._source.read(touched)
            remembered, held_since = await self._known(reading)
            reading = settling.take_in(reading, board.find, remembered, held | held_since)
            has_changed = board.take_in(reading)
        self._looked.set()
        if has_changed:
            text = "the registry has changed: %d postings new or changed, %d gone"
            _log.info(text, len(reading.changed), len(reading.removed))

    async def look_at(self, path: Path) -> None:
        """Looks at a file that was written from chat."""
        await self._look({path})

    async def _known(self, reading: RegistryChanges) -> tuple[Collection[str], frozenset[str]]:
        """The ids of what is no new posting, though its file may be; and of what is being changed from chat, of which
        nobody is to hear yet. As long as the database cannot be asked, that is what it was before. What is asked first
        matters: a change that is done meanwhile is published by then; the other way round it would be neither.
        """
        settling = self._settling
        if not reading.changed and not settling.held:
            return (), frozenset()
        unknown = settling.unknown(reading)
        try:
            held = await self._drafts.held_back()
            return {*await self._rounds.remembered(unknown), *await self._drafts.published(unknown)}, held
        except LedgerError:
            return (), settling.held

    async def _held(self) -> frozenset[str]:
        try:
            return await self._drafts.held_back()
        except LedgerError:
            return self._settling.held


class _Cycle:
    """Round after round: at the next due instant, when something has changed, and at the latest after a heartbeat."""

    def __init__(
        self,
        board: Callboard,
        rounds: Rounds,
        platforms: Collection[str],
        editions: Editions,
        submissions: Submissions,
        outside: Outside,
        scheduler: AsyncIOScheduler,
        is_stopping: Callable[[], bool],
        supervisor: Supervisor,
    ) -> None:
        self._board, self._rounds, self._editions, self._outside = board, rounds, editions, outside
        self._platforms = frozenset(platforms)
        self._submissions, self._scheduler = submissions, scheduler
        self._is_stopping = is_stopping
        self._supervisor = supervisor
        self._clock = board.clock
        self.ready = asyncio.Event()  # after the first round that went well
        self._left_to_others: frozenset[str] = frozenset()

    async def go_round(self) -> None:
        while True:
            next_instant: datetime | None = None
            wait = HEARTBEAT
            try:
                next_instant = await self._round()
                wait = TAKE_OVER if self._left_to_others else HEARTBEAT
            except LedgerError as error:
                self._outside.failed(error)
                self._outside.health.silent(str(error), self._clock())
                if not self._is_stopping():
                    _log.error("%s; tried again in %d s", error, HEARTBEAT.seconds)  # no traceback for users
            self._supervisor.status(self._outside.health.sentence())
            if self._is_stopping():  # a database's driver takes being cancelled for a connection that failed
                return
            latest = self._clock() + wait
            at = max(min(next_instant or latest, latest), self._clock())
            self._scheduler.add_job(self._call_round, DateTrigger(at), id="tick", replace_existing=True, **_ON_TIME)
            with suppress(TimeoutError):  # the scheduler goes by the wall's clock, and that may have been set back
                await asyncio.wait_for(self._rounds.changed.wait(), wait.total_seconds() + _LATE)

    async def _call_round(self) -> None:
        self._rounds.changed.set()

    async def _round(self) -> datetime | None:
        """Gives when the next one is due, as far as is known."""
        began = time.perf_counter()
        await self._submissions.recover()
        self._outside.drafts_counted(await self._submissions.counts(), self._clock())
        outlook = await self._rounds.tick()
        if self._board.config.web:  # else it is enough when somebody asks for a calendar
            await self._editions.take_in(self._clock())
        self._outside.ticked(self._board, self._rounds, outlook, time.perf_counter() - began)
        if not self.ready.is_set():
            self.ready.set()
            keep_what_is_there()
            _log.info("ready")
        self._say_who_sends()
        return outlook.next_instant

    def _say_who_sends(self) -> None:
        rounds = self._rounds
        others = self._platforms - rounds.owned
        if taken_over := sorted(self._left_to_others - others):
            _log.warning("the other callboard is gone; this one sends now to %s", ", ".join(taken_over))
        if left := sorted(others - self._left_to_others):
            _log.warning("%s; this one stands by", _in_whose_hands(rounds.stranger, left))
        why = _in_whose_hands(rounds.stranger, sorted(others)) if others else None
        self._outside.health.silent(why, self._clock())
        if why and rounds.stranger:  # whoever stands by is well, but for this
            self._outside.health.failed(LedgerError(why))
        self._left_to_others = others


def _say_what_was_read(board: Callboard) -> None:
    is_open = board.index.count_open(board.clock())
    _log.info(
        "%s: %d postings, %d of them open; %s",
        board.config.registry,
        len(board.index),
        is_open,
        f"{len(board.problems)} problems" if board.problems else "no problems",
    )
    for platform in board.config.platforms:
        if platform.is_overheard:
            _log.warning("platforms.%s.api_url: %s", platform.name, OVERHEARD)
    for channel in board.config.channels:
        at = channel.destination
        place = "" if at.address == channel.name else f" {at.address}"
        _log.info("announcing to %s (%s%s)", channel.name, at.platform, place)


def _in_whose_hands(stranger: str | None, platforms: Sequence[str]) -> str:
    """Why nothing is sent to these platforms."""
    names = ", ".join(platforms)
    if stranger is None:
        return f"another callboard sends for this database to {names}"
    advice = "only Callboard's own role should be able to connect to this database; end it with pg_terminate_backend"
    return f"{stranger} holds the lock that says who sends to {names}: {advice}"
