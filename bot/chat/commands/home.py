"""A person's own page: what is open, what they follow and are reminded of, their settings, and handing in.

Platforms that have a place for such a page show its sections there; elsewhere `/home` is answered with the same in one
message, with numbers in place of each position's buttons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.chat import offering
from bot.chat.command import Command
from bot.chat.commands import following, new, settings, subscribe
from bot.chat.context import Answer, Context
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.searching import PAGE, number_buttons, turns
from bot.domain.message import BLANK, Button, Line, Message, Span
from bot.domain.posting import Posting
from bot.questions.query import EVERYTHING

_MOST_ROWS = 10
"""Rows of buttons below what is followed: a page has no room for any number."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One page of what is open: all of it, what stands there, from which number on, and what leads to other pages."""

    postings: Sequence[Posting]
    shown: Sequence[Posting]
    first: int
    turns: tuple[Button, ...]
    page_lines: tuple[Line, ...]


def _answer(context: Context, request: Request) -> Answer:
    leaf, own = _leaf(context, request), tuple(_own(context))
    heading = _heading(context, leaf.postings)
    sections = (
        Message((heading,), _rows(_ways_on(context, new.COMMAND, settings.COMMAND))),
        *(_position(context, posting) for posting in leaf.shown),
        *([Message(leaf.page_lines, (leaf.turns,))] if leaf.turns else []),
        *own,
    )
    numbered = context.wording.listing("", leaf.shown, context.now, context.timezone, leaf.first)[1:]
    lines = [heading, *numbered, *([BLANK, *leaf.page_lines] if leaf.page_lines else [])]
    for section in own:
        lines += [BLANK, *section.lines]
    ways_on = _ways_on(context, new.COMMAND, following.COMMAND, settings.COMMAND)
    rows = _rows(number_buttons(leaf.shown, leaf.first), leaf.turns, ways_on)
    return Answer(Message(tuple(lines), rows, sections=sections))


def _leaf(context: Context, request: Request) -> _Leaf:
    postings = context.find(EVERYTHING)
    pages = max(1, -(-len(postings) // PAGE))
    number = min(request.page, pages)
    first = (number - 1) * PAGE
    shown = postings[first : first + PAGE]
    if pages == 1:
        return _Leaf(postings, shown, first + 1, (), ())
    page_of_pages = context.wording._("Page {page} of {pages}").format(page=number, pages=pages)
    return _Leaf(postings, shown, first + 1, turns(context.wording, request, number, pages), (Line.of(page_of_pages),))


def _heading(context: Context, postings: Sequence[Posting]) -> Line:
    if not postings:
        return Line.of(context.when_empty)
    return Line.of(Span(f"{context.wording.open_positions()}: {len(postings)}", bold=True))


def _ways_on(context: Context, *commands: Command) -> tuple[Button, ...]:
    """What leads on to those of these commands that this person may use."""
    _ = context.wording._
    labels = {
        "new": _("Hand in a position"),
        "following": _("What I follow"),
        "subscribe": _("Follow a search"),
        "settings": _("My settings"),
    }
    allowed = (command.name for command in commands if command.refusal(context) is None)
    return tuple(Button(labels[name], request=Request(name).text) for name in allowed)


def _position(context: Context, posting: Posting) -> Message:
    """One that is open, with what can be done about it."""
    wording = context.wording
    _ = wording._
    lines = wording.listed(posting, context.now, context.timezone)
    buttons = [Button(_("In full"), request=Request("position", posting.id).text)]
    own = context.facts.follower.reminders.get(posting.id) if context.facts.follower else None
    if own and own.leads:
        lines.append(Line.of("⏰ ", _("I remind you: {leads}").format(leads=", ".join(map(str, own.leads)))))
        buttons.append(Button(_("Do not remind me"), request=Request("remind", f"{posting.id} off").text))
    elif nobody_to_write_to(context) is None:
        buttons.append(offering.reminder(wording, posting))
    return Message(tuple(lines), (tuple(buttons),))


def _own(context: Context) -> Iterator[Message]:
    """What somebody follows, and how they hear."""
    if nobody_to_write_to(context) is not None:
        return
    followed = following.COMMAND.answer(context, Request("following")).message
    more = (subscribe.COMMAND, *(() if len(followed.buttons) <= _MOST_ROWS else (following.COMMAND,)))
    yield replace(followed, buttons=_rows(*followed.buttons[:_MOST_ROWS], _ways_on(context, *more)))
    in_words = replace(context, facts=replace(context.facts, shows_forms=False))
    yield settings.COMMAND.answer(in_words, Request("settings")).message


def _rows(*rows: tuple[Button, ...]) -> tuple[tuple[Button, ...], ...]:
    return tuple(row for row in rows if row)


COMMAND = Command(
    name="home",
    word="home",
    place=119,
    is_hidden=True,
    may_begin=True,
    summary=lambda _: "",
    takes=lambda rest: not rest,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER, Need.MEMBERSHIP)),
    answer=_answer,
)
