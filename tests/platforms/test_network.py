"""Which proxy the environment names, and that every platform goes by it."""

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from yarl import URL

from bot.domain.message import Line, Message
from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError
from bot.platforms.network import ProxyError, proxy_for
from bot.platforms.slack.adapter import Slack
from bot.platforms.telegram.adapter import Telegram
from bot.platforms.telegram.request import _way
from bot.wording.catalogue import wording
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.listening import raw_server
from tests.platforms.telegram.conftest import GROUP

PROXY = "http://proxy.lab.example:3128"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    _way.cache_clear()
    yield
    _way.cache_clear()


@pytest.mark.parametrize(
    ("url", "variables", "expected"),
    [
        ("https://slack.com/api/", {}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"https_proxy": PROXY}, PROXY),
        ("https://slack.com/api/", {"HTTP_PROXY": PROXY}, None),
        ("https://slack.com/api/", {"ALL_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"ALL_PROXY": "http://a:1", "HTTPS_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"HTTPS_PROXY": "http://a:1", "https_proxy": PROXY}, PROXY),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY, "https_proxy": ""}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": "  "}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": "proxy.lab.example:3128"}, PROXY),
        ("http://bots.lab.example/", {"HTTP_PROXY": PROXY}, PROXY),
        ("wss://wss-primary.slack.com/link", {"HTTPS_PROXY": PROXY}, PROXY),
        ("ws://127.0.0.1:80/link", {"HTTP_PROXY": PROXY}, PROXY),
        ("wss://wss-primary.slack.com/link", {"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, None),
    ],
)
def test_a_proxy_is_named_by_the_scheme(monkeypatch, url, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(URL(url)) == expected


@pytest.mark.parametrize(
    ("url", "no_proxy", "is_left_out"),
    [
        ("https://api.lab.example", "api.lab.example", True),
        ("https://api.lab.example", "lab.example", True),
        ("https://api.lab.example", ".lab.example", True),
        ("https://api.lab.example", "*.lab.example", True),
        ("https://api.lab.example", "API.Lab.EXAMPLE", True),
        ("https://api.lab.example", "localhost, 10.0.0.1,lab.example", True),
        ("https://api.lab.example", "localhost 10.0.0.1 lab.example", True),
        ("https://api.lab.example", "*", True),
        ("https://api.lab.example", "localhost,*", True),
        ("https://api.lab.example", "", False),
        ("https://api.lab.example", " , ,", False),
        ("https://api.lab.example", ".", False),
        ("https://api.lab.example", "other.example", False),
        ("https://mylab.example", "lab.example", False),
        ("https://lab.example.org", "lab.example", False),
        ("https://api.lab.example", "lab.example:443", True),
        ("https://api.lab.example:8443", "lab.example:443", False),
        ("https://api.lab.example:8443", "lab.example:8443", True),
        ("http://127.0.0.1:8081", "127.0.0.1", True),
        ("http://127.0.0.1:8081", "127.0.0.1:8081", True),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
        ("http://127.0.0.1:8081", "127.0.0.0/8", True),
        ("http://10.1.2.3", "10.0.0.0/8", True),
        ("http://11.1.2.3", "10.0.0.0/8", False),
        ("http://10.1.2.3", "10.1.2.3/24", True),
        ("http://127.0.0.1", "0.0.1", False),
        ("http://[::1]:8081", "::1", True),
        ("http://[::1]:8081", "[::1]", True),
        ("http://[::1]:8081", "[::1]:8081", True),
        ("http://[::1]:8081", "[::1]:80", False),
        ("http://[fd00::5]", "fd00::/8", True),
        ("http://[fe00::5]", "fd00::/8", False),
        ("http://127.0.0.1", "::1", False),
        ("http://127.0.0.1", "localhost", False),
    ],
)
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_some_addresses_need_none(monkeypatch, url, no_proxy, is_left_out, variable):
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv(variable, no_proxy)
    assert proxy_for(URL(url)) == (None if is_left_out else PROXY)


@pytest.mark.parametrize("proxy", ["socks5://ida:SECRET@host:1", "http://ida:SECRET@[", "http://ida:SECRET@host:99999"])
def test_a_proxy_that_is_none_is_refused_without_its_password(monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(
        ProxyError, match=r"a proxy must begin with http://|the proxy in ALL_PROXY makes no sense"
    ) as error:
        proxy_for(URL("https://slack.com"))
    assert "SECRET" not in str(error.value)


# --- Both platforms, over real HTTP

HELLO = Message((Line.of("hello"),))


class Proxy:
    """Takes down what it is asked for, and answers with a status."""

    def __init__(self, status):
        self.status = status
        self.asked = []

    async def take(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"(?i)content-length: *(\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        self.asked.append(head)
        writer.write(f"HTTP/1.1 {self.status} no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def proxying(status):
    proxy = Proxy(status)
    async with raw_server(proxy.take) as port:
        yield proxy, f"127.0.0.1:{port}"


def telegram(url, token="1:TEST-TOKEN"):
    return Telegram(token, url, wording, lambda: datetime.now(UTC)), Destination("telegram", str(GROUP))


def slack(url, token="xoxb-test-token"):
    return Slack(token, "xapp-test-token", None, "socket", "", url), Destination("slack", "C0123456789")


both = pytest.mark.parametrize(
    ("make", "called"), [(telegram, "Telegram"), (slack, "Slack")], ids=["telegram", "slack"]
)


async def failure(platform, place):
    try:
        with pytest.raises(DeliveryError) as error:
            await platform.send(place, HELLO, "key")
        return error.value
    finally:
        await platform.close()


@both
async def test_what_cannot_be_reached_names_the_proxy_and_not_its_password(make, called, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://ida:SECRET@127.0.0.1:9")
    error = await failure(*make("https://nothing.invalid"))
    assert str(error).startswith(
        f"{called} cannot be reached (through the proxy http://127.0.0.1:9: Connect call failed"
    )
    assert not error.in_doubt
    assert not [part for part in ("SECRET", "ida", "TEST-TOKEN", "xoxb") if part in str(error)]


@both
async def test_a_proxy_that_lets_nobody_through_is_named(make, called, monkeypatch):
    async with proxying(407) as (proxy, address):
        monkeypatch.setenv("HTTPS_PROXY", f"http://ida:SECRET@{address}")
        error = await failure(*make("https://nothing.invalid"))
    assert str(error) == f"{called} cannot be reached (through the proxy http://{address}: it answers 407)"
    assert proxy.asked[0].startswith("CONNECT nothing.invalid:443 ")
    assert "Proxy-Authorization: Basic " in proxy.asked[0]
    assert not error.in_doubt


@both
async def test_a_proxy_of_a_kind_that_is_not_known_is_said(make, called, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://ida:SECRET@127.0.0.1:9")
    error = await failure(*make("https://nothing.invalid"))
    assert str(error) == f"{called} cannot be reached (a proxy must begin with http://, not socks5://)"
    assert not error.in_doubt


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "localhost,127.0.0.0/8", "*"])
async def test_an_address_that_needs_no_proxy_is_reached_without_one(monkeypatch, no_proxy):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    async with TelegramServer() as bots, SlackServer() as workspace:
        bots.add_chat(GROUP)
        workspace.add_channel("C0123456789", name="jobs")
        for platform, place in (telegram(bots.url, bots.token), slack(workspace.url, workspace.bot_token)):
            assert await platform.send(place, HELLO, "key")
            await platform.close()
        assert len(bots.sent) == len(workspace.sent) == 1


async def test_slacks_socket_and_what_answers_a_command_go_by_the_proxy_too(monkeypatch):
    async with proxying(502) as (proxy, address):
        monkeypatch.setenv("HTTP_PROXY", f"http://ida:SECRET@{address}")
        client = slack("http://slack.invalid/api/")[0]._client
        with pytest.raises(DeliveryError, match="the socket does not open"):
            await client.socket("ws://socket.invalid/link?ticket=1")
        with pytest.raises(DeliveryError):
            await client.respond("http://hooks.invalid/1", {"text": "hello"})
        monkeypatch.setenv("NO_PROXY", ".invalid")
        with pytest.raises(DeliveryError, match=r"the socket does not open \((?!.*proxy)"):
            await client.socket("ws://socket.invalid/link?ticket=1")
        await client.close()
    assert [head.split(" ")[:2] for head in proxy.asked] == [
        ["GET", "ws://socket.invalid/link?ticket=1"],
        ["POST", "http://hooks.invalid/1"],
    ]
