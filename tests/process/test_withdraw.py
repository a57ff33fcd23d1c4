"""`callboard withdraw` takes a posting off everything that anybody can read, and `resend` puts it back: whole
processes, over real HTTP, on both databases.
"""

import asyncio
import json
import re
import urllib.error
import urllib.request
from contextlib import asynccontextmanager

import pytest
from icalendar import Calendar

from tests.ports import free_port
from tests.process.lab import GROUP, Lab
from tests.store.conftest import postgresql_url, server, sqlite_url, url  # noqa: F401  # both databases

pytestmark = pytest.mark.process

TITLE = "Professor of secrets"
LISTS = ("/", "/feed.atom", "/feed.json", "/postings.json", "/sitemap.xml", "/embed")


@asynccontextmanager
async def labs(tmp_path, database, *, announces=True):
    async with Lab(tmp_path) as lab:
        lab.listen = f"127.0.0.1:{free_port()}"
        channels = [{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}] if announces else []
        platforms = {"telegram": {"token": "123456:TEST-TOKEN", "api_url": lab.telegram.url}}
        lab.configure(channels, platforms=platforms if announces else {}, database=database, web={"listen": lab.listen})
        lab.post("secrets", title=TITLE, role="professor", deadline="2199-05-02", aliases=["mistake"])
        lab.post("owls", title="PhD on owls", deadline="2199-05-02")
        yield lab


async def get(lab, path):
    def fetch():
        try:
            with urllib.request.urlopen(f"http://{lab.listen}{path}", timeout=20) as response:
                return response.status, response.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    return await asyncio.to_thread(fetch)


async def headers(lab, path, since=None):
    """What is told of a path to whoever has it as it was then; an error when that is said to be right still."""

    def fetch():
        request = urllib.request.Request(f"http://{lab.listen}{path}", headers={"If-Modified-Since": since or ""})
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.headers

    return await asyncio.to_thread(fetch)


async def event(lab, path="/calendar.ics"):
    text = (await get(lab, path))[1]
    [found] = [one for one in Calendar.from_ical(text).walk("VEVENT") if str(one["UID"]).startswith("secrets@")]
    return found


async def is_away(lab):
    """Nobody who reads can find it, whatever they ask for."""
    for path in LISTS:
        status, text = await get(lab, path)
        assert status == 200
        assert TITLE not in text, path
        assert "/postings/secrets" not in text, path
    for name in ("secrets", "mistake"):
        status, page = await get(lab, f"/postings/{name}")
        assert status == 410
        assert "This position was withdrawn." in page
        assert TITLE not in page
        assert (await get(lab, f"/postings/{name}.png"))[0] == 410
    asked = await lab.callboard("ask", "--json", "professor")
    assert (json.loads(asked.out)["postings"], asked.err) == ([], "")
    asked = await lab.callboard("ask", "--json", "/position secrets")
    assert TITLE not in asked.out


async def withdraw(lab, code=0):
    ended = await lab.callboard("withdraw", "secrets")
    assert ended.code == code, ended
    return ended


async def until_status(lab, path, status):
    async with asyncio.timeout(40):
        while (await get(lab, path))[0] != status:  # noqa: ASYNC110  # it is another process
            await asyncio.sleep(0.05)


async def test_it_is_off_the_board_and_back_after_resend_while_the_bot_runs(tmp_path, url):  # noqa: F811
    async with labs(tmp_path, url) as lab:
        bot = await lab.start()
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        await bot.says("the board at")
        before = await event(lab)
        assert TITLE in (await get(lab, "/"))[1]
        seen = await headers(lab, "/postings.json")
        await withdraw(lab)
        await until_status(lab, "/postings/secrets", 410)
        await is_away(lab)
        assert (await headers(lab, "/postings.json", seen["Last-Modified"]))["Last-Modified"] > seen["Last-Modified"]
        for path in ("/calendar.ics", "/postings/secrets.ics", "/postings/mistake.ics", "/calendar.ics?q=professor"):
            off = await event(lab, path)
            assert (off["UID"], off["STATUS"], off["SEQUENCE"]) == (before["UID"], "CANCELLED", before["SEQUENCE"] + 1)
            assert off["DTSTART"] == before["DTSTART"]
            assert "secret" not in off.to_ical().decode().replace("UID:secrets@", "").casefold()
        lab.telegram.say(7, "/positions", user=7)
        await lab.until(lambda: any("Offene Stellen" in sent.text for sent in lab.telegram.sent))
        assert not any(TITLE in sent.text and sent.chat.id == 7 for sent in lab.telegram.sent)
        lab.post("secrets", title=TITLE, role="professor", deadline="2199-06-02", aliases=["mistake"])
        await bot.says("postings new or changed")
        await is_away(lab)
        assert (await lab.callboard("resend", "--channel", "lab-telegram", "secrets")).code == 0
        await until_status(lab, "/postings/secrets", 200)
        async with asyncio.timeout(20):  # the calendar follows the page
            while (again := await event(lab))["STATUS"] != "CONFIRMED":  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.02)
        assert again["UID"] == before["UID"]
        assert again["SEQUENCE"] == before["SEQUENCE"] + 2
        assert TITLE in (await lab.callboard("ask", "professor")).out
        assert await bot.stop() == 0
        said = [sent for sent in lab.telegram.sent if sent.chat.id == GROUP and TITLE in sent.text]
        assert len(said) == 2
        lab.assert_no_problems()


