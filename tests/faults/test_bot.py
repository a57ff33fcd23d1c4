"""Faults of the bot itself."""

import pytest

from bot.engine.rounds import Rounds

fault = pytest.mark.fault


@fault("planning or watching itself ends")
async def test_planning_itself_ends(world, monkeypatch):
    await world.run()

    async def fail(rounds):
        raise ZeroDivisionError

    monkeypatch.setattr(Rounds, "tick", fail)
    world.post("owls")
    (_, task), *_ = world._bots
    with pytest.raises(ZeroDivisionError):
        await task
    world._bots.clear()
    assert (world.telegram.sent, await world.records()) == ([], [])
    assert world.lines(0)[-1].startswith("INFO stopping")
