"""The emulated Slack against the real slack_sdk and slack-bolt: what passes, and that each refusal happens."""

import asyncio
import json
import logging
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.emulators import slack_rules
from tests.emulators.slack import (
    BOT_USER,
    Limits,
    SlackServer,
    drop_after,
    drop_before,
    error,
    hang,
    malformed,
    status,
    too_many,
)

JOBS = "C0123456789"
ADA = "U0123"
METADATA = {"event_type": "callboard_notice", "event_payload": {"key": "phd-1:opened", "count": 2, "digest": False}}


@pytest.fixture
async def server():
    async with SlackServer() as server:
        server.add_channel(JOBS, name="jobs")
        yield server


@pytest.fixture
async def client(server):
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(server.bot_token, base_url=server.url, session=session, retry_handlers=[])


def button(text="Next", action_id="page", **more):
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, **more}


def section(text="hello", kind="mrkdwn"):
    return {"type": "section", "text": {"type": kind, "text": text}}


def rich(*elements, kind="rich_text_section", **more):
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements), **more}]}


def words(text="hello", **more):
    return {"type": "text", "text": text, **more}


GOOD_DATE = {"type": "date", "timestamp": 1_800_000_000, "format": "{date_long_pretty} {time}", "fallback": "15 Jan"}
GOOD_BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "PhD position"}},
    {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            words("Closes ", style={"bold": True}), GOOD_DATE,
            {"type": "link", "url": "https://lab.example/phd", "text": "advert", "style": {"code": True}},
            {"type": "emoji", "name": "wave"}, {"type": "channel", "channel_id": JOBS},
            {"type": "color", "value": "#FF00AA"},
        ]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
            {"type": "rich_text_section", "elements": [words("one <b>*_&")]},
            {"type": "rich_text_section", "elements": [words("two")]},
        ]},
        {"type": "rich_text_preformatted", "elements": [words("code")], "border": 0},
        {"type": "rich_text_quote", "elements": [words("quoted")]},
    ]},
    {"type": "divider"},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a* &amp; b"}], "accessory": button("Aside")},
    {"type": "context", "elements": [{"type": "plain_text", "text": "small", "emoji": True}]},
    {"type": "actions", "block_id": "pages", "elements": [
        button("Next", "next", value="2", style="primary"), button("Advert", "url", url="https://lab.example/phd"),
    ]},
]  # fmt: skip


async def refused(call, *needles):
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response
    details = "\n".join(answer.get("response_metadata", {}).get("messages", []))
    for needle in needles:
        assert needle in details
    return answer["error"]


# ---------------------------------------------------------------------------- the Web API


