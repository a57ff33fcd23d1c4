"""What owners are asked about their postings, and the buttons by which they answer."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.naming import short
from bot.chat.request import Request
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.notice import Occasion
from bot.domain.posting import Posting
from bot.domain.version import standing_of, told_deadline

_MOST = 20  # postings that are named in one message
_IN_A_ROW = 5


def question_about_one(context: Context, occasion: Occasion) -> Message:
    """Whether one posting still holds; after its deadline, that it has passed."""
    message = whether_it_holds(context, occasion.posting)
    if not occasion.in_place:
        return message
    why = Line.of(
        Span(context.wording._("Whoever owns this position is not known, or cannot be reached."), italic=True)
    )
    return Message((*message.lines, BLANK, why), message.buttons)


def whether_it_holds(context: Context, posting: Posting) -> Message:
    """The question about a posting, with what can be answered."""
    _, now = context.wording._, context.now
    deadline = told_deadline(posting)
    if deadline is None:
        question = _("Is this position still open?")
    elif now <= deadline.at:
        question = _("Does this still hold?")
    else:
        question = _("The deadline has passed. Is it to be extended, or is the position filled?")
    lines = [
        Line.of(Span(shortened(posting.title, 200), bold=True)),
        *context.wording.deadline(posting, now, context.timezone),
        BLANK,
        Line.of("👉 ", question),
    ]
    return Message(tuple(lines), buttons(context, posting))


def buttons(context: Context, posting: Posting) -> tuple[tuple[Button, ...], ...]:
    """What an owner may do at once with a posting that is open."""
    _, name = context.wording._, short(posting.id)
    later = _("Extend") if told_deadline(posting) else _("Set a deadline")
    first = ((later, "extend", name), (_("Filled"), "close", f"{name} filled"), (_("Close"), "close", f"{name} closed"))
    second = ((_("Change"), "edit", name), (_("All is well"), "confirm", name))
    return tuple(
        tuple(Button(label, request=Request(command, argument).text) for label, command, argument in row)
        for row in (first, second)
    )


def question_about_many(context: Context, occasions: Sequence[Occasion]) -> Message:
    """The same of many at once: each can be looked at."""
    wording, named = context.wording, occasions[:_MOST]
    heading = wording.ngettext("Does this position still hold?", "Do these {n} positions still hold?", len(occasions))
    lines = [Line.of(Span(heading.format(n=len(occasions)), bold=True))]
    for number, occasion in enumerate(named, 1):
        posting = occasion.posting
        left = wording.time_left(posting, context.now, context.timezone)
        standing = standing_of(posting, context.now)
        standing_label = left or wording.standing_name(standing)
        lines += [BLANK, Line.of(f"{number}. ", Span(shortened(posting.title, 120), bold=True), f" · {standing_label}")]
    if more := len(occasions) - len(named):
        text = wording.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
        lines += [BLANK, Line.of(text.format(n=more, command="/positions"))]
    numbered = [
        Button(str(number), request=Request("holds", short(occasion.posting.id)).text)
        for number, occasion in enumerate(named, 1)
    ]
    rows = (tuple(numbered[start : start + _IN_A_ROW]) for start in range(0, len(numbered), _IN_A_ROW))
    return Message(tuple(lines), tuple(rows))
