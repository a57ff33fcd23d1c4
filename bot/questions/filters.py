"""A channel's filter: a query of which no part may be passed over without a word.

Whoever follows a channel does not see what it leaves out. So what is not understood, or would let everything through,
is a problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from bot.domain.posting import Role
from bot.language import SOURCE
from bot.questions import facts
from bot.questions.cutting import without
from bot.questions.facts import Fact
from bot.questions.gathering import Gathered
from bot.questions.grammar import read_strictly
from bot.questions.query import Exclusion, Query, Scope, homographs, words
from bot.questions.question import is_quoted, share_asked
from bot.questions.small_words import small_words
from bot.questions.spans import spans

_LETS_ALL_THROUGH = "would let everything through, for it is only small words"


@dataclass(frozen=True, slots=True)
class Filter:
    """A channel's filter: the query that it means; its `problems`, for which it cannot be used; and notes on what is
    rarely meant.
    """

    query: Query
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read_filter(text: str) -> Filter:
    """The filter that a text is. It is kept, for many audiences have the same one."""
    rest = text
    share = share_asked(rest)
    if share is not None:
        rest = without(rest, share.start, share.end)
    stated = facts.read_facts(rest, SOURCE)
    if Fact.FILLED in stated.facts:  # said of what is closed: read as the words that it is
        stated = facts.StatedFacts(frozenset(), None, rest)
    reading = read_strictly(stated.rest)
    query = replace(
        reading.query(None), share=share.share if share is not None else None, facts=stated.facts, only=stated.only
    )
    if query.share or query.facts or query.only:  # the small words around those say nothing more
        reading.parts = []
    problems = tuple(_days(text)) or tuple(_problems(reading, query, text))
    return Filter(query, problems, tuple(_notes(reading)))


# Two days of other months, weekdays and years: what is the same on both is not relative to today.
_SOME_DAYS = (datetime(2027, 2, 3, tzinfo=UTC), datetime(2028, 9, 15, tzinfo=UTC))


def _days(text: str) -> Iterator[str]:
    """Days in a filter. A lone name such as May or Sun is a word to look for, and so are days that are the same
    whenever they are read (`WS 26/27` may be in the name of a call), unless it is said of what they are.
    """
    first, second = (spans(text, SOURCE, day) for day in _SOME_DAYS)
    for span in first:
        written = text[span.start : span.end]
        if span.days is None or is_quoted(text, span):
            continue
        is_told = span.about is not None or bool(span.words) or None in {span.days.first, span.days.last}
        if is_told or (span not in second and not written.strip().isalpha()):
            named = " ".join(written.split())
            yield (
                f'"{named}": a channel hears of a position when it opens, and days are no filter; delete it, or put it '
                "in quotes if it is words to look for"
            )


def _problems(reading: Gathered, query: Query, text: str) -> Iterator[str]:
    scopes = small_words().scopes
    for sign in reading.lone:
        yield f'"{sign}" stands by itself; write it next to the word that is to be left out (-phd), or delete it'
    for word in reading.dangling:
        if word[0].isalpha():
            yield f'nothing that could be left out follows "{word}"; write what it is to be, such as {word} phd'
        else:
            yield f'"{word}" leaves nothing out, for it is only small words{_in_capitals(word)}; or delete it'
    for word in dict.fromkeys(reading.scope_words):
        why = "a channel hears of all that opens" if scopes[word] is Scope.ALL else "a channel hears of what is open"
        if query.is_all or scopes[word] is Scope.CLOSED:
            yield f'"{word}" filters nothing, for {why}; delete it'
    small = [phrase for phrase, means in reading.parts if phrase and not means]
    if query.is_all and not (reading.scope_words or reading.dangling or reading.lone):
        joined = " ".join(word for part in small for word in part) or text.strip()
        yield f'"{joined}" {_LETS_ALL_THROUGH}{_in_capitals(joined)}; or delete the line'
        return
    for part in small if len(reading.parts) > 1 else ():
        joined = " ".join(part)
        if not set(part) <= set(scopes):
            yield f'the part "{joined}" {_LETS_ALL_THROUGH}{_in_capitals(joined)}; or delete it'
    for word in dict.fromkeys(reading.passed_over):
        if not any(word in part for part in small):
            yield f'"{word}" is passed over as a small word{_in_capitals(word)}; or delete it'
    if (query.roles and query.roles <= _excluded_roles(query)) or any(
        Exclusion(terms=(term,)) in query.without for term in query.terms
    ):
        yield "wants and leaves out the same; nothing could ever match"


def _excluded_roles(query: Query) -> frozenset[Role]:
    return frozenset(role for part in query.without if not part.terms for role in part.roles)


def _in_capitals(text: str) -> str:
    names = [word for word in words(text) if word in homographs()]
    return f"; write {' '.join(names).upper()} in capitals if that is what it is to find" if names else ""


def _notes(reading: Gathered) -> Iterator[str]:
    for before, word, following in reading.narrowed:
        yield f'"{word}" widens between roles alone: "{before}" and "{following}" both have to be there'
    for negation, word, following in reading.for_one_alone:
        yield (
            f'"{negation}" is for "{word}" alone, and "{following}" has to be there; '
            f'if they belong together, write -"{word} {following}"'
        )
