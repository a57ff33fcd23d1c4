"""What a command is. Each stands in a file of its own in `bot.chat.commands`, as `COMMAND`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bot.chat.context import Answer, Context
from bot.chat.facts import Need
from bot.chat.request import Request, Syntax
from bot.domain.person import Rank
from bot.language import languages, phrases, read
from bot.wording.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`name` as Telegram has it, `word` as Slack's sub-command; `also`: other words that mean it, as first word, in
    every language (`bot/language/LANGUAGE/commands.toml` has those of one).
    `place` tells where it stands in menus and in the help: those with a lower one come first.
    """

    name: str
    word: str
    place: int
    summary: Callable[[Wording], str]
    answer: Callable[[Context, Request], Answer]
    usage: Callable[[Wording], str] = lambda _: ""
    also: tuple[str, ...] = ()
    takes: Callable[[str], bool] = lambda _rest: True
    """Whether what follows its word in free words is its argument; else the whole is a question."""
    takes_lines: bool = False
    """Whether it reads what was written below its first line, which may be long."""
    is_hidden: bool = False
    """Whether menus, help and free words leave it out: buttons ask it, or whoever knows its name."""
    may_begin: bool = False
    """Whether a link into the private chat may ask for it."""
    is_personal: bool = False
    """Whether its answer is for nobody else: where others read along, it is given in private."""
    is_of_places: bool = False
    """Whether administrators of a group use it there, for the group."""
    needs: frozenset[Need] = frozenset()
    """What has to be known before it can answer: see `facts`."""
    is_offered: Callable[[Context], bool] = lambda _context: True
    """Whether the help names it."""
    in_menu_of: Rank = Rank.READER
    """Whose menus have it: of these, and of whoever may more."""
    refusal: Callable[[Context], str | None] = lambda _context: None
    """Who may use it, in words, for somebody who may not; None for whoever may."""

    @property
    def first_words(self) -> frozenset[str]:
        """The words that mean it in front of what it takes, in any language."""
        return frozenset((self.name, self.word, *self.also)) | _also_in_languages(self.name)

    def written(self, syntax: Syntax, wording: Wording) -> str:
        """How a person writes it, with what may follow."""
        return f"{syntax.of(self.name, self.word)} {self.usage(wording)}".strip()


@cache
def _also_in_languages(name: str) -> frozenset[str]:
    """Other words that mean the command of that name."""
    listed = ((language, read(language, "commands")["names"].get(name, "")) for language in languages())
    return frozenset(word for pair in listed for word in phrases(*pair))


def takes_words(rest: str) -> bool:
    """`takes` of a command whose argument may be any words: but "follow that" speaks of the answer before."""
    return rest.partition(" ")[0].casefold() not in spoken("aside")


@cache
def spoken(what: str) -> frozenset[str]:
    """What is said in place of an argument, in any language: `all`, `off`; or in front of none (`aside`)."""
    listed = ((language, read(language, "commands")["words"][what]) for language in languages())
    return frozenset(word for pair in listed for word in phrases(*pair))
