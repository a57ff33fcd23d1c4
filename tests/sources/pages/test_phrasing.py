"""Phrases with choices and gaps, as the language packs have them, become patterns."""

import pytest

from bot.sources.pages.phrasing import phrasing


@pytest.mark.parametrize(
    ("phrase", "text", "is_there"),
    [
        ("always _? (looking|open to)", "We are always looking", True),
        ("always _? (looking|open to)", "always actively OPEN TO all", True),
        ("always _? (looking|open to)", "always looked", False),
        ("(has|have) (been|now)? filled", "has filled", True),
        ("(has|have) (been|now)? filled", "have been filled", True),
        ("soon? hir*", "We are hiring", True),
        ("if you _3 student", "If you are a keen student", True),
        ("if you _3 student", "If you are a very very keen student", False),
        ("when ... funding", "when there is, some day, new funding", True),
        ("when ... funding", "when it rains. Then funding", False),
        ("^ closed $", "(closed)", True),
        ("^ closed $", "closed calls", False),
        ("filled !(until|as)", "to be filled as soon as possible", False),
        ("filled !(until|as)", "it is filled", True),
        ("self-funded", "Self-funded students", True),
        ("e-mail (me|us)", "e-mails us", False),
    ],
)
def test_a_phrase_is_found(phrase, text, is_there):
    assert (phrasing([phrase]).search(text) is not None) is is_there


def test_a_text_without_any_stem_is_left_alone():
    known = phrasing(["(has|have) been filled", "no longer available"])
    assert known.stems == ("has been filled", "have been filled", "no longer available")
    assert not known.may_match("The group looks at owls.")


def test_a_phrase_is_looked_for_between_two_places():
    known = phrasing(["until ... $"])
    text = "open until it is filled, and then closed"
    assert known.search(text, 0, text.index("filled"))
    assert not known.search(text, text.index("and"), text.index("closed"))


def test_a_stem_that_has_another_in_it_is_none():
    assert phrasing(["until filled", "filled", "closing date"]).stems == ("filled", "closing date")


def test_an_apostrophe_is_one_however_it_is_written():
    known = phrasing(["au fil de l'eau"])
    assert known.search("Candidatures au fil de l’eau")
    assert known.search("candidatures au fil de l'eau")


def test_a_word_in_front_of_a_gap_is_whole():
    assert phrasing(["if ... filled"]).search("if it is filled")
    assert not phrasing(["if ... filled"]).search("iffy, and filled")
