"""How the ledger reaches its database: SQLite in threads of its own, PostgreSQL by asyncpg.

SQLAlchemy's own asyncio extension brings its whole ORM, and waits for a thread at every step of a transaction: it
serves PostgreSQL alone, and is read when that is in use.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import URL
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.engine import Engine

from bot.store import engine as engines
from bot.store.threads import Thread

_T = TypeVar("_T")
_Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
_READERS = 4  # that read at once


class Connection(Protocol):
    """A transaction. Results are whole when they are given."""

    async def execute(self, statement: Any, parameters: _Parameters = None, /) -> Any: ...

    async def scalar(self, statement: Any, parameters: _Parameters = None, /) -> Any: ...

    async def run_sync(self, work: Callable[..., _T], /, *arguments: Any) -> _T:
        """What `work` gives when it is called with SQLAlchemy's own connection."""


class Database(ABC):
    """`dialect` is `sqlite` or `postgresql`. `engine` is SQLAlchemy's own."""

    dialect: str
    engine: Engine

    def __init__(self, url: URL) -> None:
        self.url = url

    @abstractmethod
    def connect(self, *, reads: bool = False) -> AbstractAsyncContextManager[Connection]:
        """A transaction, which an error rolls back. One that `reads` alone waits for nobody."""

    @abstractmethod
    async def transact(self, work: Callable[[SyncConnection], _T]) -> _T:
        """What `work` gives in a transaction of its own that writes. One after the other."""

    @abstractmethod
    async def wipe(self, *, whole: bool) -> None:
        """Leaves nothing in SQLite's files of rows that were deleted or overwritten."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of all connections and threads."""


def database(url: URL) -> Database:
    """Raises `LedgerError` where it cannot be reached."""
    return Sqlite(url) if url.get_backend_name() == "sqlite" else Postgresql(url)


class _InThread:
    """`Connection`, with a thread that waits for it."""

    def __init__(self, connection: SyncConnection, thread: Thread) -> None:
        self._connection, self._thread = connection, thread

    async def execute(self, statement: Any, parameters: _Parameters = None, /) -> Any:
        return await self._thread.run(partial(_whole, self._connection, statement, parameters))

    async def scalar(self, statement: Any, parameters: _Parameters = None, /) -> Any:
        return await self._thread.run(partial(self._connection.scalar, statement, parameters))

    async def run_sync(self, work: Callable[..., _T], /, *arguments: Any) -> _T:
        return await self._thread.run(partial(work, self._connection, *arguments))


def _whole(connection: SyncConnection, statement: Any, parameters: _Parameters) -> Any:
    result = connection.execute(statement, parameters)
    return result.freeze()() if result.returns_rows else result


class Sqlite(Database):
    """Of those in this process that write, one is at it at a time; the others need not keep a thread waiting."""

    dialect = "sqlite"

    def __init__(self, url: URL, engine: Engine | None = None) -> None:
        super().__init__(url)
        self.engine = engine or engines.sqlite(url)
        self._writing = asyncio.Lock()
        self._reading = asyncio.Semaphore(_READERS)
        self._idle: list[Thread] = []
        self._writer = Thread("ledger writes")
        self._connection: SyncConnection | None = None  # of that thread

    @asynccontextmanager
    async def connect(self, *, reads: bool = False) -> AsyncIterator[Connection]:
        async with self._reading if reads else self._writing:
            thread, stack = self._idle.pop() if self._idle else Thread("ledger"), ExitStack()
            transaction = self.engine.execution_options(**{engines.READS: reads}).begin()
            try:
                yield _InThread(await thread.run(partial(stack.enter_context, transaction)), thread)
            except BaseException as error:
                await thread.run(partial(stack.__exit__, type(error), error, error.__traceback__))
                raise
            else:
                await thread.run(stack.close)
            finally:
                self._idle.append(thread)

    async def transact(self, work: Callable[[SyncConnection], _T]) -> _T:
        return await self._writer.run(partial(self._transact, work))

    def _transact(self, work: Callable[[SyncConnection], _T]) -> _T:
        if self._connection is None:
            self._connection = self.engine.execution_options(**{engines.ALONE: True}).connect()
        try:
            with engines.writing(self._connection):
                return work(self._connection)
        except BaseException:
            self._let_go()  # it may be of no use any more
            raise

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    async def wipe(self, *, whole: bool) -> None:
        async with self._writing:
            await self._writer.run(partial(self._wipe, whole=whole))

    def _wipe(self, *, whole: bool) -> None:
        self._let_go()
        engines.wipe(self.engine, whole=whole)

    async def close(self) -> None:
        await self._writer.run(self._let_go)
        for thread in (self._writer, *self._idle):
            await thread.end()
        self._idle.clear()
        self.engine.dispose()


class Postgresql(Database):
    """By asyncpg, in SQLAlchemy's asyncio extension. Whoever reads there waits for nobody anyway."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._engine = engines.postgresql(url)
        self.engine = self._engine.sync_engine

    @asynccontextmanager
    async def connect(self, *, reads: bool = False) -> AsyncIterator[Connection]:
        del reads
        async with self._engine.begin() as connection:
            yield cast("Connection", connection)

    async def transact(self, work: Callable[[SyncConnection], _T]) -> _T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def wipe(self, *, whole: bool) -> None:
        """Nothing: its own VACUUM sees to that."""

    async def close(self) -> None:
        await self._engine.dispose()
