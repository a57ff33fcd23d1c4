"""The platforms' pace: how fast a token and a destination may send. Replies to people go first."""

import asyncio
import heapq
from collections import deque
from collections.abc import Hashable, Sequence
from itertools import count

from bot.platforms.base import Rate


class Pace:
    """Holds senders back until their rates allow the next message. Lives in one event loop."""

    def __init__(self) -> None:
        self._gates: dict[Hashable, _Gate] = {}

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> None:
        """Waits until a message may leave under all of these rates.

        An urgent one passes those that wait, and the narrower limits (platforms let short bursts pass there); it still
        keeps the last one, the whole token's.
        """
        gates = [self._gate(rate) for rate in rates]
        for gate in gates[-1:] if urgent else gates:
            await gate.wait(urgent=urgent)
        for gate in gates:
            gate.passed()

    def park(self, rate: Rate, seconds: float) -> None:
        """Lets nothing pass for a while, because the platform asked for it."""
        self._gate(rate).park(seconds)

    def _gate(self, rate: Rate) -> "_Gate":
        if len(self._gates) > 10_000:  # destinations that have been quiet for long need no memory
            self._gates = {bucket: gate for bucket, gate in self._gates.items() if gate.in_use()}
        return self._gates.setdefault(rate.bucket, _Gate(rate))


class _Gate:
    """One limit: a queue by urgency and arrival, and the instants of the last passages."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._passages: deque[float] = deque(maxlen=rate.count)
        self._parked_until = 0.0
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, *, urgent: bool) -> None:
        if not self._queue and self._free_at() <= _now():
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (not urgent, next(self._order), turn))
        self._set_timer()
        await turn

    def passed(self) -> None:
        self._passages.append(_now())
        self._set_timer()

    def park(self, seconds: float) -> None:
        self._parked_until = max(self._parked_until, _now() + seconds)
        self._set_timer()

    def in_use(self) -> bool:
        return bool(self._queue) or self._free_at() > _now() - self._rate.seconds

    def _free_at(self) -> float:
        full = len(self._passages) == self._rate.count
        return max(self._parked_until, self._passages[0] + self._rate.seconds if full else 0.0)

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._queue:
            self._timer = asyncio.get_running_loop().call_at(self._free_at(), self._open)

    def _open(self) -> None:
        self._timer = None
        while self._queue:
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():  # whoever was cancelled while waiting has left its place
                turn.set_result(None)  # `passed` sets the timer for the next one
                return


def _now() -> float:
    return asyncio.get_running_loop().time()
