"""What to write in a posting instead of what people write first: roles and dates in their own words.

Each gives the end of a message (`; write …`), or nothing where it cannot be known. A date that can be read in two ways
is never guessed: both are named.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from bot.domain.genders import without_gender
from bot.domain.posting import Role
from bot.domain.zone_hints import zone_hint
from bot.domain.zones import zone_names
from bot.language import SOURCE, languages, phrases, read, time_words
from bot.questions.query import words
from bot.questions.roles import roles_of

_MOST = 60  # characters that are looked at


@cache
def _listed(section: str, name: str) -> tuple[str, ...]:
    """What each language lists there (`hints.toml`), without case."""
    rows = ((language, read(language, "hints")[section].get(name, "")) for language in languages())
    return tuple(dict.fromkeys(phrase.casefold() for language, row in rows for phrase in phrases(language, row)))


@cache
def _either_of(section: str, name: str) -> str:
    """The same as alternatives of a regular expression, the longest first."""
    return "|".join(map(re.escape, sorted(_listed(section, name), key=len, reverse=True)))


# --- Roles and other words


def role_hint(text: str) -> str:
    """What to write for roles in people's own words; empty where they are not understood."""
    roles = roles_in(text)
    if not roles:
        return ""
    return f"; write role: {roles[0]}" if len(roles) == 1 else f"; write role: [{', '.join(roles)}]"


def roles_in(text: str) -> tuple[Role, ...]:
    """The roles that a text names in people's own words (`PhD or Postdoc`); none where a part is not understood."""
    if len(text) > _MOST:
        return ()
    roles: list[Role] = []
    for part in _between().split(without_gender(text)):
        phrase = [word for word in words(part) if word not in _listed("roles", "beside")]
        meant = roles_of(tuple(phrase)) if phrase else frozenset()
        if len(meant) != 1:
            return ()
        roles += [role for role in meant if role not in roles]
    return tuple(roles)


@cache
def _between() -> re.Pattern[str]:
    return re.compile(rf"[,;|&+]|/(?!-?(?:in|innen|en|r|n)\b)| (?:{_either_of('roles', 'between')}) ")


def word_hint(key: str, text: str) -> str:
    """For keys whose values are a few words."""
    word = _value_named(key, text)
    return f"; write {key}: {word}" if word else ""


def status_named(text: str) -> str:
    """The status that people call so: filled, for "besetzt"; nothing where none is."""
    return _value_named("status", text)


def _value_named(key: str, text: str) -> str:
    written = " ".join(text.casefold().split())
    values = read(SOURCE, "hints")[key] if key in _KEYS else ()
    return next((str(value) for value in values if written in _listed(key, value)), "")


_KEYS = frozenset(("status", "workplace", "deadline_kind"))


# --- Dates


@cache
def _months() -> dict[str, int]:
    return {name: int(number) for number, name in _of_time("month")}


@cache
def _weekday() -> re.Pattern[str]:
    names = sorted({name for _, name in _of_time("weekday")}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})\.?,? ")


def _of_time(kind: str) -> Iterator[tuple[str, str]]:
    """Each number with each of its names, in every language."""
    for language in languages():
        for number, names in time_words(language)["words"][kind].items():
            yield from ((number, name) for name in phrases(language, names))


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """Year, month, day as they stand; `a` and `b` may be either day or month."""
    month = "|".join(sorted(_months(), key=len, reverse=True))
    return tuple(
        re.compile(form)
        for form in (
            r"(?P<a>[0-9]{1,2})(?P<sign>[./-]) ?(?P<b>[0-9]{1,2})(?P=sign) ?(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])",
            r"(?P<year>[0-9]{4})(?P<sign>[./-])(?P<b>[0-9]{1,2})(?P=sign)(?P<a>[0-9]{1,2})(?![0-9])",
            r"(?P<year>[0-9]{4})(?P<b>[0-9]{2})(?P<a>[0-9]{2})(?P<sign>)(?![0-9])",
            (
                rf"(?:the )?(?P<a>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?[ -]?(?:of )?(?P<month>{month})\.?[ ,-]{{1,2}}"
                r"(?P<year>[0-9]{4})"
            ),
            rf"(?P<month>{month})\.? ?(?P<a>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})",
        )
    )


