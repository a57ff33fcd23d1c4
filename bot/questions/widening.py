"""A lab's own other names of things, from its config: who asks for one of them finds what has another.

A query is widened by them, not a posting: so a channel's filter knows them as chat does, and what it hears depends on
the config alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.questions.grammar import read_strictly
from bot.questions.query import Exclusion, Query, spelt_without_e, words
from bot.questions.regions import is_within_another, region_names

Phrase = tuple[str, ...]
Synonyms = tuple[tuple[Phrase, ...], ...]
"""Groups of names that mean the same, each as its folded words."""


def alike(name: Phrase) -> Phrase:
    """A name as it is compared with others: an umlaut may be spelt out in it."""
    return tuple(map(spelt_without_e, name))


def phrase(name: str) -> Phrase | None:
    """The folded words of a name; None where the grammar reads it as something else than words to look for."""
    terms = tuple(words(name))
    reading = read_strictly(name)
    is_plain = not (reading.roles or reading.without or reading.scope_words or reading.lone or reading.dangling)
    return terms if terms and is_plain and tuple(dict.fromkeys(terms)) == tuple(reading.terms) else None


def widened(query: Query, synonyms: Synonyms, is_found: Callable[[str], bool] = lambda _: True) -> Query:
    """The query, in which each name stands for its other names as well, also where it leaves something out: the lab's
    own `synonyms`, and names of regions (with the code that postings there are found by). Other names are only added
    where `is_found` is true of each of their words.
    """
    synonyms = (*synonyms, *region_names())
    terms: list[str] = []
    either: list[tuple[Phrase, ...]] = []
    for own_name, others in _named(query.terms, synonyms):
        if names := [other for other in others if all(map(is_found, other))]:
            either.append(tuple(name for name in (own_name, *names) if not is_within_another(alike(name))))
        else:
            terms += own_name
    for units in query.either:
        added = [other for unit in units for _, others in _named(unit, synonyms, whole=True) for other in others]
        either.append((*units, *(name for name in added if name not in units and all(map(is_found, name)))))
    without = [
        *query.without,
        *(
            Exclusion(part.roles, other)
            for part in query.without
            for _, others in _named(part.terms, synonyms, whole=True)
            for other in others
            if all(map(is_found, other))
        ),
    ]
    wishes = tuple(widened(wish, synonyms, is_found) for wish in query.wishes)
    return replace(query, terms=tuple(terms), either=tuple(either), without=tuple(without), wishes=wishes)


def _named(terms: Phrase, synonyms: Synonyms, *, whole: bool = False) -> Iterator[tuple[Phrase, Sequence[Phrase]]]:
    """The terms in order, those together that are a name, with its other names. `whole`: all of them, or none."""
    folded, names = alike(terms), _by_first_word(synonyms)
    at = 0
    while at < len(terms):
        length, others = 1, tuple[Phrase, ...]()
        for name, other_names in names.get(folded[at], ()):  # the longer ones first
            if folded[at : at + len(name)] == name and (not whole or len(name) == len(terms)):
                length, others = len(name), other_names
                break
        yield terms[at : at + length], others
        at += length


@lru_cache(maxsize=8)
def _by_first_word(synonyms: Synonyms) -> Mapping[str, Sequence[tuple[Phrase, tuple[Phrase, ...]]]]:
    names: dict[str, list[tuple[Phrase, tuple[Phrase, ...]]]] = defaultdict(list)
    for group in synonyms:
        for name in group:
            names[alike(name)[0]].append((alike(name), tuple(other for other in group if other != name)))
    return {first: sorted(named_pairs, key=lambda named: -len(named[0])) for first, named_pairs in names.items()}
