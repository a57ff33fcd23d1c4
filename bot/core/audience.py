"""Whoever hears notices: where that is, which postings it hears of, when it is reminded, in which language."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self

from bot.core.query import EVERYTHING, Query
from bot.language import SOURCE

_LEAD = re.compile(r"([1-9]\d{0,3}|0)([dh])")


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before a deadline to remind: `7d` is calendar days, `36h` is hours."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `7d` or `36h`. Raises `ValueError` with what to write instead."""
        found = _LEAD.fullmatch(text.strip())
        if not found:
            raise ValueError(f'"{text}" is no lead time; write days or hours, such as 7d or 36h')
        return cls(int(found[1]), found[2])

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.count) if self.unit == "d" else timedelta(hours=self.count)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, slots=True)
class Destination:
    """An address on a platform: a chat or a channel, and the forum topic in it."""

    platform: str
    address: str
    thread: int | None = None

    @property
    def place(self) -> str:
        """The address with the topic."""
        return f"{self.address}#{self.thread}" if self.thread else self.address


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an audience is spoken to. Those with one schedule share their occasions, however many they are."""

    timezone: str
    remind_at: time
    reminders: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """A channel of the config, or whoever else hears notices. `name` is its identity in the ledger; everything else may
    change without anything being said again.

    `drop_in_doubt`: the kinds of notices that are not sent once more when nobody knows whether they arrived. `since`
    (UTC): it hears of nothing that others were told before; None for one that is told all that is open.
    """

    name: str
    destination: Destination
    schedule: Schedule
    language: str = SOURCE
    filter: Query = EVERYTHING
    silent: bool = False
    when_empty: str | None = None
    announce_closing: bool = False
    drop_in_doubt: frozenset[str] = frozenset()
    since: datetime | None = None
