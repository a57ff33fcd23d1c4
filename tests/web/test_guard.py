"""Who is slow, or many, does not keep others from being answered. Times are short here, for they are parameters."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.base import WebResponse
from bot.web import Listener, guard
from bot.web.guard import Limits

QUICK = Limits(head=0.3, body=0.3, idle=600, stall=0.3)
PATIENT = Limits(head=600, body=600, idle=600, stall=600)
BIG = 40 * 1024 * 1024  # more than what the system takes off a server's hands


async def echo(request):
    return WebResponse(200, request.body or b"nothing")


async def big(_):
    return web.Response(body=b"x" * BIG)


@asynccontextmanager
async def serving(listen, limits):
    doors = Listener(limits)
    async with (
        doors.receive(listen, "/", echo, "x"),
        doors.receive(listen, "/get", echo, "x", "GET"),
        doors.serve(listen, "GET", "/big", big, "x"),
    ):
        yield doors


async def ends(reader):
    """All that still comes, until the server has hung up."""
    answer = b""
    with suppress(ConnectionError):
        while chunk := await asyncio.wait_for(reader.read(2**16), 20):
            answer += chunk
    return answer


async def drip(writer, text):
    """One byte after the other, as long as somebody is there."""
    with suppress(ConnectionError):
        for byte in text:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)


SLOW = {
    "says nothing": (b"", b""),
    "begins a head": (b"POST / HTTP/1.1\r\nHost: a\r\nX-Slow", b""),
    "a head, byte by byte": (b"POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"y" * 10_000),
    "begins a body": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\nabc", b""),
    "a body, byte by byte": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n", b"x" * 10_000),
    "pieces that never end": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n" * 2000,
    ),
    "a second head": (b"GET /get HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /get HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 10_000),
    "a body where none belongs": (b"GET /get HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n", b"x" * 10_000),
    "a body at no path": (b"POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n", b"x" * 10_000),
}


@pytest.mark.parametrize(("first", "then"), SLOW.values(), ids=SLOW)
async def test_whoever_never_ends_a_request_is_hung_up_on(listen, raw, first, then):
    async with serving(listen, QUICK), raw() as (reader, writer):
        writer.write(first)
        dripping = asyncio.create_task(drip(writer, then))
        answer = await ends(reader)
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
    if b"POST / " in first and b"\r\n\r\n" in first:
        assert answer.startswith(b"HTTP/1.1 408 ")
    elif first.startswith(b"GET"):
        assert answer.startswith(b"HTTP/1.1 200 ")
    elif b"/no" in first:
        assert answer.startswith(b"HTTP/1.1 404 ")
    else:
        assert answer == b""


async def test_the_limits_that_count_are_well_below_half_a_minute():
    limits = Limits()
    assert max(limits.head, limits.body, limits.stall) < 30
    assert limits.idle > 60, "a web server in front keeps a connection for so long"


async def test_whoever_takes_no_answer_is_hung_up_on(listen):
    host, port = listen.split(":")
    async with serving(listen, QUICK):
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        gone = asyncio.get_running_loop().create_future()
        # Nothing is read: that the server has hung up shows in what is written.
        writing = asyncio.create_task(drip(writer, b"GET /" + b"x" * 5000))
        writing.add_done_callback(gone.set_result)
        await asyncio.wait_for(gone, 20)
        writer.close()
        del reader


async def test_an_answer_may_take_as_long_as_somebody_takes_it(listen, raw):
    """The times at which is looked are the test's here."""
    async with serving(listen, PATIENT) as doors, raw() as (reader, writer):
        writer.write(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.wait_for(reader.readline(), 20)
        [connection] = doors._places._stalled
        for _ in range(5):
            before = connection.unsent
            while connection.unsent > before - PATIENT.least:
                await asyncio.wait_for(reader.read(2**20), 20)
            connection._look()
            assert not connection._wire.is_closing()
        connection._watch()
        connection._look()  # and nothing was taken since
        assert connection._wire.is_closing()


async def test_hundreds_that_say_nothing_starve_nobody(client, listen, raw):
    """All places are taken; whoever comes then is answered all the same, at every address of the process."""
    async with serving(listen, Limits(600, 600, 600, 600, connections=200)), AsyncExitStack() as stack:
        held = [await stack.enter_async_context(raw()) for _ in range(300)]
        for number, (_, writer) in enumerate(held[-200:]):
            writer.write(
                (b"", b"POST / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")[number % 3]
            )
        for _ in range(5):
            async with client.post("/", data=b"hello") as answer:
                assert (answer.status, await answer.read()) == (200, b"hello")
        assert await ends(held[0][0]) == b"", "the first of them is the first that goes"


async def test_whoever_has_the_most_connections_gives_one_up(listen, raw):
    """From another address comes a flood; who has one connection keeps it, though it is the oldest."""
    host, port = listen.split(":")
    async with serving(listen, Limits(600, 600, 600, 600, connections=20)), AsyncExitStack() as stack:
        reader, writer = await stack.enter_async_context(raw())
        for _ in range(40):
            _, other = await asyncio.open_connection(host, int(port), local_addr=("127.0.0.9", 0))
            stack.callback(other.close)
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        assert (await asyncio.wait_for(reader.readline(), 20)) == b"HTTP/1.1 200 OK\r\n"


async def test_a_web_server_in_front_from_which_all_come_is_not_shut_out(client, listen):
    """All its connections are being answered: they are kept, and what is too much is refused."""
    release, asked = asyncio.Event(), asyncio.Semaphore(0)

    async def wait(_):
        asked.release()
        await release.wait()
        return WebResponse(200, b"done")

    async with Listener(Limits(600, 600, 600, 600, connections=10)).receive(listen, "/", wait, "x"):
        waiting = [asyncio.create_task(client.post("/")) for _ in range(10)]
        for _ in waiting:
            await asyncio.wait_for(asked.acquire(), 20)
        async with aiohttp.ClientSession() as another:
            with pytest.raises(aiohttp.ClientError):
                await another.post(f"http://{listen}/")
        release.set()
        assert [(await one).status for one in waiting] == [200] * 10


async def test_bodies_hold_only_so_much_together(client, listen, raw):
    """Forty half bodies of a MiB; the oldest are given up, and a whole one is heard."""
    async with serving(listen, Limits(600, 600, 600, 600, bodies=4 * 1024 * 1024)) as doors, AsyncExitStack() as stack:
        held = [await stack.enter_async_context(raw()) for _ in range(40)]
        for _, writer in held:
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 500_000)
        for _ in range(3):
            async with client.post("/", data=b"y" * 1_000_000) as answer:
                assert (answer.status, len(await answer.read())) == (200, 1_000_000)
        assert doors._bodies._held <= 4 * 1024 * 1024
        refused = await asyncio.gather(*(ends(reader) for reader, _ in held[:20]))
        assert {answer.partition(b"\r\n")[0] for answer in refused} == {b"HTTP/1.1 408 Request Timeout"}
    assert doors._bodies._held == 0


