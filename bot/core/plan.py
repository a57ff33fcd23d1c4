"""What one round finds to be due, and no longer true."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.channel import Channel
from bot.core.correcting import Outcome, together
from bot.core.notice import Dispatch, Notice
from bot.core.planning import bundles

MEANS_ALL = 3
"""Destinations told to wait at once: then it is the token that has to."""


@dataclass(slots=True)
class Plan:
    """What one tick finds: per channel the notices that are due and the messages that they answer, and edits."""

    notices: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, str | None] = field(default_factory=dict)
    edits: dict[str, list[Dispatch]] = field(default_factory=lambda: defaultdict(list))
    instants: list[datetime | None] = field(default_factory=list)
    told_to_wait: dict[tuple[str, str], datetime] = field(default_factory=dict)  # for all that goes there
    news: set[tuple[str, str]] = field(default_factory=set)  # postings and channels with news on the way
    unsure: frozenset[str] = frozenset()  # postings that have changed, and were not looked at yet
    left: int = 0
    is_cut: bool = False  # there is more to plan when most of this was sent

    def dispatches(self) -> Iterator[Dispatch]:
        """Channel by channel, what is to be said before what is to be put right."""
        standstills = self.standstills()
        for name in dict.fromkeys((*self.notices, *self.edits)):
            found = [*bundles(self.notices.get(name, ()), self.answers), *together(self._timely(name))]
            place = _place(found[0].channel) if found else None
            if place and place not in self.told_to_wait and place[0] not in standstills:
                yield from found

    def _timely(self, channel: str) -> Iterator[Dispatch]:
        """The edits of a channel, without those of digests that show what is first to be told in a message of its
        own.
        """
        for edit in self.edits.get(channel, ()):
            mine = {notice.occasion.posting.id for notice in edit.notices}
            beside = {notice.occasion.posting.id for notice in edit.shows} - mine
            if not any(name in self.unsure or (name, channel) in self.news for name in beside):
                yield edit

    def standstills(self) -> dict[str, datetime]:
        """The platforms whose whole token has to wait, and until when at least. Telegram and Slack say the same of a
        token as of one chat: where several were told at once, it is the token.
        """
        waits: dict[str, list[datetime]] = defaultdict(list)
        for (platform, _), until in self.told_to_wait.items():
            waits[platform].append(until)
        return {platform: min(some) for platform, some in waits.items() if len(some) >= MEANS_ALL}

    def correct(self, posting: str, channel: Channel, outcome: Outcome) -> None:
        """Takes in what a channel is to be told because a posting has changed."""
        self.left += outcome.is_pending
        self.edits[channel.name] += outcome.edits
        if outcome.again_at:
            self.wait(channel, outcome.again_at)
        if outcome.news:
            self.notices[channel.name].append(outcome.news)
            self.answers[outcome.news.key] = outcome.answers
        if outcome.is_pending and not outcome.edits:
            self.news.add((posting, channel.name))

    def wait(self, channel: Channel, until: datetime) -> None:
        self.instants.append(until)
        place = _place(channel)
        self.told_to_wait[place] = max(until, self.told_to_wait.get(place, until))


def _place(channel: Channel) -> tuple[str, str]:
    return channel.destination.platform, channel.destination.address
