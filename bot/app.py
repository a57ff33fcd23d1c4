"""Puts the parts together. Owns the only clock and the only scheduler."""

import asyncio
import gc
import logging
import time
from collections.abc import Collection, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.admitting import Admission
from bot.board import Callboard, Clock, real_clock
from bot.building import build_platforms, credentials
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.config import OVERHEARD, Config
from bot.core.audience import Audience, Destination
from bot.core.form import Submission, Submitted
from bot.core.message import Message
from bot.core.notice import Kind, Record
from bot.erasing import is_known
from bot.history import History
from bot.ledger import Ledger, LedgerError, SenderLock
from bot.metrics import Metrics
from bot.outside import Outside
from bot.platforms.base import Answers, Platform, Reader
from bot.registry import Reading
from bot.responding import Responder
from bot.rounds import Rounds
from bot.settling import Settling
from bot.submissions import Submissions
from bot.submissions.pushing import keep_pushing
from bot.watching import changes

if TYPE_CHECKING:
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

_STEP = timedelta(seconds=0.5)
_LATE = 1.0  # seconds
_LISTEN_AGAIN = 30
_ON_TIME = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}  # late is better than never


async def tick(config: Config, clock: Clock, patience: float = 10.0, metrics: Metrics | None = None) -> int:
    """One round: read, plan, deliver. How many notices are left to retry, after waiting `patience` seconds at most.
    `metrics` are told what is sent.

    Raises `LedgerError` when the database cannot be used.
    """
    board = Callboard(config, clock)
    ledger = await Ledger.open(config.database)
    await _read_what_is_done(board, ledger)
    platforms = build_platforms(config)
    lock = SenderLock(config.database, credentials(config))
    rounds = Rounds(board, ledger, lock, platforms, quiet=timedelta(), is_single=True, metrics=metrics)
    try:
        return await _until_settled(rounds, clock, patience)
    finally:
        await rounds.close()


async def _read_what_is_done(board: Callboard, ledger: Ledger) -> None:
    """Reads the registry, and ends changes from chat that something died in the midst of: until then nobody hears of
    them.
    """
    held, settling = await ledger.drafts.held_back(), Settling(board.config.registry, 0.0)
    board.read(lambda reading: settling.begin(reading, held))
    if held:
        await Submissions(board, ledger.drafts, uses_git=board.config.submissions.git).recover()
        reading = await asyncio.to_thread(board.registry.read)
        board.take_in(settling.take_in(reading, board.find, held, await ledger.drafts.held_back()))


async def on_request(
    kind: Kind, config: Config, name: str, channels: Sequence[Audience], patience: float = 80.0
) -> tuple[list[Record], int]:
    """Takes an announcement back in these channels, or repeats it there: by itself, or by the bot that is running. What
    the ledger says that has become of it, and how much is left to do after `patience` seconds.

    Raises `LedgerError` when the database cannot be used, and `LookupError` when it was never heard of.
    """
    board = Callboard(config)
    board.read()
    ledger = await Ledger.open(config.database)
    platforms = build_platforms(config)
    lock = SenderLock(config.database, credentials(config))
    rounds = Rounds(board, ledger, lock, platforms, quiet=timedelta(), only=name, is_single=True)
    try:
        posting, began = board.find(name), real_clock()
        if posting is None and not await is_known(ledger, name):
            raise LookupError(name)
        if kind is Kind.WITHDRAWAL:
            if posting:
                await ledger.remember([posting])  # so that it is followed when its file is renamed
            await ledger.withdraw(posting.id if posting else name, began)
        else:
            await ledger.republish((posting.id, *posting.aliases) if posting else (name,))
        places = [(channel.name, channel.destination.platform) for channel in channels]
        keys = set(await ledger.ask(kind, name, places, began))
        end = asyncio.get_running_loop().time() + patience
        await rounds.tick()
        if rounds.owns:
            await _until_settled(rounds, real_clock, patience)
        else:
            _log.info("the bot that is running does it, within a quarter of a minute")
        while True:
            told = await ledger.records(postings=[name])
            left = [one for one in told if one.key in keys and not one.state.is_settled]
            if not left or asyncio.get_running_loop().time() > end:
                return [one for one in told if one.at >= began], len(left)
            await asyncio.sleep(_STEP.total_seconds())
    finally:
        await rounds.close()


async def _until_settled(rounds: Rounds, clock: Clock, patience: float) -> int:
    """Rounds until nothing is left, or `patience` seconds are over: how many notices are left to retry."""
    end = clock() + timedelta(seconds=patience)
    while True:
        outlook = await rounds.tick()
        if rounds.delivery.is_busy():
            await rounds.delivery.idle()
            continue
        if not outlook.left:
            return 0
        again = outlook.next_instant if rounds.owns else clock() + _STEP
        if again is None or again > end:
            if not rounds.owns:
                _log.error("another callboard sends for this database and did not get to everything in time")
            return outlook.left
        await asyncio.sleep(max(0.05, (again - clock()).total_seconds()))


