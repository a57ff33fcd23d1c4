"""Approves a draft."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.effects import Approve
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import no_admin
from bot.domain.message import Message


def _answer(context: Context, request: Request) -> Answer:
    if context.facts.draft is None:
        return beside(context.wording._("There is no draft “{name}”.").format(name=request.argument[:20]))
    return Answer(Message(()), effects=(Approve(context.facts.draft.id),))


COMMAND = Command(
    name="approve",
    word="approve",
    place=102,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.DRAFT,)),
    refusal=no_admin,
    answer=_answer,
)
