"""The board over HTTP: what is where, what may be kept, and that nothing that is asked does harm."""

import asyncio
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from icalendar import Calendar
from yarl import URL

from bot.config import read as read_config
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.publish.pages.answers import takes_gzip
from bot.publish.published import publish
from bot.store import Ledger
from bot.web import Listener
from tests.listening import listening
from tests.store.build import NOON

OWLS = """
title: PhD with owls
role: phd
group: Owl Lab
location: Tübingen, Germany
deadline: 2027-06-01
tags: [night]
"""


class Lab:
    """A board that is served, whose files and clock a test changes."""

    def __init__(self, folder, listen):
        self.folder, self.listen, self.now = folder, listen, NOON
        (folder / "postings").mkdir()
        web = f"{{listen: '{listen}', base_url: https://l.example/x/}}"
        (folder / "config.yaml").write_text(f"registry: postings\ntimezone: Europe/Berlin\nweb: {web}")

    def write(self, name, text):
        (self.folder / "postings" / f"{name}.yaml").write_text(text)

    async def start(self):
        config = read_config(self.folder / "config.yaml")
        self.board = Callboard(config, lambda: self.now)
        self.board.read()
        self.ledger = await Ledger.open(config.database)
        self.editions = Editions(self.board, Archive(self.board, self.ledger))
        await self.editions.take_in(self.now)
        self.task = asyncio.create_task(publish(Listener(), config.web, self.board, self.editions))
        await listening(self.listen)

    async def look(self):
        self.board.take_in(self.board.registry.read())
        await self.editions.take_in(self.now)

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.ledger.close()


@pytest.fixture
async def lab(tmp_path, listen):
    lab = Lab(tmp_path, listen)
    lab.write("owls", OWLS)
    lab.write("bats", "{title: Bats, role: postdoc, status: filled, aliases: [mice]}")
    await lab.start()
    yield lab
    await lab.stop()


