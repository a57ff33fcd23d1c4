"""What a question asks for: a list, how many, whether something is still open, how to apply, what it pays.

The patterns are data for each language (`bot/language/LANGUAGE/questions.toml`).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.language import languages, own_first, question_words
from bot.questions.cutting import without
from bot.questions.spans.tokens import Token, fold, tokens

_LONGEST = 40  # words; whoever writes more tells a story


class Intent(StrEnum):
    """What is asked for: a list of postings, or one thing about them."""

    LIST = "list"
    COUNT = "count"
    IS_OPEN = "is_open"
    IS_OVER = "is_over"
    NEEDS_LANGUAGE = "needs_language"
    IS_REMOTE = "is_remote"
    IS_FULL_TIME = "is_full_time"
    IS_PAID = "is_paid"
    DEADLINE = "deadline"
    APPLY = "apply"
    PAY = "pay"
    CONTACT = "contact"
    REQUIREMENTS = "requirements"
    SHOW = "show"
    NEWEST = "newest"
    LATEST = "latest"
    UNDATED = "undated"
    REMIND = "remind"
    FOLLOW = "follow"
    CALENDAR = "calendar"


OF_ONE = frozenset(
    (
        Intent.IS_OPEN,
        Intent.IS_OVER,
        Intent.IS_REMOTE,
        Intent.IS_FULL_TIME,
        Intent.IS_PAID,
        Intent.DEADLINE,
        Intent.APPLY,
        Intent.PAY,
        Intent.CONTACT,
        Intent.REQUIREMENTS,
        Intent.REMIND,
        Intent.FOLLOW,
        Intent.CALENDAR,
    )
)
"""What can be asked of one posting, besides to show it."""

WHETHER = frozenset((Intent.NEEDS_LANGUAGE, Intent.IS_REMOTE, Intent.IS_FULL_TIME, Intent.IS_PAID))
"""What is asked of one posting that is named; of several, it is those of them that are looked for."""


@dataclass(frozen=True, slots=True)
class IntentReading:
    """What a question asks for (`intent`), and `rest`: the text without the words that say so. `language`: where it is
    asked whether one is needed, that one, folded.
    """

    intent: Intent
    rest: str
    language: str | None = None


def read_intent(text: str, language: str) -> IntentReading:
    """What a question asks for; `LIST` where it says nothing else. The patterns of `language` are tried first, then
    those of the others.
    """
    text_tokens = [token for token in tokens(text) if token.kind != "sign"]
    if not 0 < len(text_tokens) <= _LONGEST:
        return IntentReading(Intent.LIST, text)
    line = "".join(f"{token.text.replace(' ', '')} " for token in text_tokens)
    for spoken in own_first(language):
        for intent, pattern in _patterns(spoken):
            if match := pattern.search(line):
                needed = match["language"] if "language" in pattern.groupindex else None
                return IntentReading(
                    intent, text if intent is Intent.LIST else _without(text, text_tokens, line, match), needed
                )
    return IntentReading(Intent.LIST, text)


def _without(text: str, text_tokens: list[Token], line: str, match: re.Match[str]) -> str:
    """The text without what a pattern has found, but with what it leaves open."""
    named = match.re.groupindex.values()
    open_groups = (group for group in range(1, len(match.groups()) + 1) if group not in named)
    left_open = [span for group in open_groups if (span := match.span(group))[0] >= 0]
    at = 0
    taken_out: list[Token] = []
    for token, word in zip(text_tokens, line.split(" "), strict=False):
        is_open = any(start <= at < end for start, end in left_open)
        if match.start() <= at < match.end() and not is_open:
            taken_out.append(token)
        at += len(word) + 1
    for token in reversed(taken_out):
        text = without(text, token.start, token.end)
    return text


@cache
def _patterns(language: str) -> tuple[tuple[Intent, re.Pattern[str]], ...]:
    written = question_words(language)["intents"]
    return tuple((Intent(name), _compiled(pattern)) for name, rows in written.items() for pattern in rows)


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over folded words, each with a space behind it; groups for what is open."""
    parts = [r"(?<!\S)"]
    if pattern.startswith("^"):
        parts, pattern = [rf"^(?:(?:{_polite()}) )*"], pattern[1:]
    for element in pattern.split():
        if element == "...":
            parts.append(r"((?:\S+ )*?)")
        elif element == "LANGUAGE":
            parts.append(f"(?P<language>{_tongues()}) ")
        elif element == "$":
            parts.append("$")
        elif element[0] in "!=":
            parts.append(rf"(?{element[0]}(?:{_alternatives(element[1:])}) )")
        else:
            parts.append(rf"(?:(?:{_alternatives(element.removesuffix('?'))}) ){'?' if element.endswith('?') else ''}")
    if pattern.endswith("..."):
        parts[-1] = r"((?:\S+ )*)"
    return re.compile("".join(parts))


@cache
def _tongues() -> str:
    """The names of languages that postings ask for, in any language."""
    listed = (name for language in languages() for name in question_words(language)["facts"]["languages"].split(","))
    return "|".join(sorted((re.escape(fold(name.strip())) for name in listed), key=len, reverse=True))


@cache
def _polite() -> str:
    """What may come first in a question, in any language."""
    return "|".join(word for language in languages() for word in question_words(language)["polite"]["words"].split())


def _alternatives(element: str) -> str:
    return "|".join(re.escape(" ".join(map(fold, way.split("_")))) for way in element.split("|"))