async def test_without_a_bot_it_is_written_down_and_holds_at_every_start(tmp_path, url):  # noqa: F811
    async with labs(tmp_path, url) as lab:
        assert (await lab.callboard("tick")).code == 0
        bot = await lab.start()
        await bot.says("the board at")
        await until_status(lab, "/postings/secrets", 200)
        sequence = (await event(lab))["SEQUENCE"]
        assert await bot.stop() == 0
        await withdraw(lab)
        for _ in range(2):
            bot = await lab.start()
            await bot.says("the board at")
            await bot.says("ready")
            await until_status(lab, "/postings/secrets", 410)
            await is_away(lab)
            assert (await event(lab))["SEQUENCE"] == sequence + 1
            assert await bot.stop() == 0


async def test_a_rename_does_not_bring_it_back(tmp_path, sqlite_url):  # noqa: F811
    async with labs(tmp_path, sqlite_url) as lab:
        bot = await lab.start()
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        await withdraw(lab)
        path = lab.postings / "secrets.yaml"
        path.rename(lab.postings / "other.yaml")
        await bot.says("secrets is called other now")
        await until_status(lab, "/postings/secrets", 410)
        assert TITLE not in (await get(lab, "/"))[1]
        assert await bot.stop() == 0
        (lab.postings / "other.yaml").rename(lab.postings / "third.yaml")
        bot = await lab.start()
        await bot.says("is called third now")
        await until_status(lab, "/postings/secrets", 410)
        assert TITLE not in (await get(lab, "/"))[1]
        assert TITLE not in (await lab.callboard("ask", "professor")).out
        assert await bot.stop() == 0


async def test_a_copy_of_what_was_withdrawn_is_a_posting_of_its_own(tmp_path, sqlite_url):  # noqa: F811
    async with labs(tmp_path, sqlite_url) as lab:
        assert (await lab.callboard("tick")).code == 0
        await withdraw(lab)
        text = (lab.postings / "secrets.yaml").read_text().replace("aliases:\n- mistake\n", "")
        (lab.postings / "secrets.yaml").write_text(text)
        (lab.postings / "better.yaml").write_text(text)
        bot = await lab.start()
        await bot.says("ready")
        await until_status(lab, "/postings/better", 200)
        assert (await get(lab, "/postings/secrets"))[0] == 410
        assert await bot.stop() == 0


async def test_a_board_without_channels_and_an_export_lose_it_as_well(tmp_path, sqlite_url):  # noqa: F811
    async with labs(tmp_path, sqlite_url, announces=False) as lab:
        formats = [word for name in ("html", "jsonld", "markdown") for word in ("--format", name)]
        out = tmp_path / "public"
        export = ("export", *formats, "--out", str(out), "--base-url", "https://lab.example")
        (tmp_path / "note").mkdir()
        assert (await lab.callboard(*export)).code == 0
        mine = [f"postings/{name}" for name in ("secrets/index.html", "mistake/index.html", "secrets.png")]
        assert all((out / name).exists() for name in mine)
        (out / "postings" / "secrets" / "my-own.txt").write_text("mine")
        ended = await lab.callboard("withdraw", "mistake")
        assert ended.code == 0
        assert "is off the board" in ended.err
        assert (await lab.callboard(*export)).code == 0
        assert not any((out / name).exists() for name in mine)
        assert (out / "postings" / "secrets" / "my-own.txt").exists()
        assert not (out / "postings" / "mistake").exists()
        for path in out.rglob("*"):
            if path.is_file() and path.suffix != ".png":
                assert TITLE not in path.read_text(), path
                assert path.suffix == ".ics" or "secrets" not in path.read_text(), path
        one = (out / "postings" / "secrets.ics").read_text()
        assert re.search(r"STATUS:CANCELLED\s", one)
        before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
        assert (await lab.callboard(*export)).code == 0
        assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
        assert (await lab.callboard("withdraw", "never-heard-of")).code == 2


async def test_ask_makes_no_database_and_says_when_it_cannot_read_one(tmp_path, sqlite_url):  # noqa: F811
    async with labs(tmp_path, sqlite_url) as lab:
        asked = await lab.callboard("ask", "professor")
        assert TITLE in asked.out
        database = tmp_path / "callboard.db"
        assert not database.exists()
        database.write_text("no database at all, but a file of that name")
        asked = await lab.callboard("ask", "professor")
        assert asked.code == 0
        assert "it is not known what was withdrawn" in asked.err
