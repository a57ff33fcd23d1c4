"""What is counted as it comes and goes."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

_T = TypeVar("_T")


class Occurrences(Counter[_T]):
    """How often something is there; what has gone as often as it came is not in it. Its size follows what is there, and
    `remove` costs what it takes out.
    """

    def add(self, items: Iterable[_T]) -> None:
        """They are there once more."""
        self.update(items)

    def remove(self, items: Iterable[_T]) -> None:
        """They are there once less. Each must have been added."""
        for item in items:
            self[item] -= 1
            if not self[item]:
                del self[item]
