"""Sends what is due. Decides nothing about what is due: `offer` hands over the newest plan, and it replaces the last.

Each destination has a lane: one message at a time, in order. What becomes of a message is written down before the next
one starts. A lane that has to wait keeps no message: by the time it goes on, the plan may be another.
"""

import asyncio
import hashlib
import logging
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.channel import Destination
from bot.core.notice import Notice, State
from bot.core.wording import Wording
from bot.delivery.pace import Pace
from bot.ledger import Ledger, LedgerError, Record
from bot.platforms.base import CannotAskError, DeliveryError, Platform

_log = logging.getLogger("callboard.delivery")

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds before a transient failure is tried again: doubled each time, up to five minutes."""

_LOOK_BACK = timedelta(minutes=5)  # for clocks that differ, when a platform is asked what it has

Bundle = tuple[Notice, ...]


def delivery_key(bundle: Bundle) -> str:
    """What the platform is asked for in doubt: a notice's own key, or one for all that stand in a digest."""
    if len(bundle) == 1:
        return bundle[0].key
    keys = "\n".join(sorted(notice.key for notice in bundle))
    return f"{bundle[0].channel.name}/digest/{hashlib.sha256(keys.encode()).hexdigest()[:16]}"


@dataclass(slots=True)
class _Doubt:
    """A message of which nobody knows whether the platform has it."""

    key: str
    since: datetime


@dataclass(slots=True)
class _Lane:
    destination: Destination
    bundles: deque[Bundle] = field(default_factory=deque)
    doubts: deque[_Doubt] = field(default_factory=deque)
    failures: int = 0
    parked_until: float = 0.0
    task: asyncio.Task[None] | None = None


