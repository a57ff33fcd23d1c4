"""What can be chosen on the board: the roles, places and tags of what is open, and what is found under each. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from bot.domain.edition import Edition
from bot.domain.posting import Role
from bot.questions.places import Location, folded, places

_MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: what open postings have, of places and tags the most frequent; and what is found there."""

    roles: Sequence[Role]
    places: Sequence[str]
    tags: Sequence[str]
    by_place: Mapping[str, Sequence[Edition]]
    """By all names of the places, folded."""
    by_tag: Mapping[str, Sequence[Edition]]


def choices_of(still_open: Sequence[Edition]) -> Choices:
    """What these have, and in their order what has it."""
    by_place: dict[str, list[Edition]] = defaultdict(list)
    by_tag: dict[str, list[Edition]] = defaultdict(list)
    called: dict[str, dict[str, Location]] = defaultdict(dict)  # by town, the places that are called so
    for edition in still_open:
        where = places(edition.posting.location)
        for name in set[str]().union(
            *(place.names for place in where), {folded(edition.posting.location or "")} - {""}
        ):
            by_place[name].append(edition)
        for place in where:
            called[folded(place.town)].setdefault(folded(place.text), place)
        for tag in dict.fromkeys(edition.posting.tags):
            by_tag[tag].append(edition)
    roles = set[Role]().union(*{edition.posting.roles for edition in still_open})
    places_named = [name for town, some in called.items() for name in _told_apart(town, some)]
    names = _most_frequent(places_named, 100, lambda name: len(by_place[folded(name)]))
    tags = _most_frequent(by_tag, 60, lambda tag: len(by_tag[tag]))
    return Choices([role for role in Role if role in roles], names, tags, dict(by_place), dict(by_tag))


def _told_apart(town: str, some: Mapping[str, Location]) -> Iterable[str]:
    """How places of one town's name are called: by that, or each in full when they are not the same."""
    longer = [place for name, place in some.items() if name != town]
    where = {(place.country, place.region) if place.country else place.text for place in longer}
    return [place.text for place in longer] if len(where) > 1 else [next(iter(some.values())).town]


def _most_frequent(names: Iterable[str], longest: int, count: Callable[[str], int]) -> list[str]:
    short = [name for name in names if len(name) <= longest]
    return sorted(nlargest(_MOST_CHOICES, short, key=count), key=str.casefold)
