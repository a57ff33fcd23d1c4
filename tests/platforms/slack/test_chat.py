"""Questions in Slack and their answers, by Socket Mode and by signed HTTP, through the real libraries."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest

from bot import config
from bot.app.responding import Responder
from bot.chat.request import FLOODED, LONGEST_TEXT
from bot.domain.message import Button, Line, Message
from bot.domain.notice import Notice
from bot.engine.board import Callboard
from bot.planning.wanted import announcement
from bot.platforms.slack.chat import read
from bot.web import Listener
from bot.wording.catalogue import wording
from tests.domain.build import instant
from tests.emulators.slack import Fault, drop_before, error, hang, status, too_many
from tests.platforms.answering import Everyone
from tests.platforms.conversing import HANDING_IN, SCRIPT, fill, handed_in, taking_postings
from tests.platforms.reading import CALENDAR, FORGOTTEN, check_calendars, following, opens, told
from tests.platforms.reading import SCRIPT as READING
from tests.platforms.slack.conftest import JOBS, make_slack
from tests.ports import free_port

NOW = instant("2027-04-01 12:00")
ADA, EMMY = "U0123", "U0456"  # English and German
CONFIG = """
timezone: Europe/Berlin
platforms:
  slack: {bot_token: xoxb-test-token, app_token: xapp-test-token}
channels:
  - {name: lab, platform: slack, address: C0123456789}
  - {name: labor, platform: slack, address: "#stellen", language: de}
"""


@pytest.fixture
def board(tmp_path):
    """Twenty positions: on page 1 `owl-1` to `owl-8`, and so on."""
    (tmp_path / "postings").mkdir()
    for number in range(1, 21):
        role = "phd" if number % 2 else "postdoc"
        text = f"title: Owls & <night> {number}\nrole: {role}\ndeadline: 2027-04-{number + 3:02}\n"
        text += f"url: https://lab.example/{number}\ntags: [C++]\n"
        (tmp_path / "postings" / f"owl-{number}.yaml").write_text(text)
    (tmp_path / "config.yaml").write_text(CONFIG)
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: NOW)
    board.read()
    assert not board.problems
    return board


class Front(Everyone):
    """What the bot gives to a platform."""

    def __init__(self, board: Callboard) -> None:
        self.board, self.responder, self.answered = board, Responder(board), []
        self.turns = []
        self.routes = Listener()

    async def answer(self, request, reader, syntax):
        self.answered.append(request)
        return await self.responder.answer(request, reader, syntax)

    async def turn(self, destination):
        self.turns.append(destination)


@pytest.fixture
def front(board):
    return Front(board)


async def until(true, seconds=20):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # logs and ports set no event
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(slack, front) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(slack.listen(front))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await slack.close()


@asynccontextmanager
async def by_socket(server, front, **other):
    async with running(make_slack(server, **other), front) as task:
        await server.wait_for(lambda: server.sockets)
        yield task


@asynccontextmanager
async def by_http(server, front):
    port = free_port()
    async with running(make_slack(server, mode="http", listen=f"127.0.0.1:{port}"), front) as task:
        server.http_target = f"http://127.0.0.1:{port}/slack/events"
        await until(lambda: task.done() or _is_open(port))
        yield task


def _is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=[by_socket, by_http], ids=["socket", "http"])
async def bot(request, server, front):
    """The bot, answering in each of the two ways."""
    async with request.param(server, front):
        yield


@pytest.fixture
async def bot_by_socket(server, front):
    async with by_socket(server, front) as task:
        yield task


@pytest.fixture
async def bot_by_http(server, front):
    async with by_http(server, front):
        yield


async def ask(server, text, **who):
    return await (await server.slash("/positions", text, **who)).answer()


async def replies(server, count=1):
    await server.wait_for(lambda: len(server.sent) >= count)
    assert len(server.sent) == count
    return server.sent[-1]


# ---------------------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Open positions: 20"),
        ("phd", "Open positions · PhD: 10"),
        ("show owl-7", "Apply by Saturday, 10 April 2027, 23:59 (Europe/Berlin, UTC+2)"),
        ("deadlines 7", "Deadlines within the next 7 days: 5"),
        ("deadlines 14 days", "Deadlines within the next 14 days: 12"),
        ("search night", "Open positions · “night”: 20"),
        ("help", "/positions show ID"),
        ("owls postdoc", "Open positions · Postdoc · “owls”: 10"),
        ("nachteule", "Nothing matches: “nachteule”."),
        ("show", "Which one? Write /positions show ID"),
        ("show owl-77", "Did you mean owl-17, owl-7, owl-1?"),
        ("deadlines soon", "“soon” is no number of days. Write /positions deadlines [days]"),
        ("search", "What shall I look for? Write /positions search words"),
        ("/positions phd", "10"),
        ("x" * 3000, "too long"),
    ],
)
async def test_the_command_answers(server, bot, text, expected):
    asked = await server.slash("/positions", text, channel=JOBS.address)
    answer = await asked.answer()
    assert expected in answer.shown
    assert (answer.how, answer.user, answer.message.shown_to) == ("response_url", ADA, ADA)
    assert asked.ack is None
    assert asked.url_uses == 1
    assert server.sent == []


async def test_the_ack_waits_for_nothing(server, bot, front):
    """Not for users.info, not for the response_url, not for the person's turn."""
    server.fail("*", hang(5), times=None)
    front.turn = lambda _: asyncio.sleep(60)
    commanded = await server.slash("/positions", "phd")
    mentioned = await server.mention("phd", channel=JOBS.address)
    assert max(commanded.acked_in, mentioned.acked_in) < 3  # Slack waits no longer
    server.heal()


