"""What is asked in chat, and what is answered."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.answering import answer, language_of
from bot.chat.commands import commands, menu
from bot.chat.reading import pressed, read, read_words
from bot.chat.request import SLASH_COMMANDS, SUBCOMMANDS, Request
from bot.chat.searching import PAGE
from bot.domain.posting import Status
from bot.questions.index import Index
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import instant, posting
from tests.questions.test_query import HOSTILE

NOW = instant("2027-05-02 12:00")
EMPTY = "Nothing is open right now. You are always welcome to write to us."
MANY = [posting(f"p{number:02}", deadline=f"2027-05-{number:02}", title=f"Owls {number}") for number in range(3, 25)]
FEW = [
    posting("owl", deadline="2027-05-09", title="Owls", location="Tübingen"),
    posting("bat", role="postdoc", title="Bats", url="https://bats.example", apply="https://bats.example/apply"),
    posting("mouse", deadline="2027-06-30", title="Mice", role="student-assistant"),
    posting("old-owl", deadline="2027-04-30", title="Old owls", aliases=("first-owl",)),
    posting("gone", status=Status.FILLED, title="Ravens"),
    posting("draft", status=Status.DRAFT, title="Geese"),
]


def here(postings=FEW, language="en", syntax=SLASH_COMMANDS):
    return context(postings, NOW, language, syntax, empty=EMPTY)


def ask(text, postings=FEW, syntax=SLASH_COMMANDS):
    given = read(text) if syntax is SLASH_COMMANDS else read_words(text)
    return answer(here(postings, syntax=syntax), given)


def said(text, postings=FEW, syntax=SLASH_COMMANDS):
    return ask(text, postings, syntax).message.text


def buttons(found):
    return [button for row in found.message.buttons for button in row]


# --- Reading


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/positions", "positions", ""),
        ("/positions phd  in\nTübingen ", "positions", "phd in Tübingen"),
        ("/POSITIONS phd", "positions", "phd"),
        ("/positions@callboard_bot phd", "positions", "phd"),
        ("/position owl", "position", "owl"),
        ("/position@callboard_bot owl", "position", "owl"),
        ("/deadlines", "deadlines", ""),
        ("/deadlines 14", "deadlines", "14"),
        ("/search owls bats", "search", "owls bats"),
        ("/help", "help", ""),
        ("/help me", "help", ""),
        ("/start", "help", ""),
        ("/start campaign-17", "help", ""),
        ("/preferences now", "unknown", "/preferences now"),
        ("/", "unknown", "/"),
        ("/@", "unknown", "/"),
        # Slack's way of writing is understood as well,
        ("/positions show owl", "position", "owl"),
        ("/positions deadlines 14", "deadlines", "14"),
        ("/positions search owls", "search", "owls"),
        ("/positions help", "help", ""),
        # and so are words alone.
        ("", "positions", ""),
        ("any PhD positions?", "positions", "any PhD positions?"),
        ("help", "help", ""),
    ],
)
def test_a_command_is_read(text, command, argument):
    assert read(text) == Request(command, argument)


HELP = [
    "help",
    "?",
    "Hilfe",
    "help!",
    "Help?",
    "Hilfe?",
    "Hilfe!!",
    "??",
    "?!",
    "help me",
    "Please help!",
    "¿",
    "hilf mir",
]
HELP += ["what can you do?", "Was kannst du?", "I need help", "How does this work?", "？"]


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("", "positions", ""),
        ("phd", "positions", "phd"),
        ("positions", "positions", ""),
        ("positions phd", "positions", "phd"),
        ("Stellen Doktorand", "positions", "Doktorand"),
        ("show owl", "position", "owl"),
        ("SHOW owl", "position", "owl"),
        ("show", "position", ""),
        ("zeige owl", "position", "owl"),
        ("show me what is open", "positions", "show me what is open"),
        ("position in Rostock?", "positions", "position in Rostock?"),
        ("deadlines", "deadlines", ""),
        ("deadlines 14", "deadlines", "14"),
        ("deadlines 14 days", "deadlines", "14 days"),
        ("Fristen 7 Tage", "deadlines", "7 Tage"),
        ("deadlines for postdocs", "positions", "deadlines for postdocs"),
        ("search owls and bats", "search", "owls and bats"),
        ("suche Eulen", "search", "Eulen"),
        ("search", "search", ""),
        *((said, "help", "") for said in HELP),
        ("help me find a PhD", "positions", "help me find a PhD"),
        ("/help", "help", ""),
    ],
)
def test_words_are_a_command_or_a_question(text, command, argument):
    assert read_words(text) == Request(command, argument)


COURTESIES = {
    "thanks": (
        "thanks | Thanks! | thank you very much | Thank you so much for your help! | thx | 🙏🏽 | :pray:",
        "danke | Vielen Dank! | Danke dir für die Hilfe",
    ),
    "greeting": (
        "hi | Hello! | hey there | good morning | Hi, how are you? | 👋 | :wave::skin-tone-3:",
        "Hallo | moin | Guten Tag!",
    ),
    "goodbye": ("bye | Goodbye! | see you later | ciao", "Tschüss | Auf Wiedersehen! | bis bald"),
    "about": ("who are you? | What are you | are you a bot? | hi, who are you?", "Wer bist du? | Bist du ein Bot?"),
    "agreed": (
        "ok | OK! | okay | cool | 👍 | 👍🏽 | :+1: | :thumbsup: | ❤️ | great, got it",
        "alles klar | gut | prima!",
    ),
}


def each(text):
    return [said.strip() for said in text.split("|")]


@pytest.mark.parametrize("courtesy", COURTESIES)
def test_a_courtesy_is_returned_in_one_short_line_and_german_in_german(courtesy):
    for phrases, language in zip(COURTESIES[courtesy], ("en", "de"), strict=True):
        for text in each(phrases):
            request = read(text)
            assert request == read_words(text) == Request(courtesy, text)
            assert (language_of(request) or "en") == language, text
            for syntax in (SLASH_COMMANDS, SUBCOMMANDS):
                found = answer(here(language=language, syntax=syntax), request)
                assert found.postings == ()
                assert "\n" not in found.message.text
                assert len(found.message.text) < 110
                assert found.message.buttons == ()


@pytest.mark.parametrize(
    "text",
    [
        "hi, any phd positions?",
        "thanks, and in Rostock?",
        "cool robots",
        "good owls",
        "hello kitty",
        "ok " * 60,
        "are you hiring?",
        "who are you looking for",
        "thank you postdoc",
        ":owl: phd",
        "...",
    ],
)
def test_a_question_that_is_polite_is_a_question(text):
    assert read(text).command == "positions"


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        ("positions.1", Request("positions")),
        ("positions.3 phd in rostock", Request("positions", "phd in rostock", 3)),
        ("position.1 owl", Request("position", "owl")),
        ("positions.0", Request("positions")),
        ("", Request("help")),
        ("positions", Request("help")),
        ("positions.x", Request("help")),
        ("positions.-1", Request("help")),
        ("positions.1234567", Request("help")),
        ("nonsense.1 a", Request("help")),
        ("Positions.1", Request("help")),
        ("positions.1phd", Request("help")),
    ],
)
def test_what_a_button_carries_is_read_back_and_anything_else_asks_for_help(carried, expected):
    assert pressed(carried) == expected


REQUESTS = st.builds(
    Request,
    st.sampled_from(sorted(commands())),
    st.text(max_size=80).map(lambda text: " ".join(text.split())),
    st.integers(1, 999_999),
)


@settings(max_examples=60, deadline=None)
@given(REQUESTS)
def test_any_request_comes_back_from_its_button(given_request):
    assert pressed(given_request.text) == given_request


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_can_be_read(text):
    for found in (read(text), read_words(text), pressed(text)):
        assert found.command in {*commands(), *COURTESIES, "unknown"}
        assert found.page >= 1
    assert read_words(text).command in {*commands(), *COURTESIES}


# --- Lists


def test_positions_are_listed_soonest_deadline_first():
    found = ask("/positions")
    assert found.postings == ("owl", "mouse", "bat")
    lines = found.message.text.splitlines()
    assert lines[0] == "Open positions: 3"
    assert [line for line in lines if re.match(r"\d\. ", line)] == [
        "1. Owls (PhD · Tübingen)",
        "2. Mice (Student assistant)",
        "3. Bats (Postdoc)",
    ]
    assert "Sunday, 9 May 2027, 23:59 (Europe/Berlin, UTC+2) · 7 days left" in found.message.text


def test_each_listed_position_has_a_button_that_shows_it():
    found = ask("/positions")
    assert [(button.label, button.request) for button in buttons(found)] == [
        ("1", "position.1 owl"),
        ("2", "position.1 mouse"),
        ("3", "position.1 bat"),
    ]


@pytest.mark.parametrize(
    ("asked", "ids", "heading"),
    [
        ("phd", ("owl",), "PhD\n\nOwls\n⏳ Apply by Sunday, 9 May 2027"),
        ("HiWi or postdoc", ("mouse", "bat"), "Open positions · Postdoc or Student assistant: 2"),
        ("tuebingen", ("owl",), "Tübingen\n\nOwls\n"),
        ("not phd", ("mouse", "bat"), "Open positions · without PhD: 2"),
        ("-phd -postdoc", ("mouse",), "Without PhD · without Postdoc\n\nMice\n"),
        ("closed", ("gone", "old-owl"), "Past positions: 2"),
        ("closed owls", ("old-owl",), "Past positions · “owls”\n\nOld owls\nThis position is closed.\n"),
        ("all owls", ("owl", "old-owl"), "All positions · “owls”: 2"),
        ("all", ("owl", "mouse", "bat", "gone", "old-owl"), "All positions: 5"),
        ("mise", ("mouse",), "“mise”\n\nMice\n"),
    ],
)
def test_a_query_is_answered_however_it_is_written(asked, ids, heading):
    for written in ("/positions {}", "/search {}", "{}", "/positions search {}", "search {}"):
        found = ask(written.format(asked))
        assert found.postings == ids
        assert found.message.text.startswith(heading)


def test_a_past_position_says_what_became_of_it():
    text = said("closed")
    assert "This position is filled." in text
    assert "This position is closed." in text
    assert "The deadline passed Friday, 30 April 2027, 23:59 (Europe/Berlin, UTC+2)" in text


# --- Pages


def numbers(message):
    return [int(found[1]) for line in message.text.splitlines() if (found := re.match(r"(\d+)\. ", line))]


def test_a_long_list_has_pages_and_every_page_knows_all_ids():
    at, wanted = "positions.1", [one.id for one in MANY]
    shown, pages = [], 0
    while at:
        found = answer(here(MANY), pressed(at))
        assert found.postings == tuple(wanted)
        assert numbers(found.message) == list(range(pages * PAGE + 1, min(len(MANY), (pages + 1) * PAGE) + 1))
        pages += 1
        assert f"Page {pages} of 3" in found.message.text
        numbered, turns = found.message.buttons
        assert [int(button.label) for button in numbered] == numbers(found.message)
        shown += [pressed(button.request).argument for button in numbered]
        assert [button.label for button in turns] == ["‹ Previous"] * (pages > 1) + ["Next ›"] * (pages < 3)
        at = turns[-1].request if turns[-1].label == "Next ›" else None
    assert shown == wanted
    assert pages == 3


def test_the_page_before_is_one_button_away_and_the_query_is_kept():
    found = answer(here(MANY), Request("positions", "phd owls", 2))
    assert [button.request for button in found.message.buttons[1]] == ["positions.1 phd owls", "positions.3 phd owls"]


def test_a_page_past_the_end_is_the_last_one():
    last = answer(here(MANY), Request("positions", "", 3))
    assert answer(here(MANY), Request("positions", "", 99)) == last
    assert numbers(last.message) == list(range(17, 23))


def test_what_fits_on_a_page_has_no_pages():
    found = ask("/positions", MANY[:PAGE])
    assert len(found.message.buttons) == 1
    assert "Page" not in found.message.text
    assert len(ask("/positions", MANY[: PAGE + 1]).message.buttons) == 2


# --- Nothing to show


def test_one_match_is_shown_in_full_as_by_its_id():
    for asked in ("/positions phd", "Owls", "/search owl", "any PhD positions?"):
        found, alone = ask(asked), ask("/position owl")
        assert found.postings == alone.postings, asked
        assert found.message.lines[2:] == alone.message.lines, asked
    assert said("/positions", FEW[:1]).startswith("Open positions: 1\n")  # nothing was asked for that it matches


def test_when_nothing_matches_it_says_so_in_one_line_with_buttons_that_lead_on():
    found = ask("/positions penguins")
    assert found.postings == ()
    assert found.message.text == "Nothing matches: “penguins”."
    assert [(button.label, button.request) for button in buttons(found)] == [("What is open?", "positions.1")]
    found = ask(
        "PhD with penguins in Rostock",
        [*FEW, posting("old", title="Penguins", location="Rostock", status=Status.FILLED)],
    )
    assert found.message.text == (
        "Nothing matches: PhD · “penguins” · Rostock. "
        "1 past position matches: /positions closed PhD with penguins in Rostock"
    )
    assert [(button.label, button.request) for button in buttons(found)] == [
        ("PhD: 1", "positions.1 phd"),
        ("1 past position", "positions.1 closed PhD with penguins in Rostock"),
        ("What is open?", "positions.1"),
    ]


def test_every_button_below_nothing_leads_to_something():
    shelf = [*FEW, posting("old", role="phd postdoc", title="Penguins", status=Status.FILLED)]
    for asked in (
        "phd penguins",
        "phd postdoc penguins",
        "penguins",
        "-phd thesis",
        "student",
        "ravens",
        "thesis -owls",
    ):
        found = ask(asked, shelf)
        assert len(buttons(found)) <= 3
        for button in buttons(found) if not found.postings else ():
            request = pressed(button.request)
            assert answer(here(shelf), request).postings, (asked, button)


def test_words_that_were_too_many_are_named():
    asked = " ".join(["owls", *(f"owl{'s' * number}" for number in range(2, 14)), "mice"])
    text = said(asked)
    assert text.endswith("\n\nI looked for 12 words only, and left out: owl" + "s" * 13 + ", mice")


def test_when_only_past_positions_match_it_says_how_to_see_them():
    assert "1 past position matches: /positions closed ravens" in said("/positions ravens")
    assert ask("/positions closed ravens").postings == ("gone",)


@pytest.mark.parametrize("asked", ["/positions", "any jobs?", "/positions all", ""])
def test_when_nothing_is_open_it_gives_the_labs_own_words(asked):
    assert said(asked, [FEW[-1]]) == EMPTY
    assert ask(asked, []).postings == ()


def test_when_nothing_is_open_and_nothing_matches_it_says_both():
    assert said("/positions penguins", []) == f"Nothing matches: “penguins”.\n\n{EMPTY}"
    assert said("/positions closed", []) == f"There are no past positions.\n\n{EMPTY}"


# --- One position


def test_a_position_is_shown_in_full_with_its_links():
    found = ask("/position bat")
    assert found.postings == ("bat",)
    assert found.message.text.startswith("Bats\n")
    assert [(button.label, button.url) for button in buttons(found)] == [
        ("Advert", "https://bats.example"),
        ("Apply", "https://bats.example/apply"),
    ]


@pytest.mark.parametrize(
    "written", ["/position owl", "/position OWL", "/position <owl>", "/position `owl`", "show owl"]
)
def test_an_id_may_be_written_in_many_ways(written):
    assert ask(written).postings == ("owl",)


def test_a_former_id_and_a_past_position_are_shown_too():
    assert ask("/position first-owl").postings == ("old-owl",)
    assert "This position is filled." in said("/position gone")


def test_without_an_id_it_asks_which_one():
    assert said("/position") == "Which one? Write /position ID; /positions shows what is open."
    assert said("show", syntax=SUBCOMMANDS) == "Which one? Write /positions show ID; /positions shows what is open."


def test_an_unknown_id_names_the_nearest_ones_as_buttons():
    found = ask("/position mouze")
    assert found.message.text == "There is no position called “mouze”. Did you mean mouse?"
    assert [(button.label, button.request) for button in buttons(found)] == [("mouse", "position.1 mouse")]
    assert said("/position xyz") == "There is no position called “xyz”. /positions shows what is open."


@pytest.mark.parametrize("asked", ["/position draft", "/position dratf", "/position later", "/search geese"])
def test_what_is_nobodys_business_yet_is_not_given_away(asked):
    found = ask(asked, [*FEW, posting("later", posted="2027-05-03", title="Later")])
    assert "Geese" not in found.message.text
    assert "Later" not in found.message.text
    assert not {"draft", "later"} & {(button.request or "").partition(" ")[2] for button in buttons(found)}


# --- Deadlines


@pytest.mark.parametrize(
    ("asked", "ids", "heading"),
    [
        ("/deadlines", ("owl",), "Deadlines within the next 30 days: 1"),
        ("/deadlines 7", ("owl",), "Deadlines within the next 7 days: 1"),
        ("/deadlines 7 days", ("owl",), "Deadlines within the next 7 days: 1"),
        ("/deadlines 7d", ("owl",), "Deadlines within the next 7 days: 1"),
        ("/deadlines 7 Tage", ("owl",), "Deadlines within the next 7 days: 1"),
        ("/deadlines 60", ("owl", "mouse"), "Deadlines within the next 60 days: 2"),
        ("/deadlines 99999", ("owl", "mouse"), "Deadlines within the next 3660 days: 2"),
        ("deadlines 60 days", ("owl", "mouse"), "Deadlines within the next 60 days: 2"),
        ("/deadlines 6", (), "No deadline within the next 6 days. 3 positions are open: /positions"),
        ("/deadlines 1", (), "No deadline within 1 day. 3 positions are open: /positions"),
        ("/deadlines 1 day", (), "No deadline within 1 day. 3 positions are open: /positions"),
    ],
)
def test_deadlines_of_the_next_days(asked, ids, heading):
    found = ask(asked)
    assert found.postings == ids
    assert found.message.text.splitlines()[0] == heading


@pytest.mark.parametrize("asked", ["/deadlines 3661", "/deadlines 999999", "deadlines in the next 5000 days"])
def test_who_asks_for_more_days_than_are_looked_at_is_told(asked):
    limit = "I look at most 3660 days ahead."
    assert ask(asked).message.text.rstrip().endswith(f"\n\n{limit}")
    none = f"No deadline within the next 3660 days. {limit}"
    assert said(asked, []) == f"{none}\n\n{EMPTY}"
    assert limit not in said("/deadlines 3660")
    assert limit in answer(here(MANY), Request("deadlines", "5000", 2)).message.text


def test_without_anything_open_deadlines_give_the_labs_own_words():
    assert said("/deadlines", []) == f"No deadline within the next 30 days.\n\n{EMPTY}"


@pytest.mark.parametrize("asked", ["soon", "-1", "1.5", "1234567890", "７", "0x10"])
def test_what_is_no_number_of_days_is_answered_with_an_example(asked):
    assert said(f"/deadlines {asked}") == (
        f"“{asked}” is no number of days. Write /deadlines [days], for example /deadlines 14."
    )
    written = answer(here(syntax=SUBCOMMANDS), Request("deadlines", asked)).message.text
    assert written.endswith("Write /positions deadlines [days], for example /positions deadlines 14.")


def test_deadlines_have_pages_too():
    found = ask("/deadlines", MANY)
    assert found.postings == tuple(one.id for one in MANY)
    assert found.message.buttons[1][0].request == "deadlines.2"


# --- Help, and what is not understood


@pytest.mark.parametrize(
    ("syntax", "written"),
    [
        (
            SLASH_COMMANDS,
            [
                "/positions [query]",
                "/position ID",
                "/deadlines [days]",
                "/search words",
                "/calendar [ID or query]",
                "/help",
            ],
        ),
        (
            SUBCOMMANDS,
            [
                "/positions [query]",
                "/positions show ID",
                "/positions deadlines [days]",
                "/positions search words",
                "/positions calendar [ID or query]",
                "/positions help",
            ],
        ),
    ],
)
def test_help_names_every_command_as_one_writes_it_there(syntax, written):
    lines = said("help", syntax=syntax).splitlines()
    assert [line.partition(" – ")[0] for line in lines if " – " in line] == written
    assert "3 positions are open right now." in lines
    assert said("help", [], syntax).splitlines()[-1] == EMPTY


def test_every_command_that_help_names_is_understood():
    for command in menu():
        assert read(command.written(SLASH_COMMANDS, wording("en"))).command == command.name
        typed = command.written(SUBCOMMANDS, wording("en")).removeprefix("/positions").strip()
        assert read_words(typed).command == command.name


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/positons phd", "I do not know /positons. Did you mean /positions [query]? /help shows what can be asked."),
        ("/dedlines", "I do not know /dedlines. Did you mean /deadlines [days]? /help shows what can be asked."),
        ("/abracadabra", "I do not know /abracadabra. /help shows what can be asked."),
        ("/", "I do not know /. /help shows what can be asked."),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest_one(asked, answered):
    assert said(asked) == answered
    assert ask(asked).postings == ()


def test_a_search_for_nothing_asks_for_what():
    assert said("/search") == "What shall I look for? Write /search words."
    assert said("search", syntax=SUBCOMMANDS) == "What shall I look for? Write /positions search words."


def test_what_is_too_long_is_told_so():
    assert said("owl " * 300) == "That is too long for me; a few words are enough."


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_answered(text):
    for before in ("", "/", "/position ", "/deadlines ", "/search "):
        assert ask(before + text).message.text.strip()


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(REQUESTS, st.builds(Request, st.text(), st.text(), st.integers(1))),
    st.sampled_from((SLASH_COMMANDS, SUBCOMMANDS)),
)
def test_any_request_has_an_answer_never_silence(asked, syntax):
    for postings in (FEW, MANY, []):
        found = answer(here(postings, syntax=syntax), asked)
        assert found.message.text.strip()
        assert all(row for row in found.message.buttons)
        for button in buttons(found):
            assert button.label
            assert (button.url is None) != (button.request is None)
            assert button.request is None or pressed(button.request).text == button.request


@pytest.mark.parametrize("said", ["deadlines in the next 5 days", "Fristen in den nächsten 5 Tagen", "deadlines 5"])
def test_a_number_of_days_may_stand_in_a_sentence(said):
    request = read(said)
    assert request.command == "deadlines"
    assert "next 5 days" in ask(said, []).message.text


@pytest.mark.parametrize("said", ["what closes this week?", "when is the next deadline?", "Welche Stellen enden bald?"])
def test_a_question_about_time_lists_what_is_open_soonest_first(said):
    assert read(said).command == "positions"
    assert Index().parse(said).is_all
