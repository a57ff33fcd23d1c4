"""Tells when the folder may have changed: at once by the system's notice, and at a slow pace for network drives."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import awatch

_QUIET_MS = 80
"""A change is told when this long nothing more has come: an editor's several writes are one."""


async def changes(folder: Path, rescan_seconds: float, stop: asyncio.Event) -> AsyncIterator[set[Path]]:
    """Yields the paths that were touched; an empty set when it is time to look at everything. Ends on `stop`."""
    while not stop.is_set():
        try:
            async for found in awatch(
                folder,
                watch_filter=None,
                debounce=_QUIET_MS * 10,
                step=_QUIET_MS,
                rust_timeout=int(rescan_seconds * 1000),
                yield_on_timeout=True,
                stop_event=stop,
            ):
                yield {Path(path) for _, path in found}
        except OSError:  # the folder is not there; look again, it may come back
            yield set()
            try:
                await asyncio.wait_for(stop.wait(), rescan_seconds)
            except TimeoutError:
                continue
