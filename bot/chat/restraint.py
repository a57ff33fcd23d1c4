"""How much one person may ask: so that whoever floods the bot keeps neither announcements nor others waiting."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum, auto

MOST, MINUTE = 20, 60.0
"""More requests than that in so many seconds are too many."""

BURST, SECONDS = 5, 1.0
"""So many answers may follow each other at once, and then one in so many seconds: a token bucket, as chats have it
themselves (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
"""

_MANY = 10_000


class Verdict(Enum):
    """What becomes of a request: it is answered, its person is told that it is too much, or nothing is said."""

    ANSWER = auto()
    WARN = auto()
    IGNORE = auto()


@dataclass(slots=True)
class _Person:
    asked_at: deque[float]
    silent_until: float = float("-inf")
    full_at: float = float("-inf")
    """When the bucket is full again."""

    def is_flooding(self, now: float) -> bool:
        return len(self.asked_at) == self.asked_at.maxlen and now - self.asked_at[0] < MINUTE


class Restraint:
    """What each person has asked of late: more than `most` times a minute is too much. All instants are seconds of one
    clock that only goes forward.

    Who asks too much is told so once, and then hears nothing for a minute, or until as long as they go on like that.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._people: OrderedDict[Hashable, _Person] = OrderedDict()

    def judge(self, who: Hashable, now: float) -> tuple[Verdict, float]:
        """What becomes of a request that comes at `now`, and how many seconds its answer has to wait."""
        person = self._people.setdefault(who, _Person(deque(maxlen=self._most + 1)))
        self._people.move_to_end(who)
        if len(self._people) > _MANY:
            self._people.popitem(last=False)
        person.asked_at.append(now)
        is_silent = now < person.silent_until
        if person.is_flooding(now):
            person.silent_until = now + MINUTE
            person.asked_at.clear()
            return (Verdict.IGNORE, 0.0) if is_silent else (Verdict.WARN, 0.0)
        if is_silent:
            return Verdict.IGNORE, 0.0
        person.full_at = max(person.full_at, now) + SECONDS
        return Verdict.ANSWER, max(0.0, person.full_at - now - BURST * SECONDS)
