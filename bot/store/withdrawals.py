"""The postings that were withdrawn, in the ledger's database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.store.database import Connection
from bot.store.renames import every_name, later_names, lineage
from bot.store.tables import withdrawals


async def load(connection: Connection) -> frozenset[str]:
    """All ids under which a withdrawn posting may be found: the one that it had then, and what it is called now."""
    return await every_name(connection, withdrawals)


async def add(connection: Connection, insert: Any, name: str, now: datetime) -> None:
    """Withdraws one. `insert` is an INSERT into the table, in the database's own dialect."""
    await connection.execute(insert.values(name=name, at=now).on_conflict_do_nothing())


async def remove(connection: Connection, names: Collection[str]) -> None:
    """Publishes the posting of these ids again."""
    renamed = await later_names(connection)
    for name in (await connection.execute(select(withdrawals.c.name))).scalars().all():
        if not lineage(name, renamed).isdisjoint(names):
            await connection.execute(delete(withdrawals).where(withdrawals.c.name == name))
