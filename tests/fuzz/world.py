"""A bot in this process with everything open that anybody can reach; in the platforms' place a server that says yes."""

import asyncio
import logging
import re
import shutil
import tempfile
from collections import Counter
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import yaml
from aiohttp import web

from bot.app import bot as app
from bot.chat.restraint import Restraint, Verdict
from bot.config import read
from tests.fuzz import payloads
from tests.ports import free_port

SECRET = "hook-secret_hook-secret"
_PATIENCE = 10.0  # seconds: what is whole is answered
_NO_ANSWER_SECONDS = 2.0
_SECONDS = 60  # for an answer to come, however busy the machine is


class Trouble(logging.Handler):
    """What must not be said: errors in the log. And what whoever runs the bot takes from there: the key."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.key = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "aiohttp.server":  # that is the platforms' server here; the bot's own has another name
            return
        if record.levelno >= logging.ERROR:
            self.lines.append(f"{record.name}: {record.getMessage()}")
        elif found := re.search(r"[?]key=([\w-]+)", record.getMessage()):
            self.key = found[1]


class Platforms:
    """Telegram's and Slack's own servers, as far as a bot that only answers needs them. Strict they are elsewhere."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.url = ""
        self._number = 0

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        await request.read()
        method = request.path.rpartition("/")[2]
        self.calls[method] += 1
        self._number += 1
        if "/bot" in request.path:
            return web.json_response({"ok": True, "result": self._telegram(method)})
        found: dict[str, Any] = {
            "user": {"locale": "de-DE"},
            "channel": {"name": "jobs"},
            "ts": f"{self._number}.000100",
        }
        found |= {"team_id": "T1", "view": {"id": "V1", "hash": f"{self._number}.a"}}
        return web.json_response({"ok": True, **found})

    def _telegram(self, method: str) -> Any:
        if method == "getMe":
            return payloads.BOT_USER
        if method in {"sendMessage", "editMessageText"}:
            chat = {"id": payloads.ADA, "type": "private"}
            return {"message_id": self._number, "date": 1796000000, "chat": chat, "text": "x"}
        return {"url": "", "pending_update_count": 0} if method == "getWebhookInfo" else True


async def _at_once(*_: object) -> None:
    """In place of the pace at which answers leave."""


