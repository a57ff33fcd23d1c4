"""What CLDR says of a language is there, and what nobody asks for is not kept."""

from datetime import date, datetime, time

import pytest
from babel import localedata
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_interval, format_time

from bot.language import languages, pack
from bot.language.cldr import locale_of

DAY, NOON = date(2027, 5, 2), time(12)


@pytest.mark.parametrize("language", languages())
def test_what_is_asked_for_is_there(language):
    locale = locale_of(language)
    assert locale.territories["DE"]
    assert locale.languages["fr"]
    assert len(locale.days["stand-alone"]["wide"]) == 7
    assert "2027" in format_date(DAY, "full", locale=locale)
    assert "12" in format_time(NOON, "short", locale=locale)
    assert "2027" in format_datetime(datetime.combine(DAY, NOON), "long", locale=locale)
    assert "2027" in format_interval(DAY, date(2027, 5, 9), "yMMMMd", locale=pack(language)["intervals"])


@pytest.mark.parametrize("language", languages())
def test_units_and_currencies_are_let_go(language):
    for name in (str(locale_of(language)), "root"):
        assert not [key for key in localedata.load(name) if key.startswith(("unit_", "currency_names", "compact_"))]
    assert not get_global("territory_currencies")
