"""`/timeline`, `/drafts` and `/preview/ID`: what they show, and to whom."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.app.outside import handed_on, private_addresses
from bot.config import read
from bot.domain.site import is_loopback
from bot.inspect import pages as admin
from bot.pictures.markup import Page, element
from bot.web import Listener
from bot.web.access import Key
from tests.domain.build import instant
from tests.listening import listening

WEBHOOK = (
    "platforms: {telegram: {token: '1:x', webhook: {url: https://x.example/h, secret: y, listen: 127.0.0.1:9090}}}"
)
CHAT = "platforms: {web: {listen: 127.0.0.1:9091}}"
NOW = instant("2027-04-15 13:00")


class Sights:
    def __init__(self):
        self.asked = []

    def now(self):
        return NOW

    async def timeline(self, start, end):
        self.asked.append((start, end))
        return Page("T", "p{}", element("main", "a picture"))

    async def preview(self, name):
        self.asked.append(name)
        return Page("P", "p{}", element("main", f"how {name} looks")) if name == "phd-owls" else None

    async def drafts(self):
        return Page("D", "p{}", element("main", "what waits"))

    async def sources(self):
        return Page("S", "p{}", element("main", "what is read"))

    def previews(self):
        return Page("A", "p{}", element("main", "all postings"))


@pytest.fixture
def sights():
    return Sights()


async def timeline(sights, query=""):
    return await admin.show_timeline(make_mocked_request("GET", f"/timeline{query}"), sights)


async def test_it_shows_two_weeks_back_and_a_month_ahead(sights):
    answer = await timeline(sights)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "a picture" in answer.text
    assert sights.asked == [(NOW - timedelta(days=14), NOW + timedelta(days=30))]


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("?from=2027-04-01&to=2027-04-03T12:00", "2027-04-01 00:00", "2027-04-03 12:00"),
        ("?from=2027-04-01T02:00%2B02:00", "2027-04-01 00:00", "2027-05-15 13:00"),
        ("?from=2027-06-01", "2027-06-01 00:00", "2027-07-01 00:00"),
        ("?to=2027-03-20", "2027-03-06 00:00", "2027-03-20 00:00"),
        ("?from=&to=&more=1", "2027-04-01 13:00", "2027-05-15 13:00"),
    ],
)
async def test_a_span_can_be_asked_for(sights, query, start, end):
    assert (await timeline(sights, query)).status == 200
    assert sights.asked == [(instant(start), instant(end))]


@pytest.mark.parametrize(
    "query",
    ["?from=yesterday", "?from=2027-04-01&to=2027-03-01", "?from=1970-01-02&to=2990-01-01", "?to=%00%ff", "?from=0"],
)
async def test_a_span_that_is_none_is_refused_in_words(sights, query):
    answer = await timeline(sights, query)
    assert (answer.status, answer.content_type) == (400, "text/plain")
    assert sights.asked == []


async def test_a_preview_is_asked_for_by_id(sights):
    answer = await admin.show_preview(make_mocked_request("GET", "/preview/phd-owls"), sights)
    assert (answer.status, "how phd-owls looks" in answer.text) == (200, True)


@pytest.mark.parametrize("name", ["phd-newts", "../secret", "PHD", "%2e%2e%2fx", "a" * 500, "a/b", "<script>"])
async def test_what_is_no_posting_is_not_found_and_not_repeated(sights, name):
    answer = await admin.show_preview(make_mocked_request("GET", f"/preview/{name}"), sights)
    assert (answer.status, answer.content_type) == (404, "text/plain")
    assert "script" not in answer.text


async def test_every_answer_has_headers_that_allow_nothing(sights):
    shown = await timeline(sights)
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert shown.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    for answer in (shown, await timeline(sights, "?from=x")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("listen", "is_it"),
    [
        ("127.0.0.1:8080", True),
        ("127.9.9.9:1", True),
        ("[::1]:8080", True),
        ("localhost:80", True),
        ("0.0.0.0:8080", False),
        ("[::]:8080", False),
        ("10.0.0.1:8080", False),
        ("jobs.lab.example:80", False),
        ("localhost.lab.example:80", False),
        (":0", False),
    ],
)
def test_only_this_machine_can_come_to_a_loopback_address(listen, is_it):
    assert is_loopback(listen) is is_it


@pytest.mark.parametrize(
    ("known", "public", "found"),
    [
        (["127.0.0.1:9090"], {"127.0.0.1:8080"}, ["127.0.0.1:9090"]),
        (["0.0.0.0:9090"], {"127.0.0.1:8080"}, []),
        (["127.0.0.1:8080"], {"127.0.0.1:8080"}, []),
        ([None, "127.0.0.1:8080"], set(), ["127.0.0.1:8080"]),
        (["127.0.0.1:9090", "127.0.0.1:9090", "[::1]:7"], {"0.0.0.0:80"}, ["127.0.0.1:9090", "[::1]:7"]),
    ],
)
def test_it_is_served_on_loopback_and_never_where_the_public_comes_in(known, public, found):
    assert admin.addresses(known, public) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web: {base_url: https://jobs.lab.example}", {"127.0.0.1:8080"}),
        ("web: {base_url: http://127.0.0.1:8080}", set()),
        ("web: {base_url: http://localhost:8080}", set()),
        ("web: {}", set()),
        ("platforms: {web: {}}", set()),
        ("platforms: {slack: {bot_token: xoxb-x, signing_secret: y, mode: http}}", {"127.0.0.1:3000"}),
        (WEBHOOK, {"127.0.0.1:9090"}),
    ],
)
def test_a_config_says_to_which_address_a_web_server_hands_on_the_world(tmp_path, text, found):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text(f"registry: postings\n{text}\n")
    assert handed_on(read(tmp_path / "config.yaml")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web: {health: 127.0.0.1:9090}", ["127.0.0.1:9090"]),
        ("web: {}", []),
        ("web: {health: 127.0.0.1:8080}", []),
        ("web: {health: 0.0.0.0:9090}", []),
        ("web: {health: 127.0.0.1:3000}\nplatforms: {slack: {bot_token: xoxb-x, signing_secret: y, mode: http}}", []),
        (f"web: {{health: 127.0.0.1:9090}}\n{WEBHOOK}", []),
        ("platforms: {web: {}}", ["127.0.0.1:8080"]),
        ("platforms: {web: {listen: 0.0.0.0:8080}}", []),
        (f"web: {{health: 127.0.0.1:9090}}\n{CHAT}", ["127.0.0.1:9090", "127.0.0.1:9091"]),
        ("", []),
    ],
)
def test_a_config_says_where_only_this_machine_comes_in(tmp_path, text, found):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text(f"registry: postings\n{text}\n")
    assert private_addresses(read(tmp_path / "config.yaml")) == found


@pytest.fixture
async def key(listen, sights):
    """What opens the pages that are served."""
    doors = Listener()
    task = asyncio.create_task(admin.serve(doors, listen, sights))
    await listening(listen)
    yield doors.key.link("", "").rpartition("=")[2]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def owner(client, key):
    """The browser of whoever runs the bot: it has opened the link that the log prints."""
    async with client.get("/timeline", params={"key": key}) as answer:
        assert answer.status == 200
    client.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]  # aiohttp keeps none of an IP address
    return client


async def test_all_are_there(owner):
    async with owner.get("/timeline") as answer:
        assert (answer.status, "a picture" in await answer.text()) == (200, True)
    async with owner.get("/sources") as answer:
        assert (answer.status, "what is read" in await answer.text()) == (200, True)
    async with owner.get("/drafts") as answer:
        assert (answer.status, "what waits" in await answer.text()) == (200, True)
    async with owner.get("/preview/phd-owls") as answer:
        assert (answer.status, answer.headers["Server"]) == (200, "callboard")
    for path in ("/preview", "/preview/"):
        async with owner.get(path) as answer:
            assert (answer.status, "all postings" in await answer.text()) == (200, True)
    async with owner.get("/preview/../timeline", allow_redirects=False) as answer:
        assert answer.status == 200  # the client itself has shortened the path
    async with owner.get("/preview/a/b") as answer:
        assert answer.status == 404
    async with owner.post("/timeline") as answer:
        assert answer.status == 405


PAGES = ("/timeline", "/preview/phd-owls", "/preview", "/preview/", "/preview/phd-owls/board")
MARKS = {
    "X-Forwarded-For": "203.0.113.7",
    "x-forwarded-proto": "https",
    "X-Forwarded-Anything-New": "1",
    "Forwarded": "for=203.0.113.7",
    "Via": "1.1 proxy.lab.example",
    "X-Real-IP": "203.0.113.7",
    "True-Client-IP": "203.0.113.7",
    "CF-Connecting-IP": "203.0.113.7",
    "X-Envoy-External-Address": "203.0.113.7",
    "X-Original-URI": "/timeline",
}


@pytest.mark.parametrize("path", PAGES)
async def test_who_comes_by_another_name_or_through_a_web_server_sees_nothing(client, owner, key, sights, path):
    sights.asked.clear()
    names = ("jobs.lab.example", "127.0.0.1.lab.example:8080", "localhost.lab.example", "[", "")
    for headers in (*({"Host": name} for name in names), *({name: value} for name, value in MARKS.items())):
        for query in ("", f"?key={key}"):
            async with owner.get(f"{path}{query}", headers=headers) as answer:
                assert answer.status == (400 if headers.get("Host") in {"[", ""} else 403), headers
                assert "picture" not in await answer.text()
                assert "Set-Cookie" not in answer.headers or "Host" in headers
    assert sights.asked == []


@pytest.mark.parametrize("path", PAGES)
async def test_http_1_0_is_spoken_by_web_servers_alone(raw, key, sights, path):
    async with raw() as (reader, writer):
        writer.write(f"GET {path}?key={key} HTTP/1.0\r\nHost: 127.0.0.1:9090\r\n\r\n".encode())
        assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.0 403 ")
    assert sights.asked == []


@pytest.mark.parametrize("path", PAGES)
async def test_whoever_has_not_the_key_sees_nothing(client, key, sights, path):
    wrong = ["", key[:-1], key + "x", key.swapcase(), "é", "a" * 5000]
    for one in wrong:
        async with client.get(path, params={"key": one}) as answer:
            assert answer.status == 403
            assert "by the link that the log prints" in await answer.text()
            assert "Set-Cookie" not in answer.headers
        if one.isascii():
            async with client.get(path, headers={"Cookie": f"callboard-8080={one}"}) as answer:
                assert answer.status == 403
    for cookie in (f"other={key}", key, f'"{key}"', f"callboard={key}", "callboard-1=;=;", "\\"):
        async with client.get(path, headers={"Cookie": cookie}) as answer:
            assert answer.status == 403, cookie
    assert sights.asked == []


BY_A_BROWSER = {"Sec-Fetch-Mode": "navigate"}


async def test_the_key_stays_in_a_cookie_that_no_script_and_no_other_site_gets(client, key, listen):
    asked = client.get(f"/timeline?from=2027-04-01&key={key}", headers=BY_A_BROWSER, allow_redirects=False)
    async with asked as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/timeline?from=2027-04-01", "a browser's history does not have it"
        name, *rest = answer.headers["Set-Cookie"].split("; ")
    assert name == f"callboard-{listen.rpartition(':')[2]}={key}"
    assert set(rest) == {"Path=/", "HttpOnly", "SameSite=Strict"}
    cookies = {"Cookie": f"theme=dark; {name}; callboard-1=other"}
    async with client.get("/timeline", headers=cookies) as answer:
        assert (answer.status, "a picture" in await answer.text()) == (200, True)


async def test_the_link_leads_to_no_other_site(raw, key):
    for path in (
        "//evil.example/",
        "/nowhere",
        "//evil.example/timeline",
        "/\\evil.example",
        "http://evil.example/timeline",
    ):
        async with raw() as (reader, writer):
            head = f"GET {path}?key={key} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Mode: navigate\r\nConnection: close"
            writer.write(f"{head}\r\n\r\n".encode())
            answer = (await asyncio.wait_for(reader.read(), 20)).decode()
        assert "Location: http" not in answer
        assert "Location: //" not in answer


def test_a_key_is_new_each_time_and_is_not_shown_by_accident():
    assert Key().link("", "") != Key().link("", "")
    key = Key()
    assert key.link("", "").rpartition("=")[2] not in f"{key!r}{key}"
    assert len(key.link("", "").rpartition("=")[2]) >= 32


async def test_what_looks_the_same_for_everybody_needs_no_key(client, key):
    for name in ("board.css", "icon.svg"):
        async with client.get(f"/preview/{name}") as answer:
            assert answer.status == 200


async def test_localhost_is_this_machine_too(owner, listen):
    async with owner.get("/timeline", headers={"Host": f"localhost:{listen.rpartition(':')[2]}"}) as answer:
        assert answer.status == 200


async def test_the_key_is_in_no_line_of_the_log_but_its_own(owner, key, sights, caplog):
    caplog.set_level("DEBUG", "callboard")

    async def fail(*_):
        raise ValueError("the disk is gone")

    sights.timeline = fail
    async with owner.get(f"/timeline?key={key}") as answer:
        assert answer.status == 500
    async with owner.get(f"/timeline?key={key}", headers={"Origin": "http://["}) as answer:
        assert answer.status == 400
    assert "GET /timeline could not be answered: ValueError('the disk is gone')" in caplog.text
    assert [record.name for record in caplog.records if key in record.getMessage()] == []