@pytest.fixture
def get(lab, client):
    async def get(path, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        async with client.get(URL(path, encoded=True), headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers, await answer.read()

    return get


PATHS = ["/", "/embed", "/postings/owls", "/postings/owls.ics", "/postings/owls.png", "/calendar.ics", "/feed.atom"]
PATHS += ["/feed.json", "/postings.json", "/postings.schema.json", "/sitemap.xml", "/robots.txt", "/board.css"]
PATHS += ["/board.js", "/embed.js", "/icon.svg"]


@pytest.mark.parametrize("path", PATHS)
async def test_each_has_a_tag_that_saves_the_next_answer(get, client, path):
    status, headers, body = await get(path)
    assert (status, bool(body)) == (200, True)
    assert headers["ETag"].startswith('"')
    assert "public" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    status, again, body = await get(path, If_None_Match=f'"x", {headers["ETag"]}')
    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert (await get(path, If_None_Match='"other"'))[0] == 200
    async with client.head(path) as answer:
        assert (answer.status, answer.headers["ETag"], await answer.read()) == (200, headers["ETag"], b"")


async def test_pages_allow_no_script_of_others_and_no_frame_but_the_one_for_that(get):
    for path in ("/", "/postings/owls", "/nothing"):
        _, headers, _ = await get(path)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
        assert policy.endswith("frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert "Access-Control-Allow-Origin" not in headers
    _, headers, _ = await get("/embed")
    assert headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in headers
    assert (await get("/postings.json"))[1]["Access-Control-Allow-Origin"] == "*"


async def test_the_readers_language_is_told_apart(get):
    _, headers, body = await get("/", Accept_Language="fr, de-AT;q=0.8, en;q=0.5")
    assert headers["Vary"] == "Accept-Language, Accept-Encoding"
    assert '<html lang="de">' in body.decode()
    assert "Dienstag, 1. Juni 2027, 23:59 (Europe/Berlin, UTC+2)" in body.decode()
    for other in ("fr", "en;q=0", "de;q=0, *", ";;,=", "x" * 5000):
        assert b'<html lang="en">' in (await get("/", Accept_Language=other))[2]


async def test_filters_mean_what_they_mean_in_chat(lab, get):
    lab.write("toads", "{title: Toads, role: [phd, thesis], location: 'Wien, Österreich', deadline: 2027-05-20}")
    await lab.look()

    async def found(query):
        text = (await get(f"/?{query}"))[2].decode()
        return re.findall(r'<h2 dir="auto"><a href="/x/postings/([a-z]+)"', text)

    assert await found("") == ["toads", "owls"], "soonest deadline first"
    assert await found("q=owl") == ["owls"]
    assert await found("role=thesis") == await found("role=Thesis") == ["toads"]
    assert await found("role=nonsense&page=99&tag=") == ["toads", "owls"]
    for place in ("T%C3%BCbingen%2C+Germany", "t%C3%BCbingen", "Germany", "Tu%CC%88bingen"):
        assert await found(f"place={place}&tag=night&q=phd") == await found(f"place={place}") == ["owls"]
    assert b'<a href="/x/">Clear filters</a>' in (await get("/?q=owl"))[2]
    assert "Filter zurücksetzen" in (await get("/?q=owl", Accept_Language="de"))[2].decode()
    assert await found("q=zebras") == []
    assert await found("q=closed") == ["bats"]


async def test_a_page_is_for_life(lab, get):
    status, headers, _ = await get("/postings/mice")
    assert (status, headers["Location"]) == (308, "/x/postings/bats"), "a former id"
    _, _, body = await get("/postings/bats")
    assert b"This position is filled." in body
    assert b'content="noindex"' in body
    assert b"ld+json" not in body
    (lab.folder / "postings" / "owls.yaml").unlink()
    lab.now += timedelta(hours=1)
    await lab.look()
    status, _, body = await get("/postings/owls")
    assert status == 200
    assert b"no longer listed" in body
    assert b'content="noindex"' in body
    assert b"Owl Lab" in body
    assert b"/postings/owls" in (await get("/"))[2], "among what has closed lately"
    assert b"/postings/owls<" not in (await get("/sitemap.xml"))[2]
    assert b"Bats" not in (await get("/"))[2], "filled when it was first seen: nobody knows since when"


async def test_a_change_is_seen_at_once_and_the_feeds_say_that_it_is_one(lab, get):
    _, before, calendar = await get("/calendar.ics")
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    lab.now += timedelta(minutes=5)
    lab.write("owls", OWLS.replace("06-01", "07-01"))
    await lab.look()
    status, after, calendar = await get("/calendar.ics", If_None_Match=before["ETag"])
    assert status == 200
    (moved,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert (moved["uid"], moved["sequence"]) == (event["uid"], event["sequence"] + 1)
    assert after["Last-Modified"] == "Sun, 02 May 2027 12:05:00 GMT"
    lab.now += timedelta(minutes=5)
    await lab.look()
    assert (await get("/calendar.ics", If_None_Match=after["ETag"]))[0] == 304


async def test_a_deadline_that_passes_takes_it_off_the_list_without_anybodys_doing(lab, get):
    assert b"Apply by" in (await get("/postings/owls"))[2]
    lab.now += timedelta(days=31)
    body = (await get("/"))[2].decode()
    assert "Nothing is open right now." in body
    assert "deadline passed" in body
    assert b"The deadline passed" in (await get("/postings/owls"))[2]


async def test_feeds_may_be_of_what_a_query_asks_for(get):
    found = json.loads((await get("/postings.json?q=phd"))[2])
    assert [one["id"] for one in found["postings"]] == ["owls"]
    found = json.loads((await get("/postings.json"))[2])
    assert [one["id"] for one in found["postings"]] == ["owls", "bats"]
    assert b"Bats (filled)" in (await get("/feed.atom?q=postdoc"))[2]
    assert b"PhD with owls" not in (await get("/feed.atom?q=postdoc"))[2]


async def test_a_part_says_that_it_is_one_and_takes_the_boards_own_parameters(lab, get):
    lab.write(
        "toads",
        "{title: Toads, role: [phd, thesis], location: 'Wien, Österreich; Graz, Austria', deadline: 2027-05-20}",
    )
    await lab.look()
    for query, wanted in (
        ("q=phd", {"toads", "owls"}),
        ("role=thesis", {"toads"}),
        ("place=Graz", {"toads"}),
        ("place=wien&tag=", {"toads"}),
        ("tag=night", {"owls"}),
        ("tag=night&q=phd&role=phd", {"owls"}),
        ("tag=night&place=Graz", set()),
    ):
        data = json.loads((await get(f"/postings.json?{query}"))[2])
        assert {one["id"] for one in data["postings"]} == wanted, query
        feed = json.loads((await get(f"/feed.json?{query}"))[2])
        assert {one["url"].rpartition("/")[2] for one in feed["items"]} == wanted, query
        events = Calendar.from_ical((await get(f"/calendar.ics?{query}"))[2]).walk("VEVENT")
        assert {str(one["uid"]).partition("@")[0] for one in events} == wanted, query
    # In one order, however it is asked for; and what makes no sense is not asked for.
    feed = (await get("/feed.atom?tag=night&x=1&q=++phd+&role=none"))[2].decode()
    assert 'rel="self" href="https://l.example/x/feed.atom?q=phd&amp;tag=night"' in feed
    assert "<id>https://l.example/x/feed.atom?q=phd&amp;tag=night</id>" in feed
    board = (await get("/?tag=night&q=phd"))[2].decode()
    for link in (
        'type="text/calendar" title="Open positions: phd, night" href="/x/calendar.ics?q=phd&amp;tag=night">',
        '<a href="/x/calendar.ics?q=phd&amp;tag=night">',
        '<a href="/x/feed.atom?q=phd&amp;tag=night">',
        'href="webcal://l.example/x/calendar.ics?q=phd&amp;tag=night"',
        'data-address="https://l.example/x/calendar.ics?q=phd&amp;tag=night"',
    ):
        assert link in board
    assert 'href="/x/calendar.ics"' in (await get("/"))[2].decode()


async def test_a_place_is_chosen_by_its_town(lab, get):
    lab.write("a", "{title: A, role: phd, location: 'Rostock, Germany'}")
    lab.write("b", "{title: B, role: phd, location: 'Rostock or Jena, Germany'}")
    lab.write("e", "{title: E, role: phd, location: 'Rostock, Deutschland'}")
    lab.write("c", "{title: C, role: phd, location: 'Cambridge, UK'}")
    lab.write("d", "{title: D, role: phd, location: 'Cambridge, MA, USA (hybrid)'}")
    await lab.look()
    body = (await get("/?place=rostock"))[2].decode()
    places = re.findall(
        r'<option dir="auto"( selected)?>([^<]+)</option>', body.partition('name="place"')[2].partition("</select>")[0]
    )
    assert places == [
        ("", "Cambridge, MA, USA"),
        ("", "Cambridge, UK"),
        ("", "Jena"),
        (" selected", "Rostock"),
        ("", "Tübingen"),
    ]
    assert re.findall(r'/postings/([a-z])"', body.partition("lately")[0]) == ["a", "b", "e"]
    elsewhere = (await get("/?place=Atlantis"))[2].decode()
    assert '<option dir="auto" selected>Atlantis</option>' in elsewhere, "what is asked for shows"


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/postings/owls/", "/x/postings/owls"),
        ("/postings/owls/?utm_source=a&b=%20", "/x/postings/owls?utm_source=a&b=%20"),
        ("/postings/mice/?c", "/x/postings/bats?c"),
        ("/postings/owls.ics/", "/x/postings/owls.ics"),
        ("/postings/owls//", "/x/postings/owls"),
        ("/calendar.ics/?q=phd", "/x/calendar.ics?q=phd"),
        ("/feed.atom/", "/x/feed.atom"),
        ("/embed/", "/x/embed"),
        ("/board.css/", "/x/board.css"),
    ],
)
async def test_a_slash_too_many_leads_on(get, path, where):
    status, headers, _ = await get(path)
    assert (status, headers["Location"]) == (308, where)


@pytest.mark.parametrize(
    "path", ["/", "/postings/owls", "/calendar.ics", "/feed.json", "/postings.json", "/board.css", "/nothing"]
)
async def test_who_takes_gzip_gets_it_with_a_tag_of_its_own(get, client, path):
    _, plain, body = await get(path, Accept_Encoding="identity")
    async with client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"}) as answer:
        packed = answer.headers
        assert packed["Content-Encoding"] == "gzip"
        assert await answer.read() == body, "as the client has unpacked it"
        assert int(packed["Content-Length"]) < len(body)
    for headers in (plain, packed):
        assert "Accept-Encoding" in headers["Vary"]
    if path == "/nothing":
        return
    assert packed["ETag"] != plain["ETag"]
    for accepted, own, other in (("gzip", packed, plain), ("identity", plain, packed)):
        status, again, body = await get(path, Accept_Encoding=accepted, If_None_Match=f"W/{own['ETag']}")
        assert (status, again["ETag"], body) == (304, own["ETag"], b"")
        assert "Content-Encoding" not in again
        assert (await get(path, Accept_Encoding=accepted, If_None_Match=other["ETag"]))[0] == 200


@pytest.mark.parametrize(
    ("accepted", "is_taken"),
    [
        (["gzip"], True),
        (["GZIP;Q=0.1"], True),
        (["x-gzip"], True),
        (["deflate, *"], True),
        (["br"], False),
        ([], False),
        ([""], False),
        (["gzip;q=0"], False),
        (["*;q=0"], False),
        (["gzip;q=0, *"], False),
        (["gzip;q=0.2, identity;q=0.5"], False),
        (["br", "gzip"], True),
        (["gzip;q=nonsense"], True),
        (["x" * 9000 + ", gzip"], False),
    ],
)
def test_whether_gzip_is_taken(accepted, is_taken):
    assert takes_gzip(accepted) is is_taken


async def test_a_picture_and_what_is_tiny_are_sent_as_they_are(get):
    for path in ("/postings/owls.png", "/robots.txt"):
        assert "Content-Encoding" not in (await get(path, Accept_Encoding="gzip"))[1]


async def test_text_has_the_direction_of_its_own_letters(lab, get):
    title = "דוקטורט בלמידת מכונה (PhD)"
    text = {
        "title": title,
        "role": "phd",
        "location": "תל אביב, ישראל",
        "summary": "אבג.",
        "description": "דהו.\n\nabc",
    }
    lab.write("he", json.dumps({**text, "group": "קבוצה"}, ensure_ascii=False))
    await lab.look()
    page = (await get("/postings/he"))[2].decode()
    for piece in (
        f'<h1 dir="auto">{title}</h1>',
        "<bdi>קבוצה</bdi>",
        '<div class="summary"><p dir="auto">אבג.</p></div>',
        '<p dir="auto">דהו.</p>',
        '<p dir="auto">abc</p>',
        '<dd dir="auto">תל אביב',
    ):
        assert piece in page
    assert f'<h2 dir="auto"><a href="/x/postings/he">{title}</a>' in (await get("/"))[2].decode()


async def test_a_row_says_what_it_pays_how_much_and_how_it_begins(lab, get):
    more = "pay: TV-L E13, fte: 65, workplace: hybrid, summary: 'You work with Dr. Owl, e.g. at night. Then sleep.'"
    lab.write("a", f"{{title: A, role: phd, {more}}}")
    lab.write("b", "title: B\nrole: phd\ndescription: |\n  Count mice! They are many.\n")
    await lab.look()
    page = (await get("/"))[2].decode()
    assert "<bdi>TV-L E13</bdi> · <bdi>65 % of full time</bdi> · <bdi>hybrid</bdi>" in page
    assert '<p class="first" dir="auto">You work with Dr. Owl, e.g. at night.</p>' in page
    assert '<p class="first" dir="auto">Count mice!</p>' in page
    german = (await get("/", Accept_Language="de"))[2].decode()
    assert "65 % der vollen Arbeitszeit" in german


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/postings/../../../etc/passwd",
        "/postings/..%2f..%2fconfig.yaml",
        "/postings/%2e%2e%2fowls",
        "/postings/owls%00.png",
        "/postings/owls.exe",
        "/postings/OWLS",
        "/postings/%ff%fe",
        "/postings/" + "a" * 3000,
        "/static/board.css",
        "/board.css/../board.css/x",
        "/x//evil.example/",
        "/%0d%0aSet-Cookie:%20x=1",
    ],
)
async def test_paths_that_lead_nowhere_give_a_page_that_helps(get, path):
    status, headers, body = await get(path)
    assert status == 404
    assert "Set-Cookie" not in headers
    assert b"There is no such page" in body
    assert b"root:" not in body


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%ff",
        "q=" + "x" * 7000,
        "page=-1",
        "page=" + "9" * 500,
        "q[]=1&q=phd&&&=",
        "role=%0d%0a",
        "place=%F0%9F%A6%89",
    ],
)
async def test_whatever_is_asked_is_answered(get, query):
    for path in ("/", "/embed", "/feed.atom", "/postings.json"):
        assert (await get(f"{path}?{query}"))[0] == 200


