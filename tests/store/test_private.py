"""What the ledger and the chat in the browser keep is for one account alone, and nobody else can lock it."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bot.files.private import keep_private, make_private
from bot.platforms.web.messages import MessageFile
from bot.store import Ledger, LedgerError, SenderLock, engine
from tests.store.build import CREDENTIALS, NOON, message, notice

POST = {"id": "1", "channel": "a", "at": datetime(2027, 5, 2, tzinfo=UTC).isoformat()}


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder):
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in Path(folder).iterdir()}


async def test_whatever_the_umask_says_nobody_else_can_open_what_the_ledger_makes(tmp_path, umask):
    url = f"sqlite:///{tmp_path / 'callboard.db'}"
    ledger = await Ledger.open(url)
    lock = SenderLock(url, CREDENTIALS)
    assert await lock.take()
    assert await ledger.begin(message(notice()), NOON)
    kept = MessageFile(tmp_path / "callboard.db.web.jsonl")
    kept.put(POST)
    names = {f"callboard.db{ending}" for ending in ("", "-wal", "-shm", ".lock", ".web.jsonl")}
    assert modes(tmp_path) == dict.fromkeys(names, "0o600")
    kept.put({**POST, "id": "2"})
    kept.remove("2")
    assert modes(tmp_path) == dict.fromkeys(names, "0o600")
    await lock.release()
    await ledger.close()


async def test_what_is_there_from_before_is_closed_to_others_at_the_next_start(tmp_path):
    url = f"sqlite:///{tmp_path / 'callboard.db'}"
    names = ("callboard.db", "callboard.db.lock", "callboard.db.web.jsonl")
    first = await Ledger.open(url)
    for name in names[1:]:
        (tmp_path / name).touch()
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    ledger = await Ledger.open(url)
    lock = SenderLock(url, CREDENTIALS)
    await lock.take()
    kept = MessageFile(tmp_path / names[2])
    assert modes(tmp_path)[names[2]] == "0o600"  # before anybody reads what is there
    assert kept.posts == {}
    assert set(modes(tmp_path).values()) == {"0o600"}
    await lock.release()
    await ledger.close()
    await first.close()


def test_what_is_somebody_elses_and_what_is_a_link_stays(tmp_path, monkeypatch):
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    for path in (theirs, mine):
        path.touch()
        path.chmod(0o644)
    (tmp_path / "link").symlink_to(mine)
    keep_private(tmp_path / "link")
    keep_private(tmp_path / "nothing")
    assert modes(tmp_path)["mine"] == "0o644"
    monkeypatch.setattr(os, "geteuid", lambda: theirs.stat().st_uid + 1)
    make_private(theirs)
    assert modes(tmp_path)["theirs"] == "0o644"


# --- PostgreSQL: any role may take an advisory lock


@pytest.fixture
async def squatter(postgresql_url):
    """A role with no rights but to connect, and a session of it."""
    admin = await asyncpg.connect(postgresql_url)
    if not await admin.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = 'squatter'"):
        await admin.execute("CREATE ROLE squatter LOGIN")
    await admin.close()
    theirs = postgresql_url.replace("callboard@", "squatter@")
    session = await asyncpg.connect(theirs, server_settings={"application_name": "psql"})
    yield session
    await session.close()


async def test_a_role_that_takes_the_senders_lock_is_named(postgresql_url, squatter):
    await (await Ledger.open(postgresql_url)).close()
    lock = SenderLock(postgresql_url, CREDENTIALS)
    for key in lock._keys.values():
        await squatter.execute("SELECT pg_advisory_lock($1)", key)
    assert await lock.take() == frozenset()
    assert lock.stranger == f"the role squatter with psql, session {squatter.get_server_pid()},"
    await squatter.execute("SELECT pg_advisory_unlock_all()")
    assert await lock.take() == frozenset(CREDENTIALS)
    assert lock.stranger is None
    other = SenderLock(postgresql_url, CREDENTIALS)
    assert await other.take() == frozenset()
    assert other.stranger is None, "another Callboard is none"
    await other.release()
    await lock.release()


async def test_a_role_that_takes_the_lock_of_the_tables_holds_nobody_up_for_long(postgresql_url, squatter, monkeypatch):
    monkeypatch.setattr(engine, "LOCKED", 1.0)
    await squatter.execute("SELECT pg_advisory_lock($1)", engine._ADVISORY_KEY)
    with pytest.raises(LedgerError, match=r"the role squatter with psql, session [0-9]+, holds the lock under which"):
        await Ledger.open(postgresql_url)
    await squatter.execute("SELECT pg_advisory_unlock_all()")
    ledger = await Ledger.open(postgresql_url)
    assert await ledger.records() == []
    await ledger.close()