@cache
def _clock() -> re.Pattern[str]:
    return re.compile(
        rf"(?:,? ?(?:{_either_of('deadline', 'before_time')})? ?|t)"
        r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
        rf" ?(?P<half>am|pm|noon)?(?: ?(?P<o_clock>{_either_of('deadline', 'o_clock')}))?"
    )


def deadline_hint(text: str) -> str:
    """For a deadline, which may have a time of day."""
    folded = " ".join(text.casefold().split())
    if len(folded) > _MOST:
        return ""
    if {folded, folded.rstrip(".!")} & set(_listed("deadline", "none")):
        return "; delete the line, or write YYYY-MM-DD when there is a date"
    days, rest = _days(folded)
    rest = rest.strip()
    clock, zone = _time(rest)
    if rest and not clock:
        return ""
    writings = [f"{day} {clock}".strip() for day in days]
    beside = f", and timezone: {zone} on a line of its own" if zone else ""
    return f"; write {_either(writings)}{beside}" if writings else ""


def day_hint(text: str) -> str:
    """For a day alone: a time behind it is left out."""
    days, rest = _days(" ".join(text.casefold().split())) if len(text) <= _MOST else ([], "")
    is_alone = not rest.strip() or _clock().match(rest.strip())
    return f"; write {_either([str(day) for day in days])}" if days and is_alone else ""


def _either(writings: list[str]) -> str:
    return writings[0] if len(writings) == 1 else f"{' or '.join(writings)}, whichever is meant"


def _days(folded: str) -> tuple[list[date], str]:
    """The days that a text may begin with, and what follows."""
    weekday = _weekday().match(folded)
    folded = folded[weekday.end() :] if weekday else folded
    for form in _forms():
        if match := form.match(folded):
            return list(dict.fromkeys(_readings(match))), folded[match.end() :]
    return [], ""


def _readings(match: re.Match[str]) -> Iterator[date]:
    parts = match.groupdict()
    year, first = int(parts["year"]), int(parts["a"])
    year += 2000 if year < 100 else 0
    if "month" in parts:
        orders = [(_months()[parts["month"]], first)]
    elif len(parts["year"]) == 4 and match.start("year") == 0:
        orders = [(int(parts["b"]), first)]  # in order of their size
        if int(parts["b"]) > 12:
            orders = [(first, int(parts["b"]))]
    elif parts["sign"] == ".":
        orders = [(int(parts["b"]), first)]  # with full stops, the day is always the first
    else:
        orders = [(int(parts["b"]), first), (first, int(parts["b"]))]
    for month, day in orders:
        try:
            reading = date(year, month, day)
        except ValueError:
            continue
        if 1970 <= year < 3000:
            yield reading


def _time(folded: str) -> tuple[str, str]:
    """A time of day as HH:MM, and the zone behind it; nothing where one of the two is not understood."""
    match = _clock().match(folded)
    if not match:
        return "", ""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return "", ""
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    elif match["minute"] is None and not match["o_clock"] and not match["half"]:
        return "", ""
    if hour > 23 or minute > 59:
        return "", ""
    rest, clock = folded[match.end() :].strip(" ,()"), f"{hour:02}:{minute:02}"
    if not rest:
        return clock, ""
    hint = zone_hint(rest)
    if offset := re.search(r"12:00([+-][0-9]{2}:[0-9]{2})", hint):
        return clock + offset[1], ""
    place = re.search(r"(?:\"|meant: )([\w/+-]+)", hint)
    known = place[1] if place else next((name for name in zone_names() if name.casefold() == rest), "")
    return (clock, known) if known else ("", "")
