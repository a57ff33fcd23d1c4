"""Everything of the bot that can be reached by HTTP, at one address, with fakes behind it.

    async with surfaces(folder) as site:        # `folder`: an empty one, for a registry and a database
        ...                                     # site.listen is `host:port`; site.paths, what is there by its method

For tests that try what holds for all of it, and for what sends it nonsense.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import read as read_config
from bot.domain.message import Line, Message
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.inspect import pages as admin
from bot.observe.metrics import Round
from bot.pictures.markup import Page, element
from bot.platforms.base import Routes
from bot.platforms.slack import listening as slack_listening
from bot.platforms.slack import path_of
from bot.platforms.slack.chat import SlackChat
from bot.platforms.slack.client import Client
from bot.platforms.telegram.webhook import Ear, Webhook
from bot.platforms.web.adapter import BrowserChat
from bot.publish.published import publish
from bot.store import Ledger
from bot.web import Listener, health
from bot.web.guard import Limits
from bot.web.health import Health
from tests.listening import listening
from tests.ports import free_address
from tests.store.build import NOON

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SECRET = "hook-S3cret_hook-S3cret"
SLACK, TELEGRAM = "/slack/events", "/telegram/lab"
OWLS = "{title: PhD with owls, role: phd, location: Rostock, url: 'https://lab.example/o', tags: [night]}"


class _Sights:
    """What `/timeline`, `/drafts` and `/preview` show."""

    def now(self) -> Any:
        return NOON

    async def timeline(self, start: Any, end: Any) -> Page:
        return Page("T", "p{}", element("main", f"{start} to {end}"))

    async def drafts(self) -> Page:
        return Page("D", "p{}", element("main", "what waits"))

    async def sources(self) -> Page:
        return Page("S", "p{}", element("main", "what is read"))

    async def preview(self, name: str) -> Page | None:
        return Page("P", "p{}", element("main", f"how {name} looks")) if name == "owls" else None

    def board(self, name: str) -> bytes | None:
        return b"<p>on the board</p>" if name == "owls" else None


class _Answers:
    """What platforms are given. `heard` are the questions."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.heard: list[str] = []

    async def answer(self, request: Any, reader: Any, syntax: Any = None) -> Message:
        self.heard.append(request.argument)
        return Message((Line.of(f"heard {request.argument}"),))

    async def turn(self, destination: Any) -> None:
        pass


@dataclass
class Site:
    """`updates` are what has come from Telegram, `answers.heard` what was asked elsewhere."""

    listen: str
    answers: _Answers
    updates: list[Any] = field(default_factory=list)
    paths: tuple[tuple[str, str], ...] = (
        ("GET", "/"),
        ("GET", "/?q=owls&role=phd&page=1"),
        ("GET", "/postings/owls"),
        ("GET", "/postings/owls.ics"),
        ("GET", "/embed"),
        ("GET", "/calendar.ics"),
        ("GET", "/feed.atom"),
        ("GET", "/feed.json"),
        ("GET", "/postings.json"),
        ("GET", "/sitemap.xml"),
        ("GET", "/robots.txt"),
        ("GET", "/nowhere"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
        ("GET", "/timeline"),
        ("GET", "/drafts"),
        ("GET", "/sources"),
        ("GET", "/preview/owls"),
        ("GET", "/chat"),
        ("GET", "/chat/chat.js"),
        ("POST", "/chat/ask"),
        ("POST", SLACK),
        ("POST", TELEGRAM),
    )


async def _well() -> None:
    pass


@asynccontextmanager
async def surfaces(folder: Path, limits: Limits | None = None) -> AsyncIterator[Site]:
    listen = free_address()
    routes = Listener(limits)
    (folder / "postings").mkdir()
    (folder / "postings" / "owls.yaml").write_text(OWLS)
    (folder / "config.yaml").write_text(f"registry: postings\nweb: {{listen: '{listen}'}}\n")
    config = read_config(folder / "config.yaml")
    assert config.web
    board = Callboard(config, lambda: NOON)
    board.read()
    ledger = await Ledger.open(config.database)
    editions = Editions(board, Archive(board, ledger))
    await editions.take_in(NOON)
    answers = _Answers(routes)
    site = Site(listen, answers)
    known = Health(_well)
    known.ticked(Round(seconds=0.01, sends=True, left=0, postings=1, open_postings=1, problems=0))
    ear = Ear(Webhook(f"http://{listen}{TELEGRAM}", SECRET, listen), "telegram", "Telegram", site.updates.append)
    client = Client("xoxb-test-token", "http://127.0.0.1:9/api/")
    chat = SlackChat(client, answers)
    door = routes.receive(listen, TELEGRAM, ear.receive, "nobody is answered", refusal=ear.refusal)
    async with door:
        serving = (
            publish(routes, config.web, board, editions),
            health.serve(routes, listen, known, lambda: (b"up 1\n", "text/plain")),
            admin.serve(routes, listen, _Sights()),
            BrowserChat(["lab"], listen, lambda: NOON).listen(answers),
            slack_listening.by_http(chat, SIGNING_SECRET, routes, listen, path_of("slack")),
        )
        tasks = [asyncio.create_task(one) for one in serving]
        await listening(listen)
        try:
            yield site
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await client.close()
            await ledger.close()


def update(number: int) -> bytes:
    """A post of Telegram's."""
    return json.dumps({"update_id": number}).encode()
