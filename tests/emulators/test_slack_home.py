"""The emulated Slack's Home tabs, shortcuts and cards below links: what it takes and refuses, and tells the app."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import SlackServer

ADA = "U0123"
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Owls"}}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "ask.0.0", "value": "help.1"}
HOME = {"type": "home", "blocks": [SECTION]}
PAGE = "https://jobs.lab.example/postings/owls"


@pytest.fixture
async def server():
    async with SlackServer() as server:
        server.add_channel("C0123456789", name="jobs")
        server.scopes |= {"links:read", "links:write"}
        server.unfurl_domains = ["lab.example"]
        server._deliver = _nobody
        yield server


async def _nobody(delivery, _retry=None):
    delivery.acked_in = 0.0


@pytest.fixture
def client(server):
    return AsyncWebClient(server.bot_token, base_url=server.url, retry_handlers=[])


async def refused(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


# --- Home tabs


@pytest.mark.parametrize(
    ("view", "why"),
    [
        ({**HOME, "blocks": [SECTION] * 101}, "invalid_arguments"),
        ({**HOME, "private_metadata": "x" * 3001}, "invalid_arguments"),
        ({**HOME, "title": {"type": "plain_text", "text": "Home"}}, "invalid_arguments"),
        ({"type": "modal", "title": {"type": "plain_text", "text": "Home"}, "blocks": []}, "invalid_arguments"),
        ({**HOME, "blocks": [{"type": "markdown", "text": "x" * 11_000}] * 25}, "view_too_large"),
    ],
)
async def test_a_home_tab_that_slack_does_not_take(server, client, view, why):
    assert await refused(client.views_publish(user_id=ADA, view=view)) == why
    assert not server.homes


async def test_a_home_tab_is_published_over_what_was_seen_and_where_there_is_one(server, client):
    assert await refused(client.views_publish(user_id=ADA, view=HOME, hash="1.a")) == "hash_conflict"
    first = (await client.views_publish(user_id=ADA, view=HOME))["view"]
    second = (await client.views_publish(user_id=ADA, view=HOME, hash=first["hash"]))["view"]
    assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
    assert await refused(client.views_publish(user_id="U0NOBODY", view=HOME)) == "invalid_arguments"
    server.has_home = False
    assert await refused(client.views_publish(user_id=ADA, view=HOME)) == "not_enabled"


async def test_who_opens_it_is_told_of_with_what_they_saw_before(server, client):
    event = (await server.open_home(ADA)).payload["event"]
    assert (event["tab"], event["channel"][0], "view" in event) == ("home", "D", False)
    shown = (
        await client.views_publish(user_id=ADA, view={**HOME, "blocks": [{"type": "actions", "elements": [BUTTON]}]})
    )["view"]
    assert (await server.open_home(ADA)).payload["event"]["view"]["hash"] == shown["hash"]
    assert "view" not in (await server.open_home(ADA, "messages")).payload["event"]
    pressed = (await server.press_at_home("Go", ADA)).payload
    assert (pressed["container"]["type"], pressed["view"]["hash"]) == ("view", shown["hash"])
    assert "response_url" not in pressed
    assert pressed["trigger_id"]


# --- Shortcuts


async def test_a_shortcut_tells_of_its_message_and_one_from_anywhere_of_none(server, client):
    await client.chat_postMessage(channel="C0123456789", text="Owls")
    [message] = server.sent
    told = (await server.shortcut("remind", message, user=ADA)).payload
    assert (told["type"], told["message"]["ts"], told["channel"]["id"]) == (
        "message_action",
        message.ts,
        message.channel,
    )
    assert {"response_url", "trigger_id", "callback_id", "message_ts"} <= set(told)
    anywhere = (await server.shortcut("new", user=ADA)).payload
    assert anywhere["type"] == "shortcut"
    assert not {"response_url", "channel", "message"} & set(anywhere)
    await client.chat_postEphemeral(channel="C0123456789", user=ADA, text="Owls")
    with pytest.raises(AssertionError, match="no shortcuts"):
        await server.shortcut("remind", server.responses[-1].message, user=ADA)


# --- Links


async def test_the_app_hears_of_links_to_its_own_domains(server):
    assert await server.share("https://evil.example/postings/owls") is None
    assert await server.share("https://notlab.example/postings/owls") is None
    shared = await server.share("https://evil.example/", PAGE, user=ADA)
    event = server.deliveries[-1].payload["event"]
    assert event["links"] == [{"domain": "jobs.lab.example", "url": PAGE}]
    assert (event["source"], event["unfurl_id"], event["message_ts"]) == ("conversations_history", shared.id, shared.ts)
    await server.share(PAGE, is_sent=False)
    event = server.deliveries[-1].payload["event"]
    assert (event["channel"], event["source"]) == ("COMPOSER", "composer")
    await server.share(PAGE, in_organization=True)
    assert not {"source", "unfurl_id"} & set(server.deliveries[-1].payload["event"])
    server.scopes.remove("links:read")
    assert await server.share(PAGE) is None


async def test_cards_are_shown_below_what_was_shared(server, client):
    sent, written = await server.share(PAGE), await server.share(PAGE, is_sent=False)
    card = {PAGE: {"blocks": [SECTION]}}
    await client.chat_unfurl(channel=sent.channel, ts=sent.ts, unfurls=card)
    await client.chat_unfurl(unfurl_id=written.id, source="composer", unfurls=card)
    assert sent.shown == written.shown == {PAGE: "Owls"}


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"unfurls": None}, "missing_unfurls"),
        ({"channel": None}, "missing_channel"),
        ({"ts": None}, "missing_ts"),
        ({"channel": "C0OTHER"}, "cannot_find_channel"),
        ({"ts": "1.5"}, "cannot_find_message"),
        ({"unfurl_id": "x"}, "missing_source"),
        ({"source": "composer"}, "missing_unfurl_id"),
        ({"source": "elsewhere", "unfurl_id": "x"}, "invalid_source"),
        ({"source": "composer", "unfurl_id": "x"}, "invalid_unfurl_id"),
        ({"unfurls": {PAGE: "Owls"}}, "invalid_unfurls_format"),
        ({"unfurls": {"https://evil.example/": {"blocks": [SECTION]}}}, "cannot_unfurl_url"),
        ({"unfurls": {f"{PAGE}s": {"blocks": [SECTION]}}}, "cannot_unfurl_message"),
        ({"unfurls": {PAGE: {"blocks": []}}}, "invalid_blocks"),
        ({"unfurls": {PAGE: {"blocks": [SECTION] * 51}}}, "invalid_blocks"),
        ({"unfurls": {PAGE: {"blocks": [{"type": "actions", "elements": [BUTTON]}]}}}, "invalid_blocks"),
        (
            {
                "unfurls": {
                    PAGE: {
                        "blocks": [
                            {
                                "type": "rich_text",
                                "elements": [
                                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "Owls"}]}
                                ],
                            }
                        ]
                    }
                }
            },
            "invalid_blocks",
        ),
    ],
)
async def test_cards_that_slack_refuses(server, client, what, why):
    shared = await server.share(PAGE)
    arguments = {"channel": shared.channel, "ts": shared.ts, "unfurls": {PAGE: {"blocks": [SECTION]}}}
    assert await refused(client.chat_unfurl(**(arguments | what))) == why
    assert not shared.cards


async def test_without_its_scope_and_below_what_was_deleted_there_is_no_card(server, client):
    shared = await server.share(PAGE)
    card = {PAGE: {"blocks": [SECTION]}}
    shared.is_gone = True
    assert (
        await refused(client.chat_unfurl(unfurl_id=shared.id, source="composer", unfurls=card)) == "cannot_find_message"
    )
    server.scopes.remove("links:write")
    assert await refused(client.chat_unfurl(channel=shared.channel, ts=shared.ts, unfurls=card)) == "missing_scope"
