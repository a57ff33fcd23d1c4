"""The platforms' pace: how fast a token and a destination may send. Replies to people go first; but notices keep a
share: however many replies there are, each fourth message that leaves is a notice, if one waits. Of notices that wait,
the most urgent goes first.

What leaves evenly may arrive in bunches: a machine that is busy holds a message back for some hundredths of a second,
and not the one that comes a second later. So a limit is kept by the instants at which messages have really left, and by
what each was on its way for longer than others were.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import timedelta
from itertools import count
from typing import TypeVar

from bot.audiences.dispatch import MOST_URGENT, Urgency
from bot.platforms.base import Rate

_MANY = 10_000
_LATE = 0.05  # seconds: how late an event loop may let somebody in without that being lost for all that follow
_EARLY = 0.002  # seconds that a message may leave too early rather than be waited for
_LONGEST_LEAD = 0.04  # seconds
_AHEAD = 3
"""So many replies may leave in a row while a notice waits."""

_CLOSEST = 0.6
"""Of the distance at which a token's messages leave, so much is kept when they are late."""

_LEARNS, _FORGETS = 0.1, 0.002
"""How much the newest counts in an average, and where the least of all is wanted."""


class Turn:
    """Leave to send one message, at `at` (the event loop's time) or later."""

    __slots__ = ("_answered_after", "_before", "_given_at", "_left_at", "_queue", "at")

    def __init__(self, at: float, queue: "_Queue | None" = None, before: "Turn | None" = None) -> None:
        self.at = at
        self._given_at = _now()
        self._left_at = at
        self._answered_after = 0.0  # seconds
        self._queue = queue
        self._before = before  # as many passages ago as there may be in the limit's time

    @property
    def wait(self) -> timedelta:
        """The time from now until `at`; zero where that has come."""
        return timedelta(seconds=max(0.0, self.at - _now()))

    async def leave(self) -> None:
        """Waits for the instant. What had to be done before it should be done by now; how long that took is learnt."""
        if self._queue:
            self._queue.learn_lead(_now() - self._given_at)
        while (wait := self._leaves_at() - _now()) > 0:  # noqa: ASYNC110  # others may have left meanwhile
            await asyncio.sleep(wait)
        self._left_at = _now()
        self._before = None
        if self._queue:
            self._queue.left_at = self._left_at

    def arrived(self) -> None:
        """To be called when the platform has answered."""
        self._answered_after = _now() - self._left_at
        if self._queue:
            self._queue.learn_way(self._answered_after)

    def counted_at(self) -> float:
        """When the platform has counted it: later by as much as this one was on its way for longer than others."""
        late = self._answered_after - self._queue.quickest if self._queue else 0.0
        return self._left_at + max(0.0, late)

    def _leaves_at(self) -> float:
        if self._queue is None:
            return self.at
        may_again = self._before.counted_at() + self._queue.rate.seconds if self._before else 0.0
        return max(self.at - _EARLY, self._queue.left_at + _CLOSEST * self._queue.rate.apart, may_again)

    def forget(self) -> None:
        """Lets go of the messages that passed before it."""
        self._before = None


class Pace:
    """Holds senders back until their rates allow the next message. Lives in one event loop."""

    def __init__(self) -> None:
        self._limits: dict[Hashable, _Limit] = {}
        self._queues: dict[Hashable, _Queue] = {}

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, urgency: Urgency | None = None) -> Turn:
        """Waits until all of these rates let a message pass. A notice gets its turn somewhat before its instant: as
        long as what has to be written down before it leaves took of late. Of notices, those of less `urgency` wait, and
        those without one go first.

        An urgent one goes ahead of those that wait, and leaves out the narrower limits (platforms let short bursts
        pass there); it still keeps the last one, the whole token's. Where somebody waits for a narrower limit, it does
        not make that wait any longer: else whoever keeps asking in a chat would hold its notices back for good.
        """
        if not rates:
            return Turn(_now())
        queue = self._queue(rates[-1])
        limits = [_found(self._limits, rate, _Limit) for rate in rates[:-1]]
        return await queue.turn(limits, urgent=urgent, urgency=urgency)

    def park(self, rate: Rate, seconds: float) -> None:
        """Lets nothing of that rate pass for so many seconds, because the platform asked for it."""
        self._queue(rate).park(seconds)

    def _queue(self, rate: Rate) -> "_Queue":
        return _found(self._queues, rate, _Queue)


