"""Faults of the clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import bot as app
from bot.domain.notice import State
from tests.emulators.telegram import too_many

fault = pytest.mark.fault


@fault("the clock is set back an hour")
async def test_the_clock_is_set_back(world):
    until = world.clock() + timedelta(hours=2, minutes=30)
    world.configure({"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs", "reminders": ["2h"]})
    world.post("owls", deadline=f"{until:%Y-%m-%d %H:%M:%S}Z")
    await world.go()
    world.clock.forward(minutes=40)
    await world.go()
    assert world.shown() == ["owls", "owls"]  # announced, and reminded of
    before = await world.records()
    world.forget()
    world.clock.set(hours=-1)
    for _ in range(3):
        outlook = await world.go()
        assert outlook.left == 0
        world.clock.forward(minutes=25)
    await world.restart()
    await world.go()
    assert world.shown() == ["owls", "owls"]
    assert await world.records() == before
    world.said()
    world.post("mice")
    await world.go()
    assert world.shown() == ["owls", "owls", "mice"]


@fault("the clock is set back an hour while a chat is told to wait (429)")
async def test_the_clock_is_set_back_during_a_wait(world):
    world.telegram.fail("sendMessage", too_many(30))
    world.post("owls")
    await world.go()
    world.clock.set(hours=-1)
    outlook = await world.go()
    assert world.tries == 1, "the queue knows how long it has to wait"
    assert outlook.next_instant - world.clock() < timedelta(seconds=31)
    world.clock.forward(seconds=30)
    await world.go()
    assert world.shown() == ["owls"]
    record = await world.record()
    assert (record.state, record.attempts) == (State.DELIVERED, 2)
    world.said("WARNING lab-telegram: .*Telegram asks to wait 30 s")


def quiet(world, *, begins, ends):
    """A channel whose quiet hours begin and end so many hours from now, on the minute."""
    begin, end = (world.clock() + timedelta(hours=hours) for hours in (begins, ends))
    channel = {"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs", "timezone": "UTC"}
    world.configure(channel | {"quiet": f"{begin:%H:%M}-{end:%H:%M}"})


@fault("the bot is stopped while something waits for the end of quiet hours")
async def test_what_waits_for_the_morning_waits_over_a_restart(world):
    deadline = world.clock() + timedelta(days=30)
    quiet(world, begins=2, ends=6)
    await world.announce(deadline=f"{deadline:%Y-%m-%d}")
    world.clock.forward(hours=3)
    world.post("owls", deadline=f"{deadline + timedelta(days=10):%Y-%m-%d}")
    world.post("mice")
    outlook = await world.go()
    assert outlook.left == 0
    assert [record.kind for record in await world.records() if record.state is State.DELIVERED] == [
        "announcement",
        "edit",
    ]
    await world.restart()
    await world.go()
    assert world.shown() == ["owls"]
    world.clock.forward(hours=3, minutes=1)
    await world.go()
    assert world.shown() == ["owls", "owls", "mice"]
    await world.restart()
    await world.go()
    assert world.shown() == ["owls", "owls", "mice"]
    world.said()


@fault("a chat is told to wait (429) into its quiet hours")
async def test_what_was_told_to_wait_into_the_night_waits_for_the_morning(world):
    quiet(world, begins=0.1, ends=4)
    world.telegram.fail("sendMessage", too_many(1800))
    world.post("owls")
    await world.go()
    world.clock.forward(hours=1)
    assert (await world.go()).left == 0
    assert world.shown() == []
    world.clock.forward(hours=3, minutes=1)
    await world.go()
    assert world.shown() == ["owls"]
    world.said("WARNING lab-telegram: .*Telegram asks to wait 1800 s")


@fault("the clock is set forward, and then right again")
async def test_the_clock_is_set_forward(world):
    until = world.clock() + timedelta(days=10)
    world.configure({"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs", "reminders": ["1h"]})
    await world.announce(deadline=f"{until:%Y-%m-%d %H:%M:%S}Z")
    world.clock.set(days=11)
    await world.go()
    assert "no longer" in world.telegram.sent[0].text or "closed" in world.telegram.sent[0].text.casefold()
    world.clock.set(days=-11)
    await world.go()
    assert "closed" not in world.telegram.sent[0].text.casefold()
    world.clock.forward(days=9, hours=23, minutes=30)
    await world.go()
    assert [one.state for one in await world.records() if one.kind == "reminder"] == [State.DELIVERED]
    world.said()


@fault("the clock is set back while the bot waits for its next round")
async def test_rounds_go_on_when_the_wall_stands_an_hour_earlier(world, monkeypatch):
    """APScheduler goes by the wall's clock: its next round would be an hour away."""

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None):
            return world.clock().astimezone(tz or UTC)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    monkeypatch.setattr(app, "HEARTBEAT", timedelta(seconds=0.3))
    monkeypatch.setattr(app, "_LATE", 0.1)
    rounds = []
    tick = app.Rounds.tick

    async def counted(self):
        rounds.append(1)
        return await tick(self)

    monkeypatch.setattr(app.Rounds, "tick", counted)
    await world.run()
    await world.until(lambda: len(rounds) > 1)
    world.clock.set(hours=-1)
    rounds.clear()
    await asyncio.sleep(0.1)
    await world.until(lambda: len(rounds) > 3, 3, lambda: f"{len(rounds)} rounds since the clock was set back")
    world.post("owls")
    await world.until(lambda: world.telegram.sent)
    await world.says("delivered announcement of owls")
    assert (await world.record()).state is State.DELIVERED
    world.said(*[line for line in world.lines() if "app_token" in line])
