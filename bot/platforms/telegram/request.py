"""python-telegram-bot's requests over aiohttp: quicker than over httpx, and nothing is ever sent twice.

No error that leaves here has a cause or a context: aiohttp's own ones name the URL, and so the token.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import aiohttp
import certifi
from cachetools import LRUCache
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.domain.message import Document
from bot.platforms.network import not_reached, proxy_for

_SHARED = 100  # parts of messages that go to many
_AT_ONCE = 200  # calls; what waits for its turn longer than for a connection is not sent
# What asyncio takes off our hands without waiting. Only with a larger body can a server keep us from sending, and only
# a limit for the whole request ends that in aiohttp; it costs every request a tenth of its time.
_BUFFER = 2**16
_HEADERS = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}


class NotSentError(NetworkError):
    """Telegram has surely not got it: there was no connection."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What `RequestData` gives, for parameters that are JSON already; with a file, all of it is in `form`."""

    parameters: Mapping[str, Any]
    form: aiohttp.MultipartWriter | None = None
    body: bytes | None = None  # the parameters as JSON, where that is known already


class AiohttpRequest(BaseRequest):
    """Made anywhere, used in one event loop. Its session is made when it is first needed.

    The seconds are how long a connection, a request on its way, and the next piece of an answer may take.
    """

    __slots__ = ("_connect", "_read", "_session", "_shared", "_turn", "_write")

    def __init__(self, connect: float, write: float, read: float) -> None:
        self._connect, self._write, self._read = connect, write, read
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._shared: LRUCache[int, tuple[Mapping[str, Any], bytes]] = LRUCache(_SHARED)  # by identity, with their JSON

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        """Nothing: a bot that only looks never needs a connection."""

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def call(self, url: str, parameters: Mapping[str, Any], shared: Mapping[str, Any] | None = None) -> Any:
        """The result of a method, as the JSON that it is, with the library's errors. `shared`: more parameters, which
        are the same in many calls, and the same object then; they are put into JSON once.

        `Bot` takes longer to build its objects than a request takes. So many calls at once get a connection that
        there are files left for anything else; only calls wait for that, no long poll does.
        """
        body = self._written(parameters, shared) if shared else None
        return await self._called(url, _Parameters(parameters, body=body))

    def _written(self, parameters: Mapping[str, Any], shared: Mapping[str, Any]) -> bytes:
        known = self._shared.get(id(shared))
        if known is None:
            known = self._shared[id(shared)] = shared, json.dumps(shared)[1:].encode()
        return b"%b, %b" % (json.dumps(parameters)[:-1].encode(), known[1])

    async def _called(self, url: str, parameters: "_Parameters") -> Any:
        if self._turn.locked():
            try:
                async with asyncio.timeout(self._connect):
                    await self._turn.acquire()
            except TimeoutError:
                raise NotSentError("too many requests wait for an answer") from None
        else:
            await self._turn.acquire()
        try:
            return await self.post(url, cast("RequestData", parameters))
        finally:
            self._turn.release()

    async def upload(self, url: str, parameters: Mapping[str, Any], field: str, document: Document) -> Any:
        """The same with a file as one more parameter (https://core.telegram.org/bots/api#sending-files: 50 MB)."""
        form = aiohttp.MultipartWriter("form-data")
        for name, value in parameters.items():
            part = form.append(value if isinstance(value, str) else json.dumps(value))
            part.set_content_disposition("form-data", name=name)
        part = form.append(document.body, {"Content-Type": document.content_type})
        part.set_content_disposition("form-data", name=field, filename=document.name)
        return await self._called(url, _Parameters(parameters, form))

    async def poll(self, url: str, parameters: Mapping[str, Any], seconds: float) -> Any:
        """The result of a method that lets its answer wait for so many seconds. Waits for no turn."""
        request_data = cast("RequestData", _Parameters(parameters))
        return await self.post(url, request_data, read_timeout=self._read + seconds)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request, never repeated and never led elsewhere. The library's own files cannot be sent."""
        del pool_timeout  # there is no pool to wait for
        form = getattr(request_data, "form", None)
        body = getattr(request_data, "body", None)
        if body is None:
            body = json.dumps(request_data.parameters if request_data else {}).encode() if form is None else b""
        unset = self.DEFAULT_NONE
        connect = self._connect if connect_timeout is unset else connect_timeout
        write = self._write if write_timeout is unset else write_timeout
        read = self._read if read_timeout is unset else read_timeout
        is_large = form is not None or len(body) > _BUFFER
        total = connect + write + read if is_large and connect and write and read else None
        proxy = None
        try:
            target, proxy, certificates = _way(url)
            answer = await (self._session or self._open()).request(
                method,
                target,
                data=body if form is None else form,
                headers=None if form is None else {"Content-Type": form.headers["Content-Type"]},
                timeout=_timeout(total, connect, read),
                allow_redirects=False,
                proxy=proxy,
                ssl=certificates,
            )
            return answer.status, await answer.read()
        except Exception as error:  # noqa: BLE001  # whatever it is, its text may hold the token
            failed = _failed(error, proxy)
        raise failed

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
        )
        return self._session


def _failed(error: Exception, proxy: str | None) -> NetworkError:
    """The library's error for one of aiohttp's; without its text where that may hold the URL."""
    if isinstance(error, NetworkError):
        return error
    if why := not_reached(error, proxy):
        return NotSentError(why)
    if isinstance(error, aiohttp.SocketTimeoutError):
        return TimedOut("Timed out")
    if isinstance(error, TimeoutError):
        return TimedOut("Timed out while sending")
    return NetworkError(f"the connection broke: {type(error).__name__}")


@lru_cache(maxsize=64)
def _timeout(total: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total, connect=connect, sock_read=read)


@lru_cache(maxsize=64)
def _way(url: str) -> tuple[URL, str | None, ssl.SSLContext | bool]:
    """Where to, through which proxy, trusting whom.

    aiohttp's own `trust_env` asks two threads at every request.
    """
    try:
        target = URL(url)
    except ValueError:
        raise aiohttp.InvalidURL(url) from None
    return target, proxy_for(target), certificates() if target.scheme == "https" else True


@cache
def certificates() -> ssl.SSLContext:
    """Read once: it takes a tenth of a second. The system's and certifi's, or those that the environment names."""
    context = ssl.create_default_context()
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        context.load_verify_locations(certifi.where())
    return context
