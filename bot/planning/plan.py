"""What one round finds to be due, and no longer true."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.audiences.audience import Audience
from bot.domain.notice import Dispatch, Notice
from bot.planning.correcting import Outcome, together
from bot.planning.wanted import bundles

MEANS_ALL = 3
"""Destinations told to wait at once: then it is the token that has to."""


@dataclass(slots=True)
class Plan:
    """What one tick finds: by audience the notices that are due and the messages that they answer, and edits."""

    audiences: dict[str, Audience] = field(default_factory=dict)  # those of these notices and edits
    notices: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, str | None] = field(default_factory=dict)
    edits: dict[str, list[Dispatch]] = field(default_factory=lambda: defaultdict(list))
    instants: list[datetime | None] = field(default_factory=list)
    told_to_wait: dict[tuple[str, str], datetime] = field(default_factory=dict)  # for all that goes there
    news: set[tuple[str, str]] = field(default_factory=set)  # postings and audiences with news on the way
    unsure: frozenset[str] = frozenset()  # postings that have changed, and were not looked at yet
    left: int = 0
    is_cut: bool = False  # there is more to plan when most of this was sent

    def dispatches(self) -> Iterator[Dispatch]:
        """Audience by audience, what is to be said before what is to be put right."""
        standstills = self.standstills()
        for name in dict.fromkeys((*self.notices, *self.edits)):
            audience = self.audiences[name]
            place = _place(audience)
            if place not in self.told_to_wait and place[0] not in standstills:
                yield from bundles(audience, self.notices.get(name, ()), self.answers)
                yield from together(self._timely(name))

    def _timely(self, audience: str) -> Iterator[Dispatch]:
        """The edits of an audience, without those of digests that show what is first to be told in a message of its
        own.
        """
        for edit in self.edits.get(audience, ()):
            beside = {notice.occasion.posting.id for notice in edit.shows} - {edit.notices[0].occasion.posting.id}
            if not any(name in self.unsure or (name, audience) in self.news for name in beside):
                yield edit

    def standstills(self) -> dict[str, datetime]:
        """The platforms whose whole token has to wait, and until when at least. Telegram and Slack say the same of a
        token as of one chat: where several were told at once, it is the token.
        """
        waits: dict[str, list[datetime]] = defaultdict(list)
        for (platform, _), until in self.told_to_wait.items():
            waits[platform].append(until)
        return {platform: min(some) for platform, some in waits.items() if len(some) >= MEANS_ALL}

    def announce(self, audience: Audience, notice: Notice) -> None:
        """Takes in what an audience is to be told."""
        self.audiences[audience.name] = audience
        self.notices[audience.name].append(notice)

    def correct(self, posting: str, audience: Audience, outcome: Outcome) -> None:
        """Takes in what an audience is to be told because a posting has changed."""
        self.left += outcome.is_pending
        if outcome.edits:
            self.audiences[audience.name] = audience
            self.edits[audience.name] += outcome.edits
        if outcome.again_at:
            self.wait(audience, outcome.again_at)
        if outcome.news:
            self.announce(audience, outcome.news)
            self.answers[outcome.news.key] = outcome.answers
        if outcome.is_pending and not outcome.edits:
            self.news.add((posting, audience.name))

    def wait(self, audience: Audience, until: datetime) -> None:
        self.instants.append(until)
        place = _place(audience)
        self.told_to_wait[place] = max(until, self.told_to_wait.get(place, until))


def _place(audience: Audience) -> tuple[str, str]:
    return audience.destination.platform, audience.destination.address
