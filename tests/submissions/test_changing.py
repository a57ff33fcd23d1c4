"""A change alters the lines concerned, and everything else stays to the byte."""

# ruff: noqa: E501  # a case is read best on a line

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.schema import InvalidError, text_of
from bot.sources.files import parts
from bot.sources.files.fields import posting
from bot.sources.files.values import FieldsError, checked, merged
from bot.submissions.changing import changed, fields_of
from bot.submissions.writing import file_text
from tests.submissions.build import fields, optional, values

ZONE = "Europe/Berlin"


def change(text, is_markdown=False, **changes):
    return changed(text.encode(), changes, "owls", ZONE, is_markdown=is_markdown).decode()


HEAD = "title: Owls  # all of them\n# Who\nrole: phd\n"

CHANGES = {
    "a value": (HEAD + "deadline: 2027-05-02 # soon\npay: E13\n", {"deadline": "2027-06-01"}, HEAD + "deadline: 2027-06-01 # soon\npay: E13\n"),
    "quotes that stay where they are needed": (HEAD + "pay: 'E13'\n", {"pay": "NO"}, HEAD + 'pay: "NO"\n'),
    "a new key": (HEAD + "pay: E13\n# the end\n", {"deadline": "2027-06-01"}, HEAD + "deadline: 2027-06-01\npay: E13\n# the end\n"),
    "a new key at the end": (HEAD.rstrip("\n"), {"pay": "E13"}, HEAD + "pay: E13"),
    "a key before all others": ("role: phd\ntitle: Owls\n", {"status": "closed"}, "role: phd\nstatus: closed\ntitle: Owls\n"),
    "a key taken away": (HEAD + "pay: E13\n# the end\n", {"pay": None}, HEAD + "# the end\n"),
    "the last key taken away": (HEAD + "pay: E13", {"pay": None}, HEAD.rstrip("\n")),
    "a key that is not there": (HEAD, {"pay": None}, HEAD),
    "what it says already": (HEAD + "tags: ['a',   b]\n", {"tags": ["a", "b"]}, HEAD + "tags: ['a',   b]\n"),
    "a list in brackets": (HEAD + "tags: [a, b]  # c\n", {"tags": ["b", "c d"]}, HEAD + "tags: [b, c d]  # c\n"),
    "one in place of a list": (HEAD, {"role": ["phd", "postdoc"]}, HEAD.replace("phd", "[phd, postdoc]")),
    "an item more": (HEAD + "tags:  # c\n  - a  # first\n  - b\n\n# end\n", {"tags": ["a", "b", "c"]}, HEAD + "tags:  # c\n  - a  # first\n  - b\n  - c\n\n# end\n"),
    "an item less": (HEAD + "tags:\n- a\n# of b\n- b # second\n- c\n", {"tags": ["a", "c"]}, HEAD + "tags:\n- a\n# of b\n- c\n"),
    "the last item less and one more": (HEAD + "tags:\n- a\n- b\n", {"tags": ["a", "c"]}, HEAD + "tags:\n- a\n- c\n"),
    "a list in another order": (HEAD + "tags:  # c\n  - a\n  - b\n# end\n", {"tags": ["b", "a"]}, HEAD + "tags: [b, a]  # c\n# end\n"),
    "lines in place of a line": (HEAD + "summary: short # c\npay: E13\n", {"summary": "a\n\nb"}, HEAD + "summary: | # c\n  a\n\n  b\npay: E13\n"),
    "a line in place of lines": (HEAD + "summary: |  # c\n  a\n\n  b\n\n\n# end\npay: E13\n", {"summary": "a"}, HEAD + "summary: a  # c\n\n\n# end\npay: E13\n"),
    "lines in place of lines": (HEAD + "summary: >-\n  a\n  b\npay: E13\n", {"summary": "c\nd"}, HEAD + "summary: |\n  c\n  d\npay: E13\n"),
    "a text over several lines": (HEAD + "pay: as\n  before  # c\nfte: 65\n", {"pay": "E13"}, HEAD + "pay: E13  # c\nfte: 65\n"),
    "a group": (HEAD + "contact:\n  # the office\n  name: Ada  # c\n  email: a@lab.example\n", {"contact": {"name": "Bob", "email": "a@lab.example"}}, HEAD + "contact:\n  # the office\n  name: Bob  # c\n  email: a@lab.example\n"),
    "a group with another key": (HEAD + "contact:\n  name: Ada\n# end\n", {"contact": {"email": "a@lab.example"}}, HEAD + "contact:\n  email: a@lab.example\n# end\n"),
    "a group in brackets": (HEAD + "contact: {name: Ada} # c\n", {"contact": {"name": "Bob, Ada"}}, HEAD + 'contact: {name: "Bob, Ada"} # c\n'),
    "a new group": (HEAD + "tags: [a]\n", {"contact": {"name": "Bob"}}, HEAD + "contact:\n  name: Bob\ntags: [a]\n"),
    "all in brackets": ("{title: Owls, role: phd, pay: E13}\n", {"pay": "a, b", "fte": 65}, '{title: Owls, role: phd, pay: "a, b", fte: 65}\n'),
    "one less in brackets": ("{title: Owls, pay: E13, role: phd}", {"pay": None}, "{title: Owls, role: phd}"),
    "the last in brackets": ("{title: Owls, role: phd, pay: E13 }", {"pay": None}, "{title: Owls, role: phd }"),
    "lines in brackets": ("{title: Owls, role: phd}\n", {"summary": "a\nb"}, '{title: Owls, role: phd, summary: "a\\nb"}\n'),
    "what is indented": ("  title: Owls\n  role: phd\n", {"summary": "a\nb"}, "  title: Owls\n  role: phd\n  summary: |\n    a\n    b\n"),
    "a document's marks": ("---\ntitle: Owls\nrole: phd\n...\n", {"pay": "E13"}, "---\ntitle: Owls\nrole: phd\npay: E13\n...\n"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_lines_concerned_are_changed(what):
    before, changes, after = CHANGES[what]
    assert change(before, **changes) == after


@pytest.mark.parametrize("what", CHANGES)
def test_line_ends_and_the_mark_at_the_beginning_stay(what):
    before, changes, after = CHANGES[what]
    data = b"\xef\xbb\xbf" + before.replace("\n", "\r\n").encode()
    expected = b"\xef\xbb\xbf" + after.replace("\n", "\r\n").encode()
    assert changed(data, changes, "owls", ZONE, is_markdown=False) == expected


def test_each_line_keeps_its_own_end():
    before = b"title: Owls\r\nrole: phd\npay: E13\r\n# end\n\n"
    after = changed(before, {"pay": "E14", "fte": 65}, "owls", ZONE, is_markdown=False)
    assert after == b"title: Owls\r\nrole: phd\npay: E14\r\nfte: 65\r\n# end\n\n"


MARKDOWN = "---\ntitle: Owls\nrole: phd # c\n---\n\nOf **owls**.\n\n---\nEnd\n"


def test_the_keys_and_the_text_of_a_markdown_file():
    assert change(MARKDOWN, is_markdown=True, role=["postdoc"], pay="E13") == MARKDOWN.replace(
        "phd", "postdoc"
    ).replace("# c\n", "# c\npay: E13\n")
    assert change(MARKDOWN, is_markdown=True, description="New.\n\n- a") == (
        "---\ntitle: Owls\nrole: phd # c\n---\n\nNew.\n\n- a\n"
    )
    assert change(MARKDOWN, is_markdown=True, description=None) == "---\ntitle: Owls\nrole: phd # c\n---\n"
    inside = "---\ntitle: Owls\nrole: phd\ndescription: a\n---\n"
    assert change(inside, is_markdown=True, description="b") == inside.replace(": a", ": b")
    with pytest.raises(InvalidError, match="a merge is not finished"):
        change(MARKDOWN, is_markdown=True, description="<<<<<<< a\nb")


def test_what_does_not_hold_up_afterwards_is_not_changed():
    with pytest.raises(FieldsError, match=r"deadline: .* is no date"):
        change(HEAD, deadline="soon")
    with pytest.raises(FieldsError, match="title: is missing"):
        change(HEAD, title=None)
    with pytest.raises(InvalidError, match="is no key I know"):
        change(HEAD + "colour: red\n", pay="E13")


@pytest.mark.parametrize("text", ["? title\n: Owls\nrole: phd\n", "title: &a Owls\nrole: phd\n"])
def test_what_only_a_person_can_change_is_left_alone(text):
    with pytest.raises(InvalidError, match=r"only a person can change|begins an alias or anchor"):
        change(text, title="Bats")


changes = st.fixed_dictionaries(
    {}, optional={key: st.one_of(value, st.none()) for key, value in optional.items()} | {"title": values["title"]}
)
comments = st.lists(st.sampled_from(["# a: b", "", "#", "  # deep"]), max_size=2)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(fields, changes, st.data())
def test_any_change_of_any_file_is_read_back_and_can_be_undone(some, other, data):
    """Comments, a line of its own each, are all still there; and to change it back gives the values of before."""
    try:
        checked(some, "owls", ZONE)
        wanted = checked(merged(some, other), "owls", ZONE)
    except FieldsError:
        assume(False)
    lines = file_text(some).split("\n")
    top = [place for place, line in enumerate(lines) if line and not line.startswith((" ", "-"))]
    for number, place in enumerate(reversed(top)):
        if data.draw(st.booleans()):
            lines.insert(place, f"# comment {number}")
    text = "\n".join(lines)
    before = fields_of(text.encode(), is_markdown=False)
    after = change(text, **other)
    root, body = parts(text_of(after.encode()), is_markdown=False)
    assert posting("owls", root, ZONE, body) == wanted
    assert [line for line in after.split("\n") if line.startswith("# comment")] == [
        line for line in text.split("\n") if line.startswith("# comment")
    ]
    back = change(after, **{key: before.get(key) for key in other})
    assert fields_of(back.encode(), is_markdown=False) == before
    untouched = [line for line in text.split("\n") if line.partition(":")[0] in set(before) - set(other)]
    assert all(line in back.split("\n") for line in untouched)
