"""Lines as somebody sends them in chat."""

import pytest

from bot.sources.files.lines import read_lines
from bot.sources.files.values import FieldsError, checked, from_text


def test_lines_are_keys_and_values_to_the_letter():
    lines = read_lines(
        'Title: "Owls": a # start\n\n# a comment\nrole: phd, postdoc\nTAGS : [a, "b, c"]\nfte: 65\nopenings:2\npay: -\n'
        "url: https://lab.example/#a\ncontact: Lab office <jobs@lab.example>\nskills: one\n",
        by_editor=False,
    )
    assert lines.changes == {
        "title": '"Owls": a # start',
        "role": ["phd", "postdoc"],
        "tags": ["a", "b, c"],
        "fte": 65,
        "openings": 2,
        "pay": None,
        "url": "https://lab.example/#a",
        "contact": {"name": "Lab office", "email": "jobs@lab.example"},
        "skills": ["one"],
    }
    assert "pay" not in lines.fields
    assert checked(lines.fields, "owls", "UTC", lines.lines).title == '"Owls": a # start'


def test_what_is_wrong_is_said_with_its_line_as_check_says_it():
    with pytest.raises(FieldsError) as caught:
        read_lines("title: Owls\nnothing\ntitle: Bats\ndue: 2027-05-02\ntags: [a\ncolours: red", by_editor=True)
    assert [(problem.line, problem.text) for problem in caught.value.problems] == [
        (2, '"nothing" has no colon and space after its key; write key: value'),
        (3, "title: stands twice; keep this or line 1"),
        (4, '"due" is no key I know; did you mean "deadline"?'),
        (5, "tags: opens a list with [ that is not closed; add ] and commas"),
        (6, '"colours" is no key I know; delete it'),
    ]
    lines = read_lines("# a\ntitle: Owls\nrole: PhD\nfte: half", by_editor=True)
    with pytest.raises(FieldsError) as caught:
        checked(lines.fields, "owls", "UTC", lines.lines)
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [(3, "role"), (4, "fte")]


def test_from_members_some_keys_are_not_taken():
    text = (
        "title: Owls\nrole: phd\nowner: slack:U0OWL\nstatus: draft\nposted: 2027-01-01\naliases: a\nsource: {name: x}"
    )
    lines = read_lines(text, by_editor=False)
    assert lines.fields == {"title": "Owls", "role": ["phd"]}
    assert lines.left_out == ("owner", "status", "posted", "aliases", "source")
    editors = read_lines(text, by_editor=True)
    assert editors.left_out == ()
    assert editors.fields["owner"] == ["slack:U0OWL"]


def test_a_contact_in_each_of_its_forms():
    assert from_text("contact", "jobs@lab.example") == {"email": "jobs@lab.example"}
    assert from_text("contact", "https://lab.example") == {"url": "https://lab.example"}
    assert from_text("contact", "Ada Example") == {"name": "Ada Example"}
    assert from_text("contact", "{name: Ada, email: a@lab.example}") == {"name": "Ada", "email": "a@lab.example"}
