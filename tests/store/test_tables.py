"""Migrations, and databases that cannot be used."""

import asyncio
import os
import stat
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, make_url, text

from bot.audiences.follower import Follower, Preferences, SavedQuery
from bot.domain import snapshot
from bot.domain.edition import revised
from bot.domain.notice import State
from bot.domain.posting import Contact, Status
from bot.domain.revision import Revision
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import Destination
from bot.domain.version import Standing
from bot.planning.correcting import Outcome, corrections
from bot.planning.story import Subject
from bot.store import Ledger, LedgerError, SenderLock
from bot.store.errors import where
from bot.store.tables import HEAD, metadata
from tests.domain.build import channel, leads, posting
from tests.store.build import CREDENTIALS, NOON, make, message, notice


async def test_migrations_make_the_tables_that_the_code_knows(ledger):
    async with ledger._connect() as connection:
        await connection.run_sync(bring_back, "head")
        differences = await connection.run_sync(
            lambda found: compare_metadata(MigrationContext.configure(found, opts={"compare_type": True}), metadata)
        )
    assert differences == []


def tables(connection):
    """What a database says of its tables: columns with their types and defaults, indexes, constraints."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        found = {(name, *row[1:]) for name in names for row in connection.execute(text(f"PRAGMA table_info({name})"))}
        indexes = [(name, *row[1:]) for name in names for row in connection.execute(text(f"PRAGMA index_list({name})"))]
        for name, index, *rest in indexes:
            columns = connection.scalars(text(f"SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")).all()
            found.add((name, index, *rest, *columns))
        return found
    asked = (
        (
            "SELECT table_name, column_name, data_type, character_maximum_length, column_default, is_nullable"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ),
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0",
        "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    )
    return {tuple(row) for question in asked for row in connection.execute(text(question))}


async def test_a_new_database_is_as_if_it_had_been_migrated(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "alembic.command", None)  # Alembic takes long, and much memory
    monkeypatch.delattr("alembic.command")
    ledger = await Ledger.open(url)
    monkeypatch.undo()
    async with ledger._connect() as connection:
        made = await connection.run_sync(tables)
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        await connection.run_sync(bring_back, "head")
        migrated = await connection.run_sync(tables)
    assert made ^ migrated == set()
    assert len(made) > 100
    await ledger.close()


async def test_tables_of_somebody_else_are_never_taken_for_ours(url):
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    await ledger.close()
    with pytest.raises(LedgerError, match="already exists"):
        await Ledger.open(url)


def test_head_is_the_newest_migration():
    assert ScriptDirectory.from_config(migrations()).get_heads() == [HEAD]


async def test_several_may_open_a_fresh_database_at_once(url):
    ledgers = await asyncio.gather(*(Ledger.open(url) for _ in range(3)))
    assert await ledgers[0].begin(message(notice()), NOON)
    assert not await ledgers[1].begin(message(notice()), NOON)
    for one in ledgers:
        await one.close()


OLD = [
    ("lab/owl/announcement", "lab/owl/announcement", "announcement", None, "delivered", "7", None),
    ("lab/mouse/announcement", "lab/digest/0123", "announcement", None, "delivered", "8", None),
    ("lab/frog/reminder/7d/2027-06-01T21:59:59Z", "lab/digest/0123", "reminder", "7d", "delivered", "8", None),
    ("lab/newt/announcement", "lab/newt/announcement", "announcement", None, "refused", None, "kicked"),
    ("lab/toad/announcement", "lab/toad/announcement", "announcement", None, "in doubt", None, "no answer"),
]


def bring_back(connection, version="0001"):
    """Empties the database, and makes the tables of that version."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    upgrade(connection, version)


