"""`/following`: what I follow, and of what I am reminded."""

from collections.abc import Iterator

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.saving import ALL_OF_IT, lead_times, understood
from bot.chat.setting import digest_in_words
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened

_IN_A_ROW = 5


def _answer(context: Context, _request: Request) -> Answer:
    wording, follower = context.wording, context.facts.follower
    _ = wording._
    if follower is None or not (follower.queries or follower.reminders):
        begin = context.syntax.of("follow", "follow")
        return short_answer(
            _("You follow nothing. {command} phd, for example, has me write when a PhD position opens.").format(
                command=begin
            )
        )
    lines: list[Line] = []
    buttons: list[Button] = []
    if follower.queries:
        lines.append(Line.of(Span(_("You follow"), bold=True)))
    for number, saved in enumerate(follower.queries, 1):
        lines.append(Line.of(f"{number}. ", *understood(context, saved.text).spans))
        buttons.append(Button(f"✕ {number}", request=Request("unfollow", saved.text or ALL_OF_IT).text))
    if follower.queries:
        lines += [
            BLANK,
            Line.of(_("Before deadlines I remind you: {leads}.").format(leads=lead_times(context.facts, wording))),
            *_rhythm(context),
        ]
    rows = [tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)]
    if follower.reminders:
        lines += [*([BLANK] if lines else []), Line.of(Span(_("Reminders of single positions"), bold=True))]
    for name, own in sorted(follower.reminders.items()):
        posting = context.index.get(name)
        title = shortened(posting.title, 80) if posting else name
        times = ", ".join(map(str, own.leads)) or _("never")
        lines.append(Line.of("• ", title, f": {times}"))
        rows.append((Button(f"✕ {shortened(title, 30)}", request=Request("remind", f"{name} off").text),))
    return Answer(Message(tuple(lines), tuple(rows)))


def _rhythm(context: Context) -> Iterator[Line]:
    """Their quiet hours and digest, where there are any."""
    facts, _ = context.facts, context.wording._
    schedule = facts.follower.schedule(facts.as_others) if facts.follower else facts.as_others.schedule
    if schedule.quiet:
        yield Line.of(_("I am silent: {hours}.").format(hours=schedule.quiet))
    if schedule.digest:
        yield Line.of(_("A digest comes {times}.").format(times=digest_in_words(context.wording, str(schedule.digest))))


COMMAND = Command(
    name="following",
    word="following",
    place=42,
    summary=lambda w: w._("what I follow, and of what I am reminded"),
    takes=lambda rest: not rest,
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
