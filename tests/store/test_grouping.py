"""Writes that come while a commit is under way share the next one, and each is told what became of it."""

import asyncio
from contextlib import contextmanager

import pytest

from bot.domain.notice import State
from bot.store import LedgerError
from bot.store.grouping import Begin, Ending, Writer
from tests.store.build import NOON, message, notice, notices


@contextmanager
def commits(ledger):
    """Counts them."""
    found = []
    transact = ledger._database.transact

    async def counted(work):
        result = await transact(work)
        found.append(work)
        return result

    ledger._database.transact = counted
    yield found
    ledger._database.transact = transact


async def states(ledger):
    return {record.key: record.state for record in await ledger.records()}


async def test_many_that_begin_and_end_at_once_share_few_commits(ledger):
    many = [message(one) for one in notices(300)]
    with commits(ledger) as found:
        assert all(await asyncio.gather(*(ledger.begin(one, NOON) for one in many)))
        await asyncio.gather(*(ledger.end(one.key, State.DELIVERED, NOON, reference="1") for one in many))
    assert len(found) <= 6
    assert set((await states(ledger)).values()) == {State.DELIVERED}


async def test_one_after_the_other_each_has_a_commit_of_its_own(ledger):
    with commits(ledger) as found:
        for one in notices(3):
            await ledger.begin(message(one), NOON)
            await ledger.end(message(one).key, State.DELIVERED, NOON, reference="1")
    assert len(found) == 6


async def test_begins_and_ends_mix_and_each_end_is_its_own(ledger):
    first, second = notices(200)[:100], notices(200)[100:]
    await asyncio.gather(*(ledger.begin(message(one), NOON) for one in first))
    ends = [
        ledger.end(one.key, State.REFUSED if number % 2 else State.DELIVERED, NOON, reason=str(number))
        for number, one in enumerate(first)
    ]
    await asyncio.gather(*ends, *(ledger.begin(message(one), NOON) for one in second))
    found = {record.key: (record.state, record.reason) for record in await ledger.records()}
    for number, one in enumerate(first):
        assert found[one.key] == (State.REFUSED if number % 2 else State.DELIVERED, str(number))
    assert {found[one.key][0] for one in second} == {State.ON_THE_WIRE}


async def test_the_same_key_twice_at_once_is_begun_once(ledger):
    won = await asyncio.gather(*(ledger.begin(message(notice()), NOON) for _ in range(10)))
    assert sorted(won) == [False] * 9 + [True]
    assert len(await ledger.records()) == 1


async def test_the_same_key_alone_and_in_digests_at_once_is_begun_once(ledger):
    some = notices(12)
    wanted = [message(*some[:6]), message(some[3]), message(*some[3:9]), message(*some[6:]), message(some[0])]
    won = await asyncio.gather(*(ledger.begin(one, NOON) for one in wanted))
    begun = [one.key for dispatch, mine in zip(wanted, won, strict=True) if mine for one in dispatch.notices]
    assert len(begun) == len(set(begun))
    assert set(await states(ledger)) == set(begun)
    assert won == [True, False, False, True, False]


async def test_a_digest_of_which_one_is_taken_holds_up_nobody_beside_it(ledger):
    some = notices(20)
    await ledger.begin(message(some[2]), NOON)
    await ledger.end(some[2].key, State.DELIVERED, NOON, reference="1")
    wanted = [message(*some[:6]), *(message(one) for one in some[6:])]
    won = await asyncio.gather(*(ledger.begin(one, NOON) for one in wanted))
    assert won == [False, *[True] * 14]
    assert set(await states(ledger)) == {some[2].key, *(one.key for one in some[6:])}


async def test_an_end_in_the_group_of_a_digest_that_is_taken_is_written_once(ledger):
    some = notices(8)
    for one in some[:2]:
        await ledger.begin(message(one), NOON)
    await asyncio.gather(
        ledger.end(some[0].key, State.DELIVERED, NOON, reference="1"),
        ledger.begin(message(*some[1:7]), NOON),
        ledger.begin(message(some[7]), NOON),
    )
    assert await states(ledger) == {
        some[0].key: State.DELIVERED,
        some[1].key: State.ON_THE_WIRE,
        some[7].key: State.ON_THE_WIRE,
    }


