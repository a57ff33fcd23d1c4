"""`/drafts`: what waits for approval: all for editors and admins, their own for others."""

from dataclasses import replace

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import is_offered, nobody_known
from bot.domain.message import BLANK, Button, Line, LineKind, Message, Span, shortened
from bot.domain.person import Rank

_MOST = 10


def _answer(context: Context, request: Request) -> Answer:
    _ = context.wording._
    if context.facts.is_among_others:
        return short_answer(_("Write that to me in private, please."))
    waiting = [
        draft for draft in context.facts.drafts if context.rights.is_editor or draft.by.person in context.rights.selves
    ]
    if not waiting:
        return short_answer(_("Nothing waits for approval."))
    heading = context.wording.ngettext("{n} draft waits for approval.", "{n} drafts wait for approval.", len(waiting))
    lines = [Line.of(Span(heading.format(n=len(waiting)), bold=True)), BLANK]
    buttons: list[tuple[Button, ...]] = []
    pages = -(-len(waiting) // _MOST)
    page = min(request.page, pages)
    for draft in waiting[(page - 1) * _MOST : page * _MOST]:
        title = shortened(str(draft.changes.get("title") or draft.posting or draft.id), 80)
        since = draft.at.astimezone(context.here.tzinfo).strftime("%Y-%m-%d %H:%M")
        lines.append(Line.of(title, f" – {draft.by.name}, {since}", kind=LineKind.ITEM))
        buttons.append((Button(shortened(title, 40), request=Request("draft", draft.id).text),))
    turns = [(page - 1, "‹ " + _("Previous")), (page + 1, _("Next") + " ›")]
    buttons.append(
        tuple(Button(label, request=replace(request, page=turn).text) for turn, label in turns if 1 <= turn <= pages)
    )
    return Answer(Message(tuple(lines), tuple(row for row in buttons if row)))


def _refusal(context: Context) -> str | None:
    is_known = nobody_known(context) is None
    return None if is_known else context.wording._("Only editors and admins see drafts, and others their own.")


COMMAND = Command(
    name="drafts",
    word="drafts",
    place=80,
    summary=lambda w: w._("what waits for approval"),
    takes=lambda rest: not rest,
    in_menu_of=Rank.EDITOR,
    needs=frozenset((Need.MEMBERSHIP, Need.DRAFTS)),
    is_offered=is_offered,
    refusal=_refusal,
    answer=_answer,
)
