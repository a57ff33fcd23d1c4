"""The process dies at any moment, again and again: nothing is lost, and only what was on the wire can be doubled.

A life counts its steps; each call of the ledger or the platform is two of them, one before and one after it acts. At
the last step everything stands still for good, as after kill -9, and the next life begins with what is on the disk.
"""

import asyncio
import logging
import random
import re
from collections import Counter
from datetime import timedelta

import pytest

from bot.audiences.follower import Follower, SavedQuery
from bot.domain.notice import State
from bot.domain.schedule import Destination
from bot.engine.board import Callboard, real_clock
from bot.engine.rounds import Rounds
from bot.planning.wanted import DIGEST_ABOVE
from bot.platforms.base import CannotAskError, DeliveryError, Platform
from bot.store.digests import DigestState
from tests.delivery.build import Lock, Words, board
from tests.domain.build import channel, posting

LIVES = 4
CHANNELS = [channel(f"lab-{address}", platform="fake", address=address) for address in "abc"]
FEW = [posting(f"phd-{number}") for number in range(DIGEST_ABOVE - 1)]
MANY = [posting(f"phd-{number}") for number in range(DIGEST_ABOVE + 2)]

DAYS = ["2097-05-01", "2097-06-01", "2097-04-01", "2097-07-01"]


@pytest.fixture(autouse=True)
def words(monkeypatch):
    monkeypatch.setattr(Callboard, "wording", Words())


class Life:
    def __init__(self, steps):
        self._steps = steps
        self._at_work = 0
        self.is_over = asyncio.Event()
        self.is_still = asyncio.Event()

    async def step(self):
        self._steps -= 1
        if self._steps < 0:
            self.is_over.set()
        if self.is_over.is_set():
            if not self._at_work:
                self.is_still.set()
            await asyncio.Event().wait()

    async def do(self, work):
        """Does the work with a step before and after."""
        await self.step()
        self._at_work += 1
        try:
            result = await work()
        finally:
            self._at_work -= 1
        await self.step()
        return result


class MortalLedger:
    def __init__(self, ledger, life):
        self._ledger = ledger
        self._life = life

    def __getattr__(self, name):
        call = getattr(self._ledger, name)
        if not callable(call):  # a part of it
            return MortalLedger(call, self._life)
        return lambda *given, **more: self._life.do(lambda: call(*given, **more))


class World:
    """What outlives the process: the chats, and what chance holds ready."""

    def __init__(self, seed, *, can_be_asked, troubles):
        self.random = random.Random(seed)
        self.can_be_asked = can_be_asked
        self.troubles = troubles
        self.shown = []
        self.page = {}  # what stands, by reference
        self.pinned = []
        self.lost_answers = 0
        self.channels = CHANNELS


class MortalPlatform(Platform):
    name = "fake"
    can_edit = can_pin = True

    def __init__(self, world, life):
        self._world = world
        self._life = life

    def payload(self, destination, message, key):
        raise NotImplementedError

    async def listen(self, answers):
        raise NotImplementedError

    async def send(self, destination, message, key, reply_to=None):
        return await self._life.do(lambda: self._act(destination.address, message, key))

    async def _act(self, address, message, key):
        world = self._world
        chance = world.random.random() if world.troubles else 1.0
        if chance < 0.1:
            raise DeliveryError("busy", retry_after=0.005)
        if chance < 0.2:
            world.lost_answers += 1
            raise DeliveryError("the connection broke", in_doubt=True)
        world.shown.append((address, key, message))
        reference = f"{address}/{key}"
        world.page[reference] = message
        if chance < 0.3:
            world.lost_answers += 1
            raise DeliveryError("the answer is lost", in_doubt=True)
        return reference

    async def edit(self, reference, message, key):
        await self._life.do(lambda: self._put_right(reference, message))

    async def _put_right(self, reference, message):
        chance = self._world.random.random() if self._world.troubles else 1.0
        if chance < 0.1:
            raise DeliveryError("busy", retry_after=0.005)
        self._world.page[reference] = message
        if chance < 0.2:
            raise DeliveryError("the answer is lost", in_doubt=True)

    async def pin(self, reference):
        await self._life.do(lambda: self._change_pins([reference], reference))

    async def unpin(self, reference):
        await self._life.do(lambda: self._change_pins([], reference))

    async def _change_pins(self, new, reference):
        if self._world.troubles and self._world.random.random() < 0.2:
            raise DeliveryError("busy", retry_after=0.005)
        self._world.pinned[:] = [*(one for one in self._world.pinned if one != reference), *new]

    async def find(self, destination, key, since, reply_to=None):
        return await self._life.do(lambda: self._look(destination.address, key))

    async def _look(self, address, key):
        if not self._world.can_be_asked:
            raise CannotAskError("this platform cannot say")
        return next((f"{there}/{one}" for there, one, _ in self._world.shown if (there, one) == (address, key)), None)


