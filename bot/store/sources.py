"""Sources in the ledger's database: how they were when they were read last, and what they have."""

import json
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, or_, select, update

from bot.domain.draft import DraftState
from bot.domain.posting import Status
from bot.sources.base import AsFound
from bot.sources.items import SourceItem
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.tables import drafts, source_items, sources

Alongside = Callable[[Connection, str], Any]
"""Writes what belongs to a draft of that id, in the transaction that makes it."""


class OvertakenError(Exception):
    """Another process has read the source meanwhile."""


_CLOSED = Status.CLOSED.value
_COLUMNS = [field.name for field in fields(SourceItem)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source was when it was read last. Instants are UTC. `count`: the positions that it had; `error`: why it
    could not be read, or not to its end; `failures`: readings in a row for which that is so, since `failed_at`;
    `not_before`: until then it wants to be left alone; `digest`: of the last whole reading; `conditions`: by which its
    server can tell that it has what it had, as JSON.
    """

    name: str
    read_at: datetime
    count: int = 0
    error: str | None = None
    failures: int = 0
    failed_at: datetime | None = None
    not_before: datetime | None = None
    digest: str | None = None
    conditions: str | None = None


class SourceStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def states(self) -> dict[str, SourceState]:
        """Every source that was read, by its name."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(sources))).mappings()
        return {row["name"]: SourceState(**row) for row in rows}

    async def state(self, name: str) -> SourceState | None:
        """How a source was when it was last read; None where it never was."""
        async with self._connect(reads=True) as connection:
            row = (await connection.execute(select(sources).where(sources.c.name == name))).mappings().one_or_none()
        return SourceState(**row) if row else None

    async def put_state(self, state: SourceState) -> None:
        """Keeps how a source was when it was read last, in the place of what was known of it."""
        values = asdict(state)
        statement = self._insert(sources).values(values)
        async with self._connect() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=[sources.c.name], set_=values))

    async def items(self, source: str | None = None) -> list[SourceItem]:
        """What a source has, or all have, and had."""
        query = select(source_items).order_by(source_items.c.source, source_items.c.key)
        return await self._items(query if source is None else query.where(source_items.c.source == source))

    async def also_at(self, others: Collection[str], postings: Collection[str]) -> frozenset[str]:
        """Those of these postings that one of the `others` (names of sources) still has."""
        is_there = and_(source_items.c.missed_at.is_(None), source_items.c.gone_at.is_(None))
        query = select(source_items.c.posting, source_items.c.source).where(is_there)
        also_there: set[str] = set()
        async with self._connect(reads=True) as connection:
            for some in batches(sorted(postings)) if others else ():
                rows = await connection.execute(query.where(source_items.c.posting.in_(some)))
                also_there.update(posting for posting, source in rows if source in others)
        return frozenset(also_there)

    async def closings(self, postings: Collection[str]) -> dict[str, datetime | None]:
        """Of those of these postings that a source has or had, when it closed them; None where it did not: what is gone
        there may be closed by nobody, or by a person.
        """
        closing = and_(drafts.c.id == source_items.c.draft, drafts.c.state == str(DraftState.APPROVED))
        columns = (source_items.c.posting, source_items.c.gone_at, source_items.c.written, drafts.c.changes)
        query = select(*columns).select_from(source_items.outerjoin(drafts, closing))
        closed_at: dict[str, datetime | None] = {}
        async with self._connect(reads=True) as connection:
            for some in batches(sorted(postings)):
                rows = await connection.execute(query.where(source_items.c.posting.in_(some)))
                for name, gone_at, written, changes in rows:
                    has_closed = any(
                        json.loads(changes_text).get("status") == _CLOSED for changes_text in (written, changes or "{}")
                    )
                    at = gone_at if has_closed else None
                    closed_at[name] = max(filter(None, (at, closed_at.get(name))), default=None)
        return closed_at

    async def without_posting(self, others: Collection[str]) -> list[SourceItem]:
        """What these other sources have that waits for approval, or is not wanted."""
        is_open = or_(source_items.c.draft.is_not(None), source_items.c.is_rejected)
        items = await self._items(select(source_items).where(source_items.c.posting.is_(None), is_open))
        return [item for item in items if item.source in others]

    async def forget(self, but: Collection[str], before: datetime) -> list[str]:
        """Forgets all sources but these that were read last before an instant, and what they had. Gives their names."""
        seen = select(source_items.c.source, func.max(source_items.c.seen_at)).group_by(source_items.c.source)
        async with self._connect() as connection:
            seen_at = await connection.execute(seen)
            read_at = await connection.execute(select(sources.c.name, sources.c.read_at))
            last: dict[str, datetime] = {name: at for name, at in (*seen_at, *read_at)}  # noqa: C416  # rows
            forgotten = sorted(name for name, at in last.items() if name not in but and at < before)
            for some in batches(forgotten):
                await connection.execute(delete(source_items).where(source_items.c.source.in_(some)))
                await connection.execute(delete(sources).where(sources.c.name.in_(some)))
        return forgotten

    async def is_unsettled(self, source: str) -> bool:
        """Whether something waits for a second look: what was missed, is held, or waits for its draft."""
        looked_at = or_(
            and_(source_items.c.missed_at.is_not(None), source_items.c.gone_at.is_(None)),
            source_items.c.held.is_not(None),
            source_items.c.draft.is_not(None),
        )
        query = select(source_items.c.key).where(source_items.c.source == source, looked_at).limit(1)
        async with self._connect(reads=True) as connection:
            return (await connection.execute(query)).first() is not None

    async def put(self, items: Iterable[SourceItem]) -> None:
        """Writes items down."""
        async with self._connect() as connection:
            for item in items:
                await self._put(connection, item)

    def alongside(self, item: SourceItem, was: SourceItem | None) -> Alongside:
        """Writes an item down together with the draft that it waits for. Raises `OvertakenError` where another process
        has read the source meanwhile: then neither is written.
        """

        async def write(connection: Connection, draft: str) -> None:
            values = _row(replace(item, draft=draft))
            statement = self._insert(source_items).values(values).on_conflict_do_nothing()
            if was is not None:
                is_it = and_(source_items.c.source == was.source, source_items.c.key == was.key)
                statement = update(source_items).where(is_it, source_items.c.seen_at == was.seen_at).values(values)
            if not (await connection.execute(statement)).rowcount:
                raise OvertakenError(item.source)

        return write

    async def held(self, named: Collection[str]) -> list[SourceItem]:
        """The items of these sources that are not gone, and are held for a second look or have a note."""
        is_held = or_(source_items.c.held.is_not(None), source_items.c.note.is_not(None))
        query = select(source_items).where(is_held, source_items.c.gone_at.is_(None))
        items = await self._items(query.order_by(source_items.c.source, source_items.c.key))
        return [item for item in items if item.source in named]

    async def _items(self, query: Any) -> list[SourceItem]:
        async with self._connect(reads=True) as connection:
            return [_item(row) for row in (await connection.execute(query)).mappings()]

    async def _put(self, connection: Connection, item: SourceItem) -> None:
        values = _row(item)
        statement = self._insert(source_items).values(values)
        keys = [source_items.c.source, source_items.c.key]
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


def _row(item: SourceItem) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in _COLUMNS}
    return row | {
        "as_found": str(item.as_found),
        "said": json.dumps(dict(item.said)),
        "written": json.dumps(dict(item.written)),
    }


def _item(row: Any) -> SourceItem:
    values = {name: row[name] for name in _COLUMNS}
    values["as_found"] = AsFound(values["as_found"])
    return SourceItem(**{**values, "said": json.loads(row["said"]), "written": json.loads(row["written"])})
