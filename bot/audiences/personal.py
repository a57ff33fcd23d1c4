"""All that is kept about somebody."""

from dataclasses import dataclass
from datetime import datetime

from bot.audiences.follower import Follower


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is kept about somebody. `messages`: how many rows there are of what was sent to them, `postings`: of
    which. `handed_in` and `decided`: ids of drafts. `entries`: what the audit says they did, to which posting, and when
    (UTC). `owned`: ids of postings. `dialogues`: how many questions wait for an answer of theirs. `calendar`: since
    when (UTC) the private address of their calendar holds.
    """

    follower: Follower | None = None
    calendar: datetime | None = None
    messages: int = 0
    postings: tuple[str, ...] = ()
    dialogues: int = 0
    handed_in: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    entries: tuple[tuple[datetime, str, str | None], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is kept."""
        return self == PersonalData()
