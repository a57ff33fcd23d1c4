"""`/unfollow [query|number|all]`: ends what was followed."""

from bot.chat.command import Command, spoken
from bot.chat.commands import following
from bot.chat.context import Answer, Context, short_answer
from bot.chat.effects import Unfollow
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.saving import ALL_OF_IT, is_same, query_label
from bot.domain.message import shortened
from bot.questions.filters import read_filter


def _answer(context: Context, request: Request) -> Answer:
    _ = context.wording._
    known = [saved.text for saved in context.facts.follower.queries] if context.facts.follower else []
    written = " ".join(request.argument.split())
    if not known:
        return short_answer(_("You follow nothing."))
    if not written and len(known) > 1:
        return following.COMMAND.answer(context, Request("following"))
    ended = known if not written else _ended(written, known)
    if not ended:
        text = _("You do not follow “{text}”; {command} shows what you do.")
        command = following.COMMAND.written(context.syntax, context.wording)
        return short_answer(text.format(text=shortened(written, 60), command=command))
    names = ", ".join(query_label(context, read_filter(text).query) for text in ended)
    return short_answer(_("You do not follow this any more: {queries}.").format(queries=names), Unfollow(tuple(ended)))


def _ended(written: str, known: list[str]) -> list[str]:
    """What is meant: by its number, as it was written, as it is understood, or all."""
    if written == ALL_OF_IT:
        return [text for text in known if not text]
    if same := [text for text in known if text.casefold() == written.casefold()]:
        return same
    if written.casefold() in spoken("all"):
        return known
    if written.isdecimal():
        return known[int(written) - 1 : int(written)] if 0 < int(written) <= len(known) else []
    return [text for text in known if is_same(text, written)]


COMMAND = Command(
    name="unfollow",
    word="unfollow",
    place=41,
    usage=lambda w: w._("[query, number, all]"),
    summary=lambda w: w._("ends that"),
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
