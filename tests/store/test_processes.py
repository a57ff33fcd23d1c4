"""Two processes on one database."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from bot.domain.notice import State
from bot.store import Ledger, LedgerError, SenderLock
from tests.store.build import CREDENTIALS, NOON, message, notice, notices
from tests.store.test_tables import close_connections

ROOT = Path(__file__).parents[2]


class Other:
    """Another process."""

    def __init__(self, process):
        self.process = process

    async def says(self):
        return json.loads(await asyncio.wait_for(self.process.stdout.readline(), 30))

    def go_on(self):
        self.process.stdin.write(b"\n")


@asynccontextmanager
async def other(*words):
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.store.program", *words)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
    try:
        yield Other(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def test_two_processes_claim_each_key_once(url):
    async with other("claim", url, "1") as first, other("claim", url, "2") as second:
        assert [await first.says(), await second.says()] == ["ready", "ready"]
        first.go_on()
        second.go_on()
        won = [set(await first.says()), set(await second.says())]
    keys = {one.key for one in notices(200)}
    assert won[0] | won[1] == keys
    assert not won[0] & won[1]
    ledger = await Ledger.open(url)
    written = {record.key: (record.at - NOON).seconds for record in await ledger.records()}
    await ledger.close()
    assert written == {key: 1 if key in won[0] else 2 for key in keys}


async def taken_within(lock, seconds):
    end = asyncio.get_running_loop().time() + seconds
    while not await lock.take():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def test_one_process_sends_and_kill_9_frees_its_lock(url):
    lock = SenderLock(url, CREDENTIALS)
    async with other("hold", url) as holder:
        assert await holder.says() is True
        assert not await lock.take()
        holder.process.kill()
        await holder.process.wait()
        assert await taken_within(lock, 2)
    await lock.release()


async def test_release_frees_the_lock_for_another_process(url):
    lock = SenderLock(url, CREDENTIALS)
    async with other("hold", url) as holder:
        assert await holder.says() is True
        holder.go_on()
        assert await holder.says() == "released"
        assert await taken_within(lock, 2)
        assert await lock.take()  # and it is kept
    async with other("hold", url) as late:
        assert await late.says() is False
    await lock.release()
    again = SenderLock(url, CREDENTIALS)
    assert await again.take()
    await again.release()


async def test_release_of_what_is_not_held_is_no_trouble(url):
    await SenderLock(url, CREDENTIALS).release()


async def test_a_lock_that_postgresql_let_go_is_noticed(postgresql_url):
    first, second = SenderLock(postgresql_url, CREDENTIALS), SenderLock(postgresql_url, CREDENTIALS)
    assert await first.take()
    assert not await second.take()
    await close_connections(postgresql_url)
    assert await second.take()
    assert not await first.take()
    await close_connections(postgresql_url)
    await second.release()
    assert await first.take()
    await first.release()


@pytest.mark.parametrize("name", ["callboard.db", "with space & ümlaut.db"])
async def test_the_lock_of_a_file_lies_beside_it(tmp_path, name):
    lock = SenderLock(f"sqlite:///{tmp_path / 'folder' / name}", CREDENTIALS)
    assert await lock.take()
    assert (tmp_path / "folder" / f"{name}.lock").exists()
    await lock.release()


# --- Several credentials, and the fence


async def test_in_postgresql_each_credential_has_a_sender_of_its_own(postgresql_url):
    both = SenderLock(postgresql_url, {"telegram": "bot 1", "slack": "team 1"})
    assert await both.take() == {"telegram", "slack"}
    others = SenderLock(postgresql_url, {"chat": "bot 1", "slack": "team 2"})  # its own name for the same bot
    assert await others.take() == {"slack"}
    await both.release()
    assert await others.take() == {"chat", "slack"}
    assert await both.take() == {"slack"}
    await others.release()
    assert await both.take() == {"telegram", "slack"}
    await both.release()


async def test_two_platforms_with_one_credential_are_one_sender(postgresql_url):
    lock = SenderLock(postgresql_url, {"telegram": "bot 1", "telegram-2": "bot 1"})
    assert await lock.take() == {"telegram", "telegram-2"}
    assert await lock.take() == {"telegram", "telegram-2"}
    await lock.release()


async def test_beside_a_file_one_process_sends_for_all_credentials(sqlite_url):
    first = SenderLock(sqlite_url, {"telegram": "bot 1"})
    second = SenderLock(sqlite_url, {"slack": "team 1"})
    assert await first.take() == {"telegram"}
    assert await second.take() == frozenset()
    await first.release()
    assert await second.take() == {"slack"}
    await second.release()


async def cut_off(lock, url):
    """Ends the session that holds a lock, and waits until it has ended."""
    connection = await asyncpg.connect(url)
    mine = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32) | objid::bigint = $1"
    pid = await connection.fetchval(mine, lock._mark)
    assert await connection.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    await connection.close()


async def test_who_was_cut_off_from_its_lock_puts_nothing_on_the_wire(postgresql_url):
    lock = SenderLock(postgresql_url, CREDENTIALS)
    ledger = await Ledger.open(postgresql_url)
    ledger.verify = lock.verify
    first, second = notices(2)
    with pytest.raises(LedgerError, match="cut off"):  # not taken yet
        await ledger.begin(message(first), NOON)
    assert await lock.take()
    assert await ledger.begin(message(first), NOON)
    await cut_off(lock, postgresql_url)
    with pytest.raises(LedgerError, match="another callboard may send now"):
        await ledger.begin(message(second), NOON)
    await ledger.end(first.key, State.DELIVERED, NOON, reference="1")  # what has left may be written down
    assert {record.key: record.state for record in await ledger.records()} == {first.key: State.DELIVERED}
    session = lock.session
    assert await lock.take()
    assert lock.session == session + 1  # for whoever wants to know that others may have sent
    assert await lock.take()
    assert lock.session == session + 1
    assert await ledger.begin(message(second), NOON)
    await lock.release()
    await ledger.close()


async def test_who_lost_its_lock_to_another_puts_nothing_on_the_wire(postgresql_url):
    first, second = SenderLock(postgresql_url, CREDENTIALS), SenderLock(postgresql_url, CREDENTIALS)
    ledger = await Ledger.open(postgresql_url)
    ledger.verify = first.verify
    assert await first.take()
    await cut_off(first, postgresql_url)
    assert await second.take()
    with pytest.raises(LedgerError, match="another callboard may send now"):
        await ledger.begin(message(notices(1)[0]), NOON)
    assert not await first.take()
    with pytest.raises(LedgerError, match="another callboard may send now"):
        await ledger.begin(message(notices(1)[0]), NOON)
    await second.release()
    assert await first.take()
    assert await ledger.begin(message(notices(1)[0]), NOON)
    await first.release()
    await ledger.close()


async def test_who_falls_asleep_in_the_midst_of_writing_holds_up_nobody(postgresql_url, monkeypatch):
    monkeypatch.setattr("bot.store.engine.ASLEEP", 1)
    sleeper, second = await Ledger.open(postgresql_url), await Ledger.open(postgresql_url)
    assert await sleeper.begin(message(notice()), NOON)

    async def fall_asleep(*_):
        async with sleeper._connect() as connection:
            await connection.execute(text("UPDATE notices SET at = at"))
            assert await second.mark_wire_in_doubt(["console"]) == 1

    with pytest.raises(LedgerError, match="cannot be used"):
        await asyncio.wait_for(fall_asleep(), 10)
    assert [record.state for record in await second.records()] == [State.IN_DOUBT]
    await sleeper.end(notice().key, State.DELIVERED, NOON, reference="1")  # awake again
    assert [record.state for record in await sleeper.records()] == [State.DELIVERED]
    for one in (sleeper, second):
        await one.close()


async def test_a_lock_for_one_platform_is_none_for_another(postgresql_url):
    lock = SenderLock(postgresql_url, {"console": "a", "fake": "b"})
    other = SenderLock(postgresql_url, {"fake": "b"})
    ledger = await Ledger.open(postgresql_url)
    ledger.verify = lock.verify
    assert await other.take() == {"fake"}
    assert await lock.take() == {"console"}
    assert await ledger.begin(message(notice()), NOON)
    with pytest.raises(LedgerError, match="cut off"):
        await ledger.begin(message(notice(where="chat", platform="fake")), NOON)
    for one in (lock, other):
        await one.release()
    await ledger.close()


async def test_beside_a_file_the_fence_is_the_lock_itself(sqlite_url):
    lock = SenderLock(sqlite_url, CREDENTIALS)
    ledger = await Ledger.open(sqlite_url)
    ledger.verify = lock.verify
    assert await lock.take()
    assert await ledger.begin(message(notice()), NOON)
    await lock.release()
    await ledger.close()
