"""Whoever follows, as the database has it; as an audience it hears what its query finds, from then on."""

from dataclasses import dataclass
from datetime import datetime

from bot.audiences.audience import Audience
from bot.domain.schedule import Destination, Schedule
from bot.language import SOURCE
from bot.questions.filters import read_filter
from bot.questions.widening import Synonyms, widened


@dataclass(frozen=True, slots=True)
class Follower:
    """`name` is its identity in the ledger. `query` is its filter as it was written, read anew at each start: empty for
    all. `since` (UTC): when it began to follow.
    """

    name: str
    destination: Destination
    query: str
    since: datetime
    schedule: Schedule
    language: str = SOURCE
    announce_closing: bool = True

    def audience(self, synonyms: Synonyms) -> Audience:
        """Raises `ValueError` where its query is no filter, as when a release reads it otherwise."""
        reading = read_filter(self.query)
        if self.query and reading.problems:
            raise ValueError(reading.problems[0])
        return Audience(
            name=self.name,
            destination=self.destination,
            schedule=self.schedule,
            language=self.language,
            filter=widened(reading.query, synonyms),
            announce_closing=self.announce_closing,
            since=self.since,
        )
