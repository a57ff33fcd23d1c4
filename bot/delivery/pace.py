"""The platforms' pace: how fast a token and a destination may send. Replies to people go first; but notices keep a
share: however many replies there are, each fourth message that leaves is a notice, if one waits.
"""

import asyncio
from collections import deque
from collections.abc import Hashable, Sequence

from bot.platforms.base import Rate

_MANY_GATES = 10_000
_LATE = 0.02  # seconds: how late an event loop may let somebody in without that being lost for all that follow
_LATELY = 1.0  # seconds
_AHEAD = 3
"""So many replies may leave in a row while a notice waits."""

_HOLD = 0.04  # seconds between a turn and the message, for what has to be written down; so messages keep their distance


class Pace:
    """Holds senders back until their rates allow the next message. Lives in one event loop."""

    def __init__(self) -> None:
        self._gates: dict[Hashable, _Gate] = {}
        self._clear_out_at = _MANY_GATES

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> float:
        """Waits until a message may leave under all of these rates: enters one gate after the other, and holds them
        until it passes them all at once. Gives when it should leave (the event loop's time): somewhat later where the
        last gate was busy, so that what has to be done until then does not change the distance between messages.

        An urgent one goes ahead of those that wait, and leaves out the narrower limits (platforms let short bursts
        pass there); it still keeps the last one, the whole token's. Where somebody waits for a narrower limit, it does
        not make that wait any longer: else whoever keeps asking in a chat would hold its notices back for good.
        """
        held: list[_Gate] = []
        try:
            for rate in rates[-1:] if urgent else rates:
                gate = self._gate(rate)
                await gate.enter(urgent=urgent)
                held.append(gate)
            leaves_at = _now()
            if held and held[-1].is_busy():
                leaves_at = max(leaves_at, held[-1].slot + _HOLD)
            for gate in map(self._gate, rates[:-1]):
                if not (urgent and gate.is_waited_for()):
                    gate.record(leaves_at)
            for rate in rates[-1:]:
                self._gate(rate).record(self._gate(rate).slot)
        finally:
            for gate in held:
                gate.leave()
        return leaves_at

    def park(self, rate: Rate, seconds: float) -> None:
        """Lets nothing pass for a while, because the platform asked for it."""
        self._gate(rate).park(seconds)

    def _gate(self, rate: Rate) -> "_Gate":
        if len(self._gates) > self._clear_out_at:  # destinations that have been quiet for long need no memory
            self._gates = {bucket: gate for bucket, gate in self._gates.items() if gate.is_in_use()}
            self._clear_out_at = max(_MANY_GATES, 2 * len(self._gates))
        return self._gates.setdefault(rate.bucket, _Gate(rate))


class _Gate:
    """One limit: the instants of the last passages, and two queues by arrival. One at a time is inside."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._passages: deque[float] = deque(maxlen=rate.count)
        self._parked_until = 0.0
        self._is_held = False
        self.slot = 0.0
        """When whoever is inside was to be let in."""
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()
        self._went_ahead = 0  # urgent ones in a row that went ahead of a patient one
        self._timer: asyncio.TimerHandle | None = None
        self._waited_for: float | None = None  # the instant at which somebody is to be let in

    async def enter(self, *, urgent: bool) -> None:
        turn = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._patient).append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was let in and cancelled in the same moment
                self.leave()
            raise

    def leave(self) -> None:
        self._is_held = False
        self._let_in()

    def record(self, at: float) -> None:
        """A message passes."""
        self._passages.append(at)

    def park(self, seconds: float) -> None:
        self._parked_until = max(self._parked_until, _now() + seconds)

    def is_waited_for(self) -> bool:
        return bool(self._patient)

    def is_busy(self) -> bool:
        """Whether something has passed of late: then the distance to that counts."""
        return bool(self._passages) and self._passages[-1] + _LATELY > _now()

    def is_in_use(self) -> bool:
        remembered = self._passages[-1] + self._rate.seconds if self._passages else 0.0
        return self._is_held or bool(self._urgent or self._patient) or max(self._parked_until, remembered) > _now()

    def _free_at(self) -> float:
        full = len(self._passages) == self._rate.count
        return max(self._parked_until, self._passages[0] + self._rate.seconds if full else 0.0)

    def _let_in(self) -> None:
        """Lets the next one in, now or as soon as the limit allows it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for queue in (self._urgent, self._patient):
            while queue and queue[0].done():  # whoever was cancelled while waiting has left its place
                queue.popleft()
        if not (self._urgent or self._patient) or self._is_held:
            self._waited_for = None
            return
        free_at = self._free_at()
        if free_at > _now():
            self._timer = asyncio.get_running_loop().call_at(free_at, self._let_in)
            self._waited_for = free_at
            return
        is_ahead = bool(self._urgent) and not (self._patient and self._went_ahead >= _AHEAD)
        self._went_ahead = self._went_ahead + 1 if is_ahead and self._patient else 0
        turn = (self._urgent if is_ahead else self._patient).popleft()
        self._is_held = True
        self.slot = max(free_at, _now() - _LATE) if self._waited_for == free_at else _now()
        turn.set_result(None)


def _now() -> float:
    return asyncio.get_running_loop().time()
