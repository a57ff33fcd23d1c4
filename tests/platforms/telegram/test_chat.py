"""People ask in Telegram and are answered: the server is emulated, the answers are the bot's own."""

import asyncio
import json
import re
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot import config
from bot.app.attending import Attending
from bot.app.responding import Responder
from bot.chat.commands import menu as offered
from bot.chat.request import FLOODED, TOO_OLD, Request
from bot.config.settings import Web
from bot.domain.message import Button, Line, Message, Span
from bot.domain.person import Rank
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.ownership import Ownership
from bot.platforms.telegram import chat
from bot.platforms.telegram.rendering import callback_data
from tests.domain.build import instant
from tests.emulators.telegram import (
    Fault,
    User,
    drop_after,
    drop_before,
    hang,
    malformed,
    status,
    too_many,
    unauthorized,
)
from tests.platforms.answering import Everyone
from tests.platforms.conversing import HANDING_IN, SCRIPT, fill, handed_in, taking_postings
from tests.platforms.reading import CALENDAR, FORGOTTEN, check_calendars, following, opens, told
from tests.platforms.reading import SCRIPT as READING
from tests.platforms.telegram.conftest import CHANNEL, FORUM, GERMAN, GROUP, PERSON

NOW = instant("2027-04-01 08:00")
CONFIG = """
registry: postings
timezone: Europe/Berlin
when_empty: Nothing is open right now.
platforms:
  telegram: {token: "123456:TEST-TOKEN"}
channels:
  - {name: lab, platform: telegram, address: "@Lab_Jobs", language: de}
"""
OWLS = """
title: Owls at night
role: phd
group: Night Lab
location: Tübingen
deadline: 2027-04-05
url: https://lab.example/owls
apply: https://lab.example/apply
description: "We **listen** to owls."
"""
BATS = "title: Bats in the attic\nrole: postdoc\ngroup: Night Lab\ndeadline: 2027-06-30\n"
MANY = 20


@pytest.fixture
def board(tmp_path):
    folder = tmp_path / "postings"
    folder.mkdir()
    (folder / "owls.yaml").write_text(OWLS, "utf-8")
    (folder / "bats.yaml").write_text(BATS, "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: NOW)
    board.read()
    return board


class Front(Everyone):
    """What the adapter is given: the board's answers, and turns that can be held back."""

    def __init__(self, board):
        responder = Responder(board)
        self.answer, self.cards = responder.answer, responder.cards
        self.turns = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.ownership, self.doubts = Ownership(), 0
        self.ownership.update({"telegram"})
        self.while_it_sends = self.ownership.during

    def sends(self, platform):
        return platform in self.ownership

    def look_who_sends(self):
        self.doubts += 1

    async def turn(self, destination):
        self.turns.append(destination)
        await self.gate.wait()


@pytest.fixture
def front(board):
    return Front(board)


@asynccontextmanager
async def listening(telegram, front):
    task = asyncio.create_task(telegram.listen(front))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def no_long_wait_for_albums(monkeypatch):
    monkeypatch.setattr(chat, "ALBUM_SECONDS", 0.1)


@pytest.fixture
async def bot(server, telegram, front):
    """The adapter, while it listens."""
    async with listening(telegram, front) as task:
        await polls(server)
        yield telegram
        assert not task.done()


async def polls(server, times=1):
    await server.wait_for(lambda: sum(call.method == "getUpdates" for call in server.calls) >= times)


async def answer(server, chat, text, **given):
    """What the bot says to this."""
    before = len(server.sent)
    asked = server.say(chat, text, **given)
    await server.wait_for(lambda: len(server.sent) > before)
    message = server.sent[-1]
    assert message.chat is asked.chat
    return message


async def silence(server, chat):
    """Nothing that was said before this is answered."""
    before = len(server.sent)
    message = await answer(server, chat, "/help")
    assert server.sent[before:] == [message]


async def settled(server, query):
    await server.wait_for(lambda: query.answer is not None)
    return query.answer


# --- Commands and free words in private


@pytest.mark.parametrize(
    ("said", "first_line", "ids"),
    [
        ("/positions", "Open positions: 2", "owls bats"),
        ("/POSITIONS  night", "Open positions · “night”: 2", "owls bats"),
        ("/positions@callboard_bot night", "Open positions · “night”: 2", "owls bats"),
        ("/deadlines 7", "Deadlines within the next 7 days: 1", "owls"),
        ("/search nihgt", "Open positions · “nihgt”: 2", "owls bats"),
        ("any positions in the night?", "Open positions · “night”: 2", "owls bats"),
        ("@callboard_bot night", "Open positions · “night”: 2", "owls bats"),
    ],
)
async def test_lists(server, bot, said, first_line, ids):
    message = await answer(server, PERSON, said)
    assert message.text.splitlines()[0] == first_line
    asked = [button["callback_data"] for button in message.buttons]
    shown = [f"position.1 {name}" for name in ids.split()]
    assert asked[: len(shown)] == shown
    taken_away = ["✕ “" + first_line.split("“")[1].split("”")[0] + "”"] if "“" in first_line else []
    assert message.labels == [*(str(number) for number in range(1, len(shown) + 1)), *taken_away]


@pytest.mark.parametrize(
    "said", ["/positions phd", "/search listen", "any PhD positions?", "-postdoc", "night ohne Postdoc"]
)
async def test_one_match_is_shown_in_full(server, bot, said):
    found = await answer(server, PERSON, said)
    shown = await answer(server, PERSON, "/position owls")
    assert found.text.endswith("\n\n" + shown.text)
    assert found.buttons[: len(shown.buttons)] == shown.buttons
    assert all(label.startswith("✕ ") for label in found.labels[len(shown.buttons) :])


async def test_nothing_is_one_line_and_a_button_that_leads_on(server, bot):
    message = await answer(server, PERSON, "/positions biology")
    assert message.text == "Nothing matches: “biology”."
    server.press(PERSON, message.message_id, "What is open?")
    await server.wait_for(lambda: message.edited)
    assert message.text.splitlines()[0] == "Open positions: 2"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("thanks!", "You are welcome."),
        ("danke", "Gern geschehen."),
        ("👍", "All right."),
        ("Tschüss", "Auf Wiedersehen"),
    ],
)
async def test_a_courtesy_is_returned_in_a_line(server, bot, said, told):
    message = await answer(server, PERSON, said)
    assert message.text.startswith(told)
    assert "\n" not in message.text


