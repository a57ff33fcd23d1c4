"""Faults of Telegram while the bot sends, edits and deletes."""

import json
import socket
from datetime import timedelta

import pytest

from bot.audiences.place import PlaceSettings, own_name
from bot.domain.notice import Kind, State
from bot.domain.schedule import USUALLY_ANNOUNCED, Destination
from bot.platforms.telegram.adapter import Telegram
from tests.emulators.telegram import Fault, drop_after, drop_before, hang, malformed, status, too_many
from tests.faults.build import GROUP, SECOND, TELEGRAM, telegram_at

fault = pytest.mark.fault
LATE = "announcement of owls not delivered, tried again in"


def bad_request(text, **parameters):
    body = {"ok": False, "error_code": 400, "description": f"Bad Request: {text}"}
    return Fault(text, status=400, body=json.dumps(body | ({"parameters": parameters} if parameters else {})))


async def refused(world, because, name="owls"):
    """What is due is refused, said once, and arrives nowhere; and what is due later is tried again."""
    world.post(name)
    await world.go()
    record = await world.record(name)
    assert record.state is State.REFUSED
    assert because in record.reason
    world.said(f"ERROR lab-telegram: announcement of {name} refused: .*{because}")
    assert world.telegram.sent == []
    await world.restart()
    await world.go()
    assert (await world.record(name)).attempts == 1


async def doubled(world, fault, because, *, stood):
    """What is in doubt is sent once more, which is said; `stood` says how often it had arrived."""
    world.telegram.fail("sendMessage", fault)
    world.post("owls")
    await world.go()
    assert world.shown() == ["owls"] * (stood + 1)
    record = await world.record()
    assert (record.state, record.attempts) == (State.DELIVERED, 2)
    assert record.reference == f"{GROUP}/{world.telegram.messages(GROUP)[-1].message_id}"
    world.said(
        f"WARNING lab-telegram: in doubt whether announcement of owls arrived: no clear answer .*{because}",
        "WARNING lab-telegram/owls/announcement: in doubt; if still due, sent once more: it may stand there twice",
    )


# --- 429


@fault("Telegram asks to wait 3 seconds (429)")
async def test_429_for_three_seconds(world):
    world.telegram.fail("sendMessage", too_many(3))
    world.post("owls")
    await world.go()
    record = await world.record()
    assert (record.state, record.reason) == (State.DUE_AGAIN, "Telegram asks to wait 3 s")
    assert record.due_again_at - record.at == pytest.approx(timedelta(seconds=3), abs=timedelta(seconds=0.5))
    world.said(f"WARNING lab-telegram: {LATE} 3 s: Telegram asks to wait 3 s")
    world.clock.forward(seconds=2)
    await world.go()
    assert world.tries == 1
    world.clock.forward(seconds=1)
    await world.go()
    assert world.shown() == ["owls"]
    assert (await world.record()).state is State.DELIVERED


@fault("Telegram asks to wait 3 hours (429), and the bot is started again meanwhile")
async def test_429_for_three_hours_over_a_restart(world):
    world.telegram.fail("sendMessage", too_many(3 * 3600))
    world.post("owls", deadline="2199-05-02")
    outlook = await world.go()
    record = await world.record()
    assert record.due_again_at - record.at == pytest.approx(timedelta(hours=3), abs=timedelta(seconds=1))
    assert outlook.next_instant - world.clock() > timedelta(hours=2.9)
    world.said(f"WARNING lab-telegram: {LATE} 10800 s: Telegram asks to wait 10800 s")
    await world.restart()
    for _ in range(2):
        world.clock.forward(hours=1.4)
        world.post("mice", deadline="2199-05-02")
        outlook = await world.go()
        assert outlook.next_instant == record.due_again_at
    assert world.tries == 1
    world.clock.forward(hours=0.3)
    await world.go()
    assert sorted(world.shown()) == ["mice", "owls"]
    assert {one.state for one in await world.records()} == {State.DELIVERED}


