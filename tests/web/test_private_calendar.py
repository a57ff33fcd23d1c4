"""A reader's own calendar at its private address, over HTTP: who has it reads it, and nobody else finds it."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from yarl import URL

from bot.app.calendars import Calendars
from bot.audiences.follower import Follower, Preferences
from bot.config import read as read_config
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.observe.logs import sealed
from bot.publish.published import publish
from bot.store import Ledger
from bot.web import Listener
from tests.domain.build import leads
from tests.listening import listening
from tests.publish.calendars import alarms_of
from tests.publish.calendars import read as events
from tests.store.build import NOON

ADA, KIM, WEB = Person("telegram", "4711"), Person("telegram", "4712"), Person("web", "admin")
POSTINGS = {
    "owls": "{title: PhD with owls, role: phd, location: Tübingen, deadline: 2027-06-01}",
    "bats": "{title: Bats, role: postdoc, deadline: 2027-06-10}",
    "mice": "{title: Mice, role: technician, deadline: 2027-06-20}",
}
CONFIG = """
registry: postings
timezone: Europe/Berlin
reminders: [7d]
platforms: {{telegram: {{token: "{token}"}}}}
web: {{listen: '{listen}', base_url: https://jobs.lab.example/x/}}
"""


class Lab:
    """A board that is served with people's calendars."""

    def __init__(self, folder, listen, client):
        self.folder, self.listen, self.client, self.now, self.task = folder, listen, client, NOON, None
        (folder / "postings").mkdir()
        for name, text in POSTINGS.items():
            self.write(name, text)

    def write(self, name, text):
        (self.folder / "postings" / f"{name}.yaml").write_text(text)

    async def start(self, token="4711:AAA-a-token"):
        (self.folder / "config.yaml").write_text(CONFIG.format(token=token, listen=self.listen))
        config = read_config(self.folder / "config.yaml")
        self.board = Callboard(config, lambda: self.now)
        self.board.read()
        self.ledger = await Ledger.open(config.database)
        self.editions = Editions(self.board, Archive(self.board, self.ledger))
        await self.editions.take_in(self.now)
        self.calendars = Calendars(self.board, self.editions, self.ledger)
        self.task = asyncio.create_task(publish(Listener(), config.web, self.board, self.editions, self.calendars.find))
        await listening(self.listen)

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.ledger.close()

    async def follows(self, person, *queries, reminded=(), **preferences):
        place, own = Destination(person.platform, person.id), Preferences(**preferences)
        follower = Follower(str(person), place, preferences=own)
        for query in queries:
            follower = follower.following(query, self.now)
        for name, times in reminded:
            follower = follower.reminded(name, leads(times), self.now)
        await self.ledger.followers.put([follower])

    async def look(self):
        self.board.take_in(self.board.registry.read())
        await self.editions.take_in(self.now)

    async def get(self, address, method="GET", **headers):
        """`address` as people are told it: the board's, which a web server hands on without its path."""
        path = address.removeprefix("https://jobs.lab.example/x")
        url = URL(path, encoded=True)
        async with self.client.request(method, url, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers, await answer.read()

    async def events(self, address):
        status, _headers, body = await self.get(address)
        assert status == 200
        return {uid.partition("@")[0]: event for uid, event in events(body).items()}


@pytest.fixture
async def lab(tmp_path, listen, client):
    lab = Lab(tmp_path, listen, client)
    await lab.start()
    yield lab
    await lab.stop()


async def test_it_has_what_its_reader_follows_at_their_lead_times_in_their_language(lab):
    await lab.follows(ADA, "phd", reminded=[("bats", "2h")], language="de", timezone="America/New_York")
    address = await lab.calendars.address(ADA)
    found = await lab.events(address)
    assert set(found) == {"owls", "bats"}
    assert str(found["owls"]["summary"]) == "Frist: PhD with owls"
    assert alarms_of(found["bats"]) == [timedelta(hours=-2)]
    assert alarms_of(found["owls"]) == [timedelta(days=-7, hours=-8, minutes=-59, seconds=-59)]
    await lab.follows(ADA, "technician")
    assert set(await lab.events(address)) == {"mice"}
    await lab.follows(ADA)
    assert set(await lab.events(address)) == {"owls", "bats", "mice"}


async def test_a_deadline_that_moves_and_a_position_that_closes_come_by_themselves(lab):
    await lab.follows(ADA, "phd")
    address = await lab.calendars.address(ADA)
    before, tag = (await lab.events(address))["owls"], (await lab.get(address))[1]["ETag"]
    assert (await lab.get(address, **{"If-None-Match": tag}))[0] == 304
    lab.now += timedelta(hours=1)
    lab.write("owls", POSTINGS["owls"].replace("06-01", "06-08"))
    await lab.look()
    assert (await lab.get(address, **{"If-None-Match": tag}))[0] == 200
    moved = (await lab.events(address))["owls"]
    assert (moved["uid"], moved["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert moved["dtstart"].dt - before["dtstart"].dt == timedelta(days=7)
    lab.write("owls", POSTINGS["owls"].replace("06-01", "06-08, status: filled"))
    await lab.look()
    filled = (await lab.events(address))["owls"]
    assert (str(filled["status"]), alarms_of(filled)) == ("CANCELLED", [])


async def test_of_more_than_a_calendar_holds_what_is_open_and_near_comes_first(lab, monkeypatch):
    monkeypatch.setattr("bot.publish.pages.private.MOST_EVENTS", 2)
    lab.write("bats", POSTINGS["bats"].replace("06-10", "06-10, status: filled"))
    lab.write("newts", "{title: Newts, role: phd, deadline: 2027-06-02}")
    await lab.look()
    await lab.follows(ADA)
    assert set(await lab.events(await lab.calendars.address(ADA))) == {"newts", "owls"}


async def test_nobody_keeps_it_but_who_asked_and_no_search_engine_is_let_in(lab):
    await lab.follows(ADA, "phd")
    address = await lab.calendars.address(ADA)
    assert re.fullmatch(r"https://jobs\.lab\.example/x/calendar/[A-Za-z0-9_-]{32}\.ics", address)
    for method, where in (("GET", address), ("HEAD", address), ("GET", address.replace(".ics", "x.ics"))):
        _status, headers, _body = await lab.get(where, method)
        assert headers["Cache-Control"] == "private, no-cache"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers
    assert b"\nDisallow: /calendar/\n" in (await lab.get("/robots.txt"))[2]
    assert (await lab.get("/sitemap.xml"))[2].count(b"/calendar/") == 0
    assert (await lab.get(address, "POST"))[0] == 405


async def test_what_was_never_there_and_what_holds_no_longer_are_the_same(lab):
    await lab.follows(ADA, "phd")
    first = await lab.calendars.address(ADA)
    assert await lab.calendars.address(ADA) == first
    second = await lab.calendars.address(ADA, is_anew=True)
    assert second not in {first, await lab.calendars.address(KIM)}
    assert set(await lab.events(second)) == {"owls"}
    token = second.rpartition("/")[2]
    never = ("A" * 32 + ".ics", "", "x.ics", f"{token}/", token[:-5], f"{token}%0A")
    answers = [await lab.get(address) for address in (first, *(f"/calendar/{name}" for name in never))]
    await lab.ledger.personal.forget(ADA)
    answers.append(await lab.get(second))
    assert {(status, body) for status, _headers, body in answers} == {(404, answers[0][2])}
    assert len({str({**headers, "Date": ""}) for _status, headers, _body in answers}) == 1


async def test_the_database_does_not_give_it_away_and_no_line_of_the_log_has_it(lab, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    await lab.follows(ADA, "phd")
    address = await lab.calendars.address(ADA)
    token = address.rpartition("/")[2].removesuffix(".ics")
    await lab.get(address)
    monkeypatch.setattr("bot.publish.pages.private._rendered", lambda *_: 1 / 0)
    await lab.follows(ADA, "postdoc")
    assert (await lab.get(address))[0] == 500
    [failed] = [record.getMessage() for record in caplog.records if "could not be answered" in record.getMessage()]
    assert token not in sealed(failed)
    assert not [record for record in caplog.records if token in sealed(record.getMessage())]
    files = b"".join(path.read_bytes() for path in lab.folder.glob("*.db*"))
    assert ADA.id.encode() in files
    assert token.encode() not in files
    kept = await lab.ledger.personal.data_of(ADA)
    assert kept.calendar == lab.now
    await lab.ledger.personal.forget(ADA)
    assert (await lab.ledger.personal.data_of(ADA)).is_empty


async def test_with_another_secret_an_address_goes_on_until_its_reader_asks_again(lab):
    await lab.follows(ADA, "phd")
    first = await lab.calendars.address(ADA)
    await lab.stop()
    await lab.start(token="4711:BBB-another")
    assert set(await lab.events(first)) == {"owls"}
    second = await lab.calendars.address(ADA)
    assert second != first
    assert (await lab.get(first))[0] == 404
    assert set(await lab.events(second)) == {"owls"}


async def test_two_who_ask_at_once_are_told_one_address_and_who_has_no_secret_none(lab):
    await lab.follows(ADA, "phd")
    told = await asyncio.gather(*(lab.calendars.address(ADA) for _ in range(5)))
    assert len(set(told)) == 1
    assert await lab.calendars.address(WEB) is None
    lab.board.config = replace(lab.board.config, web=replace(lab.board.config.web, base_url=None))
    assert await lab.calendars.address(ADA) is None