class World:
    """`async with World() as world`. One asks by `ask(…)`; `took()` is what went wrong since it was last called. Nobody
    is held back in it for asking too much: else all but the first questions would go unheard.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="callboard-fuzz-"))
        self.platforms = Platforms()
        self.ports: dict[str, int] = {}
        self._trouble = Trouble()
        self._stack = AsyncExitStack()
        self._standing: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.platforms)
        self._stack.enter_context(patch.object(app.Rounds, "turn", _at_once))
        self._stack.enter_context(patch.object(Restraint, "judge", lambda *_: (Verdict.ANSWER, 0.0)))
        postings = self.folder / "postings"
        postings.mkdir()
        for number, (text, ending) in enumerate(zip(payloads.POSTINGS, (".yaml", ".md", ".yaml"), strict=True)):
            (postings / f"robust-{number}{ending}").write_text(text)
        (postings / "draft.yaml").write_text("title: A draft\nrole: phd\nstatus: draft\n")
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump(self._config()))
        logging.getLogger().addHandler(self._trouble)
        logging.getLogger("callboard").setLevel(logging.INFO)
        asyncio.get_running_loop().set_exception_handler(self._unhandled)
        self._bot = app.Bot(read(path))
        self._running = asyncio.create_task(self._bot.run())
        for name in self.ports:
            await self._opens(name)
        async with asyncio.timeout(_SECONDS):
            while not (self.platforms.calls["setWebhook"] and self._trouble.key):  # noqa: ASYNC110  # looked at again and again while it starts
                await asyncio.sleep(0.02)
        self._standing = asyncio.all_tasks()
        return self

    def _config(self) -> dict[str, Any]:
        for name in ("board", "own", "telegram", "slack"):
            self.ports[name] = free_port()
        at = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        return {
            "registry": "postings",
            "database": "sqlite:///callboard.db",
            "timezone": "Europe/Berlin",
            "web": {"listen": at["board"], "health": at["own"], "base_url": "https://jobs.lab.example"},
            "platforms": {
                "web": {"listen": at["own"]},
                "telegram": {
                    "token": "123456:MADE-UP",
                    "api_url": self.platforms.url,
                    "webhook": {"url": f"http://{at['telegram']}/telegram", "secret": SECRET, "listen": at["telegram"]},
                },
                "slack": {
                    "bot_token": "xoxb-made-up",
                    "signing_secret": SECRET,
                    "mode": "http",
                    "listen": at["slack"],
                    "api_url": f"{self.platforms.url}/api/",
                },
            },
            "channels": [{"name": "browser", "platform": "web"}],
        }

    async def _opens(self, name: str) -> None:
        async with asyncio.timeout(_SECONDS):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.ports[name])
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    async def __aexit__(self, *_: object) -> None:
        self._bot.stop()
        await asyncio.wait_for(self._running, _SECONDS)
        logging.getLogger().removeHandler(self._trouble)
        await self._stack.aclose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._trouble.lines.append(f"unhandled: {context.get('message')}: {context.get('exception')!r}")

    def took(self) -> list[str]:
        """What went wrong since this was last asked."""
        if self._running.done():
            self._trouble.lines.append(f"the bot has ended: {self._running.exception()!r}")
        lines, self._trouble.lines = self._trouble.lines, []
        return lines

    @property
    def key(self) -> str:
        return self._trouble.key

    def overlook(self, pattern: re.Pattern[str]) -> None:
        self._trouble.lines = [line for line in self._trouble.lines if not pattern.match(line)]

    async def is_quiet(self) -> None:
        """Waits until nothing is being answered: no task is left that was not there before somebody asked. What goes on
        for seconds is no answer.
        """
        end = asyncio.get_running_loop().time() + _NO_ANSWER_SECONDS
        while busy := [task for task in asyncio.all_tasks() - self._standing if _may_answer(task)]:
            if asyncio.get_running_loop().time() > end:
                self._standing |= set(busy)
                return
            await asyncio.sleep(0.0003)

    async def ask(self, name: str, request: bytes, patience: float = _PATIENCE) -> int | None:
        """The status of the answer to these bytes; None where there is none. Where nothing comes, it may be for want of
        more: then the end is said.
        """
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[name])
            try:
                writer.write(request)
                head = asyncio.ensure_future(reader.readuntil(b"\r\n\r\n"))
                if not (await asyncio.wait([head], timeout=patience))[0]:
                    writer.write_eof()
                return await _status(await head, reader, has_body=not request.startswith(b"HEAD"))
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return None
            finally:
                writer.close()


def _may_answer(task: asyncio.Task[Any]) -> bool:
    """Whether a task can be an answer: the one that waits for it is none, nor is what holds a connection or waits for
    the next round.
    """
    name = getattr(task.get_coro(), "__qualname__", "")
    return task is not asyncio.current_task() and not name.startswith(("RequestHandler.", "Event.wait"))


async def _status(head: bytes, reader: asyncio.StreamReader, *, has_body: bool) -> int | None:
    """Reads an answer to its end, or as far as a page that never ends goes."""
    if not head.startswith(b"HTTP/1."):
        return None
    if not has_body or b"text/event-stream" in head:
        return int(head.split(b" ", 2)[1])
    if length := re.search(rb"(?i)\r\ncontent-length: (\d+)", head):
        await reader.readexactly(int(length[1]))
    else:
        while await reader.readline() not in {b"0\r\n", b""}:
            pass
    return int(head.split(b" ", 2)[1])