async def test_odd_requests_are_answered_without_harm(lab, get, raw):
    assert (await get("/board.css", Range="bytes=999999-5"))[0] == 200
    assert (await get("/", If_None_Match="*"))[0] == 304
    assert (await get("/", If_Modified_Since="yesterday"))[0] == 200
    for sent, status in (
        (b"GET /" + b"?q=" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /?q=\xff\xed\xa0\x80&place=\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /calendar.ics?q=%ff%ed%a0%80&tag=%ed%a0%80 HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", b"405"),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
    ):
        async with raw() as (reader, writer):
            writer.write(sent)
            async with asyncio.timeout(20):
                assert status in await reader.readline()
    assert (await get("/"))[0] == 200
    assert lab.task.done() is False


async def test_a_crowd_is_answered_while_a_feed_is_made(lab, get):
    for number in range(300):
        lab.write(f"post-{number}", OWLS.replace("PhD with owls", f"Position {number}"))
    await lab.look()
    answers = await asyncio.gather(*(get(path) for path in ("/", "/feed.atom", "/calendar.ics", "/?q=phd") * 10))
    assert {status for status, *_ in answers} == {200}
    assert len({body for _, _, body in answers}) == 4
    assert len(answers[0][2]) < 100_000
    assert b"1 / 7" in answers[0][2]


async def test_hostile_text_is_text_everywhere(lab, get):
    evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"
    fields = dict.fromkeys(("title", "group", "summary"), evil)
    more = {"role": "phd", "location": f"{evil}, Germany", "apply": "javascript:alert(1)", "tags": [evil]}
    text = json.dumps({**fields, **more, "description": f"{evil}\n\n[x](javascript:alert(1))"})
    lab.write("evil", text)
    await lab.look()
    for path in ("/", "/embed", "/postings/evil", f"/?q={quote(evil)}&place={quote(evil)}", "/feed.atom"):
        body = (await get(path))[2].decode()
        assert "<script>alert" not in body
        assert "<img" not in body
        assert 'href="javascript' not in body


def links(body):
    return re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]*)</a>', body.decode())


