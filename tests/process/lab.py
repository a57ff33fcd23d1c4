"""A lab as an admin has it: a config, a folder of postings, both platforms emulated, and callboard as a process."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import yaml

from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.process.template import Copy, Template

GROUP = -1001234567890
SLACK_CHANNEL = "C0123456789"


@dataclass
class Finished:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Process:
    """A running `callboard run`; `log` is what it has said so far."""

    process: asyncio.subprocess.Process | Copy
    log: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, stream: asyncio.StreamReader, into: list[str]) -> None:
        async for line in stream:
            into.append(line.decode())
            self._grown.set()

    async def says(self, pattern: str, seconds: float = 20) -> str:
        """Waits until a line of its log matches."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._grown.clear()
                    for line in self.log:
                        if re.search(pattern, line):
                            return line
                    await self._grown.wait()
        except TimeoutError:
            raise AssertionError(f"no line matches {pattern!r} in:\n{''.join(self.log)}") from None

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 30)


class Lab:
    """`async with Lab(tmp_path) as lab`. Servers and processes end with it. Its commands are copies of the template,
    where there is one, unless they shall be `fresh`: started from nothing.
    """

    template: ClassVar[Template | None] = None

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.fresh = fresh
        self.folder = folder
        self.postings = folder / "postings"
        self.config_path = folder / "config.yaml"
        self.telegram = TelegramServer()
        self.slack = SlackServer()
        self.environment: dict[str, str] = {}  # of its processes, beside what they need
        self._processes: list[Process] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.postings.mkdir(exist_ok=True)
        await self._stack.enter_async_context(self.telegram)
        await self._stack.enter_async_context(self.slack)
        self.telegram.add_chat(GROUP, type="supergroup", title="Jobs", username="lab_jobs")
        self.telegram.add_user(7, "Ada", language_code="de")
        self.slack.add_channel(SLACK_CHANNEL, name="jobs")
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            if process.process.returncode is None:
                await process.stop(signal.SIGKILL)
        await self._stack.aclose()

    def configure(self, channels: list[dict[str, Any]] | None = None, **more: Any) -> None:
        """Both platforms with one channel each, unless it is told otherwise."""
        config = {
            "registry": "postings",
            "timezone": "Europe/Berlin",
            "reminders": ["14d", "7d", "1d"],
            "when_empty": "Nothing is open. Write to us.",
            "settle": "0s",
            "platforms": {
                "telegram": {"token": "123456:TEST-TOKEN", "api_url": self.telegram.url},
                "slack": {"bot_token": "xoxb-test-token", "app_token": "xapp-test-token", "api_url": self.slack.url},
            },
            "channels": [
                {"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"},
                {"name": "lab-slack", "platform": "slack", "address": SLACK_CHANNEL},
            ]
            if channels is None
            else channels,
            **more,
        }
        self.config_path.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))

    def post(self, name: str, **fields: Any) -> Path:
        """Writes a posting file the way an editor does: beside it, then in its place."""
        path = self.postings / f"{name}.yaml"
        beside = self.folder / f"{name}.new"
        beside.write_text(yaml.safe_dump({"title": name.title(), "role": "phd", **fields}, allow_unicode=True))
        beside.replace(path)
        return path

    async def start(self, *more: str) -> Process:
        """`callboard run`, as a process of its own."""
        started = await self._process(*more, "run", "--config", str(self.config_path))
        process = Process(started)
        self._processes.append(process)
        for stream, into in ((started.stderr, process.log), (started.stdout, process.out)):
            assert stream
            task = asyncio.create_task(process.read(stream, into))
            self._stack.push_async_callback(_ended, task)
        return process

    async def callboard(self, *arguments: str) -> Finished:
        """Any other command, to its end, with this lab's config."""
        name, *rest = arguments
        started = await self._process(name, "--config", str(self.config_path), *rest)
        out, err = await asyncio.wait_for(started.communicate(), 60)
        return Finished(started.returncode or 0, out.decode(), err.decode())

    async def _process(self, *arguments: str) -> asyncio.subprocess.Process | Copy:
        needed = environment() | self.environment
        if self.template and not self.fresh and self.template.fits(needed):
            return await self.template.start(*arguments, env=needed)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=needed,
        )

    async def until(self, predicate: Callable[[], Any], seconds: float = 20) -> None:
        """Waits until the platforms show it. Looks again every 20 ms: two servers have no common event."""
        async with asyncio.timeout(seconds):
            while not predicate():  # noqa: ASYNC110  # see above
                await asyncio.sleep(0.02)

    def assert_no_problems(self) -> None:
        assert self.telegram.problems == [], self.telegram.problems  # no test module: pytest does not show it by itself
        assert self.slack.problems == [], self.slack.problems


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait_for(task, 10)


def environment() -> dict[str, str]:
    """What a process of a lab needs of ours."""
    kept = ("PATH", "HOME", "LANG", "SYSTEMROOT", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in kept if name in os.environ}
