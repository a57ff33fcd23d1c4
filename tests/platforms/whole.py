"""The whole bot in this process: registry, database, rounds and platforms, as a config says."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from bot import config
from bot.app.bot import Bot


class Clock:
    """Stands still until somebody moves it. `key` opens the pages of whoever runs the bot."""

    def __init__(self, now):
        self.now, self.key = now, None

    def __call__(self):
        return self.now

    def advance(self, **span):
        self.now += timedelta(**span)


@asynccontextmanager
async def whole_bot(folder, text, now):
    """Runs the bot of a config of that text in a folder, which has the postings. Gives its clock."""
    (folder / "config.yaml").write_text(text, "utf-8")
    clock = Clock(now)
    bot = Bot(config.read(folder / "config.yaml"), clock)
    clock.key = bot.key
    running = asyncio.create_task(bot.run())
    try:
        yield clock
        assert not running.done(), running.exception()
    finally:
        bot.stop()
        with suppress(asyncio.CancelledError):
            await running
