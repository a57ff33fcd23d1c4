"""What may go wrong between the bot and Telegram's server, over real sockets on 127.0.0.1."""

import asyncio
import json
import re
import socket
import ssl
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.platforms.base import DeliveryError
from bot.platforms.telegram import adapter, request
from bot.platforms.telegram.request import AiohttpRequest
from tests.emulators.telegram import (
    Fault,
    drop_after,
    drop_before,
    hang,
    malformed,
    status,
    too_many,
)
from tests.listening import raw_server
from tests.platforms.telegram.conftest import FORUM, GROUP
from tests.platforms.telegram.test_sending import at, failure, kind, send

FINE = json.dumps({"ok": True, "result": {"message_id": 7, "chat": {"id": GROUP}}})
# For 127.0.0.1, its own authority, until 2126. Made for this test.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPO+eF/5/SBUfT4oa
T4vd4gsgdDq8za7OFD5vgGtB7b6hRANCAAR1REswCK582WywK3eEf7MC34K7y7xw
if0Vnj13q3L7ENkyo92sEfRo/0lLbaiEecnTrsQaimzJWTUADuKX8KUN
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUZZJ7nTXU9BLQQVs8jmRkg9oET0YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTIxNDg1N1oYDzIxMjYxMDI4
MjE0ODU3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR1REswCK582WywK3eEf7MC34K7y7xwif0Vnj13q3L7ENkyo92sEfRo
/0lLbaiEecnTrsQaimzJWTUADuKX8KUNo2QwYjAdBgNVHQ4EFgQUh4/5r+3zNGRp
lAO4W81Yrea3b18wHwYDVR0jBBgwFoAUh4/5r+3zNGRplAO4W81Yrea3b18wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
ICIQL4cwrqFcBzu7FO5pkQAG4aQPixt5uATzhwlxbLOPAiEAv909HqB/fliUIsds
DzmlQ3pF4h9ls+mg6Kw6GEx1MeI=
-----END CERTIFICATE-----
"""


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """No proxy, nothing remembered of one, and no long wait for a connection."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(adapter, "_CONNECT", 3.0)
    request._way.cache_clear()
    yield
    request._way.cache_clear()


