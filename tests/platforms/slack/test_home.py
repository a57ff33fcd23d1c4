"""The app's Home tab, through the emulated Slack: what it shows, what is pressed in it, and when it follows."""

import asyncio
import json
import logging

import pytest

from bot.chat.request import Request
from bot.domain.message import Button, Line, Message
from bot.platforms.slack import home
from bot.platforms.slack.client import Client
from tests.emulators import slack_rules
from tests.emulators.slack import error
from tests.platforms.slack.conftest import JOBS
from tests.platforms.slack.test_posting_form import ADA, BOB, bot, both, folder, heard, lab  # noqa: F401

EMMY = "U0456"  # German
CALL = "role: phd\ndeadline: 2027-05-{day:02}\n"


@pytest.fixture(autouse=True)
def _postings(folder):  # noqa: F811
    for number in range(1, 10):
        text = f"title: Bats <!channel> *{number}*\n" + CALL.format(day=number + 2)
        (folder / "postings" / f"bat-{number}.yaml").write_text(text)
    (folder / "postings" / "secret.yaml").write_text("title: Secret\nstatus: draft\n" + CALL.format(day=20))


def shown(server, user=BOB):
    """What somebody reads in their Home tab; nothing while there is none."""
    view = server.homes.get(user)
    return slack_rules.shown(None, view["blocks"]) if view else ""


async def at_home(server, holds, user=BOB):
    await server.wait_for(lambda: holds in shown(server, user))
    return shown(server, user)


async def modal(server, holds, user=BOB):
    def found():
        top = server.modals.top(user)
        return top if top and holds in top.text else None

    return await server.wait_for(found)


async def test_what_is_open_what_is_followed_and_the_settings_stand_there(server, both):  # noqa: F811
    await server.open_home(BOB)
    text = await at_home(server, "Open positions: 10")
    assert text.index("Owls (PhD") < text.index("Bats <!channel> *1*") < text.index("Bats <!channel> *7*")
    assert "Bats <!channel> *8*" not in text
    assert "Secret" not in text
    assert "Page 1 of 2" in text
    assert "You follow nothing." in text
    assert "timezone: Europe/Berlin" in text
    assert "Hand in a position" in text
    await server.press_at_home("Next ›", BOB)
    assert "Bats <!channel> *9*" in await at_home(server, "Page 2 of 2")
    assert not server.sent


async def test_it_speaks_the_language_and_the_zone_of_its_person(server, bot):  # noqa: F811
    server.users[EMMY].tz = "America/New_York"
    await server.open_home(EMMY)
    text = await at_home(server, "Offene Stellen: 10", EMMY)
    assert "timezone: America/New_York" in text
    dates = [node for node in slack_rules._nodes(server.homes[EMMY]["blocks"]) if node.get("type") == "date"]
    assert dates  # in whatever zone her own program is


async def test_a_reminder_is_set_and_ended_there_and_nothing_is_posted(server, bot):  # noqa: F811
    await server.open_home(BOB)
    await at_home(server, "Open positions: 10")
    await server.press_at_home("Remind me", BOB, nth=1)
    told = await modal(server, "I remind you in private:")
    assert "Bats <!channel> *1*" in told.text
    assert "⏰ I remind you: " in await at_home(server, "Reminders of single positions")
    await server.press_at_home("Do not remind me", BOB)
    await modal(server, "I do not remind you of Bats <!channel> *1* any more.")
    await server.wait_for(lambda: "⏰" not in shown(server))
    assert not server.sent


async def test_a_position_is_shown_in_full_in_a_modal_from_which_one_goes_on(server, bot):  # noqa: F811
    await server.open_home(BOB)
    await at_home(server, "Open positions: 10")
    await server.press_at_home("In full", BOB, nth=2)
    await modal(server, "Bats <!channel> *2*")
    server.modals.clear(BOB)
    await server.press_at_home("Remind me", BOB)
    told = await modal(server, "I remind you in private:")
    await server.press_in_view("Stop", BOB)
    await server.wait_for(lambda: "I do not remind you of" in told.text)
    assert not server.sent


