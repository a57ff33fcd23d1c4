"""Statements that are executed for every message: for SQLite made into text once, and given to the driver itself.

SQLAlchemy takes longer over each of them than SQLite does.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

_DIALECT = sqlite.dialect(paramstyle="named")
Rows = Iterable[Mapping[str, Any]]


class Prepared:
    """An INSERT, or an UPDATE whose parameters are named, of a table. `columns`: which of it each parameter is for."""

    def __init__(self, statement: Any, table: Table, columns: Mapping[str, str]) -> None:
        self._statement = statement
        self._names = list(columns)
        self._written = {
            name: kind.process_bind_param
            for name, column in columns.items()
            if isinstance(kind := table.c[column].type, TypeDecorator)
        }

    def execute(self, connection: Connection, rows: Rows) -> None:
        """Once for each of the rows, all of one transaction."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, list(rows))
            return
        _driver(connection).executemany(self._text, map(self._plain, rows))

    def passed_over(self, connection: Connection, rows: Rows, name: str) -> set[Any]:
        """`execute`, of a statement that returns what that parameter is for of each row that it changes. Gives the
        parameter of those of which nothing is returned: mostly none, however many there are.
        """
        if connection.dialect.name != "sqlite":
            row_list = list(rows)
            return {row[name] for row in row_list}.difference(connection.execute(self._statement, row_list).scalars())
        execute = _driver(connection).execute
        return {row[name] for row in rows if not execute(self._text, self._plain(row)).fetchall()}

    @cached_property
    def _text(self) -> str:
        return str(self._statement.compile(dialect=_DIALECT, column_keys=self._names))

    def _plain(self, row: Mapping[str, Any]) -> dict[str, Any]:
        plain = dict(row)
        for name, written in self._written.items():
            plain[name] = written(plain[name], _DIALECT)
        return plain


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # the connection is open
    return driver
