"""What the bot says of itself where it was let in."""

from bot.audiences.audience import Audience
from bot.chat.arranging import ANNOUNCE, announced_in_words, wished
from bot.chat.context import Context
from bot.chat.request import Request
from bot.chat.setting import Heard
from bot.domain.message import BLANK, Button, Line, Message, Span


def introduction(context: Context, usual: Audience, written: str) -> Message:
    """What it would post in a place that no config names, and how that is changed. `usual`: how it would hear there;
    `written`: what stands in front of a key in its settings, as who is told writes it.
    """
    _, command = context.wording._, context.syntax.of("settings", "settings")
    place = written.strip() if written.startswith(("@", "-")) else _("this chat")
    kinds = announced_in_words(context.wording, ANNOUNCE.written(Heard(wished(usual), usual.language)))
    count = sum(posting.is_open(context.now) for posting in context.index)
    would = context.wording.ngettext(
        "I know of {n} open position, and would announce in {place}: {kinds}.",
        "I know of {n} open positions, and would announce in {place}: {kinds}.",
        count,
    )
    asks = _("I post nothing by myself before one of its administrators agrees: {command}")
    more = _("Which positions, what of them, when and in which language: {command}. Anybody may ask me: {help}")
    lines = (
        Line.of(Span(_("Hello!"), bold=True), " ", would.format(n=count, place=place, kinds=kinds)),
        BLANK,
        Line.of(asks.format(command=f"{command} {written}announce on")),
        Line.of(more.format(command=f"{command} {written}".strip(), help=context.syntax.of("help", "help"))),
    )
    label = _("Announce in {place}").format(place=place)
    return Message(lines, ((Button(label, request=Request("settings", f"{written}announce on").text),),))
