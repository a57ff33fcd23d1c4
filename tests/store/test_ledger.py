"""What the ledger writes down and what it refuses, in both databases."""

import asyncio
from datetime import datetime, timedelta, timezone
from itertools import product

import pytest

from bot.domain.notice import Entry, Record, State
from bot.store import Ledger
from tests.domain.build import instant
from tests.store.build import NOON, message, notice, notices

CONSOLE = "console"
LATER = NOON + timedelta(minutes=5)
NOT_AGAIN = [state for state in State if state is not State.DUE_AGAIN]
ALTERABLE = {State.ON_THE_WIRE, State.IN_DOUBT}


async def bring_to(ledger, state, one, at=NOON):
    """Puts a notice into a state."""
    assert await ledger.begin(message(one), at)
    if state is not State.ON_THE_WIRE:
        await ledger.end(one.key, state, at)


async def states(ledger):
    return {record.key: record.state for record in await ledger.records()}


async def test_nothing_is_known_of_what_never_left(ledger):
    assert await ledger.entries([notice().key]) == {}
    assert await ledger.entries([]) == {}
    assert await ledger.records() == []
    assert await ledger.records(states=[State.IN_DOUBT]) == []


async def test_begin_writes_down_what_leaves_and_for_where(ledger):
    one = notice("phd-owls", lead="7d", where="lab-telegram", platform="telegram", address="@lab")
    assert await ledger.begin(message(one), NOON)
    key = "lab-telegram/phd-owls/reminder/7d/2027-06-01T21:59:59Z"
    assert await ledger.entries([key, "another"]) == {key: Entry(State.ON_THE_WIRE, NOON)}
    assert await ledger.records() == [
        Record(
            key=key,
            delivery=key,
            channel="lab-telegram",
            platform="telegram",
            posting="phd-owls",
            kind="reminder",
            lead="7d",
            state=State.ON_THE_WIRE,
            at=NOON,
            attempts=1,
            due_again_at=None,
            reference=None,
            reason=None,
            original=key,
            revision=0,
            told=one.version(alone=True),
            before=None,
            place=0,
            reply_to=None,
            address="@lab",
        )
    ]


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (State.DELIVERED, {"reference": "C0123456789/1700000000.000100"}),
        (State.REFUSED, {"reason": "the bot was removed from the chat; add it again"}),
        (State.DUE_AGAIN, {"reason": "asks to wait", "due_again_at": LATER}),
        (State.IN_DOUBT, {"reason": "no clear answer"}),
    ],
)
async def test_end_writes_down_what_became_of_it(ledger, state, more):
    one = notice()
    await bring_to(ledger, State.ON_THE_WIRE, one)
    await ledger.end(one.key, state, LATER, **more)
    (record,) = await ledger.records()
    found = {name: getattr(record, name) for name in ("reference", "reason", "due_again_at")}
    assert (record.state, record.at) == (state, LATER)
    assert found == {"reference": None, "reason": None, "due_again_at": None, **more}
    assert await ledger.entries([one.key]) == {one.key: Entry(state, LATER, more.get("due_again_at"))}


async def test_end_alters_only_what_is_on_the_wire_or_in_doubt(ledger):
    expected = {}
    for number, (before, after) in enumerate(product(State, State)):
        one = notice(f"phd-{number}")
        await bring_to(ledger, before, one)
        await ledger.end(one.key, after, LATER)
        expected[one.key] = after if before in ALTERABLE else before
    assert await states(ledger) == expected


async def test_begin_refuses_what_is_not_due_again(ledger):
    taken = dict(zip(NOT_AGAIN, notices(len(NOT_AGAIN)), strict=True))
    for state, one in taken.items():
        await bring_to(ledger, state, one)
    before = await ledger.records()
    for one in taken.values():
        assert not await ledger.begin(message(one), LATER)
        assert not await ledger.begin(message(one, notice("another")), LATER)
    assert await ledger.records() == before


