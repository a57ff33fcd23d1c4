"""Asks whether one posting still holds, as a button of a message about many does."""

from dataclasses import replace

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest
from bot.chat.nudging import whether_it_holds
from bot.chat.request import Request
from bot.chat.rules import may_not_change, nobody_known
from bot.domain.message import shortened
from bot.domain.posting import Status


def _answer(context: Context, request: Request) -> Answer:
    name, _rest = id_and_rest(request)
    posting = context.index.get(name)
    if posting is None or context.facts.fields is None:
        return beside(context.wording._("There is no position called “{name}”.").format(name=shortened(name, 80)))
    if (refusal := may_not_change(context)) is not None:
        return beside(refusal)
    if posting.status is not Status.OPEN:
        return beside(context.wording._("“{title}” is not open any more.").format(title=shortened(posting.title, 80)))
    return Answer(replace(whether_it_holds(context, posting), is_beside=True))


COMMAND = Command(
    name="holds",
    word="holds",
    place=108,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.POSTING,)),
    refusal=nobody_known,
    answer=_answer,
)
