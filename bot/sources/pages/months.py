"""The names of months in pages, in every language in which they are read.

They stand in `bot/language/LANGUAGE/time.toml`; in `pages.toml`, where a language has that file alone.
"""

from functools import cache

from bot.language import SOURCE, languages, listed, page_languages, phrases, read, time_words


@cache
def english_months() -> dict[str, str]:
    """Each name of a month, in every language, with the one that the grammar of dates is asked for."""
    english = {number: listed(names)[0] for number, names in time_words(SOURCE)["words"]["month"].items()}
    named: dict[str, str] = {}
    for language in reversed(page_languages()):  # those in which people are spoken to have the last word
        is_spoken = language in languages()
        months = time_words(language)["words"]["month"] if is_spoken else read(language, "pages").get("months", {})
        for number, names in months.items():
            named |= dict.fromkeys(phrases(language, names), english[number])
    return named


@cache
def month_pattern() -> str:
    """The pattern of a month's name."""
    return f"(?:{'|'.join(sorted(english_months(), key=len, reverse=True))})"
