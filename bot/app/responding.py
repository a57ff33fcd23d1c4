"""Answers people on platforms: who asks and what they may goes in, what is said comes out, and effects are done."""

import logging
from collections.abc import Awaitable, Callable

from bot.board import Callboard
from bot.chat.context import Answer, Context, Effect
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.core.message import BLANK, Line, Message
from bot.core.person import People, Person, Rights
from bot.platforms.base import Reader

_log = logging.getLogger("callboard")

Apply = Callable[[Context, Effect], Awaitable[Message | None]]
"""Does what an effect says. Gives what is said in the answer's place; None where the answer holds as it is. Raises for
what could not be done.
"""


async def nothing_applies(_context: Context, effect: Effect) -> Message | None:
    """For a bot that can only answer."""
    raise NotImplementedError(f"nothing does {type(effect).__name__}")


class Responder:
    """Answers requests. `apply` does their effects."""

    def __init__(self, board: Callboard, apply: Apply = nothing_applies, people: People | None = None) -> None:
        self._board = board
        self._apply = apply
        self._people = people or People()

    async def answer(self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS) -> Message:
        """The answer to a reader. Never fails, never stays silent."""
        context = self._board.context(request, reader, syntax, self._rights(reader))
        return await self._done(context, self._board.answer(context, request, reader))

    def _rights(self, reader: Reader) -> Rights:
        person = Person(reader.destination.platform, reader.person) if reader.person else None
        return self._people.rights(person, runs_bot=reader.runs_bot)

    async def _done(self, context: Context, answer: Answer) -> Message:
        """What is shown once the effects are done: the answer, or what became of them."""
        message = answer.message
        for effect in answer.effects:
            try:
                message = await self._apply(context, effect) or message
            except Exception as error:  # noqa: BLE001  # whoever asked is told, whatever it was
                _log.error("%s could not be done: %r", type(effect).__name__, error)
                _log.debug("unexpected", exc_info=True)
                said = context.wording._("That could not be done. Please try again later.")
                return Message((Line.of(said), *((BLANK, *message.lines) if answer.found else ())))
        return message
