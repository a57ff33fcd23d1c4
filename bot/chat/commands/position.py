"""`/position ID`: one posting in full."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.request import Request
from bot.chat.searching import positions
from bot.domain.message import Button, Line, Message, shortened
from bot.questions.query import EVERYTHING


def _answer(context: Context, request: Request) -> Answer:
    wording = context.wording
    _ = wording._
    name = request.argument.strip().strip("`<>").casefold()
    if not name:
        usage = COMMAND.written(context.syntax, wording)
        return short_answer(
            _("Which one? Write {usage}; {list} shows what is open.").format(usage=usage, list="/positions")
        )
    posting = context.posting(name)
    if posting and posting.is_listed(context.now):
        return Answer(wording.posting(posting, context.now, context.timezone), (posting,))
    query = context.index.parse(request.argument)
    if not query.terms and not query.either and query != EVERYTHING:  # "show all", "show phd": no id, but clear enough
        return positions(context, Request("positions", request.argument))
    near = context.index.near(name, context.now)
    text = _("There is no position called “{name}”.").format(name=shortened(name, 80))
    buttons = tuple((Button(shortened(uid, 40), request=Request("position", uid).text),) for uid in near)
    if near:
        text += " " + _("Did you mean {names}?").format(names=", ".join(near))
    else:
        text += " " + _("{list} shows what is open.").format(list="/positions")
    return Answer(Message((Line.of(text),), buttons))


COMMAND = Command(
    name="position",
    word="show",
    place=10,
    usage=lambda _: "ID",
    summary=lambda w: w._("one position in full"),
    may_begin=True,
    takes=lambda rest: " " not in rest,  # "position in Rostock?" is a question
    answer=_answer,
)
