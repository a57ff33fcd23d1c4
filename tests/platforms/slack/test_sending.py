"""Sending and finding notices over real HTTP, and what each kind of failure comes to."""

import logging
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.message import Line, Message
from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, DeliveryError
from bot.platforms.slack import rendering
from tests.emulators.slack import (
    BOT_USER,
    Fault,
    drop_after,
    drop_before,
    error,
    hang,
    malformed,
    status,
    too_many,
)
from tests.emulators.slack import Message as Posted
from tests.platforms.slack.conftest import JOBS, make_slack
from tests.ports import free_address

HELLO = Message((Line.of("hello"),))
KEY = "lab-slack/phd-owls/announcement"
SINCE = datetime.now(UTC) - timedelta(minutes=5)


def place(address):
    return Destination("slack", address)


async def failure(slack, destination=JOBS):
    with pytest.raises(DeliveryError) as caught:
        await slack.send(destination, HELLO, KEY)
    return caught.value


def posts(server):
    return [call for call in server.calls if call.method == "chat.postMessage"]


# ---------------------------------------------------------------------------- what arrives


@pytest.mark.parametrize("address", ["C0123456789", "#jobs"])
async def test_a_notice_arrives_and_its_reference_is_channel_and_ts(server, slack, address):
    reference = await slack.send(place(address), HELLO, KEY)
    [message] = server.channel("#jobs").messages
    assert reference == f"C0123456789/{message.ts}"
    assert message.shown == "hello"
    assert message.metadata == {"event_type": "callboard_notice", "event_payload": {"key": KEY}}
    assert (message.params["unfurl_links"], message.params["unfurl_media"]) == (False, False)
    assert message.params == slack.payload(place(address), HELLO, KEY)


async def test_public_channels_need_no_invitation(server, slack):
    server.add_channel("C_OUT", name="elsewhere", member=False)
    assert (await slack.send(place("C_OUT"), HELLO, KEY)).startswith("C_OUT/")


async def test_one_message_a_second_and_channel(slack):
    channel, token = slack.rates(JOBS)
    assert (channel.count, channel.seconds) == (1, 1.0)
    assert channel.bucket != slack.rates(place("#other"))[0].bucket
    assert token.bucket == slack.rates(place("#other"))[1].bucket


async def test_direct_messages_share_a_pace_below_that_of_the_workspace(slack):
    _, direct, token = slack.rates(place("D0ADA0001"))
    assert direct == slack.rates(place("D0BOB0001"))[1]
    assert direct.count / direct.seconds * 60 == 240
    assert token == slack.rates(JOBS)[-1]


# ---------------------------------------------------------------------------- what does not


REFUSALS = {
    "is_archived": "archived",
    "not_in_channel": "/invite @callboard",
    "channel_not_found": "check the address",
    "restricted_action": "workspace admin",
    "invalid_auth": "copy it again",
    "not_allowed_token_type": "xoxb-",
    "not_authed": "missing",
    "token_revoked": "install the app again",
    "token_expired": "expired",
    "account_inactive": "install it again",
    "some_new_error": "some_new_error",
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_permanent_and_says_what_to_do(server, slack, name):
    server.scopes.discard("channels:join")
    server.fail("chat.postMessage", error(name))
    refused = await failure(slack)
    assert (refused.permanent, refused.in_doubt, refused.retry_after) == (True, False, None)
    assert REFUSALS[name] in str(refused)
    assert name in str(refused)


async def test_what_slack_itself_refuses(server, slack):
    server.add_channel("C_OLD", name="old", archived=True)
    server.add_channel("C_SECRET", name="secret", private=True, member=False)
    assert "archived" in str(await failure(slack, place("#old")))
    assert "channel_not_found" in str(await failure(slack, place("C_SECRET")))
    assert "channel_not_found" in str(await failure(slack, place("#nowhere")))
    server.token_error = "token_revoked"
    assert "token_revoked" in str(await failure(slack))


async def test_a_missing_scope_is_named(server, slack):
    server.scopes.discard("chat:write")
    refused = await failure(slack)
    assert refused.permanent
    assert "chat:write" in str(refused)
    assert "OAuth & Permissions" in str(refused)


async def test_slacks_reasons_are_passed_on(server, slack):
    details = {"messages": ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]}
    server.fail("chat.postMessage", error("invalid_blocks", response_metadata=details))
    assert "3001 characters" in str(await failure(slack))


WAITS = [
    (too_many(7), 7),
    (Fault("answer", body='{"ok":false,"error":"ratelimited"}', retry_after=11), 11),
    (Fault("answer", status=429, body="slow down"), 30),
]


@pytest.mark.parametrize(("fault", "seconds"), WAITS)
async def test_slack_says_how_long_to_wait(server, slack, fault, seconds):
    server.fail("chat.postMessage", fault)
    waits = await failure(slack)
    assert (waits.permanent, waits.in_doubt, waits.retry_after, waits.whole_token) == (False, False, seconds, False)
    assert f"{seconds} s" in str(waits)


