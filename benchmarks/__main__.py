"""Prints one table: what is promised, what was measured, and how that compares with a named baseline.

Times are medians unless a row says otherwise; the machine stands above the table. Absolute figures depend on the
machine, ratios hardly do.
"""

import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks import registry
from bot.app import Callboard, Rounds
from bot.config import read as read_config
from bot.core.commands import read as read_request
from bot.core.planning import wanted
from bot.core.query import matches
from bot.ledger import Ledger, SenderLock
from tests.process.lab import Lab

QUERIES = [
    "/positions",
    "phd",
    "PhD positions in Tübingen",
    "postdoc robotics",
    "HiWi Statistik Göttingen",
    "Doktorand:in neuroscience",
    "genomcs postdoc",
    "university of zürich optics",
    "/search neurometrics hyperform",
    "/deadlines 30",
    "/deadlines 3000",
    "closed phd",
    "all linguistics",
    "nothing at all matches this",
    "/position posting-77",
    "/position postnig-78",
    "/help",
]


class Row(NamedTuple):
    """A figure of 10,000 postings unless it says otherwise; `compared` is the baseline's time over ours."""

    figure: str
    goal: str
    measured: str
    compared: str


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, Python {platform.python_version()}")
    print(f"load average before: {os.getloadavg()[0]:.2f}\n")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        registry.write(folder / "postings", 10_000)
        channels = [{"name": f"channel-{n}", "platform": "console", "timezone": zone} for n, zone in enumerate(_ZONES)]
        path = registry.config(folder, platforms={"console": {}}, channels=channels)
        rows += asyncio.run(inside(path))
    rows += asyncio.run(whole_process())
    width = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(4)]
    for row in [_HEAD, tuple("-" * size for size in width), *rows]:
        print("  ".join(cell.ljust(size) for cell, size in zip(row, width, strict=True)).rstrip())


_HEAD = Row("figure (10,000 postings)", "goal", "measured", "a baseline in the same run, over ours")
_ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York")


async def inside(path: Path) -> list[Row]:
    """10,000 postings and three channels, in this process."""
    began = time.perf_counter()
    board = Callboard(read_config(path))
    board.read()
    cold = time.perf_counter() - began
    files = sorted(board.config.registry.iterdir())
    bare = timed(lambda: [yaml.compose(file.read_text(), Loader=yaml.CSafeLoader) for file in files], 1)[0]

    answers = [took for query in QUERIES for took in timed(lambda query=query: board.ask(read_request(query)), 30)]
    slow = [took for query in QUERIES[:8] for took in timed(lambda query=query: scan(board, query), 3)]
    p99 = statistics.quantiles(answers, n=100)[98]

    changed = []
    for number in range(20):
        file = files[number]
        file.write_text(file.read_text().replace("TV-L E13", f"TV-L E13 ({number})"))
        changed += timed(lambda file=file: board.take_in(board.registry.read([file])), 1)
    change = statistics.median(changed)

    ledger = await Ledger.open(board.config.database)
    rounds = Rounds(board, ledger, SenderLock(board.config.database), {})
    now = datetime.now(UTC)
    for notices in board.agenda.look(now):  # everything is settled: nothing is due
        await asyncio.sleep(0)
        board.agenda.settle(notices)
    await rounds.tick()
    ticks = []
    for _ in range(200):
        start = time.perf_counter()
        outlook = await rounds.tick()
        ticks.append(time.perf_counter() - start)
        assert outlook.left == 0
    await rounds.close()
    pattern = board.config.channels[0].pattern
    everything = statistics.median(timed(lambda: [wanted(one, pattern, now) for one in board.index], 3))
    answer, tick = statistics.median(answers), statistics.median(ticks)
    return [
        Row("an answer, 99th percentile", "≤ 10 ms", ms(p99), ""),
        Row("an answer, median", "", ms(answer), f"a scan of all postings: {ratio(statistics.median(slow), answer)} ×"),
        Row("a changed file is in force", "≤ 100 ms", ms(change), f"reading everything: {ratio(cold, change)} ×"),
        Row("a tick with nothing due", "≤ 2 ms", ms(tick), f"planning all postings: {ratio(everything, tick)} ×"),
        Row("read when it starts", "", ms(cold), f"yaml.compose (C) alone: {bare / cold:.2f} ×"),
    ]


def scan(board: Callboard, text: str) -> None:
    """The baseline of a query: look at every posting."""
    query = board.index.parse(text)
    now = board.clock()
    sorted((one for one in board.index if one.is_open(now) and matches(query, one)), key=lambda one: one.id)


async def whole_process() -> list[Row]:
    """`callboard run` with Telegram and Slack, against emulated servers."""
    rows: list[Row] = []
    libraries = "import telegram.ext, slack_bolt.async_app, sqlalchemy.ext.asyncio, babel"
    with tempfile.TemporaryDirectory() as name:
        bare = [_import_seconds(libraries) for _ in range(3)]
        starts, memory = [], 0.0
        async with Lab(Path(name)) as lab:
            lab.configure()
            registry.write(lab.postings, 1_000)
            for _ in range(5):
                began = time.perf_counter()
                bot = await lab.start()
                await bot.says("ready")
                starts.append(time.perf_counter() - began)
                await bot.stop()
        start = statistics.median(starts)
        compared = f"importing the libraries alone: {statistics.median(bare) / start:.2f} ×"
        rows.append(Row("1,000 postings: from start to ready", "≤ 2 s", f"{start:.2f} s", compared))
    with tempfile.TemporaryDirectory() as name:
        async with Lab(Path(name)) as lab:
            lab.configure()
            registry.write(lab.postings, 10_000)
            bot = await lab.start()
            await bot.says("ready")
            await lab.until(lambda: lab.telegram.sent and lab.slack.sent)
            await bot.says("answering in Telegram")
            latencies = []
            for number in range(10):
                title = f"Saved just now, number {number}"
                began = time.perf_counter()
                lab.post(f"saved-{number}", title=title)
                await lab.until(lambda title=title: any(title in call.text for call in lab.telegram.sent))
                latencies.append(time.perf_counter() - began)
                await asyncio.sleep(3.2)  # groups take 20 a minute: the pace is not what is measured here
            for query in QUERIES[:12]:
                sent = len(lab.telegram.sent)
                lab.telegram.say(7, query, user=7)
                await lab.until(lambda sent=sent: len(lab.telegram.sent) > sent)
            memory = _peak_mib(bot.process.pid)
            await bot.stop()
            saved = f"{statistics.median(latencies):.2f} s (max {max(latencies):.2f})"
            rows.append(Row("file saved → message at the platform", "≤ 1 s", saved, ""))
            only = _import_mib(libraries)
            compared = f"the libraries alone: {only / memory:.2f} ×"
            rows.append(Row("memory of the whole process, peak", "≤ 150 MB", f"{memory * 1.048576:.0f} MB", compared))
    return rows


def timed(work: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def ratio(baseline: float, measured: float) -> str:
    return f"{baseline / measured:.0f}"


def _import_seconds(statement: str) -> float:
    return timed(lambda: subprocess.run([sys.executable, "-c", statement], check=True), 1)[0]


def _import_mib(statement: str) -> float:
    code = f"{statement}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    main()
