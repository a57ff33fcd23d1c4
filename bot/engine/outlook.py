"""What a round leaves to be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Outlook:
    """After a round: how many notices are not settled yet, and when (UTC) there may be more to do. `closing`:
    how many of those are of postings that close within a day; `waiting`: for how long the oldest has been due.
    """

    left: int
    next_instant: datetime | None
    closing: int = 0
    waiting: timedelta = timedelta()

    @classmethod
    def of(cls, plan: Plan, now: datetime) -> Self:
        """What this plan leaves at `now`."""
        next_instant = min((instant for instant in plan.instants if instant), default=None)
        waiting = now - plan.oldest if plan.oldest else timedelta()
        return cls(plan.left, next_instant, plan.closing, max(waiting, timedelta()))
