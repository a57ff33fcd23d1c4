"""`/new`: hands in a position, by a dialogue, by lines or by an advert as it stands."""

import re

from bot.chat.command import Command
from bot.chat.context import Answer, Context
from bot.chat.effects import Invite
from bot.chat.facts import Need
from bot.chat.forms import form_with_lines
from bot.chat.handing_in import asked_first, begun, with_text
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_hand_in
from bot.domain.message import Message
from bot.domain.person import Rank


def _answer(context: Context, request: Request) -> Answer:
    lines = _BEFORE.sub("", request.written)
    if context.facts.shows_forms:
        return form_with_lines(context, begun(context), lines)
    if not context.facts.is_private:
        return Answer(Message(()), effects=(Invite(COMMAND.name, lines.strip()),))
    return with_text(context, begun(context), lines) if lines.strip() else asked_first(context)


_BEFORE = re.compile(r"\A\s*(?:/(?:positions|start)(?:@\S+)?\s+)?\S+\s*", re.IGNORECASE)  # the command itself


COMMAND = Command(
    name="new",
    word="new",
    place=48,
    summary=lambda w: w._("hands in a position"),
    takes=lambda rest: not rest or ":" in rest,
    takes_lines=True,
    may_begin=True,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP,)),
    is_offered=is_offered,
    refusal=may_not_hand_in,
    answer=_answer,
)
