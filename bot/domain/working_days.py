"""On which days people work."""

from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working(day: date) -> bool:
    """Whether people work on a day: on Saturdays and Sundays they do not."""
    return day.weekday() < _SATURDAY


def next_working(day: date) -> date:
    """The first day after this one on which people work."""
    day += _DAY
    while not is_working(day):
        day += _DAY
    return day


def last_working(day: date) -> date:
    """The last day before this one on which people work."""
    day -= _DAY
    while not is_working(day):
        day -= _DAY
    return day
