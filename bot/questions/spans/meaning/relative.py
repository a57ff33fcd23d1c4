"""Days counted from today: tomorrow, next week, in three weeks, the last ten days."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.questions.spans.calendar import DAY, Days, Unit, around, later
from bot.questions.spans.meaning.base import Expression, Moment, UnclearError, Which, ends


@dataclass(frozen=True, slots=True)
class Anchor(Expression):
    """Today, tomorrow …"""

    offset: int

    def days(self, moment: Moment) -> Days:
        return Days.of(moment.today + DAY * self.offset)


@dataclass(frozen=True, slots=True)
class Weekday(Expression):
    """A day of the week (0 is Monday)."""

    number: int
    which: Which | None = None

    def days(self, moment: Moment) -> Days:
        monday = moment.today - DAY * moment.today.weekday()
        match self.which:
            case Which.NEXT | Which.AFTER_NEXT:
                weeks = 1 if self.which is Which.NEXT else 2
                return Days.of(monday + DAY * (7 * weeks + self.number))
            case Which.COMING:
                return Days.of(self._next(moment.today + DAY))
            case Which.LAST | Which.BEFORE_LAST:
                weeks = 1 if self.which is Which.LAST else 2
                return Days.of(self._next(moment.today - DAY * 7 * weeks))
        near = moment.today if self.which is Which.THIS else moment.near
        return Days.of(self._next(near - DAY * 6 if moment.past else near))

    def _next(self, day: date) -> date:
        return day + DAY * ((self.number - day.weekday()) % 7)


@dataclass(frozen=True, slots=True)
class Calendar(Expression):
    """This week, next month …"""

    of: Unit
    which: Which = Which.THIS

    @property
    def unit(self) -> Unit:  # type: ignore[override]
        return self.of

    def days(self, moment: Moment) -> Days:
        steps = {Which.NEXT: 1, Which.COMING: 1, Which.LAST: -1, Which.AFTER_NEXT: 2, Which.BEFORE_LAST: -2}
        count = steps.get(self.which, 0)
        if self.of is Unit.WEEKEND and self.which is Which.COMING:
            count = 0 if moment.today.weekday() < 5 else 1
        first, _ = ends(around(moment.today, self.of))
        return around(later(first, count, self.of), self.of)


@dataclass(frozen=True, slots=True)
class Weekend(Expression):
    """The weekend of this week; of what is past, the last one that has begun."""

    unit = Unit.WEEKEND

    def days(self, moment: Moment) -> Days:
        days = around(moment.today, Unit.WEEKEND)
        if moment.past and ends(days)[0] > moment.today:
            return around(moment.today - DAY * 7, Unit.WEEKEND)
        return days


@dataclass(frozen=True, slots=True)
class YearsAhead(Expression):
    """The year that comes so many years after this one."""

    count: int
    unit = Unit.YEAR

    def days(self, moment: Moment) -> Days:
        return around(later(moment.today, self.count, Unit.YEAR), Unit.YEAR)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Three weeks. `hours`: in hours instead."""

    count: int
    unit: Unit | None
    """None: hours."""

    def after(self, day: date, moment: Moment) -> date:
        """That much later than a day; hours count from now."""
        if self.unit is None:
            return (moment.now.replace(tzinfo=None) + timedelta(hours=self.count)).date()
        return later(day, self.count, self.unit)

    @property
    def back(self) -> "Quantity":
        """The same, the other way."""
        return Quantity(-self.count, self.unit)


@dataclass(frozen=True, slots=True)
class Ahead(Expression):
    """In three weeks: a point ahead, which of a deadline means until then."""

    quantity: Quantity

    def days(self, moment: Moment) -> Days:
        return Days(moment.today, self.quantity.after(moment.today, moment))

    def point(self, moment: Moment) -> Days:
        """That day; of months and years the month in which it lies, of weeks the week."""
        unit = {Unit.WEEK: Unit.WEEK, Unit.DAY: Unit.DAY, None: Unit.DAY}.get(self.quantity.unit, Unit.MONTH)
        return around(self.quantity.after(moment.today, moment), unit)


@dataclass(frozen=True, slots=True)
class Ago(Expression):
    """Three weeks ago: that day; of years, the month."""

    quantity: Quantity

    def days(self, moment: Moment) -> Days:
        day = self.quantity.back.after(moment.today, moment)
        return around(day, Unit.MONTH if self.quantity.unit is Unit.YEAR else Unit.DAY)


@dataclass(frozen=True, slots=True)
class Rolling(Expression):
    """The next three weeks, the last ten days: from today."""

    quantity: Quantity
    which: Which = Which.NEXT

    def days(self, moment: Moment) -> Days:
        if self.which in {Which.LAST, Which.BEFORE_LAST}:
            return Days(self.quantity.back.after(moment.today, moment), moment.today)
        if self.which is Which.AFTER_NEXT:
            raise UnclearError
        return Days(moment.today, self.quantity.after(moment.today, moment))


@dataclass(frozen=True, slots=True)
class WeekdaysAhead(Expression):
    """Three Fridays from now: the third one after today."""

    weekday: int
    count: int

    def days(self, moment: Moment) -> Days:
        tomorrow = moment.today + DAY
        return Days.of(tomorrow + DAY * ((self.weekday - tomorrow.weekday()) % 7 + 7 * (self.count - 1)))
