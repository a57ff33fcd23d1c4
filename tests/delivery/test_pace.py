"""Nothing leaves faster than the platform allows, nobody waits longer than that, and people come first."""

import asyncio
from collections import defaultdict
from itertools import pairwise
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import Pace
from bot.delivery import pace as module
from bot.domain.schedule import Destination
from bot.platforms.base import Rate
from bot.platforms.telegram.adapter import Telegram
from tests.delivery.virtual_time import run

MINUTES = 10
A_HAIR = 1e-6


def now():
    return asyncio.get_running_loop().time()


def most_in_any(seconds, passages):
    """The most passages in any window of that length, its end not counted."""
    passages = sorted(passages)
    most = first = 0
    for last, at in enumerate(passages):
        while passages[first] <= at - seconds + A_HAIR:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_the_window_count_counts():
    assert most_in_any(1.0, [0.0, 0.5, 1.0, 1.4, 1.6]) == 3
    assert most_in_any(1.0, [0.0, 1.0, 2.0]) == 1


# --- Telegram's limits


def telegram(address):
    return Telegram.rates(SimpleNamespace(name="telegram"), Destination("telegram", address))


async def send_without_pause(addresses):
    """The passages of queues that always have something to send, by address, over ten minutes."""
    pace, passages = Pace(), defaultdict(list)

    async def queue(address):
        while True:
            await pace.turn(telegram(address))
            passages[address].append(now())

    queues = [asyncio.create_task(queue(address)) for address in addresses]
    await asyncio.sleep(MINUTES * 60)
    for one in queues:
        one.cancel()
    await asyncio.gather(*queues, return_exceptions=True)
    return passages


def test_one_chat_gets_one_message_a_second():
    (passages,) = run(send_without_pause(["4711"])).values()
    assert most_in_any(1.0, passages) == 1
    assert len(passages) >= 0.95 * MINUTES * 60


@pytest.mark.parametrize("address", ["-1001234567890", "@lab_jobs"])
def test_one_group_gets_twenty_messages_a_minute(address):
    (passages,) = run(send_without_pause([address])).values()
    assert most_in_any(1.0, passages) == 1
    assert most_in_any(60.0, passages) <= 20
    assert len(passages) >= 0.95 * MINUTES * 20


def test_a_bot_with_many_chats_sends_thirty_messages_a_second():
    chats = [str(number) for number in range(100, 130)]
    groups = [f"-100{number}" for number in range(40)]
    passages = run(send_without_pause(chats + groups))
    everything = [at for each in passages.values() for at in each]
    assert most_in_any(1.0, everything) <= 30
    assert len(everything) >= 0.95 * MINUTES * 60 * 30
    assert max(most_in_any(1.0, each) for each in passages.values()) == 1
    assert max(most_in_any(60.0, passages[group]) for group in groups) <= 20
    assert min(len(passages[group]) for group in groups) >= 0.9 * MINUTES * 20  # nobody starves


# --- A machine that is busy with other work

TOKEN = telegram("4711")[-1:]


def arrivals_at_the_platform(count, hold, way, back):
    """When messages arrive of which each is held back before it leaves, and on its way there and back: functions of
    its number. Three seconds of even sending come first, in which the pace learns how long that takes.
    """

    async def main():
        pace, found = Pace(), []

        async def send(number):
            turn = await pace.turn(TOKEN)
            await asyncio.sleep(hold(number))
            await turn.leave()
            await asyncio.sleep(way(number))
            found.append(now())
            await asyncio.sleep(back(number))
            turn.arrived()

        await asyncio.gather(*(send(number) for number in range(count)))
        return found

    return run(main())


@pytest.mark.parametrize("longest", [0.005, 0.05, 0.3])
@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_held_up_thirty_arrive_in_a_second_at_most(seed, longest):
    chance = Random(seed)

    def delay(number):
        return 0.003 + (chance.uniform(0, longest) if number >= 90 and chance.random() < 0.3 else 0.0)

    found = arrivals_at_the_platform(300, delay, delay, lambda _: 0.003)
    assert most_in_any(1.0, found) <= 30


def test_a_stall_is_followed_by_no_burst():
    stall = range(150, 160)

    def hold(number):
        return 1.0 - (number - stall.start) / 29.45 if number in stall else 0.005  # all of them can go at once, then

    found = arrivals_at_the_platform(240, hold, lambda _: 0.01, lambda _: 0.01)
    assert most_in_any(1.0, found) <= 30
    assert min(after - before for before, after in pairwise(found)) >= 0.015


