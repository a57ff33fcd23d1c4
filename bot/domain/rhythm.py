"""When an audience is left in peace, and when it hears all at once: quiet hours and digests, by local clocks.

Clock changes are read as everywhere (`zones`): a time that is skipped is as many minutes after the change, one that is
doubled is the first of the two.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

from bot.domain.zones import at_local

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
_QUIET = re.compile(rf"{_CLOCK}\s*[-–]\s*{_CLOCK}")
_DIGEST = re.compile(rf"(?:daily|weekly\s+({'|'.join(WEEKDAYS)}))\s+{_CLOCK}")
_DAY = timedelta(days=1)


class Off(StrEnum):
    """In the place of quiet hours or of a digest: none, whatever others have."""

    OFF = "off"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nothing is said, each day, by the local clock; over midnight where the end is no later than the
    beginning.
    """

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `22:00-08:00`. Raises `ValueError` with what to write instead."""
        parts = _QUIET.fullmatch(text.strip())
        if not parts:
            raise ValueError(f'"{text}" are no quiet hours; write them as 22:00-08:00')
        begin, end = time(int(parts[1]), int(parts[2])), time(int(parts[3]), int(parts[4]))
        if begin == end:
            raise ValueError(f'"{text}" begin and end at the same time; write them as 22:00-08:00')
        return cls(begin, end)

    def around(self, instant: datetime, where: tzinfo) -> tuple[datetime, datetime] | None:
        """The quiet hours in which an instant lies, as instants (UTC): with their beginning, without their end."""
        today = instant.astimezone(where).date()
        for day in (today - _DAY, today):
            begin = at_local(day, self.begin, where)
            end = at_local(day if self.begin < self.end else day + _DAY, self.end, where)
            if begin <= instant < end:
                return begin, end
        return None

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When a digest is due, by the local clock: each day, or on one `weekday` (0 is Monday, as of `date.weekday`)."""

    at: time
    weekday: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `daily 09:00` or `weekly mon 09:00`. Raises `ValueError` with what to write instead."""
        parts = _DIGEST.fullmatch(text.strip().casefold())
        if not parts:
            raise ValueError(f'"{text}" is no time for digests; write daily 09:00, or weekly mon 09:00')
        return cls(time(int(parts[2]), int(parts[3])), WEEKDAYS.index(parts[1]) if parts[1] else None)

    def after(self, instant: datetime, where: tzinfo) -> datetime:
        """The first instant (UTC) after this one at which a digest is due."""
        day = instant.astimezone(where).date() - _DAY  # where the clock changes at midnight, a day may begin late
        while (at := at_local(day, self.at, where)) <= instant or not self._is_on(day):
            day += _DAY
        return at

    def _is_on(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday

    def __str__(self) -> str:
        clock = f"{self.at:%H:%M}"
        return f"daily {clock}" if self.weekday is None else f"weekly {WEEKDAYS[self.weekday]} {clock}"
