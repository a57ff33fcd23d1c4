"""What keeps people who are slow, or many, from taking all that a server has: places, time and memory.

aiohttp's server (3.14) has a time-out for a connection that is idle, and none for a request of which some has come, nor
for an answer that nobody takes.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

_aiohttp_log = logging.getLogger("callboard.web.aiohttp")
_aiohttp_log.setLevel(logging.CRITICAL)  # it prints a traceback for whatever is no HTTP

NAMED = {"Server": "callboard"}  # aiohttp would say its version and Python's
_LINGER_SECONDS = 2.0  # in which more of a body that nobody reads may come, so that its sender sees the answer
_MOST, _LEAST = 1000, 64  # connections
_FOR_THE_REST = 300  # files that the process opens for anything else


def _places() -> int:
    """As many connections as leave the process files enough for everything else."""
    with suppress(ImportError):  # Windows has no such limit
        import resource  # noqa: PLC0415

        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files != resource.RLIM_INFINITY:
            return max(_LEAST, min(_MOST, files - _FOR_THE_REST))
    return _MOST


@dataclass(frozen=True, slots=True)
class Limits:
    """What people get. Of time, the seconds until a connection is closed: `head`, in which the head of a request must
    come, from the connection or its first byte on; `body`, for the rest of it; `idle`, between two requests: a web
    server in front keeps a connection for less (nginx: 60 s), so that it never sends into one that is being closed;
    `stall`, in which `least` bytes of an answer must be taken.
    """

    head: float = 20.0
    body: float = 10.0
    idle: float = 75.0
    stall: float = 20.0
    least: int = 32 * 1024
    connections: int = 0
    """At all addresses together; 0 for as many as the system lets this process have, up to a thousand."""
    body_bytes: int = 1024 * 1024
    bodies: int = 16 * 1024 * 1024
    """Bytes of bodies that are held, of all requests together."""
    unsent: int = 64 * 1024 * 1024
    """Bytes of answers that wait for those who take them slowly; while there are more, nobody gets another."""


class ConnectionSlots:
    """The connections of all addresses, by who holds them. When all are taken, who has the most gives one up: the one
    that has been waiting for a request for longest. So a web server in front, from which all may come, is never shut
    out, and whoever opens hundreds and says nothing loses them to those who come after.
    """

    def __init__(self, limits: Limits) -> None:
        self._most = limits.connections or _places()
        self._held: defaultdict[str, dict[Protocol, None]] = defaultdict(dict)  # the oldest first
        self._stalled: set[Protocol] = set()
        self._count = 0

    def take(self, protocol: "Protocol") -> None:
        """A connection has come."""
        self._held[protocol.neighbours][protocol] = None
        self._count += 1
        if self._count > self._most:
            most = max(self._held.values(), key=len)
            next((connection for connection in most if connection.waits()), protocol).hang_up()

    def leave(self, protocol: "Protocol") -> None:
        """A connection has ended."""
        connections = self._held[protocol.neighbours]
        if connections.pop(protocol, protocol) is None:
            self._count -= 1
        if not connections:
            del self._held[protocol.neighbours]
        self._stalled.discard(protocol)

    def stalls(self, protocol: "Protocol") -> None:
        """Takes note that some of an answer waits for who takes it slowly."""
        self._stalled.add(protocol)

    def goes_on(self, protocol: "Protocol") -> None:
        """Takes note that an answer is taken again."""
        self._stalled.discard(protocol)

    @property
    def unsent(self) -> int:
        """Bytes of answers that wait for who takes them slowly."""
        return sum(protocol.unsent for protocol in self._stalled)


class Bodies:
    """The bodies of requests, as long as they are needed. When they hold too much, the one that has been coming for
    longest is given up: who is who he says sends his at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._coming: dict[asyncio.Timeout, None] = {}
        self._held = 0

    @asynccontextmanager
    async def of(self, request: web.BaseRequest) -> AsyncIterator[bytes]:
        """Raises `TimeoutError`, `TooLargeError`, and what aiohttp raises of a body that makes no sense."""
        most = self._limits.body_bytes
        if (request.content_length or 0) > most:
            raise TooLargeError
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._limits.body) as patience:
                self._coming[patience] = None
                try:
                    async for chunk in request.content.iter_any():
                        size += len(chunk)
                        self._held += len(chunk)
                        if size > most:
                            raise TooLargeError
                        chunks.append(chunk)
                        if self._held > self._limits.bodies:
                            self._give_one_up()
                finally:
                    self._coming.pop(patience, None)
            yield b"".join(chunks)
        finally:
            self._held -= size

    def _give_one_up(self) -> None:
        if oldest := next(iter(self._coming), None):
            del self._coming[oldest]
            oldest.reschedule(asyncio.get_running_loop().time())


class TooLargeError(Exception):
    """A body is larger than any that is meant for us."""


class Server(web.Server):
    """aiohttp's server, with limits."""

    def __init__(
        self,
        answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        limits: Limits,
        places: ConnectionSlots,
    ) -> None:
        super().__init__(answer)
        self.limits, self.places = limits, places

    def __call__(self) -> web.RequestHandler:
        return Protocol(self)


class Protocol(web.RequestHandler):
    """One connection."""

    __slots__ = ("_head_timer", "_limits", "_places", "_stall_timer", "_unsent", "_wire", "neighbours")

    def __init__(self, server: Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            logger=_aiohttp_log,
            access_log=None,  # type: ignore[arg-type]  # which is how aiohttp is told to keep none
            keepalive_timeout=server.limits.idle,
            lingering_time=_LINGER_SECONDS,
        )
        self._limits, self._places = server.limits, server.places
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._wire: asyncio.Transport | None = None
        self.neighbours = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a TCP server makes no other
        self._wire = transport
        self.neighbours = _neighbours(transport)
        self._head_timer = self._loop.call_later(self._limits.head, self.hang_up)
        super().connection_made(transport)
        self._places.take(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._places.leave(self)
        for timer in (self._head_timer, self._stall_timer):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        requests = self._request_count
        super().data_received(data)
        if self._request_count != requests:
            if self._head_timer:
                self._head_timer.cancel()
                self._head_timer = None
        elif not self._head_timer and self._waiter and not self._waiter.done():
            self._head_timer = self._loop.call_later(self._limits.head, self.hang_up)

    def waits(self) -> bool:
        """Whether the other side has to go on: with a request, or with the rest of one."""
        request = self._current_request
        return not request.content.is_eof() if request else not self._messages

    def hang_up(self) -> None:
        """Ends the connection at once, whatever was still to be said."""
        if self._wire:
            self._wire.abort()

    # --- An answer that nobody takes

    def pause_writing(self) -> None:
        super().pause_writing()
        self._places.stalls(self)
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._places.goes_on(self)
        if self._stall_timer:
            self._stall_timer.cancel()

    @property
    def unsent(self) -> int:
        """Bytes of answers that wait for the other side."""
        return self._wire.get_write_buffer_size() if self._wire else 0

    def _watch(self) -> None:
        self._unsent = self.unsent
        self._stall_timer = self._loop.call_later(self._limits.stall, self._look)

    def _look(self) -> None:
        if self._unsent - self.unsent < self._limits.least:
            self.hang_up()
        else:
            self._watch()

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
        response.headers.update(NAMED)
        return response


def _neighbours(transport: asyncio.Transport) -> str:
    """Whose connection it is: an address, or in IPv6 the network that one customer has (RFC 6177). At `[::]`, IPv4
    comes as IPv6 (RFC 4291, 2.5.5.2).
    """
    host = str((transport.get_extra_info("peername") or ("",))[0]).partition("%")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
