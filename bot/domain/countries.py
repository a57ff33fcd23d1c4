"""Names and codes of countries, and of the states of the US: what the last part of a place can mean.

Names are CLDR's in each language (Babel), and what else is usual; codes are ISO 3166-1's. What can also be
something else counts for nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel.core import get_global

from bot.language import languages, listed, read
from bot.language.cldr import locale_of

# CLDR has regions that are no countries, and parts of countries that ISO 3166-1 has no code for.
_NO_COUNTRIES = frozenset("EU EZ UN XA XB ZZ QO AC CP CQ DG TA".split())
_PARTS = {"IC": "ES", "EA": "ES"}
_OWN_NAMES = {
    "BE": "België; Belgie; Belgique",
    "BR": "Brasil",
    "CH": "Suisse; Svizzera; Svizra",
    "CI": "Cote d'Ivoire",
    "CZ": "Česko; Česká republika",
    "DE": "Allemagne",
    "DK": "Danmark",
    "ES": "España",
    "FI": "Suomi",
    "GE": "Sakartvelo",
    "GR": "Hellas",
    "IE": "Éire",
    "IN": "Bharat",
    "IT": "Italia",
    "JP": "Nippon",
    "LU": "Luxembourg; Lëtzebuerg",
    "NL": "Nederland; Pays-Bas",
    "NO": "Norge",
    "NZ": "Aotearoa; Aotearoa New Zealand",
    "PL": "Polska",
    "SE": "Sverige",
    "SK": "Slovensko",
    "TR": "Turkiye",
    "UA": "Ukraina; Ukraïna",
}
"""What countries are called where they are. What else a language calls them is in its `names.toml`."""
_STATES = (
    "AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware; "
    "FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky; "
    "LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; "
    "MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; "
    "NY New York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania; "
    "RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VT Vermont; "
    "VA Virginia; WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming; DC District of Columbia"
)
# What a code of two letters behind a town is elsewhere: provinces of Canada, states of Australia, cantons, Länder.
_OTHER_PARTS = frozenset(
    "AB BC MB NB NL NS NT NU ON PE QC SK YT WA SA "
    "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH "
    "BB BW BY HB HE HH MV NI RP SL SN ST TH".split()
)
_TOWNS_OF_OTHERS = {
    "NL": "st johns; saint johns; corner brook; gander; labrador city; mount pearl; happy valley-goose bay; paradise",
    "FR": "fribourg; freiburg; freiburg im uechtland; fribourg/freiburg; bulle; villars-sur-glane; murten; morat",
    "SG": "st gallen; sankt gallen; saint gallen; st. gallen; rapperswil; rapperswil-jona; wil; buchs; gossau",
}
"""Codes that are a country's unless the town lies in the other part that has them."""
_TOWNS_OF_PROVINCES = {
    "MI": "milano; milan; mailand; segrate; rho; monza; sesto san giovanni; bresso; opera; rozzano; basiglio",
    "CT": "catania; acireale; caltagirone; paternò; misterbianco",
    "RI": "rieti; fara in sabina",
    "VT": "viterbo; tarquinia; civita castellana",
    "OR": "oristano; bosa; torre grande",
}
"""Italian provinces that share their code with a state."""
# United Nations, "Standard country or area codes for statistical use" (M49), 150 Europe; and Cyprus, of the EU.
_EUROPE = frozenset(
    "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL "
    "NO PL PT RO RS RU SE SI SJ SK SM UA VA XK".split()
)
_ANY_CASE = {"US": "US", "USA": "US", "UK": "GB"}
_ZIP = re.compile(r" [0-9]{5}(?:-[0-9]{4})?$")
_GEORGIAN_TOWNS = frozenset({"tbilisi", "tiflis", "batumi", "kutaisi"})


def country_of(text: str, town: str = "") -> str:
    """The code of the country that the last part of a place names, behind that town; empty when none is, or something
    else may be meant.
    """
    if _key(text) == "georgia" and _key(town) in _GEORGIAN_TOWNS:
        return "GE"
    return country_named(text) or _country_of_code(re.sub(r"[.\s]", "", text), town)


def country_named(text: str) -> str:
    """The same by its name alone."""
    return _names().get(_key(text), "")