async def test_one_position_in_full(server, bot):
    message = await answer(server, PERSON, "/position owls")
    assert message.text.startswith("Owls at night\n⏳ Apply by Monday, 5 April 2027, 23:59 (Europe/Berlin, UTC+2)")
    assert "We listen to owls." in message.text
    assert message.marked("bold")[-1] == "listen"
    assert message.marked("date_time") == ["Mon, 5 Apr 2027, 21:59 UTC"]
    assert [(button["text"], button["url"]) for button in message.buttons] == [
        ("Advert", "https://lab.example/owls"),
        ("Apply", "https://lab.example/apply"),
    ]
    assert message.preview == {"is_disabled": True}


@pytest.mark.parametrize("said", ["/help", "/start", "/start owls", "/help@callboard_bot", "help"])
async def test_help(server, bot, said):
    message = await answer(server, PERSON, said)
    assert message.marked("code") == [
        "/positions [query]",
        "/position ID",
        "/deadlines [days]",
        "/search words",
        "/follow [query]",
        "/unfollow [query, number, all]",
        "/following",
        "/remind ID [lead…]",
        "/calendar [ID or query]",
        "/settings [key value]",
        "/mydata",
        "/forget [yes]",
        "/help",
    ]
    assert message.labels == ["What is open?"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/nonsense", "I do not know /nonsense."),
        ("/positons phd", "Did you mean /positions [query]?"),
        ("/", "/help"),
        ("/position", "Which one?"),
        ("/position nobody", "There is no position called “nobody”."),
        ("/deadlines soon", "“soon” is no number of days."),
        ("/search", "What shall I look for?"),
        ("🦉" * 2048, "too long"),
        ("/positions@other_bot", "Open positions: 2"),
    ],
)
async def test_whatever_is_said_in_private_is_answered(server, bot, said, told):
    assert told in (await answer(server, PERSON, said)).text


async def test_german_is_spoken_with_those_who_speak_it(server, bot):
    message = await answer(server, GERMAN, "/positions Doktorand oder Postdoc")
    assert message.text.startswith("Offene Stellen · Promotion oder Postdoc: 2\n")
    for code, first in (("de-AT", "Offene"), ("fr", "Open"), (None, "Open")):
        person = server.add_user(5000 + ord((code or "x")[0]), "Kim", language_code=code)
        assert (await answer(server, person.id, "/positions")).text.startswith(first)


async def test_a_private_answer_does_not_quote(server, bot):
    message = await answer(server, PERSON, "/positions")
    assert message.reply_to is None
    assert message.thread is None


# --- What comes with a file, or is one


@pytest.mark.parametrize("sent", ["document", "photo", "voice", "video", "animation", "audio"])
async def test_what_is_written_with_a_file_is_a_question(server, bot, sent):
    message = await answer(server, PERSON, "any postdoc positions?", sent=sent)
    assert "Bats in the attic" in message.text
    assert (await answer(server, PERSON, "/deadlines 7", sent=sent)).text.startswith("Deadlines within")


@pytest.mark.parametrize("sent", ["document", "photo", "voice", "video_note", "sticker", "location", "contact", "dice"])
async def test_a_file_without_words_gets_help_in_private(server, bot, sent):
    assert (await answer(server, PERSON, "", sent=sent)).marked("code")[0] == "/positions [query]"


@pytest.mark.parametrize(
    "sent", ["pinned_message", "new_chat_members", "new_chat_title", "message_auto_delete_timer_changed"]
)
async def test_what_telegram_itself_says_is_not_answered(server, bot, sent):
    server.say(PERSON, "", sent=sent)
    await silence(server, PERSON)


async def test_in_a_group_a_file_is_a_question_only_when_it_is_for_the_bot(server, bot):
    server.privacy = False
    for said in ("", "our poster", "phd?"):
        server.say(GROUP, said, sent="photo")
    await silence(server, GROUP)
    for said in ("/positions postdoc", "@callboard_bot postdoc?"):
        message = await answer(server, GROUP, said, sent="document")
        assert "Bats in the attic" in message.text


async def test_an_album_is_answered_once(server, bot, monkeypatch):
    server.say(PERSON, "", sent="document", album="1")
    message = await answer(server, PERSON, "postdoc?", sent="document", album="1")
    server.say(PERSON, "", sent="document", album="1")
    assert "Bats in the attic" in message.text
    message = await answer(server, PERSON, "", sent="photo", album="2")
    server.say(PERSON, "", sent="photo", album="2")
    assert message.marked("code")[0] == "/positions [query]"
    await asyncio.sleep(3 * chat.ALBUM_SECONDS)  # so long an answer would wait
    await silence(server, PERSON)


