"""A platform in memory, whose every move is written beforehand, and words that keep the notices they stand for."""

import asyncio
from collections import defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
from bot.delivery import Delivery, PlanOutdated
from bot.domain.notice import State
from bot.domain.schedule import Destination
from bot.engine.board import Callboard, real_clock
from bot.platforms.base import CannotAskError, DeliveryError, Platform
from bot.sources.files import RegistryChanges
from tests.domain.build import BERLIN
from tests.store import build as ledgers
from tests.store.build import message


def notice(name, address="a", *, lead=None, thread=None):
    """An announcement to the channel of that address."""
    where = f"lab-{address}" + (f"-{thread}" if thread else "")
    return ledgers.notice(name, lead=lead, where=where, platform="fake", address=address, thread=thread)


def notices(count, address="a"):
    return [notice(f"phd-{number}", address) for number in range(count)]


def alone(some):
    """Each as a message of its own."""
    return [message(one) for one in some]


class Words:
    """Instead of wording: the message is the notices themselves. What is `unspeakable` cannot be put into words."""

    def __init__(self, unspeakable=()):
        self.unspeakable = unspeakable

    def __call__(self, language):
        return self

    def notice(self, bundle, now, audience):
        if any(one.occasion.posting.id in self.unspeakable for one in bundle):
            raise KeyError("a bug in the wording")
        return bundle


@dataclass
class Arrives:
    """The message arrives, and then the error comes: the answer is lost."""

    error: Exception


class Fake(Platform):
    """`script` says for each address what happens to the next messages: an error, `Arrives`, an event to wait for.

    `shown` are all that were sent, in order, and `page` what stands by now, by reference. `away` has the errors with
    which it says that a person is not reached alone; the last one stays.
    """

    name = "fake"
    can_edit = can_pin = True

    def __init__(self, rates=()):
        self.script = defaultdict(deque)
        self.answers = deque()
        self.shown = []
        self.page = {}
        self.replies = {}
        self.calls = []
        self.most_at_once = 0
        self.can_be_asked = True
        self.away = {}
        self.pinned = []
        self.pin_errors = deque()
        self._rates = rates
        self._busy = set()

    def at(self, address, *steps):
        self.script[address].extend(steps)

    def posts(self, address=None):
        """The postings named in a chat, in order."""
        shown = (bundle for there, _, bundle in self.shown if address in {None, there})
        return [one.occasion.posting.id for bundle in shown for one in bundle]

    def payload(self, destination, message, key):
        raise NotImplementedError

    def rates(self, destination):
        return self._rates

    async def send(self, destination, message, key, reply_to=None):
        async with self._step("send", destination.address, key) as arrive:
            self.shown.append((destination.address, key, message))
            reference = f"{destination.address}/{len(self.shown)}"
            self.page[reference] = message
            self.replies[reference] = reply_to
            arrive()
            return reference

    async def edit(self, reference, message, key):
        async with self._step("edit", reference.partition("/")[0], key) as arrive:
            self._must_stand(reference)
            self.page[reference] = message
            arrive()

    async def delete(self, reference):
        async with self._step("delete", reference.partition("/")[0], reference) as arrive:
            self._must_stand(reference)
            del self.page[reference]
            arrive()

    def _must_stand(self, reference):
        if reference not in self.page:
            raise refused("the message is not there any more")

    @asynccontextmanager
    async def _step(self, what, there, key):
        """Does what the script says, and then what is to be done here, and then lets the answer get lost."""
        assert there not in self._busy, "two messages at once to one destination"
        self._busy.add(there)
        self.most_at_once = max(self.most_at_once, len(self._busy))
        try:
            step = self.script[there].popleft() if self.script[there] else None
            self.calls.append((what, there, key))
            await asyncio.sleep(0)
            if isinstance(step, Exception):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()

            def arrive():
                if isinstance(step, Arrives):
                    raise step.error

            yield arrive
        finally:
            self._busy.remove(there)

    async def pin(self, reference):
        """Done twice it is as if once. `pin_errors` are what comes of the next tries, None for that it goes well."""
        await self._change_pins("pin", reference)
        self.pinned.append(reference)

    async def unpin(self, reference):
        await self._change_pins("unpin", reference)

    async def _change_pins(self, what, reference):
        self.calls.append((what, reference.partition("/")[0], reference))
        await asyncio.sleep(0)
        if self.pin_errors and (error := self.pin_errors.popleft()):
            raise error
        if reference in self.pinned:
            self.pinned.remove(reference)

    async def find(self, destination, key, since, reply_to=None):
        self.calls.append(("find", destination.address, key))
        if self.answers:
            raise self.answers.popleft()
        if not self.can_be_asked:
            raise CannotAskError("this platform cannot say")
        found = (
            number for number, (there, one, _) in enumerate(self.shown, 1) if (there, one) == (destination.address, key)
        )
        return next((f"{destination.address}/{number}" for number in found), None)

    async def listen(self, answers):
        raise NotImplementedError

    async def private_place(self, person):
        if errors := self.away.get(person):
            raise errors.popleft() if len(errors) > 1 else errors[0]
        return Destination("fake", person)


