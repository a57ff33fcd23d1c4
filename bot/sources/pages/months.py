"""The names of months in pages: those of the languages (`bot/language/LANGUAGE/time.toml`), and of some others."""

from functools import cache

from bot.language import SOURCE, languages, listed, phrases, time_words

_ELSEWHERE = {
    "1": "janvier, janv, enero, gennaio, janeiro, januari",
    "2": "février, fevrier, févr, febrero, febbraio, fevereiro, februari",
    "3": "mars, marzo, março, maart",
    "4": "avril, abril, aprile",
    "5": "mayo, maggio, maio, mei",
    "6": "juin, junio, giugno, junho",
    "7": "juillet, julio, luglio, julho",
    "8": "août, aout, agosto, augustus",
    "9": "septembre, septiembre, settembre, setembro",
    "10": "octobre, octubre, ottobre, outubro",
    "11": "novembre, noviembre, novembro",
    "12": "décembre, diciembre, dicembre, dezembro",
}
"""Months in languages that have no folder in `bot/language`."""


@cache
def english_months() -> dict[str, str]:
    """Each name of a month, in every language, with the one that the grammar of dates is asked for."""
    english = {number: listed(names)[0] for number, names in time_words(SOURCE)["words"]["month"].items()}
    named = {name: english[number] for number, names in _ELSEWHERE.items() for name in listed(names)}
    for language in languages():
        for number, names in time_words(language)["words"]["month"].items():
            named |= dict.fromkeys(phrases(language, names), english[number])
    return named


@cache
def month_pattern() -> str:
    """The pattern of a month's name."""
    return f"(?:{'|'.join(sorted(english_months(), key=len, reverse=True))})"
