"""`/extend ID DATE [TIME]`: moves the deadline."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, told
from bot.chat.dates import dates
from bot.chat.effects import ChangePosting
from bot.chat.facts import Need
from bot.chat.naming import named, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_change, nobody_known
from bot.domain.draft import Action
from bot.domain.message import Button, Line, Message, shortened


def _answer(context: Context, request: Request) -> Answer:
    _ = context.wording._
    name, said = named(request)
    if context.facts.fields is None or not said:
        return unknown(context, COMMAND, name if context.facts.fields is None else "")
    if (refusal := may_not_change(context)) is not None:
        return told(refusal)
    values = dates(said, context.wording.language, context.here)
    if not values:
        hint = _("I do not understand “{text}” as one day. Write it as 2027-05-31, or 31 May 2027, 12:00.")
        return told(hint.format(text=shortened(said, 60)))
    if len(values) > 1:
        text = _("“{text}” can be several days. Which one do you mean?").format(text=shortened(said, 60))
        buttons = tuple((Button(value, request=Request("extend", f"{name} {value}").text),) for value in values)
        return Answer(Message((Line.of(text),), buttons))
    if values[0][:10] < context.here.date().isoformat():
        return told(_("{day} has passed.").format(day=values[0]))
    return Answer(Message(()), effects=(ChangePosting(name, {"deadline": values[0]}, Action.EXTENDED, at_once=True),))


COMMAND = Command(
    name="extend",
    word="extend",
    place=60,
    usage=lambda w: w._("ID DATE [TIME]"),
    summary=lambda w: w._("moves the deadline"),
    takes=lambda rest: " " in rest,
    is_for_all=False,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
