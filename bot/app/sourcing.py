"""Sources are read: each when it is due, at its start by a bot that runs, and by `callboard import`."""

import asyncio
import logging
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.engine.board import Callboard, Clock
from bot.sources.apart import ReaderProcess
from bot.sources.asking import DocumentReader, SourceAddress, read_source
from bot.sources.base import Reading, SourceError, UnchangedError
from bot.sources.fetching import Fetcher
from bot.sources.settings import SYSTEM_KINDS, SourceSettings
from bot.sources.timing import FORGOTTEN_AFTER, next_reading
from bot.store import Ledger, LedgerError
from bot.submissions.following import Result, SourceFollower
from bot.submissions.submissions import Submissions

_log = logging.getLogger("callboard")

AT_ONCE = 8  # sources that are asked at one time
_STANDING_BY = 1.0  # seconds between two looks whether this process sends
_AGAIN = timedelta(seconds=15)  # after which what could not be done is tried again
_NAP = 600.0  # seconds
_FORGETTING = 86_400.0  # seconds between two looks for sources that the config no longer names


@dataclass(frozen=True, slots=True)
class SourceLook:
    """What came of a look at a source. `error`: why it could not be read, or not to its end. `has`:
    how many positions, where it has what it had and was not read again.
    """

    source: SourceSettings
    results: Sequence[Result] = ()
    error: str | None = None
    reading: Reading = field(default_factory=Reading)
    has: int | None = None
    held: int = 0
    """How many of its positions wait for a person, or for a second look."""

    @property
    def count(self) -> int:
        """The positions that it has."""
        return len(self.reading.postings) if self.has is None else self.has

    @property
    def counted(self) -> str:
        """How many are new, changed, gone, held or the same."""
        counts = Counter(str(result.step.action) for result in self.results)
        return ", ".join(f"{number} {action}" for action, number in sorted(counts.items()))


class SourceReader:
    """Reads sources of the config, one at a time each, and takes in what they have."""

    def __init__(self, follower: SourceFollower, fetcher: Fetcher, reader: DocumentReader, clock: Clock) -> None:
        self._follower, self._fetcher, self._reader, self._clock = follower, fetcher, reader, clock

    async def due_at(self, source: SourceSettings) -> datetime:
        """When it is due (UTC), by how it was read last. Raises `LedgerError`."""
        state = await self._follower.store.state(source.name)
        if state is None:
            return self._clock()
        return next_reading(source, state.read_at, not_before=state.not_before, failures=state.failures)

    def later(self, source: SourceSettings) -> datetime:
        """When a source is due that was looked at now, and of which nothing could be written down."""
        return next_reading(source, self._clock())

    async def forget(self, sources: Iterable[SourceSettings]) -> None:
        """Forgets what others than these had, when it was long ago. Raises `LedgerError`."""
        names = {source.name for source in sources}
        if forgotten := await self._follower.store.forget(names, self._clock() - FORGOTTEN_AFTER):
            _log.info("no longer in the config since long, and forgotten: %s", ", ".join(forgotten))

    async def look(
        self, source: SourceSettings, *, everything: bool = False, writes: bool = True, is_brief: bool = False
    ) -> SourceLook:
        """Reads a source and takes in what it has; without `writes`, only says what would become of it. With
        `is_brief`, of a source that has what it had there is nothing to say. Raises `LedgerError`.
        """
        outcome = await self._look(source, everything=everything, writes=writes, is_brief=is_brief)
        return replace(outcome, held=len(await self._follower.store.held({source.name}))) if writes else outcome

    async def _look(self, source: SourceSettings, *, everything: bool, writes: bool, is_brief: bool) -> SourceLook:
        now, store = self._clock(), self._follower.store
        state = await store.state(source.name)
        if state and state.not_before and now < state.not_before:
            until = state.not_before.astimezone(UTC).isoformat(timespec="seconds")
            return SourceLook(source, error=f"its server asked to be left alone until {until}")
        place = SourceAddress(source.kind, source.at, source.api_url, source.allow_private)
        follower, fetcher = self._follower, self._fetcher
        is_one = isinstance(source.at, str) and source.kind not in SYSTEM_KINDS
        expected = await follower.conditions(source) if is_one and writes and not everything else {}
        try:
            with fetcher.expecting(expected) if expected else nullcontext():
                reading = await read_source(place, fetcher, self._reader, self._clock)
        except UnchangedError:
            results = await follower.unchanged(source, now)
            return SourceLook(source, () if is_brief else results, has=len(results))
        except SourceError as error:
            if writes:
                await self._follower.failed(source, error, now)
            return SourceLook(source, error=str(error))
        if not writes:
            results = await self._follower.plan(source, reading, now, everything=everything)
        elif is_brief and await self._follower.is_unchanged(source, reading):
            await self._follower.unchanged(source, now)
            results = []
        else:
            results = await self._follower.take_in(source, reading, now, everything=everything)
        if is_one and writes and not everything:
            await follower.keep_conditions(source, fetcher.conditions(str(source.at)))
        return SourceLook(source, results, reading.incomplete, reading)


