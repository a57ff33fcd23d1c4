"""What the platform allows, and how much of it is used; and people who ask while a broadcast goes out."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from benchmarks import emulated, registry
from benchmarks.notices import TOKEN
from benchmarks.server import GROUP_RATE, TOKEN_RATE
from benchmarks.table import Row, ms
from bot.audiences.audience import Audience
from bot.audiences.dispatch import Dispatch
from bot.delivery import Delivery
from bot.domain.notice import Kind, Notice, Occasion
from bot.domain.posting import Posting, Role
from bot.domain.schedule import Destination, Schedule
from bot.engine.board import real_clock
from bot.platforms.telegram.adapter import Telegram
from bot.store import Ledger
from bot.wording.catalogue import wording
from tests.process.lab import Lab

_SECONDS = 60  # of the steady state that is measured
_BUSY_SECONDS = 40
_GROUPS = (-1001, -1002, -1003)
_opening = asyncio.Lock()
_SCHEDULE = Schedule("UTC", datetime.min.time(), ())


async def rates() -> list[Row]:
    """Private chats without end, with groups among them; and beside it groups alone, with more than one may get."""
    many = [(f"reader{chat}", chat, "broadcast") for chat in range(100_000_000, 100_003_000)]
    few = [(f"group{chat}", chat, f"g{number}") for chat in _GROUPS for number in range(22)]
    broadcast, alone = await asyncio.gather(_send([*few, *many], _SECONDS + 8), _send(few, 64))
    start = broadcast["arrivals"][0][0] + 3
    used = sum(start <= at < start + _SECONDS for at, *_ in broadcast["arrivals"]) / _SECONDS / TOKEN_RATE[0]
    times = [[at for at, chat, _ in alone["arrivals"] if chat == group] for group in _GROUPS]
    of_groups = min(GROUP_RATE[1] / (each[20] - each[0]) if len(each) > 20 else 0.0 for each in times)
    refused = broadcast["refused"], alone["refused"]
    return [
        Row(
            f"of 30 messages a second to a token, used over {_SECONDS} s",
            "≥ 0.98, no 429",
            f"{used:.3f}, {refused[0]} refused",
            f"{len(many):,} private chats, {len(_GROUPS)} groups",
            met=used >= 0.98 and not refused[0],
        ),
        Row(
            "of 20 messages a minute to a group, used",
            "≥ 0.98, no 429",
            f"{of_groups:.3f}, {refused[1]} refused",
            f"the least of {len(_GROUPS)} groups",
            met=of_groups >= 0.98 and not refused[1],
        ),
    ]


async def busy() -> list[Row]:
    """The same on a machine that has other work: two programs for each core that do nothing but count."""
    wanted = [(f"reader{chat}", chat, "broadcast") for chat in range(100_000_000, 100_002_000)]
    with _other_work():
        seen = await _send(wanted, _BUSY_SECONDS + 6)
    start = seen["arrivals"][0][0] + 3
    used = sum(start <= at < start + _BUSY_SECONDS for at, *_ in seen["arrivals"]) / _BUSY_SECONDS / TOKEN_RATE[0]
    return [
        Row(
            f"… on a machine that is busy with other work, over {_BUSY_SECONDS} s",
            "≥ 0.95, no 429",
            f"{used:.3f}, {seen['refused']} refused",
            f"two programs for each core that only count; {len(seen['arrivals']):,} messages",
            met=used >= 0.95 and not seen["refused"],
        )
    ]


@contextmanager
def _other_work() -> Iterator[None]:
    with ExitStack() as others:
        for _ in range(2 * (os.cpu_count() or 1)):
            program = others.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            others.callback(program.kill)
        yield


async def _send(wanted: list[tuple[str, int, str]], seconds: float) -> dict[str, Any]:
    """What a server with limits has seen after some seconds: of channels, chats and postings."""
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram("--limited") as server:
            async with _opening:  # Alembic keeps what it is at in its modules
                ledger = await Ledger.open(f"sqlite:///{name}/callboard.db")
            telegram = Telegram(TOKEN, server.url, wording, real_clock)
            delivery = Delivery(ledger, {"telegram": telegram}, wording, lambda: datetime.now(UTC))
            delivery.offer(_dispatch(_posting(posting), channel, chat) for channel, chat, posting in wanted)
            await asyncio.sleep(seconds)
            seen = await server.ask("seen")
            await delivery.close()
            await telegram.close()
            await ledger.close()
            return seen


def _posting(name: str) -> Posting:
    return Posting(id=name, title=f"PhD position {name}", roles=(Role.PHD,), timezone="UTC")


def _dispatch(posting: Posting, name: str, chat: int) -> Dispatch:
    channel = Audience(name, Destination("telegram", str(chat)), _SCHEDULE)
    return Dispatch(channel, (Notice(Occasion(posting, Kind.ANNOUNCEMENT, None), name),))


async def replies() -> list[Row]:
    """`callboard run`: people ask at random instants, first while it idles, then while it sends 10,000 messages."""
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram("--limited") as server, Lab(Path(name)) as lab:
            numbers = count(100_000_000)
            channels = [
                {"name": f"reader-{n}", "platform": "telegram", "address": str(next(numbers))} for n in range(10_000)
            ]
            lab.configure()  # a config whose other values do not matter here
            config = yaml.safe_load(lab.config_path.read_text())
            config["platforms"] = {"telegram": {"token": TOKEN, "api_url": server.url}}
            config["channels"] = channels
            lab.config_path.write_text(yaml.dump(config, Dumper=yaml.CSafeDumper))
            registry.write(lab.folder / "drafts", 1)
            bot = await lab.start()
            await bot.says("answering in Telegram", seconds=60)
            await bot.says("ready", seconds=60)
            idle = await _ask(server, 100)
            (lab.folder / "drafts" / "posting-0.yaml").rename(lab.postings / "posting-0.yaml")
            while len((await server.ask("seen"))["arrivals"]) < 100:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            before = len((await server.ask("seen"))["arrivals"])
            busy = await _ask(server, 300)
            seen = await server.ask("seen")
            await bot.stop()
    delay = max(busy) - statistics.median(idle)
    return [
        Row(
            "an answer during a 10,000-message broadcast comes later by",
            "≤ 100 ms, no 429",
            f"{ms(max(0, _p(busy, 50) - _p(idle, 50)))} / {ms(_p(busy, 99) - _p(idle, 50))} / {ms(delay)}",
            f"p50 / p99 / max of {len(busy)}, over the median {ms(_p(idle, 50))} (p99 {ms(_p(idle, 99))}) of "
            f"{len(idle)} to an idle bot; {seen['refused']} refused, {len(seen['arrivals']) - before:,} sent meanwhile",
            met=delay <= 0.1 and not seen["refused"],
        )
    ]


async def _ask(server: emulated.Server, people: int) -> list[float]:
    """How long so many wait for their answers. The first are left out."""
    start = len((await server.ask("seen"))["waited"])
    await server.ask(f"ask/{people + 3}/0.12")
    async with asyncio.timeout(people):
        while (seen := await server.ask("seen"))["asking"] or seen["unanswered"]:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    return seen["waited"][start + 3 :]


def _p(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
