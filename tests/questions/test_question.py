"""Questions with days in them: what is looked for, and what is said of what was not understood for sure."""

from datetime import date

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.domain.posting import Role
from bot.questions.days import start_days
from bot.questions.facets import Facets
from bot.questions.index import Index
from bot.questions.query import Query, Scope
from bot.questions.question import understood
from bot.questions.spans import Days
from bot.questions.understood import understood as told
from tests.chat.build import context
from tests.domain.build import BERLIN, instant, posting

NOW = instant("2027-02-10 12:00")  # a Wednesday
SHELF = [
    posting("owl", deadline="2027-02-12", title="Owls", location="Rostock, Germany", posted="2027-02-08"),
    posting("bat", deadline="2027-02-14 23:59", role="postdoc", title="Bats", start="2027-10-01"),
    posting("midnight", deadline="2027-02-15 00:00", title="Moths", tags=("night life",)),
    posting("mouse", deadline="2027-06-30", title="Mice", start="October 2027", posted="2027-01-11"),
    posting("heron", deadline="2027-07-01", title="Herons", start="as soon as possible"),
    posting("june", deadline="2028-05-12", title="Beetles", tags=("June",), posted="2026-06-02"),
    posting("crow", title="Crows"),
    posting("old", deadline="2027-01-31", title="Ravens"),
]


def ask(text, language="en", postings=SHELF, zone=BERLIN):
    return answer(context(postings, NOW, language, zone=zone), read(text))


def query(text, language="en"):
    return Index(SHELF).understand(text, language, NOW).query


def lines(text, language="en"):
    return ask(text, language).message.text.splitlines()


def buttons(found):
    return {button.label: button.request for row in found.message.buttons for button in row}


JUNE = Days(date(2027, 6, 1), date(2027, 6, 30))
OCTOBER = Days(date(2027, 10, 1), date(2027, 10, 31))


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("PhD deadlines in June", "en", Query(frozenset([Role.PHD]), deadline=JUNE)),
        ("Promotion mit Frist im Juni", "de", Query(frozenset([Role.PHD]), deadline=JUNE)),
        ("positions starting in October", "en", Query(starts=OCTOBER)),
        ("Stellen, die im Oktober beginnen", "de", Query(starts=OCTOBER)),
        ("posted since Monday", "en", Query(posted=Days(date(2027, 2, 8), None))),
        ("what closed in June?", "en", Query(scope=Scope.CLOSED, deadline=Days(date(2026, 6, 1), date(2026, 6, 30)))),
        ("deadlines last week", "en", Query(scope=Scope.CLOSED, deadline=Days(date(2027, 2, 1), date(2027, 2, 7)))),
        ("what is open today?", "en", Query()),
        ("was ist diese Woche offen?", "de", Query()),
        ("open until June", "en", Query(deadline=Days(None, date(2027, 6, 30)))),
        ("open since January", "en", Query(posted=Days(date(2027, 1, 1), None))),
        ("still open in June", "en", Query(deadline=Days(date(2027, 6, 1), None))),
        ("all deadlines in June", "en", Query(scope=Scope.ALL, deadline=JUNE)),
        ("robotics without German until June", "en", None),
    ],
)
def test_days_are_taken_out_of_a_question_and_the_rest_is_read_as_ever(text, language, wanted):
    found = query(text, language)
    if wanted is None:
        assert (found.terms, [part.terms for part in found.without]) == (("robotics",), [("german",)])
        assert found.deadline == Days(None, date(2027, 6, 30))
    else:
        assert found == wanted


@pytest.mark.parametrize("text", ["June", "june", '"until June"', "beetles “by June”"])
def test_a_name_of_the_registry_and_what_stands_in_quotes_is_no_time(text):
    assert not query(text).has_days


