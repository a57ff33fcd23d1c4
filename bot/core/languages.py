"""What English and German call a language, so that it is found by either name."""

from collections.abc import Mapping
from functools import cache

from babel import Locale


def translated(name: str) -> str | None:
    """The German name of a language for its English one, and the other way round, folded; None for what is none."""
    return _names().get(name)


@cache
def _names() -> Mapping[str, str]:
    """Those of one word whose two names differ (CLDR)."""
    english, german = (Locale(code).languages for code in ("en", "de"))
    codes = [str(code) for code in english if len(str(code)) == 2 and code in german]
    pairs = [(str(english[code]), str(german[code])) for code in codes]
    folded = [(one.casefold(), other.casefold().translate(_UMLAUTS)) for one, other in pairs]
    different = [pair for pair in folded if pair[0] != pair[1] and all(name.isalpha() for name in pair)]
    return dict(different) | {other: one for one, other in different}


_UMLAUTS = str.maketrans("äöü", "aou")
