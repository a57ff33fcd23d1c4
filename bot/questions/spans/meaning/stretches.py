"""Days within or beside others: the end of June, the first Tuesday of October, the week after Easter."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date

from bot.questions.spans.calendar import DAY, MONTHS_IN, Days, Unit, around, later
from bot.questions.spans.meaning.base import Expression, Moment, SpanPart, UnclearError, ends
from bot.questions.spans.meaning.relative import Ago, Ahead, Quantity


class Within(Expression, ABC):
    """Some days of a longer stretch. Where that has no year, they are the next that are not over."""

    whole: Expression

    @abstractmethod
    def inside(self, first: date, last: date) -> Days:
        """The days, of a stretch from `first` to `last`."""

    def days(self, moment: Moment) -> Days:
        whole = ends(self.whole.days(moment))
        days = self.inside(*whole)
        if self.whole.floats and not moment.past and ends(days)[1] < moment.near:
            days = self.inside(*ends(self.whole.days(replace(moment, near=whole[1] + DAY))))
        return days


@dataclass(frozen=True, slots=True)
class PartOf(Within):
    """Beginning, middle or end. Thirds of a month (1 to 10, 11 to 20, from 21 on)."""

    part: SpanPart
    whole: Expression

    @property
    def floats(self) -> bool:  # type: ignore[override]
        return self.whole.floats

    def days(self, moment: Moment) -> Days:
        if self.part is SpanPart.REST:
            first, last = ends(self.whole.days(moment))
            return Days(max(first, moment.today), last)
        return super(PartOf, self).days(moment)

    def inside(self, first: date, last: date) -> Days:
        halves = {SpanPart.FIRST_HALF, SpanPart.SECOND_HALF}
        unit = self.whole.unit
        match unit:
            case Unit.WEEK:
                ends = {SpanPart.BEGINNING: (0, 2), SpanPart.MIDDLE: (1, 3), SpanPart.END: (4, 6)}
            case Unit.MONTH:
                length = (last - first).days
                ends = {SpanPart.BEGINNING: (0, 9), SpanPart.MIDDLE: (10, 19), SpanPart.END: (20, length)}
                ends |= {SpanPart.FIRST_HALF: (0, 14), SpanPart.SECOND_HALF: (15, length)}
            case Unit.QUARTER | Unit.TERM | Unit.SEASON | Unit.YEAR:
                return self._months(first, MONTHS_IN[unit])
            case _:
                raise UnclearError
        if self.part in halves and unit is Unit.WEEK:
            raise UnclearError
        start, end = ends[self.part]
        return Days(first + DAY * start, first + DAY * end)

    def _months(self, first: date, length: int) -> Days:
        # The first and last quarter of a year, its four months in the middle; thirds of what is shorter.
        edge, side = (3, 4) if length == 12 else (length // 3, length // 3)
        start, end = {
            SpanPart.BEGINNING: (0, edge),
            SpanPart.MIDDLE: (side, length - side),
            SpanPart.END: (length - edge, length),
            SpanPart.FIRST_HALF: (0, length // 2),
            SpanPart.SECOND_HALF: (length // 2, length),
        }[self.part]
        if self.part in {SpanPart.FIRST_HALF, SpanPart.SECOND_HALF} and length % 2:
            raise UnclearError
        return Days(later(first, start, Unit.MONTH), later(first, end, Unit.MONTH) - DAY)


@dataclass(frozen=True, slots=True)
class Nth(Within):
    """The first Tuesday (`of` 0 to 6), the last weekend or day of a longer stretch; weeks that lie wholly in it.

    `number` counts from 1, or from −1 backwards. `count`: how many of them, as in "the first two weeks".
    """

    number: int
    of: int | Unit
    whole: Expression
    count: int = 1

    @property
    def unit(self) -> Unit | None:  # type: ignore[override]
        return self.of if isinstance(self.of, Unit) and self.count == 1 else None

    @property
    def floats(self) -> bool:  # type: ignore[override]
        return self.whole.floats

    def inside(self, first: date, last: date) -> Days:
        stretches = self._stretches(first, last)
        start = self.number - 1 if self.number > 0 else len(stretches) + self.number - self.count + 1
        chosen = stretches[max(start, 0) : start + self.count]
        if start < 0 or len(chosen) < self.count:
            raise UnclearError
        return Days(chosen[0].first, chosen[-1].last)

    def _stretches(self, first: date, last: date) -> list[Days]:
        if (last - first).days > 800 or self.of in {Unit.SEASON, Unit.TERM}:
            raise UnclearError
        if not isinstance(self.of, Unit):
            days = (first + DAY * n for n in range((last - first).days + 1))
            return [Days.of(day) for day in days if day.weekday() == self.of]
        stretches = []
        _, last_of_all = ends(around(last, self.of))
        day = first
        while day <= min(last, last_of_all):
            stretch = around(day, self.of)
            start, end = ends(stretch)
            if first <= start and end <= last:
                stretches.append(stretch)
            day = max(end, day) + DAY
        return stretches


@dataclass(frozen=True, slots=True)
class WeekdayOf(Expression):
    """Wednesday of next week, Wednesday in two weeks: the one in the week where that begins."""

    weekday: int
    whole: Expression

    def days(self, moment: Moment) -> Days:
        if isinstance(self.whole, Ahead | Ago):
            if self.whole.quantity.unit is not Unit.WEEK:
                raise UnclearError
            count = self.whole.quantity.count * (1 if isinstance(self.whole, Ahead) else -1)
            day = later(moment.today, count, Unit.WEEK)
        elif self.whole.unit is Unit.WEEK:
            day, _ = ends(self.whole.days(moment))
        else:
            raise UnclearError
        return Days.of(day - DAY * (day.weekday() - self.weekday))


@dataclass(frozen=True, slots=True)
class DayOf(Expression):
    """The 20th of next month."""

    day: int
    whole: Expression

    def days(self, moment: Moment) -> Days:
        if self.whole.unit is not Unit.MONTH:
            raise UnclearError
        return Days.of(ends(self.whole.days(moment))[0].replace(day=self.day))


@dataclass(frozen=True, slots=True)
class WeekOf(Expression):
    """The week in which a day lies, or the weekend of that week."""

    inner: Expression
    of: Unit = Unit.WEEK

    @property
    def unit(self) -> Unit:  # type: ignore[override]
        return self.of

    def days(self, moment: Moment) -> Days:
        first, last = ends(self.inner.days(moment))
        if first != last:
            raise UnclearError
        is_next = moment.sunday_first and first.weekday() == 6 and self.of is Unit.WEEK
        return around(first + DAY if is_next else first, self.of)


@dataclass(frozen=True, slots=True)
class Beside(Expression):
    """The week after Easter, the Monday before Christmas, two weeks from Friday."""

    inner: Expression
    after: bool
    of: Quantity | Unit | int
    """How long after; or the week, month … that comes next; or the weekday (0 to 6)."""

    def days(self, moment: Moment) -> Days:
        first, last = ends(self.inner.days(moment))
        day, step = (last, DAY) if self.after else (first, -DAY)
        if isinstance(self.of, Quantity):
            return Days.of((self.of if self.after else self.of.back).after(day, moment))
        if isinstance(self.of, Unit):
            return around(later(ends(around(day, self.of))[0], 1 if self.after else -1, self.of), self.of)
        day += step
        while day.weekday() != self.of:
            day += step
        return Days.of(day)
