"""Whose people are not kept, in the ledger's database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.core import snapshot
from bot.core.edition import Edition
from bot.core.posting import Posting
from bot.ledger.database import Connection
from bot.ledger.tables import editions, erased, postings
from bot.ledger.withdrawals import later_names, line


async def load(connection: Connection) -> frozenset[str]:
    """All ids under which an erased posting may be found: the ones that it had then, and what it is called now."""
    names = (await connection.execute(select(erased.c.name))).scalars().all()
    renamed = await later_names(connection) if names else {}
    return frozenset(found for name in names for found in line(name, renamed))


async def rows(connection: Connection, some: Iterable[Posting]) -> list[dict[str, Any]]:
    """What is kept of these postings."""
    gone_for_good, found = await load(connection), []
    for posting in some:
        is_erased = not gone_for_good.isdisjoint((posting.id, *posting.aliases))
        lasting = snapshot.lasting(posting, is_erased=is_erased)
        content = None if lasting is posting else snapshot.digest(posting)
        found.append({"id": posting.id, "data": snapshot.dump(lasting), "content": content})
    return found


async def published(connection: Connection, changed: Iterable[Edition]) -> list[Edition]:
    """These, without people of postings that were erased: another process may not know that yet."""
    gone_for_good, found = await load(connection), []
    for edition in changed:
        is_erased = not gone_for_good.isdisjoint(edition.names)
        less = snapshot.lasting(edition.posting, is_erased=is_erased)
        found.append(edition if less is edition.posting else edition.without(less))
    return found


async def let_go(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Takes the people out of what is kept of postings whose files are gone."""
    for name in names:
        where = postings.c.id == name
        found = (await connection.execute(select(postings.c.data, postings.c.content).where(where))).one_or_none()
        if found:
            posting = snapshot.load(found.data)
            values = {"data": snapshot.dump(snapshot.bare(posting)), "gone_at": now}
            values["content"] = found.content or snapshot.digest(posting)
            await connection.execute(update(postings).where(where).values(values))


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
        for name, data, content in rows:
            posting = snapshot.load(data)
            if known.isdisjoint((name, posting.id, *posting.aliases)):
                continue
            less = snapshot.bare(posting) if is_over else snapshot.lasting(posting, is_erased=True)
            if less is not posting:
                values = {"data": snapshot.dump(less), "content": content or snapshot.digest(posting)}
                await connection.execute(update(table).where(key == name).values(values))
                count += 1
    return count
