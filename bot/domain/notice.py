"""Why something is said, to whom, the key that makes it unique, and what the ledger remembers of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from bot.domain.draft import Draft
from bot.domain.link import Link
from bot.domain.posting import Deadline, Posting
from bot.domain.schedule import Destination, Lead
from bot.domain.version import Detail, Standing, Version, told_until

DIGEST_LINES = 20
"""So many notices are named in a digest at most; the rest is counted."""


class Kind(StrEnum):
    """What is said, or done to what was said. The value stands in keys and in the ledger: it never changes."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    DEADLINE_MOVED = "deadline-moved"
    REOPENED = "reopened"
    CLOSED = "closed"
    DIGEST = "digest"  # one at its instant; and what it says of a posting beside the notices that waited for it
    EDIT = "edit"  # of a message that stands
    WITHDRAWAL = "withdrawal"  # of an announcement, by an admin
    NUDGE = "nudge"  # whether it still holds, around its deadline
    CONFIRMATION = "confirmation"  # the same of one that has none
    DRAFT = "draft"  # to be decided
    DECISION = "decision"  # what became of a draft
    UNSEEN = "unseen"  # a draft of which no reviewer could be told
    UNREAD = "unread"  # a source that could not be read
    DEAD_LINK = "dead-link"  # a link of a posting that is gone


PERSONAL = frozenset(
    (Kind.NUDGE, Kind.CONFIRMATION, Kind.DRAFT, Kind.DECISION, Kind.UNSEEN, Kind.UNREAD, Kind.DEAD_LINK)
)
"""What is said to one person alone, or where drafts are reviewed: readers are told nothing by it, so nothing of it has
to be put right, and its message may change when one of its buttons is pressed.
"""

_INVITING = frozenset({Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REOPENED})
"""What is said so that somebody can apply."""


class State(StrEnum):
    """What became of a notice. Delivered and refused are settled: never sent again."""

    ON_THE_WIRE = "on the wire"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DUE_AGAIN = "due again"
    IN_DOUBT = "in doubt"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self in {State.DELIVERED, State.REFUSED}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger says of one key: its state, since when (UTC), and before when not to try again."""

    state: State
    at: datetime
    due_again_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether it is not to be tried now: it must first be known what became of it, or its time has not come."""
        return self.state in {State.ON_THE_WIRE, State.IN_DOUBT} or self.told_to_wait(now) is not None

    def told_to_wait(self, now: datetime) -> datetime | None:
        """The instant (UTC) until which the platform asked to wait with it; None where that has come, or the clock was
        set back since, so that nobody knows how much of the wait is left.
        """
        waits = self.due_again_at is not None and self.at <= now < self.due_again_at
        return self.due_again_at if waits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One notice as the ledger has it. Instants are UTC; `reference` is the platform's own name of the message.

    `original` and `revision`: the notice whose message it edits, and the how-manieth edit it is; its own key and 0
    when it edits none. `told`: what it says of the posting. `before`: the deadline that it says was moved.
    `place`: where it stands in its message, from 0. `reply_to`: the message that it answers. `address`: where it went,
    as the config had it, with the topic. `due_again_at` of one that was refused: since when the chat, not the message,
    stands in the way.
    """

    key: str
    delivery: str
    channel: str
    platform: str
    posting: str
    kind: str
    lead: str | None
    state: State
    at: datetime
    attempts: int
    due_again_at: datetime | None = None
    reference: str | None = None
    reason: str | None = None
    original: str
    revision: int = 0
    told: Version | None = None
    before: Deadline | None = None
    place: int = 0
    reply_to: str | None = None
    address: str | None = None

    @property
    def is_digest(self) -> bool:
        """Whether it is a digest as a whole, and nothing that stands in it."""
        return self.kind == Kind.DIGEST and not self.posting

    @property
    def part(self) -> Kind | None:
        """What its posting is named as in a digest that has no notice of its own for it (new, moved or still open);
        None for all other records.
        """
        return Kind(self.key.rpartition("/")[2]) if self.kind == Kind.DIGEST and self.posting else None

    @property
    def is_in_digest(self) -> bool:
        """Whether other notices stand in the same message."""
        return not self.revision and self.delivery != self.key

    @property
    def is_counted(self) -> bool:
        """Whether its message counts the posting without naming it: then nothing in it can become untrue."""
        return self.is_in_digest and self.place >= DIGEST_LINES

    @property
    def is_shut_out(self) -> bool:
        """Whether the chat did not let the bot change its message: it may be let in again."""
        return self.state is State.REFUSED and self.due_again_at is not None

    @property
    def destination(self) -> Destination | None:
        """Where it went, if that is known."""
        return Destination.at(self.platform, self.address) if self.address else None

    def waits(self, now: datetime) -> bool:
        """Whether it is not to be tried now; see `Entry.waits`."""
        return Entry(self.state, self.at, self.due_again_at).waits(now)


_NO_POSTING = Posting(id="", title="", roles=(), timezone="UTC")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is said about a posting. `at` (UTC) is when it falls due; None means at once.

    `number` tells the second announcement, or the third move of a deadline, from the first. `before` is the deadline
    as it was told until now. `standing` is what has become of the posting: a message that is edited says so; and with
    `has_moved`, that its deadline is no longer the one that it told. `draft`: what is to be decided, or was; then the
    posting is what it will be. `since` (UTC): when it was last known to hold. `in_place`: who hears it does not own it.
    `link`: one that is gone. `part`: as what a digest names the posting that has no notice of its own in it: as new,
    as moved; `Kind.DIGEST` as what else is open. `digest` (UTC): when the digest is due in which it stands; None when
    it stands alone.
    """

    posting: Posting
    kind: Kind
    at: datetime | None
    lead: Lead | None = None
    number: int | None = None
    before: Deadline | None = None
    standing: Standing = Standing.OPEN
    has_moved: bool = False
    draft: Draft | None = None
    since: datetime | None = None
    in_place: bool = False
    link: Link | None = None
    part: Kind | None = None
    digest: datetime | None = None

    @classmethod
    def of_digest(cls, at: datetime | None, count: int) -> Self:
        """A digest as a whole, due at that instant: it names or counts so many postings, and is about none."""
        return cls(_NO_POSTING, Kind.DIGEST, at, number=count)

    @property
    def is_digest(self) -> bool:
        """Whether it is a digest as a whole."""
        return self.kind is Kind.DIGEST and self.part is None

    @property
    def goes_out(self) -> datetime | None:
        """When it goes out (UTC): by itself, or in a digest; None means at once."""
        return self.digest or self.at

    @property
    def is_personal(self) -> bool:
        """Whether it is said to one person alone, or where drafts are reviewed."""
        return self.kind in PERSONAL

    def is_late(self, now: datetime) -> bool:
        """Whether it invites to apply by a deadline that has passed."""
        ends_at = told_until(self.posting) if self.kind is Kind.REMINDER else self.posting.closes_at
        return self.kind in _INVITING and ends_at is not None and now > ends_at

    @property
    def until(self) -> datetime:
        """Until when it is of use (UTC)."""
        return told_until(self.posting) if self.standing is Standing.OPEN else datetime.max.replace(tzinfo=UTC)

    @property
    def tells_of_posting(self) -> bool:
        """Whether it tells readers something of its posting, which has to stay true."""
        return not (self.is_personal or self.is_digest)

    @property
    def about(self) -> str:
        """The posting's id; of a draft that makes one, the draft's."""
        return self.draft.posting or self.draft.id if self.draft else self.posting.id