async def test_an_answer_is_not_kept_back_by_a_slow_users_info(server, bot_by_socket):
    server.fail("users.info", hang(600))
    assert "10" in (await ask(server, "phd", user=EMMY)).shown  # it did not wait for that


async def test_text_as_slack_escapes_it_is_understood(server, bot):
    for text in (
        "C++ &amp; night",
        "*Owls* &amp; `night`",
        "<https://lab.example|night> owls",
        "<@U0456> owls",
        "<!here> 1",
        f"{'<' * 100} owls",
    ):
        assert "Nothing matches" not in (await ask(server, text)).shown, text
    answer = await ask(server, "zz &amp;lt; <!channel> &lt;b&gt;")
    assert "Nothing matches: “zz” · “lt” · “b”." in answer.shown


# ---------------------------------------------------------------------------- mentions and direct messages


async def test_a_mention_is_answered_in_its_thread(server, bot, front):
    asked = await server.mention("phd?", channel=JOBS.address)
    reply = await replies(server)
    assert reply.thread_ts == asked.payload["event"]["ts"]
    assert "10" in reply.shown
    assert (reply.params["unfurl_links"], reply.params["unfurl_media"], reply.metadata) == (False, False, None)
    assert front.turns == [JOBS]
    await server.mention("postdoc?", channel=JOBS.address, thread_ts=reply.thread_ts)
    assert (await replies(server, 2)).thread_ts == reply.thread_ts


async def test_a_direct_message_is_answered_there(server, bot):
    await server.direct_message("any PhD positions?")
    reply = await replies(server)
    assert reply.channel == server.channel(ADA).id
    assert reply.thread_ts is None
    assert "10" in reply.shown
    asked = await server.direct_message("postdoc", thread_ts=reply.ts)
    assert (await replies(server, 2)).thread_ts == asked.payload["event"]["thread_ts"]


async def test_what_is_written_with_a_file_is_a_question(server, bot):
    await server.direct_message("any PhD positions? my CV is attached", file="cv.pdf")
    assert "Open positions · PhD: 10" in (await replies(server)).shown
    await server.mention("phd?", channel=JOBS.address, file="cv.pdf")
    assert "Open positions · PhD: 10" in (await replies(server, 2)).shown


async def test_a_file_alone_gets_help(server, bot):
    await server.direct_message("", file="cv.pdf")
    assert "Ask me" in (await replies(server)).shown


@pytest.mark.parametrize("subtype", ["thread_broadcast", "me_message"])
async def test_whatever_a_person_writes_is_answered(server, bot, subtype):
    await server.direct_message("help")
    begun = await replies(server)
    thread = begun.ts if subtype == "thread_broadcast" else None
    await server.direct_message("phd", thread_ts=thread, subtype=subtype)
    reply = await replies(server, 2)
    assert "Open positions · PhD: 10" in reply.shown
    assert reply.thread_ts == thread


async def test_a_question_that_was_deleted_is_answered_all_the_same(server, bot_by_socket):
    await server.mention("phd", channel=JOBS.address, thread_ts="1795000000.000001")  # what it answers is gone
    reply = await replies(server)
    assert "Open positions · PhD: 10" in reply.shown
    assert reply.thread_ts is None


