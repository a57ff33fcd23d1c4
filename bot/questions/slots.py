"""What postings have, each with the slots of those that have it."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)

_MOST_SHORT = 0xFFFF
"""Slots up to this one are kept in two bytes each, as long as none of the same key lies beyond."""


class SlotTable(Generic[_K]):
    """By key, the slots of the postings that have it. Most words stand in one posting alone, and few in very many: the
    first have a number, the others an array, which takes a tenth of a set of numbers.
    """

    def __init__(self) -> None:
        self._slots: dict[_K, int | array[int]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._slots

    def __iter__(self) -> Iterator[_K]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, key: _K, slot: int) -> bool:
        """Whether nothing had that key before."""
        slots = self._slots.get(key)
        if slots is None:
            self._slots[key] = slot
        elif isinstance(slots, int):
            self._slots[key] = _numbers(sorted((slots, slot)))
        else:
            if slot > _MOST_SHORT and slots.itemsize == 2:
                slots = self._slots[key] = array("I", slots)
            insort(slots, slot)
        return slots is None

    def remove(self, key: _K, slot: int) -> bool:
        """Takes away a slot that was added. Whether nothing has that key any more."""
        slots = self._slots[key]
        if isinstance(slots, array):
            del slots[bisect_left(slots, slot)]
        if not isinstance(slots, array) or not slots:
            del self._slots[key]
            return True
        return False

    def slots(self, keys: Iterable[_K]) -> set[int]:
        """The slots that have one of these keys."""
        united: set[int] = set()
        for key in keys:
            slots = self._slots.get(key, ())
            united.update(slots if not isinstance(slots, int) else (slots,))
        return united


def _numbers(slots: list[int]) -> "array[int]":
    """Slots in order, in as many bytes as the last one needs."""
    return array("H" if slots[-1] <= _MOST_SHORT else "I", slots)
