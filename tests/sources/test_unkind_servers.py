"""Servers that are down, in a hurry, or hostile: their source is held, nothing is closed, and all others are read."""

import asyncio
import gzip
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import sourcing
from bot.app.sourcing import SourceReader
from bot.config import read as read_config
from bot.engine.board import Callboard
from bot.sources.fetching import Fetcher
from bot.sources.kinds import from_bytes
from bot.store import Ledger
from bot.submissions.following import SourceFollower
from bot.submissions.submissions import Submissions
from tests.ports import free_port

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
BOARD = json.dumps(
    [{"name": f"PhD in {field}", "url": f"https://lab.example/{field}"} for field in ("optics", "lasers")]
)


class InThisProcess:
    """Reads what was fetched as the process apart does, and without one."""

    async def fetched(self, kind, fetched, now):
        return from_bytes(kind, fetched, now)


class World:
    """A server whose board can be made to answer anything, and a lab that reads it beside another board."""

    def __init__(self, folder):
        self.folder, self.now, self.asked, self.conditions = folder, NOON, [], []
        self.answer = lambda: web.Response(text=BOARD)
        self.robots = lambda: web.Response(status=404)

    async def board(self, request):
        self.conditions.append(request.headers.get("If-None-Match"))
        self.asked.append(request.path)
        return self.robots() if request.path == "/robots.txt" else self.answer()

    async def other(self, _):
        return web.Response(text=BOARD.replace("PhD", "Postdoc").replace("lab.example/", "lab.example/postdoc-"))

    async def look(self):
        """The error of each source, in order; by another process each time."""
        board = Callboard(read_config(self.folder / "config.yaml"), lambda: self.now)
        board.read()
        ledger = await Ledger.open(board.config.database)

        async def written(_):
            board.take_in(board.registry.read())

        submissions = Submissions(board, ledger.drafts, uses_git=False, written=written)
        async with Fetcher(board.clock) as fetcher:
            reader = SourceReader(
                SourceFollower(board, ledger.sources, submissions), fetcher, InThisProcess(), board.clock
            )
            self.outcomes = [await reader.look(source) for source in board.config.sources]
        await ledger.close()
        return [outcome.error for outcome in self.outcomes]

    @property
    def closed(self):
        return [file.name for file in (self.folder / "postings").iterdir() if "status: closed" in file.read_text()]


@pytest.fixture
async def world(tmp_path):
    made = World(tmp_path)
    app, beside = web.Application(), web.Application()
    app.router.add_route("*", "/{path:.*}", made.board)
    beside.router.add_route("*", "/{path:.*}", made.other)
    (tmp_path / "postings").mkdir()
    async with TestServer(app, port=free_port()) as server, TestServer(beside, port=free_port()) as other:
        sources = [
            {"name": name, "kind": "board", "url": str(it.make_url("/jobs.json")), "trust": True, "allow_private": True}
            for name, it in (("one", server), ("two", other))
        ]
        config = {"registry": "postings", "platforms": {"console": {}}, "sources": sources}
        (tmp_path / "config.yaml").write_text(json.dumps(config))
        yield made


async def test_who_asks_to_be_left_alone_is_by_every_process_until_then(world):
    assert await world.look() == [None, None]
    world.answer = lambda: web.Response(status=429, headers={"Retry-After": "7200"})
    world.now += timedelta(hours=1)
    error, _ = await world.look()
    assert error.endswith("answers 429")
    asked = len(world.asked)
    world.now += timedelta(minutes=119)
    assert await world.look() == ["its server asked to be left alone until 2027-01-04T15:00:00+00:00", None]
    assert len(world.asked) == asked
    world.answer = lambda: web.Response(text=BOARD)
    world.now += timedelta(minutes=1)
    assert await world.look() == [None, None]
    assert world.closed == []


@asynccontextmanager
async def _kept_reading(world, monkeypatch):
    """A bot that reads the sources when they are due; gives the outcomes, as they come."""
    monkeypatch.setattr(sourcing, "_NAP", 0.001)
    board = Callboard(read_config(world.folder / "config.yaml"), lambda: world.now)
    ledger = await Ledger.open(board.config.database)
    submissions = Submissions(board, ledger.drafts, uses_git=False, written=None)
    outcomes = asyncio.Queue()
    async with Fetcher(board.clock) as fetcher:
        reader = SourceReader(SourceFollower(board, ledger.sources, submissions), fetcher, InThisProcess(), board.clock)
        one = board.config.sources[:1]
        reading = sourcing.keep_reading(one, reader, board.clock, may_read=lambda: True, looked=outcomes.put_nowait)
        task = asyncio.create_task(reading)
        try:
            yield outcomes
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await ledger.close()


