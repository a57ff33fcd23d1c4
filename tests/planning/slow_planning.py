"""The rules for notices once more, the slow and obvious way: a secretary with a wall clock, the postings, the list
of channels and a ledger, who at each round looks at everything. Written from the contract, not from the code.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.audiences.audience import Audience
from bot.domain.posting import Posting
from tests.domain.slow_zones import local, slow_at_local


class Said(NamedTuple):
    """What is told to whom. A reminder is told apart by when it fell due, and for which deadline."""

    channel: str
    posting: str
    due_at: datetime | None  # None for an announcement
    deadline: datetime | None


class Settled(NamedTuple):
    at: datetime


class OnTheWire(NamedTuple):
    """Sent, and nobody knows yet what became of it."""


class DueAgain(NamedTuple):
    """The platform asked to wait. Once the clock was set back, nobody knows how long that is."""

    since: datetime
    not_before: datetime

    def waits(self, now: datetime) -> bool:
        return self.since <= now < self.not_before


Ledger = dict[Said, Settled | OnTheWire | DueAgain]


def announced_at(posting: Posting, channel: Audience) -> datetime | None:
    """At `remind_at` of the day, on the channel's clock; None for at once."""
    if posting.posted is None:
        return None
    return slow_at_local(posting.posted, channel.schedule.remind_at, channel.schedule.timezone)


def reminded_at(posting: Posting, channel: Audience) -> set[datetime]:
    """The instants of a posting's reminders. Two leads of one instant say one thing."""
    if posting.deadline is None or posting.deadline_kind == "rolling":
        return set()
    last = posting.deadline.at.astimezone(UTC)
    found = set()
    for lead in channel.schedule.reminders:
        if lead.unit == "h":
            at = last - timedelta(hours=lead.count)
        else:
            day = local(last, channel.schedule.timezone).date()
            for _ in range(lead.count):
                day -= timedelta(days=1)
            at = slow_at_local(day, channel.schedule.remind_at, channel.schedule.timezone)
        if at <= last:
            found.add(at)
    return found


def wants(channel: Audience, posting: Posting) -> bool:
    """Filters of these tests are roles alone; how words are matched is told elsewhere."""
    return not channel.filter.roles or any(role in channel.filter.roles for role in posting.roles)


def due_now(
    channel: Audience, posting: Posting, ledger: Ledger, now: datetime, listed_at: datetime | None = None
) -> Said | None:
    """What is to be said of one posting to one channel in this very round. `listed_at`: when its file was there."""
    last = posting.deadline.at.astimezone(UTC) if posting.deadline else None
    if posting.status != "open" or not wants(channel, posting):
        return None
    if last and posting.deadline_kind == "fixed" and now > last:
        return None
    opens = announced_at(posting, channel)
    if opens and now < opens:
        return None

    since = channel.since or datetime.min.replace(tzinfo=UTC)
    announcement = Said(channel.name, posting.id, None, None)
    told = ledger.get(announcement)
    if channel.since and max(filter(None, (opens, listed_at)), default=since) <= since:
        told = Settled(since)  # others were told before it came: that is as good as told
    match told:
        case None:
            return announcement
        case DueAgain() as told:
            return None if told.waits(now) else announcement
        case OnTheWire():
            return None
        case Settled(announced):
            pass

    missed = [at for at in reminded_at(posting, channel) if at <= now]
    if not missed or (last and now > last):
        return None
    nearest = max(missed)
    if nearest <= announced:
        return None  # the announcement stood in for it
    if channel.since and nearest <= since:
        return None
    reminder = Said(channel.name, posting.id, nearest, last)
    match ledger.get(reminder):
        case None:
            return reminder
        case DueAgain() as told:
            return None if told.waits(now) else reminder
        case _:
            return None


def occasions(channel: Audience, posting: Posting) -> set[datetime]:
    """Every instant at which there might be something to say."""
    opens = announced_at(posting, channel)
    return reminded_at(posting, channel) | ({opens} if opens else set())


@dataclass
class Secretary:
    """Says at once and for good all that is due in a round."""

    channels: list[Audience]
    ledger: Ledger

    def round(self, postings: list[Posting], now: datetime) -> list[Said]:
        said = [
            due
            for channel in self.channels
            for posting in postings
            if (due := due_now(channel, posting, self.ledger, now))
        ]
        self.ledger.update(dict.fromkeys(said, Settled(now)))
        return said


def every_round(
    channels: list[Audience], postings: list[Posting], start: datetime, end: datetime, step: timedelta
) -> list[tuple[datetime, Said]]:
    """What is said from start to end (both included) by one who looks at every step, and at every occasion."""
    rounds = {start + number * step for number in range((end - start) // step + 1)}
    rounds |= {at for channel in channels for posting in postings for at in occasions(channel, posting)}
    secretary = Secretary(channels, {})
    return [(at, said) for at in sorted(rounds) if start <= at <= end for said in secretary.round(postings, at)]
