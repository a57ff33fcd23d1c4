"""One APScheduler job a reminder, in its SQLAlchemy store on SQLite: what most bots of this kind do.

`AsyncIOScheduler`, whose executor runs all due jobs in the event loop; no grace time, so that none is left out:
https://apscheduler.readthedocs.io/en/3.x/userguide.html
The store has no call for many jobs at once. A job's arguments are two numbers; the texts stay in memory.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from benchmarks.notices import Work, report, work


class State:
    """Jobs are pickled: they find this by its name."""

    given: Work
    session: aiohttp.ClientSession
    left: int
    done: asyncio.Event


async def remind(chat: int, number: int) -> None:
    given = State.given
    async with State.session.post(given.send_url, json=given.payload(chat, number)) as answer:
        assert (await answer.json())["ok"]
    State.left -= 1
    if not State.left:
        State.done.set()


async def main() -> None:
    given = State.given = work()
    State.left, State.done = len(given), asyncio.Event()
    store = SQLAlchemyJobStore(f"sqlite:///{Path(sys.argv[1]).parent / 'apscheduler.db'}")
    scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults={"misfire_grace_time": None}, timezone=UTC)
    async with aiohttp.ClientSession() as State.session:
        began = time.perf_counter()
        due = datetime.now(UTC)
        for chat, number in given:
            scheduler.add_job("benchmarks.baselines.apscheduler_jobs:remind", "date", run_date=due, args=(chat, number))
        scheduler.start()
        stored = time.perf_counter()
        await State.done.wait()
        ended = time.perf_counter()
        scheduler.shutdown()
    report(seconds=ended - began, sending=ended - stored)


if __name__ == "__main__":
    from benchmarks.baselines import apscheduler_jobs  # noqa: PLW0406  # the one that the jobs name, not `__main__`

    asyncio.run(apscheduler_jobs.main())
