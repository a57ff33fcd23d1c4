"""Why something is said, to whom, and the key that makes it unique."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.core.channel import Channel, Lead
from bot.core.posting import Posting


class Kind(StrEnum):
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is said about a posting. `at` (UTC) is when it falls due; None means at once."""

    posting: Posting
    kind: Kind
    at: datetime | None
    lead: Lead | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One occasion for one channel."""

    occasion: Occasion
    channel: Channel

    @property
    def keys(self) -> tuple[str, ...]:
        """Its identity, first, and the identities it had while the posting went by a former id.

        A reminder's key carries the deadline, so that a deadline that moves has reminders of its own.
        """
        occasion = self.occasion
        rest = str(occasion.kind)
        if occasion.lead and occasion.posting.deadline:
            deadline = occasion.posting.deadline.at.astimezone(UTC)
            rest += f"/{occasion.lead}/{deadline:%Y-%m-%dT%H:%M:%SZ}"
        posting = occasion.posting
        return tuple(f"{self.channel.name}/{name}/{rest}" for name in (posting.id, *posting.aliases))

    @property
    def key(self) -> str:
        return self.keys[0]


class State(StrEnum):
    """What became of a notice. Delivered and refused are settled: never sent again."""

    ON_THE_WIRE = "on the wire"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DUE_AGAIN = "due again"
    IN_DOUBT = "in doubt"

    @property
    def is_settled(self) -> bool:
        return self in {State.DELIVERED, State.REFUSED}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger says of one key: its state, since when (UTC), and before when not to try again."""

    state: State
    at: datetime
    due_again_at: datetime | None = None