async def test_an_edited_caption_is_not_answered(server, bot):
    asked = server.say(PERSON, "/positions", sent="document")
    await server.wait_for(lambda: server.sent)
    server.rewrite(PERSON, asked.message_id, "/positions phd")
    await silence(server, PERSON)


# --- Groups


async def test_a_group_is_answered_in_its_channels_language_to_the_message_that_asked(server, bot):
    message = await answer(server, GROUP, "/positions night", user=server.users[PERSON])
    assert message.text.startswith("Offene Stellen")
    assert message.reply_to == server.chat(GROUP).messages[0].message_id


async def test_a_question_that_was_deleted_is_answered_all_the_same(server, bot, front):
    front.gate.clear()
    asked = server.say(GROUP, "/positions phd")
    await server.wait_for(lambda: front.turns or None)
    server.delete(GROUP, asked.message_id)
    front.gate.set()
    await server.wait_for(lambda: server.sent)
    assert server.sent[0].reply_to is None


@pytest.mark.parametrize(
    "said",
    ["@callboard_bot postdoc", "@Callboard_Bot: postdoc", "hello @callboard_bot, postdoc?", "postdoc @callboard_bot"],
)
async def test_a_mention_in_a_group_is_a_question(server, bot, said):
    server.privacy = False  # the emulator's rule about mentions minds capitals, Telegram's does not
    message = await answer(server, GROUP, said)
    assert "Bats in the attic" in message.text
    assert "callboard_bot" not in message.text


async def test_a_mention_without_a_question_gets_help(server, bot):
    assert (await answer(server, GROUP, "@callboard_bot")).marked("code")[-1] == "/help"


@pytest.mark.parametrize(
    "said",
    ["/positions@other_bot", "/nonsense", "/nonsense@other_bot", "@other_bot phd", "@callboard_bots phd", "phd?", "/"],
)
async def test_what_is_not_for_the_bot_is_left_alone(server, bot, said):
    server.privacy = False
    server.say(GROUP, said)
    await silence(server, GROUP)


async def test_an_unknown_command_that_names_the_bot_is_answered(server, bot):
    assert "/nonsense" in (await answer(server, GROUP, "/nonsense@callboard_bot")).text


async def test_an_answer_in_a_forum_stays_in_its_topic(server, bot):
    message = await answer(server, FORUM, "/positions", thread=17)
    assert (message.thread, message.text.splitlines()[0]) == (17, "Open positions: 2")
    server.press(FORUM, message.message_id, "1")
    await server.wait_for(lambda: len(server.sent) == 2)
    assert server.sent[1].thread == 17
    assert (await answer(server, FORUM, "/positions")).thread is None


async def test_an_answer_to_a_reply_in_a_plain_group_has_no_topic(server, bot):
    first = server.say(GROUP, "Who knows?")
    message = await answer(server, GROUP, "/positions", reply_to=first.message_id)
    assert message.thread is None


async def test_posts_of_a_channel_are_not_answered(server, bot):
    server.say(CHANNEL, "/positions")
    await silence(server, PERSON)


async def test_other_bots_are_not_answered_but_anonymous_administrators_are(server, bot):
    other = User(77, "Echo", username="echo_bot", is_bot=True)
    server.privacy = False
    server.say(GROUP, "/positions", user=other)
    await silence(server, GROUP)
    anonymous = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
    said = server._add(server.chat(GROUP), "/positions", sender=anonymous).json()
    said["sender_chat"] = server.chat(GROUP).json()
    server._push("message", said | {"is_automatic_forward": True})
    await silence(server, PERSON)
    server._push("message", said)
    await server.wait_for(lambda: server.sent[-1].chat.id == GROUP and server.sent[-1].labels == ["1", "2"])


async def test_edited_messages_are_ignored(server, bot):
    asked = server.say(PERSON, "/positions")
    await server.wait_for(lambda: server.sent)
    server.rewrite(PERSON, asked.message_id, "/positions phd")
    await silence(server, PERSON)


# --- Buttons


@pytest.fixture
def many(board, tmp_path):
    for number in range(MANY):
        (tmp_path / "postings" / f"p{number:02}.yaml").write_text(f"title: Topic {number}\nrole: thesis\n", "utf-8")
    board.read()


async def test_pages_are_turned_in_place(server, many, bot):
    message = await answer(server, PERSON, "/positions thesis")
    assert message.labels == [*"12345678", "Next ›", "✕ Thesis"]
    query = server.press(PERSON, message.message_id, "Next ›")
    await server.wait_for(lambda: message.edited)
    assert await settled(server, query) == {"show_alert": False}
    assert message.text.splitlines()[2].startswith("9. Topic 8")
    assert message.labels == ["9", *(str(number) for number in range(10, 17)), "‹ Previous", "Next ›", "✕ Thesis"]
    server.press(PERSON, message.message_id, "Next ›")
    await server.wait_for(lambda: "Page 3 of 3" in message.text)
    assert message.labels == ["17", "18", "19", "20", "‹ Previous", "✕ Thesis"]
    assert message.preview == {"is_disabled": True}
    assert len(server.sent) == 1


async def test_a_page_pressed_twice_is_turned_once(server, many, bot):
    message = await answer(server, PERSON, "/positions thesis")
    first, second = (server.press(PERSON, message.message_id, "Next ›") for _ in range(2))
    await settled(server, first)
    await settled(server, second)
    await silence(server, PERSON)
    assert "Page 2 of 3" in message.text


