"""Who is answered, and when: as many requests as one person may make, and as many answers as may wait at all."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.chat.request import FLOODED, Request
from bot.chat.restraint import Restraint, Verdict
from bot.platforms.base import Reader

_log = logging.getLogger("callboard")

MOST_WAITING = 500
"""So many answers wait at most, for their own pace or the platform's; who asks then is not answered."""

MOST_TYPED = 90
"""So often in a minute what one person is typing is looked at."""

_TOLD_AGAIN = 60.0  # seconds


class Admission:
    """Lives in one event loop."""

    def __init__(self) -> None:
        self._restraint = Restraint()
        self._typing = Restraint(MOST_TYPED)
        self._waiting = 0
        self._told_at = float("-inf")

    async def admit(self, request: Request, reader: Reader) -> Request | None:
        """See `Answers.admit`."""
        if reader.person is None:
            return request
        now = asyncio.get_running_loop().time()
        verdict, seconds = self._restraint.judge((reader.destination.platform, reader.person), now)
        if verdict is Verdict.IGNORE or self._is_full(now):
            return None
        if verdict is Verdict.WARN:
            return FLOODED
        if seconds:
            with self.waiting():
                await asyncio.sleep(seconds)
        return request

    def admits_typing(self, reader: Reader) -> bool:
        """Whether what somebody is typing is looked at: it comes with every few letters, and a late answer is none."""
        now = asyncio.get_running_loop().time()
        verdict, _seconds = self._typing.judge((reader.destination.platform, reader.person), now)
        return verdict is Verdict.ANSWER

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While it is entered, an answer waits."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def _is_full(self, now: float) -> bool:
        is_full = self._waiting >= MOST_WAITING
        if is_full and now - self._told_at >= _TOLD_AGAIN:
            self._told_at = now
            _log.warning("more people ask than can be answered: %d answers wait, and no more are taken", self._waiting)
        return is_full
