"""The time axis of a timeline: where an instant stands, and which days, weeks or months are named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.domain.zones import at_local

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A day, week, month or hour on the axis."""

    at: datetime
    label: str  # may be empty
    is_major: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """From `start` to `end`, between two places in a picture, in the days of a zone."""

    start: datetime
    end: datetime
    left: float
    right: float
    where: tzinfo

    def x(self, at: datetime) -> float:
        """How far from the left of the picture an instant stands, in the units of `left` and `right`."""
        whole = (self.end - self.start) / _DAY or 1.0
        return self.left + (self.right - self.left) * ((at - self.start) / _DAY) / whole

    def ticks(self) -> Iterator[Tick]:
        """What is named below the axis: as many as there is room for."""
        days = (self.end - self.start) / _DAY
        if days <= 3:
            yield from self._hours(3 if days <= 1 else 6)
        elif days <= 14:
            yield from self._days()
        elif days <= 98:
            yield from self._weeks(days <= 50)
        else:
            yield from self._months(next(step for step in (1, 3, 12, 60, 240, 1200, 12000) if days / 30 / step <= 14))

    def weekends(self) -> Iterator[tuple[datetime, datetime]]:
        """Saturdays and Sundays, where a day can be seen."""
        if (self.end - self.start) / _DAY > 100:
            return
        day = self._first_day()
        while (at := self._midnight(day)) <= self.end:
            if day.weekday() == 5:
                monday = self._midnight(day + 2 * _DAY)
                yield max(at, self.start), min(monday, self.end)
            day += _DAY

    def _hours(self, step: int) -> Iterator[Tick]:
        day = self._first_day()
        while True:
            for hour in range(0, 24, step):
                at = at_local(day, time(hour), self.where)
                if at > self.end:
                    return
                if at >= self.start:
                    local = at.astimezone(self.where)
                    yield Tick(at, f"{local:%a} {local.day} {local:%b}" if hour == 0 else f"{local:%H:%M}", hour == 0)
            day += _DAY

    def _days(self) -> Iterator[Tick]:
        day = self._first_day()
        while (at := self._midnight(day)) <= self.end:
            if at >= self.start:
                yield Tick(at, f"{day:%a} {day.day} {day:%b}", is_major=True)
            day += _DAY

    def _weeks(self, with_days: bool) -> Iterator[Tick]:
        """Mondays, and between them days without a name."""
        for tick in self._days():
            if tick.at.astimezone(self.where).weekday() == 0:
                yield tick
            elif with_days:
                yield Tick(tick.at, "", is_major=False)

    def _months(self, step: int) -> Iterator[Tick]:
        first = self.start.astimezone(self.where).date()
        number = first.year * 12 + first.month - 1
        while True:
            number += 1
            if number // 12 > 9998:
                return
            day = date(number // 12, number % 12 + 1, 1)
            at = self._midnight(day)
            if at > self.end:
                return
            if number % step == 0:
                yield Tick(at, f"{day:%b} {day.year}" if step < 12 else str(day.year), is_major=True)

    def _first_day(self) -> date:
        return self.start.astimezone(self.where).date()

    def _midnight(self, day: date) -> datetime:
        return at_local(day, time(), self.where).astimezone(UTC)