@dataclass(frozen=True, slots=True)
class Notice:
    """One occasion for the audience of that name; or, with `corrects`, what a message that stands ought to say of it by
    now.
    """

    occasion: Occasion
    audience: str
    corrects: Record | None = None
    revision: int = 0
    _keys: tuple[str, ...] | str | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its identity, first, and the identities it had while the posting went by a former id.

        A reminder's key carries the deadline, so that a deadline that moves has reminders of its own.
        """
        keys = self._keys
        if keys is None:  # asked for ten times on the way to a platform
            made_keys = self._make_keys()
            keys = made_keys[0] if len(made_keys) == 1 else made_keys  # there may be very many of the same time
            object.__setattr__(self, "_keys", keys)
        return (keys,) if isinstance(keys, str) else keys

    def _make_keys(self) -> tuple[str, ...]:
        if self.corrects:
            return (f"{self.corrects.key}/revision/{self.revision}",)
        occasion = self.occasion
        rest = str(occasion.kind)
        if occasion.kind is Kind.DIGEST and occasion.at:
            rest += f"/{occasion.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            if occasion.part is None:
                return (f"{self.audience}/{rest}",)
            rest += f"/{occasion.part}"
        elif occasion.draft:
            return (f"{self.audience}/{occasion.draft.id}/{rest}",)
        if occasion.link:
            rest += f"/{occasion.link.key}"
        elif occasion.since:
            rest += f"/{occasion.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}/{occasion.number}"
        elif occasion.lead and occasion.posting.deadline:
            deadline = occasion.posting.deadline.at.astimezone(UTC)
            rest += f"/{occasion.lead}/{deadline:%Y-%m-%dT%H:%M:%SZ}"
        elif occasion.number:
            rest += f"/{occasion.number}"
        posting = occasion.posting
        return tuple(f"{self.audience}/{name}/{rest}" for name in posting.names)

    @property
    def key(self) -> str:
        """Its identity by now: the first of its `keys`."""
        return self._keys if isinstance(self._keys, str) else self.keys[0]

    @property
    def withdrawals(self) -> tuple[str, ...]:
        """The keys under which the ledger would have the withdrawal of its posting's announcement from its audience,
        one for each id of the posting.
        """
        posting = self.occasion.posting
        return tuple(withdrawal_key(self.audience, name) for name in posting.names)

    def version(self, *, alone: bool) -> Version:
        """What a message with it says of its posting: on its own, or as one of many in a digest."""
        occasion = self.occasion
        full = occasion.kind in {Kind.ANNOUNCEMENT, Kind.REOPENED}
        short = occasion.kind in {Kind.DEADLINE_MOVED, Kind.CLOSED}
        detail = Detail.ITEM if not alone else Detail.FULL if full else Detail.SHORT if short else Detail.BRIEF
        return Version.of(occasion.posting, occasion.standing, detail)


def withdrawal_key(audience: str, posting: str) -> str:
    """The key of an admin's wish that an announcement is taken back in a channel."""
    return f"{audience}/{posting}/{Kind.WITHDRAWAL}"
