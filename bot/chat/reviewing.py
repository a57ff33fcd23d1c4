"""Drafts as reviewers see them."""

from collections.abc import Sequence
from math import ceil

from bot.chat.context import Context
from bot.chat.differing import differences
from bot.chat.handing_in import looks
from bot.chat.request import Request
from bot.domain.draft import Draft, DraftState
from bot.domain.message import BLANK, Button, Line, Message, Span
from bot.domain.posting import Posting


def shown(context: Context, draft: Draft, posting: Posting | None, *, to_reviewer: bool) -> Message:
    """A draft as it will look, with who handed it in; to a reviewer with what can be done with it. `posting` is None
    where it does not hold up any more.
    """
    _ = context.wording._
    template = _("{name} hands in a position:") if draft.is_new else _("{name} wants to change {posting}:")
    lines = [Line.of(Span(template.format(name=draft.by.name, posting=draft.posting), bold=True)), BLANK]
    if not draft.is_new:
        lines += [Line.of(differences(context, draft)), BLANK]
    lines += [Line.of(_("The file was changed meanwhile."))] if posting is None else looks(context, posting)
    if draft.trouble:
        lines += [BLANK, Line.of(draft.trouble)]
    if not to_reviewer or draft.state is not DraftState.WAITING:
        return Message((*lines, BLANK, Line.of(state_in_words(context, draft))))
    labels = {"approve": _("Approve"), "revise": _("Change"), "reject": _("Reject")}
    buttons = tuple((Button(label, request=Request(name, draft.id).text),) for name, label in labels.items())
    return Message(tuple(lines), buttons)


def title_of(draft: Draft) -> str:
    """What a draft is called."""
    return str(draft.changes.get("title") or draft.posting or draft.id)


def look_at(draft: Draft) -> str:
    """What a button asks that shows a draft."""
    return Request("draft", draft.id).text


def approve_all(source: str, drafts: Sequence[Draft]) -> str:
    """What a button asks that approves what a source has asked for so far."""
    latest = max(draft.at for draft in drafts)
    return Request("approveall", f"{ceil(latest.timestamp())} {source}").text


def state_in_words(context: Context, draft: Draft) -> str:
    """What became of a draft, in a sentence."""
    _ = context.wording._
    title = title_of(draft)
    by = draft.decided_by.name if draft.decided_by else ""
    if draft.state is DraftState.WAITING:
        return _("“{title}” waits for approval.").format(title=title)
    if draft.state is DraftState.REJECTED:
        text = _("“{title}” was rejected by {name}.").format(title=title, name=by)
        return f"{text} {draft.why}" if draft.why else text
    return _("“{title}” was approved by {name}: {posting}").format(title=title, name=by, posting=draft.posting or "")
