"""Headers that make no sense are refused before any part of the bot reads them, and said once."""

import asyncio
import hashlib
import hmac
import logging
import time

import pytest

from tests.web.surfaces import SECRET, SIGNING_SECRET, SLACK, TELEGRAM, surfaces, update


@pytest.fixture
async def site(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with surfaces(tmp_path) as site:
        yield site


async def say(site, method, path, head=(), body=b"", host=True):
    """The status of the answer to a request that no client of ours would send."""
    name, _, port = site.listen.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    lines = [f"{method} {path} HTTP/1.1".encode(), *([b"Host: " + site.listen.encode()] if host else []), *head]
    lines += [b"Connection: close", b"Content-Length: %d" % len(body), b"", body]
    writer.write(b"\r\n".join(lines))
    try:
        line = await asyncio.wait_for(reader.readline(), 20)
        return int(line.split(b" ")[1]) if line else None
    finally:
        writer.close()


ODD = {
    b"Host: [": 400,
    b"Host: ]": 400,
    b"Host: a b": 400,
    b"Host: [::1": 400,
    b"Host: 127.0.0.1:http": 400,
    b"Host: 127.0.0.1:99999999": 400,
    b"Host: user@127.0.0.1": 400,
    b"Host: 127.0.0.1/x": 400,
    b"Host: \xc3\xa4.example": 400,
    b"Host: " + b"a" * 300: 400,
    b"Host:": 400,
    b"Host: a\r\nHost: b": 400,
    b"Origin: http://[": 400,
    b"Origin: http://a b": 400,
    b"Origin: //": 400,
    b"Origin: http://\xff": 400,
    b"Origin: http://a\r\nOrigin: http://b": 400,
    b"Origin: http://[::1": 400,
    b"X-Slack-Request-Timestamp: soon": 401,
    b"X-Slack-Request-Timestamp: -1": 401,
    b"X-Slack-Request-Timestamp: 1e9": 401,
    b"X-Slack-Request-Timestamp: 1.5": 401,
    b"X-Slack-Request-Timestamp:": 401,
    b"X-Slack-Request-Timestamp: " + b"9" * 5000: 401,
    "X-Slack-Request-Timestamp: ١٢٣".encode(): 401,
    b"X-Slack-Signature: \xc3\xa4\xff": 401,
    b"X-Slack-Signature: v0=": 401,
    b"X-Slack-Signature: " + b"v" * 7000: 401,
    b"X-Telegram-Bot-Api-Secret-Token: \xc3\xa4": 401,
    b"X-Telegram-Bot-Api-Secret-Token: " + b"a" * 300: 401,
    b"X-Anything: a\x01b": 400,
    b"Cookie: a=\x1b[31m": 400,
    b"X-Anything: a\x00b": 400,
    b"X-Anything: " + b"a" * 9000: 400,
}


async def test_they_are_refused_everywhere_and_said_once(site, caplog):
    for header, status in ODD.items():
        for method, path in site.paths:
            given = await say(site, method, path, [header], host=not header.startswith(b"Host"))
            assert given in {status, 400}, (header, method, path)
    lines = [record.message for record in caplog.records if "makes no sense" in record.message]
    assert len(lines) == len(set(lines)) <= 7, "one a header"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert site.answers.heard == site.updates == []


async def test_a_request_must_say_for_whom_it_is(site):
    assert await say(site, "GET", "/", host=False) == 400


VALUES = (
    *(b"", b"[", b"-1", b'"', b"W/", b"q=;,=" * 300, b'"' * 500, b"9" * 6000, b"%ff%00"),
    *(b"\xff\xfe", b"\xf0\x9f\x92\xa5" * 100),
)
NAMES = (
    *(b"Accept-Language", b"Accept-Encoding", b"If-None-Match", b"If-Modified-Since", b"Cookie", b"Content-Type"),
    *(b"Sec-Fetch-Site", b"Range", b"Referer", b"User-Agent", b"X-Forwarded-For", b"Forwarded", b"Expect"),
)


async def test_no_value_of_a_header_that_anybody_may_send_is_a_fault_of_ours(site, caplog):
    for name in NAMES:
        for value in VALUES:
            for method, path in site.paths:
                assert await say(site, method, path, [name + b": " + value]) < 500, (name, value, method, path)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


PATHS = (
    *("/%", "/%ff", "/%00", "//", "/..", "/postings/%ff", "/postings/../..", "/chat/%2e%2e", "*", "http://[/"),
    *("/?q=%ff&%00", "/?" + "a&" * 3000, "/feed.json?q=%00", "/timeline?from=%ff", "/preview/%0aINFO", "/x" * 2000),
)


async def test_no_address_is_a_fault_of_ours(site, caplog):
    for path in PATHS:
        for method in ("GET", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT"):
            given = await say(site, method, path)
            assert given is None or given < 500, (method, path)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


BODIES = (
    *(b"", b"{", b"null", b"[]", b"\xff", b"[" * 50_000, b'{"update_id": "x"}', b'{"text": 5}', b"payload=%7B"),
    *(b"1e999999", b'{"text": "\\ud800"}', b'{"request": "\\u0000"}', b"9" * 10_000, b"payload=%ff", b"ssl_check=1"),
)


async def test_no_body_is_a_fault_of_ours(site, caplog):
    now = int(time.time())
    for body in BODIES:
        signature = hmac.new(SIGNING_SECRET.encode(), b"v0:%d:" % now + body, hashlib.sha256).hexdigest()
        slack = [b"X-Slack-Request-Timestamp: %d" % now, b"X-Slack-Signature: v0=" + signature.encode()]
        for path, head in (
            (SLACK, slack),
            (TELEGRAM, [b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode()]),
            ("/chat/ask", [b"Content-Type: application/json"]),
        ):
            assert await say(site, "POST", path, head, body) < 500, (path, body)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_makes_sense_is_let_in(site):
    assert await say(site, "POST", TELEGRAM, [b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode()], update(7)) == 200
    assert [one["update_id"] for one in site.updates] == [7]
    for host in (b"localhost", b"127.0.0.1:80", b"[::1]:8080", b"jobs.lab-1.example"):
        assert await say(site, "GET", "/", [b"Host: " + host], host=False) == 200
    assert (
        await say(site, "GET", "/robots.txt", [b"Origin: https://www.lab.example", b"Cookie: theme=gr\xc3\xbcn"]) == 200
    )
    assert await say(site, "GET", "/robots.txt", [b"Origin: null"]) == 200
