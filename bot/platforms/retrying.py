"""Trying again: a reply that was not sent, and a connection that was lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.platforms.base import DeliveryError

_T = TypeVar("_T")

REPLY_WAIT = 1.0
"""Seconds before a reply is tried again, where the platform names none."""

_TRIES = 3
_LONGEST_REPLY_WAIT = 60.0


async def retried(call: Callable[[], Awaitable[_T]]) -> _T:
    """What a call gives that sends a reply. It is made again, twice at most, if surely nothing was sent: somebody waits
    for it, though not for longer than a minute. Raises `DeliveryError`.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            return await call()
        except DeliveryError as error:
            wait = error.retry_after or REPLY_WAIT
            if not tries_left or error.permanent or error.in_doubt or wait > _LONGEST_REPLY_WAIT:
                raise
            await asyncio.sleep(wait)
    raise AssertionError  # the last try has returned or raised


class Backoff:
    """Seconds to wait between tries: `first`, then twice as long each time, up to `longest`."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest = first, longest
        self.seconds = first

    async def wait(self, at_least: float = 0.0) -> None:
        """Waits as long as it is now, and no less than `at_least` seconds; the next wait is longer."""
        await asyncio.sleep(max(self.seconds, at_least))
        self.seconds = min(self.seconds * 2, self._longest)

    def reset(self) -> None:
        """The last try went well: the next wait is the first one again."""
        self.seconds = self._first
