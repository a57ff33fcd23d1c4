"""Backups that were put in place: what was said after them is not in the ledger."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Insert, delete, func, insert, literal, select

from bot.store.database import Connection
from bot.store.tables import InstantText, notices, restorations

_NOTHING_SAID = timedelta(days=30)
"""So old a backup is taken to be in which nothing was said yet."""

_LAST = select(restorations.c.at, restorations.c.as_of)


@dataclass(frozen=True, slots=True)
class Restoration:
    """A backup was put in place `at` an instant; it has what was said until `as_of`. Both UTC."""

    at: datetime
    as_of: datetime

    @property
    def has_something_said(self) -> bool:
        """Whether `as_of` is the instant of something said: of a backup with nothing in it none is known."""
        return self.as_of != self.at - _NOTHING_SAID


def noted(now: datetime) -> tuple[Delete, Insert]:
    """The statements that write down, in a database, that it was put in place from a backup at `now`."""
    last = select(func.max(notices.c.at)).scalar_subquery()
    as_of = func.coalesce(last, literal(now - _NOTHING_SAID, InstantText()))
    row = select(literal(now, InstantText()), as_of)
    return delete(restorations), insert(restorations).from_select(["at", "as_of"], row)


class RestorationStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(self, connect: Callable[..., AbstractAsyncContextManager[Connection]]) -> None:
        self._connect = connect

    async def add(self, now: datetime) -> Restoration:
        """Writes down that one was put in place just now."""
        async with self._connect() as connection:
            for statement in noted(now):
                await connection.execute(statement)
            row = (await connection.execute(_LAST)).one()
        return Restoration(*row)

    async def last(self) -> Restoration | None:
        """The last one."""
        async with self._connect(reads=True) as connection:
            row = (await connection.execute(_LAST)).one_or_none()
            return Restoration(*row) if row else None
