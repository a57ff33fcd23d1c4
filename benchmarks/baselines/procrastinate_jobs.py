"""procrastinate on PostgreSQL: a job a reminder.

Deferred in one batch, run by one worker with many jobs at once, as its documentation advises for tasks that wait for
the network, and with a connection for each:
https://procrastinate.readthedocs.io/en/stable/howto/basics/batch_defer.html
https://procrastinate.readthedocs.io/en/stable/howto/production/concurrency.html
"""

import asyncio
import sys
import time

import aiohttp
from procrastinate import App, PsycopgConnector

from benchmarks.notices import report, work

CONCURRENCY = 32


async def main() -> None:
    given = work()
    app = App(connector=PsycopgConnector(conninfo=sys.argv[2], min_size=CONCURRENCY, max_size=CONCURRENCY + 2))

    @app.task(name="remind", queue="reminders")
    async def remind(chat: int, number: int) -> None:
        async with session.post(given.send_url, json=given.payload(chat, number)) as answer:
            assert (await answer.json())["ok"]

    async with app.open_async(), aiohttp.ClientSession() as session:
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        await remind.batch_defer_async(*({"chat": chat, "number": number} for chat, number in given))
        stored = time.perf_counter()
        await app.run_worker_async(queues=["reminders"], concurrency=CONCURRENCY, wait=False)
        ended = time.perf_counter()
    report(seconds=ended - began, sending=ended - stored)


if __name__ == "__main__":
    asyncio.run(main())
