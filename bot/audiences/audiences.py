"""All audiences, and which of them hear of a posting."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.audiences.audience import Audience
from bot.domain.posting import Posting, Role
from bot.domain.schedule import Schedule
from bot.questions.matching import PostingWords, matches
from bot.questions.query import Query


@dataclass(eq=False, slots=True)
class Group:
    """Audiences that hear the same: of the same postings, at the same instants, in the same language. `members` are
    their names, in order.
    """

    schedule: Schedule
    filter: Query
    language: str
    members: list[str] = field(default_factory=list)

    def after(self, name: str) -> str | None:
        """The member that comes after this name; None after the last."""
        place = bisect_right(self.members, name)
        return self.members[place] if place < len(self.members) else None


@dataclass(frozen=True, slots=True)
class Move:
    """An audience that came (`before` is None), went (`after` is None), or hears otherwise now."""

    name: str
    before: Group | None
    after: Group | None


class Audiences(Protocol):
    """Whoever hears notices."""

    @property
    def schedules(self) -> Collection[Schedule]:
        """Those that some audience has."""

    def get(self, name: str) -> Audience | None:
        """The audience of that name."""

    def matching(self, posting: Posting) -> list[Group]:
        """The groups whose filters let a posting through."""

    def moved(self) -> list[Move]:
        """What has changed since this was asked last."""


@dataclass(eq=False, slots=True)
class _Filter:
    """A query that some groups share, and where it is looked up."""

    query: Query
    groups: dict[tuple[Schedule, str], Group] = field(default_factory=dict)


class KnownAudiences:
    """Audiences in memory. A posting finds its filters by what they ask for, not by trying each: a filter stands under
    the longest of its words, or else under its roles.
    """

    def __init__(self, audiences: Iterable[Audience] = ()) -> None:
        self._named: dict[str, tuple[Audience, Group]] = {}
        self._filters: dict[Query, _Filter] = {}
        self._by_term: dict[str, dict[_Filter, None]] = defaultdict(dict)
        self._by_role: dict[Role, dict[_Filter, None]] = defaultdict(dict)
        self._by_neither: dict[_Filter, None] = {}
        self._schedules: dict[Schedule, int] = {}
        self._moved: list[Move] = []
        self.change(audiences)
        self._moved.clear()

    def __len__(self) -> int:
        return len(self._named)

    def __iter__(self) -> Iterator[Audience]:
        return (audience for audience, _ in self._named.values())

    @property
    def schedules(self) -> Collection[Schedule]:
        return self._schedules.keys()

    def get(self, name: str) -> Audience | None:
        known = self._named.get(name)
        return known[0] if known else None

    def change(self, changed: Iterable[Audience], removed: Iterable[str] = ()) -> None:
        """Takes in audiences that are new or changed, and names of those that are gone."""
        for name in removed:
            if name in self._named:
                self._moved.append(Move(name, self._leave(name), None))
        for audience in sorted(changed, key=lambda audience: audience.name):
            known = self._named.get(audience.name)
            if known and _hears(known[0]) == _hears(audience):
                self._named[audience.name] = audience, known[1]
                continue
            before = self._leave(audience.name) if known else None
            self._moved.append(Move(audience.name, before, self._join(audience)))

    def moved(self) -> list[Move]:
        moved, self._moved = self._moved, []
        return moved

    def matching(self, posting: Posting) -> list[Group]:
        words = PostingWords(posting)
        candidates = dict(self._by_neither)
        for role in posting.roles:
            candidates |= self._by_role.get(role, {})
        for term in words.among(self._by_term.keys()):
            candidates |= self._by_term[term]
        heard = (candidate for candidate in candidates if matches(candidate.query, posting, words))
        return [group for known in heard for group in known.groups.values()]

    def _join(self, audience: Audience) -> Group:
        known = self._filters.get(audience.filter)
        if known is None:
            known = self._filters[audience.filter] = _Filter(audience.filter)
            for place in self._places(audience.filter):
                place[known] = None
        key = audience.schedule, audience.language
        group = known.groups.get(key)
        if group is None:
            group = known.groups[key] = Group(audience.schedule, audience.filter, audience.language)
            self._schedules[audience.schedule] = self._schedules.get(audience.schedule, 0) + 1
        insort(group.members, audience.name)
        self._named[audience.name] = audience, group
        return group

    def _leave(self, name: str) -> Group:
        audience, group = self._named.pop(name)
        del group.members[bisect_right(group.members, name) - 1]
        if not group.members:
            known = self._filters[audience.filter]
            del known.groups[audience.schedule, audience.language]
            self._schedules[audience.schedule] -= 1
            if not self._schedules[audience.schedule]:
                del self._schedules[audience.schedule]
            if not known.groups:
                del self._filters[audience.filter]
                for place in self._places(audience.filter):
                    place.pop(known, None)
        return group

    def _places(self, query: Query) -> list[dict[_Filter, None]]:
        """Where a filter is looked up: under something that a posting has if it matches."""
        if query.terms:
            return [self._by_term[max(query.terms, key=len)]]
        asked = [[max(terms, key=len) for terms in alternatives if terms] for alternatives in query.either]
        for alternatives, terms in zip(query.either, asked, strict=True):
            if len(terms) == len(alternatives):
                return [self._by_term[term] for term in dict.fromkeys(terms)]
        if query.roles:
            return [self._by_role[role] for role in query.roles]
        return [self._by_neither]


def _hears(audience: Audience) -> tuple[Schedule, Query, str, datetime | None]:
    """All that what it hears depends on."""
    return audience.schedule, audience.filter, audience.language, audience.since
