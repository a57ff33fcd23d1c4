"""Of several processes with one token, the one that sends polls; the others stand by, and take over."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.domain.message import Line, Message
from bot.engine.ownership import Ownership
from bot.platforms.telegram import polling
from tests.emulators.telegram import Fault, drop_before, hang, status
from tests.platforms.answering import Everyone
from tests.platforms.telegram.conftest import PERSON


class Front(Everyone):
    """Answers with what was asked. A process has one; `release` lets answers go that wait for their turn."""

    def __init__(self):
        self.ownership, self.doubts = Ownership(), 0
        self.while_it_sends = self.ownership.during
        self.asked = asyncio.Event()
        self.release = asyncio.Event()
        self.release.set()

    def sends(self, platform):
        return platform in self.ownership

    def look_who_sends(self):
        self.doubts += 1

    async def answer(self, request, reader, syntax=None):
        return Message((Line.of(f"heard {request.argument}"),))

    async def turn(self, destination):
        self.asked.set()
        await self.release.wait()


@asynccontextmanager
async def process(make, *, sends):
    """A platform that listens, with an ownership of its own."""
    front, telegram = Front(), make()
    if sends:
        front.ownership.update({"telegram"})
    task = asyncio.create_task(telegram.listen(front))
    try:
        yield front, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await telegram.close()


def polls(server):  # a poll that another has ended is among the server's problems, which its fixture looks at
    return [call for call in server.calls if call.method == "getUpdates"]


def heard(server):
    return [message.text for message in server.sent]


async def test_who_stands_by_does_not_poll_until_the_other_has_stopped(server, make):
    async with process(make, sends=False) as (second, _):
        async with process(make, sends=True):
            for number in range(3):
                server.say(PERSON, f"/positions {number}")
                await server.wait_for(lambda count=number + 1: len(server.sent) == count)
        second.ownership.update({"telegram"})
        server.say(PERSON, "/positions later")
        await server.wait_for(lambda: len(server.sent) == 4)
    assert heard(server) == ["heard 0", "heard 1", "heard 2", "heard later"]


async def test_what_was_answered_as_it_stopped_is_not_answered_by_the_next_one(server, make):
    async with process(make, sends=True) as (first, task):
        first.release.clear()
        server.say(PERSON, "/positions slow")
        await asyncio.wait_for(first.asked.wait(), 20)
        task.cancel()  # before it has polled again
        first.release.set()
        await asyncio.gather(task, return_exceptions=True)
    assert heard(server) == ["heard slow"]
    last = polls(server)[-1]
    assert (last.params["timeout"], last.params["limit"]) == (0, 1)
    async with process(make, sends=True):
        server.say(PERSON, "/positions next")
        await server.wait_for(lambda: len(server.sent) == 2)
    assert heard(server) == ["heard slow", "heard next"]


async def test_it_stops_soon_where_telegram_is_gone(server, make, monkeypatch):
    monkeypatch.setattr(polling, "_LAST_WORD", 0.05)
    async with process(make, sends=True) as (first, task):
        first.release.clear()
        server.say(PERSON, "/positions slow")
        await asyncio.wait_for(first.asked.wait(), 20)
        server.fail("getUpdates", hang(30))
        task.cancel()
        first.release.set()
        await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), 20)
    assert heard(server) == ["heard slow"]


async def test_what_a_killed_one_has_not_answered_is_answered_by_the_next(server, make, monkeypatch):
    monkeypatch.setattr(polling, "ANSWERED_WITHIN", 60)
    async with process(make, sends=True) as (first, _):
        first.release.clear()
        server.say(PERSON, "/positions lost?")
        await asyncio.wait_for(first.asked.wait(), 20)
        first.ownership.update(())  # nothing is confirmed any more: so does a process that is killed
        async with process(make, sends=True):
            await server.wait_for(lambda: heard(server) == ["heard lost?"])


async def test_an_answer_that_waits_for_its_turn_holds_up_no_other_question(server, make, monkeypatch):
    monkeypatch.setattr(polling, "ANSWERED_WITHIN", 0.01)
    async with process(make, sends=True) as (front, _):
        front.release.clear()
        server.say(PERSON, "/positions slow")
        await server.wait_for(lambda: any("offset" in call.params for call in polls(server)))
        front.release.set()
        server.say(PERSON, "/positions quick")
        await server.wait_for(lambda: len(server.sent) == 2)
    assert sorted(heard(server)) == ["heard quick", "heard slow"]


async def test_who_has_lost_the_lock_ends_no_poll_of_the_one_that_has_it_now(server, make):
    async with process(make, sends=True) as (first, _):
        server.say(PERSON, "/positions 1")
        await server.wait_for(lambda: len(server.sent) == 1 and any("offset" in call.params for call in polls(server)))
        first.ownership.update(())
        async with process(make, sends=True):
            server.say(PERSON, "/positions 2")
            await server.wait_for(lambda: len(server.sent) == 2)
    assert heard(server) == ["heard 1", "heard 2"]


@pytest.mark.parametrize("faults", [[status(502)], [status(502), status(500)]])
async def test_a_hand_over_in_an_outage(server, make, log, faults):
    async with process(make, sends=False) as (second, _):
        server.fail("getUpdates", *faults)
        async with process(make, sends=True):
            await server.wait_for(lambda: polls(server))
        second.ownership.update({"telegram"})
        server.say(PERSON, "/positions after")
        await server.wait_for(lambda: len(server.sent) == 1)
    assert log.text.count("answering in Telegram as") == 2


async def test_what_was_heard_is_confirmed_also_where_the_last_poll_broke(server, make):
    async with process(make, sends=True):
        server.fail("getUpdates", Fault("none", act=True), drop_before(), hang(30))  # the last two have no effect
        server.say(PERSON, "/positions once")
        await server.wait_for(lambda: len(server.sent) == 1 and len(polls(server)) >= 3)
    async with process(make, sends=True):
        server.say(PERSON, "/positions next")
        await server.wait_for(lambda: len(server.sent) == 2)
    assert heard(server) == ["heard once", "heard next"]
