"""The emulated Slack's views: what it takes, what it refuses, and what a person sees."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import Delivery, SlackServer
from tests.emulators.slack_rules import judge_view

ADA = "U0123"


def plain(text):
    return {"type": "plain_text", "text": text}


def field(name, element, **more):
    return {"type": "input", "block_id": name, "label": plain(name), "element": {"action_id": name, **element}, **more}


NAME = field("name", {"type": "plain_text_input", "max_length": 10})
VIEW = {"type": "modal", "title": plain("One"), "submit": plain("Go"), "blocks": [NAME]}


@pytest.fixture
async def server():
    async with SlackServer() as server:
        yield server


@pytest.fixture
def client(server):
    return AsyncWebClient(server.bot_token, base_url=server.url, retry_handlers=[])


async def trigger(server, user=ADA):
    """One that a command of that person brings; nobody listens."""
    delivery = Delivery(server, "slash_commands", {}, user, "")
    server._deliver = _nobody
    await server._interact(delivery)
    return delivery.payload["trigger_id"]


async def _nobody(_delivery, _retry=None):
    return None


async def refused(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_views_stand_on_top_of_each_other_up_to_three(server, client):
    assert await refused(client.views_push(trigger_id=await trigger(server), view=VIEW)) == "not_found"
    first = (await client.views_open(trigger_id=await trigger(server), view=VIEW))["view"]
    second = (await client.views_push(trigger_id=await trigger(server), view=VIEW))["view"]
    await client.views_push(trigger_id=await trigger(server), view=VIEW)
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    assert await refused(client.views_push(trigger_id=await trigger(server), view=VIEW)) == "push_limit_reached"
    await client.views_open(trigger_id=await trigger(server), view=VIEW)
    assert len(server.modals._stacks[ADA]) == 1, "a view that is opened takes the place of all"


async def test_a_view_is_updated_only_as_it_was_seen(server, client):
    view = (await client.views_open(trigger_id=await trigger(server), view=VIEW | {"external_id": "x"}))["view"]
    other = VIEW | {"title": plain("Two")}
    changed = (await client.views_update(view_id=view["id"], hash=view["hash"], view=other))["view"]
    assert (server.modals.top(ADA).title, changed["hash"] != view["hash"]) == ("Two", True)
    late = client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)
    assert await refused(late) == "hash_conflict"
    assert await refused(client.views_update(view_id="V1", view=VIEW)) == "not_found"
    home = {"type": "home", "blocks": []}
    shown = (await client.views_publish(user_id=ADA, view=home))["view"]
    await client.views_publish(user_id=ADA, view=home, hash=shown["hash"])
    assert await refused(client.views_publish(user_id=ADA, view=home, hash=shown["hash"])) == "hash_conflict"


async def test_a_trigger_holds_once_and_for_three_seconds(server, client):
    pulled = await trigger(server)
    await client.views_open(trigger_id=pulled, view=VIEW)
    assert await refused(client.views_push(trigger_id=pulled, view=VIEW)) == "exchanged_trigger_id"
    late = await trigger(server)
    server.advance(3.5)
    assert await refused(client.views_open(trigger_id=late, view=VIEW)) == "expired_trigger_id"


@pytest.mark.parametrize(
    "view",
    [
        {**VIEW, "title": plain("x" * 25)},
        {key: value for key, value in VIEW.items() if key != "submit"},
        {**VIEW, "private_metadata": "x" * 3001},
        {**VIEW, "blocks": [NAME] * 101},
        {**VIEW, "blocks": [NAME, NAME]},
        {**VIEW, "blocks": [field("when", {"type": "datepicker", "initial_date": "2 May"})]},
        {**VIEW, "blocks": [field("when", {"type": "timepicker", "initial_time": "24:00"})]},
        {**VIEW, "blocks": [field("x", {"type": "plain_text_input", "max_length": 3001})]},
        {**VIEW, "blocks": [field("x", {"type": "plain_text_input", "max_length": 2, "initial_value": "abc"})]},
        {**VIEW, "blocks": [field("x", {"type": "multi_static_select", "options": []})]},
        {
            **VIEW,
            "blocks": [
                field(
                    "x",
                    {
                        "type": "static_select",
                        "options": [{"text": plain("A"), "value": "a"}],
                        "initial_option": {"text": plain("B"), "value": "b"},
                    },
                )
            ],
        },
    ],
)
def test_what_slack_refuses(view):
    assert judge_view(VIEW) == []
    assert judge_view(view)


async def test_a_person_fills_in_what_can_be_filled_in(server, client):
    await client.views_open(trigger_id=await trigger(server), view=VIEW)
    for filled in ({}, {"name": "longer than ten"}, {"name": "two\nlines"}, {"other": "x"}):
        with pytest.raises(AssertionError):
            await server.submit(ADA, **filled)
    with pytest.raises(AssertionError, match="has no view"):
        await server.submit("U0456")


@pytest.mark.parametrize(
    ("ack", "problem"),
    [
        ({"response_action": "errors", "errors": {"name": "Too short."}}, ""),
        ({"response_action": "errors", "errors": {"other": "x"}}, "errors are for input blocks of the view"),
        ({"response_action": "errors", "errors": {}}, "errors are for input blocks"),
        ({"response_action": "errors", "errors": {"name": " "}}, "says nothing"),
        ({"response_action": "update", "view": VIEW}, ""),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
        ({"response_action": "push", "view": VIEW}, ""),
        ({"response_action": "clear"}, ""),
        ({"response_action": "close"}, "response_action 'close'"),
        ({"text": "thanks"}, "no answer to a submission"),
        (None, ""),
    ],
)
async def test_what_may_be_answered_to_a_submission(server, client, ack, problem):
    await client.views_open(trigger_id=await trigger(server), view=VIEW)
    modal = server.modals.top(ADA)
    found = server.modals.take(modal, ack)
    assert problem in found
    assert bool(found) is bool(problem)
    closes = ack is None or ack.get("response_action") == "clear"
    assert modal.is_open is not closes
