"""What becomes of messages later, and where the bot stands: edits, deletions, replies, webhooks, rights, masses."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError

from tests.emulators.telegram import Limits, TelegramServer, drop_after, hang, malformed, status, too_many

GROUP, FORUM, CHANNEL, BASIC, PERSON = -1001234567890, -1002222222222, -1003333333333, -44, 4242
NOW = 1_800_000_000


@pytest.fixture
async def server():
    async with TelegramServer() as server:
        furnish(server)
        yield server


def furnish(server):
    server.now = lambda: NOW
    server.add_chat(GROUP, username="lab_jobs")
    server.add_chat(FORUM, topics={17: "Jobs"})
    server.add_chat(CHANNEL, type="channel", username="lab_news", admin=True)
    server.add_chat(BASIC, type="group")
    server.add_user(PERSON, "Ida")


@pytest.fixture
async def bot(server):
    async with a_bot(server) as bot:
        yield bot


def a_bot(server):
    return Bot(server.token, base_url=f"{server.url}/bot")


async def raw(server, method, **params):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{server.token}/{method}", json=params) as response,
    ):
        return response.status, await response.json()


def texts(server, chat):
    return [message.text for message in server.messages(chat)]


# Edits


async def test_edits_are_counted_and_the_chat_shows_the_newest(server, bot):
    one, two = [await bot.send_message(GROUP, text) for text in ("one", "two")]
    await bot.edit_message_text("one, filled", GROUP, one.message_id)
    await bot.edit_message_text("one, really filled", GROUP, one.message_id)
    assert texts(server, GROUP) == ["one, really filled", "two"]
    assert server.sent[0].edits == ["one, filled", "one, really filled"]
    await bot.delete_message(GROUP, two.message_id)
    assert texts(server, "@lab_jobs") == ["one, really filled"]
    assert (server.sent[1].deleted, server.sent[1].edits) == (True, [])
    assert [call.method for call in server.calls].count("editMessageText") == 2
    assert server.counts["editMessageText"] == 2
    assert not server.problems


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 9}]}, "entity beginning at"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "can't parse inline keyboard button"),
        ({"text": "x", "link_preview_options": {"is_disabled": 1}}, 'field "is_disabled" must be of type Boolean'),
    ],
)
async def test_an_edit_is_judged_as_a_new_message_is(server, bot, change, why):
    sent = await bot.send_message(GROUP, "one")
    code, answer = await raw(server, "editMessageText", chat_id=GROUP, message_id=sent.message_id, **change)
    assert code == 400
    assert answer["description"].startswith(f"Bad Request: {why}")
    assert server.sent[0].edits == []


async def test_edits_that_cannot_be(server, bot):
    async def refusal(chat, message_id, kind=BadRequest):
        with pytest.raises(kind) as caught:
            await bot.edit_message_text("x", chat, message_id)
        return str(caught.value)

    sent = await bot.send_message(GROUP, "x")
    assert await refusal(GROUP, sent.message_id) == (
        "Message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )
    assert await refusal(GROUP, 9999) == "Message to edit not found"
    assert await refusal(-1009999999999, 1) == "Chat not found"
    server.delete(GROUP, sent.message_id)
    assert await refusal(GROUP, sent.message_id) == "Message to edit not found"
    server.say(PERSON, "/start")
    hello = await bot.send_message(PERSON, "hello")
    server.kick(GROUP)
    server.block(PERSON)
    assert await refusal(GROUP, sent.message_id, Forbidden) == "Forbidden: bot was kicked from the supergroup chat"
    assert await refusal(PERSON, hello.message_id, Forbidden) == "Forbidden: bot was blocked by the user"
    assert not server.problems, "all this happens to a correct bot"
    theirs = server.say(FORUM, "theirs")
    assert await refusal(FORUM, theirs.message_id) == "Message can't be edited"
    assert len(server.problems) == 1


async def test_edits_keep_the_pace_too(server, bot):
    sent = await bot.send_message(GROUP, "0")
    server.limits = Limits(burst=2)
    await bot.edit_message_text("1", GROUP, sent.message_id)
    await bot.edit_message_text("2", GROUP, sent.message_id)
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("3", GROUP, sent.message_id)
    assert server.sent[0].edits == ["1", "2"]


# Deletions


@pytest.mark.parametrize(
    ("chat", "why"),
    [
        (GROUP, "Message can't be deleted"),
        (CHANNEL, "Message can't be deleted"),
        (BASIC, "Message can't be deleted for everyone"),
        (PERSON, "Message can't be deleted for everyone"),
    ],
)
async def test_old_messages_stay(server, bot, chat, why):
    server.say(PERSON, "/start")
    sent = await bot.send_message(chat, "one")
    server.age(chat, sent.message_id, 47.9)
    young = await bot.send_message(chat, "two")
    server.age(chat, sent.message_id, 0.2)
    with pytest.raises(BadRequest) as caught:
        await bot.delete_message(chat, sent.message_id)
    assert str(caught.value) == why
    await bot.delete_message(chat, young.message_id)
    assert (await bot.edit_message_text("changed", chat, sent.message_id)).text == "changed"
    assert not server.problems


async def test_who_may_delete_what(server, bot):
    theirs = server.say(GROUP, "theirs")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(GROUP, theirs.message_id)
    assert server.problems.pop()
    server.set_standing(GROUP, "administrator", can_delete_messages=False)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(GROUP, theirs.message_id)
    assert server.problems.pop()
    server.set_standing(GROUP, "administrator")
    await bot.delete_message(GROUP, theirs.message_id)
    post = await bot.send_message(CHANNEL, "post")
    server.set_standing(CHANNEL, "administrator", can_post_messages=False, can_delete_messages=False)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(CHANNEL, post.message_id)
    assert not server.problems, "rights are taken away from a correct bot"
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(CHANNEL, 9999)


# Replies


async def test_replies_are_remembered(server, bot):
    first = await bot.send_message(GROUP, "first")
    await bot.send_message(GROUP, "second", reply_to_message_id=first.message_id)
    assert server.sent[1].reply_to == first.message_id
    await bot.delete_message(GROUP, first.message_id)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(GROUP, "third", reply_to_message_id=first.message_id)
    await bot.send_message(GROUP, "third", reply_to_message_id=first.message_id, allow_sending_without_reply=True)
    assert server.sent[2].reply_to is None
    assert not server.problems
    bad = {"message_id": 1, "allow_sending_without_reply": "yes"}
    code, answer = await raw(server, "sendMessage", chat_id=GROUP, text="x", reply_parameters=bad)
    assert (code, "must be of type Boolean" in answer["description"]) == (400, True)


async def test_an_answer_stands_in_the_topic_of_its_message(server, bot):
    first = await bot.send_message(FORUM, "first", message_thread_id=17)
    answer = await bot.send_message(FORUM, "second", reply_to_message_id=first.message_id)
    assert (answer.message_thread_id, server.sent[1].thread) == (17, 17)


# Webhooks


@asynccontextmanager
async def listener(server, **options):
    """A bot behind a webhook: what it was sent, and answers that it gives instead of 200, first come first served."""
    seen, answers = [], []

    async def serve(request):
        seen.append((request.headers.copy(), await request.json()))
        return await answers.pop(0)() if answers else web.Response()

    app = web.Application()
    app.router.add_post("/hook", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await raw(server, "setWebhook", url=url, **options)
    try:
        yield seen, answers
    finally:
        await runner.cleanup()


def said(seen):
    return [update["message"]["text"] for _, update in seen]


async def test_a_webhook_hears_what_is_said(server, bot):
    server.say(PERSON, "before")
    async with listener(server, secret_token="s3cret_-", max_connections=5) as (seen, _):
        sent = await bot.send_message(
            PERSON, "x", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
        )
        server.say(PERSON, "after")
        await server.wait_for(lambda: len(seen) == 2)
        server.press(PERSON, sent.message_id, "Go")
        await server.wait_for(lambda: len(seen) == 3)
        assert said(seen[:2]) == ["before", "after"]
        assert seen[2][1]["callback_query"]["data"] == "go"
        assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers, _ in seen} == {"s3cret_-"}
        assert seen[0][0]["Content-Type"] == "application/json"
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active; use deleteWebhook to"):
            await bot.get_updates()
        info = await bot.get_webhook_info()
        assert (info.pending_update_count, info.max_connections, info.last_error_message) == (0, 5, None)
        assert await bot.delete_webhook()
        server.say(PERSON, "by polling")
        assert [update.message.text for update in await bot.get_updates()] == ["by polling"]
        assert len(seen) == 3
        assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_that_fails_is_tried_again_in_order(server, bot):
    async def bad():
        return web.Response(status=500)

    async def late():
        await asyncio.sleep(1)
        return web.Response()

    server.hook.patience = 0.1
    async with listener(server) as (seen, answers):
        assert "X-Telegram-Bot-Api-Secret-Token" not in seen
        answers[:] = [bad, bad, late]
        server.say(PERSON, "one")
        server.say(PERSON, "two")
        await server.wait_for(lambda: server.deliveries[2:])
        info = await bot.get_webhook_info()
        assert info.pending_update_count == 2
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        await server.wait_for(lambda: len(seen) == 5)
        assert said(seen) == ["one"] * 4 + ["two"]
        assert len({update["update_id"] for _, update in seen}) == 2
        assert [one.status for one in server.deliveries] == [500, 500, None, 200, 200]
        assert (await bot.get_webhook_info()).last_error_message == "Read timeout expired"
    server.say(PERSON, "three")
    await server.wait_for(lambda: server.deliveries[-1].error == "Connection refused")
    server.say(GROUP, "/other")  # one chat does not wait for another
    await server.wait_for(lambda: "/other" in str(server.deliveries[-1].update))
    await bot.delete_webhook(drop_pending_updates=True)
    assert not await bot.get_updates()


async def test_a_webhook_hears_nothing_of_what_it_does_not_want(server):
    async with listener(server, allowed_updates=["callback_query"], drop_pending_updates=True) as (seen, _):
        server.say(PERSON, "x")
        await asyncio.sleep(0.05)
        assert not seen


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "http://lab.example/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://lab.example:8080/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://lab.example/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://lab.example/", "secret_token": "a" * 257}, "secret token is too long"),
        ({"url": "https://lab.example/", "max_connections": 101}, "emulator: max_connections must be 1 to 100"),
        ({"url": "https://lab.example/", "allowed_updates": ["mesage"]}, "emulator: no such updates"),
    ],
)
async def test_bad_webhooks_are_refused(server, options, why):
    code, answer = await raw(server, "setWebhook", **options)
    assert code == 400
    assert answer["description"].startswith(f"Bad Request: {why}")


async def test_webhooks_to_this_machine_can_be_forbidden_and_others_are_never_called(server, bot):
    async with TelegramServer(local_webhooks=False) as strict:
        assert (await raw(strict, "setWebhook", url="http://127.0.0.1:8080/"))[0] == 400
        assert "reserved" in (await raw(strict, "setWebhook", url="https://127.0.0.1/"))[1]["description"]
    await bot.set_webhook("https://lab.example/hook")
    server.say(PERSON, "x")
    assert (await bot.get_webhook_info()).last_error_message == "Failed to resolve host: Name or service not known"
    assert not server.deliveries


async def test_set_webhook_ends_a_long_poll(server, bot):
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await server.wait_for(lambda: server.calls[-1].method == "getUpdates")
    await raw(server, "setWebhook", url="https://lab.example/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling


# Where the bot stands


async def test_rights_in_a_channel(server, bot):
    server.set_standing(CHANNEL, "administrator", can_edit_messages=False, can_delete_messages=False)
    me = await bot.get_chat_member(CHANNEL, bot.id)
    rights = (me.can_post_messages, me.can_edit_messages, me.can_delete_messages, me.can_pin_messages)
    assert rights == (True, False, False, None), "can_pin_messages is for groups (Bot API: ChatMemberAdministrator)"
    post = await bot.send_message(CHANNEL, "post")
    await bot.edit_message_text("own posts may be edited with can_post_messages", CHANNEL, post.message_id)
    server.set_standing(CHANNEL, "administrator", can_post_messages=False, can_edit_messages=False)
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(CHANNEL, "x")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", CHANNEL, post.message_id)
    server.set_standing(CHANNEL, "administrator", can_post_messages=False)
    theirs = server.say(CHANNEL, "theirs")
    await bot.edit_message_text("y", CHANNEL, theirs.message_id)
    with pytest.raises(AssertionError, match="administrator of a channel chat has no"):
        server.set_standing(CHANNEL, "administrator", can_pin_messages=True)
    assert not any(update.my_chat_member for update in await bot.get_updates()), "it was not told"
    assert not server.problems


async def test_rights_in_a_group(server, bot):
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "member"
    server.set_standing(GROUP, "restricted", can_send_messages=False)
    me = await bot.get_chat_member(GROUP, bot.id)
    assert (me.status, me.can_send_messages, me.is_member) == ("restricted", False, True)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await bot.send_message(GROUP, "x")
    server.set_standing(GROUP, "restricted", can_send_messages=True)
    await bot.send_message(GROUP, "x")
    server.set_standing(GROUP, "administrator", can_pin_messages=False)
    me = await bot.get_chat_member(GROUP, bot.id)
    assert (me.can_pin_messages, me.can_delete_messages, me.can_post_messages) == (False, True, None)
    assert (await bot.get_chat_administrators(GROUP))[0].user.id == bot.id
    server.chat(FORUM).may_write = False
    assert not (await bot.get_chat(FORUM)).permissions.can_send_messages
    assert (await bot.get_chat(GROUP)).permissions.can_send_messages
    server.kick(GROUP)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.get_chat_member(GROUP, bot.id)
    assert not server.problems


# Faults


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (status(500, html=True), False),
        (status(503), False),
        (status(502, act=True), True),
        (malformed(act=False), False),
        (drop_after(), True),
        (hang(0.05), False),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
async def test_faults_of_edits(server, bot, fault, arrives, strict):
    sent = await bot.send_message(GROUP, "one")
    server.strict = strict
    server.fail("editMessageText", fault, chat=GROUP)
    with pytest.raises(TelegramError):
        await bot.edit_message_text("two", GROUP, sent.message_id)
    assert server.sent[0].edits == ["two"] * arrives


async def test_too_many_for_one_chat_or_for_all(server, bot, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    server.fail("*", too_many(3).again(), chat=GROUP)
    with pytest.raises(RetryAfter):
        await bot.send_message(GROUP, "x")
    await bot.send_message(FORUM, "x")
    server.fail("*", too_many(3).again())
    with pytest.raises(RetryAfter):
        await bot.send_message(FORUM, "x")
    server.heal()
    await bot.send_message(GROUP, "x")


async def test_the_server_goes_away_and_comes_back(server, bot):
    url = server.url
    async with listener(server) as (seen, _):
        await server.go_away()
        with pytest.raises(NetworkError):
            await bot.send_message(GROUP, "x")
        server.say(PERSON, "meanwhile")
        await server.come_back()
        assert server.url == url
        await bot.send_message(GROUP, "x")
        await server.wait_for(lambda: said(seen) == ["meanwhile"])


# Many


async def test_eight_bots_know_who_they_are():
    servers = [TelegramServer(f"{number}:TOKEN-{number}", f"bot_{number}") for number in range(1, 9)]
    async with aiohttp.ClientSession() as session:
        for server in servers:
            await server.start()
            server.add_chat(GROUP)
        try:
            for server in servers:
                url = f"{server.url}/bot{server.token}"
                me = await (await session.post(f"{url}/getMe")).json()
                await session.post(f"{url}/sendMessage", json={"chat_id": GROUP, "text": me["result"]["username"]})
            assert len({server.url for server in servers}) == 8
            assert [texts(server, GROUP) for server in servers] == [[f"bot_{number}"] for number in range(1, 9)]
        finally:
            await asyncio.gather(*(server.stop() for server in servers))


async def test_masses_are_neither_judged_nor_kept_as_calls():
    async with TelegramServer(strict=False) as server, aiohttp.ClientSession() as session:
        furnish(server)
        url = f"{server.url}/bot{server.token}"

        async def call(method, **params):
            return await (await session.post(f"{url}/{method}", data=params)).json()

        for number in range(50):
            answer = await call("sendMessage", chat_id=GROUP, text=f"{number}", entities="[{}]", reply_markup="{}")
            assert answer["ok"]
        assert (await call("editMessageText", chat_id=GROUP, message_id=server.sent[7].message_id, text="7, edited"))[
            "ok"
        ]
        assert (await call("deleteMessage", chat_id=GROUP, message_id=server.sent[8].message_id))["ok"]
        reply = f'{{"message_id": {server.sent[7].message_id}}}'
        assert (await call("sendMessage", chat_id="@lab_jobs", text="!", reply_parameters=reply))["ok"]
        assert texts(server, GROUP)[6:9] == ["6", "7, edited", "9"]
        assert server.sent[-1].reply_to == server.sent[7].message_id
        assert server.counts == {"sendMessage": 51, "editMessageText": 1, "deleteMessage": 1}
        assert not server.calls
        assert not server.problems
        assert (await call("sendMessage", chat_id=-999, text="x"))["description"] == "Bad Request: chat not found"
        assert not (await call("editMessageText", chat_id=GROUP, message_id=5, text="x"))["ok"]
        server.limits = Limits(burst=1)
        assert [(await call("sendMessage", chat_id=FORUM, text="x"))["ok"] for _ in range(2)] == [True, False]


async def test_a_reply_can_be_forced_where_people_write(server, bot):
    forced = ForceReply(selective=True, input_field_placeholder="Why?")
    sent = await bot.send_message(GROUP, "Why?", reply_markup=forced)
    assert server.sent[-1].forces_reply == forced.to_dict()
    assert sent.reply_markup is None
    with pytest.raises(BadRequest, match="not supported in channels"):
        await bot.send_message(CHANNEL, "Why?", reply_markup=forced)
    with pytest.raises(BadRequest, match="64 characters"):
        await bot.send_message(GROUP, "x", reply_markup=ForceReply(input_field_placeholder="x" * 65))
    with pytest.raises(BadRequest, match="inline keyboard or none"):
        await bot.edit_message_text("x", GROUP, sent.message_id, reply_markup=forced)
    server.problems.clear()


async def test_people_are_what_they_are_in_a_chat(server, bot):
    server.join(GROUP, PERSON, "administrator")
    assert [member.user.id for member in await bot.get_chat_administrators(GROUP)] == [PERSON]
    server.join(GROUP, PERSON, "restricted", is_member=False)
    assert (await bot.get_chat_member(GROUP, PERSON)).is_member is False
    server.add_user(78, "Kim")
    assert (await bot.get_chat_member(GROUP, 78)).status == "left"
    server.say(GROUP, "hello", 78)
    assert (await bot.get_chat_member(GROUP, 78)).status == "member"


async def test_a_link_opens_the_private_chat_with_its_payload(server, bot):
    name = (await bot.get_me()).username
    assert server.follow(f"https://t.me/{name}?start=new-1_A", PERSON).text == "/start new-1_A"
    for link in (
        f"https://t.me/{name}?start={'x' * 65}",
        f"https://t.me/{name}?start=a.b",
        "https://t.me/other?start=x",
    ):
        with pytest.raises(AssertionError, match="opens no chat"):
            server.follow(link, PERSON)


# --- Pins


async def test_a_message_is_pinned_and_its_pin_taken_away(server, bot):
    server.set_standing(GROUP, "administrator")
    one, two = [await bot.send_message(GROUP, text) for text in ("one", "two")]
    for message in (one, two, one):
        assert await bot.pin_chat_message(GROUP, message.message_id, disable_notification=True)
    assert [message.text for message in server.chat(GROUP).pinned] == ["two", "one"]
    for _ in range(2):  # what is not pinned can be taken away, too
        assert await bot.unpin_chat_message(GROUP, message_id=two.message_id)
    assert [message.text for message in server.chat(GROUP).pinned] == ["one"]
    await bot.delete_message(GROUP, one.message_id)
    assert server.chat(GROUP).pinned == []
    for call, what in ((bot.pin_chat_message, "pin"), (bot.unpin_chat_message, "unpin")):
        with pytest.raises(BadRequest, match=f"[Mm]essage to {what} not found"):
            await call(GROUP, message_id=one.message_id)
    assert server.problems == []


@pytest.mark.parametrize(
    ("chat_type", "right"),
    [("supergroup", "can_pin_messages"), ("group", "can_pin_messages"), ("channel", "can_edit_messages")],
)
async def test_pins_need_a_right_of_their_own(server, bot, chat_type, right):
    chat = server.add_chat(-100777, type=chat_type, admin=True)
    sent = await bot.send_message(chat.id, "x")
    server.set_standing(chat.id, "administrator", **{right: False})
    with pytest.raises(BadRequest, match="enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(chat.id, sent.message_id, disable_notification=True)
    server.set_standing(chat.id, "administrator")
    assert await bot.pin_chat_message(chat.id, sent.message_id, disable_notification=True)


async def test_a_pin_makes_no_sound_and_what_is_unpinned_is_named(server, bot):
    server.set_standing(GROUP, "administrator")
    sent = await bot.send_message(GROUP, "x")
    for call in (bot.pin_chat_message(GROUP, sent.message_id), bot.unpin_chat_message(GROUP)):
        with pytest.raises(BadRequest, match=r"[Ee]mulator:"):
            await call
    assert len(server.problems) == 2
    server.problems.clear()


# --- Files


async def test_a_file_is_taken_as_the_library_sends_it_with_a_caption_or_none(server, bot):
    sent = await bot.send_document(GROUP, b"BEGIN:VCALENDAR", caption="Owls", filename="owls.ics")
    assert (sent.caption, sent.text, sent.document.file_name) == ("Owls", None, "owls.ics")
    assert server.sent[-1].file == b"BEGIN:VCALENDAR"
    bare = await bot.send_document(GROUP, b"x", filename="x.ics")
    assert (bare.caption, bare.document.file_size) == (None, 1)
    assert server.problems == []
    for body, caption, why in ((b"", "x", "non-empty"), (b"x", "x" * 1025, "caption is too long")):
        with pytest.raises(BadRequest, match=why):
            await bot.send_document(GROUP, body, caption=caption, filename="x.ics")
    with pytest.raises(BadRequest, match="no document in the request"):
        await bot.send_document(GROUP, "a-file-id")
    assert len(server.problems) == 3
    server.problems.clear()
