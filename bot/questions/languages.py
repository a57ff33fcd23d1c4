"""What each language calls a language, so that it is found by any of its names."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from bot.language import SOURCE, languages
from bot.language.cldr import locale_of
from bot.questions.spans.tokens import fold


def translated(name: str) -> tuple[str, ...]:
    """The other names of a language for one of them, folded; none for what is none."""
    return _names().get(name, ())


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Those of one word that differ (CLDR)."""
    codes = [str(code) for code in locale_of(SOURCE).languages if len(str(code)) == 2]
    locales = [locale_of(language).languages for language in languages()]
    others: dict[str, set[str]] = defaultdict(set)
    for code in codes:
        named = {fold(str(names[code])) for names in locales if code in names}
        for name in (one_word := {name for name in named if name.isalpha()}):
            others[name] |= one_word - {name}
    return {name: tuple(sorted(names)) for name, names in others.items() if names}
