"""Issues, as forms of GitHub and GitLab make them, as postings."""

from datetime import datetime

import pytest

from bot.domain.zones import zone
from bot.sources.files.values import FieldsError
from bot.submissions.issues import read_issue

HERE = datetime(2026, 12, 1, 12, tzinfo=zone("Europe/Berlin"))
ISSUE = """### Title (title)

PhD in Owls: a start

### Role (role)

PhD, postdoc

### Deadline (deadline)

2 May 2027

### Where (location)

_No response_

### Anything else?

role: admin

### Description (description)

About owls.

- one
- two

### tags

- [x] birds
- [ ] mammals
- [X] night

### Owner (owner)

slack:U0EVE
"""


def read(text):
    found = read_issue(text, HERE, "Europe/Berlin")
    return found.fields, found.left_out


def test_what_stands_below_a_key_is_its_value():
    fields, left_out = read(ISSUE)
    assert fields == {
        "title": "PhD in Owls: a start",
        "role": ["phd", "postdoc"],
        "deadline": "2027-05-02",
        "tags": ["birds", "night"],
        "description": "About owls.\n\n- one\n- two",
    }
    assert list(left_out) == ['"### Anything else? role: admin"', "owner"]
    assert read(ISSUE.replace("\n", "\r\n")) == (fields, left_out)


HEAD = "### title\n\nOwls\n\n### role\n\nphd\n\n"


@pytest.mark.parametrize(
    ("more", "key", "why"),
    [
        ("### deadline\n\n3/4/2027", "deadline", 'deadline: "3/4/2027" may be 2027-03-04 or 2027-04-03'),
        ("### deadline\n\nsoon", "deadline", 'deadline: "soon" is no date; write YYYY-MM-DD or YYYY-MM-DD HH:MM'),
        ("### fte\n\nhalf", "fte", 'fte: "half" is no number; write digits such as 1'),
        ("### status\n\nclosed", "status", "is not taken from whoever fills in a form"),
        ("### title\n\nBats", "title", "title: stands twice; only the first counts"),
        ("### place\n\nA town", '"### place A town"', "stands below a heading that is no key"),
        ("### tags\n\n[a", "tags", "tags: opens a list with [ that is not closed; add ] and commas"),
    ],
)
def test_what_does_not_hold_up_is_left_out_and_named(more, key, why):
    fields, left_out = read(HEAD + more)
    assert fields == {"title": "Owls", "role": ["phd"]}
    assert left_out == {key: why}


def test_hints_of_a_template_say_nothing():
    fields, _ = read(HEAD + "### pay\n\n<!-- such as TV-L E13 -->\n\n### location\n\n<!-- a town --> Rostock\n")
    assert fields == {"title": "Owls", "role": ["phd"], "location": "Rostock"}


def test_without_a_title_or_role_there_is_no_posting():
    with pytest.raises(FieldsError, match="role: is missing"):
        read("### title\n\nOwls\n")
    with pytest.raises(FieldsError, match='role: "boss" is not one of'):
        read("### title\n\nOwls\n\n### role\n\nboss\n")


@pytest.mark.parametrize(
    "heading", ["### Your tasks", "## Your tasks", "#### Your tasks", "#### Apply", "# Title (title)"]
)
def test_a_heading_within_the_description_belongs_to_it(heading):
    description = f"Intro line.\n\n{heading}\n\n- a\n- b"
    text = f"{HEAD}### Description (description)\n\n{description}\n\n### location\n\nRostock\n"
    fields = {"title": "Owls", "role": ["phd"], "description": description, "location": "Rostock"}
    assert read(text) == (fields, {})


def test_what_stands_above_the_first_key_is_named_but_not_a_headline():
    fields = {"title": "Owls", "role": ["phd"]}
    assert read(f"# A position\n\n{HEAD}") == (fields, {})
    assert read(f"Dear all,\nplease\n\n{HEAD}") == (fields, {'"Dear all, please"': "stands above the first key"})


@pytest.mark.parametrize("text", ["", "\n", "Owls", "# Owls\n\nphd", "<!-- ### title -->"])
def test_where_no_heading_is_a_key_there_is_no_posting(text):
    with pytest.raises(FieldsError, match="title: is missing"):
        read(text)