@pytest.mark.parametrize(
    ("text", "language", "ids"),
    [
        ("what closes this week?", "en", ("owl", "bat")),
        ("Was endet diese Woche?", "de", ("owl", "bat")),
        ("what closes next week?", "en", ("midnight",)),
        ("phd, closing this week", "en", ("owl",)),
        ("deadlines until the end of June", "en", ("owl", "bat", "midnight", "mouse")),
        ("deadlines after June", "en", ("heron", "june")),
        ("starting in October", "en", ("bat", "mouse")),
        ("starting on 15 October 2027", "en", ("mouse",)),
        ("starting before October", "en", ()),
        ("posted since Monday", "en", ("owl",)),
        ("posted in January", "en", ("mouse",)),
        ("what closed in January?", "en", ("old",)),
        ("/deadlines this week", "en", ("owl", "bat")),
        ("/deadlines 7 phd", "en", ("owl", "midnight")),
        ("/deadlines 7 postdoc", "en", ("bat",)),
        ("/deadlines 2 days", "en", ("owl",)),
        ("/deadlines 3 weeks phd", "en", ("owl", "midnight")),
        ("/deadlines phd", "en", ("owl", "midnight")),
        ("/deadlines Rostock", "en", ("owl",)),
        ("/deadlines nächste Woche", "de", ("midnight",)),
        ("/deadlines 2 Wochen", "de", ("owl", "bat", "midnight")),
        ("fristen morgen", "de", ()),
    ],
)
def test_what_lies_on_those_days_is_found(text, language, ids):
    assert ask(text, language).postings == ids


def test_days_are_those_of_the_readers_zone():
    shelf = [posting("owl", deadline="2027-02-14 23:59", timezone="AoE"), posting("bat", deadline="2027-02-14")]
    assert ask("what closes this week?", postings=shelf).postings == ("bat",)  # it is Monday in Berlin by then
    assert ask("what closes this week?", postings=shelf, zone="AoE").postings == ("bat", "owl")


def test_the_answer_says_first_how_the_days_were_understood():
    assert lines("what closes this week?")[0] == "Open positions · deadline 8–14 Feb 2027: 2"
    assert lines("Was endet diese Woche?", "de")[0] == "Offene Stellen · Frist 8.–14. Feb. 2027: 2"
    assert lines("/deadlines this week")[0] == "Deadlines · deadline 8–14 Feb 2027: 2"
    assert lines("posted since Monday")[0] == "Posted from 8 February 2027"
    assert lines("what closes tomorrow?")[0] == "Nothing matches: Deadline Thursday, 11 February 2027."


def test_what_can_be_read_in_two_ways_is_left_out_and_both_are_offered():
    found = ask("phd, deadline 05/06/2027")
    assert found.postings == ("owl", "midnight", "mouse", "heron", "june", "crow")
    assert found.message.text.splitlines()[0] == (
        "“05/06/2027” can be Saturday, 5 June 2027 or Thursday, 6 May 2027, so I left it out. Which is meant?"
    )
    assert buttons(found)["Saturday, 5 June 2027"] == "positions.1 phd, deadline 2027-06-05"
    alone = ask("deadline 05/06/2027")
    assert alone.postings == ()
    assert set(buttons(alone)) == {"Saturday, 5 June 2027", "Thursday, 6 May 2027"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("phd due in a few weeks", "in a few weeks"),
        ("phd, deadline every Monday", "every Monday"),
        ("phd, deadline on 31 February", "on 31 February"),
        ("phd, not until June", "not until June"),
        ("phd, not in June, not in August", "in August"),
        ("phd, deadline in June, deadline in August", "in August"),
    ],
)
def test_what_is_understood_in_part_is_named_and_left_out(text, named):
    found = ask(text)
    assert f"I did not understand “{named}” for sure, so I left it out." in found.message.text.splitlines()
    assert found.question.query == Query(frozenset([Role.PHD]))


def test_a_past_button_means_the_same_days_whenever_it_is_pressed():
    found = ask("what closes at the end of January?")
    assert found.postings == ()
    pressed = ask("what closed at the end of January?")
    assert pressed.postings == ("old",)
    shelf = [posting("gone", status="filled", deadline="2027-02-11", title="Owls")]
    lead = buttons(ask("owls tomorrow", postings=shelf))["1 past position"]
    assert lead == "positions.1 closed owls 2027-02-11"


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2027-10-01", Days.of(date(2027, 10, 1))),
        ("October 2027", OCTOBER),
        ("1 October 2027", Days.of(date(2027, 10, 1))),
        ("1. Oktober 2027", Days.of(date(2027, 10, 1))),
        ("WS 2027/28", Days(date(2027, 10, 1), date(2028, 3, 31))),
        ("as soon as possible", None),
        ("next month", None),
        ("from 2027 on", None),
        ("05/06/2027", None),
        ("October", None),
    ],
)
def test_a_start_in_words_counts_where_it_names_days_with_their_year(start, days):
    assert start_days(start) == days


