"""The board with 10,000 postings: how large a page is, what it takes to make, and how it bears 200 requests a second
while the bot announces a posting to 600 chats, at the pace of 30 a second.

The requests leave at their instants, whatever became of those before them. Most name something that nobody asked for
before, so that it is not kept.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import aiohttp

from benchmarks import emulated, registry
from benchmarks.notices import TOKEN
from benchmarks.table import Row, ms
from tests.ports import free_port
from tests.process.lab import Lab

_POSTINGS = 10_000
_RATE, _SECONDS = 200, 20
_CHATS = 600
_WORDS = registry._FIELDS
_PLACES = registry._PLACES


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram("--limited") as telegram, Lab(Path(name)) as lab:
            listen = f"127.0.0.1:{free_port()}"
            channels = [
                {"name": f"reader-{n}", "platform": "telegram", "address": str(100_000_000 + n), "filter": "zebrafish"}
                for n in range(_CHATS)
            ]
            platforms = {"telegram": {"token": TOKEN, "api_url": telegram.url}}
            lab.configure(channels, platforms=platforms, web={"listen": listen})
            registry.write(lab.postings, _POSTINGS)
            bot = await lab.start()
            await bot.says("ready", 120)
            await bot.says("the board at", 60)
            async with aiohttp.ClientSession(f"http://{listen}", connector=aiohttp.TCPConnector(limit=0)) as client:
                size, alone = await _alone(client)
                lab.post("saved-now", title="PhD with zebrafish", deadline="2199-01-01")
                while not (await telegram.ask("seen"))["got"]:  # noqa: ASYNC110  # two servers have no common event
                    await asyncio.sleep(0.1)
                before, began = _cpu(bot.process.pid), time.perf_counter()
                took, late = await _load(client)
                share = (_cpu(bot.process.pid) - before) / (time.perf_counter() - began)
            sent = (await telegram.ask("seen"))["got"]
            await bot.stop()
    every = sorted(one for some in took.values() for one in some)
    p99 = every[int(len(every) * 0.99)]
    slowest = ", ".join(f"{kind} {ms(max(some))}" for kind, some in sorted(took.items()))
    return [
        Row(
            "10,000 postings: the board's page, not compressed",
            "≤ 100 kB",
            f"{size / 1000:.0f} kB",
            met=size <= 100_000,
        ),
        Row(
            "10,000 postings: a page that is not kept, at the server",
            "≤ 50 ms",
            f"{ms(statistics.median(alone))} median, {ms(max(alone))} worst",
            f"of {len(alone)}, with loopback",
            met=statistics.median(alone) <= 0.05,
        ),
        Row(
            f"{_RATE} requests a second for {_SECONDS} s, while the bot announces: 99th percentile",
            "≤ 50 ms on one core",
            f"{ms(p99)} (median {ms(statistics.median(every))})",
            f"{share:.2f} of a core; {len(every):,} answered, {late} not; worst: {slowest}; {sent} messages sent",
            met=p99 <= 0.05 and not late and share <= 1,
        ),
    ]


def _paths(chance: random.Random) -> tuple[str, str]:
    """What is asked for, and what it is."""
    number = chance.randrange(_POSTINGS)
    page = f"/?tag={chance.choice(_WORDS)}&place={chance.choice(_PLACES)}&page={chance.randint(1, 5)}"
    found = f"/?q={chance.choice(_WORDS)}+{chance.choice(_WORDS)}+phd"
    kinds = [("page", page), ("search", found), ("posting", f"/postings/posting-{number}"), ("front", "/")]
    return chance.choices([*kinds, ("feed", "/feed.atom"), ("data", "/board.css")], (30, 15, 30, 15, 5, 5))[0]


async def _alone(client: aiohttp.ClientSession) -> tuple[int, list[float]]:
    """The front page's size, and the seconds that other pages take, one after the other."""
    async with client.get("/", headers={"Accept-Encoding": "identity"}) as answer:
        size = len(await answer.read())
    took = []
    for place in _PLACES:
        for word in _WORDS:
            began = time.perf_counter()
            async with client.get(f"/?place={place}&q={word}") as answer:
                assert answer.status == 200
                await answer.read()
            took.append(time.perf_counter() - began)
    return size, took


async def _load(client: aiohttp.ClientSession) -> tuple[dict[str, list[float]], int]:
    """Seconds by kind, and how many were not answered well."""
    chance, took, wrong = random.Random(1), defaultdict[str, list[float]](list), 0

    async def ask(kind: str, path: str) -> None:
        nonlocal wrong
        began = time.perf_counter()
        async with client.get(path) as answer:
            await answer.read()
            wrong += answer.status != 200
        took[kind].append(time.perf_counter() - began)

    start, asked = time.perf_counter(), []
    for number in range(_RATE * _SECONDS):
        await asyncio.sleep(max(0.0, start + number / _RATE - time.perf_counter()))
        asked.append(asyncio.create_task(ask(*_paths(chance))))
    await asyncio.gather(*asked)
    return took, wrong


def _cpu(pid: int) -> float:
    """Seconds that a process has worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
