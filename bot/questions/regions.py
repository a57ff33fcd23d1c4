"""Parts of countries: Edinburgh lies in Scotland, Tübingen in Baden-Württemberg.

Which towns lie where is data (`bot/domain/regions.toml`), and so are the names in each language (`names.toml`). A town
that is not listed lies in none: who asks for Scotland is not told of a place of which nobody knows whether it does.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from bot.language import languages, listed, phrases, read
from bot.questions.places import Location, places
from bot.questions.query import spelt_without_e, words

_Name = tuple[str, ...]


@lru_cache(maxsize=8192)
def regions_of(line: str | None) -> frozenset[str]:
    """The codes (ISO 3166-2, such as GB-SCT) of the parts of countries in which the places of a line lie."""
    return frozenset(code for place in places(line) if (code := _of_place(place)))


def _of_place(place: Location) -> str:
    """By its town, or by a part of it that names the region; nothing where they do not agree."""
    if not place.country:
        return ""
    parts = [_folded(part) for part in place.text.split(",")]
    named = {code for part in parts[:-1] for code in _codes().get(part, ()) if code.startswith(place.country)}
    codes = named or {code for part in parts if (code := _towns().get((place.country, part)))}
    return codes.pop() if len(codes) == 1 else ""


def names_of_region(code: str) -> list[str]:
    """What a region is called, in each language."""
    written = (read(language, "names")["regions"].get(code, "") for language in languages())
    return list(dict.fromkeys(name for names in written for name in listed(names)))


@cache
def region_names() -> tuple[tuple[_Name, ...], ...]:
    """Each region's names as folded words, together with the word for its code that postings there are found by: so a
    question for any of its names finds them.
    """
    return tuple((*names, (code,)) for code, names in _names().items())


@cache
def is_within_another(name: _Name) -> bool:
    """Whether a region's name is part of another's, as Saxony is of Lower Saxony: then its words find too much."""
    text = "".join(name)
    others = (other for names in _names().values() for other in names if other != name)
    return name in _codes() and any(text in "".join(other) for other in others if name not in _same(other))


def _same(name: _Name) -> tuple[_Name, ...]:
    """The names of the same region."""
    return next(names for names in _names().values() if name in names)


@cache
def _names() -> Mapping[str, tuple[_Name, ...]]:
    """By code."""
    names_by_code: dict[str, dict[_Name, None]] = {}
    for language in languages():
        for code, written in read(language, "names")["regions"].items():
            names_by_code.setdefault(code, {}).update(dict.fromkeys(map(_folded, phrases(language, written))))
    return {code: tuple(names) for code, names in names_by_code.items()}


@cache
def _codes() -> Mapping[_Name, tuple[str, ...]]:
    """The codes by each name."""
    codes: dict[_Name, tuple[str, ...]] = {}
    for code, names in _names().items():
        for name in names:
            codes[name] = (*codes.get(name, ()), code)
    return codes


@cache
def _towns() -> Mapping[tuple[str, _Name], str]:
    """By country and town."""
    return {(code[:2], town): code for code, written in _data().items() for town in _listed(written)}


def _listed(written: str) -> Iterator[_Name]:
    yield from map(_folded, listed(written))


def _data() -> Mapping[str, str]:
    return tomllib.loads(files("bot.domain").joinpath("regions.toml").read_text(encoding="utf-8"))


def _folded(text: str) -> _Name:
    return tuple(map(spelt_without_e, words(text)))
