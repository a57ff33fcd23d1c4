"""Dialogues: what is said while a question is open goes to whoever asked it."""

from bot.chat import extending
from bot.chat.asking import State
from bot.chat.context import Answer, Context
from bot.chat.effects import Claim, Reject
from bot.chat.handing_in import advanced
from bot.domain.letters import trimmed
from bot.domain.message import Message


def replied(context: Context, state: State, text: str) -> Answer:
    """What follows what was said to an open question."""
    if state["kind"] == "why":
        why = trimmed(text)
        return Answer(Message(()), effects=(Claim(state), Reject(state["draft"], None if why == "-" else why)))
    if state["kind"] == extending.UNTIL:
        return extending.answered(context, state, text)
    return advanced(context, state, text)
