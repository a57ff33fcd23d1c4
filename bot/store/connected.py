"""What all parts of the ledger have in common: one database, and how a transaction in it is begun."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from bot.store.database import Connection, Database
from bot.store.errors import as_ledger_errors

_T = TypeVar("_T")
_KEYS_AT_ONCE = 500  # SQLite takes 32,766 variables a statement, older builds 999 (https://www.sqlite.org/limits.html)


class Connected:
    """A part of the ledger. What it does raises `LedgerError` when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def _connect(self, *, reads: bool = False) -> AsyncIterator[Connection]:
        with as_ledger_errors(self._database.url):
            async with self._database.connect(reads=reads) as connection:
                yield connection

    def _insert(self, table: Table) -> Any:
        """Both have `ON CONFLICT`, each in its own dialect; PostgreSQL's is large, and most labs do without."""
        if self._database.dialect == "postgresql":
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415

            return postgresql.insert(table)
        return sqlite.insert(table)


def batches(keys: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The keys in parts, each with no more than a statement takes variables."""
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
