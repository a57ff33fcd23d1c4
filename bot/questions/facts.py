"""What a question asks for that is no word of a posting: that it is paid, filled, begins soon, wants one language."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.language import languages, own_first, phrases, question_words
from bot.questions.cutting import without
from bot.questions.spans.tokens import fold, tokens


class Fact(StrEnum):
    """A posting is `PAID` when it tells what it pays, begins `SOON` when it says so in words, is for a `DOCTOR` when
    it asks for a doctorate.
    """

    PAID = "paid"
    FILLED = "filled"
    SOON = "as soon as possible"
    DOCTOR = "doctorate required"


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """What a text says besides words to look for: `facts`; `only`, the language that alone may be asked for, as written
    there; and `rest`, the text without all that.
    """

    facts: frozenset[Fact]
    only: str | None
    rest: str


def read_facts(text: str, language: str) -> StatedFacts:
    """The facts that a text names; what begins soon is said in many ways (`is_soon`)."""
    text_tokens = [token for token in tokens(text) if token.kind != "sign"]
    line = "".join(f"{''.join(token.text.split())} " for token in text_tokens)
    facts: set[Fact] = set()
    only: str | None = None
    taken_out: set[int] = set()
    for spoken in own_first(language):
        for match in _pattern(spoken).finditer(line):
            places = range(line.count(" ", 0, match.start()), line.count(" ", 0, match.end()))
            if taken_out.intersection(places) or _not_told().search(text[: text_tokens[places[0]].start]):
                continue
            taken_out.update(places)
            if match.lastgroup in {"before", "behind"}:
                only = match[match.lastgroup]
            else:
                facts.add(Fact[(match.lastgroup or "").upper()])
    for at in sorted(taken_out, reverse=True):
        text = without(text, text_tokens[at].start, text_tokens[at].end)
    return StatedFacts(frozenset(facts), only, text)


def is_soon(start: str) -> bool:
    """Whether a posting's `start` says that it is soon: `as soon as possible`, `sofort`."""
    line = "".join(f"{''.join(token.text.split())} " for token in tokens(start) if token.kind != "sign")
    return any(match["soon"] for spoken in languages() for match in _pattern(spoken).finditer(line))


@cache
def _not_told() -> re.Pattern[str]:
    """What stands before a fact that is not asked for."""
    ways = [
        phrase
        for language in languages()
        for phrase in phrases(language, question_words(language)["facts"]["not_behind"])
    ]
    return re.compile(rf"(?:\b(?:{'|'.join(map(re.escape, ways))})[\s-]*|(?:^|\s)[-!])$", re.IGNORECASE)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """The ways in which a language says each fact, over folded words, each with a space behind it."""
    written: dict[str, str] = question_words(language)["facts"]
    ways = {kind: _alternatives(names) for kind, names in written.items()}
    facts = "|".join(f"(?P<{fact.name.lower()}>{ways[fact.name.lower()]})" for fact in Fact)
    every = [question_words(other)["facts"] for other in languages()]  # "nur English" is as clear
    kinds = ("languages", "only", "only_to", "behind_languages")
    tongue, only, to, behind = (_alternatives(",".join(words[kind] for words in every)) for kind in kinds)
    before = rf"(?:{only}) (?:(?:{to}) )?(?P<before>{tongue})"
    alone = rf"{before}|(?P<behind>{tongue}) (?:(?:{behind}) )?(?:{only})(?! (?:{tongue}) )"
    return re.compile(rf"(?<!\S)(?:{facts}|{alone}) (?!(?:{ways['not_before']}) )")


def _alternatives(names: str) -> str:
    ways = (" ".join(map(fold, name.split())) for name in names.split(",") if name.strip())
    return "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True))
