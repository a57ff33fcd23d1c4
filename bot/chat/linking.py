"""What owners are told of links that are gone."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.naming import short
from bot.chat.request import Request
from bot.domain.link import Link
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.notice import Occasion

_MOST = 20  # postings that are named in one message
_LONGEST = 300  # characters of a link


def dead(context: Context, occasion: Occasion) -> Message:
    """A link of one posting that is gone: what was answered, and what to do about it."""
    _, posting, link = context.wording._, occasion.posting, occasion.link
    if link is None:
        raise LookupError(occasion.kind)
    todo = _("Give another link with {command}, or close the position if it is over.")
    lines = [
        Line.of(Span(shortened(posting.title, 200), bold=True)),
        Line.of(_("A link of this position is gone:"), " ", shortened(link.url, _LONGEST)),
        Line.of(_answered(context, link)),
        BLANK,
        Line.of("👉 ", todo.format(command=f"/edit {posting.id}")),
    ]
    if occasion.in_place:
        why = _("Whoever owns this position is not known, or cannot be reached.")
        lines += [BLANK, Line.of(Span(why, italic=True))]
    name = short(posting.id)
    row = (
        (_("Change"), "edit", name),
        (_("Filled"), "close", f"{name} filled"),
        (_("Close"), "close", f"{name} closed"),
    )
    return Message(
        tuple(lines),
        (tuple(Button(label, request=Request(command, argument).text) for label, command, argument in row),),
    )


def many_dead(context: Context, occasions: Sequence[Occasion]) -> Message:
    """The same of many postings at once."""
    wording, named = context.wording, occasions[:_MOST]
    _ = wording._
    heading = wording.ngettext("A link is gone.", "{n} links of positions are gone.", len(occasions))
    lines = [Line.of(Span(heading.format(n=len(occasions)), bold=True))]
    for number, occasion in enumerate(named, 1):
        if link := occasion.link:
            title = Span(shortened(occasion.posting.title, 120), bold=True)
            lines += [
                BLANK,
                Line.of(f"{number}. ", title, f" · /edit {occasion.posting.id}"),
                Line.of(shortened(link.url, _LONGEST)),
                Line.of(_answered(context, link)),
            ]
    if more := len(occasions) - len(named):
        text = wording.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
        lines += [BLANK, Line.of(text.format(n=more, command="/positions"))]
    return Message(tuple(lines))


def _answered(context: Context, link: Link) -> str:
    _ = context.wording._
    if link.answer is None:
        return _("There is no server of that name; it was looked for twice, a day apart.")
    text = _("Its server answers {status}: there is no such page; it was looked at twice, a day apart.")
    return text.format(status=link.answer)
