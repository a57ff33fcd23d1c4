"""What people are on their platforms: whether they belong to the lab, and which groups and channels they administer."""

import logging
from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta

from bot.domain.person import Person, Rights
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.platforms.base import CannotAskError, Platform

_log = logging.getLogger("callboard")

_MEMBER_FOR, _OTHERWISE_FOR = timedelta(minutes=5), timedelta(seconds=30)
_MANY = 10_000


class _Remembered:
    """Answers, each for a while."""

    def __init__(self, board: Callboard) -> None:
        self._board = board
        self._answers: dict[Hashable, tuple[datetime, bool]] = {}

    def get(self, question: Hashable) -> bool | None:
        """The answer that holds still."""
        until, answer = self._answers.get(question, (None, False))
        return answer if until and until > self._board.clock() else None

    def keep(self, question: Hashable, span: timedelta, *, answer: bool) -> None:
        if len(self._answers) >= _MANY:
            self._answers.clear()
        self._answers[question] = self._board.clock() + span, answer


class RightsAtPlatforms:
    """Asks the platforms, and keeps what they say for a short while only."""

    def __init__(self, board: Callboard, platforms: Mapping[str, Platform]) -> None:
        self._board, self._platforms = board, platforms
        self._remembered = _Remembered(board)

    async def is_member(self, person: Person, rights: Rights) -> bool | None:
        """Whether somebody belongs to the lab; None where the platform cannot say."""
        platform = self._platforms.get(person.platform)
        if rights.is_editor or platform is None:
            return False
        known = self._remembered.get(person)
        if known is not None:
            return known
        places = [channel.destination for channel in self._board.config.channels]
        try:
            is_one = await platform.is_member(person.id, [at for at in places if at.platform == person.platform])
        except CannotAskError as error:
            _log.warning("whether %s belongs to the lab: %s", person, error)
            return None
        self._remembered.keep(person, _MEMBER_FOR if is_one else _OTHERWISE_FOR, answer=is_one)
        return is_one

    async def administers(self, person: Person, place: Destination) -> bool | None:
        """Whether somebody decides about a place; None where the platform cannot say."""
        platform = self._platforms.get(place.platform)
        if platform is None or person.platform != place.platform:
            return False
        question = person, place.address
        known = self._remembered.get(question)
        if known is not None:
            return known
        try:
            does = await platform.administers(person.id, place)
        except CannotAskError as error:
            _log.warning("whether somebody administers %s: %s", place.address, error)
            return None
        self._remembered.keep(question, _OTHERWISE_FOR, answer=does)
        return does
