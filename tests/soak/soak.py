"""Simulated days, one after the other: what happens when, and what is wrong at the end of each."""

import asyncio
import contextlib
import logging
import multiprocessing
import random
import resource
import time as clocks
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.delivery.virtual_time import VirtualTimeLoop
from tests.soak.adverts import PLACES, ROLES, Audience
from tests.soak.judge import Judge
from tests.soak.lives import Bot, Chance, Chats, WithoutThreads
from tests.soak.world import SLOTS, World

START = datetime(2027, 1, 8, tzinfo=UTC)  # 90 days have both clock changes in them
END_OF_DAY = time(23, 45)
AFTER = timedelta(minutes=11)  # a slot: by then it is calm, and a platform may go down or come back
LATER = timedelta(minutes=20)  # and by then that is over, too, and so may the bot
LAST = timedelta(minutes=25)  # by then a bot that came back has said what it had missed: followers change their minds
BUSY = ("00:40", "04:45", "08:00", "12:30", "13:30", "18:00")  # when reminders fall due, and a process may die
PATTERNS = (
    ("Europe/Berlin", "09:00", ("14d", "7d", "1d")),
    ("America/New_York", "08:30", ("7d", "2d")),
    ("Asia/Tokyo", "09:40", ("30d", "3d")),
    ("Asia/Kolkata", "10:15", ("7d", "36h")),
    ("UTC", "18:00", ("1d", "0d", "2h")),
    ("Europe/Berlin", "09:00", ()),
)
ZONES = ("Europe/Berlin", "UTC", "America/St_Johns")
"""Where it is 09:00 long before and after files change, and no second after a deadline: what a fault holds up is said
in one message with what falls due meanwhile, which is as right, but another page."""


def audiences(count: int) -> list[Audience]:
    """Channels of all sorts; the first hears everything."""
    found = []
    for number in range(count):
        platform = ("telegram", "slack", "telegram", "slack", "paper", "slack")[number % 6]
        where, remind_at, leads = PATTERNS[number % len(PATTERNS)]
        roles, place = (), None
        if number % 7:
            roles = (ROLES[number % 4],) if number % 3 else (ROLES[number % 4], ROLES[(number + 1) % 4])
            place = PLACES[number % 6] if number % 5 == 2 else None
        is_topic = platform == "telegram" and number % 12 in {0, 2} and number > 3
        found.append(
            Audience(
                name=f"c{number}",
                platform=platform,
                timezone=where,
                remind_at=remind_at,
                leads=leads,
                roles=roles,
                place=place,
                language="de" if number % 4 == 1 else "en",
                announce_closing=number % 2 == 1 or number % 12 == 4,
                address=f"forum{number // 24}" if is_topic else f"a{number}",
                thread=number if is_topic else None,
            )
        )
    return found


def people(count: int) -> list[Audience]:
    """Those who follow, with settings of all sorts; the first follows everything."""
    found = []
    for number in range(count):
        platform = ("telegram", "slack")[number % 2]
        _, _, leads = PATTERNS[(number + 1) % len(PATTERNS)]
        found.append(
            Audience(
                name=f"{platform}:f{number}",
                platform=platform,
                timezone=ZONES[number % len(ZONES)],
                remind_at="09:00",
                leads=leads,
                roles=(ROLES[number % 4],) if number % 3 else (),
                place=PLACES[number % 6] if number % 4 == 3 else None,
                language="de" if number % 4 == 2 else "en",
                announce_closing=True,
                address=f"f{number}",
                is_person=True,
            )
        )
    return found


