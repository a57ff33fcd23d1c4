"""100,000 who follow, with 5,000 different saved queries: what a posting costs that some 2,000 of them hear of, and how
it reaches them at Telegram's pace, behind channels, through a kill -9.

The followers stand in the database as `callboard people --import` writes them.
"""

import asyncio
import gc
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

from benchmarks import emulated, registry
from benchmarks.audiences import made_up_words, watch
from benchmarks.baselines.python_telegram_bot import PACE
from benchmarks.curve import Nowhere
from benchmarks.idle import cpu_seconds
from benchmarks.many import status_mb
from benchmarks.notices import TOKEN, report
from benchmarks.table import Row, ms
from bot.config import read as read_config
from bot.domain.posting import Deadline, DeadlineKind, Posting, Role
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.rounds import Rounds
from bot.platforms.base import Rate
from bot.sources.files import RegistryChanges
from bot.store import Ledger, SenderLock
from tests.process.lab import Lab, Process

_FOLLOWERS, _QUERIES, _POSTINGS = 100_000, 5_000, 1_000
_FIRST = 100_000_000
_CHANNEL = -1_000_000_000_001


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram("--limited") as server, Lab(Path(name)) as lab:
            _configure(lab, server.url)
            took = _follow(lab)
            found = await emulated.measured("benchmarks.followers", lab.folder, log=lab.folder / "log")
            (lab.folder / "measured.db").unlink()
            sent = await _fan_out(lab, server)
    return [
        Row(
            "100,000 followers, 5,000 saved queries: a posting opens, planned in",
            "≤ 200 ms",
            ms(found["opens"]),
            f"{found['heard']:,.0f} hear of it; while who follows is read in, {ms(found['held_up'])} at a stretch at "
            f"most, {found['read']:.1f} s in all",
            met=found["opens"] <= 0.2,
        ),
        Row(
            f"… a deadline moves of which {found['told']:,.0f} were told, and it closes: a round takes",
            "",
            f"{ms(found['moves'])}, {ms(found['closes'])}",
            f"of the processor; at most {ms(found['held_up_then'])} at a stretch",
        ),
        Row(
            "… memory, peak",
            "≤ 300 MB",
            f"{found['peak']:.0f} MB",
            f"{found['before']:.0f} MB before anybody followed; `people --import` took {took:.1f} s",
            met=found["peak"] <= 300,
        ),
        *sent,
    ]


# --- Who follows, and what opens


def _queries() -> list[str]:
    roles = ("phd", "postdoc", "professor", "technician", "")
    places = ("Rostock", "Wien", "Delft", "Zürich", "")
    return [
        " ".join(filter(None, (role, word, place))) for word in made_up_words() for role in roles for place in places
    ]


def _posting(name: str, words: int) -> dict[str, Any]:
    """A posting file with so many of the 200 words: of every ten words hear some 800."""
    some = " ".join(made_up_words()[:words])
    return {"id": name, "title": "Position", "role": "phd", "location": "Rostock", "summary": some}


def _configure(lab: Lab, url: str) -> None:
    channel = {"name": "lab", "platform": "telegram", "address": str(_CHANNEL), "filter": "xylophones"}
    platforms = {"telegram": {"token": TOKEN, "api_url": url}}
    more = {"platforms": platforms, "channels": [channel], "settle": "0s"}
    lab.config_path = registry.config(lab.folder, **more)
    registry.write(lab.postings, _POSTINGS)


def _follow(lab: Lab) -> float:
    """Writes down who follows; gives the seconds that took."""
    texts = _queries()
    assert len(set(texts)) == _QUERIES
    path = lab.folder / "people.jsonl"
    with path.open("w") as file:
        for number in range(_FOLLOWERS):
            order = {"person": f"telegram:{_FIRST + number}", "follow": texts[number % _QUERIES]}
            file.write(json.dumps(order) + "\n")
    began = time.perf_counter()
    command = (sys.executable, "-m", "bot", "people", "--import", path, "--config", lab.config_path)
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


# --- In a process of its own, which sends nowhere


class _Paced(Nowhere):
    name = "telegram"
    limits: Sequence[Rate] = ()

    def rates(self, destination: Destination) -> Sequence[Rate]:
        del destination
        return self.limits


async def _tick(rounds: Rounds) -> float:
    """Seconds of the processor that one round takes, for its own thread."""
    began = time.thread_time()
    await rounds.tick()
    return time.thread_time() - began


async def _after(rounds: Rounds, changed: Posting) -> float:
    """The same, after a posting has changed."""
    rounds._board.take_in(RegistryChanges((changed,), (), ()))
    return await _tick(rounds)


async def _settle(rounds: Rounds) -> int:
    """Sends until nothing is left; gives how many messages were delivered in all."""
    while (await rounds.tick()).left:
        await rounds.delivery.idle()
    return rounds._platforms["telegram"].sent  # type: ignore[attr-defined]


