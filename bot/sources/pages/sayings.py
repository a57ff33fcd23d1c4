"""What pages say, in every language of which there are words: the sections of `bot/language/LANGUAGE/pages.toml`."""

from collections.abc import Mapping
from functools import cache

from bot.language import page_languages, phrases, read
from bot.sources.pages.phrasing import Phrasing, expression, joined, phrasing


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
def saying(section: str, name: str) -> Phrasing:
    """The phrases of that name, as one pattern."""
    by_language = (_phrases(language, section).get(name, ()) for language in page_languages())
    return joined(phrasing(known) for known in by_language if known)


def either(section: str, name: str) -> str:
    """The same as a part of a greater pattern."""
    return expression(said(section)[name])
