"""Whether a sentence offers a position: by a verb that seeks somebody, by what is open, or by what somebody has.

The verb alone says too little: a project looks for signs of life, a lecture is open, a former postdoc has a position.
So what is sought has to be named behind the verb, and what is open in front of it. The words are those of `[status]`
in `bot/language/LANGUAGE/pages.toml`: `seeks`, `sought`, `has`, `of_offer`, `of_events`, `object_end`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.sources.pages.phrasing import Phrasing
from bot.sources.pages.sayings import saying
from bot.sources.pages.words import roles_in

_CLAUSE_END = re.compile(r"[.;!?\n](?=\s|\Z)")
_MOST_SUBJECT = 220  # characters
_MOST_OBJECT = 110  # characters
_MOST_DENIAL = 30  # characters
_NOTHING_BEHIND = re.compile(r"[\s*_~)\]]*(?:[.!?:;,]|\Z)")


OFFERS = ("has", "seeks", "sought")
"""By what one is recognised."""


def _said(name: str) -> Phrasing:
    return saying("status", name)


@lru_cache(16384)  # a page of a megabyte has as many sentences
def offer_in(text: str) -> re.Match[str] | None:
    """The words by which a text offers a position."""
    found = [_said("has").search(text), next(_seeking(text), None), next(_open(text), None)]
    return min((match for match in found if match), key=lambda match: match.start(), default=None)


def _seeking(text: str) -> Iterator[re.Match[str]]:
    """Verbs with whom they seek behind them, or with nothing at all: "We are hiring!"."""
    for verb in _each("seeks", text):
        object_ = _CLAUSE_END.split(text[verb.end() : verb.end() + _MOST_OBJECT])[0]
        if end := _said("object_end").search(object_):
            object_ = object_[: end.start()]
        if not _is_vetoed(verb, text) and (_names_some(verb[0] + object_) or _NOTHING_BEHIND.match(text, verb.end())):
            yield verb


def _open(text: str) -> Iterator[re.Match[str]]:
    """Words for what is to be had, with that in front of them, or right behind: "Wanted: a postdoc"."""
    for words in _each("sought", text):
        if not _is_vetoed(words, text) and (_names_some(_before(words, text)) or _names_some(_behind(words, text))):
            yield words


def _each(name: str, text: str) -> Iterator[re.Match[str]]:
    return _said(name).pattern.finditer(text) if _said(name).search(text) else iter(())


def _before(words: re.Match[str], text: str) -> str:
    """What stands in front in the same clause, with the words themselves: they may have the noun in them."""
    return _CLAUSE_END.split(text[max(0, words.start() - _MOST_SUBJECT) : words.start()])[-1] + words[0]


def _behind(words: re.Match[str], text: str) -> str:
    """What stands behind where nothing stands in front: a colon, or the noun itself."""
    if text[: words.start()].strip(" \n*_~([-–"):
        return ""
    return text[words.end() : words.end() + _MOST_OBJECT].partition("\n")[0]


def _is_vetoed(words: re.Match[str], text: str) -> bool:
    """Whether what seeks or is open is an event, and no group, or it is said that nothing is."""
    before = _before(words, text)
    return _said("of_events").search(before) is not None or _said("negates").search(before[-_MOST_DENIAL:]) is not None


def _names_some(text: str) -> bool:
    return bool(roles_in(text)) or _said("of_offer").search(text) is not None
