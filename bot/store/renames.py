"""By which ids a posting goes that was renamed, as the database has it."""

from collections.abc import Mapping

from sqlalchemy import Table, select

from bot.store.database import Connection
from bot.store.tables import postings


async def every_name(connection: Connection, table: Table) -> frozenset[str]:
    """All ids under which the postings may be found that a table names in its column `name`: the ones that they had
    then, and what they are called now.
    """
    names = (await connection.execute(select(table.c.name))).scalars().all()
    renamed = await later_names(connection) if names else {}
    return frozenset(later_name for name in names for later_name in lineage(name, renamed))


async def later_names(connection: Connection) -> dict[str, str]:
    """What renamed postings are called now, by their former ids."""
    query = select(postings.c.id, postings.c.now_called).where(postings.c.now_called.is_not(None))
    return {row.id: row.now_called for row in await connection.execute(query)}


def lineage(name: str, renamed: Mapping[str, str]) -> set[str]:
    """An id, together with all later ids of the same posting."""
    names = {name}
    while (later := renamed.get(name)) and later not in names:
        names.add(later)
        name = later
    return names
