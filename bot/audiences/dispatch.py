"""What is handed over to be delivered: to which audience, which notices it settles, and how."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bot.audiences.audience import Audience, Mention
from bot.domain.notice import Notice

Urgency = tuple[bool, bool, datetime]
"""Of two that wait, the lesser goes first: to a channel before to a person, a message before an edit, and what has to
be known sooner.
"""

MOST_URGENT: Urgency = (False, False, datetime.min.replace(tzinfo=UTC))


class Act(StrEnum):
    """What is done to a message."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One delivery: to whom, the notices that it settles, and how. What makes a digest of them stands last.

    `reference`: the message that is edited or deleted, or that a new one answers. `shows`: all that stands in an
    edited message, when that is more than what is settled. `said_at`: the instant that an edited message speaks of.
    `mention`: whom it calls, where the platform can.
    """

    audience: Audience
    notices: tuple[Notice, ...]
    act: Act = Act.SEND
    reference: str | None = None
    shows: tuple[Notice, ...] = ()
    said_at: datetime | None = None
    mention: Mention | None = None
    _urgency: Urgency | None = field(default=None, init=False, compare=False, repr=False)
    _key: str | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def shown(self) -> tuple[Notice, ...]:
        """All that stands in its message."""
        return self.shows or self.notices

    @property
    def urgency(self) -> Urgency:
        """What goes ahead of what, where more waits than the platform lets through."""
        if self._urgency is None:  # asked for several times on the way to a platform
            until = min(notice.occasion.until for notice in self.notices)
            object.__setattr__(self, "_urgency", (self.audience.is_person, self.act is not Act.SEND, until))
        return self._urgency or MOST_URGENT

    def is_late(self, now: datetime) -> bool:
        """Whether something of it ought not to be said any more: one cannot apply by now."""
        return self.act is Act.SEND and any(notice.occasion.is_late(now) for notice in self.notices)

    @property
    def key(self) -> str:
        """What the platform is asked for in doubt: a notice's own key, or one for all that are settled together."""
        if self._key is None:  # asked for several times on the way to a platform
            object.__setattr__(self, "_key", self._make_key())
        return self._key or ""

    def _make_key(self) -> str:
        if len(self.notices) == 1:
            return self.notices[0].key
        if self.notices[-1].occasion.is_digest and self.act is Act.SEND:
            return self.notices[-1].key
        digest, between = hashlib.sha256(), ""
        for key in sorted(notice.key for notice in self.notices):
            digest.update(f"{between}{key}".encode())
            between = "\n"
        kind = "digest" if self.act is Act.SEND else str(self.act)
        return f"{self.audience.name}/{kind}/{digest.hexdigest()[:16]}"
