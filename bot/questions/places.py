"""Where a position is: a line such as `Rostock, Germany; Lyon, France (hybrid)` as places, each with its country.

A place has a country only where its last part can be nothing else: a wrong country is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot.domain.countries import country_named, country_of, instead, is_only_a_state, is_state, names_of, without_zip
from bot.questions.query import words

_LONGEST = 600
"""Characters of a line that is read for places."""


@dataclass(frozen=True)
class Location:
    """One place, `text` as it stands in its line, without remarks. `locality` is what stands before its `region` (a
    state of the US) and its `country` (ISO 3166-1 alpha-2). Without a country, `doubt` says what to write, in English.
    """

    text: str
    locality: str = ""
    region: str = ""
    country: str = ""
    doubt: str = ""

    @property
    def town(self) -> str:
        """What stands before its first comma."""
        return self.text.partition(",")[0].strip()

    @cached_property
    def names(self) -> frozenset[str]:
        """What it is found by, folded: the whole, its town, its country, and whatever else stands between commas."""
        parts = [part.strip() for part in self.text.split(",")]
        heads = [", ".join(parts[:length]) for length in range(1, len(parts) + 1)]
        return frozenset(map(folded, (*heads, *parts))) - {""}


def folded(text: str) -> str:
    """As names of places are compared: `Tübingen`, however it is encoded, written large or spaced."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=8192)
def places(line: str | None) -> tuple[Location, ...]:
    """The places that a line names, in its order; none when it names nothing but, say, "remote"."""
    text = " ".join(unicodedata.normalize("NFC", line or "").split())
    if len(text) > _LONGEST:
        return (Location(text, doubt=f"name fewer places, in at most {_LONGEST} characters"),)
    return tuple(dict.fromkeys(place for part in _apart(text) if (place := _place(part))))


def is_in(line: str | None, name: str) -> bool:
    """Whether a line names a place, by its town, its country or as a whole."""
    wanted = folded(name)
    return folded(line or "") == wanted or any(wanted in place.names for place in places(line))


# --- Several places in one line

