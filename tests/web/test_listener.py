"""One server for an address: who shares it, what it lets in, and what it says of itself."""

import asyncio
import gzip
import io
import socket
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.base import WebResponse
from bot.web import Listener, listener
from bot.web.guard import Limits


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(listener, "FIRST_WAIT", 0.02)


async def echo(request):
    return WebResponse(200, request.body or b"nothing", {"X-Query": request.query})


async def hello(_):
    return web.Response(text="hello")


async def until(true, seconds=20):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # logs set no event
            await asyncio.sleep(0.005)


async def test_a_part_gets_what_is_posted_to_its_path(client, listen):
    async with Listener().receive(listen, "/a/b", echo, "x"):
        async with client.post("/a/b?c=d&e", data="ä".encode()) as answer:
            assert (answer.status, await answer.text()) == (200, "ä")
            assert answer.headers["X-Query"] == "c=d&e"
        for method, path, status in (
            ("POST", "/", 404),
            ("POST", "/a/b/", 404),
            ("POST", "/a/bc", 404),
            ("GET", "/a/b", 405),
            ("HEAD", "/a/b", 405),
            ("PUT", "/a/b", 405),
        ):
            async with client.request(method, path) as answer:
                assert (answer.status, await answer.read()) == (status, b""), (method, path)
            if status == 405:
                assert answer.headers["Allow"] == "POST"


async def test_parts_share_an_address_and_it_closes_with_the_last(client, listen):
    doors = Listener()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(doors.receive(listen, "/one", echo, "x"))
        async with doors.serve(listen, "GET", "/two", hello, "y"):
            for method, path in (("POST", "/one"), ("GET", "/two"), ("HEAD", "/two")):
                async with client.request(method, path) as answer:
                    assert answer.status == 200
        async with client.get("/two") as answer:
            assert answer.status == 404
        async with client.post("/one") as answer:
            assert answer.status == 200
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post("/one")
    async with doors.receive(listen, "/one", echo, "x"), client.post("/one") as answer:
        assert answer.status == 200


async def test_two_parts_cannot_have_one_path(client, listen):
    doors = Listener()
    async with doors.receive(listen, "/one", echo, "x"), doors.serve(listen, "GET", "/one", hello, "x"):
        with pytest.raises(ValueError, match="two parts want POST /one at 127"):
            async with doors.receive(listen, "/one", echo, "x"):
                pass
        async with client.post("/one") as answer:
            assert answer.status == 200


async def test_a_taken_port_is_waited_for_by_all_who_want_it(client, listen, caplog):
    host, port = listen.split(":")
    doors = Listener()
    entered = asyncio.Event()

    async def wait(path):
        async with doors.receive(listen, path, echo, f"nobody is answered at {path}"):
            await entered.wait()

    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        waiting = [asyncio.create_task(wait(path)) for path in ("/one", "/two", "/three")]
        await until(lambda: "nobody is answered at /one, tried again in 0 s" in caplog.text)
        assert f"{listen}: address already in use" in caplog.text
        waiting[0].cancel()  # the others go on without it
        await asyncio.gather(waiting[0], return_exceptions=True)
        await until(lambda: "nobody is answered at /two" in caplog.text)
    async with asyncio.timeout(20):
        while True:
            try:
                async with client.post("/three") as answer:
                    assert answer.status == 200
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)
    async with client.post("/one") as answer:
        assert answer.status == 404
    entered.set()
    await asyncio.gather(*waiting[1:])
    assert "Traceback" not in caplog.text


async def test_an_unknown_host_is_said_in_words(caplog):
    opening = asyncio.create_task(Listener().receive("no-such-host.invalid:80", "/", echo, "x").__aenter__())
    await until(lambda: "no-such-host.invalid:80: " in caplog.text)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)


@pytest.mark.parametrize("packed", [False, True])
async def test_only_small_requests_are_taken(client, listen, packed):
    got = []

    async def keep(request):
        got.append(len(request.body))
        return WebResponse(200)

    async def post(size):
        data, headers = b"x" * size, {}
        if packed:
            data, headers = gzip.compress(data), {"Content-Encoding": "gzip"}
        async with client.post("/", data=io.BytesIO(data), headers=headers) as answer:
            assert answer.headers["Server"] == "callboard"
            return answer.status

    async with Listener().receive(listen, "/", keep, "x"):
        most = Limits().body_bytes
        assert await post(most) == 200
        assert await post(most + 1) == 413
        assert await post(3) == 200
    assert got == [most, 3]


