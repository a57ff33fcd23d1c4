"""DBOS on SQLite, its default: a workflow a reminder, whose one step sends it.

Started in the background, so many at once: https://docs.dbos.dev/python/tutorials/workflow-tutorial. A queue in front
of them, which its documentation advises for more than fits, writes once more for each and took twice as long here.
"""

import asyncio
import sys
import time
from pathlib import Path

import aiohttp
from dbos import DBOS, DBOSConfig

from benchmarks.notices import Work, report, work

CONCURRENCY = 32


class State:
    given: Work
    session: aiohttp.ClientSession


@DBOS.step()
async def send(chat: int, number: int) -> None:
    async with State.session.post(State.given.send_url, json=State.given.payload(chat, number)) as answer:
        assert (await answer.json())["ok"]


@DBOS.workflow()
async def remind(chat: int, number: int) -> None:
    await send(chat, number)


async def main() -> None:
    given = State.given = work()
    database = Path(sys.argv[1]).parent / "dbos.db"
    config: DBOSConfig = {"name": "benchmark", "system_database_url": f"sqlite:///{database}", "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    messages = iter(given)

    async def work_off() -> None:
        for chat, number in messages:
            handle = await DBOS.start_workflow_async(remind, chat, number)
            await handle.get_result()

    async with aiohttp.ClientSession() as State.session:
        began = time.perf_counter()
        await asyncio.gather(*(work_off() for _ in range(CONCURRENCY)))
        report(seconds=time.perf_counter() - began)
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main())
