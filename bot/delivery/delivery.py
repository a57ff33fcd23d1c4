"""Sends what is due. Decides nothing about what is due: `offer` hands over the newest plan, and it replaces the last.

Each destination has a queue: one message at a time, in order. What becomes of a message is written down before the next
one starts. A queue that has to wait keeps no message: by the time it goes on, the plan may be another.
"""

import asyncio
import heapq
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count

from bot.audiences.dispatch import Dispatch, Urgency
from bot.chat.context import Context
from bot.delivery.destination_queue import AffectedRows, DestinationQueue, MessageInDoubt
from bot.delivery.facts import Fact, PlanOutdated
from bot.delivery.pace import Pace, Turn
from bot.delivery.sending import Sending
from bot.delivery.words import Words
from bot.domain.notice import Record
from bot.domain.schedule import Destination
from bot.observe.metrics import Metrics
from bot.platforms.base import Platform
from bot.store import Ledger, LedgerError, Restoration
from bot.wording.wording import Wording

_log = logging.getLogger("callboard.delivery")

_WORKING = 256
"""So many queues of a lane work at once: more than its pace lets through, and few enough to be held in memory."""


class _Lane:
    """The queues of a platform to channels, or those to persons: apart, so that no channel waits for a place that a
    fan-out has taken. `ready` is a heap, the most urgent first.
    """

    def __init__(self) -> None:
        self.ready: list[tuple[Urgency, int, DestinationQueue]] = []
        self.tasks: set[asyncio.Task[None]] = set()