class Bot:
    """The running bot: reads, watches, plans, delivers, answers, until it is told to stop."""

    def __init__(
        self, config: Config, clock: Clock = real_clock, before: Settling | None = None, key: "Key | None" = None
    ) -> None:
        """`before` is the settling of the bot whose place it takes, with another config; `key` that one's, by which
        pages that are open stay so.
        """
        self._stop = asyncio.Event()
        self._board = Callboard(config, clock)
        make = before.going_on if before else Settling
        self.settling = make(config.registry, config.settle)
        self._board.resting = lambda: self.settling.resting
        self._looking = asyncio.Lock()
        self._looked = asyncio.Event()
        self._clock = clock
        self._platforms = build_platforms(config, self._stop.set)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._rounds: Rounds | None = None
        self._history: History | None = None
        self._submissions: Submissions | None = None
        self._outside = Outside(config, key)
        self.key = self._outside.doors.key

    async def run(self) -> None:
        """Runs until it is told to stop, then drains. Raises `LedgerError` when the database cannot be used."""
        config = self._board.config
        ledger = await Ledger.open(config.database)
        held = await ledger.drafts.held_back()
        self._board.read(lambda reading: self.settling.begin(reading, held))
        self._say_what_was_read()
        lock = SenderLock(config.database, credentials(config))
        self._rounds = Rounds(self._board, ledger, lock, self._platforms, metrics=self._outside.metrics)
        await self._rounds.withhold()  # before anybody can ask
        self._submissions = Submissions(self._board, ledger.drafts, uses_git=config.submissions.git)
        self._submissions.written = self._look_at
        if config.web:
            self._history = History(self._board, ledger)
        self._scheduler.start()
        self._outside.ledger = ledger
        front = _Front(self._board, self._rounds, self._outside, ledger)
        listening = [asyncio.create_task(_listen(platform, front)) for platform in self._platforms.values()]
        listening.append(asyncio.create_task(self._outside.serve()))
        listening.append(asyncio.create_task(self._outside.show(self._board, ledger)))
        if self._history:
            listening.append(asyncio.create_task(self._outside.publish(self._board, self._history)))
        if config.submissions.git and config.submissions.push:
            listening.append(asyncio.create_task(keep_pushing(config.registry, self._submissions.wants_push)))
        working = [asyncio.create_task(one()) for one in (self._watch, self._let_rested_in, self._go_round)]
        for task in working:
            task.add_done_callback(self._stop_if_it_failed)
        await self._stop.wait()
        _log.info("stopping: what is on the wire may arrive, the rest waits for the next start")
        self._scheduler.shutdown(wait=False)
        for task in (*listening, *working):
            task.cancel()
        ended = await asyncio.gather(*working, return_exceptions=True)
        await asyncio.gather(*listening, return_exceptions=True)
        await self._rounds.close()
        for result in ended:
            if isinstance(result, Exception):
                raise result

    def stop(self) -> None:
        """Ends `run`, which lets arrive what is on the wire."""
        self._stop.set()

    def _stop_if_it_failed(self, task: asyncio.Task[None]) -> None:
        # A bot that no longer watches or plans must not look as if it did; whoever runs it starts it again.
        if not task.cancelled() and task.exception():
            self._stop.set()

    def _say_what_was_read(self) -> None:
        board, now = self._board, self._clock()
        is_open = board.index.count_open(now)
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

    async def _watch(self) -> None:
        config = self._board.config
        watch = changes(config.registry, RESCAN_SECONDS, self._stop, follow_links=config.follow_links)
        async with aclosing(watch) as told:
            async for touched in told:
                await self._look(touched)

    async def _look(self, touched: set[Path]) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        board, settling = self._board, self.settling
        async with self._looking:
            reading = await asyncio.to_thread(board.registry.read, touched)
            remembered, held = await self._known(settling, reading)
            reading = settling.take_in(reading, board.find, remembered, held)
            has_changed = board.take_in(reading)
        self._looked.set()
        if has_changed:
            text = "the registry has changed: %d postings new or changed, %d gone"
            _log.info(text, len(reading.changed), len(reading.removed))
            self._rounds.changed.set()

    async def _look_at(self, path: Path) -> None:
        await self._look({path})

    async def _known(self, settling: Settling, reading: Reading) -> tuple[Collection[str], Collection[str]]:
        """The ids of what is no new posting, though its file may be; and of what is being changed from chat, of which
        nobody is to hear yet. As long as the database cannot be asked, that is what it was before.
        """
        assert self._rounds  # noqa: S101  # made before this starts
        assert self._submissions  # noqa: S101
        if not reading.changed and not settling.held:
            return (), ()
        drafts, unknown = self._submissions.store, settling.unknown(reading)
        try:
            remembered = {*await self._rounds.remembered(unknown), *await drafts.published(unknown)}
            return remembered, await drafts.held_back()
        except LedgerError:
            return (), settling.held

    async def _let_rested_in(self) -> None:
        """Looks again when a new file has rested: it may have been written where the system does not tell of it."""
        while True:
            self._looked.clear()
            left = self.settling.seconds_left()
            if left == 0.0:
                await self._look(set())
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._looked.wait(), left)

    async def _go_round(self) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        assert self._submissions  # noqa: S101
        is_ready = False
        left_to_others: frozenset[str] = frozenset()
        while True:
            next_instant: datetime | None = None
            wait = HEARTBEAT
            try:
                began = time.perf_counter()
                await self._submissions.recover()
                outlook = await self._rounds.tick()
                if self._history:
                    await self._history.take_in(self._clock())
                next_instant = outlook.next_instant
                self._outside.ticked(self._board, self._rounds, outlook, time.perf_counter() - began)
                if not is_ready:
                    is_ready = True
                    gc.freeze()  # most of it stays: to look through it for garbage later would hold up an answer
                    _log.info("ready")
                others = frozenset(self._platforms) - self._rounds.owned
                if taken_over := sorted(left_to_others - others):
                    _log.warning("the other callboard is gone; this one sends now to %s", ", ".join(taken_over))
                if left := sorted(others - left_to_others):
                    _log.warning("%s; this one stands by", _in_whose_hands(self._rounds.stranger, left))
                why = _in_whose_hands(self._rounds.stranger, sorted(others)) if others else None
                self._outside.health.silent(why, self._clock())
                if why and self._rounds.stranger:  # whoever stands by is well, but for this
                    self._outside.health.failed(LedgerError(why))
                left_to_others = others
                wait = TAKE_OVER if others else HEARTBEAT
            except LedgerError as error:
                self._outside.failed(error)
                self._outside.health.silent(str(error), self._clock())
                if not self._stop.is_set():
                    _log.error("%s; tried again in %d s", error, HEARTBEAT.seconds)  # no traceback for users
            if self._stop.is_set():  # a database's driver takes being cancelled for a connection that failed
                return
            latest = self._clock() + wait
            at = max(min(next_instant or latest, latest), self._clock())
            self._scheduler.add_job(self._call_round, DateTrigger(at), id="tick", replace_existing=True, **_ON_TIME)
            with suppress(TimeoutError):  # the scheduler goes by the wall's clock, and that may have been set back
                await asyncio.wait_for(self._rounds.changed.wait(), wait.total_seconds() + _LATE)

    async def _call_round(self) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        self._rounds.changed.set()