async def test_a_good_message_passes_and_can_be_read_back(server, client):
    answer = await client.chat_postMessage(
        channel=JOBS, text="PhD position", blocks=GOOD_BLOCKS, metadata=METADATA, unfurl_links=False, unfurl_media=False
    )
    message = server.channel("#jobs").messages[0]
    assert server.sent == [message]
    assert answer["ts"] == message.ts
    assert message.blocks == GOOD_BLOCKS
    assert message.buttons == ["Aside", "Next", "Advert"]
    assert message.shown.splitlines() == [
        "PhD position", "Closes 15 Janadvertwave" + JOBS + "#FF00AA", "• one <b>*_&", "• two", "code", "quoted",
        "", "*a* & b", "Aside", "small", "Next Advert",
    ]  # fmt: skip
    assert server.problems == []
    assert server.mentions == []
    history = await client.conversations_history(channel=JOBS, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == METADATA
    assert history["messages"][0]["blocks"][-1]["block_id"] == "pages"
    bare = await client.conversations_history(channel=JOBS)
    assert bare["messages"][0]["metadata"] == {"event_type": "callboard_notice"}
    call = server.calls[0]
    assert (call.method, call.outcome, call.headers["Authorization"]) == ("chat.postMessage", "ok", "(redacted)")
    assert call.params["unfurl_links"] is False


async def test_the_other_methods_answer_as_slack_does(server, client):
    server.add_user("U0456", name="emmy", locale="de-DE", tz="Europe/Berlin")
    who = await client.auth_test()
    assert {"user_id", "bot_id", "team_id", "url"} <= set(who.data)
    assert (await client.api_test())["ok"]
    assert (await client.team_info())["team"]["id"] == who["team_id"]
    assert (await client.bots_info(bot=who["bot_id"]))["bot"]["user_id"] == BOT_USER
    assert (await client.conversations_info(channel=JOBS))["channel"]["name"] == "jobs"
    assert (await client.conversations_list())["channels"][0]["id"] == JOBS
    assert (await client.conversations_join(channel=JOBS))["warning"] == "already_in_channel"
    assert set((await client.conversations_members(channel=JOBS))["members"]) == {BOT_USER, ADA, "U0456"}
    assert "locale" not in (await client.users_info(user="U0456"))["user"]
    assert (await client.users_info(user="U0456", include_locale=True))["user"]["locale"] == "de-DE"
    direct = (await client.conversations_open(users=["U0456"]))["channel"]["id"]
    assert (await client.chat_postMessage(channel="U0456", text="hi"))["channel"] == direct
    home = {"type": "home", "blocks": GOOD_BLOCKS}
    await client.views_publish(user_id=ADA, view=home)
    assert server.homes[ADA]["blocks"] == GOOD_BLOCKS
    ts = (await client.chat_postMessage(channel="#jobs", text="hi"))["ts"]
    await client.reactions_add(channel=JOBS, name="wave", timestamp=ts)
    assert await refused(client.reactions_add(channel=JOBS, name="wave", timestamp=ts)) == "already_reacted"
    assert ts.replace(".", "") in (await client.chat_getPermalink(channel=JOBS, message_ts=ts))["permalink"]
    assert server.problems == []


async def test_update_and_delete_show_in_the_channel(server, client):
    ts = (await client.chat_postMessage(channel=JOBS, text="old", blocks=[section()], metadata=METADATA))["ts"]
    message = server.sent[0]
    await client.chat_update(channel=JOBS, ts=ts, blocks=[section("new")], text="new")
    assert (message.text, message.shown, message.metadata) == ("new", "new", METADATA)
    assert message.edited
    await client.chat_update(channel=JOBS, ts=ts, text="no blocks now", metadata={})
    assert (message.blocks, message.metadata) == (None, None)
    assert await refused(client.chat_update(channel=JOBS, ts="1.000000", text="x")) == "message_not_found"
    await client.chat_delete(channel=JOBS, ts=ts)
    assert server.channel(JOBS).messages == []
    assert message.deleted
    assert await refused(client.chat_delete(channel=JOBS, ts=ts)) == "message_not_found"


async def test_history_is_newest_first_in_pages_and_threads_are_apart(server, client):
    stamps = [(await client.chat_postMessage(channel=JOBS, text=str(n)))["ts"] for n in range(5)]
    await client.chat_postMessage(channel=JOBS, text="reply", thread_ts=stamps[0])
    await client.chat_postMessage(channel=JOBS, text="loud", thread_ts=stamps[0], reply_broadcast=True)
    first = await client.conversations_history(channel=JOBS, limit=4)
    assert [one["text"] for one in first["messages"]] == ["loud", "4", "3", "2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=JOBS, limit=4, cursor=cursor)
    assert [one["text"] for one in rest["messages"]] == ["1", "0"]
    assert not rest["has_more"]
    span = await client.conversations_history(channel=JOBS, oldest=stamps[1], latest=stamps[3])
    assert [one["text"] for one in span["messages"]] == ["2"]
    span = await client.conversations_history(channel=JOBS, oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [one["text"] for one in span["messages"]] == ["3", "2", "1"]
    replies = await client.conversations_replies(channel=JOBS, ts=stamps[0])
    assert [one["text"] for one in replies["messages"]] == ["0", "reply", "loud"]
    assert await refused(client.conversations_history(channel=JOBS, cursor="x")) == "invalid_cursor"
    assert await refused(client.conversations_history(channel=JOBS, oldest="x")) == "invalid_ts_oldest"
    assert await refused(client.conversations_replies(channel=JOBS, ts="1.0")) == "thread_not_found"
    assert await refused(client.chat_postMessage(channel=JOBS, text="x", thread_ts="1.0")) == "cannot_reply_to_message"


async def test_channels_that_cannot_be_written_to(server, client):
    server.add_channel("C_OUT", name="elsewhere", member=False)
    server.add_channel("C_OLD", name="old", archived=True)
    server.add_channel("C_SECRET", name="secret", member=False, private=True)

    def post(channel):
        return client.chat_postMessage(channel=channel, text="x")

    assert await refused(post("C_OUT")) == "not_in_channel"
    assert await refused(post("C_OLD")) == "is_archived"
    assert await refused(post("C_SECRET")) == "channel_not_found"
    assert await refused(post("#nowhere")) == "channel_not_found"
    assert await refused(client.conversations_history(channel="#jobs")) == "channel_not_found"
    assert await refused(client.conversations_history(channel="C_OUT")) == "not_in_channel"
    assert await refused(client.conversations_join(channel="C_OLD")) == "is_archived"
    await client.conversations_join(channel="C_OUT")
    await post("C_OUT")
    server.add_channel("C_FEW", name="few", members={"U0999"})
    assert await refused(client.chat_postEphemeral(channel="C_FEW", user=ADA, text="x")) == "user_not_in_channel"
    await client.chat_postEphemeral(channel=JOBS, user=ADA, text="only you")
    assert [(one.how, one.user, one.shown) for one in server.responses] == [("chat.postEphemeral", ADA, "only you")]


async def test_tokens_and_scopes(server, client):
    assert await refused(AsyncWebClient("xoxb-other", base_url=server.url).auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(None, base_url=server.url).auth_test()) == "not_authed"
    opening = client.apps_connections_open(app_token=server.bot_token)
    assert await refused(opening) == "not_allowed_token_type"
    assert await refused(AsyncWebClient(server.app_token, base_url=server.url).auth_test()) == "not_allowed_token_type"
    assert (await client.apps_connections_open(app_token=server.app_token))["url"].startswith("ws://127.0.0.1")
    server.scopes.discard("channels:history")
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=JOBS)
    assert caught.value.response["needed"] == "channels:history"
    assert "chat:write" in caught.value.response["provided"]
    server.token_error = "account_inactive"
    assert await refused(client.chat_postMessage(channel=JOBS, text="x")) == "account_inactive"


async def test_bodies_as_form_and_json(server, client):
    async with aiohttp.ClientSession(server.url) as raw:
        form = {"token": server.bot_token, "channel": JOBS, "text": "hi", "blocks": json.dumps([section()])}
        assert (await (await raw.post("chat.postMessage", data=form)).json())["ok"]
        headers = {"Authorization": f"Bearer {server.bot_token}"}
        broken = {"channel": JOBS, "text": "hi", "blocks": "[{"}
        for method, sent, expected in [
            ("chat.postMessage", {"data": broken, "headers": headers}, "invalid_blocks_format"),
            ("chat.postMessage", {"json": {"token": server.bot_token, "channel": JOBS}}, "not_authed"),
            ("chat.postMessage", {"json": {"text": "x"}, "headers": headers}, "invalid_arguments"),
            ("chat.postMessage", {"data": b"<x/>", "headers": headers | {"Content-Type": "text/xml"}},
             "invalid_post_type"),
            ("chat.shout", {"headers": headers}, "unknown_method"),
        ]:  # fmt: skip
            answer = await (await raw.post(method, **sent)).json()
            assert (answer["ok"], answer["error"]) == (False, expected)
    await client.api_call("chat.postMessage", json={"channel": JOBS, "text": "x", "silent": True})
    assert server.problems == ["chat.postMessage: unknown argument silent"]


# ---------------------------------------------------------------------------- what messages may hold


@pytest.mark.parametrize(
    ("blocks", "needle"),
    [
        ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "section"}], "must define either `text` or `fields`"),
        ([{"type": "section", "text": "plain"}], "must provide an object [json-pointer:/blocks/0/text]"),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "poem"}], "unsupported type: poem [json-pointer:/blocks/0/type]"),
        ([{"type": "divider", "colour": 1}], "invalid additional property: colour [json-pointer:/blocks/0]"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}], "property: emoji"),
        ([{"type": "section", "text": {"type": "plain_text", "text": "x", "verbatim": True}}], "property: verbatim"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "must be less than 151"),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}], "no more than 10 items"),
        ([{"type": "actions", "elements": []}], "at least 1 item [json-pointer:/blocks/0/elements]"),
        ([{"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}], "no more than 25 items"),
        ([{"type": "actions", "elements": [button(), button()]}], '`action_id` "page" already exists'),
        ([{"type": "divider", "block_id": "b"}] * 2, '`block_id` "b" already exists'),
        ([{"type": "divider", "block_id": "b" * 256}], "must be less than 256"),
        ([{"type": "actions", "elements": [button("x" * 76)]}], "must be less than 76"),
        ([{"type": "actions", "elements": [button(action_id="x" * 256)]}], "must be less than 256"),
        ([{"type": "actions", "elements": [button(value="x" * 2001)]}], "must be less than 2001"),
        ([{"type": "actions", "elements": [button(url="https://" + "x" * 3000)]}], "must be less than 3001"),
        ([{"type": "actions", "elements": [button(url="lab.example")]}], "must match the expected format"),
        ([{"type": "actions", "elements": [button(style="loud")]}], "must be a valid enum value"),
        ([{"type": "rich_text", "elements": []}], "at least 1 item"),
        ([{"type": "rich_text", "elements": [words()]}], "unsupported type: text"),
        ([rich(words(""))], "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"),
        ([rich(words(None))], "must provide a string"),
        ([rich(words(style={"bold": 1}))], "must provide a boolean"),
        ([rich(words(style={"blink": True}))], "invalid additional property: blink"),
        ([rich({"type": "user", "user_id": "U1", "style": {"code": True}})], "invalid additional property: code"),
        ([rich({"type": "link", "url": ""})], "must be more than 0 characters"),
        ([rich({**GOOD_DATE, "timestamp": "1800000000"})], "must provide an integer"),
        ([rich({**GOOD_DATE, "timestamp": 1.5})], "must provide an integer"),
        ([rich({**GOOD_DATE, "format": "{weekday}"})], "unknown date token: {weekday}"),
        ([rich({**GOOD_DATE, "format": "soon"})], "must contain a date token"),
        ([rich({"type": "date", "timestamp": 1})], "missing required field: format"),
        ([rich({"type": "broadcast", "range": "all"})], "must be a valid enum value"),
        ([rich(words(), kind="rich_text_list", style="bullet")], "unsupported type: text"),
        ([rich(kind="rich_text_list")], "missing required field: style"),
        ([rich(GOOD_DATE, kind="rich_text_preformatted")], "unsupported type: date"),
    ],
)
async def test_blocks_that_slack_refuses(server, client, blocks, needle):
    answer = await refused(client.chat_postMessage(channel=JOBS, text="x", blocks=blocks), needle)
    assert answer == "invalid_blocks"
    assert server.sent == []
    assert server.calls[-1].outcome == "invalid_blocks"


async def test_texts_that_slack_refuses(server, client):
    for empty in ({}, {"text": " "}, {"text": "", "blocks": []}):
        assert await refused(client.api_call("chat.postMessage", json={"channel": JOBS, **empty})) == "no_text"
    assert await refused(client.chat_postMessage(channel=JOBS, text="x" * 40_001)) == "msg_too_long"
    long = [section("x" * 2500)] * 5
    assert await refused(client.chat_postMessage(channel=JOBS, text="x", blocks=long)) == "msg_blocks_too_long"
    await client.chat_postMessage(channel=JOBS, text="x", blocks=long[:4])
    await client.api_call("chat.postMessage", json={"channel": JOBS, "blocks": [section()]})
    assert server.problems == [
        "chat.postMessage: 10000 characters of block text: stay under 9000",
        "chat.postMessage: blocks without a text fallback (accessibility)",
    ]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": []}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": None}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": ["b"]}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "b" * 9000}}, "metadata_too_large"),
    ],
)
async def test_metadata_that_slack_refuses(client, metadata, expected):
    assert await refused(client.chat_postMessage(channel=JOBS, text="x", metadata=metadata)) == expected


