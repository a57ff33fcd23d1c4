"""`@bot phd` typed in any chat offers postings as cards."""

import json

import pytest

from bot.chat import cards as offering
from tests.emulators.telegram import status
from tests.platforms.telegram import test_chat
from tests.platforms.telegram.conftest import GERMAN, PERSON
from tests.platforms.telegram.test_chat import polls

board, front, bot = test_chat.board, test_chat.front, test_chat.bot


async def offered(server, text, person=PERSON, offset=""):
    query = server.type_inline(text, person, offset)
    await server.wait_for(lambda: query.answer is not None)
    return query


async def test_what_is_typed_finds_postings_as_cards(server, bot):
    query = await offered(server, "phd")
    [card] = query.results
    assert card["title"] == "Owls at night"
    assert card["description"].startswith("PhD · Tübingen · ⏳ Apply by ")
    assert "5 April 2027" in card["description"]
    assert query.answer["is_personal"]
    assert query.answer["next_offset"] == ""
    assert "button" not in query.answer


async def test_a_card_says_when_it_held_and_not_how_long_is_left(server, bot):
    query = await offered(server, "phd")
    [text] = query.texts
    assert text.startswith("Owls at night")
    assert text.endswith("As of 1 April 2027")
    assert "left" not in text


async def test_each_button_of_a_card_leads_somewhere(server, bot):
    [card] = (await offered(server, "phd")).results
    buttons = {button["text"]: button["url"] for row in card["reply_markup"]["inline_keyboard"] for button in row}
    assert buttons["Remind me"] == "https://t.me/callboard_bot?start=remind_owls"
    assert "https://lab.example/owls" in buttons.values()


async def test_nothing_typed_offers_all_that_is_open(server, bot):
    assert [card["title"] for card in (await offered(server, "")).results] == ["Owls at night", "Bats in the attic"]


async def test_what_nobody_offers_is_said_and_asked_in_private_by_a_press(server, bot):
    query = await offered(server, "professor of whales")
    assert query.results == []
    assert query.answer["button"]["text"] == "Nothing matches."
    server.follow(f"https://t.me/callboard_bot?start={query.answer['button']['start_parameter']}", PERSON)
    answer = await server.wait_for(lambda: server.sent and server.sent[-1])
    assert answer.text.startswith("Nothing matches: Professor · “whales”.")


async def test_what_is_not_understood_for_sure_is_said(server, bot):
    query = await offered(server, "phd before 04/05")
    assert query.answer["button"]["text"].startswith("I did not understand “before 04/05” for sure")
    assert [card["title"] for card in query.results] == ["Owls at night"]
    assert (await offered(server, "before 04/05")).results == []


async def test_cards_are_in_the_language_of_whoever_types(server, bot):
    [card] = (await offered(server, "phd", GERMAN)).results
    assert "Doktorand" in card["description"] or "Promotion" in card["description"]


async def test_many_come_page_by_page(server, bot, monkeypatch):
    monkeypatch.setattr(offering, "PAGE", 1)
    first = await offered(server, "")
    second = await offered(server, "", offset=first.answer["next_offset"])
    assert [card["title"] for card in (*first.results, *second.results)] == ["Owls at night", "Bats in the attic"]
    assert second.answer["next_offset"] == ""


@pytest.mark.parametrize("offset", ["99999999999999999999", "-1", "x", "²"])
async def test_an_offset_that_nobody_gave_harms_nothing(server, bot, offset):
    query = await offered(server, "", offset=offset)
    assert len(query.results) in {0, 2}


async def test_more_was_typed_meanwhile(server, bot, log):
    server.query_seconds = -1.0
    query = server.type_inline("phd", PERSON)
    await server.wait_for(lambda: any(call.method == "answerInlineQuery" and call.status for call in server.calls))
    server.query_seconds = 15.0
    assert query.answer is None
    assert (await offered(server, "phd")).results
    assert "not given" not in log.text


async def test_a_fault_of_telegrams_harms_no_other(server, bot, log):
    server.fail("answerInlineQuery", status(500))
    server.type_inline("phd", PERSON)
    await server.wait_for(lambda: any(call.status == 500 for call in server.calls))
    assert (await offered(server, "phd")).results


async def test_whoever_types_without_end_is_not_heard(server, bot, front):
    async def none(text, reader, first):
        return None

    front.cards, cards = none, front.cards
    query = server.type_inline("phd", PERSON)
    await polls(server, 2)
    front.cards = cards
    assert (await offered(server, "bats")).results
    assert query.answer is None


async def test_hostile_words_are_words(server, bot):
    for text in ("<b>*_[x](y)", "\x00\ud7ff", "ﷺ" * 200, "(" * 256, json.dumps({"a": 1})):
        await offered(server, text)