class _Limit:
    """The last passages, as many as its rate allows in its time."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.passages: deque[Turn] = deque(maxlen=rate.count)
        self.waiting = 0  # notices

    def free_at(self) -> float:
        return self.passages[0].counted_at() + self.rate.seconds if len(self.passages) == self.rate.count else 0.0

    def is_in_use(self) -> bool:
        return bool(self.waiting or (self.passages and self.passages[-1].counted_at() + self.rate.seconds > _now()))


_Place = tuple[Urgency, int]
"""Of those who wait: who is more urgent, or came first, goes first."""


class _Waiter:
    __slots__ = ("let_in", "limits", "place")

    def __init__(self, limits: list[_Limit], place: _Place) -> None:
        self.let_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.limits = limits
        self.place = place

    def free_at(self) -> float:
        return max((limit.free_at() for limit in self.limits), default=0.0)


class _Queue(_Limit):
    """Those who wait for a token. One timer serves them all: who waits for a narrower limit as well is passed over.

    `left_at` is when the last message left; `lead` how many seconds before its instant a notice gets its turn;
    `quickest` in how many the platform has answered of late where nothing held that up.
    """

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate)
        self.left_at = 0.0
        self.lead = 0.0
        self._parked_until = 0.0
        self._slot = 0.0  # of the next message, if it is not late
        self.quickest = float("inf")  # seconds in which the platform has answered of late
        self._urgent: deque[_Waiter] = deque()
        self._patient: list[tuple[_Place, _Waiter]] = []  # a heap
        self._blocked: list[tuple[float, _Place, _Waiter]] = []  # by narrower limits, until then
        self._numbers = count()
        self._went_ahead = 0  # urgent ones in a row that went ahead of a patient one
        self._inside: _Waiter | None = None  # let in, and not on its way yet
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, limits: list[_Limit], *, urgent: bool, urgency: Urgency | None) -> Turn:
        waiter = _Waiter(limits, (urgency or MOST_URGENT, next(self._numbers)))
        counted = () if urgent else (*limits, self)
        for limit in counted:
            limit.waiting += 1
        if urgent:
            self._urgent.append(waiter)
        else:
            heapq.heappush(self._patient, (waiter.place, waiter))
        if self._inside is None:
            self._let_in()
        try:
            await waiter.let_in
        except asyncio.CancelledError:
            if self._inside is waiter:  # it was let in and cancelled in the same moment
                self._inside = None
                self._let_in()
            raise
        finally:
            for limit in counted:
                limit.waiting -= 1
        turn = self._pass()
        for limit in limits:
            if not (urgent and limit.waiting):
                limit.passages.append(turn)
        self._inside = None
        self._let_in()
        return turn

    def park(self, seconds: float) -> None:
        self._parked_until = max(self._parked_until, _now() + seconds)

    def is_in_use(self) -> bool:
        return super().is_in_use() or bool(self._urgent or self._inside) or self._parked_until > _now()

    def learn_lead(self, seconds: float) -> None:
        self.lead = min(_LONGEST_LEAD, self.lead + _LEARNS * (seconds - self.lead))

    def learn_way(self, seconds: float) -> None:
        self.quickest = min(seconds, self.quickest) + _FORGETS * max(0.0, seconds - self.quickest)

    def _pass(self) -> Turn:
        at = max(self._next_at(), _now())
        self._slot = (self._slot if at - self._slot < _LATE else at) + self.rate.apart
        before = None
        if len(self.passages) == self.rate.count:
            before = self.passages[0]
            before.forget()
        turn = Turn(at, self, before)
        self.passages.append(turn)
        return turn

    def _next_at(self) -> float:
        return max(self._parked_until, self.free_at(), self._slot)

    def _let_in(self) -> None:
        """Lets the next one in, now or as soon as the limits allow it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = _now()
        has_urgent, has_patient = _first(self._urgent) is not None, self._first_patient(now) is not None
        next_at = self._next_at()
        is_ahead = has_urgent and not (has_patient and self._went_ahead >= _AHEAD)
        if not is_ahead:
            next_at -= self.lead
        if not (has_urgent or has_patient):
            if self._blocked:
                self._wake_at(max(next_at, self._blocked[0][0]))
        elif next_at > now:
            self._wake_at(next_at)
        else:
            self._went_ahead = self._went_ahead + 1 if is_ahead and has_patient else 0
            self._inside = self._urgent.popleft() if is_ahead else heapq.heappop(self._patient)[1]
            self._inside.let_in.set_result(None)

    def _wake_at(self, at: float) -> None:
        self._timer = asyncio.get_running_loop().call_at(at, self._let_in)

    def _first_patient(self, now: float) -> _Waiter | None:
        """The most urgent one that no narrower limit keeps; those that one does are put aside until then."""
        while self._blocked and self._blocked[0][0] <= now:
            heapq.heappush(self._patient, heapq.heappop(self._blocked)[1:])
        while self._patient:
            place, waiter = self._patient[0]
            if not waiter.let_in.done():
                if (free_at := waiter.free_at()) <= now:
                    return waiter
                heapq.heappush(self._blocked, (free_at, place, waiter))
            heapq.heappop(self._patient)
        return None


def _first(waiting: deque[_Waiter]) -> _Waiter | None:
    while waiting and waiting[0].let_in.done():  # whoever was cancelled while waiting has left its place
        waiting.popleft()
    return waiting[0] if waiting else None


_L = TypeVar("_L", bound=_Limit)


def _found(limits: dict[Hashable, _L], rate: Rate, make: Callable[[Rate], _L]) -> _L:
    limit = limits.get(rate.bucket)
    if limit is None:
        if len(limits) >= _MANY and len(limits) % _MANY == 0:
            _clear_out(limits)
        limit = limits[rate.bucket] = make(rate)
    return limit


def _clear_out(limits: dict[Hashable, _L]) -> None:
    """Destinations that have been quiet for long need no memory."""
    quiet: Iterable[Hashable] = [bucket for bucket, limit in limits.items() if not limit.is_in_use()]
    for bucket in quiet:
        del limits[bucket]


def _now() -> float:
    return asyncio.get_running_loop().time()