async def test_what_would_ping_people_is_noted(server, client):
    await client.chat_postMessage(channel=JOBS, text="<!channel> & <!here|here> <!date^1^{date}|then> <@U0123>")
    await client.chat_postMessage(
        channel=JOBS, text="@channel", blocks=[section("<!subteam^S1>"), rich({"type": "broadcast", "range": "here"})]
    )
    await client.chat_postMessage(channel=JOBS, text="&lt;!channel&gt;", blocks=[rich(words("<!channel>"))])
    await client.chat_postMessage(channel=JOBS, text="@everyone", parse="full")
    assert [mention for _, mention in server.mentions] == [
        "<!channel>", "<!here|here>", "<@U0123>", "<!subteam^S1>", "<!here>", "@everyone",
    ]  # fmt: skip


def test_the_sdk_gives_a_second_opinion():
    assert slack_rules.judge_blocks(GOOD_BLOCKS) == []
    assert list(slack_rules._second_opinion([{"type": "divider", "block_id": "x" * 256}], "/blocks"))


# ---------------------------------------------------------------------------- faults and limits


async def test_faults_come_once_each_and_in_order(server, client):
    def post(text):
        return client.chat_postMessage(channel=JOBS, text=text)

    server.fail("chat.postMessage", too_many(7), status(503), malformed, error("fatal_error", act=True), channel=JOBS)
    with pytest.raises(SlackApiError) as caught:
        await post("a")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert caught.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError) as caught:
        await post("b")
    assert caught.value.response.status_code == 503
    with pytest.raises(SlackApiError):
        await post("c")
    assert await refused(post("d")) == "fatal_error"
    assert [message.text for message in server.sent] == ["d"]
    server.fail("*", drop_before, drop_after)
    for text in "ef":
        with pytest.raises(aiohttp.ClientConnectionError):
            await post(text)
    assert [message.text for message in server.sent] == ["d", "f"]
    server.fail("chat.postMessage", hang(30, act=True))
    unanswered = asyncio.create_task(post("g"))
    await server.wait_for(lambda: server.sent[-1].text == "g")
    assert not unanswered.done()
    unanswered.cancel()
    assert [call.outcome for call in server.calls] == [
        "answer 429", "answer 503", "answer 200", "answer 200 after acting",
        "drop 200", "drop 200 after acting", "drop 200 after acting",
    ]  # fmt: skip


