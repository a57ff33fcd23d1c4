"""Approves what a source has asked for in the readings of which the reviewers were told."""

import re

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.effects import ApproveAll
from bot.chat.request import Request
from bot.chat.rules import no_admin
from bot.domain.message import Message


def _answer(context: Context, request: Request) -> Answer:
    match = re.fullmatch(r"([0-9]{1,11}) (\S+)", request.argument)
    if match is None:
        return beside(context.wording._("Nothing waits for approval."))
    return Answer(Message(()), effects=(ApproveAll(match[2], int(match[1])),))


COMMAND = Command(
    name="approveall",
    word="approveall",
    place=106,
    is_hidden=True,
    summary=lambda _: "",
    refusal=no_admin,
    answer=_answer,
)
