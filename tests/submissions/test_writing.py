"""Fields as the file that a person would have written, which reads back as what was handed in."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.posting import Role
from bot.schema import InvalidError, text_of
from bot.sources.files import parts
from bot.sources.files.fields import posting
from bot.sources.files.values import FieldsError, checked, merged
from bot.submissions.changing import fields_of
from bot.submissions.writing import file_text
from tests.submissions.build import HOSTILE, fields

FULL = {
    "tags": ["machine learning", "yes", "a, b"],
    "title": "PhD Student in Robust Machine Learning: a start",
    "description": "As long as you like.\n\n- one\n- two",
    "role": ["phd", "postdoc"],
    "location": "Tübingen, Germany",
    "deadline": "2027-05-02 12:00",
    "timezone": "Europe/Berlin",
    "pay": "NO",
    "fte": 62.5,
    "openings": 2,
    "degree": ["Master's degree in a quantitative subject"],
    "start": "2027-10-01",
    "contact": {"name": "Lab office", "email": "jobs@lab.example", "url": "https://lab.example"},
    "summary": "word " * 30 + "end",
    "skills": ["one that is rather long, with a comma", "another one that is just as long: with a colon", "# a third"],
}


def test_a_file_is_as_a_person_would_have_written_it():
    assert file_text(FULL) == (
        """\
title: "PhD Student in Robust Machine Learning: a start"
role: [phd, postdoc]
location: Tübingen, Germany
deadline: 2027-05-02 12:00
timezone: Europe/Berlin
start: 2027-10-01
fte: 62.5
openings: 2
degree: Master's degree in a quantitative subject
skills:
  - one that is rather long, with a comma
  - "another one that is just as long: with a colon"
  - "# a third"
contact:
  name: Lab office
  email: jobs@lab.example
  url: https://lab.example
tags: [machine learning, "yes", "a, b"]
summary: >-
  word word word word word word word word word word word word word word word word word word word
  word word word word word word word word word word word end
description: |
  As long as you like.

  - one
  - two
""".replace("fte: 62.5", 'pay: "NO"\nfte: 62.5')
    )


def _checked(some):
    """The posting, or what is wrong with it."""
    try:
        return checked(some, "owls", "Europe/Berlin"), ()
    except FieldsError as error:
        return None, error.problems


def _read(text):
    root, body = parts(text_of(text.encode()), is_markdown=False)
    return posting("owls", root, "Europe/Berlin", body)


@settings(max_examples=100, deadline=None)
@given(fields)
def test_whatever_holds_up_is_read_back_as_it_was_handed_in(some):
    wanted, problems = _checked(some)
    assert all(problem.text and problem.key in some for problem in problems)
    assume(wanted)
    text = file_text(some)
    assert _read(text) == wanted
    assert fields_of(text.encode(), is_markdown=False) == merged(some, {})


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("key", ["title", "location", "apply", "summary", "description", "degree", "tags"])
def test_hostile_text_survives_or_is_refused_in_words(key, text):
    some = {"title": "Owls", "role": ["phd"], key: [text] if key in {"degree", "tags"} else text}
    wanted, problems = _checked(some)
    assert [problem.key for problem in problems] == ([] if wanted else [key])
    assert wanted is None or _read(file_text(some)) == wanted


@given(st.text(max_size=40), st.sampled_from(["title", "summary", "tags"]))
def test_any_text_at_all_survives_or_is_refused_in_words(text, key):
    some = {"title": "Owls", "role": ["phd"], key: [text] if key == "tags" else text}
    wanted, problems = _checked(some)
    assert wanted or all(problem.text for problem in problems)
    assert wanted is None or _read(file_text(some)) == wanted


def test_what_turns_the_direction_of_writing_is_refused_and_long_text_is_no_trouble():
    with pytest.raises(FieldsError, match=r"title: holds the character U\+202E"):
        checked({"title": "a\u202eb", "role": ["phd"]}, "owls", "Europe/Berlin")
    with pytest.raises(FieldsError, match="title: has 10000 characters; write at most 300"):
        checked({"title": "x" * 10_000, "role": ["phd"]}, "owls", "Europe/Berlin")
    for text in ("x" * 10_000, "word " * 1_999 + "word.", "\n".join(["<<<<<<< a", "---"] * 500)):
        some = {"title": "Owls", "role": ["phd"], "description": text}
        assert _read(file_text(some)).description == text


def test_what_is_wrong_is_said_as_check_says_it():
    with pytest.raises(FieldsError) as caught:
        checked({"title": "Owls", "role": ["PhD"], "deadline": "2.5.2027", "colour": "red"}, "owls", "Europe/Berlin")
    assert [(problem.key, problem.text) for problem in caught.value.problems] == [
        (
            "role",
            f'role: "PhD" is not one of {", ".join(Role)}; write role: phd',
        ),
        ("deadline", 'deadline: "2.5.2027" is no date; write 2027-05-02'),
        ("colour", '"colour" is no key I know; delete it'),
    ]
    with pytest.raises(FieldsError, match="title: is missing") as missing:
        checked({"role": ["phd"]}, "owls", "Europe/Berlin")
    assert missing.value.problems[0].key == "title"


def test_a_file_of_these_fields_fits_no_line_that_it_does_not_need():
    assert file_text({"title": "Owls", "role": ["phd"]}) == "title: Owls\nrole: phd\n"
    with pytest.raises(InvalidError):
        _read("title: Owls: a\nrole: phd\n")
