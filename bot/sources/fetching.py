"""What other servers have, asked for politely and safely.

One request at a time for a host; robots.txt (RFC 9309) is obeyed; what has not changed is not sent again (RFC 9110,
13.1); who is told to wait, waits (RFC 9110, 10.2.3). What comes is bounded in time, redirects and size, decompressed.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
from cachetools import LRUCache
from protego import Protego

from bot.sources.addresses import CheckedResolver, RefusedError, is_allowed
from bot.sources.base import NoHostError, SourceError, UnchangedError

MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_SECONDS = 30.0
AGENT = f"Callboard/{version('callboard')} (reads open positions for a research group)"
_NAME = "Callboard"
_ALLOWED = "a source of the config may be with allow_private: true, unless it is link-local; or save it as a file"
_MOST_HOSTS = 500
_MOST_ROBOTS = 512 * 1024  # bytes; RFC 9309, 2.5
_MOST_WAIT = timedelta(days=1)
_USUAL_WAIT = timedelta(minutes=10)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHARSET = re.compile(
    r"""<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}["']?([\w.:-]{1,40})""", re.IGNORECASE
)
_CHARSET_HEADER = re.compile(r"charset\s{0,3}=\s{0,3}\"?([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


Conditions = Mapping[str, Mapping[str, str]]
"""By address, the headers by which its server can tell that it has what it had (RFC 9110, 13.1)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server has sent: from where in the end, and the bytes, decompressed."""

    url: str
    data: bytes
    content_type: str = ""

    @property
    def text(self) -> str:
        """The bytes as text."""
        return decoded(self.data, self.content_type)


def decoded(content: bytes, content_type: str = "") -> str:
    """Bytes as text: by their mark, what the server or they themselves say, or as what they can only be."""
    named = _CHARSET_HEADER.search(content_type)
    inside = _CHARSET.search(content[:2048].decode("latin-1"))
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    claims = (marked, named and named[1], inside and inside[1], "utf-8")
    for claim in claims:
        try:
            if claim:
                return content.decode(claim)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


@dataclass(slots=True)
class _Host:
    """What is remembered of a host."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: Protego | None = None
    robots_until: datetime | None = None
    not_before: datetime | None = None

    def is_needed(self, now: datetime) -> bool:
        """Whether somebody asks it, or nobody is to."""
        return self.lock.locked() or (self.not_before is not None and now < self.not_before)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request."""

    method: str
    url: str
    value: object
    allow_private: bool


_Answer = TypeVar("_Answer", Fetched, int)


class Fetcher:
    """One client for all sources. Only one request at a time goes to a host."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._known: LRUCache[str, tuple[Mapping[str, str], Fetched | None]] = LRUCache(64)
        self._ends: LRUCache[str, str] = LRUCache(1000)  # where addresses lead
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        """Begins to listen to nobody but those it asks."""
        # one for each, so that no connection into a private network is used again for who may not go there
        self._sessions = {allow_private: _session(allow_private=allow_private) for allow_private in (False, True)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes all connections."""
        for session in self._sessions.values():
            await session.close()

    def conditions(self, url: str) -> Conditions:
        """By which the server of an address could tell that it has what it has now; none where it says nothing."""
        known = self._known.get(self._ends.get(url, url))
        return {self._ends.get(url, url): known[0]} if known else {}

    @contextmanager
    def expecting(self, conditions: Conditions) -> Iterator[None]:
        """What an earlier process was told of addresses: within, `UnchangedError` is raised where that holds still."""
        new = {url: headers for url, headers in conditions.items() if url not in self._known}
        for url, headers in new.items():
            self._known[url] = headers, None
        try:
            yield
        finally:
            for url in new:
                if (known := self._known.get(url)) and known[1] is None:
                    del self._known[url]

    async def get(self, url: str, *, allow_private: bool = False) -> Fetched:
        """What stands at an address. Raises `SourceError`."""
        return await self._asked(_Asked("GET", url, None, allow_private), self._once)

    async def post(self, url: str, value: object, *, allow_private: bool = False) -> Fetched:
        """What a server answers to a value, sent as JSON. Raises `SourceError`."""
        return await self._asked(_Asked("POST", url, value, allow_private), self._once)

    async def status(self, url: str, *, allow_private: bool = False) -> int:
        """What is answered at an address, and not what stands there. Raises `SourceError` where that is not known."""
        return await self._asked(_Asked("HEAD", url, None, allow_private), self._status)

    async def _asked(self, request: _Asked, once: "Callable[[_Host, _Asked], Awaitable[_Answer | str]]") -> _Answer:
        url = request.url
        try:
            return await self._followed(request, once)
        except TimeoutError:
            raise SourceError(f"{_shown(url)} took longer than {MOST_SECONDS:g} seconds") from None
        except RefusedError as error:
            raise SourceError(f"{_shown(url)} is not asked: {error}; {_ALLOWED}") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, RefusedError):
                raise SourceError(f"{_shown(url)} is not asked: {error.__cause__}; {_ALLOWED}") from None
            unreachable = NoHostError if _is_unknown_name(error) else SourceError
            raise unreachable(f"{_shown(url)} cannot be reached ({type(error).__name__})") from None

    async def _followed(self, request: _Asked, once: "Callable[[_Host, _Asked], Awaitable[_Answer | str]]") -> _Answer:
        first, loop, left = request.url, asyncio.get_running_loop(), MOST_SECONDS
        for _ in range(MOST_REDIRECTS + 1):
            _check(request.url, allow_private=request.allow_private)
            host = self._host(request.url)
            async with host.lock:  # a turn behind somebody else's slow page is no fault of this one
                began = loop.time()
                async with asyncio.timeout(left):
                    self._wait_is_over(host, request.url)
                    await self._obey_robots(host, request)
                    answer = await once(host, request)
                left -= loop.time() - began
            if not isinstance(answer, str):
                if request.method != "HEAD":
                    self._ends[first] = request.url
                return answer
            request = replace(request, url=answer, method="HEAD" if request.method == "HEAD" else "GET", value=None)
        raise SourceError(f"{_shown(first)} redirects more than {MOST_REDIRECTS} times")

    def _host(self, url: str) -> _Host:
        """What is remembered of its host. Of too many, those are forgotten that nobody asks and that want no peace."""
        if len(self._hosts) >= _MOST_HOSTS:
            now = self._clock()
            self._hosts = {origin: host for origin, host in self._hosts.items() if host.is_needed(now)}
        return self._hosts.setdefault(_origin(url), _Host())

    def _wait_is_over(self, host: _Host, url: str) -> None:
        if host.not_before and self._clock() < host.not_before:
            until = host.not_before.astimezone(UTC).isoformat(timespec="seconds")
            raise SourceError(f"{_shown(url)} asked to be left alone until {until}", host.not_before)

    async def _obey_robots(self, host: _Host, request: _Asked) -> None:
        now = self._clock()
        if host.robots is None or host.robots_until is None or host.robots_until < now:
            host.robots = await asyncio.to_thread(_rules, await self._robots(host, request))
            host.robots_until = now + timedelta(days=1)  # RFC 9309, 2.4
        if not host.robots.can_fetch(request.url, _NAME):
            raise SourceError(f"{_shown(request.url)} may not be read: robots.txt says so")

    async def _robots(self, host: _Host, request: _Asked) -> bytes:
        address = urljoin(request.url, "/robots.txt")
        for _ in range(MOST_REDIRECTS + 1):
            _check(address, allow_private=request.allow_private)
            async with self._opened(_Asked("GET", address, None, request.allow_private), {}) as response:
                if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                    address = urljoin(address, target)
                    continue
                if response.status == 429:
                    self._told_to_wait(host, response.headers)
                if response.status >= 500 or response.status == 429:
                    why = f"{_shown(request.url)} is not read: its robots.txt answers {response.status}"
                    raise SourceError(why, host.not_before if response.status == 429 else None)
                if response.status >= 400:
                    return b""
                return (await _body(response, _MOST_ROBOTS, cut=True))[:_MOST_ROBOTS]
        return b""

    def _opened(self, request: _Asked, headers: Mapping[str, str]) -> "aiohttp.client._RequestContextManager":
        if not self._sessions:
            raise RuntimeError("this client is not open")
        session = self._sessions[request.allow_private]
        return session.request(request.method, request.url, json=request.value, headers=headers, allow_redirects=False)

    async def _once(self, host: _Host, request: _Asked) -> Fetched | str:
        """What is there, or where it leads."""
        url = request.url
        known = self._known.get(url) if request.method == "GET" else None
        async with self._opened(request, known[0] if known else {}) as response:
            if response.status == 304 and known:
                if known[1] is None:
                    raise UnchangedError(f"{_shown(url)} has what it had")
                return known[1]
            if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                return urljoin(url, target)
            if response.status in {429, 503}:
                self._told_to_wait(host, response.headers)
                raise SourceError(f"{_shown(url)} answers {response.status}", host.not_before)
            if response.status != 200:
                raise SourceError(f"{_shown(url)} answers {response.status}")
            body = await _body(response, MOST_BYTES)
            fetched = Fetched(url, body, response.headers.get("Content-Type", ""))
            conditions = {
                name: response.headers[header]
                for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
                if header in response.headers
            }
            if request.method == "GET" and conditions:
                self._known[url] = conditions, fetched
            return fetched

    async def _status(self, host: _Host, request: _Asked) -> int | str:
        """What is answered, or where it leads. Many servers do not know HEAD, and say what they like."""
        for method in ("HEAD", "GET"):
            async with self._opened(replace(request, method=method), {}) as response:
                if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                    return urljoin(request.url, target)
                if response.status in {429, 503}:
                    self._told_to_wait(host, response.headers)
                    raise SourceError(f"{_shown(request.url)} answers {response.status}", host.not_before)
                if response.status < 400:
                    break
        return response.status

    def _told_to_wait(self, host: _Host, headers: Mapping[str, str]) -> None:
        now = self._clock()
        host.not_before = min(_after(headers.get("Retry-After", ""), now), now + _MOST_WAIT)


