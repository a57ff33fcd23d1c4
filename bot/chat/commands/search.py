"""`/search words`: as a question in plain words."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.request import Request
from bot.chat.searching import positions


def _answer(context: Context, request: Request) -> Answer:
    if request.argument.strip():
        return positions(context, request)
    usage = COMMAND.written(context.syntax, context.wording)
    return short_answer(context.wording._("What shall I look for? Write {usage}.").format(usage=usage))


COMMAND = Command(
    name="search",
    word="search",
    place=30,
    usage=lambda w: w._("words"),
    summary=lambda w: w._("search titles, groups, tags and descriptions"),
    answer=_answer,
)
