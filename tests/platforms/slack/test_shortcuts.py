"""Shortcuts in Slack: "Remind me" below any message, and handing in a position from anywhere."""

import sqlite3
from contextlib import asynccontextmanager, closing

import pytest

from tests.domain.build import instant
from tests.emulators.slack import Message, error
from tests.listening import listening
from tests.platforms.slack.conftest import JOBS
from tests.platforms.slack.test_chat import until
from tests.platforms.whole import whole_bot
from tests.ports import free_port

NOW = instant("2027-04-01 12:00")
BOB, EMMY = "U0BOB", "U0456"  # English and German
CONFIG = """
timezone: Europe/Berlin
settle: 0s
reminders: [7d, 1d]
platforms:
  slack: {{bot_token: {0.bot_token}, app_token: {0.app_token}, signing_secret: {0.signing_secret}, api_url: "{0.url}",
    mode: {1}, listen: "{2}"}}
channels: [{{name: lab, platform: slack, address: C0123456789}}]
submissions: {{from: members}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "postings").mkdir()
    return tmp_path


def write(folder, name, text="", day=10):
    lines = f"title: {name.title()} <!channel>\nrole: phd\ndeadline: 2027-05-{day:02}\n{text}"
    (folder / "postings" / f"{name}.yaml").write_text(lines)


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
        await server.wait_for(lambda: server.sent)
        await until(lambda: not on_the_wire(folder))
        yield clock


def on_the_wire(folder):
    """Notices that have left, but of which the ledger does not know yet where they stand."""
    with closing(sqlite3.connect(folder / "callboard.db")) as database:
        return database.execute("SELECT key FROM notices WHERE reference IS NULL").fetchall()


async def opened(server, user=BOB):
    return await server.wait_for(lambda: server.modals.top(user))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_below_an_announcement_it_sets_a_reminder_and_tells_who_asked_alone(server, folder, mode):
    write(folder, "owls")
    async with lab(server, folder, mode):
        [announcement] = server.sent
        told = await (await server.shortcut("remind", announcement, user=BOB)).answer()
        assert told.message.shown_to == BOB
        assert "Owls <!channel>" in told.shown
        assert "• Monday, 3 May 2027" in told.shown
        assert "• Sunday, 9 May 2027" in told.shown
        following = await (await server.slash("/positions", "following", user=BOB)).answer()
        assert "Owls <!channel>: 7d, 1d" in following.shown
        pressed = await server.press(told, "Stop")
        assert "do not remind you" in (await pressed.answer()).shown
        assert len(server.sent) == 1


async def test_it_speaks_the_language_of_who_asks(server, folder):
    write(folder, "owls")
    async with lab(server, folder):
        told = await (await server.shortcut("remind", server.sent[0], user=EMMY)).answer()
        assert "Ich erinnere dich" in told.shown


async def test_of_a_digest_it_asks_which_one_and_when(server, folder):
    for number in range(1, 8):
        write(folder, f"owl-{number}", day=number + 10)
    async with lab(server, folder):
        [digest] = server.sent
        await server.shortcut("remind", digest, user=BOB)
        form = await opened(server)
        options = form.fields["posting"]["element"]["options"]
        assert [option["text"]["text"] for option in options] == [f"Owl-{n} <!channel>" for n in range(1, 8)]
        assert form.fields["leads"]["element"]["initial_value"] == "7d 1d"
        await server.submit(BOB, posting="owl-3", leads="soon")
        assert form.errors["leads"].startswith("I do not understand “soon”.")
        await server.submit(BOB, posting="owl-3", leads="2d, 3h")
        told = await server.wait_for(lambda: server.messages(BOB))
        assert "Owl-3 <!channel>" in told[0].shown
        assert "• Tuesday, 11 May 2027" in told[0].shown


async def test_where_no_form_can_be_opened_buttons_ask_which_one(server, folder):
    for number in range(1, 8):
        write(folder, f"owl-{number}", day=number + 10)
    async with lab(server, folder):
        server.fail("views.open", error("expired_trigger_id"))
        told = await (await server.shortcut("remind", server.sent[0], user=BOB)).answer()
        assert "Of which one shall I remind you?" in told.shown
        pressed = await server.press(told, "2")
        assert "Owl-2 <!channel>" in (await pressed.answer()).shown


async def test_a_message_that_only_reads_like_one_is_none(server, folder):
    write(folder, "owls")
    async with lab(server, folder):
        [announcement] = server.sent
        room = server.channel(JOBS.address)
        copied = Message(room.id, server._ts(), announcement.text, BOB, announcement.blocks, announcement.metadata)
        room.messages.append(copied)
        told = await (await server.shortcut("remind", copied, user=BOB)).answer()
        assert told.shown.startswith("I know nothing of that message.")
        other = server.add_channel("C0OTHER", name="other")
        forged = await server.shortcut("remind", announcement, user=BOB, channel=other.id)
        assert (await forged.answer()).shown.startswith("I know nothing of that message.")
        answer = await (await server.slash("/positions", "following", user=BOB)).answer()
        assert "You follow nothing" in answer.shown


async def test_another_workspace_is_not_answered(server, folder):
    write(folder, "owls")
    async with lab(server, folder):
        [announcement] = server.sent
        foreign = await server.shortcut("remind", announcement, user=BOB, team="T0OTHERLAB")
        await server.shortcut("new", user=BOB, team="T0OTHERLAB")
        await (await server.shortcut("remind", announcement, user=EMMY)).answer()
        assert not foreign.responses
        assert not server.modals.all


async def test_a_position_is_handed_in_from_anywhere_by_whoever_may(server, folder):
    write(folder, "owls")
    server.add_user("U0GUEST", name="guest", is_restricted=True)
    async with lab(server, folder):
        await server.shortcut("new", user=BOB)
        assert (await opened(server)).title == "New position"
        await server.submit(BOB, title="Bats", role=["phd"])
        assert (await opened(server)).title == "Preview"
        await server.shortcut("new", user="U0GUEST")
        assert (await opened(server, "U0GUEST")).text == "Only members of the lab hand in positions here."
