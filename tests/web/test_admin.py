"""`/timeline` and `/preview/ID`: what they show, and to whom."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.app import private_addresses
from bot.config import read
from bot.pictures.markup import Page, element
from bot.web import Listener, admin
from tests.core.build import instant
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
    assert admin.is_loopback(listen) is is_it


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
async def served(listen, sights):
    task = asyncio.create_task(admin.serve(Listener(), listen, sights))
    await listening(listen)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("served")
async def test_both_are_there(client):
    async with client.get("/timeline") as answer:
        assert (answer.status, "a picture" in await answer.text()) == (200, True)
    async with client.get("/preview/phd-owls") as answer:
        assert (answer.status, answer.headers["Server"]) == (200, "callboard")
    for path in ("/preview", "/preview/"):
        async with client.get(path) as answer:
            assert (answer.status, "all postings" in await answer.text()) == (200, True)
    async with client.get("/preview/../timeline", allow_redirects=False) as answer:
        assert answer.status == 200  # the client itself has shortened the path
    async with client.get("/preview/a/b") as answer:
        assert answer.status == 404
    async with client.post("/timeline") as answer:
        assert answer.status == 405


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("path", ["/timeline", "/preview/phd-owls", "/preview", "/preview/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "jobs.lab.example"},
        {"Host": "127.0.0.1.lab.example:8080"},
        {"Host": "["},
        {"Host": ""},
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
    ],
)
async def test_who_comes_by_another_name_or_through_a_web_server_sees_nothing(client, sights, path, headers):
    async with client.get(path, headers=headers) as answer:
        assert answer.status == (400 if headers.get("Host") in {"[", ""} else 403)
        assert "picture" not in await answer.text()
    assert sights.asked == []


@pytest.mark.usefixtures("served")
async def test_localhost_is_this_machine_too(client, listen):
    async with client.get("/timeline", headers={"Host": f"localhost:{listen.rpartition(':')[2]}"}) as answer:
        assert answer.status == 200
