"""A loop over aiohttp: no plan, no ledger, no errors handled. What Callboard adds is measured against it.

As many requests at once as Callboard's adapter allows itself. One session for all, no limit of connections, no cookies:
https://docs.aiohttp.org/en/stable/client_advanced.html
"""

import asyncio
import time

import aiohttp

from benchmarks.notices import report, work
from bot.platforms.telegram.request import _AT_ONCE


async def main() -> None:
    given = work()
    messages = iter(given)

    async def send(session: aiohttp.ClientSession) -> None:
        for chat, number in messages:
            async with session.post(given.send_url, json=given.payload(chat, number)) as answer:
                assert (await answer.json())["ok"]

    began, cpu = time.perf_counter(), time.process_time()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        await asyncio.gather(*(send(session) for _ in range(_AT_ONCE)))
        report(seconds=time.perf_counter() - began, cpu=time.process_time() - cpu)


if __name__ == "__main__":
    asyncio.run(main())
