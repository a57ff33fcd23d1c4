"""Shares of full time in a question: "at least 75 %", "full-time", "halbe Stelle"."""

import re
from dataclasses import dataclass
from functools import cache

from bot.language import languages, question_words
from bot.questions.spans.tokens import Token, fold, tokens

_FULL = 100.0
_NAMED = {"full": (_FULL, None), "half": (50.0, 50.0), "three_quarters": (75.0, 75.0), "part": (None, _FULL - 1)}
_A_NUMBER = r"(?P<number>\d{1,3}(?:[.,]\d{1,2})?)"


@dataclass(frozen=True, slots=True)
class Share:
    """A range of percent of full time, both ends included; None for an end that is open. `words`: names such as
    "part-time" by which a posting may say it in place of a number.
    """

    least: float | None
    most: float | None
    words: tuple[tuple[str, ...], ...] = ()

    @property
    def other(self) -> "Share | None":
        """All other shares, where they are one: part-time for full-time."""
        if self.least is not None and self.most is None and self.least > 1:
            return Share(None, self.least - 1)
        return Share(self.most + 1, None) if self.most is not None and self.least is None else None


@dataclass(frozen=True, slots=True)
class ShareSpan:
    """A share in a text, from its character `start` to `end` (exclusive)."""

    start: int
    end: int
    share: Share


def share(text: str) -> ShareSpan | None:
    """The share of full time that a text names, in any language; None where it names none, or more than one."""
    text_tokens = _telling(tokens(text))
    line = "".join("".join(token.text.split()) + " " for token in text_tokens)
    share_spans: list[ShareSpan] = []
    for pattern in map(_pattern, languages()):
        for match in pattern.finditer(line):
            if (read := _read(match)) is not None:
                first, last = _places(text_tokens, line, *match.span())
                share_spans.append(ShareSpan(text_tokens[first].start, text_tokens[last].end, read))
    longest = max(share_spans, key=lambda span: span.end - span.start, default=None)
    several = longest and any(span.end <= longest.start or longest.end <= span.start for span in share_spans)
    return None if several else longest


def _telling(text_tokens: list[Token]) -> list[Token]:
    """The tokens without signs, but for a dash between numbers."""
    numbers = {"number", "opaque"}
    return [
        token
        for at, token in enumerate(text_tokens)
        if token.kind != "sign"
        or (
            token.text == "-"
            and 0 < at < len(text_tokens) - 1
            and {text_tokens[at - 1].kind, text_tokens[at + 1].kind} <= numbers
        )
    ]


def _places(text_tokens: list[Token], line: str, start: int, end: int) -> tuple[int, int]:
    """The first and the last token from one character of the line to another."""
    return line.count(" ", 0, start), min(len(text_tokens), line.count(" ", 0, end)) - 1


def _read(match: re.Match[str]) -> Share | None:
    for name, (least, most) in _NAMED.items():
        if match[name]:
            return Share(least, most, _names(name))
    numbers = [_number(digits) for digits in (match["low"], match["high"], match["number"]) if digits]
    if any(not 0 < number <= _FULL for number in numbers):
        return None
    if match["low"]:
        return Share(numbers[0], numbers[1])
    (number,) = numbers
    bound = match["least"] or match["most"]
    beyond = 1 if bound in _strict_bounds() else 0  # percent: "less than 100 %" is 99 % at most
    if match["least"] or match["or_more"]:
        return Share(number + beyond, None)
    if match["most"] or match["or_less"]:
        return Share(None, number - beyond)
    return Share(number, number, ((f"{number:g}",),))


def _number(digits: str) -> float:
    number = float(digits.replace(",", "."))
    return number * 100 if number <= 1 and re.search(r"[.,]", digits) else number


@cache
def _pattern(language: str) -> re.Pattern[str]:
    written: dict[str, str] = question_words(language)["share"]
    words = {kind: tuple(_phrase(name) for name in names.split(",")) for kind, names in written.items()}
    kinds = {kind: "|".join(re.escape(" ".join(name)) for name in names) for kind, names in words.items()}
    named = [f"(?P<{name}>{kinds[name]}) " for name in _NAMED]
    of_full_time = f"(?:%| (?:{kinds['percent']})) (?:(?:{kinds['position']}) )?"
    between = (
        rf"(?:(?:{kinds['between']}) )?(?P<low>\d{{1,3}})%? (?:{kinds['and']}|-) (?P<high>\d{{1,3}}){of_full_time}"
    )
    bound = f"(?:(?P<least>{kinds['least']}) |(?P<most>{kinds['most']}) )?"
    behind = f"(?:(?P<or_more>{kinds['or_more']}) |(?P<or_less>{kinds['or_less']}) )?"
    pattern = rf"(?<!\S)(?:{'|'.join([*named, between, bound + _A_NUMBER + of_full_time + behind])})"
    return re.compile(pattern)


@cache
def _strict_bounds() -> frozenset[str]:
    """What stands before a number that is not included itself, as in a folded line."""
    written = (question_words(language)["share"]["beyond"].split(",") for language in languages())
    return frozenset(" ".join(_phrase(name)) for names in written for name in names)


@cache
def _names(kind: str) -> tuple[tuple[str, ...], ...]:
    """What a share is called, in every language."""
    written = (question_words(language)["share"][kind].split(",") for language in languages())
    return tuple(_phrase(name) for names in written for name in names)


def _phrase(name: str) -> tuple[str, ...]:
    return tuple(map(fold, name.split()))
