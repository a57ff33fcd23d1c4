"""Tokens -> expressions of time: a chart, filled from the text's end, by a language's patterns."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.questions.spans.grammar import RULES, NoSuchError, Parts, Rule
from bot.questions.spans.lexicon import Lexeme, Lexicon, lexicon
from bot.questions.spans.meaning import Expression, Unclear
from bot.questions.spans.tokens import Token

_LONGEST = 16
"""Tokens in an expression, at most: so a text costs time by its length, whatever stands in it."""


_Chart = list[dict[str, list[Lexeme]]]
"""For each token, what begins there, by kind."""


_UNFINISHED = frozenset("the a of comma dash slash apostrophe and or".split())
"""With these nothing ends, and with these signs nothing begins."""
_SIGNS = frozenset({"comma", "dot", "dash", "slash"})


@dataclass(frozen=True, slots=True)
class PatternStep:
    """One place in a pattern."""

    kinds: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where a rule applies: what has to stand in a row."""

    rule: Rule
    steps: tuple[PatternStep, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """An expression in a text, by its tokens (`end` is exclusive). `weak`: is time only where something says so."""

    start: int
    end: int
    expression: Expression
    weak: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns of a language, in the rules' order. `at`: by a kind that may begin them, as bits of a number."""

    rows: tuple[Pattern, ...]
    at: dict[str, int]


@cache
def patterns(language: str) -> Patterns:
    """The patterns of a language. Raises `KeyError` for a name that no rule has."""
    written = lexicon(language).patterns
    if unknown := set(written) - set(RULES):
        raise KeyError(f"{language}: no rule is called {', '.join(sorted(unknown))}")
    rows: list[Pattern] = []
    at: dict[str, int] = defaultdict(int)
    for name, rule in RULES.items():
        for pattern in written.get(name, ()):
            steps = tuple(
                PatternStep(tuple(part.removesuffix("?").split("|")), part.endswith("?")) for part in pattern.split()
            )
            for step in steps:
                for kind in step.kinds:
                    at[kind] |= 1 << len(rows)
                if not step.optional:
                    break
            rows.append(Pattern(rule, steps))
    return Patterns(tuple(rows), dict(at))


_DOUBTFUL_BEFORE = frozenset(
    "unit units month weekday holiday anchor part which vague every working before after since between ordinal "
    "quantity week_number quarter_letter in ago_before".split()
)
_DOUBTFUL_AFTER = frozenset(
    "unit units month weekday holiday anchor hence ago_after after_next possessive ahead ago rolling year "
    "recess".split()
)
_COUNTABLE = frozenset({"weekday", "unit", "units", "month", "holiday", "which", "season", "part", "year"})
"""What a number right before it counts, where no preposition stands between."""


def stretches(tokens: list[Token], language: str, is_supported: Callable[[int, int], bool]) -> list[Stretch]:
    """The longest expressions, from left to right, none within another.

    What is time only where something else says so is asked for of `is_supported`. An expression with words for time
    beside it that do not belong to it was understood only in part.
    """
    words = lexicon(language)
    chart = _chart(tokens, words, patterns(language))
    time_stretches: list[Stretch] = []
    at = 0
    while at < len(tokens):
        fitting = (lexeme for lexeme in chart[at].get("span", ()) if not lexeme.weak or is_supported(at, lexeme.end))
        longest = max(fitting, key=lambda lexeme: lexeme.end, default=None)
        if longest is None:
            at += 1
            continue
        time_stretches.append(Stretch(at, longest.end, longest.value, longest.weak))
        at = longest.end
    taken = {n for stretch in time_stretches for n in range(stretch.start, stretch.end)}
    for number, stretch in enumerate(time_stretches):
        time_stretches[number] = wider = _with_neighbours(stretch, chart, tokens, taken)
        taken.update(range(wider.start, wider.end))
    return time_stretches


def _with_neighbours(stretch: Stretch, chart: _Chart, tokens: list[Token], taken: set[int]) -> Stretch:
    """The same, or something unclear if words for time stand right beside it."""
    start, end = stretch.start, stretch.end
    before = start - 1
    while before >= 0 and before not in taken and _is_filler(chart[before]):
        before -= 1
    if before >= 0 and before not in taken and _is_doubtful_before(chart, before, start):
        start = before
    if end < len(chart) and end not in taken and _is_doubtful_after(chart, tokens, end):
        end += 1
    if (start, end) == (stretch.start, stretch.end):
        return stretch
    return Stretch(start, end, Unclear(), weak=False)


_JOINS = frozenset({"to", "dash", "slash", "or", "and"})


def _is_doubtful_after(chart: _Chart, tokens: list[Token], end: int) -> bool:
    ends_there = end + 1 == len(tokens) or tokens[end + 1].kind == "sign"
    if chart[end].get("number") and ends_there:  # "March 32"
        return True
    if _is_time(chart[end], _DOUBTFUL_AFTER, end, None):
        return True
    if chart[end].get("and") and end + 1 < len(chart) and chart[end + 1].get("quantity"):  # "and 3 days"
        return True
    joined = any(chart[end].get(kind) for kind in _JOINS - {"and"}) and end + 1 < len(chart)
    return joined and any(
        chart[end + 1].get(kind) for kind in ("number", "which", "unit", "units", "ordinal", "month", "weekday")
    )


def _is_doubtful_before(chart: _Chart, before: int, start: int) -> bool:
    if _is_time(chart[before], _DOUBTFUL_BEFORE, before, before + 1):
        return True
    counted = not _COUNTABLE.isdisjoint(chart[start]) and any(chart[before].get(kind) for kind in ("number", "year"))
    joined = before > 0 and any(chart[before].get(kind) for kind in _JOINS)
    return (counted and before == start - 1) or (joined and bool(chart[before - 1].get("number")))


def _is_filler(by_kind: dict[str, list[Lexeme]]) -> bool:
    return any(lexeme.neutral and lexeme.kind in {"the", "of"} for lexemes in by_kind.values() for lexeme in lexemes)


def _is_time(by_kind: dict[str, list[Lexeme]], kinds: frozenset[str], at: int, end: int | None) -> bool:
    return any(
        not lexeme.weak and (end is None or lexeme.end == end) and lexeme.end > at
        for kind in kinds.intersection(by_kind)
        for lexeme in by_kind[kind]
    )


def _chart(tokens: list[Token], words: Lexicon, rules: Patterns) -> _Chart:
    chart: _Chart = [{} for _ in tokens]
    for at, lexemes in enumerate(words.lexemes(tokens)):
        for lexeme in lexemes:
            chart[at].setdefault(lexeme.kind, []).append(lexeme)
    for at in reversed(range(len(tokens))):
        here = chart[at]
        waiting = 0
        for kind in here:
            waiting |= rules.at.get(kind, 0)
        while waiting:
            number = (waiting & -waiting).bit_length() - 1
            waiting &= waiting - 1
            pattern = rules.rows[number]
            has_grown = False
            for end, matched in list(_matches(chart, pattern.steps, 0, at, at)):
                has_grown |= _take(chart, tokens, words, pattern.rule, at, end, matched)
            if has_grown:  # what was made may begin what comes later
                waiting |= rules.at.get(pattern.rule.makes, 0) >> (number + 1) << (number + 1)
    return chart


def _take(
    chart: _Chart, tokens: list[Token], words: Lexicon, rule: Rule, at: int, end: int, matched: list[tuple[str, Lexeme]]
) -> bool:
    """Puts what a rule makes of its parts into the chart; False where there is nothing new."""
    if matched[-1][0] in _UNFINISHED or matched[0][0] in _SIGNS:
        return False
    here = chart[at].get(rule.makes, [])
    telling = [lexeme for _, lexeme in matched if not lexeme.neutral]
    weak = rule.weak or all(lexeme.weak for lexeme in telling)
    if any(lexeme.end == end and (weak or not lexeme.weak) for lexeme in here):
        return False  # the rules that come first, and the earlier of their patterns, are the better ones
    if rule.closed and not _closes(chart, tokens, end):
        return False
    if rule.makes == "period" and len(telling) == 1 and _is_name(tokens, words, chart, at, end):
        weak = True
    try:
        value = rule.build(Parts([("unit" if kind == "units" else kind, lexeme.value) for kind, lexeme in matched]))
    except NoSuchError:
        return False
    chart[at].setdefault(rule.makes, []).append(Lexeme(rule.makes, value, end, weak))
    return True


def _closes(chart: _Chart, tokens: list[Token], end: int) -> bool:
    """Whether no noun may follow: the text ends there, or a sign or a word of the grammar comes, but no unit."""
    if end >= len(tokens) or tokens[end].kind == "sign":
        return True
    kinds = {kind for kind, lexemes in chart[end].items() if lexemes}
    return bool(kinds) and kinds.isdisjoint({"unit", "units", "glued_unit", "vague", "clock"})


def _is_name(tokens: list[Token], words: Lexicon, chart: _Chart, at: int, end: int) -> bool:
    """Whether it may be a person's name: August Mueller."""
    return (
        end == at + 1
        and tokens[at].text in words.names
        and end < len(tokens)
        and tokens[end].kind == "word"
        and tokens[end].capital
        and not chart[end]
    )


def _matches(
    chart: _Chart, steps: tuple[PatternStep, ...], step: int, at: int, start: int
) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    """Where a pattern from `step` on may end, longest first, with what its places are."""
    if step == len(steps):
        yield at, []
        return
    place = steps[step]
    if at < len(chart):
        for kind in place.kinds:
            for lexeme in chart[at].get(kind, ()):
                if lexeme.end - start <= _LONGEST:
                    for end, rest in _matches(chart, steps, step + 1, lexeme.end, start):
                        yield end, [(kind, lexeme), *rest]
    if place.optional:
        yield from _matches(chart, steps, step + 1, at, start)
