"""One process at a time sends for a ledger: rates and order live in that process's memory.

A file lock beside a SQLite file, a session advisory lock in PostgreSQL: both end with the process, even with kill -9,
and need no clock.
"""

from pathlib import Path

from filelock import AsyncFileLock, Timeout
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

_ADVISORY_KEY = 0x0CA11_B0A2D  # "callboard", for pg_try_advisory_lock


class SenderLock:
    """Held by the process that sends. `take` does not wait."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._file: AsyncFileLock | None = None
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """True when this process is now, or already was, the one that sends."""
        if self._file or self._connection:
            return True
        if self._url.get_backend_name() == "sqlite":
            path = Path(f"{self._url.database}.lock")
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = AsyncFileLock(path, timeout=0, is_singleton=False)
            try:
                await lock.acquire()
            except Timeout:
                return False
            self._file = lock
            return True
        engine = create_async_engine(self._url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
        connection = await engine.connect()
        held = await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY})
        await connection.commit()  # the lock is the session's, not the transaction's
        if held:
            self._connection = connection
        else:
            await connection.close()
        return bool(held)

    async def release(self) -> None:
        if self._file:
            await self._file.release()
            self._file = None
        if self._connection:
            await self._connection.close()
            self._connection = None
