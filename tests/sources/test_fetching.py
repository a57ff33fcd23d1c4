"""Asking other servers: what a hostile one may send, and where a request must never go."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.sources import fetching
from bot.sources.addresses import CheckedResolver, RefusedError, is_allowed
from bot.sources.base import SourceError
from bot.sources.fetching import Fetcher, decoded

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Clock:
    def __init__(self) -> None:
        self.now = datetime(2027, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def _server(**answers: Answer) -> AsyncIterator[str]:
    app = web.Application()
    for name, answer in answers.items():
        app.router.add_route("*", f"/{name.replace('_', '.')}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _says(text: str, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "224.0.0.1",
        "nonsense",
    ],
)
def test_private_addresses_are_not_asked(address: str) -> None:
    assert not is_allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_of_the_world_are(address: str) -> None:
    assert is_allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_link_local_ones_are_never_asked(address: str) -> None:
    assert not is_allowed(address, allow_private=True)
    assert is_allowed("127.0.0.1", allow_private=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
async def test_a_name_that_leads_into_the_own_network_is_refused_before_a_connection(host: str) -> None:
    async with Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match=r"private network|cannot be reached"):
            await fetcher.get(f"http://{host}:9/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://lab.example/", "http://a:b@lab.example/", "http://"])
async def test_other_addresses_are_none(url: str) -> None:
    async with Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError) as told:
            await fetcher.get(url)
    assert "a:b" not in str(told.value)


async def test_a_redirect_to_a_link_local_address_is_refused() -> None:
    async def away(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})

    async with _server(page=away) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="private network"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_redirects_have_an_end() -> None:
    async def again(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": str(request.url)})

    async with _server(page=again) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="redirects more than 5 times"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_a_small_body_that_grows_is_stopped() -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024))

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with _server(page=answer) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="larger than 10 MB"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_a_body_that_never_ends_takes_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.2)
    waiting = asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<html>")
        await waiting.wait()
        return response

    async with _server(page=drip) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="took longer"):
            await fetcher.get(f"{url}/page", allow_private=True)
        waiting.set()


async def test_what_breaks_off_is_no_page() -> None:
    whole = gzip.compress(b"x" * 1000)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=whole[:-12], headers={"Content-Encoding": "gzip"})

    async with _server(page=answer) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="breaks off"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_robots_are_obeyed() -> None:
    rules = "User-agent: *\nDisallow: /page\n"
    site = _server(page=_says("x"), robots_txt=_says(rules))
    async with site as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match=r"robots\.txt"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_robots_that_cannot_be_read_forbid_all() -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=500)

    async with _server(page=_says("x"), robots_txt=broken) as url, Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match=r"robots\.txt answers 500"):
            await fetcher.get(f"{url}/page", allow_private=True)


async def test_what_has_not_changed_is_not_sent_again() -> None:
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match"))
        return web.Response(status=304) if asked[-1] else web.Response(text="page", headers={"ETag": '"1"'})

    async with _server(page=answer) as url, Fetcher(_Clock()) as fetcher:
        assert [(await fetcher.get(f"{url}/page", allow_private=True)).text for _ in range(2)] == ["page", "page"]
    assert asked == [None, '"1"']


async def test_who_is_told_to_wait_does_not_ask_before() -> None:
    asked = 0

    async def busy(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=429, headers={"Retry-After": "120"})

    clock = _Clock()
    async with _server(page=busy) as url, Fetcher(clock) as fetcher:
        for _ in range(2):
            with pytest.raises(SourceError):
                await fetcher.get(f"{url}/page", allow_private=True)
        assert asked == 1
        clock.now += timedelta(seconds=121)
        with pytest.raises(SourceError):
            await fetcher.get(f"{url}/page", allow_private=True)
        assert asked == 2


async def test_one_request_at_a_time_goes_to_a_host() -> None:
    running = most = 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return web.Response(text="x")

    async with _server(page=answer) as url, Fetcher(_Clock()) as fetcher:
        await asyncio.gather(*(fetcher.get(f"{url}/page", allow_private=True) for _ in range(5)))
    assert most == 1


async def test_of_many_hosts_those_are_forgotten_that_nobody_asks_and_none_that_wants_peace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "_MOST_HOSTS", 2)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="x")

    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "600"})

    async with (
        _server(page=answer) as one,
        _server(page=answer) as two,
        _server(page=refuse) as three,
        Fetcher(_Clock()) as fetcher,
    ):
        with pytest.raises(SourceError, match="429"):
            await fetcher.get(f"{three}/page", allow_private=True)
        for url in (one, two, one, two):
            await fetcher.get(f"{url}/page", allow_private=True)
            assert len(fetcher._hosts) <= 2
        with pytest.raises(SourceError, match="left alone"):
            await fetcher.get(f"{three}/page", allow_private=True)


async def test_whose_turn_comes_late_has_all_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.1)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="x")

    async with _server(page=answer) as url, Fetcher(_Clock()) as fetcher:
        await fetcher.get(f"{url}/page", allow_private=True)
        [host] = fetcher._hosts.values()
        async with host.lock:  # as while somebody else's slow page comes
            waiting = asyncio.create_task(fetcher.get(f"{url}/page", allow_private=True))
            assert await asyncio.wait({waiting}, timeout=0.2) == (set(), {waiting})
        assert (await waiting).data == b"x"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("Tübingen".encode(), "text/html"),
        ("Tübingen".encode("latin-1"), "text/html; charset=iso-8859-1"),
        ("Tübingen".encode("latin-1"), "text/html; charset=utf-8"),
        ("Tübingen".encode("latin-1"), "text/html; charset=nonsense"),
        ('<meta charset="iso-8859-1">Tübingen'.encode("latin-1"), ""),
        ("Tübingen".encode("utf-16"), "text/html; charset=utf-8"),
        ("Tübingen".encode("utf-8-sig"), ""),
    ],
)
def test_wrong_encodings_are_read_all_the_same(data: bytes, content_type: str) -> None:
    assert decoded(data, content_type).endswith("Tübingen")


def _names(*answers: list[str]) -> Callable[..., Awaitable[list[object]]]:
    """A resolver of names that says something else each time."""
    told = iter(answers)

    async def resolve(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in next(told)]

    return resolve


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]])
async def test_a_name_is_refused_when_any_of_its_addresses_is_private(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", _names(addresses))
    async with Fetcher(_Clock()) as fetcher:
        with pytest.raises(SourceError, match="private network"):
            await fetcher.get("http://rebinding.lab.example/page")


async def test_what_was_looked_at_is_what_is_asked_whatever_the_name_says_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", _names(["93.184.216.34"], ["127.0.0.1"]))
    resolver = CheckedResolver(allow_private=False)
    [answer] = await resolver.resolve("rebinding.lab.example", 80)
    assert (answer["host"], answer["flags"] & socket.AI_NUMERICHOST) == ("93.184.216.34", socket.AI_NUMERICHOST)
    with pytest.raises(RefusedError):
        await resolver.resolve("rebinding.lab.example", 80)


async def test_who_may_ask_private_addresses_opens_no_door_for_who_may_not() -> None:
    async with _server(page=_says("x")) as url, Fetcher(_Clock()) as fetcher:
        assert (await fetcher.get(f"{url}/page", allow_private=True)).text == "x"
        for address in (url, url.replace("127.0.0.1", "localhost")):
            with pytest.raises(SourceError, match="private network"):
                await fetcher.get(f"{address}/page")
