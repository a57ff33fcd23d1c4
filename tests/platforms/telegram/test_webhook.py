"""Telegram posts what people say to the bot's own address: the server is emulated, its posts are real."""

import asyncio
import io
import json
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.domain.message import Line, Message
from bot.platforms.telegram import webhook
from bot.platforms.telegram.webhook import Webhook
from bot.web import Listener
from tests.emulators.telegram import drop_before, status, too_many
from tests.platforms.answering import Everyone
from tests.platforms.telegram.conftest import GROUP, PERSON
from tests.ports import free_address

SECRET = "hook-S3cret_hook-S3cret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(webhook, "LOOK_AGAIN", 0.1)
    monkeypatch.setattr("bot.platforms.telegram.adapter._FIRST_WAIT", 0.02)


class Front(Everyone):
    """Answers with what was asked."""

    def __init__(self):
        self.routes = Listener()
        self.heard = []

    async def answer(self, request, reader, syntax=None):
        self.heard.append(request.argument)
        return Message((Line.of(f"heard {request.argument}"),))

    async def turn(self, destination):
        pass


@pytest.fixture
def front():
    return Front()


@pytest.fixture
def hook():
    listen = free_address()
    return Webhook(f"http://{listen}/telegram/lab", SECRET, listen)


@asynccontextmanager
async def listening(telegram, front):
    task = asyncio.create_task(telegram.listen(front))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true, seconds=20):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # logs set no event
            await asyncio.sleep(0.005)


def calls(server, method):
    return [call for call in server.calls if call.method == method]


@pytest.fixture
async def telegram(make, hook):
    telegram = make(webhook=hook)
    yield telegram
    await telegram.close()


@pytest.fixture
async def bot(server, telegram, front, log):
    async with listening(telegram, front) as task:
        await until(lambda: f"hearing Telegram at http://{telegram._webhook.listen}/telegram/lab" in log.text)
        yield task
        assert not task.done()
        assert SECRET not in log.text


@pytest.fixture
def post(server, hook):
    """Posts anything to the webhook, as anybody can."""
    server.chat(PERSON).status = "member"

    async def post(body, secret=SECRET):
        headers = {HEADER: secret} if secret is not None else {}
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        given = io.BytesIO(data) if isinstance(data, bytes) else data
        async with aiohttp.ClientSession() as session, session.post(hook.url, data=given, headers=headers) as answer:
            return answer.status

    return post


def update(number, text="owls"):
    person = {"id": PERSON, "is_bot": False, "first_name": "Ida"}
    chat = {"id": PERSON, "type": "private", "first_name": "Ida"}
    message = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def test_what_people_say_is_answered(server, bot, hook):
    server.say(PERSON, "owls")
    await server.wait_for(lambda: server.sent)
    assert server.sent[0].text == "heard owls"
    assert [one.status for one in server.hook.deliveries] == [200]
    [put] = calls(server, "setWebhook")
    assert put.params == {
        "url": hook.url,
        "secret_token": SECRET,
        "allowed_updates": ["message", "callback_query", "inline_query", "my_chat_member"],
    } | ({"drop_pending_updates": False} if "drop_pending_updates" in put.params else {})
    assert not calls(server, "getUpdates")


async def test_what_was_said_before_it_started_is_answered(server, telegram, front):
    server.say(PERSON, "owls")
    async with listening(telegram, front):
        await server.wait_for(lambda: server.sent)
    assert server.sent[0].text == "heard owls"


@pytest.mark.parametrize("secret", [None, "", "x", SECRET[:-1], SECRET + "x", SECRET.upper()])
async def test_only_telegram_is_heard(server, bot, front, post, log, secret):
    for number in (1, 2):
        assert await post(update(number), secret) == 401
    assert await post(update(1, "bats")) == 200
    await server.wait_for(lambda: server.sent)
    assert front.heard == ["bats"]
    assert log.text.count("a request without the webhook's secret was refused") == 1


@pytest.mark.parametrize("secret", ["hóok".encode(), b"\x80\xff", SECRET.encode() + b"\x80"])
async def test_a_secret_of_any_bytes_is_refused(bot, hook, secret):
    reader, writer = await asyncio.open_connection(*hook.listen.split(":"))
    writer.write(b"POST /telegram/lab HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n" + HEADER.encode() + b": ")
    writer.write(secret + b"\r\n\r\n")
    assert (await reader.readline()).split()[1] in {b"400", b"401"}
    writer.close()


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "3", '"x"', "{}", '{"update_id": "1"}', '{"update_id": true}', b"\xff", "[" * 100_000],
)
async def test_what_is_no_update_is_refused(server, bot, front, post, log, body):
    assert await post(body) == 400
    assert await post(update(1, "bats")) == 200
    await server.wait_for(lambda: server.sent)
    assert front.heard == ["bats"]
    assert "Traceback" not in log.text


