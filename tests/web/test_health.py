"""`/healthz`: what a watcher may rely on."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.observe import logs
from bot.observe.metrics import Round
from bot.web import Listener, health
from bot.web.health import Health, LinkedPage
from tests.listening import listening

ROUND = Round(seconds=0.01, sends=True, left=2, postings=7, open_postings=5, problems=1)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Database:
    def __init__(self):
        self.asked = 0
        self.trouble = None

    async def __call__(self):
        self.asked += 1
        if self.trouble:
            raise self.trouble


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def watched(clock, database):
    return Health(database, clock)


@asynccontextmanager
async def served(listen, watched, metrics=None, *more):
    task = asyncio.create_task(health.serve(Listener(), listen, watched, metrics, *more))
    await listening(listen)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_all_is_well(listen, client, watched, clock):
    watched.ticked(ROUND)
    clock.now += 42.04
    async with served(listen, watched), client.get("/healthz") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        assert (answer.headers["Cache-Control"], answer.headers["Server"]) == ("no-store", "callboard")
        assert await answer.json() == {
            "status": "ok",
            "wrong": [],
            "last_tick_seconds": 42.0,
            "sender": True,
            "left": 2,
            "postings": 7,
            "problems": 1,
        }


async def test_before_the_first_tick_it_is_not(listen, client, watched):
    async with served(listen, watched), client.get("/healthz") as answer:
        assert answer.status == 503
        assert await answer.json() == {"status": "failing", "wrong": ["no tick has gone well yet"]}


async def test_a_tick_that_stays_away_is_seen(watched, clock):
    watched.ticked(ROUND)
    clock.now += health.STALE_SECONDS
    assert (await watched.look())[0]
    clock.now += 1
    is_well, known = await watched.look()
    assert (is_well, known["status"], known["wrong"]) == (False, "failing", ["the last tick was 181 s ago"])
    watched.ticked(ROUND)
    assert (await watched.look())[0]


async def test_a_tick_that_failed_counts_until_one_goes_well(watched):
    watched.ticked(ROUND)
    watched.failed(ValueError("the database x cannot be used"))
    is_well, known = await watched.look()
    assert (is_well, known["wrong"]) == (False, ["the database x cannot be used"])
    watched.ticked(ROUND)
    assert (await watched.look())[0]


async def test_the_database_is_asked_but_not_at_each_request(watched, clock, database):
    watched.ticked(ROUND)
    await asyncio.gather(*(watched.look() for _ in range(100)))
    assert database.asked == 1
    database.trouble = ValueError("the disk is full")
    assert (await watched.look())[0]
    clock.now += health.PROBE_SECONDS + 1
    assert (await watched.look())[1]["wrong"] == ["the disk is full"]
    database.trouble = None
    clock.now += health.PROBE_SECONDS + 1
    assert (await watched.look())[0]


async def test_a_database_that_hangs_does_not_hold_up_the_answer(clock, monkeypatch):
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.05)
    watched = Health(asyncio.Event().wait, clock)
    watched.ticked(ROUND)
    assert (await asyncio.wait_for(watched.look(), 20))[1]["wrong"] == ["the database does not answer"]


async def test_no_secret_is_told(watched, database):
    logs.seal(["hunter2-hunter2"])
    try:
        database.trouble = ValueError('cannot log in with "hunter2-hunter2" at postgresql://u:other@db/x')
        watched.failed(database.trouble)
        told = str(await watched.look())
    finally:
        logs.seal(())
    assert "hunter2" not in told
    assert "other" not in told


async def test_without_metrics_there_are_none(listen, client, watched):
    async with served(listen, watched), client.get("/metrics") as answer:
        assert answer.status == 404


async def test_metrics_are_shown_as_they_are_kept(listen, client, watched):
    async with served(listen, watched, lambda: (b"x 1\n", "text/plain; version=0.0.4")):
        async with client.get("/metrics") as answer:
            assert (answer.status, await answer.text()) == (200, "x 1\n")
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4"
        async with client.post("/metrics") as answer:
            assert answer.status == 405


PAGES = (
    LinkedPage("/healthz", "how it is"),
    LinkedPage("https://jobs.lab.example", "the board"),
    LinkedPage("http://127.0.0.1:8080/chat", "the <chat>", is_private=True),
)


def metrics():
    return b"x 1\n", "text/plain"


async def test_at_the_top_stands_what_is_there(listen, client, watched):
    async with served(listen, watched, metrics, PAGES):
        async with client.get("/") as answer:
            text = await answer.text()
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert re.findall(r'href="([^"]+)"', text) == [page.address for page in PAGES]
        assert "the &lt;chat&gt;" in text
        async with client.get("/", headers={"X-Forwarded-For": "203.0.113.7"}) as answer:
            assert re.findall(r'href="([^"]+)"', await answer.text()) == ["/healthz", "https://jobs.lab.example"]
    async with served(listen, watched, metrics), client.get("/") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics"])
async def test_no_page_that_points_its_name_here_can_read_it(listen, client, watched, path):
    watched.ticked(ROUND)
    async with served(listen, watched, metrics, PAGES, "jobs.lab.example"):
        for name in (
            "evil.example",
            f"127.0.0.1.evil.example:{listen[-5:]}",
            "localhost.evil.example",
            "10.0.0.1",
            "0",
        ):
            async with client.get(path, headers={"Host": name}) as answer:
                assert (answer.status, await answer.text()) == (421, "ask for it at 127.0.0.1\n"), name
        for name in ("localhost", "LOCALHOST:9090", "127.0.0.1", "[::1]:9090", "127.1.2.3", "jobs.lab.example:443"):
            async with client.get(path, headers={"Host": name}) as answer:
                assert answer.status == 200, name


async def test_where_others_come_in_they_come_by_any_name(client, listen, watched):
    """A watcher asks for the address of a container, whatever that is."""
    watched.ticked(ROUND)
    port = listen.rpartition(":")[2]
    async with served(f"0.0.0.0:{port}", watched), client.get("/healthz", headers={"Host": "10.1.2.3:9090"}) as answer:
        assert answer.status == 200


async def test_a_watcher_that_says_no_name_is_answered(listen, raw, watched):
    """HAProxy's checks are such, by HTTP/1.0."""
    watched.ticked(ROUND)
    async with served(listen, watched), raw() as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert (await asyncio.wait_for(reader.readline(), 20)) == b"HTTP/1.0 200 OK\r\n"


