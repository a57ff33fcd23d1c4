"""What an answer, a changed file and a tick take with 10,000 postings, in this process."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks import registry
from benchmarks.table import Row, ms, ratio, timed
from bot.chat.reading import read as read_request
from bot.config import read as read_config
from bot.engine.board import Callboard
from bot.engine.rounds import Rounds
from bot.planning.wanted import wanted
from bot.questions.matching import matches
from bot.store import Ledger, SenderLock

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


_ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York")


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        registry.write(folder / "postings", 10_000)
        channels = [{"name": f"channel-{n}", "platform": "console", "timezone": zone} for n, zone in enumerate(_ZONES)]
        path = registry.config(folder, platforms={"console": {}}, channels=channels)
        return await inside(path)


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
    rounds = Rounds(board, ledger, SenderLock(board.config.database, {}), {})
    now = datetime.now(UTC)
    for of_audience in board.agenda.look(now):
        for looked in of_audience:  # everything is settled: nothing is due
            board.agenda.settle(looked)
    await rounds.tick()
    ticks = []
    for _ in range(200):
        start = time.perf_counter()
        outlook = await rounds.tick()
        ticks.append(time.perf_counter() - start)
        assert outlook.left == 0
    await rounds.close()
    schedule = board.config.channels[0].schedule
    everything = statistics.median(timed(lambda: [wanted(one, schedule, now) for one in board.index], 3))
    answer, tick = statistics.median(answers), statistics.median(ticks)
    return [
        Row("an answer, 99th percentile", "≤ 10 ms", ms(p99), met=p99 <= 0.01),
        Row("an answer, median", "", ms(answer), f"a scan of all postings: {ratio(statistics.median(slow), answer)} ×"),
        Row(
            "a changed file is in force",
            "≤ 100 ms",
            ms(change),
            f"reading everything: {ratio(cold, change)} ×",
            met=change <= 0.1,
        ),
        Row(
            "a tick with nothing due",
            "≤ 2 ms",
            ms(tick),
            f"planning all postings: {ratio(everything, tick)} ×",
            met=tick <= 0.002,
        ),
        Row("read when it starts", "", ms(cold), f"yaml.compose (C) alone: {bare / cold:.2f} ×"),
    ]


def scan(board: Callboard, text: str) -> None:
    """The baseline of a query: look at every posting."""
    query = board.index.parse(text)
    now = board.clock()
    sorted((one for one in board.index if one.is_open(now) and matches(query, one)), key=lambda one: one.id)
