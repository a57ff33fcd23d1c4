"""On which days people work: not on Saturdays and Sundays, nor on the holidays of a place, where one is named.

A place is a country by its code (ISO 3166-1), or a part of one (ISO 3166-2): `DE`, `DE-BY`. Holidays are those that the
library of that name knows, which need not be installed where nobody asks for them.
"""

from collections.abc import Container
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5


def check_place(place: str) -> None:
    """Raises `ValueError` with what to do where nobody knows the holidays of a place."""
    try:
        import holidays  # noqa: PLC0415  # large, and rarely asked for
    except ImportError:
        raise ValueError('needs the library holidays; install it with: pip install "callboard[holidays]"') from None

    country, _, part = place.partition("-")
    parts = holidays.list_supported_countries().get(country)
    if parts is None:
        text = "is no country whose holidays I know; write its code, such as DE, or DE-BY for a part of it"
        raise ValueError(f'"{place}" {text}')
    if part and part not in parts:
        known = f"known are {', '.join(f'{country}-{part}' for part in parts)}" if parts else f"write {country}"
        raise ValueError(f'"{place}" is no part of {country} whose holidays I know; {known}')


@cache
def _holidays(place: str) -> Container[date]:
    import holidays  # noqa: PLC0415

    country, _, part = place.partition("-")
    known: Container[date] = holidays.country_holidays(country, subdiv=part or None)
    return known


def is_working(day: date, place: str = "") -> bool:
    """Whether people work on a day."""
    return day.weekday() < _SATURDAY and not (place and day in _holidays(place))


def next_working(day: date, place: str = "") -> date:
    """The first day after this one on which people work."""
    day += _DAY
    while not is_working(day, place):
        day += _DAY
    return day


def last_working(day: date, place: str = "") -> date:
    """The last day before this one on which people work."""
    day -= _DAY
    while not is_working(day, place):
        day -= _DAY
    return day