async def test_a_number_shows_a_posting_below(server, bot):
    message = await answer(server, GERMAN, "/positions")
    query = server.press(GERMAN, message.message_id, "1")
    await server.wait_for(lambda: len(server.sent) == 2)
    assert query in server.queries
    assert query.answer is not None
    assert server.sent[1].text.startswith("Owls at night\n⏳ Bewerb")
    assert not message.edited


async def test_a_name_that_was_nearly_right_is_a_button(server, bot):
    message = await answer(server, PERSON, "/position owlz")
    server.press(PERSON, message.message_id, "owls")
    await server.wait_for(lambda: len(server.sent) == 2)
    assert server.sent[1].text.startswith("Owls at night")


async def test_buttons_with_long_requests_are_remembered_for_a_while(server, many, bot, telegram):
    words = "thesis " + "topic " * 30
    message = await answer(server, PERSON, f"/positions {words}")
    data = message.buttons[message.labels.index("Next ›")]["callback_data"]
    assert data.startswith("…")
    server.press(PERSON, message.message_id, "Next ›")
    await server.wait_for(lambda: "Page 2 of 3" in message.text)
    telegram._long.clear()  # as after a restart
    query = server.press(PERSON, message.message_id, "Next ›")
    assert await settled(server, query) == {
        "text": "That list is too old; please ask again.",
        "show_alert": True,
    }
    assert "Page 2 of 3" in message.text


def turns_to(number):
    """A message with one button, whose request is too long for it."""
    request = Request("positions", f"{'x' * 60}{number}").text
    return Message((), ((Button("Next", request=request),),)), callback_data(request)


async def test_no_more_long_requests_are_remembered_than_need_be(telegram):
    for number in range(1100):
        telegram._remember(turns_to(number)[0])
    assert len(telegram._long) == 1000
    assert telegram.request_of(turns_to(1099)[1]) == Request("positions", "x" * 60 + "1099")
    assert telegram.request_of(turns_to(99)[1]) is None


async def test_a_button_of_a_message_that_telegram_no_longer_shows(server, bot):
    message = await answer(server, GERMAN, "/positions")
    query = server.press(GERMAN, message.message_id, "1")
    server._updates[-1]["callback_query"]["message"] |= {"date": 0}  # Bot API: InaccessibleMessage
    assert await settled(server, query) == {
        "text": "Diese Liste ist zu alt; bitte frag noch einmal.",
        "show_alert": True,
    }


async def test_a_button_that_waited_too_long_is_answered_all_the_same(server, bot):
    message = await answer(server, PERSON, "/positions")
    server.query_seconds = -1
    server.press(PERSON, message.message_id, "1")
    await server.wait_for(lambda: len(server.sent) == 2)
    server.fail("answerCallbackQuery", drop_before())
    server.press(PERSON, message.message_id, "2")
    await server.wait_for(lambda: len(server.sent) == 3)


FORGED = ["positions.1 moved to evil.example", "position.1 draft", "help.1", "deadlines.1 30", "…", ""]


@pytest.mark.parametrize("data", FORGED)
async def test_what_no_keyboard_holds_was_not_pressed(server, bot, telegram, data):
    await answer(server, PERSON, "/start")
    announced = Message((Line.of("New position"),), ((Button("Advert", url="https://lab.example/"),),))
    references = [
        await telegram.send(Destination("telegram", str(chat)), announced, "key") for chat in (CHANNEL, GROUP, PERSON)
    ]
    places = [tuple(map(int, reference.split("/"))) for reference in references]
    listed = await answer(server, GERMAN, "/positions")
    places.append((GERMAN, listed.message_id))
    shown = [server.chat(chat).message(number).text for chat, number in places]
    queries = [server.forge(chat, number, data, user=server.users[PERSON]) for chat, number in places]
    for query in queries:
        assert await settled(server, query) == {"show_alert": False}
    await silence(server, PERSON)
    assert [server.chat(chat).message(number).text for chat, number in places] == shown
    assert not any(server.chat(chat).message(number).edited for chat, number in places)


async def test_whoever_floods_it_with_forged_presses_hears_no_word_to_each(server, bot, front):
    listed = await answer(server, PERSON, "/positions")
    front.verdicts, front.readers = [TOO_OLD, None, None], []
    first, *more = [server.forge(PERSON, listed.message_id, "positions.9 x") for _ in range(3)]
    assert await settled(server, first) == {"show_alert": False}
    await server.wait_for(lambda: len(front.readers) == 3)
    await silence(server, PERSON)
    assert [query.answer for query in more] == [None, None]
    assert {reader.person for reader in front.readers[:3]} == {str(PERSON)}


async def test_what_was_said_to_somebody_in_private_nobody_else_can_press(server, bot):
    listed = await answer(server, PERSON, "/positions")
    for data in ("position.1 owls", listed.reply_markup["inline_keyboard"][0][0]["callback_data"]):
        query = server.forge(PERSON, listed.message_id, data, user=server.users[GERMAN])
        assert await settled(server, query) == {"show_alert": False}
    await silence(server, PERSON)


async def test_a_press_below_somebody_elses_message_is_nothing(server, bot):
    other = User(78, "Other", username="other_bot", is_bot=True)
    markup = {"inline_keyboard": [[{"text": "1", "callback_data": "position.1 owls"}]]}
    theirs = server._add(server.chat(GROUP), "Ours?", sender=other, reply_markup=markup)
    query = server.press(GROUP, theirs.message_id, "1", user=server.users[PERSON])
    assert await settled(server, query) == {"show_alert": False}
    await silence(server, PERSON)


