"""What a question was understood as, part by part, and as words that are read as the same."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.answering import answer
from bot.chat.reading import pressed, read
from bot.domain.posting import Role
from bot.questions.facets import Facets
from bot.questions.facts import Fact
from bot.questions.index import Index
from bot.questions.query import Exclusion, Query, Scope
from bot.questions.shares import share
from bot.questions.spans import Days
from bot.wording.catalogue import wording
from bot.wording.parts import parts, text_of_query, without_each
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")
SHELF = [
    posting("owl", deadline="2027-06-12", title="Owls", location="Tübingen, Germany", tags=("machine learning",)),
    posting("bat", deadline="2027-06-14", role="postdoc", title="Bats", location="Rostock", group="Night Lab"),
    posting("mouse", deadline="2027-06-30", title="Mice", location="Rostock", languages=("English", "German")),
    posting("crow", title="Crows", location="Tübingen", role="phd postdoc"),
    posting("old", deadline="2027-01-31", title="Ravens", location="Rostock"),
]
INDEX = Index(SHELF)
FACETS = INDEX.facets


def ask(text, language="en"):
    return answer(context(SHELF, NOW, language), read(text))


def understood(text, language="en"):
    return INDEX.read_question(text, language, NOW).query


def buttons(found):
    return {button.label: button.request for row in found.message.buttons for button in row}


@pytest.mark.parametrize(
    ("text", "language", "labels"),
    [
        ("postdoc in tuebingen until 30 June 2027", "en", ["Postdoc", "Tübingen", "deadline until 30 June 2027"]),
        ("Postdoc in Tübingen bis 30. Juni 2027", "de", ["Postdoc", "Tübingen", "Frist bis 30. Juni 2027"]),
        ("phd or postdoc, no German", "en", ["PhD or Postdoc", "without German"]),
        ("Promotion ohne Deutsch", "de", ["Promotion", "ohne Deutsch"]),
        ("Rostock or Tübingen", "en", ["Rostock or Tübingen"]),
        ("machine learning, blorb", "en", ["machine learning", "“blorb”"]),
        ("Night Lab", "en", ["“night”"]),  # that is what is looked for, wherever it stands
        ("not phd, at least 75 %", "en", ["at least 75 % of full time", "without PhD"]),
        ("positions", "en", []),
    ],
)
def test_a_question_has_parts_that_are_called_what_they_are(text, language, labels):
    assert [part.label for part in parts(understood(text, language), FACETS, wording(language))] == labels


def test_without_a_part_the_others_stay():
    query = understood("phd in Rostock, no German, until 30 June 2027")
    rests = [part.rest for part in parts(query, FACETS, wording("en"))]
    assert rests == [
        replace(query, roles=frozenset()),
        replace(query, terms=()),
        replace(query, deadline=None),
        replace(query, without=()),
    ]


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
SPANS = st.one_of(
    st.tuples(DAYS, DAYS).map(lambda days: Days(min(days), max(days))),
    DAYS.map(lambda day: Days(day, None)),
    DAYS.map(lambda day: Days(None, day)),
    DAYS.map(Days.of),
)
CLOSED_SPANS = SPANS.filter(lambda days: None not in {days.first, days.last})
WORDS = st.sampled_from("rostock robotics owls zz blorb quantum".split())
QUERIES = st.builds(
    Query,
    roles=st.frozensets(st.sampled_from(list(Role)), max_size=3),
    terms=st.lists(WORDS, unique=True, max_size=3).map(tuple),
    scope=st.sampled_from(list(Scope)),
    without=st.lists(
        st.one_of(
            st.sampled_from(list(Role)).map(lambda role: Exclusion(frozenset([role]))),
            WORDS.map(lambda word: Exclusion(terms=(word,))),
        ),
        unique=True,
        max_size=2,
    ).map(tuple),
    share=st.sampled_from([None, *(share(text).share for text in ("at least 75 %", "full time", "50 %", "20-50 %"))]),
    starts=st.none() | SPANS,
    not_deadline=st.none() | CLOSED_SPANS,
    not_starts=st.none() | CLOSED_SPANS,
    not_posted=st.none() | CLOSED_SPANS,
    posted=st.none() | SPANS,
    undated=st.booleans(),
    facts=st.frozensets(st.sampled_from([Fact.PAID, Fact.DOCTOR]), max_size=1),
    only=st.sampled_from([None, "english", "german"]),
    deadline=st.none() | DAYS.map(lambda day: Days(max(day, date(2027, 3, 1)), None)),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(QUERIES, st.sampled_from(["en", "de"]))
def test_a_query_written_out_is_read_back_as_itself(query, language):
    def read(text):
        return INDEX.read_question(text, language, NOW).query

    assert text_of_query(query, read) is not None
    some = parts(query, FACETS, wording(language))
    for part, text in zip(some, without_each(query, some, read), strict=True):
        assert text is not None
        assert read(text) == part.rest


def test_what_would_be_read_as_something_else_is_not_offered():
    assert text_of_query(Query(terms=("phd",)), lambda text: INDEX.read_question(text, "en", NOW).query) is None


def test_each_part_has_a_button_that_takes_it_away():
    found = ask("phd in Rostock or Tübingen until 30 June 2027")
    assert found.message.lines[0].text == "Open positions · PhD · Rostock or Tübingen · deadline until 30 June 2027: 2"
    offered = {label: request for label, request in buttons(found).items() if label.startswith("✕")}
    assert list(offered) == ["✕ PhD", "✕ Rostock or Tübingen", "✕ deadline until 30 June 2027"]
    again = answer(context(SHELF, NOW), pressed(offered["✕ PhD"]))
    assert again.message.lines[0].text == "Open positions · Rostock or Tübingen · deadline until 30 June 2027: 3"
    assert answer(context(SHELF, NOW, "de"), pressed(offered["✕ PhD"])).postings == again.postings


def test_a_list_of_everything_needs_no_such_line():
    found = ask("/positions")
    assert found.message.lines[0].text == "Open positions: 4"
    assert not [label for label in buttons(found) if label.startswith("✕")]


def test_one_hit_is_shown_in_full_below_the_line():
    found = ask("Postdoc in Rostock", "de")
    assert found.message.text.startswith("Postdoc · Rostock\n\nBats\n")
    assert "✕ Rostock" in buttons(found)


def test_what_finds_nothing_names_the_nearest():
    found = ask("postdoc with owls in Rostock")
    assert found.message.text == "Nothing matches: Postdoc · “owls” · Rostock."
    assert buttons(found) == {
        "Postdoc · Rostock: 1": "positions.1 postdoc, rostock",
        "What is open?": "positions.1",
    }


def test_a_name_is_known_as_long_as_a_posting_has_it():
    facets = Facets(SHELF)
    assert facets.of(("rostock", "zz"))[0].facet == "places"
    for one in SHELF:
        facets.remove(one)
    assert [named.facet for named in facets.of(("rostock", "zz"))] == [None, None]
