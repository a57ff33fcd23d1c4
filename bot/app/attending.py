"""What the platforms tell of where the bot comes and goes; never fails."""

import logging
from collections.abc import Awaitable, Callable

from bot.app.placing import Placing
from bot.app.readers import Readers
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.domain.message import Message
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.platforms.base import Reader
from bot.store import LedgerError

_log = logging.getLogger("callboard")


class Attending:
    """What platforms tell of where the bot comes and goes, written down: see `Answers`. A database that cannot be used
    is told in the log.
    """

    def __init__(self, board: Callboard, placing: Placing, readers: Readers) -> None:
        self._board, self._placing, self._readers = board, placing, readers

    async def arrived(self, reader: Reader, written: str = "", syntax: Syntax = SLASH_COMMANDS) -> Message | None:
        try:
            return await self._placing.arrived(self._board.context(Request("help"), reader, syntax), reader, written)
        except LedgerError as error:
            _log.error("the bot does not introduce itself: %s", error)
            return None

    async def came_back(self, reader: Reader) -> None:
        if reader.is_private:
            await self._note(lambda: self._readers.let_in(_person(reader), self._board.clock()))
        else:
            await self._note(lambda: self._placing.came_back(reader))

    async def departed(self, reader: Reader) -> None:
        if reader.is_private:
            await self._note(lambda: self._readers.shut_out(_person(reader), self._board.clock()))
        else:
            await self._note(lambda: self._placing.departed(reader, self._board.clock()))

    async def moved(self, reader: Reader, address: str) -> None:
        await self._note(lambda: self._placing.moved(reader, address))

    async def _note(self, write: Callable[[], Awaitable[None]]) -> None:
        try:
            await write()
        except LedgerError as error:
            _log.error("where the bot is could not be written down: %s", error)


def _person(reader: Reader) -> Person:
    return Person(reader.destination.platform, str(reader.person))
