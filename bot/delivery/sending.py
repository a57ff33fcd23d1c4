"""One message after the other: on the wire, to the platform, and into the ledger what became of it."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.audiences.dispatch import Act, Dispatch
from bot.delivery.destination_queue import AffectedRows, DestinationQueue, MessageInDoubt
from bot.delivery.facts import Fact, Settled, Written
from bot.delivery.pace import Pace, Turn
from bot.delivery.reporting import Report, called, called_in_doubt
from bot.delivery.words import Words
from bot.domain.message import Message
from bot.domain.notice import State
from bot.domain.schedule import Destination
from bot.observe.metrics import Metrics
from bot.platforms.base import CannotAskError, DeliveryError, Platform
from bot.store import Ledger, Restoration

_log = logging.getLogger("callboard.delivery")

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds before a transient failure is tried again: doubled each time, up to five minutes."""

_MENDED = 300.0  # seconds between looks whether a token that was not accepted is good again
_LOOK_BACK = timedelta(minutes=5)  # for clocks that differ, when a platform is asked what it has


class Sending:
    """What becomes of each message. `drop` drops what a queue was to send: something else may have to go first by now.

    `moved`: new addresses of chats, by platform and the address in the config. `restoration`: the last backup that was
    put in place. `shut`: platforms whose token is not
    accepted, and `unspeakable`: keys of what could not be put into words; each with when (the event loop's time) that
    is tried again.
    """

    def __init__(
        self,
        ledger: Ledger,
        words: Words,
        pace: Pace,
        clock: Callable[[], datetime],
        tell: Callable[[Fact], None],
        metrics: Metrics,
        drop: Callable[[DestinationQueue], None],
    ) -> None:
        self._ledger, self._words, self._pace = ledger, words, pace
        self._clock, self._tell, self._drop = clock, tell, drop
        self._metrics = metrics
        self._report = Report(metrics)
        self.moved: dict[tuple[str, str], str] = {}
        self.restoration: Restoration | None = None
        self.shut: dict[str, float] = {}
        self.unspeakable: dict[str, float] = {}

    async def deliver(self, queue: DestinationQueue, platform: Platform, dispatch: Dispatch, turn: Turn) -> None:
        """Puts a dispatch on the wire, has the platform send, edit or delete it, and writes down what became of it.
        Raises `LedgerError`.
        """
        audience, key, now = dispatch.audience, dispatch.key, self._clock()
        if dispatch.is_late(now + turn.wait):
            self._drop(queue)  # its deadline passes before it would leave
            return
        if await self._was_said_before(queue, platform, dispatch):
            self._drop(queue)
            return
        # Should the ledger fail now, nobody knows whether it has begun; certain is that nothing has left.
        queue.since, queue.then = now, None
        queue.about = about = AffectedRows.of(dispatch)
        queue.unwritten = partial(self._ledger.end, key, State.DUE_AGAIN, now, reason="it has not left", since=now)
        try:
            has_begun = await self._ledger.begin(dispatch, now)
        finally:
            self._tell(Written(about))
        if not has_begun:
            queue.unwritten = None
            self._drop(queue)  # the plan was older than the ledger
            return
        try:
            message = self._words.of(dispatch, now)
        except Exception as error:  # noqa: BLE001  # the others must not wait for one that cannot be put into words
            self.unspeakable[key] = asyncio.get_running_loop().time() + LONGEST_WAIT
            await self._end(queue, key, State.DUE_AGAIN, reason=self._report.unspeakable(dispatch, error))
            return
        await turn.leave()
        if dispatch.is_late(self._clock()):
            await self._end(queue, key, State.DUE_AGAIN, reason="its deadline had passed before it left")
            self._drop(queue)
            return
        began = time.perf_counter()
        try:
            reference = await self._act(platform, dispatch, message)
        except Exception as error:  # noqa: BLE001  # whatever a library raises: it may have been sent
            failed = error if isinstance(error, DeliveryError) else _unexpected(error)
            await self._failed(queue, platform, dispatch, failed, time.perf_counter() - began)
        else:
            turn.arrived()
            queue.failures = 0
            self._report.works(called(audience), platform.name)
            then = partial(self._arrived, dispatch, reference, time.perf_counter() - began)
            await self._end(queue, key, State.DELIVERED, then=then, reference=reference)

    async def _was_said_before(self, queue: DestinationQueue, platform: Platform, dispatch: Dispatch) -> bool:
        """After a backup was put in place, whether the platform has a message that is not in it, or one of those that
        it is made of; then that is written down. Where it cannot be asked, nobody knows. True also where it does not
        answer now: the queue waits then. Raises `LedgerError`.
        """
        if self.restoration is None or dispatch.act is not Act.SEND or not _may_be_of(dispatch, self.restoration):
            return False
        singly = (replace(dispatch, notices=(notice,)) for notice in dispatch.notices)
        was_found = False
        for part in (dispatch, *(singly if len(dispatch.notices) > 1 else ())):
            since = self.restoration.as_of - _LOOK_BACK
            try:
                reference = await platform.find(queue.destination, part.key, since, part.reference)
            except CannotAskError:
                return False
            except Exception as error:  # noqa: BLE001  # a queue must not end for what a library raises
                reason = error if isinstance(error, DeliveryError) else _unexpected(error)
                wait = getattr(error, "retry_after", None) or self.next_wait(queue)
                _log.warning("%s: whether it was said before the backup was restored: %s", part.key, reason)
                self.park(queue, wait)
                return True
            now = self._clock()
            if reference and await self._ledger.begin(part, now):
                queue.since, queue.about = now, AffectedRows.of(part)
                _log.info("%s: was said already, as %s; the backup did not know", part.key, reference)
                await self._end(queue, part.key, State.DELIVERED, reference=reference)
            if reference and part is dispatch:
                return True
            was_found |= reference is not None
        return was_found

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
        self, queue: DestinationQueue, platform: Platform, dispatch: Dispatch, error: DeliveryError, seconds: float
    ) -> None:
        key, now, reason = dispatch.key, self._clock(), str(error)
        is_new = dispatch.act is Act.SEND  # what is edited or deleted twice is as if once
        if error.moved_to and await self._follow(dispatch.audience.destination, error.moved_to):
            await self._end(queue, key, State.DUE_AGAIN, reason=reason)
            self._drop(queue)
            return
        if error.permanent and error.whole_token:  # nothing is wrong with what was to be said
            self.shut[platform.name] = asyncio.get_running_loop().time() + _MENDED
            self.park(queue, _MENDED)
            self._report.not_accepted(dispatch, error, seconds, _MENDED)
            await self._end(queue, key, State.DUE_AGAIN, reason=reason)
            return
        if error.permanent:
            self._report.refused(dispatch, error, seconds)
            is_shut_out = error.of_chat and not is_new
            then = partial(self._settled, dispatch, is_let_in=False if error.of_chat else None)
            until = now if is_shut_out else None
            await self._end(queue, key, State.REFUSED, then=then, reason=reason, due_again_at=until)
            if is_shut_out:
                self._drop(queue)  # what else was to be tried there once more is not
            return
        wait = error.retry_after or self.next_wait(queue)
        self.park(queue, wait)
        for rate in platform.rates(queue.destination)[-1:] if error.whole_token else ():
            self._pace.park(rate, wait)
        if error.retry_after:
            self._metrics.told_to_wait(platform.name)
        if error.in_doubt and is_new:
            queue.doubts.append(
                MessageInDoubt(key, now, dispatch.reference, _is_dropped(dispatch), AffectedRows.of(dispatch))
            )
            self._report.in_doubt(dispatch, error, seconds)
            await self._end(queue, key, State.IN_DOUBT, now, reason=reason)
        else:
            again = now + timedelta(seconds=error.retry_after) if error.retry_after else None
            self._report.tried_again(dispatch, error, seconds, wait)
            await self._end(queue, key, State.DUE_AGAIN, reason=reason, due_again_at=again)

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
        queue: DestinationQueue,
        key: str,
        state: State,
        at: datetime | None = None,
        *,
        then: Callable[[], None] | None = None,
        **more: Any,
    ) -> None:
        """Writes down what became of a message, and then does `then`. As long as that is not possible, the queue does
        nothing else.
        """
        queue.then = then
        queue.unwritten = partial(self._ledger.end, key, state, at or self._clock(), since=queue.since, **more)
        await self.write_down(queue)

    async def write_down(self, queue: DestinationQueue) -> None:
        """Writes down what became of the last message, if that was not possible yet. Raises `LedgerError`."""
        if queue.unwritten:
            try:
                await queue.unwritten()
            finally:
                if queue.about:
                    self._tell(Written(queue.about))
            queue.unwritten = None
            then, queue.then = queue.then, None
            if then:
                then()

    async def clear_up(self, queue: DestinationQueue, platform: Platform) -> None:
        """Asks the platform for a message in doubt. Where it cannot say, the message is sent once more, or dropped
        where the channel wants that. Raises `LedgerError`.
        """
        doubt = queue.doubts[0]
        name = called_in_doubt(doubt.key, doubt.about.channel, platform.name)
        queue.since, queue.about = doubt.since, doubt.about
        try:
            reference = await platform.find(queue.destination, doubt.key, doubt.since - _LOOK_BACK, doubt.answers)
        except CannotAskError as error:
            if doubt.is_dropped:
                _log.warning("%s: in doubt, and dropped as `in_doubt` says: it may be missing: %s", name, error)
                await self._end(queue, doubt.key, State.REFUSED, reason=f"it may not have arrived: {error}")
            else:
                text = "%s: in doubt; if still due, sent once more: it may stand there twice: %s"
                _log.warning(text, name, error)
                await self._end(queue, doubt.key, State.DUE_AGAIN, reason=f"it may have arrived: {error}")
        except Exception as error:  # noqa: BLE001  # a queue must not end for what a library raises
            wait = getattr(error, "retry_after", None) or self.next_wait(queue)
            reason = error if isinstance(error, DeliveryError) else f"an unexpected {type(error).__name__}"
            _log.warning("%s: in doubt, asked again in %.0f s: %s", name, wait, reason)
            self.park(queue, wait)
            return
        else:
            if reference:
                _log.info("%s: was delivered%s", name, f" as {reference}" if name == doubt.key else "")
                queue.failures = 0
                await self._end(queue, doubt.key, State.DELIVERED, reference=reference)
            else:
                _log.info("%s: did not arrive; it is sent again", name)
                await self._end(queue, doubt.key, State.DUE_AGAIN, reason="the platform does not have it")
        queue.doubts.pop(0)
        self._drop(queue)

    def next_wait(self, queue: DestinationQueue) -> float:
        """Seconds until a queue that has failed once more is to try again."""
        queue.failures += 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(queue.failures - 1, 20))
        return wait * random.uniform(0.8, 1.0)  # noqa: S311  # so that queues do not come back all at once

    def park(self, queue: DestinationQueue, seconds: float) -> None:
        """Lets a queue wait."""
        queue.parked_until = max(queue.parked_until, asyncio.get_running_loop().time() + seconds)
        self._drop(queue)


def _unexpected(error: Exception) -> DeliveryError:
    _log.debug("unexpected", exc_info=error)
    return DeliveryError(f"an unexpected {type(error).__name__}", in_doubt=True)


def _may_be_of(dispatch: Dispatch, restoration: Restoration) -> bool:
    """Whether it may have been said between the instant of the backup and the one at which it was put in place."""
    instants = (notice.occasion.at for notice in dispatch.notices)
    return any(at is None or at <= restoration.at for at in instants)


def _is_dropped(dispatch: Dispatch) -> bool:
    return all(notice.occasion.kind in dispatch.audience.drop_in_doubt for notice in dispatch.notices)
