"""Statements that are executed for every message: for SQLite made into text once, and given to the driver itself.

SQLAlchemy takes longer over each of them than SQLite does.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

_DIALECT = sqlite.dialect(paramstyle="qmark")  # names are looked up anew for each row
Rows = Iterable[Mapping[str, Any]]
_Place = tuple[str, Callable[[Any, Any], Any] | None]
"""The parameter that stands there, and how its values are written."""


class Prepared:
    """An INSERT, or an UPDATE whose parameters are named, of a table. `columns`: which of it each parameter is for."""

    def __init__(self, statement: Any, table: Table, columns: Mapping[str, str]) -> None:
        self._statement, self._table = statement, table
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
        text, places = self._prepared
        driver_of(connection).executemany(text, (_in_place(row, places) for row in rows))

    def passed_over(self, connection: Connection, rows: Rows, name: str) -> set[Any]:
        """`execute`, of an INSERT that may leave what is there as it is. Gives the values of that column for which it
        did: mostly none, however many rows there are.
        """
        if connection.dialect.name != "sqlite":
            row_list = list(rows)
            returning = self._statement.returning(self._table.c[name])
            return {row[name] for row in row_list}.difference(connection.execute(returning, row_list).scalars())
        # No RETURNING: SQLite makes a temporary table for it each time, and takes three times as long.
        text, places = self._prepared
        execute = driver_of(connection).cursor().execute
        return {row[name] for row in rows if not execute(text, _in_place(row, places)).rowcount}

    @cached_property
    def _prepared(self) -> tuple[str, list[_Place]]:
        compiled = self._statement.compile(dialect=_DIALECT, column_keys=self._names)
        return str(compiled), [(name, self._written.get(name)) for name in compiled.positiontup]


def _in_place(row: Mapping[str, Any], places: Iterable[_Place]) -> list[Any]:
    return [written(row[name], _DIALECT) if written else row[name] for name, written in places]


def driver_of(connection: Connection) -> Any:
    """The driver's own connection."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # the connection is open
    return driver