async def test_no_byte_of_a_body_is_waited_for_that_nobody_wants(listen, raw):
    """Neither at no path, nor by no method, nor of one that is too large, nor from whom is refused by his headers."""

    def refusal(request):
        return None if request.headers.get("X-Secret") == "right" else WebResponse(401)

    doors = Listener(PATIENT)
    heads = {
        b"POST /no HTTP/1.1": 404,
        b"PUT / HTTP/1.1": 405,
        b"POST / HTTP/1.1": 401,
        b"POST / HTTP/1.1\r\nX-Secret: wrong": 401,
        b"POST / HTTP/1.1\r\nX-Secret: right": 413,
        b"GET /get HTTP/1.1": 200,
    }
    async with (
        doors.receive(listen, "/", echo, "x", refusal=refusal),
        doors.receive(listen, "/get", echo, "x", "GET"),
    ):
        for head, status in heads.items():
            async with raw() as (reader, writer):
                writer.write(head + b"\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nx")
                line = await asyncio.wait_for(reader.readline(), 20)
                assert int(line.split(b" ")[1]) == status, head
                assert b"connection: close" in (await ends(reader)).lower()
        async with raw() as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nX-Secret: right\r\nContent-Length: 5\r\n\r\nhello")
            assert (await asyncio.wait_for(reader.readline(), 20)) == b"HTTP/1.1 200 OK\r\n"
        assert doors._bodies._held == 0


async def test_while_too_much_waits_for_slow_people_nobody_gets_more(client, listen, raw):
    async with serving(listen, Limits(600, 600, 600, 600, unsent=1024 * 1024)), raw() as (reader, writer):
        writer.write(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.wait_for(reader.readline(), 20)
        async with client.get("/get") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        while (await asyncio.wait_for(reader.read(2**20), 20)) and reader._transport:
            async with client.get("/get") as answer:
                if answer.status == 200:  # enough of it has been taken
                    break


class Wire:
    """A connection from an address."""

    def __init__(self, address):
        self.address = address

    def get_extra_info(self, name):
        return {"peername": self.address}[name]


@pytest.mark.parametrize(
    ("peer", "whose"),
    [
        (("203.0.113.7", 1), "203.0.113.7"),
        (("2001:db8:1:2::5", 1, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff:eeee:1:2", 1, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:3::5", 1, 0, 0), "2001:db8:1:3::/64"),
        (("fe80::1%eth0", 1, 0, 2), "fe80::/64"),
        (("::ffff:203.0.113.7", 1, 0, 0), "203.0.113.7"),
        (None, ""),
    ],
)
def test_whose_a_connection_is(peer, whose):
    assert guard._neighbours(Wire(peer)) == whose
