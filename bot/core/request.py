"""What a reader asks and what is answered: the shapes that all commands share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.index import Index
from bot.core.message import Message
from bot.core.parts import Part, in_words, parts
from bot.core.posting import Posting
from bot.core.query import Query
from bot.core.question import Question
from bot.core.wording import Wording
from bot.core.zones import zone
from bot.questions import intents
from bot.questions.intents import Intent

NAMES = frozenset({"positions", "position", "deadlines", "search", "help"})
"""What a button may ask for: the commands of the table (`commands.COMMANDS`)."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How commands are written on a platform: `{name}` stands for a command's name, `{word}` for its sub-command."""

    pattern: str

    def of(self, name: str, word: str) -> str:
        """How a person writes the command of that name, or of that word where it has one."""
        return self.pattern.format(name=name, word=word).strip()


SLASH_COMMANDS = Syntax("/{name}")
"""Where every command has a name of its own."""

SUBCOMMANDS = Syntax("/positions {word}")
"""Where an app has one command, and the first word tells what is meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader asked: a command of the table, its argument, and which page of the answer (from 1)."""

    command: str
    argument: str = ""
    page: int = 1
    is_pressed: bool = field(default=False, compare=False)
    """Whether a button asks it, which says of itself all that it means."""

    @property
    def text(self) -> str:
        """As a button carries it; `from_button` reads it back."""
        return f"{self.command}.{self.page} {self.argument}".rstrip()

    @classmethod
    def from_button(cls, text: str) -> "Request":
        """Reads `text` back. Anything else asks for help."""
        found = re.fullmatch(r"([a-z]+)\.(\d{1,6})(?: (.*))?", text, re.DOTALL)
        if not found or found[1] not in NAMES:
            return Request("help")
        return cls(found[1], found[3] or "", max(1, int(found[2])), is_pressed=True)


TOO_OLD = Request("old")
"""In the place of a request behind a button that nobody remembers: a note that says so."""

FLOODED = Request("flooded")
"""In the place of a request by somebody who asks too much: a note that says so. Nobody can ask it."""


UNCLEAR = Request("unclear")
"""In the place of a request that speaks of an answer that nobody remembers."""

WHOLE = Request("whole")
"""In the place of a request for more than there is."""

OF_ONE = frozenset(map(str, intents.OF_ONE))
"""What is asked of one posting, by its id: commands that nobody can write."""


def which(intent: Intent, ids: Sequence[str], first: int) -> Request:
    """Asks back which of these postings is meant, which stand in the list from that number on."""
    return Request("which", " ".join((str(intent), *ids)), first)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, and every posting that matched, on all pages, in order."""

    message: Message
    found: Sequence[Posting] = ()
    question: Question | None = field(default=None, compare=False)
    """What was understood, where something was looked for."""

    @property
    def postings(self) -> tuple[str, ...]:
        """The ids of what matched."""
        return tuple(posting.id for posting in self.found)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an answer is made from: the postings, the instant, and the lab's settings."""

    index: Index
    now: datetime
    timezone: str
    when_empty: str
    read: dict[tuple[str, str], Question] = field(default_factory=dict, compare=False, repr=False)
    """What was read for this answer: the same question more than once."""

    @property
    def here(self) -> datetime:
        """Now, by the reader's clock."""
        return self.now.astimezone(zone(self.timezone))

    def understood(self, text: str, wording: Wording) -> Question:
        return self.index.understand(text, wording.language, self.here)

    def asked(self, text: str, wording: Wording) -> Question:
        key = text, wording.language
        if key not in self.read:
            self.read[key] = self.index.asked(text, wording.language, self.here)
        return self.read[key]

    def parts(self, query: Query, wording: Wording) -> list[Part]:
        return parts(query, self.index.facets, wording)

    def in_words(self, query: Query, wording: Wording) -> str | None:
        """A query as a question that is read as it; None where there is none."""
        return in_words(query, lambda text: self.asked(text, wording).query)

    def without_unknown(self, query: Query) -> Query | None:
        """What is left of a query without the words that no posting has; None where none are, or nothing is left."""
        unknown = set(self.index.unknown(query))
        either = ([unit for unit in units if unknown.isdisjoint(unit)] for units in query.either)
        terms = tuple(term for term in query.terms if term not in unknown)
        rest = replace(query, terms=terms, either=tuple(tuple(units) for units in either if units))
        return None if not unknown or rest.is_all else rest

    def find(self, query: Query) -> list[Posting]:
        return self.index.find(query, self.now, zone(self.timezone))
