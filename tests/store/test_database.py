"""SQLite is waited for in threads; what is cut off meanwhile leaves nothing half done."""

import asyncio
import threading

import pytest
from sqlalchemy import make_url, text

from bot.store import threads
from bot.store.database import database
from bot.store.threads import Thread


class Gate:
    """Something to do that takes until it is let go."""

    def __init__(self):
        self.began, self.free = threading.Event(), threading.Event()
        self.is_done = False

    def __call__(self):
        self.began.set()
        assert self.free.wait(10)
        self.is_done = True
        return threading.current_thread().name

    async def wait(self):
        await asyncio.to_thread(self.began.wait, 10)


@pytest.fixture
async def thread():
    one = Thread("a thread")
    yield one
    await one.end()


@pytest.fixture
async def base(tmp_path):
    one = database(make_url(f"sqlite:///{tmp_path / 'some.db'}"))
    await one.transact(lambda connection: connection.execute(text("CREATE TABLE birds (name TEXT)")))
    yield one
    await one.close()


async def names(base):
    async with base.connect(reads=True) as connection:
        return (await connection.execute(text("SELECT name FROM birds ORDER BY name"))).scalars().all()


async def test_it_is_done_in_the_thread_while_the_loop_goes_on(thread):
    gate = Gate()
    doing = asyncio.create_task(thread.run(gate))
    await gate.wait()
    assert not doing.done()
    gate.free.set()
    assert await doing == "a thread"


async def test_one_thing_after_the_other_each_with_its_own_end(thread):
    def fail():
        raise ValueError("no bird")

    calls = (lambda: 1, fail, lambda: 3)
    results = await asyncio.gather(*map(thread.run, calls), return_exceptions=True)
    assert [str(one) for one in results] == ["1", "no bird", "3"]


async def test_who_is_cancelled_waits_for_what_is_in_use(thread):
    gate = Gate()
    doing = asyncio.create_task(thread.run(gate))
    await gate.wait()
    for _ in range(2):
        doing.cancel()
        await asyncio.sleep(0)
        assert not doing.done()
    gate.free.set()
    with pytest.raises(asyncio.CancelledError):
        await doing
    assert gate.is_done


async def test_who_is_cancelled_while_it_ends_does_not_wait_for_ever(thread, monkeypatch):
    await thread.run(lambda: None)
    free = threading.Event()
    settle = threads._settle

    def settle_and_cancel(*told):
        settle(*told)
        doing.cancel()
        free.set()

    monkeypatch.setattr(threads, "_settle", settle_and_cancel)
    ending = asyncio.create_task(thread.end())
    doing = asyncio.create_task(thread.run(lambda: free.wait(10)))
    done, _ = await asyncio.wait((ending, doing), timeout=10)
    assert done == {ending, doing}


def test_a_loop_that_is_closed_is_told_nothing():
    gate = Gate()

    async def begin():
        one = Thread("a thread")
        asyncio.get_running_loop().call_soon(gate.free.clear)
        doing = asyncio.ensure_future(one.run(gate))
        await gate.wait()
        doing.get_coro().close()
        return one

    loop = asyncio.new_event_loop()
    one = loop.run_until_complete(begin())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.close()
    gate.free.set()
    one._calls.put(None)
    one._thread.join(10)
    assert not one._thread.is_alive()


async def test_an_error_rolls_all_of_it_back(base):
    async def write_half():
        async with base.connect() as connection:
            await connection.execute(text("INSERT INTO birds VALUES ('owl')"))
            raise ValueError("owl")

    with pytest.raises(ValueError, match="owl"):
        await write_half()

    def fail(connection):
        connection.execute(text("INSERT INTO birds VALUES ('tit')"))
        raise ValueError("tit")

    with pytest.raises(ValueError, match="tit"):
        await base.transact(fail)
    assert await names(base) == []


async def test_what_is_cut_off_where_it_begins_leaves_no_lock_behind(base, monkeypatch):
    gate, begin = Gate(), base.engine.begin
    monkeypatch.setattr(type(base.engine), "execution_options", lambda engine, **_: engine)
    monkeypatch.setattr(base.engine, "begin", lambda: _Slow(gate, begin()), raising=False)

    async def write():
        async with base.connect():
            pytest.fail("it was cut off before")

    writing = asyncio.create_task(write())
    await gate.wait()
    writing.cancel()
    gate.free.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    monkeypatch.undo()
    async with asyncio.timeout(10), base.connect() as connection:
        await connection.execute(text("INSERT INTO birds VALUES ('owl')"))
    assert await names(base) == ["owl"]


class _Slow:
    def __init__(self, gate, transaction):
        self.gate, self.transaction = gate, transaction

    def __enter__(self):
        connection = self.transaction.__enter__()
        self.gate()
        return connection

    def __exit__(self, *given):
        return self.transaction.__exit__(*given)


async def test_who_reads_waits_for_nobody_who_writes(base):
    gate = Gate()

    def write(connection):
        connection.execute(text("INSERT INTO birds VALUES ('owl')"))
        gate()

    writing = asyncio.create_task(base.transact(write))
    await gate.wait()
    assert await names(base) == []
    gate.free.set()
    await writing
    assert await names(base) == ["owl"]


async def test_transactions_of_several_steps_take_turns(base):
    async def write(name):
        async with base.connect() as connection:
            for _ in range(3):
                await connection.execute(text("INSERT INTO birds VALUES (:name)"), {"name": name})

    async with asyncio.timeout(10):
        await asyncio.gather(*(write(str(number)) for number in range(20)))
    assert len(await names(base)) == 60
