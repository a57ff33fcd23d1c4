"""`/calendar [ID|query]`: deadlines as a file for one's calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.chat.command import Command, spoken, takes_words
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import HandOutCalendar
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.saving import matching, query_label
from bot.chat.searching import answered
from bot.domain.message import Button, Document, Line, LineKind, Message, Span, joined, shortened
from bot.domain.posting import Posting
from bot.domain.version import told_deadline
from bot.planning.alarms import alarms
from bot.questions.filters import read_filter

_MOST_NAMED = 10
"""Postings that are named where no file can be handed over."""

MOST_IN_A_FILE = 500
"""Deadlines, the next ones: whoever asks for all of a large board must hold up nobody."""

_FILE = "deadlines.ics"
_ANEW = "new address"  # as a button asks for one


def _answer(context: Context, request: Request) -> Answer:
    text = " ".join(request.argument.split())
    name = text.strip("`<>").casefold()
    if not name or name in {_ANEW, *spoken("new_address")}:
        return _own(context, is_anew=bool(name))
    posting = context.posting(name)
    if posting and posting.is_listed(context.now):
        return _of_one(context, posting)
    question = context.read_question(text)
    postings = context.find(question.query)
    if not postings or (question.doubts and question.query.is_all):
        return answered(context, request, question, context.wording._("Deadlines"))
    site = context.wording.site
    address = site.at("calendar.ics", q=context.text_of_query(question.query) or text) if site else None
    return _handed_out(context, query_label(context, question.query), postings, address)


def _own(context: Context, *, is_anew: bool) -> Answer:
    """All that who asks follows and is reminded of; else all that is open."""
    _, site = context.wording._, context.wording.site
    if (postings := followed(context)) is not None:
        answer = _handed_out(context, _("What you follow"), postings, None)
        if site is None:
            return answer
        [effect] = answer.effects or (HandOutCalendar(_FILE, {}),)
        assert isinstance(effect, HandOutCalendar)  # noqa: S101  # it has no other
        return replace(answer, effects=(replace(effect, is_own=True, is_anew=is_anew),))
    every = [posting for posting in context.index if posting.is_open(context.now)]
    return _handed_out(context, _("All open positions"), every, site.at("calendar.ics") if site else None)


def followed(context: Context) -> list[Posting] | None:
    """What is open of what who asks follows and is reminded of; None for who follows nothing."""
    follower = context.facts.follower
    if follower is None or not (follower.queries or follower.reminders):
        return None
    postings = {
        posting.id: posting
        for saved in follower.queries
        for posting in matching(context, read_filter(saved.text).query)
    }
    reminded = (context.posting(name) for name in follower.reminders)
    postings |= {posting.id: posting for posting in reminded if posting and posting.is_open(context.now)}
    return list(postings.values())


def _of_one(context: Context, posting: Posting) -> Answer:
    wording = context.wording
    if told_deadline(posting) is None:
        text = wording._("{title} has no deadline to put into a calendar.")
        return short_answer(text.format(title=shortened(posting.title, 80)))
    address = wording.site.posting(posting.id, ".ics") if wording.site else None
    return _handed_out(context, shortened(posting.title, 200), [posting], address, name=f"{posting.id}.ics")


def _handed_out(
    context: Context, heading: str, postings: Sequence[Posting], address: str | None, name: str = _FILE
) -> Answer:
    """The file, and the public address that has the same, for programs that follow one."""
    wording = context.wording
    _ = wording._
    until = {posting.id: deadline.at for posting in postings if (deadline := told_deadline(posting))}
    dated = sorted(
        (posting for posting in postings if posting.id in until), key=lambda posting: (until[posting.id], posting.id)
    )
    count = wording.ngettext("{n} deadline", "{n} deadlines", len(dated)).format(n=len(dated))
    lines = [Line.of("📅 ", Span(joined([heading, count], ": "), bold=True))]
    if len(dated) > MOST_IN_A_FILE:
        dated = dated[:MOST_IN_A_FILE]
        lines.append(Line.of(_("Only the next {n} stand in the file.").format(n=MOST_IN_A_FILE)))
    if address:
        lines.append(Line.of(_("Subscribe to this address in your calendar, and it follows:")))
        lines.append(Line.of(Span(address, url=address)))
    if not dated:
        return Answer(Message(tuple(lines)), postings)
    facts = context.facts
    rings = {posting.id: alarms(posting, facts.follower, facts.as_others) for posting in dated}
    effect = HandOutCalendar(name, rings, tuple(_instead(context, dated)))
    return Answer(Message(tuple(lines), is_beside=True), postings, effects=(effect,))


def with_file(context: Context, message: Message, document: Document) -> Message:
    """The answer with its file."""
    stays = Line.of(context.wording._("The file stays as it is: what is moved or closed later does not reach it."))
    first, *others = message.lines
    return replace(message, lines=(first, stays, *others), document=document)


def with_address(context: Context, message: Message, address: str, *, is_another: bool) -> Message:
    """The answer with the private address that has the same, and follows. `is_another`: than the one before."""
    _ = context.wording._
    lines = [Line.of(_("Subscribe to this address in your calendar, and it follows what you follow:"))]
    if is_another:
        lines.insert(0, Line.of(_("The address before does not hold any more.")))
    lines.append(Line.of(Span(address, url=address)))
    lines.append(
        Line.of(
            _("Whoever knows it can read it: keep it to yourself. {forget} ends it.").format(
                forget=context.syntax.of("forget", "forget")
            )
        )
    )
    another = Button(_("Another address"), request=Request("calendar", _ANEW).text)
    return replace(message, lines=(*message.lines, *lines), buttons=(*message.buttons, (another,)))


def _instead(context: Context, dated: Sequence[Posting]) -> Iterator[Line]:
    """What the file holds, in words."""
    wording = context.wording
    _ = wording._
    yield Line.of(_("I cannot send files here; an admin finds in my log what is missing. This is what stands in it:"))
    for posting in dated[:_MOST_NAMED]:
        yield Line.of("• ", Span(shortened(posting.title, 80), bold=True), kind=LineKind.ITEM)
        yield from wording.deadline(posting, context.now, context.timezone)
    if (more := len(dated) - _MOST_NAMED) > 0:
        text = wording.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
        yield Line.of(text.format(n=more, command=context.syntax.of("deadlines", "deadlines")))


COMMAND = Command(
    name="calendar",
    word="calendar",
    place=44,
    usage=lambda w: w._("[ID or query]"),
    summary=lambda w: w._("deadlines as a file for your calendar"),
    takes=takes_words,
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    answer=_answer,
)
