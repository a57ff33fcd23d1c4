"""One destination after the other's rules: order, waits, refusals, doubt, a ledger that fails, stopping."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import sending
from bot.delivery.destination_queue import DestinationQueue
from bot.domain.notice import State
from bot.domain.schedule import Destination
from bot.engine.board import real_clock
from bot.platforms.base import Rate
from bot.store import LedgerError, Restoration
from tests.delivery.build import Arrives, Bench, Fake, Words, alone, busy, lost, notice, notices, refused, until
from tests.store.build import AUDIENCES, message

IN_SHORT = 0.02


def said(caplog, level=logging.WARNING):
    return [record.getMessage() for record in caplog.records if record.levelno >= level]


# --- Order


async def test_messages_to_one_destination_keep_their_order(bench):
    await bench.offer(*notices(8))  # the platform itself refuses two at once
    assert bench.platform.posts() == [f"phd-{number}" for number in range(8)]
    assert set((await bench.states()).values()) == {State.DELIVERED}
    assert (await bench.record(notice("phd-2"))).reference == "a/3"


async def test_a_slow_destination_holds_up_nobody(bench):
    gate = asyncio.Event()
    bench.platform.at("a", gate)
    others = [notice("phd-0", f"chat{number}") for number in range(20)]
    bench.delivery.offer(alone([*notices(2, "a"), *others]))
    await until(lambda: len(bench.platform.shown) == 20)
    assert bench.platform.posts("a") == []
    assert bench.delivery.is_busy()
    gate.set()
    await bench.delivery.idle()
    assert bench.platform.posts("a") == ["phd-0", "phd-1"]
    assert not bench.delivery.is_busy()


async def test_topics_of_one_chat_share_a_lane(bench):
    await bench.offer(*(notice(f"phd-{number}", thread=number % 3 + 1) for number in range(6)))
    assert bench.platform.posts("a") == [f"phd-{number}" for number in range(6)]


async def test_a_digest_is_one_message_that_settles_all(bench):
    six = tuple(notices(6))
    bench.delivery.offer([message(*six)])
    await bench.delivery.idle()
    assert [bundle for _, _, bundle in bench.platform.shown] == [six]
    assert {(one.state, one.delivery) for one in await bench.ledger.records()} == {
        (State.DELIVERED, message(*six).key),
    }


def test_a_digest_has_one_key_in_whatever_order_it_stands():
    six = notices(6)
    assert message(*six).key == message(*reversed(six)).key
    assert message(*six).key != message(*six[:5]).key
    assert message(six[0]).key == six[0].key


# --- The plan


async def test_a_notice_offered_twice_is_sent_once(bench):
    one = notice("phd-owls")
    await bench.offer(one, one)
    await bench.offer(one)
    assert bench.platform.posts() == ["phd-owls"]


async def test_a_plan_that_is_older_than_the_ledger_asks_for_a_new_one(bench):
    six = notices(6)
    await bench.offer(six[0])
    before = bench.asked_for_a_plan
    bench.delivery.offer([message(*six)])  # made before the first was settled
    await bench.delivery.idle()
    assert bench.platform.posts() == ["phd-0"]
    assert bench.asked_for_a_plan > before


async def test_what_begins_while_a_plan_is_made_is_left_out_of_it_and_asks_for_no_other(bench):
    gate = asyncio.Event()
    first, second = notices(2)
    bench.platform.at("a", gate)
    bench.delivery.offer(alone([first, second]))
    await until(lambda: bench.platform.calls)
    as_of = bench.delivery.begin_plan()
    gate.set()
    await bench.delivery.idle()
    bench.delivery.offer(alone([first, second, notice("phd-2", "b")]), as_of=as_of)
    await bench.delivery.idle()
    assert bench.platform.posts() == ["phd-0", "phd-1", "phd-2"]
    assert bench.asked_for_a_plan == 0


async def test_a_digest_asks_for_another_plan_when_one_of_it_has_begun_meanwhile(bench):
    gate = asyncio.Event()
    six = notices(6)
    bench.platform.at("a", gate)
    bench.delivery.offer(alone(six[:1]))
    await until(lambda: bench.platform.calls)
    as_of = bench.delivery.begin_plan()
    gate.set()
    await bench.delivery.idle()
    bench.delivery.offer([message(*six)], as_of=as_of)
    await bench.delivery.idle()
    assert bench.platform.posts() == ["phd-0"]
    assert bench.asked_for_a_plan == 1


async def test_a_new_offer_replaces_what_has_not_left(bench):
    gate = asyncio.Event()
    bench.platform.at("a", gate)
    bench.delivery.offer(alone(notices(4)))
    await until(lambda: bench.platform.calls)
    bench.delivery.offer(alone([notice("phd-3"), notice("phd-owls")]))
    gate.set()
    await bench.delivery.idle()
    assert bench.platform.posts() == ["phd-0", "phd-3", "phd-owls"]


async def test_what_waits_for_its_turn_is_replaced_too(ledger):
    bench = Bench(ledger, real_clock, platform=Fake([Rate("token", 1, 0.05)]))
    bench.delivery.offer(alone(notices(3)))
    await until(lambda: bench.platform.shown)
    bench.delivery.offer(alone([notice("phd-owls")]))
    await bench.delivery.idle()
    assert bench.platform.posts() == ["phd-0", "phd-owls"]


# --- Waits


async def test_a_wait_that_the_platform_asks_for_parks_that_destination_alone(bench):
    bench.platform.at("a", busy(1))
    begin = asyncio.get_running_loop().time()
    await bench.offer(*notices(2, "a"), *notices(2, "b"))
    assert (bench.platform.posts("a"), bench.platform.posts("b")) == ([], ["phd-0", "phd-1"])
    record = await bench.record(notice("phd-0", "a"))
    assert (record.state, record.reason) == (State.DUE_AGAIN, "the platform is busy")
    assert (record.due_again_at - record.at).total_seconds() == pytest.approx(1, abs=0.3)
    assert bench.delivery.next_instant() == pytest.approx(begin + 1, abs=0.5)
    assert bench.asked_for_a_plan
    await bench.offer(*notices(2, "a"))  # too early
    assert bench.platform.posts("a") == []
    await bench.settle(*notices(2, "a"))
    assert asyncio.get_running_loop().time() - begin >= 1
    assert sorted(bench.platform.posts("a")) == ["phd-0", "phd-1"]
    assert bench.delivery.next_instant() is None


async def test_a_wait_for_the_whole_token_parks_all_its_destinations(ledger):
    bench = Bench(ledger, real_clock, platform=Fake([Rate("chat", 9, 0.01), Rate("token", 9, 0.01)]))
    error = busy(0.1)
    error.whole_token = True
    bench.platform.at("a", error)
    begin = asyncio.get_running_loop().time()
    await bench.offer(notice("phd-0", "a"))
    await bench.offer(notice("phd-0", "b"))
    assert bench.platform.posts("b") == ["phd-0"]
    assert asyncio.get_running_loop().time() - begin >= 0.1


async def test_what_fails_for_a_while_is_tried_again_until_it_arrives(bench):
    bench.platform.at("a", *(busy() for _ in range(4)))
    await bench.settle(*notices(2))
    assert bench.platform.posts() == ["phd-0", "phd-1"]
    assert (await bench.record(notice("phd-0"))).attempts == 5


async def test_waits_double_up_to_the_longest_and_begin_anew_when_something_arrives(bench, monkeypatch):
    monkeypatch.setattr(sending, "FIRST_WAIT", 1.0)
    monkeypatch.setattr(sending, "LONGEST_WAIT", 300.0)
    queue = DestinationQueue(Destination("fake", "a"))
    waits = [bench.delivery.sending.next_wait(queue) for _ in range(2000)]
    for wait, whole in zip(waits, (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300), strict=False):
        assert 0.8 * whole <= wait <= whole
    assert 240 <= min(waits[9:]) <= max(waits) <= 300
    assert len({round(wait, 6) for wait in waits[9:]}) > 1000  # not all queues at once

    bench.platform.at("a", busy(), None, busy())
    for _ in range(3):
        await bench.offer(notice("phd-0"), notice("phd-1"))
        (queue,) = bench.delivery._queues.values()
        assert queue.failures == 1
        queue.parked_until = 0.0


# --- Refusals


async def test_a_refusal_is_recorded_with_its_reason_and_said_once(bench, caplog):
    bench.platform.at("a", refused(), refused(), None, refused())
    await bench.offer(*notices(2, "a"), *notices(2, "b"))
    record = await bench.record(notice("phd-0", "a"))
    assert (record.state, record.reason) == (State.REFUSED, "the bot was removed from the chat; add it again")
    assert said(caplog) == ["lab-a: announcement of phd-0 refused: the bot was removed from the chat; add it again"]
    assert bench.platform.posts("b") == ["phd-0", "phd-1"]
    await bench.offer(*notices(2, "a"))
    assert bench.platform.posts("a") == []  # settled
    await bench.offer(notice("phd-2", "a"), notice("phd-3", "a"))
    assert len(said(caplog)) == 2  # something had arrived in between: it is new trouble


async def test_another_reason_is_said_too(bench, caplog):
    bench.platform.at("a", refused("kicked"), refused("the topic is closed"))
    await bench.offer(*notices(2))
    assert [text.rpartition(": ")[2] for text in said(caplog)] == ["kicked", "the topic is closed"]


# --- Doubt


async def test_what_arrived_without_an_answer_is_found_and_not_sent_again(bench):
    bench.platform.at("a", Arrives(lost()))
    await bench.settle(*notices(3))
    assert bench.platform.posts() == ["phd-0", "phd-1", "phd-2"]
    record = await bench.record(notice("phd-0"))
    assert (record.state, record.reference, record.reason) == (State.DELIVERED, "a/1", None)


async def test_what_did_not_arrive_is_sent_again_before_anything_else(bench):
    bench.platform.at("a", lost())
    await bench.settle(*notices(3))
    assert bench.platform.posts() == ["phd-0", "phd-1", "phd-2"]
    assert [call for call, *_ in bench.platform.calls[:3]] == ["send", "find", "send"]
    assert (await bench.record(notice("phd-0"))).attempts == 2


async def test_what_cannot_be_asked_for_is_sent_once_more_and_that_is_logged(bench, caplog):
    bench.platform.can_be_asked = False
    bench.platform.at("a", Arrives(lost()))
    await bench.settle(*notices(2))
    assert bench.platform.posts() == ["phd-0", "phd-0", "phd-1"]
    assert said(caplog)[-1] == (
        "lab-a/phd-0/announcement: in doubt; if still due, sent once more: it may stand there twice: "
        "this platform cannot say"
    )


async def test_while_in_doubt_nothing_else_leaves(bench):
    bench.platform.at("a", lost())
    bench.platform.answers.extend([busy(), busy(0.02), RuntimeError("a bug in a library")])
    await bench.settle(*notices(2))
    assert [call for call, *_ in bench.platform.calls] == ["send", "find", "find", "find", "find", "send", "send"]
    assert bench.platform.posts() == ["phd-0", "phd-1"]


@pytest.mark.parametrize("step", [ValueError("secret"), Arrives(ZeroDivisionError("secret"))])
async def test_an_unexpected_error_is_a_doubt(bench, caplog, step):
    bench.platform.at("a", step)
    await bench.settle(*notices(2))
    assert bench.platform.posts() == ["phd-0", "phd-1"]
    assert "an unexpected" in said(caplog)[0]
    assert "secret" not in caplog.text


async def test_doubts_of_an_earlier_process_are_cleared_up_before_anything_else(bench):
    arrived, never_left, other = notice("phd-0"), notice("phd-1"), notice("phd-2")
    digest = tuple(notice(f"old-{number}") for number in range(6))
    for bundle in ((arrived,), (never_left,), digest):
        await bench.ledger.begin(message(*bundle), real_clock())
    bench.platform.shown.append(("a", arrived.key, (arrived,)))
    await bench.ledger.mark_wire_in_doubt(["fake"])
    in_doubt = await bench.ledger.records(states=[State.IN_DOUBT])
    doubts = [(record, AUDIENCES[other.audience].destination, False) for record in in_doubt]
    bench.delivery.take_in_doubt(doubts)
    await bench.offer(other)
    assert [call for call, *_ in bench.platform.calls] == ["find", "find", "find"]
    states = await bench.states()
    assert (states["phd-0"], states["phd-1"], states["old-3"]) == (State.DELIVERED, State.DUE_AGAIN, State.DUE_AGAIN)
    await bench.settle(arrived, never_left, other)
    assert bench.platform.posts() == ["phd-0", "phd-1", "phd-2"]


# --- A bug, a ledger that fails


async def test_a_notice_that_cannot_be_put_into_words_holds_up_nobody(ledger, caplog, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_WAIT", 300.0)
    bench = Bench(ledger, real_clock, words=Words({"phd-0"}))
    await bench.offer(*notices(3))
    assert bench.platform.posts() == ["phd-1", "phd-2"]
    assert said(caplog) == ["lab-a: announcement of phd-0 cannot be put into words (KeyError)"]
    record = await bench.record(notice("phd-0"))
    assert (record.state, record.due_again_at) == (State.DUE_AGAIN, None)
    await bench.offer(notice("phd-0"))  # not before its time
    assert (await bench.record(notice("phd-0"))).attempts == 1


class Failing:
    """A ledger that fails at the steps that are named, before or after it has written."""

    def __init__(self, ledger):
        self._ledger = ledger
        self.fails = []

    def __getattr__(self, name):
        async def call(*given, **more):
            how = self.fails.pop(0)[1] if self.fails and self.fails[0][0] == name else None
            if how == "before":
                raise LedgerError("the database is away")
            result = await getattr(self._ledger, name)(*given, **more)
            if how == "after":
                raise LedgerError("the database is away")
            return result

        return call


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["begin", "end"])
@pytest.mark.parametrize("outcome", [None, busy(), refused(), lost(), Arrives(lost())])
async def test_a_ledger_that_fails_loses_nothing_and_doubles_nothing(ledger, caplog, step, when, outcome):
    failing = Failing(ledger)
    bench = Bench(failing, real_clock)
    failing.fails = [(step, when), (step, when)]
    bench.platform.at("a", outcome)
    await bench.settle(*notices(2))
    arrived = ["phd-1"] if isinstance(outcome, Exception) and outcome.permanent else ["phd-0", "phd-1"]
    assert bench.platform.posts() == arrived
    assert "the database is away; nothing is sent until it can be used again" in said(caplog)
    assert not await ledger.records(states=[State.IN_DOUBT, State.ON_THE_WIRE])


async def test_a_ledger_that_fails_parks_the_lane(ledger):
    failing = Failing(ledger)
    bench = Bench(failing, real_clock)
    failing.fails = [("begin", "before")]
    await bench.offer(*notices(2))
    assert bench.platform.calls == []
    assert bench.delivery.next_instant() is not None
    assert bench.asked_for_a_plan


# --- Stopping


async def test_closing_lets_arrive_what_is_on_the_wire_and_sends_nothing_more(bench):
    gate = asyncio.Event()
    bench.platform.at("a", gate)
    bench.delivery.offer(alone(notices(3)))
    await until(lambda: bench.platform.calls)
    asyncio.get_running_loop().call_later(IN_SHORT, gate.set)
    await bench.delivery.close()
    assert bench.platform.posts() == ["phd-0"]
    assert await bench.states() == {"phd-0": State.DELIVERED}
    await bench.offer(*notices(3))
    assert bench.platform.posts() == ["phd-0"]


async def test_closing_waits_for_no_ones_turn(ledger):
    bench = Bench(ledger, real_clock, platform=Fake([Rate("token", 1, 60.0)]))
    bench.delivery.offer(alone(notice("phd-0", address) for address in "abcd"))
    await until(lambda: bench.platform.shown)
    async with asyncio.timeout(20):
        await bench.delivery.close()
    assert len(bench.platform.shown) == 1
    assert await bench.states() == {"phd-0": State.DELIVERED}


async def test_what_does_not_arrive_in_time_stays_on_the_wire_for_the_next_start(bench):
    bench.platform.at("a", asyncio.Event())
    bench.delivery.offer(alone(notices(2)))
    await until(lambda: bench.platform.calls)
    await bench.delivery.close(IN_SHORT)
    assert await bench.states() == {"phd-0": State.ON_THE_WIRE}
    assert not bench.delivery.is_busy()


# --- Another process


async def test_who_lost_its_lock_leaves_alone_what_another_sends(bench):
    one = notice("phd-0")
    looked = []

    def refuse(connection, platforms):
        looked.append(platforms)
        raise LedgerError("another callboard may send now")

    bench.ledger.verify = refuse
    await bench.offer(one)
    assert looked == [{"fake"}]
    bench.ledger.verify = None
    assert await bench.ledger.begin(message(one), bench.clock())  # by the other
    await bench.delivery.idle()
    await asyncio.sleep(IN_SHORT)
    await bench.offer()
    assert await bench.states() == {"phd-0": State.ON_THE_WIRE}
    assert bench.platform.posts() == []


async def test_a_doubt_that_another_has_cleared_up_is_none_any_more(bench):
    one = notice("phd-0")
    bench.platform.at("a", lost())
    bench.platform.answers.append(lost())  # and so it is asked again a little later
    await bench.offer(one)
    while ("find", "a", one.key) not in bench.platform.calls:
        await asyncio.sleep(0.002)
        await bench.offer()
    record = await bench.record(one)
    await bench.ledger.end(one.key, State.DUE_AGAIN, bench.clock(), since=record.at)
    assert await bench.ledger.begin(message(one), bench.clock())
    await asyncio.sleep(IN_SHORT)
    await bench.offer()
    assert bench.platform.calls.count(("find", "a", one.key)) == 2
    assert await bench.states() == {"phd-0": State.ON_THE_WIRE}


# --- After a backup was put in place


@pytest.fixture
def restored(bench):
    """A backup of before everything was said was put in place a minute ago."""
    at = bench.clock() + timedelta(minutes=1)
    bench.delivery.know_restored(Restoration(at, at - timedelta(days=1)))
    return bench


async def test_what_the_platform_has_is_written_down_and_not_said_again(restored):
    said = notice("owls")
    await restored.platform.send(Destination("fake", "a"), (said,), said.key)
    await restored.settle(said, notice("bats"))
    assert restored.platform.posts() == ["owls", "bats"]
    record = await restored.record(said)
    assert (record.state, record.reference) == (State.DELIVERED, "a/1")


async def test_what_was_said_singly_is_found_though_it_is_due_as_a_digest(restored):
    some = notices(7)
    await restored.platform.send(Destination("fake", "a"), (some[3],), some[3].key)
    restored.delivery.offer([message(*some)])
    await restored.delivery.idle()
    restored.delivery.offer([message(*(one for one in some if one is not some[3]))])
    await restored.delivery.idle()
    assert sorted(restored.platform.posts()) == sorted(one.occasion.posting.id for one in some)


async def test_what_was_said_as_a_digest_is_found(restored):
    digest = message(*notices(7))
    await restored.platform.send(Destination("fake", "a"), digest.notices, digest.key)
    restored.delivery.offer([digest])
    await restored.delivery.idle()
    assert len(restored.platform.shown) == 1
    assert {record.state for record in await restored.ledger.records()} == {State.DELIVERED}


async def test_a_platform_that_cannot_say_gets_it_once_more(restored):
    restored.platform.can_be_asked = False
    said = notice("owls")
    await restored.platform.send(Destination("fake", "a"), (said,), said.key)
    await restored.settle(said)
    assert restored.platform.posts() == ["owls", "owls"]


async def test_a_platform_that_does_not_answer_now_is_asked_again_before_anything_is_said(restored):
    said = notice("owls")
    await restored.platform.send(Destination("fake", "a"), (said,), said.key)
    restored.platform.answers.append(busy(0.01))
    await restored.settle(said)
    assert restored.platform.posts() == ["owls"]


async def test_what_fell_due_after_the_backup_was_put_in_place_is_not_looked_for(bench):
    at = bench.clock()
    bench.delivery.know_restored(Restoration(at - timedelta(days=2), at - timedelta(days=3)))
    due = notice("owls", lead="1d")
    await bench.settle(replace(due, occasion=replace(due.occasion, at=at - timedelta(days=1))))
    assert [what for what, _, _ in bench.platform.calls] == ["send"]
