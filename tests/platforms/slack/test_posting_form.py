"""A position by the form in Slack, from the command to the file; by Socket Mode and by signed HTTP."""

import json
from contextlib import asynccontextmanager

import pytest

from tests.domain.build import instant
from tests.emulators.slack import error
from tests.listening import listening
from tests.platforms.slack.conftest import JOBS
from tests.platforms.whole import whole_bot
from tests.ports import free_port

NOW = instant("2027-04-01 12:00")
ADA, BOB = "U0123", "U0BOB"  # an admin and a member
KEYS = (
    "title role deadline deadline_time timezone deadline_kind organization group location workplace pay fte start "
    "duration url apply summary description tags"
).split()
"""The blocks that the form has, in their order."""

CONFIG = """
timezone: Europe/Berlin
settle: 0s
platforms:
  slack: {{bot_token: {0.bot_token}, app_token: {0.app_token}, signing_secret: {0.signing_secret}, api_url: "{0.url}",
    mode: {1}, listen: "{2}"}}
people: {{admins: ["slack:U0123"]}}
submissions: {{from: members}}
"""
OWL = (
    "title: Owls # by hand\nrole: phd\ndeadline: 2027-05-02 12:00+02:00\nlocation:   Lyon\n"
    f"description: {'x' * 3500}\ntags: ['a, b', c]\npay: E13\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "postings" / "owl.yaml").write_text(OWL)
    return tmp_path


@asynccontextmanager
async def lab(server, folder, mode="socket"):
    server.add_user(BOB, name="bob")
    listen = f"127.0.0.1:{free_port()}"
    async with whole_bot(folder, CONFIG.format(server, mode, listen), NOW) as clock:
        if mode == "http":
            await listening(listen)
            server.http_target = f"http://{listen}/slack/events"
        else:
            await server.wait_for(lambda: server.sockets)
        yield clock


@pytest.fixture(params=["socket", "http"])
async def both(request, server, folder):
    """The bot, reached in either way."""
    async with lab(server, folder, request.param) as clock:
        yield clock


@pytest.fixture
async def bot(server, folder):
    async with lab(server, folder) as clock:
        yield clock


async def opened(server, text, user=BOB):
    """The form that a command opens."""
    await server.slash("/positions", text, user=user, channel=JOBS.address)
    return await server.wait_for(lambda: server.modals.top(user))


async def heard(server, user, holds):
    """The last message that somebody has from the bot, once it says that."""
    return await server.wait_for(lambda: next((m for m in reversed(server.messages(user)) if holds in m.shown), None))


def written(folder, name):
    return (folder / "postings" / f"{name}.yaml").read_text("utf-8")


async def test_a_position_is_handed_in_mended_and_approved(server, folder, both):
    modal = await opened(server, "new")
    assert (modal.view["callback_id"], list(modal.fields)) == ("posting", KEYS)
    assert all(block["element"]["action_id"] == key for key, block in modal.fields.items())
    assert [option["value"] for option in modal.fields["role"]["element"]["options"]][:2] == ["phd", "postdoc"]
    await server.submit(BOB, title="Owls", role=["phd"], deadline="2027-03-01")
    assert list(modal.errors) == ["deadline"]
    assert "has passed" in modal.errors["deadline"]
    await server.submit(BOB, title="Owls", role=["phd"], deadline_time="12:00", timezone="Berlin")
    assert modal.errors["deadline_time"] == "There is a time, but no day."
    await server.submit(BOB, title="Owls", role=["phd"], deadline="2027-05-02", url="lab", fte="two")
    assert modal.errors["url"].startswith("url: ")
    assert modal.errors["fte"].startswith("fte: ")
    filled = {"deadline": "2027-05-02", "deadline_time": "12:00", "tags": "owls, night", "summary": "All\nowls."}
    await server.submit(BOB, title="Owls <in> *Tübingen*", role=["phd", "postdoc"], **filled)
    assert (modal.title, modal.view["submit"]["text"], modal.fields) == ("Preview", "Hand in", {})
    assert "New position: Owls <in> *Tübingen*" in modal.text
    assert "Sunday, 2 May 2027, 12:00" in modal.text
    assert "31 days left" in modal.text
    await server.press_in_view("Change", BOB)
    await server.wait_for(lambda: modal.fields)
    assert modal.fields["tags"]["element"]["initial_value"] == "owls, night"
    await server.submit(BOB, title="Owls in Tübingen", pay="E13")
    assert "E13" in modal.text
    await server.submit(BOB)
    assert not modal.is_open
    await heard(server, BOB, "Handed in. You will hear")
    draft = await heard(server, ADA, "bob hands in a position")
    assert draft.buttons == ["Approve", "Change", "Reject"]
    await server.press(draft, "Approve", ADA)
    await heard(server, BOB, "was approved by")
    assert written(folder, "owls-in-tuebingen") == (
        "title: Owls in Tübingen\nrole: [phd, postdoc]\ndeadline: 2027-05-02 12:00\npay: E13\n"
        "tags: [owls, night]\nsummary: |\n  All\n  owls.\n"
    )


async def test_what_is_changed_in_the_form_changes_those_lines_alone(server, folder, bot):
    modal = await opened(server, "edit owl", ADA)
    assert "No room for it in a form, so it stays as it is: Description, Tags" in modal.text
    assert set(KEYS) - set(modal.fields) == {"description", "tags"}
    assert modal.fields["deadline_time"]["element"]["initial_time"] == "12:00"
    assert modal.fields["location"]["element"]["initial_value"] == "Lyon"
    await server.submit(ADA, deadline="2027-05-03", pay="")
    assert modal.view["submit"]["text"] == "Change it"
    await server.submit(ADA)
    await heard(server, ADA, "Changed: owl")
    after = OWL.replace("2027-05-02 12:00+02:00", "2027-05-03 12:00+02:00").replace("pay: E13\n", "")
    assert written(folder, "owl") == after


async def test_a_draft_is_changed_in_the_form_before_it_is_approved(server, folder, bot):
    await opened(server, "new")
    await server.submit(BOB, title="Owls", role=["phd"])
    await server.submit(BOB)
    draft = await heard(server, ADA, "bob hands in a position")
    await server.press(draft, "Change", ADA)
    modal = await server.wait_for(lambda: server.modals.top(ADA))
    assert modal.fields["title"]["element"]["initial_value"] == "Owls"
    await server.submit(ADA, title="Owls at night")
    assert modal.view["submit"]["text"] == "Save"
    await server.submit(ADA)
    changed = await heard(server, ADA, "Owls at night")
    await server.press(changed, "Approve", ADA)
    await heard(server, BOB, "was approved")
    assert written(folder, "owls-at-night") == "title: Owls at night\nrole: phd\n"


async def test_lines_open_the_form_filled_in_and_what_does_not_hold_up_stands_above(server, bot):
    modal = await opened(server, "new\ntitle: Owls\npay: E13: 65 %\ndeadline: 2027-02-30\nstatus: closed")
    shown = {key: block["element"].get("initial_value") for key, block in modal.fields.items()}
    assert (shown["title"], shown["pay"]) == ("Owls", "E13: 65 %")
    assert 'deadline: "2027-02-30" is no date' in modal.text
    assert "Not taken: status" in modal.text
    await server.submit(BOB, role=["phd"])
    assert modal.title == "Preview"


async def test_an_advert_opens_the_form_with_what_was_read_and_where_it_stands(server, bot):
    advert = "Postdoc in Owls\n\nApply by 2 May 2027, or write to pi@lab.example.\nLocation: Lyon"
    modal = await opened(server, f"new\n{advert}")
    assert "Deadline: Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2) – “Apply by 2 May 2027, or write" in modal.text
    assert modal.fields["deadline"]["element"]["initial_date"] == "2027-05-02"
    assert modal.fields["location"]["element"]["initial_value"] == "Lyon"
    await server.submit(BOB)
    assert "New position: Postdoc in Owls" in modal.text


async def test_a_form_that_comes_too_late_is_opened_by_a_button_with_what_was_written(server, bot):
    server.fail("views.open", error("expired_trigger_id"))
    answer = await (await server.slash("/positions", "new\ntitle: Owls\nrole: phd", user=BOB)).answer()
    assert answer.shown.startswith("The form did not open in time.")
    await server.press(answer, "Open the form", BOB)
    modal = await server.wait_for(lambda: server.modals.top(BOB))
    assert modal.fields["title"]["element"]["initial_value"] == "Owls"


async def test_who_closes_the_form_for_the_reason_has_not_given_one(server, folder, bot):
    await opened(server, "new")
    await server.submit(BOB, title="Owls", role=["phd"])
    await server.submit(BOB)
    draft = await heard(server, ADA, "bob hands in a position")
    await server.press(draft, "Reject", ADA)
    server.modals.close(await server.wait_for(lambda: server.modals.top(ADA)))
    await server.direct_message("postdoc", user=ADA)
    await heard(server, ADA, "Postdoc")
    assert not any("was rejected" in message.shown for message in server.messages(BOB))
    await server.press(draft, "Reject", ADA)
    await server.wait_for(lambda: server.modals.top(ADA))
    await server.submit(ADA, reason="No money.")
    assert "No money." in (await heard(server, BOB, "was rejected by")).shown


async def test_who_may_not_hand_in_is_told_and_sees_no_form(server, bot):
    server.add_user("U0GUEST", name="guest", is_restricted=True)
    answer = await (await server.slash("/positions", "new", user="U0GUEST")).answer()
    assert answer.shown == "Only members of the lab hand in positions here."
    modal = await opened(server, "new")
    server.users[BOB].is_restricted = True
    bot.advance(minutes=6)
    await server.submit(BOB, title="Owls", role=["phd"])
    assert modal.errors == {"title": "Only members of the lab hand in positions here."}


async def test_a_command_is_no_answer_to_a_question(server, bot):
    await server.direct_message("new", user=BOB)
    await heard(server, BOB, "What is the title")
    await (await server.slash("/positions", "cancel", user=BOB)).answer()
    await server.direct_message("phd", user=BOB)
    await heard(server, BOB, "Apply by")


async def test_a_preview_is_sent_once_and_its_button_opens_nobody_elses(server, folder, bot):
    modal = await opened(server, "new")
    await server.submit(BOB, title="Owls", role=["phd"])
    token = json.loads(modal.view["private_metadata"])[1]
    view = modal.view
    await opened(server, "new", ADA)
    await server.submit(ADA, title="Mice", role=["phd"])
    await server.press_in_view("Change", ADA, forged=f"form.1 {token}")
    assert server.modals.top(ADA).title == "Preview", "a value that the view does not carry does nothing"
    await server.submit(BOB)
    await heard(server, BOB, "Handed in.")
    server.modals.open(BOB, view)
    await server.submit(BOB)
    await heard(server, BOB, "That form was sent, or is older than a day.")
    await heard(server, ADA, "hands in a position")
    assert len([message for message in server.messages(ADA) if "hands in" in message.shown]) == 1


async def test_what_takes_long_is_told_when_it_is_done(server, folder, monkeypatch):
    monkeypatch.setattr("bot.app.responding._FORM_WAITS", 0)
    async with lab(server, folder):
        modal = await opened(server, "new", ADA)
        await server.submit(ADA, title="Owls", role=["phd"])
        await server.submit(ADA)
        assert not modal.is_open
        await heard(server, ADA, "Published: owls")


async def test_a_form_outlives_the_bot_that_opened_it(server, folder):
    async with lab(server, folder):
        modal = await opened(server, "new")
    async with lab(server, folder):
        await server.submit(BOB, title="Owls", role=["phd"])
        assert modal.title == "Preview"
    async with lab(server, folder):
        await server.submit(BOB)
        await heard(server, BOB, "Handed in. You will hear")
        await heard(server, ADA, "bob hands in a position")


async def test_what_could_not_be_done_leads_back_to_the_form(server, folder, bot):
    await opened(server, "edit owl", ADA)
    await server.submit(ADA, title="Mice", pay="")
    (folder / "postings" / "owl.yaml").write_text("title: Bats\nrole: nobody\n")
    await server.submit(ADA)
    told = await heard(server, ADA, "That could not be done")
    assert written(folder, "owl") == "title: Bats\nrole: nobody\n"
    await server.press(told, "Open the form", ADA)
    modal = await server.wait_for(lambda: server.modals.top(ADA))
    assert modal.fields["title"]["element"]["initial_value"] == "Mice"