async def test_what_is_due_again_begins_again_and_its_attempts_are_counted(ledger):
    one = notice()
    for number in range(1, 4):
        assert await ledger.begin(message(one), NOON)
        (record,) = await ledger.records()
        assert (record.delivery, record.attempts, record.due_again_at) == (one.key, number, None)
        await ledger.end(record.delivery, State.DUE_AGAIN, NOON, due_again_at=LATER)
    last = message(one, notice("phd-mice"))  # this time as part of a digest
    await ledger.begin(last, NOON)
    await ledger.end(last.key, State.DELIVERED, LATER, reference="7")
    record = next(record for record in await ledger.records() if record.key == one.key)
    assert (record.delivery, record.told) == (last.key, one.version(alone=False))
    assert (record.attempts, record.reference, record.reason, record.due_again_at) == (4, "7", None, None)


async def test_a_digest_is_begun_and_ended_as_one(ledger):
    six = notices(6)
    assert await ledger.begin(message(*six), NOON)
    await ledger.end(message(*six).key, State.DELIVERED, LATER, reference="1")
    assert {(record.state, record.reference) for record in await ledger.records()} == {(State.DELIVERED, "1")}
    assert [record.place for record in await ledger.records()] == list(range(6))


async def test_a_digest_is_rolled_back_whole_when_one_of_its_keys_is_taken(ledger):
    expected = {}
    for number, (place, state) in enumerate(product((0, 3, 5), NOT_AGAIN)):
        six = [notice(f"phd-{number}-{letter}") for letter in "abcdef"]
        await bring_to(ledger, state, six[place])
        assert not await ledger.begin(message(*six), LATER)
        expected[six[place].key] = state
    assert await states(ledger) == expected


async def test_end_leaves_other_deliveries_alone(ledger):
    first, second = notices(2)
    await bring_to(ledger, State.ON_THE_WIRE, first)
    await bring_to(ledger, State.ON_THE_WIRE, second)
    await ledger.end(first.key, State.DELIVERED, LATER)
    await ledger.end("never heard of", State.DELIVERED, LATER)
    assert await states(ledger) == {first.key: State.DELIVERED, second.key: State.ON_THE_WIRE}


async def test_instants_come_back_in_utc_as_they_were(ledger):
    given = [
        datetime(2027, 5, 2, 12, 0, 0, 1, timezone(timedelta(hours=5, minutes=45))),
        instant("0500-01-01 00:00"),
        instant("2027-10-31 02:30", "Europe/Berlin"),
        instant("9999-12-31 23:59:59.999999"),
    ]
    for one, at in zip(notices(4), given, strict=True):
        await ledger.begin(message(one), at)
        await ledger.end(one.key, State.DUE_AGAIN, at, due_again_at=at)
    found = await ledger.records()
    assert [record.at for record in found] == sorted(given)
    assert [record.due_again_at for record in found] == sorted(given)
    assert {record.at.utcoffset() for record in found} == {timedelta(0)}


async def test_entries_are_found_however_many_are_asked_for(ledger):
    many = notices(20)
    await ledger.begin(message(*many), NOON)
    asked = [one.key for one in many] + [f"unknown/{number}" for number in range(2_500)]
    assert set(await ledger.entries(iter(asked))) == {one.key for one in many}


async def test_records_stand_in_order_of_time_and_by_state(ledger):
    first, second, third, fourth = notices(4)
    await bring_to(ledger, State.IN_DOUBT, second, LATER)
    await bring_to(ledger, State.IN_DOUBT, first, LATER)
    await bring_to(ledger, State.DELIVERED, third, NOON)
    await bring_to(ledger, State.IN_DOUBT, fourth, NOON)
    assert [record.key for record in await ledger.records()] == [third.key, fourth.key, first.key, second.key]
    assert [record.key for record in await ledger.records(states=[State.IN_DOUBT])] == [
        fourth.key,
        first.key,
        second.key,
    ]
    assert [record.key for record in await ledger.records(states=[State.DELIVERED])] == [third.key]