class Delivery:
    """The lanes to all destinations. Lives in one event loop.

    `clock` gives the instant that is written down; `changed` is called when a plan should be made anew.
    """

    def __init__(
        self,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        wording: Callable[[str], Wording],
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._platforms = platforms
        self._wording = wording
        self._clock = clock
        self._changed = changed
        self.pace = Pace()
        self._lanes: dict[Destination, _Lane] = {}
        self._said: set[tuple[str, str]] = set()
        self._closing = False

    # --- What is handed over

    def offer(self, bundles: Iterable[Bundle]) -> None:
        """The messages that are due now, per channel in order. Replaces what was offered and has not left."""
        for lane in self._lanes.values():
            lane.bundles.clear()
        for bundle in bundles:
            self._lane(bundle[0].channel.destination).bundles.append(bundle)
        self._wake()

    def doubt(self, records: Iterable[tuple[Record, Destination]]) -> None:
        """Messages that an earlier process left in doubt: each is cleared up before its lane sends anything else."""
        seen = set()
        for record, destination in records:
            if record.delivery not in seen:
                seen.add(record.delivery)
                self._lane(destination).doubts.append(_Doubt(record.delivery, record.at))
        self._wake()

    def is_busy(self) -> bool:
        """Whether a lane is sending or finding out."""
        return any(lane.task and not lane.task.done() for lane in self._lanes.values())

    async def idle(self) -> None:
        """Waits until every lane has nothing to send, or has to wait."""
        while tasks := [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]:
            await asyncio.wait(tasks)

    def next_instant(self) -> float | None:
        """When the first waiting lane may go on (the event loop's time); None when none waits."""
        now = asyncio.get_running_loop().time()
        waits = [lane.parked_until for lane in self._lanes.values() if lane.parked_until > now]
        return min(waits, default=None)

    async def close(self, seconds: float = 20.0) -> None:
        """Lets what is on the wire arrive, sends nothing more."""
        self._closing = True
        tasks = [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # --- Lanes

    def _lane(self, destination: Destination) -> _Lane:
        # Topics of one forum share the chat's pace and order.
        place = Destination(destination.platform, destination.address)
        return self._lanes.setdefault(place, _Lane(place))

    def _wake(self) -> None:
        now = asyncio.get_running_loop().time()
        for lane in self._lanes.values():
            idle = lane.task is None or lane.task.done()
            if idle and (lane.bundles or lane.doubts) and lane.parked_until <= now and not self._closing:
                lane.task = asyncio.create_task(self._work(lane), name=f"lane {lane.destination.address}")

    async def _work(self, lane: _Lane) -> None:
        platform = self._platforms[lane.destination.platform]
        loop = asyncio.get_running_loop()
        try:
            while (lane.doubts or lane.bundles) and lane.parked_until <= loop.time() and not self._closing:
                if lane.doubts:
                    await self._clear_up(lane, platform)
                    continue
                await self.pace.turn(platform.rates(lane.destination))
                if lane.bundles and not self._closing:  # while it waited, the plan may have changed
                    await self._deliver(lane, platform, lane.bundles.popleft())
        except LedgerError as error:
            self._park(lane, self._next_wait(lane))
            _log.error("%s; nothing is sent until it can be used again", error)  # no traceback for users

    async def _deliver(self, lane: _Lane, platform: Platform, bundle: Bundle) -> None:
        channel = bundle[0].channel
        key = delivery_key(bundle)
        now = self._clock()
        message = self._wording(channel.language).notice(bundle, now)
        if not await self._ledger.begin(key, bundle, now):
            _log.debug("%s: is settled or on the wire already", key)
            return
        try:
            reference = await platform.send(channel.destination, message, key)
        except DeliveryError as error:
            await self._failed(lane, platform, bundle, error)
        except Exception as error:  # noqa: BLE001  # whatever a library raises: it may have been sent
            _log.debug("unexpected", exc_info=True)
            await self._failed(lane, platform, bundle, DeliveryError(repr(error), in_doubt=True))
        else:
            await self._ledger.end(key, State.DELIVERED, self._clock(), reference=reference)
            lane.failures = 0
            _log.info("%s: delivered %s as %s", channel.name, _said_of(bundle), reference)

    async def _failed(self, lane: _Lane, platform: Platform, bundle: Bundle, error: DeliveryError) -> None:
        key, now, name = delivery_key(bundle), self._clock(), bundle[0].channel.name
        if error.permanent:
            await self._ledger.end(key, State.REFUSED, now, reason=str(error))
            first = (name, str(error)) not in self._said
            self._said.add((name, str(error)))
            _log.log(logging.ERROR if first else logging.DEBUG, "%s: %s refused: %s", name, _said_of(bundle), error)
            return
        if error.in_doubt:
            await self._ledger.end(key, State.IN_DOUBT, now, reason=str(error))
            lane.doubts.append(_Doubt(key, now))
            wait = self._next_wait(lane)
            _log.warning("%s: in doubt whether %s arrived: %s", name, _said_of(bundle), error)
        else:
            again = now + timedelta(seconds=error.retry_after) if error.retry_after else None
            await self._ledger.end(key, State.DUE_AGAIN, now, reason=str(error), due_again_at=again)
            wait = error.retry_after or self._next_wait(lane)
            _log.warning("%s: %s not sent, tried again in %.0f s: %s", name, _said_of(bundle), wait, error)
        if error.whole_token and platform.rates(lane.destination):
            self.pace.park(platform.rates(lane.destination)[-1], wait)
        self._park(lane, wait)

    async def _clear_up(self, lane: _Lane, platform: Platform) -> None:
        """Asks the platform for a message in doubt. Where it cannot say, the message is sent once more: a double is
        better than a deadline that nobody heard of.
        """
        doubt = lane.doubts[0]
        now = self._clock()
        try:
            reference = await platform.find(lane.destination, doubt.key, doubt.since - _LOOK_BACK)
        except CannotAskError as error:
            await self._ledger.end(doubt.key, State.DUE_AGAIN, now, reason=f"in doubt, sent once more: {error}")
            _log.warning("%s: in doubt and sent once more, it may stand there twice: %s", doubt.key, error)
        except DeliveryError as error:
            wait = error.retry_after or self._next_wait(lane)
            _log.warning("%s: in doubt, asked again in %.0f s: %s", doubt.key, wait, error)
            self._park(lane, wait)
            return
        else:
            if reference:
                await self._ledger.end(doubt.key, State.DELIVERED, now, reference=reference)
                _log.info("%s: was delivered as %s", doubt.key, reference)
                lane.failures = 0
            else:
                await self._ledger.end(doubt.key, State.DUE_AGAIN, now, reason="the platform does not have it")
                _log.info("%s: did not arrive; it is sent again", doubt.key)
        lane.doubts.popleft()
        self._changed()

    def _next_wait(self, lane: _Lane) -> float:
        lane.failures += 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(lane.failures - 1, 20))
        return wait * random.uniform(0.8, 1.0)  # noqa: S311  # so that lanes do not come back all at once

    def _park(self, lane: _Lane, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        lane.parked_until = loop.time() + seconds
        self._changed()


def _said_of(bundle: Sequence[Notice]) -> str:
    if len(bundle) > 1:
        return f"a digest of {len(bundle)} notices"
    occasion = bundle[0].occasion
    return f"{occasion.kind} {occasion.lead or ''}".strip() + f" of {occasion.posting.id}"
