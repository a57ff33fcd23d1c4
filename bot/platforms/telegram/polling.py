"""Telegram's updates by long polling: https://core.telegram.org/bots/api#getupdates

One process alone may poll with a token: of two, each ends the other's poll with a 409. So it is the one that sends.
Telegram forgets an update when a later one is asked for. That waits until what came has been answered, though not for
long: a process that is killed meanwhile leaves its questions to the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import Conflict

from bot.platforms.telegram.request import AiohttpRequest

_log = logging.getLogger("callboard.telegram")

Ask = Callable[[], Awaitable[list[dict[str, Any]]]]
Insist = Callable[[Ask], Awaitable[list[dict[str, Any]]]]

LONG_POLL = 25
"""Seconds that Telegram lets its answer wait for a question."""

ANSWERED_WITHIN = 0.5
"""Seconds that the next poll waits for answers. One that has to wait for its turn must not hold up other questions."""

_LAST_WORD = 2.0  # seconds


class Polling:
    """`url` is getUpdates'. `hear` answers one update in a task of its own. `insist` makes a call until Telegram
    answers; `is_heard` is whether the last one went well: after an outage it is asked for at once whether that is over.
    `doubt` is told when another process polls.
    """

    def __init__(
        self,
        request: AiohttpRequest,
        url: str,
        updates: Sequence[str],
        hear: Callable[[dict[str, Any]], asyncio.Task[None]],
        insist: Insist,
        is_heard: Callable[[], bool],
        doubt: Callable[[], None],
    ) -> None:
        self._request, self._url, self._updates = request, url, updates
        self._hear, self._insist, self._is_heard, self._doubt = hear, insist, is_heard, doubt
        self._next: int | None = None
        self._confirmed: int | None = None  # the offset of the last poll that has surely got there

    async def run(self) -> None:
        """Polls until it is cancelled. Raises `DeliveryError` when Telegram will not have it."""
        self._next = self._confirmed = None  # another process may have polled since
        while True:
            updates = await self._insist(self._ask)
            answering = []
            for update in updates:
                self._next = update["update_id"] + 1
                answering.append(self._hear(update))
            if answering:
                await asyncio.wait(answering, timeout=ANSWERED_WITHIN)

    async def confirm(self) -> None:
        """Says what has been heard, for whoever polls next."""
        if self._next != self._confirmed:
            with suppress(Exception):  # then the next one hears it again
                async with asyncio.timeout(_LAST_WORD):
                    await self._request.poll(self._url, self._wanted(0) | {"limit": 1}, 0)

    async def _ask(self) -> list[dict[str, Any]]:
        seconds = LONG_POLL if self._is_heard() else 0
        try:
            updates = await self._request.poll(self._url, self._wanted(seconds), seconds)
        except Conflict:
            self._doubt()
            raise
        self._confirmed = self._next
        return [update for update in updates if isinstance(update["update_id"], int)]

    def _wanted(self, seconds: int) -> dict[str, Any]:
        wanted: dict[str, Any] = {"timeout": seconds, "allowed_updates": self._updates}
        return wanted if self._next is None else wanted | {"offset": self._next}
