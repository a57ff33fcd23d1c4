"""What every platform's examination needs: an end, patience, and a few channels at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError, Finding

SECONDS = 20.0
"""How long one platform's examination may take."""

UNVERIFIED = "could not be verified: "
"""How a finding begins where the platform could not be asked."""

_AT_ONCE = 5

_T = TypeVar("_T")


class Patience:
    """How much time an examination has left."""

    def __init__(self) -> None:
        self._seconds = SECONDS
        self._end = asyncio.get_running_loop().time() + SECONDS

    async def __call__(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """What a call gives; made again after the time for which the platform asks. Raises `DeliveryError`, also when
        the time is over.
        """
        try:
            async with asyncio.timeout_at(self._end):
                while True:
                    try:
                        return await call()
                    except DeliveryError as error:
                        if error.retry_after is None or self._is_too_long(error.retry_after):
                            raise
                        await asyncio.sleep(error.retry_after)
        except TimeoutError:
            raise DeliveryError(f"no answer within {self._seconds:.0f} s") from None

    def _is_too_long(self, seconds: float) -> bool:
        return asyncio.get_running_loop().time() + seconds >= self._end


async def each(
    destinations: Sequence[Destination], look: Callable[[Destination], AsyncIterator[Finding]]
) -> list[Finding]:
    """What is found at each destination, in their order."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def look_at(at: Destination) -> list[Finding]:
        findings: list[Finding] = []
        async with turn:
            try:
                async for finding in look(at):
                    findings.append(finding)  # noqa: PERF401  # what was found before an error is kept
            except DeliveryError as error:
                findings.append(unverified(error, at))
        return findings

    return [finding for part in await asyncio.gather(*map(look_at, destinations)) for finding in part]


def unverified(error: DeliveryError, at: Destination | None = None, key: str | None = None) -> Finding:
    """The finding that an error stands for: something to do, or that it could not be verified."""
    return Finding(str(error) if error.permanent else f"{UNVERIFIED}{error}", at, key)