async def test_settings_and_a_position_are_forms_that_open_there(server, bot):  # noqa: F811
    await server.open_home(BOB)
    await at_home(server, "Open positions: 10")
    await server.press_at_home("My settings", BOB)
    await server.wait_for(lambda: server.modals.top(BOB))
    await server.submit(BOB, timezone="America/New_York", remind="3d")
    assert "remind: 3d" in await at_home(server, "timezone: America/New_York")
    await server.press_at_home("Hand in a position", BOB)
    await server.wait_for(lambda: server.modals.top(BOB) and server.modals.top(BOB).title == "New position")


async def test_a_search_is_followed_by_a_form_that_opens_there(server, bot):  # noqa: F811
    await server.open_home(BOB)
    await at_home(server, "You follow nothing.")
    await server.press_at_home("Follow a search", BOB)
    form = await server.wait_for(lambda: server.modals.top(BOB))
    await server.submit(BOB, query="phd next week")
    assert "leave out the days" in form.errors["query"]
    await server.submit(BOB, query="phd")
    await at_home(server, "1. PhD: 10 match now")
    assert "From now on I write to you" in (await heard(server, BOB, "PhD")).shown


async def test_who_may_not_hand_in_is_not_offered_it(server, bot):  # noqa: F811
    server.add_user("U0GUEST", name="guest", is_restricted=True)
    await server.open_home("U0GUEST")
    assert "Hand in a position" not in await at_home(server, "Open positions: 10", "U0GUEST")


async def test_it_follows_what_its_person_changes_elsewhere_and_nothing_else(server, bot):  # noqa: F811
    await server.slash("/positions", "follow phd", user=BOB, channel=JOBS.address)
    await server.wait_for(lambda: server.responses)
    assert server.counts["views.publish"] == 0  # nobody has opened it
    await server.open_home(BOB)
    await at_home(server, "PhD: 10 match now")
    await server.slash("/positions", "phd", user=BOB, channel=JOBS.address)
    await server.slash("/positions", "follow owls", user=BOB, channel=JOBS.address)
    assert "2. “owls”" in await at_home(server, "“owls”: 1 matches now")
    assert server.counts["views.publish"] == 2


async def test_the_messages_tab_and_another_workspace_get_no_page(server, bot):  # noqa: F811
    await server.open_home(BOB, "messages")
    await server.open_home(BOB, team="T0OTHERLAB")
    await server.open_home(BOB)
    await at_home(server, "Open positions: 10")
    await server.press_at_home("Next ›", BOB)
    await at_home(server, "Page 2 of 2")  # one after the other: what came before would have been published by now
    assert server.counts["views.publish"] == 2


async def test_a_value_that_no_button_carries_is_not_asked(server, bot):  # noqa: F811
    await server.open_home(BOB)
    await at_home(server, "Open positions: 10")
    await server.press_at_home("Next ›", BOB, forged="position.1 bat-9")
    for number in range(1, 4):
        await server.press_at_home("In full", BOB, nth=number)
        await modal(server, f"Bats <!channel> *{number}*")
    assert server.counts["views.open"] == 3


async def test_who_has_it_open_over_a_restart_sees_what_they_change(server, folder):  # noqa: F811
    async with lab(server, folder):
        await server.open_home(BOB)
        await at_home(server, "Open positions: 10")
        await server.press_at_home("Next ›", BOB)
        await at_home(server, "Page 2 of 2")
    await server.wait_for(lambda: not server.sockets)
    async with lab(server, folder):
        await server.press_at_home("Remind me", BOB)
        assert "Page 2 of 2" in await at_home(server, "⏰ I remind you: ")