def upgrade(connection, version):
    """Makes the tables of that version out of those of an older one."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def migrations():
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config


async def test_what_was_delivered_before_there_were_corrections_is_kept_and_left_as_it_is(url):
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.run_sync(bring_back)
        for key, delivery, kind, lead, state, reference, reason in OLD:
            await connection.execute(
                text(
                    "INSERT INTO notices (key, delivery, channel, platform, posting, kind, lead, state, at, attempts,"
                    " reference, reason) VALUES (:key, :delivery, 'lab', 'console', :posting, :kind, :lead, :state,"
                    " '2027-05-02T12:00:00.000000Z', 1, :reference, :reason)"
                ),
                {
                    "key": key,
                    "delivery": delivery,
                    "posting": key.split("/")[1],
                    "kind": kind,
                    "lead": lead,
                    "state": state,
                    "reference": reference,
                    "reason": reason,
                },
            )
    await ledger.close()
    ledger = await Ledger.open(url)
    records = {record.key: record for record in await ledger.records()}
    assert records.keys() == {key for key, *_ in OLD}
    for key, delivery, kind, lead, state, reference, reason in OLD:
        one = records[key]
        assert (one.delivery, one.kind, one.lead, one.state) == (delivery, kind, lead, state)
        assert (one.reference, one.reason, one.at) == (reference, reason, NOON)
        assert (one.original, one.revision, one.told, one.before, one.place) == (key, 0, None, None, 0)
    owl = posting("owl", deadline="2027-06-10")
    subjects = {"owl": Subject(owl, Standing.FILLED)}
    story = await ledger.story(["owl"])
    outcome = corrections(subjects["owl"], channel(announce_closing=True), story["lab"], subjects, NOON)
    assert outcome == Outcome()
    assert not await ledger.begin(message(notice("owl")), NOON)
    await ledger.end("lab/toad/announcement", State.DUE_AGAIN, NOON)
    assert await ledger.begin(message(notice("toad")), NOON)
    [toad] = await ledger.records(postings=["toad"])
    assert toad.told == notice("toad").version(alone=True)
    await ledger.close()


async def test_people_of_what_was_over_before_are_taken_out_of_the_database(url, tmp_path):
    whole = {"contact": Contact("Ada Beispiel"), "supervisors": ("Boris Muster",), "summary": "With Boris Muster."}
    closed, still_open = posting("owl", **whole, status=Status.CLOSED), posting("mouse", **whole)
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.run_sync(bring_back, "0005")
        for one, now_called in ((closed, None), (still_open, None), (posting("bat", **whole), "mouse")):
            statement = text("INSERT INTO postings (id, data, now_called) VALUES (:id, :data, :now)")
            row = {"id": one.id, "data": snapshot.dump(one), "now": now_called}
            await connection.execute(statement, row)
        for one, gone_at in (
            (closed, None),
            (still_open, None),
            (posting("newt", **whole), "2027-05-02T12:00:00.000000Z"),
        ):
            statement = text(
                "INSERT INTO editions (name, data, sequence, published_at, updated_at, gone_at)"
                " VALUES (:id, :data, 1, '2027-05-02T12:00:00.000000Z', '2027-05-02T12:00:00.000000Z', :gone)"
            )
            row = {"id": one.id, "data": snapshot.dump(one), "gone": gone_at}
            await connection.execute(statement, row)
    await ledger.close()
    ledger = await Ledger.open(url)
    without_people = Revision(snapshot.bare(closed), snapshot.digest(closed))
    assert await ledger.remembered() == {"owl": without_people, "mouse": Revision(still_open)}
    editions = await ledger.editions()
    assert editions["owl"].posting == snapshot.bare(closed)
    assert editions["owl"].digest == snapshot.digest(closed)
    assert editions["newt"].posting == snapshot.bare(posting("newt", **whole))
    assert editions["mouse"].posting == still_open
    assert revised(editions, [closed, still_open], NOON) == []
    await ledger.let_go(["mouse"], NOON)
    await ledger.erase(["mouse"], NOON)
    await ledger.close()
    if url.startswith("sqlite"):
        assert not [path for path in tmp_path.iterdir() if b"Beispiel" in path.read_bytes()]


async def test_a_database_of_a_newer_version_is_refused_in_words(url):
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await ledger.close()
    with pytest.raises(LedgerError) as caught:
        await Ledger.open(url)
    said = f"was written by a newer Callboard (its tables are 9999, this one knows {HEAD}) and stays as it is: update"
    assert str(caught.value).startswith(f"the database {where(make_url(url))} {said} Callboard; or")


async def test_a_commit_in_sqlite_is_on_the_disk(sqlite_url):
    ledger = await Ledger.open(sqlite_url)
    async with ledger._connect() as connection:
        found = [await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]
    await ledger.close()


async def test_reading_waits_for_nobody_in_sqlite(sqlite_url):
    ledger = await Ledger.open(sqlite_url)
    async with ledger._connect() as writing:
        await writing.execute(text("DELETE FROM notices"))
        assert await asyncio.wait_for(ledger.records(), 20) == []
    await ledger.close()


async def trouble(url):
    with pytest.raises(LedgerError) as caught:
        await Ledger.open(url)
    said = str(caught.value)
    assert said.startswith("the database ")
    return said


async def test_a_folder_is_made_where_it_is_missing(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/not/yet/there.db")
    await ledger.close()


async def test_a_folder_is_no_database(tmp_path):
    assert f"sqlite {tmp_path} cannot be used: Is a directory" in await trouble(f"sqlite:///{tmp_path}")


async def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "notes.txt").write_text("This is no database. " * 100)
    assert "file is not a database" in await trouble(f"sqlite:///{tmp_path / 'notes.txt'}")


async def test_a_path_through_a_file(tmp_path):
    (tmp_path / "notes.txt").touch()
    url = f"sqlite:///{tmp_path / 'notes.txt' / 'callboard.db'}"
    await trouble(url)
    with pytest.raises(LedgerError, match="cannot be used"):
        await SenderLock(url, CREDENTIALS).take()


@pytest.fixture
def nobody():
    """Without root's rights: root may write everywhere."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield
    if is_root:
        os.seteuid(0)


