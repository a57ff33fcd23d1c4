"""Days of the calendar: dates, months, quarters, terms, seasons, numbered weeks, holidays, with a year or without."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.questions.spans.calendar import DAY, Days, Unit, around, easter, iso_week, later, month_end
from bot.questions.spans.meaning.base import Expression, Moment, UnclearError, Which, ends, nearest
from bot.questions.spans.meaning.relative import Calendar, YearsAhead

_AWHILE = timedelta(days=62)
_YEARS_AHEAD = 3  # so far ahead, a year is spoken of by its last two figures

Year = int | Calendar | YearsAhead | None
"""2027, "next year", or not said."""


def year_of(year: Year, moment: Moment) -> int | None:
    """The year in four figures; of two, the one that is up to 29 years ahead or 70 back."""
    if isinstance(year, Expression):
        return ends(year.days(moment))[0].year
    if year is None or year >= 100:
        return year
    earliest = moment.today.year - 70
    return earliest + (year - earliest) % 100


@dataclass(frozen=True, slots=True)
class Yearly(Expression):
    """What comes once a year, in a year that is named, or the nearest."""

    year: Year = None
    which: Which | None = None

    @property
    def floats(self) -> bool:  # type: ignore[override]
        return self.year is None and self.which is None

    @abstractmethod
    def in_year(self, year: int) -> Days:
        """The days in that year. Raises `ValueError` where it has none."""

    def days(self, moment: Moment) -> Days:
        year = year_of(self.year, moment)
        if year is not None:
            return self.in_year(year)
        today = moment.today
        match self.which:
            case Which.NEXT | Which.COMING | Which.AFTER_NEXT:
                coming = nearest(self.in_year, replace(moment, near=today, past=False))
                for _ in range(self._now(coming, today) + (self.which is Which.AFTER_NEXT)):
                    coming = nearest(self.in_year, replace(moment, near=ends(coming)[1] + DAY, past=False))
                return coming
            case Which.LAST | Which.BEFORE_LAST:
                latest = nearest(self.in_year, replace(moment, near=today, past=True))
                for _ in range(self._now(latest, today) + (self.which is Which.BEFORE_LAST)):
                    latest = nearest(self.in_year, replace(moment, near=ends(latest)[0] - DAY, past=True))
                return latest
        return nearest(self.in_year, moment)

    @staticmethod
    def _now(days: Days, today: date) -> bool:
        first, last = ends(days)
        return first <= today <= last


@dataclass(frozen=True, slots=True)
class Month(Yearly):
    number: int = 1
    unit = Unit.MONTH

    def in_year(self, year: int) -> Days:
        return around(date(year, self.number, 1), Unit.MONTH)


@dataclass(frozen=True, slots=True)
class Quarter(Yearly):
    number: int = 1
    unit = Unit.QUARTER

    def in_year(self, year: int) -> Days:
        return around(date(year, self.number * 3, 1), Unit.QUARTER)


@dataclass(frozen=True, slots=True)
class Term(Yearly):
    """A winter term (October to March, of the year in which it begins) or a summer term (April to September)."""

    winter: bool = False
    unit = Unit.TERM

    def in_year(self, year: int) -> Days:
        return around(date(year, 10 if self.winter else 4, 1), Unit.TERM)


@dataclass(frozen=True, slots=True)
class Season(Yearly):
    """Spring begins in March. A winter is of the year in which it begins."""

    month: int = 3
    unit = Unit.SEASON

    def in_year(self, year: int) -> Days:
        return around(date(year, self.month, 1), Unit.SEASON)


@dataclass(frozen=True, slots=True)
class Week(Yearly):
    """A week by its number."""

    number: int = 1
    unit = Unit.WEEK

    def in_year(self, year: int) -> Days:
        return iso_week(year, self.number)

    def days(self, moment: Moment) -> Days:
        days = Yearly.days(self, moment)
        if self.floats and abs(ends(days)[0] - moment.near) > timedelta(days=400):
            raise UnclearError  # the next week 53 is years away
        return days


@dataclass(frozen=True, slots=True)
class Holiday(Yearly):
    """A fixed day, or days counted from Easter Sunday, from Christmas Day's Sunday before (Advent), or a weekday.

    `rule` as the language's file has it: `12-24`, `12-24/12-26`, `easter-2`, `easter-2/easter+1`, `11-4th-thu`.
    """

    rule: str = ""

    def in_year(self, year: int) -> Days:
        first, _, last = self.rule.partition("/")
        return Days(self._day(first, year), self._day(last or first, year))

    @staticmethod
    def _day(rule: str, year: int) -> date:
        if rule.startswith("easter"):
            return easter(year) + DAY * int(rule.removeprefix("easter") or 0)
        if rule.startswith("advent"):  # the fourth Sunday before Christmas Day, and days from there
            christmas = date(year, 12, 25)
            return christmas - DAY * (christmas.isoweekday() + 21) + DAY * int(rule.removeprefix("advent") or 0)
        next_year = rule.endswith("+1y")
        month, day = map(int, rule.removesuffix("+1y").split("-"))
        return date(year + next_year, month, day)


@dataclass(frozen=True, slots=True)
class Date(Yearly):
    """A day of a month, perhaps with its weekday, which has to be right."""

    day: int = 1
    month: int = 1
    weekday: int | None = None

    def in_year(self, year: int) -> Days:
        day = date(year, self.month, self.day)
        if self.weekday is not None and day.weekday() != self.weekday and self.year is not None:
            raise UnclearError
        return Days.of(day)

    def days(self, moment: Moment) -> Days:
        if self.weekday is None or not self.floats:
            return Yearly.days(self, moment)
        # The weekday tells whether the next or the last one is meant.
        either = (nearest(self.in_year, replace(moment, past=past)) for past in (moment.past, not moment.past))
        for way, days in zip((moment.past, not moment.past), either, strict=True):
            first, _ = ends(days)
            if first.weekday() == self.weekday and (way is moment.past or abs(first - moment.near) < _AWHILE):
                return days
        raise UnclearError


@dataclass(frozen=True, slots=True)
class DayOrYear(Expression):
    """A month and two figures that are its day or its year, in a language that has days before months: Oktober 28."""

    month: int
    number: int

    def days(self, moment: Moment) -> Days:
        if 0 <= (year_of(self.number, moment) or 0) - moment.today.year <= _YEARS_AHEAD:
            raise UnclearError
        return Date(None, None, self.number, self.month).days(moment)


@dataclass(frozen=True, slots=True)
class Numeric(Expression):
    """Two numbers of which one is the day and one the month: 5/6, 5/6/2027."""

    first: int
    second: int
    year: int | None = None

    @property
    def floats(self) -> bool:  # type: ignore[override]
        return self.year is None

    weekday: int | None = None

    def days(self, moment: Moment) -> Days:
        if moment.is_forced and self.year is None:  # 03/27 may be March 2027
            raise UnclearError
        day, month = (self.second, self.first) if moment.month_first else (self.first, self.second)
        return Date(self.year, None, day, month, self.weekday).days(moment)


@dataclass(frozen=True, slots=True)
class DayAlone(Expression):
    """The 15th: of this month or of the next; with a weekday, of the next month in which it falls on that."""

    day: int
    weekday: int | None = None
    floats = True

    def days(self, moment: Moment) -> Days:
        for months in range(12):
            month = later(moment.near.replace(day=1), -months if moment.past else months, Unit.MONTH)
            if self.day > month_end(month).day:
                continue
            day = month.replace(day=self.day)
            if self.weekday is not None and day.weekday() != self.weekday:
                continue
            if day <= moment.near if moment.past else day >= moment.near:
                return Days.of(day)
        raise UnclearError


@dataclass(frozen=True, slots=True)
class WholeYear(Expression):
    year: int
    unit = Unit.YEAR

    def days(self, moment: Moment) -> Days:
        return around(date(year_of(self.year, moment) or 0, 1, 1), Unit.YEAR)
