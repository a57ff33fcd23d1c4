"""Commands about one posting or draft: which one is meant."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, told
from bot.chat.request import Request
from bot.domain.message import shortened


def named(request: Request) -> tuple[str, str]:
    """The id that a command's argument begins with, and what follows."""
    name, _, rest = request.argument.strip().partition(" ")
    return name.strip("`<>").casefold(), rest.strip()


def unknown(context: Context, command: Command, name: str) -> Answer:
    """For an id that is missing, or none's."""
    _ = context.wording._
    if not name:
        usage = command.written(context.syntax, context.wording)
        return told(_("Which one? Write {usage}; {list} shows what is open.").format(usage=usage, list="/positions"))
    return told(_("There is no position called “{name}”.").format(name=shortened(name, 80)))
