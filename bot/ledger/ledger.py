"""The ledger on SQLAlchemy Core: SQLite (a file) or PostgreSQL.

A notice is `on the wire` before its message leaves, and delivered, refused, due again or in doubt after. Both are
commits of their own, on disk before the next step: whatever happens between them, nothing is lost, and only what was
on the wire can be doubled. Writes take SQLite's lock at once (`BEGIN IMMEDIATE`), so two processes cannot both claim
a key.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, event, inspect, make_url, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.notice import Entry, Notice, State
from bot.ledger.tables import HEAD, notices
from bot.ledger.trouble import LedgerError, in_words

_READS = "callboard_reads"  # a transaction that only reads waits for nobody
_ADVISORY_KEY = 0x0CA11_B0A2E  # for pg_advisory_xact_lock; the sender has its own
_PATIENCE = 30.0  # seconds that a writer waits for another, in SQLite
_KEYS_AT_ONCE = 500  # SQLite takes 32,766 variables a statement, older builds 999 (https://www.sqlite.org/limits.html)


@dataclass(frozen=True, slots=True)
class Record:
    """One notice as the ledger has it. Instants are UTC; `reference` is the platform's own."""

    key: str
    delivery: str
    channel: str
    platform: str
    posting: str
    kind: str
    lead: str | None
    state: State
    at: datetime
    attempts: int
    due_again_at: datetime | None
    reference: str | None
    reason: str | None


class Ledger:
    """Reads and writes what became of notices."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connects and brings the tables up to date. `url` is SQLAlchemy's. Raises `LedgerError`."""
        made = make_url(url)
        with in_words(made):
            engine = _sqlite(made) if made.get_backend_name() == "sqlite" else _postgresql(made)
        ledger = cls(engine)
        try:
            async with ledger._connect() as connection:
                await connection.run_sync(_bring_up_to_date)
        except LedgerError:
            await engine.dispose()
            raise
        return ledger

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _connect(self, *, reads: bool = False) -> AsyncIterator[AsyncConnection]:
        with in_words(self._engine.url):
            async with self._engine.execution_options(**{_READS: reads}).begin() as connection:
                yield connection

    async def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """What is known of these keys."""
        found: dict[str, Entry] = {}
        async with self._connect(reads=True) as connection:
            for some in _batches(list(keys)):
                query = select(notices.c.key, notices.c.state, notices.c.at, notices.c.due_again_at)
                for key, state, at, due_again_at in await connection.execute(query.where(notices.c.key.in_(some))):
                    found[key] = Entry(State(state), at, due_again_at)
        return found

    def _insert(self) -> Any:
        """Both have `ON CONFLICT`, each in its own dialect; PostgreSQL's is large, and most labs do without."""
        if self._engine.dialect.name == "postgresql":
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415

            return postgresql.insert(notices)
        return sqlite.insert(notices)

    async def begin(self, delivery: str, message: Sequence[Notice], now: datetime) -> bool:
        """Puts a message's notices on the wire. False, and nothing changed, when one of them is there or settled."""
        rows = [
            {
                "key": notice.key,
                "delivery": delivery,
                "channel": notice.channel.name,
                "platform": notice.channel.destination.platform,
                "posting": notice.occasion.posting.id,
                "kind": str(notice.occasion.kind),
                "lead": str(notice.occasion.lead) if notice.occasion.lead else None,
                "state": str(State.ON_THE_WIRE),
                "at": now,
                "attempts": 1,
            }
            for notice in message
        ]
        statement = self._insert()
        statement = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "delivery": statement.excluded.delivery,
                "state": statement.excluded.state,
                "at": statement.excluded.at,
                "attempts": notices.c.attempts + 1,
                "due_again_at": None,
            },
            where=notices.c.state == str(State.DUE_AGAIN),
        )
        try:
            async with self._connect() as connection:
                for row in sorted(rows, key=itemgetter("key")):  # in one order, so that no two wait for each other
                    result = await connection.execute(statement, row)
                    if result.rowcount != 1:
                        raise _TakenError  # noqa: TRY301  # leaves the transaction, which rolls it back
        except _TakenError:
            return False
        return True

    async def end(
        self,
        delivery: str,
        state: State,
        now: datetime,
        *,
        reference: str | None = None,
        reason: str | None = None,
        due_again_at: datetime | None = None,
    ) -> None:
        """Writes down what became of a message that was on the wire or in doubt."""
        statement = (
            update(notices)
            .where(notices.c.delivery == delivery)
            .where(notices.c.state.in_([str(State.ON_THE_WIRE), str(State.IN_DOUBT)]))
            .values(state=str(state), at=now, reference=reference, reason=_clean(reason), due_again_at=due_again_at)
        )
        async with self._connect() as connection:
            await connection.execute(statement)

    async def doubt_what_was_on_the_wire(self) -> int:
        """After a crash: what an earlier process left on the wire is in doubt. For the owner of the lock alone."""
        statement = (
            update(notices)
            .where(notices.c.state == str(State.ON_THE_WIRE))
            .values(state=str(State.IN_DOUBT), reason="the bot stopped before the platform's answer was written down")
        )
        async with self._connect() as connection:
            return (await connection.execute(statement)).rowcount

    async def in_doubt(self) -> list[Record]:
        """Everything of which it is not known whether the platform has it, oldest first."""
        return await self.records(State.IN_DOUBT)

    async def records(self, state: State | None = None) -> list[Record]:
        """Everything, or what is in one state; by instant and key."""
        query = select(notices).order_by(notices.c.at, notices.c.key)
        if state:
            query = query.where(notices.c.state == str(state))
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(query)).mappings()
            return [Record(**{**row, "state": State(row["state"])}) for row in rows]


class _TakenError(Exception):
    """A key is on the wire or settled; rolls the transaction back."""


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))


def _clean(said: str | None) -> str | None:
    """A platform's own words without what a database refuses: NUL, halves of surrogate pairs."""
    return said.encode("utf-8", "replace").decode().replace("\0", "") if said else None


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(url.set(drivername="postgresql+asyncpg"), pool_pre_ping=True)


def _sqlite(url: URL) -> AsyncEngine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Here, because a file that cannot be opened leaves aiosqlite with a thread that trips over the end of the loop.
    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # the file keeps this; synchronous is each connection's own
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"), pool_size=4, connect_args={"timeout": _PATIENCE}
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """With full synchronisation a commit is on the disk when it returns (https://www.sqlite.org/pragma.html)."""
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READS) else "BEGIN IMMEDIATE")


def _bring_up_to_date(connection: Connection) -> None:
    if _revision(connection) == HEAD:
        return
    from alembic import command  # noqa: PLC0415  # slow to import, and most starts have nothing to migrate
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    if connection.dialect.name == "postgresql":  # two that start at once; SQLite's BEGIN IMMEDIATE sees to it there
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    config = Config()
    config.set_main_option("script_location", "bot.ledger:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise LedgerError(f"the database was written by a newer Callboard; update Callboard ({error})") from None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None
