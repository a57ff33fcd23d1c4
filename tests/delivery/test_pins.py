"""The newest digest of a channel is pinned: once, whatever happens in between, and no message waits for it."""

import logging
from datetime import timedelta

import pytest

from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Kind, Notice, Occasion, State
from bot.engine.pins import Pins
from bot.platforms.base import DeliveryError
from bot.store.digests import DigestState
from tests.delivery.build import Fake, board, busy, lost
from tests.domain.build import channel, instant, posting

LAB = channel("lab", platform="fake", address="a", digest="weekly mon 09:00", pin=True)
MONDAY = instant("2027-05-03 07:00")
NO_RIGHT = "the bot may not pin; give it the right to pin messages"


class Clock:
    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now


class Desk:
    """A channel that gets digests, and whoever pins them; `dies` as if nothing of it had been in memory."""

    def __init__(self, ledger, lab=LAB):
        self.ledger, self.platform, self.clock = ledger, Fake(), Clock()
        self.board = board([lab], clock=self.clock)
        self.turns = []
        self.dies()

    def dies(self, *, tries_refused=True):
        async def turn(destination):
            self.turns.append(destination)

        self.pins = Pins(self.board, self.ledger, {"fake": self.platform}, turn)
        self.pins.start_over(tries_refused=tries_refused)

    async def gets(self, week, state=State.DELIVERED):
        at = MONDAY + timedelta(weeks=week)
        item = Notice(Occasion(posting("owl"), Kind.DIGEST, at, part=Kind.DIGEST), "lab")
        one = Dispatch(LAB, (item, Notice(Occasion.of_digest(at, 1), "lab")))
        await self.ledger.begin(one, at)
        await self.ledger.end(one.key, state, at, reference=f"a/{week}")
        await self.ledger.digests.put([DigestState("lab", "weekly mon 09:00", at)])
        self.pins.note("lab")

    async def round(self, owned=("fake",)):
        self.pins.begin(owned, self.clock())
        await self.pins.idle()

    @property
    def pinned(self):
        return self.platform.pinned

    def calls(self):
        calls, self.platform.calls = [(what, key) for what, _, key in self.platform.calls], []
        return calls


@pytest.fixture
async def desk(ledger):
    one = Desk(ledger)
    yield one
    await one.pins.close()


async def test_the_newest_is_pinned_and_the_one_before_no_longer(desk):
    await desk.round()
    assert desk.calls() == []
    await desk.gets(1)
    await desk.round()
    await desk.gets(2)
    await desk.round()
    await desk.round()
    assert desk.calls() == [("pin", "a/1"), ("pin", "a/2"), ("unpin", "a/1")]
    assert desk.pinned == ["a/2"]
    assert desk.turns == [LAB.destination] * 2
    state = (await desk.ledger.digests.states())["lab"]
    assert (state.pinned, state.refused) == ("a/2", None)


async def test_what_a_kill_left_undone_is_done_at_the_next_start(desk):
    await desk.gets(1)
    desk.dies()  # between the message and its pin
    await desk.round()
    assert desk.pinned == ["a/1"]
    await desk.gets(2)
    await desk.platform.pin("a/2")
    desk.dies()  # between the pin and that it was written down
    await desk.round()
    assert desk.pinned == ["a/2"]
    desk.calls()
    desk.dies()
    await desk.round()
    assert desk.calls() == []  # nothing is left to do


async def test_a_refusal_is_told_once_and_the_next_digest_is_tried(desk, caplog):
    caplog.set_level(logging.INFO)
    await desk.gets(1)
    desk.platform.pin_errors.extend([DeliveryError(NO_RIGHT, permanent=True)] * 3)
    for _ in range(2):
        await desk.round()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert NO_RIGHT in caplog.text
    await desk.gets(2)
    await desk.round()
    desk.dies(tries_refused=False)
    await desk.round()
    assert [what for what, _ in desk.calls()] == ["pin", "pin"]
    desk.dies()  # whoever mended it has started the bot again
    await desk.round()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    await desk.gets(3)
    await desk.round()
    assert desk.pinned == ["a/3"]
    assert "is pinned again" in caplog.text


async def test_what_passes_is_tried_again_and_not_at_once(desk):
    await desk.gets(1)
    desk.platform.pin_errors.extend([busy(5), lost()])
    await desk.round()
    assert desk.pins.next_instant() == MONDAY + timedelta(seconds=5)
    await desk.round()
    assert len(desk.calls()) == 1
    for _ in range(2):
        desk.clock.now = desk.pins.next_instant()
        await desk.round()
    assert (desk.pinned, desk.pins.next_instant()) == (["a/1"], None)


async def test_that_the_last_pin_stays_is_no_reason_to_try_for_ever(desk, caplog):
    await desk.gets(1)
    await desk.round()
    await desk.gets(2)
    desk.platform.pin_errors.extend([None, DeliveryError(NO_RIGHT, permanent=True)])
    await desk.round()
    await desk.round()
    assert desk.pinned == ["a/1", "a/2"]
    assert caplog.text.count("stays pinned") == 1


async def test_who_does_not_send_there_pins_nothing(desk):
    await desk.gets(1)
    await desk.round(owned=())
    assert desk.calls() == []
    await desk.gets(2, State.REFUSED)  # that one never arrived
    await desk.round()
    assert desk.pinned == ["a/1"]


async def test_a_channel_that_does_not_want_it_has_no_pins(ledger):
    desk = Desk(ledger, channel("lab", platform="fake", address="a", digest="weekly mon 09:00"))
    await desk.gets(1)
    await desk.round()
    assert desk.calls() == []
