"""Callboard: from postings and channels in memory to all notices sent and written down.

Planning, the ledger on SQLite with full durability, the Telegram adapter, one line of log for each: all as in the
running bot. Only the rates are off: `Telegram.rates` gives none.
"""

import asyncio
import cProfile
import logging
import pstats
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.notices import POSTINGS, TOKEN, report
from bot.config import read as read_config
from bot.domain.notice import State
from bot.domain.schedule import Destination
from bot.engine.board import Callboard, real_clock
from bot.engine.garbage import keep_what_is_there
from bot.engine.rounds import Rounds
from bot.observe import logs
from bot.observe.metrics import Metrics
from bot.platforms.base import Rate
from bot.platforms.telegram.adapter import Telegram
from bot.store import Ledger, SenderLock
from bot.wording.catalogue import wording


class Unlimited(Telegram):
    def rates(self, destination: Destination) -> Sequence[Rate]:
        del destination
        return ()


class Count(Metrics):
    """Tells when so many are delivered and written down."""

    def __init__(self, wanted: int) -> None:
        self.left = wanted
        self.done = asyncio.Event()

    def delivered(self, *_: Any) -> None:
        self.left -= 1
        if not self.left:
            self.done.set()


async def go_round(rounds: Rounds) -> None:
    """As `Bot` does."""
    while True:
        await rounds.tick()
        await rounds.changed.wait()


async def main() -> None:
    config = read_config(Path(sys.argv[1]))
    logs.set_up(logging.INFO)
    board = Callboard(config)
    board.read()
    ledger = await Ledger.open(config.database)
    telegram = Unlimited(TOKEN, config.platforms[0].settings["api_url"], wording, real_clock)
    count = Count(len(config.channels) * POSTINGS)
    lock = SenderLock(config.database, {"telegram": "benchmark"})
    rounds = Rounds(board, ledger, lock, {"telegram": telegram}, metrics=count)
    keep_what_is_there()  # as a bot that is ready
    began, cpu = time.perf_counter(), time.process_time()
    going = asyncio.create_task(go_round(rounds))
    await count.done.wait()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    going.cancel()
    delivered = len(await ledger.records(states=[State.DELIVERED]))
    await rounds.close()
    report(seconds=seconds, cpu=cpu, delivered=delivered)


if __name__ == "__main__":
    if "--profile" in sys.argv:
        with cProfile.Profile() as profile:
            asyncio.run(main())
        pstats.Stats(profile).sort_stats("tottime").print_stats(45).sort_stats("cumtime").print_stats(
            r"bot/|logging|sqlalchemy.(engine|sql)|aiosqlite", 70
        )
    else:
        asyncio.run(main())
