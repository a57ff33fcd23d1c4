"""What an answer is made from, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.chat.facts import NO_FACTS, Facts
from bot.chat.links import KEY_SIGN, key_of
from bot.chat.request import SLASH_COMMANDS, Syntax
from bot.domain import snapshot
from bot.domain.message import Line, Message
from bot.domain.person import NOBODY, Rights
from bot.domain.posting import Posting
from bot.domain.zones import zone
from bot.questions.index import Index
from bot.questions.query import Query
from bot.questions.question import Question
from bot.wording.parts import Part, parts, text_of_query
from bot.wording.wording import Wording


class Effect:
    """Something to be done because of a request, as plain data: each is a frozen dataclass (see `bot.chat.effects`).
    Commands only say it; the app does it and tells what became of it.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request leads to: the `message`; `matches`, every posting that matched (on all pages, in order); and
    `effects`, what is to be done.
    """

    message: Message
    matches: Sequence[Posting] = ()
    question: Question | None = field(default=None, compare=False)
    """What was understood, where something was looked for."""
    effects: Sequence[Effect] = ()

    @property
    def postings(self) -> tuple[str, ...]:
        """The ids of what matched."""
        return tuple(posting.id for posting in self.matches)


def short_answer(text: str, *effects: Effect) -> Answer:
    """An answer of one line."""
    return Answer(Message((Line.of(text),)), effects=effects)


def beside(text: str) -> Answer:
    """An answer of one line that is a message of its own, also where a button was pressed whose message would be
    changed.
    """
    return Answer(Message((Line.of(text),), is_beside=True))


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer is made from: the postings, the instant, the lab's settings, the words, how commands are written
    on the platform, and who asks.
    """

    index: Index
    now: datetime
    timezone: str
    when_empty: str
    wording: Wording
    syntax: Syntax = SLASH_COMMANDS
    rights: Rights = NOBODY
    facts: Facts = NO_FACTS
    erased: frozenset[str] = frozenset()
    """The ids of postings of which answers name nobody any more."""
    read: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)
    """What was read for this answer: the same question more than once."""

    @property
    def here(self) -> datetime:
        """Now, by the reader's clock."""
        return self.now.astimezone(zone(self.timezone))

    def understood(self, text: str) -> Question:
        """A question's query, days included, read for the reader's language, zone and instant."""
        return self.index.understand(text, self.wording.language, self.here)

    def read_question(self, text: str) -> Question:
        """The same with its intent: a list, how many, how to apply …"""
        if text not in self.read:
            self.read[text] = self.index.read_question(text, self.wording.language, self.here)
        return self.read[text]

    def posting(self, name: str) -> Posting | None:
        """The posting of that id or former id, or of the key that a link has in place of a long id; None where there is
        none.
        """
        posting = self.index.get(name)
        if name.startswith(KEY_SIGN):
            by_key = (posting for posting in self.index if name[1:] in map(key_of, posting.names))
            posting = next(by_key, None)
        return posting and self._lasting(posting)

    def _lasting(self, posting: Posting) -> Posting:
        """What of a posting may be told: where its people were erased, what is published of it, too."""
        if self.erased.isdisjoint(posting.names):
            return posting
        return snapshot.lasting(posting, is_erased=True)

    def parts(self, query: Query) -> list[Part]:
        """A query as its parts."""
        return parts(query, self.index.facets, self.wording)

    def text_of_query(self, query: Query) -> str | None:
        """A question that would be read as this query; None where there is none that would."""
        return text_of_query(query, lambda text: self.read_question(text).query)

    def without_unknown(self, query: Query) -> Query | None:
        """The query without the words that no posting has; None where it has no such words, or nothing else."""
        unknown = set(self.index.unknown(query))
        either = ([unit for unit in units if unknown.isdisjoint(unit)] for units in query.either)
        terms = tuple(term for term in query.terms if term not in unknown)
        rest = replace(query, terms=terms, either=tuple(tuple(units) for units in either if units))
        return None if not unknown or rest.is_all else rest

    def find(self, query: Query) -> list[Posting]:
        """The postings that match a query, in the order of a list."""
        postings = self.index.find(query, self.now, zone(self.timezone))
        return [self._lasting(posting) for posting in postings] if self.erased else postings
