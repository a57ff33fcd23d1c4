"""What `check --online` finds in Slack: tokens, scopes, and each channel."""

import asyncio

import pytest

from bot.domain.schedule import Destination
from bot.platforms.slack.manifest import SCOPES
from tests.emulators.slack import error, hang, status, too_many
from tests.platforms.slack.conftest import JOBS, make_slack

SIGNING = "0123456789abcdef0123456789abcdef"


def place(address):
    return Destination("slack", address)


async def found(slack, *places):
    """The texts of problems, and of notes."""
    findings = await slack.examine(places)
    assert all(one.at in (*places, None) for one in findings)
    assert all("\n" not in one.text for one in findings)
    return [one.text for one in findings if not one.is_note], [one.text for one in findings if one.is_note]


async def examined(server, *places, **settings):
    """What is found with other settings."""
    slack = make_slack(server, **settings)
    try:
        return await slack.examine(places)
    finally:
        await slack.close()


@pytest.fixture(autouse=True)
def _nothing_is_sent(server):
    yield
    asked = {"auth.test", "apps.connections.open", "bots.info", "conversations.info", "conversations.list"}
    assert set(server.counts) <= asked


async def test_a_channel_of_which_the_bot_is_a_member_is_well(server, slack):
    assert await found(slack, JOBS, place("#jobs")) == ([], [])
    assert not server.sockets


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bot_token": "xoxb-wrong"}, "copy it again from the app's page, OAuth & Permissions"),
        ({"bot_token": "xapp-test-token"}, "that is no bot token; copy the one that begins with xoxb-"),
    ],
)
async def test_a_bot_token_that_is_wrong(server, given, said):
    [finding] = await examined(server, JOBS, **given)
    assert (finding.at, finding.key, finding.is_note) == (None, "bot_token", False)
    assert said in finding.text
    assert given["bot_token"] not in finding.text


@pytest.mark.parametrize("why", ["token_revoked", "account_inactive"])
async def test_a_bot_token_that_was_right_once(server, slack, why):
    server.token_error = why
    [problem], _ = await found(slack, JOBS)
    assert f"(Slack: {why})" in problem
    server.token_error = None
    server.rotate("xoxb-new", old=why)
    [problem], _ = await found(slack, JOBS)
    assert f"(Slack: {why})" in problem


async def test_no_network_is_said_once(server, slack):
    await server.go_away()
    [finding] = await slack.examine([JOBS, place("#jobs")])
    assert finding.text.startswith("could not be verified: Slack cannot be reached (Connect call failed")
    assert (finding.at, finding.key, finding.is_note) == (None, None, False)
    await server.come_back()


async def test_scopes_that_are_lacking_are_named_and_what_to_press(server, slack):
    server.scopes -= {"users:read", "commands"}
    [problem], notes = await found(slack, JOBS)
    assert "the app lacks commands (has the command /positions, and shortcuts), users:read (" in problem
    assert "OAuth & Permissions › Bot Token Scopes, and install the app to the workspace again" in problem
    assert notes == []


async def test_scopes_that_a_member_does_not_need_are_noted(server, slack):
    server.scopes -= {"channels:join", "chat:write.public", "files:write"}
    problems, [note] = await found(slack, JOBS)
    assert problems == []
    assert "files:write (" in note  # an app of an earlier release goes on without
    assert "channels:join (" in note
    assert "chat:write.public (" in note


async def test_the_manifest_asks_for_all_that_is_compared(server, slack):
    assert server.scopes == set(SCOPES)
    assert "channels:join" in SCOPES


async def test_scopes_for_links_are_noted_where_there_is_a_board(server):
    slack = make_slack(server, base_url="https://jobs.lab.example")
    problems, [note] = await found(slack, JOBS)
    assert problems == []
    assert note.startswith("links to the board stay links, for the app lacks links:read (")
    assert "links:write (" in note
    assert "callboard slack-manifest" in note
    server.scopes |= {"links:read", "links:write"}
    assert await found(slack, JOBS) == ([], [])
    await slack.close()


@pytest.mark.parametrize("why", ["token_revoked", "not_allowed_token_type", "internal_error"])
async def test_an_app_token_that_does_not_open_a_socket(server, slack, why):
    server.app_token_error = why
    [finding] = await slack.examine([JOBS])
    assert (finding.key, finding.is_note) == ("app_token", False)
    if why == "internal_error":
        assert finding.text.startswith("could not be verified: no clear answer from Slack")
    else:
        assert "must be an app-level token (xapp-…) with the scope connections:write" in finding.text
        assert "Socket Mode must be on" in finding.text


async def test_an_app_token_of_another_app(server):
    server.app_token = "xapp-1-A0OTHER00001-123-abcdef"
    [finding] = await examined(server, JOBS)
    assert finding.text.startswith("is of another app (A0OTHER00001) than the bot token (A0APP000001)")
    server.app_token = "xapp-1-A0APP000001-123-abcdef"
    assert await examined(server, JOBS) == []


