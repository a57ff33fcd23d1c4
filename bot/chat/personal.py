"""What is said to persons alone, in words: drafts to decide, what became of them, whether positions still hold."""

from collections.abc import Sequence

from bot.chat import linking, nudging, reviewing
from bot.chat.context import Context
from bot.chat.differing import differences
from bot.domain.draft import Draft, DraftState
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.notice import Kind, Occasion
from bot.domain.version import Standing

_MOST = 20  # drafts that are named in one message


def spoken(context: Context, occasions: Sequence[Occasion]) -> Message:
    """One occasion, or several of a kind in one message."""
    occasion = occasions[0]
    if occasion.kind in {Kind.NUDGE, Kind.CONFIRMATION}:
        return (
            nudging.question_about_one(context, occasion)
            if len(occasions) == 1
            else nudging.question_about_many(context, occasions)
        )
    if occasion.kind is Kind.UNREAD:
        return _unread(context, occasion)
    if occasion.kind is Kind.DEAD_LINK:
        return linking.dead(context, occasion) if len(occasions) == 1 else linking.many_dead(context, occasions)
    draft = occasion.draft
    if draft is None:
        raise LookupError(occasion.kind)
    _ = context.wording._
    if len(occasions) > 1:
        return _several(context, [(occasion.draft, occasion) for occasion in occasions if occasion.draft])
    if occasion.kind is Kind.DRAFT:
        posting = None if occasion.standing is Standing.GONE else occasion.posting
        return reviewing.shown(context, draft, posting, to_reviewer=True)
    if occasion.kind is Kind.UNSEEN:
        text = _("No admin could be reached about “{title}”: please tell one yourself.")
        return Message((Line.of(text.format(title=reviewing.title_of(draft))),))
    posting = context.index.get(draft.posting or "") if draft.state is DraftState.APPROVED else None
    return Message(
        (Line.of(reviewing.state_in_words(context, draft)),), nudging.buttons(context, posting) if posting else ()
    )


def _several(context: Context, errands: Sequence[tuple[Draft, Occasion]]) -> Message:
    """What a reading asks for, in one message: each may be looked at, or all approved."""
    wording, count = context.wording, len(errands)
    drafts = [draft for draft, _occasion in errands]
    _ = wording._
    count_text = wording.ngettext(
        "{source}: {n} draft waits for approval.", "{source}: {n} drafts wait for approval.", count
    )
    heading = count_text.format(source=drafts[0].by.name, n=count)
    named = drafts[:_MOST]
    lines = [Line.of(f"{number}. ", _brief(context, *errand)) for number, errand in enumerate(errands[:_MOST], 1)]
    if more := count - len(named):
        text = wording.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
        lines += [BLANK, Line.of(text.format(n=more, command="/drafts"))]
    buttons = tuple((Button(f"{number}", request=reviewing.look_at(draft)),) for number, draft in enumerate(named, 1))
    rows = tuple(sum(buttons[start : start + 5], ()) for start in range(0, len(buttons), 5))
    if source := drafts[0].source:
        rows = ((Button(_("Approve all"), request=reviewing.approve_all(source, drafts)),), *rows)
    return Message((Line.of(Span(heading, bold=True)), BLANK, *lines), rows)


def _brief(context: Context, draft: Draft, occasion: Occasion) -> str:
    is_known = occasion.standing is not Standing.GONE
    title = shortened(occasion.posting.title if is_known else reviewing.title_of(draft), 120)
    if not draft.is_new:
        return f"{title}: {differences(context, draft)}"
    deadline = draft.changes.get("deadline")
    return f"{title}, {context.wording.day(str(deadline))}" if deadline else title


def _unread(context: Context, occasion: Occasion) -> Message:
    """A source that could not be read."""
    _ = context.wording._
    heading = _("{source} could not be read, twice in a row.").format(source=occasion.posting.id)
    consequence = _("Its positions stay as they are.")
    return Message(
        (Line.of(Span(heading, bold=True)), Line.of(shortened(occasion.posting.title, 500)), Line.of(consequence))
    )