def test_what_is_written_down_first_takes_nothing_from_the_pace_and_leaves_on_time():
    found = arrivals_at_the_platform(600, lambda _: 0.02, lambda _: 0.05, lambda _: 0.05)
    gaps = [after - before for before, after in pairwise(found[90:])]
    assert 509 / (found[-1] - found[90]) >= 0.98 * 30
    assert max(gaps) - min(gaps) <= 0.005


def test_a_reply_waits_for_no_more_than_two_messages_to_leave():
    async def main():
        pace, waited = Pace(), []

        async def broadcast():
            while True:
                turn = await pace.turn(TOKEN)
                sending.append(asyncio.create_task(leave(turn)))

        async def leave(turn):
            await asyncio.sleep(0.02)
            await turn.leave()

        sending = []
        going = asyncio.create_task(broadcast())
        for number in range(200):
            await asyncio.sleep(1 + number / 1000)
            asked = now()
            turn = await pace.turn(TOKEN, urgent=True)
            await turn.leave()
            waited.append(now() - asked)
        going.cancel()
        return max(waited)

    assert run(main()) <= 2 / 29.45 + 0.001


# --- Any rates, any order of arrival

RATES = st.builds(
    lambda chat, group, token: (chat, group, token),
    st.tuples(st.integers(1, 3), st.sampled_from([0.5, 1.0])),
    st.tuples(st.integers(1, 6), st.sampled_from([5.0, 7.5])),
    st.tuples(st.integers(1, 4), st.sampled_from([0.1, 0.25, 1.0])),
)
ARRIVAL = st.fixed_dictionaries(
    {
        "at": st.integers(0, 40).map(lambda tenths: tenths / 10),
        "chat": st.integers(0, 2),
        "urgent": st.sampled_from([False, False, False, True]),
        "patience": st.one_of(st.none(), st.integers(0, 30).map(lambda tenths: tenths / 10)),
    }
)


@settings(max_examples=150, deadline=None)
@given(RATES, st.lists(ARRIVAL, max_size=40), st.floats(0, 3))
def test_no_limit_is_exceeded_whoever_comes_and_goes(rates, arrivals, parked):
    chat, group, token = rates

    async def main():
        pace, passages = Pace(), []
        pace.park(Rate("token", *token), parked)

        async def arrive(*, at, chat_number, urgent, patience):
            await asyncio.sleep(at)
            limits = [
                Rate(("chat", chat_number), *chat),
                Rate(("group", chat_number), *group),
                Rate("token", *token),
            ]
            try:
                async with asyncio.timeout(patience):
                    await pace.turn(limits, urgent=urgent)
            except TimeoutError:
                return False
            passages.append((now(), chat_number, urgent))
            return True

        begin = now()
        came = [
            arrive(at=one["at"], chat_number=one["chat"], urgent=one["urgent"], patience=one["patience"])
            for one in arrivals
        ]
        passed = await asyncio.gather(*came)
        return begin, passages, passed

    begin, passages, passed = run(main())
    assert most_in_any(token[1], [at for at, _, _ in passages]) <= token[0]
    for number in range(3):
        notices = [at for at, there, urgent in passages if there == number and not urgent]
        assert most_in_any(chat[1], notices) <= chat[0]
        assert most_in_any(group[1], notices) <= group[0]
    assert all(at >= begin + parked - A_HAIR for at, _, _ in passages)
    assert all(came for came, one in zip(passed, arrivals, strict=True) if one["patience"] is None)


# --- Who goes first

SLOW = [Rate("token", 1, 1.0)]


def in_order(*steps):
    """The names of those who pass, in order; a step is `(name, urgent)`."""

    async def main():
        pace, passed = Pace(), []

        async def wait(name, *, urgent):
            await pace.turn(SLOW, urgent=urgent)
            passed.append((name, now() - begin))

        begin = now()
        await asyncio.gather(*(wait(name, urgent=urgent) for name, urgent in steps))
        return passed

    return run(main())


def test_whoever_comes_first_goes_first():
    assert in_order(("a", False), ("b", False), ("c", False)) == [("a", 0), ("b", 1), ("c", 2)]


