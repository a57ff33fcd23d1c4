"""What a message costs at the platform's pace, which is how the bot really runs: `callboard run` as a whole process
beside python-telegram-bot's bare loop, at the same time; and eight bots in one process.
"""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

from benchmarks import emulated, notices, registry
from benchmarks.baselines.python_telegram_bot import PACE
from benchmarks.idle import cpu_seconds
from benchmarks.table import Row
from tests.process.lab import Lab, Process

_NOTICES = 1_500
_BOTS, _EACH = 8, 900
_FIRST_TOKEN = 100_000


async def rows() -> list[Row]:
    (ours, arrivals), bare = await asyncio.gather(_one_bot(), _bare_loop())
    used = _share_used(arrivals["arrivals"])
    more = await _eight_bots()
    return [
        Row(
            f"{_NOTICES:,} notices at {PACE}/s, each takes of the processor",
            "≤ 1.5 ×",
            f"{ours / bare:.2f} ×",
            f"{ours * 1000:.2f} ms; python-telegram-bot's bare loop at the same time {bare * 1000:.2f} ms; "
            f"{used:.3f} of the pace, {arrivals['refused']} refused",
            met=ours <= 1.5 * bare,
        ),
        more,
    ]


async def _one_bot() -> tuple[float, dict[str, Any]]:
    """Seconds of the processor for each message, and what the server has seen."""
    async with emulated.telegram("--limited") as server:
        return await _run({notices.TOKEN: server.url}, server, _NOTICES)


async def _bare_loop() -> float:
    """On a server that does not mind its bunches."""
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram() as server:
            path = notices.write(Path(name), server.url, _NOTICES)
            module = "benchmarks.baselines.python_telegram_bot"
            measured = await emulated.measured(module, path, "--paced", log=Path(name) / "log")
            return measured["cpu"] / _NOTICES


async def _eight_bots() -> Row:
    """On one core."""
    async with emulated.telegram("--limited") as server:
        tokens = [f"{_FIRST_TOKEN + number}:BENCHMARK" for number in range(_BOTS)]
        cpu, seen = await _run(dict.fromkeys(tokens, server.url), server, _EACH, core=0)
    shares = [_share_used([arrival for arrival in seen["arrivals"] if arrival[2] == f"bot{token}"]) for token in tokens]
    return Row(
        f"{_BOTS} bots at {PACE}/s each in one process on one core, of their pace the slowest used",
        "≥ 0.98, no 429",
        f"{min(shares):.3f}, {seen['refused']} refused",
        f"{cpu * 1000:.2f} ms of the processor a message, {cpu * _BOTS * PACE:.0%} of the core",
        met=min(shares) >= 0.98 and not seen["refused"],
    )


async def _run(
    bots: dict[str, str], server: emulated.Server, each: int, core: int | None = None
) -> tuple[float, dict[str, Any]]:
    """Five postings appear in the registry of a bot that runs; so many messages for each token are due."""
    with tempfile.TemporaryDirectory() as name:
        async with Lab(Path(name)) as lab:
            _configure(lab, bots, each)
            registry.write(lab.folder / "drafts", notices.POSTINGS)
            bot = await lab.start()
            if core is not None:
                os.sched_setaffinity(bot.process.pid, {core})
            await bot.says("ready", seconds=60)
            await asyncio.sleep(1)
            before = cpu_seconds(bot.process.pid)
            for path in sorted((lab.folder / "drafts").iterdir()):
                path.rename(lab.postings / path.name)
            seen = await _all_arrived(server, bot, len(bots) * each)
            cpu = cpu_seconds(bot.process.pid) - before
            await bot.stop()
    if seen["got"] != seen["distinct"] or seen["got"] != len(bots) * each:
        raise RuntimeError(f"{seen['distinct']} of {len(bots) * each} arrived, in {seen['got']} messages")
    return cpu / len(bots) / each, seen


def _configure(lab: Lab, bots: dict[str, str], each: int) -> None:
    lab.configure()  # a config whose other values do not matter here
    config = yaml.safe_load(lab.config_path.read_text())
    config["platforms"] = {
        f"bot-{number}": {"kind": "telegram", "token": token, "api_url": url}
        for number, (token, url) in enumerate(bots.items())
    }
    config["channels"] = [
        {"name": f"reader-{number}-{chat}", "platform": platform, "address": str((100 + number) * 1_000_000 + chat)}
        for number, platform in enumerate(config["platforms"])
        for chat in range(each // notices.POSTINGS)
    ]
    lab.config_path.write_text(yaml.dump(config, Dumper=yaml.CSafeDumper))


async def _all_arrived(server: emulated.Server, bot: Process, count: int) -> dict[str, Any]:
    """What the server has seen when so many have arrived, and the bot has written that down."""
    seen: dict[str, Any] = await server.ask("seen")
    while seen["got"] < count:
        await asyncio.sleep(1)
        seen = await server.ask("seen")
    async with asyncio.timeout(20):
        while sum("delivered" in line for line in bot.log) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return seen


def _share_used(arrivals: list[tuple[float, int, str]]) -> float:
    """Of the platform's pace, between the first and the last of these."""
    return (len(arrivals) - 1) / (arrivals[-1][0] - arrivals[0][0]) / PACE
