"""Backups that were put in place: what was said after them is not in the ledger."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from bot.store.database import Connection
from bot.store.tables import InstantText, notices, restorations

_NOTHING_SAID = timedelta(days=30)
"""So old a backup is taken to be in which nothing was said yet."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """A backup was put in place `at` an instant; it has what was said until `as_of`. Both UTC."""

    at: datetime
    as_of: datetime


class RestorationStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(self, connect: Callable[..., AbstractAsyncContextManager[Connection]]) -> None:
        self._connect = connect

    async def add(self, now: datetime) -> Restoration:
        """Writes down that one was put in place just now."""
        async with self._connect() as connection:
            last = await connection.scalar(select(func.max(notices.c.at, type_=InstantText)))
            restoration = Restoration(now, last or now - _NOTHING_SAID)
            await connection.execute(delete(restorations))
            await connection.execute(insert(restorations).values(at=restoration.at, as_of=restoration.as_of))
        return restoration

    async def last(self) -> Restoration | None:
        """The last one."""
        async with self._connect(reads=True) as connection:
            row = (await connection.execute(select(restorations.c.at, restorations.c.as_of))).one_or_none()
            return Restoration(*row) if row else None
