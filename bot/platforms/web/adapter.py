"""A page that is a chat: notices arrive in its channels, and the bot answers beside them.

It is for this computer: unless it is told another address, only programs on this machine reach it, and pages of other
sites are refused, also when they come by a name that they have made to mean this machine (DNS rebinding). Whoever makes
it listen elsewhere lets all who reach it read the channels and ask. Whoever comes to this computer through a web server
in front can ask, and reads no channel. The link that the log prints has a key, by which it is known who runs the bot.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.chat.reading import pressed as read_button
from bot.chat.reading import read
from bot.chat.request import Request
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.language import SOURCE, languages
from bot.platforms.base import Answers, DeliveryError, Platform, Reader, WebRequest, WebResponse, called
from bot.platforms.web import path_of, rendering
from bot.platforms.web.messages import MessageFile, Post
from bot.wording.catalogue import wording
from bot.wording.labels import chat_labels

_log = logging.getLogger("callboard.web.chat")

MOST_STREAMS = 50
"""So many pages may be open at once; and as many through a web server in front, so that strangers take no place of the
lab's.
"""

_MOST_WAITING = 100  # changes that a page may be behind; then it begins anew
_SIGN_OF_LIFE = 25.0  # seconds: some proxies close what is silent for half a minute
_AGAIN_MS = 1000  # a page that has lost its stream asks again after so long
_LONGEST_TEXT = 1000
_LONGEST_NAME = 64
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_FILES = {"": "page.html", "/chat.css": "chat.css", "/chat.js": "chat.js", "/icon.svg": "icon.svg"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class BrowserChat(Platform):
    """`channels`: the names of those that are on it. `path`: a file in which messages are kept over a restart.
    `listen_key`: which key of the config moves it to another port.
    """

    can_edit = True

    def __init__(
        self,
        channels: Sequence[str],
        listen: str,
        clock: Callable[[], datetime],
        path: Path | None = None,
        name: str = "web",
        listen_key: str | None = None,
    ) -> None:
        self.name = name
        self.called = called("Web", name)
        self.listen_at = listen
        self._listen_key = listen_key or f"platforms.{name}.listen"
        self._is_local = _name(listen) in _LOCAL
        self.path = path_of(name)
        self._channels = tuple(dict.fromkeys(channels))
        self._clock = clock
        self._kept = MessageFile(path)
        self._streams: dict[asyncio.Queue[str | None], bool] = {}  # and whether it sees what is said in channels
        self._answers: Answers | None = None

    # --- Sending

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        return {"channel": destination.address, "key": key, **rendering.content(message)}

    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        now = self._clock().astimezone(UTC)
        post = {"id": self._kept.next_id(now), "at": _written(now), **self.payload(destination, message, key)}
        if reply_to and reply_to in self._kept.posts:
            post["answers"] = reply_to
        return self._put(post)

    async def edit(self, reference: str, message: Message, key: str) -> None:
        post = self._kept.posts.get(reference)
        if post is None:
            raise DeliveryError("the message is not kept any more", permanent=True)
        to = Destination(self.name, post["channel"])
        more = {"answers": post["answers"]} if "answers" in post else {}
        edited_at = _written(self._clock().astimezone(UTC))
        as_it_was = {"id": reference, "at": post["at"], **more}
        self._put({**as_it_was, "edited_at": edited_at, **self.payload(to, message, key)})

    async def delete(self, reference: str) -> None:
        try:
            self._kept.remove(reference)
        except OSError as error:
            raise _not_kept(error) from error
        self._tell({"delete": reference})

    async def find(
        self, destination: Destination, key: str, since: datetime, reply_to: str | None = None
    ) -> str | None:
        del since, reply_to
        wanted = (destination.address, key)
        return next((name for name, post in self._kept.posts.items() if (post["channel"], post["key"]) == wanted), None)

    def _put(self, post: Post) -> str:
        try:
            self._kept.put(post)
        except OSError as error:
            raise _not_kept(error) from error
        self._tell({"post": _shown(post)})
        return str(post["id"])

    # --- The page

    async def listen(self, answers: Answers) -> None:
        self._answers = answers
        gets = {"/stream": self._stream, **dict.fromkeys(_FILES, self._file)}
        without, key = "there is no chat in the browser", self._listen_key
        try:
            async with AsyncExitStack() as stack:
                for ending, answer in gets.items():
                    door = answers.routes.receive(self.listen_at, self.path + ending, answer, without, "GET", key)
                    await stack.enter_async_context(door)
                asking = (self.listen_at, f"{self.path}/ask", self._ask, without)
                await stack.enter_async_context(answers.routes.receive(*asking, key=key, refusal=self._no_question))
                _log.info("chat at %s", answers.routes.link(self.listen_at, self.path))
                await asyncio.Event().wait()
        finally:
            for waiting in list(self._streams):
                _end(waiting)

    async def _file(self, request: WebRequest) -> WebResponse:
        """The page, or what belongs to it."""
        name = _FILES[request.path.removeprefix(self.path)]
        body = _page(self.path) if name == "page.html" else _read(name)
        return self._refusal(request) or WebResponse(200, body, {**_HEADERS, "Content-Type": _TYPES[Path(name).suffix]})

    async def _stream(self, request: WebRequest) -> WebResponse:
        """All that is there, then each change: https://html.spec.whatwg.org/multipage/server-sent-events.html"""
        if refusal := self._refusal(request):
            return refusal
        sees_channels = not (self._is_local and request.is_forwarded)
        if list(self._streams.values()).count(sees_channels) >= MOST_STREAMS:
            return WebResponse(503, b"too many pages are open", {**_HEADERS, "Retry-After": "10"})
        headers = {**_HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        return WebResponse(200, self._changes(sees_channels=sees_channels), headers)

    async def _changes(self, *, sees_channels: bool) -> AsyncGenerator[bytes]:
        """Through a web server in front comes whoever likes: he may ask, and sees what is said in no channel."""
        waiting: asyncio.Queue[str | None] = asyncio.Queue(_MOST_WAITING)
        self._streams[waiting] = sees_channels
        try:
            everything = self._all() if sees_channels else {"channels": [], "posts": []}
            yield f"retry: {_AGAIN_MS}\n{_change(everything)}".encode()
            while True:
                try:
                    change = await asyncio.wait_for(waiting.get(), _SIGN_OF_LIFE)
                except TimeoutError:
                    change = ":\n\n"
                if change is None:
                    return
                yield change.encode()
        finally:
            self._streams.pop(waiting, None)

    def _all(self) -> dict[str, Any]:
        posts = [_shown(post) for post in self._kept.posts.values()]
        return {
            "channels": list(self._channels),
            "posts": [post for post in posts if post["channel"] in self._channels],
        }

    def _tell(self, change: dict[str, Any]) -> None:
        text = _change(change)
        for waiting in [stream for stream, sees_channels in self._streams.items() if sees_channels]:
            try:
                waiting.put_nowait(text)
            except asyncio.QueueFull:  # it does not read: it may come again, and is told everything
                _end(waiting)
                del self._streams[waiting]

    async def _ask(self, request: WebRequest) -> WebResponse:
        """`{"text": …}` as a person writes, or `{"request": …}` of a button; `language`; and how the page calls its
        `conversation`: the answer.
        """
        question = _asked(request.body)
        if question is None or self._answers is None:
            return WebResponse(400, b"", _HEADERS)
        asked_for, language, conversation = question
        if conversation is None and request.is_forwarded:  # anybody's, and of nobody else's concern
            conversation = secrets.token_hex(8)
        reader = Reader(
            Destination(self.name, self.name),
            language,
            thread=conversation,
            is_private=True,
            runs_bot=request.shows_key,
        )
        await self._answers.turn(reader.destination)
        message = await self._answers.answer(asked_for, reader)
        body = json.dumps(rendering.content(message)).encode()
        return WebResponse(200, body, {**_HEADERS, "Content-Type": "application/json"})

    def _no_question(self, request: WebRequest) -> WebResponse | None:
        """For what no page of this chat's own asks, while there is no body yet."""
        if refusal := self._refusal(request):
            return refusal
        is_json = request.headers.get("Content-Type", "").partition(";")[0].strip().casefold() == "application/json"
        return None if is_json else WebResponse(415, b"", _HEADERS)

    def _refusal(self, request: WebRequest) -> WebResponse | None:
        """For whoever is no page of this chat's own."""
        host = request.headers.get("Host", "")
        if self._is_local and _name(host) not in _LOCAL:
            return WebResponse(421, b"this chat is for this computer: open it as http://localhost\n", _HEADERS)
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        goes_there = request.headers.get("Sec-Fetch-Mode") == "navigate"
        if site not in {None, "same-origin", "none"} and not goes_there:
            return WebResponse(403, b"", _HEADERS)
        if origin is not None and urlsplit(origin).netloc.casefold() != host.casefold():
            return WebResponse(403, b"", _HEADERS)
        return None


def _asked(body: bytes) -> tuple[Request, str | None, str | None] | None:
    """What is asked, in which language, and in which conversation; None for what no page of ours sends."""
    try:
        body_values = json.loads(body)
        names = ("text", "request", "language", "conversation")
        text, pressed, language, conversation = (body_values.get(name) for name in names)
    except (ValueError, AttributeError, RecursionError):
        return None
    spoken = language.partition("-")[0] if isinstance(language, str) else None
    if isinstance(pressed, str) and len(pressed) <= _LONGEST_TEXT:
        asked_for = read_button(pressed)
    elif isinstance(text, str) and text.strip():
        asked_for = read(text[:_LONGEST_TEXT])
    else:
        return None
    is_named = isinstance(conversation, str) and 0 < len(conversation) <= _LONGEST_NAME
    return asked_for, spoken if spoken in languages() else None, conversation if is_named else None


def _shown(post: Post) -> Post:
    return {name: value for name, value in post.items() if name != "key"}


def _change(change: dict[str, Any]) -> str:
    return f"data: {json.dumps(change)}\n\n"


def _end(waiting: asyncio.Queue[str | None]) -> None:
    """Ends a stream, whatever it has not been told yet."""
    while not waiting.empty():
        waiting.get_nowait()
    waiting.put_nowait(None)


def _written(now: datetime) -> str:
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def _name(address: str) -> str:
    """The host of `host:port`."""
    return (urlsplit(f"//{address}").hostname or "").rstrip(".")


def _not_kept(error: OSError) -> DeliveryError:
    return DeliveryError(f"it could not be written down: {error.strerror or error}")


@cache
def _page(path: str) -> bytes:
    """The page at that path, with its words in every language, as data that cannot end the script that holds it."""
    words = json.dumps({language: chat_labels(wording(language)) for language in languages()}, ensure_ascii=False)
    filled = {b"{path}": path, b"{language}": SOURCE, b"{words}": words.replace("<", "\\u003c")}
    page = _read("page.html")
    for place, text in filled.items():
        page = page.replace(place, text.encode())
    return page


def _read(name: str) -> bytes:
    return files("bot.platforms.web").joinpath(name).read_bytes()
