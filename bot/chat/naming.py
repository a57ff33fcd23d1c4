"""Commands about one posting or draft: which one is meant."""

from collections.abc import Iterable
from dataclasses import replace

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.links import KEY_SIGN, key_of
from bot.chat.request import Request
from bot.domain.message import shortened


def id_and_rest(request: Request) -> tuple[str, str]:
    """The id that a command's argument begins with, and what follows."""
    name, _, rest = request.argument.strip().partition(" ")
    return name.strip("`<>").casefold(), rest.strip()


_LONG = 36  # bytes: with a command and a day, still a button's 64 of Telegram's


def short(name: str) -> str:
    """An id as a button carries it: as it is, or where it is too long, by a key that is the same after a restart."""
    return name if len(name) <= _LONG else f"{KEY_SIGN}{key_of(name)}"


def in_full(request: Request, names: Iterable[str]) -> Request:
    """A pressed request with the id from `names` whose key its button carries, in place of the key."""
    key, space, rest = request.argument.partition(" ")
    if not request.is_pressed or not key.startswith(KEY_SIGN):
        return request
    name = next((name for name in names if short(name) == key), key)
    return replace(request, argument=f"{name}{space}{rest}")


def unknown(context: Context, command: Command, name: str) -> Answer:
    """The answer where an id is missing, or no posting has it."""
    _ = context.wording._
    if not name:
        usage = command.written(context.syntax, context.wording)
        return short_answer(
            _("Which one? Write {usage}; {list} shows what is open.").format(usage=usage, list="/positions")
        )
    return short_answer(_("There is no position called “{name}”.").format(name=shortened(name, 80)))
