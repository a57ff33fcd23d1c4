"""`/reopen ID`: opens a position again."""

from bot.chat.aftermath import not_open
from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import ChangePosting
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_change, nobody_known
from bot.domain.draft import Action
from bot.domain.message import Message
from bot.domain.person import Rank


def _answer(context: Context, request: Request) -> Answer:
    name, _rest = id_and_rest(request)
    if context.facts.fields is None:
        return unknown(context, COMMAND, name)
    if (refusal := may_not_change(context)) is not None:
        return short_answer(refusal)
    if context.facts.fields.get("status", "open") == "open":
        posting = context.index.get(name)
        why = not_open(context, posting) if posting else None
        return short_answer(why or context.wording._("{posting} is open already.").format(posting=name))
    return Answer(Message(()), effects=(ChangePosting(name, {"status": "open"}, Action.REOPENED, at_once=True),))


COMMAND = Command(
    name="reopen",
    word="reopen",
    place=75,
    usage=lambda _: "ID",
    summary=lambda w: w._("opens a position again"),
    takes=lambda rest: bool(rest) and " " not in rest,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
