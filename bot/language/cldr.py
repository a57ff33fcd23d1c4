"""What Unicode's CLDR says of a language: what it calls countries, languages and days, and how it writes dates."""

from collections.abc import Iterator
from functools import cache

from babel import Locale, localedata
from babel.core import get_global

from bot.language import pack

_UNUSED = (
    "compact_currency_formats",
    "compact_decimal_formats",
    "compound_unit_patterns",
    "currency_names",
    "currency_names_plural",
    "currency_symbols",
    "unit_display_names",
    "unit_patterns",
)


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a language.

    Babel keeps all that it has read of CLDR for as long as the process lives. What is about units and currencies is
    nearly half of that; nobody here asks for it, and it is let go. From then on Babel's `numbers`, `units` and
    `languages`, `format_timedelta`, and a locale's names of units and currencies know nothing in this process, or fail
    with a KeyError: the linter bans them. Whoever needs one takes it off both lists.
    """
    locale = Locale.parse(pack(language)["locale"])
    for name in _with_those_before(str(locale)):
        data = localedata.load(name)  # the very one that is kept
        for key in _UNUSED:
            data.pop(key, None)
    for table in (get_global("all_currencies"), get_global("territory_currencies"), get_global("territory_languages")):
        if isinstance(table, dict):
            table.clear()
    return locale


def _with_those_before(name: str) -> Iterator[str]:
    """The name of a locale's data, and of those that it completes: en_GB, en_001, en, root."""
    while name != "root":
        yield name
        name = get_global("parent_exceptions").get(name) or name.rpartition("_")[0] or "root"
    yield name
