"""An event loop whose time stands still while there is something to do, and jumps to the next timer when there is not.

For code that waits by the loop's own timers alone: ten minutes pass in a moment, and each instant is exact.
"""

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        super().__init__()
        self._now = 1000.0

    def time(self):
        return self._now

    def _run_once(self):
        if not self._ready:
            while self._scheduled and self._scheduled[0].cancelled():  # as asyncio itself does a moment later
                heapq.heappop(self._scheduled)._scheduled = False
                self._timer_cancelled_count -= 1
            if not self._scheduled:
                raise RuntimeError("everybody waits, and nothing will ever happen")
            self._now = max(self._now, self._scheduled[0].when())
        super()._run_once()


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """What `main` gives, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
