"""What pages say, in every language of which there are words: the sections of `bot/language/LANGUAGE/pages.toml`."""

from collections.abc import Mapping
from functools import cache

from bot.language import page_languages, phrases, read
from bot.sources.pages.phrasing import Phrasing, expression, phrasing


@cache
def said(section: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a section by name, those of all languages together."""
    written: dict[str, list[str]] = {}
    for language in page_languages():
        for name, known in read(language, "pages").get(section, {}).items():
            written.setdefault(name, []).extend(phrases(language, known))
    return {name: tuple(known) for name, known in written.items()}


@cache
def saying(section: str, name: str) -> Phrasing:
    """The phrases of that name, as one pattern."""
    return phrasing(said(section)[name])


def either(section: str, name: str) -> str:
    """The same as a part of a greater pattern."""
    return expression(said(section)[name])
