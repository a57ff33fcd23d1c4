"""A form once more, as it was filled in last."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.facts import Need
from bot.chat.forms import opened, refused
from bot.chat.request import Request


def _answer(context: Context, request: Request) -> Answer:
    del request
    state = context.facts.form
    if state is None:
        return beside(context.wording._("That form was sent, or is older than a day. Please begin anew."))
    if refusal := refused(context, state):
        return beside(refusal)
    return opened(context, state)


COMMAND = Command(
    name="form",
    word="form",
    place=105,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.MEMBERSHIP, Need.FORM)),
    answer=_answer,
)