async def test_what_is_due_again_is_due_in_the_same_group_as_its_end(ledger):
    one = message(notice())
    await ledger.begin(one, NOON)
    _, begun = await asyncio.gather(ledger.end(one.key, State.DUE_AGAIN, NOON), ledger.begin(one, NOON))
    assert begun
    assert set((await states(ledger)).values()) == {State.ON_THE_WIRE}


async def test_a_begin_that_is_refused_at_the_door_reaches_all_and_changes_nothing(ledger):
    def refuse(connection, platforms):
        assert platforms == {"console"}
        raise LedgerError("another one sends")

    ledger.verify = refuse
    results = await asyncio.gather(*(ledger.begin(message(one), NOON) for one in notices(5)), return_exceptions=True)
    assert [str(one) for one in results] == ["another one sends"] * 5
    assert await states(ledger) == {}
    ledger.verify = None
    assert await ledger.begin(message(notice()), NOON)


async def test_ends_ask_nobody(ledger):
    one = message(notice())
    await ledger.begin(one, NOON)

    def refuse(connection, platforms):
        raise LedgerError("another one sends")

    ledger.verify = refuse
    await ledger.end(one.key, State.DELIVERED, NOON, reference="1")
    assert set((await states(ledger)).values()) == {State.DELIVERED}


# --- The writer by itself


class Disk:
    """What is written, group by group; `gate` holds the first one up."""

    def __init__(self):
        self.groups = []
        self.gate = asyncio.Event()
        self.fails = []

    async def write(self, begins, ends):
        self.groups.append((list(begins), list(ends)))
        await self.gate.wait()
        if self.fails:
            raise self.fails.pop(0)
        return []


def begin(*some):
    return Begin(message(*some), NOON)


async def test_what_comes_meanwhile_is_one_group_in_its_order():
    disk = Disk()
    writer = Writer(disk.write)
    ones = [begin(one) for one in notices(3)]
    end = Ending({})
    tasks = [asyncio.create_task(writer.write(ones[0]))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(writer.write(one)) for one in (ones[1], end, ones[2])]
    await asyncio.sleep(0)
    disk.gate.set()
    assert await asyncio.gather(*tasks) == [True] * 4
    assert disk.groups == [([ones[0]], []), ([ones[1], ones[2]], [end])]


async def test_of_two_that_want_one_key_the_later_waits_for_the_next_group():
    disk = Disk()
    disk.gate.set()
    writer = Writer(disk.write)
    first, second, other = begin(*notices(2)), begin(*notices(2)[1:]), begin(notice())
    await asyncio.gather(*(writer.write(one) for one in (first, second, other)))
    assert [begins for begins, _ in disk.groups] == [[first, other], [second]]


async def test_an_error_reaches_all_of_its_group_and_no_other():
    disk = Disk()
    disk.gate.set()
    disk.fails = [LedgerError("away")]
    writer = Writer(disk.write)
    results = await asyncio.gather(*(writer.write(begin(one)) for one in notices(4)), return_exceptions=True)
    assert [str(one) for one in results] == ["away"] * 4
    assert await writer.write(begin(notice())) is True


async def test_who_no_longer_waits_holds_up_nobody():
    disk = Disk()
    writer = Writer(disk.write)
    tasks = [asyncio.create_task(writer.write(begin(one))) for one in notices(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    disk.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in results] == [False, True, False]


async def test_a_writer_that_is_stopped_leaves_nobody_waiting():
    disk = Disk()
    writer = Writer(disk.write)
    waiting = asyncio.create_task(writer.write(begin(notice())))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writer._task.cancel()
    with pytest.raises(LedgerError, match="stopped"):
        await waiting
