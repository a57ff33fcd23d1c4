"""The whole database as a file, and back: on both databases."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from bot.domain.notice import State
from bot.store import Ledger, LedgerError, backup
from bot.store.backup import BackupError, back_up, restore
from bot.store.database import database
from bot.store.restorations import Restoration
from bot.store.tables import HEAD
from tests.domain.build import instant
from tests.store.build import message, notice
from tests.store.conftest import binaries

NOW = instant("2027-04-01 08:00")
LATER = instant("2027-04-02 08:00")


@pytest.fixture(autouse=True)
def client_programs(monkeypatch):
    """Those of the server that the tests start; whoever has none tries SQLite alone."""
    if folder := binaries():
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


async def said(url, *names, at=NOW):
    """Announcements that were delivered."""
    ledger = await Ledger.open(url)
    for name in names:
        dispatch = message(notice(name))
        assert await ledger.begin(dispatch, at)
        await ledger.end(dispatch.key, "delivered", at, reference=f"1/{name}", since=at)
    await ledger.close()


async def known(url):
    ledger = await Ledger.open(url)
    records = await ledger.records()
    await ledger.close()
    return sorted(record.posting for record in records)


async def test_what_was_written_is_put_back_whole(copied_url, tmp_path):
    await said(copied_url, "owls", "bats")
    back_up(copied_url, tmp_path / "backup")
    await said(copied_url, "whales")
    restore(copied_url, tmp_path / "backup", LATER)
    assert await known(copied_url) == ["bats", "owls"]


async def test_a_backup_is_for_this_account_alone_and_one_file(copied_url, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    before = os.umask(0)
    try:
        back_up(copied_url, folder / "backup")
        back_up(copied_url, folder / "backup")
    finally:
        os.umask(before)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_while_somebody_writes_it_has_what_stood_at_one_instant(copied_url, tmp_path):
    ledger = await Ledger.open(copied_url)
    dispatch = message(notice("owls"))
    await ledger.begin(dispatch, NOW)
    back_up(copied_url, tmp_path / "backup")
    await ledger.end(dispatch.key, "delivered", NOW, reference="1/2", since=NOW)
    await ledger.close()
    restore(copied_url, tmp_path / "backup", LATER)
    ledger = await Ledger.open(copied_url)
    [record] = await ledger.records()
    await ledger.close()
    assert record.state is State.ON_THE_WIRE


async def test_a_database_in_use_is_refused(copied_url, tmp_path):
    back_up(copied_url, tmp_path / "backup")
    ledger = await Ledger.open(copied_url)
    await ledger.records()
    with pytest.raises(LedgerError, match="uses the database; stop it, then restore"):
        restore(copied_url, tmp_path / "backup", LATER)
    await ledger.close()
    restore(copied_url, tmp_path / "backup", LATER)


async def test_one_of_a_newer_program_is_refused_and_nothing_is_touched(copied_url, tmp_path):
    await said(copied_url, "owls")
    await set_version(copied_url, "9999")
    back_up(copied_url, tmp_path / "backup")
    await set_version(copied_url, HEAD)
    await said(copied_url, "bats")
    with pytest.raises(BackupError, match="was made by a newer Callboard; update this one"):
        restore(copied_url, tmp_path / "backup", LATER)
    assert await known(copied_url) == ["bats", "owls"]


async def set_version(url, version):
    opened = database(make_url(url))
    async with opened.connect() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    await opened.close()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "is no backup of "),
        (b"title: Owls\n", "is no backup of "),
    ],
)
async def test_any_other_file_is_refused(copied_url, tmp_path, content, why):
    await said(copied_url, "owls")
    file = tmp_path / "other"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupError, match=why):
        restore(copied_url, file, LATER)
    assert await known(copied_url) == ["owls"]


async def test_a_damaged_one_is_refused(copied_url, tmp_path):
    await said(copied_url, *(f"owls-{number}" for number in range(50)))
    file = tmp_path / "backup"
    back_up(copied_url, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupError):
        restore(copied_url, file, LATER)
    assert len(await known(copied_url)) == 50


async def test_a_database_of_something_else_is_refused(sqlite_url, tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE notices (id)")
        opened.commit()
    with pytest.raises(BackupError, match="is no database of Callboard's"):
        restore(sqlite_url, file, LATER)


async def test_a_backup_of_the_other_database_is_refused_in_words(sqlite_url, postgresql_url, tmp_path):
    await said(sqlite_url, "owls")
    await said(postgresql_url, "owls")
    back_up(sqlite_url, tmp_path / "sqlite")
    back_up(postgresql_url, tmp_path / "postgresql")
    with pytest.raises(BackupError, match="but of PostgreSQL: name that database in the config"):
        restore(sqlite_url, tmp_path / "postgresql", LATER)
    with pytest.raises(BackupError, match="but of SQLite: name that database in the config"):
        restore(postgresql_url, tmp_path / "sqlite", LATER)


async def test_a_backup_that_cannot_be_written_leaves_the_old_one(copied_url, tmp_path, monkeypatch):
    file = tmp_path / "backup"
    back_up(copied_url, file)
    old = file.read_bytes()
    await said(copied_url, "owls")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(BackupError, match="cannot be written: No space left on device"):
        back_up(copied_url, file)
    assert file.read_bytes() == old
    assert sorted(path.name for path in tmp_path.glob(".backup*")) == []


@pytest.mark.parametrize("content", [b"platforms: {}\n", b"SQLite format 3\0 and more", b"PGDMP of something else"])
async def test_a_file_that_is_no_backup_is_not_replaced(copied_url, tmp_path, content):
    file = tmp_path / "config.yaml"
    file.write_bytes(content)
    with pytest.raises(BackupError, match=r"config.yaml is there, .*; name another file, or delete this one"):
        back_up(copied_url, file)
    assert file.read_bytes() == content


async def test_an_earlier_backup_and_an_empty_file_are_replaced(copied_url, tmp_path):
    file = tmp_path / "backup"
    file.touch()
    back_up(copied_url, file)
    await said(copied_url, "owls")
    back_up(copied_url, file)
    restore(copied_url, file, LATER)
    assert await known(copied_url) == ["owls"]


async def test_neither_the_database_of_another_bot_nor_of_another_program_is_replaced(sqlite_url, tmp_path):
    await said(sqlite_url, "owls")
    await said(f"sqlite:///{tmp_path}/another.db", "bats")
    with pytest.raises(BackupError, match="is a database that a bot uses, and no backup"):
        back_up(sqlite_url, tmp_path / "another.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as opened:
        opened.execute("CREATE TABLE notices (id)")
    with pytest.raises(BackupError, match="is there, and is no backup"):
        back_up(sqlite_url, tmp_path / "other.db")


async def test_by_their_names_git_leaves_out_what_a_kill_leaves_and_the_next_restoration_removes_it(
    sqlite_url, tmp_path, monkeypatch
):
    await said(sqlite_url, "owls")
    database = Path(make_url(sqlite_url).database)
    passing = []
    copy = backup._copy

    def seen(source, target):
        passing.extend(path.name for path in (*tmp_path.glob(".lab.*"), *database.parent.glob("*-restoring-*")))
        copy(source, target)

    monkeypatch.setattr(backup, "_copy", seen)
    back_up(sqlite_url, tmp_path / "lab")
    left = database.with_name(f"{database.name}-restoring-killed")
    left.mkdir()
    (left / "backup.db").write_text("people")
    restore(sqlite_url, tmp_path / "lab", LATER)
    of_backup, of_restoration = passing
    assert of_backup.endswith(".backup")
    assert of_restoration.startswith(f"{database.name}-")
    assert sorted(path.name for path in database.parent.glob("*-restoring-*")) == []


async def test_the_database_itself_is_no_place_for_its_backup(sqlite_url):
    await said(sqlite_url, "owls")
    with pytest.raises(BackupError, match="is the database itself"):
        back_up(sqlite_url, Path(make_url(sqlite_url).database))
    assert await known(sqlite_url) == ["owls"]


def test_there_is_nothing_to_write_before_the_first_start(sqlite_url, tmp_path):
    with pytest.raises(LedgerError, match="nothing has been announced with this config"):
        back_up(sqlite_url, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


async def test_what_was_there_before_is_nowhere_in_the_file_afterwards(sqlite_url, tmp_path):
    await said(sqlite_url, "owls")
    back_up(sqlite_url, tmp_path / "backup")
    await said(sqlite_url, *(f"whales-{number}" for number in range(200)))
    restore(sqlite_url, tmp_path / "backup", LATER)
    database = Path(make_url(sqlite_url).database)
    assert not any(b"whales" in path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


async def test_of_a_restored_backup_it_is_known_until_when_it_knows(copied_url):
    await said(copied_url, "owls")
    ledger = await Ledger.open(copied_url)
    assert await ledger.restorations.last() is None
    restoration = await ledger.restorations.add(LATER)
    assert (restoration.at, restoration.as_of) == (LATER, NOW)
    assert await ledger.restorations.last() == restoration
    await ledger.close()


async def test_of_a_backup_in_which_nothing_was_said_no_such_instant_is_known(copied_url):
    ledger = await Ledger.open(copied_url)
    assert not (await ledger.restorations.add(LATER)).has_something_said
    await ledger.close()
    await said(copied_url, "owls")
    ledger = await Ledger.open(copied_url)
    assert (await ledger.restorations.add(LATER)).has_something_said
    await ledger.close()


async def test_a_kill_after_a_restore_leaves_that_known_for_it_is_noted_in_the_same_step(copied_url, tmp_path):
    await said(copied_url, "owls")
    back_up(copied_url, tmp_path / "backup")
    await said(copied_url, "bats", at=LATER)
    restore(copied_url, tmp_path / "backup", LATER)
    ledger = await Ledger.open(copied_url)
    assert await ledger.restorations.last() == Restoration(LATER, NOW)
    await ledger.close()


async def test_one_of_before_there_were_notes_is_put_back_without(sqlite_url, tmp_path):
    await said(sqlite_url, "owls")
    back_up(sqlite_url, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as backup, backup:
        backup.execute("DROP TABLE restorations")
    restore(sqlite_url, tmp_path / "backup", LATER)
    database = make_url(sqlite_url).database
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT count(*) FROM notices").fetchone() == (1,)


async def test_a_password_stands_in_no_error(postgresql_url, tmp_path):
    url = make_url(postgresql_url).set(password="s3cret", port=1).render_as_string(hide_password=False)
    with pytest.raises(BackupError) as caught:
        back_up(url, tmp_path / "backup")
    assert "s3cret" not in str(caught.value)
