"""The servers that are measured on, each a process of its own, and the programs that are measured."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.ports import free_port
from tests.store.conftest import binaries, unprivileged


@dataclass
class Server:
    """A running `benchmarks.server`."""

    url: str

    async def ask(self, what: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/{what}") as answer:
            return (await answer.json())["result"]


@asynccontextmanager
async def telegram(*more: str) -> AsyncIterator[Server]:
    """An emulated Telegram, `--limited` or not."""
    arguments = (sys.executable, "-m", "benchmarks.server", *more)
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        yield Server(f"http://127.0.0.1:{int(await process.stdout.readline())}")
    finally:
        process.terminate()
        await process.wait()


async def measured(module: str, *arguments: object, log: Path) -> dict[str, Any]:
    """What a program of the benchmarks reports, run in a process of its own."""
    with log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *map(str, arguments)), stdout=asyncio.subprocess.PIPE, stderr=errors
        )
        out, _ = await process.communicate()
    if process.returncode:
        said = await asyncio.to_thread(log.read_text)
        raise RuntimeError(f"{module} ended with {process.returncode}:\n{said[-3000:]}")
    return json.loads(out.splitlines()[-1])


@asynccontextmanager
async def postgresql() -> AsyncIterator[str | None]:
    """An own PostgreSQL as Debian has it, on loopback, with its default durability; None where it is not installed."""
    folder = binaries()
    if folder is None:
        yield None
        return
    who = unprivileged()
    with tempfile.TemporaryDirectory(prefix="callboard-pg-") as root:
        data = Path(root) / "data"
        if who:
            os.chown(root, who["user"], who["group"])
        made = ("initdb", "-D", data, "-U", "callboard", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        await _end_of(folder / made[0], *made[1:], cwd=root, **who)
        port = free_port()
        at = ("-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *(folder / "postgres", "-D", data, *at), cwd=root, stdout=nothing, stderr=nothing, **who
        )
        try:
            async with asyncio.timeout(30):
                while await _end_of(folder / "pg_isready", "-h", "127.0.0.1", "-p", str(port)):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            yield f"postgresql://callboard@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGQUIT)
            await process.wait()


async def _end_of(*arguments: Any, **more: Any) -> int:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*map(str, arguments), stdout=quiet, stderr=quiet, **more)
    return await process.wait()
