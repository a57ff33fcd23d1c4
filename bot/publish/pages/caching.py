"""Answers that are kept as long as they hold, and made once however many ask at the same time."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from sys import getsizeof

from cachetools import LRUCache

MOST_BYTES = 48 * 1024 * 1024

_GZIP = 16 + zlib.MAX_WBITS  # zlib's own sign for gzip's frame
_LEVEL = 3  # pages shrink to a fifth in well under a millisecond; a tenth more would cost three times that
_WORTH_IT = 512  # bytes: below that, a packet is a packet
_BESIDE = 1000
"""Bytes that an answer takes beside its bodies and key, at most: the objects that hold it, and its place in the order
(measured, and held by a test).
"""


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """A body, the same packed by gzip where that is worth it, its strong tag, and when it last changed, where known."""

    body: bytes
    packed: bytes | None
    tag: str
    changed_at: datetime | None = None

    @classmethod
    def of(cls, body: bytes, changed_at: datetime | None = None, *, pack: bool = True) -> "AnswerBody":
        """With what belongs to it worked out. `changed_at` is aware. With `pack`, it is packed where that makes it
        smaller.
        """
        packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        packed = packer.compress(body) + packer.flush() if pack and len(body) >= _WORTH_IT else None
        tag = hashlib.blake2s(body, digest_size=12).hexdigest()
        return cls(body, packed if packed and len(packed) < len(body) else None, tag, changed_at)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return getsizeof(self.body) + getsizeof(self.packed or b"") + _BESIDE


class AnswerCache:
    """What was made, by what it was made of; what was asked for longest ago goes first when there is too much."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._cache: LRUCache[Hashable, tuple[AnswerBody, int]] = LRUCache(most_bytes, getsizeof=itemgetter(1))
        self._one_at_a_time = asyncio.Lock()  # whoever asks for much must not hold up the bot

    def __len__(self) -> int:
        return len(self._cache)

    @property
    def bytes(self) -> int:
        """What it all takes."""
        return int(self._cache.currsize)

    def get(self, key: Hashable) -> AnswerBody | None:
        """What is kept under a key, which has all that the answer depends on."""
        answer, _ = self._cache.get(key, (None, 0))
        return answer

    async def get_or_make(self, key: Hashable, make: Callable[[], AnswerBody]) -> AnswerBody:
        """What is kept; else what `make` makes, beside the event loop."""
        if answer := self.get(key):
            return answer
        async with self._one_at_a_time:
            if answer := self.get(key):
                return answer
            return self.put(key, await asyncio.to_thread(make))

    def put(self, key: Hashable, answer: AnswerBody) -> AnswerBody:
        """Keeps it, if it is no more than all that may be kept."""
        with suppress(ValueError):  # it is larger than the whole
            self._cache[key] = answer, answer.size + _size_of(key)
        return answer


def _size_of(key: object) -> int:
    """Bytes of the texts in a key, which who asks may make long."""
    if isinstance(key, str):
        return getsizeof(key)
    return getsizeof(key) + sum(map(_size_of, key)) if isinstance(key, tuple) else 0