async def test_a_lasting_fault_keeps_to_its_channel_until_healed(server, client):
    server.add_channel("C_TWO", name="two")
    server.fail("chat.postMessage", error("internal_error"), channel="C_TWO", times=None)
    for _ in range(3):
        assert await refused(client.chat_postMessage(channel="C_TWO", text="x")) == "internal_error"
    await client.chat_postMessage(channel=JOBS, text="x")
    server.heal()
    await client.chat_postMessage(channel="C_TWO", text="x")


async def test_limits_are_kept_on_request(server, client):
    server.limits = Limits(post_burst=2, per_minute=3)
    server.add_channel("C_TWO", name="two")
    for channel in (JOBS, JOBS, "C_TWO"):
        await client.chat_postMessage(channel=channel, text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=JOBS, text="x")
    assert caught.value.response.headers["Retry-After"] == "1"
    server.advance(1)
    await client.chat_postMessage(channel=JOBS, text="x")
    for _ in range(3):
        await client.users_info(user=ADA)
    assert await refused(client.users_info(user=ADA)) == "ratelimited"


async def test_a_wait_in_vain_says_what_happened(server, client):
    await client.chat_postMessage(channel=JOBS, text="x")
    with pytest.raises(AssertionError, match=r"chat\.postMessage .* -> ok"):
        await server.wait_for(lambda: len(server.sent) == 2, timeout=0.05)


