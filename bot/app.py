"""Puts the parts together. Owns the only clock and the only scheduler."""

import asyncio
import gc
import logging
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.config import Config, Secret
from bot.config import Platform as PlatformConfig
from bot.core import commands
from bot.core.channel import Channel, Destination
from bot.core.commands import Answer, Desk, Dialect, Request
from bot.core.index import Index
from bot.core.message import Message
from bot.core.notice import Notice
from bot.core.planning import Agenda, bundles, due, outstanding
from bot.delivery import Delivery
from bot.document import Problem
from bot.ledger import Ledger, LedgerError, SenderLock
from bot.locales import wording
from bot.platforms.base import Answers, Platform, Reader
from bot.registry import Reading, Registry, changes

_log = logging.getLogger("callboard")

HEARTBEAT = timedelta(minutes=1)
"""A tick comes at the next due instant and on a change; and at the latest after this, for what a clock may do."""

RESCAN_SECONDS = 60.0
"""How often the whole folder is looked at, for drives that do not tell of changes."""

TAKE_OVER = timedelta(seconds=2)
"""How often a process that stands by looks whether the one that sends is gone."""

_STEP = timedelta(seconds=0.5)
_LISTEN_AGAIN = 30
_LOOK_AGAIN = 2.0
_ON_TIME = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}  # late is better than never

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    return datetime.now(UTC)