async def test_an_announcement_is_never_changed_by_a_press(server, bot, telegram, front):
    markup = ((Button("Next", request="positions.2"), Button("1", request="position.1 owls")),)
    reference = await telegram.send(Destination("telegram", str(GROUP)), Message((Line.of("News"),), markup), "key")
    number = int(reference.partition("/")[2])
    front.notices = {("telegram", reference)}
    for label in ("Next", "1"):
        await settled(server, server.press(GROUP, number, label, user=server.users[PERSON]))
    await silence(server, PERSON)
    assert server.chat(GROUP).message(number).text == "News"


async def test_whoever_asks_too_much_is_told_once_and_then_not_heard(server, bot, front):
    message = await answer(server, PERSON, "/positions")
    front.verdicts = [FLOODED, None, None]
    told = await answer(server, PERSON, "/positions phd")
    assert told.text.startswith("Those were many questions at once.")
    server.say(PERSON, "/positions phd")
    query = server.press(PERSON, message.message_id, "1")
    await silence(server, PERSON)
    assert query.answer is None
    assert {reader.person for reader in front.readers} == {str(PERSON)}


async def test_a_button_that_nobody_made_gets_help(server, bot):
    message = await answer(server, PERSON, "/positions")
    message.buttons[0]["callback_data"] = "rm -rf"
    server.press(PERSON, message.message_id, "1")
    await server.wait_for(lambda: message.edited)
    assert "/positions [query]" in message.text


async def test_a_message_that_was_deleted_cannot_be_turned(server, many, bot):
    message = await answer(server, PERSON, "/positions thesis")
    query = server.press(PERSON, message.message_id, "Next ›")
    server.delete(PERSON, message.message_id)
    await settled(server, query)
    await silence(server, PERSON)


# --- Turns, tries and troubles


async def test_a_reply_waits_for_its_turn_and_a_button_is_confirmed_before_it(server, bot, front):
    message = await answer(server, FORUM, "/positions", thread=17)
    front.gate.clear()
    query = server.press(FORUM, message.message_id, "1")
    await settled(server, query)
    server.say(PERSON, "/positions")
    await server.wait_for(lambda: len(front.turns) == 3)
    assert [(turn.address, turn.thread) for turn in front.turns] == [
        (str(FORUM), 17),
        (str(FORUM), 17),
        (str(PERSON), None),
    ]
    assert len(server.sent) == 1
    front.gate.set()
    await server.wait_for(lambda: len(server.sent) == 3)


async def test_one_chat_that_has_to_wait_keeps_no_other_waiting(server, bot, front):
    held = asyncio.Event()

    async def turn(destination):
        if destination.address == str(GROUP):
            await held.wait()

    front.turn = turn
    for _ in range(40):
        server.say(GROUP, "/positions")
    assert (await answer(server, PERSON, "/help")).chat.id == PERSON
    held.set()
    await server.wait_for(lambda: len(server.sent) == 41)


async def test_what_surely_was_not_sent_is_tried_again(server, many, bot):
    message = await answer(server, PERSON, "/positions thesis")
    server.fail("sendMessage", too_many(1))
    server.fail("editMessageText", too_many(1))
    server.press(PERSON, message.message_id, "Next ›")
    await answer(server, GERMAN, "/positions")
    await server.wait_for(lambda: "Page 2 of 3" in message.text)
    assert sorted(call.outcome for call in server.calls if call.method in {"sendMessage", "editMessageText"}) == [
        *["ok"] * 3,
        *["too_many"] * 2,
    ]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (drop_after(), "no clear answer from Telegram"),
        (status(502), "no clear answer from Telegram (Bad Gateway (502))"),
        (malformed(), "no clear answer from Telegram (Invalid server response)"),
        (too_many(600), "Telegram asks to wait 600 s"),
    ],
)
async def test_what_may_have_been_sent_is_not_tried_again(server, bot, log, fault, says):
    server.fail("sendMessage", fault, chat=PERSON)
    server.say(PERSON, "/positions")
    await until(lambda: "an answer was not given" in log.text)
    assert f"an answer was not given: {says}" in log.text
    assert "Traceback" not in log.text
    assert sum(call.method == "sendMessage" for call in server.calls) == 1
    await silence(server, PERSON)


async def test_who_has_blocked_the_bot_meanwhile_is_no_trouble(server, bot, log):
    server.say(PERSON, "/positions")
    server.block(PERSON)
    await until(lambda: "an answer was not given: the person blocked the bot" in log.text)
    await silence(server, GROUP)
    assert "a person stopped the bot" in log.text


async def test_an_answer_that_fails_harms_no_other(server, bot, front, log):
    answers, front.answer = front.answer, None
    server.say(PERSON, "/positions")
    await until(lambda: "an answer was not given: TypeError" in log.text)
    assert "Traceback" not in log.text
    front.answer = answers
    await silence(server, PERSON)


async def test_being_added_and_removed_tells_the_admin_the_chats_id(server, bot, log):
    server.my_chat_member(GROUP, "administrator")
    server.kick(FORUM)
    server.say(PERSON, "/start")
    server.my_chat_member(PERSON, "member")
    await until(lambda: "a person started the bot" in log.text)
    assert f"in the supergroup 'Lab jobs' ({GROUP}) as administrator; its address" in log.text
    assert f"its address for a channel in the config: {GROUP}" in log.text
    assert f"removed from the supergroup 'Lab jobs' ({FORUM})" in log.text


