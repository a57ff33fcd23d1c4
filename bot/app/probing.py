"""Whoever looks after the process on its machine can ask how it is, whatever the config says of addresses: by a socket
in the folder of temporary files that only its account can reach. `callboard health` asks there.

Whoever connects gets what `/healthz` says, as JSON, and is hung up on.
"""

import asyncio
import hashlib
import json
import os
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.web.health import Health

ANSWERS_WITHIN = 10.0
"""Seconds: the database alone may take five of them to answer."""


async def answer(config: Path, health: "Health") -> None:
    """Answers about the bot of that config until it is cancelled. Raises `OSError`."""

    async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            _, known = await health.look()
            writer.write(json.dumps(known).encode())
            await writer.drain()
        writer.close()

    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PermissionError(f"{folder} is somebody else's, or open to others")
    path = folder / f"{_mark(config)}-{os.getpid()}.sock"
    path.unlink(missing_ok=True)  # of a process that had this number before, as in a container each has
    server = await asyncio.start_unix_server(tell, path)
    try:
        async with server:
            await server.serve_forever()
    finally:
        path.unlink(missing_ok=True)


async def ask(config: Path) -> list[dict[str, Any]]:
    """What each bot of that config says which runs on this machine under this account, in this folder of temporary
    files; with `status` `failing` if one does not answer.
    """
    folder = _folder()
    if not hasattr(asyncio, "open_unix_connection") or not _is_private(folder):
        return []
    return [known for path in sorted(folder.glob(f"{_mark(config)}-*.sock")) if (known := await _asked(path))]


async def _asked(path: Path) -> dict[str, Any] | None:
    """None of one that is gone."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            reader, writer = await asyncio.open_unix_connection(path)
            with closing(writer):
                known: dict[str, Any] = json.loads(await reader.read())
    except TimeoutError:
        return {"status": "failing", "wrong": [f"it runs, but does not answer within {ANSWERS_WITHIN:.0f} s"]}
    except (OSError, ValueError):  # nobody is there (any more)
        return None
    return known


def _folder() -> Path:
    return Path(tempfile.gettempdir(), f"callboard-{os.geteuid()}" if hasattr(os, "geteuid") else "callboard")


def _is_private(folder: Path) -> bool:
    """Whether it is this account's, and nobody else can put anything into it: all may write to the one it lies in."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _mark(config: Path) -> str:
    return hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:16]
