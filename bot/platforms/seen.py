"""What has come before, in bounded memory."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from cachetools import FIFOCache

_K = TypeVar("_K", bound=Hashable)


class Seen(Generic[_K]):
    """Tells whether a key has come before, of the `most` last."""

    def __init__(self, most: int) -> None:
        self._keys: FIFOCache[_K, None] = FIFOCache(most)

    def is_new(self, key: _K) -> bool:
        """Whether this key comes for the first time among the last `most`; from now on it does not."""
        if key in self._keys:
            return False
        self._keys[key] = None
        return True

    def __contains__(self, key: _K) -> bool:
        return key in self._keys