DOUBTS = {
    "fatal error": error("fatal_error", act=True),
    "internal error": error("internal_error"),
    "500": status(500),
    "502": status(502, act=True),
    "503": status(503),
    "504": status(504),
    "dropped before": drop_before,
    "dropped after": drop_after,
    "hang": hang(3),
    "hang after": hang(3, act=True),
    "malformed": malformed,
    "page instead": Fault("answer", body="<html>"),
    "a list": Fault("answer", body="[]"),
    "cut short": Fault("answer", body='{"ok": tr'),
    "empty": Fault("answer"),
}


@pytest.mark.parametrize("name", DOUBTS)
async def test_without_a_clear_answer_it_is_in_doubt_and_nothing_is_repeated(server, slack, name, monkeypatch):
    server.fail("chat.postMessage", DOUBTS[name])
    with monkeypatch.context() as impatient:
        impatient.setattr("bot.platforms.slack.client._SECONDS", 0.5 if name.startswith("hang") else 10)
        doubt = await failure(slack)
    assert (doubt.permanent, doubt.in_doubt) == (False, True)
    assert str(doubt).startswith("no clear answer from Slack")
    assert len(posts(server)) == 1
    acted = DOUBTS[name].act
    assert len(server.sent) == acted
    server.heal()
    found = await slack.find(JOBS, KEY, SINCE)
    assert found == (f"{JOBS.address}/{server.sent[0].ts}" if acted else None)


@pytest.mark.parametrize("fault", [status(403), status(404), error("service_unavailable")])
async def test_what_was_surely_not_sent_is_tried_again(server, slack, fault):
    server.fail("chat.postMessage", fault)
    later = await failure(slack)
    assert (later.permanent, later.in_doubt) == (False, False)


async def test_where_nobody_listens_nothing_was_sent(server):
    slack = make_slack(server, api_url=f"http://{free_address()}/api")
    unreachable = await failure(slack)
    await slack.close()
    assert (unreachable.permanent, unreachable.in_doubt) == (False, False)
    assert "cannot be reached" in str(unreachable)


async def test_no_token_in_any_text(server, slack, caplog):
    caplog.set_level(logging.DEBUG)
    server.scopes.discard("channels:join")
    said = [repr(slack), repr(slack._client)]
    for fault in (*DOUBTS.values(), too_many(), *map(error, REFUSALS)):
        if not fault.seconds:
            server.fail("chat.postMessage", fault)
            refused = await failure(slack)
            said += [repr(refused), *traceback.format_exception(refused)]
    await slack.send(JOBS, HELLO, KEY)
    text = "\n".join([*said, caplog.text])
    for secret in (server.bot_token, server.app_token, server.signing_secret):
        assert secret not in text


# ---------------------------------------------------------------------------- finding


def filler(count, *, begin, metadata=None):
    return [Posted(JOBS.address, f"{begin + n:.6f}", "chatter", BOT_USER, metadata=metadata) for n in range(count)]


async def test_found_by_its_key_on_a_later_page(server, slack):
    reference = await slack.send(JOBS, HELLO, KEY)
    later = float(reference.partition("/")[2]) + 1
    other = {"event_type": rendering.EVENT_TYPE, "event_payload": {"key": "another"}}
    server.channel("#jobs").messages += filler(250, begin=later) + filler(200, begin=later + 250, metadata=other)
    assert await slack.find(JOBS, KEY, SINCE) == reference
    assert len([call for call in server.calls if call.method == "conversations.history"]) == 3


async def test_not_found_when_it_is_not_there_or_older(server, slack):
    assert await slack.find(JOBS, KEY, SINCE) is None
    await slack.send(JOBS, HELLO, KEY)
    assert await slack.find(JOBS, "another key", SINCE) is None
    assert await slack.find(JOBS, KEY, datetime.now(UTC) + timedelta(minutes=1)) is None


async def test_found_in_a_channel_known_by_name_alone(server):
    for number in range(250):
        server.add_channel(f"C_MANY{number}", name=f"many-{number}")
    server.add_channel("C_LAST", name="the-last", private=True)
    first, second = make_slack(server), make_slack(server)
    reference = await first.send(place("#the-last"), HELLO, KEY)
    assert await second.find(place("#the-last"), KEY, SINCE) == reference  # after a restart
    assert await second.find(place("#the-last"), "another", SINCE) is None
    assert len([call for call in server.calls if call.method == "conversations.list"]) == 2  # pages, and only once
    with pytest.raises(CannotAskError, match="#nowhere"):
        await second.find(place("#nowhere"), KEY, SINCE)
    await first.close()
    await second.close()


@pytest.mark.parametrize("scope", ["channels:history", "channels:read"])
async def test_slack_cannot_be_asked_without_the_scope(server, slack, scope):
    server.scopes.discard(scope)
    with pytest.raises(CannotAskError, match=scope):
        await slack.find(place("#jobs"), KEY, SINCE)


