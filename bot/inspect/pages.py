"""What only whoever runs the bot may see: `/timeline`, `/drafts`, `/sources`, and `/preview/` of drafts too.

All are for whoever runs the bot: they are served on loopback addresses alone, to who has the key that the log prints
at each start, and to nobody who comes by another name (a page that has its own name point here) or through a web server
in front.
"""

import asyncio
import logging
import re
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from bot.domain.site import is_loopback
from bot.domain.zones import instant
from bot.web.access import Key, is_for_this_machine, is_forwarded
from bot.web.listener import Listener

if TYPE_CHECKING:
    from bot.pictures.markup import Page

_log = logging.getLogger("callboard.web")

LONGEST = timedelta(days=800)
"""The longest span that is drawn at once; `callboard timeline --html` knows no limit."""

_KEY = "web.health"  # or a chat's, whose own line comes first
BEFORE, AFTER = timedelta(days=14), timedelta(days=30)


class AdminSights(Protocol):
    """What there is to see."""

    def now(self) -> datetime:
        """The bot's clock."""

    async def timeline(self, start: datetime, end: datetime) -> "Page":
        """What was and will be said in that span."""

    async def preview(self, name: str) -> "Page | None":
        """How the announcement of a posting looks; None when there is no such posting."""

    async def drafts(self) -> "Page":
        """What waits for approval, and who decided what."""

    async def sources(self) -> "Page":
        """How the sources were when they were read last, and what of them is held."""

    def previews(self) -> "Page":
        """All postings, with links to their previews."""

    def board(self, name: str) -> bytes | None:
        """The same on the board."""


async def serve(listener: Listener, listen: str, sights: AdminSights) -> None:
    """Serves all of it there until it is cancelled."""

    async def timeline(request: web.BaseRequest) -> web.Response:
        refused = _stranger(request, listener.key)
        return refused or await show_timeline(request, sights)

    async def drafts(request: web.BaseRequest) -> web.Response:
        refused = _stranger(request, listener.key)
        return refused or _shown(await sights.drafts())

    async def sources(request: web.BaseRequest) -> web.Response:
        refused = _stranger(request, listener.key)
        return refused or _shown(await sights.sources())

    async def preview(request: web.BaseRequest) -> web.Response:
        if (name := _below(request)) in _STATIC:
            return _static(name)
        refused = _stranger(request, listener.key)
        return refused or await show_preview(request, sights)

    without = "neither timeline, drafts, sources nor previews are served"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listener.serve(listen, "GET", "/timeline", timeline, without, _KEY))
        await stack.enter_async_context(listener.serve(listen, "GET", "/drafts", drafts, without, _KEY))
        await stack.enter_async_context(listener.serve(listen, "GET", "/sources", sources, without, _KEY))
        for path in ("/preview", "/preview/*"):
            await stack.enter_async_context(listener.serve(listen, "GET", path, preview, without, _KEY))
        text = "the timeline at %s, drafts at /drafts, and previews at /preview/"
        _log.info(text, listener.key.link(listen, "/timeline"))
        await asyncio.Event().wait()


async def show_timeline(request: web.BaseRequest, sights: AdminSights) -> web.Response:
    """The span from `from` to `to`; by default two weeks back and a month ahead."""
    instants = {}
    for name in ("from", "to"):
        if text := request.query.get(name):
            at = instant(text)
            if at is None:
                return _said(400, f"{name}: write 2027-05-02, 2027-05-02T12:00 or 2027-05-02T12:00+02:00")
            instants[name] = at
    now = sights.now()
    start = instants.get("from") or min(now, instants.get("to", now)) - BEFORE
    end = instants.get("to") or max(now, start) + AFTER
    if end < start:
        return _said(400, "to lies before from")
    if end - start > LONGEST:
        return _said(400, f"that is more than {LONGEST.days} days; ask `callboard timeline --html`")
    return _shown(await sights.timeline(start, end))


async def show_preview(request: web.BaseRequest, sights: AdminSights) -> web.Response:
    """All postings below `/preview`; one of them, a draft too, below its id; and what its frame holds, its page on the
    board.
    """
    name = _below(request)
    if not name:
        return _shown(sights.previews())
    if match := re.fullmatch(r"([a-z0-9-]{1,200})/board", name):
        shown = sights.board(match[1])
        return _framed(shown) if shown else _said(404, "there is no good posting of that id")
    page = await sights.preview(name) if re.fullmatch(r"[a-z0-9-]{1,200}", name) else None
    return _shown(page) if page else _said(404, "there is no good posting of that id; `callboard check` lists problems")


def _below(request: web.BaseRequest) -> str:
    return request.path.removeprefix("/preview").removeprefix("/")


def _static(name: str) -> web.Response:
    """What looks the same for everybody, and is asked for without the key: the frame has no origin of its own."""
    headers = {**HEADERS, "Cross-Origin-Resource-Policy": "cross-origin"}
    body = files("bot.publish.pages").joinpath("static", name).read_bytes()
    return web.Response(body=body, content_type=_STATIC[name], headers=headers)


def addresses(known: Iterable[str | None], public: Collection[str]) -> list[str]:
    """Of the addresses that are known, those to serve at: on loopback, and none at which the public may come in."""
    return [listen for listen in dict.fromkeys(known) if listen and listen not in public and is_loopback(listen)]


def _stranger(request: web.BaseRequest, key: Key) -> web.Response | None:
    """The answer to who does not run the bot."""
    if is_forwarded(request) or not is_for_this_machine(request):
        return _said(403, "this page is for the machine that Callboard runs on: ask for it at 127.0.0.1")
    if not key.is_shown(request):
        return _said(
            403, "this page is for whoever runs Callboard: open it by the link that the log prints at each start"
        )
    return None


HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


_STATIC = {"board.css": "text/css", "icon.svg": "image/svg+xml"}


def _framed(body: bytes) -> web.Response:
    """For a frame of our own, in which no script runs."""
    policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'"
    headers = {**HEADERS, "X-Frame-Options": "SAMEORIGIN"}
    headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'self'"
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)


def _shown(page: "Page") -> web.Response:
    policy = {"Content-Security-Policy": f"{page.policy}; frame-ancestors 'none'"}
    return web.Response(text=page.html, content_type="text/html", headers={**HEADERS, **policy})


def _said(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n", headers=HEADERS)
