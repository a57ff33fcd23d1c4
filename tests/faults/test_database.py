"""Faults of the database: what cannot be written down is not sent."""

import asyncio
import os
import sqlite3
import subprocess
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import bot as app
from bot.domain.notice import State
from bot.store import LedgerError, SenderLock
from bot.store import engine as ledgers
from tests.faults.build import SECOND, TELEGRAM, telegram_at
from tests.ports import free_port
from tests.store.conftest import binaries, unprivileged

fault = pytest.mark.fault
AGAIN = "nothing is sent|tried again in"


@pytest.fixture(autouse=True)
def rounds_follow_soon(monkeypatch):
    monkeypatch.setattr(app, "HEARTBEAT", timedelta(seconds=0.3))
    monkeypatch.setattr(ledgers, "_PATIENCE", 0.3)


def errors(world):
    return [line for line in world.lines() if line.startswith("ERROR")]


@fault("the disk is full")
async def test_a_full_disk(world, monkeypatch):
    full = False
    begin = ledgers._begin

    def begin_on_a_full_disk(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if full else 2**30}")  # 1: as large as it is now
        begin(connection)

    monkeypatch.setattr(ledgers, "_begin", begin_on_a_full_disk)
    await world.run()
    full = True
    world.post("owls", description="Owls at night. " * 500)
    await world.says("ERROR .*callboard.db cannot be used: database or disk is full; tried again in")
    await asyncio.sleep(0.7)
    assert (world.telegram.sent, await world.records()) == ([], [])
    world.telegram.add_user(7, "Ada", language_code="en")
    world.telegram.say(7, "/positions")
    await world.until(lambda: world.telegram.sent)
    assert "Owls" in world.telegram.sent.pop().text, "it goes on answering"
    full = False
    await world.until(lambda: world.telegram.sent)
    await world.says("delivered announcement of owls")
    assert ((await world.record()).state, len(world.telegram.sent)) == (State.DELIVERED, 1)


@fault("another program keeps the database locked for longer than half a minute")
async def test_a_locked_database(world):
    await world.run()
    with sqlite3.connect(world.database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        world.post("owls")
        await world.says("ERROR .*callboard.db cannot be used: database is locked; tried again in")
        await asyncio.sleep(0.5)
        assert (world.telegram.sent, other.execute("SELECT * FROM notices").fetchall()) == ([], [])
        other.execute("ROLLBACK")
    await world.until(lambda: world.telegram.sent)
    await world.says("delivered announcement of owls")
    assert ((await world.record()).state, len(world.telegram.sent)) == (State.DELIVERED, 1)


@fault("the database is locked between sending and writing down what became of it")
async def test_a_database_that_is_locked_after_sending(world):
    world.configure(TELEGRAM, telegram_at(SECOND, "second"))
    await world.run()
    other = sqlite3.connect(world.database, isolation_level=None)
    send = world.telegram._send_message

    def lock_and_send(params):
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")
        return send(params)

    world.telegram._send_message = lock_and_send
    world.post("owls")
    await world.says("ERROR .*database is locked; nothing is sent until it can be used again")
    world.telegram._send_message = send
    count = len(world.telegram.sent)
    world.post("mice")
    await asyncio.sleep(0.5)
    assert len(world.telegram.sent) == count
    other.execute("ROLLBACK")
    other.close()
    await world.until(lambda: len(world.telegram.sent) == 4)
    await world.until(lambda: sum("delivered announcement" in line for line in world.lines(0)) == 4)
    assert {one.state for one in await world.records()} == {State.DELIVERED}
    assert sorted(world.shown()) == sorted(world.shown(SECOND)) == ["mice", "owls"]


@fault("the database is lost")
async def test_a_database_that_is_lost(world):
    await world.announce()
    world.post("mice", status="filled")
    await world.stop()
    world.database.unlink()
    await world.go()
    assert world.shown() == ["owls", "owls"]
    assert [(one.posting, one.state) for one in await world.records()] == [("owls", State.DELIVERED)]
    world.said()


class Server:
    """A PostgreSQL of a test's own, to be stopped and started."""

    def __init__(self, root):
        self.root, self.folder, self.who = root, binaries(), unprivileged()
        if self.who:
            os.chown(root, self.who["user"], self.who["group"])
        made = [self.folder / "initdb", "-D", root / "data", "-U", "callboard", "-A", "trust", "-N", "--no-locale"]
        subprocess.run(made, check=True, capture_output=True, cwd=root, **self.who)
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"postgresql://callboard@127.0.0.1:{self.port}/postgres"

    def start(self):
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        start = [self.folder / "postgres", "-D", self.root / "data", *options]
        self.process = subprocess.Popen(start, cwd=self.root, **quiet, **self.who)
        ready = [self.folder / "pg_isready", "--host=127.0.0.1", f"--port={self.port}"]
        end = time.monotonic() + 30
        while subprocess.run(ready, check=False, capture_output=True).returncode:
            assert time.monotonic() < end, "PostgreSQL did not come up"
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.send_signal(subprocess.signal.SIGINT)
            self.process.wait(20)
        self.process = None


@pytest.fixture
def server(tmp_path_factory):
    if binaries() is None:
        missing = "PostgreSQL is not installed"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="callboard-pg-") as root:
        one = Server(Path(root))
        one.start()
        yield one
        one.stop()


@fault("the bot is stopped while PostgreSQL is gone")
@pytest.mark.parametrize("fails", [True, False])
async def test_a_stop_while_postgresql_is_gone(world, server, monkeypatch, fails):
    async def connect_until_it_is_stopped(lock):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if fails:
                raise LedgerError("the driver takes being cancelled for a connection that failed") from None
        return frozenset()

    world.configure(TELEGRAM, database=server.url)
    await world.run()
    world.post("owls")
    await world.says("delivered announcement of owls")
    await asyncio.to_thread(server.stop)
    monkeypatch.setattr(SenderLock, "take", connect_until_it_is_stopped)
    await asyncio.sleep(0.5)
    ((bot, task),) = world._bots
    bot.stop()
    await asyncio.wait_for(task, 20)
    world._bots.clear()
    assert world.shown() == ["owls"]
    await asyncio.to_thread(server.start)
    assert (await world.record()).state is State.DELIVERED


@fault("PostgreSQL is stopped, and started again")
async def test_postgresql_is_gone_and_back(world, server):
    world.configure(TELEGRAM, database=server.url)
    await world.run()
    world.post("owls")
    await world.says("delivered announcement of owls")
    await asyncio.to_thread(server.stop)
    world.post("mice")
    await world.says("ERROR the database postgresql postgres at 127.0.0.1 cannot be used: .*; tried again in")
    await asyncio.sleep(1)
    assert world.shown() == ["owls"]
    await asyncio.to_thread(server.start)
    await world.says("delivered announcement of mice")
    assert world.shown() == ["owls", "mice"]
    assert {one.state for one in await world.records()} == {State.DELIVERED}
