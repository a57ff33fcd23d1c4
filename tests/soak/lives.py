"""The bot as it lives in the soak: `Rounds` over the real ledger and registry, which may die at any step, and platforms
whose every call may fail. Time is virtual; what chance decides is decided by one seed.
"""

import asyncio
import gc
import random
from collections import Counter, OrderedDict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.audiences.follower import Follower, Preferences, SavedQuery
from bot.domain.notice import State
from bot.domain.person import Person
from bot.domain.schedule import Destination, Lead
from bot.engine.board import Callboard
from bot.engine.rounds import Rounds
from bot.platforms.base import CannotAskError, DeliveryError, Platform, Rate
from bot.store import Ledger, LedgerError, SenderLock, database
from bot.store import engine as ledgers
from tests.delivery.build import settings
from tests.domain.build import channel
from tests.soak.reading import read

HEARTBEAT = 6 * 3600.0
AGAIN = 60.0


class Chance:
    """What goes wrong, and how often."""

    def __init__(self, seed, rate):
        self.random = random.Random(seed)
        self.rate = rate
        self.counts = Counter()

    def strikes(self, what, share=1.0):
        if self.random.random() < self.rate * share:
            self.counts[what] += 1
            return True
        return False


class Life:
    """One process: what it has begun stands still for good when it is over."""

    def __init__(self, chance):
        self.chance = chance
        self.is_over = False
        self.unknown = {}  # messages that arrived and of which it was not yet written down: reference -> channel
        self.flights = {}  # what is on its way to the platform: an act for each

    async def step(self, most=0.002):
        if self.is_over:
            await asyncio.Event().wait()
        await asyncio.sleep(self.chance.random.uniform(0, most))
        if self.is_over:
            await asyncio.Event().wait()


class MortalLedger:
    """The real one; each call takes a moment, and now and then the database is away, before or after it has acted."""

    def __init__(self, ledger, life, judge):
        self._ledger = ledger
        self._life = life
        self._judge = judge

    def __getattr__(self, name):
        call = getattr(self._ledger, name)
        if not callable(call):  # a part of it
            return MortalLedger(call, self._life, self._judge)

        async def mortal(*given, **more):
            life = self._life
            await life.step()
            if name != "close" and life.chance.strikes("database away", 0.03):
                raise LedgerError("the database is away")
            result = await call(*given, **more)
            if name == "end" and given[1] is State.DELIVERED:
                reference = more.get("reference")
                if where := life.unknown.pop(reference, None):
                    self._judge.known(where, reference)
                elif reference:
                    self._judge.known(reference.partition("/")[0], reference)
            if name in {"begin", "end"} and life.chance.strikes("database away", 0.03):
                raise LedgerError("the database went away")
            await life.step()
            return result

        return mortal if callable(call) else call


class Chats:
    """What outlives the process: the platforms' side. The pages are the judge's; kept is what `find` needs."""

    def __init__(self, audiences, judge, clock):
        self.judge = judge
        self.clock = clock
        self.names = {(one.address, one.thread): one.name for one in audiences}
        self.away = set()
        self.counts = Counter()
        self._numbers = Counter()
        self._recent = OrderedDict()

    def send(self, destination, message, key, answers):
        name = self.names[destination.address, destination.thread]
        self._numbers[name] += 1
        reference = f"{name}/{self._numbers[name]}"
        self.judge.sent(self.clock(), name, reference, answers, read(message))
        self._recent[name, key] = reference
        while len(self._recent) > 2000:
            self._recent.popitem(last=False)
        self.counts["notices"] += 1
        return reference

    def edit(self, reference, message):
        self.judge.edited(self.clock(), reference.partition("/")[0], reference, read(message))
        self.counts["edits"] += 1

    def find(self, destination, key):
        return self._recent.get((self.names[destination.address, destination.thread], key))


class MortalPlatform(Platform):
    """One platform as one life sees it: `slack` can be asked what it has, `telegram` cannot, `paper` cannot edit."""

    def __init__(self, name, chats, life):
        self.name = name
        self.can_edit = name != "paper"
        self._chats = chats
        self._life = life

    def payload(self, destination, message, key):
        raise NotImplementedError

    async def listen(self, answers):
        raise NotImplementedError

    def rates(self, destination):
        place = Rate((self.name, destination.address), 10, 1.0)  # quick, for each message that settles is a plan
        return (place, Rate(self.name, 29, 1.0)) if self.name == "telegram" else (place,)

    async def send(self, destination, message, key, reply_to=None):
        return await self._do(lambda: self._arrive(destination, message, key, reply_to), sends=True)

    def _arrive(self, destination, message, key, answers):
        reference = self._chats.send(destination, message, key, answers)
        self._life.unknown[reference] = reference.partition("/")[0]
        return reference

    async def edit(self, reference, message, key):
        await self._do(lambda: self._chats.edit(reference, message))

    async def delete(self, reference):
        self._chats.judge.wrong(f"{reference} was deleted")

    async def find(self, destination, key, since, reply_to=None):
        await self._life.step(0.1)
        if self.name != "slack":
            raise CannotAskError("this platform cannot say")
        if self.name in self._chats.away or self._life.chance.strikes("not found out"):
            raise DeliveryError("down")
        reference = self._chats.find(destination, key)
        if reference:
            self._life.unknown[reference] = reference.partition("/")[0]
        return reference

    async def _do(self, act, *, sends=False):
        life, chance = self._life, self._life.chance
        number = object()
        if self.name in self._chats.away:
            await life.step(0.1)
            raise chance.random.choice(
                [DeliveryError("down"), DeliveryError("wait", retry_after=100), DeliveryError("?", in_doubt=True)]
            )
        if chance.strikes("down", 0.3):
            raise DeliveryError("down")
        if chance.strikes("told to wait", 0.2):
            whole = chance.random.random() < 0.2
            raise DeliveryError("wait", retry_after=chance.random.choice([0.5, 3, 20]), whole_token=whole)
        if chance.strikes("lost before", 0.2):
            await life.step(0.1)
            raise DeliveryError("no answer", in_doubt=True)
        life.flights[number] = act
        await life.step(0.1)
        del life.flights[number]
        reference = act()
        is_lost = chance.strikes("lost after", 0.2)
        await life.step(0.1)
        if is_lost:
            if sends:
                life.unknown.pop(reference)
                self._chats.judge.lost(reference.partition("/")[0], reference)
            raise chance.random.choice([DeliveryError("no answer", in_doubt=True), RuntimeError("a library's own")])
        return reference


