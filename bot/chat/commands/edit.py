"""`/edit ID`: changes a position, by a dialogue or by lines."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.forms import form_with_lines
from bot.chat.handing_in import begun, previewed, with_lines
from bot.chat.naming import id_and_rest, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_change, nobody_known
from bot.domain.person import Rank


def _answer(context: Context, request: Request) -> Answer:
    name, _rest = id_and_rest(request)
    if context.facts.fields is None:
        return unknown(context, COMMAND, name)
    if (refusal := may_not_change(context)) is not None:
        return short_answer(refusal)
    fields = dict(context.facts.fields)
    state = begun(context, name=name, fields=fields, original=fields)
    _first, _line_end, lines = request.written.strip().partition("\n")
    if context.facts.shows_forms:
        return form_with_lines(context, state, lines)
    if not context.facts.is_private:
        return short_answer(context.wording._("Write that to me in private, please."))
    return with_lines(context, state, lines) if lines.strip() else previewed(context, state)


COMMAND = Command(
    name="edit",
    word="edit",
    place=50,
    usage=lambda _: "ID",
    summary=lambda w: w._("changes a position"),
    takes=lambda rest: bool(rest) and (" " not in rest or ":" in rest),
    takes_lines=True,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
