"""What the platforms that listen are given, and how long they do."""

import asyncio
import logging
import time

from bot.app.admitting import Admission
from bot.app.attending import Attending
from bot.app.outside import Outside
from bot.app.responding import Responder
from bot.chat.cards import Cards
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.domain.form import Submission, Submitted
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.engine.rounds import Rounds
from bot.platforms.base import Answers, Platform, Reader
from bot.store import Ledger, LedgerError

_log = logging.getLogger("callboard")

_LISTEN_AGAIN = 30  # seconds


class Front:
    """What the platforms that listen are given: see `Answers`."""

    def __init__(
        self, rounds: Rounds, outside: Outside, ledger: Ledger, responder: Responder, attending: Attending
    ) -> None:
        self._answer, self._submitted, self._cards = responder.answer, responder.submitted, responder.cards
        self.ranks, self.linked, self.left = responder.ranks, responder.linked, responder.left
        self.arrived, self.came_back = attending.arrived, attending.came_back
        self.departed, self.moved = attending.departed, attending.moved
        self._metrics = outside.metrics
        self._ownership = rounds.ownership
        self.routes = outside.routes
        self._turn = rounds.turn
        self._admission = Admission()
        self.admit = self._admission.admit
        self._ledger = ledger
        self.while_it_sends = rounds.ownership.during
        self.look_who_sends = rounds.changed.set

    async def turn(self, destination: Destination) -> None:
        with self._admission.waiting():
            await self._turn(destination)

    async def is_notice(self, platform: str, reference: str) -> bool:
        try:
            return await self._ledger.has_sent(platform, reference)
        except LedgerError as error:
            _log.debug("taken for an announcement: %s", error)
            return True

    def sends(self, platform: str) -> bool:
        return platform in self._ownership

    async def submitted(self, submission: Submission, reader: Reader) -> Submitted:
        return await self._submitted(submission, reader)

    async def cards(self, text: str, reader: Reader, first: int) -> Cards | None:
        return await self._cards(text, reader, first) if self._admission.admits_typing(reader) else None

    async def answer(self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS) -> Message:
        began = time.perf_counter()
        message = await self._answer(request, reader, syntax)
        self._metrics.answered(reader.destination.platform, request.command, time.perf_counter() - began)
        return message


async def listen(platform: Platform, front: Answers) -> None:
    """Has a platform answer people until it is cancelled, whatever its libraries raise."""
    while True:
        try:
            return await platform.listen(front)
        except Exception as error:  # noqa: BLE001  # one platform's trouble must not end the bot
            _log.error("%s: listening ended (%r), begun again in %d s", platform.name, error, _LISTEN_AGAIN)
            _log.debug("unexpected", exc_info=True)
            await asyncio.sleep(_LISTEN_AGAIN)
