"""A request in, an answer out: courtesies and notes here, everything else by the table of commands."""

from collections.abc import Callable

from bot.chat.commands import commands
from bot.chat.context import Answer, Context, beside, short_answer
from bot.chat.courtesy import Courtesy, remark
from bot.chat.reading import LONGEST_ARGUMENT
from bot.chat.request import OF_ONE, Request
from bot.chat.searching import of_one, which_one
from bot.domain.likeness import within_slips
from bot.domain.message import shortened
from bot.questions.intents import Intent
from bot.questions.query import typos_forgiven
from bot.wording.wording import Wording


def language_of(request: Request) -> str | None:
    """The language in which a courtesy such as "Hallo" is answered, where it is not the reader's; None otherwise."""
    remark_made = remark(request.argument) if request.command in _COURTESIES else None
    return remark_made.language if remark_made else None


def answer(context: Context, request: Request) -> Answer:
    """The answer to a request. Never fails, never stays silent."""
    wording = context.wording
    if request.command == "which":
        return which_one(context, request)
    command = commands().get(request.command)
    if len(request.argument) > LONGEST_ARGUMENT and not (command and command.takes_lines):
        return short_answer(wording._("That is too long for me; a few words are enough."))
    if courtesy := _COURTESIES.get(request.command):
        return short_answer(courtesy(wording).format(help=commands()["help"].written(context.syntax, wording)))
    if request.command in OF_ONE and (command is None or command.refusal(context) is not None):
        posting = context.posting(request.argument)
        if posting and posting.is_listed(context.now):
            return of_one(context, Intent(request.command), posting)
        command = command or commands()["position"]
    if command is None:
        return _unknown(context, request)
    refusal = command.refusal(context)
    return command.answer(context, request) if refusal is None else beside(refusal)


def _unknown(context: Context, request: Request) -> Answer:
    wording, table = context.wording, commands()
    _ = wording._
    name = request.argument.partition(" ")[0]
    known = [
        command.name
        for command in table.values()
        if not command.is_hidden and command.is_offered(context) and command.refusal(context) is None
    ]
    near = within_slips(name.lstrip("/"), known, max(1, typos_forgiven(name)))
    text = _("I do not know {command}.").format(command=shortened(name, 40))
    if near:
        text += " " + _("Did you mean {names}?").format(names=table[near[0]].written(context.syntax, wording))
    text += " " + _("{help} shows what can be asked.").format(help=table["help"].written(context.syntax, wording))
    return short_answer(text)


_COURTESIES: dict[str, Callable[[Wording], str]] = {
    Courtesy.ABOUT: lambda w: w._("I am a bot that knows this group's open positions. {help} shows what can be asked."),
    Courtesy.THANKS: lambda w: w._("You are welcome."),
    Courtesy.GOODBYE: lambda w: w._("Goodbye, and good luck!"),
    Courtesy.GREETING: lambda w: w._("Hello! Just write what you look for; {help} shows what can be asked."),
    Courtesy.AGREED: lambda w: w._("All right."),
    "old": Wording.too_old,
    "unclear": lambda w: w._("I do not know what you refer to. Name it, or ask me for positions first."),
    "whole": lambda w: w._("That is all there is."),
    "flooded": lambda w: w._("Those were many questions at once. I am silent for a minute, and then glad to answer."),
}
