"""What is paid, in a page's own words: an amount, a grade of a scale, a share of full time, or that nothing is.

An amount alone may be anything: it counts where its own words or those near it say that somebody is paid by it
(`[pay]` in `bot/language/LANGUAGE/pages.toml`), and not where they say that something else costs as much.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from bot.sources.pages.phrasing import expression
from bot.sources.pages.sayings import said, saying

_CURRENCY = (
    r"(?:(?:R|A|AU|C|CA|CAD|US|S|SG|HK|NZ|NT)?\$|[€£¥₹₩₪]|Rs\.?|EUR|USD|GBP|CHF|SEK|DKK|NOK|AUD|CAD|NZD|SGD|HKD|BRL|"
    r"PLN|CZK|JPY|CNY|RMB|INR|KRW|TWD|ILS|ZAR|HUF|TRY|MXN|CLP)"
)
_NUMBER = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3,4}(?!\d)){0,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,7}(?:[.,]\d{1,2}(?!\d))?"
_TARIFF = r"TV[-‐]?\s?(?:L|öD|oeD|H|G[-‐]?U|AVH|UK|V|Stud)(?!\w)(?:[- ](?:Bund|VKA|West|Ost|Berlin)(?!\w))?"
"""The tariffs of public service in Germany, in which a number is a grade."""
_SHARE_PART = r"(?:(?:(?:100|[1-9]\d)\s?[-–]\s?)?(?:100|[1-9]\d)(?:[.,]\d)?\s?%|0[.,]\d{1,2})"
_SHARE = re.compile(r"(?<![\d.,])(?:100|[1-9]\d)(?:[.,]\d)?\s?%(?!\w)(?!\s?(?:of the|confidence|der))")
_MOST_LINE = 300  # characters
_NEAR = 90  # characters
_FIGURE = re.compile(r"\d")
_CLAUSE_END = re.compile(r"[.;!?](?=\s[A-ZÄÖÜ])|\n")
_AT = re.compile(r"(?:\A[\s*_(–-]{0,6}|\b(?:at|on)\s)\Z", re.IGNORECASE)
"""What stands in front of a grade where nothing else tells that it is one of pay: `Grade 7`, `appointed at Grade 7`."""
_MILLIONS = re.compile(r"\d\s?m", re.IGNORECASE)
"""Of a currency in which a year's pay is counted in them."""
_HUGE = re.compile(r"\s?(?:m|mio|mrd|bn|million\w{0,3}|billion\w{0,3}|mill\w{0,6})\b", re.IGNORECASE)


def _any(name: str) -> str:
    return expression(said("pay")[name])


@cache
def _amount() -> re.Pattern[str]:
    """An amount with its currency, a range of two, and how often or of what it is."""
    number = rf"(?:{_NUMBER})(?:\s?k(?!\w)|\s?m(?:illion)?(?=\s?(?:JPY|KRW|INR|yen)))?\+?"
    currency = rf"(?:{_CURRENCY}|{_any('currency')})(?!\w)"
    between = rf"\s?(?:[-–—]|{_any('between')})\s?(?:{_any('about')} )?"
    sign = rf"(?:{_CURRENCY}\s?|{_any('currency')}\s)"
    front = rf"{sign}{number}(?:{between}(?:{sign})?{number})?(?:\s?{currency})?(?:,-|\.-)?"
    behind = rf"{number}(?:\s?{currency})?(?:{between}{number})?(?:,-)?\s?{currency}"
    of_what = rf"[\s,(]{{1,2}}{_any('basis')}(?!\w)\)?"
    how_often = rf"[\s(]{{0,2}}(?:/\s?|{_any('per')}\s){_any('unit')}(?!\w)\)?"
    tail = rf"(?:{of_what}|{how_often}){{0,3}}"
    return re.compile(
        rf"(?<![\w.,'’])(?<!\d[ ])(?:(?P<front>{front})|(?P<behind>{behind}))(?P<tail>{tail})", re.IGNORECASE
    )


@cache
def _grade() -> re.Pattern[str]:
    """A grade of a scale, with the share of full time beside it."""
    word = rf"(?:{_any('grade')})\s?"
    letter = r"(?:(?-i:EG|E|W|A|C|S|KR|Ä)[- ]?)"
    number = r"\d{1,2}[abÜ]?(?!\w)(?![.,]\d)"
    inside = rf"(?:[,/\s(]|{_any('of_scale')})"
    in_tariff = (
        rf"{_TARIFF}[\s,:/(‐-]{{0,3}}(?:{word})?{letter}?{number}"
        rf"|(?:{word})?{letter}?{number}{inside}{{1,6}}{_TARIFF}"
    )
    named = rf"{word}{letter}?{number}(?:\s{{0,2}}(?:[-–/]|{_any('between')}|{_any('or')})\s{{0,2}}{letter}?{number})?"
    behind = rf"(?:[,\s(]{{1,3}}{_SHARE_PART}\)?)?"
    return re.compile(
        rf"(?<![\w.,])(?:{_SHARE_PART}[\s,]{{1,3}}\(?)?(?:(?P<tariff>{in_tariff})|(?P<named>{named})){behind}",
        re.IGNORECASE,
    )


_SHORT_GRADE = re.compile(
    r"(?<![\w.,-])(?:E|EG)[ -]?(?:1[0-5]|[2-9])[abÜ]?(?!\w|\.\w)(?:[,\s(]{1,3}" + _SHARE_PART + r"\)?)?"
)
"""`E13` without its tariff: only where a share of full time stands beside it, or pay is spoken of."""


@cache
def _labelled() -> re.Pattern[str]:
    return re.compile(
        rf"^\W{{0,6}}(?:{_any('basis_before')}[ -]){{0,2}}{_any('label')}(?: [^:\n]{{0,24}})?"
        r"[\s*_]{0,4}:[\s*_]{0,4}(?P<value>[^\n]{2,200})$",
        re.IGNORECASE | re.MULTILINE,
    )


