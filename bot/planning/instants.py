"""Instants that lie ahead, in order, and what is to be looked at when they come."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Generic, TypeVar

_T = TypeVar("_T")


class _Several(list[_T]):
    """What concerns one instant, where it is more than one."""

    __slots__ = ()


class Instants(Generic[_T]):
    """By instant (UTC), what it concerns. Deadlines and reminders of thousands of postings fall on the same hours of
    few days, so each instant is kept once; with what it concerns in a list only where that is several.
    """

    def __init__(self) -> None:
        self._order: list[datetime] = []
        self._at: dict[datetime, _T | _Several[_T]] = {}
        self._come: list[tuple[datetime, _T]] = []  # of the instant that is being taken out; the next one last

    @property
    def first(self) -> datetime | None:
        """The nearest one (UTC); None when there is none."""
        if self._come:
            return self._come[-1][0]
        return self._order[0] if self._order else None

    def add(self, at: datetime, concerned: _T) -> None:
        """Has that looked at when the instant has come."""
        if at not in self._at:
            self._at[at] = concerned
            heapq.heappush(self._order, at)
            return
        known = self._at[at]
        if isinstance(known, _Several):
            known.append(concerned)
        else:
            self._at[at] = _Several((known, concerned))

    def passed(self, now: datetime) -> Iterator[tuple[datetime, _T]]:
        """Takes out, one by one, what has come by now, in order of time. Whoever stops goes on there the next time."""
        while self._come or (self._order and self._order[0] <= now):
            if not self._come:
                at = heapq.heappop(self._order)
                known = self._at.pop(at)
                several = known if isinstance(known, _Several) else (known,)
                self._come = [(at, concerned) for concerned in reversed(several)]
            yield self._come.pop()

    def clear(self) -> None:
        """Forgets all of them."""
        self._order.clear()
        self._at.clear()
        self._come.clear()
