"""`/mydata`: all that is kept about who asks."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.kept import about
from bot.chat.request import Request
from bot.chat.rules import nobody_kept
from bot.domain.message import BLANK, Button, Line, Message, Span


def _answer(context: Context, _request: Request) -> Answer:
    wording, kept_data = context.wording, context.facts.personal_data
    _ = wording._
    if kept_data is None or kept_data.is_empty:
        return short_answer(_("I keep nothing about you."))
    lines = [
        Line.of(Span(_("This is all that I keep about you, {person}:").format(person=context.facts.person), bold=True)),
        *(Line.of("• ", line) for line in about(context, kept_data)),
        BLANK,
        Line.of(_("What I showed you last I remember for half an hour, in memory alone.")),
    ]
    return Answer(Message(tuple(lines), ((Button(_("Erase it all"), request=Request("forget").text),),)))


COMMAND = Command(
    name="mydata",
    word="mydata",
    place=46,
    summary=lambda w: w._("all that I keep about you"),
    takes=lambda rest: not rest,
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.KEPT,)),
    refusal=nobody_kept,
    answer=_answer,
)
