"""Where more waits than the platform lets through: channels before persons, and what closes sooner before the rest."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.dispatch import Act, Dispatch
from bot.delivery import Pace, delivery
from bot.domain.notice import Kind, Notice, Occasion, State
from bot.engine.board import real_clock
from bot.platforms.base import Rate
from tests.delivery.build import Bench, Fake, until
from tests.delivery.virtual_time import run
from tests.domain.build import channel, deadline, instant, leads, posting

LONG_AGO = instant("2027-01-01")
NEAR, FAR = "2097-05-31", "2097-12-31"


def to(name, about="owl", *, ends=FAR, person=True, act=Act.SEND):
    """A message about a posting with that deadline, to a person or a channel of that name."""
    audience = channel(name, platform="fake", address=name, since=LONG_AGO if person else None)
    occasion = Occasion(posting(about, deadline=ends), Kind.ANNOUNCEMENT, None)
    return Dispatch(audience, (Notice(occasion, name),), act)


@pytest.fixture
async def slow(ledger):
    """A delivery to a platform that lets one message pass in ten milliseconds."""
    bench = Bench(ledger, real_clock, platform=Fake([Rate("token", 1, 0.01)]))
    yield bench
    await bench.delivery.close()


def addresses(bench):
    return [address for address, *_ in bench.platform.shown]


def test_what_goes_first():
    order = [
        to("lab", ends=NEAR, person=False),
        to("lab", ends=None, person=False),
        to("lab", ends=NEAR, person=False, act=Act.EDIT),
        to("ada", ends=NEAR),
        to("ada", ends=FAR),
        to("ada", ends=None),
        to("ada", ends=NEAR, act=Act.EDIT),
    ]
    backwards = order[::-1]
    assert sorted(backwards, key=lambda dispatch: dispatch.urgency) == order


async def test_the_nearest_deadline_is_sent_to_all_first(slow):
    far, near = [to(f"a{n}") for n in range(6)], [to(f"b{n}", ends=NEAR) for n in range(3)]
    slow.delivery.offer([*far, *near])
    await slow.delivery.idle()
    names = addresses(slow)
    assert len(names) == 9
    assert max(names.index(dispatch.audience.name) for dispatch in near) <= 3  # two that leave may change places


async def test_what_closes_sooner_overtakes_a_fan_out_that_is_under_way(slow, monkeypatch):
    monkeypatch.setattr(delivery, "_WORKING", 4)
    far = [to(f"a{n:02}") for n in range(12)]
    slow.delivery.offer(far)
    await until(lambda: len(slow.platform.shown) >= 2)
    there = len(slow.platform.shown)
    slow.delivery.offer([*far[there + 1 :], *(to(f"b{n}", "mouse", ends=NEAR) for n in range(3))])
    await slow.delivery.idle()
    names = addresses(slow)
    assert max(names.index(f"b{n}") for n in range(3)) <= there + 4  # one was leaving, and one gave its place
    assert names[-1].startswith("a")


async def test_a_channel_waits_for_no_place_that_a_fan_out_has_taken(slow, monkeypatch):
    monkeypatch.setattr(delivery, "_WORKING", 4)
    persons = [to(f"a{n:02}", ends=NEAR) for n in range(12)]
    slow.delivery.offer(persons)
    await until(lambda: len(slow.platform.shown) >= 2)
    there = len(slow.platform.shown)
    slow.delivery.offer([*persons[there + 1 :], to("lab", "mouse", person=False)])
    await slow.delivery.idle()
    assert addresses(slow).index("lab") <= there + 2


async def test_a_direct_message_that_waits_for_its_own_pace_holds_up_no_channel(ledger, monkeypatch):
    monkeypatch.setattr(delivery, "_WORKING", 4)

    class Direct(Fake):
        def rates(self, destination):
            narrow = [Rate("direct", 1, 30.0)] if destination.address.startswith("D") else []
            return [*narrow, Rate("token", 50, 1.0)]

    bench = Bench(ledger, real_clock, platform=Direct())
    bench.delivery.offer([*(to(f"D{n}") for n in range(8)), *(to(f"C{n}", person=False) for n in range(6))])
    await until(lambda: len(bench.platform.shown) == 7)
    assert sorted(addresses(bench)) == ["C0", "C1", "C2", "C3", "C4", "C5", "D0"]
    await bench.delivery.close()


# --- Nothing after a deadline


def reminder(name, ends):
    occasion = Occasion(posting("owl", deadline=ends), Kind.REMINDER, LONG_AGO, leads("1d")[0])
    return replace(to(name), notices=(Notice(occasion, name),))


@pytest.mark.parametrize("kind", ["announcement", "reminder"])
async def test_what_waited_until_its_deadline_passed_is_not_sent(slow, kind):
    passes_at = real_clock() + timedelta(seconds=0.05)
    ends = replace(deadline(FAR), at=passes_at)
    make = reminder if kind == "reminder" else lambda name, ends: to(name, ends=ends)
    slow.delivery.offer([make(f"a{n:02}", ends) for n in range(20)])
    await until(lambda: real_clock() > passes_at)
    there = len(slow.platform.shown)
    await slow.delivery.idle()
    assert there < 20
    assert len(slow.platform.shown) - there <= 1  # it was on its way
    assert slow.asked_for_a_plan
    states = await slow.ledger.records(states=[State.DELIVERED])
    assert len(states) == len(slow.platform.shown)


async def test_what_is_held_up_on_its_way_past_the_deadline_does_not_leave(ledger, monkeypatch):
    """Writing down that it is on the wire may take its time."""
    bench = Bench(ledger, real_clock)
    passes_at = real_clock() + timedelta(seconds=0.05)
    begin = ledger.begin

    async def begin_late(dispatch, now):
        begun = await begin(dispatch, now)
        await until(lambda: real_clock() > passes_at)
        return begun

    monkeypatch.setattr(ledger, "begin", begin_late)
    bench.delivery.offer([to("ada", ends=replace(deadline(FAR), at=passes_at))])
    await bench.delivery.idle()
    assert bench.platform.calls == []
    [record] = await ledger.records()
    assert (record.state, record.reason) == (State.DUE_AGAIN, "its deadline had passed before it left")


async def test_what_is_said_of_a_posting_that_is_over_is_sent_whatever_its_deadline(bench):
    passed = posting("owl", deadline="2027-01-01")
    occasion = Occasion(passed, Kind.CLOSED, None, number=1)
    bench.delivery.offer([replace(to("ada"), notices=(Notice(occasion, "ada"),))])
    await bench.delivery.idle()
    assert addresses(bench) == ["ada"]


# --- The pace


def test_of_notices_that_wait_the_most_urgent_goes_first_and_replies_go_ahead():
    async def main():
        pace, passed = Pace(), []

        async def wait(name, urgency=None, *, urgent=False):
            await pace.turn([Rate("token", 1, 1.0)], urgent=urgent, urgency=urgency)
            passed.append(name)

        far, near = to("a", ends=FAR).urgency, to("a", ends=NEAR).urgency
        lab = to("lab", person=False).urgency
        await asyncio.gather(
            wait("first"), wait("far", far), wait("near", near), wait("lab", lab), wait("reply", urgent=True)
        )
        return passed

    assert run(main()) == ["first", "reply", "lab", "near", "far"]