async def test_what_is_not_set_is_noted(server):
    [finding] = await examined(server, app_token=None)
    assert (finding.key, finding.is_note) == ("app_token", True)
    [finding] = await examined(server, mode="http", signing_secret=None)
    assert (finding.key, finding.is_note) == ("signing_secret", True)


async def test_the_shape_of_a_signing_secret(server):
    [finding] = await examined(server, mode="http", signing_secret="xoxb-S3cret")
    assert (finding.key, finding.is_note) == ("signing_secret", False)
    assert "S3cret" not in finding.text
    assert await examined(server, mode="http", signing_secret=SIGNING) == []
    assert "apps.connections.open" not in server.counts


async def test_channels_in_which_it_may_not_post(server, slack):
    server.add_channel("C0ARCHIVED1", name="old", archived=True)
    server.add_channel("C0PRIVATE01", name="secret", private=True, member=False)
    places = [
        place(one)
        for one in ("C0ARCHIVED1", "C0PRIVATE01", "#old", "#secret", "C0NOBODY001", "general", "JOBS", "@lab")
    ]
    found_there = {one.at.address: one for one in await slack.examine(places)}
    assert "is archived; unarchive it" in found_there["C0ARCHIVED1"].text
    assert "is archived; unarchive it" in found_there["#old"].text
    assert "it is private and the bot is not in it" in found_there["C0PRIVATE01"].text
    assert "there is no channel #secret" in found_there["#secret"].text
    assert "/invite @callboard" in found_there["#secret"].text
    assert "there is no such channel" in found_there["C0NOBODY001"].text
    assert '"general" is no id of a channel; write "#general"' in found_there["general"].text
    assert 'write "#jobs"' in found_there["JOBS"].text
    assert 'write "#lab"' in found_there["@lab"].text
    assert not any(one.is_note for one in found_there.values())


async def test_a_public_channel_that_it_is_not_in(server, slack):
    server.add_channel("C0PUBLIC001", name="public", member=False)
    outside = place("C0PUBLIC001")
    problems, [note] = await found(slack, outside)
    assert problems == []
    assert "it may post there, but only a member can look up" in note
    assert "/invite @callboard" in note
    server.scopes.discard("chat:write.public")
    problems, notes = await found(slack, outside)
    assert problems == []
    assert "the bot is not in the channel, and joins it with its first message" in notes
    server.scopes.discard("channels:join")
    [problem], _ = await found(slack, outside)
    assert problem == "the bot is not in the channel; write /invite @callboard there"


async def test_a_person_cannot_be_asked_about(server, slack):
    problems, notes = await found(slack, place("U0123456789"), place("D0123456789"))
    assert (problems, len(notes)) == ([], 2)


async def test_restrictions_that_slack_does_tell_are_noted(server, slack, monkeypatch):
    channel = server.channel("#jobs")
    told = {**channel.as_json(), "properties": {"posting_restricted_to": {"type": ["admin"]}}}
    monkeypatch.setattr(channel, "as_json", lambda: told)
    problems, [note] = await found(slack, JOBS)
    assert problems == []
    assert "Posting permissions" in note


async def test_names_that_may_not_be_listed(server, slack):
    server.scopes.discard("groups:read")
    problems, _ = await found(slack, JOBS, place("#jobs"))
    assert len(problems) == 2
    assert "the app lacks groups:read (" in problems[0]
    assert "the app lacks the scope groups:read" in problems[1]


async def test_many_channels_are_listed_at_once(server, slack):
    places = []
    for number in range(1200):
        places.append(place(f"C{number:010}"))
        server.add_channel(places[-1].address, name=f"jobs-{number}")
    places[-1] = place("C0NOBODY001")
    [problem], _ = await found(slack, *places)
    assert "there is no such channel" in problem
    assert (server.counts["conversations.list"], server.counts["conversations.info"]) == (2, 1)


async def test_a_platform_that_asks_to_wait_is_waited_for(server, slack):
    server.fail("conversations.info", too_many(1))
    assert await found(slack, JOBS) == ([], [])
    server.fail("conversations.info", too_many(60))
    assert await found(slack, JOBS) == (["could not be verified: Slack asks to wait 60 s"], [])


async def test_it_ends_in_time_and_keeps_what_it_has(server, slack, monkeypatch):
    monkeypatch.setattr("bot.platforms.examining.SECONDS", 0.4)
    server.add_channel("C0ARCHIVED1", name="old", archived=True)
    server.fail("conversations.info", hang(30), channel=JOBS.address)
    async with asyncio.timeout(20):
        problems, _ = await found(slack, JOBS, place("C0ARCHIVED1"))
    assert problems[0] == "could not be verified: no answer within 0 s"
    assert "is archived" in problems[1]


@pytest.mark.parametrize("fault", [status(502), error("fatal_error")])
async def test_an_answer_that_is_none_leaves_it_unverified(server, slack, fault):
    server.fail("conversations.info", fault)
    [problem], _ = await found(slack, JOBS)
    assert problem.startswith("could not be verified: no clear answer from Slack")