# ---------------------------------------------------------------------------- Socket Mode, with slack-bolt


def bot(client, signing_secret="test-signing-secret"):
    """A small app: /positions answers in pages, a mention gets an answer in its thread."""
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.CRITICAL)
    app = AsyncApp(client=client, signing_secret=signing_secret, logger=quiet)

    def listing(page):
        more = [{"type": "actions", "block_id": f"p{page}", "elements": [button(value=str(page + 1))]}]
        return {"text": f"page {page}", "blocks": [section(f"page {page}"), *more]}

    @app.command("/positions")
    async def positions(ack, command, respond):
        if command["text"] == "quick":
            await ack(**listing(1))
        elif command["text"] != "never":
            await ack()
            await respond(**listing(1))

    @app.command("/wrong")
    async def wrong(ack):
        await ack(text="x" * 50_000)

    @app.action("page")
    async def turn(ack, action, respond, body):
        assert ("message" in body) is not body["container"]["is_ephemeral"]
        await ack()
        await respond(**listing(int(action["value"])), replace_original=True)

    @app.event("app_mention")
    async def mentioned(event, say):
        await say(text=f"you said {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    async def written(event, say):
        await say(text=f"you wrote {event['text']}")

    return app


@asynccontextmanager
async def connected(app, server, count=1):
    quiet = logging.getLogger("quiet")
    handlers = [
        AsyncSocketModeHandler(app, server.app_token, logger=quiet, web_client=app.client, ping_interval=0.1)
        for _ in range(count)
    ]
    try:
        for handler in handlers:
            await handler.connect_async()
        await server.wait_for(lambda: len(server.sockets) == count)
        yield handlers[0].client
    finally:
        for handler in handlers:
            await handler.close_async()
        await asyncio.sleep(0)


async def test_a_slash_command_and_its_pages_over_a_socket(server, client):
    async with connected(bot(client), server):
        asked = await server.slash("/positions", "phd", user=ADA, channel="#jobs")
        first = await asked.answer()
        assert asked.acked_in < 3
        assert asked.ack is None
        assert (first.how, first.user, first.channel, first.shown) == ("response_url", ADA, JOBS, "page 1\nNext")
        pressed = await server.press(first, "Next")
        second = await pressed.answer()
        assert second.shown == "page 2\nNext"
        assert server.responses == [first, second]
        with pytest.raises(AssertionError, match="took the place"):
            await server.press(first, "Next")
        quick = await server.slash("/positions", "quick")
        assert quick.responses[0].how == "ack"
        assert quick.channel == server.channel(ADA).id
        assert server.sent == []
        assert server.problems == []
        await server.wait_for(lambda: server.sockets[0].pongs)


async def test_a_button_on_a_message_in_the_channel(server, client):
    async with connected(bot(client), server):
        blocks = [{"type": "actions", "elements": [button(value="5"), button("Advert", "other")]}]
        await client.chat_postMessage(channel=JOBS, text="x", blocks=blocks)
        message = server.sent[0]
        await (await server.press(message, "Next")).answer()
        assert message.shown == "page 5\nNext"
        assert server.channel(JOBS).messages == [message]
        with pytest.raises(AssertionError, match="0 buttons 'Gone'"):
            await server.press(message, "Gone")


async def test_mentions_and_direct_messages(server, client):
    async with connected(bot(client), server):
        await server.mention("phd?", ADA, JOBS)
        await server.wait_for(lambda: server.sent)
        asked, answer = server.channel(JOBS).messages
        assert asked.text == f"<@{BOT_USER}> phd?"
        assert (answer.text, answer.thread_ts) == (f"you said <@{BOT_USER}> phd?", asked.ts)
        told = await server.direct_message("hello", ADA)
        await server.wait_for(lambda: len(server.sent) == 2)
        assert server.channel(told.channel).messages[-1].text == "you wrote hello"
        await server.redeliver(told)
        await server.wait_for(lambda: len(server.sent) == 3)  # this bot does not know events again
        assert told.attempts == 2
        assert server.problems == []


async def test_silence_is_a_problem_and_bad_acks_too(server, client):
    async with connected(bot(client), server):
        server.ack_seconds = 0.05
        asked = await server.slash("/positions", "never")
        assert asked.acked_in is None
        assert "no ack within 0.05 s" in server.problems.pop()
        await server.slash("/wrong")
        assert "msg_too_long" in server.problems.pop()
        lost = await server.event({"type": "unheard_of", "event_ts": "1.0"})
        assert lost.attempts == 2
        assert len(server.problems) == 2
        assert server.responses == []
    await server.slash("/positions", "nobody there")
    assert "dispatch_failed" in server.problems[-1]


async def test_sockets_end_in_every_way_and_come_back(server, client):
    async with connected(bot(client), server) as socket:
        for reason in ("warning", "refresh_requested", "abrupt"):
            before = server.sockets[0]
            await server.disconnect_sockets(reason)
            await server.wait_for(lambda before=before: server.sockets and before not in server.sockets)
        before = server.sockets[0]
        server.silence_sockets()
        await server.wait_for(lambda: server.sockets and before not in server.sockets)
        await (await server.slash("/positions", "phd")).answer()
        assert await socket.is_connected()


async def test_each_payload_goes_to_one_of_several_sockets(server, client):
    async with connected(bot(client), server, count=3):
        for _ in range(6):
            await (await server.slash("/positions", "phd")).answer()
        assert len(server.responses) == 6
        assert server.problems == []


async def test_the_socket_protocol_by_hand(server, client):
    async with aiohttp.ClientSession() as raw:
        url = (await client.apps_connections_open(app_token=server.app_token))["url"]
        async with raw.ws_connect(url, autoping=False) as ws:
            hello = await ws.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert (await ws.receive()).type is WSMsgType.PING
            await ws.ping(b"mine")
            pong = await ws.receive()
            assert (pong.type, bytes(pong.data)) == (WSMsgType.PONG, b"mine")
            said = asyncio.create_task(server.mention("hi", ADA, JOBS))
            envelope = await ws.receive_json()
            assert envelope["type"] == "events_api"
            assert envelope["accepts_response_payload"] is False
            assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
            await ws.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "no"}})
            await said
            await ws.send_json({"envelope_id": envelope["envelope_id"]})
            await ws.send_json({"envelope_id": "unknown"})
            await ws.send_str("nonsense")
            await server.wait_for(lambda: len(server.problems) == 4)
            assert "accepts no response payload" in server.problems[0]
            assert "acked twice" in server.problems[1]
            with pytest.raises(aiohttp.WSServerHandshakeError):  # a ticket opens one socket
                await raw.ws_connect(url)
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=server.app_token))["url"]
            sockets.append(await raw.ws_connect(url))
        assert (await sockets[-1].receive_json())["reason"] == "too_many_websockets"
        for ws in sockets:
            await ws.close()


