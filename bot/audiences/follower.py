"""Whoever follows, as the database has it; as an audience it hears what its queries find, of each from then on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Self, TypeVar

from bot.audiences.audience import Audience, Subscription
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import EVERYTHING_ANNOUNCED, NOTHING_ANNOUNCED, Destination, Lead, Schedule
from bot.language import SOURCE
from bot.questions.filters import read_filter
from bot.questions.query import Query
from bot.questions.widening import Synonyms, widened

_Rhythm = TypeVar("_Rhythm", QuietHours, DigestTimes)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query as it was written, read anew at each start: empty for all. `since` (UTC): when it was saved."""

    text: str
    since: datetime

    def query(self, synonyms: Synonyms) -> Query:
        """The query that it is. Raises `ValueError`, as `query_of` does."""
        return query_of(self.text, synonyms)


@lru_cache(maxsize=10_000)
def query_of(text: str, synonyms: Synonyms) -> Query:
    """The query that a saved text is; empty stands for all. It is kept once for the many who have the same. Raises
    `ValueError` where it is no filter any more, for instance because a release reads it otherwise.
    """
    reading = read_filter(text)
    if text and reading.problems:
        raise ValueError(reading.problems[0])
    return widened(reading.query, synonyms)


@dataclass(frozen=True, slots=True)
class OwnReminders:
    """How long before the deadline of one posting to remind: never, without lead times. `since` (UTC): when that was
    said.
    """

    leads: tuple[Lead, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to hear, as far as they have said so; the config says the rest."""

    language: str | None = None
    timezone: str | None = None
    reminders: tuple[Lead, ...] | None = None
    quiet: QuietHours | Off | None = None
    digest: DigestTimes | Off | None = None

    def changed(self, own: "Preferences") -> Self:
        """These preferences, with those of `own` that are not None in their place."""
        own_values = {of.name: value for of in fields(own) if (value := getattr(own, of.name)) is not None}
        return replace(self, **own_values)


def scheduled(common: Schedule, own: Preferences) -> Schedule:
    """The schedule of somebody with these preferences: what they have not set is as in `common`."""
    return replace(
        common,
        timezone=own.timezone or common.timezone,
        reminders=common.reminders if own.reminders is None else own.reminders,
        quiet=_chosen(own.quiet, common.quiet),
        digest=_chosen(own.digest, common.digest),
    )


def _chosen(own: _Rhythm | Off | None, common: _Rhythm | None) -> _Rhythm | None:
    if own is None:
        return common
    return None if isinstance(own, Off) else own


def written(own: Preferences) -> dict[str, str]:
    """By key, the preferences that somebody has set, each as it would be typed."""
    settings = {
        "language": own.language,
        "timezone": own.timezone,
        "remind": None if own.reminders is None else " ".join(map(str, own.reminders)) or Off.OFF,
        "quiet": None if own.quiet is None else str(own.quiet),
        "digest": None if own.digest is None else str(own.digest),
    }
    return {key: value for key, value in settings.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Defaults:
    """How people and places hear who have set nothing, by the config."""

    schedule: Schedule
    language: str = SOURCE

    def schedule_with(self, own: Preferences) -> Schedule:
        """When somebody is spoken to who has said that: of everything, by itself or, with a digest, all in that."""
        schedule = scheduled(self.schedule, own)
        return replace(schedule, announce=NOTHING_ANNOUNCED if schedule.digest else EVERYTHING_ANNOUNCED)

    def language_with(self, own: Preferences) -> str:
        """The language of somebody with these preferences."""
        return own.language or self.language


@dataclass(frozen=True, slots=True)
class Follower:
    """`name` is its identity in the ledger. `reminders` are those about one posting, by its id. `blocked_at` (UTC):
    since when the platform lets the bot not write there: nothing is tried.
    """

    name: str
    destination: Destination
    queries: tuple[SavedQuery, ...] = ()
    reminders: Mapping[str, OwnReminders] = field(default_factory=dict)
    preferences: Preferences = Preferences()
    blocked_at: datetime | None = None

    def schedule(self, defaults: Defaults) -> Schedule:
        """The schedule by which they hear."""
        return defaults.schedule_with(self.preferences)

    def language(self, defaults: Defaults) -> str:
        """The language in which they hear."""
        return defaults.language_with(self.preferences)

    def audience(self, synonyms: Synonyms, defaults: Defaults) -> tuple[Audience, int]:
        """The audience that they are, and how many of their queries are no filter any more."""
        subscriptions: dict[object, Subscription] = {}
        unread = 0
        for saved in self.queries:
            try:
                query = saved.query(synonyms)
            except ValueError:
                unread += 1
                continue
            subscriptions.setdefault(query, Subscription(query, saved.since))
        for posting, own in self.reminders.items():
            subscriptions[posting] = Subscription(since=own.since, posting=posting, reminders=own.leads)
        audience = Audience(
            name=self.name,
            destination=self.destination,
            schedule=self.schedule(defaults),
            language=self.language(defaults),
            subscriptions=tuple(subscriptions.values()),
        )
        if len(subscriptions) == 1 and self.queries and not self.reminders:  # of most there is no more to keep
            [only] = subscriptions.values()
            audience = replace(audience, filter=only.filter, since=only.since, subscriptions=None)
        return audience, unread

    # --- What they say

    def following(self, text: str, now: datetime) -> "Follower":
        """The follower with one query more."""
        return replace(self, queries=(*self.queries, SavedQuery(text, now)))

    def without(self, texts: tuple[str, ...]) -> "Follower":
        """The follower without these queries."""
        return replace(self, queries=tuple(saved for saved in self.queries if saved.text not in texts))

    def reminded(self, posting: str, leads: tuple[Lead, ...] | None, now: datetime) -> "Follower":
        """The follower with lead times of their own for a posting: no reminder where `leads` is empty, those of their
        schedule where it is None.
        """
        rest = {name: own for name, own in self.reminders.items() if name != posting}
        return replace(self, reminders=rest if leads is None else {**rest, posting: OwnReminders(leads, now)})

    def back(self, now: datetime) -> "Follower":
        """The follower as of when the platform lets the bot write there again: what they missed is not sent."""
        queries = tuple(replace(saved, since=now) for saved in self.queries)
        reminders = {name: replace(own, since=now) for name, own in self.reminders.items()}
        return replace(self, queries=queries, reminders=reminders, blocked_at=None)
