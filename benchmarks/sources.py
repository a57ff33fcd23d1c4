"""What it costs to read 1,000 sources of 50 positions each once, and for how long that holds up answers.

The boards are served by a process of its own; nearly all have what they had, as boards do, and one in fifty has moved a
deadline.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from benchmarks.table import Row, ms
from bot.app.sourcing import AT_ONCE, SourceReader
from bot.config import read as read_config
from bot.engine.board import Callboard, real_clock
from bot.sources.apart import ReaderProcess
from bot.sources.fetching import Fetched, Fetcher
from bot.sources.identity import Sighting
from bot.sources.importing import holding_up
from bot.sources.items import SourceItem, traces
from bot.sources.kinds import from_bytes
from bot.sources.settings import SourceSettings
from bot.store import Ledger
from bot.store.sources import SourceState
from bot.submissions.following import SourceFollower
from bot.submissions.source_states import digest
from bot.submissions.submissions import Submissions
from tests.ports import free_port

SOURCES, POSITIONS = 1000, 50
_TURN = 0.002  # seconds between two turns of who watches
_MOVED = 50  # one source of so many has moved a deadline

_SERVER = """
import sys
from aiohttp import web
async def answer(request):
    if request.path == "/robots.txt":
        return web.Response(status=404)
    return web.FileResponse(f"{sys.argv[1]}{request.path}")
app = web.Application()
app.router.add_get("/{name:.*}", answer)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[2]), print=None)
"""


def _board(number: int, deadline: str = "2099-05-02") -> bytes:
    entries = [
        {
            "id": f"{number}-{position}",
            "name": f"PhD position {position} in field {number}",
            "url": f"https://jobs{number}.lab.example/{position}",
            "location": f"Town {number}",
            "expires": deadline if position == 0 else "2099-05-02",
            "description": "You work with us on something that matters. " * 20,
        }
        for position in range(POSITIONS)
    ]
    return json.dumps(entries).encode()


async def _known(folder: Path, board: Callboard, ledger: Ledger) -> None:
    """The database and the files as they are after a first reading."""
    now = real_clock() - timedelta(hours=1)
    for number, source in enumerate(board.config.sources):
        reading = from_bytes("board", Fetched(str(source.at), _board(number)), now)
        items = []
        for place, found in enumerate(reading.postings):
            fields, _uncertain = holding_up(found, "UTC")
            sighting = Sighting(found, fields, {}, found.url)
            said, name = traces(fields), f"position-{number}-{place}"
            items.append(
                SourceItem(
                    source=source.name,
                    key=name,
                    source_id=found.source_id,
                    url=sighting.url,
                    said=said,
                    written=said,
                    posting=name,
                    seen_at=now,
                )
            )
            if number % _MOVED == 0:
                (folder / "postings" / f"{name}.yaml").write_text(
                    f"title: {fields['title']}\nrole: phd\nlocation: {fields['location']}\ndeadline: 2099-05-02\n"
                    f"url: {fields['url']}\n"
                )
        await ledger.sources.put(items)
        state = SourceState(name=source.name, read_at=now, count=len(items), digest=digest(source, reading))
        await ledger.sources.put_state(state)


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        return await _measured(Path(name))


async def _measured(folder: Path) -> list[Row]:
    port = free_port()
    for part in ("postings", "web"):
        (folder / part).mkdir()
    sources = []
    for number in range(SOURCES):
        deadline = "2099-06-30" if number % _MOVED == 0 else "2099-05-02"
        (folder / "web" / f"{number}.json").write_bytes(_board(number, deadline))
        at = f"http://127.0.0.1:{port}/{number}.json"
        sources.append({"name": f"s{number}", "kind": "board", "url": at, "trust": True, "allow_private": True})
    config = {"registry": "postings", "platforms": {"console": {}}, "sources": sources}
    (folder / "config.yaml").write_text(json.dumps(config))
    board = Callboard(read_config(folder / "config.yaml"))
    ledger = await Ledger.open(board.config.database)
    await _known(folder, board, ledger)
    board.read()

    async def written(path: Path) -> None:
        board.take_in(await asyncio.to_thread(board.registry.read, {path}))

    submissions = Submissions(board, ledger.drafts, uses_git=False, written=written)
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", _SERVER, str(folder / "web"), str(port))
    held: list[float] = []
    waited: list[float] = []
    watching = asyncio.create_task(_watch(held, waited))
    cpu, children, began = time.process_time(), _children(), time.monotonic()
    try:
        async with Fetcher(board.clock) as fetcher, ReaderProcess() as reader:
            source_reader = SourceReader(
                SourceFollower(board, ledger.sources, submissions), fetcher, reader, board.clock
            )
            await _answers(port)
            turns = asyncio.Semaphore(AT_ONCE)

            async def look(source: SourceSettings) -> tuple[bool, int]:
                """Whether it failed, and how many positions have changed: the bot keeps no more of a reading either."""
                async with turns:
                    outcome = await source_reader.look(source, is_brief=True)
                    return bool(outcome.error), sum(str(one.step.action) == "changed" for one in outcome.results)

            looked = await asyncio.gather(*map(look, board.config.sources))
        spent = time.process_time() - cpu + _children() - children
        lasted = time.monotonic() - began
    finally:
        watching.cancel()
        server.kill()
        await server.wait()
        await ledger.close()
    failed, moved = (sum(figures) for figures in zip(*looked, strict=True))
    what = f"{SOURCES:,} sources of {POSITIONS} positions read once, {moved} deadlines moved, {failed} failed"
    return [
        Row(f"{what}: CPU", "≤ 60 s", f"{spent:.1f} s", f"in {lasted:.0f} s", spent <= 60),
        Row("… the longest that an answer had to wait meanwhile", "≤ 100 ms", ms(max(held)), met=max(held) <= 0.1),
        Row("… by the clock, whatever else the machine did", "", f"{ms(max(waited))}, 99 of 100 {ms(_most(waited))}"),
    ]


def _most(waited: list[float]) -> float:
    """What 99 of 100 were not above."""
    return sorted(waited)[len(waited) * 99 // 100]


async def _watch(held: list[float], waited: list[float]) -> None:
    """How much work the loop does before anything else gets its turn: what other processes take away is not counted;
    and how long that is by the clock.
    """
    while True:
        began, at = time.thread_time(), time.monotonic()
        await asyncio.sleep(_TURN)
        held.append(time.thread_time() - began)
        waited.append(max(0.0, time.monotonic() - at - _TURN))


async def _answers(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
