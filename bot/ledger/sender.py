"""One process at a time sends for a ledger: rates and order live in that process's memory.

A file lock beside a SQLite file, a session advisory lock in PostgreSQL: both end with the process, even with kill -9,
and need no clock.
"""

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.ledger.trouble import in_words

_ADVISORY_KEY = 0x0CA11_B0A2D  # "callboard", for pg_try_advisory_lock


class SenderLock:
    """Held by the process that sends. `take` does not wait."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._file: FileLock | None = None
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """True when this process is now, or still is, the one that sends. Raises `LedgerError`."""
        with in_words(self._url):
            return self._take_file() if self._url.get_backend_name() == "sqlite" else await self._take_session()

    async def release(self) -> None:
        if self._file:
            self._file.release()
            self._file = None
        if self._connection:
            with suppress(SQLAlchemyError, OSError):  # PostgreSQL has closed it, and the lock with it
                await self._connection.close()
            self._connection = None

    def _take_file(self) -> bool:
        if self._file:
            return True
        path = Path(f"{self._url.database}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return False
        self._file = lock
        return True

    async def _take_session(self) -> bool:
        if self._connection and await _is_alive(self._connection):
            return True
        await self.release()
        engine = create_async_engine(self._url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
        connection = await engine.connect()
        held = await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY})
        await connection.commit()  # the lock is the session's, not the transaction's
        if held:
            self._connection = connection
        else:
            await connection.close()
        return bool(held)


async def _is_alive(connection: AsyncConnection) -> bool:
    """Whether the session, and its lock with it, is still there."""
    try:
        await connection.execute(text("SELECT 1"))
        await connection.commit()
    except (SQLAlchemyError, OSError):
        return False
    return True