def test_for_programs_all_is_told_that_was_understood():
    shelf = [
        posting("owl", location="Tübingen, Germany", tags=("machine learning",), languages=("German (C1)",)),
        posting("bat", group="Night Lab", organization="University of Owls", supervisors=("Ada Example",)),
    ]
    found = ask("phd machine learning in Tübingen, Night Lab, xylophone, no German, until June", postings=shelf)
    assert told("positions", found.question, Facets(shelf)) == {
        "roles": ["phd"],
        "places": ["Tübingen"],
        "groups": ["Night Lab"],
        "organizations": [],
        "workplaces": [],
        "languages": [],
        "people": [],
        "projects": [],
        "tags": ["machine learning"],
        "pay": [],
        "fte": None,
        "words": ["xylophone"],
        "without": {"languages": ["German"]},
        "scope": "open",
        "deadline": {"from": None, "to": "2027-06-30"},
        "starts": None,
        "posted": None,
        "intent": "list",
    }
    empty = told("greeting", None, Facets(shelf))
    assert (empty["intent"], empty["deadline"], empty["words"]) == ("greeting", None, [])
    assert empty.keys() == told("positions", found.question, Facets(shelf)).keys()


def test_a_question_without_days_is_read_as_it_was():
    for text in ("phd", "postdoc in Rostock -german", "may I apply?", "W2, E13, TV-L 13", "3 positions"):
        asked = understood(text, "en", NOW, Index(SHELF).parse, lambda _words: False)
        assert asked.query == Index(SHELF).parse(text)
        assert asked.doubts == ()


PLACES = [
    posting("owl", location="Rostock, Germany", tags=("machine learning",)),
    posting("bat", location="Tübingen, Germany", role="postdoc", tags=("open science",)),
    posting("mouse", location="Zürich, Switzerland", tags=("robotics",)),
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("in Rostock or Tübingen", ("bat", "owl")),
        ("Stellen in Rostock oder in Tübingen", ("bat", "owl")),
        ("PhD in Rostock or Tübingen", ("owl",)),
        ("Rostock or Tübingen or Zürich", ("bat", "mouse", "owl")),
        ("machine learning or robotics", ("mouse", "owl")),
        ("open science or machine learning in Germany", ("bat", "owl")),
        ("robotics or machine learning without Rostock", ("mouse",)),
        ("Atlantis or Rostock", ("owl",)),
        ("PhD or Tübingen", ()),
        ("phd or postdoc in Tübingen", ("bat",)),
    ],
)
def test_or_finds_either(text, ids):
    assert sorted(ask(text, postings=PLACES).postings) == sorted(ids)


def test_for_programs_both_of_what_or_joins_are_told():
    found = told("positions", ask("Rostock or Tübingen or robots", postings=PLACES).question, Facets(PLACES))
    assert (found["places"], found["words"]) == (["Rostock", "Tübingen"], ["robots"])


SHARES = [
    posting("full", title="Owls", fte=100),
    posting("most", title="Bats", fte=75),
    posting("half", title="Mice", fte=50),
    posting("told", title="Crows", pay="TV-L E13, full time"),
    posting("silent", title="Ravens", pay="TV-L E13"),
]


@pytest.mark.parametrize(
    ("text", "language", "ids"),
    [
        ("full-time PhD", "en", ("full", "told")),
        ("Vollzeit", "de", ("full", "told")),
        ("at least 75 %", "en", ("full", "most")),
        ("mindestens 75 Prozent", "de", ("full", "most")),
        ("75 % or more", "en", ("full", "most")),
        ("halbe Stelle", "de", ("half",)),
        ("half-time positions", "en", ("half",)),
        ("part-time", "en", ("half", "most")),
        ("Teilzeit", "de", ("half", "most")),
        ("bis zu 50 %", "de", ("half",)),
        ("50-75 %", "en", ("half", "most")),
        ("zwischen 60 und 80 % Stelle", "de", ("most",)),
        ("0.5 FTE", "en", ("half",)),
        ("E13, 75 %", "en", ()),
        ("bats at least 75 %", "en", ("most",)),
    ],
)
def test_a_share_of_full_time_is_understood(text, language, ids):
    assert tuple(sorted(ask(text, language, SHARES).postings)) == ids