async def test_after_a_crash_what_was_on_the_wire_is_in_doubt_since_it_left(ledger):
    every = dict(zip(State, notices(len(State)), strict=True))
    for state, one in every.items():
        await bring_to(ledger, state, one)
    assert await ledger.mark_wire_in_doubt([CONSOLE]) == 1
    assert await ledger.mark_wire_in_doubt([CONSOLE]) == 0
    expected = {one.key: state for state, one in every.items()} | {every[State.ON_THE_WIRE].key: State.IN_DOUBT}
    assert await states(ledger) == expected
    (crashed,) = [
        record for record in await ledger.records(states=[State.IN_DOUBT]) if record.key == every[State.ON_THE_WIRE].key
    ]
    assert crashed.at == NOON
    assert "stopped" in crashed.reason


async def test_a_reason_is_kept_without_what_no_database_takes(ledger):
    one = notice()
    await bring_to(ledger, State.ON_THE_WIRE, one)
    await ledger.end(one.key, State.REFUSED, NOON, reason="a\0b \ud83d Ω 🎓")
    assert [record.reason for record in await ledger.records()] == ["ab ? Ω 🎓"]


async def test_what_was_written_is_there_after_a_restart(url):
    one = notice()
    first = await Ledger.open(url)
    await bring_to(first, State.DELIVERED, one)
    await first.close()
    second = await Ledger.open(url)
    assert await states(second) == {one.key: State.DELIVERED}
    await second.close()


async def test_many_tasks_claim_each_key_once(ledger):
    racers = [one for one in notices(10) for _ in range(8)]
    won = await asyncio.gather(*(ledger.begin(message(one), NOON) for one in racers))
    assert sum(won) == 10
    assert set((await states(ledger)).values()) == {State.ON_THE_WIRE}
    assert len(await ledger.records()) == 10


async def test_digests_that_overlap_in_opposite_orders_do_not_block_each_other(ledger):
    many = notices(12)
    won = await asyncio.gather(
        *(ledger.begin(message(*many[:: 1 if number % 2 else -1]), NOON) for number in range(16))
    )
    assert sum(won) == 1
    assert len({record.delivery for record in await ledger.records()}) == 1


async def test_what_another_has_begun_meanwhile_is_not_touched(ledger):
    one = notice()
    began, later = NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)
    await ledger.begin(message(one), NOON)
    assert await ledger.mark_wire_in_doubt([CONSOLE]) == 1
    await ledger.end(one.key, State.DUE_AGAIN, NOON, since=NOON)
    await ledger.begin(message(one), began)
    await ledger.end(one.key, State.DUE_AGAIN, later, since=NOON)
    assert (await ledger.entries([one.key]))[one.key] == Entry(State.ON_THE_WIRE, began)
    await ledger.end(one.key, State.DELIVERED, later, since=began)
    assert (await ledger.entries([one.key]))[one.key] == Entry(State.DELIVERED, later)


async def test_records_of_a_span_are_those_at_both_its_ends_and_between(ledger):
    for number in range(5):
        await bring_to(ledger, State.DELIVERED, notice(f"phd-{number}"), NOON + timedelta(hours=number))
    span = {"since": NOON + timedelta(hours=1), "until": NOON + timedelta(hours=3)}
    assert [record.posting for record in await ledger.records(**span)] == ["phd-1", "phd-2", "phd-3"]
    assert len(await ledger.records(since=span["since"])) == 4


async def test_a_message_that_was_announced_is_known_by_its_reference(ledger):
    one = notice("phd-owls", where="lab-telegram", platform="telegram", address="@lab")
    assert await ledger.begin(message(one), NOON)
    assert not await ledger.has_sent("telegram", "-100/7")
    await ledger.end(one.key, State.DELIVERED, NOON, reference="-100/7")
    assert await ledger.has_sent("telegram", "-100/7")
    assert not await ledger.has_sent("telegram", "-100/8")
    assert not await ledger.has_sent("slack", "-100/7")
    assert await ledger.announced("telegram", "-100/7") == ("phd-owls",)
    assert await ledger.announced("telegram", "-100/8") == await ledger.announced("slack", "-100/7") == ()
