"""Feeds inputs to a target, one after the other, and tells which of them went wrong.

An input is made from the seed, the target's name and its own number: so each can be made again by itself, and a run
that was broken off goes on from where it was.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from time import process_time

from tests.fuzz.targets import Target
from tests.fuzz.world import World

CPU_SECONDS = 5.0
"""The processor's time that an input may cost; not the clock's, for a machine may be busy. All are far below it."""


@dataclass(frozen=True, slots=True)
class Failure:
    target: str
    seed: int
    number: int
    what: str
    given: bytes

    def __str__(self) -> str:
        again = f"python -m tests.fuzz --target {self.target} --seed {self.seed} --from {self.number} --inputs 1"
        return f"{self.what}\n  again: {again}\n  input: {self.given[:600]!r}"


def made(target: Target, seed: int, number: int) -> bytes:
    return target.made(Random(f"{seed}/{target.name}/{number}"))


async def feed(world: World, target: Target, seed: int, numbers: range) -> AsyncIterator[Failure]:
    for number in numbers:
        given = made(target, seed, number)
        began = process_time()
        try:
            wrong = await target.fed(world, given)
        except Exception:  # noqa: BLE001  # which is what is looked for
            wrong = traceback.format_exc(limit=-4)
        cost = process_time() - began
        lines = [wrong] if wrong else []
        if cost > CPU_SECONDS:
            lines.append(f"it cost {cost:.1f} s of the processor")
        lines += world.took()
        if lines:
            yield Failure(target.name, seed, number, "\n".join(lines), given)
        if number % 50 == 0:
            await asyncio.sleep(0)