def _in_whose_hands(stranger: str | None, platforms: Sequence[str]) -> str:
    """Why nothing is sent to these platforms."""
    names = ", ".join(platforms)
    if stranger is None:
        return f"another callboard sends for this database to {names}"
    advice = "only Callboard's own role should be able to connect to this database; end it with pg_terminate_backend"
    return f"{stranger} holds the lock that says who sends to {names}: {advice}"


class _Front:
    """What the platforms that listen are given."""

    def __init__(self, board: Callboard, rounds: Rounds, outside: Outside, ledger: Ledger) -> None:
        self._answer = Responder(board).answer
        self._metrics = outside.metrics
        self._ownership = rounds.ownership
        self.doors = outside.doors
        self._turn = rounds.turn
        self._admission = Admission()
        self.admit = self._admission.admit
        self._ledger = ledger
        self.while_it_sends = rounds.ownership.during
        self.look_who_sends = rounds.changed.set

    async def turn(self, destination: Destination) -> None:
        with self._admission.waiting():
            await self._turn(destination)

    async def is_notice(self, platform: str, reference: str) -> bool:
        try:
            return await self._ledger.has_sent(platform, reference)
        except LedgerError as error:
            _log.debug("taken for an announcement: %s", error)
            return True

    def sends(self, platform: str) -> bool:
        return platform in self._ownership

    async def submitted(self, submission: Submission, reader: Reader) -> Submitted:
        del submission, reader  # no answer has a form: there is none that could be filled in
        return None

    async def answer(self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS) -> Message:
        began = time.perf_counter()
        message = await self._answer(request, reader, syntax)
        self._metrics.answered(reader.destination.platform, request.command, time.perf_counter() - began)
        return message


async def _listen(platform: Platform, front: Answers) -> None:
    while True:
        try:
            return await platform.listen(front)
        except Exception as error:  # noqa: BLE001  # one platform's trouble must not end the bot
            _log.error("%s: listening ended (%r), begun again in %d s", platform.name, error, _LISTEN_AGAIN)
            _log.debug("unexpected", exc_info=True)
            await asyncio.sleep(_LISTEN_AGAIN)