async def test_bots_edits_and_other_rooms_are_not_answered(server, bot):
    direct = server.channel(ADA).id
    message = {"type": "message", "channel": direct, "channel_type": "im", "user": ADA, "text": "phd", "ts": "1.1"}
    mention = {"type": "app_mention", "channel": JOBS.address, "user": ADA, "text": "<@U0BOT000001> phd", "ts": "1.1"}
    for event in (
        {**message, "bot_id": "B1"},
        {**message, "subtype": "bot_message"},
        {**message, "subtype": "channel_join"},
        {**message, "subtype": "file_share", "bot_id": "B1"},
        {**message, "subtype": "file_share", "edited": {"user": ADA, "ts": "1.2"}},
        {**message, "user": "USLACKBOT"},
        {"type": "message", "subtype": "message_replied", "channel": direct, "channel_type": "im", "ts": "1.1"},
        {"type": "message", "subtype": "message_changed", "channel": direct, "channel_type": "im", "ts": "1.1"},
        {"type": "message", "subtype": "message_deleted", "channel": direct, "channel_type": "im", "ts": "1.1"},
        {**message, "edited": {"user": ADA, "ts": "1.2"}},
        {**message, "channel_type": "channel", "channel": JOBS.address},
        {**mention, "bot_id": "B1"},
        {**mention, "edited": {"user": ADA, "ts": "1.2"}},
        {key: value for key, value in mention.items() if key != "user"},
    ):
        delivery = await server.event(event)
        assert delivery.acked_in is not None
    await server.direct_message("help")
    assert "Ask me" in (await replies(server)).shown


async def test_an_event_that_comes_again_is_answered_once(server, bot):
    first = await server.mention("phd", channel=JOBS.address)
    await server.redeliver(first)
    second = await server.direct_message("phd")
    await replies(server, 2)
    await server.redeliver(second)
    await server.direct_message("help")
    assert "Ask me" in (await replies(server, 3)).shown


# ---------------------------------------------------------------------------- buttons


async def test_paging_takes_the_lists_place(server, bot):
    first = await ask(server, "owls", channel=JOBS.address)
    assert first.buttons == [*"12345678", "Next ›", "✕ “owls”"]
    second = await (await server.press(first, "Next ›")).answer()
    assert first.message.replaced
    assert "Page 2 of 3" in second.shown
    third = await (await server.press(second, "Next ›")).answer()
    assert third.buttons == ["17", "18", "19", "20", "‹ Previous", "✕ “owls”"]
    again = await (await server.press(third, "‹ Previous")).answer()
    assert again.shown == second.shown
    assert {one.message.shown_to for one in (second, third, again)} == {ADA}


async def test_paging_in_a_channel_changes_the_reply(server, bot):
    await server.mention("owls", channel=JOBS.address)
    reply = await replies(server)
    await (await server.press(reply, "Next ›", user=EMMY)).answer()
    assert "Page 2 of 3" in reply.shown  # in the channel's language, whoever presses
    assert len(server.sent) == 1


async def test_a_number_shows_one_posting_beside_the_list(server, bot):
    listed = await ask(server, "owls", channel=JOBS.address)
    one = await (await server.press(listed, "3")).answer()
    assert "Owls & <night> 3" in one.shown
    assert one.message.shown_to == ADA
    assert not listed.message.replaced
    assert one.buttons == ["Advert"]
    pressed = await server.press(one, "Advert")
    assert pressed.acked_in is not None
    assert pressed.responses == []


async def test_a_number_in_a_thread_answers_the_one_who_pressed_it_there(server, bot):
    await server.mention("owls", channel=JOBS.address)
    reply = await replies(server)
    one = await (await server.press(reply, "1", user=EMMY)).answer()
    assert one.message.shown_to == EMMY
    assert one.payload["thread_ts"] == reply.thread_ts
    assert "Bewerbung bis" in one.shown  # in that person's language


async def test_a_number_in_a_direct_message_stays_there(server, bot):
    await server.direct_message("owls")
    reply = await replies(server)
    one = await (await server.press(reply, "2")).answer()
    assert one.message in server.channel(ADA).messages
    assert reply in server.channel(ADA).messages


async def test_a_command_in_a_direct_message_stays_private(server, bot):
    """Slash commands can be typed between two people as well: the other one sees nothing."""
    listed = await ask(server, "owls")
    one = await (await server.press(listed, "2")).answer()
    assert one.message.shown_to == ADA


async def test_a_posting_that_was_meant(server, bot):
    asked = await ask(server, "show owl-77")
    one = await (await server.press(asked, "owl-7")).answer()
    assert "Owls & <night> 7" in one.shown


async def test_an_unknown_button_gets_help(server, bot):
    await server.mention("owls", channel=JOBS.address)
    listed = await replies(server)
    for block in listed.blocks:
        for button in block["elements"]:
            if block["type"] == "actions" and button["text"]["text"] == "1":
                button["value"] = "from an older version"
    await (await server.press(listed, "1")).answer()
    assert "Ask me" in listed.shown


FORGED = ["positions.2 moved to evil.example", "position.1 owl-20", "help.1", "nonsense"]


