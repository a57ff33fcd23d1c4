"""`/forget`: erases all that is kept about who asks, after a button or `/forget yes`."""

from bot.chat.command import Command, spoken
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import EraseMe
from bot.chat.facts import Need
from bot.chat.kept import about
from bot.chat.request import Request
from bot.chat.rules import nobody_kept
from bot.domain.message import BLANK, Button, Line, Message, Span


def _answer(context: Context, request: Request) -> Answer:
    wording, kept_data = context.wording, context.facts.personal_data
    _ = wording._
    if kept_data is None or kept_data.is_empty:
        return short_answer(_("I keep nothing about you."))
    if request.argument.strip().casefold() in spoken("yes"):
        return Answer(Message(()), effects=(EraseMe(),))
    lines = [
        Line.of(Span(_("Shall I erase all of this, for good?"), bold=True)),
        *(Line.of("• ", line) for line in about(context, kept_data)),
        BLANK,
        Line.of(_("Messages that were sent stay where they are, and so do positions that you handed in.")),
    ]
    yes = Button(_("Erase it all"), request=Request("forget", "yes").text)
    return Answer(Message(tuple(lines), ((yes,),)))


COMMAND = Command(
    name="forget",
    word="forget",
    place=47,
    usage=lambda w: w._("[yes]"),
    summary=lambda w: w._("erases all that I keep about you"),
    takes=lambda rest: not rest or rest.casefold() in {*spoken("yes"), "[yes]"},
    is_personal=True,
    needs=frozenset((Need.KEPT,)),
    refusal=nobody_kept,
    answer=_answer,
)
