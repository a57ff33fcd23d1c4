"""Runs the bot by its config file as it stands. When that is changed, the bot ends as it does on SIGTERM, and a new one
begins, in the same process: what holds at a restart (nothing lost, nothing said twice) holds here.

A config that does not hold up changes nothing. The environment is read as it was when the process began.
"""

import asyncio
import gc
import logging
import signal
import sys
from contextlib import aclosing, suppress
from pathlib import Path

from bot.app.bot import Bot
from bot.app.supervising import supervisor
from bot.config import Config, read
from bot.observe import logs
from bot.schema import InvalidError, Problem
from bot.sources.files.watching import changes
from bot.store import Ledger, LedgerError

_log = logging.getLogger("callboard")

RESCAN_SECONDS = 60.0
"""How often the file is looked at without having been told: it may lie on a network drive, or be bound into a
container.
"""

_SETTLE_SECONDS = 0.3  # a file that has not changed for this long is written to its end


class Reloading:
    """`await Reloading(config).run()` in place of `Bot(config).run()`."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._next: Config | None = None
        self._bot: Bot | None = None
        self._leaving = False
        self._is_asked = False
        self._woken = asyncio.Event()
        self._told: tuple[Problem, ...] = ()
        self._had_terminal = sys.stderr.isatty()
        self._supervisor = supervisor()

    async def run(self) -> None:
        """Runs until SIGTERM or SIGINT. Raises `LedgerError` when the database cannot be used at start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        looking = [asyncio.create_task(begin()) for begin in (self._watch, self._look_when_woken)]
        try:
            settling = key = None
            while True:
                self._bot = Bot(self._config, before=settling, key=key, supervisor=self._supervisor)
                await self._bot.run()
                if self._next is None or self._leaving:
                    return
                settling, key = self._bot.settling, self._bot.key
                self._config, self._next, self._bot = self._next, None, None
                gc.unfreeze()  # the former registry is garbage now
                gc.collect()
        finally:
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)

    def _leave(self) -> None:
        self._leaving = True
        self._supervisor.stopping()
        if self._bot:
            self._bot.stop()

    def _hang_up(self) -> None:
        """SIGHUP asks to look at the config; unless it says that the terminal is gone, as it did of old."""
        if self._had_terminal and not sys.stderr.isatty():
            self._leave()
        else:
            self._is_asked = True
            self._woken.set()

    async def _watch(self) -> None:
        async with aclosing(changes(self._config.path, RESCAN_SECONDS, asyncio.Event())) as wakings:
            async for _ in wakings:
                self._woken.set()

    async def _look_when_woken(self) -> None:
        path, seen = self._config.path, None
        while True:
            await self._woken.wait()
            self._woken.clear()
            asked, self._is_asked = self._is_asked, False
            now = await asyncio.to_thread(_signature, path)
            if now != seen or asked:
                seen = await _settled(path)
                try:
                    await self._look(asked=asked)
                except Exception as error:  # noqa: BLE001  # the bot goes on with what it has
                    _log.error("the config could not be looked at (%r)", error)  # no traceback for users
                    _log.debug("unexpected", exc_info=True)

    async def _look(self, *, asked: bool) -> None:
        try:
            config = await asyncio.to_thread(read, self._config.path)
        except InvalidError as error:
            self._refuse(error.problems(self._config.path), asked=asked)
            return
        in_force = self._next or self._config
        if config == in_force:
            if asked or self._told:
                _log.info("the config holds up and is the one in force")
            self._told = ()
            return
        if config.database != in_force.database and (trouble := await _trouble(config)):
            self._refuse((trouble,), asked=asked)
            return
        self._told = ()
        self._next = config
        logs.seal(self._config.secrets | config.secrets)
        _log.info("the config has changed: starting anew with it")
        self._supervisor.reloading()
        if self._bot:
            self._bot.stop()

    def _refuse(self, problems: tuple[Problem, ...], *, asked: bool) -> None:
        if asked or problems != self._told:
            for problem in problems:
                _log.warning("%s", problem)
            _log.warning("the config as it was stays in force until it is mended")
        self._told = problems


async def _settled(path: Path) -> object:
    """Waits until nobody writes to the file any more."""
    now = await asyncio.to_thread(_signature, path)
    while True:
        await asyncio.sleep(_SETTLE_SECONDS)
        later = await asyncio.to_thread(_signature, path)
        if later == now:
            return now
        now = later


def _signature(path: Path) -> tuple[int, ...] | None:
    """What differs when a file was written to or replaced; None when there is none."""
    with suppress(OSError):
        status = path.stat()
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    return None


async def _trouble(config: Config) -> Problem | None:
    """Why another database cannot be used: the one in use is not given up for it."""
    try:
        await (await Ledger.open(config.database)).close()
    except LedgerError as error:
        return Problem(str(config.path), 1, f"database: {error}")
    return None