async def test_an_app_without_the_tab_is_told_of_once(server, bot, caplog):  # noqa: F811
    server.has_home = False
    with caplog.at_level(logging.WARNING, "callboard.slack"):
        await server.open_home(BOB)
        await server.open_home(ADA)
        await server.wait_for(lambda: server.counts["views.publish"] == 2)
        await server.direct_message("help", user=BOB)
        await heard(server, BOB, "/positions")
    [line] = [record.message for record in caplog.records if "Home tab" in record.message]
    assert "turn it on under App Home" in line


# --- Two at once


def page(text, count=1):
    return Message(
        (),
        sections=tuple(
            Message((Line.of(text),), ((Button("In full", request="position.1 owl"),),)) for _ in range(count)
        ),
    )


@pytest.fixture
async def client(server):
    client = Client(server.bot_token, server.url)
    yield client
    await client.close()


async def test_who_comes_second_makes_the_page_anew_and_the_newest_stands(server, client):
    state = ["old"]

    async def make(_request, _channel, _user):
        return page(state[0])

    one, other = home.HomeTabs(client, make), home.HomeTabs(client, make)
    await one.show(ADA, "D1", home.PAGE, None)
    state[0] = "new"
    await other.show(ADA, "D1", home.PAGE, server.homes[ADA]["hash"])
    state[0] = "newest"
    await one.refresh(ADA)
    assert shown(server, ADA).startswith("newest")
    assert [call.outcome for call in server.calls] == ["ok", "ok", "hash_conflict", "ok"]
    await one.refresh(ADA)
    assert len(server.calls) == 4


async def test_pages_of_one_person_are_published_one_after_the_other(server, client):
    made, goes_on = [], asyncio.Event()

    async def make(request, _channel, _user):
        made.append(request.page)
        if len(made) == 1:
            await goes_on.wait()
        return page(f"Page {request.page}")

    tabs = home.HomeTabs(client, make)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(tabs.show(ADA, "D1", Request("home"), None))
        tasks.create_task(tabs.show(ADA, "D1", Request("home", page=2), None))
        await asyncio.sleep(0)
        goes_on.set()
    assert shown(server, ADA).startswith("Page 2")
    assert [call.outcome for call in server.calls] == ["ok", "ok"]


async def test_what_slack_does_not_take_is_told_and_tried_again_when_it_is_opened(server, client, caplog):
    async def make(_request, _channel, _user):
        return page("Owls")

    tabs = home.HomeTabs(client, make)
    server.fail("views.publish", error("invalid_arguments"))
    with caplog.at_level(logging.WARNING, "callboard.slack"):
        await tabs.show(ADA, "D1", home.PAGE, None)
    assert "a Home tab could not be shown" in caplog.text
    await tabs.refresh(ADA)
    assert not server.homes
    await tabs.show(ADA, "D1", home.PAGE, None)
    assert shown(server, ADA).startswith("Owls")


def test_a_page_has_no_more_blocks_than_slack_takes_and_whole_sections():
    view = home.view(page("Owls", 60), "D1", Request("home", page=3))
    assert len(view["blocks"]) == 100
    assert slack_rules.judge_view(view) == []
    assert slack_rules.judge_view({**view, "blocks": [*view["blocks"], view["blocks"][0]]})
    odd = home.view(Message((), sections=(page("a", 1).sections[0], *page("b", 50).sections)), "D1", home.PAGE)
    assert len(odd["blocks"]) == 100
    assert home.opened_from(view) == ("D1", Request("home", page=3))
    assert len(view["private_metadata"]) < 3000
    assert json.loads(view["private_metadata"]) == ["D1", "home.3"]


async def test_what_nobody_can_read_leaves_nothing_behind_that_spoils_what_comes_later(server, bot, caplog):  # noqa: F811
    event = {"type": "app_home_opened", "user": BOB, "channel": ["D1"], "view": {"hash": 7}}  # `tab` need not be there
    await server.event(event, user=BOB)
    await at_home(server, "Open positions: 10")
    caplog.clear()
    await server.slash("/positions", "follow owls", user=BOB, channel=JOBS.address)
    await at_home(server, "“owls”: 1 matches now")
    assert "could not be answered" not in caplog.text
