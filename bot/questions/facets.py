"""The names that postings have for places, groups, tags and the like, found by their folded words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.domain.countries import country_named, names_of
from bot.domain.posting import Posting
from bot.questions.languages import translated
from bot.questions.places import places
from bot.questions.query import spelt_without_e, words
from bot.questions.regions import names_of_region, regions_of
from bot.questions.small_words import small_words
from bot.questions.synonyms import other_names

_GRADE = re.compile(r"[a-z]{1,2}[0-9]{1,2}[a-z]?")  # E13, W1, A13

FACETS = ("places", "groups", "organizations", "workplaces", "languages", "people", "projects", "tags", "pay")
"""A name that stands for several is taken for the first of them."""


class NamedWords(NamedTuple):
    """Words of a query that are a name: the `name` as a posting writes it, and its `facet` (places, groups …); or a
    single word that is no name, with `facet` None.
    """

    facet: str | None
    name: str
    terms: tuple[str, ...]


class Facets:
    """The names of all postings, counted, so that words of a query can be recognized as a place, a group, a tag or a
    person.
    """

    def __init__(self, postings: Iterable[Posting] = ()) -> None:
        self._names: dict[tuple[str, ...], Counter[tuple[str, str]]] = defaultdict(Counter)
        self._lengths: Counter[int] = Counter()
        for posting in postings:
            self.add(posting)

    def add(self, posting: Posting) -> None:
        """Takes in the names of a posting."""
        for phrase, pair in _called(posting):
            self._names[phrase][pair] += 1
            self._lengths[len(phrase)] += 1

    def remove(self, posting: Posting) -> None:
        """Forgets the names of a posting that was added."""
        for phrase, pair in _called(posting):
            self._lengths -= Counter([len(phrase)])
            self._names[phrase] -= Counter([pair])
            if not self._names[phrase]:
                del self._names[phrase]

    def of(self, terms: Sequence[str]) -> list[NamedWords]:
        """The names that are in a query's folded words, in their order. Of two that overlap, the longer one is taken; a
        word that is in no name comes alone, with `facet` None.
        """
        names: list[NamedWords] = []
        at, longest = 0, max(self._lengths, default=1)
        while at < len(terms):
            for length in range(min(longest, len(terms) - at), 0, -1):
                phrase = tuple(terms[at : at + length])
                if name := self._name(phrase) or self._name(tuple(map(spelt_without_e, phrase))):
                    names.append(NamedWords(*name, phrase))
                    break
            else:
                length = 1
                names.append(NamedWords(None, terms[at], (terms[at],)))
            at += length
        return names

    def _name(self, phrase: tuple[str, ...]) -> tuple[str, str] | None:
        """A name as most postings write it; None for what is none."""
        names = self._names.get(phrase)
        return min(names, key=lambda pair: (FACETS.index(pair[0]), -names[pair], pair)) if names else None


@lru_cache(maxsize=50_000)
def _folded(name: str) -> tuple[str, ...]:
    terms = words(name)
    return tuple(word for word in terms if word not in small_words().noise) or tuple(terms)


def _called(posting: Posting) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """What a posting names, by the folded words of each of its names: Vienna also by Wien, Germany by Deutschland."""
    for pair in _names(posting):
        phrase = _folded(pair[1])
        yield phrase, pair
        yield from ((other, pair) for other in other_names(phrase))
        yield from ((part, pair) for part in _parts(pair[0], phrase))
    yield from _countries_and_regions(posting.location)


@lru_cache(maxsize=2_000)  # postings share their places
def _countries_and_regions(location: str | None) -> tuple[tuple[tuple[str, ...], tuple[str, str]], ...]:
    called = []
    for place in places(location):
        own = place.text.rpartition(",")[2].strip()
        for name in names_of(place.country):
            is_own = country_named(own) == place.country and country_named(name) == place.country
            called.append((_folded(name), ("places", own if is_own else name)))
    for code in regions_of(location):
        called += ((_folded(name), ("places", name)) for name in names_of_region(code))
    return tuple(called)


def _parts(facet: str, phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What a name is called by in short: a person without titles, and by the last name; a pay scale by its grade."""
    if facet == "people":
        name = tuple(word for word in phrase if word not in small_words().titles)
        yield from {name, name[-1:]} - {phrase, ()}
    if facet == "pay":
        yield from {(word,) for word in phrase if _GRADE.fullmatch(word)} - {phrase}


def _names(posting: Posting) -> Iterator[tuple[str, str]]:
    """What a posting names, with the facet to which it belongs."""
    if posting.location:
        yield "places", posting.location
        yield from (("places", part.strip()) for part in posting.location.split(","))
    named = (("groups", posting.group), ("organizations", posting.organization), ("pay", posting.pay))
    yield from ((facet, name) for facet, name in named if name)
    if posting.workplace:
        yield "workplaces", str(posting.workplace)
    for language in posting.languages:
        name = language.partition("(")[0].strip()
        yield "languages", name
        yield from (("languages", other.capitalize()) for other in translated(name.casefold()))
    people = (*posting.supervisors, posting.contact.name if posting.contact else None)
    for person in filter(None, people):
        yield "people", person
    yield from (("projects", project) for project in posting.project)
    yield from (("tags", tag) for tag in posting.tags)