class Delivery:
    """The queues to all destinations. Lives in one event loop.

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
        context: Callable[[str, str], Context] | None = None,
    ) -> None:
        self._platforms = platforms
        self._tell = tell
        self.pace = Pace()
        words = Words(wording, context)
        self.sending = Sending(ledger, words, self.pace, clock, tell, metrics or Metrics(), self._plan_anew)
        self._queues: dict[Destination, DestinationQueue] = {}
        self._lanes = {(name, to_person): _Lane() for name in platforms for to_person in (False, True)}
        self._order = count()
        self._closing = False
        self._offered = self._plan_anew_at = 0
        self._outdated: dict[Destination, int] = {}  # where plans are void that know less than that
        self._version = 0
        self._at_it: dict[int, Dispatch] = {}  # what is being delivered, by the queue's identity
        self._since_plan: list[Dispatch] | None = None  # what a plan that is being made may not know to have begun

    # --- What is handed over

    def begin_plan(self) -> int:
        """A plan is going to be made. Gives as of what: `offer` takes that."""
        self._since_plan = list(self._at_it.values())
        return self._version

    def offer(self, dispatches: Iterable[Dispatch], plan_anew_at: int = 0, as_of: int | None = None) -> None:
        """The messages that are due now, per channel in order. Replaces what was offered and has not left. A plan
        should be made anew when no more than `plan_anew_at` are left of them.

        `as_of`: what `begin_plan` gave. Where something has happened since that asks for another one, this one may know
        half of it, and nothing of it is sent; nor is what has begun meanwhile: what becomes of it asks for another plan
        where that is needed.
        """
        begun = {notice.key for dispatch in self._since_plan or () for notice in dispatch.notices}
        self._since_plan = None
        for queue in self._queues.values():
            queue.dispatches.clear()
        self._offered, self._plan_anew_at = 0, plan_anew_at
        now = asyncio.get_running_loop().time()
        unspeakable = self.sending.unspeakable
        for key in [key for key, until in unspeakable.items() if until <= now]:
            del unspeakable[key]
        for dispatch in dispatches:
            place = _place(dispatch.audience.destination)
            is_void = as_of is not None and self._outdated.get(place, 0) > as_of
            if is_void or dispatch.key in unspeakable:
                continue
            if begun and all(notice.key in begun for notice in dispatch.notices):
                continue
            self._queue_to(place).dispatches.append(dispatch)
            self._offered += 1
        self._outdated.clear()
        self._wake()

    def take_in_doubt(self, records: Iterable[tuple[Record, Destination, bool]]) -> None:
        """Messages that an earlier process left in doubt, each with its destination and whether it is dropped where the
        platform cannot say whether it has it. Each is cleared up before its queue sends anything else.
        """
        rows_by_delivery: dict[str, list[tuple[Record, Destination, bool]]] = defaultdict(list)
        for row in records:
            rows_by_delivery[row[0].delivery].append(row)
        for delivery, together in rows_by_delivery.items():
            record, destination, _ = together[0]
            is_dropped = all(is_dropped_row for _, _, is_dropped_row in together)
            about = AffectedRows(record.channel, frozenset(record.posting for record, _, _ in together), delivery)
            doubt = MessageInDoubt(delivery, record.at, record.reply_to, is_dropped, about)
            self._queue_to(destination).doubts.append(doubt)
        self._wake()

    def know_moved(self, moved: Mapping[tuple[str, str], str]) -> None:
        """Keeps the new addresses of chats that have moved, by platform and the address in the config."""
        self.sending.moved = dict(moved)

    def know_restored(self, restoration: Restoration | None) -> None:
        """Keeps when a backup of the ledger was last put in place."""
        self.sending.restoration = restoration

    def is_busy(self) -> bool:
        """Whether a queue is sending or finding out."""
        return bool(self._at_work())

    async def idle(self) -> None:
        """Waits until every queue has nothing to send, or has to wait."""
        while tasks := self._at_work():
            await asyncio.wait(tasks)

    def _at_work(self) -> list[asyncio.Task[None]]:
        return [task for lane in self._lanes.values() for task in lane.tasks if not task.done()]

    def next_instant(self) -> float | None:
        """When the first of the waiting queues may go on, in seconds of the event loop's clock;
        None when none waits.
        """
        now = asyncio.get_running_loop().time()
        waits = [queue.parked_until for queue in self._queues.values() if queue.parked_until > now]
        return min(waits, default=None)

    async def close(self, seconds: float = 20.0) -> None:
        """Lets what is on the wire arrive, sends nothing more."""
        self._closing = True
        for queue in self._queues.values():
            if queue.task and queue.waits_its_turn:
                queue.task.cancel()
        if tasks := self._at_work():
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # --- Queues

    def _queue_to(self, destination: Destination) -> DestinationQueue:
        place = _place(destination)
        queue = self._queues.get(place)
        if queue is None:
            queue = self._queues[place] = DestinationQueue(place)
        return queue

    def _wake(self) -> None:
        """Puts all queues in order that have something to do and are not at it."""
        if self._closing:
            return
        for lane in self._lanes.values():
            lane.ready.clear()
        for place, queue in list(self._queues.items()):
            if queue.task is None and queue.has_work():
                self._line_up(queue)
            elif queue.task is None and queue.is_idle():
                del self._queues[place]
        for lane in self._lanes.values():
            self._start(lane)

    def _line_up(self, queue: DestinationQueue) -> None:
        lane = self._lanes[queue.destination.platform, queue.is_to_person]
        heapq.heappush(lane.ready, (queue.urgency, next(self._order), queue))

    def _start(self, lane: _Lane) -> None:
        while lane.ready and len(lane.tasks) < _WORKING and not self._closing:
            _, _, queue = heapq.heappop(lane.ready)
            queue.task = asyncio.create_task(self._work(queue), name=f"queue of {queue.destination.address}")
            lane.tasks.add(queue.task)
            queue.task.add_done_callback(partial(self._rest, queue, lane))

    def _rest(self, queue: DestinationQueue, lane: _Lane, task: asyncio.Task[None]) -> None:
        lane.tasks.discard(task)
        queue.task = None
        if queue.is_idle():
            self._queues.pop(queue.destination, None)
        elif queue.has_work():
            self._line_up(queue)
        for each in (lane, self._lanes[queue.destination.platform, queue.is_to_person]):
            self._start(each)

    async def _work(self, queue: DestinationQueue) -> None:
        platform = self._platforms[queue.destination.platform]
        try:
            while queue.has_work() and not self._closing:
                if queue.unwritten:
                    await self.sending.write_down(queue)
                    self._plan_anew(queue)
                elif (wait := self.sending.shut.get(platform.name, 0.0) - asyncio.get_running_loop().time()) > 0:
                    self.sending.park(queue, wait)
                elif queue.doubts:
                    await self.sending.clear_up(queue, platform)
                elif turn := await self._turn(queue, platform):
                    self._offered -= 1
                    if self._plan_anew_at and self._offered == self._plan_anew_at:
                        self._tell(PlanOutdated())
                    await self._deliver(queue, platform, turn)
        except LedgerError as error:
            self.sending.park(queue, self.sending.next_wait(queue))
            _log.error("%s; nothing is sent until it can be used again", error)  # no traceback for users

    async def _deliver(self, queue: DestinationQueue, platform: Platform, turn: Turn) -> None:
        self._at_it[id(queue)] = dispatch = queue.dispatches.pop(0)
        if self._since_plan is not None:
            self._since_plan.append(dispatch)
        try:
            await self.sending.deliver(queue, platform, dispatch, turn)
        finally:
            del self._at_it[id(queue)]

    async def _turn(self, queue: DestinationQueue, platform: Platform) -> Turn | None:
        """Waits until the queue may send. None when there is nothing to send any more: the plan has changed."""
        queue.waits_its_turn = True
        try:
            turn = await self.pace.turn(platform.rates(queue.destination), urgency=queue.urgency)
        finally:
            queue.waits_its_turn = False
        return turn if queue.dispatches and not self._closing else None

    def _plan_anew(self, queue: DestinationQueue) -> None:
        """Drops what the queue was to send: something else may have to go first by now."""
        queue.dispatches.clear()
        self._version += 1
        self._outdated[queue.destination] = self._version
        self._tell(PlanOutdated())


def _place(destination: Destination) -> Destination:
    """Topics of one forum share the chat's pace and order."""
    return replace(destination, thread=None) if destination.thread else destination