async def test_addresses_are_links_and_what_is_a_link_already_is_none_once_more(get, lab):
    lab.write("voles", "title: Voles\nrole: phd\napply: MAILTO:jobs@l.example?subject=PhD%20Voles&bcc=x@y.example\n")
    lab.write(
        "shrews",
        "title: Shrews\nrole: phd\napply: https://l.example/apply or jobs@l.example\n"
        "summary: Questions to <ask@l.example>.\n"
        "contact: {name: Office, email: 'MAILTO:office@l.example?cc=x@y.example'}\n"
        "description: |\n  Write to [us](mailto:us@l.example?bcc=x@y.example), or see `https://l.example/code`,\n"
        "  https://l.example/_more_/. <!-- up to E14 -->\n",
    )
    await lab.look()
    _, _, body = await get("/postings/voles")
    mail = ("mailto:jobs@l.example?subject=PhD%20Voles", "Apply")
    assert [mail, (mail[0], "jobs@l.example")] == [link for link in links(body) if "mailto" in link[0]]
    _, _, body = await get("/postings/shrews")
    assert [link for link in links(body) if "l.example" in link[0] and "/x/" not in link[0]] == [
        ("https://l.example/apply", "Apply"),
        ("mailto:ask@l.example", "ask@l.example"),
        ("https://l.example/apply", "https://l.example/apply"),
        ("mailto:jobs@l.example", "jobs@l.example"),
        ("mailto:office@l.example", "office@l.example"),
        ("mailto:us@l.example", "us"),
        ("https://l.example/_more_/", "https://l.example/_more_/"),
    ]
    _, _, body = await get("/postings.json")
    listed = {one["id"]: one for one in json.loads(body)["postings"]}
    assert listed["voles"]["apply"] == "jobs@l.example"
    assert listed["shrews"]["contact"]["email"] == "office@l.example"
    for path in ("/postings/shrews", "/feed.atom", "/feed.json", "/postings.json", "/calendar.ics"):
        _, _, body = await get(path)
        assert b"E14" not in body
        assert b"bcc=" not in body or path == "/postings.json"  # there, a description is Markdown as it was written


