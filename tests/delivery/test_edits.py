"""Messages that stand are edited and deleted; chats move; doubts may be dropped; and not all queues work at once."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.dispatch import Act
from bot.delivery import delivery as module
from bot.delivery.words import Words as Cache
from bot.domain.notice import Notice, State
from bot.domain.version import Standing
from bot.engine.board import real_clock
from bot.platforms.base import DeliveryError
from bot.wording.catalogue import wording
from tests.delivery.build import Arrives, Bench, alone, busy, lost, notice, notices, refused, until
from tests.domain.build import instant
from tests.store.build import message


async def sent(bench, *some):
    """Sends these as one message; gives their records."""
    dispatch = message(*some)
    bench.delivery.offer([dispatch])
    await bench.delivery.idle()
    records = {record.key: record for record in await bench.ledger.records()}
    return [records[one.key] for one in some]


def change(record, number=1, act=Act.EDIT, address="a"):
    """The edit that strikes a posting in its message."""
    one = notice(record.posting, address)
    occasion = replace(one.occasion, standing=Standing.FILLED)
    corrected = Notice(occasion, one.audience, record, number)
    return message(corrected, act=act, reference=record.reference, said_at=record.at)


async def does(bench, *dispatches):
    """Offers these until they are settled."""
    async with asyncio.timeout(20):
        while True:
            entries = await bench.ledger.entries([one.key for dispatch in dispatches for one in dispatch.notices])
            left = [
                one
                for one in dispatches
                if not getattr(entries.get(one.notices[0].key), "state", State.DUE_AGAIN).is_settled
            ]
            if not left:
                return
            bench.delivery.offer(left)
            await bench.delivery.idle()
            await asyncio.sleep(0.005)


async def record_of(bench, dispatch):
    return await bench.record(dispatch.notices[0])


# --- Edits


async def test_an_edit_puts_the_message_in_its_place_and_is_written_down(bench):
    [first] = await sent(bench, notice("owl"))
    edit = change(first)
    await does(bench, edit)
    assert bench.platform.page == {"a/1": edit.notices}
    assert bench.platform.calls[-1] == ("edit", "a", first.key)  # the key that the message goes by
    record = await record_of(bench, edit)
    assert (record.state, record.reference, record.attempts) == (State.DELIVERED, "a/1", 1)
    assert (await bench.record(notice("owl"))).at == first.at


async def test_an_edit_of_a_digest_goes_by_the_digests_key_and_shows_all_of_it(bench):
    records = await sent(bench, *notices(6))
    one = change(records[2])
    whole = replace(one, shows=tuple(change(record).notices[0] for record in records))
    await does(bench, whole)
    assert bench.platform.calls[-1] == ("edit", "a", message(*notices(6)).key)
    assert len(bench.platform.page["a/1"]) == 6
    assert len([record for record in await bench.ledger.records() if record.revision]) == 1


async def test_edits_and_messages_of_a_channel_keep_their_order(bench):
    [first] = await sent(bench, notice("owl"))
    bench.delivery.offer([message(notice("mouse")), change(first), message(notice("frog"))])
    await bench.delivery.idle()
    assert [what for what, *_ in bench.platform.calls] == ["send", "send", "edit", "send"]


@pytest.mark.parametrize("step", [lost(), Arrives(lost()), busy(), Arrives(ValueError("a bug")), ValueError("a bug")])
@pytest.mark.parametrize("act", [Act.EDIT])
async def test_an_edit_without_a_clear_answer_is_simply_tried_again(bench, step, act):
    [first] = await sent(bench, notice("owl"))
    bench.platform.at("a", step)
    edit = change(first, act=act)
    await does(bench, edit)
    assert [what for what, *_ in bench.platform.calls] == ["send", "edit", "edit"]  # nobody is asked
    record = await record_of(bench, edit)
    assert (record.state, record.attempts) == (State.DELIVERED, 2)


async def test_a_refused_edit_is_settled_and_disturbs_nobody(bench, caplog):
    [first] = await sent(bench, notice("owl"))
    bench.platform.at("a", refused("the message is not there any more"))
    edit = change(first)
    await does(bench, edit)
    record = await record_of(bench, edit)
    assert (record.state, record.reason) == (State.REFUSED, "the message is not there any more")
    said = [one.levelno for one in caplog.records if one.name.startswith("callboard") and one.levelno > logging.INFO]
    assert said == [logging.WARNING]
    await bench.offer(notice("mouse"))
    assert bench.platform.posts() == ["owl", "mouse"]


async def test_an_edit_that_must_wait_parks_its_lane(bench):
    [first] = await sent(bench, notice("owl"))
    bench.platform.at("a", busy(5))
    bench.delivery.offer([change(first), *alone([notice("mouse")])])
    await bench.delivery.idle()
    assert bench.platform.posts() == ["owl"]
    assert bench.delivery.next_instant() is not None
    record = await record_of(bench, change(first))
    assert (record.due_again_at - record.at).total_seconds() == pytest.approx(5, abs=0.5)


# --- Deletions


async def test_a_deletion_takes_the_message_away(bench):
    [first] = await sent(bench, notice("owl"))
    delete = change(first, act=Act.DELETE)
    await does(bench, delete)
    assert bench.platform.page == {}
    record = await record_of(bench, delete)
    assert (record.kind, record.state) == ("withdrawal", State.DELIVERED)


async def test_a_deletion_that_arrived_without_an_answer_is_tried_again_and_settled(bench):
    [first] = await sent(bench, notice("owl"))
    bench.platform.at("a", Arrives(lost()))
    delete = change(first, act=Act.DELETE)
    await does(bench, delete)
    assert bench.platform.page == {}
    assert (await record_of(bench, delete)).state.is_settled


# --- Answers


async def test_a_message_is_sent_in_reply_and_found_there_when_in_doubt(bench):
    bench.platform.at("a", None, Arrives(lost()))
    await sent(bench, notice("owl"))
    asked = []
    find = bench.platform.find

    async def found(destination, key, since, reply_to=None):
        asked.append(reply_to)
        return await find(destination, key, since, reply_to)

    bench.platform.find = found
    await does(bench, message(notice("mouse"), reference="a/1"))
    assert bench.platform.replies == {"a/1": None, "a/2": "a/1"}
    assert asked == ["a/1"]
    assert (await bench.record(notice("mouse"))).reply_to == "a/1"


# --- A chat that has moved


def moved(to):
    return DeliveryError("the group is a supergroup now", moved_to=to)


async def test_a_chat_that_has_moved_is_followed_and_that_is_remembered(bench, caplog):
    bench.platform.at("a", moved("b"))
    await does(bench, *alone(notices(2)))
    assert bench.platform.posts("b") == ["phd-0", "phd-1"]
    assert await bench.ledger.moved() == {("fake", "a"): "b"}
    assert [one for one in caplog.messages if "the group a is now b" in one and "in the config" in one]
    assert [address for what, address, _ in bench.platform.calls] == ["a", "b", "b"]


async def test_after_a_restart_the_new_address_is_used_at_once(ledger):
    bench = Bench(ledger, real_clock)
    bench.delivery.know_moved({("fake", "a"): "b"})
    await does(bench, *alone(notices(1)))
    assert [address for _, address, _ in bench.platform.calls] == ["b"]


@pytest.mark.parametrize(("answered", "is_there"), [("a/1", False), ("b/1", True)])
async def test_an_answer_to_a_message_of_the_former_chat_stands_alone(ledger, answered, is_there):
    bench = Bench(ledger, real_clock)
    bench.delivery.know_moved({("fake", "a"): "b"})
    await does(bench, message(notice("owl"), reference=answered))
    assert list(bench.platform.replies.values()) == [answered if is_there else None]


async def test_a_chat_that_moves_again_is_followed_again(bench):
    bench.platform.at("a", moved("b"))
    bench.platform.at("b", None, moved("c"))
    await does(bench, *alone(notices(3)))
    assert (bench.platform.posts("b"), bench.platform.posts("c")) == (["phd-0"], ["phd-1", "phd-2"])
    assert await bench.ledger.moved() == {("fake", "a"): "c"}


async def test_a_platform_that_says_that_a_chat_has_moved_to_where_it_is_does_not_turn_in_circles(bench):
    bench.platform.at("a", moved("a"), moved("a"))
    await does(bench, *alone(notices(1)))
    assert bench.platform.posts("a") == ["phd-0"]
    assert len(bench.platform.calls) == 3
    assert await bench.ledger.moved() == {}


# --- Doubts that are dropped


def doubtful(kinds):
    one = notice("owl")
    dispatch = message(one)
    return replace(dispatch, audience=replace(dispatch.audience, drop_in_doubt=frozenset(kinds)))


@pytest.mark.parametrize(
    ("kinds", "calls"), [(["announcement"], ["send", "find"]), (["reminder"], ["send", "find", "send"])]
)
async def test_where_a_channel_wants_that_what_may_be_missing_is_dropped(bench, caplog, kinds, calls):
    bench.platform.can_be_asked = False
    bench.platform.at("a", lost())
    one = doubtful(kinds)
    await does(bench, one)
    assert [what for what, *_ in bench.platform.calls] == calls
    record = await record_of(bench, one)
    assert record.state is (State.REFUSED if len(calls) == 2 else State.DELIVERED)
    if len(calls) == 2:
        assert "it may not have arrived" in record.reason
        assert "it may be missing" in caplog.text


async def test_where_the_platform_can_be_asked_nothing_is_dropped(bench):
    bench.platform.at("a", lost())
    await does(bench, doubtful(["announcement"]))
    assert bench.platform.posts() == ["owl"]


async def test_a_doubt_of_an_earlier_process_is_dropped_too(bench):
    bench.platform.can_be_asked = False
    one = doubtful(["announcement"])
    await bench.ledger.begin(one, real_clock())
    await bench.ledger.mark_wire_in_doubt(["fake"])
    [record] = await bench.ledger.records()
    bench.delivery.take_in_doubt([(record, one.audience.destination, True)])
    await bench.delivery.idle()
    assert (await record_of(bench, one)).state is State.REFUSED


# --- Many queues


async def test_no_more_lanes_work_at_once_than_fit_and_all_come_to_their_turn(bench, monkeypatch):
    monkeypatch.setattr(module, "_WORKING", 8)
    many = [notice("owl", f"chat{number}") for number in range(60)]
    bench.delivery.offer(alone(many))
    assert len(bench.delivery._at_work()) == 8
    await bench.delivery.idle()
    assert bench.platform.most_at_once <= 8
    assert len(bench.platform.shown) == 60
    assert bench.delivery._queues == {}  # nothing is remembered of whom nothing waits for


async def test_lanes_that_are_parked_leave_their_place_to_others(bench, monkeypatch):
    monkeypatch.setattr(module, "_WORKING", 2)
    for number in range(4):
        bench.platform.at(f"chat{number}", busy(30))
    many = [notice("owl", f"chat{number}") for number in range(8)]
    bench.delivery.offer(alone(many))
    await until(lambda: len(bench.platform.shown) == 4)
    assert {address for address, *_ in bench.platform.shown} == {"chat4", "chat5", "chat6", "chat7"}


async def test_lanes_that_hang_hold_up_no_more_than_their_places(bench, monkeypatch):
    monkeypatch.setattr(module, "_WORKING", 3)
    gate = asyncio.Event()
    bench.platform.at("chat0", gate)
    bench.platform.at("chat1", gate)
    bench.delivery.offer(alone(notice("owl", f"chat{number}") for number in range(10)))
    await until(lambda: len(bench.platform.shown) == 8)
    gate.set()
    await bench.delivery.idle()
    assert len(bench.platform.shown) == 10


# --- Words


class Writer:
    """Counts what is put into words."""

    def __init__(self):
        self.count = 0

    def __call__(self, language):
        self.words = wording(language)
        return self

    def notice(self, some, now, audience):
        self.count += 1
        return self.words.notice(some, now, audience)


NOON = instant("2027-05-02 12:00")


def in_channel(name="owl", **changes):
    one = message(notice(name))
    schedule = one.audience.schedule
    schedule = replace(schedule, timezone=changes.pop("timezone", schedule.timezone))
    return replace(one, audience=replace(one.audience, schedule=schedule, **changes))


def test_what_many_channels_hear_is_put_into_words_once():
    writer = Writer()
    words = Cache(writer)
    said = {words.of(in_channel(), NOON + timedelta(seconds=number)) for number in range(50)}
    assert (len(said), writer.count) == (1, 1)


@pytest.mark.parametrize(
    "changes", [{"language": "de"}, {"silent": True}, {"timezone": "Asia/Tokyo"}, {"name": "mouse"}]
)
def test_what_is_said_otherwise_is_put_into_words_again(changes):
    writer = Writer()
    words = Cache(writer)
    words.of(in_channel(), NOON)
    words.of(in_channel(**changes), NOON)
    assert writer.count == 2


def test_a_minute_later_it_is_put_into_words_anew():
    writer = Writer()
    words = Cache(writer)
    one = message(notice("owl", lead="1h"))
    before = instant("2027-06-01 21:29:59")
    assert words.of(one, before).lines[0].text.startswith("⏰ 30 minutes left")
    assert words.of(one, before + timedelta(minutes=1)).lines[0].text.startswith("⏰ 29 minutes left")
    assert writer.count == 2


def test_an_edit_speaks_of_the_instant_at_which_it_was_said():
    words = Cache(wording)
    one = message(notice("owl", lead="1h"))
    said_at = instant("2027-06-01 20:59:59")
    edit = replace(one, act=Act.EDIT, reference="a/1", said_at=said_at)
    assert "60 minutes left" in words.of(edit, said_at + timedelta(days=3)).text
    again = replace(edit, said_at=said_at + timedelta(minutes=30))
    assert "30 minutes left" in words.of(again, said_at + timedelta(days=3)).text


def test_no_more_is_kept_than_fits():
    words = Cache(wording)
    for number in range(2500):
        words.of(message(notice(f"owl-{number}")), NOON)
    assert len(words._known) <= 1000