@pytest.mark.parametrize("value", FORGED)
async def test_what_no_message_holds_was_not_pressed(server, bot, value):
    platform = make_slack(server)
    announced = Message((Line.of("New position"),), ((Button("Advert", url="https://lab.example/"),),))
    reference = await platform.send(JOBS, announced, "key")
    await platform.close()
    notice = next(one for one in server.channel(JOBS.address).messages if one.ts == reference.partition("/")[2])
    await server.mention("owls", channel=JOBS.address)
    listed = await replies(server, 2)
    pressed = [
        await server.press(notice, None, forged=value),
        await server.press(notice, "Advert", forged=value),
        await server.press(listed, "1", forged=value),
        await server.press(listed, None, forged=value),
    ]
    assert all(one.acked_in is not None for one in pressed)
    await server.direct_message("help")
    await replies(server, 3)
    assert [one.responses for one in pressed] == [[], [], [], []]
    assert (notice.shown, notice.edited, listed.edited) == ("New position\nAdvert", None, None)


async def test_what_is_sealed_for_one_person_in_one_place_holds_nowhere_else(server, bot):
    listed = await ask(server, "owls", channel=JOBS.address)
    elsewhere = await ask(server, "owls", user=EMMY)
    values = {
        button["text"]["text"]: button["value"]
        for block in elsewhere.message.blocks
        if block["type"] == "actions"
        for button in block["elements"]
    }
    for value in (values["1"], "position.1 owl-1", f"{'A' * 22} position.1 owl-1", values["1"][:-1] + "2", ""):
        answer = await (await server.press(listed, "1", forged=value or " ")).answer()
        assert answer.shown.startswith("That list is too old")
        assert answer.message.shown_to == ADA
        assert not listed.message.replaced
    assert "Owls & <night> 1" in (await (await server.press(listed, "1")).answer()).shown


async def test_whoever_floods_it_with_forged_presses_hears_no_word_to_each(server, bot, front):
    listed = await ask(server, "owls", channel=JOBS.address)
    front.verdicts = [None, None]
    pressed = [await server.press(listed, "1", forged="position.1 owl-1") for _ in range(2)]
    assert all(one.acked_in is not None for one in pressed)
    assert (await (await server.press(listed, "1", forged=" ")).answer()).shown.startswith("That list is too old")
    assert [one.responses for one in pressed] == [[], []]


async def test_a_button_whose_value_comes_escaped_is_the_same(server, bot):
    await server.mention("owls &amp; night", channel=JOBS.address)
    listed = await replies(server)
    assert "Page 1 of 3" in listed.shown
    await (await server.press(listed, "Next ›", forged="positions.2 owls &amp; night")).answer()
    assert "Page 2 of 3" in listed.shown
    alone = await ask(server, "owls &amp; night")
    (value,) = [
        button["value"]
        for block in alone.message.blocks
        if block["type"] == "actions"
        for button in block["elements"]
        if button["text"]["text"] == "Next ›"
    ]
    answer = await (await server.press(alone, "Next ›", forged=value.replace("&", "&amp;"))).answer()
    assert "Page 2 of 3" in answer.shown


async def test_a_seal_holds_after_a_restart(server, front):
    async with by_socket(server, front):
        listed = await ask(server, "owls")
    async with by_socket(server, front):
        assert "Owls & <night> 3" in (await (await server.press(listed, "3")).answer()).shown


async def test_an_announcement_is_never_changed_by_a_press(server, bot_by_socket, front):
    await server.mention("owls", channel=JOBS.address)
    shown = await replies(server)
    before = shown.shown
    front.notices = {("slack", f"{shown.channel}/{shown.ts}")}
    pressed = await server.press(shown, "Next ›")
    await server.direct_message("help")
    await replies(server, 2)
    assert pressed.responses == []
    assert shown.shown == before


