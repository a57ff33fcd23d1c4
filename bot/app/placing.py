"""Groups and channels in which the bot is: what is known of the one that somebody speaks of, and what is set there."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.app.standing import Standing
from bot.audiences.place import Place, written_of
from bot.chat.arranging import MOST_PLACES, Meant
from bot.chat.context import Context
from bot.chat.effects import Arrange
from bot.chat.facts import PlaceFacts
from bot.chat.request import Request
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.places import Places
from bot.platforms.base import DeliveryError, Platform, Reader
from bot.store import Ledger

_log = logging.getLogger("callboard")


class Placing:
    """Used in one event loop."""

    def __init__(
        self, board: Callboard, ledger: Ledger, platforms: Mapping[str, Platform], places: Places, standing: Standing
    ) -> None:
        self._board, self._store, self._platforms = board, ledger.places, platforms
        self._places, self._standing = places, standing

    def has_administrators(self, platform: str) -> bool:
        """Whether places there have administrators who can be told from others."""
        return getattr(type(self._platforms.get(platform)), "administers", None) is not Platform.administers

    async def about(self, meant: Meant, context: Context, reader: Reader, person: Person) -> PlaceFacts:
        """What is known of a place that somebody speaks of. Raises `LedgerError`."""
        there = await self._there(meant, reader)
        names = self._places.names(there)
        facts = PlaceFacts(names[0], replace(there.destination, thread=None), meant.written)
        if not there.destination.address:
            return replace(facts, is_known=False)
        if reader.is_private and not meant.address:
            return replace(facts, administers=True)  # of nothing yet
        administers = context.rights.is_admin or await self._standing.administers(person, there.destination)
        if not administers:
            return replace(facts, administers=administers, invitation=await self._invitation(reader))
        channel = self._places.configured(names[0])
        if len(names) > 1 and channel and channel.destination.thread != there.destination.thread:
            return replace(facts, administers=True)
        place = await self._store.get(names[0]) or Place(names[0], there.destination)
        return replace(
            facts,
            destination=channel.destination if channel else there.destination,
            audience=channel or self._board.config.usual,
            own=place.settings,
            is_heard=channel is not None or place.has_agreed,
            is_configured=channel is not None,
            administers=True,
            is_full=self._places.count >= MOST_PLACES,
        )

    async def _there(self, meant: Meant, reader: Reader) -> Reader:
        """The place, as if it were asked about there; with no address where there is none."""
        if not meant.address:
            return reader
        platform = reader.destination.platform
        address = await self._platforms[platform].lasting_address(meant.address)
        return Reader(Destination(platform, address or ""), known_as=meant.address, person=reader.person)

    async def _invitation(self, reader: Reader) -> str | None:
        if reader.is_private or reader.is_shown_alone:
            return None
        try:
            return await self._platforms[reader.destination.platform].invitation(Request("settings").command)
        except DeliveryError as error:
            _log.debug("no way into the private chat is known: %s", error)
            return None

    async def arrange(self, context: Context, person: Person, effect: Arrange) -> None:
        """Does what an administrator asks for. Raises `LedgerError`."""
        by = Contributor(person, str(person))
        said = "; ".join(f"{key} {value}" for key, value in written_of(effect.own).items())
        entry = AuditEntry(context.now, by, Action.SET, None, f"{effect.name}: {said}")
        await self._store.arrange(effect.name, effect.destination, effect.own, [entry])
        self._places.ask_again()