def _rules(robots: bytes) -> Protego:
    """What a robots.txt says. Half a megabyte of it takes longer than an answer may wait, so it is read in a thread."""
    return Protego.parse(decoded(robots))


def _is_unknown_name(error: Exception) -> bool:
    """Whether the name service says that there is no such name (RFC 3493, 6.1), and not that it cannot say."""
    cause = error.__cause__
    return isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME


def _session(*, allow_private: bool) -> aiohttp.ClientSession:
    resolver = CheckedResolver(allow_private=allow_private)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=20),
        headers={"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"},
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=MOST_SECONDS),
        trust_env=False,
    )


def _check(url: str, *, allow_private: bool) -> None:
    """Addresses written in figures are resolved by nobody, so they are looked at here."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceError(f"{_shown(url)} is no address of the web")
    if parts.username is not None or parts.password is not None:
        raise SourceError(f"{_shown(url)} has a name or password in it")
    is_figures = ":" in parts.hostname or re.fullmatch(r"[0-9.]+", parts.hostname)
    if is_figures and not is_allowed(parts.hostname, allow_private=allow_private):
        raise SourceError(f"{_shown(url)} is not asked: it lies in a private network; {_ALLOWED}")


def _after(retry_after: str, now: datetime) -> datetime:
    """Until when a `Retry-After` asks to wait."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return now + timedelta(seconds=int(retry_after))
    try:
        at = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return now + _USUAL_WAIT
    return at if at.tzinfo else at.replace(tzinfo=UTC)


async def _body(response: aiohttp.ClientResponse, most: int, *, cut: bool = False) -> bytes:
    """The body, decompressed step by step, so that a small one that grows is stopped in time."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise SourceError(f"{_shown(str(response.url))} is packed in a way that was not asked for: {coding[:20]}")
    unpacker = zlib.decompressobj(wbits=47) if coding not in {"", "identity"} else None
    result = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        rest = chunk
        while rest:
            if unpacker is None:
                result += rest
                rest = b""
            else:
                try:
                    result += unpacker.decompress(rest, most + 1 - len(result))
                except zlib.error:
                    raise SourceError(f"{_shown(str(response.url))} cannot be unpacked") from None
                rest = unpacker.unconsumed_tail
            if len(result) > most:
                if cut:
                    return bytes(result[:most])
                raise SourceError(f"{_shown(str(response.url))} is larger than {most // 1024 // 1024} MB")
    if unpacker is not None and not unpacker.eof:
        raise SourceError(f"{_shown(str(response.url))} breaks off")
    return bytes(result)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}"


def _shown(url: str) -> str:
    """An address without what may be secret in it: names, passwords, queries."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
