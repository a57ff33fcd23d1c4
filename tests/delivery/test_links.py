"""Links that are gone: whole rounds over a folder and a ledger, at made-up times, and looks at a real server."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiohttp import web

from bot.app import linking
from bot.app.once import tick
from bot.domain.link import Link
from bot.domain.person import People, Person
from bot.domain.zones import at_local, zone
from bot.engine.board import real_clock, rehearsal_clock
from bot.observe.metrics import Metrics
from bot.sources.base import NoHostError, SourceError
from bot.sources.fetching import Fetcher
from bot.store import Ledger
from tests.delivery.build import refused, settings
from tests.delivery.test_corrections import bot  # noqa: F401
from tests.domain.build import BERLIN

ADA = Person("fake", "ada")
PAGE = "https://www.owls-of-bonn.de/jobs/7"
OWLS = {"deadline": "2097-05-31", "owner": "fake:mia", "url": PAGE}
GONE = "A link of this position is gone:"
DAY = timedelta(days=1)


class Counted(Metrics):
    """Hears how many links are gone."""

    def __init__(self):
        self.gone, self.event = None, asyncio.Event()

    def links_counted(self, gone):
        self.gone = gone
        self.event.set()


class Lab:
    """A bot whose postings' links are looked at; `answers` has what is found there."""

    def __init__(self, bot):  # noqa: F811
        self.bot, self.answers, self.asked = bot, {PAGE: 200}, []
        bot.given = {"people": People(frozenset((ADA,)))}

    async def status(self, url):
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def days(self, count):
        """A round and looks at once, and each day after that."""
        for _ in range(count):
            await self.bot.goes_on()
            await linking.look_at_due(self.bot.rounds.links, self)
            await self.bot.goes_on()
            self.bot.ahead += DAY

    def heard(self, person):
        shown = (message.text.split("\n") for at, _, message in self.bot.platform.shown if at == person)
        return [lines for lines in shown if any(GONE in line or "links of positions" in line for line in lines)]


@pytest.fixture
def lab(bot):  # noqa: F811
    return Lab(bot)


async def test_a_link_that_is_there_is_looked_at_once_a_week(lab):
    lab.bot.writes(**OWLS)
    lab.bot.writes("bats", **OWLS)
    await lab.days(1)
    assert lab.asked == []
    await lab.days(21)
    assert lab.asked == [PAGE] * 3
    assert lab.heard("mia") == []


async def test_the_owner_is_told_once_after_two_looks_by_whichever_process(lab):
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = 404
    await lab.days(8)
    await lab.bot.restarts()
    await lab.days(30)
    [lines] = lab.heard("mia")
    assert lines[:3] == [
        "Owls at night",
        f"{GONE} {PAGE}",
        "Its server answers 404: there is no such page; it was looked at twice, a day apart.",
    ]
    assert "👉 Give another link with /edit owl, or close the position if it is over." in lines
    assert lab.heard("ada") == []
    [message] = [message for at, _, message in lab.bot.platform.shown if at == "mia"]
    assert [one.request for row in message.buttons for one in row] == [
        "edit.1 owl",
        "close.1 owl filled",
        "close.1 owl closed",
    ]


async def test_one_look_tells_nobody_and_what_was_back_meanwhile_begins_anew(lab):
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = 410
    while not lab.asked:
        await lab.days(1)
    lab.answers[PAGE] = 200
    await lab.days(2)
    lab.answers[PAGE] = 410
    while len(lab.asked) < 3:
        await lab.days(1)
    assert lab.heard("mia") == []
    await lab.days(2)
    assert len(lab.heard("mia")) == 1


@pytest.mark.parametrize("answer", [403, 500, SourceError("robots.txt says so", None)])
async def test_what_is_not_known_is_told_to_nobody(lab, answer):
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = answer
    await lab.days(30)
    assert len(lab.asked) >= 4
    assert lab.heard("mia") == []


