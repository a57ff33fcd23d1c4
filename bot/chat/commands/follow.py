"""`/follow [query]`: from now on, a private message when something matches."""

from bot.chat.command import Command, takes_words
from bot.chat.commands import remind
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import Follow
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.saving import ALL_OF_IT, MOST_QUERIES, is_same, lead_times, understood, why_not
from bot.domain.message import BLANK, Button, Line, Message
from bot.questions.filters import read_filter


def _answer(context: Context, request: Request) -> Answer:
    wording, facts = context.wording, context.facts
    _ = wording._
    text = " ".join(request.argument.split())
    if context.index.get(text.casefold()):  # one position: its deadline and what becomes of it
        return remind.COMMAND.answer(context, Request("remind", text.casefold()))
    if (refusal := why_not(context, text)) is not None:
        return refusal
    known = facts.follower.queries if facts.follower else ()
    rows = [
        (Button(_("What matches now"), request=Request("positions", text).text),),
        (Button(_("Stop"), request=Request("unfollow", text or ALL_OF_IT).text),),
    ]
    if any(is_same(saved.text, text) for saved in known):
        line = Line.of(_("You follow that already."))
        return Answer(Message((line, understood(context, text)), tuple(rows)))
    if len(known) >= MOST_QUERIES:
        return short_answer(_("You follow {n} things already; end one of them first.").format(n=len(known)))
    lines = [
        Line.of(_("From now on I write to you when a position opens, moves its deadline or closes:")),
        understood(context, text),
    ]
    if unknown := context.index.unknown(read_filter(text).query) if text else ():
        named = ", ".join(_("“{word}”").format(word=word) for word in unknown)
        lines.append(Line.of(_("No position has {words}.").format(words=named)))
    lines += [BLANK, Line.of(_("Before its deadline I remind you: {leads}.").format(leads=lead_times(facts, wording)))]
    return Answer(Message(tuple(lines), tuple(rows)), effects=(Follow(text),))


COMMAND = Command(
    name="follow",
    word="follow",
    place=40,
    usage=lambda w: w._("[query]"),
    summary=lambda w: w._("a private message when something matches"),
    takes=takes_words,
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
