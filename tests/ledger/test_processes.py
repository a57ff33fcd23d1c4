"""Two processes on one database."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.ledger import Ledger, SenderLock
from tests.ledger.build import notices
from tests.ledger.test_tables import close_connections

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
    command = (sys.executable, "-m", "tests.ledger.program", *words)
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
    written = {record.key: record.delivery[-1] for record in await ledger.records()}
    await ledger.close()
    assert written == {key: "1" if key in won[0] else "2" for key in keys}


async def taken_within(lock, seconds):
    end = asyncio.get_running_loop().time() + seconds
    while not await lock.take():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def test_one_process_sends_and_kill_9_frees_its_lock(url):
    lock = SenderLock(url)
    async with other("hold", url) as holder:
        assert await holder.says() is True
        assert not await lock.take()
        holder.process.kill()
        await holder.process.wait()
        assert await taken_within(lock, 2)
    await lock.release()


async def test_release_frees_the_lock_for_another_process(url):
    lock = SenderLock(url)
    async with other("hold", url) as holder:
        assert await holder.says() is True
        holder.go_on()
        assert await holder.says() == "released"
        assert await taken_within(lock, 2)
        assert await lock.take()  # and it is kept
    async with other("hold", url) as late:
        assert await late.says() is False
    await lock.release()
    again = SenderLock(url)
    assert await again.take()
    await again.release()


async def test_release_of_what_is_not_held_is_no_trouble(url):
    await SenderLock(url).release()


async def test_a_lock_that_postgresql_let_go_is_noticed(postgresql_url):
    first, second = SenderLock(postgresql_url), SenderLock(postgresql_url)
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
    lock = SenderLock(f"sqlite:///{tmp_path / 'folder' / name}")
    assert await lock.take()
    assert (tmp_path / "folder" / f"{name}.lock").exists()
    await lock.release()
