"""What may stand as a channel's filter, and what is said of one that filters nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.questions.filters import read_filter
from bot.questions.grammar import parse
from bot.questions.index import Index
from bot.questions.matching import matches
from tests.domain.build import instant, posting


@pytest.mark.parametrize(
    "text",
    [
        "phd",
        "phd postdoc",
        "PhD positions in Tübingen",
        "offene Stellen für Doktorand:innen in Rostock",
        "Doktorand am Institut",
        "PhD (m/w/d)",
        "IT",
        "US",
        "AM",
        "IT US",
        "phd -robotics",
        "-phd",
        "!phd",
        "not phd",
        "ohne Deutsch",
        "phd, postdoc",
        "phd or postdoc",
        "all phd positions",
        "everything except internships",
        "C++",
        "R",
        "student-assistant thesis",
        "-IT",
        'not "machine learning"',
    ],
)
def test_a_filter_that_filters_is_no_problem_and_means_what_chat_understands(text):
    found = read_filter(text)
    assert (found.problems, found.notes) == ((), ())
    assert found.query == parse(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("it", '"it" would let everything through, for it is only small words; write IT in capitals'),
        ("us", "write US in capitals"),
        ("new group", '"new group" would let everything through'),
        ("open positions", '"open positions" would let everything through'),
        ("Stellen der Gruppe", '"stellen der gruppe" would let everything through'),
        ("?", '"?" would let everything through'),
        ("all", '"all" filters nothing, for a channel hears of all that opens; delete it'),
        ("closed", '"closed" filters nothing, for a channel hears of what is open; delete it'),
        ("closed phd", '"closed" filters nothing'),
        ("phd it", '"it" is passed over as a small word; write IT in capitals'),
        ("phd, new group", 'the part "new group" would let everything through'),
        ("phd or us", "write US in capitals"),
        ("phd am", '"am" is passed over as a small word; write AM in capitals'),
        ("phd without", 'nothing that could be left out follows "without"'),
        ("-it", '"-it" leaves nothing out, for it is only small words; write IT in capitals'),
        ("phd -the", '"-the" leaves nothing out, for it is only small words; or delete it'),
        ("ohne", 'nothing that could be left out follows "ohne"'),
        ("no longer open", 'nothing that could be left out follows "no longer"'),
        ("phd - robotics", '"-" stands by itself'),
        ("! phd", '"!" stands by itself'),
        ("phd -phd", "wants and leaves out the same"),
        ("owls -owls", "wants and leaves out the same"),
    ],
)
def test_a_filter_of_which_a_part_filters_nothing_is_a_problem(text, told):
    problems = read_filter(text).problems
    assert any(told in problem for problem in problems), problems
    assert len(problems) == len(set(problems)) <= 2


def test_what_a_word_leaves_out_alone_is_noted():
    found = read_filter("phd not machine learning")
    assert found.problems == ()
    (note,) = found.notes
    assert note.startswith('"not" is for "machine" alone, and "learning" has to be there;')
    assert note.endswith('write -"machine learning"')


@pytest.mark.parametrize(
    ("text", "before", "following"),
    [("robotics or vision", "robotics", "vision"), ("PhD oder Rostock", "phd", "rostock"), ("PhD or IT", "phd", "it")],
)
def test_an_or_that_does_not_widen_is_noted(text, before, following):
    found = read_filter(text)
    assert found.problems == ()
    (note,) = found.notes
    assert f'widens between roles alone: "{before}" and "{following}" both have to be there' in note


def test_a_filter_has_as_many_words_as_one_likes():
    text = " ".join(f"-word{chr(97 + number)}" for number in range(20))
    assert len(read_filter(text).query.without) == 20


def test_a_filter_means_the_same_whatever_is_in_the_registry():
    assert not matches(read_filter("US").query, posting(title="Contact us"))
    assert matches(read_filter("US").query, posting(location="Boston, US"))
    assert not matches(read_filter("-US").query, posting(location="Boston, US"))


@pytest.mark.parametrize(
    "text",
    [
        "closing this week",
        "phd this week",
        "diese Woche",
        "starting in October",
        "neu seit Montag",
        "phd until 30 June",
        "bis 2027-06-30",
        "deadline 2027-06-30",
        "in 10 days",
        "KW 23",
        "closing tomorrow",
    ],
)
def test_days_are_no_filter(text):
    (problem,) = read_filter(text).problems
    assert "days are no filter" in problem


@pytest.mark.parametrize(
    "text", ["internship summer", "Sun Microsystems", "2027", "WS 26/27", '"late June" owls', "phd -fall"]
)
def test_names_of_times_that_are_words_are_looked_for(text):
    assert read_filter(text).problems == ()
    assert read_filter(text).query == parse(text)


@pytest.mark.parametrize(
    ("text", "heard_of"),
    [
        ("at least 75 %", {"full", "most"}),
        ("phd, full-time positions", {"full", "said"}),
        ("halbe Stelle", {"half"}),
        ("not full-time", {"half", "most"}),
        ("paid", {"half"}),
        ("English only", {"most"}),
        ("nur Englisch", {"most"}),
        ("remote", {"said"}),
        ("-remote", {"full", "half", "most"}),
        ("Deutschland", {"full", "half"}),
        ("German", {"full"}),
        ("without Germany", {"most", "said"}),
        ("doctorate required", {"full"}),
    ],
)
def test_a_filter_means_what_chat_understands_besides_words(text, heard_of):
    postings = [
        posting("full", fte=100.0, location="Berlin, Germany", degree=("PhD",), languages=("English", "German")),
        posting("half", fte=50.0, pay="E13", location="Rostock, Germany"),
        posting("most", fte=80.0, languages=("English",)),
        posting("said", summary="A full-time position", workplace="remote"),
    ]
    found = read_filter(text)
    assert found.problems == ()
    assert {one.id for one in postings if matches(found.query, one)} == heard_of


def test_what_is_filled_is_never_heard_of_and_stays_a_word():
    assert read_filter("filled").query == read_filter('"filled"').query


_TITLES = ("Owls", "Bats", "Glacier", "Robotics")
_POSTINGS = st.builds(
    lambda number, title, **given: posting(f"p{number:03}", title=title, **given),
    number=st.integers(0, 999),
    title=st.sampled_from(_TITLES),
    role=st.sampled_from(["phd", "postdoc", "phd postdoc", "internship"]),
    location=st.sampled_from([None, "Rostock, Germany", "Lyon, France", "Graz"]),
    workplace=st.sampled_from([None, "remote", "hybrid"]),
    pay=st.sampled_from([None, "E13"]),
    fte=st.sampled_from([None, 50.0, 75.0, 100.0]),
    languages=st.sampled_from([(), ("German",), ("English",), ("German", "English")]),
    degree=st.sampled_from([(), ("PhD",), ("MSc",)]),
    start=st.sampled_from([None, "as soon as possible", "2027-10-01"]),
    summary=st.sampled_from([None, "Vollzeit", "half time", "in the field"]),
)
_SAID = (
    *("owls", "glacier", "robotics", "phd", "postdoc", "internships", "in Rostock", "in Lyon", "in Germany"),
    *("France", "Graz", "hybrid", "paid", "full-time", "half time", "at least 75 %", "less than 60 %"),
    *("English only", "nur Deutsch", "without German", "German", "-phd", "ohne Robotics", "not in Rostock"),
    *("Deutschland", "not in Germany", "E13", "asap", "not full-time", "owls or bats", "for doctorate holders"),
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(_POSTINGS, unique_by=lambda one: one.id, max_size=12), st.lists(st.sampled_from(_SAID), max_size=4))
def test_a_filter_and_chat_find_the_same(postings, said):
    # What no posting has is forgiven as a slip in chat alone: all words are there, in a posting that is not looked at.
    words = posting("zz", title=" ".join(said), role="other", summary="Owls Bats Glacier Robotics Rostock Lyon Graz")
    index = Index([*postings, words])
    now = instant("2027-02-10 12:00")
    query = index.understand(", ".join(said), "en", now).query
    found = {one.id for one in index.find(query, now)}
    assert found == {one.id for one in [*postings, words] if matches(query, one)}
