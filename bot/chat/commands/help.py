"""`/help`: what can be asked by whoever asks."""

from bot.chat import commands
from bot.chat.command import Command
from bot.chat.context import Answer, Context
from bot.chat.request import Request
from bot.chat.searching import what_is_open
from bot.domain.message import BLANK, Line, Message, Span


def _answer(context: Context, _request: Request) -> Answer:
    wording = context.wording
    _ = wording._
    count = context.index.count_open(context.now)
    lines = [
        Line.of(_("I know this group's open positions. Ask me:")),
        BLANK,
        *(
            Line.of(Span(command.written(context.syntax, wording), code=True), " – ", command.summary(wording))
            for command in commands.commands().values()
            if not command.is_hidden and command.is_offered(context) and command.refusal(context) is None
        ),
        BLANK,
        Line.of(
            _(
                "Or just ask: “PhD in machine learning”, “what closes this week?”, “is the HiWi job still open?”. "
                "With “closed” or “all” I look at past positions too."
            )
        ),
        BLANK,
        Line.of(
            wording.ngettext("{n} position is open right now.", "{n} positions are open right now.", count).format(
                n=count
            )
            if count
            else context.when_empty
        ),
    ]
    return Answer(Message(tuple(lines), ((what_is_open(wording),),)))


COMMAND = Command(
    name="help",
    word="help",
    place=90,
    also=("start", "?"),
    summary=lambda w: w._("what can be asked"),
    takes=lambda rest: not rest,
    answer=_answer,
)
