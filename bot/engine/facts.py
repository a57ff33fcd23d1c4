"""What has happened since the last round: one bounded queue, into which anybody may put a fact, and that the rounds
alone empty.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sources.files import RegistryChanges

LIMIT = 30_000
"""So many facts wait at most. A plan is a subtraction: whoever has missed some works out all of it anew."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RegistryChanged:
    """What was read and put in force."""

    reading: RegistryChanges


@dataclass(frozen=True, slots=True)
class AudiencesChanged:
    """This process has written down that somebody follows, no longer follows, or wants to hear otherwise."""


@dataclass(frozen=True, slots=True)
class PlacesChanged:
    """This process has written down how a group or channel wants to hear, or that the bot came or left."""


class FactQueue:
    """Lives in one event loop. `changed` is set while a round should come."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.changed = asyncio.Event()
        self._limit = limit
        self._waiting: dict[type, deque[Any]] = {}
        self._count = 0
        self._has_missed = False
        self._soon: asyncio.TimerHandle | None = None

    def put(self, fact: object) -> None:
        """For the next round, whenever that comes; half of what may wait asks for one. When there are too many, all are
        dropped.
        """
        if self._count >= self._limit:
            self._waiting.clear()
            self._count, self._has_missed = 0, True
            self.changed.set()
        self._waiting.setdefault(type(fact), deque()).append(fact)
        self._count += 1
        if self._count == (self._limit + 1) // 2:
            self.changed.set()

    def take(self, kind: type[_T]) -> list[_T]:
        """The facts of a kind that have come since it was last taken, the oldest first."""
        taken: list[_T] = list(self._waiting.pop(kind, ()))
        self._count -= len(taken)
        return taken

    def has_missed(self) -> bool:
        """Whether facts were dropped since this was last asked."""
        has_missed, self._has_missed = self._has_missed, False
        return has_missed

    def wake(self, seconds: float = 0.0) -> None:
        """Has a round come within so many seconds: those who ask meanwhile share it."""
        if not seconds:
            self.changed.set()
            return
        loop = asyncio.get_running_loop()
        if self._soon is None or self._soon.when() < loop.time():
            self._soon = loop.call_later(seconds, self.changed.set)

    def close(self) -> None:
        """Wakes nobody any more."""
        if self._soon:
            self._soon.cancel()