@fault("one chat of several is told to wait (429)")
async def test_429_for_one_chat(world):
    world.configure(TELEGRAM, telegram_at(SECOND, "second"))
    world.telegram.fail("sendMessage", too_many(60).again(), chat=GROUP)
    world.post("owls")
    world.post("mice")
    await world.go()
    assert (world.shown(GROUP), sorted(world.shown(SECOND))) == ([], ["mice", "owls"])
    states = {(one.channel, one.state) for one in await world.records()}
    assert states == {("lab-telegram", State.DUE_AGAIN), ("second", State.DELIVERED)}
    world.said("WARNING lab-telegram: announcement of .* tried again in 60 s: Telegram asks to wait 60 s")


@fault("three chats are told to wait at once (429): that means the whole token")
async def test_429_for_the_whole_token(world):
    chats = [-1007000000000 - number for number in range(8)]
    for chat in chats:
        world.telegram.add_chat(chat)
    world.configure(*(telegram_at(chat, f"chat{number}") for number, chat in enumerate(chats[:3])))
    world.telegram.fail("sendMessage", too_many(600).again())
    world.post("owls")
    await world.go()
    await world.stop()
    assert world.tries == 3
    world.said(*(f"WARNING chat\\d: {LATE} 600 s",) * 3, "WARNING telegram: .*all wait until")
    world.configure(*(telegram_at(chat, f"chat{number}") for number, chat in enumerate(chats)))
    world.forget()
    await world.go()  # over a restart, and for chats that nothing was sent to
    assert world.tries == 3
    assert len(await world.records(states=[State.DUE_AGAIN])) == 3
    world.said("WARNING telegram: at least 3 chats were told to wait; as that means the token, all wait until 20")
    world.telegram.heal()
    world.clock.forward(seconds=600)
    await world.go()
    assert [world.shown(chat) for chat in chats] == [["owls"]] * 8
    assert {one.state for one in await world.records()} == {State.DELIVERED}


# --- No clear answer


@fault("Telegram answers 500")
async def test_500(world):
    await doubled(world, status(500), "Internal Server Error", stood=0)


@fault("Telegram answers 502")
async def test_502_after_it_has_acted(world):
    await doubled(world, status(502, act=True), "Bad Gateway", stood=1)


@fault("Telegram answers 503")
async def test_503(world):
    await doubled(world, status(503), "503|Unavailable", stood=0)


@fault("Telegram answers 504")
async def test_504_after_it_has_acted(world):
    await doubled(world, status(504, act=True), "504|Timeout", stood=1)


@fault("the connection breaks before Telegram has acted")
async def test_a_connection_that_breaks_before(world):
    await doubled(world, drop_before(), "the connection broke", stood=0)


@fault("the connection breaks after Telegram has acted")
async def test_a_connection_that_breaks_after(world):
    await doubled(world, drop_after(), "the connection broke", stood=1)


@fault("Telegram's answer is cut off, or no JSON")
async def test_malformed_json(world):
    await doubled(world, malformed(), "", stood=1)


@fault("Telegram takes the message and does not answer in time")
async def test_a_time_out_while_reading(world, monkeypatch):
    monkeypatch.setattr(Telegram.__init__, "__defaults__", (1.0, "telegram", None))
    await doubled(world, hang(3, act=True), "Timed out", stood=1)


@fault("`in_doubt: drop`, and nobody knows whether it arrived in Telegram")
async def test_in_doubt_and_dropped(world):
    world.configure(TELEGRAM, in_doubt={"announcement": "drop"})
    world.telegram.fail("sendMessage", drop_after(), drop_before())
    world.post("owls")
    await world.go()
    world.post("mice")
    await world.go()
    assert world.shown() == ["owls"]
    for name in ("owls", "mice"):
        record = await world.record(name)
        assert (record.state, record.attempts) == (State.REFUSED, 1)
        assert "it may not have arrived" in record.reason
    world.said(
        "WARNING lab-telegram: in doubt whether announcement of owls arrived",
        "WARNING lab-telegram/owls/announcement: in doubt, and dropped as `in_doubt` says: it may be missing",
        "WARNING lab-telegram: in doubt whether announcement of mice arrived",
        "WARNING lab-telegram/mice/announcement: in doubt, and dropped as `in_doubt` says: it may be missing",
    )


