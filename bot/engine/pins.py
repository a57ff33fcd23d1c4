"""The newest digest of a channel is pinned, and the one before no longer: beside the rounds, so that no message waits.

What is pinned is in the ledger, and pinning twice is as if once: so what a kill or an outage leaves half done is done
again. A digest arrives whether it is pinned or not; an admin is told of a refusal once, until it works again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.platforms.base import DeliveryError, Platform
from bot.store import Ledger, LedgerError

_log = logging.getLogger("callboard")

_AGAIN = timedelta(minutes=1)  # after something that passes


class Pins:
    """`turn` waits until a destination may be written to. Whatever asks the database raises `LedgerError`."""

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        turn: Callable[[Destination], Awaitable[None]],
    ) -> None:
        self._board, self._ledger, self._platforms, self._turn = board, ledger, platforms, turn
        self._stale: dict[str, datetime | None] = {}  # channels whose pins may have to change, and not before when
        self._tried_again: set[str] = set()  # of them, those in which a refused pin is tried once more
        self._owned: Collection[str] = ()
        self._task: asyncio.Task[None] | None = None

    def start_over(self, *, tries_refused: bool) -> None:
        """What is pinned where is to be looked up; what was refused may be tried once more."""
        audiences = map(self._board.audiences.get, self._board.audiences.digested)
        names = [audience.name for audience in audiences if audience and self._pins(audience)]
        self._stale.update(dict.fromkeys(names))
        self._tried_again.update(names if tries_refused else ())

    def note(self, name: str) -> None:
        """A digest of that audience has arrived, or there was nothing to say."""
        audience = self._board.audiences.get(name)
        if audience and self._pins(audience):
            self._stale[name] = None

    def _pins(self, audience: Audience) -> bool:
        platform = self._platforms.get(audience.destination.platform)
        return audience.pin and platform is not None and platform.can_pin

    def next_instant(self) -> datetime | None:
        """When (UTC) to try again what did not work."""
        return min((at for at in self._stale.values() if at), default=None)

    def begin(self, owned: Collection[str], now: datetime) -> None:
        """Begins to do what there is to do in the channels of these platforms."""
        self._owned = owned
        is_at_work = self._task is not None and not self._task.done()
        if not is_at_work and self._due(now):
            self._task = asyncio.create_task(self._change(), name="pins")

    def _due(self, now: datetime) -> list[Audience]:
        names = [name for name, at in self._stale.items() if at is None or at <= now]
        channels = filter(None, map(self._board.audiences.get, names))
        return [channel for channel in channels if channel.destination.platform in self._owned]

    async def idle(self) -> None:
        """Waits until nothing is under way."""
        if self._task:
            await asyncio.wait((self._task,))

    async def close(self) -> None:
        """Lets go of what is under way: it is done again."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _change(self) -> None:
        """What is due, and what comes meanwhile."""
        while due := self._due(self._board.clock()):
            for channel in due:
                del self._stale[channel.name]
                wait: timedelta | None = _AGAIN
                try:
                    wait = await self._pin_newest(channel)
                except LedgerError as error:
                    _log.debug("%s: %s", channel.name, error)  # the rounds say so
                if wait is not None:
                    self._stale.setdefault(channel.name, self._board.clock() + wait)

    async def _pin_newest(self, channel: Audience) -> timedelta | None:
        """Pins the newest digest of a channel, and none but that. How long to wait where that is to be tried again."""
        newest = await self._ledger.digests.newest(channel.name)
        state = (await self._ledger.digests.states()).get(channel.name)
        is_refused = state is not None and newest == state.refused and channel.name not in self._tried_again
        if state is None or newest in {None, state.pinned} or is_refused:
            return None
        platform = self._platforms[channel.destination.platform]
        await self._turn(channel.destination)
        try:
            await platform.pin(newest)
        except DeliveryError as error:
            if not error.permanent:
                return _wait(error)
            text = "%s: the digest is there, but cannot be pinned: %s"
            _log.log(logging.DEBUG if state.refused else logging.WARNING, text, channel.name, error)
            self._tried_again.discard(channel.name)
            await self._ledger.digests.put_pin(replace(state, refused=newest))
            return None
        if state.pinned:
            try:
                await platform.unpin(state.pinned)
            except DeliveryError as error:
                if not error.permanent:
                    return _wait(error)
                _log.warning("%s: the digest before stays pinned: %s", channel.name, error)
        if state.refused:
            _log.info("%s: the digest is pinned again", channel.name)
        await self._ledger.digests.put_pin(replace(state, pinned=newest, refused=None))
        return None


def _wait(error: DeliveryError) -> timedelta:
    return timedelta(seconds=error.retry_after) if error.retry_after else _AGAIN