async def go_round(rounds):
    """As the bot does, until everything is settled."""
    while True:
        outlook = await rounds.tick()
        if rounds.delivery.is_busy():
            await rounds.delivery.idle()
        elif not outlook.left:
            await rounds.pins.idle()
            if rounds.pins.next_instant() is None:
                return
        else:
            await asyncio.sleep(0.002)


async def live(world, ledger, postings, steps):
    """One process, until everything is settled or it dies. Whether it died."""
    life = Life(steps)
    platforms = {"fake": MortalPlatform(world, life)}
    rounds = Rounds(board(world.channels, postings), MortalLedger(ledger, life), Lock(), platforms)
    going = asyncio.create_task(go_round(rounds))
    over = asyncio.create_task(life.is_over.wait())
    await asyncio.wait({going, over}, return_when=asyncio.FIRST_COMPLETED)
    died = life.is_over.is_set()
    if died:
        await life.is_still.wait()
    rounds.delivery._closing = True  # a queue that is cancelled here must not be followed by the next
    queues = [*rounds.delivery._at_work(), *filter(None, [rounds.pins._task])]
    for task in (going, over, *queues):
        task.cancel()
    await asyncio.gather(going, over, *queues, return_exceptions=True)
    if not died:
        going.result()
    return died


async def lives(world, ledger, postings):
    """How often the process died before all was settled."""
    deaths = 0
    for _ in range(LIVES):
        deaths += await live(world, ledger, postings, world.random.randrange(5, 60))
    async with asyncio.timeout(20):
        assert not await live(world, ledger, postings, 10**6)
    return deaths


def copies(world):
    """How often each posting stands in each chat."""
    return Counter((address, one.occasion.posting.id) for address, _, bundle in world.shown for one in bundle)


@pytest.mark.parametrize("postings", [FEW, MANY], ids=["single", "digest"])
@pytest.mark.parametrize("seed", range(4))
async def test_where_the_platform_can_be_asked_everything_arrives_exactly_once(ledger, seed, postings):
    world = World(seed, can_be_asked=True, troubles=True)
    await lives(world, ledger, postings)
    assert copies(world) == Counter((one.destination.address, post.id) for one in CHANNELS for post in postings)


def order_in(world, address):
    """The postings of a chat in the order in which they were first seen there."""
    bundles = [bundle for there, _, bundle in world.shown if there == address]
    return list(dict.fromkeys(one.occasion.posting.id for bundle in bundles for one in bundle))


@pytest.mark.parametrize("postings", [FEW, MANY], ids=["single", "digest"])
@pytest.mark.parametrize("seed", range(4))
async def test_where_it_cannot_be_asked_only_what_was_on_the_wire_is_doubled(ledger, seed, postings):
    world = World(seed, can_be_asked=False, troubles=False)
    deaths = await lives(world, ledger, postings)
    for one in CHANNELS:
        address = one.destination.address
        assert order_in(world, address) == [post.id for post in postings]
        messages = Counter(key for there, key, _ in world.shown if there == address)
        assert messages.total() - len(messages) <= deaths


@pytest.mark.parametrize("seed", range(4))
async def test_with_lost_answers_too_nothing_is_lost(ledger, seed):
    world = World(seed, can_be_asked=False, troubles=True)
    deaths = await lives(world, ledger, FEW)
    assert set(copies(world)) == {(one.destination.address, post.id) for one in CHANNELS for post in FEW}
    assert len(world.shown) - len(copies(world)) <= deaths * len(CHANNELS) + world.lost_answers


