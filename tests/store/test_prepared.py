"""Statements that are executed for every message."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, event, literal_column, select
from sqlalchemy.dialects import sqlite

from bot.store import Ledger
from bot.store.prepared import Prepared
from bot.store.tables import InstantText
from tests.store.build import NOON, message, notice

LETTERS = Table("letters", MetaData(), Column("key", Text, primary_key=True), Column("at", InstantText))
ONE = NOON + timedelta(hours=1)


@pytest.fixture
def connection():
    with create_engine("sqlite://").begin() as connection:
        LETTERS.create(connection)
        yield connection


@pytest.fixture
def upsert():
    """Writes letters down, but leaves what is of one o'clock."""
    statement = sqlite.insert(LETTERS)
    upsert = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"at": statement.excluded.at},
        where=LETTERS.c.at != literal_column(f"'{InstantText().process_bind_param(ONE, None)}'"),
    )
    return Prepared(upsert, LETTERS, {"at": "at", "key": "key"})


def test_of_many_rows_those_that_are_left_as_they_are_are_named(connection, upsert):
    assert upsert.passed_over(connection, [{"key": "a", "at": NOON}, {"key": "b", "at": ONE}], "key") == set()
    assert upsert.passed_over(connection, [{"key": key, "at": ONE} for key in "abc"], "key") == {"b"}
    assert {row.key: row.at for row in connection.execute(select(LETTERS))} == dict.fromkeys("abc", ONE)


async def test_sqlite_makes_no_temporary_table_for_a_message(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path / 'callboard.db'}")
    texts: list[str] = []
    event.listen(ledger._database.engine, "checkout", lambda driver, *_: driver.set_trace_callback(texts.append))
    assert await ledger.begin(message(notice()), NOON)
    await ledger.close()
    with sqlite3.connect(tmp_path / "callboard.db") as connection:
        steps = {
            step for text in texts if text[:6] == "INSERT" for _, step, *_ in connection.execute(f"EXPLAIN {text}")
        }
    assert "IdxInsert" in steps
    assert "OpenEphemeral" not in steps
