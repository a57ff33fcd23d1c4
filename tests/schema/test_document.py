"""The kinds of values that postings and config share."""

from pathlib import Path

import pytest

from bot.platforms.slack import Mode
from bot.schema import (
    MAX_BYTES,
    Choice,
    Flag,
    InvalidError,
    Items,
    KeyedRecord,
    NamedEntries,
    Number,
    OneOf,
    Problem,
    Text,
    UnreadableError,
    compose,
    line_of,
    nearest,
    read_text,
    shown,
    value_of,
)


def read(kind, written):
    return kind.read(compose(written), "key")


def refused(kind, written):
    with pytest.raises(InvalidError) as caught:
        read(kind, written)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Text(), "plain", "plain"),
        (Text(), "' spaced '", "spaced"),
        (Text(), "'12:30'", "12:30"),
        (Text(), "folded\n over lines", "folded over lines"),
        (Text(lines=True), "|\n  a\n  b\n", "a\nb"),
        (Text(dates=True), "2027-05-02", "2027-05-02"),
        (Choice(Mode), "http", Mode.HTTP),
        (OneOf(["NO", "DE"], "country", "NO or DE"), "NO", "NO"),
        (Number(1, 10), "10", 10),
        (Number(1, 10), "10.0", 10),
        (Number(1, 10, whole=False), "2.5", 2.5),
        (Number(-5, 10), "-5", -5),
        (Flag(), "true", True),
        (Flag(), "False", False),
        (Items(Text()), "[]", ()),
        (Items(Text()), "- a\n- b", ("a", "b")),
        (Items(Text(), or_one=True), "a", ("a",)),
        (KeyedRecord({"a": Text()}), "{}", {}),
        (KeyedRecord({"a": Text()}), "a: b", {"a": "b"}),
        (NamedEntries(lambda node, name: Text()), "x: a\ny: b", {"x": "a", "y": "b"}),
    ],
)
def test_a_kind_reads_what_it_is_for(kind, written, value):
    found = read(kind, written)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "written", "message"),
    [
        (Choice(Mode), "HTTP", 'key: "HTTP" is not one of socket, http; did you mean "http"?'),
        (OneOf(["NO", "DE"], "country", "NO or DE"), "France", 'key: "France" is no country; write NO or DE'),
        (Number(1, 10), "11", "key: 11 is no whole number from 1 to 10"),
        (Flag(), "yes", 'key: "yes" is neither true nor false; write one of them'),
        (Text(), "a\n\n b", "key: holds a line break; write one line"),
        (
            KeyedRecord({"a": Text()}, required=["a"]),
            "b: 1",
            '"key.b" is no key I know; known are a; key.a: is missing; add it',
        ),
        (KeyedRecord({}), "b: 1", '"key.b" is no key I know; delete it'),
    ],
)
def test_a_kind_refuses_the_rest_and_says_what_to_write(kind, written, message):
    assert refused(kind, written) == message


def test_a_list_and_a_record_tell_all_that_is_wrong_in_them():
    kind = KeyedRecord({"a": Items(Number(1, 2)), "b": KeyedRecord({"c": Flag()})})
    with pytest.raises(InvalidError) as caught:
        read(kind, "a: [1, x,\n  3]\nb:\n  c: d\n  e: f\n")
    assert [line for line, _ in caught.value.faults] == [1, 2, 4, 5]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("titel", '; did you mean "title"?'),
        ("TITLE", '; did you mean "title"?'),
        ("rome", '; did you mean "Europe/Rome"?'),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_the_nearest_known_word_is_named(word, hint):
    assert nearest(word, ["title", "Europe/Rome"]) == hint


def test_a_problem_reads_as_editors_and_compilers_write_it():
    (problem,) = InvalidError((7, "role: is missing; add it")).problems(Path("postings") / "x.yaml")
    assert problem == Problem(str(Path("postings/x.yaml")), 7, "role: is missing; add it")
    assert str(problem) == f"{Path('postings/x.yaml')}:7: role: is missing; add it"


def test_a_long_text_is_shown_short_and_on_one_line():
    assert shown("a\n  b\tc") == "a b c"
    assert len(shown("x" * 1000)) == 60


def test_where_a_key_stands_and_what_it_holds():
    root = compose("a: 1\n\nb:\n  c: 2\n", first_line=2)
    assert [line_of(root, key) for key in ("a", "b", "nowhere")] == [2, 4, 2]
    assert value_of(value_of(root, "b"), "c").value == "2"
    assert value_of(value_of(root, "nowhere"), "c") is None


@pytest.mark.parametrize("size", [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, MAX_BYTES])
def test_a_file_up_to_a_mib_is_read_whole(tmp_path, size):
    path = tmp_path / "x.yaml"
    path.write_text("x" * size)
    assert read_text(path) == "x" * size


def test_a_file_beyond_a_mib_and_one_that_is_not_there_are_told_apart(tmp_path):
    (tmp_path / "x.yaml").write_text("x" * (MAX_BYTES + 1))
    with pytest.raises(InvalidError, match="is larger than 1 MiB"):
        read_text(tmp_path / "x.yaml")
    with pytest.raises(UnreadableError, match="cannot be read: No such file or directory"):
        read_text(tmp_path / "y.yaml")


def test_line_ends_of_all_systems_are_one(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"a\r\nb\rc\nd")
    assert read_text(tmp_path / "x.yaml") == "a\nb\nc\nd"