# --- The connection


async def test_the_command_menu_is_registered_in_both_languages(server, bot):
    menus = {
        language: menu
        for (scope, language), menu in server.commands.items()
        if json.loads(scope) == {"type": "default"}
    }
    assert set(menus) == {"", "de"}
    for menu in menus.values():
        assert [command["command"] for command in menu] == [command.name for command in offered()]
    assert menus[""][0]["description"] == "what is open, soonest deadline first"
    assert menus["de"][0]["description"] != menus[""][0]["description"]


async def test_whoever_may_more_has_a_menu_of_their_own_and_groups_have_none_of_what_is_private(
    server, telegram, front, log
):
    front.ranks = lambda platform: {str(PERSON): Rank.ADMIN, "99": Rank.EDITOR} if platform == "telegram" else {}
    async with listening(telegram, front):
        await polls(server)
    names = {
        (scope, language): [command["command"] for command in menu]
        for (scope, language), menu in server.commands.items()
    }
    groups, admins = json.dumps({"type": "all_group_chats"}), json.dumps({"type": "chat", "chat_id": PERSON})
    everybodys = {name for name, language in names if "99" in name}
    assert not everybodys  # who has not started the bot can have no menu, and keeps nobody else from theirs
    found = {
        tuple(sorted(json.loads(scope).items())): menu for (scope, language), menu in names.items() if language == "de"
    }
    in_groups, of_admin = (found[tuple(sorted(json.loads(scope).items()))] for scope in (groups, admins))
    of_administrators = found[("type", "all_chat_administrators"),]
    assert [name for name in of_administrators if name not in in_groups] == ["settings"]
    assert "follow" not in in_groups
    assert "positions" in in_groups
    assert {"drafts", "new", "follow"} <= set(of_admin)
    assert log.records == [] or "menu" not in log.text


async def test_a_menu_that_cannot_be_registered_stops_nothing(server, telegram, front, log):
    server.fail("setMyCommands", status(500))
    async with listening(telegram, front):
        await answer(server, PERSON, "/help")
    assert "the command menu could not be set: no clear answer from Telegram (Internal Server Error)" in log.text


async def test_the_network_is_gone_at_the_start_and_comes_back(server, telegram, front, log):
    await server.stop()
    async with listening(telegram, front):
        await until(lambda: "is not heard" in log.text)
        await server.start()
        await answer(server, PERSON, "/help")
    assert log.text.count("Telegram is not heard, tried again until it is: Telegram cannot be reached (") == 1
    assert "Telegram is heard again" in log.text
    assert "Traceback" not in log.text


@pytest.mark.parametrize(
    "faults",
    [
        [status(502), Fault("nonsense", body='{"ok":true}')],
        [drop_before()],
        [Fault("proxy", status=404, body="<html>")],
        [too_many(1)],
    ],
)
async def test_an_outage_while_polling_is_told_once_and_survived(server, bot, log, faults):
    server.fail("getUpdates", *faults)
    server.say(PERSON, "/positions")  # ends the long poll; what it brought is not lost
    await server.wait_for(lambda: len(server.sent) == 1)
    await until(lambda: "Telegram is heard again" in log.text)
    assert log.text.count("Telegram is not heard") == 1
    await silence(server, PERSON)


async def test_a_poll_that_is_never_answered_is_begun_again(server, make, front, log):
    telegram = make(patience=0.2)
    server.fail("getMe", hang(5))
    async with listening(telegram, front):
        await answer(server, PERSON, "/help")
    assert "no clear answer from Telegram (Timed out)" in log.text
    await telegram.close()


async def test_the_server_goes_away_and_comes_back_and_nothing_is_answered_twice(server, bot, log):
    await answer(server, PERSON, "/positions")
    await server.stop()
    await until(lambda: "is not heard" in log.text)
    server.say(PERSON, "/deadlines")
    await server.start()
    await server.wait_for(lambda: len(server.sent) == 2)
    await silence(server, PERSON)


async def test_two_that_poll_with_one_token_are_told_so_once(server, make, front, log):
    one, two = make(), make()
    async with listening(one, front), listening(two, front):
        await until(lambda: log.text.count("another process polls") == 2)
        conflicts = [call for call in server.calls if "terminated" in call.outcome]
        await server.wait_for(lambda: len([c for c in server.calls if "terminated" in c.outcome]) > len(conflicts))
        assert log.text.count("another process polls with this bot's token; stop it, or give this one a token") == 2
        await answer(server, PERSON, "/help")
    assert front.doubts >= 2, "it may have lost what it took for its own"
    await one.close()
    await two.close()
    assert {problem.partition("}: ")[2].partition(":")[0] for problem in server.problems} == {"Conflict"}
    server.problems.clear()


async def test_a_webhook_of_another_program_is_left_alone(server, telegram, front, log):
    server.webhook = "https://other.example/hook"
    async with listening(telegram, front):
        await until(lambda: "another program has set a webhook" in log.text)
        server.webhook = ""
        await answer(server, PERSON, "/help")
    server.problems.clear()


@pytest.mark.parametrize("token", ["123456:WRONG-TOKEN", "WRONG-TOKEN", ""])
async def test_a_token_that_is_not_accepted_ends_it_in_plain_words(make, front, log, token):
    telegram = make(token)
    await telegram.listen(front)
    assert "Telegram does not accept the token; get the right one from @BotFather. Nobody is answered" in log.text
    assert "WRONG-TOKEN" not in log.text
    assert "Traceback" not in log.text
    await telegram.close()


