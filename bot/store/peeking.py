"""A look into a database that is not open: nothing is made or changed."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import quote

from sqlalchemy import Table, create_engine, inspect, make_url

from bot.store.database import Connection, Database, Sqlite, database
from bot.store.errors import as_ledger_errors
from bot.store.renames import every_name
from bot.store.tables import erased, withdrawals


async def peek_at_withdrawn(url: str) -> frozenset[str]:
    """All ids under which a withdrawn posting may be found; none where the database is not there. Raises
    `LedgerError`.
    """
    return await _names(url, withdrawals)


async def peek_at_erased(url: str) -> frozenset[str]:
    """All ids under which a posting may be found whose people are not kept; none where the database is not there.
    Raises `LedgerError`.
    """
    return await _names(url, erased)


async def _names(url: str, table: Table) -> frozenset[str]:
    async with only_read(url, table) as connect:
        if connect is None:
            return frozenset()
        async with connect(reads=True) as connection:
            return await every_name(connection, table)


@asynccontextmanager
async def only_read(
    url: str, table: Table
) -> AsyncIterator[Callable[..., AbstractAsyncContextManager[Connection]] | None]:
    """How to read from a database that is not open: nothing is made or changed. None where it is not there, or has no
    such table yet. Raises `LedgerError`.
    """
    parsed = make_url(url)
    with as_ledger_errors(parsed):
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
