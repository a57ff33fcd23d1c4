"""Where something is said, and when: addresses, lead times, schedules."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Self

from bot.domain.rhythm import DigestTimes, QuietHours

_LEAD = re.compile(r"([1-9]\d{0,3}|0)([dh])")


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before a deadline to remind: `7d` is calendar days, `36h` is hours."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str, *, is_signed: bool = False) -> Self:
        """Reads `7d` or `36h`; with `is_signed` also `-1d`, which is after the deadline. Raises `ValueError` with what
        to write instead.
        """
        text = text.strip()
        is_after = is_signed and text.startswith("-")
        match = _LEAD.fullmatch(text[is_after:])
        if not match:
            after = ", or -1d for after the deadline" if is_signed else ""
            raise ValueError(f'"{text}" is no lead time; write days or hours, such as 7d or 36h{after}')
        return cls(-int(match[1]) if is_after else int(match[1]), match[2])

    @property
    def span(self) -> timedelta:
        """As a difference: between dates where it counts days, between instants where it counts hours."""
        return timedelta(days=self.count) if self.unit == "d" else timedelta(hours=self.count)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


NEVER = Lead(0, "d")
"""How often, of what never happens."""


def is_lead(text: str) -> bool:
    """Whether it is written as a lead time."""
    return _LEAD.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Destination:
    """An address on a platform: a chat or a channel, and the forum topic in it."""

    platform: str
    address: str
    thread: int | None = None

    @classmethod
    def at(cls, platform: str, place: str) -> Self:
        """The destination on that platform whose `place` this is."""
        address, _, thread = place.partition("#")
        return cls(platform, address, int(thread)) if address and thread.isdecimal() else cls(platform, place)

    @property
    def place(self) -> str:
        """The address with the topic."""
        return f"{self.address}#{self.thread}" if self.thread else self.address


class Announced(StrEnum):
    """What an audience may be told in messages of their own."""

    OPENED = "opened"  # also what is open again
    MOVED = "moved"
    CLOSED = "closed"
    REMINDERS = "reminders"


EVERYTHING_ANNOUNCED = frozenset(Announced)
NOTHING_ANNOUNCED: frozenset[Announced] = frozenset()
USUALLY_ANNOUNCED = EVERYTHING_ANNOUNCED - {Announced.CLOSED}
"""What a channel hears that does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an audience is spoken to. Those with one schedule share their occasions, however many they are.

    `working_days`: None where all days are alike; else the country whose holidays are left out beside Saturdays and
    Sundays, or "" for none. `announce`: what goes out in messages of their own; what is left out stands in the digest,
    where there is one.
    """

    timezone: str
    remind_at: time
    reminders: tuple[Lead, ...]
    quiet: QuietHours | None = None
    digest: DigestTimes | None = None
    working_days: str | None = None
    announce: frozenset[Announced] = USUALLY_ANNOUNCED

    @property
    def has_peace(self) -> bool:
        """Whether there are times at which nothing is said."""
        return self.quiet is not None or self.working_days is not None

    def reminding(self, reminders: tuple[Lead, ...]) -> Self:
        """For what was asked for of one posting alone: it stands in no digest."""
        return replace(self, reminders=reminders, digest=None, announce=self.announce | {Announced.REMINDERS})
