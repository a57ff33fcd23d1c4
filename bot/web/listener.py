"""One HTTP server for each address, for all parts that name it.

It is meant to stand behind a web server, and trusts nobody all the same: requests are small and come at once or not at
all, connections are limited in number, and no answer tells which software is running here. What can be looked at
without its body (path, method, headers) is, before a byte of that is kept.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace
from socket import socket
from types import MappingProxyType

from aiohttp import web

from bot.platforms.base import WebRequest, WebResponse
from bot.web import gate
from bot.web.access import Key, is_forwarded
from bot.web.guard import NAMED, Bodies, ConnectionSlots, Limits, Server, TooLargeError

_log = logging.getLogger("callboard.web")

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a port that is taken is tried again: doubled each time, up to a minute."""

_LAST_WORDS = 5.0  # seconds that answers have to leave when the bot stops
_MOST_TOLD = 100
_REFUSED = (TimeoutError, TooLargeError, web.RequestPayloadError, ConnectionError)


Route = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Listener:
    """All addresses of this process. Each is open as long as a part has a path there. It is the platforms' `Routes`."""

    def __init__(
        self,
        limits: Limits | None = None,
        key: Key | None = None,
        public: Collection[str] = frozenset(),
        bound: Mapping[str, socket] = MappingProxyType({}),
    ) -> None:
        """`bound`: sockets that listen already, by their address. `public`: the addresses to which a web server hands
        on the world. Not each leaves a mark (nginx leaves none from 1.29.7 on, https://nginx.org/en/CHANGES), so there
        only who has the key is of this machine.
        """
        self.key = key or Key()
        self._public, self._bound = public, bound
        self._limits = limits or Limits()
        self._places = ConnectionSlots(self._limits)
        self._bodies = Bodies(self._limits)
        self._addresses: dict[str, _Address] = {}
        self._tried: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def tried(self, listens: Collection[str]) -> None:
        """Waits until each of these addresses is open, or was found to be taken."""
        for listen in listens:
            await self._tried[listen].wait()

    def receive(
        self,
        listen: str,
        path: str,
        answer: Callable[[WebRequest], Awaitable[WebResponse]],
        without: str,
        method: str = "POST",
        key: str = "",
        refusal: Callable[[WebRequest], WebResponse | None] | None = None,
    ) -> AbstractAsyncContextManager[None]:
        """See `Routes`."""

        async def route(request: web.BaseRequest) -> web.StreamResponse:
            shown = self.key.is_shown(request)
            forwarded = is_forwarded(request) or (listen in self._public and not shown)
            head = WebRequest(request.headers, request.query_string, b"", request.path, forwarded, shown)
            if refused := refusal and refusal(head):
                return await _given(request, refused)
            if method == "GET":
                return await _given(request, await answer(head))
            async with AsyncExitStack() as stack:
                try:
                    body = await stack.enter_async_context(self._bodies.of(request))
                except _REFUSED as error:
                    return web.Response(status={TimeoutError: 408, TooLargeError: 413}.get(type(error), 400))
                return await _given(request, await answer(replace(head, body=body)))

        return self.serve(listen, method, path, route, without, key)

    def link(self, listen: str, path: str) -> str:
        """See `Routes`."""
        return self.key.link(listen, path)

    @asynccontextmanager
    async def serve(
        self, listen: str, method: str, path: str, route: Route, without: str, key: str = ""
    ) -> AsyncIterator[None]:
        """The same for any method; a GET's route is asked for HEAD, too. A path that ends in `/*` stands for all below
        it that no other has. Raises `ValueError` when another part has that path.
        """
        known = self._addresses.get(listen)
        address = known or _Address(listen, self._limits, self._places, self.key, self._bound.get(listen))
        address.add(method, path, route)
        self._addresses[listen] = address
        try:
            await address.open(without, key, self._tried[listen])
            yield
        finally:
            address.remove(method, path)
            if not address.routes:
                del self._addresses[listen]
                await address.close()


async def _given(request: web.BaseRequest, response: WebResponse) -> web.StreamResponse:
    if isinstance(response.body, bytes):
        return web.Response(status=response.status, body=response.body, headers=response.headers)
    return await _in_pieces(request, response.status, response.headers, response.body)


