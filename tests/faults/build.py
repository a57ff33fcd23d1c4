"""The bot as it is, as far as it sends, between two emulated platforms, a database on the disk, and a clock that a test
moves: the loop's and the wall's together, or the wall's alone.
"""

import asyncio
import logging
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bot import config
from bot.app.bot import Bot
from bot.domain.notice import State
from bot.engine.board import Callboard
from bot.engine.building import build_platforms, credentials
from bot.engine.rounds import Rounds
from bot.store import Ledger, SenderLock
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer

GROUP, SECOND, THIRD = -1001234567890, -1002222222222, -1003333333333
JOBS, OTHER = "C0123456789", "C0987654321"
TELEGRAM = {"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}
SLACK = {"name": "lab-slack", "platform": "slack", "address": JOBS}
A_MOMENT = timedelta(seconds=0.5)


def telegram_at(address, name="lab-telegram", **more):
    return {"name": name, "platform": "telegram", "address": address, **more}


def slack_at(address, name="lab-slack", **more):
    return {"name": name, "platform": "slack", "address": address, **more}


class Clock:
    """What the wall says. `forward` lets time pass, for the event loop as well; `set` is somebody at the clock."""

    def __init__(self):
        self._offset = timedelta()
        self._skipped = 0.0

    def __call__(self):
        return datetime.now(UTC) + self._offset

    def hold(self, loop):
        """From now on the loop's time is this clock's, too."""
        real = loop.time
        loop.time = lambda: real() + self._skipped

    def forward(self, **given):
        passed = timedelta(**given)
        self._skipped += passed.total_seconds()
        self._offset += passed

    def set(self, **given):
        self._offset += timedelta(**given)


class World:
    """What outlives a process: platforms, files, the database. And one process at a time, or its rounds alone."""

    def __init__(self, folder: Path, template: Path, caplog, telegram, slack) -> None:
        self.folder, self.template, self.caplog = folder, template, caplog
        self.postings = folder / "postings"
        self.config_path = folder / "config.yaml"
        self.database = folder / "callboard.db"
        self.telegram: TelegramServer = telegram
        self.slack: SlackServer = slack
        self.clock = Clock()
        self.clock.hold(asyncio.get_running_loop())
        self.rounds = self.ledger = self.board = None
        self._bots: list[tuple[Bot, asyncio.Task]] = []
        self._before = 0
        self.postings.mkdir()
        shutil.copy(template, self.database)
        self.configure(TELEGRAM)

    # --- What an admin does

    def configure(self, *channels, **more):
        settings = {
            "timezone": "Europe/Berlin",
            "settle": "0s",
            "platforms": {
                "telegram": {"token": self.telegram.token, "api_url": self.telegram.url},
                "slack": {
                    "bot_token": self.slack.bot_token,
                    "app_token": self.slack.app_token,
                    "api_url": self.slack.url,
                },
            },
            "channels": list(channels),
            **more,
        }
        self.config_path.write_text(yaml.safe_dump(settings, sort_keys=False))

    def post(self, name, **fields):
        path = self.postings / f"{name}.yaml"
        path.write_text(yaml.safe_dump({"title": name.title(), "role": "phd", **fields}))
        return path

    def unmount(self):
        """The drive with the postings is gone; what it was mounted to is an empty folder."""
        self.postings.rename(self.folder / "drive")
        self.postings.mkdir()

    def mount(self):
        self.postings.rmdir()
        (self.folder / "drive").rename(self.postings)

    @property
    def tries(self):
        """How often Telegram was asked to do something; that the bot asks for its own name is none of these."""
        return sum(call.method != "getMe" for call in self.telegram.calls)

    # --- The rounds of a process

    async def start(self):
        """Begins a process, without what listens. The one before has ended."""
        read = config.read(self.config_path)
        self.board = Callboard(read, self.clock)
        self.board.read()
        platforms = build_platforms(read)
        self.ledger = await Ledger.open(read.database)
        lock = SenderLock(read.database, credentials(read))
        self.rounds = Rounds(self.board, self.ledger, lock, platforms, quiet=timedelta())

    async def stop(self):
        if self.rounds:
            await self.rounds.close()
        self.rounds = self.ledger = self.board = None

    async def restart(self):
        await self.stop()
        await self.start()

    async def once(self):
        """One round, until every queue has nothing to do or has to wait."""
        if self.rounds is None:
            await self.start()
        self.board.take_in(self.board.registry.read())
        outlook = await self.rounds.tick()
        await self.rounds.delivery.idle()
        return outlook

    async def go(self, seconds=30):
        """Rounds as the bot does them, until there is nothing to do for a while. What is left then."""
        async with asyncio.timeout(seconds):
            while True:
                outlook = await self.once()
                for _ in range(2):  # a timer that fell due during the round sets `changed` in the loop's next turns
                    await asyncio.sleep(0)
                if self.rounds.changed.is_set():
                    continue
                soon = self.board.facts._soon
                if soon and soon.when() >= asyncio.get_running_loop().time():
                    await asyncio.sleep(0.05)
                    continue
                time = asyncio.get_running_loop().time()
                queues = self.rounds.delivery._queues.values()  # what was parked since the round has begun counts, too
                ahead = [timedelta(seconds=queue.parked_until - time) for queue in queues if queue.doubts]
                ahead += [] if outlook.next_instant is None else [outlook.next_instant - self.clock()]
                if min(ahead, default=timedelta.max) > A_MOMENT:
                    return outlook
                await asyncio.sleep(max(0.01, min(ahead).total_seconds()))

    async def announce(self, name="owls", **fields):
        """A posting that has arrived everywhere before the fault. Its log and its problems are forgotten."""
        self.post(name, **fields)
        await self.go()
        assert {one.state for one in await self.records()} == {State.DELIVERED}
        self.forget()

    # --- A whole process, but for being one

    async def run(self):
        """The running bot, which listens as well."""
        bot = Bot(config.read(self.config_path), self.clock)
        task = asyncio.create_task(bot.run())
        self._bots.append((bot, task))
        await self.says("ready", task=task)
        return bot

    async def end(self):
        """Ends what runs and what was started."""
        for bot, task in self._bots:
            bot.stop()
            await asyncio.wait_for(task, 15)
        self._bots.clear()
        await self.stop()

    # --- What stands in the end

    async def records(self, **given):
        if self.ledger:
            return await self.ledger.records(**given)
        ledger = await Ledger.open(config.read(self.config_path).database)
        try:
            return await ledger.records(**given)
        finally:
            await ledger.close()

    async def record(self, posting="owls", channel=None, kind="announcement"):
        (found,) = [
            one for one in await self.records(postings=[posting]) if one.kind == kind and channel in {None, one.channel}
        ]
        return found

    def shown(self, where=GROUP):
        """The postings named in a Telegram chat or Slack channel as it is seen now, in order."""
        if isinstance(where, str):
            texts = [one.shown for one in self.slack.messages(where)]
        else:
            texts = [one.text for one in self.telegram.messages(where)]
        return [word.casefold() for text in texts for word in re.findall(r"Owls|Mice|Newts|Voles", text)[:1]]

    def forget(self):
        """What was logged so far."""
        self._before = len(self.caplog.records)

    def lines(self, level=logging.WARNING):
        """What the admin sees since then."""
        return [
            f"{one.levelname} {one.getMessage()}"
            for one in self.caplog.records[self._before :]
            if one.levelno >= level and one.name.startswith("callboard")
        ]

    def said(self, *patterns, level=logging.WARNING):
        """The log from that level on is just these lines, each found by its pattern, in order."""
        lines = self.lines(level)
        assert len(lines) == len(patterns), lines
        for line, pattern in zip(lines, patterns, strict=True):
            assert re.search(pattern, line), f"{pattern!r} is not in {line!r}"

    async def says(self, pattern, seconds=30, task=None):
        """Waits for a line of the log."""
        await self.until(
            lambda: any(re.search(pattern, line) for line in self.lines(logging.INFO)) or (task and task.done()),
            seconds,
            lambda: f"no {pattern!r} in {self.lines(logging.INFO)}",
        )
        if task and task.done():
            task.result()

    async def until(self, holds, seconds=30, why=lambda: "still waiting"):
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():  # noqa: ASYNC110  # a test looks in from outside
                    await asyncio.sleep(0.01)
                return
        raise AssertionError(why())
