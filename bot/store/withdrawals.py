"""The postings that were withdrawn, in the ledger's database."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Table, create_engine, delete, inspect, make_url, select

from bot.store.database import Connection, Database, Sqlite, database
from bot.store.errors import in_words
from bot.store.tables import postings, withdrawals


async def load(connection: Connection) -> frozenset[str]:
    """All ids under which a withdrawn posting may be found: the one that it had then, and what it is called now."""
    names = (await connection.execute(select(withdrawals.c.name))).scalars().all()
    renamed = await later_names(connection) if names else {}
    return frozenset(later_name for name in names for later_name in line(name, renamed))


async def add(connection: Connection, insert: Any, name: str, now: datetime) -> None:
    """Withdraws one. `insert` is an INSERT into the table, in the database's own dialect."""
    await connection.execute(insert.values(name=name, at=now).on_conflict_do_nothing())


async def remove(connection: Connection, names: Collection[str]) -> None:
    """Publishes the posting of these ids again."""
    renamed = await later_names(connection)
    for name in (await connection.execute(select(withdrawals.c.name))).scalars().all():
        if not line(name, renamed).isdisjoint(names):
            await connection.execute(delete(withdrawals).where(withdrawals.c.name == name))


async def peek(url: str) -> frozenset[str]:
    """As `load`, of a database that is not open, and may not be there: nothing is made or changed. Raises
    `LedgerError`.
    """
    async with only_read(url, withdrawals) as connect:
        if connect is None:
            return frozenset()
        async with connect(reads=True) as connection:
            return await load(connection)


@asynccontextmanager
async def only_read(
    url: str, table: Table
) -> AsyncIterator[Callable[..., AbstractAsyncContextManager[Connection]] | None]:
    """How to read from a database that is not open: nothing is made or changed. None where it is not there, or has no
    such table yet. Raises `LedgerError`.
    """
    parsed = make_url(url)
    with in_words(parsed):
        if parsed.get_backend_name() == "sqlite":
            path = await asyncio.to_thread(os.path.abspath, parsed.database or "")
            if not await asyncio.to_thread(os.path.exists, path):
                yield None
                return
            # https://www.sqlite.org/uri.html
            address = f"sqlite:///file:{quote(path)}?mode=ro&uri=true"
            opened: Database = Sqlite(parsed, create_engine(address, connect_args={"check_same_thread": False}))
        else:
            opened = database(parsed)
        try:
            async with opened.connect(reads=True) as connection:
                has_it = await connection.run_sync(
                    lambda sync_connection: inspect(sync_connection).has_table(table.name)
                )
            yield opened.connect if has_it else None
        finally:
            await opened.close()


async def later_names(connection: Connection) -> dict[str, str]:
    """What renamed postings are called now, by their former ids."""
    query = select(postings.c.id, postings.c.now_called).where(postings.c.now_called.is_not(None))
    return {row.id: row.now_called for row in await connection.execute(query)}


def line(name: str, renamed: Mapping[str, str]) -> set[str]:
    """An id, together with all later ids of the same posting."""
    names = {name}
    while (later := renamed.get(name)) and later not in names:
        names.add(later)
        name = later
    return names
