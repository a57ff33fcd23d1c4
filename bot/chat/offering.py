"""What a question in plain words asks to be told of: offered with a button, for nobody follows by a slip."""

from bot.chat.context import Answer, Context, short_answer
from bot.chat.request import Request
from bot.chat.saving import query_label, why_not
from bot.domain.message import Button, Line, Message, Span, shortened
from bot.domain.posting import Posting
from bot.questions.filters import read_filter
from bot.questions.question import Question
from bot.wording.wording import Wording


def reminder(wording: Wording, posting: Posting) -> Button:
    """Has who presses it reminded of a posting."""
    return Button(wording._("Remind me"), request=Request("remind", posting.id).text)


def calendar(wording: Wording, argument: str = "") -> Button:
    """Hands out deadlines as a file: of the posting of that id, of what a query finds, or all."""
    return Button(wording._("As a file for my calendar"), request=Request("calendar", argument).text)


def to_follow(context: Context, question: Question) -> Answer:
    """Offers to follow what a question looks for; without the words that no position has, or with them."""
    _ = context.wording._
    rest = context.without_unknown(question.query)
    texts = [context.text_of_query(query) for query in (rest, question.query) if query is not None]
    if question.query.is_all:
        texts = [""]
    if None in texts:
        return short_answer(_("I did not understand what you want to follow."))
    can_be = [text for text in texts if text is not None and why_not(context, text) is None]
    if not can_be:
        return why_not(context, texts[-1] or "") or short_answer(_("I did not understand what you want to follow."))
    lines = [
        Line.of(_("Shall I write to you in private when a position opens, moves its deadline or closes?")),
        *(Line.of("• ", Span(query_label(context, read_filter(text).query), bold=True)) for text in can_be),
    ]
    if len(can_be) > 1:
        words = ", ".join(_("“{word}”").format(word=word) for word in context.index.unknown(question.query))
        lines.append(Line.of(_("No position has {words}.").format(words=words)))
    rows = tuple((_follow(context.wording, text),) for text in can_be)
    return Answer(Message(tuple(lines), rows))


def _follow(wording: Wording, text: str) -> Button:
    _ = wording._
    label = _("Follow “{text}”").format(text=shortened(text, 40)) if text else _("Follow every position")
    return Button(label, request=Request("follow", text).text)