async def test_the_bot_joins_a_public_channel_to_ask_what_it_holds(server, slack):
    server.add_channel("C_OUT", name="elsewhere", member=False)
    sent = await slack.send(place("C_OUT"), HELLO, KEY)
    assert await slack.find(place("C_OUT"), KEY, SINCE) == sent
    assert server.channel("C_OUT").member


async def test_slack_cannot_be_asked_about_a_channel_that_the_bot_may_not_join(server, slack):
    server.add_channel("C_OUT", name="elsewhere", member=False)
    server.scopes.discard("channels:join")
    with pytest.raises(CannotAskError, match="not_in_channel"):
        await slack.find(place("C_OUT"), KEY, SINCE)


@pytest.mark.parametrize("fault", [too_many(4), status(503), drop_before])
async def test_asking_can_be_tried_again(server, slack, fault):
    server.fail("conversations.history", fault, times=None)  # aiohttp itself asks twice: asking is harmless
    with pytest.raises(DeliveryError) as caught:
        await slack.find(JOBS, KEY, SINCE)
    assert not caught.value.permanent
    assert caught.value.retry_after == fault.retry_after
    server.heal()
    assert await slack.find(JOBS, KEY, SINCE) is None


# ---------------------------------------------------------------------------- a channel that it is not in


@pytest.mark.parametrize("address", ["C0PUBLIC001", "#public"])
async def test_a_public_channel_is_joined_where_only_members_may_post(server, slack, address):
    server.add_channel("C0PUBLIC001", name="public", member=False)
    server.scopes.discard("chat:write.public")
    assert (await slack.send(place(address), HELLO, KEY)).startswith("C0PUBLIC001/")
    assert server.channel("#public").member


async def test_what_keeps_it_from_joining_is_said_or_passes(server, slack):
    server.add_channel("C0PUBLIC001", name="public", member=False)
    server.scopes.discard("chat:write.public")
    server.fail("conversations.join", too_many(7), drop_after)
    failed = await failure(slack, place("C0PUBLIC001"))
    assert (failed.permanent, failed.in_doubt, failed.retry_after) == (False, False, 7)
    failed = await failure(slack, place("C0PUBLIC001"))
    assert (failed.permanent, failed.in_doubt) == (False, False)
    server.channel("#public").member = False
    server.scopes.discard("channels:join")
    failed = await failure(slack, place("C0PUBLIC001"))
    assert failed.permanent
    assert "write /invite @callboard there" in str(failed)
    assert "the app lacks the scope channels:join" in str(failed)


# ---------------------------------------------------------------------------- pins, and who is called


def pinned(server):
    return [message.ts for message in server.channel("#jobs").pinned]


async def test_a_pin_done_twice_is_as_if_once(server, slack):
    one, two = [await slack.send(JOBS, HELLO, key) for key in ("one", "two")]
    for reference in (one, one, two):
        await slack.pin(reference)
    assert [f"{JOBS.address}/{ts}" for ts in pinned(server)] == [one, two]
    for _ in range(2):
        await slack.unpin(one)
    assert [f"{JOBS.address}/{ts}" for ts in pinned(server)] == [two]
    await slack.delete(two)
    await slack.unpin(two)  # it is gone, and its pin with it


async def test_the_bot_joins_a_public_channel_to_pin(server, slack):
    room = server.add_channel("C_OUT", name="elsewhere", member=False)
    reference = await slack.send(place("C_OUT"), HELLO, KEY)
    await slack.pin(reference)
    assert (room.member, len(room.pinned)) == (True, 1)


@pytest.mark.parametrize(
    ("refuse", "said"),
    [
        (lambda server: server.scopes.discard("pins:write"), "lacks the scope pins:write"),
        (lambda server: setattr(server, "may_pin", False), "ask a workspace admin"),
        (lambda server: setattr(server.channel("#jobs"), "archived", True), "is archived"),
    ],
)
async def test_a_refused_pin_says_what_to_do(server, slack, refuse, said):
    reference = await slack.send(JOBS, HELLO, KEY)
    refuse(server)
    with pytest.raises(DeliveryError, match=said) as caught:
        await slack.pin(reference)
    assert caught.value.permanent
    assert pinned(server) == []


async def test_a_message_calls_whoever_is_there_and_its_text_cannot(server, slack):
    hostile = Line.of("<!channel> @here <!here> & <@U0456>")
    await slack.send(JOBS, Message((hostile,)), KEY)
    assert server.mentions == []
    await slack.send(JOBS, Message((hostile,), mention="here"), KEY)
    assert server.mentions == [("chat.postMessage", "<!here>")]
    server.mentions.clear()
    [message] = server.channel("#jobs").messages[1:]
    assert message.shown.startswith("here ")  # as the emulator shows it
    assert message.text.startswith("&lt;!channel")  # the words beside the blocks call nobody
