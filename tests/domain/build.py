"""Builders that keep tests short: postings, channels and instants from plain text."""

from datetime import UTC, date, datetime, time
from typing import Any

from bot.audiences.audience import Audience
from bot.domain.posting import Deadline, DeadlineKind, Posting, Role
from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.schedule import USUALLY_ANNOUNCED, Announced, Destination, Lead, Schedule
from bot.domain.zones import DAY_END, offset_name, zone
from bot.questions.grammar import parse

BERLIN = "Europe/Berlin"


def instant(text: str, where: str = "UTC") -> datetime:
    """`2027-05-02 12:00` in a zone, or with an offset of its own, as an instant in UTC."""
    written = datetime.fromisoformat(text)
    return (written if written.tzinfo else written.replace(tzinfo=zone(where))).astimezone(UTC)


def deadline(text: str, where: str = BERLIN) -> Deadline:
    """`2027-05-02` (ends 23:59:59), `2027-05-02 12:00`, or with an offset, as a posting file has it."""
    written = datetime.fromisoformat(text)
    if len(text) == 10:
        written = datetime.combine(written.date(), DAY_END)
    if written.tzinfo:
        return Deadline(written, offset_name(written))
    return Deadline(written.replace(tzinfo=zone(where)).astimezone(UTC).astimezone(zone(where)), where)


def posting(name: str = "phd-owls", **given: Any) -> Posting:
    """A posting of that id: open, for a PhD, in Berlin's time, without a deadline unless one is given.

    `deadline` and `posted` may be text, `role` a word or several.
    """
    where = given.pop("timezone", BERLIN)
    ends, posted = given.pop("deadline", None), given.pop("posted", None)
    ends = deadline(ends, where) if isinstance(ends, str) else ends
    kind = given.pop("deadline_kind", DeadlineKind.FIXED if ends else DeadlineKind.ROLLING)
    return Posting(
        id=name,
        title=given.pop("title", "Owls at night"),
        roles=tuple(Role(role) for role in given.pop("role", "phd").split()),
        timezone=where,
        deadline=ends,
        deadline_kind=DeadlineKind(kind),
        posted=date.fromisoformat(posted) if isinstance(posted, str) else posted,
        **given,
    )


def leads(text: str) -> tuple[Lead, ...]:
    return tuple(Lead.parse(word) for word in text.split())


def channel(
    name: str = "lab",
    *,
    platform: str = "console",
    address: str = "",
    thread: int | None = None,
    timezone: str = BERLIN,
    remind_at: str = "09:00",
    reminders: str = "14d 7d 1d",
    follows: str = "",
    announce: str | None = None,
    announce_closing: bool = False,
    quiet: str = "",
    digest: str = "",
    working_days: str | None = None,
    **given: Any,
) -> Audience:
    """A channel of that name; `follows` is its filter, as one writes it, and so are `announce`, `quiet`, `digest`."""
    kinds = USUALLY_ANNOUNCED if announce is None else frozenset(map(Announced, announce.split()))
    return Audience(
        name,
        Destination(platform, address, thread),
        Schedule(
            timezone,
            time.fromisoformat(remind_at),
            leads(reminders),
            quiet=QuietHours.parse(quiet) if quiet else None,
            digest=DigestTimes.parse(digest) if digest else None,
            working_days=working_days,
            announce=kinds | {Announced.CLOSED} if announce_closing else kinds,
        ),
        filter=parse(follows),
        **given,
    )