async def test_the_button_under_an_announcement_reminds_who_presses_it_alone(server, board, bot, front):
    """Who has never written to the bot, too; once; and nothing of the announcement changes."""
    slack = make_slack(server)
    lab = board.config.channels[0]
    occasion = announcement(board.index.get("owl-7"), lab.schedule)
    words = wording("en").notice([Notice(occasion, lab.name)], NOW, lab)
    first = await slack.send(JOBS, words, "key")
    again = await slack.send(JOBS, words, "again", reply_to=first)  # also read in the channel
    announcements = list(server.sent)
    front.notices = {("slack", first), ("slack", again)}
    async with following(board, {"slack": slack}) as running:
        front.responder = running.responder
        for shown, user, holds in (
            (announcements[0], ADA, "I remind you in private:"),
            (announcements[0], EMMY, "Ich erinnere dich privat:"),
            (announcements[1], ADA, "You are reminded of it already."),
        ):
            before = shown.shown
            told = await (await server.press(shown, "Remind me", user)).answer()
            assert holds in told.shown
            assert (told.message.shown_to, told.message.thread_ts) == (user, None)
            assert (shown.shown, shown.buttons) == (before, announcements[0].buttons)
        people = {one.name: one for one in await running.ledger.followers.every()}
        assert {name: set(one.reminders) for name, one in people.items()} == {
            f"slack:{ADA}": {"owl-7"},
            f"slack:{EMMY}": {"owl-7"},
        }
        assert people[f"slack:{EMMY}"].destination.address == server.channel(EMMY).id
        forged = await server.press(announcements[0], None, EMMY, forged="remind.1 owl-8")
        await (await server.press(told, "Stop")).answer()
        assert forged.responses == []
        assert [set(one.reminders) for one in await running.ledger.followers.every()] == [set(), {"owl-7"}]
    assert len(server.sent) == 2


async def test_whoever_asks_too_much_is_told_once_and_then_not_heard(server, bot_by_socket, front):
    front.verdicts = [FLOODED, None, None, None]
    assert (await ask(server, "phd")).shown.startswith("Those were many questions at once.")
    silent = await server.slash("/positions", "phd")
    assert silent.acked_in is not None
    await server.mention("phd", channel=JOBS.address)
    await server.direct_message("phd")
    await server.direct_message("help")
    assert "Ask me" in (await replies(server)).shown
    assert silent.responses == []
    assert {reader.person for reader in front.readers} == {ADA}


# ---------------------------------------------------------------------------- languages


def users_asked(server):
    return [call.params["user"] for call in server.calls if call.method == "users.info"]


async def test_in_private_in_the_persons_language_which_is_asked_once(server, bot):
    assert "Offene Stellen: 20" in (await ask(server, "", user=EMMY)).shown
    assert "Open positions: 20" in (await ask(server, "", user=ADA)).shown
    await server.direct_message("hilfe", user=EMMY)
    assert "Was ist offen?" in (await replies(server)).buttons
    assert sorted(users_asked(server)) == [ADA, EMMY]


async def test_english_where_the_language_may_not_be_asked(server, bot):
    server.scopes.discard("users:read")
    assert "Open positions: 20" in (await ask(server, "", user=EMMY)).shown


async def test_a_language_that_could_not_be_asked_is_asked_again(server, bot_by_socket):
    server.fail("users.info", status(503))
    assert "Open positions: 20" in (await ask(server, "", user=EMMY)).shown
    assert "Offene Stellen: 20" in (await ask(server, "", user=EMMY)).shown


async def test_in_a_channel_in_the_channels_language(server, bot):
    server.add_channel("C_STELLEN", name="stellen")
    for count in (1, 2):
        await server.mention("", channel="#stellen")
        assert "Offene Stellen: 20" in (await replies(server, count)).shown
    await server.mention("", user=EMMY, channel=JOBS.address)
    assert "Open positions: 20" in (await replies(server, 3)).shown
    assert len([call for call in server.calls if call.method == "conversations.info"]) == 2
    assert users_asked(server) == []


# ---------------------------------------------------------------------------- trouble with answers


async def test_an_answer_that_was_surely_not_given_is_tried_again(server, bot_by_socket):
    no_wait = Fault("answer", status=429, body="", retry_after=0)
    server.fail("response_url", no_wait, no_wait)
    assert "10" in (await ask(server, "phd")).shown
    server.fail("chat.postMessage", no_wait, error("service_unavailable"))
    await server.direct_message("phd")
    await replies(server)


@pytest.mark.parametrize("fault", [status(500), drop_before, too_many(600), status(404)])
async def test_an_answer_that_cannot_be_given_is_logged_in_words(server, bot_by_socket, fault, caplog):
    server.fail("response_url", fault)
    await server.slash("/positions", "phd")
    await until(lambda: "an answer was not given" in caplog.text)
    assert "Traceback" not in caplog.text
    assert "/response/" not in caplog.text
    assert len([call for call in server.calls if call.method == "response_url"]) == 1
    assert "10" in (await ask(server, "phd")).shown


async def test_a_bug_in_an_answer_is_logged_and_the_next_one_is_given(server, bot, front, caplog):
    def fail(*_):
        raise KeyError("oops")

    front.answer, real = fail, front.answer
    assert (await server.slash("/positions", "phd")).acked_in is not None
    await until(lambda: "oops" in caplog.text)
    assert "Traceback" not in caplog.text
    front.answer = real
    assert "10" in (await ask(server, "phd")).shown