async def main() -> None:
    folder = Path(sys.argv[1])
    (folder / "measured.db").write_bytes((folder / "callboard.db").read_bytes())
    config = read_config(folder / "config.yaml")
    object.__setattr__(config, "database", f"sqlite:///{folder}/measured.db")
    board = Callboard(config)
    ledger = await Ledger.open(config.database)
    nowhere = _Paced()
    lock = SenderLock(config.database, {"telegram": "x"})
    rounds = Rounds(board, ledger, lock, {"telegram": nowhere}, timedelta())
    board.read()
    before = status_mb("VmRSS")
    gaps: list[float] = []
    stop = asyncio.Event()
    watching = asyncio.create_task(watch(gaps, stop))
    read = await _tick(rounds)
    stop.set()
    await watching
    gc.collect()
    gc.freeze()
    posting = next(iter(board.index))
    fields = {key: value for key, value in _posting("opens", 10).items() if key not in {"role", "id"}}
    opened = replace(posting, id="opens", roles=(Role.PHD,), **fields)
    opens = await _after(rounds, opened)
    heard = await _settle(rounds)
    many = replace(opened, id="many", summary=" ".join(made_up_words()[:100]))
    await _after(rounds, many)
    told = await _settle(rounds)
    moved = replace(many, deadline=Deadline(datetime(2199, 1, 2, tzinfo=UTC), "UTC"), deadline_kind=DeadlineKind.FIXED)
    nowhere.limits = [Rate("telegram token", PACE, 1.0)]
    stop = asyncio.Event()
    gaps_then: list[float] = []
    watching = asyncio.create_task(watch(gaps_then, stop))
    moves = await _after(rounds, moved)
    closes = await _after(rounds, replace(moved, status=type(moved.status).FILLED))
    stop.set()
    await watching
    report(
        opens=opens,
        heard=heard,
        read=read,
        held_up=max(gaps),
        held_up_then=max(gaps_then),
        moves=moves,
        closes=closes,
        told=told,
        before=before,
        peak=status_mb("VmHWM"),
    )
    sys.stdout.flush()
    os._exit(0)  # what waits is nobody's concern


# --- As a whole process, at the platform's pace


async def _fan_out(lab: Lab, server: emulated.Server) -> list[Row]:
    """A posting opens; while it is told, another opens of which a channel hears; then comes a kill -9."""
    bot = await _started(lab)
    before = cpu_seconds(bot.process.pid)
    saved_at = _save(lab, _posting("opens", 10))
    due = _FOLLOWERS // _QUERIES * 40  # queries: ten words, with this role or none, at this place or none
    await _arrived(server, 200)
    channel_at = _save(lab, {"id": "xylophones", "title": "Xylophones", "role": "other", "organization": "Elsewhere"})
    arrivals = await _arrived(server, due // 2)
    cpu = (cpu_seconds(bot.process.pid) - before) / len(arrivals)
    first, last = arrivals[0][0], arrivals[-1][0]
    [heard_at] = [at for at, chat, _ in arrivals if chat == _CHANNEL]
    await bot.stop(SIGKILL)
    wire = _on_the_wire(lab)
    bot = await _started(lab)
    arrivals = await _arrived(server, due + 1)
    await asyncio.sleep(3)  # for what comes twice
    arrivals = (await server.ask("seen"))["arrivals"]
    refused = (await server.ask("seen"))["refused"]
    await bot.stop()
    heard = Counter(chat for _, chat, _ in arrivals)
    doubles, lost = heard.total() - len(heard), due + 1 - len(heard)
    return [
        Row(
            f"… {due:,} messages leave, of Telegram's pace",
            "≥ 0.95, no 429",
            f"{(due // 2 - 1) / (last - first) / PACE:.3f}, {refused} refused",
            f"the first {first - saved_at:.2f} s after the file was saved; {cpu * 1000:.2f} ms of the processor each",
            met=(due // 2 - 1) / (last - first) >= 0.95 * PACE and not refused,
        ),
        Row(
            "… a channel hears of another posting meanwhile, after",
            "≤ 1 s",
            f"{heard_at - channel_at:.2f} s",
            "from saving the file",
            met=heard_at - channel_at <= 1,
        ),
        Row(
            "… kill -9 in the midst of it: lost, doubled",
            "0, what was on the wire",
            f"{lost}, {doubles}",
            f"{wire} on the wire, which Telegram cannot be asked about",
            met=not lost and doubles <= wire,
        ),
    ]


async def _started(lab: Lab) -> Process:
    bot = await lab.start()
    await bot.says("ready", 60)
    await asyncio.sleep(8)  # a hundred thousand are read in
    return bot


def _save(lab: Lab, fields: dict[str, Any]) -> float:
    """Gives the instant, by the clock that the server uses, too."""
    name = fields.pop("id")
    lab.post(name, **fields)
    return time.monotonic()


async def _arrived(server: emulated.Server, count: int) -> list[Any]:
    """What has arrived, when so many have."""
    async with asyncio.timeout(count / PACE * 2 + 60):
        while len(arrivals := (await server.ask("seen"))["arrivals"]) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return arrivals


def _on_the_wire(lab: Lab) -> int:
    """From a copy, as the file was when the process was killed."""
    with tempfile.TemporaryDirectory() as name:
        for path in lab.folder.glob("callboard.db*"):
            (Path(name) / path.name).write_bytes(path.read_bytes())
        with closing(sqlite3.connect(Path(name) / "callboard.db")) as database:
            return database.execute("SELECT count(*) FROM notices WHERE state = 'on the wire'").fetchone()[0]


if __name__ == "__main__":
    asyncio.run(main())
