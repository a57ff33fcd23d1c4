"""Days as pages name them: what is one, and which one it is.

Which day it is says the grammar of dates (`bot.questions.spans`). What can be read two ways is left out,
with the reason.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache

from bot.language import SOURCE, listed, time_words
from bot.questions.spans import Unit, spans
from bot.sources.pages.months import english_months, month_pattern

NO_YEAR = "no year is named"
_MOST_STAMP = 50  # characters
_MOST_AHEAD = 300  # days
_YEAR = r"(?:20\d\d)"
_ORDINAL = r"(?:st|nd|rd|th|er|\.|º|°)"


@cache
def date_pattern() -> re.Pattern[str]:
    """The pattern of a day, or a month, as pages name it."""
    month = month_pattern()
    return re.compile(
        rf"(?<![\w/.-])(?:"
        rf"(?P<iso>{_YEAR}[-/.]\d\d?[-/.]\d\d?)(?:(?![\w/-])|(?=T\d\d:\d\d))"
        rf"|(?P<figures>\d\d?(?P<sign>[./-])\d\d?(?P=sign)(?:{_YEAR}|\d\d))(?![\w/-])"
        rf"|(?P<short>(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.)(?!\w)"  # 23.59. is a time of day
        rf"|(?P<day>\d\d?)(?:{_ORDINAL}?[ ./-]|{_ORDINAL})(?:of |de |day of )?(?P<month>{month})(?![^\W\d_])"
        rf"(?:(?:\.?,? |\.?[./-])(?:de |del )?(?P<year>{_YEAR}|['’]?[2-3]\d(?=\)|\.?\Z| updated))(?!\d)|\.)?"
        rf"|(?P<month2>{month})\.? (?P<day2>\d\d?)(?!\d)(?:st|nd|rd|th)?(?!\w)(?:,? (?P<year2>{_YEAR})(?!\d))?"
        rf"|(?:(?P<part>early|mid|middle of|end of|late|anfang|mitte|ende|fin|fine) ?-?)?(?P<month3>{month})"
        rf"(?![^\W\d_])\.?,? (?P<year3>{_YEAR})(?!\d)"
        rf"|(?P<part4>mid|middle of|end of|late|mitte|ende)[ -](?P<month4>{month})(?![^\W\d_])"
        rf")",
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a page writes dates: whether 5/6 is the 6th of May (None: nobody knows), and from when it is."""

    month_first: bool | None = False
    written: date | None = None


def has_date(text: str) -> bool:
    """Whether a text names a day at all."""
    return date_pattern().search(text) is not None


_STAMP = re.compile(
    r"\W{0,4}(?:(?:posted|published|announced|date|updated|last updated|stand|veröffentlicht|datum|online seit)"
    r"(?: on| am| vom)?\s?:?\s?)?(?:\w{3,10}day,? )?",
    re.IGNORECASE,
)


def written_on(texts: Iterable[str], calendar: DateStyle) -> date | None:
    """The one day on which a call says that it was written: a line that has nothing else, or `Posted on …`."""
    days = set()
    for text in texts:
        for line in text.split("\n"):
            found = date_pattern().search(line) if len(line) < _MOST_STAMP else None
            if found and _STAMP.fullmatch(line[: found.start()]) and not line[found.end() :].strip(" .:)"):
                days |= {day for day in [read_day(found, calendar)[0]] if day}
    return days.pop() if len(days) == 1 else None


def is_older(written: date, texts: Iterable[str]) -> bool:
    """Whether a day on which a page says that it was written is older than what it says by now: its day was kept when
    it was written anew, for it names one that is further ahead than people are sought.
    """
    style = DateStyle()
    return any(
        (day - written).days > _MOST_AHEAD
        for text in texts
        for mention in date_pattern().finditer(text)
        if not mention["month3"] and (day := _first_day(mention, style))
    )


_START = re.compile(
    r"\b(?:start(?:s|ing)?|begin(?:s|ning)?|commenc(?:e|es|ing)|beginn|eintritt\w{0,8}|arbeitsbeginn|"
    r"zu besetzen ab|ab(?: dem)?)\b[^.;\n]{0,40}\Z",
    re.IGNORECASE,
)


_FIGURES = re.compile(r"\d\d")
"""What every year has; to look for it is quick."""


