"""`/close ID [filled|closed|withdrawn]`: ends a position."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import ChangePosting
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_change, nobody_known
from bot.domain.draft import Action
from bot.domain.message import Message, shortened
from bot.domain.person import Rank
from bot.sources.files.hints import status_named

_ENDS = ("filled", "closed", "withdrawn")


def _answer(context: Context, request: Request) -> Answer:
    name, how = id_and_rest(request)
    if context.facts.fields is None:
        return unknown(context, COMMAND, name)
    if (refusal := may_not_change(context)) is not None:
        return short_answer(refusal)
    how = how.casefold() or "closed"
    how = how if how in _ENDS else status_named(how) or how
    if how not in _ENDS:
        hint = context.wording._("“{text}” is none of filled, closed and withdrawn.")
        return short_answer(hint.format(text=shortened(how, 60)))
    if context.facts.fields.get("status") == how:
        return short_answer(context.wording._("{posting} is ended already ({how}).").format(posting=name, how=how))
    return Answer(Message(()), effects=(ChangePosting(name, {"status": how}, Action.CLOSED, at_once=True),))


def _is_end(word: str) -> bool:
    return word in _ENDS or status_named(word) in _ENDS


COMMAND = Command(
    name="close",
    word="close",
    place=70,
    usage=lambda _: "ID [filled|closed|withdrawn]",
    summary=lambda w: w._("ends a position"),
    takes=lambda rest: bool(rest) and (" " not in rest or _is_end(rest.rpartition(" ")[2])),
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
