"""What may stand as a channel's filter, and what is said of one that filters nothing."""

import pytest

from bot.core.filters import read_filter
from bot.core.grammar import parse
from bot.core.query import matches
from tests.core.build import posting


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