# ---------------------------------------------------------------------------- response_urls


@asynccontextmanager
async def by_hand(server):
    """A bot in HTTP mode that acks everything with `answers`, and keeps what it was sent."""
    seen, answers = [], []

    async def serve(request):
        seen.append((request.headers.copy(), await request.text()))
        return answers.pop(0)() if answers else web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.http_target = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield seen, answers
    finally:
        await runner.cleanup()


async def test_a_response_url_has_its_rules(server, client):
    async with by_hand(server), aiohttp.ClientSession() as session:

        async def respond(delivery, **message):
            url = delivery.payload["response_url"]
            webhook = AsyncWebhookClient(url, session=session, retry_handlers=[])
            answer = await webhook.send_dict(message)
            return answer.status_code, answer.body

        asked = await server.slash("/positions", channel=JOBS)
        assert await respond(asked, text="for you") == (200, "ok")
        assert await respond(asked, text="for all", response_type="in_channel") == (200, "ok")
        assert [one.text for one in server.channel(JOBS).messages] == ["for all"]
        assert server.problems == []
        code, body = await respond(asked, text="x", blocks=[section("")])
        assert (code, json.loads(body)["error"]) == (400, "invalid_blocks")
        assert (await respond(asked))[0] == 400
        assert await respond(asked, text="x", replace_original=True, colour="red") == (200, "ok")
        code, body = await respond(asked, text="sixth")
        assert (code, json.loads(body)["error"]) == (404, "used_url")
        asked = await server.slash("/positions", channel=JOBS)
        server.advance(31 * 60)
        code, body = await respond(asked, text="late")
        assert (code, json.loads(body)["error"]) == (404, "expired_url")
        problems = "\n".join(server.problems)
        assert "unknown argument colour" in problems
        assert "no original to replace" in problems
        server.fail("response_url", status(500))
        assert (await respond(await server.slash("/positions"), text="x"))[0] == 500

        blocks = [{"type": "actions", "elements": [button()]}]
        await client.chat_postMessage(channel=JOBS, text="x", blocks=blocks)
        message = server.sent[0]
        await respond(await server.press(message, "Next"), text="beside", replace_original=False)
        assert message in server.channel(JOBS).messages
        await respond(await server.press(message, "Next"), delete_original=True)
        assert message not in server.channel(JOBS).messages


