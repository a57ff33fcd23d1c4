"""Postings to choose from while somebody types, to be put into a conversation in which the bot is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.request import Request
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.posting import Posting
from bot.wording.wording import Wording

PAGE = 20
"""Cards at once."""


@dataclass(frozen=True, slots=True)
class Card:
    """One posting: a title and a line below to choose it by, and the message that is put into the conversation. As
    nobody can put that right there, it says as of which day it holds, and not how much time is left.
    """

    posting: str
    title: str
    summary: str
    message: Message


@dataclass(frozen=True, slots=True)
class Cards:
    """Some of what was found. `following`: how many come before the next ones; None after the last. `remark`: what
    whoever types has to know above them.
    """

    cards: Sequence[Card]
    following: int | None = None
    remark: str | None = None


def cards(context: Context, text: str, first: int = 0) -> Cards:
    """What a question finds, from the card of that number on (0 is the first). What was not understood for sure is
    said and left out; where nothing else was asked, nothing is found.
    """
    wording = context.wording
    question = context.read_question(text)
    if question.doubts and question.query.is_all:
        return Cards((), remark=_remark(wording, question.doubts[0].text))
    postings = context.find(question.query)
    shown = postings[first : first + PAGE]
    following = first + PAGE if first + PAGE < len(postings) else None
    remark = _remark(wording, question.doubts[0].text) if question.doubts else None
    if not postings:
        remark = remark or (context.when_empty if question.query.is_all else wording._("Nothing matches."))
    return Cards([_card(context, posting) for posting in shown], following, remark)


def _remark(wording: Wording, text: str) -> str:
    return wording._("I did not understand “{text}” for sure, so I left it out.").format(text=shortened(text, 60))


def _card(context: Context, posting: Posting) -> Card:
    wording, now = context.wording, context.now
    until = wording.deadline(posting, now, context.timezone)[:1]
    parts = (wording.roles(posting), posting.location, *(line.text.strip() for line in until))
    shown = wording.posting(posting, now, context.timezone, left=False)
    as_of = wording._("As of {date}").format(date=wording.day(context.here.date().isoformat()))
    links = [row for row in shown.buttons if all(button.url for button in row)]
    if posting.is_open(now):
        links.append((Button(wording._("Remind me"), request=Request("remind", posting.id).text),))
    message = Message((*shown.lines, BLANK, Line.of(Span(as_of, italic=True))), tuple(links))
    return Card(posting.id, shortened(posting.title, 120), shortened(" · ".join(filter(None, parts)), 200), message)
