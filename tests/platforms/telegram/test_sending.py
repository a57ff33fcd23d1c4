"""What the adapter sends, and what it makes of every way in which that can go wrong. Over real HTTP."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from bot.chat.links import key_of
from bot.domain.message import Button, Line, Message, Span
from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, DeliveryError
from bot.platforms.telegram import request
from tests.domain.build import instant
from tests.emulators.telegram import (
    Fault,
    Limits,
    drop_after,
    drop_before,
    hang,
    malformed,
    status,
    too_many,
    unauthorized,
)
from tests.platforms.telegram.conftest import CHANNEL, FORUM, GERMAN, GROUP, PERSON

HELLO = Message((Line.of("Hello, ", Span("owls", bold=True)),))


def at(address, thread=None):
    return Destination("telegram", str(address), thread)


async def send(telegram, destination, message=HELLO):
    return await telegram.send(destination, message, "lab/phd-owls/announcement")


async def failure(telegram, destination, secret="TEST-TOKEN"):
    with pytest.raises(DeliveryError) as caught:
        await send(telegram, destination)
    error = caught.value
    for text in (str(error), repr(error), repr(telegram), repr(error.__cause__)):
        assert secret not in text
    assert not (error.permanent and error.in_doubt)
    return error


def kind(error):
    if error.retry_after is not None:
        return "wait"
    return "refused" if error.permanent else "in doubt" if error.in_doubt else "not sent"


# --- What is sent


@pytest.mark.parametrize(
    ("address", "thread", "chat"),
    [("@lab_jobs", None, GROUP), (GROUP, None, GROUP), ("@lab_news", None, CHANNEL), (FORUM, 17, FORUM)],
)
async def test_a_message_arrives_and_its_reference_says_where(server, telegram, address, thread, chat):
    reference = await send(telegram, at(address, thread))
    (message,) = server.chat(chat).messages
    assert reference == f"{chat}/{message.message_id}"
    assert (message.text, message.marked("bold")) == ("Hello, owls", ["owls"])
    assert (message.thread, message.silent, message.preview) == (thread, False, {"is_disabled": True})


async def test_what_goes_to_many_is_put_into_json_once_and_each_has_its_own_beside_it(server, telegram, monkeypatch):
    first = await send(telegram, at(GROUP))
    written = []
    seen = SimpleNamespace(dumps=lambda value: written.append(value) or json.dumps(value))
    monkeypatch.setattr(request, "json", seen)
    await telegram.send(at(GROUP), HELLO, "lab/phd-owls/reminder", reply_to=first)
    await send(telegram, at(FORUM, 17))
    await send(telegram, at(CHANNEL), Message((Line.of("Hello, mice"),)))
    assert [message.text for message in server.sent] == ["Hello, owls"] * 3 + ["Hello, mice"]
    answer, in_topic = server.sent[1:3]
    assert (answer.reply_to, in_topic.thread) == (server.sent[0].message_id, 17)
    assert answer.marked("bold") == in_topic.marked("bold") == ["owls"]
    assert [value["text"] for value in written if "text" in value] == ["Hello, mice"]


async def test_a_person_who_has_started_the_bot_can_be_written_to(server, telegram):
    server.say(PERSON, "/start")
    assert await send(telegram, at(PERSON)) == f"{PERSON}/{server.chat(PERSON).messages[-1].message_id}"


async def test_everything_that_a_message_can_have(server, telegram):
    deadline = instant("2027-05-02 21:59")
    lines = (
        Line.of(Span("Owls", bold=True, url="https://lab.example/")),
        Line.of("Your time: ", Span("Sun, 2 May 2027, 21:59 UTC", instant=deadline)),
    )
    buttons = ((Button("Advert", url="https://lab.example/1"), Button("2", request="position.1 owls")),)
    server.now = telegram._clock = lambda: instant("2027-04-01 08:00").timestamp()
    telegram._clock = lambda: instant("2027-04-01 08:00")
    await send(telegram, at("@lab_jobs"), Message(lines, buttons, silent=True))
    (message,) = server.sent
    assert message.silent
    assert message.labels == ["Advert", "2"]
    assert message.marked("text_link") == message.marked("bold") == ["Owls"]
    assert message.marked("date_time") == ["Sun, 2 May 2027, 21:59 UTC"]
    assert message.entities[-1]["unix_time"] == int(deadline.timestamp())


REMIND = ((Button("Remind me", request=f"remind.1 {'owls-' * 12}", is_personal=True),),)


async def test_a_button_for_whoever_presses_it_opens_the_private_chat(server, telegram):
    message = Message(HELLO.lines, REMIND)
    references = [await send(telegram, at(address), message) for address in ("@lab_news", GROUP)]
    for reference, sent in zip(references, server.sent, strict=True):
        [button] = sent.buttons
        assert server.follow(button["url"], PERSON).text == f"/start remind___{key_of('owls-' * 12)}"
        await telegram.edit(reference, HELLO, "key")
        assert sent.buttons == []
    assert [call.method for call in server.calls].count("getMe") == 1


async def test_where_the_bots_name_cannot_be_asked_the_message_is_surely_not_sent(server, telegram):
    message = Message(HELLO.lines, REMIND)
    for fault, expected in ((status(502), "not sent"), (drop_after(), "not sent"), (too_many(7), "wait")):
        server.fail("getMe", fault)
        with pytest.raises(DeliveryError) as caught:
            await send(telegram, at(GROUP), message)
        assert kind(caught.value) == expected
    assert server.sent == []
    await send(telegram, at(GROUP), message)
    assert server.sent[0].labels == ["Remind me"]


async def test_many_messages_at_once_ask_for_the_bots_name_together(server, telegram):
    message = Message(HELLO.lines, REMIND)

    async def send_to_all():
        places = [at(address) for address in ("@lab_news", "@lab_jobs", GROUP)]
        return await asyncio.gather(*(send(telegram, place, message) for place in places), return_exceptions=True)

    server.fail("getMe", status(502))
    assert [kind(failed) for failed in await send_to_all()] == ["not sent"] * 3
    assert len(await send_to_all()) == len(server.sent) == 3
    assert [call.method for call in server.calls].count("getMe") == 2


async def test_the_payload_is_exactly_what_is_sent(server, telegram):
    message = Message(HELLO.lines, ((Button("Advert", url="https://lab.example/"),),), silent=True)
    payload = telegram.payload(at(FORUM, 17), message, "key")
    assert json.loads(json.dumps(payload)) == payload
    await send(telegram, at(FORUM, 17), message)
    assert server.calls[-1].params == {**payload, "chat_id": str(FORUM)}
    assert {call.method for call in server.calls} == {"sendMessage"}


async def test_the_general_topic_is_where_a_message_goes_that_names_none(server, telegram):
    general = at(FORUM, 1)
    assert "message_thread_id" not in telegram.payload(general, HELLO, "key")
    first = await send(telegram, general)
    await telegram.send(general, HELLO, "key", reply_to=first)
    await telegram.edit(first, Message((Line.of("Hello, bats"),)), "key")
    assert [message.thread for message in server.chat(FORUM).messages] == [None, None]
    assert [message.text for message in server.chat(FORUM).messages] == ["Hello, bats", "Hello, owls"]
    assert telegram.rates(general) == telegram.rates(at(FORUM))


async def test_telegram_cannot_be_asked_what_it_has(telegram):
    with pytest.raises(CannotAskError):
        await telegram.find(at(GROUP), "key", instant("2027-04-01"))


async def test_the_pace_is_that_of_the_bot_the_chat_and_the_group(telegram):
    person, group = telegram.rates(at(PERSON)), telegram.rates(at("@lab_jobs"))
    assert [(rate.count, round(rate.seconds)) for rate in group[:-1]] == [(1, 1), (20, 61)]
    assert [(rate.count, round(rate.seconds)) for rate in person[:-1]] == [(1, 1)]
    assert telegram.rates(at(GROUP))[-1] == group[-1] == person[-1]
    assert 20 < group[-1].count / group[-1].seconds < 30
    assert telegram.rates(at(FORUM, 17)) == telegram.rates(at(FORUM))


# --- What goes wrong


async def test_too_many_requests_say_how_long_to_wait(server, telegram):
    server.fail("sendMessage", too_many(7))
    error = await failure(telegram, at(GROUP))
    assert (error.retry_after, error.permanent, error.in_doubt) == (7, False, False)
    assert str(error) == "Telegram asks to wait 7 s"


async def test_the_servers_own_limits_are_obeyed_by_waiting(server, telegram):
    server.limits = Limits(burst=1)
    await send(telegram, at(GROUP))
    assert (await failure(telegram, at(GROUP))).retry_after == 1


@pytest.mark.parametrize("body", ['{"ok":false,"description":"Too Many Requests"}', "<html>slow down</html>"])
async def test_too_many_requests_that_do_not_say_how_long(server, telegram, body):
    server.fail("sendMessage", Fault("bare 429", status=429, body=body))
    assert (await failure(telegram, at(GROUP))).retry_after == 30


def nobody(server):
    return at(-1009)


def kicked(server):
    server.kick(GROUP)
    return at(GROUP)


def not_a_member(server):
    server.add_chat(-1005, member=False)
    return at(-1005)


def no_admin(server):
    server.add_chat(-1006, type="channel")
    return at(-1006)


def may_not_write(server):
    server.chat(GROUP).may_write = False
    return at(GROUP)


def no_topic(server):
    return at(FORUM, 18)


def closed_topic(server):
    server.chat(FORUM).topics[17].closed = True
    return at(FORUM, 17)


def blocked(server):
    server.say(PERSON, "/start")
    server.block(PERSON)
    return at(PERSON)


def not_started(server):
    return at(GERMAN)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (nobody, "check the address, and add the bot (Telegram: Chat not found)"),
        (kicked, "the bot was removed from the chat; add it again (Telegram: Forbidden: bot was kicked"),
        (not_a_member, "the bot is not in the chat; add it again (to a channel: as an administrator) (Telegram: "),
        (no_admin, "make it an administrator of the channel"),
        (may_not_write, "give it the right to send messages"),
        (no_topic, "no such topic in the forum; check `thread`"),
        (closed_topic, "the topic is closed"),
        (blocked, "the person blocked the bot"),
        (not_started, "the person has not started the bot yet"),
    ],
)
async def test_a_refusal_is_for_good_and_says_what_to_do(server, telegram, where, says):
    error = await failure(telegram, where(server))
    assert kind(error) == "refused"
    assert says in str(error)
    assert server.sent == []


async def test_a_refusal_that_nobody_has_heard_of_is_told_as_it_is(server, telegram):
    body = json.dumps({"ok": False, "error_code": 400, "description": "Bad Request: PAPER_JAM"})
    server.fail("sendMessage", Fault("unknown", status=400, body=body))
    error = await failure(telegram, at(GROUP))
    assert (kind(error), str(error)) == ("refused", "Telegram: Paper_jam")


async def test_a_revoked_token(server, telegram):
    server.fail("sendMessage", unauthorized())
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "refused"
    assert str(error) == "Telegram does not accept the token; get the right one from @BotFather"


@pytest.mark.parametrize("token", ["123456:WRONG-TOKEN", "WRONG-TOKEN", ""])
async def test_a_wrong_token(make, token):
    telegram = make(token)
    error = await failure(telegram, at(GROUP), secret="WRONG-TOKEN")
    assert kind(error) == "refused"
    assert "@BotFather" in str(error)
    await telegram.close()


@pytest.mark.parametrize("code", [400, 401, 403, 404, 407])
async def test_a_page_that_is_not_telegrams_settles_nothing(server, telegram, code):
    server.fail("sendMessage", Fault("proxy", status=code, body="<html>Acme Proxy: who are you?</html>"))
    error = await failure(telegram, at(GROUP))
    assert kind(error) == ("in doubt" if code == 407 else "not sent")
    assert "html" not in str(error)
    if code != 407:
        assert "check api_url and the proxy" in str(error)


@pytest.mark.parametrize("code", [500, 502, 503, 504])
@pytest.mark.parametrize("html", [True, False])
async def test_a_server_error_leaves_it_in_doubt(server, telegram, code, html):
    server.fail("sendMessage", status(code, html=html))
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "in doubt"
    assert str(error).startswith("no clear answer from Telegram (")
    assert "html" not in str(error)


@pytest.mark.parametrize(("fault", "arrived"), [(drop_before(), 0), (drop_after(), 1), (malformed(), 1)])
async def test_an_answer_that_is_lost_leaves_it_in_doubt(server, telegram, fault, arrived):
    server.fail("sendMessage", fault)
    assert kind(await failure(telegram, at(GROUP))) == "in doubt"
    assert len(server.sent) == arrived
    await send(telegram, at(GROUP))


@pytest.mark.parametrize("body", ['{"ok":true}', "[]", "<html>Welcome to the airport's Wi-Fi</html>", "{}"])
async def test_an_answer_that_makes_no_sense_leaves_it_in_doubt(server, telegram, body):
    server.fail("sendMessage", Fault("nonsense", act=True, body=body))
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "in doubt"
    assert "html" not in str(error)


async def test_silence_leaves_it_in_doubt(server, make):
    telegram = make(patience=0.1)
    server.fail("sendMessage", hang(600))
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "in doubt"
    await telegram.close()


async def test_who_cannot_be_reached_has_not_got_it(server, telegram):
    await server.stop()
    error = await failure(telegram, at(GROUP))
    assert kind(error) == "not sent"
    assert str(error).startswith("Telegram cannot be reached (Connect call failed (")
    await server.start()
    await send(telegram, at(GROUP))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1", "ftp://127.0.0.1"])
async def test_an_address_of_the_server_that_leads_nowhere(make, url):
    telegram = make(url=url)
    assert kind(await failure(telegram, at(GROUP))) == "not sent"
    await telegram.close()


async def test_a_slash_after_the_servers_address_does_no_harm(server, make):
    telegram = make(url=server.url + "/")
    await send(telegram, at(GROUP))
    await telegram.close()


# --- A group that moves


async def test_a_group_that_became_a_supergroup_says_where_it_is_now(server, telegram):
    server.add_chat(-77, type="group")
    server.migrate(-77, -10077)
    failed = await failure(telegram, at(-77))
    assert failed.moved_to == "-10077"
    assert len(server.calls) == 1


# --- Pins


@pytest.mark.parametrize("chat", [GROUP, CHANNEL])
async def test_a_pin_done_twice_is_as_if_once(server, telegram, chat):
    server.set_standing(chat, "administrator")
    one, two = [await send(telegram, at(chat)) for _ in range(2)]
    for reference in (one, one, two):
        await telegram.pin(reference)
    assert [f"{chat}/{message.message_id}" for message in server.chat(chat).pinned] == [one, two]
    for _ in range(2):
        await telegram.unpin(one)
    assert [f"{chat}/{message.message_id}" for message in server.chat(chat).pinned] == [two]
    await telegram.delete(two)
    await telegram.unpin(two)  # it is gone, and its pin with it


async def test_a_refused_pin_says_what_to_do(server, telegram):
    reference = await send(telegram, at(GROUP))
    for call in (telegram.pin, telegram.unpin):
        with pytest.raises(DeliveryError, match="give it the right to pin messages") as caught:
            await call(reference)
        assert caught.value.permanent
    server.set_standing(GROUP, "administrator")
    await telegram.delete(reference)
    with pytest.raises(DeliveryError, match="the message was deleted") as caught:
        await telegram.pin(reference)
    assert caught.value.permanent