@dataclass
class Figures:
    days: int = 0
    restarts: int = 0
    crashes: int = 0
    downtimes: int = 0
    outages: int = 0
    orders: Counter = field(default_factory=Counter)
    counts: Counter = field(default_factory=Counter)
    memory: dict[int, float] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Soak:
    def __init__(self, seed, folder, *, postings, channels, followers=0, rate=0.1, judge=None):
        self.seed = seed
        self.random = random.Random(seed)
        self.folder = Path(folder)
        self.files = self.folder / "postings"
        self.files.mkdir()
        self.people = people(followers)
        self.audiences = [*audiences(channels), *self.people]
        self.judge = judge or Judge(self.audiences, START)
        self.world = World(seed + 1, self.files, postings)
        self.chance = Chance(seed + 2, rate)
        self.figures = Figures()
        self.chats = Chats(self.audiences, self.judge, self.clock)
        self.bot = Bot(self.files, self.folder / "soak.db", self.audiences, self.chats, self.chance, self.clock)
        self.world.told = lambda uid, what: self.judge.happened(self.clock(), what, uid)
        self._began = 0.0
        self._later = []  # what is to happen on another day

    def clock(self):
        return START + timedelta(seconds=asyncio.get_running_loop().time() - self._began)

    async def run(self, days, said=lambda figures: None):
        began = clocks.perf_counter()
        self._began = asyncio.get_running_loop().time()
        self.world.first(self.clock())
        self.judge.change(self.clock(), "first", dict(self.world.adverts))
        self.world.take_touched()
        await self.bot.follow(self.people, START - timedelta(days=1))
        await self.bot.start()
        for day in range(days):
            await self._day(START + timedelta(days=day), is_last=day == days - 1)
            self.figures.days += 1
            self.figures.seconds = clocks.perf_counter() - began
            if (day + 1) % 10 == 0 or day == days - 1:
                self.figures.memory[day + 1] = _memory()
            said(self.figures)
            if self.figures.differences:
                break
        if self.bot.is_up:
            await self.bot.stop()
        self.figures.counts = self.chats.counts + self.chance.counts
        self.figures.counts["changes"] = self.world.changes
        self.figures.counts["ticks"] = self.bot.ticks
        return self.figures

    async def _day(self, midnight, *, is_last):
        plan = [*self._later, *self._plan(midnight)]
        end = midnight.replace(hour=END_OF_DAY.hour, minute=END_OF_DAY.minute)
        self._later = [one for one in plan if one[0] >= end and not is_last]
        for at, _, act in sorted((one for one in plan if one[0] < end), key=lambda one: one[:2]):
            await self._until(at)
            await act()
        await self._until(end)
        self.figures.differences += self.judge.judge(self.clock())

    async def _until(self, at):
        await asyncio.sleep(max(0.0, (at - self.clock()).total_seconds()))
        self.bot.check()

    def _plan(self, midnight):
        """What happens on a day: (when, order, what)."""
        chance = self.random.random
        at = {text: midnight + timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (*SLOTS, *BUSY)}
        found = []
        slots = sorted(self.random.sample(SLOTS, self.random.randint(2, 4)))
        found += [(at[slot], 0, self._change) for slot in slots]
        for instant in (*slots, *BUSY):
            if chance() < 0.15:
                found.append((at[instant] + timedelta(seconds=self.random.uniform(3.5, 25)), 1, self._crash))
        calm = [at[slot] + AFTER for slot in SLOTS]
        if chance() < 0.06:  # each costs as much as several days
            name = self.random.choice(sorted({one.platform for one in self.audiences}))
            first = self.random.randrange(len(calm) - 1)
            last = first + 1
            found.append((calm[first], 2, lambda: self._platform(name, is_up=False)))
            found.append((calm[last], 2, lambda: self._platform(name, is_up=True)))
        calm = [at[slot] + LATER for slot in SLOTS]
        if chance() < 0.12 and not self._later:
            first = self.random.randrange(len(calm))
            last = self.random.randrange(first + 1, first + 12)
            back = calm[last % len(calm)] + timedelta(days=last // len(calm))
            found.append((calm[first], 3, self._down))
            found.append((back, 3, self._up))
        elif chance() < 0.15:
            found.append((self.random.choice(calm), 3, self._restart))
        if self.people and chance() < 0.6:
            found.append((at[self.random.choice(SLOTS)] + LAST, 4, self._order))
        return found

    # --- What happens

    async def _change(self):
        what, found = self.world.batch(self.clock(), bot_is_up=self.bot.is_up)
        if what == "burst":
            for _ in range(self.random.randint(1, 3)):
                for uid in found:
                    self.world.intermediate(uid)
                self.bot.look(self.world.take_touched())
                await asyncio.sleep(self.random.uniform(0.2, 1.2))
            found = self.world.settle_burst(found)
        self.judge.change(self.clock(), what, found)
        self.bot.look(self.world.take_touched())
        if self.bot.is_up:
            self.world.seen()

    async def _crash(self):
        if not self.bot.is_up:
            return
        self.figures.crashes += 1
        await self.bot.die()
        self.judge.happened(self.clock(), "kill -9")
        await asyncio.sleep(self.random.uniform(0.2, 30))
        await self.bot.start()
        self.judge.happened(self.clock(), "started again")

    async def _restart(self):
        if self.bot.is_up:
            self.figures.restarts += 1
            await self.bot.stop()
            await self.bot.start()
            self.judge.happened(self.clock(), "stopped and started")

    async def _down(self):
        if self.bot.is_up:
            self.figures.downtimes += 1
            await (self.bot.die if self.random.random() < 0.5 else self.bot.stop)()
            self.judge.bot(self.clock(), is_up=False)

    async def _up(self):
        if not self.bot.is_up:
            self.judge.bot(self.clock(), is_up=True)
            self.world.seen()
            self.world.take_touched()
            await self.bot.start()

    async def _order(self):
        """Somebody who follows wants to hear otherwise, or nothing more, or to be forgotten."""
        person = self.random.choice(self.people)
        if not self.bot.is_up or person.platform in self.chats.away:
            return
        what = self.random.choices(["settings", "unfollow", "forget"], [8, 1, 1])[0]
        if what == "settings":
            changed = replace(person, leads=self.random.choice(PATTERNS)[2])
            self.people[self.people.index(person)] = changed
        else:
            self.people.remove(person)
            changed = None
        self.figures.orders[what] += 1
        self.judge.order(self.clock(), person.name, what, changed)
        await self.bot.order(person.name, what, changed)

    async def _platform(self, name, *, is_up):
        if is_up == (name in self.chats.away):
            self.figures.outages += not is_up
            (self.chats.away.discard if is_up else self.chats.away.add)(name)
            self.judge.platform(self.clock(), name, is_up=is_up)


def run(seed, folder, days, *, said=lambda figures: None, **given) -> Figures:
    """The whole soak, in virtual time."""
    random.seed(seed)
    logging.getLogger("callboard").setLevel(logging.CRITICAL)
    with WithoutThreads(), asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:

        async def main():
            soak = Soak(seed, folder, **given)
            figures = await soak.run(days, said)
            figures.counts += soak.judge.counts
            return figures

        return runner.run(main())


# --- A judge in a process of its own


class FarJudge:
    """Tells the judge of everything, and waits only for its judgement."""

    def __init__(self, audiences, start):
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_judge, args=(theirs, audiences, start), daemon=True)
        self._process.start()
        self._waiting = []

    def __getattr__(self, name):
        return lambda *given, **more: self._tell((name, given, more))

    def _tell(self, what):
        self._waiting.append(what)
        if len(self._waiting) >= 200:
            self._flush()

    def _flush(self):
        self._connection.send(self._waiting)
        self._waiting = []

    def judge(self, now):
        self._tell(("judge", (now,), {}))
        self._flush()
        return self._connection.recv()

    @property
    def counts(self):
        self._tell(("counts", (), {}))
        self._flush()
        return self._connection.recv()


def _judge(connection, audiences, start):
    judge = Judge(audiences, start)
    with contextlib.suppress(EOFError):
        while True:
            for name, given, more in connection.recv():
                if name == "counts":
                    connection.send(judge.counts)
                    continue
                result = getattr(judge, name)(*given, **more)
                if name == "judge":
                    connection.send(result)


def _memory() -> float:
    """This process' resident memory in MiB."""
    table = Path("/proc/self/statm")
    pages = int(table.read_text().split()[1]) if table.exists() else 0
    return pages * resource.getpagesize() / 2**20
