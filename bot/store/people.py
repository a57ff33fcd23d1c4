"""Whose people are not kept, in the ledger's database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.domain import snapshot
from bot.domain.edition import Edition
from bot.domain.posting import Posting
from bot.domain.revision import Revision
from bot.store.database import Connection
from bot.store.renames import every_name
from bot.store.tables import editions, erased, postings


async def load(connection: Connection) -> frozenset[str]:
    """All ids under which an erased posting may be found: the ones that it had then, and what it is called now."""
    return await every_name(connection, erased)


async def rows(connection: Connection, some: Iterable[Posting]) -> list[dict[str, Any]]:
    """What is kept of these postings."""
    gone_for_good = await load(connection)
    revisions = [Revision.of(posting, is_erased=not gone_for_good.isdisjoint(posting.names)) for posting in some]
    return [{"id": revision.posting.id, **_row(revision)} for revision in revisions]


async def published(connection: Connection, changed: Iterable[Edition]) -> list[Edition]:
    """These, without people of postings that were erased: another process may not know that yet."""
    gone_for_good = await load(connection)
    return [
        edition.having(edition.revision.lasting(is_erased=not gone_for_good.isdisjoint(edition.names)))
        for edition in changed
    ]


async def let_go(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Deletes people from what is kept of postings whose files are gone."""
    for name in names:
        where = postings.c.id == name
        row = (await connection.execute(select(postings.c.data, postings.c.content).where(where))).one_or_none()
        if row:
            gone = Revision(snapshot.load(row.data), row.content).gone(now)
            await connection.execute(update(postings).where(where).values(**_row(gone), gone_at=gone.gone_at))


async def erase(connection: Connection, insert: Any, names: Iterable[str], now: datetime, *, is_over: bool) -> int:
    """Takes the people of the posting of these ids out of all that is kept, for good; with `is_over`, its texts, too.
    How many rows held any. `insert` is an INSERT into the table, in the database's own dialect.
    """
    for name in names:
        await connection.execute(insert.values(name=name, at=now).on_conflict_do_nothing())
    known, count = await load(connection), 0
    tables: Mapping[Any, Any] = {postings: postings.c.id, editions: editions.c.name}
    for table, key in tables.items():
        rows = (await connection.execute(select(key.label("name"), table.c.data, table.c.content))).all()
        for name, stored, content in rows:
            revision = Revision(snapshot.load(stored), content)
            if known.isdisjoint((name, *revision.names)):
                continue
            less = revision.bare() if is_over else revision.lasting(is_erased=True)
            if less is not revision:
                await connection.execute(update(table).where(key == name).values(_row(less)))
                count += 1
    return count


def _row(revision: Revision) -> dict[str, Any]:
    return {"data": snapshot.dump(revision.posting), "content": revision.content}
