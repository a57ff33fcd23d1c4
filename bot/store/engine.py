"""The two databases: how each is connected to, and its tables brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from bot.files.private import keep_private, make_private
from bot.store.errors import LedgerError, where
from bot.store.prepared import driver_of
from bot.store.tables import HEAD, is_newer, metadata

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

READS = "callboard_reads"  # a transaction that only reads waits for nobody
NAME = "callboard"
"""By which PostgreSQL knows its sessions."""
LOCKED = 10.0
"""Seconds that PostgreSQL waits for a lock that somebody else holds."""
ALONE = "callboard_alone"  # each statement is a transaction
ASLEEP = 4.0
"""Seconds without a word in the midst of a transaction after which PostgreSQL ends it."""
_ADVISORY_KEY = 0x0CA11_B0A2E  # for pg_advisory_xact_lock; the sender has its own
_PATIENCE = 30.0  # seconds that a writer waits for another, in SQLite
_CACHE = 1000  # KiB of pages for each connection, half of what SQLite takes; the system keeps the file in memory anyway
_WIPING = 1.0  # seconds that emptying the log waits for those who read
_versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it (`MigrationContext.version_table_impl` of its `ddl.impl`)."""


HOLDERS = text(
    "SELECT DISTINCT usename = current_user AS is_ours,"
    " format('the role %s%s, session %s,', coalesce(usename, 'of another session'),"
    " CASE WHEN coalesce(application_name, '') IN ('', 'callboard') THEN ''"
    " ELSE format(' with %s', application_name) END, pid) AS holder"
    " FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid <> pg_backend_pid()"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND ((classid::bigint << 32) | objid::bigint) = ANY(CAST(:keys AS bigint[]))"
)
"""Who holds advisory locks; what the role may not see of others is left out
(https://www.postgresql.org/docs/current/view-pg-locks.html).
"""


def for_asyncpg(url: URL) -> URL:
    """The URL of a PostgreSQL database as asyncpg wants it: what libpq calls `sslmode` is `ssl` there, with the same
    words (https://magicstack.github.io/asyncpg/current/api/index.html#connection), and `channel_binding` it does not
    know. Both stand in the URLs that hosts hand out.
    """
    query = {{"sslmode": "ssl"}.get(key, key): value for key, value in url.query.items() if key != "channel_binding"}
    return url.set(drivername="postgresql+asyncpg", query=query)


def postgresql(url: URL) -> "AsyncEngine":
    """An engine for that database.

    What a process that falls asleep in the midst of a transaction has locked, whoever takes over must not wait for
    (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT).
    """
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  # brings the ORM; most labs have SQLite

    settings = {
        "idle_in_transaction_session_timeout": f"{ASLEEP:.0f}s",
        "lock_timeout": f"{LOCKED:.0f}s",
        "application_name": NAME,
    }
    return create_async_engine(for_asyncpg(url), pool_pre_ping=True, connect_args={"server_settings": settings})


def sqlite(url: URL) -> Engine:
    """An engine for that database, which is made if it is not there. Its connections may go from thread to thread."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)  # SQLite gives the files beside it the same mode
    for beside in ("-wal", "-shm", "-journal", ".lock"):
        keep_private(path.with_name(path.name + beside))
    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
        _write_ahead(connection)
    connect = {"timeout": _PATIENCE, "check_same_thread": False}
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), connect_args=connect)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """The file keeps this; synchronous is each connection's own. Of two processes that make a new file at once, the one
    that comes second is refused at once, whatever its `timeout`: so it tries again.
    """
    until = monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """With full synchronisation a commit is on the disk when it returns (https://www.sqlite.org/pragma.html)."""
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    cursor.execute(f"PRAGMA cache_size=-{_CACHE}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(ALONE):
        return
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READS) else "BEGIN IMMEDIATE")


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """A transaction that writes in SQLite, over a connection that is `ALONE`, begun and ended by the driver itself: a
    message has two, and SQLAlchemy takes as long for one as SQLite with its commit.
    """
    driver = driver_of(connection)
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.commit()  # where it was asked to do something itself; else this does nothing
        driver.commit()
    except BaseException:
        connection.rollback()
        driver.rollback()
        raise


def wipe(engine: Engine, *, whole: bool = False) -> None:
    """Has SQLite put what was overwritten into its file, and empty the log beside it, in which it stands still; with
    `whole`, write the file anew (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint, lang_vacuum.html). Another
    process that is reading may keep it from that: the next time does it.
    """
    with engine.execution_options(**{ALONE: True}).connect() as connection:
        if whole:
            connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_WIPING * 1000:.0f}")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE * 1000:.0f}")


def bring_up_to_date(connection: Connection) -> bool:
    """Makes the tables as they are now. Whether there were some of before. Raises `LedgerError`."""
    if _revision(connection) == HEAD:
        return False
    if connection.dialect.name == "postgresql":  # two that start at once; SQLite's BEGIN IMMEDIATE sees to it there
        _lock_in_turn(connection)
    before = _revision(connection)
    if before is None:
        _make(connection)
    elif is_newer(before):
        raise LedgerError(
            f"the database {where(connection.engine.url)} was written by a newer Callboard (its tables are {before}, "
            f"this one knows {HEAD}) and stays as it is: update Callboard; or, to stay with this one, put back a "
            "backup from before the update with `callboard restore FILE`"
        )
    elif before != HEAD:
        _migrate(connection)
    return before is not None


def _make(connection: Connection) -> None:
    """Makes the tables where there are none yet, as all migrations together would: without Alembic, which takes more
    time and memory than all the rest of a first start.
    """
    metadata.create_all(connection, checkfirst=False)
    _versions.create(connection)
    connection.execute(_versions.insert(), {"version_num": HEAD})


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, and most starts have nothing to migrate
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _lock_in_turn(connection: Connection) -> None:
    if connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY}):
        return
    holders = [str(row.holder) for row in connection.execute(HOLDERS, {"keys": [_ADVISORY_KEY]})]
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    except DBAPIError:
        whoever = " and ".join(holders) or "somebody"
        raise LedgerError(
            f"{whoever} holds the lock under which the tables are made (advisory lock {_ADVISORY_KEY}) for more than "
            f"{LOCKED:.0f} s; if that is no Callboard of yours, end it with pg_terminate_backend"
        ) from None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(version) if version else None
