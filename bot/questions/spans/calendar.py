"""Days and what they lie in: weeks (Monday to Sunday, ISO 8601), months, quarters, terms, seasons, years; Easter."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Unit(StrEnum):
    """A stretch of the calendar."""

    DAY = "day"
    WEEK = "week"
    WEEKEND = "weekend"
    MONTH = "month"
    QUARTER = "quarter"
    TERM = "term"
    SEASON = "season"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row, both ends included; None where it is open."""

    first: date | None
    last: date | None

    @classmethod
    def of(cls, day: date) -> "Days":
        """One day."""
        return cls(day, day)


MONTHS_IN = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.TERM: 6, Unit.SEASON: 3, Unit.YEAR: 12}
_DAYS_IN = {Unit.DAY: 1, Unit.WEEK: 7, Unit.WEEKEND: 7}
# In which month (from 0) the count of those units begins: terms of German universities are from April to September and
# from October to March, seasons are the meteorologists' (from March, June, September, December).
_MONTHS_OFF = {Unit.TERM: 3, Unit.SEASON: 11}


def months_later(day: date, count: int) -> date:
    """The same day `count` months later, or the last one of a month that is too short. Raises `ValueError`."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    return min(first.replace(day=day.day) if day.day <= 28 else first + DAY * (day.day - 1), month_end(first))


def month_end(day: date) -> date:
    """The last day of its month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - DAY


def later(day: date, count: int, unit: Unit) -> date:
    """`count` units later (earlier if it is negative). Raises `ValueError` or `OverflowError` out of the calendar."""
    if unit in _DAYS_IN:
        return day + DAY * (_DAYS_IN[unit] * count)
    return months_later(day, MONTHS_IN[unit] * count)


def around(day: date, unit: Unit) -> Days:
    """The week, month … in which a day lies; of a weekend, that of its week."""
    monday = day - DAY * day.weekday()
    match unit:
        case Unit.DAY:
            return Days.of(day)
        case Unit.WEEK:
            return Days(monday, monday + DAY * 6)
        case Unit.WEEKEND:
            return Days(monday + DAY * 5, monday + DAY * 6)
    length, off = MONTHS_IN[unit], _MONTHS_OFF.get(unit, 0)
    first = months_later(day.replace(day=1), -((day.month - 1 - off) % length))
    return Days(first, month_end(months_later(first, length - 1)))


def iso_week(year: int, number: int) -> Days:
    """That week of an ISO year. Raises `ValueError` where the year has no such week."""
    return around(date.fromisocalendar(year, number, 1), Unit.WEEK)


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian calendar (the "anonymous" algorithm: Meeus, Astronomical Algorithms, ch. 8)."""
    century, rest = divmod(year, 100)
    shift = (century + 8) // 25
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - shift + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
