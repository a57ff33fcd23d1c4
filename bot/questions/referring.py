"""What a text says of the answer before: more of it, one of what it showed, or what to look for besides.

It is read from the words alone, without knowing the answer. The words are data for each language
(`bot/language/LANGUAGE/conversation.toml`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

from bot.language import conversation_words, languages
from bot.questions.intents import OF_ONE, Intent, IntentReading, read_intent
from bot.questions.spans.tokens import Token, fold, tokens

_MOST_WORDS = 20
_THAT = "xyzzy"  # stands for what is referred to while it is read what is asked of it
_OF_ONE = OF_ONE | {Intent.SHOW}
_NUMBERED = re.compile(r"#?\s?([0-9]{1,3})(?:st|nd|rd|th)?")

_Phrase = tuple[str, ...]


class PageTurn(Enum):
    """A page of the list before."""

    MORE = auto()
    BACK = auto()


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that was shown before. `number`: its number in the list (from 1), -1 for the last one, None for "that
    one". `is_one`: False where several are meant, or it is not clear which. `intent`: what is asked of it; `LIST` where
    it is just to be shown.
    """

    intent: Intent
    number: int | None = None
    is_one: bool = True
    is_said: bool = True
    """Whether a word refers to it; "how do I apply?" has none."""


class Manner(Enum):
    """How what is added goes with what was asked before: in the place of what is like it, beside it, or with it."""

    INSTEAD = auto()
    ALSO = auto()
    WITHIN = auto()


@dataclass(frozen=True, slots=True)
class Addition:
    """What to look for besides what was looked for before."""

    text: str
    manner: Manner


def referred(text: str, language: str) -> PageTurn | Reference | Addition | None:
    """What a text says of the answer before; None where it speaks for itself."""
    text_tokens = _said(text)
    if not 0 < len(text_tokens) <= _MOST_WORDS:
        return None
    folded = tuple(token.text.replace(" ", "") for token in text_tokens)
    whole = _without_polite(folded)
    if whole in _phrases("more"):
        return PageTurn.MORE
    if whole in _phrases("back"):
        return PageTurn.BACK
    if whole in _phrases("in_full"):
        return Reference(Intent.LIST)
    if whole in _phrases("unclear"):
        return Reference(Intent.LIST, is_one=False)
    return _reference(text, text_tokens, language) or _addition(text, text_tokens, folded)


def _said(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind != "sign"]


def _without_polite(folded: _Phrase) -> _Phrase:
    polite = _single("polite")
    rest = folded
    while len(rest) > 1 and rest[0] in polite:
        rest = rest[1:]
    while len(rest) > 1 and rest[-1] in polite:
        rest = rest[:-1]
    return rest


# --- One of them


def _reference(text: str, text_tokens: Sequence[Token], language: str) -> Reference | None:
    if any(text[token.start : token.end] == "IT" for token in text_tokens):
        return None
    reading = _asked_of_one(text, language)
    reference = _read(reading.intent, reading.rest)
    if reference is not None and reference.is_said and reading.intent in _OF_ONE | {Intent.LIST}:
        return reference
    is_superlative = any(token.text in _single("ordering") for token in text_tokens)  # "when is the next deadline?"
    if reference is not None and reading.intent in _OF_ONE and not is_superlative:
        return reference
    # What is asked of "it" is asked as it would be of a name.
    named = text
    for token in reversed(text_tokens):
        if token.text in _single("that"):
            named = f"{named[: token.start]}{_THAT}{named[token.end :]}"
    reading = _asked_of_one(named, language)
    reference = _read(reading.intent, reading.rest) if named != text and reading.intent in _OF_ONE else None
    return reference if reference is not None and reference.is_said else None


def _asked_of_one(text: str, language: str) -> IntentReading:
    """Of what "it" needs, all is said."""
    reading = read_intent(text, language)
    return replace(reading, intent=Intent.REQUIREMENTS) if reading.intent is Intent.NEEDS_LANGUAGE else reading


def _read(intent: Intent, rest: str) -> Reference | None:
    """What the rest of a question refers to; None where it says anything else as well."""
    if intent not in _OF_ONE | {Intent.LIST}:
        return None
    numbers: list[int] = []
    are_several = is_said = False
    for token in _said(rest):
        word = token.text.replace(" ", "")
        number = _number(word)
        if number is not None:
            numbers.append(number)
        elif word in _single("several"):
            are_several = True
        elif word in _single("that") or word == _THAT:
            is_said |= word == _THAT or word not in _single("around")
        elif word not in _single("around"):
            return None
    if numbers:
        is_one = len(numbers) == 1 and not are_several
        return Reference(intent, numbers[0], is_one)
    if are_several:
        return None
    return Reference(intent, is_said=is_said)


def _number(word: str) -> int | None:
    if word in _single("last"):
        return -1
    if match := _NUMBERED.fullmatch(word):
        return int(match[1]) or None
    return _ordinals().get(word)


# --- What to look for besides


def _addition(text: str, text_tokens: Sequence[Token], folded: _Phrase) -> Addition | None:
    leads = _leads()
    for length in range(min(len(folded) - 1, max(map(len, leads))), 0, -1):
        lead = folded[:length]
        if lead in leads:
            last = text_tokens[length - 1]
            start = last.start if last.text in _single("kept") else last.end
            return Addition(text[start:].lstrip(" ,:"), leads[lead])
    if len(folded) > 1 and folded[-1] in _single("at_end") and len(folded) <= 4:
        is_only = folded[-1] in {lead[0] for lead, manner in leads.items() if manner is Manner.WITHIN}
        return Addition(text[: text_tokens[-1].start], Manner.WITHIN if is_only else Manner.INSTEAD)
    return None


# --- The words


@cache
def _leads() -> Mapping[_Phrase, Manner]:
    manners = {"instead": Manner.INSTEAD, "also": Manner.ALSO, "within": Manner.WITHIN}
    return {phrase: manner for name, manner in manners.items() for phrase in _phrases(name)}


@cache
def _phrases(name: str) -> frozenset[_Phrase]:
    """What is said so, in every language, as folded words."""
    return frozenset(
        tuple(token.text for token in _said(phrase))
        for language in languages()
        for phrase in conversation_words(language)[name].split(",")
    )


@cache
def _single(name: str) -> frozenset[str]:
    return frozenset(word for phrase in _phrases(name) for word in phrase)


@cache
def _ordinals() -> Mapping[str, int]:
    written = (conversation_words(language)["numbers"].split(",") for language in languages())
    return {
        fold(word.strip()): number
        for names in written
        for number, ways in enumerate(names, 1)
        for word in ways.split("|")
    }