@fault("`in_doubt: resend` (the default), and nobody knows whether it arrived in Telegram")
async def test_in_doubt_and_sent_once_more_over_a_restart(world):
    world.telegram.fail("sendMessage", drop_after())
    world.post("owls")
    await world.start()
    world.board.take_in(world.board.registry.read())
    await world.rounds.tick()
    await world.until(lambda: world.telegram.sent)
    await world.rounds.delivery.close()
    assert (await world.record()).state in {State.IN_DOUBT, State.DUE_AGAIN}
    await world.restart()
    await world.go()
    assert world.shown() == ["owls", "owls"]
    assert (await world.record()).state is State.DELIVERED
    assert sum("it may stand there twice" in line for line in world.lines()) == 1


# --- It surely was not sent


@fault("no connection to Telegram in time")
async def test_a_time_out_while_connecting(world, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.adapter._CONNECT", 0.2)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):  # the queue is full: who comes now hears nothing
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        host, port = full.getsockname()
        world.configure(TELEGRAM, platforms={"telegram": {"token": "1:A", "api_url": f"http://{host}:{port}"}})
        world.post("owls")
        await world.once()
        record = await world.record()
        assert (record.state, record.reason) == (State.DUE_AGAIN, "Telegram cannot be reached (no connection in time)")
        world.said(rf"WARNING lab-telegram: {LATE} 0 s: Telegram cannot be reached \(no connection in time\)")
        await world.stop()
    world.configure(TELEGRAM)
    await world.go()
    assert world.shown() == ["owls"]


@fault("Telegram cannot be reached, or its name not found")
async def test_the_network_is_gone(world):
    await world.telegram.go_away()
    world.post("owls")
    for _ in range(3):
        await world.once()
        world.clock.forward(seconds=1)
    record = await world.record()
    assert (record.state, record.attempts) == (State.DUE_AGAIN, 3)
    world.said(*[rf"WARNING lab-telegram: {LATE} 0 s: Telegram cannot be reached \(Connect call failed"] * 3)
    await world.telegram.come_back()
    await world.go()
    assert world.shown() == ["owls"]
    assert (await world.record()).state is State.DELIVERED


@fault("a proxy, or another server, answers in Telegram's place")
async def test_another_server_answers(world):
    world.telegram.fail("sendMessage", Fault("proxy", status=403, body="<html>Acme Proxy: who are you?</html>"))
    world.post("owls")
    await world.go()
    assert world.shown() == ["owls"]
    assert (await world.record()).state is State.DELIVERED
    world.said(
        f"WARNING lab-telegram: {LATE} 0 s: something else answers in Telegram's place .*check api_url and the proxy"
    )


# --- It is refused


@fault("a person has blocked the bot")
async def test_blocked(world):
    world.telegram.add_user(4242, "Ida")
    world.telegram.say(4242, "/start")
    world.telegram.block(4242)
    world.configure(telegram_at(4242))
    await refused(world, "the person blocked the bot")


@fault("the bot was removed from the group")
async def test_kicked_and_added_again(world):
    world.telegram.kick(GROUP)
    await refused(world, "the bot was removed from the chat; add it again")
    world.telegram.set_standing(GROUP, "member")
    world.forget()
    world.post("mice")
    await world.go()
    assert world.shown() == ["mice"]
    world.said()


@fault("a group or channel that no config names does not let the bot in any more, and Telegram did not tell so")
async def test_a_place_that_no_config_names_is_let_go(world):
    name, there = own_name("telegram", str(SECOND)), Destination("telegram", str(SECOND))
    world.telegram.add_chat(SECOND, member=False)
    world.configure()
    await world.start()
    agreed = PlaceSettings(announce=USUALLY_ANNOUNCED)
    await world.ledger.places.arrange(name, there, agreed, ())
    world.rounds.places.ask_again()
    world.post("owls")
    await world.go()
    world.said(f"ERROR {name}: announcement of owls refused", f"WARNING {name} does not let the bot in")
    world.forget()
    world.post("mice")
    await world.go()
    await world.restart()
    await world.go()
    assert world.telegram.counts["sendMessage"] == 1
    world.said()


@fault("the bot is no administrator of a Telegram channel")
async def test_not_admin(world):
    world.telegram.add_chat(-1005, type="channel")
    world.configure(telegram_at(-1005))
    await refused(world, "make it an administrator of the channel")


@fault("the bot may not write in the group")
async def test_no_right_to_write(world):
    world.telegram.chat(GROUP).may_write = False
    await refused(world, "give it the right to send messages")


@fault("the group was deleted")
async def test_a_group_that_was_deleted(world):
    body = {"ok": False, "error_code": 403, "description": "Forbidden: the group chat was deleted"}
    world.telegram.fail("sendMessage", Fault("deleted", status=403, body=json.dumps(body)))
    await refused(world, "the group was deleted")


@fault("there is no such chat")
async def test_no_such_chat(world):
    world.configure(telegram_at(-1009))
    await refused(world, "check the address, and add the bot")


@fault("the topic is closed")
async def test_a_closed_topic(world):
    world.telegram.add_chat(-1006, topics={17: "Jobs"}).topics[17].closed = True
    world.configure(telegram_at(-1006, thread=17))
    await refused(world, "the topic is closed; open it again, or let the bot manage topics")


@fault("the topic was deleted")
async def test_a_deleted_topic(world):
    world.telegram.add_chat(-1006, topics={17: "Jobs"}).topics.clear()
    world.configure(telegram_at(-1006, thread=17))
    await refused(world, "there is no such topic in the forum; check `thread`")


@fault("a group became a supergroup")
async def test_a_group_that_became_a_supergroup(world):
    world.telegram.add_chat(-77, type="group")
    world.telegram.migrate(-77, -10077)
    world.configure(telegram_at(-77))
    world.post("owls")
    await world.go()
    assert world.shown(-10077) == ["owls"]
    assert (await world.record()).reference.startswith("-10077/")
    world.said("WARNING telegram: the group -77 is now -10077; that is remembered, but better change its address")
    calls = world.tries
    await world.restart()
    world.post("mice")
    await world.go()
    assert world.shown(-10077) == ["owls", "mice"]
    assert world.tries == calls + 1, "it asked the former group again"


@fault("Telegram does not accept the token (revoked, or wrong)")
async def test_a_revoked_token_loses_nothing(world):
    world.configure(TELEGRAM, telegram_at(SECOND, "second"))
    await world.announce()
    old, world.telegram.token = world.telegram.token, "123456:OTHER-TOKEN"
    world.post("mice")
    world.post("owls", status="filled")
    await world.go()
    assert all(one.state is State.DUE_AGAIN for one in await world.records(postings=["mice"]))
    world.said("ERROR telegram: nothing is sent until that is mended; .*does not accept the token; get the right one")
    assert old not in world.caplog.text
    calls = world.tries
    await world.go()
    assert world.tries == calls, "one look is enough for all chats"
    await world.stop()
    world.configure(TELEGRAM, telegram_at(SECOND, "second"))  # the new one, as the config's own reload does it
    await world.go()
    assert (world.shown(GROUP), world.shown(SECOND)) == (["owls", "mice"], ["owls", "mice"])
    assert {one.state for one in await world.records()} == {State.DELIVERED}
    assert "filled" in world.telegram.messages(GROUP)[0].text.casefold()


# --- What was said cannot be put right


async def edited(world, **fields):
    """A posting that was announced is filled."""
    world.post("owls", status="filled", **fields)
    await world.go()
    (edit,) = [one for one in await world.records() if one.kind == Kind.EDIT]
    return edit


@fault("the message to edit was deleted in Telegram")
async def test_a_message_to_edit_that_is_gone(world):
    await world.announce()
    world.telegram.delete(GROUP, world.telegram.sent[0].message_id)
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-telegram: announcement of owls not edited: the message was deleted in Telegram")
    await world.restart()
    await world.go()
    assert world.telegram.counts["editMessageText"] == 1
    assert world.shown() == []


@fault("the bot was removed from the chat with the message to edit, and is added again")
async def test_a_chat_that_lets_the_bot_in_again(world):
    await world.announce()
    await world.announce("mice")
    world.telegram.kick(GROUP)
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-telegram: announcement of owls not edited: the bot was removed from the chat; add it again")
    world.post("mice", status="filled")
    await world.go()
    tries = world.telegram.counts["editMessageText"]
    world.clock.forward(hours=1)
    await world.go()
    assert world.telegram.counts["editMessageText"] == tries, "nothing says that it would help"
    await world.restart()
    await world.go()
    assert world.telegram.counts["editMessageText"] == tries + 1, "one look at each start"
    world.telegram.set_standing(GROUP, "member")
    world.post("newts")
    await world.go()
    assert world.shown() == ["owls", "mice", "newts"]
    assert all("filled" in one.text.casefold() for one in world.telegram.messages(GROUP)[:2])
    tries = world.telegram.counts["editMessageText"]
    world.post("voles")
    await world.go()
    assert world.telegram.counts["editMessageText"] == tries


async def test_a_chat_that_lets_the_bot_in_again_before_the_next_start(world):
    await world.announce()
    world.telegram.kick(GROUP)
    await edited(world)
    world.telegram.set_standing(GROUP, "member")
    await world.restart()
    await world.go()
    (message,) = world.telegram.messages(GROUP)
    assert "filled" in message.text.casefold()


@fault("Telegram does not let the message be edited any more")
async def test_a_message_that_cannot_be_edited(world):
    await world.announce()
    world.telegram.fail("editMessageText", bad_request("message can't be edited"))
    edit = await edited(world)
    assert edit.state is State.REFUSED
    world.said("WARNING lab-telegram: announcement of owls not edited: Telegram does not let the bot edit that message")
    await world.restart()
    await world.go()
    assert world.telegram.counts["editMessageText"] == 1
    assert world.shown() == ["owls"]


@fault("`callboard withdraw`, and the message is too old to delete")
async def test_a_message_that_is_too_old_to_delete(world):
    await world.announce()
    world.telegram.age(GROUP, world.telegram.sent[0].message_id, hours=49)
    await world.ledger.ask(Kind.WITHDRAWAL, "owls", [("lab-telegram", "telegram")], world.clock())
    world.clock.forward(minutes=2)
    await world.go()
    (message,) = world.telegram.messages(GROUP)
    assert "withdrawn" in message.text.casefold()
    assert {(one.kind, one.state) for one in await world.records() if one.revision} == {
        (Kind.WITHDRAWAL, State.REFUSED),
        (Kind.EDIT, State.DELIVERED),
    }
    world.said("WARNING lab-telegram: announcement of owls not deleted: Telegram lets a bot delete what is not older")


@fault("`message is not modified`: it says so already")
async def test_a_message_that_is_not_modified(world):
    await world.announce()
    world.telegram.fail("editMessageText", drop_after())  # it arrived, so that the next try changes nothing
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.DELIVERED, 2)
    assert world.telegram.calls[-1].outcome.startswith("Bad Request: message is not modified")
    assert len(world.telegram.sent[0].edits) == 1
    world.said(
        "WARNING lab-telegram: announcement of owls not edited, tried again in 0 s: no clear answer from Telegram"
    )


@fault("the message to edit stands in a group that became a supergroup")
async def test_a_message_in_a_former_group(world):
    await world.announce()
    world.telegram.fail("editMessageText", bad_request("group chat was upgraded", migrate_to_chat_id=-10077))
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-telegram: announcement of owls not edited: the message stands in the former group")
