"""One process at a time sends with a credential: rates and order live in that process's memory.

A file lock beside a SQLite file, for all of them; in PostgreSQL a session advisory lock for each. Both end with the
process, even with kill -9, and need no clock. In PostgreSQL nothing is put on the wire without looking, in the same
transaction, whether the session with the lock is still there: a process that was cut off from its lock sends no more.
"""

import hashlib
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.files.private import make_private
from bot.store.engine import HOLDERS, NAME, for_asyncpg
from bot.store.errors import LedgerError, as_ledger_errors

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_PATIENCE = 10.0  # seconds that the database may take to answer
# PostgreSQL's own two hours are long to wait for a machine that has lost its power, or its network, without a word.
_NOTICE_THE_DEAD = text(
    "SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)
_TAKE = text("SELECT key, pg_try_advisory_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = :pid"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class SenderLock:
    """Held by the process that sends. `credentials`: by platform, what tells its credential from others; no secret."""

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        self._url = make_url(url)
        self._keys = {platform: _number(credential) for platform, credential in credentials.items()}
        self._file: FileLock | None = None
        self._connection: AsyncConnection | None = None
        self._pid = 0
        self._mark = 0  # a lock of the session's own: after a restart, another's may have its process number
        self._held: set[int] = set()
        self.stranger: str | None = None
        """Who holds one of the locks in PostgreSQL, if that is another role: no Callboard of this database."""
        self.session = 0
        """Counts the sessions. Before a new one others may have sent, even if this process held all it holds now."""

    async def take(self) -> frozenset[str]:
        """The platforms for which this process is now, or still is, the one that sends. Does not wait. Raises
        `LedgerError`.
        """
        with as_ledger_errors(self._url):
            if self._url.get_backend_name() == "sqlite":
                return frozenset(self._keys) if self._take_file() else frozenset()
            await self._take_session()
            return frozenset(platform for platform, key in self._keys.items() if key in self._held)

    def verify(self, connection: Connection, platforms: Collection[str]) -> None:
        """Raises `LedgerError` when this process has lost what it took for one of these platforms."""
        if self._url.get_backend_name() == "sqlite":
            return
        held_keys = set(connection.execute(_HELD, {"pid": self._pid}).scalars())
        if not held_keys.issuperset((self._mark, *(self._keys[platform] for platform in platforms))):
            raise LedgerError("the session that says who sends was cut off; another callboard may send now")

    async def release(self) -> None:
        """Lets another process send."""
        if self._file:
            self._file.release()
            self._file = None
        self._held = set()
        if self._connection:
            with suppress(SQLAlchemyError, OSError):  # PostgreSQL has closed it, and the locks with it
                await self._connection.close()
            self._connection = None

    def _take_file(self) -> bool:
        if self._file:
            return True
        self._file = lock_file(Path(self._url.database or ""))
        return self._file is not None

    async def _take_session(self) -> None:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  # brings the ORM

        if self._connection is None or not await _is_alive(self._connection):
            await self.release()
            engine = create_async_engine(
                for_asyncpg(self._url),
                poolclass=NullPool,
                connect_args={
                    "timeout": _PATIENCE,
                    "command_timeout": _PATIENCE,
                    "server_settings": {"application_name": NAME},
                },
            )
            self._connection = await engine.connect()
            self.session += 1
            self._pid = int(await self._connection.scalar(text("SELECT pg_backend_pid()")) or 0)
            self._mark = int.from_bytes(os.urandom(8), signed=True)
            await self._connection.execute(_NOTICE_THE_DEAD)
        wanted = [key for key in (self._mark, *self._keys.values()) if key not in self._held]
        if wanted:
            rows = await self._connection.execute(_TAKE, {"keys": wanted})
            self._held.update(key for key, is_mine in rows if is_mine)
            await self._find_out_who(self._connection, [key for key in wanted if key not in self._held])
        await self._connection.commit()  # the locks are the session's, not the transaction's

    async def _find_out_who(self, connection: "AsyncConnection", keys: Collection[int]) -> None:
        """Who has what this process wanted: one of our own role is another Callboard; nobody else should be."""
        holders = (await connection.execute(HOLDERS, {"keys": list(keys)})).all() if keys else []
        strangers = sorted(str(row.holder) for row in holders if not row.is_ours)
        self.stranger = " and ".join(strangers) if strangers else None


def lock_file(database: Path) -> FileLock | None:
    """What says who sends for an SQLite file, taken; None where another has it. Makes the folder. Raises `OSError`."""
    path = Path(f"{database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)  # whoever can open it can lock it
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


def _number(credential: str) -> int:
    """What PostgreSQL knows it by: a bigint."""
    return int.from_bytes(hashlib.sha256(f"callboard {credential}".encode()).digest()[:8], signed=True)


async def _is_alive(connection: "AsyncConnection") -> bool:
    """Whether the session, and its locks with it, is still there."""
    try:
        await connection.execute(text("SELECT 1"))
        await connection.commit()
    except (SQLAlchemyError, OSError):
        return False
    return True
