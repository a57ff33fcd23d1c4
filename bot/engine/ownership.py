"""For which platforms this process is the one that sends, and what only that one may do there."""

import asyncio
from collections.abc import Awaitable, Callable, Collection


class Ownership:
    """Told by the rounds what the sender's lock says. Used in one event loop."""

    def __init__(self) -> None:
        self._platforms: frozenset[str] = frozenset()
        self._waiting: set[asyncio.Event] = set()

    def __contains__(self, platform: str) -> bool:
        return platform in self._platforms

    def update(self, platforms: Collection[str]) -> None:
        """These are the platforms for which this process sends from now on."""
        if self._platforms != frozenset(platforms):
            self._platforms = frozenset(platforms)
            for changed in self._waiting:
                changed.set()

    async def during(self, platform: str, work: Callable[[], Awaitable[None]]) -> None:
        """Does the work as long as this process sends there: begins when it becomes so, cancels it when another has
        taken over, and begins again. Ends with the work, and raises what that raises.
        """
        while True:
            await self._until(platform, owned=True)
            working = asyncio.ensure_future(work())
            lost = asyncio.create_task(self._until(platform, owned=False))
            try:
                await asyncio.wait({working, lost}, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    return working.result()
            finally:
                for task in (working, lost):
                    task.cancel()
                await asyncio.gather(working, lost, return_exceptions=True)

    async def _until(self, platform: str, *, owned: bool) -> None:
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            while (platform in self) is not owned:
                changed.clear()
                await changed.wait()
        finally:
            self._waiting.discard(changed)
