"""Kills `callboard run` at random instants of its life, again and again, and counts what that does to its notices.

    python -m benchmarks.kills [--kills 200] [--places 50] [--seed 1]

Both platforms are emulated, and take their time: before and after each message is there, so that a kill finds some on
the wire. Waves of postings fall due, one so large that it becomes a digest; at last deadlines are moved. A process is
killed while it starts, while it sends, or after it was told to stop. The harness sees every message that arrives, and
from a copy of the ledger's file what was on the wire at each kill.
"""

import argparse
import asyncio
import json
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web

from tests.emulators.slack import Call as SlackCall
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import Call, TelegramServer
from tests.process.lab import Lab, Process

MOVED = "Deadline extended"
FIRST, THEN = "2199-05-02", "2199-07-09"  # deadlines
LONGEST = 0.06  # seconds that a platform takes before a message is there, and as long again after


class Said(NamedTuple):
    """What has to arrive once: in which channel, of which posting, and whether it is that its deadline was moved."""

    channel: str
    posting: str
    moved: bool


@dataclass
class Figures:
    seed: int
    kills: int = 0
    stops: int = 0
    hits: int = 0
    notices: int = 0
    messages: int = 0
    edits: int = 0
    lost: int = 0
    wire: int = 0
    wire_telegram: int = 0
    logged: int = 0
    doubles_telegram: int = 0
    doubles_slack: int = 0
    unexplained: int = 0
    unlogged: int = 0
    stale: int = 0
    unsettled: int = 0
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether all that is promised was kept."""
        wrong = self.lost + self.doubles_slack + self.unexplained + self.unlogged + self.stale + self.unsettled
        return not wrong and self.doubles_telegram <= self.wire_telegram

    def table(self) -> str:
        rows = (
            ("seed", self.seed),
            ("kills with SIGKILL", f"{self.kills} ({self.hits} of them with something on the wire)"),
            ("ended by SIGTERM in time", self.stops),
            ("notices", self.notices),
            ("messages that arrived", self.messages),
            ("edits that arrived", self.edits),
            ("lost", self.lost),
            ("on the wire at kills, messages", f"{self.wire}, {self.wire_telegram} of them to Telegram"),
            ("doubles on Slack", self.doubles_slack),
            ("doubles on Telegram", self.doubles_telegram),
            ('logged "it may stand there twice"', self.logged),
            ("doubles that were on no wire", self.unexplained),
            ("doubles that no log tells of", self.unlogged),
            ("messages that show an old deadline", self.stale),
            ("notices that are not settled at the end", self.unsettled),
            ("seconds", f"{self.seconds:.0f}"),
        )
        return "\n".join(f"{name:<42}{value}" for name, value in rows)


class SlowTelegram(TelegramServer):
    """Takes its time, and keeps what was sent as it was sent."""

    def __init__(self, chance: random.Random, **more: Any) -> None:
        super().__init__(**more)
        self.chance = chance
        self.arrived: list[tuple[int, str]] = []  # chat, text
        self.edited = 0

    async def _act(self, call: Call) -> Any:
        if call.method not in {"sendMessage", "editMessageText"}:
            return await super()._act(call)
        await asyncio.sleep(self.chance.uniform(0, LONGEST))
        result = await super()._act(call)
        if call.method == "sendMessage":
            self.arrived.append((result["chat"]["id"], result["text"]))
        else:
            self.edited += 1
        await asyncio.sleep(self.chance.uniform(0, LONGEST))
        return result


class SlowSlack(SlackServer):
    """The same; Slack's messages carry their keys."""

    def __init__(self, chance: random.Random, **more: Any) -> None:
        super().__init__(**more)
        self.chance = chance
        self.arrived: list[tuple[str, str, str]] = []  # channel, text, key
        self.edited = 0

    async def _under_faults(
        self, request: web.Request, call: SlackCall, act: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if call.method not in {"chat.postMessage", "chat.update"}:
            return await super()._under_faults(request, call, act)
        await asyncio.sleep(self.chance.uniform(0, LONGEST))
        before = len(self.sent)
        answer = await super()._under_faults(request, call, act)
        for message in self.sent[before:]:
            key = (message.metadata or {}).get("event_payload", {}).get("key", "")
            self.arrived.append((message.channel, message.shown, key))
        self.edited += call.method == "chat.update"
        await asyncio.sleep(self.chance.uniform(0, LONGEST))
        return answer


class Kills:
    """`waves`: how many postings fall due together; the deadlines of the first `moves` are moved at last."""

    def __init__(self, folder: Path, *, kills: int, places: int, waves: tuple[int, ...], moves: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self._kills, self._places, self._waves, self._moves = kills, places, waves, moves
        self._lab = Lab(folder)
        self._telegram = self._lab.telegram = SlowTelegram(self._chance)
        self._slack = self._lab.slack = SlowSlack(self._chance)
        self._channels: dict[int | str, str] = {}  # by address
        self._ids = [f"position-{number:02}" for number in range(sum(waves))]
        self._due: list[Said] = []  # so far
        self._wire: list[list[dict[str, Any]]] = []
        self._seen: set[tuple[str, str]] = set()
        self._logs: list[list[str]] = []
        self._takes_to_start = 1.5  # seconds
        self.figures = Figures(seed)

    async def run(self) -> Figures:
        began = time.monotonic()
        async with self._lab:
            self._configure()
            feeding = asyncio.create_task(self._feed())
            while self.figures.kills < self._kills:
                await self._life()
            last = await self._start()
            await self._lab.until(feeding.done, 1200)
            await feeding
            await asyncio.sleep(1)  # for what comes twice
            assert await last.stop() == 0, "".join(last.log)
            self.figures.seconds = time.monotonic() - began
            ledger = await self._lab.callboard("ledger", "--json")
            self._count(ledger.rows)
            self._lab.assert_no_problems()
        return self.figures

    # --- What falls due

    def _configure(self) -> None:
        channels = []
        for number in range(self._places):
            chat, place = 5_000_000 + number, f"C{number:010}"  # private chats: groups take 20 messages a minute
            self._telegram.add_chat(chat, type="private", title=f"reader {number}")
            self._slack.add_channel(place, name=f"place-{number}")
            for platform, address in (("telegram", chat), ("slack", place)):
                name = f"{platform}-{number}"
                self._channels[address] = name
                channels.append({"name": name, "platform": platform, "address": address})
        self._lab.configure(channels)

    def _post(self, posting: str, deadline: str) -> None:
        self._lab.post(posting, title=_title(posting), deadline=deadline, timezone="Europe/Berlin")

    async def _feed(self) -> None:
        """One wave after the other, each when the one before has been heard."""
        left = iter(self._ids)
        for size in self._waves:
            for posting in (next(left) for _ in range(size)):
                self._post(posting, FIRST)
                self._due += [Said(channel, posting, moved=False) for channel in self._channels.values()]
            await self._lab.until(lambda: set(self._due) <= set(self._heard()), 1200)
        moved = self._ids[: self._moves]
        for posting in moved:
            self._post(posting, THEN)
            self._due += [Said(channel, posting, moved=True) for channel in self._channels.values()]
        await self._lab.until(lambda: set(self._due) <= set(self._heard()) and not self._stale(moved), 1200)

    def _heard(self) -> Counter[Said]:
        heard = Counter[Said]()
        for chat, text in self._telegram.arrived:
            heard.update(_said(self._channels[chat], text))
        for place, text, _ in self._slack.arrived:
            heard.update(_said(self._channels[place], text))
        return heard

    def _stale(self, moved: list[str]) -> int:
        """How many channels have no message that announces one of these as it is now."""
        fresh = set()
        standing = [(self._channels[one.chat.id], one.text) for one in self._telegram.sent]
        standing += [(self._channels[one.channel], one.shown) for one in self._slack.sent]
        for channel, text in standing:
            if "9 July 2199" in text or "July 9, 2199" in text:
                fresh.update(one for one in _said(channel, text) if not one.moved)
        return sum(Said(channel, one, moved=False) not in fresh for channel in self._channels.values() for one in moved)

    # --- Lives

    async def _start(self) -> Process:
        bot = await self._lab.start()
        self._logs.append(bot.log)
        return bot

    async def _life(self) -> None:
        """One process, from its start to its end by force."""
        before, began, bot = self._sent(), time.monotonic(), await self._start()
        how = self._chance.choices(("starting", "at work", "stopping"), (25, 60, 15))[0]
        if how == "starting":
            await asyncio.sleep(self._chance.uniform(0, 1.3 * self._takes_to_start))
        else:
            await bot.says("ready", 60)
            self._takes_to_start = time.monotonic() - began
            left = self._all_messages() - before
            most = 2 * left / max(1, 0.75 * (self._kills - self.figures.kills))
            enough = before + self._chance.uniform(0, max(3.0, most))
            sent, end = self._sent(), time.monotonic() + 0.7
            while self._sent() < enough and time.monotonic() < end:
                if self._sent() > sent:
                    sent, end = self._sent(), time.monotonic() + 0.7  # between two waves nothing may come
                await asyncio.sleep(self._chance.uniform(0.001, 0.01))
        if how == "stopping":
            bot.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(self._chance.uniform(0, 0.15))
        ended = bot.process.returncode
        await bot.stop(signal.SIGKILL)
        # What an earlier one left there stays until somebody finds out what became of it.
        wire = [row for row in self._on_the_wire() if (row["key"], row["at"]) not in self._seen]
        self._seen |= {(row["key"], row["at"]) for row in wire}
        if ended is None:
            self.figures.kills += 1
            self.figures.hits += bool(wire)
            self._wire.append(wire)
        else:
            assert ended in {0, -signal.SIGTERM}, "".join(bot.log)  # as it began, nobody listened for a signal yet
            assert not wire, "stopped with messages on the wire"
            self.figures.stops += 1

    def _sent(self) -> int:
        return sum(len(one.arrived) + one.edited for one in (self._telegram, self._slack))

    def _all_messages(self) -> int:
        """About how many there are to be, edits included."""
        return len(self._channels) * (sum(size if size <= 5 else 1 for size in self._waves) + 2 * self._moves)

    def _on_the_wire(self) -> list[dict[str, Any]]:
        """What the ledger has there, from a copy: to open the file itself would mend it."""
        source = self._lab.folder / "callboard.db"
        with tempfile.TemporaryDirectory() as name:
            for path in (source, source.with_name("callboard.db-wal")):
                if path.exists():
                    shutil.copy(path, name)
            with closing(sqlite3.connect(Path(name) / "callboard.db")) as connection:
                connection.row_factory = sqlite3.Row
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'notices'").fetchone():
                    return []
                query = "SELECT * FROM notices WHERE state = 'on the wire'"
                return [dict(row) for row in connection.execute(query)]

    # --- What has become of it

    def _count(self, rows: list[dict[str, Any]]) -> None:
        figures, heard = self.figures, self._heard()
        figures.notices = len(self._due)
        figures.messages = len(self._telegram.arrived) + len(self._slack.arrived)
        figures.edits = self._telegram.edited + self._slack.edited
        figures.lost = len(set(self._due) - set(heard)) + len(set(heard) - set(self._due))
        figures.unsettled = sum(row["state"] != "delivered" for row in rows)
        figures.stale = self._stale(self._ids[: self._moves])
        on_wire, deliveries = Counter[Said](), defaultdict[Said, set[str]](set)
        for wire in self._wire:
            new = [row for row in wire if not row["revision"]]
            messages = {row["delivery"]: row["platform"] for row in new}
            figures.wire += len(messages)
            figures.wire_telegram += sum(platform == "telegram" for platform in messages.values())
            for row in new:
                said = Said(row["channel"], row["posting"], row["kind"] == "deadline-moved")
                on_wire[said] += 1
                deliveries[said].add(row["delivery"])
        told = Counter(
            line.partition(" WARNING ")[2].split(": in doubt")[0].strip()
            for log in self._logs
            for line in log
            if "it may stand there twice" in line
        )
        figures.logged = told.total()
        keys = Counter(key for _, _, key in self._slack.arrived)
        figures.doubles_slack = sum(count - 1 for count in keys.values())
        for said, count in heard.items():
            if count == 1:
                continue
            if said.channel.startswith("slack"):
                figures.doubles_slack = max(1, figures.doubles_slack)
            figures.unexplained += max(0, count - 1 - on_wire[said])
            figures.unlogged += max(0, count - 1 - sum(told[delivery] for delivery in deliveries[said]))
        texts = Counter((chat, frozenset(_said(self._channels[chat], text))) for chat, text in self._telegram.arrived)
        figures.doubles_telegram = sum(count - 1 for count in texts.values())


def _title(posting: str) -> str:
    return f"Post {posting.title()} at the lab"


def _said(channel: str, text: str) -> list[Said]:
    """What a message, which may be a digest, says."""
    found = []
    moved = False
    for line in text.splitlines():
        if line.startswith("Deadlines that were moved"):
            moved = True
        elif line.startswith("New positions"):
            moved = False
        before, mark, after = line.partition("Post Position-")
        if mark:
            found.append(Said(channel, f"position-{after[:2]}", moved or MOVED in before))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--places", type=int, default=50, help="on each platform")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        waves = (5, 5, 7, 5, 3)
        one = Kills(Path(name), kills=given.kills, places=given.places, waves=waves, moves=5, seed=given.seed)
        figures = asyncio.run(one.run())
    print(json.dumps(vars(figures)) if given.json else figures.table())
    if not figures.holds:
        sys.exit("what is promised does not hold")


if __name__ == "__main__":
    main()
