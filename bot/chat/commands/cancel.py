"""`/cancel`: leaves a dialogue."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.handing_in import cancelled
from bot.chat.request import Request
from bot.chat.rules import is_offered
from bot.domain.person import Rank


def _answer(context: Context, _request: Request) -> Answer:
    if context.facts.dialogue is None:
        return short_answer(context.wording._("There is nothing to leave."))
    return cancelled(context)


COMMAND = Command(
    name="cancel",
    word="cancel",
    place=85,
    summary=lambda w: w._("leaves a dialogue"),
    takes=lambda rest: not rest,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP,)),
    is_offered=is_offered,
    answer=_answer,
)
