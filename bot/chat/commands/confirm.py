"""All is well: a posting holds, as its owner says."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.effects import Confirm
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest
from bot.chat.request import Request
from bot.chat.rules import may_not_change, nobody_known
from bot.domain.message import Line, Message, Span, shortened
from bot.domain.posting import Status


def _answer(context: Context, request: Request) -> Answer:
    _, (name, _rest) = context.wording._, id_and_rest(request)
    posting = context.index.get(name)
    if posting is None or context.facts.fields is None:
        return beside(_("There is no position called “{name}”.").format(name=shortened(name, 80)))
    if (refusal := may_not_change(context)) is not None:
        return beside(refusal)
    title = shortened(posting.title, 200)
    if posting.status is not Status.OPEN:
        return beside(_("“{title}” is not open any more.").format(title=title))
    lines = (Line.of(Span(title, bold=True)), Line.of(_("Thank you: it stays as it is.")))
    return Answer(Message(lines), effects=(Confirm(posting.id),))


COMMAND = Command(
    name="confirm",
    word="confirm",
    place=107,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.POSTING,)),
    refusal=nobody_known,
    answer=_answer,
)