class Wire:
    """A server that says what it is told to say, and nothing more: None drops the connection."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heads, self.bodies = [], []
        self.connections = 0
        self.arrived = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"(?i)content-length: *(\d+)", head)
                self.heads.append(head)
                self.bodies.append(await reader.readexactly(int(length[1]) if length else 0))
                self.arrived.release()
                await self.gate.wait()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass


def http(body="", code=200, more="", length=None):
    size = len(body.encode()) if length is None else length
    return f"HTTP/1.1 {code} Whatever\r\nContent-Length: {size}\r\n{more}\r\n{body}".encode()


@asynccontextmanager
async def serving(wire, **given):
    async with raw_server(wire.take, **given) as port:
        yield f"{'https' if given.get('ssl') else 'http'}://127.0.0.1:{port}"


@asynccontextmanager
async def using(telegram):
    yield telegram
    await telegram.close()
    await asyncio.sleep(0)  # for the other end of a connection to see that


async def what_fails(make, url, **given):
    async with using(make(url=url, **given)) as telegram:
        return await failure(telegram, at(GROUP))


async def what_comes_of(make, *answers):
    """The error of one message, and the server that gave these answers."""
    wire = Wire(*answers)
    async with serving(wire) as url:
        return await what_fails(make, url), wire


# --- Surely not sent


async def test_a_connection_that_is_refused(make):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = await what_fails(make, f"http://127.0.0.1:{port}")
    assert kind(error) == "not sent"
    assert str(error) == f"Telegram cannot be reached (Connect call failed ('127.0.0.1', {port}))"


async def test_a_connection_that_is_not_made_in_time(make, monkeypatch):
    monkeypatch.setattr(adapter, "_CONNECT", 0.2)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        error = await what_fails(make, f"http://127.0.0.1:{full.getsockname()[1]}")
        for one in waiting:
            one.close()
    assert (kind(error), str(error)) == ("not sent", "Telegram cannot be reached (no connection in time)")


async def test_a_name_that_nobody_knows(make, monkeypatch):
    async def resolve(self, host, port=0, family=0):
        raise socket.gaierror(socket.EAI_NONAME, f"Name or service not known: {host}")

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    error = await what_fails(make, "http://nothing.invalid")
    assert kind(error) == "not sent"
    assert str(error) == "Telegram cannot be reached (Name or service not known: nothing.invalid)"


async def test_a_name_that_is_looked_up_for_too_long(make, monkeypatch):
    async def resolve(self, host, port=0, family=0):
        await asyncio.sleep(60)

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    monkeypatch.setattr(adapter, "_CONNECT", 0.1)
    assert kind(await what_fails(make, "http://nothing.invalid")) == "not sent"


async def test_a_server_that_speaks_no_tls(make):
    async with serving(Wire(None)) as url:
        error = await what_fails(make, url.replace("http", "https"))
    assert kind(error) == "not sent"
    assert str(error).startswith("Telegram cannot be reached (")


@pytest.fixture
def tls(tmp_path):
    (tmp_path / "certificate.pem").write_text(CERTIFICATE)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate.pem")
    return context


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_certificate_is_trusted_or_not(make, tls, tmp_path, monkeypatch, trusted):
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    request.certificates.cache_clear()
    try:
        async with serving(Wire(http(FINE)), ssl=tls) as url:
            if trusted:
                async with using(make(url=url)) as telegram:
                    assert await send(telegram, at(GROUP)) == f"{GROUP}/7"
            else:
                error = await what_fails(make, url)
                assert kind(error) == "not sent"
                assert "certificate verify failed" in str(error)
    finally:
        request.certificates.cache_clear()


# --- In doubt


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_message_that_does_not_get_away_in_time(make, monkeypatch):
    monkeypatch.setattr(adapter, "_CONNECT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        async with using(make(url=f"http://127.0.0.1:{deaf.getsockname()[1]}", patience=0.1)) as telegram:
            with pytest.raises(DeliveryError) as caught:
                await telegram._send({"chat_id": GROUP, "text": "x" * 2**24})
    assert kind(caught.value) == "in doubt"
    assert str(caught.value) == "no clear answer from Telegram (Timed out while sending)"


async def test_an_answer_that_does_not_come_in_time(server, make):
    server.fail("sendMessage", hang(5))
    error = await what_fails(make, server.url, patience=0.1)
    assert (kind(error), str(error)) == ("in doubt", "no clear answer from Telegram (Timed out)")


@pytest.mark.parametrize(("fault", "arrived"), [(drop_before(), 0), (drop_after(), 1), (malformed(), 1)])
@pytest.mark.parametrize("reused", [True, False])
async def test_a_connection_that_breaks(server, telegram, fault, arrived, reused):
    if reused:
        await send(telegram, at(FORUM))
    server.fail("sendMessage", fault, chat=GROUP)
    assert kind(await failure(telegram, at(GROUP))) == "in doubt"
    assert [message.chat.id for message in server.sent].count(GROUP) == arrived
    assert len(server.calls) == 1 + reused


async def test_nothing_is_sent_again_by_itself_when_a_kept_connection_turns_out_to_be_closed(make):
    wire = Wire(http(FINE), None)
    async with serving(wire) as url, using(make(url=url)) as telegram:
        await send(telegram, at(GROUP))
        error = await failure(telegram, at(GROUP))
        assert kind(error) == "in doubt"
        assert str(error) == "no clear answer from Telegram (the connection broke: ServerDisconnectedError)"
        assert (len(wire.bodies), wire.connections) == (2, 1)


@pytest.mark.parametrize(
    "answer",
    [
        http(""),
        http("{"),
        http("null"),
        http("[]"),
        http('{"ok":true}'),
        http('{"ok":true,"result":true}'),
        http("<html>Wi-Fi</html>"),
        http(FINE, length=1000) + b"\r\n",
        b"SMTP ready\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        http(FINE, more="Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 99999999 " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_an_answer_that_makes_no_sense(make, answer):
    async def once(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    wire = Wire()
    wire.take = once
    async with serving(wire) as url:
        error = await what_fails(make, url)
    assert kind(error) == "in doubt"
    assert "html" not in str(error)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_no_message_is_led_elsewhere(make, code):
    error, wire = await what_comes_of(make, http("", code, "Location: /elsewhere\r\n"))
    assert kind(error) == "in doubt"
    assert len(wire.bodies) == 1


@pytest.mark.parametrize("code", [500, 502, 503, 504])
@pytest.mark.parametrize("html", [True, False])
async def test_a_server_error(server, telegram, code, html):
    server.fail("sendMessage", status(code, html=html))
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "in doubt"
    assert "html" not in str(error)


@pytest.mark.parametrize("seconds", [3, 10800])
async def test_too_many_requests(server, telegram, seconds):
    server.fail("sendMessage", too_many(seconds))
    assert (await failure(telegram, at(GROUP))).retry_after == seconds


# --- Proxies


async def test_a_proxy_is_taken_from_the_environment(make, monkeypatch):
    wire = Wire(http(FINE))
    async with serving(wire) as proxy:
        monkeypatch.setenv("http_proxy", proxy.replace("//", "//ida:PROXY-PASSWORD@"))
        async with using(make(url="http://nothing.invalid")) as telegram:
            assert await send(telegram, at(GROUP)) == f"{GROUP}/7"
    assert wire.heads[0].startswith("POST http://nothing.invalid/bot")
    assert "Proxy-Authorization: Basic " in wire.heads[0]


async def test_some_addresses_need_no_proxy(server, telegram, monkeypatch):
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    await send(telegram, at(GROUP))


async def test_a_proxy_that_lets_nobody_through(make, monkeypatch):
    async with serving(Wire(http("who are you?", 407))) as proxy:
        monkeypatch.setenv("https_proxy", proxy.replace("//", "//ida:PROXY-PASSWORD@"))
        error = await what_fails(make, "https://nothing.invalid")
    text = f"Telegram cannot be reached (through the proxy {proxy}: it answers 407)"
    assert (kind(error), str(error)) == ("not sent", text)


@pytest.mark.parametrize("proxy", ["ida:PROXY-PASSWORD@127.0.0.1:9", "socks5://ida:PROXY-PASSWORD@127.0.0.1:9"])
async def test_a_proxy_that_is_none(make, monkeypatch, proxy):
    monkeypatch.setenv("all_proxy", proxy)
    error = await what_fails(make, "http://nothing.invalid")
    assert kind(error) == "not sent"
    assert "PASSWORD" not in str(error)
    assert ("must begin with http://, not socks5://" in str(error)) == proxy.startswith("socks")


# --- Many at once


async def test_many_are_on_their_way_at_once_and_share_connections_after_that(make, monkeypatch):
    monkeypatch.setattr(adapter, "_CONNECT", 10)
    wire = Wire(http(FINE))
    wire.gate.clear()
    async with serving(wire, backlog=1000) as url, using(make(url=url)) as telegram:
        sending = [asyncio.create_task(send(telegram, at(GROUP))) for _ in range(150)]
        async with asyncio.timeout(20):
            for _ in sending:
                await wire.arrived.acquire()
        assert not any(task.done() for task in sending)
        wire.gate.set()
        await asyncio.gather(*sending)
        await asyncio.gather(*(send(telegram, at(GROUP)) for _ in range(20)))
        assert wire.connections == 150


async def test_a_long_poll_waits_for_no_turn_and_a_message_not_for_ever(server, make, monkeypatch):
    monkeypatch.setattr(request, "_AT_ONCE", 1)
    monkeypatch.setattr(adapter, "_CONNECT", 0.5)
    server.fail("sendMessage", hang(1.5, act=True))
    async with using(make()) as telegram:
        first = asyncio.create_task(send(telegram, at(GROUP)))
        await server.wait_for(lambda: server.calls)
        url = f"{telegram._bot.base_url}/getUpdates"
        assert await telegram._request.poll(url, {"timeout": 0}, 0) == []
        error = await failure(telegram, at(GROUP))
        assert kind(error) == "not sent"
        assert "too many requests wait" in str(error)
        await first
        await send(telegram, at(GROUP))


async def test_what_is_cancelled_gives_its_turn_back(server, make, monkeypatch):
    monkeypatch.setattr(request, "_AT_ONCE", 1)
    server.fail("sendMessage", hang(5))
    async with using(make()) as telegram:
        first = asyncio.create_task(send(telegram, at(GROUP)))
        await server.wait_for(lambda: server.calls)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await send(telegram, at(GROUP))


# --- Coming and going


def test_it_is_made_without_a_loop_and_closed_without_a_use(make):
    telegram = make()
    asyncio.run(telegram.close())


async def test_what_was_closed_can_be_used_again(server, make):
    telegram = make()
    for _ in range(2):
        await send(telegram, at(GROUP))
        await telegram.close()
    await telegram.close()
    assert telegram._request._session is None


async def test_an_error_brings_nothing_of_aiohttps_with_it(server):
    await server.stop()
    asked = AiohttpRequest(1, 1, 1)
    for url in (f"{server.url}/bot{server.token}/getMe", f"http://[{server.token}", f"ftp://x/{server.token}"):
        with pytest.raises(request.NotSentError) as caught:
            await asked.post(url)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        assert "TEST-TOKEN" not in repr(caught.value)
    assert asked.read_timeout == 1
    await asked.shutdown()


async def test_objects_of_the_library_are_sent_as_json(server, telegram):
    await telegram._register_commands({})
    assert server.calls[0].params["commands"][0]["command"] == "positions"
    assert server.calls[0].status == 200


async def test_an_empty_answer_with_a_fault_of_the_server(server, telegram):
    server.fail("sendMessage", Fault("empty", status=502, body=" "))
    assert kind(await failure(telegram, at(GROUP))) == "in doubt"
