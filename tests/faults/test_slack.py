"""Faults of Slack while the bot sends and edits."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot import config
from bot.app.reloading import Reloading
from bot.domain.notice import Kind, State
from bot.domain.schedule import Destination
from tests.emulators.slack import Fault, drop_after, drop_before, error, hang, malformed_after, status, too_many
from tests.faults.build import JOBS, OTHER, SLACK, slack_at

fault = pytest.mark.fault


@pytest.fixture
async def world(world):
    world.configure(SLACK)
    return world


async def refused(world, *because):
    """What is due is refused, said once, and not tried again after a restart."""
    world.post("owls")
    await world.go()
    record = await world.record()
    assert record.state is State.REFUSED
    for words in because:
        assert words in record.reason
    world.said("ERROR lab-slack: announcement of owls refused: " + "".join(f"(?=.*{words})" for words in because))
    calls = world.slack.counts["chat.postMessage"]
    await world.restart()
    await world.go()
    assert world.slack.counts["chat.postMessage"] == calls
    assert world.slack.sent == []


async def asked(world, fault, because, *, stood):
    """Slack is asked what it has: never a double."""
    world.slack.fail("chat.postMessage", fault)
    world.post("owls")
    await world.go()
    assert world.shown(JOBS) == ["owls"]
    record = await world.record()
    assert (record.state, record.attempts) == (State.DELIVERED, 1 if stood else 2)
    assert record.reference == f"{JOBS}/{world.slack.sent[0].ts}"
    said = [line for line in world.lines(0) if "WARNING" in line or "was delivered as" in line or "sent again" in line]
    assert f"in doubt whether announcement of owls arrived: no clear answer from Slack ({because}" in said[0]
    assert ("was delivered as" if stood else "did not arrive; it is sent again") in said[1]
    assert len(said) == 2


# --- 429


@fault("Slack asks to wait for one channel (429)")
async def test_429_for_one_channel(world):
    world.configure(SLACK, slack_at(OTHER, "other"))
    world.slack.fail("chat.postMessage", too_many(30), channel=JOBS, times=None)
    world.post("owls")
    await world.go()
    assert (world.shown(JOBS), world.shown(OTHER)) == ([], ["owls"])
    record = await world.record(channel="lab-slack")
    assert record.state is State.DUE_AGAIN
    assert record.due_again_at - record.at == pytest.approx(timedelta(seconds=30), abs=timedelta(seconds=0.5))
    world.said("WARNING lab-slack: announcement of owls not delivered, tried again in 30 s: Slack asks to wait 30 s$")
    world.slack.heal()
    await world.restart()
    await world.go()
    assert world.shown(JOBS) == []
    world.clock.forward(seconds=30)
    await world.go()
    assert world.shown(JOBS) == ["owls"]


@fault("the workspace's own limit of messages (`message_limit_exceeded`)")
async def test_a_limit_of_the_workspace(world):
    limit = Fault("answer", body=error("message_limit_exceeded").body, retry_after=40)
    world.slack.fail("chat.postMessage", limit)
    world.post("owls")
    await world.go()
    assert (await world.record()).state is State.DUE_AGAIN
    world.said("WARNING lab-slack: .*tried again in 40 s: Slack asks to wait 40 s, in all channels")
    reply = asyncio.create_task(world.rounds.turn(Destination("slack", OTHER)))
    await asyncio.sleep(0.05)
    assert not reply.done(), "other channels wait as well"
    world.clock.forward(seconds=40)
    await world.go()
    await reply
    assert world.shown(JOBS) == ["owls"]
    assert (await world.record()).state is State.DELIVERED


# --- No clear answer


@fault("Slack answers `fatal_error` or `internal_error`, and has posted the message")
async def test_a_fatal_error_after_it_has_acted(world):
    await asked(world, error("fatal_error", act=True), "fatal_error", stood=True)


@fault("Slack answers `fatal_error` or `internal_error`, and has not posted it")
async def test_an_internal_error(world):
    await asked(world, error("internal_error"), "internal_error", stood=False)


@fault("Slack answers 500, 502, 503 or 504")
@pytest.mark.parametrize("code", [500, 502, 503, 504])
@pytest.mark.parametrize("act", [True, False])
async def test_a_server_error(world, code, act):
    await asked(world, status(code, act=act), "", stood=act)


@fault("the connection breaks before Slack has acted")
async def test_a_connection_that_breaks_before(world):
    await asked(world, drop_before, "ServerDisconnectedError", stood=False)


@fault("the connection breaks after Slack has acted")
async def test_a_connection_that_breaks_after(world):
    await asked(world, drop_after, "ServerDisconnectedError", stood=True)


@fault("Slack's answer is no JSON")
async def test_malformed_json(world):
    await asked(world, malformed_after, "", stood=True)


@fault("Slack takes the message and does not answer in time")
async def test_a_time_out_while_reading(world, monkeypatch):
    monkeypatch.setattr("bot.platforms.slack.client._SECONDS", 1.0)
    await asked(world, hang(3, act=True), "TimeoutError", stood=True)


@fault("nobody knows whether it arrived in Slack, and the bot may not read the channel")
async def test_in_doubt_where_the_history_may_not_be_read(world):
    world.slack.scopes -= {"channels:history"}
    world.slack.fail("chat.postMessage", drop_after)
    world.post("owls")
    await world.go()
    assert world.shown(JOBS) == ["owls", "owls"]
    assert (await world.record()).state is State.DELIVERED
    world.said(
        "WARNING lab-slack: in doubt whether announcement of owls arrived",
        "WARNING lab-slack/owls/announcement: in doubt; .*may stand there twice: .*lacks the scope channels:history",
    )


@fault("Slack cannot be reached")
async def test_the_network_is_gone(world):
    await world.slack.go_away()
    world.post("owls")
    await world.once()
    record = await world.record()
    assert record.state is State.DUE_AGAIN
    assert record.reason.startswith("Slack cannot be reached (Connect call failed")
    world.said("WARNING lab-slack: announcement of owls not delivered, tried again in 0 s: Slack cannot be reached")
    await world.slack.come_back()
    await world.go()
    assert world.shown(JOBS) == ["owls"]
    assert (await world.record()).state is State.DELIVERED


# --- It is refused


@fault("the Slack channel is archived")
async def test_an_archived_channel(world):
    world.slack.channel(JOBS).archived = True
    await refused(world, "the channel is archived; unarchive it", "is_archived")


@fault("the bot is not in a public Slack channel")
async def test_a_public_channel_is_joined(world):
    world.slack.channel(JOBS).member = False
    world.slack.scopes -= {"chat:write.public"}
    world.post("owls")
    await world.go()
    assert world.shown(JOBS) == ["owls"]
    assert (await world.record()).state is State.DELIVERED
    world.said(
        "INFO slack: joined the channel C0123456789",
        "INFO lab-slack: delivered announcement of owls",
        level=logging.INFO,
    )


@fault("the bot is not in the Slack channel, and may not join it")
async def test_a_channel_that_may_not_be_joined(world):
    world.slack.channel(JOBS).member = False
    world.slack.scopes -= {"chat:write.public", "channels:join"}
    await refused(world, "write /invite @callboard there", "scope channels:join")


@fault("there is no such Slack channel, or it is private and the bot is not in it")
async def test_channel_not_found(world):
    world.configure(slack_at("C0NOSUCH000"))
    await refused(world, "there is no such channel, or it is private", "channel_not_found")


@fault("a setting of the workspace does not let the bot post")
async def test_a_restricted_channel(world):
    world.slack.fail("chat.postMessage", error("restricted_action"))
    await refused(world, "ask a workspace admin")


# --- The token


@fault("a scope is missing in Slack")
async def test_a_missing_scope_is_named_and_nothing_is_lost(world):
    world.slack.scopes -= {"chat:write"}
    world.configure(SLACK, slack_at(OTHER, "other"))
    world.post("owls")
    await world.go()
    assert {one.state for one in await world.records()} == {State.DUE_AGAIN}
    world.said("ERROR slack: nothing is sent until that is mended; .*lacks the scope chat:write; add it under OAuth")
    calls = world.slack.counts["chat.postMessage"]
    world.clock.forward(minutes=4)
    await world.go()
    assert world.slack.counts["chat.postMessage"] == calls
    world.slack.scopes |= {"chat:write"}
    world.clock.forward(minutes=2)
    await world.go()
    assert (world.shown(JOBS), world.shown(OTHER)) == (["owls"], ["owls"])
    assert {one.state for one in await world.records()} == {State.DELIVERED}


@fault("the Slack token was revoked, or the app removed")
@pytest.mark.parametrize("name", ["token_revoked", "account_inactive"])
async def test_a_revoked_token_loses_nothing(world, name):
    await world.announce()
    world.slack.token_error = name
    world.post("mice")
    world.post("owls", status="filled")
    await world.go()
    assert {one.state for one in await world.records() if one.attempts and one.reference is None} <= {State.DUE_AGAIN}
    assert (await world.record("mice")).state is State.DUE_AGAIN
    world.said(
        rf"ERROR slack: nothing is sent until that is mended; tried again every 5 min: .*install.* \(Slack: {name}\)"
    )
    world.slack.token_error = None
    await world.restart()
    await world.go()
    assert world.shown(JOBS) == ["owls", "mice"]
    assert "filled" in world.slack.messages(JOBS)[0].shown.casefold()
    assert {one.state for one in await world.records()} == {State.DELIVERED}


@fault("the Slack token was rotated: the config names the new one while the bot runs")
async def test_a_rotated_token(world):
    world.slack.rotate("xoxb-test-second", "xapp-test-second")
    world.post("owls")  # and the config has the old ones still
    running = Reloading(config.read(world.config_path))
    task = asyncio.create_task(running.run())
    await world.says("ERROR slack: nothing is sent until that is mended; .*was revoked")
    await world.says("ERROR nobody is answered in Slack: platforms.slack.app_token must be")
    assert (await world.record()).state is State.DUE_AGAIN
    world.configure(SLACK)
    await world.says("the config has changed: starting anew with it")
    await world.until(lambda: world.slack.sent)
    await world.says("answering in Slack by Socket Mode")
    running._leave()
    await asyncio.wait_for(task, 10)
    assert world.shown(JOBS) == ["owls"]
    assert (await world.record()).state is State.DELIVERED


@fault("nobody knows whether it arrived in Slack, and meanwhile the token was revoked")
async def test_a_doubt_outlives_a_revoked_token(world):
    world.slack.fail("chat.postMessage", drop_after)
    world.slack.fail("conversations.history", *[error("token_revoked")] * 2)
    world.post("owls")
    await world.go()
    assert world.shown(JOBS) == ["owls"]
    assert ((await world.record()).state, (await world.record()).attempts) == (State.DELIVERED, 1)
    world.said(
        "WARNING lab-slack: in doubt whether announcement of owls arrived",
        *["WARNING lab-slack/owls/announcement: in doubt, asked again in 0 s: the bot token was revoked"] * 2,
    )


# --- What was said cannot be put right


async def edited(world):
    world.post("owls", status="filled")
    await world.go()
    (edit,) = [one for one in await world.records() if one.kind == Kind.EDIT]
    return edit


@fault("the message to edit was deleted in Slack")
async def test_a_message_to_edit_that_is_gone(world):
    await world.announce()
    world.slack._remove(world.slack.sent[0])
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-slack: announcement of owls not edited: the message was deleted in Slack")
    await world.restart()
    await world.go()
    assert world.slack.counts["chat.update"] == 1


@fault("the message that a notice answers was deleted in Slack")
@pytest.mark.parametrize("name", [None, "cannot_reply_to_message", "restricted_action_non_threadable_channel"])
async def test_an_answer_to_a_deleted_message(world, name):
    world.post("owls", deadline="2199-05-02")
    await world.go()
    if name:
        world.slack.fail("chat.postMessage", error(name))
    else:
        world.slack._remove(world.slack.sent[0])
    world.post("owls", deadline="2199-06-02")
    await world.go()
    moved = next(record for record in await world.records() if record.kind == Kind.DEADLINE_MOVED)
    assert moved.state is State.DELIVERED
    message = world.slack.sent[-1]
    assert "2 June 2199" in message.shown
    assert (message.thread_ts, message.reply_broadcast) == (None, False)
    await world.restart()
    await world.go()
    assert world.slack.sent[-1] is message, "once, and no more"


@fault("the message that a notice in doubt answers was deleted in Slack")
@pytest.mark.parametrize("stood", [True, False])
async def test_a_doubt_about_an_answer_to_a_deleted_message(world, stood):
    world.post("owls", deadline="2199-05-02")
    await world.go()
    world.slack._remove(world.slack.sent[0])
    lost = [error("thread_not_found"), drop_after] if stood else [drop_before]
    world.slack.fail("chat.postMessage", *lost)
    world.post("owls", deadline="2199-06-02")
    await world.go()
    shown = [message for message in world.slack.sent if "2 June 2199" in message.shown]
    assert len(shown) == 1
    moved = next(record for record in await world.records() if record.kind == Kind.DEADLINE_MOVED)
    assert (moved.state, moved.reference) == (State.DELIVERED, f"{JOBS}/{shown[0].ts}")


@fault("the Slack channel with the message to edit is archived, and unarchived later")
async def test_an_archived_channel_that_comes_back(world):
    await world.announce()
    world.slack.channel(JOBS).archived = True
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-slack: announcement of owls not edited: the channel is archived; unarchive it")
    world.slack.channel(JOBS).archived = False
    await world.go()
    assert world.slack.counts["chat.update"] == 1
    world.post("mice")
    await world.go()
    assert world.shown(JOBS) == ["owls", "mice"]
    assert "filled" in world.slack.messages(JOBS)[0].shown.casefold()
    assert world.slack.counts["chat.update"] == 2


@fault("the workspace does not let messages of that age be edited")
async def test_a_message_that_is_too_old_to_edit(world):
    await world.announce()
    world.slack.edit_window = 60.0
    world.slack.advance(3600)
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.REFUSED, 1)
    world.said("WARNING lab-slack: announcement of owls not edited: the workspace does not let messages of that age")
    assert world.shown(JOBS) == ["owls"]


@fault("an edit whose answer is lost")
async def test_an_edit_without_an_answer(world):
    await world.announce()
    world.slack.fail("chat.update", drop_after)
    edit = await edited(world)
    assert (edit.state, edit.attempts) == (State.DELIVERED, 2)
    (message,) = world.slack.messages(JOBS)
    assert "filled" in message.shown.casefold()
    world.said("WARNING lab-slack: announcement of owls not edited, tried again in 0 s: no clear answer from Slack")