async def test_people_who_leave_early_are_forgotten(listen, raw, client, caplog):
    async with Listener().receive(listen, "/", echo, "x"):
        for said in (b"", b"POST", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"):
            async with raw() as (_, writer):
                writer.write(said)
                await writer.drain()
        async with client.post("/") as answer:
            assert answer.status == 200
    assert caplog.records == []


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40,
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_learns_nothing(listen, raw, said, caplog):
    async with Listener().receive(listen, "/", echo, "x"), raw() as (reader, writer):
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(), 20)
        assert answer.startswith(b"HTTP/1.") or answer == b""
        assert b" 200 " not in answer
        assert not [word for word in (b"ython", b"aiohttp", b"xxx") if word in answer]
    assert "Traceback" not in caplog.text


async def test_a_bug_shows_in_the_log_and_not_outside(client, listen, caplog):
    async def fail(_):
        raise ValueError("the secret is 1234")

    doors = Listener()
    async with doors.receive(listen, "/", fail, "x"), doors.serve(listen, "GET", "/", hello, "x"):
        async with client.post("/") as answer:
            assert (answer.status, await answer.read()) == (500, b"")
            assert answer.headers["Server"] == "callboard"
        async with client.get("/") as answer:
            assert answer.status == 200
    assert "POST / could not be answered: ValueError(" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_path_may_stand_for_all_below_it(client, listen):
    async def tell(request):
        return web.Response(text=f"below: {request.path}")

    async def exactly(_):
        return web.Response(text="exactly")

    async with AsyncExitStack() as stack:
        at = Listener()
        await stack.enter_async_context(at.serve(listen, "GET", "/*", tell, "x"))
        await stack.enter_async_context(at.serve(listen, "GET", "/one", exactly, "x"))
        await stack.enter_async_context(at.serve(listen, "POST", "/postings/*", exactly, "x"))
        for path, said in [("/", "below: /"), ("/one", "exactly"), ("/one/two", "below: /one/two")]:
            async with client.get(path) as answer:
                assert await answer.text() == said
        async with client.get("/postings/x") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        async with client.post("/postings/a/b") as answer:
            assert await answer.text() == "exactly"
        async with client.head("/two") as answer:
            assert (answer.status, answer.content_length, await answer.read()) == (200, 11, b"")


async def test_an_answer_may_come_in_pieces(client, listen):
    ended = asyncio.Event()

    async def pieces(count):
        try:
            for number in range(count):
                yield f"{number} ".encode()
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    async def answer(request):
        return WebResponse(200, pieces(3 if request.query == "few" else 10**6), {"Content-Type": "text/plain"})

    async with Listener().receive(listen, "/", answer, "x", "GET"):
        async with client.get("/?few") as given:
            assert await given.read() == b"0 1 2 "
            assert (given.headers["Server"], given.content_type) == ("callboard", "text/plain")
        async with client.head("/?few") as given:
            assert (given.status, await given.read()) == (200, b"")
        ended.clear()
        async with client.get("/") as given:
            assert await given.content.readexactly(4) == b"0 1 "
        async with asyncio.timeout(20):  # whoever asked has gone
            await ended.wait()


async def test_what_is_being_answered_when_it_closes_may_leave(client, listen):
    got = asyncio.Event()

    async def slow(_):
        got.set()
        await asyncio.sleep(0.2)
        return WebResponse(200, b"done")

    async with Listener().receive(listen, "/", slow, "x"):
        asked = asyncio.create_task(client.post("/"))
        await got.wait()
    assert await (await asked).read() == b"done"


async def test_an_address_may_be_of_ipv6():
    with socket.socket(socket.AF_INET6) as taken:
        try:
            taken.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")  # some containers have none, and then nobody can listen there
        port = taken.getsockname()[1]
    address = f"[::1]:{port}"
    async with (
        Listener().receive(address, "/", echo, "x"),
        aiohttp.ClientSession() as client,
        client.post(f"http://{address}/") as answer,
    ):
        assert answer.status == 200


async def test_it_is_known_when_an_address_stands_and_a_taken_port_holds_nobody_up(client, listen):
    doors = Listener()
    tried = asyncio.create_task(doors.tried([listen]))
    await asyncio.sleep(0)
    assert not tried.done()
    async with doors.serve(listen, "GET", "/", hello, "x"):
        assert doors._tried[listen].is_set()
        await tried
        async with client.get("/") as answer:
            assert answer.status == 200

    host, _, port = listen.rpartition(":")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, int(port)))
        taken.listen()
        others = Listener()
        waiting = asyncio.create_task(others.serve(listen, "GET", "/", hello, "x").__aenter__())
        await others.tried([listen])
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
