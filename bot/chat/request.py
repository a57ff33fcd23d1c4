"""What a person asks: a command and its argument, typed or pressed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.message import request_text
from bot.questions import intents
from bot.questions.intents import Intent

LONGEST_TEXT = 4096
"""So much of what a person writes is looked at, on every platform. What is longer than a question may be is told so."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How commands are written on a platform: `{name}` stands for a command's name, `{word}` for its sub-command.
    `of_place`: the word in front of settings that are those of the chat where they are written, where without it they
    are one's own; with none, what is written among others is about that chat.
    """

    pattern: str
    of_place: str = ""

    def of(self, name: str, word: str) -> str:
        """How a person writes the command of that name, or of that word where it has one."""
        return self.pattern.format(name=name, word=word).strip()


SLASH_COMMANDS = Syntax("/{name}")
"""Where every command has a name of its own."""

SUBCOMMANDS = Syntax("/positions {word}", of_place="channel")
"""Where an app has one command, and the first word tells what is meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked: a command of the table, its argument, and which page of the answer (from 1)."""

    command: str
    argument: str = ""
    page: int = 1
    is_pressed: bool = field(default=False, compare=False)
    """Whether a button asks it, which says of itself all that it means."""
    written: str = field(default="", compare=False, repr=False)
    """What was typed, to the letter and with its lines; empty where a button was pressed."""

    @property
    def text(self) -> str:
        """As a button carries it; `reading.pressed` reads it back."""
        return request_text(self.command, self.argument, self.page)


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
