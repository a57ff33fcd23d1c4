"""Whoever hears notices: where that is, which postings it hears of, when it is reminded, in which language."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.posting import Posting
from bot.domain.schedule import Announced, Destination, Lead, Schedule
from bot.language import SOURCE
from bot.questions.matching import matches
from bot.questions.query import EVERYTHING, Query


class Mention(StrEnum):
    """Who is called by a message, where the platform can."""

    HERE = "here"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of several things of which an audience hears: what a filter lets through; or, with a `posting`, that one
    alone, of which it is reminded at `reminders` in place of its schedule's lead times. `since`: as of an audience.
    """

    filter: Query = EVERYTHING
    since: datetime | None = None
    posting: str | None = None
    reminders: tuple[Lead, ...] = ()

    def lets_through(self, posting: Posting) -> bool:
        """Whether it is about a posting."""
        return lets_through(self.filter, self.posting, posting)


@dataclass(frozen=True, slots=True)
class Audience:
    """A channel of the config, or whoever else hears notices. `name` is its identity in the ledger; everything else may
    change without anything being said again.

    `drop_in_doubt`: the kinds of notices that are not sent once more when nobody knows whether they arrived. `since`
    (UTC): it hears of nothing that others were told before; None for one that is told all that is open.
    `subscriptions`: of what it hears, each since an instant of its own, in place of `filter` and `since`; whatever
    lets a posting through, it hears once. With none, it hears of nothing, and what it was told is put right all the
    same. `pin`: its newest digest is pinned. `mention`: whom a message calls beside its readers. `locked`: what the
    config says of it is not changed from chat.
    """

    name: str
    destination: Destination
    schedule: Schedule
    language: str = SOURCE
    filter: Query = EVERYTHING
    silent: bool = False
    when_empty: str | None = None
    drop_in_doubt: frozenset[str] = frozenset()
    since: datetime | None = None
    subscriptions: tuple[Subscription, ...] | None = None
    pin: bool = False
    mention: Mention | None = None
    locked: bool = False

    @property
    def announce_closing(self) -> bool:
        """Whether it is told in a message of its own that a position is over."""
        return Announced.CLOSED in self.schedule.announce

    @property
    def hears(self) -> tuple[Subscription, ...]:
        """All subscriptions of the audience; of a channel the one that its filter is."""
        return (Subscription(self.filter, self.since),) if self.subscriptions is None else self.subscriptions

    @property
    def is_person(self) -> bool:
        """Whether it is somebody who follows, and no channel of the config."""
        return self.since is not None or self.subscriptions is not None

    def reminds_of(self, posting: Posting) -> Subscription | None:
        """The subscription to this posting alone, which says when to remind of it; None where there is none."""
        alone = (subscription for subscription in self.subscriptions or () if subscription.posting is not None)
        return next((subscription for subscription in alone if subscription.lets_through(posting)), None)

    def hears_of(self, posting: Posting) -> bool:
        """Whether it hears of a posting."""
        return any(subscription.lets_through(posting) for subscription in self.hears)

    def schedule_of(self, subscription: Subscription) -> Schedule:
        """The schedule by which it hears of what a subscription lets through."""
        if subscription.posting is None:
            return self.schedule
        return self.schedule.reminding(subscription.reminders)


def lets_through(query: Query, name: str | None, posting: Posting) -> bool:
    """Whether a posting matches a filter; or, where `name` is given, whether that is its id or a former one."""
    return matches(query, posting) if name is None else name in posting.names
