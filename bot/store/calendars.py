"""The private addresses of readers' calendars, in the ledger's database: as much of each as does not give it away."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from bot.store.database import Connection
from bot.store.tables import calendars


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """Whose it is; what its token is made of, beside a secret of the config; the token's digest; and since when (UTC)
    it holds.
    """

    person: str
    salt: str
    digest: str
    at: datetime


class CalendarStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def get(self, person: str) -> CalendarAddress | None:
        """A person's calendar address; None where there is none."""
        return await self._one(calendars.c.person == person)

    async def of(self, digest: str) -> CalendarAddress | None:
        """The calendar address whose token has that digest; None where there is none."""
        return await self._one(calendars.c.digest == digest)

    async def begin(self, new: CalendarAddress) -> CalendarAddress:
        """Writes down a person's first calendar address. Gives the one that holds, which another process may have
        written first.
        """
        async with self._connect() as connection:
            await connection.execute(self._insert(calendars).values(asdict(new)).on_conflict_do_nothing())
        return await self.get(new.person) or new

    async def put(self, new: CalendarAddress) -> None:
        """Writes down a person's calendar address in the place of an earlier one, which no longer holds."""
        values = asdict(new)
        statement = self._insert(calendars).values(values)
        async with self._connect() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=values))

    async def _one(self, where: Any) -> CalendarAddress | None:
        async with self._connect(reads=True) as connection:
            row = (await connection.execute(select(calendars).where(where))).mappings().first()
            return CalendarAddress(**row) if row else None
