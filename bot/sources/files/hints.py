"""What to write in a posting instead of what people write first: roles and dates in their own words.

Each gives the end of a message (`; write …`), or nothing where it cannot be known. A date that can be read in two ways
is never guessed: both are named.
"""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.genders import without_gender
from bot.domain.posting import Role
from bot.domain.zone_hints import zone_hint
from bot.domain.zones import zone_names
from bot.questions.query import words
from bot.questions.roles import roles_of

_MOST = 60  # characters that are looked at


def _table(text: str) -> dict[str, str]:
    """`key: word word …` a line, as the key by word; `_` in a word stands for a space."""
    rows = (line.split(":") for line in text.strip().splitlines())
    return {word.replace("_", " "): key.strip() for key, said in rows for word in said.split()}


# --- Roles and other words


def role_hint(text: str) -> str:
    roles = roles_in(text)
    if not roles:
        return ""
    return f"; write role: {roles[0]}" if len(roles) == 1 else f"; write role: [{', '.join(roles)}]"


def roles_in(text: str) -> tuple[Role, ...]:
    """The roles that a text names in people's own words (`PhD or Postdoc`); none where a part is not understood."""
    if len(text) > _MOST:
        return ()
    roles: list[Role] = []
    for part in _BETWEEN.split(without_gender(text)):
        phrase = [word for word in words(part) if word not in _PLACES]
        meant = roles_of(tuple(phrase)) if phrase else frozenset()
        if len(meant) != 1:
            return ()
        roles += [role for role in meant if role not in roles]
    return tuple(roles)


_BETWEEN = re.compile(r"[,;|&+]|/(?!-?(?:in|innen|en|r|n)\b)| (?:and|or|und|oder|sowie) ")
_PLACES = frozenset("a an ein eine position positions stelle stellen job jobs opening w m d f x".split())


def word_hint(key: str, text: str) -> str:
    """For keys whose values are a few words."""
    word = _WORDS.get(key, {}).get(" ".join(text.casefold().split()))
    return f"; write {key}: {word}" if word else ""


_WORDS = {
    "status": _table("""
        open: offen aktiv active published veröffentlicht available frei vacant online live
        filled: besetzt vergeben taken
        closed: geschlossen beendet abgelaufen expired archived over inactive inaktiv
        withdrawn: zurückgezogen cancelled canceled abgesagt
        draft: entwurf unpublished unveröffentlicht hidden
    """),
    "workplace": _table("""
        on-site: vor_ort präsenz onsite on_site office büro in_person
        hybrid: teils_remote teilweise_remote hybrides_arbeiten
        remote: homeoffice home_office telearbeit von_zuhause fully_remote telecommute mobiles_arbeiten
    """),
    "deadline_kind": _table("""
        rolling: none open until_filled laufend ongoing open-ended keine
        review-begins: review priority review_begins review_starts
        fixed: hard final fest strict
    """),
}


# --- Dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        """january januar jan|february februar feb|march märz maerz mar mrz|april apr|may mai|june juni jun
        |july juli jul|august aug|september sept sep|october oktober oct okt|november nov|december dezember dec dez
        """.split("|"),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = re.compile(
    r"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|thu|sat"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|mo|di|mi|do|fr|sa|so)\.?,? "
)
_FORMS = (  # year, month, day as they stand; `a` and `b` may be either day or month
    re.compile(r"(?P<a>[0-9]{1,2})(?P<sign>[./-]) ?(?P<b>[0-9]{1,2})(?P=sign) ?(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"),
    re.compile(r"(?P<year>[0-9]{4})(?P<sign>[./-])(?P<b>[0-9]{1,2})(?P=sign)(?P<a>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?P<year>[0-9]{4})(?P<b>[0-9]{2})(?P<a>[0-9]{2})(?P<sign>)(?![0-9])"),
    re.compile(
        rf"(?:the )?(?P<a>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?[ -]?(?:of )?(?P<month>{_MONTH})\.?[ ,-]{{1,2}}"
        r"(?P<year>[0-9]{4})"
    ),
    re.compile(
        rf"(?P<month>{_MONTH})\.? ?(?P<a>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})"
    ),
)  # fmt: skip
_TIME = re.compile(
    r"(?:,? ?(?:at|um|bis|until)? ?|t)(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
    r" ?(?P<half>am|pm|noon)?(?: ?uhr)?"
)
_NO_DATE = frozenset(
    """until filled|until the position is filled|open until filled|tbd|tba|tbc|t.b.d.|n/a|na|none|no|never|null|nil
    |rolling|ongoing|open|open-ended|continuous|asap|anytime|any time|laufend|fortlaufend|bis besetzt|bis zur besetzung
    |bis die stelle besetzt ist|offen|keine|kein|keine frist|ohne|jederzeit|unbefristet|sofort|-|--|?|nicht festgelegt
    |to be announced|to be determined|wird noch bekannt gegeben|no deadline""".replace("\n    ", "").split("|")
)


def deadline_hint(text: str) -> str:
    """For a deadline, which may have a time of day."""
    said = " ".join(text.casefold().split())
    if len(said) > _MOST:
        return ""
    if said in _NO_DATE or said.rstrip(".!") in _NO_DATE:
        return "; delete the line, or write YYYY-MM-DD when there is a date"
    days, rest = _days(said)
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
    is_alone = not rest.strip() or _TIME.match(rest.strip())
    return f"; write {_either([str(day) for day in days])}" if days and is_alone else ""


def _either(writings: list[str]) -> str:
    return writings[0] if len(writings) == 1 else f"{' or '.join(writings)}, whichever is meant"


def _days(said: str) -> tuple[list[date], str]:
    """The days that a text may begin with, and what follows."""
    weekday = _WEEKDAY.match(said)
    said = said[weekday.end() :] if weekday else said
    for form in _FORMS:
        if found := form.match(said):
            return list(dict.fromkeys(_readings(found))), said[found.end() :]
    return [], ""


def _readings(found: re.Match[str]) -> Iterator[date]:
    parts = found.groupdict()
    year, first = int(parts["year"]), int(parts["a"])
    year += 2000 if year < 100 else 0
    if "month" in parts:
        orders = [(_MONTHS[parts["month"]], first)]
    elif len(parts["year"]) == 4 and found.start("year") == 0:
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


def _time(said: str) -> tuple[str, str]:
    """A time of day as HH:MM, and the zone behind it; nothing where one of the two is not understood."""
    found = _TIME.match(said)
    if not found:
        return "", ""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return "", ""
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    elif found["minute"] is None and "uhr" not in found[0] and not found["half"]:
        return "", ""
    if hour > 23 or minute > 59:
        return "", ""
    rest, clock = said[found.end() :].strip(" ,()"), f"{hour:02}:{minute:02}"
    if not rest:
        return clock, ""
    hint = zone_hint(rest)
    if offset := re.search(r"12:00([+-][0-9]{2}:[0-9]{2})", hint):
        return clock + offset[1], ""
    place = re.search(r"(?:\"|meant: )([\w/+-]+)", hint)
    known = place[1] if place else next((name for name in zone_names() if name.casefold() == rest), "")
    return (clock, known) if known else ("", "")
