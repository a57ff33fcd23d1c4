"""Queries that are saved: how each is understood, why one cannot be, what matches now."""

from dataclasses import dataclass

from bot.chat.context import Answer, Context
from bot.chat.facts import Facts
from bot.chat.request import Request
from bot.domain.message import Button, Line, Message, Span, shortened
from bot.domain.posting import Posting
from bot.questions.filters import read_filter
from bot.questions.matching import matches
from bot.questions.query import Query, Scope
from bot.wording.wording import Wording

MOST_QUERIES = 20
"""So many can be followed by one person."""

LONGEST_QUERY = 200

ALL_OF_IT = "*"
"""How a button names the query that lets everything through."""


def query_label(context: Context, query: Query) -> str:
    """How a query is understood."""
    labels = " · ".join(part.label for part in context.parts(query))
    return labels[:1].upper() + labels[1:] if labels else context.wording._("Every position")


def matching(context: Context, query: Query) -> list[Posting]:
    """What is open now of what it would let through."""
    wide = context.index.widened(query)
    return [posting for posting in context.index if posting.is_open(context.now) and matches(wide, posting)]


def count_in_words(context: Context, query: Query) -> str:
    """How many match now."""
    count = len(matching(context, query))
    return context.wording.ngettext("{n} matches now", "{n} match now", count).format(n=count)


def lead_times(facts: Facts, wording: Wording) -> str:
    """When who asks is reminded, in words."""
    schedule = facts.follower.schedule(facts.as_others) if facts.follower else facts.as_others.schedule
    return ", ".join(map(str, schedule.reminders)) or wording._("never")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a query cannot be saved, in words; and what may be meant in its place: empty for all, None for nothing."""

    reason: str
    instead: str | None = None


def objection_to(context: Context, text: str) -> Objection | None:
    """Why a query cannot be saved; None where it can."""
    _ = context.wording._
    if len(text) > LONGEST_QUERY:
        return Objection(_("That is too long for me; a few words are enough."))
    if not text or not read_filter(text).problems:
        return None
    question, quoted = context.read_question(text), shortened(text, 60)
    if question.query.has_days or question.doubts:
        reason = _("I write when a position opens, whenever that is: of “{text}”, leave out the days.")
        return Objection(reason.format(text=quoted))
    if question.query.scope is Scope.CLOSED:
        return Objection(_("Of what is over there will be nothing to hear: leave “{text}” out.").format(text=quoted))
    if question.query.is_all:
        return Objection(_("“{text}” would let everything through. Is that what you want?").format(text=quoted), "")
    reason = _("I do not understand all of “{text}” for sure, and what I pass over you would not see.")
    plain = context.text_of_query(question.query)
    is_one = plain and not read_filter(plain).problems and plain != text
    return Objection(reason.format(text=quoted), plain if is_one else None)


def why_not(context: Context, text: str) -> Answer | None:
    """Why a query cannot be followed, with what can be instead; None where it can."""
    why = objection_to(context, text)
    if why is None:
        return None
    label = context.wording._("Follow “{text}”") if why.instead else context.wording._("Follow every position")
    if why.instead is None:
        return Answer(Message((Line.of(why.reason),)))
    request = Request("follow", why.instead).text
    button = Button(label.format(text=shortened(why.instead, 40)), request=request)
    return Answer(Message((Line.of(why.reason),), ((button,),)))


def understood(context: Context, text: str, *more: str) -> Line:
    """A saved query as it is understood, and what is said of it."""
    query = read_filter(text).query
    return Line.of(
        Span(query_label(context, query), bold=True), ": ", " · ".join((count_in_words(context, query), *more))
    )


def is_same(text: str, other_text: str) -> bool:
    """Whether two queries mean the same."""
    return text == other_text or (
        bool(text) and bool(other_text) and read_filter(text).query == read_filter(other_text).query
    )
