"""What is pressed in a dialogue."""

from bot.chat.asking import token_of
from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.dialogue import replied
from bot.chat.request import Request


def _answer(context: Context, request: Request) -> Answer:
    token, _, reply = request.argument.partition(" ")
    state = context.facts.dialogue
    if state is None or not request.is_pressed or token != token_of(state):
        return beside(context.wording._("That question is over."))
    return replied(context, state, reply)


COMMAND = Command(name="reply", word="reply", place=100, is_hidden=True, summary=lambda _: "", answer=_answer)
