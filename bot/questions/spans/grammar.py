"""How words for time make expressions: what each name in a language's `patterns` builds from the parts it names.

A pattern is a row of kinds. The rules stand in the order in which they may build on each other: what one makes can be a
part of those below it, and, further on in the text, of all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.questions.spans import meaning as means
from bot.questions.spans.calendar import Unit
from bot.questions.spans.meaning import Expression, Quantity, Which


class Parts:
    """The parts that a pattern has matched: their values by kind, in order."""

    def __init__(self, matched: list[tuple[str, Any]]) -> None:
        self._matched = matched

    def __contains__(self, kind: str) -> bool:
        return any(name == kind for name, _ in self._matched)

    def all(self, *kinds: str) -> list[Any]:
        """The values of those kinds, in the order of the text."""
        return [value for name, value in self._matched if name in kinds]

    def first(self, *kinds: str) -> Any:
        """The first of those kinds; None where there is none."""
        return next(iter(self.all(*kinds)), None)

    def last(self, *kinds: str) -> Any:
        """The last of those kinds."""
        return self.all(*kinds)[-1]


Build = Callable[[Parts], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """`makes`: the kind of what it builds. `weak`: is time only where something else says so. `closed`: only where no
    noun may follow ("on the 2nd floor").
    """

    makes: str
    build: Build
    weak: bool = False
    closed: bool = False


def _year(parts: Parts) -> means.Year:
    if "year" in parts:
        return int(parts.first("year"))
    if "years" in parts or "yy" in parts:
        return int(parts.first("years", "yy"))
    if "unit" in parts:
        if parts.first("unit") is not Unit.YEAR:
            raise NoSuchError
        return means.Calendar(Unit.YEAR, parts.first("which"))
    return None


class NoSuchError(Exception):
    """These parts do not go together."""


def _which(parts: Parts) -> Which | None:
    which: Which | None = parts.first("after_next") or parts.first("which")
    return None if which is Which.THIS and "unit" not in parts else which


def _quantity(parts: Parts) -> Quantity:
    if "quantity" in parts:
        return parts.first("quantity")  # type: ignore[no-any-return]
    return Quantity(parts.first("number", "a") if "number" in parts else 1, parts.first("unit", "glued_unit"))


def _date(parts: Parts) -> Expression:
    return means.Date(_year(parts), None, parts.first("day"), parts.first("month"), parts.first("weekday"))


def _date_figures(parts: Parts) -> Expression:
    day, month = parts.all("ordinal", "day")
    return means.Date(_year(parts), None, day, _from_to(month, 1, 12), parts.first("weekday"))


def _from_to(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise NoSuchError
    return number


def _figures(parts: Parts) -> Expression:
    figures = parts.first("figures", "loose_figures")
    if "weekday" not in parts:
        return figures  # type: ignore[no-any-return]
    if not isinstance(figures, means.Date | means.Numeric):
        raise NoSuchError
    return replace(figures, weekday=parts.first("weekday"))


def _weekday_and_day(parts: Parts) -> Expression:
    return means.DayAlone(parts.first("day_alone"), parts.first("weekday"))


def _weekday(parts: Parts) -> Expression:
    return means.Weekday(parts.first("weekday"), parts.first("after_next") or parts.first("which"))


def _month(parts: Parts) -> Expression:
    if "ahead" in parts:
        quantity = parts.first("ahead").quantity
        if quantity.unit is not Unit.YEAR:
            raise NoSuchError
        return means.Month(means.YearsAhead(quantity.count), None, parts.first("month"))
    return means.Month(_year(parts), None if "unit" in parts else _which(parts), parts.first("month"))


def _calendar(parts: Parts) -> Expression:
    unit = parts.first("unit")
    is_over = parts.first("which") in {Which.LAST, Which.BEFORE_LAST}
    if unit is None or (unit is Unit.DAY and is_over):  # hours; "the last day" is not yesterday
        raise NoSuchError
    return means.Calendar(unit, parts.first("after_next", "which"))


def _plain(parts: Parts) -> Expression:
    if parts.first("unit") in {None, Unit.DAY}:
        raise NoSuchError
    return means.Calendar(parts.first("unit"))


def _year_named(parts: Parts) -> Expression:
    return means.WholeYear(parts.first("year", "yy"))


def _quarter(parts: Parts) -> Expression:
    units = parts.all("unit")
    year: means.Year = parts.first("year", "yy")
    if "slashed" in parts:
        number, year = parts.first("slashed")
    elif "ordinal" in parts:
        if units.pop(0) is not Unit.QUARTER:
            raise NoSuchError
        number = parts.first("ordinal")
    else:
        number = parts.first("number")
    if units and units != [Unit.YEAR]:
        raise NoSuchError
    if units:
        year = means.Calendar(Unit.YEAR, parts.first("which"))
    return means.Quarter(year, None, _from_to(number, 1, 4))


def _half_year(parts: Parts) -> Expression:
    year = _year(parts)
    whole = means.WholeYear(year) if isinstance(year, int) else year or means.Calendar(Unit.YEAR)
    return means.PartOf(parts.first("half_year"), whole)


def _season(parts: Parts) -> Expression:
    return means.Season(_year(parts), _which(parts), parts.first("season"))


def _term(parts: Parts) -> Expression:
    return means.Term(_year(parts), _which(parts), parts.first("term"))


def _holiday(parts: Parts) -> Expression:
    return means.Holiday(_year(parts), None if "unit" in parts else _which(parts), parts.first("holiday"))


def _week_number(parts: Parts) -> Expression:
    number, year = parts.first("slashed") or (parts.first("number", "ordinal"), _year(parts))
    return means.Week(year, None, _from_to(number, 1, 53))


def _part(parts: Parts) -> Expression:
    if "part_this" in parts:
        part, unit = parts.first("part_this")
        if unit is Unit.DAY:
            return means.Anchor(0)
        year = parts.first("year")
        if year is not None and unit is not Unit.YEAR:
            raise NoSuchError
        return means.PartOf(part, means.WholeYear(year) if year else means.Calendar(unit))
    return means.PartOf(parts.first("part", "part_of"), _whole(parts))


def _part_month(parts: Parts) -> Expression:
    part, month = parts.first("part_month")
    return means.PartOf(part, means.Month(parts.first("year"), None, month))


def _whole(parts: Parts) -> Expression:
    whole: Expression = parts.first("period", "plain")
    if whole.unit is None:
        raise NoSuchError
    return whole


def _nth(parts: Parts) -> Expression:
    of = parts.first("weekday") if "weekday" in parts else parts.first("unit")
    number = parts.first("ordinal")
    if number is None:
        if parts.first("which") is not Which.LAST and parts.first("which") is not Which.BEFORE_LAST:
            raise NoSuchError
        number = -1 if parts.first("which") is Which.LAST else -2
    whole = means.Month(None, None, parts.first("month")) if "month" in parts else _whole(parts)
    if of is None or whole.unit is of:
        raise NoSuchError
    return means.Nth(number, of, whole, parts.first("number") or 1)


def _weekday_of(parts: Parts) -> Expression:
    whole = _calendar(parts) if "which" in parts else parts.first("period", "ahead", "ago")
    weeks = isinstance(whole, means.Ahead | means.Ago) and whole.quantity.unit is Unit.WEEK
    if not weeks and whole.unit is not Unit.WEEK:
        raise NoSuchError
    return means.WeekdayOf(parts.first("weekday"), whole)


def _day_of(parts: Parts) -> Expression:
    whole = parts.first("period")
    if not isinstance(whole, means.Calendar) or whole.unit is not Unit.MONTH:
        raise NoSuchError
    return means.DayOf(parts.first("day"), whole)


def _week_of(parts: Parts) -> Expression:
    unit = parts.first("unit")
    if unit not in {Unit.WEEK, Unit.WEEKEND}:
        raise NoSuchError
    if parts.first("period").unit is not None:
        raise NoSuchError
    return means.WeekOf(parts.first("period"), unit)


def _beside(parts: Parts) -> Expression:
    inner = parts.first("period")
    if "which" in parts:
        raise NoSuchError
    of = parts.first("quantity", "unit", "weekday")
    if of is None or ("from" in parts and inner.unit is not None):  # "24 months from October" is how long it lasts
        raise NoSuchError
    return means.Beside(inner, "before" not in parts, of)


def _ahead(parts: Parts) -> Expression:
    quantity = parts.first("quantity", "glued_quantity")
    return means.Ahead(quantity or _quantity(parts))


def _weekdays_ahead(parts: Parts) -> Expression:
    return means.WeekdaysAhead(parts.first("weekday", "weekdays"), _from_to(parts.first("number"), 1, 99))


def _which_units(parts: Parts) -> Expression:
    """This or next week."""
    unit = parts.first("unit")
    if unit in {None, Unit.DAY}:
        raise NoSuchError
    return means.Both(*(means.Calendar(unit, which) for which in parts.all("which")))


def _weeks(parts: Parts) -> Expression:
    first, last = (_from_to(number, 1, 53) for number in parts.all("number"))
    return means.Range(means.Week(_year(parts), None, first), means.Week(_year(parts), None, last))


def _bounded(parts: Parts) -> Expression:
    """From one day and until another."""
    start, end = parts.all("span")
    if not isinstance(start, means.From | means.After | means.Since):
        raise NoSuchError
    if not isinstance(end, means.Until | means.Before):
        raise NoSuchError
    return means.Bounded(start, end)


def _quantity_from(parts: Parts) -> Expression:
    anchor = parts.first("anchor")
    inner = means.Weekday(parts.first("weekday")) if "weekday" in parts else means.Anchor(anchor or 0)
    return means.Beside(inner, after=True, of=parts.first("quantity"))


def _rolling(parts: Parts) -> Expression:
    which = parts.first("which")
    if which is Which.THIS:
        raise NoSuchError
    return means.Rolling(_quantity(parts), which)


def _rolling_one(parts: Parts) -> Expression:
    which = Which.LAST if "past" in parts else parts.first("which")
    if which not in {Which.NEXT, Which.COMING, Which.LAST}:
        raise NoSuchError
    return means.Rolling(Quantity(1, parts.first("unit")), which)


def _inner(parts: Parts) -> Expression:
    return parts.first("period", "plain", "ahead", "rolling", "ago")  # type: ignore[no-any-return]


def _since(parts: Parts) -> Expression:
    return means.Since(means.Ago(parts.first("quantity")) if "quantity" in parts else _inner(parts))


def _range(parts: Parts) -> Expression:
    periods = parts.all("period")
    if "now" in parts:
        periods.insert(0, means.Anchor(0))
    if isinstance(periods[0], means.DayAlone) and not isinstance(periods[1], means.DayAlone):
        raise NoSuchError  # "13th to 15th July" is of July as a whole
    return means.Range(*periods)


def _days_of_month(parts: Parts) -> Expression:
    year = _year(parts)
    start, end = (means.Date(year, None, day, parts.first("month")) for day in parts.all("day"))
    return means.Range(start, end)


def _days_and_figures(parts: Parts) -> Expression:
    end = parts.first("figures", "loose_figures")
    if not isinstance(end, means.Date) or end.month > 12:
        raise NoSuchError
    return means.Range(replace(end, day=parts.first("day")), end)


def _months_of_year(parts: Parts) -> Expression:
    year = parts.first("year")
    first, last = parts.all("month")
    return means.Range(means.Month(year if first <= last else year - 1, None, first), means.Month(year, None, last))


RULES: dict[str, Rule] = {
    "quantity": Rule("quantity", _quantity),
    "glued_quantity": Rule("glued_quantity", _quantity),
    "plain": Rule("plain", _plain, weak=True),
    "anchor": Rule("period", lambda parts: means.Anchor(parts.first("anchor"))),
    "day_or_year": Rule("period", lambda parts: means.DayOrYear(parts.first("month"), parts.first("yy"))),
    "date": Rule("period", _date),
    "date_figures": Rule("period", _date_figures),
    "date_of_year": Rule("period", _date),
    "date_short": Rule("period", _date, closed=True),
    "figures": Rule("period", _figures),
    "loose_figures": Rule("period", _figures, weak=True),
    "weekday_and_figures": Rule("period", _figures),
    "weekday_and_day": Rule("period", _weekday_and_day, closed=True),
    "day_alone": Rule("period", lambda parts: means.DayAlone(parts.first("day_alone")), weak=True, closed=True),
    "weekday": Rule("period", _weekday),
    "month": Rule("period", _month),
    "calendar": Rule("period", _calendar),
    "weekend": Rule("period", lambda _parts: means.Weekend(), weak=True),
    "year": Rule("period", _year_named, weak=True),
    "year_named": Rule("period", _year_named),
    "quarter": Rule("period", _quarter),
    "half_year": Rule("period", _half_year),
    "season": Rule("period", _season),
    "term": Rule("period", _term),
    "holiday": Rule("period", _holiday),
    "week_number": Rule("period", _week_number),
    "part": Rule("period", _part),
    "part_of": Rule("period", _part, weak=True),
    "part_month": Rule("period", _part_month),
    "part_this_of": Rule("period", _part),
    "nth": Rule("period", _nth),
    "ahead": Rule("ahead", _ahead),
    "ago": Rule("ago", lambda parts: means.Ago(parts.first("quantity"))),
    "rolling": Rule("rolling", _rolling),
    "rolling_one": Rule("rolling", _rolling_one),
    "weekdays_ahead": Rule("period", _weekdays_ahead),
    "weekday_of": Rule("period", _weekday_of),
    "day_of": Rule("period", _day_of),
    "week_of": Rule("period", _week_of),
    "beside": Rule("period", _beside),
    "quantity_from": Rule("period", _quantity_from),
    "timed": Rule("period", _inner),
    "until": Rule("span", lambda parts: means.Until(_inner(parts))),
    "span": Rule("span", _inner),
    "before": Rule("span", lambda parts: means.Before(_inner(parts))),
    "after": Rule("span", lambda parts: means.After(_inner(parts))),
    "since": Rule("span", _since),
    "from": Rule("span", lambda parts: means.From(_inner(parts))),
    "days_of_month": Rule("span", _days_of_month),
    "days_and_figures": Rule("span", _days_and_figures),
    "months_of_year": Rule("span", _months_of_year),
    "range": Rule("span", _range),
    "which_units": Rule("span", _which_units),
    "weeks": Rule("span", _weeks),
    "bounded": Rule("span", _bounded),
    "both": Rule("span", lambda parts: means.Both(*parts.all("period"))),
    "unclear": Rule("span", lambda _parts: means.Unclear()),
}
