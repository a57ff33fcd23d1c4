"""What pages say, in every language of which there are words: the sections of `bot/language/LANGUAGE/pages.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Final

from bot.language import page_languages, phrases, read
from bot.sources.pages.phrasing import PhraseLexicon, Phrasing, expression, joined, slots_of, written_as

_SECTIONS: Final = ("parts", "offers", "status", "applying", "pay", "openings", "day")


@cache
def said(section: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a section by name, those of all languages together."""
    written: dict[str, list[str]] = {}
    for language in page_languages():
        for name, known in _phrases(language, section).items():
            written.setdefault(name, []).extend(known)
    return {name: tuple(known) for name, known in written.items()}


@cache
def _phrases(language: str, section: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a section in one language, by name."""
    pack = read(language, "pages")
    nouns = {f"{{{name}}}": "|".join(phrases(language, known)) for name, known in pack.get("nouns", {}).items()}
    return {
        name: tuple(_with(nouns, phrase) for phrase in phrases(language, known))
        for name, known in pack.get(section, {}).items()
    }


def _with(nouns: Mapping[str, str], phrase: str) -> str:
    """A phrase with the nouns that it names in braces: `no ({jobs})`."""
    for name, known in nouns.items():
        phrase = phrase.replace(name, known)
    return phrase


@cache
def _bits() -> Mapping[tuple[str, str, str], int]:
    """The bit in the lexicon of each saying in each language; one with a phrase that asks for no word has none."""
    places = [
        (section, name, language)
        for section in _SECTIONS
        for language in page_languages()
        for name, known in _phrases(language, section).items()
        if known and all(map(slots_of, known))
    ]
    return {place: 1 << number for number, place in enumerate(places)}


@cache
def _lexicon() -> PhraseLexicon:
    """The words of all sayings."""
    return PhraseLexicon(
        (bit, slots_of(phrase))
        for (section, name, language), bit in _bits().items()
        for phrase in _phrases(language, section)[name]
    )


@cache
def saying(section: str, name: str) -> Phrasing:
    """The phrases of that name, as one pattern."""
    parts = ((language, _phrases(language, section).get(name, ())) for language in page_languages())
    return joined(_phrasing(known, _bits().get((section, name, language), 0)) for language, known in parts if known)


def _phrasing(known: tuple[str, ...], bit: int) -> Phrasing:
    return Phrasing(written_as(known), bit, _lexicon() if bit else None)


def may_say(text: str, bits: int) -> bool:
    """Whether a text may have any of the sayings of `bits_of`."""
    return _lexicon().bits(text) & bits != 0


def bits_of(section: str, *names: str) -> int:
    """What `may_say` asks for.

    Raises:
        ValueError: One of the sayings has a phrase that asks for no word.
    """
    known = [saying(section, name) for name in names]
    if not all(each.lexicon for each in known):
        raise ValueError(f"there is no word in a phrase of {section}: {', '.join(names)}")
    return reduce(or_, (each.bits for each in known))


def either(section: str, name: str) -> str:
    """The same as a part of a greater pattern."""
    return expression(said(section)[name])


@dataclass(frozen=True, slots=True)
class Saying:
    """A saying by its name: what it is, is read when it is first looked for."""

    section: str
    name: str

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return saying(self.section, self.name).search(text)

    def may_match(self, text: str) -> bool:
        """Whether a text has words that the saying has."""
        return saying(self.section, self.name).may_match(text)
