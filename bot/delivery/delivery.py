"""Sends what is due. Decides nothing about what is due: `offer` hands over the newest plan, and it replaces the last.

Each destination has a lane: one message at a time, in order. What becomes of a message is written down before the next
one starts. A lane that has to wait keeps no message: by the time it goes on, the plan may be another.
"""

import asyncio
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.chat.context import Context
from bot.delivery.facts import Fact, PlanOutdated, Settled, Written
from bot.delivery.lane import About, Doubt, Lane
from bot.delivery.pace import Pace, Turn
from bot.delivery.reporting import Report
from bot.delivery.words import Words
from bot.domain.message import Message
from bot.domain.notice import Act, Dispatch, Record, State
from bot.domain.schedule import Destination
from bot.observe.metrics import Metrics
from bot.platforms.base import CannotAskError, DeliveryError, Platform
from bot.store import Ledger, LedgerError
from bot.wording.wording import Wording

_log = logging.getLogger("callboard.delivery")

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds before a transient failure is tried again: doubled each time, up to five minutes."""

_MENDED = 300.0  # seconds between looks whether a token that was not accepted is good again
_LOOK_BACK = timedelta(minutes=5)  # for clocks that differ, when a platform is asked what it has

_WORKING = 256
"""So many lanes of a platform work at once: more than its pace lets through, and few enough to be held in memory."""


class Delivery:
    """The lanes to all destinations. Lives in one event loop.

    `clock` gives the instant (UTC) that is written down; `tell` is given each fact that whoever plans has to know.
    `context`: see `Words`.
    """

    def __init__(
        self,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        wording: Callable[[str], Wording],
        clock: Callable[[], datetime],
        tell: Callable[[Fact], None] = lambda _: None,
        metrics: Metrics | None = None,
        context: Callable[[str], Context] | None = None,
    ) -> None:
        self._ledger = ledger
        self._platforms = platforms
        self._words = Words(wording, context)
        self._clock = clock
        self._tell = tell
        self._metrics = metrics or Metrics()
        self._report = Report(self._metrics)
        self.pace = Pace()
        self.moved: dict[tuple[str, str], str] = {}
        self._lanes: dict[Destination, Lane] = {}
        self._ready: dict[str, deque[Lane]] = {name: deque() for name in platforms}
        self._tasks: dict[str, set[asyncio.Task[None]]] = {name: set() for name in platforms}
        self._shut: dict[str, float] = {}  # platforms whose token is not accepted, and when that is tried again
        self._unspeakable: dict[str, float] = {}  # what could not be put into words, and when that is tried again
        self._closing = False
        self._offered = self._replan_at = 0
        self._outdated: dict[Destination, int] = {}  # where plans are void that know less than that
        self.version = 0

    # --- What is handed over

    def offer(self, dispatches: Iterable[Dispatch], replan_at: int = 0, as_of: int | None = None) -> None:
        """The messages that are due now, per channel in order. Replaces what was offered and has not left. A plan
        should be made anew when no more than `replan_at` are left of them.

        `as_of`: the `version` when the plan was begun. Where something has happened since that asks for another one,
        this one may know half of it, and nothing of it is sent.
        """
        for lane in self._lanes.values():
            lane.dispatches.clear()
        self._offered, self._replan_at = 0, replan_at
        now = asyncio.get_running_loop().time()
        self._unspeakable = {key: until for key, until in self._unspeakable.items() if until > now}
        for dispatch in dispatches:
            place = _place(dispatch.audience.destination)
            is_void = as_of is not None and self._outdated.get(place, 0) > as_of
            if is_void or dispatch.key in self._unspeakable:
                continue
            self._lane(place).dispatches.append(dispatch)
            self._offered += 1
        self._outdated.clear()
        self._wake()

    def take_in_doubt(self, records: Iterable[tuple[Record, Destination, bool]]) -> None:
        """Messages that an earlier process left in doubt: each is cleared up before its lane sends anything else. The
        third says whether it is dropped where the platform cannot say what it has.
        """
        found: dict[str, list[tuple[Record, Destination, bool]]] = defaultdict(list)
        for one in records:
            found[one[0].delivery].append(one)
        for delivery, together in found.items():
            record, destination, is_dropped = together[0]
            about = About(record.channel, frozenset(one.posting for one, _, _ in together), delivery)
            doubt = Doubt(delivery, record.at, record.reply_to, is_dropped, about)
            self._lane(destination).doubts.append(doubt)
        self._wake()

    def is_busy(self) -> bool:
        """Whether a lane is sending or finding out."""
        return bool(self._at_work())

    async def idle(self) -> None:
        """Waits until every lane has nothing to send, or has to wait."""
        while tasks := self._at_work():
            await asyncio.wait(tasks)

    def _at_work(self) -> list[asyncio.Task[None]]:
        return [task for tasks in self._tasks.values() for task in tasks if not task.done()]

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

    def _lane(self, destination: Destination) -> Lane:
        place = _place(destination)
        lane = self._lanes.get(place)
        if lane is None:
            lane = self._lanes[place] = Lane(place)
        return lane

    def _wake(self) -> None:
        if self._closing:
            return
        for lane in self._lanes.values():
            if not lane.is_queued and lane.has_work():
                lane.is_queued = True
                self._ready[lane.destination.platform].append(lane)
        for platform in self._ready:
            self._start(platform)

    def _start(self, platform: str) -> None:
        ready, tasks = self._ready[platform], self._tasks[platform]
        while ready and len(tasks) < _WORKING and not self._closing:
            lane = ready.popleft()
            lane.task = asyncio.create_task(self._work(lane), name=f"lane {lane.destination.address}")
            tasks.add(lane.task)
            lane.task.add_done_callback(partial(self._rest, lane))

    def _rest(self, lane: Lane, task: asyncio.Task[None]) -> None:
        platform = lane.destination.platform
        self._tasks[platform].discard(task)
        lane.task, lane.is_queued = None, False
        if lane.is_idle():
            self._lanes.pop(lane.destination, None)
        elif lane.has_work():
            lane.is_queued = True
            self._ready[platform].append(lane)
        self._start(platform)

    async def _work(self, lane: Lane) -> None:
        platform = self._platforms[lane.destination.platform]
        try:
            while lane.has_work() and not self._closing:
                if lane.unwritten:
                    await self._write_down(lane)
                    self._plan_anew(lane)
                elif (wait := self._shut.get(platform.name, 0.0) - asyncio.get_running_loop().time()) > 0:
                    self._park(lane, wait)
                elif lane.doubts:
                    await self._clear_up(lane, platform)
                elif turn := await self._turn(lane, platform):
                    self._offered -= 1
                    if self._replan_at and self._offered == self._replan_at:
                        self._tell(PlanOutdated())
                    await self._deliver(lane, platform, lane.dispatches.pop(0), turn)
        except LedgerError as error:
            self._park(lane, self._next_wait(lane))
            _log.error("%s; nothing is sent until it can be used again", error)  # no traceback for users

    async def _turn(self, lane: Lane, platform: Platform) -> Turn | None:
        """Waits until the lane may send. None when there is nothing to send any more: the plan has changed."""
        lane.waits_its_turn = True
        try:
            turn = await self.pace.turn(platform.rates(lane.destination))
        finally:
            lane.waits_its_turn = False
        return turn if lane.dispatches and not self._closing else None

    async def _deliver(self, lane: Lane, platform: Platform, dispatch: Dispatch, turn: Turn) -> None:
        audience, key, now = dispatch.audience, dispatch.key, self._clock()
        # Should the ledger fail now, nobody knows whether it has begun; certain is that nothing has left.
        lane.since, lane.then = now, None
        lane.about = about = About.of(dispatch)
        lane.unwritten = partial(self._ledger.end, key, State.DUE_AGAIN, now, reason="it has not left", since=now)
        try:
            has_begun = await self._ledger.begin(dispatch, now)
        finally:
            self._tell(Written(about))
        if not has_begun:
            lane.unwritten = None
            self._plan_anew(lane)  # the plan was older than the ledger
            return
        try:
            message = self._words.of(dispatch, now)
        except Exception as error:  # noqa: BLE001  # the others must not wait for one that cannot be put into words
            self._unspeakable[key] = asyncio.get_running_loop().time() + LONGEST_WAIT
            await self._end(lane, key, State.DUE_AGAIN, reason=self._report.unspeakable(dispatch, error))
            return
        await turn.leave()
        began = time.perf_counter()
        try:
            reference = await self._act(platform, dispatch, message)
        except Exception as error:  # noqa: BLE001  # whatever a library raises: it may have been sent
            failed = error if isinstance(error, DeliveryError) else _unexpected(error)
            await self._failed(lane, platform, dispatch, failed, time.perf_counter() - began)
        else:
            turn.arrived()
            lane.failures = 0
            self._report.works(audience.name, platform.name)
            then = partial(self._arrived, dispatch, reference, time.perf_counter() - began)
            await self._end(lane, key, State.DELIVERED, then=then, reference=reference)

    def _arrived(self, dispatch: Dispatch, reference: str, seconds: float) -> None:
        self._settled(dispatch, is_let_in=True)
        self._report.delivered(dispatch, reference, seconds)

    def _settled(self, dispatch: Dispatch, *, is_let_in: bool | None) -> None:
        self._tell(Settled(dispatch, is_let_in, self._clock()))

    async def _act(self, platform: Platform, dispatch: Dispatch, message: Message) -> str:
        """Sends, edits or deletes; gives the message's reference."""
        if dispatch.act is Act.SEND or dispatch.reference is None:
            where = dispatch.audience.destination
            moved_to = self.moved.get((where.platform, where.address))
            answers = dispatch.reference
            if moved_to:
                where = replace(where, address=moved_to)
                if answers and answers.partition("/")[0] != moved_to:  # that stands in the former chat
                    answers = None
            return await platform.send(where, message, dispatch.key, answers)
        if dispatch.act is Act.DELETE:
            await platform.delete(dispatch.reference)
        else:
            original = dispatch.notices[0].corrects
            await platform.edit(dispatch.reference, message, original.delivery if original else dispatch.key)
        return dispatch.reference

    async def _failed(
        self, lane: Lane, platform: Platform, dispatch: Dispatch, error: DeliveryError, seconds: float
    ) -> None:
        key, now, reason = dispatch.key, self._clock(), str(error)
        is_new = dispatch.act is Act.SEND  # what is edited or deleted twice is as if once
        if error.moved_to and await self._follow(dispatch.audience.destination, error.moved_to):
            await self._end(lane, key, State.DUE_AGAIN, reason=reason)
            self._plan_anew(lane)
            return
        if error.permanent and error.whole_token:  # nothing is wrong with what was to be said
            self._shut[platform.name] = asyncio.get_running_loop().time() + _MENDED
            self._park(lane, _MENDED)
            self._report.not_accepted(dispatch, error, seconds, _MENDED)
            await self._end(lane, key, State.DUE_AGAIN, reason=reason)
            return
        if error.permanent:
            self._report.refused(dispatch, error, seconds)
            is_shut_out = error.of_chat and not is_new
            then = partial(self._settled, dispatch, is_let_in=False if error.of_chat else None)
            until = now if is_shut_out else None
            await self._end(lane, key, State.REFUSED, then=then, reason=reason, due_again_at=until)
            if is_shut_out:
                self._plan_anew(lane)  # what else was to be tried there once more is not
            return
        wait = error.retry_after or self._next_wait(lane)
        self._park(lane, wait)
        for rate in platform.rates(lane.destination)[-1:] if error.whole_token else ():
            self.pace.park(rate, wait)
        if error.retry_after:
            self._metrics.told_to_wait(platform.name)
        if error.in_doubt and is_new:
            lane.doubts.append(Doubt(key, now, dispatch.reference, _is_dropped(dispatch), About.of(dispatch)))
            self._report.in_doubt(dispatch, error, seconds)
            await self._end(lane, key, State.IN_DOUBT, now, reason=reason)
        else:
            again = now + timedelta(seconds=error.retry_after) if error.retry_after else None
            self._report.tried_again(dispatch, error, seconds, wait)
            await self._end(lane, key, State.DUE_AGAIN, reason=reason, due_again_at=again)

    async def _follow(self, destination: Destination, moved_to: str) -> bool:
        """Remembers a chat's new address. False when that is where it was sent to."""
        place = destination.platform, destination.address
        if self.moved.get(place, destination.address) == moved_to:
            return False
        await self._ledger.move(*place, moved_to)
        self.moved[place] = moved_to
        text = "%s: the group %s is now %s; that is remembered, but better change its address in the config"
        _log.warning(text, destination.platform, destination.address, moved_to)
        return True

    async def _end(
        self,
        lane: Lane,
        key: str,
        state: State,
        at: datetime | None = None,
        *,
        then: Callable[[], None] | None = None,
        **more: Any,
    ) -> None:
        """Writes down what became of a message, and then does `then`. As long as that is not possible, the lane does
        nothing else.
        """
        lane.then = then
        lane.unwritten = partial(self._ledger.end, key, state, at or self._clock(), since=lane.since, **more)
        await self._write_down(lane)

    async def _write_down(self, lane: Lane) -> None:
        if lane.unwritten:
            try:
                await lane.unwritten()
            finally:
                if lane.about:
                    self._tell(Written(lane.about))
            lane.unwritten = None
            then, lane.then = lane.then, None
            if then:
                then()

    async def _clear_up(self, lane: Lane, platform: Platform) -> None:
        """Asks the platform for a message in doubt. Where it cannot say, the message is sent once more, or dropped
        where the channel wants that.
        """
        doubt = lane.doubts[0]
        lane.since, lane.about = doubt.since, doubt.about
        try:
            reference = await platform.find(lane.destination, doubt.key, doubt.since - _LOOK_BACK, doubt.answers)
        except CannotAskError as error:
            if doubt.is_dropped:
                _log.warning("%s: in doubt, and dropped as `in_doubt` says: it may be missing: %s", doubt.key, error)
                await self._end(lane, doubt.key, State.REFUSED, reason=f"it may not have arrived: {error}")
            else:
                text = "%s: in doubt; if still due, sent once more: it may stand there twice: %s"
                _log.warning(text, doubt.key, error)
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
        lane.doubts.pop(0)
        self._plan_anew(lane)

    def _next_wait(self, lane: Lane) -> float:
        lane.failures += 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(lane.failures - 1, 20))
        return wait * random.uniform(0.8, 1.0)  # noqa: S311  # so that lanes do not come back all at once

    def _park(self, lane: Lane, seconds: float) -> None:
        lane.parked_until = max(lane.parked_until, asyncio.get_running_loop().time() + seconds)
        self._plan_anew(lane)

    def _plan_anew(self, lane: Lane) -> None:
        """Drops what the lane was to send: something else may have to go first by now."""
        lane.dispatches.clear()
        self.version += 1
        self._outdated[lane.destination] = self.version
        self._tell(PlanOutdated())


def _place(destination: Destination) -> Destination:
    """Topics of one forum share the chat's pace and order."""
    return replace(destination, thread=None) if destination.thread else destination


def _unexpected(error: Exception) -> DeliveryError:
    _log.debug("unexpected", exc_info=error)
    return DeliveryError(f"an unexpected {type(error).__name__}", in_doubt=True)


def _is_dropped(dispatch: Dispatch) -> bool:
    return all(notice.occasion.kind in dispatch.audience.drop_in_doubt for notice in dispatch.notices)
