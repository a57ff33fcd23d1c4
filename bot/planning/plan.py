"""What one round finds to be due, and no longer true."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Act, Dispatch
from bot.audiences.private import is_private
from bot.domain.notice import Kind, Notice, Occasion
from bot.planning.correcting import Outcome, together
from bot.planning.personal import letters
from bot.planning.wanted import bundles

_SOON = timedelta(days=1)
MEANS_ALL = 3
"""Destinations told to wait at once: then it is the token that has to."""


@dataclass(slots=True)
class Plan:
    """What one tick finds: by audience the notices that are due and the messages that they answer, and edits."""

    audiences: dict[str, Audience] = field(default_factory=dict)  # those of these notices and edits
    notices: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    in_digest: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))  # that is due, or was
    digests: dict[str, Dispatch] = field(default_factory=dict)
    waiting: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))  # news, for the next digest
    answers: dict[str, str | None] = field(default_factory=dict)
    edits: dict[str, list[Dispatch]] = field(default_factory=lambda: defaultdict(list))
    instants: list[datetime | None] = field(default_factory=list)
    told_to_wait: dict[tuple[str, str], datetime] = field(default_factory=dict)  # for all that goes there
    news: set[tuple[str, str]] = field(default_factory=set)  # postings and audiences with news on the way
    unsure: frozenset[str] = frozenset()  # postings that have changed, and were not looked at yet
    left: int = 0
    closing: int = 0  # of those left, the ones of postings that close within a day
    oldest: datetime | None = None  # the instant at which the first of them was due
    is_cut: bool = False  # there is more to plan when most of this was sent

    def count(self, occasion: Occasion, now: datetime) -> None:
        """One more that is not settled."""
        self.left += 1
        closes_at, due_at = occasion.posting.closes_at, occasion.goes_out or now
        self.closing += closes_at is not None and now <= closes_at < now + _SOON
        self.oldest = min(self.oldest or due_at, due_at)

    @property
    def spoken_to(self) -> Iterator[Audience]:
        """Who is to be told something in a message of its own or a digest."""
        return (self.audiences[name] for name in {*filter(self.notices.get, self.notices), *self.digests})

    def dispatches(self, calling: Collection[str] = ()) -> Iterator[Dispatch]:
        """Audience by audience, what is to be said before what is to be put right; channels before persons. The first
        that is said to those who are `calling`, by name, calls whom they want called.
        """
        called: set[str] = set()
        for dispatch in self._dispatches():
            audience = dispatch.audience
            if dispatch.act is Act.SEND and audience.name in calling and audience.name not in called:
                called.add(audience.name)
                yield replace(dispatch, mention=audience.mention)
            else:
                yield dispatch

    def _dispatches(self) -> Iterator[Dispatch]:
        standstills = self.standstills()
        names = dict.fromkeys((*self.notices, *self.digests, *self.edits))
        for name in sorted(names, key=lambda name: self.audiences[name].is_person):
            audience = self.audiences[name]
            place = _place(audience)
            if place not in self.told_to_wait and place[0] not in standstills:
                notices = self.notices.get(name, ())
                yield from letters(audience, notices) if is_private(name) else bundles(audience, notices, self.answers)
                if name in self.digests:
                    yield self.digests[name]
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
        """Takes in what an audience is to be told, by itself or in its digest: once, whatever has let it through."""
        self.audiences[audience.name] = audience
        notices = (self.in_digest if notice.occasion.digest else self.notices)[audience.name]
        if audience.subscriptions is not None:
            notices[:] = _apart_from(notice, notices)
            if any(_stands_in(known, notice) for known in notices):
                return
        notices.append(notice)

    def digest(self, dispatch: Dispatch) -> None:
        """Takes in a digest that is due."""
        self.audiences[dispatch.audience.name] = dispatch.audience
        self.digests[dispatch.audience.name] = dispatch

    def correct(self, posting: str, audience: Audience, outcome: Outcome) -> None:
        """Takes in what an audience is to be told because a posting has changed."""
        self.left += outcome.is_pending
        if outcome.edits:
            self.audiences[audience.name] = audience
            self.edits[audience.name] += outcome.edits
        if outcome.again_at:
            self.wait(audience, outcome.again_at)
        if outcome.news and outcome.news_at:
            self.audiences[audience.name] = audience
            self.instants.append(outcome.news_at)
            if outcome.news.occasion.digest:
                self.waiting[audience.name].append(outcome.news)
        elif outcome.news:
            self.announce(audience, outcome.news)
            self.answers[outcome.news.key] = outcome.answers
        if outcome.is_pending and not outcome.edits:
            self.news.add((posting, audience.name))

    def wait(self, audience: Audience, until: datetime) -> None:
        """A destination was told to wait until then (UTC): nothing is sent there before."""
        self.instants.append(until)
        place = _place(audience)
        self.told_to_wait[place] = max(until, self.told_to_wait.get(place, until))


def _stands_in(known: Notice, notice: Notice) -> bool:
    """Whether the one needs no message beside the other: it says the same, or reminds of what is announced."""
    is_same_posting = known.occasion.posting.id == notice.occasion.posting.id
    return known.key == notice.key or (is_same_posting and notice.occasion.kind is Kind.REMINDER)


def _apart_from(notice: Notice, notices: list[Notice]) -> list[Notice]:
    """Those beside which it is to be said: a reminder gives way to whatever else is said of its posting."""
    if notice.occasion.kind is Kind.REMINDER:
        return notices
    posting = notice.occasion.posting.id
    return [
        notice
        for notice in notices
        if notice.occasion.kind is not Kind.REMINDER or notice.occasion.posting.id != posting
    ]


def _place(audience: Audience) -> tuple[str, str]:
    return audience.destination.platform, audience.destination.address