async def test_a_deleted_copy_does_not_stand_as_closed_beside_what_it_was_a_copy_of(get, lab):
    lab.write("voles", "{title: Voles, role: phd, group: Owl Lab}")
    lab.write("copy", "{title: Voles, role: phd, group: Owl Lab}")
    lab.write("others", "{title: Voles, role: phd, group: Another Lab}")
    await lab.look()
    for name in ("copy", "others"):
        (lab.folder / "postings" / f"{name}.yaml").unlink()
    await lab.look()
    _, _, body = await get("/")
    assert [name for name in ("voles", "copy", "others") if f"/x/postings/{name}".encode() in body] == [
        "voles",
        "others",
    ]
    (lab.folder / "postings" / "voles.yaml").unlink()
    await lab.look()
    _, _, body = await get("/")
    assert b"/x/postings/copy" in body


# --- Questions in the search field


UNDERSTOOD = re.compile(r'<p class="understood" dir="auto">(.*?)</p>', re.DOTALL)


@pytest.mark.parametrize(
    ("text", "language", "labels"),
    [
        ("phd deadlines in June", "en", ["PhD", "deadline 1–30 Jun 2027"]),
        ("Promotion mit Frist im Juni", "de", ["Promotion", "Frist 1.–30. Juni 2027"]),
        ("blorb", "en", ["“blorb”", "No position has “blorb”."]),
        ("phd by 05/06/2027", "en", ["PhD", "I left it out. Which is meant?"]),
        ("not a postdoc", "en", ["without Postdoc"]),
    ],
)
async def test_the_board_says_how_a_question_was_understood(get, text, language, labels):
    page = (await get(f"/?q={quote(text)}", Accept_Language=language))[2].decode()
    told = re.sub(r"<[^>]*>", "", " ".join(UNDERSTOOD.findall(page)))
    for label in labels:
        assert label in told