@pytest.fixture
def read_only():
    """A folder with a ledger, in which nobody may write."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(make(f"sqlite:///{folder}/callboard.db"))
        for path in (*Path(folder).iterdir(), Path(folder)):
            path.chmod(path.stat().st_mode & ~0o222 | stat.S_IRUSR | 0o555)
        yield Path(folder)
        Path(folder).chmod(0o755)


def test_a_database_that_nobody_may_write(read_only, nobody):
    url = f"sqlite:///{read_only}/callboard.db"
    assert "cannot be used: Permission denied" in asyncio.run(trouble(url))
    with pytest.raises(LedgerError, match="Permission denied"):
        asyncio.run(SenderLock(url, CREDENTIALS).take())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://callboard:s3cret@127.0.0.1:1/lab",
        "postgresql://callboard:s3cret@127.0.0.1:99999/lab",
        "postgresql://callboard@127.0.0.1:1/lab?password=s3cret",
        "postgresql://callboard:s3cret@127.0.0.1:1/lab?no_such_option=1",
    ],
)
async def test_no_trouble_shows_the_password(url):
    assert "s3cret" not in await trouble(url)
    with pytest.raises(LedgerError) as caught:
        await SenderLock(url, CREDENTIALS).take()
    assert "s3cret" not in str(caught.value)


async def test_postgresql_without_such_a_database(postgresql_url):
    assert 'database "none" does not exist' in await trouble(postgresql_url.rpartition("/")[0] + "/none")


async def test_connections_that_postgresql_closed_are_made_again(postgresql_url):
    ledger = await Ledger.open(postgresql_url)
    await close_connections(postgresql_url)
    assert await ledger.begin(message(notice()), NOON)
    await ledger.end(notice().key, State.DELIVERED, NOON)
    await ledger.close()


async def close_connections(url):
    """As a restart of PostgreSQL does."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await connection.close()


async def test_a_password_with_an_at_sign_that_is_not_escaped_stays_secret():
    said = await trouble("postgresql://u:LEAK@ME@127.0.0.1:1/d")
    assert "LEAK" not in said
    assert "ME" not in said
    assert "127.0.0.1" in said


async def test_a_message_is_found_by_its_reference_without_a_look_at_every_row(sqlite_url):
    ledger = await Ledger.open(sqlite_url)
    plans = []

    @event.listens_for(ledger._database.engine, "before_cursor_execute")
    def explain(connection, cursor, statement, parameters, *_):
        if "reference" in statement and not statement.startswith("EXPLAIN"):
            plans.extend(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())

    assert not await ledger.has_sent("telegram", "-100/7")
    assert ["notices_by_reference" in plan.detail for plan in plans] == [True]
    await ledger.close()


async def test_what_a_channel_was_told_is_found_without_a_look_at_every_row(sqlite_url):
    ledger = await Ledger.open(sqlite_url)
    plans = []

    @event.listens_for(ledger._database.engine, "before_cursor_execute")
    def explain(connection, cursor, statement, parameters, *_):
        if "channel" in statement and not statement.startswith("EXPLAIN"):
            plans.extend(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())

    assert not await ledger.records(channels=["lab"])
    assert not await ledger.has_spoken("lab", datetime.now(UTC))
    assert await ledger.digests.newest("lab") is None
    looks = [plan.detail for plan in plans if plan.detail.startswith(("SEARCH", "SCAN"))]
    assert ["USING INDEX notices_by_channel" in look for look in looks] == [True] * 3
    await ledger.close()


async def test_who_followed_before_there_were_several_queries_goes_on_as_before(url):
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.run_sync(bring_back, "0010")
        settings = '{"timezone": "UTC", "remind_at": "09:00", "reminders": "7d 2h", "language": "de"}'
        await connection.execute(
            text(
                "INSERT INTO followers (name, platform, address, query, settings, since, number) VALUES"
                " ('telegram:4711', 'telegram', '4711', 'phd owls', :settings, '2027-05-02T12:00:00.000000Z', 7)"
            ),
            {"settings": settings},
        )
    await ledger.close()
    ledger = await Ledger.open(url)
    [known] = await ledger.followers.every()
    assert known.queries == (SavedQuery("phd owls", NOON),)
    assert known.preferences == Preferences("de", "UTC", leads("7d 2h"))
    assert (known.reminders, known.blocked_at) == ({}, None)
    await ledger.close()


async def test_how_somebody_wants_to_hear_is_kept_as_they_said_it(url):
    ledger = await Ledger.open(url)
    night, weekly = QuietHours.parse("22:00-08:00"), DigestTimes.parse("weekly mon 09:00")
    for own in (Preferences("de", "UTC", leads("7d"), night, weekly), Preferences(None, None, (), Off.OFF, Off.OFF)):
        await ledger.followers.put([Follower("telegram:4711", Destination("telegram", "4711"), preferences=own)])
        known = await ledger.followers.get("telegram:4711")
        assert known is not None
        assert known.preferences == own
    await ledger.close()
