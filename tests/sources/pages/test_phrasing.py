"""Phrases with choices and gaps, as the language packs have them, become patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.pages.phrasing import PhraseLexicon, Phrasing, phrasing, slots_of
from bot.sources.pages.sayings import said, saying

SAYINGS = [(section, name) for section in ("offers", "status", "applying") for name in said(section)]
WORDS = sorted(
    {word for section, name in SAYINGS for phrase in said(section)[name] for word in re.findall(r"\w+", phrase)}
)


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


@pytest.mark.parametrize(
    ("phrase", "slots"),
    [
        ("(has|have) (been|now)? filled", (("has", "have"), ("filled",))),
        ("if you ... student*", (("if",), ("you",))),  # behind a gap, a word may begin anywhere
        ("(hir*|job offer) _2 !(you) #", (("hir*", "offer"),)),
        ("(*stelle|position) frei", (("frei",),)),
        ("self-funded", (("funded",),)),
        ("_ $", ()),
    ],
)
def test_of_each_slot_of_a_phrase_a_text_has_a_word(phrase, slots):
    assert slots_of(phrase) == slots


def test_a_text_has_the_bits_of_what_its_words_may_say():
    said = {1: ["(has|have) been filled", "hir*"], 2: ["no longer available"], 4: ["filled"]}
    lexicon = PhraseLexicon((bit, slots_of(phrase)) for bit, phrases in said.items() for phrase in phrases)
    assert lexicon.bits("It has been Filled") == 1 | 4
    assert lexicon.bits("It was filled") == 4
    assert lexicon.bits("We are hiring, no longer than available") == 1 | 2
    assert lexicon.bits("The group looks at owls.") == 0


def test_what_the_words_of_a_text_cannot_say_is_not_looked_for():
    lexicon = PhraseLexicon([(1, slots_of("no longer available"))])
    known = Phrasing("owls", 1, lexicon)
    assert not known.may_match("owls")
    assert known.search("owls") is None
    assert known.search("available no longer: owls")


def test_in_front_of_a_phrase_may_stand_none_of_some_words():
    known = phrasing(["!(you|they) will be hired", "# positions"])
    assert known.search("two will be hired")
    assert not known.search("you will be hired")
    assert known.search("12 positions")
    assert not known.search("x positions")


@given(st.sampled_from(SAYINGS), st.lists(st.sampled_from(WORDS), max_size=12))
def test_the_words_of_a_text_let_pass_whatever_it_says(place, words):
    known, text = saying(*place), " ".join(words)
    assert bool(known.pattern.search(text)) is bool(known.search(text))


def test_a_phrase_is_looked_for_between_two_places():
    known = phrasing(["until ... $"])
    text = "open until it is filled, and then closed"
    assert known.search(text, 0, text.index("filled"))
    assert not known.search(text, text.index("and"), text.index("closed"))


def test_an_apostrophe_is_one_however_it_is_written():
    known = phrasing(["au fil de l'eau"])
    assert known.search("Candidatures au fil de l’eau")
    assert known.search("candidatures au fil de l'eau")


def test_a_word_in_front_of_a_gap_is_whole():
    assert phrasing(["if ... filled"]).search("if it is filled")
    assert not phrasing(["if ... filled"]).search("iffy, and filled")
