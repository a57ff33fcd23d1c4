"""Links of postings in the ledger's database: when each is looked at next, and since when it is gone."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select

from bot.domain.link import Link
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.tables import links


class LinkStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def urls(self) -> frozenset[str]:
        """The addresses of all links that are known."""
        async with self._connect(reads=True) as connection:
            return frozenset((await connection.execute(select(links.c.url))).scalars())

    async def add(self, new: Sequence[Link]) -> None:
        """Writes down links, but for those that are known."""
        for some in batches(new):
            async with self._connect() as connection:
                statement = self._insert(links).on_conflict_do_nothing()
                await connection.execute(statement, [asdict(link) for link in some])

    async def put(self, link: Link) -> None:
        """Writes down how a link is by now."""
        values = asdict(link)
        statement = self._insert(links).values(values)
        async with self._connect() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=[links.c.url], set_=values))

    async def forget(self, urls: Sequence[str]) -> None:
        """Forgets links that no posting has any more."""
        async with self._connect() as connection:
            for some in batches(urls):
                await connection.execute(delete(links).where(links.c.url.in_(some)))

    async def due(self, now: datetime) -> list[Link]:
        """The links to be looked at by `now`, in the order in which they fall due."""
        return await self._links(links.c.due_at <= now)

    async def gone(self) -> list[Link]:
        """The links that were found gone."""
        return await self._links(links.c.gone_since.is_not(None))

    async def _links(self, where: Any) -> list[Link]:
        query = select(links).where(where).order_by(links.c.due_at, links.c.url)
        async with self._connect(reads=True) as connection:
            return [Link(**row) for row in (await connection.execute(query)).mappings()]