async def test_a_bot_reads_again_when_the_wait_is_over_and_not_an_interval_later(world, monkeypatch):
    world.answer = lambda: web.Response(status=429, headers={"Retry-After": "1800"})
    async with asyncio.timeout(20), _kept_reading(world, monkeypatch) as outcomes:
        assert (await outcomes.get()).error.endswith("answers 429")
        asked = len(world.asked)
        world.now += timedelta(minutes=29)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(world.asked) == asked
        world.answer = lambda: web.Response(status=429, headers={"Retry-After": "1"})
        world.now += timedelta(minutes=1)
        assert (await outcomes.get()).error.endswith("answers 429")
        world.now += timedelta(minutes=19)  # a second is no time to a server that has refused twice
        for _ in range(20):
            await asyncio.sleep(0)
        assert outcomes.empty()
        world.answer = lambda: web.Response(text="[]")
        world.now += timedelta(minutes=1)
        assert (await outcomes.get()).error is None


def _bomb():
    return web.Response(body=gzip.compress(b"[" + b" " * 20_000_000), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda: web.Response(status=500), "answers 500"),
        (lambda: web.Response(status=404), "answers 404"),
        (lambda: web.Response(status=302, headers={"Location": "http://169.254.169.254/"}), "private network"),
        (lambda: web.Response(status=302, headers={"Location": "file:///etc/passwd"}), "no address of the web"),
        (lambda: web.Response(status=302, headers={"Location": "/jobs.json"}), "redirects more than 5 times"),
        (_bomb, "larger than 10 MB"),
        (lambda: web.Response(body=b"\x1f\x8b\x08", headers={"Content-Encoding": "gzip"}), ""),
        (lambda: web.Response(text="<html><h1>Under construction"), "no list of positions"),
        (lambda: web.Response(text=""), ""),
    ],
)
async def test_what_is_answered_instead_of_a_board_closes_nothing_and_holds_up_no_other(world, answer, why):
    assert await world.look() == [None, None]
    world.answer = answer
    for _ in range(3):
        world.now += timedelta(hours=2)
        error, other = await world.look()
        assert why in error
        assert other is None
    assert world.closed == []


async def test_robots_that_fail_forbid_and_that_closes_nothing(world):
    assert await world.look() == [None, None]
    world.robots = lambda: web.Response(status=503)
    asked = world.asked.count("/jobs.json")
    for _ in range(3):
        world.now += timedelta(hours=2)
        error, _other = await world.look()
        assert "robots.txt answers 503" in error
    assert world.asked.count("/jobs.json") == asked
    assert world.closed == []


async def test_what_has_not_changed_is_not_sent_again_to_the_next_process_either(world):
    def answer():
        if world.conditions[-1] == '"1"':
            return web.Response(status=304)
        return web.Response(text=BOARD, headers={"ETag": '"1"'})

    world.answer = answer
    assert await world.look() == [None, None]
    assert world.conditions[-1] is None
    for _ in range(2):
        world.now += timedelta(hours=6)
        assert await world.look() == [None, None]
        assert world.conditions[-1] == '"1"'
    assert [(str(result.step.action), result.posting) for result in world.outcomes[0].results] == [
        ("same", "phd-in-lasers"),
        ("same", "phd-in-optics"),
    ]
    assert world.outcomes[0].count == 2
    config = (world.folder / "config.yaml").read_text()
    (world.folder / "config.yaml").write_text(config.replace('"name": "one"', '"name": "one", "filter": "phd"'))
    assert await world.look() == [None, None]
    assert world.conditions[-1] is None  # looked at in another way, it may have something else


async def test_what_waits_for_a_second_look_is_read_whole(world):
    tags = {"2": BOARD, "1": json.dumps(json.loads(BOARD)[:1])}

    def answer(tag):
        def answered():
            if world.conditions[-1] == tag:
                return web.Response(status=304)
            return web.Response(text=tags[tag], headers={"ETag": tag})

        return answered

    world.answer = answer("2")
    await world.look()
    world.answer = answer("1")
    for _ in range(2):
        world.now += timedelta(hours=6)
        assert await world.look() == [None, None]
    assert world.closed == ["phd-in-lasers.yaml"]


async def test_what_is_held_of_a_source_is_counted_as_long_as_it_is(world):
    everything = json.dumps(
        [{"name": f"PhD in {it}", "url": f"https://lab.example/{it}"} for it in ("optics", "lasers", "owls", "graphs")]
    )
    world.answer = lambda: web.Response(text=everything)
    await world.look()
    assert [outcome.held for outcome in world.outcomes] == [0, 0]
    world.answer = lambda: web.Response(text=json.dumps(json.loads(everything)[:1]))
    for _ in range(2):
        world.now += timedelta(hours=6)
        await world.look()
    assert [outcome.held for outcome in world.outcomes] == [3, 0]
    world.answer = lambda: web.Response(status=500)
    world.now += timedelta(hours=6)
    await world.look()
    assert [outcome.held for outcome in world.outcomes] == [3, 0]  # a reading that failed changes nothing of that
