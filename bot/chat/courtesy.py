"""What people say that asks for no position: thanks, hello, a thumb. It is answered in one line, or with the help."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.language import SOURCE, languages, phrases, read, single_words
from bot.questions.query import words

LONGEST = 100
"""Whoever writes more than that asks for something."""


class Courtesy(StrEnum):
    """Of several at once ("hi, who are you?"), the first one here is answered."""

    ABOUT = "about"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    HELP = "help"
    GREETING = "greeting"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Remark:
    """`language`: in which it is answered, whatever the reader's is; None for theirs."""

    courtesy: Courtesy
    language: str | None = None


# As Slack sends them (`:+1:`, `:wave::skin-tone-3:`), and as they are.
_SHORTCODES = re.compile(r"(?:\s*:[\w+'-]{1,50}:)+\s*")
_EMOJI = {
    Courtesy.THANKS: ("🙏", ":pray:", ":bow:"),
    Courtesy.GREETING: ("👋", "🤗", ":wave:", ":hugging_face:"),
}


def remark(text: str) -> Remark | None:
    """What a text says, if it is nothing but courtesy; None when it may ask for something."""
    if len(text) > LONGEST:
        return None
    if _SHORTCODES.fullmatch(text):
        return _of_emoji(text)
    folded = tuple(words(text))
    if not folded:
        return _of_signs(text)
    return min(_phrases(folded), key=lambda match: list(Courtesy).index(match.courtesy), default=None)


def _phrases(folded: tuple[str, ...]) -> list[Remark]:
    """The phrases of which a text is made; none where it holds another word."""
    known, at = _known(), 0
    remarks: list[Remark] = []
    while at < len(folded):
        length = next((n for n in (5, 4, 3, 2, 1) if folded[at : at + n] in known and at + n <= len(folded)), 0)
        if length:
            remarks.append(known[folded[at : at + length]])
        elif folded[at] not in _around():
            return []
        at += length or 1
    return remarks


@cache
def _known() -> Mapping[tuple[str, ...], Remark]:
    """Every phrase, as its folded words. Of two languages that share one, the first has it."""
    remark_of: dict[tuple[str, ...], Remark] = {}
    for language in languages():
        of = None if language == SOURCE else language
        for courtesy in Courtesy:
            # Who needs help is helped in the language of his own that his program tells.
            remark = Remark(courtesy, None if courtesy is Courtesy.HELP else of)
            for phrase in phrases(language, read(language, "courtesy")[courtesy]):
                remark_of.setdefault(tuple(words(phrase)), remark)
    return remark_of


@cache
def _around() -> frozenset[str]:
    """What may stand around it: "hello there", "thank you so much for your help"."""
    listed = ((language, read(language, "courtesy")["around"]) for language in languages())
    return frozenset(folded for pair in listed for word in single_words(*pair) for folded in words(word))


def _of_signs(text: str) -> Remark | None:
    """Of a text without a letter: what asks is a call for help, and emoji are a remark."""
    if any(sign in text for sign in "?¿\u061f\uff1f"):
        return Remark(Courtesy.HELP)
    is_emoji = any(unicodedata.category(sign) == "So" for sign in text)
    return _of_emoji(text) if is_emoji else None


def _of_emoji(text: str) -> Remark:
    return Remark(
        next((courtesy for courtesy, signs in _EMOJI.items() if any(sign in text for sign in signs)), Courtesy.AGREED)
    )
