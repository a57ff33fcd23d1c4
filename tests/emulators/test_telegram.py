import asyncio
import time
from datetime import UTC, datetime

import aiohttp
import pytest
import telegram
import telegram.ext
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.emulators.telegram import (
    Limits,
    TelegramServer,
    drop_after,
    drop_before,
    hang,
    malformed,
    status,
    too_many,
    unauthorized,
)

GROUP, FORUM, CHANNEL, PERSON = -1001234567890, -1002222222222, -1003333333333, 4242
NOW = 1_800_000_000
DAY = 86400


@pytest.fixture
async def server():
    async with TelegramServer() as server:
        server.now = lambda: NOW
        server.add_chat(GROUP, username="lab_jobs")
        server.add_chat(FORUM, topics={17: "Jobs"})
        server.add_chat(CHANNEL, type="channel", username="lab_news", admin=True)
        server.add_user(PERSON, "Ida", language_code="de")
        yield server


@pytest.fixture
async def bot(server):
    async with a_bot(server) as bot:
        yield bot


def a_bot(server, token=None):
    return Bot(token or server.token, base_url=f"{server.url}/bot")


def entity(kind, offset, length, **extra):
    return {"type": kind, "offset": offset, "length": length, **extra}


async def raw(server, method, *, token=None, **params):
    """A request without a library: the status and the decoded answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{token or server.token}/{method}", json=params) as response,
    ):
        return response.status, await response.json()


async def refused(server, method="sendMessage", **params):
    """The description of a refusal, which must also be listed as a problem."""
    if method == "sendMessage":
        params = {"chat_id": GROUP, "text": "hello", **params}
    status, answer = await raw(server, method, **params)
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert answer["description"] in server.problems[-1]
    server.problems.clear()
    return answer["description"].removeprefix("Bad Request: ")


# Messages


async def test_a_message_comes_back_complete(server, bot):
    link = MessageEntity("text_link", 6, 5, url="https://lab.example/")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more:1")]])
    sent = await bot.send_message(
        "@lab_jobs", "hello world", entities=[link], reply_markup=markup, disable_notification=True
    )
    assert (sent.text, sent.chat.id, sent.chat.title) == ("hello world", GROUP, "Lab jobs")
    assert sent.date == datetime.fromtimestamp(NOW, UTC)
    assert sent.from_user == bot.bot
    assert sent.entities == (link,)
    assert sent.reply_markup == markup
    message = server.chat("@lab_jobs").messages[-1]
    assert (message.labels, message.marked("text_link"), message.silent) == (["More"], ["world"], True)
    assert server.sent == [message]
    assert [(call.method, call.outcome) for call in server.calls] == [("getMe", "ok"), ("sendMessage", "ok")]
    assert server.calls[-1].params["chat_id"] == "@lab_jobs"
    assert server.calls[-1].params["disable_notification"] is True
    assert not server.problems


async def test_topics_and_replies(server, bot):
    first = await bot.send_message(FORUM, "in the topic", message_thread_id=17)
    assert first.is_topic_message
    assert first.message_thread_id == 17
    assert first.reply_to_message.forum_topic_created.name == "Jobs"
    answer = await bot.send_message(FORUM, "again", message_thread_id=17, reply_to_message_id=first.message_id)
    assert answer.reply_to_message.message_id == first.message_id
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=18)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(GROUP, "x", message_thread_id=17)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(GROUP, "x", reply_to_message_id=9999)
    lone = await bot.send_message(GROUP, "x", reply_to_message_id=9999, allow_sending_without_reply=True)
    assert lone.reply_to_message is None
    server.chat(FORUM).topics[17].closed = True
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(FORUM, "x", message_thread_id=17)
    assert not server.problems, "such things happen to a correct bot"


async def test_edits_and_deletions_show(server, bot):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("2", callback_data="page:2")]])
    sent = await bot.send_message(GROUP, "one", reply_markup=markup)
    edited = await bot.edit_message_text("two", GROUP, sent.message_id, reply_markup=markup)
    assert (edited.text, edited.edit_date) == ("two", datetime.fromtimestamp(NOW, UTC))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("two", GROUP, sent.message_id, reply_markup=markup)
    await bot.edit_message_text("two", GROUP, sent.message_id)
    assert server.sent[0].reply_markup is None, "an edit without a keyboard takes it away"
    await bot.edit_message_reply_markup(GROUP, sent.message_id, reply_markup=markup)
    assert server.sent[0].labels == ["2"]
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("two", GROUP, 9999)
    theirs = server.say(GROUP, "not the bot's")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("two", GROUP, theirs.message_id)
    assert await bot.delete_message(GROUP, sent.message_id)
    assert server.sent[0].deleted
    assert server.chat(GROUP).messages == [theirs]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(GROUP, sent.message_id)


async def test_after_48_hours_a_message_can_be_edited_but_not_deleted(server, bot):
    sent = await bot.send_message(GROUP, "one")
    server.now = lambda: NOW + 49 * 3600
    assert (await bot.edit_message_text("two", GROUP, sent.message_id)).text == "two"
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(GROUP, sent.message_id)


# Text and entities


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("x" * 4096, []),
        ("😀" * 2048, [entity("bold", 4094, 2)]),
        ("a😀b", [entity("bold", 1, 2), entity("italic", 3, 1)]),
        ("hello world", [entity("bold", 0, 11), entity("italic", 6, 5), entity("underline", 6, 5)]),
        ("hello world", [entity("bold", 0, 3), entity("bold", 3, 2)]),
        ("hello world", [entity("blockquote", 0, 11), entity("code", 0, 5), entity("text_link", 6, 5, url="a.de")]),
        ("**[x](y)** `z`", [entity("bold", 0, 14)]),
        ("at noon", [entity("date_time", 3, 4, unix_time=NOW + DAY, date_time_format="wDt")]),
        ("at noon", [entity("date_time", 3, 4, unix_time=NOW, date_time_format="r")]),
        ("x" * 127, [entity("date_time", 0, 127, unix_time=1)]),
        ("print(1)", [entity("pre", 0, 8, language="python")]),
        ("Ida", [entity("text_mention", 0, 3, user={"id": PERSON, "is_bot": False, "first_name": "Ida"})]),
        ("x", [entity("text_link", 0, 1, url="tg://resolve?domain=x")]),
        ("x " * 100, [entity("bold", 2 * i, 1) for i in range(100)]),
    ],
)
async def test_good_texts_pass(server, text, entities):
    status, answer = await raw(server, "sendMessage", chat_id=GROUP, text=text, entities=entities)
    assert status == 200, answer
    assert answer["result"].get("entities", []) == entities
    assert not server.problems


async def test_white_space_around_a_text_goes_and_entities_move(server, bot):
    sent = await bot.send_message(GROUP, "\n hello \n", entities=[MessageEntity("bold", 2, 5)])
    assert (sent.text, sent.entities[0].offset) == ("hello", 0)


LONG_DATE = "Wednesday, 31 March 2027, 23:59 CEST"


@pytest.mark.parametrize(
    ("text", "entities", "why"),
    [
        ("", [], "message text is empty"),
        (" \n ", [], "text must be non-empty"),
        ("x" * 4097, [], "message is too long"),
        ("😀" * 2049, [], "message is too long"),
        ("x " * 101, [entity("bold", 2 * i, 1) for i in range(101)], "emulator: 101 entities"),
        ("hello", [entity("shout", 0, 5)], "can't parse MessageEntity: Unsupported type specified"),
        ("hello", [entity("bold", 0, 5, url="https://a.de")], "emulator: a bold entity has no ['url']"),
        ("hello", [{"type": "bold", "offset": 0}], "can't parse MessageEntity: Can't find field \"length\""),
        ("hello", [entity("bold", -1, 2)], "receive an entity with incorrect offset -1"),
        ("hello", [entity("bold", 0, 0)], "emulator: the real server drops the empty bold entity"),
        ("hello", [entity("bold", 9, 1)], "entity begins after the end of the text at UTF-16 offset 9"),
        ("hello", [entity("bold", 1, 5)], "entity beginning at UTF-16 offset 1 ends after the end of the text"),
        ("a😀b", [entity("bold", 2, 1)], "entity begins in a middle of a UTF-16 symbol"),
        ("a😀b", [entity("bold", 0, 2)], "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol"),
        ("hello world", [entity("bold", 0, 6)], "emulator: the bold entity 'hello ' begins or ends with white"),
        ("hello world", [entity("bold", 5, 6)], "emulator: the bold entity ' world' begins or ends with white"),
        ("hello world", [entity("bold", 0, 8), entity("italic", 6, 5)], "emulator: bold at 0 and italic at 6 overlap"),
        ("hello", [entity("code", 0, 5), entity("bold", 0, 5)], "emulator: entities are nested so that the real"),
        ("hello", [entity("bold", 0, 5), entity("pre", 1, 2)], "emulator: entities are nested so that the real"),
        ("hello", [entity("blockquote", 0, 5), entity("blockquote", 0, 2)], None),
        ("hello", [entity("blockquote", 0, 5), entity("expandable_blockquote", 0, 5)], "emulator: entities are nest"),
        (
            "hello",
            [entity("text_link", 0, 5, url="https://a.de"), entity("date_time", 0, 5, unix_time=NOW)],
            "emulator: entities are nested so that the real server takes away some text_link",
        ),
        (
            "hello",
            [entity("bold", 0, 5), entity("date_time", 0, 5, unix_time=NOW)],
            "emulator: entities are nested so that the real server takes away some bold",
        ),
        ("hello", [entity("text_link", 0, 5)], "can't parse MessageEntity: Can't find field \"url\""),
        ("hello", [entity("text_link", 0, 5, url="no-url")], "entity URL 'no-url' is invalid: Wrong HTTP URL"),
        ("hello", [entity("text_link", 0, 5, url="ftp://a.de")], "entity URL 'ftp://a.de' is invalid: Unsupported"),
        ("hello", [entity("text_link", 0, 5, url="http://localhost/")], "entity URL 'http://localhost/' is invalid"),
        ("hello", [entity("text_link", 0, 5, url="mailto:a@b.de")], "emulator: the real server makes http://mailto:"),
        ("hello", [entity("text_mention", 0, 5, user={"id": 1})], "user not found"),
        ("hello", [entity("date_time", 0, 5, date_time_format="r")], "can't parse MessageEntity: Can't find field"),
        ("hello", [entity("date_time", 0, 5, unix_time=-1)], "ENTITY_DATE_INVALID"),
        ("hello", [entity("date_time", 0, 5, unix_time=NOW + 1099 * DAY)], "ENTITY_DATE_INVALID"),
        ("hello", [entity("date_time", 0, 5, unix_time=NOW, date_time_format="Dw")], "ENTITY_DATE_FORMAT_INVALID"),
        ("hello", [entity("date_time", 0, 5, unix_time=NOW, date_time_format="wr")], "ENTITY_DATE_FORMAT_INVALID"),
        (
            LONG_DATE,
            [entity("date_time", 0, len(LONG_DATE), unix_time=NOW, date_time_format="wDt")],
            "ENTITY_DATE_TOO_LONG",
        ),
    ],
)
async def test_bad_texts_are_refused(server, text, entities, why):
    if why is None:  # two quotations of one kind are joined, and nothing is lost
        status, _ = await raw(server, "sendMessage", chat_id=GROUP, text=text, entities=entities)
        assert status == 200
    else:
        assert (await refused(server, text=text, entities=entities)).startswith(why)


async def test_parse_mode_is_judged_by_telegram_itself(server, bot):
    text = '<b>bold</b> <a href="https://lab.example">link</a> <tg-time unix="1800000000" format="wDT">soon</tg-time>'
    sent = await bot.send_message(GROUP, text, parse_mode="HTML")
    assert sent.text == "bold link soon"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 0, 4),
        ("text_link", 5, 4),
        ("date_time", 10, 4),
    ]
    assert sent.entities[2].date_time_format == "wDT"
    with pytest.raises(BadRequest, match=r'(?i)can.t find end tag corresponding to start tag "b"'):
        await bot.send_message(GROUP, "<b>bold", parse_mode="HTML")
    with pytest.raises(BadRequest, match=r"(?i)character '\.' is reserved"):
        await bot.send_message(GROUP, "hello.", parse_mode="MarkdownV2")
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await bot.send_message(GROUP, "hello", parse_mode="reST")
    assert len(server.problems) == 3


# Keyboards and other parameters


def keyboard(*buttons, rows=1):
    return {"inline_keyboard": [list(buttons)] * rows}


def button(text="x", **action):
    return {"text": text, **action}


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (keyboard(button(callback_data="é" * 32)), None),
        (keyboard(button(url="https://lab.example/apply?x=1")), None),
        (keyboard(button(url="tg://user?id=4242")), None),
        (keyboard(button(callback_data="x", style="primary")), None),
        (keyboard(*[button(callback_data="x")] * 5, rows=20), None),
        ({"inline_keyboard": []}, None),
        ({"keyboard": [["x"]]}, "emulator: only inline keyboards"),
        ({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": [button(callback_data="x")]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must'),
        ({"inline_keyboard": [[]]}, "emulator: a row of 0 buttons"),
        (keyboard(*[button(callback_data="x")] * 9), "emulator: a row of 9 buttons"),
        (keyboard(*[button(callback_data="x")] * 8, rows=13), "reply markup is too long"),
        (keyboard({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (keyboard(button(" ", callback_data="x")), "inline keyboard button text must be non-empty"),
        (keyboard(button()), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (keyboard(button(callback_data="")), "can't parse inline keyboard button: Text buttons are unallowed"),
        (keyboard(button(callback_data="x" * 65)), "BUTTON_DATA_INVALID"),
        (keyboard(button(callback_data="é" * 33)), "BUTTON_DATA_INVALID"),
        (keyboard(button(callback_data="x", url="https://a.de")), "emulator: a button does one thing"),
        (keyboard(button(callback="x")), "emulator: a button has no ['callback']"),
        (keyboard(button(url="not-a-url")), "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL"),
        (keyboard(button(url="ftp://a.de")), "inline keyboard button URL 'ftp://a.de' is invalid: Unsupported URL"),
        (keyboard(button(url="http://localhost:8080/")), "inline keyboard button URL 'http://localhost:8080/' is"),
        (keyboard(button(url="http://127.0.0.1/")), "BUTTON_URL_INVALID"),
        (keyboard(button(url="mailto:jobs@lab.example")), "BUTTON_URL_INVALID"),
    ],
)
async def test_keyboards(server, markup, why):
    if why is None:
        status, answer = await raw(server, "sendMessage", chat_id=GROUP, text="x", reply_markup=markup)
        assert status == 200, answer
    else:
        assert (await refused(server, reply_markup=markup)).startswith(why)


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"chat_id": ""}, "chat_id is empty"),
        ({"entites": []}, "emulator: sendMessage has no parameter 'entites', but 'entities'"),
        ({"disable_notification": "perhaps"}, "emulator: disable_notification must be bool"),
        ({"message_thread_id": "top"}, "emulator: message_thread_id must be int"),
        ({"reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"reply_parameters": {}}, 'can\'t find field "message_id"'),
        ({"link_preview_options": {"disabled": True}}, "emulator: LinkPreviewOptions has no 'disabled'"),
        ({"link_preview_options": {"is_disabled": "yes"}}, 'field "is_disabled" must be of type Boolean'),
        ({"parse_mode": "HTML", "entities": [entity("bold", 0, 1)]}, "emulator: parse_mode and entities exclude"),
    ],
)
async def test_bad_parameters_are_refused(server, params, why):
    assert (await refused(server, **params)).startswith(why)


@pytest.mark.parametrize("how", ["params", "data", "json", "multipart"])
async def test_every_kind_of_body_is_read(server, how):
    fields = {"chat_id": str(GROUP), "text": "hello", "disable_notification": "true"}
    if how == "multipart":
        with aiohttp.MultipartWriter("form-data") as writer:
            for name, value in fields.items():
                writer.append(value).set_content_disposition("form-data", name=name)
        how, fields = "data", writer
    url = f"{server.url}/bot{server.token}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, **{how: fields}) as response:
        assert response.status == 200
    assert server.sent[0].silent


# Tokens, unknown methods, the bot's own settings


async def test_tokens_and_methods(server):
    assert await raw(server, "getMe", token="123456:OTHER") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    for method, token in (("getMe", "no-token"), ("sendMesage", None)):
        status, answer = await raw(server, method, token=token)
        assert (status, answer["description"]) == (404, "Not Found")
    with pytest.raises(InvalidToken):
        async with a_bot(server, "123456:OTHER"):
            pass


async def test_commands_and_profile(server, bot):
    await bot.set_my_commands([("positions", "What is open"), ("help", "Help")])
    await bot.set_my_commands([("positions", "Offene Stellen")], language_code="de")
    group = telegram.BotCommandScopeChat(GROUP)
    await bot.set_my_commands([("help", "Help")], scope=group)
    assert [c.command for c in await bot.get_my_commands()] == ["positions", "help"]
    assert [c.description for c in await bot.get_my_commands(language_code="de")] == ["Offene Stellen"]
    assert len(await bot.get_my_commands(scope=group)) == 1
    await bot.delete_my_commands(scope=group)
    assert not await bot.get_my_commands(scope=group)
    await bot.set_my_name("Callboard")
    await bot.set_my_description("What is open", language_code="en")
    await bot.set_my_short_description("Positions")
    assert server.profile["description", "en"] == "What is open"
    assert (await bot.get_my_short_description()).short_description == "Positions"
    assert not server.problems


@pytest.mark.parametrize(
    ("commands", "extra", "why"),
    [
        ([("Positions", "x")], {}, "BOT_COMMAND_INVALID"),
        ([("x" * 33, "x")], {}, "BOT_COMMAND_INVALID"),
        ([("positions", "")], {}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([("positions", "x" * 257)], {}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([(f"c{i}", "x") for i in range(101)], {}, "BOT_COMMANDS_TOO_MUCH"),
        ([("a", "x"), ("a", "y")], {}, "emulator: a command stands twice"),
        ([("a", "x")], {"language_code": "german"}, "invalid language code specified"),
        ([("a", "x")], {"scope": {"type": "everyone"}}, "can't parse BotCommandScope: Unsupported type specified"),
    ],
)
async def test_bad_commands_are_refused(server, commands, extra, why):
    commands = [{"command": name, "description": text} for name, text in commands]
    assert (await refused(server, "setMyCommands", commands=commands, **extra)).startswith(why)


async def test_log_out(server, bot):
    assert await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.get_me()


# Chats


async def test_chats_and_members(server, bot):
    chat = await bot.get_chat("@lab_news")
    assert (chat.id, chat.type) == (CHANNEL, "channel")
    assert (await bot.get_chat(FORUM)).is_forum
    assert (await bot.get_chat_member(CHANNEL, bot.id)).status == "administrator"
    assert (await bot.get_chat_member(GROUP, PERSON)).user.language_code == "de"
    assert [m.user.id for m in await bot.get_chat_administrators(CHANNEL)] == [bot.id]
    assert not await bot.get_chat_administrators(GROUP)
    assert await bot.leave_chat(GROUP)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(GROUP, "x")


async def test_chats_that_cannot_be_written_to(server, bot):
    async def refusal(chat_id, kind=Forbidden):
        with pytest.raises(kind) as caught:
            await bot.send_message(chat_id, "x")
        return str(caught.value)

    assert await refusal(-1009999999999, BadRequest) == "Chat not found"
    assert await refusal(PERSON) == "Forbidden: bot can't initiate conversation with a user"
    server.say(PERSON, "/start")
    await bot.send_message(PERSON, "welcome")
    server.block(PERSON)
    assert await refusal(PERSON) == "Forbidden: bot was blocked by the user"
    server.add_user(77, "Max", username="max_example")
    server.say(77, "/start")
    assert await refusal("@max_example", BadRequest) == "Chat not found"
    await bot.send_message("@Lab_Jobs", "names are the same in any case")
    server.kick(GROUP)
    assert await refusal(GROUP) == "Forbidden: bot was kicked from the supergroup chat"
    server.my_chat_member(CHANNEL, "member")
    assert await refusal(CHANNEL, BadRequest) == "Need administrator rights in the channel chat"
    server.my_chat_member(CHANNEL, "left")
    assert await refusal(CHANNEL) == "Forbidden: bot is not a member of the channel chat"
    server.chat(FORUM).may_write = False
    assert await refusal(FORUM, BadRequest) == "Not enough rights to send text messages to the chat"
    assert not server.problems


async def test_a_group_that_becomes_a_supergroup(server, bot):
    server.add_chat(-42, type="group")
    server.migrate(-42, -1004242424242)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-42, "x")
    assert caught.value.new_chat_id == -1004242424242
    assert (await bot.send_message(caught.value.new_chat_id, "x")).chat.title == "Lab jobs"
    first, second = await bot.get_updates()
    assert first.message.migrate_to_chat_id == -1004242424242
    assert second.message.migrate_from_chat_id == -42


# Updates


async def test_what_people_write_arrives(server, bot):
    server.say(PERSON, "/start")
    asked = server.say(GROUP, "😀 /positions@callboard_bot phd @callboard_bot", user=PERSON)
    first, second = await bot.get_updates()
    assert (first.message.text, first.message.chat.type) == ("/start", "private")
    assert first.message.from_user.language_code == "de"
    assert (second.message.message_id, second.message.from_user.id) == (asked.message_id, PERSON)
    assert second.message.parse_entities() == dict(
        zip(second.message.entities, ["/positions@callboard_bot", "@callboard_bot"], strict=True)
    )
    assert second.message.entities[0].offset == 3
    assert len(await bot.get_updates()) == 2, "not confirmed yet"
    assert not await bot.get_updates(offset=second.update_id + 1)


async def test_topics_replies_channels_and_edits_arrive(server, bot):
    server.say(FORUM, "/help", thread=17)
    mine = await bot.send_message(GROUP, "which one?")
    server.say(GROUP, "that one", reply_to=mine.message_id)
    server.say(CHANNEL, "/positions")
    own = server.say(PERSON, "/hepl")
    server.rewrite(PERSON, own.message_id, "/help")
    topic, reply, post, _, edited = await bot.get_updates()
    assert (topic.message.message_thread_id, topic.message.is_topic_message) == (17, True)
    assert reply.message.reply_to_message.message_id == mine.message_id
    assert reply.message.message_thread_id == mine.message_id
    assert not reply.message.is_topic_message
    assert post.channel_post.sender_chat.id == CHANNEL
    assert (edited.edited_message.text, edited.edited_message.edit_date.timestamp()) == ("/help", NOW)


async def test_privacy_mode_hides_what_is_not_for_the_bot(server, bot):
    server.say(GROUP, "phd positions")
    server.say(GROUP, "/positions@other_bot")
    server.say(GROUP, "/positions")
    assert [update.message.text for update in await bot.get_updates()] == ["/positions"]
    server.my_chat_member(GROUP, "administrator", tell=False)
    server.say(GROUP, "phd positions")
    assert [update.message.text for update in await bot.get_updates()][1:] == ["phd positions"]


async def test_long_polling_waits_and_wakes(server, bot):
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await server.wait_for(lambda: server.calls[-1].method == "getUpdates")
    server.say(PERSON, "hello")
    (update,) = await asyncio.wait_for(waiting, 20)
    assert update.message.text == "hello"


async def test_only_one_may_poll(server, bot):
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await server.wait_for(lambda: server.calls[-1].method == "getUpdates")
    async with a_bot(server) as rival:
        second = asyncio.create_task(rival.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot inst"):
            await first
        server.say(PERSON, "hello")
        assert len(await second) == 1
    assert "terminated by other getUpdates" in server.problems.pop()


async def test_a_webhook_excludes_polling(server, bot):
    assert await bot.set_webhook("https://lab.example/hook")
    assert (await bot.get_webhook_info()).url == "https://lab.example/hook"
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    assert not await bot.get_updates()
    with pytest.raises(BadRequest, match=r"(?i)An HTTPS URL must be provided"):
        await bot.set_webhook("http://lab.example/hook")


async def test_unwanted_kinds_of_updates_do_not_come(server, bot):
    await bot.get_updates(allowed_updates=["callback_query"])
    server.say(PERSON, "hello")
    assert not await bot.get_updates(allowed_updates=[])
    server.say(PERSON, "hello")
    assert len(await bot.get_updates()) == 1
    assert (await refused(server, "getUpdates", allowed_updates=["mesage"])).startswith("emulator: no such updates")


async def test_the_bot_is_told_where_it_stands(server, bot):
    for standing in ("left", "administrator", "member", "kicked"):
        server.my_chat_member(GROUP, standing)
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.old_chat_member.status for change in changes] == ["member", "left", "administrator", "member"]
    assert [change.new_chat_member.status for change in changes] == ["left", "administrator", "member", "kicked"]
    assert changes[1].new_chat_member.can_delete_messages


# Buttons


async def test_buttons_are_pressed_and_answered(server, bot):
    markup = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Next", callback_data="page:2"), InlineKeyboardButton("Web", url="https://lab.example")]]
    )
    sent = await bot.send_message(GROUP, "page 1", reply_markup=markup)
    query = server.press(GROUP, sent.message_id, "Next", user=PERSON)
    (update,) = await bot.get_updates()
    assert (update.callback_query.data, update.callback_query.from_user.id) == ("page:2", PERSON)
    assert update.callback_query.message.text == "page 1"
    assert server.unanswered == [query]
    assert await update.callback_query.answer("here you are")
    assert query.answer == {"text": "here you are"}
    assert not server.unanswered
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await update.callback_query.answer()
    assert len(server.problems) == 1, "answered twice"
    late = server.press(GROUP, sent.message_id, "Next")
    server.now = lambda: NOW + 60
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late.id)
    assert len(server.problems) == 1, "being late is no mistake in the request"
    with pytest.raises(AssertionError, match="the bot never hears of that"):
        server.press(GROUP, sent.message_id, "Web")
    with pytest.raises(AssertionError, match="0 buttons 'Back'"):
        server.press(GROUP, sent.message_id, "Back")


# Faults


async def test_faults_come_in_order_and_then_end(server, bot, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # otherwise RetryAfter warns as soon as it is made
    server.fail("sendMessage", too_many(7), status(502), status(500), status(504, html=False))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(GROUP, "x")
    assert caught.value.retry_after.total_seconds() == 7
    for reason in ("Bad Gateway", "Internal Server Error", "Gateway Timeout"):
        with pytest.raises(NetworkError, match=reason):
            await bot.send_message(GROUP, "x")
    assert not server.sent
    await bot.send_message(GROUP, "x")
    outcomes = [call.outcome for call in server.calls if call.method == "sendMessage"]
    assert outcomes == ["too_many", "status 502", "status 500", "status 504", "ok"]
    assert not server.problems


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (drop_before(), False),
        (drop_after(), True),
        (malformed(), True),
        (hang(0.1), False),
        (unauthorized(), False),
    ],
)
async def test_faults_with_and_without_effect(server, bot, fault, arrives):
    server.fail("sendMessage", fault)
    with pytest.raises(telegram.error.TelegramError):
        await bot.send_message(GROUP, "x")
    assert [message.text for message in server.chat(GROUP).messages] == ["x"] * arrives
    await bot.send_message(GROUP, "y")


async def test_a_late_answer(server, bot):
    server.fail("sendMessage", hang(0.1, act=True), hang(30, act=True))
    started = time.monotonic()
    await bot.send_message(GROUP, "x")
    assert time.monotonic() - started >= 0.1
    with pytest.raises(TimedOut):
        await bot.send_message(GROUP, "y", read_timeout=0.1)
    assert [message.text for message in server.sent] == ["x", "y"]


async def test_faults_for_one_chat_that_last(server, bot):
    server.fail("sendMessage", status(500).again(), chat="@lab_jobs")
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(GROUP, "x")
    await bot.send_message(FORUM, "x")
    server.heal()
    await bot.send_message(GROUP, "x")


async def test_an_outage(server, bot):
    await server.stop()
    with pytest.raises(NetworkError):
        await bot.send_message(GROUP, "x")
    await server.start()
    await bot.send_message(GROUP, "y")
    assert [message.text for message in server.sent] == ["y"]


@pytest.mark.parametrize(
    ("limits", "people", "passes", "retry_after"),
    [
        (Limits(), 1, 3, 1),  # a short burst to one chat
        (Limits(burst=100), 1, 20, 60),  # 20 a minute to one group
        (Limits(burst=100, per_group=100), 1, 30, 1),  # 30 a second
        (Limits(), 31, 30, 1),
    ],
)
async def test_pace(server, limits, people, passes, retry_after):
    server.limits = limits
    groups = [server.add_chat(-100 - number).id for number in range(people)]
    answers = [await raw(server, "sendMessage", chat_id=groups[i % people], text="x") for i in range(31)]
    assert [status for status, _ in answers[: passes + 1]] == [200] * passes + [429]
    assert answers[passes][1]["parameters"] == {"retry_after": retry_after}
    assert answers[passes][1]["description"] == f"Too Many Requests: retry after {retry_after}"
    assert not server.problems


async def test_pace_recovers(server):
    server.limits = Limits(second=0.05)
    assert [(await raw(server, "sendMessage", chat_id=GROUP, text="x"))[0] for _ in range(4)][-1] == 429
    await asyncio.sleep(0.1)
    assert (await raw(server, "sendMessage", chat_id=GROUP, text="x"))[0] == 200


# Whole conversations


async def test_a_whole_application(server):
    async def positions(update: Update, context):
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="2")]])
        await update.effective_message.reply_text("page 1", reply_markup=markup)

    async def turn(update: Update, context):
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(f"page {update.callback_query.data}")

    app = telegram.ext.Application.builder().token(server.token).base_url(f"{server.url}/bot").job_queue(None).build()
    app.add_handler(telegram.ext.CommandHandler("positions", positions))
    app.add_handler(telegram.ext.CallbackQueryHandler(turn))
    async with app:
        await app.start()
        await app.updater.start_polling()
        server.say(FORUM, "/positions", thread=17)
        (page,) = await server.wait_for(lambda: server.sent)
        assert page.thread == 17
        server.press(FORUM, page.message_id, "Next")
        await server.wait_for(lambda: page.text == "page 2")
        assert not page.labels
        assert not server.unanswered
        await app.updater.stop()
        await app.stop()
    assert not server.problems


async def test_waiting_in_vain_says_what_was_called(server, bot):
    with pytest.raises(AssertionError, match=r"(?s)0 updates not fetched; last calls:.*getMe \{\} -> ok"):
        await server.wait_for(lambda: server.sent, timeout=0.05)
