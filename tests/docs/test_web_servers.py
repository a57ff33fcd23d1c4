"""What the guide has one write for Caddy and nginx: they take it, and hand on the board alone."""

import aiohttp
import pytest
from aiohttp import web

from tests.docs.pages import blocks
from tests.ports import free_address
from tests.process.test_behind import NGINX, SERVERS, in_front

BOARD = "127.0.0.1:8080"
CERTIFICATE = ("listen 443 ssl;", "ssl_certificate ", "ssl_certificate_key ")
"""Lines that need a certificate of one's own."""


def shown(start):
    """The block of the guide that begins so, ready to have its addresses filled in."""
    [block] = [block.text for block in blocks("docs/guide.md") if block.text.startswith(start)]
    assert BOARD in block
    return block.replace("{", "{{").replace("}", "}}").replace(BOARD, "{behind}")


def for_caddy():
    return "{{\n  admin off\n  auto_https off\n}}\n" + shown("jobs.lab.example {").replace(
        "jobs.lab.example", "http://{front}", 1
    )


def for_nginx():
    lines = [line for line in shown("server {").splitlines() if not line.strip().startswith(CERTIFICATE)]
    head, _, _ = NGINX.partition("  server {{")
    return head + "\n".join(["server {{ listen {front};", *lines[1:]]) + "\n}}\n"


@pytest.fixture
async def behind():
    """Who answers whatever is asked."""
    asked = []

    async def answer(request):
        asked.append(request.path)
        return web.Response(text=request.headers.get("X-Forwarded-Proto", ""))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    address = free_address()
    host, _, port = address.partition(":")
    await web.TCPSite(runner, host, int(port)).start()
    yield address, asked
    await runner.cleanup()


@pytest.mark.parametrize(("program", "config"), [("caddy", for_caddy), ("nginx", for_nginx)])
async def test_the_world_reaches_the_board_alone(tmp_path, monkeypatch, behind, program, config):
    address, asked = behind
    monkeypatch.setitem(SERVERS, "as the guide says", (program, "", config()))
    private = ["/chat", "/chat/stream", "/timeline", "/preview/owls", "/healthz", "/metrics"]
    async with in_front(tmp_path / program, "as the guide says", address) as front, aiohttp.ClientSession() as client:
        for path in ("/", "/postings/owls", "/calendar.ics"):
            async with client.get(f"http://{front}{path}") as answer:
                assert (answer.status, await answer.text()) == (200, "http")
        for path in private:
            async with client.get(f"http://{front}{path}") as answer:
                assert answer.status == 404, path
    assert asked == ["/", "/postings/owls", "/calendar.ics"]
