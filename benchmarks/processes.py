"""Many processes on one PostgreSQL: one sends, the others stand by, and two that send are killed on the way.

    python -m benchmarks.processes [--processes 4] [--bots 8] [--notices 20000] [--seed 1]

Each bot is a platform of its own, an emulated Telegram; each process reaches it at a port of its own, so that the
harness sees who sent what. What was on the wire at a kill is what the ledger then calls in doubt: a trigger in the
database keeps that.
"""

import argparse
import asyncio
import json
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

import asyncpg
import yaml
from aiohttp import web

from benchmarks.emulated import postgresql
from bot.audiences.follower import Follower, SavedQuery
from bot.domain.schedule import Destination
from bot.store import Ledger
from tests.emulators.telegram import Call, TelegramServer
from tests.ports import free_port
from tests.process.lab import Lab, Process

TAKEN_OVER_WITHIN = 10.0  # seconds
SECRET = "hook-S3cret_hook-S3cret"

_WATCHED = """
CREATE TABLE doubted (key text, delivery text, pid integer);
CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO doubted VALUES (new.key, new.delivery, pg_backend_pid()); RETURN NULL; END $$;
CREATE TRIGGER doubt AFTER UPDATE ON notices FOR EACH ROW
WHEN (new.state = 'in doubt' AND old.state = 'on the wire' AND new.revision = 0) EXECUTE FUNCTION doubt();
"""
_FIRST_PLACE, _FIRST_FOLLOWER = 5_000_000, 6_000_000  # chats
_door: ContextVar[int] = ContextVar("door")


class Arrival(NamedTuple):
    at: float
    process: int  # its number
    chat: int
    posting: str


class Watched(TelegramServer):
    """A bot that each process reaches at a port of its own. It takes its time."""

    def __init__(self, chance: random.Random, longest: float, **more: Any) -> None:
        super().__init__(**more)
        self.chance, self.longest = chance, longest
        self.arrived: list[Arrival] = []
        self._processes: dict[int, int] = {}  # by port

    async def open_for(self, process: int) -> str:
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._processes[port] = process
        return f"http://127.0.0.1:{port}"

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        assert request.transport
        _door.set(self._processes.get(request.transport.get_extra_info("sockname")[1], -1))
        return await super()._handle(request)

    async def _act(self, call: Call) -> Any:
        if call.method != "sendMessage":
            return await super()._act(call)
        await asyncio.sleep(self.chance.uniform(0, self.longest))
        result = await super()._act(call)
        for posting in re.findall(r"\bPost (\d+) at the lab", call.params["text"]):
            self.arrived.append(Arrival(time.monotonic(), _door.get(), result["chat"]["id"], posting))
        await asyncio.sleep(self.chance.uniform(0, self.longest))
        return result


