"""The two databases: how each is connected to, and its tables brought up to date."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.ledger.tables import HEAD
from bot.ledger.trouble import LedgerError

READS = "callboard_reads"  # a transaction that only reads waits for nobody
ASLEEP = 4.0
"""Seconds without a word in the midst of a transaction after which PostgreSQL ends it."""
_ADVISORY_KEY = 0x0CA11_B0A2E  # for pg_advisory_xact_lock; the sender has its own
_PATIENCE = 30.0  # seconds that a writer waits for another, in SQLite


def connected(url: URL) -> AsyncEngine:
    """An engine for that database."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _postgresql(url: URL) -> AsyncEngine:
    """What a process that falls asleep in the midst of a transaction has locked, whoever takes over must not wait for
    (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT).
    """
    settings = {"idle_in_transaction_session_timeout": f"{ASLEEP:.0f}s"}
    made = url.set(drivername="postgresql+asyncpg")
    return create_async_engine(made, pool_pre_ping=True, connect_args={"server_settings": settings})


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
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READS) else "BEGIN IMMEDIATE")


def bring_up_to_date(connection: Connection) -> None:
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