async def test_a_token_that_is_revoked_while_the_bot_runs_ends_it_in_plain_words(server, telegram, front, log):
    async with listening(telegram, front) as task:
        await polls(server)
        server.fail("getUpdates", unauthorized())
        await answer(server, PERSON, "/help")
        await asyncio.wait_for(task, 20)
    assert "Telegram does not accept the token" in log.text


async def test_an_answer_that_is_being_given_leaves_before_the_bot_stops(server, telegram, front):
    front.gate.clear()
    async with listening(telegram, front) as task:
        server.say(PERSON, "/positions")
        await server.wait_for(lambda: front.turns or None)
        task.cancel()
        await asyncio.sleep(0)
        front.gate.set()
        await asyncio.wait([task])
        assert len(server.sent) == 1
    assert task.cancelled()


async def test_listening_again_answers_nothing_twice(server, telegram, front):
    async with listening(telegram, front):
        await answer(server, PERSON, "/positions")
    async with listening(telegram, front):
        await silence(server, PERSON)


async def until(predicate, seconds=20):
    end = time.monotonic() + seconds
    while not predicate():
        assert time.monotonic() < end, "still waiting"
        await asyncio.sleep(0.01)


async def test_an_update_that_cannot_be_read_is_left_out_and_the_next_one_is_heard(server, bot, caplog):
    server.fail("getUpdates", Fault("odd", act=False, body='{"ok":true,"result":[{"update_id":1,"poll":{"id":"x"}}]}'))
    for number in (1, 2):  # the first one ends the poll that is open, the odd answer comes to the next
        server.say(PERSON, "/help", user=PERSON)
        await server.wait_for(lambda number=number: len(server.sent) == number)
    assert "cannot be read" in caplog.text
    assert "Traceback" not in caplog.text


# --- Conversations


async def test_a_conversation_builds_on_the_answer_before(server, board, bot, tmp_path):
    fill(board, tmp_path / "postings")
    for text, line, holds in SCRIPT:
        message = await answer(server, PERSON, text)
        assert line in message.text, text
        assert holds in message.text, text


async def test_a_position_is_handed_in_by_a_dialogue(server, board, bot, front, tmp_path):
    async with taking_postings(board, f"telegram:{PERSON}") as responder:
        front.answer = responder.answer
        for text, holds in HANDING_IN:
            message = await answer(server, PERSON, "/new" if text == "new" else text)
            assert holds in message.text, text
    assert handed_in(tmp_path / "postings") is True