def written_before(texts: Iterable[str], calendar: DateStyle) -> date | None:
    """A day from which on a call without years was written, when it names the year in which the work begins: people are
    sought less than a year ahead.
    """
    starts = {
        day
        for text in texts
        if _FIGURES.search(text)
        for mention in date_pattern().finditer(text)
        if _START.search(text, max(0, mention.start() - 80), mention.start()) and (day := _first_day(mention, calendar))
    }
    return min(starts) - timedelta(_MOST_AHEAD) if starts else None


def _first_day(mention: re.Match[str], calendar: DateStyle) -> date | None:
    """The first day of what a mention with a year names."""
    if mention["month3"]:
        return _day(f"1 {english_months()[mention['month3'].lower()]} {mention['year3']}")
    has_year = mention["iso"] or mention["figures"] or mention["year"] or mention["year2"]
    return read_day(mention, calendar)[0] if has_year else None


def read_day(mention: re.Match[str], calendar: DateStyle) -> tuple[date | None, str | None]:
    """The day of a mention, or why it is not known."""
    text = mention[0]
    month = mention["month"] or mention["month2"] or mention["month3"] or mention["month4"]
    year = mention["year"] or mention["year2"] or mention["year3"]
    if mention["iso"] or mention["figures"] or mention["short"]:
        return _figures(mention, calendar)
    english = english_months()[month.lower()]
    day = mention["day"] or mention["day2"]
    if not day:
        return None, f"a month is named, and no day: {text}"
    if not year:
        return _without_year(f"{day} {english}", text, calendar)
    year = f"20{year[-2:]}"
    return _day(f"{day} {english} {year}"), None if _day(f"{day} {english} {year}") else f"there is no such day: {text}"


def _figures(mention: re.Match[str], calendar: DateStyle) -> tuple[date | None, str | None]:
    text = mention[0]
    if mention["short"]:
        return _without_year(text, text, calendar)
    if mention["iso"] or mention["sign"] == ".":
        day = _day(text)
        return day, None if day else f"there is no such day: {text}"
    first, second = (int(part) for part in re.split(r"[/-]", text)[:2])
    if first > 12 or second > 12 or first == second:
        day = _day(text, prefer_month=second > 12)
        return day, None if day else f"there is no such day: {text}"
    if calendar.month_first is None:
        return None, f"day and month can be told apart by nothing: {text}"
    return _day(text, prefer_month=calendar.month_first), None


def _without_year(words: str, text: str, calendar: DateStyle) -> tuple[date | None, str | None]:
    if calendar.written is None:
        return None, f"{NO_YEAR}: {text}"
    day = _day(words, calendar.written)
    if day is None:
        return None, f"there is no such day: {text}"
    if (day - calendar.written).days > _MOST_AHEAD:
        return None, f"{NO_YEAR}: {text}"  # it may as well have gone by
    return day, None


_WHOLE_DAY = re.compile(r"(\d\d?) ([a-z]{3,12}) (20\d\d)", re.IGNORECASE)


@cache
def _numbers_of_months() -> Mapping[str, int]:
    return {listed(names)[0]: int(number) for number, names in time_words(SOURCE)["words"]["month"].items()}


@lru_cache(4096)
def _day(words: str, written: date | None = None, *, prefer_month: bool = False) -> date | None:
    """The one day that some words are, by the grammar of dates; a day without a year is the next one from `written`."""
    whole = _WHOLE_DAY.fullmatch(words)
    if whole and (month := _numbers_of_months().get(whole[2])):  # nothing is left to the grammar
        return (
            date(int(whole[3]), month, int(whole[1]))
            if 0 < int(whole[1]) <= monthrange(int(whole[3]), month)[1]
            else None
        )
    now = datetime.combine(written or date(2000, 1, 1), time(), UTC)
    language = "en" if any(sign.isalpha() for sign in words) else "de"
    found = spans(words, "en" if prefer_month or "/" in words else language, now)
    if len(found) != 1 or found[0].unit not in {None, Unit.DAY}:
        return None
    readings = [days.last for days in found[0].readings if days.first == days.last and days.last]
    if not readings:
        return None
    if len(readings) > 1:
        figures = [int(part) for part in re.findall(r"\d+", words)]
        wanted = figures[0] if prefer_month else figures[1]
        readings = [day for day in readings if day.month == wanted]
    return readings[0] if readings else None
