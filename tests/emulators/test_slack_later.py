"""What becomes of messages later, and what the app may do: edits, deletions, threads, tokens, sockets, masses."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import (
    Identity,
    Limits,
    Message,
    SlackServer,
    drop_after,
    error,
    hang,
    malformed_after,
    status,
    too_many,
)

JOBS, NEWS, ADA = "C0123456789", "C0987654321", "U0123"
METADATA = {"event_type": "callboard_notice", "event_payload": {"key": "phd-1:opened"}}


@pytest.fixture
async def server():
    async with SlackServer() as server:
        server.add_channel(JOBS, name="jobs")
        server.add_channel(NEWS, name="news")
        yield server


@pytest.fixture
async def client(server):
    async with aiohttp.ClientSession() as session:
        yield a_client(server, session)


def a_client(server, session, token=None):
    return AsyncWebClient(token or server.bot_token, base_url=server.url, session=session, retry_handlers=[])


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def refused(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def post(client, text="x", channel=JOBS, **more):
    return (await client.chat_postMessage(channel=channel, text=text, **more))["ts"]


def texts(server, channel=JOBS):
    return [message.shown for message in server.messages(channel)]


# Edits and deletions


async def test_edits_are_counted_and_the_channel_shows_the_newest(server, client):
    one, two = [await post(client, text, blocks=[section(text)], metadata=METADATA) for text in ("one", "two")]
    await client.chat_update(channel=JOBS, ts=one, text="one, filled", blocks=[section("one, filled")])
    answer = await client.chat_update(channel=JOBS, ts=one, text="one, gone")
    assert answer["message"]["edited"]["user"]
    assert texts(server) == ["one, gone", "two"]
    assert server.sent[0].edits == ["one, filled", "one, gone"]
    assert server.sent[0].metadata == METADATA, "kept, since no update named it"
    other = METADATA | {"event_payload": {"key": "other"}}
    await client.chat_update(channel=JOBS, ts=one, text="x", metadata=other)
    assert server.sent[0].metadata == other
    await client.chat_update(channel=JOBS, ts=one, text="x", metadata={})
    assert server.sent[0].metadata is None
    await client.chat_delete(channel=JOBS, ts=two)
    assert texts(server, "#jobs") == ["x"]
    assert server.counts["chat.update"] == 4
    assert server.problems == []


async def test_an_edit_is_judged_as_a_new_message_is(server, client):
    ts = await post(client)

    def update(**changes):
        return client.api_call("chat.update", json={"channel": JOBS, "ts": ts, **changes})

    assert await refused(update(text="")) == "no_text"
    assert await refused(update(text="x" * 40_001)) == "msg_too_long"
    assert await refused(update(text="x", blocks=[section("")])) == "invalid_blocks"
    assert await refused(update(text="x", metadata={"event_type": "x"})) == "invalid_metadata_format"
    assert server.sent[0].edits == []
    await update(text="<!channel>", unfurl_links=False)
    assert server.mentions == [("chat.update", "<!channel>")]
    assert server.problems[-1] == "chat.update: unknown argument unfurl_links"


async def test_edits_and_deletions_that_cannot_be(server, client):
    ts = await post(client)
    theirs = Message(JOBS, "1700000000.000001", "theirs", ADA)
    server.channel(JOBS).messages.append(theirs)

    def update(channel=JOBS, ts=ts, **more):
        return client.chat_update(channel=channel, ts=ts, text="y", **more)

    assert await refused(update(ts=theirs.ts)) == "cant_update_message"
    assert await refused(client.chat_delete(channel=JOBS, ts=theirs.ts)) == "cant_delete_message"
    assert await refused(update(channel="C_NOWHERE")) == "channel_not_found"
    assert await refused(update(channel="#jobs")) == "channel_not_found", "chat.update takes ids only"
    assert await refused(update(channel=NEWS)) == "message_not_found"
    assert await refused(client.chat_delete(channel=NEWS, ts=ts)) == "message_not_found"
    assert await refused(update(reply_broadcast=True)) == "cant_broadcast_message"
    server.edit_window = 3600
    await update()
    server.advance(3601)
    assert await refused(update()) == "edit_window_closed"
    server.edit_window = None
    server.channel(JOBS).archived = True
    assert await refused(update()) == "is_inactive"
    server.channel(JOBS).archived = False
    await client.chat_delete(channel=JOBS, ts=ts)
    assert await refused(update()) == "message_not_found"
    assert await refused(client.chat_delete(channel=JOBS, ts=ts)) == "message_not_found"


# Threads


async def test_nothing_can_hang_on_what_was_deleted(server, client):
    parent = await post(client, "phd")
    await client.chat_delete(channel=JOBS, ts=parent)
    for ts, name in ((parent, "thread_not_found"), ("1.0", "cannot_reply_to_message")):
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=JOBS, text="x", thread_ts=ts)
        assert refused.value.response["error"] == name


async def test_threads_are_apart_and_broadcasts_are_seen(server, client):
    parent = await post(client, "phd", metadata=METADATA)
    answer = METADATA | {"event_payload": {"key": "phd-1:7d"}}
    await post(client, "quiet", thread_ts=parent, metadata=answer)
    loud = await post(client, "loud", thread_ts=parent, reply_broadcast=True, metadata=answer)
    assert texts(server) == ["phd", "loud"]
    assert [one.text for one in server.thread(JOBS, parent)] == ["quiet", "loud"]
    history = (await client.conversations_history(channel=JOBS, include_all_metadata=True))["messages"]
    assert [(one["text"], one.get("subtype")) for one in history] == [("loud", "thread_broadcast"), ("phd", None)]
    assert history[0]["metadata"] == answer
    assert (history[0]["root"]["text"], history[0]["thread_ts"]) == ("phd", parent)
    assert (history[1]["reply_count"], history[1]["latest_reply"], history[1]["thread_ts"]) == (2, loud, parent)
    replies = await client.conversations_replies(channel=JOBS, ts=parent, include_all_metadata=True)
    assert [one["metadata"]["event_payload"]["key"] for one in replies["messages"]] == [
        "phd-1:opened",
        "phd-1:7d",
        "phd-1:7d",
    ]
    bare = await client.conversations_replies(channel=JOBS, ts=parent)
    assert bare["messages"][1]["metadata"] == {"event_type": "callboard_notice"}
    await client.chat_delete(channel=JOBS, ts=loud)
    assert texts(server) == ["phd"]
    assert server.problems == []
    await post(client, "loud to nobody", reply_broadcast=True)
    assert server.problems == ["chat.postMessage: reply_broadcast means nothing without thread_ts"]
    assert not server.sent[-1].reply_broadcast


async def test_an_answer_can_be_broadcast_later(server, client):
    parent = await post(client, "phd")
    quiet = await post(client, "quiet", thread_ts=parent)
    await client.chat_update(channel=JOBS, ts=quiet, text="not so quiet", reply_broadcast=True)
    assert texts(server) == ["phd", "not so quiet"]


async def test_a_deleted_message_with_answers_leaves_a_tombstone(server, client):
    parent = await post(client, "phd")
    await post(client, "answer", thread_ts=parent)
    await client.chat_delete(channel=JOBS, ts=parent)
    assert texts(server) == []
    [stone] = (await client.conversations_history(channel=JOBS))["messages"]
    assert (stone["subtype"], stone["user"], stone["text"]) == ("tombstone", "USLACKBOT", "This message was deleted.")
    assert await refused(client.chat_update(channel=JOBS, ts=parent, text="x")) == "message_not_found"
    await post(client, "more", thread_ts=parent)
    assert [one.text for one in server.thread(JOBS, parent)] == ["answer", "more"]


# Channels, scopes, tokens


async def test_joining_and_what_a_channel_is(server, client):
    server.add_channel("C_OUT", name="elsewhere", member=False)
    server.add_channel("C_MINE", name="mine", private=True)
    server.add_channel("C_SECRET", name="secret", private=True, member=False)
    direct = (await client.conversations_open(users=[ADA]))["channel"]["id"]
    info = (await client.conversations_info(channel="C_OUT"))["channel"]
    assert (info["is_member"], info["is_archived"], info["is_private"]) == (False, False, False)
    assert await refused(post(client, channel="C_OUT")) == "not_in_channel"
    server.scopes.discard("channels:join")
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_join(channel="C_OUT")
    answer = caught.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:join")
    assert "channels:join" not in answer["provided"].split(",")
    server.scopes.add("channels:join")
    assert (await client.conversations_join(channel="C_OUT"))["channel"]["is_member"]
    await post(client, channel="C_OUT")
    for channel in ("C_MINE", direct):
        assert await refused(client.conversations_join(channel=channel)) == "method_not_supported_for_channel_type"
    assert await refused(client.conversations_join(channel="C_SECRET")) == "channel_not_found"
    assert await refused(client.conversations_info(channel="C_SECRET")) == "channel_not_found"


async def test_every_answer_names_the_scopes(server, client):
    server.scopes = {"chat:write", "channels:read"}
    headers = (await client.auth_test()).headers
    assert headers["x-oauth-scopes"] == "channels:read,chat:write"
    headers = (await client.chat_postMessage(channel=JOBS, text="x")).headers
    assert headers["x-accepted-oauth-scopes"] == "chat:write"
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user=ADA)
    assert caught.value.response.headers["x-oauth-scopes"] == "channels:read,chat:write"
    opened = await client.apps_connections_open(app_token=server.app_token)
    assert opened.headers["x-oauth-scopes"] == "connections:write"
    server.token_error = "token_revoked"
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert "x-oauth-scopes" not in caught.value.response.headers


async def test_tokens_come_and_go(server, client):
    for problem in ("token_revoked", "account_inactive", "invalid_auth"):
        server.token_error = problem
        assert await refused(post(client)) == problem
    server.token_error = None
    server.app_token_error = "invalid_auth"
    assert await refused(client.apps_connections_open(app_token=server.app_token)) == "invalid_auth"
    await post(client)
    server.rotate("xoxb-new", "xapp-new")
    server.app_token_error = None
    assert await refused(post(client)) == "token_revoked"
    assert await refused(client.apps_connections_open(app_token="xapp-test-token")) == "token_revoked"
    async with aiohttp.ClientSession() as session:
        await post(a_client(server, session, "xoxb-new"))
    server.rotate("xoxb-newer", old="token_expired")
    client.token = "xoxb-new"
    assert await refused(post(client)) == "token_expired"


# Faults


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (error("fatal_error"), False),
        (error("internal_error", act=True), True),
        (status(503, act=True), True),
        (malformed_after, True),
        (drop_after, True),
        (hang(0.05), False),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
async def test_faults_of_edits(server, client, fault, arrives, strict):
    server.strict = strict
    ts = await post(client)
    server.fail("chat.update", fault, channel="#jobs")
    with pytest.raises((SlackApiError, aiohttp.ClientError, AttributeError)):  # slack-sdk: str has no "get"
        await client.chat_update(channel=JOBS, ts=ts, text="y")
    assert server.sent[0].edits == ["y"] * arrives


async def test_too_many_for_one_channel_or_for_the_team(server, client):
    server.fail("*", too_many(7), channel="#jobs", times=None)
    assert await refused(post(client)) == "ratelimited"
    await post(client, channel=NEWS)
    server.fail("*", too_many(7), times=None)
    assert await refused(post(client, channel=NEWS)) == "ratelimited"
    server.heal()
    await post(client)
    server.limits = Limits(per_minute=2)
    ts = server.sent[-1].ts
    for text in ("1", "2"):
        await client.chat_update(channel=JOBS, ts=ts, text=text)
    assert await refused(client.chat_update(channel=JOBS, ts=ts, text="3")) == "ratelimited"


async def test_the_server_goes_away_and_comes_back(server, client):
    url = server.url
    async with aiohttp.ClientSession() as session:
        opened = await client.apps_connections_open(app_token=server.app_token)
        async with session.ws_connect(opened["url"], autoping=False) as ws:
            await ws.receive_json()
            await ws.receive()  # Slack's ping
            await server.wait_for(lambda: server.sockets)
            await server.go_away()
            assert (await ws.receive(1)).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert server.sockets == []
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(client)
    await server.come_back()
    assert server.url == url
    await post(client)
    assert texts(server) == ["x"]


async def test_silent_sockets_deliver_and_hear_nothing(server, client):
    server.ack_seconds = 0.1
    server.silent_sockets = True
    async with aiohttp.ClientSession() as session:
        opened = await client.apps_connections_open(app_token=server.app_token)
        async with session.ws_connect(opened["url"], autoping=False) as ws:
            assert (await ws.receive_json())["type"] == "hello"
            assert (await ws.receive()).type is aiohttp.WSMsgType.PING
            await ws.ping(b"mine")
            asked = await server.slash("/positions")
            assert asked.acked_in is None
            with pytest.raises(TimeoutError):
                await ws.receive(0.1)
    assert "no ack" in server.problems[-1]


async def test_disconnect_says_why(server, client):
    async with aiohttp.ClientSession() as session:
        for reason in ("warning", "refresh_requested", "link_disabled"):
            opened = await client.apps_connections_open(app_token=server.app_token)
            async with session.ws_connect(opened["url"]) as ws:
                await ws.receive_json()
                await server.wait_for(lambda: server.sockets)
                leaving = asyncio.create_task(server.disconnect_sockets(reason))
                said = await ws.receive_json()
                assert (said["type"], said["reason"]) == ("disconnect", reason)
                if reason != "warning":
                    assert (await ws.receive(1)).type is aiohttp.WSMsgType.CLOSE
                await leaving
            await server.wait_for(lambda: not server.sockets)


# Many


async def test_several_workspaces_know_who_they_are():
    apps = [Identity(f"T{n}", f"lab{n}", f"A{n}", f"U_BOT{n}", f"B{n}") for n in range(8)]
    servers = [SlackServer(f"xoxb-{n}", f"xapp-{n}", app=app) for n, app in enumerate(apps)]
    async with aiohttp.ClientSession() as session:
        for server in servers:
            await server.__aenter__()
            server.add_channel(JOBS, name="jobs")
        try:
            for server in servers:
                client = a_client(server, session)
                who = await client.auth_test()
                assert (who["team_id"], who["user_id"], who["bot_id"]) == (
                    server.app.team,
                    server.app.user,
                    server.app.bot,
                )
                await post(client, who["team"])
                [message] = (await client.conversations_history(channel=JOBS))["messages"]
                assert (message["bot_id"], message["team"]) == (server.app.bot, server.app.team)
            assert [texts(server) for server in servers] == [[f"lab{n}"] for n in range(8)]
        finally:
            for server in servers:
                await server.__aexit__()


async def test_masses_are_neither_judged_nor_kept_as_calls():
    async with SlackServer(strict=False) as server, aiohttp.ClientSession() as session:
        server.add_channel(JOBS, name="jobs")
        client = a_client(server, session)
        stamps = [await post(client, str(n), metadata=METADATA, blocks=[section("")]) for n in range(50)]
        await client.chat_update(channel=JOBS, ts=stamps[7], text="7, edited", blocks=[section("")])
        await client.chat_delete(channel=JOBS, ts=stamps[8])
        await post(client, "answer", thread_ts=stamps[7])
        assert texts(server)[6:9] == ["6", "7, edited", "9"]
        assert [one.text for one in server.thread(JOBS, stamps[7])] == ["answer"]
        assert server.counts == {"chat.postMessage": 51, "chat.update": 1, "chat.delete": 1}
        assert server.calls == []
        assert server.problems == []
        assert server.sent[0].metadata == METADATA
        assert await refused(post(client, channel="C_NOWHERE")) == "channel_not_found"
        found = await client.conversations_history(channel=JOBS, include_all_metadata=True, limit=1)
        assert found["messages"][0]["metadata"] == METADATA
        server.limits = Limits(post_burst=1)
        await post(client)
        assert await refused(post(client)) == "ratelimited"


async def test_the_conversations_of_a_person_are_those_that_they_are_in(server, client):
    server.add_channel("C_ALL", name="all")
    server.add_channel("C_FEW", name="few", members={"U0123"})
    server.add_channel("C_SECRET", name="secret", private=True, member=False, members={"U0123"})
    server.add_user("U0999", name="kim")
    server.scopes |= {"channels:read", "groups:read"}
    kinds = "public_channel,private_channel"

    async def names(**of):
        return {one["name"] for one in (await client.users_conversations(types=kinds, **of))["channels"]}

    assert {"all", "few"} <= await names(user="U0123")
    assert "few" not in await names(user="U0999")
    assert "secret" not in await names(user="U0123")
    assert await refused(client.users_conversations(user="U_NOBODY")) == "user_not_found"
    assert await names()


# --- Pins


async def test_a_message_is_pinned_once_and_its_pin_taken_away(server, client):
    one, two = [await post(client, text) for text in ("one", "two")]
    for ts in (one, two):
        await client.pins_add(channel=JOBS, timestamp=ts)
    assert [message.shown for message in server.channel(JOBS).pinned] == ["one", "two"]
    assert await refused(client.pins_add(channel=JOBS, timestamp=one)) == "already_pinned"
    await client.pins_remove(channel=JOBS, timestamp=one)
    assert await refused(client.pins_remove(channel=JOBS, timestamp=one)) == "no_pin"
    await client.chat_delete(channel=JOBS, ts=two)
    assert server.channel(JOBS).pinned == []
    assert await refused(client.pins_remove(channel=JOBS, timestamp=two)) == "message_not_found"
    assert await refused(client.pins_add(channel=JOBS, timestamp="1.000000")) == "message_not_found"


async def test_who_may_not_pin(server, client):
    ts = await post(client)
    server.channels[JOBS].member = False
    assert await refused(client.pins_add(channel=JOBS, timestamp=ts)) == "not_in_channel"
    server.channels[JOBS].member, server.may_pin = True, False
    assert await refused(client.pins_add(channel=JOBS, timestamp=ts)) == "restricted_action"
    server.may_pin = True
    server.scopes.discard("pins:write")
    assert await refused(client.pins_add(channel=JOBS, timestamp=ts)) == "missing_scope"
    server.scopes.add("pins:write")
    server.channels[JOBS].archived = True
    assert await refused(client.pins_add(channel=JOBS, timestamp=ts)) == "is_archived"
    assert await refused(client.pins_add(channel="C_NONE", timestamp=ts)) == "channel_not_found"


# Files


async def test_a_file_is_taken_as_slack_sdk_brings_it_and_nothing_that_did_not_come(server, client):
    await client.files_upload_v2(filename="owls.ics", content=b"BEGIN:VCALENDAR", channel=JOBS)
    [shared] = server.files.shared
    assert (shared.name, shared.body, shared.channel) == ("owls.ics", b"BEGIN:VCALENDAR", JOBS)
    assert await refused(client.files_getUploadURLExternal(filename="x.ics", length=0)) == "missing_argument"
    place = (await client.files_getUploadURLExternal(filename="x.ics", length=3)).data
    files = [{"id": place["file_id"], "title": "x"}]
    assert await refused(client.files_completeUploadExternal(files=files, channel_id=JOBS)) == "file_not_found"
    async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=b"four") as answer:
        assert answer.status == 400
    assert await refused(client.files_completeUploadExternal(files=files, channel_id=JOBS)) == "file_not_found"
    async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=b"3 3") as answer:
        assert answer.status == 200
    assert await refused(client.files_completeUploadExternal(files=files, channel_id=ADA)) == "channel_not_found"
    server.channel(JOBS).member = False
    assert await refused(client.files_completeUploadExternal(files=files, channel_id=JOBS)) == "not_in_channel"
    server.scopes.discard("files:write")
    assert await refused(client.files_getUploadURLExternal(filename="x.ics", length=3)) == "missing_scope"
    assert len(server.files.shared) == 1
    assert server.problems == ["upload: 4 bytes came, 3 were announced"]