async def test_a_reader_follows_and_hears_in_private(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        for text, holds in READING:
            assert holds in (await answer(server, PERSON, f"/{text}")).text, text
        await running.tick()
        opens(tmp_path / "postings")
        await running.tick()
        assert await told(running) == [(f"telegram:{PERSON}", "herons", "announcement")]
        assert server.sent[-1].text.startswith("📣 New position: Herons")
        assert server.sent[-1].chat.id == PERSON
        for text, holds in FORGOTTEN:
            assert holds in (await answer(server, PERSON, f"/{text}")).text, text
        opens(tmp_path / "postings", "swans")
        await running.tick()
        await running.tick()
        assert await told(running) == []


async def test_a_reader_is_given_calendars_as_files(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        for text, holds in CALENDAR:
            assert holds in (await answer(server, PERSON, f"/{text}")).text, text
        files = [message for message in server.sent if message.file]
        assert {message.sent["document"]["mime_type"] for message in files} == {"text/calendar"}
        check_calendars([(message.sent["document"]["file_name"], message.file) for message in files])
        [button] = (await answer(server, GROUP, "/calendar doves")).buttons
        led = await answer(server, PERSON, f"/start {button['url'].partition('?start=')[2]}")
        assert led.file == files[1].file
        why = "Bad Request: not enough rights to send documents to the chat"
        body = json.dumps({"ok": False, "error_code": 400, "description": why})
        server.fail("sendDocument", Fault("no files", status=400, body=body))
        told = (await answer(server, PERSON, "/calendar doves")).text
        assert "I cannot send files here" in told
        assert "Doves" in told.partition("I cannot")[2]


async def test_who_follows_has_a_private_address_for_their_calendar(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    board.config = replace(board.config, web=Web(base_url="https://jobs.lab.example"))
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        assert "https://jobs.lab.example/calendar.ics" in (await answer(server, PERSON, "/calendar")).text
        await answer(server, PERSON, "/follow phd in Rostock")
        first = await answer(server, PERSON, "/calendar new address")
        assert "does not hold" not in first.text  # there was none
        [address] = re.findall(r"https://\S+", first.text)
        assert address.startswith("https://jobs.lab.example/calendar/")
        assert first.file
        assert address in (await answer(server, PERSON, "/calendar")).text
        assert address not in (await answer(server, PERSON, "/calendar doves")).text
        before = len(server.sent)
        server.press(PERSON, first.message_id, "Another address", PERSON)
        await server.wait_for(lambda: len(server.sent) > before)
        assert "The address before does not hold any more." in server.sent[-1].text
        [another] = re.findall(r"https://\S+", server.sent[-1].text)
        assert another != address
        assert another in (await answer(server, PERSON, "/calendar")).text
        assert "private address of your calendar since" in (await answer(server, PERSON, "/mydata")).text
        assert "private address of your calendar since" in (await answer(server, PERSON, "/forget yes")).text
        assert "I keep nothing about you." in (await answer(server, PERSON, "/mydata")).text


async def test_who_follows_in_a_group_is_led_into_the_private_chat(server, board, bot, front, tmp_path):
    fill(board, tmp_path / "postings")
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        for said in ("/follow phd in Rostock", "/following"):
            message = await answer(server, GROUP, said)
            [button] = message.buttons
            assert "PhD" not in message.text
            assert (await answer(server, PERSON, f"/start {button['url'].partition('?start=')[2]}")).text.startswith(
                "From now on I write to you" if said.startswith("/follow ") else "You follow"
            )
        await running.tick()
        [one] = await running.ledger.followers.every()
        assert [saved.text for saved in one.queries] == ["phd in Rostock"]


async def test_who_has_blocked_the_bot_is_left_alone_until_they_write_again(server, board, bot, front, tmp_path):
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        await answer(server, PERSON, "/follow phd")
        await running.tick()
        server.block(PERSON)
        opens(tmp_path / "postings")
        await running.tick()
        tried = [call.method for call in server.calls].count("sendMessage")
        opens(tmp_path / "postings", "swans", "title: Swans\nrole: phd\n")
        await running.tick()
        assert [call.method for call in server.calls].count("sendMessage") == tried
        assert (await running.ledger.followers.get(f"telegram:{PERSON}")).blocked_at is not None
        server.my_chat_member(PERSON, "member")
        await answer(server, PERSON, "hello")
        await running.tick()
        opens(tmp_path / "postings", "storks", "title: Storks\nrole: phd\n")
        await running.tick()
        assert server.sent[-1].text.startswith("📣 New position: Storks")
        assert (await told(running))[-1] == (f"telegram:{PERSON}", "storks", "announcement")


async def test_who_blocks_the_bot_is_left_alone_from_then_on_until_they_let_it_in(server, board, bot, front, tmp_path):
    async with following(board, {"telegram": bot}) as running:
        front.answer = running.responder.answer
        attending = Attending(board, None, running.readers)
        front.departed, front.came_back = attending.departed, attending.came_back
        await answer(server, PERSON, "/follow phd")
        await running.tick()
        tried = server.counts["sendMessage"]
        server.block(PERSON)
        await asyncio.wait_for(running.rounds.changed.wait(), 10)
        assert (await running.ledger.followers.get(f"telegram:{PERSON}")).blocked_at is not None
        opens(tmp_path / "postings")
        await running.tick()
        assert server.counts["sendMessage"] == tried
        server.my_chat_member(PERSON, "member")
        await asyncio.wait_for(running.rounds.changed.wait(), 10)
        await running.tick()
        opens(tmp_path / "postings", "storks", "title: Storks\nrole: phd\n")
        await running.tick()
        assert await told(running) == [(f"telegram:{PERSON}", "storks", "announcement")]


async def test_in_a_group_everyone_has_a_conversation_of_their_own(server, board, bot, tmp_path):
    fill(board, tmp_path / "postings")
    kim = server.add_user(5300, "Kim").id
    await answer(server, GROUP, "@callboard_bot phd")
    await answer(server, GROUP, "@callboard_bot postdoc", user=kim)
    assert "Promotion · Rostock" in (await answer(server, GROUP, "@callboard_bot and in Rostock?")).text
    assert "Postdoc · Rostock" in (await answer(server, GROUP, "@callboard_bot and in Rostock?", user=kim)).text


async def test_a_number_that_is_pressed_is_what_is_spoken_of(server, board, bot, tmp_path):
    fill(board, tmp_path / "postings")
    message = await answer(server, PERSON, "postdoc")
    server.press(PERSON, message.message_id, "2")
    await server.wait_for(lambda: "Eagles" in server.sent[-1].text and "Doves" not in server.sent[-1].text)
    assert "Eagles" in (await answer(server, PERSON, "when does it close?")).text
    server.press(PERSON, message.message_id, "✕ Postdoc")
    await server.wait_for(lambda: message.text.startswith("Open positions: 5"))
    assert "PhD: 2" in (await answer(server, PERSON, "only PhDs")).text


# --- Questions of the bot's own


async def test_a_question_in_a_group_opens_a_reply_and_hears_it_after_a_restart_too(server, make, front):
    asked = []

    async def answer(request, _reader, syntax=None):
        asked.append(request.argument)
        return Message((Line.of("Why ", Span("that", bold=True), "?"),), asks="Write a reason")

    front.answer = answer
    telegram = make()
    async with listening(telegram, front):
        heard = server.say(GROUP, "/positions x", PERSON)
        await server.wait_for(lambda: server.sent)
    await telegram.close()
    question = server.sent[0]
    assert (question.text, question.marked("bold")) == ("✍️ Why that?", ["that"])
    assert question.reply_to == heard.message_id
    assert question.forces_reply == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "Write a reason",
    }
    again = make()
    async with listening(again, front):
        server.say(GROUP, "It is too late", PERSON, reply_to=question.message_id)
        server.say(GROUP, "I agree", PERSON, reply_to=heard.message_id)
        await server.wait_for(lambda: len(server.sent) == 2)
        assert asked == ["x", "It is too late"], "a reply to anything else asks nothing"
    await again.close()


async def test_a_question_in_private_is_a_message_like_any_other(server, telegram, front):
    async def answer(_request, _reader, syntax=None):
        return Message((Line.of("Why?"),), asks="Write a reason")

    front.answer = answer
    async with listening(telegram, front):
        server.say(PERSON, "x")
        await server.wait_for(lambda: server.sent)
    assert (server.sent[0].text, server.sent[0].forces_reply) == ("Why?", None)
