"""Whom Slack knows, and where they are reached. Over real HTTP."""

import pytest

from bot.domain.message import Line, Message
from bot.platforms.base import CannotAskError, DeliveryError
from tests.emulators.slack import error, status
from tests.platforms.slack.conftest import JOBS

EMMY = "U0456"


async def test_a_direct_message_is_opened_and_can_be_written_to(server, slack):
    place = await slack.private_place(EMMY)
    assert place.address.startswith("D")
    assert await slack.private_place(EMMY) == place
    reference = await slack.send(place, Message((Line.of("hello"),)), "key")
    assert [message.shown for message in server.messages(EMMY)] == ["hello"]
    assert reference.startswith(place.address)


@pytest.mark.parametrize(
    ("standing", "why"),
    [({"deleted": True}, "the account was deactivated"), ({"is_bot": True}, "that is a bot"), (None, "no such person")],
)
async def test_whoever_cannot_be_reached_is_told_why(server, slack, standing, why):
    if standing:
        server.add_user("U0789", name="kim", **standing)
    with pytest.raises(DeliveryError, match=why) as refused:
        await slack.private_place("U0789")
    assert (refused.value.permanent, refused.value.of_chat, refused.value.whole_token) == (True, True, False)


async def test_without_its_scope_nobody_is_written_to_first_and_channels_are(server, slack):
    server.scopes.discard("im:write")
    with pytest.raises(DeliveryError, match="lacks the scope im:write") as refused:
        await slack.private_place(EMMY)
    assert not refused.value.whole_token
    assert [finding.is_note for finding in await slack.examine([JOBS]) if "im:write" in finding.text] == [True]
    server.fail("conversations.open", status(503))
    with pytest.raises(DeliveryError) as unclear:
        await slack.private_place(EMMY)
    assert not unclear.value.permanent


@pytest.mark.parametrize(
    ("standing", "belongs"),
    [
        ({}, True),
        ({"is_admin": True}, True),
        ({"is_restricted": True}, False),
        ({"is_restricted": True, "is_ultra_restricted": True}, False),
        ({"team": "T_ELSEWHERE"}, False),
        ({"team": "T_ELSEWHERE", "is_stranger": True}, False),
        ({"is_bot": True}, False),
        ({"deleted": True}, False),
    ],
)
async def test_a_member_is_who_is_no_guest_no_stranger_no_bot_and_still_there(server, slack, standing, belongs):
    server.add_user("U0789", name="kim", **standing)
    assert await slack.is_member("U0789", []) is belongs
    assert await slack.administers("U0789", JOBS) is bool(standing.get("is_admin"))


async def test_nobody_and_slackbot_are_no_members(server, slack):
    server.add_user("USLACKBOT", name="slackbot")
    assert await slack.is_member("USLACKBOT", []) is False
    assert await slack.is_member("U_NOBODY", []) is False
    assert await slack.administers("U_NOBODY", JOBS) is False


async def test_whoever_made_a_channel_administers_it(server, slack):
    server.channel(JOBS.address).creator = EMMY
    assert await slack.administers(EMMY, JOBS)
    server.users[EMMY].is_restricted = True
    assert not await slack.administers(EMMY, JOBS)


@pytest.mark.parametrize("method", ["users.info", "auth.test"])
async def test_nobody_is_let_in_where_slack_does_not_tell(server, slack, method):
    for fault in (status(503), error("missing_scope", needed="users:read"), error("ratelimited")):
        server.fail(method, fault)
        with pytest.raises(CannotAskError, match="Slack does not say who belongs to the workspace"):
            await slack.is_member(EMMY, [])


async def test_people_have_the_names_that_they_show(slack):
    assert await slack.name_of(EMMY) == "emmy"
    assert await slack.name_of("U_NOBODY") is None


async def test_who_has_left_is_whose_account_slack_has_closed_and_nobody_else(server, slack):
    assert not await slack.has_left(EMMY)
    server.users[EMMY].deleted = True
    assert await slack.has_left(EMMY)
    assert not await slack.has_left("U0NOBODY")  # of another workspace, perhaps, whose token it was
    server.fail("users.info", error("missing_scope"), status(503))
    for _ in range(2):
        with pytest.raises(CannotAskError):
            await slack.has_left(EMMY)