async def test_the_bots_own_log_stays_as_loud_as_it_was(server, front):
    own = logging.getLogger("callboard")
    own.setLevel(logging.NOTSET)
    async with by_socket(server, front):
        await ask(server, "phd")
        assert (own.level, own.handlers, own.disabled) == (logging.NOTSET, [], False)


async def test_nothing_of_the_libraries_is_logged_when_all_is_well(server, front, caplog, monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token)  # as the example config has it
    caplog.set_level(logging.INFO)
    async with by_socket(server, front):
        await ask(server, "phd")
        await server.event({"type": "member_joined_channel", "channel": JOBS.address, "user": ADA})
    assert [record.message for record in caplog.records] == ["answering in Slack by Socket Mode"]


# ---------------------------------------------------------------------------- Socket Mode


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "abrupt", "link_disabled"])
async def test_a_socket_that_ends_is_followed_by_another(server, bot_by_socket, reason):
    for links in (2, 3):
        await server.disconnect_sockets(reason)
        await server.wait_for(
            lambda n=links: len([c for c in server.calls if c.method == "link" and c.outcome == "ok"]) == n
        )
        await server.wait_for(lambda: server.sockets)
        assert "10" in (await ask(server, "phd")).shown
    assert not bot_by_socket.done()


async def test_the_next_socket_is_open_before_the_old_one_closes(server, bot_by_socket):
    await server.disconnect_sockets("warning")
    await server.wait_for(lambda: len(server.sockets) == 2)
    for _ in range(4):  # through either
        assert "10" in (await ask(server, "phd")).shown


async def test_a_socket_that_dies_in_silence_is_noticed(server, front, monkeypatch):
    monkeypatch.setattr("bot.platforms.slack.client.HEARTBEAT", 0.5)
    async with by_socket(server, front):
        first = server.sockets[0]
        server.silence_sockets()
        await server.wait_for(lambda: server.sockets and first not in server.sockets)
        assert "10" in (await ask(server, "phd")).shown


async def test_a_socket_outlives_the_time_that_a_request_may_take(server, front, monkeypatch):
    monkeypatch.setattr("bot.platforms.slack.client._SECONDS", 0.7)
    async with by_socket(server, front):
        first = server.sockets[0]
        await asyncio.sleep(1.2)
        assert server.sockets == [first]
        assert "10" in (await ask(server, "phd")).shown


@pytest.mark.parametrize(
    ("method", "faults"),
    [
        ("apps.connections.open", [drop_before, status(503), error("internal_error"), Fault("answer", body="<html>")]),
        ("link", [status(500), status(404)]),
    ],
)
async def test_a_network_that_is_away_at_the_start_is_waited_for(server, front, method, faults, caplog):
    server.fail(method, *faults)
    async with by_socket(server, front):
        assert "10" in (await ask(server, "phd")).shown
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == len(faults)
    assert all("no connection to Slack, tried again in" in record.message for record in warnings)
    assert "Traceback" not in caplog.text


async def test_a_network_that_goes_away_later_is_waited_for(server, bot_by_socket, caplog):
    server.fail("apps.connections.open", status(503), status(503))
    await server.disconnect_sockets("abrupt")
    await until(lambda: caplog.text.count("no connection to Slack") == 2)
    await server.wait_for(lambda: server.sockets)
    assert "10" in (await ask(server, "phd")).shown


@pytest.mark.parametrize("token", ["xapp-wrong-token", "xoxb-test-token"])
async def test_a_wrong_app_token_is_said_in_words_and_the_rest_goes_on(server, front, caplog, token):
    slack = make_slack(server, app_token=token)
    async with running(slack, front) as task:
        await asyncio.wait_for(task, 20)
        assert len(caplog.records) == 1
        assert "platforms.slack.app_token must be an app-level token (xapp-…)" in caplog.text
        assert "connections:write" in caplog.text
        assert token not in caplog.text
        assert await slack.send(JOBS, Message((Line.of("hello"),)), "key")


@pytest.mark.parametrize(("mode", "missing"), [("socket", "app_token"), ("http", "signing_secret")])
async def test_without_a_way_to_hear_it_says_so(server, front, caplog, mode, missing):
    async with running(make_slack(server, mode=mode, **{missing: None}), front) as task:
        await asyncio.wait_for(task, 20)
    assert f"platforms.slack.{missing} is not set" in caplog.text
    assert server.calls == []


async def test_odd_frames_do_not_end_the_socket(server, bot_by_socket):
    [first] = server.sockets
    for odd in ({"type": "new_kind"}, {"type": "hello"}):
        await first.ws.send_json(odd)
    assert "10" in (await ask(server, "phd")).shown
    assert server.sockets == [first]


# ---------------------------------------------------------------------------- HTTP mode