async def test_a_trigger_opens_one_modal_in_three_seconds(server, client):
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Follow"}, "blocks": [section()]}
    async with by_hand(server):
        trigger = (await server.slash("/positions")).payload["trigger_id"]
        too_wide = view | {"title": {"type": "plain_text", "text": "x" * 25}}
        call = client.views_open(trigger_id=trigger, view=too_wide)
        assert await refused(call, "must be less than 25 characters [json-pointer:/view/title/text]") == (
            "invalid_arguments"
        )
        await client.views_open(trigger_id=trigger, view=view)
        assert server.views[0]["title"]["text"] == "Follow"
        assert await refused(client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"
        trigger = (await server.slash("/positions")).payload["trigger_id"]
        server.advance(4)
        assert await refused(client.views_open(trigger_id=trigger, view=view)) == "expired_trigger_id"
        assert await refused(client.views_open(trigger_id="x", view=view)) == "invalid_trigger_id"
        many = view | {"blocks": [{"type": "divider"}] * 101}
        assert await refused(client.views_open(trigger_id="x", view=many)) == "invalid_trigger_id"
        assert slack_rules.judge_view(many) == ["no more than 100 items allowed [json-pointer:/view/blocks]"]


# ---------------------------------------------------------------------------- HTTP mode


async def test_http_mode_with_bolt(server, client):
    app = bot(client, server.signing_secret)
    runner = web.AppRunner(app.server(port=0, path="/slack/events", host="127.0.0.1").web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.http_target = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        asked = await server.slash("/positions", "phd", channel=JOBS)
        first = await asked.answer()
        assert (asked.status, first.shown) == (200, "page 1\nNext")
        assert (await (await server.press(first, "Next")).answer()).shown == "page 2\nNext"
        assert (await server.slash("/positions", "quick")).responses[0].how == "ack"
        await server.mention("hi", ADA, JOBS)
        await server.wait_for(lambda: server.sent)
        assert server.problems == []

        challenge = {"type": "url_verification", "token": "x", "challenge": "abc"}
        assert json.loads((await server.http(challenge)).body) == {"challenge": "abc"}
        assert (await server.http(challenge, signature="v0=" + "0" * 64)).status == 401
        assert (await server.http(challenge, timestamp=int(time.time()) - 600)).status == 401
        assert (await server.http("payload=%7B%7D", signed=False)).status == 401
    finally:
        await runner.cleanup()


async def test_http_deliveries_are_signed_and_events_are_retried(server):
    async with by_hand(server) as (seen, answers):
        verify = SignatureVerifier(server.signing_secret).is_valid_request
        answers[:] = [lambda: web.Response(text="plain words"), lambda: web.json_response({"text": "structured"})]
        assert (await server.slash("/positions")).responses[0].shown == "plain words"
        assert (await server.slash("/positions")).responses[0].shown == "structured"
        answers[:] = [lambda: web.Response(status=500)]
        event = await server.mention("hi", ADA, JOBS)
        assert (event.attempts, event.status) == (2, 200)
        assert "HTTP 500" in server.problems[0]
        assert all(verify(body, dict(headers)) for headers, body in seen)
        first, again = (json.loads(body) for _, body in seen[-2:])
        assert first["event_id"] == again["event_id"]
        assert "X-Slack-Retry-Num" not in seen[-2][0]
        assert seen[-1][0]["X-Slack-Retry-Num"] == "1"
        answers[:] = [lambda: web.json_response({"text": "ignored"})]
        await client_press(server)
        assert "Slack ignores a message in the ack of a button" in server.problems[-1]


async def client_press(server):
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(server.bot_token, base_url=server.url, session=session)
        blocks = [{"type": "actions", "elements": [button()]}]
        await client.chat_postMessage(channel=JOBS, text="x", blocks=blocks)
    await server.press(server.sent[0], "Next")