def _country_of_code(code: str, town: str) -> str:
    """`UK`, `U.S.A.` and `CHE` are countries anywhere; many codes of two letters are something else behind a town."""
    if code.upper() in _ANY_CASE and (code.isupper() or code.islower()):
        return _ANY_CASE[code.upper()]
    if not (code.isascii() and code.isupper()):
        return ""
    if len(code) == 3:
        return _three_letters().get(code, "")
    if code in _TOWNS_OF_OTHERS:
        return code if town and _key(town) not in _towns(_TOWNS_OF_OTHERS[code]) else ""
    return code if code in _codes() and code not in _states() and code not in _OTHER_PARTS else ""


@cache
def names_of(code: str) -> tuple[str, ...]:
    """What a country is called in each language, and in short, and Europe where it lies there; of no code, nothing."""
    if not code:
        return ()
    abbreviations = (name for name, of in _ANY_CASE.items() if of == code and name != "US")
    short = (name for written in _written() for name in listed(written["short"].get(code, "")))
    continent = (
        name for written in _written() for name in listed(written["europe"]["names"] if code in _EUROPE else "")
    )
    return tuple(dict.fromkeys((*(names[code] for names in _territories()), *abbreviations, *short, *continent)))


def is_state(text: str) -> bool:
    """Whether that is a state of the US, where the US are known to be meant."""
    return _state_code(text) in _states() or _key(text) in _state_names()


def is_only_a_state(text: str, town: str) -> bool:
    """Whether a text is a US state and can be nothing else: behind the name of a `town`, or by its full name alone."""
    name, code = _key(text), _state_code(text)
    if name in _state_names():
        return name != "georgia" and (bool(town) or name != "washington")
    if not town or code not in _states() or code in _codes() or code in _OTHER_PARTS:
        return False
    return _key(town) not in _towns(_TOWNS_OF_PROVINCES.get(code, ""))


def instead(text: str, place: str) -> str:
    """What to write for a place whose last part may be two things, in English; empty when that is nothing known."""
    if is_state(text):
        other = '"Republic of Georgia"' if _key(text) == "georgia" else "the country's name"
        return f'"{place}, USA", or {other}'
    return "the country's name" if text in _codes() else ""


def without_zip(text: str) -> str:
    """A state without the post code that may stand behind it."""
    return _ZIP.sub("", text)


def _state_code(text: str) -> str:
    return without_zip(text).replace(".", "")


def _key(text: str) -> str:
    """As names are compared: without accents, full stops and apostrophes; `St.` is `Saint`, `&` is `and` and `und`."""
    plain = "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    words = re.sub(r"[.'’`´]", "", plain).replace("&", " & ").split()
    same = {"and": "&", "und": "&", "saint": "st", "sankt": "st"}
    words = [same.get(word, word) for word in words]
    return " ".join(words[1:] if words[:1] in (["the"], ["die"]) else words)


def _towns(listed: str) -> set[str]:
    return {_key(town) for town in listed.split(";")} - {""}


@cache
def _names() -> dict[str, str]:
    names = {
        _key(name): _PARTS.get(code, code)
        for territories in _territories()
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    own = {_key(name): code for code, names_there in _OWN_NAMES.items() for name in names_there.split(";")}
    others = {
        _key(name): code
        for written in _written()
        for code, names_of_it in written["countries"].items()
        for name in listed(names_of_it)
    }
    return {name: code for name, code in (names | own | others).items() if name not in _state_names()}


def _territories() -> list[Mapping[str, str]]:
    """The names of countries in each language (CLDR), by their codes."""
    return [locale_of(language).territories for language in languages()]


def _written() -> list[Mapping[str, Any]]:
    return [read(language, "names") for language in languages()]


@cache
def _codes() -> frozenset[str]:
    """Two letters. Kosovo's is no code of ISO 3166-1's, but what everybody writes."""
    return frozenset(_names().values()) | {"GE"}


@cache
def _three_letters() -> dict[str, str]:
    """By CLDR, without what stands for no country any more (Romania's ROM is Rome to others)."""
    former = {"ROM", "BUR", "TMP", "ZAR", "DDR", "FXX", "YMD"}
    aliases = get_global("territory_aliases")
    is_one = {code for code, codes in aliases.items() if len(code) == 3 and len(codes) == 1 and codes[0] in _codes()}
    return {code: aliases[code][0] for code in is_one - former}


@cache
def _states() -> dict[str, str]:
    """Their names by their codes."""
    return {code: name for code, _, name in (state.strip().partition(" ") for state in _STATES.split(";"))}


@cache
def _state_names() -> frozenset[str]:
    return frozenset(map(_key, _states().values())) | {"kalifornien"}
