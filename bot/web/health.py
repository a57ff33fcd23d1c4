"""How the bot is, for whoever watches over it: `/healthz` and `/metrics`."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.domain.site import is_loopback
from bot.observe.logs import sealed
from bot.observe.metrics import Round
from bot.web.access import host_of, is_for_this_machine, is_forwarded
from bot.web.listener import Listener

_log = logging.getLogger("callboard.web")

_KEY = "web.health"
STALE_SECONDS = 180.0
"""A tick comes once a minute at the latest; after three without one, something is stuck."""

PROBE_SECONDS = 5.0
"""How long the database may take to answer; and for how long an answer counts, so that asking costs nothing."""


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A page that the start page names: its path and its title. `is_private`: for this machine alone."""

    address: str
    what: str
    is_private: bool = False


class Health:
    """What is known of the bot's last ticks, and whether its database answers `probe`."""

    def __init__(self, probe: Callable[[], Awaitable[object]], seconds: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._seconds = seconds
        self._last: Round | None = None
        self._ticked_at = self._turned_at = seconds()
        self._trouble: str | None = None
        self._silent_since: datetime | None = None
        self._silent_because: str | None = None
        self._probed_at: float | None = None
        self._probed: str | None = None
        self._probing = asyncio.Lock()

    def ticked(self, done: Round) -> None:
        """Takes note that a tick went well."""
        self._last, self._trouble = done, None
        self._ticked_at = self._turned_at = self._seconds()

    def failed(self, error: Exception) -> None:
        """Takes note that a tick ended with this error."""
        self._trouble = str(error)
        self._turned_at = self._seconds()

    def is_turning(self) -> bool:
        """Whether one tick follows another, well or badly: where none does, only a new start helps."""
        return self._seconds() - self._turned_at <= STALE_SECONDS

    def sentence(self) -> str:
        """How the bot is, in a sentence, by what is known without asking the database."""
        if trouble := self._trouble or self._silent_because:
            return trouble
        if not (last := self._last):
            return "starting: the first round is on its way"
        problems = f"; problems in the registry: {last.problems}" if last.problems else ""
        return f"postings: {last.postings}, open: {last.open_postings}, notices left to send: {last.left}{problems}"

    def silent(self, why: str | None, now: datetime) -> None:
        """By now nothing is sent, and why; None when something may be."""
        if why is None or self._silent_because is None:
            self._silent_since = now if why else None
        self._silent_because = why

    async def look(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and what is known."""
        age = self._seconds() - self._ticked_at
        wrong = [self._trouble] if self._trouble else []
        if not self._last:
            wrong.append("no tick has gone well yet")
        elif age > STALE_SECONDS:
            wrong.append(f"the last tick was {age:.0f} s ago")
        if (trouble := await self._database()) and trouble not in wrong:
            wrong.append(trouble)
        known: dict[str, Any] = {"status": "failing" if wrong else "ok", "wrong": [sealed(reason) for reason in wrong]}
        if self._last:
            known |= {
                "last_tick_seconds": round(age, 1),
                "sender": self._last.sends,
                "left": self._last.left,
                "postings": self._last.postings,
                "problems": self._last.problems,
            }
        if self._silent_since and self._silent_because:
            since = self._silent_since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            known |= {"silent_since": since, "silent_because": sealed(self._silent_because)}
        return not wrong, known

    async def _database(self) -> str | None:
        """What is wrong with the database; asked for at most once in a while."""
        async with self._probing:
            if self._probed_at is None or self._seconds() - self._probed_at > PROBE_SECONDS:
                try:
                    async with asyncio.timeout(PROBE_SECONDS):
                        await self._probe()
                    self._probed = None
                except TimeoutError:
                    self._probed = "the database does not answer"
                except Exception as error:  # noqa: BLE001  # whatever it is, it is not usable
                    self._probed = str(error)
                self._probed_at = self._seconds()
            return self._probed


async def serve(
    listener: Listener,
    listen: str,
    health: Health,
    metrics: Callable[[], tuple[bytes, str]] | None,
    pages: Sequence[LinkedPage] = (),
    host: str | None = None,
) -> None:
    """Serves both until it is cancelled; `metrics` gives a text and its content type. `pages` are named at `/`; without
    any, nothing is there. `host` is a name of this machine by which it may be asked, beside those that mean no other.
    """

    async def healthz(request: web.BaseRequest) -> web.Response:
        if refused := _stranger(request, listen, host):
            return refused
        is_well, known = await health.look()
        return web.json_response(
            known,
            status=200 if is_well else 503,
            headers={"Cache-Control": "no-store"},
            dumps=lambda value: json.dumps(value, ensure_ascii=False),
        )

    async def show_metrics(request: web.BaseRequest) -> web.Response:
        if refused := _stranger(request, listen, host):
            return refused
        text, kind = metrics() if metrics else (b"", "text/plain")
        return web.Response(body=text, headers={"Content-Type": kind})

    async def overview(request: web.BaseRequest) -> web.Response:
        if refused := _stranger(request, listen, host):
            return refused
        is_here = is_for_this_machine(request) and not is_forwarded(request)
        return _overview([page for page in pages if is_here or not page.is_private])

    without = "neither health nor metrics are served" if metrics else "health is not served"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listener.serve(listen, "GET", "/healthz", healthz, without, _KEY))
        if metrics:
            await stack.enter_async_context(listener.serve(listen, "GET", "/metrics", show_metrics, without, _KEY))
        if pages:
            await stack.enter_async_context(listener.serve(listen, "GET", "/", overview, without, _KEY))
        _log.info("health%s at http://%s", " and metrics" if metrics else "", listen)
        await asyncio.Event().wait()


def _stranger(request: web.BaseRequest, listen: str, host: str | None) -> web.Response | None:
    """The answer to who comes, where only this machine can, by a name that somebody has pointed here. A browser always
    says by which; some watchers say none.
    """
    is_named = "Host" in request.headers
    if not is_named or not is_loopback(listen) or is_for_this_machine(request) or host_of(request) == host:
        return None
    return web.Response(status=421, text="ask for it at 127.0.0.1\n", headers={"Cache-Control": "no-store"})


_STYLE = "body{font:1em/1.6 system-ui,sans-serif;margin:2em auto;max-width:40em;padding:0 1em;color-scheme:light dark}"


def _overview(pages: Sequence[LinkedPage]) -> web.Response:
    from bot.pictures.markup import Page, element  # noqa: PLC0415  # no start needs an XML library

    items = [element("li", element("a", page.address, href=page.address), f": {page.what}") for page in pages]
    shown = Page("Callboard", _STYLE, element("main", element("h1", "Callboard"), element("ul", *items)))
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"{shown.policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=shown.html, content_type="text/html", headers=headers)
