"""The rules for notices once more, the slow and obvious way: a secretary with a wall clock, the postings, the list
of channels and a ledger, who at each round looks at everything. Written from the contract, not from the code.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from bot.audiences.audience import Audience
from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
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


def last_instant(posting: Posting) -> datetime | None:
    """The deadline that readers are to keep."""
    if posting.deadline is None or posting.deadline_kind == "rolling":
        return None
    return posting.deadline.at.astimezone(UTC)


# --- Quiet hours, working days, digests: a calendar of three weeks is drawn up and looked through


def quiet_hours(schedule: Schedule, at: datetime) -> tuple[datetime, datetime] | None:
    """The quiet hours in which an instant lies."""
    today = local(at, schedule.timezone).date()
    for days in range(-2, 3):
        day = today + timedelta(days=days)
        if schedule.quiet is None:
            return None
        next_day = day + timedelta(days=1)
        over_midnight = schedule.quiet.end <= schedule.quiet.begin
        begins = slow_at_local(day, schedule.quiet.begin, schedule.timezone)
        ends = slow_at_local(next_day if over_midnight else day, schedule.quiet.end, schedule.timezone)
        if begins <= at < ends:
            return begins, ends
    return None


def is_day_off(schedule: Schedule, day: date) -> bool:
    return schedule.working_days is not None and f"{day:%a}" in {"Sat", "Sun"}


def working_mornings(schedule: Schedule, around: datetime) -> list[datetime]:
    """`remind_at` of each working day, three weeks long."""
    today = local(around, schedule.timezone).date()
    days = [today + timedelta(days=number) for number in range(-10, 11)]
    return [slow_at_local(day, schedule.remind_at, schedule.timezone) for day in days if not is_day_off(schedule, day)]


@cache
def waits_until(schedule: Schedule, at: datetime) -> datetime:
    """When somebody is spoken to of what falls due then, were there no deadline."""
    if is_day_off(schedule, today := local(at, schedule.timezone).date()):
        later = (one for one in working_mornings(schedule, at) if local(one, schedule.timezone).date() > today)
        return waits_until(schedule, min(later))
    if quiet := quiet_hours(schedule, at):
        return waits_until(schedule, quiet[1])
    return at


@cache
def brought_forward(schedule: Schedule, due_at: datetime, at: datetime) -> datetime:
    """When it goes out if it cannot wait."""
    if is_day_off(schedule, today := local(at, schedule.timezone).date()):
        earlier = (one for one in working_mornings(schedule, at) if local(one, schedule.timezone).date() < today)
        morning = max(earlier)
        if waits_until(schedule, morning) < due_at:
            return waits_until(schedule, morning)
        return brought_forward(schedule, due_at, morning)
    if quiet := quiet_hours(schedule, at):
        begins = quiet[0]
        is_off = is_day_off(schedule, local(begins, schedule.timezone).date())
        return brought_forward(schedule, due_at, begins) if is_off else begins
    return at


def alone_at(schedule: Schedule, due_at: datetime, last: datetime | None) -> datetime:
    """When it goes out by itself."""
    later = waits_until(schedule, due_at)
    if last is None or last < due_at or later < last:
        return later
    return brought_forward(schedule, due_at, due_at)


def is_silent(schedule: Schedule, now: datetime, last: datetime | None, due_at: datetime) -> bool:
    """Whether nothing is said now that can wait. What fell due on a day off, or before, waits for the morning."""
    later = waits_until(schedule, now)
    today, due_on = local(now, schedule.timezone).date(), local(due_at, schedule.timezone).date()
    if later == now and is_day_off(schedule, today - timedelta(days=1)) and due_on < today:
        morning = slow_at_local(today, schedule.remind_at, schedule.timezone)
        later = waits_until(schedule, morning) if now < morning else now
    return later > now and (last is None or last < now or later < last)


@cache
def digest_from(schedule: Schedule, at: datetime) -> datetime:
    """The first digest from then on."""
    today = local(at, schedule.timezone).date()
    days = [today + timedelta(days=number) for number in range(-9, 15)]
    nominal = [
        slow_at_local(day, schedule.digest.at, schedule.timezone)
        for day in days
        if schedule.digest.weekday in {None, day.weekday()}
    ]
    waiting = [waits_until(schedule, due) for due in nominal]
    # the next one has it all where that goes out no later
    return min(digest for digest, following in pairwise(waiting) if at <= digest < following)


# --- Notices


def announced_at(posting: Posting, channel: Audience) -> datetime | None:
    """At `remind_at` of the day, on the channel's clock, or when that can be said, but not before that day; None for at
    once.
    """
    if posting.posted is None:
        return None
    due_at = slow_at_local(posting.posted, channel.schedule.remind_at, channel.schedule.timezone)
    at = alone_at(channel.schedule, due_at, last_instant(posting))
    return at if at >= slow_at_local(posting.posted, time(), channel.schedule.timezone) else due_at


def reminded_at(posting: Posting, channel: Audience) -> set[datetime]:
    """The instants at which a posting's reminders go out by themselves. Two leads of one instant say one thing, and one
    that would go out no earlier than a nearer one says nothing.
    """
    last = last_instant(posting)
    if last is None:
        return set()
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
    shifted = {due_at: alone_at(channel.schedule, due_at, last) for due_at in found}
    return {at for due_at, at in shifted.items() if all(at < shifted[other] for other in found if other > due_at)}


def told_from(posting: Posting, channel: Audience, listed_at: datetime) -> datetime | None:
    """From when on the announcement is said: by itself or in a digest; None when it is not said."""
    return told_alone_or_not(posting, channel, listed_at)[0]


def told_alone_or_not(posting: Posting, channel: Audience, listed_at: datetime) -> tuple[datetime | None, bool]:
    schedule, last = channel.schedule, last_instant(posting)
    opens = announced_at(posting, channel) or datetime.min.replace(tzinfo=UTC)
    if "opened" in schedule.announce:
        return max(opens, listed_at), True
    if schedule.digest is None:
        return None, False
    digest = digest_from(schedule, max(opens, listed_at))
    is_alone = last is not None and digest >= last and not reminded_at(posting, channel)
    return (max(opens, listed_at), True) if is_alone else (digest, False)


def reminders_said_at(posting: Posting, channel: Audience) -> dict[datetime, datetime]:
    """When each reminder is said, by itself or in a digest, by when it goes out by itself."""
    schedule, last, alone = channel.schedule, last_instant(posting), reminded_at(posting, channel)
    if "reminders" in schedule.announce:
        return {at: at for at in alone}
    if schedule.digest is None or last is None:
        return {}
    digests = {at: digest_from(schedule, at) for at in alone}
    return {at: digest if digest < last else at for at, digest in digests.items()}


def wants(channel: Audience, posting: Posting) -> bool:
    """Filters of these tests are roles alone; how words are matched is told elsewhere."""
    return not channel.filter.roles or any(role in channel.filter.roles for role in posting.roles)


def closing_said_at(posting: Posting, channel: Audience) -> datetime | None:
    """When it is said that a deadline has passed: however near that is, there is nothing left to be in time for."""
    schedule, last = channel.schedule, last_instant(posting)
    if last is None or posting.deadline_kind != "fixed":
        return None
    if "closed" in schedule.announce:
        return waits_until(schedule, last)
    return digest_from(schedule, last) if schedule.digest else None


def due_now(
    channel: Audience, posting: Posting, ledger: Ledger, now: datetime, listed_at: datetime | None = None
) -> Said | None:
    """What is to be said of one posting to one channel in this very round. `listed_at`: when its file was there."""
    last = last_instant(posting)
    if posting.status != "open" or not wants(channel, posting):
        return None
    if last and posting.deadline_kind == "fixed" and now > last:
        return None
    opens = announced_at(posting, channel)
    if opens and now < opens:
        return None

    since = channel.since or datetime.min.replace(tzinfo=UTC)
    announcement = Said(channel.name, posting.id, None, None)
    told, waits_with_it = ledger.get(announcement), False
    if channel.since and max(filter(None, (opens, listed_at)), default=since) <= since:
        told = Settled(since)  # others were told before it came: that is as good as told
    told_at, is_alone = told_alone_or_not(posting, channel, listed_at or now)
    is_held = told_at is None or (now < told_at and not is_alone) or is_silent(channel.schedule, now, last, told_at)
    if is_held and (told is None or isinstance(told, DueAgain)):
        if is_alone or told:
            return None
        told = Settled(datetime.min.replace(tzinfo=UTC))  # it is not said, or not yet: that keeps no reminder back
        waits_with_it = (
            told_at is not None and last is not None and told_at < last and "reminders" not in channel.schedule.announce
        )  # … but one that is in a digest
    match told:
        case None:
            return announcement
        case DueAgain() if is_alone and is_held:
            return None
        case DueAgain() as told:
            return None if told.waits(now) else announcement
        case OnTheWire():
            return None
        case Settled(announced):
            pass

    missed = [
        at
        for at, said_at in reminders_said_at(posting, channel).items()
        if said_at <= now
        and not is_silent(channel.schedule, now, last, said_at)
        and not (waits_with_it and digest_from(channel.schedule, at) < last)
    ]
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
    found = (
        reminded_at(posting, channel) | {*reminders_said_at(posting, channel).values()} | ({opens} if opens else set())
    )
    return found | {waits_until(channel.schedule, at) for at in found}


@dataclass
class Secretary:
    """Says at once and for good all that is due in a round."""

    channels: list[Audience]
    ledger: Ledger
    listed_at: datetime | None = None

    def round(self, postings: list[Posting], now: datetime) -> list[Said]:
        said = [
            due
            for channel in self.channels
            for posting in postings
            if (due := due_now(channel, posting, self.ledger, now, self.listed_at))
        ]
        self.ledger.update(dict.fromkeys(said, Settled(now)))
        return said


def every_round(
    channels: list[Audience], postings: list[Posting], start: datetime, end: datetime, step: timedelta
) -> list[tuple[datetime, Said]]:
    """What is said from start to end (both included) by one who looks at every step, and at every occasion."""
    rounds = {start + number * step for number in range((end - start) // step + 1)}
    rounds |= {at for channel in channels for posting in postings for at in occasions(channel, posting)}
    for channel in channels:
        rounds.add(waits_until(channel.schedule, start))
        if channel.schedule.digest:
            rounds |= {told for one in postings if (told := told_from(one, channel, start))}
    secretary = Secretary(channels, {}, start)
    return [(at, said) for at in sorted(rounds) if start <= at <= end for said in secretary.round(postings, at)]