def test_the_answer_says_which_share_was_understood():
    assert "· at least 75 % of full time: 2" in ask("at least 75 %", postings=SHARES).message.text
    assert "· höchstens 99 % der vollen Arbeitszeit: 2" in ask("Teilzeit", "de", SHARES).message.text
    question = ask("at least 75 %, due in June", postings=SHARES).question
    assert told("positions", question, Facets(SHARES))["fte"] == {"from": 75, "to": None}
    assert question.query.deadline == JUNE


@pytest.mark.parametrize(
    ("text", "language", "ids"),
    [
        ("positions without a deadline", "en", ("crow",)),
        ("Stellen ohne Frist", "de", ("crow",)),
        ("rolling deadlines", "en", ("crow",)),
        ("phd, no fixed deadline, in Rostock", "en", ()),
        ("newest positions", "en", ("owl", "mouse", "june", "bat", "midnight", "heron", "crow")),
        ("Was gibt es Neues?", "de", ("owl", "mouse", "june", "bat", "midnight", "heron", "crow")),
        ("what's new this week?", "en", ("owl",)),
        ("which position closes first?", "en", ("owl",)),
        ("who looks after moths?", "en", ("midnight",)),
        ("who supervises the moths?", "en", ("midnight",)),
    ],
)
def test_what_is_asked_for_beside_days(text, language, ids):
    assert ask(text, language).postings == ids


def test_the_order_is_told_where_it_is_another():
    assert lines("newest positions")[0] == "Open positions, newest first: 7"
    assert lines("positions without a deadline")[0] == "No fixed deadline"


def test_a_word_that_no_position_has_is_named_where_more_was_asked():
    assert lines("phd in Atlantis")[:3] == [
        "No position has “Atlantis”. This is without it:",
        "",
        "Open positions · PhD: 6",
    ]
    assert lines("phd in Atlantis in July 2028")[0].endswith(" No position has “atlantis”.")
    assert lines("owls in June")[0].startswith("Nothing matches: “owls” · deadline 1–30 Jun 2027.")
    assert lines("xylophone")[0] == "Nothing matches: “xylophone”."


SUMMER = Days(date(2027, 6, 1), date(2027, 8, 31))


@pytest.mark.parametrize(
    ("text", "language", "facet", "days"),
    [
        ("internship summer 2027", "en", "starts", SUMMER),
        ("PhD in the summer", "en", "starts", SUMMER),
        ("HiWi fürs Sommersemester", "de", "starts", Days(date(2027, 4, 1), date(2027, 9, 30))),
        ("internship in June", "en", "starts", JUNE),
        ("PhD in June", "en", "deadline", JUNE),
        ("internship until June", "en", "deadline", Days(None, date(2027, 6, 30))),
        ("internship, deadline in June", "en", "deadline", JUNE),
        ("positions from last week", "en", "posted", Days(date(2027, 2, 1), None)),
        ("Stellen von letzter Woche", "de", "posted", Days(date(2027, 2, 1), date(2027, 2, 7))),
        ("deadlines last week", "en", "deadline", Days(date(2027, 2, 1), date(2027, 2, 7))),
        ("which positions close first Tuesday of October?", "en", "deadline", Days.of(date(2027, 10, 5))),
    ],
)
def test_days_of_which_nothing_is_said_are_of_what_is_likely(text, language, facet, days):
    found = ask(text, language).question.query
    told_days = {name: getattr(found, name) for name in ("deadline", "starts", "posted")}
    assert told_days == {"deadline": None, "starts": None, "posted": None} | {facet: days}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("PhD funded until 2030", "en"),
        ("PhD, contract until 31 December 2029", "en"),
        ("Promotion befristet bis 2030", "de"),
        ("PhD, conference in June", "en"),
        ("PhD for 24 months from October", "en"),
    ],
)
def test_days_of_something_else_are_named_and_left_out(text, language):
    question = ask(text, language).question
    assert not question.query.has_days
    assert question.doubts