@pytest.mark.parametrize("postings", [FEW[:2], MANY], ids=["single", "digest"])
@pytest.mark.parametrize("can_be_asked", [True, False])
@pytest.mark.parametrize("seed", range(3))
async def test_a_fan_out_to_those_who_follow_loses_nobody(ledger, caplog, seed, can_be_asked, postings):
    """They are read from the database in each life anew."""
    world = World(seed, can_be_asked=can_be_asked, troubles=False)
    world.channels = CHANNELS[:1]
    caplog.set_level(logging.INFO)
    since = real_clock() - timedelta(hours=1)
    people = [
        Follower(f"fake:{number}", Destination("fake", str(number)), (SavedQuery("", since),)) for number in range(12)
    ]
    await ledger.followers.put(people)
    deaths = await lives(world, ledger, postings)
    addresses = ["a", *(person.destination.address for person in people)]
    assert set(copies(world)) == {(address, post.id) for address in addresses for post in postings}
    doubles = len(world.shown) - len({(address, key) for address, key, _ in world.shown})
    assert doubles <= (0 if can_be_asked else deaths * len(addresses))
    assert not await ledger.records(states=[State.IN_DOUBT])
    assert not re.search(r"fake:\d", caplog.text)  # no log names a person


@pytest.mark.parametrize("count", [DIGEST_ABOVE - 1, DIGEST_ABOVE + 2], ids=["single", "digest"])
@pytest.mark.parametrize("seed", range(4))
async def test_deadlines_that_move_between_lives_stand_right_everywhere_in_the_end(ledger, seed, count):
    world = World(seed, can_be_asked=True, troubles=True)
    assert not await live(world, ledger, [posting(f"phd-{number}", deadline=DAYS[0]) for number in range(count)], 10**6)
    for day in DAYS[1:]:
        moved = [posting(f"phd-{number}", deadline=day) for number in range(count)]
        await live(world, ledger, moved, world.random.randrange(5, 80))
    async with asyncio.timeout(20):
        assert not await live(world, ledger, moved, 10**6)
    for reference, bundle in world.page.items():
        assert {str(one.occasion.posting.deadline.at.date()) for one in bundle} == {DAYS[-1]}, reference
    told = Counter((address, one.key) for address, _, bundle in world.shown for one in bundle)
    assert set(told.values()) == {1}
    for one in CHANNELS:
        for name in (f"phd-{number}" for number in range(count)):
            last = [key for address, key in told if address == one.destination.address and f"/{name}/" in key]
            assert last, (one.name, name)
            assert 2 <= len(last) <= len(DAYS)  # the announcement, and no more news than moves


@pytest.mark.parametrize("can_be_asked", [True, False])
@pytest.mark.parametrize("seed", range(4))
async def test_a_digest_is_sent_once_and_pinned_however_often_the_process_dies(ledger, seed, can_be_asked):
    world = World(seed, can_be_asked=can_be_asked, troubles=can_be_asked)
    half_a_day_ago = real_clock() - timedelta(hours=12)
    times = f"daily {half_a_day_ago:%H:%M}"
    world.channels = [
        channel(f"lab-{address}", platform="fake", address=address, timezone="UTC", digest=times, announce="", pin=True)
        for address in "ab"
    ]
    await ledger.digests.put(DigestState(one.name, times, half_a_day_ago - timedelta(days=1)) for one in world.channels)
    deaths = await lives(world, ledger, FEW)
    for one in world.channels:
        address, name = one.destination.address, one.name
        messages = [(key, bundle) for there, key, bundle in world.shown if there == address]
        assert 1 <= len(messages) <= (1 if can_be_asked else 1 + deaths)
        for key, bundle in messages:
            assert key == f"{name}/digest/{half_a_day_ago:%Y-%m-%dT%H:%M}:00Z"
            assert {notice.occasion.posting.id for notice in bundle} == {"", *(post.id for post in FEW)}
    assert sorted(world.pinned) == sorted({f"{address}/{key}" for address, key, _ in world.shown})
    assert not await ledger.records(states=[State.IN_DOUBT, State.DUE_AGAIN, State.ON_THE_WIRE])
