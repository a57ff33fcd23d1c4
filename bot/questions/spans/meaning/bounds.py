"""From, until, before, after, between: days that are bounded by others."""

from dataclasses import dataclass, replace

from bot.questions.spans.calendar import DAY, Days
from bot.questions.spans.meaning.base import Expression, Moment, SpanPart, UnclearError, ends
from bot.questions.spans.meaning.relative import Ahead
from bot.questions.spans.meaning.stretches import PartOf
from bot.questions.spans.meaning.yearly import Numeric, Yearly


@dataclass(frozen=True, slots=True)
class Until(Expression):
    """Until June: June included."""

    inner: Expression

    def days(self, moment: Moment) -> Days:
        return Days(None, self.inner.days(moment).last)


@dataclass(frozen=True, slots=True)
class Before(Expression):
    """Before June: without it. Before the end of June: while it is June."""

    inner: Expression

    def days(self, moment: Moment) -> Days:
        first, last = ends(self.inner.days(moment))
        if isinstance(self.inner, PartOf) and self.inner.part is SpanPart.END:
            return Days(None, last)
        if isinstance(self.inner, Ahead):
            return Days(None, last - DAY)
        return Days(None, first - DAY)


@dataclass(frozen=True, slots=True)
class After(Expression):
    """After June: without it."""

    inner: Expression

    def days(self, moment: Moment) -> Days:
        _, last = ends(self.inner.days(moment))
        return Days(last + DAY, None)


@dataclass(frozen=True, slots=True)
class From(Expression):
    """From June on: June included."""

    inner: Expression

    def days(self, moment: Moment) -> Days:
        days = self.inner.days(moment)
        return Days(days.last if isinstance(self.inner, Ahead) else days.first, None)


@dataclass(frozen=True, slots=True)
class Since(Expression):
    """Since June: the last one that has begun."""

    inner: Expression

    def days(self, moment: Moment) -> Days:
        return Days(self.inner.days(replace(moment, past=True)).first, None)


@dataclass(frozen=True, slots=True)
class Range(Expression):
    """From one to the other, both included. The second is looked for after the first; its year is the first's, too."""

    start: Expression
    end: Expression

    def days(self, moment: Moment) -> Days:
        start, end = _pair(self.start, self.end, moment)
        if self.start.floats and self.end.floats and not moment.past:  # the one that runs, if one does
            running = _pair(self.start, self.end, replace(moment, past=True))
            if ends(running[1])[1] >= moment.near:
                start, end = running
        if ends(start)[0] > ends(end)[1]:
            raise UnclearError
        return Days(start.first, end.last)


def _pair(start: Expression, end: Expression, moment: Moment) -> tuple[Days, Days]:
    """Two stretches of which the second comes after the first; a year that only the second has is the first's, too."""
    if start.floats and not end.floats and isinstance(end, Yearly | Numeric):
        last = end.days(moment)
        return start.days(replace(moment, near=ends(last)[1], past=True)), last
    first = start.days(moment)
    return first, end.days(replace(moment, near=ends(first)[0], past=False))


@dataclass(frozen=True, slots=True)
class Bounded(Expression):
    """After one day and before another; the second is looked for after the first."""

    start: Expression
    end: Expression

    def days(self, moment: Moment) -> Days:
        first = self.start.days(moment).first
        if first is None:
            raise UnclearError
        last = self.end.days(replace(moment, near=first, past=False)).last
        if last is None or last < first:
            raise UnclearError
        return Days(first, last)


@dataclass(frozen=True, slots=True)
class Both(Expression):
    """June and July, June or July: where nothing lies between them, from the one to the other."""

    earlier: Expression
    later: Expression

    def days(self, moment: Moment) -> Days:
        earlier, later = _pair(self.earlier, self.later, moment)
        (first, last), (later_first, later_last) = ends(earlier), ends(later)
        if later_first != last + DAY:
            raise UnclearError
        return Days(first, later_last)


@dataclass(frozen=True, slots=True)
class Unclear(Expression):
    """Time that names no days: every Monday, a few weeks."""

    def days(self, _moment: Moment) -> Days:
        raise UnclearError
