"""Postings as they were last announced and published, what was withdrawn, and whose people are not kept."""

import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import select, update

from bot.domain import snapshot
from bot.domain.edition import Edition
from bot.domain.posting import Posting
from bot.domain.revision import Revision
from bot.store import people
from bot.store import withdrawals as withdrawing
from bot.store.connected import Connected, batches
from bot.store.database import Connection
from bot.store.editions import load, save
from bot.store.errors import LedgerError, as_ledger_errors
from bot.store.tables import editions, erased, postings, withdrawals

_log = logging.getLogger("callboard")

_SOME = 500  # postings that are read at once: as text, a whole registry is as large as that


async def _all_rows(connection: Connection, query: Any) -> AsyncIterator[Sequence[Any]]:
    """What a query of postings gives, some after the other."""
    last = ""
    while rows := (
        await connection.execute(query.where(postings.c.id > last).order_by(postings.c.id).limit(_SOME))
    ).all():
        yield rows
        last = rows[-1].id


async def _rows_of(connection: Connection, query: Any, names: Iterable[str]) -> AsyncIterator[Sequence[Any]]:
    """The same of the postings of these ids."""
    for some in batches(sorted(set(names))):
        yield (await connection.execute(query.where(postings.c.id.in_(some)))).all()


class Revisions(Connected):
    """Reads and writes what is kept of postings."""

    # --- Postings as they were last read

    async def remember(self, changed: Iterable[Posting]) -> None:
        """Writes these revisions down in the place of earlier ones."""
        for some in batches(sorted(changed, key=attrgetter("id"))):  # a whole registry as text is as large as that
            async with self._connect() as connection:
                has_less = await self._remember(connection, some)
            if has_less:
                await self._wipe()

    async def _remember(self, connection: Connection, some: Iterable[Posting]) -> bool:
        """Whether of any of them less is kept than there is."""
        statement = self._insert(postings)
        newest = {"data": statement.excluded.data, "content": statement.excluded.content}
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={**newest, "now_called": None, "gone_at": None}
        )
        rows = await people.rows(connection, some)
        await connection.execute(statement, rows)
        return any(row["content"] for row in rows)

    async def remembered(
        self, names: Iterable[str] | None = None, kept_as: Callable[[Revision], Revision] = lambda revision: revision
    ) -> dict[str, Revision]:
        """The postings that were announced, as they were last read: all, or those of these ids. Not renamed ones. Each
        is `kept_as` what that makes of it as soon as it is read: a whole registry a second time takes much memory.
        """
        query = select(postings.c.id, postings.c.data, postings.c.content, postings.c.gone_at)
        query = query.where(postings.c.now_called.is_(None))
        revisions: dict[str, Revision] = {}
        async with self._connect(reads=True) as connection:
            async for rows in _all_rows(connection, query) if names is None else _rows_of(connection, query, names):
                revisions.update(
                    (name, kept_as(Revision(snapshot.load(stored), content, gone_at)))
                    for name, stored, content, gone_at in rows
                )
        return revisions

    async def rename(self, before: str, after: Posting, now: datetime) -> None:
        """Writes down that a posting has another id now, together with the posting as it is: if only one of them were
        written, it would pass for a new posting.
        """
        async with self._connect() as connection:
            await self._remember(connection, [after])
            await people.let_go(connection, [before], now)
            await connection.execute(update(postings).where(postings.c.id == before).values(now_called=after.id))

    async def renamed(self) -> dict[str, str]:
        """What renamed postings are called now, by their former ids."""
        query = select(postings.c.id, postings.c.now_called).where(postings.c.now_called.is_not(None))
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(query)
            return {row.id: row.now_called for row in rows}

    # --- People are kept for as long as a position is open

    async def let_go(self, names: Collection[str], now: datetime) -> None:
        """Deletes people from what is kept of these postings, whose files are gone."""
        async with self._connect() as connection:
            await people.let_go(connection, names, now)
        await self._wipe()

    async def erase(self, names: Iterable[str], now: datetime, *, is_over: bool = True) -> int:
        """Takes the people of the posting of these ids out of the database, for good; with `is_over`, its texts, too.
        How many rows held any.
        """
        async with self._connect() as connection:
            count = await people.erase(connection, self._insert(erased), names, now, is_over=is_over)
        await self._wipe(whole=True)
        return count

    async def erased(self) -> frozenset[str]:
        """All ids under which an erased posting may be found."""
        async with self._connect(reads=True) as connection:
            return await people.load(connection)

    async def _wipe(self, *, whole: bool = False) -> None:
        """Leaves nothing of what was taken out in SQLite's files; of what was there before `secure_delete` was, only
        with `whole`. When somebody is reading or writing right now, the next time does it.
        """
        if self._database.dialect == "sqlite":
            try:
                with as_ledger_errors(self._database.url):
                    await self._database.wipe(whole=whole)
            except LedgerError as error:
                level = logging.WARNING if whole else logging.DEBUG
                _log.log(level, "what was taken out of the database may stand in its files yet (%s)", error)

    # --- What was published

    async def editions(self) -> dict[str, Edition]:
        """All that was ever published, by name."""
        async with self._connect(reads=True) as connection:
            return await load(connection)

    async def publish(self, changed: Iterable[Edition]) -> dict[str, Edition]:
        """Writes editions down, unless another process has written the same or newer ones. Gives those that are there
        then, by name.
        """
        changed_by_name = {edition.name: edition for edition in changed}
        kept_by_name: dict[str, Edition] = {}
        async with self._connect() as connection:
            await save(connection, self._insert(editions), changed_by_name.values())
            for some in batches(list(changed_by_name)):
                kept_by_name |= await load(connection, some)
        if any(edition.content for edition in kept_by_name.values()):
            await self._wipe()
        return {
            name: changed_by_name[name] if edition == changed_by_name[name] else edition
            for name, edition in kept_by_name.items()
        }

    # --- What was withdrawn

    async def withdraw(self, name: str, now: datetime) -> None:
        """Takes a posting off the board and out of all answers, whatever its file says, until it is `republish`ed."""
        async with self._connect() as connection:
            await withdrawing.add(connection, self._insert(withdrawals), name, now)

    async def republish(self, names: Collection[str]) -> None:
        """Undoes that for the posting of these ids."""
        async with self._connect() as connection:
            await withdrawing.remove(connection, names)

    async def withdrawn(self) -> frozenset[str]:
        """All ids under which a withdrawn posting may be found."""
        async with self._connect(reads=True) as connection:
            return await withdrawing.load(connection)
