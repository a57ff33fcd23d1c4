"""What is counted and timed while the bot runs. Here nothing is: `bot.observe.prometheus` is what keeps it, where the
config asks for that.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.domain.draft import DraftCounts


@dataclass(frozen=True, slots=True)
class Round:
    """One tick: what it took, and how things stand after it."""

    seconds: float
    sends: bool
    left: int
    """Notices that are not settled."""
    postings: int
    open_postings: int
    problems: int
    left_closing: int = 0
    """Of those notices, the ones of postings that close within a day."""
    waiting_seconds: float = 0.0
    """For how long the oldest of them has been due."""


class Metrics:
    """Is told what happens, and forgets it. None of it may fail or wait."""

    def delivered(self, platform: str, channel: str, kind: str, state: str, seconds: float) -> None:
        """One send, or one edit: how it ended, and how long the platform took. The kind of several at once is
        `digest`.
        """

    def told_to_wait(self, platform: str) -> None:
        """The platform asked for a pause (429)."""

    def left_in_doubt(self, platform: str) -> None:
        """Nobody knows whether a message arrived."""

    def answered(self, platform: str, command: str, seconds: float) -> None:
        """A reader's request was answered; the seconds are those that the answer took to make."""

    def ticked(self, done: Round) -> None:
        """A tick went well."""

    def drafts_counted(self, counts: DraftCounts, now: datetime) -> None:
        """What waits for approval, and what was decided, as of `now`."""

    def source_read(self, name: str, count: int, now: datetime, *, is_whole: bool, held: int = 0) -> None:
        """A source of the config was read, and has so many positions, of which so many are held; or it could not be
        read, or not to its end.
        """

    def links_counted(self, gone: int) -> None:
        """So many links of postings are gone."""

    def failed(self) -> None:
        """A tick did not: the database could not be used."""


class Tally(Metrics):
    """Counts what one round has sent: by kind what arrived, and by state what did not."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.others: Counter[str] = Counter()

    def delivered(self, platform: str, channel: str, kind: str, state: str, seconds: float) -> None:
        del platform, channel, seconds
        if state == "delivered":
            self.arrived[kind] += 1
        else:
            self.others[state] += 1
