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
        self._configured = {channel.name: channel for channel in board.config.channels}
        self._heard: dict[str, Audience] = dict(self._configured)
        self._shut_out: set[str] = set()
        self._asked_at = self._forgot_at = _NEVER
        self._unread: frozenset[str] = frozenset()
        self._moved: Mapping[tuple[str, str], str] = {}
        self._own_names: Mapping[tuple[str, str], str] = {}

    @property
    def count(self) -> int:
        """How many there are where announcements go that no config names."""
        return len(self._heard) - len(self._configured)

    def configured(self, name: str) -> Audience | None:
        """The channel of the config of that name, as the config says it."""
        return self._configured.get(name)

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
        named = tuple(one.name for one in self._board.channels_at(reader) if one.name in self._configured)
        at = reader.destination.platform, reader.destination.address
        return named or (self._own_names.get(at) or own_name(*at),)

    def has_moved(self, reader: Reader) -> bool:
        """Whether the group that was there has another address now."""
        return (reader.destination.platform, reader.destination.address) in self._moved

    async def follow(self, reader: Reader, address: str) -> None:
        """A group has another address now. Raises `LedgerError`."""
        kept = await self._store.every()
        known = {place.name: place.destination for place in kept}
        known |= {name: channel.destination for name, channel in self._configured.items()}
        for at in {known[name] for name in self.names(reader) if name in known}:
            await self._ledger.move(at.platform, at.address, address)
            self._know(kept, {**self._moved, (at.platform, at.address): address})
            self._board.announce_to(self._board.channels, self._moved)  # whoever writes there is answered meanwhile
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

    def _know(self, places: Collection[Place], moved: Mapping[tuple[str, str], str]) -> None:
        """By which names places are kept, at which addresses they have now."""
        own = {(one.destination.platform, one.destination.address): one.name for one in places if is_own_name(one.name)}
        self._own_names = own | {(at[0], moved[at]): name for at, name in own.items() if at in moved}
        self._moved = moved

    def _hear(self, places: Collection[Place], moved: Mapping[tuple[str, str], str]) -> None:
        self._know(places, moved)
        heard, unread = channels_of(self._board.config, self._platforms, places, moved)
        self._say_what_is_unread(unread)
        changed = [audience for name, audience in heard.items() if audience != self._heard.get(name)]
        gone = [name for name in self._heard if name not in heard]
        if changed or gone:
            self._board.audiences.change(changed, gone)
        self._heard = heard
        self._board.announce_to(tuple(heard.values()), moved)

    def _say_what_is_unread(self, unread: frozenset[str]) -> None:
        for name in sorted(unread - self._unread):
            _log.warning("%s: the filter that was set there is none any more, and does not count", name)
        self._unread = unread


async def hear(board: Callboard, store: PlaceStore) -> None:
    """Puts what administrators have said over the channels of a board that sends nothing. Raises `LedgerError`."""
    platforms = [platform.name for platform in board.config.platforms]
    heard, _unread = channels_of(board.config, platforms, await store.every(), {})
    board.announce_to(tuple(heard.values()))


def channels_of(
    config: Config, platforms: Collection[str], places: Iterable[Place], moved: Mapping[tuple[str, str], str]
) -> tuple[dict[str, Audience], frozenset[str]]:
    """The channels of a config as their administrators want them, and the places beside them that have agreed, by name;
    and the names of those whose filter is none any more. `platforms`: the names of those in use; `moved`: new
    addresses, by platform and the former one.
    """
    heard = {channel.name: channel for channel in config.channels}
    taken = {(channel.destination.platform, channel.destination.address) for channel in config.channels}
    taken |= {(at[0], address) for at, address in moved.items() if at in taken}
    unread = set()
    for place in places:
        channel = heard.get(place.name)
        at = place.destination.platform, place.destination.address
        is_named = not taken.isdisjoint({at, (at[0], moved.get(at, at[1]))})
        if channel is None and is_own_name(place.name) and place.has_agreed and at[0] in platforms and not is_named:
            channel = replace(config.usual, name=place.name, destination=place.destination)
        if channel is None or channel.locked:
            continue
        try:
            heard[place.name] = heard_at(channel, place.settings, config.synonyms)
        except ValueError:
            unread.add(place.name)
    return heard, frozenset(unread)
