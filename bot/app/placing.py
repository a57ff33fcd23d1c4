"""Groups and channels in which the bot is: what is known of the one that somebody speaks of, and what is set there."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.app.standing import RightsAtPlatforms
from bot.audiences.place import Place, written_of
from bot.chat.arranging import MOST_PLACES, Meant
from bot.chat.context import Context
from bot.chat.effects import Arrange
from bot.chat.facts import PlaceFacts
from bot.chat.introducing import introduction
from bot.chat.request import Request
from bot.config import Config
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.message import Message
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.places import Places
from bot.platforms.base import CannotAskError, DeliveryError, Platform, Reader
from bot.store import Ledger
from bot.store.places import Introduced

_log = logging.getLogger("callboard")

_TOLD_AGAIN = timedelta(hours=1)


class Placing:
    """Used in one event loop."""

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        places: Places,
        standing: RightsAtPlatforms,
    ) -> None:
        self._board, self._store, self._platforms = board, ledger.places, platforms
        self._places, self._standing = places, standing
        self._told_at = datetime.min.replace(tzinfo=UTC)
        self._coming_and_going = asyncio.Lock()  # a group that moves is told of by several updates at once

    def has_administrators(self, platform: str) -> bool:
        """Whether places there have administrators who can be told from others."""
        return getattr(type(self._platforms.get(platform)), "administers", None) is not Platform.administers

    async def about(self, meant: Meant, context: Context, reader: Reader, person: Person) -> PlaceFacts:
        """What is known of a place that somebody speaks of. Raises `LedgerError`."""
        try:
            meant_place = await self._there(meant, reader)
        except CannotAskError as error:
            _log.warning("which place is meant: %s", error)
            return PlaceFacts("", reader.destination, meant.written, administers=None)
        names = self._places.names(meant_place)
        facts = PlaceFacts(names[0], replace(meant_place.destination, thread=None), meant.written)
        if not meant_place.destination.address:
            return replace(facts, is_known=False)
        if reader.is_private and not meant.address:
            return replace(facts, administers=True)  # of nothing yet
        administers = context.rights.is_admin or await self._standing.administers(person, meant_place.destination)
        if not administers:
            return replace(facts, administers=administers, invitation=await self._invitation(reader))
        channel = self._places.configured(names[0])
        if len(names) > 1 and channel and channel.destination.thread != meant_place.destination.thread:
            return replace(facts, administers=True)
        place = await self._store.get(names[0]) or Place(names[0], meant_place.destination)
        is_placed = place.has_agreed and bool(place.settings.announce)  # it stays in the topic where that was said
        return replace(
            facts,
            destination=channel.destination if channel else place.destination if is_placed else meant_place.destination,
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

    # --- Where the bot comes and goes

    async def arrived(self, context: Context, reader: Reader, written: str) -> Message | None:
        """What the bot says where it was let in, if no config names the place; that it does is written down. Raises
        `LedgerError`.
        """
        [name, *_] = self._places.names(reader)
        if self._places.configured(name) or is_review(self._board.config, reader):
            return None
        at = replace(reader.destination, thread=None)
        verdict = await self._store.introduce(name, at, context.now)
        if verdict is not Introduced.TOO_MANY:
            self._places.ask_again()
        elif context.now - self._told_at >= _TOLD_AGAIN:
            self._told_at = context.now
            _log.warning("the bot is added to more places than it introduces itself in: it is silent there")
        usual = self._board.config.usual
        return introduction(context, usual, written) if verdict is Introduced.DUE else None

    async def came_back(self, reader: Reader) -> None:
        """It was there, and may do otherwise there than it could. Raises `LedgerError`."""
        if await self._store.come_back(self._places.names(reader)[0]):
            self._places.ask_again()

    async def departed(self, reader: Reader, now: datetime) -> None:
        """It is not let in there any more: what no config names is let go. Raises `LedgerError`."""
        async with self._coming_and_going:
            [name, *_] = self._places.names(reader)
            is_let_go = not (self._places.configured(name) or self._places.has_moved(reader))
            if is_let_go and await self._store.leave(name, now):
                self._places.ask_again()

    async def moved(self, reader: Reader, address: str) -> None:
        """A group has another address now, and is the same place. Raises `LedgerError`."""
        async with self._coming_and_going:
            await self._places.follow(reader, address)
            await self.came_back(reader)  # what is told first may be that the bot has left the former one

    # --- What is set

    async def arrange(self, context: Context, person: Person, effect: Arrange) -> None:
        """Does what an administrator asks for. Raises `LedgerError`."""
        by = Contributor(person, str(person))
        changes = "; ".join(f"{key} {value}" for key, value in written_of(effect.own).items())
        changes = "; ".join(filter(None, ("default" if effect.anew else "", changes)))
        entry = AuditEntry(context.now, by, Action.SET, None, f"{effect.name}: {changes}")
        await self._store.arrange(effect.name, effect.destination, effect.own, [entry], anew=effect.anew)
        _log.info("%s: its administrators have set %s", effect.name, ", ".join(written_of(effect.own)) or "nothing")
        self._places.ask_again()


def is_review(config: Config, reader: Reader) -> bool:
    """Whether somebody is where drafts are reviewed."""
    review = config.submissions.review
    here = {reader.destination.address, reader.known_as}
    at = review.destination if review else None
    return at is not None and at.platform == reader.destination.platform and at.address in here
