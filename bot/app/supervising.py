"""Tells systemd how the bot is: `sd_notify`, a datagram of `NAME=value` lines to the socket that NOTIFY_SOCKET names
(https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html). Without one, nobody is told.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

from bot.domain.letters import printable
from bot.observe.logs import sealed

_log = logging.getLogger("callboard")


class Supervisor:
    """Whoever started the process and looks after it; nobody, unless it is told where."""

    def __init__(self, address: str = "", watchdog: float | None = None) -> None:
        """`address` as in NOTIFY_SOCKET: a path, or `@` and an abstract name. `watchdog`: seconds after which a process
        that gives no sign of life is ended.
        """
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._watchdog = watchdog
        self._status = ""

    @classmethod
    def of(cls, environment: Mapping[str, str], process: int) -> "Supervisor":
        """The one that an environment names. WATCHDOG_PID says which process is watched, if not whichever asks
        (https://www.freedesktop.org/software/systemd/man/latest/sd_watchdog_enabled.html).
        """
        address = environment.get("NOTIFY_SOCKET", "")
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_watched = environment.get("WATCHDOG_PID", str(process)) == str(process)
        is_number = microseconds.isascii() and microseconds.isdecimal() and int(microseconds) > 0
        is_address = address.startswith(("/", "@")) and hasattr(socket, "AF_UNIX")
        seconds = int(microseconds) / 1e6 if is_watched and is_number else None
        return cls(address if is_address else "", seconds)

    def ready(self) -> None:
        """The bot is up, or has taken in another config."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The config has changed; `ready` follows. systemd wants to know when, by the clock that is never set."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The bot has begun to stop."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """How it is, in a sentence; told when it is another one. The end of a line would begin another message."""
        line = printable(sealed(text))
        if line != self._status:
            self._status = line
            self._tell(f"STATUS={line}")

    async def watch(self, is_alive: Callable[[], bool]) -> None:
        """Gives a sign of life twice in each of the watchdog's spans, as systemd advises, as long as there is life."""
        while self._watchdog:
            if is_alive():
                self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog / 2)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
                notifying.setblocking(False)
                notifying.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:  # the bot goes on: whoever is not told will act as they think right
            _log.debug("systemd was not told %s: %s", lines[0], error)


def supervisor() -> Supervisor:
    """The one of this process."""
    return Supervisor.of(os.environ, os.getpid())