class Lock:
    """The sender's lock as the test says."""

    session = 0

    def __init__(self, platforms=("fake",)):
        self.is_mine = True
        self.platforms = frozenset(platforms)

    async def take(self):
        return self.platforms if self.is_mine else frozenset()

    def verify(self, connection, platforms):
        pass

    async def release(self):
        pass


def settings(folder, channels=(), **given):
    """A config with these channels."""
    at = Path(folder)
    given = {"database": "sqlite://", "timezone": BERLIN, "language": "en", "when_empty": None, "platforms": ()} | given
    return Config(path=at.parent / "config.yaml", registry=at, channels=tuple(channels), **given)


def board(channels, postings=(), *, folder="postings", clock=real_clock):
    """A callboard with these postings, or with those of a folder that is yet to be read."""
    config = settings(folder, channels)
    one = Callboard(config, clock)
    one.take_in(RegistryChanges(tuple(postings), (), ()))
    return one


async def until(holds):
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  # a test looks in from outside
            await asyncio.sleep(0.001)


def busy(seconds=None):
    return DeliveryError("the platform is busy", retry_after=seconds)


def refused(text="the bot was removed from the chat; add it again"):
    return DeliveryError(text, permanent=True)


def lost():
    return DeliveryError("no clear answer", in_doubt=True)


class Bench:
    """A delivery over a real ledger and the fake platform, and a planner that only subtracts."""

    def __init__(self, ledger, clock, *, platform=None, words=None):
        self.ledger = ledger
        self.clock = clock
        self.platform = platform or Fake()
        self.asked_for_a_plan = 0
        self.delivery = Delivery(ledger, {"fake": self.platform}, words or Words(), clock, self._tell)

    def _tell(self, fact):
        self.asked_for_a_plan += isinstance(fact, PlanOutdated)

    async def offer(self, *notices):
        """Offers each as a message of its own, and waits until nobody is sending."""
        self.delivery.offer(alone(notices))
        await self.delivery.idle()

    async def settle(self, *notices, seconds=20):
        """Offers what is not settled until everything is."""
        async with asyncio.timeout(seconds):
            while await self._left(notices):
                now = self.clock()
                entries = await self.ledger.entries(one.key for one in notices)
                again = [
                    one
                    for one in notices
                    if (entry := entries.get(one.key)) is None
                    or (entry.state is State.DUE_AGAIN and (entry.due_again_at or now) <= now)
                ]
                await self.offer(*again)
                await asyncio.sleep(0.002)

    async def _left(self, notices):
        entries = await self.ledger.entries(one.key for one in notices)
        return [one for one in notices if one.key not in entries or not entries[one.key].state.is_settled]

    async def record(self, one):
        (found,) = [record for record in await self.ledger.records() if record.key == one.key]
        return found

    async def states(self):
        return {record.posting: record.state for record in await self.ledger.records()}