async def test_it_says_since_when_nothing_is_sent_and_why(clock, watched):
    noon, why = datetime(2027, 5, 2, 12, tzinfo=UTC), "another callboard sends for this database to telegram"
    watched.ticked(ROUND)
    assert "silent_since" not in (await watched.look())[1]
    watched.silent(why, noon)
    watched.silent("another callboard sends for this database to slack, telegram", noon + timedelta(minutes=5))
    is_well, known = await watched.look()
    assert is_well, "who stands by is well"
    assert known["silent_since"] == "2027-05-02T12:00:00Z"
    assert known["silent_because"] == "another callboard sends for this database to slack, telegram"
    watched.silent(None, noon)
    assert not {"silent_since", "silent_because"} & (await watched.look())[1].keys()
    watched.silent(why, noon + timedelta(hours=1))
    assert (await watched.look())[1]["silent_since"] == "2027-05-02T13:00:00Z"


def test_rounds_that_hang_are_told_from_those_that_go_badly(watched, clock):
    watched.ticked(ROUND)
    clock.now += 180
    assert watched.is_turning()
    clock.now += 1
    assert not watched.is_turning()
    watched.failed(OSError("the database cannot be used: disk full"))
    assert watched.is_turning()


def test_a_sentence_says_how_it_is(watched):
    assert watched.sentence() == "starting: the first round is on its way"
    watched.ticked(ROUND)
    assert watched.sentence() == "postings: 7, open: 5, notices left to send: 2; problems in the registry: 1"
    watched.silent("another callboard sends", datetime(2027, 4, 1, tzinfo=UTC))
    assert watched.sentence() == "another callboard sends"
    watched.failed(OSError("the database cannot be used: disk full"))
    assert watched.sentence() == "the database cannot be used: disk full"
