"""The postings as chat looks them up: by word and role, soonest deadline first.

What is open is kept in order, and moved when an instant passes or a file changes; so a question costs what it finds,
and a change what it changes, not what the registry holds. Figures for 10,000 postings are in the benchmarks.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import combinations

from bot.domain.likeness import most_alike
from bot.domain.posting import DeadlineKind, Posting, Role
from bot.domain.zones import at_local, in_utc
from bot.questions.days import asks_for
from bot.questions.facets import Facets
from bot.questions.grammar import parse
from bot.questions.matching import is_of_share
from bot.questions.occurrences import Occurrences
from bot.questions.posting_facts import has_facts
from bot.questions.posting_words import is_found_alike, posting_words, words_of_people
from bot.questions.query import (
    EVERYTHING,
    Exclusion,
    Query,
    Scope,
    leaves_out,
    means,
    names,
    words,
)
from bot.questions.question import Question, read_question, understood
from bot.questions.shares import Share
from bot.questions.slots import SlotTable
from bot.questions.small_words import says_little
from bot.questions.synonyms import also_called
from bot.questions.vocabulary import WordIndex
from bot.questions.widening import Synonyms, widened
from bot.questions.wishes import with_wishes

_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_FORGIVEN = 3  # so many words of one question are compared with every word there is, for that takes long

_ONE_OF_A_KIND = frozenset(("places", "groups", "organizations", "workplaces", "people", "projects"))
"""Facets of which a posting mostly has one name."""

_Place = tuple[bool, datetime, str, int, Posting]
"""Whether it has no deadline ahead, the deadline (UTC), the id, the slot: what postings are ordered by."""

_Opening = tuple[datetime, int]
"""When (UTC) a posting opens, and its slot."""


class Index:
    """The postings, found by id, word and role, and kept in order of their deadlines. It is quick as long as `now`
    (aware) goes forward from one question to the next, and right in any case.
    """

    def __init__(self, postings: Iterable[Posting] = (), synonyms: Synonyms = ()) -> None:
        self._synonyms = synonyms
        self._slots: list[Posting | None] = []
        self._slot_of: dict[str, int] = {}
        self._free: list[int] = []
        self._aliases: dict[str, str] = {}
        self._vocabulary = WordIndex()
        self._names: Occurrences[tuple[str, ...]] = Occurrences()
        self._people: Occurrences[str] = Occurrences()
        self.facets = Facets()
        self._roles: SlotTable[Role] = SlotTable()
        self._shares: SlotTable[float] = SlotTable()
        self._now: datetime | None = None
        self._open: list[_Place] = []
        self._past: list[_Place] = []
        self._place_of: list[_Place | None] = []  # by slot
        self._openings: list[_Opening] = []
        self.change(postings)

    def __len__(self) -> int:
        return len(self._slot_of)

    def __iter__(self) -> Iterator[Posting]:
        return (posting for posting in self._slots if posting is not None)

    def get(self, name: str) -> Posting | None:
        """The posting of that id, or of that former id."""
        slot = self._slot_of.get(name)
        if slot is None:
            slot = self._slot_of.get(self._aliases.get(name, ""))
        return None if slot is None else self._slots[slot]

    def change(self, changed: Iterable[Posting], removed: Iterable[str] = ()) -> None:
        """Takes in postings that are new or read anew, and ids that are gone."""
        for name in removed:
            self._remove(name)
        for posting in changed:
            slot = self._slot_of.get(posting.id)
            before = None if slot is None else self._slots[slot]
            if slot is not None and before is not None and is_found_alike(before, posting):
                self._slots[slot] = posting
                self._take(slot)
                if self._now is not None:
                    self._put(slot, posting, self._now)
                continue
            self._remove(posting.id)
            self._add(posting)

    def parse(self, text: str) -> Query:
        """The query that a text is, read with the registry's own words: a word that some posting has is no misspelt
        role, and a name of a place, a group or a tag is no small word.
        """
        query = self._parse(text)
        return replace(query, terms=tuple(dict.fromkeys(words(text)))) if query.is_all and says_little(text) else query

    def _parse(self, text: str) -> Query:
        return with_wishes(text, self._parse_one, self._vocabulary.has, self._is_place) or self._parse_one(text)

    def _is_place(self, word: str) -> bool:
        """Whether it is the name of where some posting is, by any of its names."""
        names = (word, *also_called((word,)))
        return any(named.facet in _ONE_OF_A_KIND for name in names for named in self.facets.of((name,)))

    def _parse_one(self, text: str) -> Query:
        known, named, people = self._vocabulary, self._names, self._people
        return self._with_either(parse(text, known.__contains__, named.__contains__, is_person=people.__contains__))

    def _with_either(self, query: Query) -> Query:
        """A query in which names are alternatives that no posting has together: `in Rostock, Lyon and Turin`."""
        units = [named for named in self.facets.of(query.terms) if named.facet in _ONE_OF_A_KIND]
        for facet in dict.fromkeys(named.facet for named in units):
            alternatives = [named.terms for named in units if named.facet == facet]
            groups = [group for group in query.either if any(self._is_of(unit, facet) for unit in group)]
            joined = tuple(dict.fromkeys([*alternatives, *(unit for group in groups for unit in group)]))
            if len(alternatives) + len(groups) < 2 or self._are_together(joined):
                continue
            alternative_terms = {term for unit in alternatives for term in unit}
            terms = tuple(term for term in query.terms if term not in alternative_terms)
            query = replace(
                query, terms=terms, either=(*(group for group in query.either if group not in groups), joined)
            )
        return query

    def _is_of(self, unit: tuple[str, ...], facet: str | None) -> bool:
        return any(named.facet == facet for named in self.facets.of(unit))

    def _are_together(self, units: Iterable[Sequence[str]]) -> bool:
        """Whether a posting has two of these."""
        wanted = (self._matching(self._widened(Query(terms=tuple(unit)))) or set() for unit in units)
        return any(slots & other for slots, other in combinations(list(wanted), 2))

    def understand(self, text: str, language: str, now: datetime) -> Question:
        """A question's query, days included, whatever else is asked (how many, until when). `now`: in the reader's
        zone.
        """
        return understood(text, language, now, self._parser(text), self._names.__contains__)

    def read_question(self, text: str, language: str, now: datetime) -> Question:
        """A question with its query, its days and its intent (a list, how many, until when …). `now`: in the reader's
        zone.
        """
        return read_question(text, language, now, self._parser(text), self._names.__contains__)

    def _parser(self, text: str) -> Callable[[str], Query]:
        """What reads the parts of a text: where all of it is words that are passed over, they are looked for."""
        return self.parse if says_little(text) else self._parse

    def find(self, query: Query, now: datetime, where: tzinfo = UTC) -> list[Posting]:
        """The postings that match, in the order of a list: open ones by deadline, those without one last; then past
        ones, the latest first. The query's days begin and end in the zone `where`.
        """
        self._go_on(now)
        allowed = self._matching(self._widened(query))
        places: list[_Place] = []
        if query.scope is not Scope.CLOSED:
            places += _allowed(self._open, allowed)
        if query.scope is not Scope.OPEN:
            places += reversed(_allowed(self._past, allowed))
        if query.facts or query.only:
            places = [place for place in places if has_facts(query, place[4])]
        if query.has_days:
            fits = asks_for(query, where)
            places = [place for place in places if fits(place[4], place[1])]
        return [place[4] for place in places]  # quicker than to unpack it

    def unknown(self, query: Query) -> list[str]:
        """The words of a query that stand in no posting, not even with a slip."""
        terms_asked = [*query.terms, *(term for units in query.either for unit in units for term in unit)]
        terms_asked += [term for part in query.without for term in part.terms]
        terms_asked += [term for wish in query.wishes for term in wish.terms]
        unfound = [term for term in dict.fromkeys(terms_asked) if not self._words_for(term, [])]
        if not unfound:
            return []
        others = self._widened(replace(EVERYTHING, terms=tuple(terms_asked))).either
        named = {term for names in others for term in names[0]}
        return [term for term in unfound if term not in named]

    def widened(self, query: Query) -> Query:
        """The query with the lab's other names of what it looks for, whether a posting has them or not."""
        return widened(query, self._synonyms)

    def _widened(self, query: Query) -> Query:
        """The query with those other names that some posting has: of the rest, no slips are looked for."""
        return widened(query, self._synonyms, self._vocabulary.has)

    def due_within(self, days: int, now: datetime, today_in: datetime) -> list[Posting]:
        """The open postings whose deadline lies no more than `days` calendar days ahead, in `today_in`'s zone."""
        self._go_on(now)
        end = at_local(today_in.date() + timedelta(days=days + 1), time(), today_in.tzinfo or UTC)
        soon = self._open[: bisect_left(self._open, (False, end, ""))]
        return [place[4] for place in soon]

    def count_open(self, now: datetime) -> int:
        """How many are open."""
        self._go_on(now)
        return len(self._open)

    def near(self, name: str, now: datetime) -> list[str]:
        """Up to three ids that may be meant by `name`, of postings that answers may show."""
        begin_so = [uid for uid in self._slot_of if uid.startswith(name)]
        alike = most_alike(name, list(self._slot_of), 0.6, limit=3)
        postings = map(self.get, dict.fromkeys([*sorted(begin_so), *alike]))
        return [posting.id for posting in postings if posting is not None and posting.is_listed(now)][:3]

    # --- Keeping it

    def _add(self, posting: Posting) -> None:
        if self._free:
            slot = self._free.pop()
            self._slots[slot] = posting
        else:
            slot = len(self._slots)
            self._slots.append(posting)
            self._place_of.append(None)
        self._slot_of[posting.id] = slot
        self._aliases.update(dict.fromkeys(posting.aliases, posting.id))
        self._vocabulary.add(posting_words(posting), slot)
        self._names.add(names(posting))
        self._people.add(words_of_people(posting))
        self.facets.add(posting)
        for role in posting.roles:
            self._roles.add(role, slot)
        if posting.fte is not None:
            self._shares.add(posting.fte, slot)
        if self._now is not None:
            self._put(slot, posting, self._now)

    def _remove(self, name: str) -> None:
        slot = self._slot_of.pop(name, None)
        posting = None if slot is None else self._slots[slot]
        if slot is None or posting is None:
            return
        self._take(slot)
        self._slots[slot] = None
        self._free.append(slot)
        self._vocabulary.remove(posting_words(posting), slot)
        self.facets.remove(posting)
        self._people.remove(words_of_people(posting))
        self._names.remove(names(posting))
        for role in posting.roles:
            self._roles.remove(role, slot)
        if posting.fte is not None:
            self._shares.remove(posting.fte, slot)
        for alias in posting.aliases:
            if self._aliases.get(alias) == name:
                del self._aliases[alias]

    def _go_on(self, now: datetime) -> None:
        """Moves what has opened or closed between the last question and this one."""
        if self._now is None or now < self._now:  # the first question, or one about the past
            self._open, self._past, self._openings = [], [], []
            self._place_of = [None] * len(self._slots)
            # In order, so that each takes its place at the end.
            for listed in sorted(self, key=lambda posting: (_deadline(posting), posting.id)):
                self._put(self._slot_of[listed.id], listed, now)
        self._now = now
        while self._openings and self._openings[0][0] <= now:
            _, slot = heapq.heappop(self._openings)
            self._place_anew(slot, now)
        while self._open and _has_closed(self._open[0], now):  # the nearest deadline is the first
            self._place_anew(self._open[0][3], now)

    def _place_anew(self, slot: int, now: datetime) -> None:
        posting = self._slots[slot]
        if posting is not None:  # an opening of a former posting in that slot does no harm
            self._take(slot)
            self._put(slot, posting, now)

    def _put(self, slot: int, posting: Posting, now: datetime) -> None:
        deadline = _deadline(posting)
        if posting.opens_at and posting.opens_at > now:
            heapq.heappush(self._openings, (posting.opens_at, slot))
        if posting.is_open(now):
            # A review that has begun is no deadline ahead.
            order, place = self._open, (not now <= deadline < _NEVER, deadline, posting.id, slot, posting)
        elif posting.is_listed(now):
            order, place = self._past, (False, deadline, posting.id, slot, posting)
        else:
            return
        insort(order, place)
        self._place_of[slot] = place

    def _take(self, slot: int) -> None:
        place = self._place_of[slot]
        if place is not None:
            self._place_of[slot] = None
            at = bisect_left(self._open, place)
            if at < len(self._open) and self._open[at] is place:
                del self._open[at]
            else:
                del self._past[bisect_left(self._past, place)]

    def _matching(self, query: Query) -> set[int] | None:
        """The slots that a query allows; None for all. Looks no further when nothing is left."""
        allowed: set[int] | None = None
        forgiven: list[str] = []
        if query.roles:
            allowed = self._roles.slots(query.roles)
        for term in query.terms:
            if allowed is not None and not allowed:
                break
            slots = self._vocabulary.slots([word for word in self._words_for(term, forgiven) if means(term, word)])
            allowed = slots if allowed is None else allowed & slots
        for units in query.either:
            slots = set().union(*(self._with_all(unit, forgiven) for unit in units))
            allowed = slots if allowed is None else allowed & slots
        if query.wishes and (allowed is None or allowed):
            slots = set().union(*(self._wished(wish) for wish in query.wishes))
            allowed = slots if allowed is None else allowed & slots
        if query.share and (allowed is None or allowed):
            slots = self._of_share(query.share, forgiven)
            allowed = slots if allowed is None else allowed & slots
        for part in query.without:
            if allowed is None:
                allowed = set(self._slot_of.values())
            if not allowed:
                break
            allowed = allowed - self._left_out(part, forgiven)
        return allowed

    def _wished(self, wish: Query) -> set[int]:
        """The slots of one of several wishes."""
        slots = self._matching(wish)
        return set(self._slot_of.values()) if slots is None else slots

    def _with_all(self, terms: Iterable[str], forgiven: list[str]) -> set[int]:
        """The slots that hold all of these."""
        fitting = ([word for word in self._words_for(term, forgiven) if means(term, word)] for term in terms)
        return set.intersection(*map(self._vocabulary.slots, fitting))

    def _of_share(self, share: Share, forgiven: list[str]) -> set[int]:
        """The slots of such a share of full time; of those that tell none, those that have it in their words."""
        fitting = self._shares.slots(fte for fte in self._shares if is_of_share(share, fte))
        in_words = set[int]().union(*(self._with_all(name, forgiven) for name in share.words))
        return fitting | (in_words - self._shares.slots(self._shares) if in_words else in_words)

    def _left_out(self, part: Exclusion, forgiven: list[str]) -> set[int]:
        slots: set[int] | None = None
        if part.roles:
            slots = self._roles.slots(part.roles)
        for term in part.terms:
            fitting = self._vocabulary.slots(
                [word for word in self._words_for(term, forgiven) if leaves_out(term, word)]
            )
            slots = fitting if slots is None else slots & fitting
        return slots or set()

    def _words_for(self, term: str, forgiven: list[str]) -> list[str]:
        """The words that a term finds; where there is none, those for which it may have been meant."""
        matching = self._vocabulary.matching(term)
        if not matching and len(forgiven) < _MOST_FORGIVEN:
            forgiven.append(term)
            matching = self._vocabulary.meant(term) or self._vocabulary.of_stem(term)
        return matching


def _allowed(places: list[_Place], slots: set[int] | None) -> list[_Place]:
    return places if slots is None else [place for place in places if place[3] in slots]


def _has_closed(place: _Place, now: datetime) -> bool:
    has_none_ahead, deadline, *_ = place
    return not has_none_ahead and deadline < now


def _deadline(posting: Posting) -> datetime:
    if posting.closes_at:
        return posting.closes_at
    dated = posting.deadline and posting.deadline_kind is not DeadlineKind.ROLLING
    return in_utc(posting.deadline.at) if posting.deadline and dated else _NEVER