async def _in_pieces(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], pieces: AsyncGenerator[bytes]
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={**headers, **NAMED})
    async with aclosing(pieces):
        await response.prepare(request)
        if request.method != "HEAD":
            with suppress(ConnectionError):  # whoever has gone needs no more
                async for piece in pieces:
                    await response.write(piece)
                await response.write_eof()
    return response


def _led_on(request: web.BaseRequest) -> web.StreamResponse | None:
    """Leads a browser to the same address without the key: it must stay in no history and no picture of the screen."""
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return None
    where = str(request.rel_url.without_query_params("key"))
    headers = {"Location": where, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", **NAMED}
    return web.Response(status=303, headers=headers)


class _Address:
    """A server, and who answers at its paths."""

    def __init__(
        self, listen: str, limits: Limits, places: ConnectionSlots, key: Key, bound: socket | None = None
    ) -> None:
        self.routes: dict[str, dict[str, Route]] = {}
        self._listen, self._limits, self._places, self._key, self._bound = listen, limits, places, key, bound
        self._told: set[str] = set()
        self._runner: web.ServerRunner | None = None
        self._opening = asyncio.Lock()

    def add(self, method: str, path: str, route: Route) -> None:
        if method in self.routes.get(path, {}):
            raise ValueError(f"two parts want {method} {path} at {self._listen}; give one of them another path")
        self.routes.setdefault(path, {})[method] = route

    def remove(self, method: str, path: str) -> None:
        del self.routes[path][method]
        if not self.routes[path]:
            del self.routes[path]

    async def open(self, without: str, key: str, tried: asyncio.Event) -> None:
        """Waits until the port is free: the bot's last run may still be going. `key` of the config is what to change
        otherwise. `tried` is set once it was looked whether it is.
        """
        host, _, port = self._listen.rpartition(":")
        wait = FIRST_WAIT
        async with self._opening:
            while not self._runner:
                server = Server(self._answer, self._limits, self._places)
                runner = web.ServerRunner(server, shutdown_timeout=_LAST_WORDS)
                await runner.setup()
                try:
                    site = web.SockSite(runner, self._bound) if self._bound else None
                    await (site or web.TCPSite(runner, host.strip("[]"), int(port))).start()
                    self._runner = runner
                except OSError as error:
                    why = (error.strerror or str(error)).rpartition(": ")[2]  # asyncio says the address before that
                    hint = f"; free it, or write another address as {key} in the config" if key else ""
                    _log.error("%s, tried again in %.0f s: %s: %s%s", without, wait, self._listen, why, hint)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT)
                finally:
                    tried.set()
                    if not self._runner:
                        await runner.cleanup()

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await self._answered(request)
        response.headers.update(NAMED)
        if request.method == "GET" and self._key.is_given(request) and not response.prepared:
            response = (response.status == 200 and _led_on(request)) or response
            response.headers["Set-Cookie"] = self._key.cookie(self._listen)
        if not request.content.is_eof():  # of a body that nobody wants, no more is waited for
            response.force_close()
        return response

    def _routes(self, path: str) -> dict[str, Route] | None:
        """Those at a path, or at the nearest above it."""
        routes = self.routes.get(path)
        while not routes and "/" in path:
            path = path.rpartition("/")[0]
            routes = self.routes.get(f"{path}/*")
        return routes

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        if refused := gate.odd(request):
            name, status = refused
            self._tell(f"a request whose header {name} makes no sense was refused with {status}")
            return web.Response(status=status)
        routes = self._routes(request.path)
        if routes is None:
            return web.Response(status=404)
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            return web.Response(status=405, headers={"Allow": ", ".join(sorted(routes))})
        if self._places.unsent > self._limits.unsent:
            return web.Response(status=503, headers={"Retry-After": "10"})
        try:
            return await route(request)
        except Exception as error:  # noqa: BLE001  # one request's trouble must not show in another's
            where = request.rel_url.raw_path[:200]
            _log.error("%s %s could not be answered: %r", request.method, where, error)  # no traceback for users
            _log.debug("unexpected", exc_info=True)
            return web.Response(status=500)

    def _tell(self, text: str) -> None:
        """Once: anybody can send what is refused, as often as he likes."""
        if text not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(text)
            _log.info("%s at %s; if it comes again, that is not said again", text, self._listen)
