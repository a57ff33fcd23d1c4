"""Characters that are not seen, and text that must do nothing where it is shown."""

import sys
import unicodedata

import pytest

from bot.domain.letters import displayed, odd_character, printable, printable_lines, trimmed, without_unseen
from bot.domain.message import Line, Message, Span
from bot.domain.posting import Posting, Role
from bot.platforms.text import plain
from bot.questions.grammar import parse
from bot.questions.matching import matches

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def test_every_space_that_is_none_to_a_program_is_named_and_trimmed():
    spaces = [sign for sign in EVERY if unicodedata.category(sign) == "Zs" and sign != " "]
    assert len(spaces) > 10
    for sign in spaces:
        assert trimmed(f"{sign}a{sign}b{sign}") == f"a{sign}b"
        assert odd_character(f"a{sign}b") == (
            f"holds the character U+{ord(sign):04X} ({unicodedata.name(sign).lower()}); write a plain space"
        )


@pytest.mark.parametrize("sign", "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2064\ufeff\u061c\u034f\u180e")
def test_what_has_no_shape_is_named_and_makes_no_other_word(sign):
    assert odd_character(f"a{sign}b").endswith("; delete it")
    assert without_unseen(f"Bio{sign}informatik") == "Bioinformatik"


def test_a_plain_text_has_no_odd_character():
    for text in ("", "PhD in Robotics", "Tübingen 🤖👩‍🔬".replace("\u200d", ""), "博士", "a\tb\n"):
        assert odd_character(text) == ""


POSTINGS = {
    "a": "Wissen\u00adschaftliche Mit\u00adarbeiterin in Bio\u00adinformatik",
    "b": "Robust\u200bness in Machine\u2060 Learning",
    "c": "دانشجوی دکتری؛ می\u200cخواهیم",
}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Bioinformatik", "a"),
        ("Bio\u00adinfor\u00admatik", "a"),
        ("robustness", "b"),
        ("machine\ufeff learning", "b"),
        ("می\u200cخواهیم", "c"),
        ("میخواهیم", "c"),
    ],
)
def test_words_are_found_whatever_stands_unseen_in_them(query, wanted):
    postings = [Posting(id=name, title=title, roles=(Role.PHD,), timezone="UTC") for name, title in POSTINGS.items()]
    assert [posting.id for posting in postings if matches(parse(query), posting)] == [wanted]


def test_a_terminal_shows_them_as_they_are_or_not_at_all():
    said = plain(Message(tuple(Line((Span(title),)) for title in POSTINGS.values())))
    assert said == (
        "Wissenschaftliche Mitarbeiterin in Bioinformatik\nRobustness in Machine Learning\n" + POSTINGS["c"] + "\n"
    )
    assert displayed("a\u00a0b\tc 🏴\U000e0067\U000e007f") == "a\u00a0b    c 🏴\U000e0067\U000e007f"


def test_what_would_act_in_a_terminal_is_a_sign():
    assert displayed("\x1b[2J\x9b\x07a\u202eb\n") == "\ufffd[2J\ufffd\ufffda\ufffdb\n"


def test_what_is_printed_by_a_command_or_logged_is_on_one_line_and_does_nothing():
    text = "a.yaml\n::error file=x::\r\x1b[31m\x85\u2028\u202e\ud800\udcff\x9b\x00\tü\u200c"
    assert printable(text) == (
        "a.yaml\\n::error file=x::\\r\\x1b[31m\\x85\\u2028\\u202e\\ud800\\xff\\x9b\\x00\\tü\u200c"
    )
    assert printable_lines("a\n::b\x1b\n") == "a\n  | ::b\\x1b"
    for sign in EVERY:
        if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} or unicodedata.bidirectional(sign) in BIDI:
            assert printable(sign).isascii(), ascii(sign)


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize("text", ["::error file=x::forged", "  ::add-mask::a", "A\n::error::b", "##[error]x"])
def test_no_line_of_what_is_shown_is_a_command_to_a_ci_service(text):
    shown = displayed(text)
    assert not any(line.lstrip().startswith(("::", "##[")) for line in shown.split("\n"))
    assert shown.replace("\u2061", "") == text
    assert displayed("std::vector ## [x]") == "std::vector ## [x]"
