"""How many are sought, where a page says so by one number.

The words are those of each language (`[openings]` in `bot/language/LANGUAGE/pages.toml`).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from bot.language import page_languages, phrases, read
from bot.sources.pages.phrasing import expression
from bot.sources.pages.sayings import bits_of, may_say, said
from bot.sources.pages.words import roles_in

_MOST_TEXT = 1500  # characters
_MOST = 50  # positions
_FIGURE = r"\d{1,2}"
_WORD = r"[^\W\d_][\w./'’*:-]{0,24}"


def _any(name: str) -> str:
    return expression(said("openings")[name])


@cache
def _numbers() -> Mapping[str, int]:
    """Words for numbers, in each language from one on; `-` stands for what is an article, too."""
    return {
        word: number
        for language in page_languages()
        for number, written in enumerate(read(language, "pages").get("openings", {}).get("numbers", "").split(","), 1)
        for word in phrases(language, written.replace("|", ","))
        if word != "-"
    }


@cache
def _number() -> str:
    return rf"(?:{_FIGURE}|{'|'.join(sorted(_numbers(), key=len, reverse=True))})"


@cache
def _counted() -> re.Pattern[str]:
    """A number and what it counts, with a few words between."""
    return re.compile(
        rf"(?<![\w.,/–-])(?P<number>{_number()})(?:\s?\((?:{_number()})\))?(?:\s?[x×])?\s(?!{_any('no_count')}(?!\w))"
        rf"(?:(?:{_number()}[- ](?:{_any('years')})\s)?(?!(?:{_any('stop')})\s)(?:{_WORD}|\({_WORD}\))\s){{0,5}}?"
        rf"(?:[\w-]{{1,24}}-)?(?P<counted>{_any('nouns')}|(?P<weak>{_any('work')}|{_any('people')}))(?!\w)"
        rf"(?![\s-](?:{_any('nouns')}|{_any('work')}|{_any('people')})(?!\w))",
        re.IGNORECASE,
    )


@cache
def _labelled() -> re.Pattern[str]:
    """`Number of positions: 2`."""
    return re.compile(
        rf"^\W{{0,6}}(?:{_any('label')})[\s*_]{{0,4}}[:=][\s*_]{{0,4}}(?P<number>{_number()})(?![\w.,–-])",
        re.IGNORECASE | re.MULTILINE,
    )


_TIMES = re.compile(r"(?<!\w)(?:(?P<behind>\d{1,2})\s?[x×]|[x×]\s?(?P<front>\d{1,2}))(?!\w)", re.IGNORECASE)
"""`3x`, beside a role."""


@cache
def _not_sure() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\w){_any('not_sure')}|(?:\d|{_number()})\s?[-–]|/)\s{{0,2}}\Z", re.IGNORECASE)


@cache
def _of_group() -> re.Pattern[str]:
    """What says that those who are counted are there already."""
    return re.compile(rf"(?<!\w)(?:{_any('of_group')})(?!\w)[^.;:\n]{{0,40}}\Z", re.IGNORECASE)


@cache
def _has_done() -> re.Pattern[str]:
    """What those do, or did, who are there already: `Three postdocs left`."""
    return re.compile(rf"\s(?:{_any('has_done')})(?!\w)", re.IGNORECASE)


@cache
def _one_of() -> re.Pattern[str]:
    """What says that the call is for one of those that are counted: `12 positions in our network, and this is one of
    them`.
    """
    return re.compile(rf"[^.;:\n]{{0,80}}(?<!\w)(?:{_any('one_of')})(?!\w)", re.IGNORECASE)


@cache
def _and_more() -> re.Pattern[str]:
    """Another number behind: `2 PhD and 1 postdoc positions`."""
    return re.compile(
        rf"(?:[\s,]{{1,2}}{_WORD}){{0,2}},?\s{{0,2}}(?:(?:{_any('and')})(?!\w)|[&,+])\s{{1,2}}(?:{_number()}|{_any('one')})\s",
        re.IGNORECASE,
    )


def openings(texts: Iterable[str]) -> tuple[int, str] | None:
    """How many are sought, where one number says so, and the words that say it."""
    for text in texts:
        number, words = _counted_in(text[:_MOST_TEXT])
        if words:
            return (number, words) if number else None
    return None


@lru_cache(4096)  # what stands above several calls is read for each of them
def _counted_in(text: str) -> tuple[int, str]:
    """How many a text says are sought, and its words for that; 0 where they leave it open."""
    if labelled := _labelled().search(text):
        return _value(labelled["number"]), labelled[0].strip()
    for found in _counted().finditer(text) if may_say(text, _counted_bits()) else ():
        before = text[max(0, found.start() - 60) : found.start()]
        if _not_sure().search(before[-20:]) or (found["weak"] and _of_group().search(before)):
            continue
        if found["weak"] and (not roles_in(found[0]) or _has_done().match(text, found.end())):
            continue
        if _one_of().match(text, found.end()) or _and_more().match(text, found.end()):
            return 0, found[0]
        if 1 <= (number := _value(found["number"])) <= _MOST:
            return number, found[0]
    times = _TIMES.search(text) if len(text) < 160 and roles_in(text) else None
    if times and 1 <= (number := _value(times["front"] or times["behind"])) <= _MOST:
        return number, times[0]
    return 0, ""


@cache
def _counted_bits() -> int:
    """What a text may say that counts something."""
    return bits_of("openings", "nouns", "people", "work")


def _value(word: str) -> int:
    return int(word) if word.isdecimal() else _numbers()[word.lower()]
