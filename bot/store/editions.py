"""What was published, in the ledger's database."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select

from bot.domain import snapshot
from bot.domain.edition import Edition
from bot.store import people
from bot.store.database import Connection
from bot.store.tables import editions


async def load(connection: Connection, names: Sequence[str] | None = None) -> dict[str, Edition]:
    """The editions of these names, or all, by name."""
    query = select(editions) if names is None else select(editions).where(editions.c.name.in_(names))
    rows = (await connection.execute(query)).mappings()
    return {row["name"]: Edition(**{**_given(row), "posting": snapshot.load(row["data"])}) for row in rows}


def _given(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "data"}


async def save(connection: Connection, insert: Any, changed: Iterable[Edition]) -> None:
    """Writes editions where they are newer than what is there, so that a change which several processes publish counts
    once. `insert`: an INSERT into the table of editions in the database's own dialect.
    """
    rows = [
        {
            "name": edition.name,
            "data": snapshot.dump(edition.posting),
            "sequence": edition.sequence,
            "published_at": edition.published_at,
            "updated_at": edition.updated_at,
            "gone_at": edition.gone_at,
            "host": edition.host,
            "content": edition.content,
        }
        for edition in sorted(await people.published(connection, changed), key=lambda edition: edition.name)
    ]
    if rows:
        newest = {name: insert.excluded[name] for name in rows[0] if name not in {"name", "published_at"}}
        is_newer = insert.excluded.sequence > editions.c.sequence
        is_renamed = (insert.excluded.sequence == editions.c.sequence) & (
            insert.excluded.updated_at == editions.c.updated_at
        )
        statement = insert.on_conflict_do_update(index_elements=["name"], set_=newest, where=or_(is_newer, is_renamed))
        await connection.execute(statement, rows)
