"""`callboard init --web`: the pages by HTTP, for one browser on this machine.

Who has the link that the terminal shows may open it, once; the browser that did has a cookie from then on. What is
sent has to come from a page of ours that is the last one shown: so nothing counts twice, and no other site can send
anything. What a person typed is in memory alone until it is written, and secrets are on no page.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from socket import create_server, socket
from urllib.parse import parse_qsl

from aiohttp import web

from bot.inspect.pages import HEADERS
from bot.language import SOURCE
from bot.pictures.markup import Page
from bot.platforms.base import WebRequest, WebResponse
from bot.publish.pages.answers import language
from bot.setup.drawing import refused
from bot.setup.sitting import Sitting
from bot.web.access import HasHeaders, Key, is_for_this_machine
from bot.web.guard import Limits
from bot.web.listener import Listener
from bot.wording.catalogue import wording
from bot.wording.wording import Wording

IDLE = 30 * 60.0
"""Seconds without a page being asked for, after which it ends by itself."""

LOOKED_EVERY, LOOKED_FOR = 1.5, 20.0
"""Seconds: how often it is looked for a channel while a page waits for one, and how long such a request is held."""

_LIMITS = Limits(connections=64, body_bytes=32 * 1024)
_MOST_FIELDS = 50
_FORM = "application/x-www-form-urlencoded"
_WITHOUT = "the page is not served"

# With no-referrer the Origin of a form is "null" (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
_HEADERS = {**HEADERS, "Referrer-Policy": "same-origin"}


def bound(port: int) -> socket:
    """A socket that listens on this machine alone, at any free port for 0. Raises `OSError`."""
    return create_server(("127.0.0.1", port))


class SetupServer:
    """The pages, and who they are for. `link` opens them."""

    def __init__(self, sitting: Sitting, listening: socket) -> None:
        host, self.port = listening.getsockname()[:2]
        self._listen = f"{host}:{self.port}"
        self.sitting = sitting
        self._link, self._session = Key(), Key()
        self._listener = Listener(_LIMITS, self._session, bound={self._listen: listening})
        self._is_taken = False
        self._patience = asyncio.timeout(None)
        self._idle = IDLE
        self._ended = asyncio.Event()

    @property
    def link(self) -> str:
        """The address of the page, with the key that opens it."""
        return self._link.link(self._listen, "/")

    async def serve(self, idle: float = IDLE) -> bool:
        """Until all is written and that was shown; False where no page was asked for in so many seconds."""
        self._idle = idle
        listen, serve = self._listen, self._listener.serve
        with suppress(TimeoutError):
            async with self._patience, AsyncExitStack() as stack:
                self._go_on()
                await stack.enter_async_context(serve(listen, "GET", "/", self._show, _WITHOUT))
                await stack.enter_async_context(serve(listen, "GET", "/channels", self._channels, _WITHOUT))
                post = self._listener.receive(listen, "/", self._take, _WITHOUT, refusal=self._no_form)
                await stack.enter_async_context(post)
                await self._ended.wait()
        return self._ended.is_set()

    def _go_on(self) -> None:
        if not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time() + self._idle)

    async def _show(self, request: web.BaseRequest) -> web.Response:
        """The page where they are; or, by the link, the way to it."""
        if stranger := self._stranger(request):
            return stranger
        if not self._session.is_shown(request):
            return self._let_in(request)
        if request.query_string:
            return web.Response(status=303, headers={**_HEADERS, "Location": "/"})
        self._go_on()
        response = _drawn(await self.sitting.page())
        if self.sitting.outcome and request.method == "GET":
            self._ended.set()
        return response

    def _let_in(self, request: web.BaseRequest) -> web.Response:
        if self._is_taken or request.method != "GET" or not self._link.is_given(request):
            words = _words(request)
            return _drawn(
                refused(
                    words,
                    words._(
                        "This page is for whoever started it, and its link opens once. Was that not you, or is it "
                        "another browser now? Press Ctrl-C in the terminal and start again."
                    ),
                ),
                403,
            )
        self._is_taken = True
        self.sitting.speak(_words(request).language)
        cookie = self._session.cookie(self._listen, same_site="Lax")  # a terminal may be a page of the web, too
        return web.Response(status=303, headers={**_HEADERS, "Location": "/", "Set-Cookie": cookie})

    async def _channels(self, request: web.BaseRequest) -> web.Response:
        """Whether there is a channel now, for a page that waits for one: said when there is, or after a while."""
        if self._stranger(request) or not self._session.is_shown(request) or _is_foreign(request):
            return web.Response(status=403, headers=_HEADERS)
        has_channel = False
        for _ in range(int(LOOKED_FOR / LOOKED_EVERY)):
            if has_channel := await self.sitting.has_channel():
                break
            await asyncio.sleep(LOOKED_EVERY)
        return web.json_response({"found": has_channel}, headers=_HEADERS)

    def _no_form(self, request: WebRequest) -> WebResponse | None:
        """For what no page of ours sends, while there is no body yet."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        if not is_for_this_machine(request):
            return WebResponse(421, b"", _HEADERS)
        if not request.shows_key or origin != f"http://{host}" or _is_foreign(request):
            return WebResponse(403, b"", _HEADERS)
        return None if kind == _FORM else WebResponse(415, b"", _HEADERS)

    async def _take(self, request: WebRequest) -> WebResponse:
        try:
            sent = dict(
                parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
            )
        except ValueError:
            return WebResponse(400, b"", _HEADERS)
        self._go_on()
        await self.sitting.take(sent)
        return WebResponse(303, b"", {**_HEADERS, "Location": "/"})

    def _stranger(self, request: web.BaseRequest) -> web.Response | None:
        """The answer to who asks by another name than this machine's. Of who comes through a web server in front, no
        key counts.
        """
        if not is_for_this_machine(request):
            return web.Response(status=421, text="ask for it at 127.0.0.1\n", headers=_HEADERS)
        return None


def _is_foreign(request: HasHeaders) -> bool:
    """Whether a browser says that another site asks."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"


def _words(request: web.BaseRequest) -> Wording:
    return wording(language(request.headers.get("Accept-Language", ""), SOURCE))


def _drawn(page: Page, status: int = 200) -> web.Response:
    headers = {**_HEADERS, "Content-Security-Policy": page.policy}
    return web.Response(status=status, text=page.html, content_type="text/html", headers=headers)
