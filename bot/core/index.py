"""The postings as chat looks them up: by word and role, soonest deadline first.

A changed posting costs what it holds, not what the registry holds. Figures for 10,000 postings are in the
benchmarks.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.core.posting import DeadlineKind, Posting
from bot.core.query import EVERYTHING, Query, Scope, parse, search_words, similar, word_matches

_NEVER = datetime.max.replace(tzinfo=UTC)


class Index:
    """Postings by id, by word and in order of their deadlines."""

    def __init__(self, postings: Iterable[Posting] = ()) -> None:
        self._slots: list[Posting | None] = []
        self._slot_of: dict[str, int] = {}
        self._free: list[int] = []
        self._words: dict[str, array[int]] = {}
        self._order: list[tuple[datetime, str, int]] = []
        self._aliases: dict[str, str] = {}
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
            self._remove(posting.id)
            self._add(posting)

    def _add(self, posting: Posting) -> None:
        if self._free:
            slot = self._free.pop()
            self._slots[slot] = posting
        else:
            slot = len(self._slots)
            self._slots.append(posting)
        self._slot_of[posting.id] = slot
        insort(self._order, (_rank(posting), posting.id, slot))
        for word in search_words(posting):
            insort(self._words.setdefault(word, array("I")), slot)
        self._aliases.update(dict.fromkeys(posting.aliases, posting.id))

    def _remove(self, name: str) -> None:
        slot = self._slot_of.pop(name, None)
        posting = None if slot is None else self._slots[slot]
        if slot is None or posting is None:
            return
        self._slots[slot] = None
        self._free.append(slot)
        del self._order[bisect_left(self._order, (_rank(posting), name, slot))]
        for word in search_words(posting):
            slots = self._words[word]
            del slots[bisect_left(slots, slot)]
            if not slots:
                del self._words[word]
        for alias in posting.aliases:
            if self._aliases.get(alias) == name:
                del self._aliases[alias]

    def parse(self, text: str) -> Query:
        """Reads a query, with the registry's words at hand to tell a role misspelt from a word meant."""
        return parse(text, self._words.__contains__)

    def find(self, query: Query, now: datetime) -> list[Posting]:
        """The postings that match, open ones first and soonest deadline first, rolling last; past ones latest first."""
        slots = self._holding(query.terms)
        still_open: list[Posting] = []
        undated: list[Posting] = []
        past: list[Posting] = []
        for rank, _, slot in self._order:
            posting = self._slots[slot]
            if posting is None or (slots is not None and slot not in slots):
                continue
            if query.roles and query.roles.isdisjoint(posting.roles):
                continue
            if posting.is_open(now):
                if query.scope is not Scope.CLOSED:
                    # A review that has begun is no deadline any more.
                    (still_open if now <= rank < _NEVER else undated).append(posting)
            elif query.scope is not Scope.OPEN and posting.is_listed(now):
                past.append(posting)
        return still_open + undated + past[::-1]

    def due_within(self, days: int, now: datetime, today_in: datetime) -> list[Posting]:
        """The open postings whose deadline lies no more than `days` calendar days ahead, in `today_in`'s zone."""
        last = today_in.date() + timedelta(days=days)
        where = today_in.tzinfo
        return [
            posting
            for posting in self.find(EVERYTHING, now)
            if now <= (rank := _rank(posting)) < _NEVER and rank.astimezone(where).date() <= last
        ]

    def _holding(self, terms: Iterable[str]) -> set[int] | None:
        """The slots of the postings that hold every term; None when no term is asked for."""
        found: set[int] | None = None
        for term in terms:
            slots: set[int] = set()
            for word in self._meant(term):
                slots.update(self._words[word])
            found = slots if found is None else found & slots
        return found

    def _meant(self, term: str) -> list[str]:
        """The words that a term finds; where there is none, those it may have been meant for."""
        found = [word for word in self._words if word_matches(term, word)]
        return found or list(similar(term, self._words))


def _rank(posting: Posting) -> datetime:
    dated = posting.deadline and posting.deadline_kind is not DeadlineKind.ROLLING
    return posting.deadline.at.astimezone(UTC) if posting.deadline and dated else _NEVER
