"""All audiences, and which of them hear of a posting."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Protocol

from bot.audiences.audience import Audience, Subscription, lets_through
from bot.domain.posting import Posting, Role
from bot.domain.schedule import Schedule
from bot.questions.matching import PostingWords, matches
from bot.questions.query import Query


@dataclass(eq=False, slots=True)
class Group:
    """Audiences that hear the same: of the same postings, at the same instants, in the same language; persons apart
    from channels. `members` are their names, in order; an audience is in one group for each of its subscriptions.
    `posting`: the one that it is about, where it is about one alone.
    """

    schedule: Schedule
    filter: Query
    language: str
    is_of_persons: bool = False
    posting: str | None = None
    members: list[str] = field(default_factory=list)

    def lets_through(self, posting: Posting) -> bool:
        """Whether its members hear of a posting."""
        return lets_through(self.filter, self.posting, posting)

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
        """The schedules that some audience has."""

    def get(self, name: str) -> Audience | None:
        """The audience of that name."""

    def matching(self, posting: Posting) -> list[Group]:
        """The groups whose filters let a posting through."""

    def moved(self) -> list[Move]:
        """The audiences that came, went or changed since this was last called."""


_Key = tuple[Schedule, str, bool]
"""Schedule, language, and whether it is of persons: of those who share a filter, those with one key are a group."""


@dataclass(eq=False, slots=True)
class _Filter:
    """A query that some groups share, and where it is looked up."""

    query: Query
    groups: dict[_Key, Group] = field(default_factory=dict)


class KnownAudiences:
    """Audiences in memory. A posting finds its filters by what they ask for, not by trying each: a filter stands under
    the longest of its words, or else under its roles.
    """

    def __init__(self, audiences: Iterable[Audience] = ()) -> None:
        self._named: dict[str, tuple[Audience, tuple[Group, ...]]] = {}
        self._filters: dict[Query, _Filter] = {}
        self._by_term: dict[str, dict[_Filter, None]] = defaultdict(dict)
        self._by_role: dict[Role, dict[_Filter, None]] = defaultdict(dict)
        self._by_neither: dict[_Filter, None] = {}
        self._by_posting: dict[str, dict[_Key, Group]] = {}
        self._schedules: dict[Schedule, int] = {}
        self._moved: list[Move] = []
        self.digested: dict[str, None] = {}
        """The names of those who have a digest."""
        self.changes = 0
        """How often something has changed; so whoever looks at all knows when to look again."""
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
        self.changes += 1
        for name in removed:
            if name in self._named:
                self._move(name, self._leave(name), ())
                self.digested.pop(name, None)
        for audience in sorted(changed, key=lambda audience: audience.name):
            if audience.schedule.digest:
                self.digested[audience.name] = None
            else:
                self.digested.pop(audience.name, None)
            known = self._named.get(audience.name)
            if known and _hears(known[0]) == _hears(audience):
                self._named[audience.name] = audience, known[1]
                continue
            before = self._leave(audience.name) if known else ()
            self._move(audience.name, before, self._join(audience))

    def _move(self, name: str, before: Iterable[Group], after: Iterable[Group]) -> None:
        self._moved += (Move(name, *pair) for pair in zip_longest(before, after))

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
        groups = [group for known in heard for group in known.groups.values()]
        for name in posting.names if self._by_posting else ():
            groups += self._by_posting.get(name, {}).values()
        return groups

    def _join(self, audience: Audience) -> tuple[Group, ...]:
        groups = tuple(self._group(audience, subscription) for subscription in audience.hears)
        for group in groups:
            if not group.members:
                self._schedules[group.schedule] = self._schedules.get(group.schedule, 0) + 1
            insort(group.members, audience.name)
        self._named[audience.name] = _shared(audience, groups), groups
        return groups

    def _group(self, audience: Audience, subscription: Subscription) -> Group:
        """The one of a subscription, which is made where there is none."""
        schedule, query, name = audience.schedule_of(subscription), subscription.filter, subscription.posting
        if name is not None:
            groups = self._by_posting.setdefault(name, {})
        else:
            known = self._filters.get(query)
            if known is None:
                known = self._filters[query] = _Filter(query)
                for place in self._places(query):
                    place[known] = None
            groups = known.groups
        key = schedule, audience.language, audience.is_person
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(schedule, query, audience.language, audience.is_person, name)
        return group

    def _leave(self, name: str) -> tuple[Group, ...]:
        _, groups = self._named.pop(name)
        for group in groups:
            del group.members[bisect_right(group.members, name) - 1]
            if not group.members:
                self._remove(group)
        return groups

    def _remove(self, group: Group) -> None:
        self._schedules[group.schedule] -= 1
        if not self._schedules[group.schedule]:
            del self._schedules[group.schedule]
        key = group.schedule, group.language, group.is_of_persons
        if group.posting is not None:
            del self._by_posting[group.posting][key]
            if not self._by_posting[group.posting]:
                del self._by_posting[group.posting]
            return
        known = self._filters[group.filter]
        del known.groups[key]
        if not known.groups:
            del self._filters[group.filter]
            for place in self._places(group.filter):
                place.pop(known, None)

    def _places(self, query: Query) -> list[dict[_Filter, None]]:
        """Where a filter is looked up: under something that a posting has if it matches."""
        if query.terms:
            return [self._by_term[max(query.terms, key=len)]]
        longest_terms = [[max(terms, key=len) for terms in alternatives if terms] for alternatives in query.either]
        for alternatives, terms in zip(query.either, longest_terms, strict=True):
            if len(terms) == len(alternatives):
                return [self._by_term[term] for term in dict.fromkeys(terms)]
        if query.roles:
            return [self._by_role[role] for role in query.roles]
        return [self._by_neither]


def _shared(audience: Audience, groups: Sequence[Group]) -> Audience:
    """The same audience with its group's own schedule and filter: of 100,000 that share them, they are kept once."""
    first = next((group for group in groups if group.posting is None), None)
    if first is None or audience.schedule is first.schedule:
        return audience
    query = first.filter if audience.subscriptions is None else audience.filter
    return replace(audience, schedule=first.schedule, filter=query)


def _hears(audience: Audience) -> tuple[object, ...]:
    """All that what it hears depends on."""
    return audience.schedule, audience.filter, audience.language, audience.since, audience.subscriptions
