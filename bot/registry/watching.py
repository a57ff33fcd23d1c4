"""Tells when the folder may have changed: at once by the system's notice, and at a slow pace for network drives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import awatch

_QUIET_MS = 150
"""A change is told when this long nothing more has come: an editor's several writes are one."""
_MISSING_SECONDS = 1.0
"""How often to look for a folder that is not there."""


async def changes(folder: Path, rescan_seconds: float, stop: asyncio.Event) -> AsyncIterator[set[Path]]:
    """Yields the paths that were touched; an empty set when it is time to look at everything. Ends on `stop`.

    The folder may go and come back: what is watched is the one that bears its name now.
    """
    while not stop.is_set():
        watched = _identity(folder)
        notices = awatch(
            folder,
            watch_filter=None,
            debounce=_QUIET_MS * 10,
            step=_QUIET_MS,
            rust_timeout=int(rescan_seconds * 1000),
            yield_on_timeout=True,
            stop_event=stop,
        )
        with suppress(OSError):  # it is not there
            async with aclosing(notices):
                async for found in notices:
                    touched = {Path(path) for _, path in found}
                    yield touched
                    if folder in touched or _identity(folder) != watched:
                        break
        if not stop.is_set():
            yield set()
        if _identity(folder) is None:
            await _until_there(folder, min(rescan_seconds, _MISSING_SECONDS), stop)
            if not stop.is_set():
                yield set()


async def _until_there(folder: Path, pause: float, stop: asyncio.Event) -> None:
    while _identity(folder) is None and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name; None when there is none."""
    with suppress(OSError):
        status = folder.stat()
        return status.st_dev, status.st_ino
    return None
