"""Groups and channels as their administrators want them, kept in step with the database while the bot runs."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.place import Place, heard_at, is_own_name, own_name
from bot.config import Config
from bot.engine.board import Callboard
from bot.engine.channels import Channels, Moved
from bot.engine.facts import PlacesChanged
from bot.platforms.base import Reader
from bot.store import Ledger
from bot.store.places import AGAIN_AFTER, PlaceStore

_log = logging.getLogger("callboard")

_ASKED_EVERY = 12.0
"""Seconds: how often to look whether another process has changed something. Of this one's changes there is a fact."""
_FORGOTTEN_EVERY = 3600.0  # seconds
_NEVER = float("-inf")

KEPT_AFTER = timedelta(days=30)
"""For so long it is kept how a place wanted to hear that does not let the bot in any more."""


class Places:
    """Puts what administrators have said over the channels of the config, and the places where they have agreed beside
    them. What the config has locked stays as it is, and what it names is its own channel's.
    """

    def __init__(self, board: Callboard, ledger: Ledger, platforms: Collection[str]) -> None:
        self._platforms = platforms
        self._board, self._ledger, self._store = board, ledger, ledger.places
        self._channels = board.channels
        self._heard: Mapping[str, Audience] = {}
        self._last: tuple[Collection[Place], Moved] = ((), {})
        self._shut_out: set[str] = set()
        self._asked_at = self._forgot_at = _NEVER
        self._unread: frozenset[str] = frozenset()
        self._moved: Moved = {}
        self._own_names: Mapping[tuple[str, str], str] = {}

    @property
    def count(self) -> int:
        """How many there are where announcements go that no config names."""
        return sum(map(is_own_name, self._heard))

    def configured(self, name: str) -> Audience | None:
        """The channel of the config of that name, as the config says it."""
        return self._channels.configured(name)

    def ask_again(self) -> None:
        """Something was changed by this process: it counts from the next round on, which comes at once."""
        self._board.facts.put(PlacesChanged())
        self._board.facts.wake()

    def shut_out(self, audience: Audience) -> None:
        """A chat did not let the bot in: where no config names it, nothing more is tried."""
        if is_own_name(audience.name):
            self._shut_out.add(audience.name)

    def names(self, reader: Reader) -> tuple[str, ...]:
        """What is at a chat: the names of its channels in the config, that of the topic first, or else its own."""
        channels = self._board.channels_at(reader)
        named = tuple(channel.name for channel in channels if self._channels.configured(channel.name))
        at = reader.destination.platform, reader.destination.address
        return named or (self._own_names.get(at) or own_name(*at),)

    def has_moved(self, reader: Reader) -> bool:
        """Whether the group that was there has another address now."""
        return (reader.destination.platform, reader.destination.address) in self._moved

    async def follow(self, reader: Reader, address: str) -> None:
        """A group has another address now. Raises `LedgerError`."""
        places = await self._store.every()
        known = {place.name: place.destination for place in places}
        for name in self.names(reader):
            channel = self._channels.configured(name)
            if at := channel.destination if channel else known.get(name):
                await self._ledger.move(at.platform, at.address, address)
                self._know(places, {**self._moved, (at.platform, at.address): address})
                self.ask_again()

    async def take_in(self, now: datetime, *, writes: bool) -> None:
        """Takes in what was set, who has agreed and where the bot is not any more; with `writes`, for other processes,
        too. Raises `LedgerError`.
        """
        if self._shut_out and writes:
            for name in self._shut_out:
                if await self._store.leave(name, now):
                    _log.warning("%s does not let the bot in: nothing more is tried there", name)
            self._shut_out.clear()
            self._asked_at = _NEVER
        if self._board.facts.take(PlacesChanged):
            self._asked_at = _NEVER  # until the database has answered
        time = asyncio.get_running_loop().time()
        if time - self._asked_at >= _ASKED_EVERY:
            if writes and time - self._forgot_at >= _FORGOTTEN_EVERY:
                await self._store.forget(now - KEPT_AFTER, now - AGAIN_AFTER)
                self._forgot_at = time
            self._hear(await self._store.every(), await self._ledger.moved())
            self._asked_at = time

    def _know(self, places: Collection[Place], moved: Moved) -> None:
        """By which names places are kept, at which addresses they have now: whoever writes there is answered so."""
        own = {
            (place.destination.platform, place.destination.address): place.name
            for place in places
            if is_own_name(place.name)
        }
        self._own_names = own | {(at[0], moved[at]): name for at, name in own.items() if at in moved}
        self._moved = moved
        self._channels.know_moved(moved)

    def _hear(self, places: Collection[Place], moved: Moved) -> None:
        if (places, moved) == self._last:
            return
        self._know(places, moved)
        heard, unread = set_by_administrators(self._board.config, self._channels, self._platforms, places)
        self._say_what_is_unread(unread)
        changed = [audience for name, audience in heard.items() if audience != self._heard.get(name)]
        before = {name: self._channels.configured(name) for name in self._heard if name not in heard}
        changed += filter(None, before.values())  # they hear again what the config says
        if changed or before:
            self._board.audiences.change(changed, [name for name, channel in before.items() if channel is None])
        self._heard, self._last = heard, (places, moved)
        self._channels.hear(heard)

    def _say_what_is_unread(self, unread: frozenset[str]) -> None:
        for name in sorted(unread - self._unread):
            _log.warning("%s: the filter that was set there is none any more, and does not count", name)
        self._unread = unread


async def hear(board: Callboard, store: PlaceStore) -> None:
    """Puts what administrators have said over the channels of a board that sends nothing. Raises `LedgerError`."""
    platforms = [platform.name for platform in board.config.platforms]
    heard, _unread = set_by_administrators(board.config, board.channels, platforms, await store.every())
    board.channels.hear(heard)


def set_by_administrators(
    config: Config, channels: Channels, platforms: Collection[str], places: Iterable[Place]
) -> tuple[dict[str, Audience], frozenset[str]]:
    """The channels of a config that hear as their administrators want them, and the places beside them that have
    agreed, by name; and the names of those whose filter is none any more. `platforms`: the names of those in use.
    """
    heard, unread = {}, set()
    for place in places:
        channel, at = channels.configured(place.name), place.destination
        is_beside = (
            is_own_name(place.name) and at.platform in platforms and not channels.are_at(at.platform, at.address)
        )
        if channel is None and is_beside and place.has_agreed:
            channel = replace(config.usual, name=place.name, destination=at)
        if channel is None or channel.locked:
            continue
        try:
            heard[place.name] = heard_at(channel, place.settings, config.synonyms)
        except ValueError:
            unread.add(place.name)
    return heard, frozenset(unread)
