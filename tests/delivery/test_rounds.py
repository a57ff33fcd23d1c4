"""The app's rounds over a delivery: who owns, what is in doubt, and that a round ends."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import once
from bot.audiences.audiences import KnownAudiences
from bot.audiences.dispatch import Dispatch
from bot.config import PlatformConfig
from bot.domain.notice import Kind, State
from bot.domain.posting import Status
from bot.engine import rounds as engine_rounds
from bot.engine.board import Callboard, real_clock
from bot.engine.rounds import Rounds
from bot.planning.agenda import Agenda
from bot.sources.files import RegistryChanges
from bot.store import Ledger, LedgerError, SenderLock
from tests.delivery.build import Fake, Lock, Words, alone, board, busy, notices, refused, settings, until
from tests.domain.build import channel, posting

LAB = channel("lab-a", platform="fake", address="a")
TWO = [posting("phd-0"), posting("phd-1")]


@pytest.fixture(autouse=True)
def words(monkeypatch):
    monkeypatch.setattr(Callboard, "wording", Words())


@pytest.fixture
async def rounds(ledger):
    one = Rounds(board([LAB], TWO), ledger, Lock(), {"fake": Fake()})
    yield one
    await one.delivery.close()


def shown(rounds):
    return rounds._platforms["fake"].posts()


async def settle(rounds):
    async with asyncio.timeout(20):
        while (await rounds.tick()).left:
            await rounds.delivery.idle()
            await asyncio.sleep(0.002)


async def test_what_is_due_is_sent_and_then_nothing_is_left(rounds):
    assert (await rounds.tick()).left == 2
    await rounds.delivery.idle()
    outlook = await rounds.tick()
    assert (outlook.left, outlook.next_instant) == (0, None)
    assert (outlook.closing, outlook.waiting) == (0, timedelta())
    assert shown(rounds) == ["phd-0", "phd-1"]


async def test_the_ledger_is_not_asked_for_what_this_process_has_just_delivered(rounds, monkeypatch):
    asked, entries = [], rounds._ledger.entries

    def counted(keys):
        asked.append(list(keys))
        return entries(asked[-1])

    monkeypatch.setattr(rounds._ledger, "entries", counted)
    assert (await rounds.tick()).left == 2
    assert any("lab-a/phd-0/announcement" in keys for keys in asked)
    asked.clear()
    await rounds.delivery.idle()
    assert (await rounds.tick()).left == 0
    assert asked == []
    assert shown(rounds) == ["phd-0", "phd-1"]


async def test_the_ledger_is_asked_where_another_may_have_sent_meanwhile(rounds, monkeypatch):
    """What this process delivered just then may be in doubt by now, so that its own word does not count."""
    assert (await rounds.tick()).left == 2
    await rounds.delivery.idle()
    asked, entries = [], rounds._ledger.entries

    def counted(keys):
        asked.extend(keys)
        return entries(asked)

    monkeypatch.setattr(rounds._ledger, "entries", counted)
    monkeypatch.setattr(rounds, "_session", object())  # the connection that held the lock is another one
    assert (await rounds.tick()).left == 0
    assert {"lab-a/phd-0/announcement", "lab-a/phd-1/announcement"} <= set(asked)


def test_what_stands_in_for_nothing_that_falls_due_later_settles_only_itself():
    now = real_clock()
    agenda = Agenda(KnownAudiences([LAB]))
    agenda.change(TWO[:1])
    ((wanted,),) = agenda.look(now)
    (notice,) = wanted.notices
    later = replace(notice, occasion=replace(notice.occasion, kind=Kind.REMINDER, at=now + timedelta(days=1)))
    agenda.expect(replace(wanted, notices=(notice, later)), notice, now)
    agenda.take_in_settled(notice)
    assert len(agenda) == 1, "the ledger has to be asked"
    agenda.expect(wanted, notice, now)
    agenda.take_in_settled(later)
    assert len(agenda) == 1
    agenda.take_in_settled(notice)
    assert len(agenda) == 0


def all_told(channels, postings):
    """An agenda in which each notice was expected, and is settled by the fact that it was delivered."""
    now, agenda = real_clock(), Agenda(KnownAudiences(channels))
    agenda.change(postings)
    looked = [wanted for of_audience in agenda.look(now) for wanted in of_audience]
    for wanted in looked:
        agenda.expect(wanted, wanted.notices[0], now)
    for wanted in looked:
        agenda.take_in_settled(wanted.notices[0])
    return agenda


def test_the_ledger_is_asked_once_more_of_a_large_digest_alone_however_many_channels_there_are():
    many = [channel(f"lab-{number}", platform="fake", address=str(number)) for number in range(600)]
    assert len(all_told(many, TWO)) == 0
    assert len(all_told([LAB], [posting(f"phd-{number}") for number in range(20)])) == 0
    assert len(all_told([LAB], [posting(f"phd-{number}") for number in range(21)])) == 1


async def test_of_what_is_left_it_says_what_closes_within_a_day_and_for_how_long_the_oldest_has_been_due(ledger):
    now = real_clock()
    tomorrow, later = (f"{now + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (20, 30))
    postings = [
        posting("phd-0", deadline=tomorrow, timezone="UTC"),
        posting("phd-1", deadline=later, timezone="UTC"),
        posting("phd-2", posted=(now - timedelta(days=3)).date(), timezone="UTC"),
    ]
    fake = Fake()
    fake.at("a", *[busy(3600)] * 3)
    rounds = Rounds(board([LAB], postings, clock=lambda: now), ledger, Lock(), {"fake": fake})
    outlook = await rounds.tick()
    assert (outlook.left, outlook.closing) == (3, 1)
    assert timedelta(days=2) < outlook.waiting < timedelta(days=4)
    await rounds.delivery.close()


async def test_who_stands_by_sends_nothing_and_takes_over(rounds):
    rounds._lock.is_mine = False
    assert (await rounds.tick()).left == 0  # it leaves even the planning to the other
    await rounds.delivery.idle()
    assert shown(rounds) == []
    rounds._lock.is_mine = True
    await settle(rounds)
    assert shown(rounds) == ["phd-0", "phd-1"]


async def test_who_loses_the_lock_sends_nothing_more(rounds):
    gate = asyncio.Event()
    rounds._platforms["fake"].at("a", gate)
    await rounds.tick()
    await until(lambda: rounds._platforms["fake"].calls)
    rounds._lock.is_mine = False
    await rounds.tick()
    gate.set()
    await rounds.delivery.idle()
    assert shown(rounds) == ["phd-0"]
    assert not rounds.owns


@pytest.mark.parametrize("name", ["mark_wire_in_doubt", "records", "moved", "standing"])
async def test_what_was_on_the_wire_is_cleared_up_even_if_the_ledger_fails_at_first(rounds, ledger, monkeypatch, name):
    found = Agenda(KnownAudiences([LAB]))
    found.change(TWO)
    ((wanted, *_),) = found.look(real_clock())
    first = wanted.notices[0]
    await ledger.begin(Dispatch(LAB, (first,)), real_clock())
    step = getattr(ledger, name)

    async def fail(*given, **more):
        monkeypatch.setattr(ledger, name, step)
        raise LedgerError("the database is away")

    monkeypatch.setattr(ledger, name, fail)
    with pytest.raises(LedgerError):
        await rounds.tick()
    await settle(rounds)
    assert sorted(shown(rounds)) == ["phd-0", "phd-1"]


async def test_the_next_instant_is_when_the_first_waiting_lane_goes_on(rounds):
    rounds._platforms["fake"].at("a", busy(30))
    await rounds.tick()
    await rounds.delivery.idle()
    assert rounds.changed.is_set()
    outlook = await rounds.tick()
    assert not rounds.changed.is_set()
    assert outlook.left == 2
    assert timedelta(seconds=25) < outlook.next_instant - real_clock() <= timedelta(seconds=30)


async def test_what_was_delivered_long_before_a_posting_changed_does_not_have_it_looked_at_sooner(ledger):
    """Others may follow it: what has closed with it is told of in the same digest."""
    ahead = timedelta()
    desk = board([LAB], TWO, clock=lambda: real_clock() + ahead)
    rounds = Rounds(desk, ledger, Lock(), {"fake": Fake()}, quiet=timedelta(hours=1))
    await rounds.tick()
    await rounds.delivery.idle()
    ahead = timedelta(hours=2)
    desk.take_in(RegistryChanges((replace(TWO[0], status=Status.FILLED),), (), ()))
    await rounds.tick()
    assert rounds._review.is_unsure("phd-0", desk.clock())
    await rounds.delivery.close()


# --- One round and out: `callboard tick`


@pytest.fixture
def one_round(tmp_path, monkeypatch):
    """Does a round with the fake platform and gives how many notices are left."""
    folder = tmp_path / "postings"
    folder.mkdir()
    for name in ("phd-0", "phd-1"):
        (folder / f"{name}.yaml").write_text("title: Owls at night\nrole: phd\n")
    fake = Fake()
    monkeypatch.setattr(once, "build_platforms", lambda config: {"fake": fake})
    monkeypatch.setattr(once, "credentials", lambda config: {"fake": "fake"})

    async def go(patience=5.0):
        config = settings(folder, [LAB], database=go.database, platforms=(PlatformConfig("fake", "fake", {}),))
        async with asyncio.timeout(20):
            return await once.tick(config, real_clock, patience)

    go.platform = fake
    go.database = f"sqlite:///{tmp_path / 'callboard.db'}"
    return go


async def test_a_round_ends_when_all_is_settled_and_a_second_finds_nothing(one_round):
    assert await one_round() == 0
    assert await one_round() == 0
    assert one_round.platform.posts() == ["phd-0", "phd-1"]


async def test_a_round_waits_for_what_can_be_tried_again_soon(one_round):
    one_round.platform.at("a", busy(), busy(0.05), refused())
    assert await one_round() == 0
    assert one_round.platform.posts() == ["phd-1"]


async def test_a_round_does_not_wait_longer_than_its_patience(one_round):
    one_round.platform.at("a", busy(3600))
    assert await one_round(patience=1.0) == 2


async def test_a_round_with_a_notice_that_cannot_be_put_into_words_ends(one_round, monkeypatch):
    monkeypatch.setattr(Callboard, "wording", Words({"phd-0"}))
    monkeypatch.setattr("bot.delivery.sending.LONGEST_WAIT", 300.0)
    assert await one_round(patience=0.5) == 1
    assert one_round.platform.posts() == ["phd-1"]


async def test_a_round_beside_a_process_that_sends_says_so_and_ends(one_round, caplog):
    lock = SenderLock(one_round.database, {"fake": "fake"})
    assert await lock.take()
    assert await one_round(patience=0.7) == 2
    assert one_round.platform.posts() == []
    assert "another callboard sends" in caplog.records[-1].getMessage()
    assert caplog.records[-1].levelno == logging.ERROR
    await lock.release()
    assert await one_round() == 0


async def test_a_round_takes_over_when_the_other_process_ends(one_round):
    lock = SenderLock(one_round.database, {"fake": "fake"})
    assert await lock.take()
    asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(lock.release()))
    assert await one_round() == 0
    assert one_round.platform.posts() == ["phd-0", "phd-1"]
    ledger = await Ledger.open(one_round.database)
    assert {record.state for record in await ledger.records()} == {State.DELIVERED}
    await ledger.close()


async def test_where_there_is_much_to_send_others_work_in_between():
    worked = 0

    async def work():
        nonlocal worked
        while True:
            worked += 1
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    many = alone(notices(1000))
    assert await engine_rounds._all_of(many) == many
    working.cancel()
    assert worked >= 4


async def test_a_plan_has_enough_for_each_platform_though_another_has_more_than_one_plan_holds(ledger, monkeypatch):
    monkeypatch.setattr(engine_rounds, "_ENOUGH", 4)
    monkeypatch.setattr(engine_rounds, "_AT_A_TIME", 1)
    first = [channel(f"a-{number}", platform="fake", address=f"a{number}") for number in range(6)]
    second = [channel(f"b-{number}", platform="other", address=f"b{number}") for number in range(2)]
    fakes = {"fake": Fake(), "other": Fake()}
    rounds = Rounds(board([*first, *second], TWO[:1]), ledger, Lock(fakes), fakes)
    await rounds.tick()
    await rounds.delivery.idle()
    assert fakes["other"].posts() == ["phd-0"] * 2
    await settle(rounds)
    assert fakes["fake"].posts() == ["phd-0"] * 6
    await rounds.delivery.close()