@dataclass
class Figures:
    seed: int
    processes: int
    bots: int
    notices: int = 0
    kills: int = 0
    lost: int = 0
    wire: list[int] = field(default_factory=list)
    doubles: int = 0
    logged: int = 0
    unexplained: int = 0
    unlogged: int = 0
    unsettled: int = 0
    takeovers: list[list[float]] = field(default_factory=list)
    seconds: float = 0.0
    rate: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether all that is promised was kept."""
        late = [one for times in self.takeovers for one in times if one > TAKEN_OVER_WITHIN]
        return not (late or self.lost or self.unexplained or self.unlogged or self.unsettled)

    def table(self) -> str:
        rows = [
            ("seed", self.seed),
            ("processes, bots", f"{self.processes}, {self.bots}"),
            ("notices", self.notices),
            ("processes killed while they sent", self.kills),
            ("lost", self.lost),
            ("on the wire at each kill", ", ".join(map(str, self.wire))),
            ("doubles", self.doubles),
            ('logged "it may stand there twice"', self.logged),
            ("doubles that were on no wire", self.unexplained),
            ("doubles that no log tells of", self.unlogged),
            ("notices that are not settled at the end", self.unsettled),
            ("seconds from the kill to the next message", "; ".join(_of_bots(times) for times in self.takeovers)),
            ("seconds", f"{self.seconds:.0f} ({self.rate:.0f} messages/s while one sent)"),
        ]
        return "\n".join(f"{name:<44}{value}" for name, value in rows)


def _follower(platform: str, chat: int) -> Follower:
    """Who hears of all that opens from now on."""
    address = str(chat)
    return Follower(f"{platform}:{address}", Destination(platform, address), (SavedQuery("", datetime.now(UTC)),))


def _of_bots(times: list[float]) -> str:
    return f"{min(times):.1f} to {max(times):.1f} by bot"


class Fleet:
    """`async with Fleet(…)`: bots, a database, and processes that are started with `start`."""

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        bots: int,
        places: int,
        followers: int = 0,
        seed: int = 1,
        longest: float = 0.05,
        strict: bool,
    ) -> None:
        self.chance = random.Random(seed)
        self.url, self.places = url, places
        self.followers = [_FIRST_FOLLOWER + number for number in range(followers)]  # of each bot, by their chats
        self.lab = Lab(folder)
        self.bots = {
            f"bot-{number}": Watched(self.chance, longest, token=f"{900 + number}:TEST-TOKEN", strict=strict)
            for number in range(1, bots + 1)
        }
        self.processes: list[Process] = []
        self.listens: list[str] = []
        self.due: set[tuple[str, int, str]] = set()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        ledger = await Ledger.open(self.url)
        await ledger.followers.put([_follower(name, chat) for name in self.bots for chat in self.followers])
        await ledger.close()
        self.database = await asyncpg.connect(self.url)
        self._stack.push_async_callback(self.database.close)
        await self.database.execute(_WATCHED)
        for bot in self.bots.values():
            await self._stack.enter_async_context(bot)
            for number in range(self.places):
                bot.add_chat(_FIRST_PLACE + number, type="private", title=f"reader {number}")
            for chat in self.followers:
                bot.add_chat(chat, type="private", title=f"follower {chat}")
        await self._stack.enter_async_context(self.lab)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def start(self, **others: dict[str, Any]) -> Process:
        """One more process, with a config that differs in its ports; with these other platforms."""
        number, listen = len(self.processes), f"127.0.0.1:{free_port()}"
        self.listens.append(listen)
        platforms = dict(others)
        for name, bot in self.bots.items():
            # All set the same address, as if something stood in front of them that hands on to any of them.
            webhook = {"url": f"http://{self.listens[-1]}/{name}", "secret": SECRET, "listen": listen}
            api_url = await bot.open_for(number)
            platforms[name] = {"kind": "telegram", "token": bot.token, "api_url": api_url, "webhook": webhook}
        channels = [
            {"name": f"{name}-{place}", "platform": name, "address": _FIRST_PLACE + place}
            for place in range(self.places)
            for name in self.bots
        ]
        config = {
            "registry": "postings",
            "database": self.url,
            "settle": "0s",
            "platforms": platforms,
            "channels": channels,
        }
        self.lab.config_path = self.lab.folder / f"config-{number}.yaml"
        self.lab.config_path.write_text(yaml.safe_dump(config, sort_keys=False))
        process = await self.lab.start()
        self.processes.append(process)
        return process

    def post(self, posting: str) -> None:
        self.lab.post(f"post-{posting}", title=f"Post {posting} at the lab")
        chats = [*(_FIRST_PLACE + place for place in range(self.places)), *self.followers]
        self.due |= {(name, chat, posting) for name in self.bots for chat in chats}

    def count(self) -> int:
        return sum(len(bot.arrived) for bot in self.bots.values())

    def heard(self) -> Counter[tuple[str, int, str]]:
        return Counter((name, one.chat, one.posting) for name, bot in self.bots.items() for one in bot.arrived)

    def sends(self) -> int:
        """The number of the process whose message arrived last."""
        return max(bot.arrived[-1] for bot in self.bots.values() if bot.arrived).process

    async def kill(self, number: int) -> float:
        """kill -9; gives the instant."""
        at = time.monotonic()
        await self.processes[number].stop(signal.SIGKILL)
        return at

    def taken_over(self, at: float, number: int) -> dict[str, float]:
        """By bot, the seconds from a kill to the next message of another process."""
        return {
            name: next(one.at for one in bot.arrived if one.at > at and one.process != number) - at
            for name, bot in self.bots.items()
            if any(one.at > at and one.process != number for one in bot.arrived)
        }

    async def judge(self, figures: Figures) -> None:
        """Lost, doubled, on the wire, told."""
        heard = self.heard()
        doubted = await self.database.fetch("SELECT key, delivery FROM doubted")
        wire = Counter(row["key"] for row in doubted)
        deliveries = {row["key"]: row["delivery"] for row in doubted}
        told = Counter(
            found[1]
            for process in self.processes
            for line in process.log
            if (found := re.search(r"(\S+): in doubt; if still due, sent once more: it may stand there twice", line))
        )
        figures.notices = len(self.due)
        figures.lost = len(self.due - set(heard)) + len(set(heard) - self.due)
        figures.logged = told.total()
        figures.doubles = figures.unexplained = figures.unlogged = 0
        for (name, chat, posting), count in heard.items():
            is_named = chat < _FIRST_FOLLOWER  # no log names a person
            audience = f"{name}-{chat - _FIRST_PLACE}" if is_named else f"{name}:{chat}"
            key = f"{audience}/post-{posting}/announcement"
            figures.doubles += count - 1
            figures.unexplained += max(0, count - 1 - wire[key])
            figures.unlogged += max(0, count - 1 - told[deliveries.get(key, key)]) if is_named else 0
        query = "SELECT count(*) FROM notices WHERE state <> 'delivered'"
        figures.unsettled = await self.database.fetchval(query)

    async def doubts(self) -> int:
        return await self.database.fetchval("SELECT count(*) FROM doubted")


async def measure(fleet: Fleet, figures: Figures, postings: int, kills: tuple[float, ...]) -> None:
    """Feeds as fast as the bots hear, and kills whoever sends when these parts of all have been heard."""
    began = time.monotonic()
    for _ in range(figures.processes):
        await fleet.start()
        await fleet.processes[-1].says("ready", 60)
    width = len(fleet.bots) * (fleet.places + len(fleet.followers))
    every, posted = postings * width, 0
    goals = [part * every for part in kills]
    waiting: tuple[float, int] | None = None
    end = time.monotonic() + 600
    sent = time.monotonic()
    idle = 0.0
    while len(fleet.heard()) < every:
        assert time.monotonic() < end, f"{len(fleet.heard())} of {every} have arrived"
        if posted < postings and posted * width - fleet.count() < 2.5 * width:
            fleet.post(f"{posted:03}")
            posted += 1
        if goals and fleet.count() > goals[0] and not waiting:
            await asyncio.sleep(fleet.chance.uniform(0, 0.5))
            goals.pop(0)
            number, before = fleet.sends(), await fleet.doubts()
            waiting = await fleet.kill(number), number
            figures.kills += 1
            idle -= time.monotonic()
        if waiting and len(times := fleet.taken_over(*waiting)) == len(fleet.bots):
            idle += time.monotonic()
            figures.takeovers.append(sorted(times.values()))
            figures.wire.append(await fleet.doubts() - before)
            waiting = None
        await asyncio.sleep(0.1)
    figures.rate = every / (time.monotonic() - sent - idle)
    await asyncio.sleep(3)  # for what comes twice
    for process in fleet.processes:
        if process.process.returncode is None:
            assert await process.stop() == 0, "".join(process.log[-20:])
    figures.seconds = time.monotonic() - began
    await fleet.judge(figures)


async def run(folder: Path, figures: Figures, notices: int) -> None:
    places = 50
    async with postgresql() as url:
        if url is None:
            sys.exit("PostgreSQL is not installed")
        fleet = Fleet(folder, url, bots=figures.bots, places=places, seed=figures.seed, strict=False)
        async with fleet:
            await measure(fleet, figures, notices // (places * figures.bots), (0.3, 0.65))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--bots", type=int, default=8)
    parser.add_argument("--notices", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = Figures(given.seed, given.processes, given.bots)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name), figures, given.notices))
    print(json.dumps(vars(figures)) if given.json else figures.table())
    if not figures.holds:
        sys.exit("what is promised does not hold")


if __name__ == "__main__":
    main()
