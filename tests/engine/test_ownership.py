"""What only the process that sends may do: it begins, ends and begins again as that changes."""

import asyncio

import pytest

from bot.engine.ownership import Ownership


class Work:
    """Work that goes on until it is cancelled; `is_on` tells."""

    def __init__(self):
        self.begun = 0
        self.is_on = False
        self.ends = asyncio.Event()
        self.changed = asyncio.Condition()

    async def __call__(self):
        await self._turn(on=True)
        try:
            await self.ends.wait()
        finally:
            await self._turn(on=False)

    async def _turn(self, *, on):
        async with self.changed:
            self.is_on = on
            self.begun += on
            self.changed.notify_all()

    async def until(self, *, on):
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: self.is_on is on)


async def test_work_goes_on_while_the_process_sends_there():
    ownership, work = Ownership(), Work()
    task = asyncio.create_task(ownership.during("telegram", work))
    ownership.update({"slack"})
    await asyncio.sleep(0)
    assert (work.begun, "telegram" in ownership) == (0, False)
    ownership.update({"slack", "telegram"})
    await work.until(on=True)
    ownership.update({"telegram"})  # of the others' affairs it hears nothing
    assert "telegram" in ownership
    ownership.update(())
    await work.until(on=False)
    ownership.update({"telegram"})
    await work.until(on=True)
    assert work.begun == 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not work.is_on


async def test_it_ends_with_the_work_and_raises_what_that_raises():
    ownership, work = Ownership(), Work()
    ownership.update({"telegram"})
    task = asyncio.create_task(ownership.during("telegram", work))
    await work.until(on=True)
    work.ends.set()
    assert await asyncio.wait_for(task, 20) is None

    async def fail():
        raise ValueError("revoked")

    with pytest.raises(ValueError, match="revoked"):
        await ownership.during("telegram", fail)