@asynccontextmanager
async def source_reader(board: Callboard, *, writes: bool = True) -> AsyncIterator[SourceReader]:
    """A reader of sources for a process that does no more than that. Without `writes`, no database is made where there
    is none. Raises `LedgerError`.
    """
    config = board.config
    async with AsyncExitStack() as stack:
        file, database = config.database_file, config.database
        if not writes and file is not None and not file.exists():
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            database = f"sqlite:///{Path(folder) / 'callboard.db'}"
        ledger = await Ledger.open(database)
        stack.push_async_callback(ledger.close)

        async def look_again(_: Path) -> None:
            board.take_in(await asyncio.to_thread(board.registry.read))

        submissions = Submissions(board, ledger.drafts, uses_git=config.submissions.git, written=look_again)
        if writes:
            await submissions.recover()
        fetcher = await stack.enter_async_context(Fetcher(board.clock))
        reader = await stack.enter_async_context(ReaderProcess())
        source_reader = SourceReader(SourceFollower(board, ledger.sources, submissions), fetcher, reader, board.clock)
        if writes:
            await source_reader.forget(config.sources)
        yield source_reader


async def keep_reading(
    sources: Sequence[SourceSettings],
    reader: SourceReader,
    clock: Clock,
    *,
    may_read: Callable[[], bool],
    looked: Callable[[SourceLook], None],
) -> None:
    """Reads each source now, and whenever it is due, until it is cancelled. `looked` hears what came of it."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def keep(source: SourceSettings) -> None:
        while True:
            async with turns:
                while not may_read():  # noqa: ASYNC110  # who sends is another process's doing
                    await asyncio.sleep(_STANDING_BY)
                outcome, due_at = await _look(source, reader)
            if outcome is not None:
                looked(outcome)
            await _sleep_until(max(due_at or clock(), clock() + _AGAIN), clock)

    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_forgetting(sources, reader, may_read))
        for source in sources:
            group.create_task(keep(source))


async def _sleep_until(at: datetime, clock: Clock) -> None:
    """In naps: the clock may be set, and a machine that was asleep has not counted."""
    while (left := (at - clock()).total_seconds()) > 0:  # noqa: ASYNC110  # the clock tells nobody
        await asyncio.sleep(min(left, _NAP))


async def _keep_forgetting(
    sources: Sequence[SourceSettings], reader: SourceReader, may_read: Callable[[], bool]
) -> None:
    """Forgets, once a day, what the config no longer names."""
    while True:
        if may_read():
            try:
                await reader.forget(sources)
            except LedgerError as error:
                _log.error("sources: %s", error)
            except Exception:  # noqa: BLE001  # that must not end the reading of all others
                _log.exception("sources that are no longer in the config could not be forgotten")
        await asyncio.sleep(_FORGETTING)


async def _look(source: SourceSettings, reader: SourceReader) -> tuple[SourceLook | None, datetime | None]:
    """What came of it, and when it is due again; None where it is to be tried again soon. Whatever goes wrong is this
    source's trouble alone.
    """
    try:
        return await reader.look(source, is_brief=True), await reader.due_at(source)
    except LedgerError as error:
        _log.error("source %s: %s", source.name, error)
        return None, None
    except Exception:  # noqa: BLE001  # a fault of ours must not end the reading of all others
        _log.exception("source %s could not be taken in", source.name)
        return SourceLook(source, error="it could not be taken in; the log says why"), reader.later(source)
