"""One HTTP server for each address, for all parts that name it.

It is meant to stand behind a web server, and trusts nobody all the same: requests are small and come at once or not at
all, connections are limited in number, and no answer tells which software is running here.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress

from aiohttp import web

from bot.platforms.base import WebRequest, WebResponse

_log = logging.getLogger("callboard.web")
_aiohttp_log = logging.getLogger("callboard.web.aiohttp")
_aiohttp_log.setLevel(logging.CRITICAL)  # it prints a traceback for whatever is no HTTP

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a port that is taken is tried again: doubled each time, up to a minute."""

MAX_BYTES = 1024 * 1024
BODY_SECONDS = 10.0
HEADER_SECONDS = 75.0
"""How long a connection may stay without a whole request. A web server in front keeps it for less (nginx: 60 s), so
that it never sends into one that is being closed.
"""

MOST_CONNECTIONS = 1000
_LINGER_SECONDS = 2.0
_LAST_WORDS = 5.0  # seconds that answers have to leave when the bot stops
_NAMED = {"Server": "callboard"}  # aiohttp would say its version and Python's


Route = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Listener:
    """All addresses of this process. Each is open as long as a part has a path there. It is the platforms' `Doors`."""

    def __init__(self) -> None:
        self._addresses: dict[str, _Address] = {}

    def receive(
        self,
        listen: str,
        path: str,
        answer: Callable[[WebRequest], Awaitable[WebResponse]],
        without: str,
        method: str = "POST",
    ) -> AbstractAsyncContextManager[None]:
        """See `Doors`."""

        async def route(request: web.BaseRequest) -> web.StreamResponse:
            body = await request.read()
            given = await answer(WebRequest(request.headers, request.query_string, body, request.path))
            if isinstance(given.body, bytes):
                return web.Response(status=given.status, body=given.body, headers=given.headers)
            return await _in_pieces(request, given.status, given.headers, given.body)

        return self.serve(listen, method, path, route, without)

    @asynccontextmanager
    async def serve(self, listen: str, method: str, path: str, route: Route, without: str) -> AsyncIterator[None]:
        """The same for any method; a GET's route is asked for HEAD, too. A path that ends in `/*` stands for all below
        it that no other has. Raises `ValueError` when another part has that path.
        """
        address = self._addresses.get(listen) or _Address(listen)
        address.add(method, path, route)
        self._addresses[listen] = address
        try:
            await address.open(without)
            yield
        finally:
            address.remove(method, path)
            if not address.routes:
                del self._addresses[listen]
                await address.close()


async def _in_pieces(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], pieces: AsyncGenerator[bytes]
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={**headers, **_NAMED})
    async with aclosing(pieces):
        await response.prepare(request)
        if request.method != "HEAD":
            with suppress(ConnectionError):  # whoever has gone needs no more
                async for piece in pieces:
                    await response.write(piece)
                await response.write_eof()
    return response


class _Address:
    """A server, and who answers at its paths."""

    def __init__(self, listen: str) -> None:
        self.routes: dict[str, dict[str, Route]] = {}
        self._listen = listen
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

    async def open(self, without: str) -> None:
        """Waits until the port is free: the bot's last run may still be going."""
        host, _, port = self._listen.rpartition(":")
        wait = FIRST_WAIT
        async with self._opening:
            while not self._runner:
                runner = web.ServerRunner(_Server(self._answer), shutdown_timeout=_LAST_WORDS)
                await runner.setup()
                try:
                    await web.TCPSite(runner, host.strip("[]"), int(port)).start()
                    self._runner = runner
                except OSError as error:
                    why = (error.strerror or str(error)).rpartition(": ")[2]  # asyncio says the address before that
                    _log.error("%s, tried again in %.0f s: %s: %s", without, wait, self._listen, why)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT)
                finally:
                    if not self._runner:
                        await runner.cleanup()

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await self._answered(request)
        response.headers.update(_NAMED)
        return response

    def _routes(self, path: str) -> dict[str, Route] | None:
        """Those at a path, or at the nearest above it."""
        found = self.routes.get(path)
        while not found and "/" in path:
            path = path.rpartition("/")[0]
            found = self.routes.get(f"{path}/*")
        return found

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        routes = self._routes(request.path)
        if routes is None:
            return web.Response(status=404)
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            return web.Response(status=405, headers={"Allow": ", ".join(sorted(routes))})
        try:
            async with asyncio.timeout(BODY_SECONDS):
                await request.read()  # it is kept for the route
        except (TimeoutError, web.HTTPRequestEntityTooLarge, web.RequestPayloadError) as error:
            status = {TimeoutError: 408, web.HTTPRequestEntityTooLarge: 413}.get(type(error), 400)
            refused = web.Response(status=status)
            refused.force_close()
            return refused
        try:
            return await route(request)
        except Exception as error:  # noqa: BLE001  # one request's trouble must not show in another's
            _log.error("%s %s could not be answered: %r", request.method, request.path, error)  # no traceback for users
            _log.debug("unexpected", exc_info=True)
            return web.Response(status=500)


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return _Protocol(
            self,
            loop=asyncio.get_running_loop(),
            logger=_aiohttp_log,
            access_log=None,  # type: ignore[arg-type]  # which is how aiohttp is told to keep none
            keepalive_timeout=HEADER_SECONDS,
            lingering_time=_LINGER_SECONDS,
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()


class _Protocol(web.RequestHandler):
    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no HTTP. It does not say what was wrong."""
        del message
        response = super().handle_error(request, status, exc, "")
        response.headers.update(_NAMED)
        return response