def rehearsal_clock(start: datetime) -> Clock:
    """A clock that stands at `start` now and goes on from there."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


class Callboard:
    """The registry as read, and answers from it. Everything that needs no database and no network."""

    def __init__(self, config: Config, clock: Clock = real_clock) -> None:
        self.config = config
        self.clock = clock
        self.registry = Registry(config.registry, config.timezone)
        self.index = Index()
        self.agenda = Agenda(config.channels)
        self.problems: tuple[Problem, ...] = ()
        self._channel_at = {
            (channel.destination.platform, channel.destination.address.casefold()): channel
            for channel in config.channels
        }

    def read(self) -> None:
        """Reads the registry. Blocks for as long as that takes."""
        # Nothing here is garbage in cycles: to look for it meanwhile takes as long as the reading itself, and to look
        # through all postings later on would hold up an answer.
        gc.disable()
        self.take_in(self.registry.read())
        self.index.count_open(self.clock())
        gc.enable()
        gc.freeze()

    def take_in(self, reading: Reading) -> bool:
        """Puts what was read in force; True when something has changed."""
        self.index.change(reading.changed, reading.removed)
        self.agenda.change(reading.changed, reading.removed)
        for problem in reading.problems:
            if problem not in self.problems:
                _log.warning("%s", problem)
        self.problems = reading.problems
        return bool(reading.changed or reading.removed)

    def ask(
        self,
        request: Request,
        language: str | None = None,
        dialect: Dialect = Dialect.MANY,
        asked_in: Channel | None = None,
    ) -> Answer:
        """The answer that chat gives, with the settings of the channel where it is asked, if it is one."""
        words = wording(language or (asked_in.language if asked_in else self.config.language))
        empty = (asked_in.when_empty if asked_in else self.config.when_empty) or words.nothing_open()
        timezone = asked_in.pattern.timezone if asked_in else self.config.timezone
        return commands.answer(Desk(self.index, self.clock(), timezone, empty), words, request, dialect)

    def answer(self, request: Request, reader: Reader, dialect: Dialect = Dialect.MANY) -> Message:
        """The answer to a reader on a platform."""
        at = reader.destination
        found = (self._channel_at.get((at.platform, name.casefold())) for name in (at.address, reader.known_as or ""))
        return self.ask(request, reader.language, dialect, next(filter(None, found), None)).message


@dataclass(frozen=True, slots=True)
class Outlook:
    """After a tick: how many notices are not settled yet, and when (UTC) there may be something to do again."""

    left: int
    next_instant: datetime | None


class Rounds:
    """Rounds of planning and delivering over one database. `changed` is set when another should come at once."""

    def __init__(self, board: Callboard, ledger: Ledger, lock: SenderLock, platforms: Mapping[str, Platform]) -> None:
        self._board = board
        self._ledger = ledger
        self._lock = lock
        self._platforms = platforms
        self.owns = False
        self.changed = asyncio.Event()
        self.delivery = Delivery(ledger, platforms, wording, board.clock, self.changed.set)

    async def tick(self) -> Outlook:
        """Plans as of now, and hands over what is due. The registry is read elsewhere."""
        self.changed.clear()
        now = self._board.clock()
        agenda = self._board.agenda
        looked = agenda.look(now)
        instants = [agenda.next_instant()]
        due_now: dict[str, list[Notice]] = defaultdict(list)
        told_to_wait: set[tuple[str, str]] = set()  # where: a platform's wait is for all that goes there
        left = 0
        if looked:
            entries = await self._ledger.entries(key for notices in looked for one in notices for key in one.keys)
            for notices in looked:
                notice, entry = outstanding(notices, entries)
                if notice is None:
                    agenda.settle(notices)
                    continue
                left += 1
                if entry and entry.due_again_at and entry.due_again_at > now:
                    instants.append(entry.due_again_at)
                    told_to_wait.add(_place(notice))
                elif due(notices, entries, now):
                    due_now[notice.channel.name].append(notice)
        mine = due_now.values() if await self._own() else ()
        free = (notices for notices in mine if _place(notices[0]) not in told_to_wait)
        self.delivery.offer(bundle for notices in free for bundle in bundles(notices))
        if waits := self.delivery.next_instant():
            instants.append(now + timedelta(seconds=waits - asyncio.get_running_loop().time()))
        return Outlook(left, min((instant for instant in instants if instant), default=None))

    async def _own(self) -> bool:
        """Whether this process is the one that sends. When it becomes so, what was on the wire is in doubt."""
        if not await self._lock.take():
            self.owns = False
        elif not self.owns:
            if await self._ledger.doubt_what_was_on_the_wire():
                _log.warning("the bot was stopped while messages were on the wire; finding out what became of them")
            places = {channel.name: channel.destination for channel in self._board.config.channels}
            doubts = [(one, places[one.channel]) for one in await self._ledger.in_doubt() if one.channel in places]
            self.delivery.doubt(doubts)
            self.owns = True
        return self.owns

    async def turn(self, destination: Destination) -> None:
        """Waits until a reply may be sent there, ahead of every notice."""
        await self.delivery.pace.turn(self._platforms[destination.platform].rates(destination), urgent=True)

    async def close(self) -> None:
        """Lets what is on the wire arrive, then gives everything back."""
        await self.delivery.close()
        await self._lock.release()
        await self._ledger.close()
        for platform in self._platforms.values():
            await platform.close()


def _place(notice: Notice) -> tuple[str, str]:
    return notice.channel.destination.platform, notice.channel.destination.address


async def tick(config: Config, clock: Clock, patience: float = 10.0) -> int:
    """One round: read, plan, deliver. How many notices are left to retry, after waiting `patience` seconds at most.

    Raises `LedgerError` when the database cannot be used.
    """
    board = Callboard(config, clock)
    board.read()
    platforms = build_platforms(config)
    rounds = Rounds(board, await Ledger.open(config.database), SenderLock(config.database), platforms)
    end = clock() + timedelta(seconds=patience)
    try:
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
    finally:
        await rounds.close()


class Bot:
    """The running bot: reads, watches, plans, delivers, answers, until it is told to stop."""

    def __init__(self, config: Config, clock: Clock = real_clock) -> None:
        self._stop = asyncio.Event()
        self._board = Callboard(config, clock)
        self._clock = clock
        self._platforms = build_platforms(config, self._stop.set)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._rounds: Rounds | None = None
        self._reading = asyncio.Lock()

    async def run(self) -> None:
        """Runs until SIGTERM or SIGINT, then drains. Raises `LedgerError` when the database cannot be used at start."""
        config = self._board.config
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        self._board.read()
        self._say_what_was_read()
        ledger = await Ledger.open(config.database)
        self._rounds = Rounds(self._board, ledger, SenderLock(config.database), self._platforms)
        self._scheduler.start()
        front = _Front(self._board, self._rounds)
        listening = [asyncio.create_task(_listen(platform, front)) for platform in self._platforms.values()]
        working = [asyncio.create_task(one()) for one in (self._watch, self._look_once_more, self._go_round)]
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
        for channel in board.config.channels:
            at = channel.destination
            place = "" if at.platform == "console" else f" {at.address}"
            _log.info("announcing to %s (%s%s)", channel.name, at.platform, place)

    async def _watch(self) -> None:
        async for touched in changes(self._board.config.registry, RESCAN_SECONDS, self._stop):
            await self._look(touched)

    async def _look_once_more(self) -> None:
        """For what has changed between the first reading and the start of the watch."""
        await asyncio.sleep(_LOOK_AGAIN)
        await self._look(set())

    async def _look(self, touched: set[Path]) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        async with self._reading:
            reading = await asyncio.to_thread(self._board.registry.read, touched)
            news = self._board.take_in(reading)
        if news:
            _log.info(
                "the registry has changed: %d postings new or changed, %d gone",
                len(reading.changed),
                len(reading.removed),
            )
            self._rounds.changed.set()

    async def _go_round(self) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        stands_by = is_ready = False
        while True:
            next_instant: datetime | None = None
            wait = HEARTBEAT
            try:
                next_instant = (await self._rounds.tick()).next_instant
                if not is_ready:
                    is_ready = True
                    _log.info("ready")
                if self._rounds.owns:
                    if stands_by:
                        _log.warning("the other callboard is gone; this one sends now")
                    stands_by = False
                else:
                    wait = TAKE_OVER
                    if not stands_by:
                        stands_by = True
                        _log.warning("another callboard sends for this database; this one answers, and stands by")
            except LedgerError as error:
                _log.error("%s; tried again in %d s", error, HEARTBEAT.seconds)  # no traceback for users
            latest = self._clock() + wait
            at = max(min(next_instant or latest, latest), self._clock())
            self._scheduler.add_job(self._call_round, DateTrigger(at), id="tick", replace_existing=True, **_ON_TIME)
            await self._rounds.changed.wait()

    async def _call_round(self) -> None:
        assert self._rounds  # noqa: S101  # made before this starts
        self._rounds.changed.set()


class _Front:
    """What the platforms that listen are given."""

    def __init__(self, board: Callboard, rounds: Rounds) -> None:
        self.answer = board.answer
        self.turn = rounds.turn


async def _listen(platform: Platform, front: Answers) -> None:
    while True:
        try:
            return await platform.listen(front)
        except Exception as error:  # noqa: BLE001  # one platform's trouble must not end the bot
            _log.error("%s: listening ended (%r), begun again in %d s", platform.name, error, _LISTEN_AGAIN)
            _log.debug("unexpected", exc_info=True)
            await asyncio.sleep(_LISTEN_AGAIN)


def build_platforms(config: Config, leave: Callable[[], None] = lambda: None) -> dict[str, Platform]:
    """The platforms in use, by name."""
    return {platform.name: build_platform(platform, leave) for platform in config.platforms}


def build_platform(platform: PlatformConfig, leave: Callable[[], None] = lambda: None) -> Platform:
    """One platform from its settings. The libraries of those not in use stay unread: they are large."""
    settings = platform.settings
    secrets = {key: value.reveal() for key, value in settings.items() if isinstance(value, Secret)}
    match platform.name:
        case "telegram":
            from bot.platforms.telegram import Telegram  # noqa: PLC0415

            api_url = settings.get("api_url", "https://api.telegram.org")
            return Telegram(secrets.get("token", ""), api_url, wording, real_clock)
        case "slack":
            from bot.platforms.slack import Slack  # noqa: PLC0415

            return Slack(
                bot_token=secrets.get("bot_token", ""),
                app_token=secrets.get("app_token"),
                signing_secret=secrets.get("signing_secret"),
                mode=str(settings.get("mode", "socket")),
                listen=settings.get("listen", "127.0.0.1:3000"),
                api_url=settings.get("api_url", "https://slack.com/api/"),
            )
        case _:
            from bot.platforms.console import Console  # noqa: PLC0415

            return Console(leave)
