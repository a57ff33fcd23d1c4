"""Callboard with everything imported, of which the tests take copies: each command is a process of its own, and half
a second of imports is saved. As multiprocessing's forkserver does it, but with any command line, environment, streams.
"""

import asyncio
import contextlib
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).parents[2]
_LARGEST_REQUEST = 1 << 17  # bytes
_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "CALLBOARD_")  # what is read at the start, and never again


class Copy:
    """A running command: what asyncio's Process has, as far as the tests ask for it."""

    def __init__(self, pid: int, status: asyncio.StreamReader, out: asyncio.StreamReader, err: asyncio.StreamReader):
        self.pid = pid
        self.stdout, self.stderr = out, err
        self.returncode: int | None = None
        self._ended = asyncio.create_task(self._follow(status))

    async def _follow(self, status: asyncio.StreamReader) -> int:
        self.returncode = os.waitstatus_to_exitcode(int(await status.read()))
        return self.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it says on both streams, to its end."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Template:
    """`with Template(environment) as template`: commands with this environment, and more, are copies of one process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        self._requests, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_end:
            command = (sys.executable, "-m", "tests.process.template", str(its_end.fileno()))
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "pass_fds": [its_end.fileno()]}
            # it leaves once this end is closed, which __exit__ waits for
            self._process = subprocess.Popen(command, cwd=_ROOT, env=self._environment, **streams)
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.close()
        self._process.wait(30)

    def fits(self, environment: dict[str, str]) -> bool:
        """Whether a copy is what a process started with this environment would be."""
        differing = self._environment.items() ^ environment.items()
        return (
            not any(name.startswith(_AT_START) for name, _ in differing) and "COVERAGE_PROCESS_CONFIG" not in os.environ
        )

    async def start(self, *arguments: str, env: dict[str, str]) -> Copy:
        """`callboard ARGUMENTS`."""
        ours, its = zip(*(os.pipe() for _ in range(3)), strict=True)
        request = json.dumps({"arguments": arguments, "environment": env, "folder": str(Path.cwd())}).encode()
        try:
            socket.send_fds(self._requests, [request], its)
        finally:
            for number in its:
                os.close(number)
        status, out, err = [await _reader(number) for number in ours]
        return Copy(int(await status.readline()), status, out, err)


async def _reader(number: int) -> asyncio.StreamReader:
    """What can be read from this end of a pipe."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(number, "rb", 0))
    return reader


def _serve(requests: socket.socket) -> dict[str, Any]:
    """Copies this process at each request; returns in the copies alone, with what was asked of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the copies
    while True:
        data, numbers, _, _ = socket.recv_fds(requests, _LARGEST_REQUEST, 3)
        if not data:
            os._exit(0)
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            requests.close()
            return _followed(json.loads(data), *numbers)
        for number in numbers:
            os.close(number)


def _followed(request: dict[str, Any], status: int, out: int, err: int) -> dict[str, Any]:
    """Copies once more; the first tells the number of the second and how it ended, for only a parent hears that."""
    if pid := os.fork():
        os.close(out)
        os.close(err)
        with contextlib.suppress(BrokenPipeError):  # the test has ended
            os.write(status, b"%d\n" % pid)
            os.write(status, b"%d\n" % os.waitpid(pid, 0)[1])
        os._exit(0)
    os.close(status)
    for number, stream in ((out, 1), (err, 2)):
        os.dup2(number, stream)
        os.close(number)
    return request


def _import_all() -> None:
    """All that a bot with web pages and both platforms imports, at once or in its first seconds."""
    for name in (
        "app.once",
        "app.bot",
        "publish.exporting",
        "platforms.slack.adapter",
        "platforms.telegram.adapter",
    ):
        importlib.import_module(f"bot.{name}")
    importlib.import_module("bot.cli").callboard.read_all()


if __name__ == "__main__":
    _import_all()
    asked = _serve(socket.socket(fileno=int(sys.argv[1])))
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv[1:] = asked["arguments"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