async def test_a_link_takes_a_part_of_the_question_away_and_the_rest_stays(get):
    page = (await get("/?q=phd+without+German+in+June&tag=night"))[2].decode()
    (told,) = UNDERSTOOD.findall(page)
    addresses = [unescape(one) for one in re.findall(r'href="([^"]*)"', told)]
    assert len(addresses) == 3
    assert all(one.startswith("/x/?q=") and one.endswith("&tag=night") for one in addresses)
    assert not [one for one in addresses if "phd" in one and "german" in one and "deadline" in one]
    again = (await get(addresses[0].removeprefix("/x")))[2].decode()
    assert "PhD" not in re.sub(r"<[^>]*>", "", UNDERSTOOD.findall(again)[0])


@pytest.mark.parametrize(("text", "ids"), [("closing in June", ["owls"]), ("Fristen im Mai", ["toads"])])
async def test_days_are_understood_in_the_field_in_feeds_and_calendars(lab, get, text, ids):
    lab.write("toads", "{title: Toads, role: [phd, thesis], deadline: 2027-05-20}")
    await lab.look()
    asked = quote(text)
    page = (await get(f"/?q={asked}"))[2].decode()
    assert re.findall(r'href="/x/postings/(\w+)"', page) == ids
    assert [one["id"] for one in json.loads((await get(f"/postings.json?q={asked}"))[2])["postings"]] == ids
    title = {"owls": "PhD with owls", "toads": "Toads"}
    for path in ("/feed.atom", "/feed.json", "/calendar.ics"):
        body = (await get(f"{path}?q={asked}"))[2].decode()
        assert {name for name in title if title[name] in body} == set(ids), path


async def test_a_board_of_which_nothing_is_asked_has_no_such_line(get):
    assert not UNDERSTOOD.findall((await get("/"))[2].decode())
    assert not UNDERSTOOD.findall((await get("/?tag=night"))[2].decode())