def test_a_reply_goes_ahead_of_notices_that_wait():
    order = in_order(("a", False), ("b", False), ("reply", True), ("second reply", True))
    assert order == [("a", 0), ("reply", 1), ("second reply", 2), ("b", 3)]


def test_a_reply_does_not_wait_for_its_chat_but_counts_there():
    async def main():
        pace, chat = Pace(), Rate("chat", 1, 10.0)
        begin = now()
        await pace.turn([chat, *SLOW])
        await pace.turn([chat, *SLOW], urgent=True)
        replied = now() - begin
        await pace.turn([chat, *SLOW])
        return replied, now() - begin

    assert run(main()) == (1.0, 11.0)


def test_a_notice_has_its_share_however_many_reply():
    replies = [(f"reply {number}", True) for number in range(9)]
    order = [name for name, _ in in_order(("first", False), *replies, ("a", False), ("b", False), ("c", False))]
    assert order[0] == "first"
    assert [order.index(name) for name in "abc"] == [4, 8, 12]


def test_replies_do_not_hold_back_a_notice_that_waits_in_their_chat():
    async def main():
        pace, chat, token = Pace(), Rate("chat", 20, 61.0), [Rate("token", 100, 1.0)]
        begin = now()

        async def keep_asking():
            while True:
                await pace.turn([chat, *token], urgent=True)
                await asyncio.sleep(1 / 40)

        asking = asyncio.create_task(keep_asking())
        await asyncio.sleep(10)
        notice = asyncio.create_task(pace.turn([chat, *token]))
        done, _ = await asyncio.wait([notice], timeout=600)
        asking.cancel()
        return bool(done), now() - begin

    arrived, seconds = run(main())
    assert arrived
    assert seconds <= 10 + 61 + 1


def test_whoever_gives_up_loses_the_place_and_holds_up_nobody():
    async def main():
        pace = Pace()
        begin = now()
        await pace.turn(SLOW)
        waiting = [asyncio.create_task(pace.turn(SLOW)) for _ in range(4)]
        await asyncio.sleep(0.5)
        for one in waiting[:3]:
            one.cancel()
        await waiting[3]
        return now() - begin

    assert run(main()) == 1.0


def test_whoever_is_cancelled_in_the_moment_of_being_let_in_holds_up_nobody():
    async def main():
        pace, loop = Pace(), asyncio.get_running_loop()
        begin = now()
        await pace.turn(SLOW)
        first, second = (asyncio.create_task(pace.turn(SLOW)) for _ in range(2))
        await asyncio.sleep(0)
        loop.call_at(begin + 1.0, first.cancel)  # after the gate's own timer of that instant
        await second
        return first.cancelled(), now() - begin

    assert run(main()) == (True, 1.0)


def test_whoever_waits_for_the_token_keeps_the_place_in_the_chat():
    async def main():
        pace, chat, passed = Pace(), Rate("chat", 1, 1.0), []

        async def notice():
            await pace.turn([chat, *SLOW])
            passed.append(now() - begin)

        begin = now()
        pace.park(SLOW[0], 5.0)
        await asyncio.gather(*(notice() for _ in range(3)))
        return passed

    assert run(main()) == [5.0, 6.0, 7.0]


def test_parking_holds_back_those_who_wait_already_and_shortens_no_longer_wait():
    async def main():
        pace = Pace()
        begin = now()
        await pace.turn(SLOW)
        waiting = asyncio.create_task(pace.turn(SLOW))
        await asyncio.sleep(0.5)
        pace.park(SLOW[0], 5.0)
        pace.park(SLOW[0], 1.0)
        await waiting
        return now() - begin

    assert run(main()) == 5.5


def test_without_limits_nobody_waits():
    async def main():
        begin = now()
        await Pace().turn([])
        return now() - begin

    assert run(main()) == 0


def test_quiet_destinations_are_forgotten_and_busy_ones_are_not(monkeypatch):
    monkeypatch.setattr(module, "_MANY", 10)

    async def main():
        pace, passed = Pace(), []
        busy = [Rate("busy", 3, 60.0)]
        for number in range(100):
            await pace.turn([Rate(number, 1, 0.5)])
            if number < 5:
                await pace.turn(busy)
                passed.append(now())
            await asyncio.sleep(0.1)
        return len(pace._queues), passed

    gates, passed = run(main())
    assert gates <= 30
    assert max(after - before for before, after in pairwise(passed)) > 50