async def test_only_what_slack_has_signed_is_heard(server, bot_by_http, caplog):
    caplog.set_level(logging.INFO)
    asked = "command=%2Fpositions&text=phd&user_id=U0123&channel_id=C0123456789"
    now = int(server.now())
    for refused in (
        await server.http(asked, signed=False),
        await server.http(asked, signature="v0=" + "0" * 64),
        await server.http(asked, timestamp=now - 3600),
        await server.http(asked, timestamp=now + 3600),
        await server.http(asked, signature=server.sign(asked + "&text=other", now), timestamp=now),
    ):
        assert refused.status == 401
    assert caplog.text.count("wrong signature") == 1
    assert "platforms.slack.signing_secret" in caplog.text
    assert server.signing_secret not in caplog.text
    assert server.calls == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "-5"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "9" * 5000},  # of so many digits Python makes no number
        {"X-Slack-Signature": "v0=ä"},
        {"X-Slack-Signature": ""},
    ],
)
async def test_what_shows_no_signature_that_makes_sense_is_unauthorized(server, bot_by_http, headers, caplog):
    assert (await server.http("text=phd", headers=headers)).status == 401
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_request_that_somebody_sends_again_has_no_effect(server, bot_by_http, front, monkeypatch):
    hour = 3600 * int(server.now() // 3600)
    monkeypatch.setattr(server, "now", lambda: hour)
    monkeypatch.setattr("bot.platforms.slack.listening.time.time", lambda: hour)
    event = {"type": "message", "channel_type": "im", "channel": "D0123", "user": ADA, "text": "phd", "ts": "1.5"}
    sent = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    asked = "command=%2Fpositions&text=phd&user_id=U0123&channel_id=C0123456789"
    for body in (sent, asked):
        heard = len(front.answered)
        assert (await server.http(body)).status == 200
        await until(lambda heard=heard: len(front.answered) == heard + 1)
        for _ in range(3):
            again = await server.http(body)
            assert (again.status, again.body) == (200, "")
    assert (await server.http(asked.replace("phd", "postdoc"))).status == 200
    await until(lambda: len(front.answered) == 3)
    hour += 301  # it is not fresh any more, and need not be remembered
    assert (await server.http(asked, timestamp=hour - 301)).status == 401
    assert (await server.http(asked)).status == 200
    await until(lambda: len(front.answered) == 4)


@pytest.mark.parametrize(
    "body",
    [
        f"payload={quote(json.dumps({'type': 'block_actions', 'user': {'id': 'U0123'}, 'actions': [True]}))}",
        f"payload={quote(json.dumps({'type': 'block_actions', 'user': {'id': 'U0123'}, 'actions': 7}))}",
        {"type": "event_callback", "event_id": "Ev1", "event": [{"type": "message"}]},
    ],
)
async def test_what_slack_has_signed_and_nobody_can_read_is_no_fault_of_the_server(server, bot_by_http, body):
    assert (await server.http(body)).status == 400


async def test_rubbish_is_refused_without_a_traceback(server, bot_by_http, caplog):
    for body, headers in (
        ("{", {}),
        ("payload=%7B", {}),
        ("x", {"Content-Type": "text/plain; charset=no-such"}),
    ):
        assert (await server.http(body, headers=headers)).status >= 400
    assert "Traceback" not in caplog.text
    assert "10" in (await ask(server, "phd")).shown


async def test_slack_may_check_the_address(server, bot_by_http):
    answer = await server.http({"type": "url_verification", "challenge": "3eZbrw1a", "token": "legacy"})
    assert answer.status == 200
    assert "3eZbrw1a" in answer.body


async def test_a_taken_port_is_said_in_words_and_waited_for(server, front, caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with running(make_slack(server, mode="http", listen=f"127.0.0.1:{port}"), front):
            await until(lambda: "address already in use" in caplog.text)
            assert "nobody is answered in Slack" in caplog.text
            assert "Traceback" not in caplog.text
            taken.close()
            await until(lambda: _is_open(port))
            server.http_target = f"http://127.0.0.1:{port}/slack/events"
            assert "10" in (await ask(server, "phd")).shown


async def test_a_command_that_has_another_name_in_this_workspace_is_answered_as_well(server, bot):
    assert "10" in (await (await server.slash("/our-positions", "phd")).answer()).shown


@pytest.mark.parametrize("markup", ["<@U0123>", "<", "<a|", "&lt;"])
def test_a_text_is_cut_before_anything_is_looked_for_in_it(markup):
    begun = markup * (LONGEST_TEXT // len(markup))
    assert read(begun + "x" * 20_000 + " owls") == read((begun + "x" * 20_000)[:LONGEST_TEXT])
    assert read("<@U0123>" * LONGEST_TEXT + " owls") == read("")


# --- Conversations


async def test_a_conversation_builds_on_the_answer_before(server, board, bot, tmp_path):
    fill(board, tmp_path / "postings")
    for number, (text, line, holds) in enumerate(SCRIPT, 1):
        await server.direct_message(text)
        shown = (await replies(server, number)).shown
        assert line in shown, text
        assert holds in shown, text


async def test_a_position_is_handed_in_by_a_dialogue(server, board, bot, front, tmp_path):
    async with taking_postings(board, f"slack:{ADA}") as responder:
        front.responder = responder
        for number, (text, holds) in enumerate(HANDING_IN, 1):
            await server.direct_message(text)
            assert holds in (await replies(server, number)).shown, text
    assert handed_in(tmp_path / "postings") is True


async def test_a_reader_follows_and_hears_in_private(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    async with following(board, {"slack": make_slack(server)}) as running:
        front.responder = running.responder
        for number, (text, holds) in enumerate(READING, 1):
            await server.direct_message(text)
            assert holds in (await replies(server, number)).shown, text
        await running.tick()
        opens(tmp_path / "postings")
        await running.tick()
        assert await told(running) == [(f"slack:{ADA}", "herons", "announcement")]
        assert "Herons" in server.sent[-1].shown
        [follower] = await running.ledger.followers.every()
        assert server.sent[-1].channel == follower.destination.address
        for number, (text, holds) in enumerate(FORGOTTEN, len(server.sent) + 1):
            await server.direct_message(text)
            assert holds in (await replies(server, number)).shown, text
        opens(tmp_path / "postings", "swans")
        await running.tick()
        await running.tick()
        assert await told(running) == []


async def test_a_reader_is_given_calendars_as_files(server, board, bot, front, tmp_path, caplog):
    fill(board, tmp_path / "postings")
    async with following(board, {"slack": make_slack(server)}) as running:
        front.responder = running.responder
        for number, (text, holds) in enumerate(CALENDAR, 1):
            await server.direct_message(text)
            assert holds in (await replies(server, number)).shown, text
        await server.wait_for(lambda: len(server.files.shared) == 3)
        check_calendars([(one.name, one.body) for one in server.files.shared])
        assert {one.channel for one in server.files.shared} == {server.channel(ADA).id}
        assert (await ask(server, "calendar doves", channel=JOBS.address)).shown == "I have written to you in private."
        assert server.files.shared[3].body == server.files.shared[1].body
        assert server.files.shared[3].channel == server.channel(ADA).id
        server.scopes.discard("files:write")
        await server.direct_message("calendar doves")
        told = (await replies(server, len(CALENDAR) + 3)).shown
        assert told.startswith("I cannot send files here")
        assert "Doves" in told
        assert "the app lacks the scope files:write; add it under OAuth & Permissions" in caplog.text


async def test_who_follows_before_others_is_answered_in_private(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    async with following(board, {"slack": make_slack(server)}) as running:
        front.responder = running.responder
        await server.mention("follow phd in Rostock", channel=JOBS.address)
        await replies(server, 2)
        private, public = server.sent
        assert public.shown == "I have written to you in private."
        assert "PhD · Rostock" in private.shown
        assert private.channel != JOBS.address
        assert "PhD · Rostock" in (await ask(server, "following", channel=JOBS.address)).shown


async def test_who_begins_to_follow_has_the_zone_and_the_language_of_their_own_slack(server, board, bot, front):
    server.add_user("U0KIM", name="kim", locale="de-DE", tz="America/New_York")
    async with following(board, {"slack": make_slack(server)}) as running:
        front.responder = running.responder
        told = (await ask(server, "remind owl-1 1d", user="U0KIM", channel=JOBS.address)).shown
        assert "09:00 (America/New_York" in told
        [one] = await running.ledger.followers.every()
        assert (one.preferences.language, one.preferences.timezone) == ("de", "America/New_York")


async def test_a_thread_and_a_person_have_a_conversation_of_their_own(server, board, bot, tmp_path):
    fill(board, tmp_path / "postings")
    await server.mention("phd", channel=JOBS.address)
    await replies(server)
    await server.mention("postdoc", channel=JOBS.address, user=EMMY)
    await replies(server, 2)
    thread = server.sent[0].thread_ts
    await server.mention("and in Rostock?", channel=JOBS.address, thread_ts=thread)
    assert "PhD · Rostock" in (await replies(server, 3)).shown
    await server.mention("and in Rostock?", channel=JOBS.address, user=EMMY, thread_ts=thread)
    assert "PhD" not in (await replies(server, 4)).shown.splitlines()[0]
