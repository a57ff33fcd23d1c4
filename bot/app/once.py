"""One round by hand: `callboard tick`, and what an admin asks for of one posting."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.audiences.audience import Audience
from bot.config import Config
from bot.domain.notice import Kind, Record
from bot.engine.board import Callboard, Clock, real_clock
from bot.engine.building import build_platforms, credentials
from bot.engine.erasing import is_known
from bot.engine.rounds import Rounds
from bot.observe.metrics import Metrics
from bot.sources.files.settling import Settling
from bot.store import Ledger, SenderLock
from bot.submissions.pushing import push_once
from bot.submissions.submissions import Submissions

_log = logging.getLogger("callboard")

_STEP = timedelta(seconds=0.5)


async def tick(
    config: Config,
    clock: Clock,
    patience: float = 10.0,
    metrics: Metrics | None = None,
    on_the_wire: Callable[[], None] | None = None,
) -> int:
    """One round: read, plan, deliver; then links that are due are looked at, and what comes of it is delivered as well.
    At a made-up time they are not: what other servers have then, nobody knows. How many notices are left to retry,
    after waiting `patience` seconds at most. `metrics` are told what is sent; `on_the_wire` is called, in a thread,
    after it is written down what is about to leave and before that does: where it raises `LedgerError`, nothing leaves.

    Raises `LedgerError` when the database cannot be used.
    """
    async with _rounds(config, clock, metrics=metrics, on_the_wire=on_the_wire) as (_, _, rounds):
        left = await _until_settled(rounds, clock, patience)
        if clock is real_clock and rounds.owns and await _look_at_links(rounds, clock):
            left = await _until_settled(rounds, clock, patience)
    if config.submissions.git and config.submissions.push:
        await push_once(config.registry)
    return left


async def on_request(
    kind: Kind,
    config: Config,
    name: str,
    channels: Sequence[Audience] | None = None,
    patience: float = 80.0,
    on_the_wire: Callable[[], None] | None = None,
) -> tuple[list[Record], int]:
    """Takes an announcement back in these channels (None: in all), or repeats it there: by itself, or by the bot that
    is running. What the ledger says that has become of it, and how much is left to do after `patience` seconds.

    Raises `LedgerError` when the database cannot be used, and `LookupError` when it was never heard of.
    """
    async with _rounds(config, real_clock, only=name, on_the_wire=on_the_wire) as (board, ledger, rounds):
        posting, began = board.find(name), real_clock()
        if posting is None and not await is_known(ledger, name):
            raise LookupError(name)
        if kind is Kind.WITHDRAWAL:
            if posting:
                await ledger.remember([posting])  # so that it is followed when its file is renamed
            await ledger.withdraw(posting.id if posting else name, began)
        else:
            await ledger.republish(posting.names if posting else (name,))
        if channels is None:
            await rounds.places.take_in(began, writes=False)
            channels = board.channels.every()
        places = [(channel.name, channel.destination.platform) for channel in channels]
        keys = set(await ledger.ask(kind, name, places, began))
        end = asyncio.get_running_loop().time() + patience
        await rounds.tick()
        if rounds.owns:
            await _until_settled(rounds, real_clock, patience)
        else:
            _log.info("the bot that is running does it, within a quarter of a minute")
        while True:
            records = await ledger.records(postings=[name])
            left = [record for record in records if record.key in keys and not record.state.is_settled]
            if not left or asyncio.get_running_loop().time() > end:
                return [record for record in records if record.at >= began], len(left)
            await asyncio.sleep(_STEP.total_seconds())


async def _look_at_links(rounds: Rounds, clock: Clock) -> bool:
    """Whether there is anything to tell since."""
    await rounds.links.take_in()
    if not await rounds.links.due():
        return False
    from bot.app.linking import look_at_due  # noqa: PLC0415  # large, and rarely needed
    from bot.sources.fetching import Fetcher  # noqa: PLC0415

    async with Fetcher(clock) as fetcher:
        return await look_at_due(rounds.links, fetcher)


@asynccontextmanager
async def _rounds(
    config: Config,
    clock: Clock,
    only: str | None = None,
    metrics: Metrics | None = None,
    on_the_wire: Callable[[], None] | None = None,
) -> AsyncIterator[tuple[Callboard, Ledger, Rounds]]:
    """Rounds over the registry as it is now, by a process that makes no more than a few. Raises `LedgerError`."""
    board = Callboard(config, clock)
    lock = SenderLock(config.database, credentials(config))
    ledger = await Ledger.open(config.database, lock.verify, on_the_wire)
    submissions = Submissions(board, ledger.drafts, uses_git=config.submissions.git)
    await _read_what_is_done(board, ledger, submissions)
    rounds = Rounds(
        board,
        ledger,
        lock,
        build_platforms(config),
        quiet=timedelta(),
        only=only,
        is_single=True,
        metrics=metrics,
        preview=submissions.preview_of,
    )
    try:
        yield board, ledger, rounds
    finally:
        await rounds.close()


async def _read_what_is_done(board: Callboard, ledger: Ledger, submissions: Submissions) -> None:
    """Reads the registry, and ends changes from chat that something died in the midst of: until then nobody hears of
    them.
    """
    held, settling = await ledger.drafts.held_back(), Settling(board.config.registry, 0.0)
    reading = board.look()
    held |= await ledger.drafts.held_back()  # what another process has begun since
    board.begin(settling.begin(reading, held))
    if held:
        await submissions.recover()
        reading = await asyncio.to_thread(board.registry.read)
        board.take_in(settling.take_in(reading, board.find, held, await ledger.drafts.held_back()))


async def _until_settled(rounds: Rounds, clock: Clock, patience: float) -> int:
    """Rounds until nothing is left, or `patience` seconds are over: how many notices are left to retry."""
    end = clock() + timedelta(seconds=patience)
    while True:
        outlook = await rounds.tick()
        if rounds.delivery.is_busy():
            await rounds.delivery.idle()
            continue
        await rounds.pins.idle()
        if not outlook.left:
            return 0
        again = outlook.next_instant if rounds.owns else clock() + _STEP
        if again is None or again > end:
            if not rounds.owns:
                _log.error("another callboard sends for this database and did not get to everything in time")
            return outlook.left
        await asyncio.sleep(max(0.05, (again - clock()).total_seconds()))