@pytest.mark.parametrize(("is_online", "count"), [(True, 1), (False, 0)])
async def test_no_host_is_known_offline_so_none_is_gone(lab, monkeypatch, is_online, count):
    async def knows_names():
        return is_online

    monkeypatch.setattr(linking, "knows_names", knows_names)
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = NoHostError("cannot be reached")
    await lab.days(10)
    told = lab.heard("mia")
    assert len(told) == count
    assert all("There is no server of that name; it was looked for twice, a day apart." in lines for lines in told)


async def test_reviewers_hear_where_no_owner_is_reached_and_nobody_of_what_is_closed(lab):
    lab.bot.writes(**OWLS | {"owner": "fake:gone"})
    lab.bot.writes("bats", **OWLS | {"status": "closed", "url": f"{PAGE}/bats"})
    lab.bot.platform.at("gone", *[refused()] * 5)
    lab.answers |= {PAGE: 404}
    await lab.days(12)
    [lines] = lab.heard("ada")
    assert lines[-1] == "Whoever owns this position is not known, or cannot be reached."
    assert set(lab.asked) == {PAGE}


async def test_many_are_one_message(lab):
    for number in range(30):
        lab.bot.writes(f"owl-{number}", **OWLS | {"title": f"Owl {number}"})
    lab.answers[PAGE] = 404
    await lab.days(10)
    [lines] = lab.heard("mia")
    assert lines[0] == "30 links of positions are gone."
    assert "1. Owl 0 · /edit owl-0" in lines
    assert lines[-1].startswith("… and 10 more")


async def test_two_are_two_messages_each_with_its_buttons(lab):
    for number in range(2):
        lab.bot.writes(f"owl-{number}", **OWLS | {"title": f"Owl {number}"})
    lab.answers[PAGE] = 404
    await lab.days(10)
    assert [lines[0] for lines in lab.heard("mia")] == ["Owl 0", "Owl 1"]


async def test_what_was_closed_since_is_not_looked_at(lab):
    lab.bot.writes(**OWLS)
    await lab.days(1)
    lab.bot.writes(**OWLS | {"status": "filled"})
    await lab.days(20)
    assert lab.asked == []


async def test_a_round_by_hand_looks_at_what_is_due_and_at_a_made_up_time_at_nothing(lab, tmp_path, monkeypatch):
    asked = []

    async def status(_self, url):
        asked.append(url)
        return 404

    monkeypatch.setattr(Fetcher, "status", status)
    lab.bot.writes(**OWLS)
    lab.bot.starts()
    config = settings(tmp_path / "postings", database=f"sqlite:///{tmp_path / 'ticks.db'}")
    await tick(config, real_clock)
    ledger = await Ledger.open(config.database)
    assert await ledger.links.due(real_clock() + DAY - timedelta(minutes=5)) == []
    assert len(await ledger.links.due(real_clock() + 10 * DAY)) == 1
    assert asked == []
    await ledger.links.put(Link(PAGE, real_clock() - DAY))
    await tick(config, rehearsal_clock(real_clock() + 30 * DAY))
    assert asked == []
    await tick(config, real_clock)
    await tick(config, real_clock)
    assert asked == [PAGE]
    [gone] = await ledger.links.gone()
    assert gone.answer == 404
    await ledger.close()


async def test_a_bot_that_runs_looks_and_goes_on_whatever_fails(lab, monkeypatch):
    monkeypatch.setattr(linking, "EVERY_SECONDS", 0.0)
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = 404
    await lab.bot.goes_on()
    await lab.bot.ledger.links.put(Link(PAGE, real_clock(), real_clock() - 2 * DAY, real_clock() - 2 * DAY, 404))
    woken, turns = asyncio.Event(), iter([OSError("a fault of ours"), False])

    def may_look():
        turn = next(turns, True)
        if isinstance(turn, OSError):
            raise turn
        return turn

    counted = Counted()
    looking = asyncio.create_task(
        linking.keep_looking(lab.bot.rounds.links, lab, may_look=may_look, wake=woken.set, metrics=counted)
    )
    async with asyncio.timeout(20):
        await woken.wait()
        await counted.event.wait()
    looking.cancel()
    assert list(turns) == []  # not before this process might
    assert counted.gone == 1
    await lab.bot.goes_on()
    lab.bot.ahead += DAY
    await lab.bot.goes_on()
    assert lab.asked == [PAGE]
    assert len(lab.heard("mia")) == 1