_BETWEEN = re.compile(
    r" ?[;|•] ?(?:(?:or|and|oder|und) )?"
    r"| [/+] |(?<=[^\s/])/(?=[^\s/])"
    r"|,? (?:and/or|und/oder|or|and|as well as|OR|AND|oder|und|sowie|bzw\.|ODER|UND|&) "
)
_EITHER = re.compile(r"^(?:either|entweder) ", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WITH_AND = re.compile(
    r"\b(?:Tyne|Brighton|Newfoundland|Dumfries|Perth|Argyll|Telford|Redcar|Bath|Jammu|Hammersmith|Kensington"
    r"|Andaman|Bosnia|Bosnien|Trinidad|Antigua|Barbuda|Kitts|Tom[eé]|Pierre|Wallis|Vincent|Turks-?|Heard|Svalbard"
    r"|Spitzbergen|Süd-|Georgia|Südgeorgien|Ceuta|Britain) (?:and|und|&) (?:the |die )?"
    r"(?:Wear|Hove|Labrador|Galloway|Kinross|Bute|Wrekin|Cleveland|North East Somerset|Kashmir|Fulham|Chelsea|Nicobar"
    r"|Herzegowina|Herzegovina|Hercegovina|Tobago|Barbuda|Nevis|Pr[ií]ncipe|Miquelon|Futuna|Grenadin|Caicos|McDonald"
    r"|Jan Mayen|South Sandwich|Südlichen Sandwich|Melilla|Antarktis|Northern Ireland)",
    re.IGNORECASE,
)
"""Names of places that hold the word themselves."""
_AT_A_RIVER = re.compile(
    r" ?/ ?(?:a\. ?|an der |am )?(?:main|m\.|oder|o\.|saale|s\.|rhein|neckar|donau|inn|elbe|weser|ruhr|havel|spree|lahn"
    r"|isar|mosel|neiße|breisgau|br\.|westf(?:alen|\.)|ostsee|allgäu|thür(?:ingen|\.)|erzgeb(?:irge|\.)|alzette)"
    r"(?![\w/])",
    re.IGNORECASE,
)
"""`Frankfurt/Main` is one town, told by what it lies at."""


def _apart(text: str) -> Iterator[str]:
    text = _EITHER.sub("", text)
    whole = [match.span() for pattern in (_BRACKETS, _WITH_AND, _AT_A_RIVER) for match in pattern.finditer(text)]
    start = 0
    for match in _BETWEEN.finditer(text):
        if not any(begin < match.end() and match.start() < end for begin, end in whole):
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


# --- One place

_REMARK = (
    r"(?:(?:or|oder|also|auch|fully|partly|partially|100 ?%|teilweise|mostly) )?"
    r"(?:remote(?:ly)?|hybrid|on-?site|in person|in-person|home ?-?office|telework(?:ing)?|mobile work(?:ing)?|vor ort"
    r"|mobiles arbeiten|work from home|wfh|online)(?:(?:[ -](?:work|working|option|ok|okay|allowed|only|first|friendly"
    r"|möglich|possible|position|job|arbeit))*)"
)
_remark = re.compile(_REMARK, re.IGNORECASE).fullmatch
_REMARK_LAST = re.compile(rf"(?:^|,? ?[–—-] ?|,? ){_REMARK}$", re.IGNORECASE)
_BRACKETS_LAST = re.compile(r"^(.*?),? ?[(\[]([^()\[\]]*)[)\]]$")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f")
_FIRST_FLAG_LETTER = 0x1F1E6
_TEXT_FLAGS = {"sct", "eng", "wls"}  # of black flags with a tag: Unicode's subdivisions of GB
_OWN_CODES = {("HK", "CN"): "HK", ("MO", "CN"): "MO"}
"""Named with China behind them, these have a code of their own."""


def _place(part: str) -> Location | None:
    """None when it is nothing but a remark."""
    flags = {_country_of_flag(flag) for flag in _FLAG.findall(part)}
    text, doubtful = _without_remarks(_FLAG.sub(" ", part))
    parts = [piece for piece in (each.strip() for each in text.split(",")) if piece and not _remark(piece)]
    text = ", ".join(parts)
    if not text:
        return Location(part.strip(), country=flags.pop()) if len(flags) == 1 else None
    place = Location(text, doubt=doubtful) if doubtful else _resolved(parts, text)
    if not flags or flags == {place.country}:
        return place
    if place.country or doubtful or len(flags) > 1:
        return Location(text, doubt=f'the flag beside "{text}" is of another country, or of two; leave it out')
    (country,) = flags
    return replace(place, locality=text, country=country, doubt="")


def _without_remarks(text: str) -> tuple[str, str]:
    """The text without what follows the place, and what is doubtful about that; a country in brackets is a part."""
    text = " ".join(text.split())
    while True:
        before = text
        text = text.rstrip(" ,;")
        if text.endswith(".") and not re.search(r"\b\w\.$", text):  # that of U.S.A. is its own
            text = text[:-1]
        text = _REMARK_LAST.sub("", text)
        if match := _BRACKETS_LAST.match(text):
            text, inside = match[1], match[2].strip()
            if country_of(inside, text) or is_state(inside):
                text = f"{text}, {inside}" if text else inside
            elif _names_a_place(inside):
                return text, f'"{inside}" in brackets may be another place; part places with a semicolon'
        if text == before:
            return text, ""


def _names_a_place(remark: str) -> bool:
    if _remark(remark):
        return False
    words = re.findall(r"[^\W\d_]+", remark)
    spans = (" ".join(words[start : start + length]) for length in (1, 2, 3) for start in range(len(words)))
    return bool({"or", "oder", "and", "und", "also", "auch"} & set(words[:1])) or any(map(country_named, spans))


def _resolved(parts: list[str], text: str) -> Location:
    """A place by its last part."""
    last, rest = parts[-1], parts[:-1]
    behind = rest[-1] if rest else ""
    if country := country_of(last, behind):
        region = without_zip(rest.pop()) if country == "US" and is_state(behind) else ""
        others = {country_named(part) for part in rest} - {"", country}
        if own := _OWN_CODES.get(("".join(others), country)):
            return Location(text, ", ".join(rest[:-1]), "", own)
        if others and (not region or any(map(country_named, rest[1:]))):  # but Mexico, Missouri
            return Location(text, doubt=f'"{text}" names two countries; part places with a semicolon')
        if any(_goes_on(part, country, is_first=part is rest[0]) for part in rest):
            return Location(text, doubt=f'"{text}" may be several places; part places with a semicolon')
        return Location(text, ", ".join(rest), region, country)
    if is_only_a_state(last, behind):
        return Location(text, ", ".join(rest), without_zip(last), "US")
    if better := instead(last, text):
        return Location(text, doubt=f'"{last}" in "{text}" may be two things; write {better}')
    return Location(text, doubt=f'"{text}" ends with no country; write it as in "Rostock, Germany"')


_STEPS = re.compile(r"\s[–—-]+\s|\s?[^\w\s'’.,&/–—-]\s?|\.?\s(?=[^\W\d_A-Z]|[0-9])")
"""Where a part may go on after a country: a dash, another sign, or a word in small letters."""


def _goes_on(part: str, country: str, *, is_first: bool) -> bool:
    """Whether a part before the last one names a country and goes on, as in `Berlin, Germany - Lyon, France`. A town
    may be called as its country is (`Luxembourg - Kirchberg, Luxembourg`).
    """
    named = [country_named(step) for step in _STEPS.split(part)]
    return len(named) > 1 and any(named) and not (is_first and set(named) <= {"", country} and named[0])


def _country_of_flag(flag: str) -> str:
    if len(flag) == 2:
        return "".join(chr(ord("A") + ord(letter) - _FIRST_FLAG_LETTER) for letter in flag)
    tag = "".join(chr(ord(letter) - 0xE0000) for letter in flag[1:-1])
    return "GB" if tag[:2] == "gb" and tag[2:] in _TEXT_FLAGS else ""


@lru_cache(maxsize=8192)
def country_words(line: str | None) -> frozenset[str]:
    """The folded words of what the countries of a line are called in English and German, and in short."""
    return frozenset(word for place in places(line) for name in names_of(place.country) for word in words(name))
