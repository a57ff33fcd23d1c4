"""`/positions [query]`: what is open, or what a question in plain words asks for."""

from bot.chat.command import Command
from bot.chat.searching import positions

COMMAND = Command(
    name="positions",
    word="",
    place=0,
    usage=lambda w: w._("[query]"),
    summary=lambda w: w._("what is open, soonest deadline first"),
    may_begin=True,
    answer=positions,
)
