"""`/extend ID DATE [TIME]`: moves the deadline. Without a day, it is asked for."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context
from bot.chat.effects import Forget
from bot.chat.extending import SURE, UNTIL, asked_until, moved
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, nobody_known
from bot.domain.person import Rank


def _answer(context: Context, request: Request) -> Answer:
    name, day_written = id_and_rest(request)
    if not name or context.facts.fields is None:
        return unknown(context, COMMAND, name)
    if not day_written:
        return asked_until(context, name)
    is_sure = request.is_pressed and day_written.startswith(SURE)
    answer = moved(context, name, day_written.removeprefix(SURE) if is_sure else day_written, is_sure=is_sure)
    if answer.effects and context.facts.dialogue and context.facts.dialogue["kind"] == UNTIL:
        return Answer(answer.message, effects=(Forget(), *answer.effects))  # it has been answered by that
    return answer


COMMAND = Command(
    name="extend",
    word="extend",
    place=60,
    usage=lambda w: w._("ID DATE [TIME]"),
    summary=lambda w: w._("moves the deadline"),
    takes=lambda rest: " " in rest,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