async def test_an_update_of_a_new_kind_is_taken_and_left_out(server, bot, front, post, log):
    assert await post({"update_id": 1, "brain_wave": {"id": 3}}) == 200
    assert await post({"update_id": 2, "message": {"odd": 1}}) == 200
    assert await post(update(3)) == 200
    await server.wait_for(lambda: server.sent)
    assert front.heard == ["owls"]
    assert log.text.count("cannot be read") == 1


@pytest.fixture
def short_memory(monkeypatch):
    monkeypatch.setattr(webhook, "_MANY", 3)


async def test_an_update_that_comes_again_is_answered_once(short_memory, server, bot, front, post):
    for number in (1, 2, 1, 2, 2):
        assert await post(update(number, f"owls {number}")) == 200
    await server.wait_for(lambda: len(server.sent) == 2)
    assert front.heard == ["owls 1", "owls 2"]
    for number in (3, 4, 1):  # the memory has an end
        await post(update(number, f"owls {number}"))
    await server.wait_for(lambda: len(server.sent) == 5)
    assert front.heard[-1] == "owls 1"


async def test_telegram_waits_for_no_answer(server, bot, front, post):
    async def turn(_):
        await asyncio.sleep(60)

    front.turn = turn
    assert await asyncio.wait_for(post(update(1)), 20) == 200


async def test_no_update_is_larger_than_a_mebibyte(bot, post):
    assert await post(b"x" * (1 << 20) + b"x") == 413


async def test_stopping_leaves_the_webhook_to_the_others(server, hook, make, front):
    """Two processes behind one address: here, one after the other."""
    for text in ("owls", "bats"):
        telegram = make(webhook=hook)
        async with listening(telegram, front):
            await until(lambda: server.webhook)
            server.say(PERSON, text)
            await until(lambda text=text: front.heard and front.heard[-1] == text)
        await telegram.close()
        assert server.webhook == hook.url
    assert not calls(server, "deleteWebhook")
    assert not [call for call in calls(server, "setWebhook") if call.params.get("drop_pending_updates")]


async def test_an_answer_that_is_being_given_may_leave(server, hook, make, front):
    telegram, asked = make(webhook=hook), asyncio.Event()

    async def turn(_):
        asked.set()
        await asyncio.sleep(0.2)

    front.turn = turn
    async with listening(telegram, front):
        await until(lambda: server.webhook)
        server.say(PERSON, "owls")
        await asked.wait()
    assert [one.text for one in server.sent] == ["heard owls"]
    await telegram.close()


async def test_a_network_that_is_away_at_the_start_is_waited_for(server, telegram, front, log):
    server.fail("getMe", drop_before())
    server.fail("setWebhook", status(502), too_many(1), drop_before())
    async with listening(telegram, front):
        await until(lambda: "hearing Telegram at" in log.text)
        server.say(PERSON, "owls")
        await server.wait_for(lambda: server.sent)
    assert "Traceback" not in log.text


async def test_a_url_that_telegram_does_not_take_is_said_and_tried_again(server, make, hook, front, log):
    telegram = make(webhook=Webhook("https://lab.example:9999/x", SECRET, hook.listen))
    async with listening(telegram, front) as task:
        await until(lambda: log.text.count("nobody is answered in Telegram, tried again in") == 2)
        assert "it must be https, at port 443, 80, 88 or 8443" in log.text
        assert not task.done()
    await telegram.close()
    server.problems.clear()  # that it was tried


async def test_a_webhook_that_somebody_deletes_is_set_again(server, bot, front, log):
    server.webhook = ""
    await until(lambda: server.webhook)
    assert log.text.count("somebody has deleted the webhook in Telegram; it is set again") == 1
    server.say(PERSON, "owls")
    await server.wait_for(lambda: server.sent)


async def test_another_address_is_said_and_left(server, bot, log):
    """A newer config of another process, perhaps: two that take it from each other would help nobody."""
    server.webhook = "https://other.example/x"
    await until(lambda: "another address was set as the webhook" in log.text)
    await asyncio.sleep(0.3)
    assert log.text.count("another address was set") == 1
    assert server.webhook == "https://other.example/x"


async def test_what_telegram_says_of_the_webhook_is_in_the_log_once(server, bot, log):
    server.hook.last_error = (1_800_000_000, "SSL error {certificate verify failed}")
    await until(lambda: "SSL error {certificate verify failed} (0 updates wait)" in log.text)
    await asyncio.sleep(0.3)
    assert log.text.count("certificate verify failed") == 1


async def test_a_port_that_is_taken_is_waited_for(server, hook, telegram, front, log, monkeypatch):
    monkeypatch.setattr("bot.web.listener.FIRST_WAIT", 0.02)
    host, _, port = hook.listen.partition(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        async with listening(telegram, front):
            await until(lambda: "nobody is answered in Telegram, tried again in 0 s" in log.text)
            assert not server.webhook  # nothing is sent to where nobody is
            taken.close()
            await until(lambda: server.webhook)


async def test_a_group_is_answered_too(server, bot, front):
    server.say(GROUP, f"@{server.bot.username} owls")
    await server.wait_for(lambda: server.sent)
    assert front.heard == ["owls"]


def test_the_secret_shows_nowhere(hook):
    assert SECRET not in repr(hook)
