"""What is remembered of one destination while something is to be sent there."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.audiences.dispatch import MOST_URGENT, Dispatch, Urgency
from bot.domain.schedule import Destination


@dataclass(frozen=True, slots=True)
class AffectedRows:
    """The rows in the ledger that a delivery changes: those of a channel's `postings`. `message`: the delivery that
    brought the message in question; for an edit that of the edited message, else the delivery's own.
    """

    channel: str
    postings: Collection[str]  # by the ids under which the ledger has them; one may come twice
    message: str

    @classmethod
    def of(cls, dispatch: Dispatch) -> Self:
        """The rows that a dispatch changes."""
        corrected = [notice.corrects for notice in dispatch.notices if notice.corrects]
        # In a tuple: there may be very many, and a set takes six times the memory.
        names = (
            *(correction.posting for correction in corrected),
            *(notice.occasion.posting.id for notice in dispatch.notices),
        )
        message = corrected[0].delivery if corrected else dispatch.key
        return cls(dispatch.audience.name, names, message)


@dataclass(slots=True)
class MessageInDoubt:
    """A message of which nobody knows whether the platform has it."""

    key: str
    since: datetime
    answers: str | None
    is_dropped: bool  # where the platform cannot say
    about: AffectedRows


@dataclass(slots=True)
class DestinationQueue:
    """The order of messages to one destination. Lists, not deques: there may be 100,000 queues, of one message each."""

    destination: Destination
    dispatches: list[Dispatch] = field(default_factory=list)
    doubts: list[MessageInDoubt] = field(default_factory=list)
    since: datetime | None = None  # by which the ledger knows what it is at; what has begun later is another's
    unwritten: Callable[[], Awaitable[None]] | None = None  # writes down what became of the last message
    about: AffectedRows | None = None  # whose rows in the ledger it changes
    then: Callable[[], None] | None = None  # is done when that is written down
    failures: int = 0
    parked_until: float = 0.0
    task: asyncio.Task[None] | None = None
    waits_its_turn: bool = False

    @property
    def urgency(self) -> Urgency:
        """That of the most urgent that waits here; what has to be found out or written down first is more so."""
        if self.unwritten or self.doubts or not self.dispatches:
            return MOST_URGENT
        return min(dispatch.urgency for dispatch in self.dispatches)

    @property
    def is_to_person(self) -> bool:
        """Whether it has nothing but what goes to somebody who follows."""
        return bool(self.dispatches) and all(dispatch.audience.is_person for dispatch in self.dispatches)

    def has_work(self) -> bool:
        """Whether there is something to do that need not wait."""
        there_is = self.unwritten or self.doubts or self.dispatches
        return bool(there_is) and self.parked_until <= asyncio.get_running_loop().time()

    def is_idle(self) -> bool:
        """Whether nothing of it needs to be remembered."""
        there_is = self.unwritten or self.doubts or self.dispatches or self.failures
        return not there_is and self.parked_until <= asyncio.get_running_loop().time()
