"""Sends what is due. Decides nothing about what is due: `offer` hands over the newest plan, and it replaces the last.

Each destination has a lane: one message at a time, in order. What becomes of a message is written down before the next
one starts. A lane that has to wait keeps no message: by the time it goes on, the plan may be another.
"""

import asyncio
import hashlib
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

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
    unwritten: Callable[[], Awaitable[None]] | None = None  # writes down what became of the last message
    failures: int = 0
    parked_until: float = 0.0
    task: asyncio.Task[None] | None = None
    waits_its_turn: bool = False

    def is_working(self) -> bool:
        return self.task is not None and not self.task.done()

    def has_work(self) -> bool:
        """Whether there is something to do that need not wait."""
        there_is = self.unwritten or self.doubts or self.bundles
        return bool(there_is) and self.parked_until <= asyncio.get_running_loop().time()


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
        self._said: dict[str, str] = {}
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
        return bool(self._at_work())

    async def idle(self) -> None:
        """Waits until every lane has nothing to send, or has to wait."""
        while tasks := self._at_work():
            await asyncio.wait(tasks)

    def _at_work(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]

    def next_instant(self) -> float | None:
        """When the first waiting lane may go on (the event loop's time); None when none waits."""
        now = asyncio.get_running_loop().time()
        waits = [lane.parked_until for lane in self._lanes.values() if lane.parked_until > now]
        return min(waits, default=None)

    async def close(self, seconds: float = 20.0) -> None:
        """Lets what is on the wire arrive, sends nothing more."""
        self._closing = True
        for lane in self._lanes.values():
            if lane.task and lane.waits_its_turn:
                lane.task.cancel()
        if tasks := self._at_work():
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
        for lane in self._lanes.values():
            if lane.has_work() and not lane.is_working() and not self._closing:
                lane.task = asyncio.create_task(self._work(lane), name=f"lane {lane.destination.address}")

    async def _work(self, lane: _Lane) -> None:
        platform = self._platforms[lane.destination.platform]
        try:
            while lane.has_work() and not self._closing:
                if lane.unwritten:
                    await self._write_down(lane)
                    self._plan_anew(lane)
                elif lane.doubts:
                    await self._clear_up(lane, platform)
                elif await self._turn(lane, platform):
                    await self._deliver(lane, platform, lane.bundles.popleft())
        except LedgerError as error:
            self._park(lane, self._next_wait(lane))
            _log.error("%s; nothing is sent until it can be used again", error)  # no traceback for users

    async def _turn(self, lane: _Lane, platform: Platform) -> bool:
        """Waits until the lane may send. False when there is nothing to send any more: the plan has changed."""
        lane.waits_its_turn = True
        try:
            await self.pace.turn(platform.rates(lane.destination))
        finally:
            lane.waits_its_turn = False
        return bool(lane.bundles) and not self._closing

    async def _deliver(self, lane: _Lane, platform: Platform, bundle: Bundle) -> None:
        channel = bundle[0].channel
        key = delivery_key(bundle)
        now = self._clock()
        # Should the ledger fail now, nobody knows whether it has begun; certain is that nothing has left.
        lane.unwritten = partial(self._ledger.end, key, State.DUE_AGAIN, now, reason="it has not left")
        if not await self._ledger.begin(key, bundle, now):
            lane.unwritten = None
            self._plan_anew(lane)  # the plan was older than the ledger
            return
        try:
            message = self._wording(channel.language).notice(bundle, now)
        except Exception as error:  # noqa: BLE001  # the others must not wait for one that cannot be put into words
            trouble = f"{_said_of(bundle)} cannot be put into words ({type(error).__name__})"
            self._say(channel.name, trouble, trouble)
            _log.debug("unexpected", exc_info=True)
            again = now + timedelta(seconds=LONGEST_WAIT)
            await self._end(lane, key, State.DUE_AGAIN, reason=trouble, due_again_at=again)
            return
        try:
            reference = await platform.send(channel.destination, message, key)
        except DeliveryError as error:
            await self._failed(lane, platform, bundle, error)
        except Exception as error:  # noqa: BLE001  # whatever a library raises: it may have been sent
            _log.debug("unexpected", exc_info=True)
            unexpected = DeliveryError(f"an unexpected {type(error).__name__}", in_doubt=True)
            await self._failed(lane, platform, bundle, unexpected)
        else:
            lane.failures = 0
            self._said.pop(channel.name, None)
            await self._end(lane, key, State.DELIVERED, reference=reference)
            _log.info("%s: delivered %s as %s", channel.name, _said_of(bundle), reference)

    async def _failed(self, lane: _Lane, platform: Platform, bundle: Bundle, error: DeliveryError) -> None:
        key, now, name = delivery_key(bundle), self._clock(), bundle[0].channel.name
        if error.permanent:
            self._say(name, f"{_said_of(bundle)} refused: {error}", str(error))
            await self._end(lane, key, State.REFUSED, reason=str(error))
            return
        wait = error.retry_after or self._next_wait(lane)
        self._park(lane, wait)
        for rate in platform.rates(lane.destination)[-1:] if error.whole_token else ():
            self.pace.park(rate, wait)
        if error.in_doubt:
            lane.doubts.append(_Doubt(key, now))
            _log.warning("%s: in doubt whether %s arrived: %s", name, _said_of(bundle), error)
            await self._end(lane, key, State.IN_DOUBT, reason=str(error))
        else:
            again = now + timedelta(seconds=error.retry_after) if error.retry_after else None
            _log.warning("%s: %s not sent, tried again in %.0f s: %s", name, _said_of(bundle), wait, error)
            await self._end(lane, key, State.DUE_AGAIN, reason=str(error), due_again_at=again)

    async def _end(self, lane: _Lane, key: str, state: State, **more: Any) -> None:
        """Writes down what became of a message. As long as that is not possible, the lane does nothing else."""
        lane.unwritten = partial(self._ledger.end, key, state, self._clock(), **more)
        await self._write_down(lane)

    async def _write_down(self, lane: _Lane) -> None:
        if lane.unwritten:
            await lane.unwritten()
            lane.unwritten = None

    async def _clear_up(self, lane: _Lane, platform: Platform) -> None:
        """Asks the platform for a message in doubt. Where it cannot say, the message is sent once more: a double is
        better than a deadline that nobody heard of.
        """
        doubt = lane.doubts[0]
        try:
            reference = await platform.find(lane.destination, doubt.key, doubt.since - _LOOK_BACK)
        except CannotAskError as error:
            _log.warning("%s: in doubt; if still due, sent once more: it may stand there twice: %s", doubt.key, error)
            await self._end(lane, doubt.key, State.DUE_AGAIN, reason=f"it may have arrived: {error}")
        except Exception as error:  # noqa: BLE001  # a lane must not end for what a library raises
            wait = getattr(error, "retry_after", None) or self._next_wait(lane)
            reason = error if isinstance(error, DeliveryError) else f"an unexpected {type(error).__name__}"
            _log.warning("%s: in doubt, asked again in %.0f s: %s", doubt.key, wait, reason)
            self._park(lane, wait)
            return
        else:
            if reference:
                _log.info("%s: was delivered as %s", doubt.key, reference)
                lane.failures = 0
                await self._end(lane, doubt.key, State.DELIVERED, reference=reference)
            else:
                _log.info("%s: did not arrive; it is sent again", doubt.key)
                await self._end(lane, doubt.key, State.DUE_AGAIN, reason="the platform does not have it")
        lane.doubts.popleft()
        self._plan_anew(lane)

    def _next_wait(self, lane: _Lane) -> float:
        lane.failures += 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(lane.failures - 1, 20))
        return wait * random.uniform(0.8, 1.0)  # noqa: S311  # so that lanes do not come back all at once

    def _park(self, lane: _Lane, seconds: float) -> None:
        lane.parked_until = max(lane.parked_until, asyncio.get_running_loop().time() + seconds)
        self._plan_anew(lane)

    def _plan_anew(self, lane: _Lane) -> None:
        """Drops what the lane was to send: something else may have to go first by now."""
        lane.bundles.clear()
        self._changed()

    def _say(self, channel: str, text: str, trouble: str) -> None:
        """Tells the admin of a channel's trouble: once, until something arrives there again."""
        is_new = self._said.get(channel) != trouble
        self._said[channel] = trouble
        _log.log(logging.ERROR if is_new else logging.DEBUG, "%s: %s", channel, text)


def _said_of(bundle: Sequence[Notice]) -> str:
    if len(bundle) > 1:
        return f"a digest of {len(bundle)} notices"
    occasion = bundle[0].occasion
    return f"{occasion.kind} {occasion.lead or ''}".strip() + f" of {occasion.posting.id}"
