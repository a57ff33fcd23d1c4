"""Answers that are kept as long as they hold, and made once however many ask at the same time."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

MOST_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A body, its strong tag, and when it last changed, where that is known."""

    body: bytes
    tag: str
    changed_at: datetime | None = None

    @classmethod
    def of(cls, body: bytes, changed_at: datetime | None = None) -> "Made":
        return cls(body, hashlib.blake2s(body, digest_size=12).hexdigest(), changed_at)


class Kept:
    """What was made, by what it was made of; what was asked for longest ago goes first when there is too much."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._most = most_bytes
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()  # whoever asks for much must not hold up the bot

    def get(self, key: Hashable) -> Made | None:
        found = self._made.get(key)
        if found:
            self._made.move_to_end(key)
        return found

    async def made(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept; else what `make` makes, beside the event loop."""
        if found := self.get(key):
            return found
        async with self._one_at_a_time:
            if found := self.get(key):
                return found
            return self.put(key, await asyncio.to_thread(make))

    def put(self, key: Hashable, made: Made) -> Made:
        self._made[key] = made
        self._bytes += len(made.body)
        while self._bytes > self._most and len(self._made) > 1:
            _, old = self._made.popitem(last=False)
            self._bytes -= len(old.body)
        return made
