"""Whoever has left a workspace is forgotten: at once where the platform tells of it, and by a look once a day."""

import asyncio
import logging
from collections.abc import Callable

from bot.app.readers import Readers
from bot.store import LedgerError

_log = logging.getLogger("callboard")

FIRST_SECONDS = 600.0  # after the start: who has left meanwhile; nobody waits for it
EVERY_SECONDS = 86_400.0
PAUSE = 1.5
"""Seconds before each person: Slack lets some 100 be asked about in a minute (`users.info`), and answers ask, too."""


async def keep_looking(readers: Readers, *, may_look: Callable[[], bool]) -> None:
    """Looks once a day who has left, in the process that may, until it is cancelled."""
    wait = FIRST_SECONDS
    while True:
        await asyncio.sleep(wait)
        wait = EVERY_SECONDS
        try:
            if may_look():
                await readers.look_who_has_left(PAUSE)
        except LedgerError as error:
            _log.error("who has left: %s", error)
        except Exception:  # noqa: BLE001  # a fault of ours here must not end the bot
            _log.exception("nobody could find out who has left")