class Bot:
    """Starts, dies and comes back, over what is on the disk."""

    def __init__(self, folder, database, audiences, chats, chance, clock):
        self._folder = folder
        self._database = f"sqlite:///{database}"
        self._chats = chats
        self._chance = chance
        self._clock = clock
        self._channels = [_channel(one) for one in audiences if not one.is_person]
        self._going = None
        self.rounds = None
        self.life = None
        self.ticks = 0

    @property
    def is_up(self):
        return self._going is not None

    async def start(self):
        self.life = Life(self._chance)
        config = settings(self._folder, self._channels, database=self._database)
        board = Callboard(config, self._clock)
        board.read()
        gc.unfreeze()  # one process here lives many lives
        names = sorted({one.destination.platform for one in self._channels})
        platforms = {name: MortalPlatform(name, self._chats, self.life) for name in names}
        self._raw = await Ledger.open(self._database)
        self._lock = SenderLock(self._database, {name: name for name in names})
        ledger = MortalLedger(self._raw, self.life, self._chats.judge)
        self.rounds = Rounds(board, ledger, self._lock, platforms)
        self.board = board
        self._going = asyncio.create_task(self._go_round(self.rounds))

    async def _go_round(self, rounds):
        """As `app.Bot` does, with a slow heartbeat: a tick must come when it said that it must."""
        while True:
            wait = HEARTBEAT
            try:
                self.ticks += 1
                outlook = await rounds.tick()
                if outlook.next_instant:
                    wait = min(wait, max(0.0, (outlook.next_instant - self._clock()).total_seconds()) + 1e-6)
            except LedgerError:
                wait = AGAIN
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await rounds.changed.wait()

    async def follow(self, people, since):
        """These are in the database before the bot starts, as by `callboard people --import`."""
        ledger = await Ledger.open(self._database)
        await ledger.followers.put([_follower(person, since) for person in people])
        await ledger.close()

    async def order(self, name, what, changed):
        """What somebody who follows wants is written down, and the bot told, as by a command in chat."""
        store = self._raw.followers
        if what == "forget":
            await self._raw.personal.forget(Person.parse(name))
        elif what == "unfollow":
            await store.change(name, lambda known: replace(known, queries=()))
        else:
            leads = tuple(map(Lead.parse, changed.leads))
            own = replace((await store.get(name)).preferences, reminders=leads)
            await store.change(name, lambda known: replace(known, preferences=own))
        self.rounds.followers.ask_again()

    def look(self, touched):
        """The files that were written are read."""
        if self.is_up and self.board.take_in(self.board.registry.read(touched)):
            self.rounds.changed.set()

    def check(self):
        if self._going and self._going.done():
            self._going.result()
            raise AssertionError("the rounds have ended")

    async def stop(self):
        """As on SIGTERM: what is on the wire may arrive."""
        self.check()
        self._going.cancel()
        with suppress(asyncio.CancelledError):
            await self._going
        await self.rounds.close()
        self._end()

    async def die(self):
        """As on kill -9."""
        self.check()
        life = self.life
        life.is_over = True
        for act in life.flights.values():
            if self._chance.random.random() < 0.5:
                act()
        for reference, where in life.unknown.items():
            self._chats.judge.lost(where, reference)
        self.rounds.delivery._closing = True  # no queue is begun any more
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self.rounds._facts.close()
        await self._lock.release()
        await self._raw.close()
        self._end()

    def _end(self):
        self._going = self.rounds = self.life = self.board = None
        gc.collect()


def _channel(one):
    return channel(
        one.name,
        platform=one.platform,
        address=one.address,
        thread=one.thread,
        timezone=one.timezone,
        remind_at=one.remind_at,
        reminders=" ".join(one.leads),
        follows=one.follows,
        language=one.language,
        announce_closing=one.announce_closing,
    )


def _follower(person, since):
    own = Preferences(person.language, person.timezone, tuple(map(Lead.parse, person.leads)))
    place = Destination(person.platform, person.address)
    return Follower(person.name, place, (SavedQuery(person.follows, since),), preferences=own)


class _InThisThread:
    """Time is virtual: it must not pass while another thread works. So there is none."""

    def __init__(self, name):
        del name

    async def run(self, call):
        return call()

    async def end(self):
        pass


class WithoutThreads:
    """Within it, SQLite is used in the event loop's own thread, and its disk is not waited for."""

    def __enter__(self):
        self._before = database.Thread, ledgers._prepare_sqlite
        database.Thread = _InThisThread
        prepare = ledgers._prepare_sqlite

        def prepare_quickly(connection, record):
            prepare(connection, record)
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.close()

        ledgers._prepare_sqlite = prepare_quickly

    def __exit__(self, *_):
        database.Thread, ledgers._prepare_sqlite = self._before


SECOND = timedelta(seconds=1)