def pay(texts: Iterable[str]) -> tuple[str, str] | None:
    """What is paid, and the words that say so."""
    for text in texts:
        for line in text.split("\n"):
            if value := _of_line(line):
                return value, line.strip()[:_MOST_LINE]
    return None


@lru_cache(4096)  # what stands once on a page is read for each call beside it
def _of_line(line: str) -> str | None:
    if (
        not _FIGURE.search(line)
        and not saying("pay", "unpaid").may_match(line)
        and not saying("pay", "grade").may_match(line)
    ):
        return None
    label = _labelled().search(line)
    if label and (amount := _first(label["value"], is_labelled=True)):
        value = label["value"].partition(". ")[0].strip(" *_.;")
        return value if amount in value else amount
    return _first(line, is_labelled=False)


def _first(line: str, *, is_labelled: bool) -> str | None:
    """The first amount or grade of a line; what is not paid at all comes last."""
    if _FIGURE.search(line):
        is_paid = saying("pay", "words").search(line) is not None
        lowered = line.lower()
        kinds = (
            (
                match
                for match in _each(_amount(), line, _may_be_amount(), lowered)
                if _is_amount(match, line, is_labelled=is_labelled)
            ),
            (
                match
                for match in _each(_grade(), line, _may_be_grade(), lowered)
                if _is_grade(match, line, is_paid=is_paid)
            ),
            (
                match
                for match in _each(_SHORT_GRADE, line, _MAY_BE_SHORT, line)
                if is_labelled or is_paid or _is_set_apart(match, line)
            ),
        )
        firsts = [first for kind in kinds if (first := next(kind, None))]
        if firsts:
            return _trimmed(min(firsts, key=lambda match: (match.start(), -len(match[0])))[0])
    unpaid = saying("pay", "unpaid").search(line)
    return unpaid[0] if unpaid else None


def _each(sought: re.Pattern[str], line: str, hint: re.Pattern[str], hinted: str) -> Iterator[re.Match[str]]:
    """What is found in a line, if there is what every such line has: that is looked for first, for it is quick."""
    return sought.finditer(line) if hint.search(hinted) else iter(())


@cache
def _may_be_amount() -> re.Pattern[str]:
    """A currency, in small letters."""
    codes = [code.lower() for code in (*re.findall(r"(?<![A-Z])[A-Z]{3}(?=[|)])", _CURRENCY), "Rs")]
    whole = "|".join(rf"{code}(?<![^\W\d_]{code})" for code in codes)
    return re.compile(rf"[€£¥₹₩₪$]|(?:{whole}|{_any('currency').lower()})(?![^\W\d_])")


@cache
def _may_be_grade() -> re.Pattern[str]:
    """A tariff or what else a grade is called, in small letters."""
    return re.compile(rf"tv|{_any('grade')}")


_MAY_BE_SHORT = re.compile(r"EG?[ -]?[1-9]")


def _is_set_apart(match: re.Match[str], line: str) -> bool:
    """Whether a share of full time, or a bracket, shows that `E13` is a grade of pay."""
    before = line[max(0, match.start() - 8) : match.start()]
    return "%" in match[0] or "%" in before or before.endswith("(")


def _trimmed(value: str) -> str:
    value = re.sub(r"(?<=\d)[.,]\Z", "", value.strip(" ,;(/"))
    return value.rstrip(")") if value.count("(") < value.count(")") else value


def _is_grade(match: re.Match[str], line: str, *, is_paid: bool) -> bool:
    """Whether a number behind the word for a grade is one of pay: an infant's grade is none. `is_paid`: whether the
    line speaks of pay.
    """
    if saying("pay", "of_class").pattern.match(line[match.end() : match.end() + 20].lstrip()):
        return False
    is_told = is_paid or saying("pay", "of_pay").search(match[0]) is not None
    return bool(match["tariff"]) or is_told or _AT.search(line, max(0, match.start() - 8), match.start()) is not None


def _is_amount(match: re.Match[str], line: str, *, is_labelled: bool) -> bool:
    """Whether somebody is paid an amount, by the words nearest to it."""
    if (len(re.findall(r"\d", match[0])) < 2 and not _MILLIONS.search(match[0])) or _HUGE.match(line, match.end()):
        return False
    near = max(0, match.start() - _NEAR)
    start = max((end.end() for end in _CLAUSE_END.finditer(line, near, match.start())), default=near)
    before = line[start : match.start()]
    behind = re.split(
        r"[,;.(+]|\s(?:plus|and|und|y|et|e|with|including|incl|mit|inkl|avec|con)\s",
        line[match.end() : match.end() + 40],
    )[0]
    paid, other = _last(saying("pay", "words").pattern, before), _last(saying("pay", "other").pattern, before)
    if saying("pay", "other").search(behind) or saying("pay", "counted").pattern.match(behind.lstrip()):
        return False
    if other > -1 and other >= paid:
        return False
    is_alone = not (line[: match.start()].strip(" *_.~") or line[match.end() :].strip(" *_.~"))
    return (
        is_labelled
        or is_alone
        or paid > -1
        or bool(match["tail"].strip())
        or saying("pay", "words").search(behind) is not None
    )


def _last(pattern: re.Pattern[str], text: str) -> int:
    end = -1
    for found in pattern.finditer(text):
        end = found.end()
    return end


def share(text: str) -> tuple[float, str] | None:
    """The percent of full time that a text names, when it names one."""
    found = {float(part[0].rstrip("% ").replace(",", ".")): part[0] for part in _SHARE.finditer(text)}
    return next(iter(found.items())) if len(found) == 1 else None
