"""`/remind ID [lead…]`: reminds me before that deadline; `/remind ID off` ends it."""

from datetime import datetime

from bot.chat.command import Command, spoken, takes_words
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import RemindMe
from bot.chat.facts import Need
from bot.chat.naming import id_and_rest, unknown
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.saving import matching
from bot.domain.message import Button, Line, Message, Span, shortened
from bot.domain.posting import Deadline, Posting
from bot.domain.schedule import Lead, Schedule, is_lead
from bot.domain.version import told_deadline
from bot.domain.zones import zone
from bot.planning.wanted import reminders
from bot.questions.filters import read_filter
from bot.wording.wording import Wording

_MOST = 10  # lead times


def _answer(context: Context, request: Request) -> Answer:
    _ = context.wording._
    name, leads_written = id_and_rest(request)
    posting = context.posting(name)
    if posting is None or not posting.is_listed(context.now):
        return unknown(context, COMMAND, name)
    if leads_written.casefold() in spoken("off"):
        return _ended(context, posting)
    if not posting.is_open(context.now):
        return short_answer(_("{title} is not open any more.").format(title=shortened(posting.title, 80)))
    schedule = own_schedule(context)
    leads = read_leads(context, leads_written)
    if isinstance(leads, str):
        return short_answer(leads)
    leads = leads or schedule.reminders
    ahead = [
        reminder.at
        for reminder in reminders(posting, schedule.reminding(leads))
        if reminder.at and reminder.at > context.now
    ]
    wording = context.wording
    lines = [Line.of(Span(shortened(posting.title, 200), bold=True))]
    lines += wording.deadline(posting, context.now, schedule.timezone)
    follower = context.facts.follower
    before = follower.reminders.get(posting.id) if follower else None
    is_known = before is not None and before.leads == leads
    if is_known:
        lines.append(Line.of(_("You are reminded of it already.")))
    if ahead:
        lines += [
            Line.of(_("I remind you in private:")),
            *(Line.of("• ", _when(wording, at, schedule.timezone)) for at in ahead),
        ]
    else:
        is_undated = told_deadline(posting) is None
        text = (
            _("It has no deadline to remind of; I write when it gets one, or closes.")
            if is_undated
            else _("All of that has passed; I write when the deadline moves, or it closes.")
        )
        lines.append(Line.of(text))
    stop = Button(_("Stop"), request=Request("remind", f"{posting.id} off").text)
    effects = () if is_known else (RemindMe(posting.id, leads),)
    return Answer(Message(tuple(lines), ((stop,),)), (posting,), effects=effects)


def read_leads(context: Context, written: str) -> tuple[Lead, ...] | str:
    """Lead times as somebody writes them; or what to write instead, in words."""
    _ = context.wording._
    try:
        leads = tuple(dict.fromkeys(map(Lead.parse, written.replace(",", " ").split())))
    except ValueError:
        usage = COMMAND.written(context.syntax, context.wording)
        text = _("I do not understand “{text}”. Write days or hours before the deadline: {usage}, such as 3d 2h.")
        return text.format(text=shortened(written, 60), usage=usage)
    return leads if len(leads) <= _MOST else _("Those are too many: {n} lead times at most.").format(n=_MOST)


def _ended(context: Context, posting: Posting) -> Answer:
    """Ends it. Who hears of the posting anyway is not reminded of it all the same."""
    _ = context.wording._
    follower = context.facts.follower
    is_followed = follower is not None and any(
        posting in matching(context, read_filter(saved.text).query) for saved in follower.queries
    )
    text = _("I do not remind you of {title} any more.").format(title=shortened(posting.title, 80))
    return short_answer(text, RemindMe(posting.id, () if is_followed else None))


def _when(wording: Wording, at: datetime, timezone: str) -> str:
    return wording.when(Deadline(at.astimezone(zone(timezone)), timezone))


def own_schedule(context: Context) -> Schedule:
    """When who asks is reminded."""
    facts = context.facts
    return facts.follower.schedule(facts.as_others) if facts.follower else facts.as_others.schedule


def _takes(rest: str) -> bool:
    """An id, and lead times or "off"."""
    words = rest.replace(",", " ").casefold().split()
    return takes_words(rest) and bool(words) and all(_is_when(word) for word in words[1:])


def _is_when(word: str) -> bool:
    return is_lead(word) or word in spoken("off") or word.startswith("[")  # as the help writes it


COMMAND = Command(
    name="remind",
    word="remind",
    place=43,
    usage=lambda w: w._("ID [lead…]"),
    summary=lambda w: w._("reminds me before that deadline: 3d 2h"),
    takes=_takes,
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