async def test_owners_are_told_at_remind_at_and_not_in_the_night(lab):
    lab.bot.writes(**OWLS)
    await lab.bot.goes_on()
    now = lab.bot.clock()
    midnight = (now + 2 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)  # at least a day from now, UTC
    lab.bot.ahead = midnight + timedelta(hours=1) - now
    await lab.bot.ledger.links.put(Link(PAGE, lab.bot.clock() + DAY, now - DAY, lab.bot.clock(), 404))
    lab.bot.rounds.links.note()
    await lab.bot.goes_on()
    assert lab.heard("mia") == []
    outlook = await lab.bot.rounds.tick()
    at_nine = at_local(midnight.date(), lab.bot.board.config.schedule.remind_at, zone(BERLIN))
    assert outlook.next_instant == at_nine
    lab.bot.ahead = at_nine - now - timedelta(minutes=1)
    await lab.bot.goes_on()
    assert lab.heard("mia") == []
    lab.bot.ahead = at_nine - now + timedelta(seconds=1)
    await lab.bot.goes_on()
    assert len(lab.heard("mia")) == 1


async def test_the_link_is_told_of_in_german_too(lab):
    lab.bot.given |= {"language": "de"}
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = 404
    await lab.days(10)
    texts = [message.text for at, _, message in lab.bot.platform.shown if at == "mia"]
    assert any(f"Ein Link dieser Stelle führt ins Leere: {PAGE}" in text for text in texts)


async def test_what_no_posting_has_any_more_is_forgotten(lab):
    lab.bot.writes(**OWLS)
    lab.answers[PAGE] = 404
    await lab.days(10)
    assert [link.url for link in await lab.bot.ledger.links.gone()] == [PAGE]
    lab.bot.writes(**OWLS | {"url": f"{PAGE}/new"})
    lab.answers[f"{PAGE}/new"] = 200
    await lab.days(1)
    assert await lab.bot.ledger.links.urls() == {f"{PAGE}/new"}


# --- A real server


async def test_a_server_is_asked_for_no_more_than_its_answer():
    asked = []

    async def answer(request):
        asked.append((request.method, request.path))
        if request.path == "/moved":
            return web.Response(status=301, headers={"Location": "/there"})
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /private")
        no_head = request.path == "/no-head" and request.method == "HEAD"
        status = {"/gone": 410, "/busy": 503}.get(request.path, 404 if no_head else 200)
        return web.Response(status=status, text="page")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    base = f"http://{host}:{port}"
    try:
        async with Fetcher(real_clock) as fetcher:
            with pytest.raises(SourceError, match="private network"):
                await fetcher.status(f"{base}/there")
            assert asked == []
            paths = ("/there", "/moved", "/no-head", "/gone")
            found = [await fetcher.status(f"{base}{path}", allow_private=True) for path in paths]
            assert found == [200, 200, 200, 410]
            assert asked[:2] == [("GET", "/robots.txt"), ("HEAD", "/there")]
            assert ("GET", "/there") not in asked
            with pytest.raises(SourceError, match=r"robots\.txt says so"):
                await fetcher.status(f"{base}/private", allow_private=True)
            with pytest.raises(SourceError, match="answers 503"):
                await fetcher.status(f"{base}/busy", allow_private=True)
    finally:
        await runner.cleanup()


async def test_a_name_that_nobody_has_is_told_from_one_that_cannot_be_looked_up(monkeypatch):
    failure = socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def getaddrinfo(*_args, **_options):
        raise failure

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    async with Fetcher(real_clock) as fetcher:
        with pytest.raises(NoHostError):
            await fetcher.status(PAGE)
        failure = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        with pytest.raises(SourceError) as caught:
            await fetcher.status(PAGE)
        assert not isinstance(caught.value, NoHostError)
    assert not await linking.knows_names()
