"""What was posted is there after a restart, whatever became of the file's last line."""

import json
from datetime import timedelta

import pytest

from bot.platforms.web import messages
from bot.platforms.web.messages import MessageFile
from tests.store.build import NOON


def post(name, text="x", channel="lab"):
    return {"id": name, "channel": channel, "key": f"{channel}/{name}", "text": text}


def test_messages_edits_and_deletions_are_read_back(tmp_path):
    path = tmp_path / "chat.jsonl"
    first = MessageFile(path)
    first.put(post("1"))
    first.put(post("2"))
    first.put(post("1", "edited"))
    first.put(post("3"))
    first.remove("3")
    first.remove("unknown")
    assert list(MessageFile(path).posts.values()) == [post("1", "edited"), post("2")]


def test_what_is_taken_away_leaves_the_file_too(tmp_path):
    path = tmp_path / "chat.jsonl"
    writing = MessageFile(path)
    for name, text in (("1", "withdrawn"), ("2", "stays"), ("1", "withdrawn, and edited before")):
        writing.put(post(name, text))
    assert b"withdrawn" in path.read_bytes()
    writing.remove("1")
    assert b"withdrawn" not in path.read_bytes()
    writing.put(post("3", "later"))
    assert list(MessageFile(path).posts.values()) == [post("2", "stays"), post("3", "later")]
    assert [one.name for one in tmp_path.iterdir()] == ["chat.jsonl"]


def test_what_an_edited_message_said_before_leaves_the_file_too(tmp_path):
    path = tmp_path / "chat.jsonl"
    writing = MessageFile(path)
    writing.put(post("1", "ask ada@lab.example"))
    writing.put(post("2", "stays"))
    writing.put(post("1", "is closed"))
    assert b"ada@lab.example" not in path.read_bytes()
    writing.put(post("3", "later"))
    assert list(MessageFile(path).posts.values()) == [post("1", "is closed"), post("2", "stays"), post("3", "later")]


def test_what_was_left_in_the_file_before_leaves_it_at_a_start(tmp_path):
    path = tmp_path / "chat.jsonl"
    path.write_text("\n".join(json.dumps(post("1", text)) for text in ("ask ada@lab.example", "is closed")))
    assert list(MessageFile(path).posts.values()) == [post("1", "is closed")]
    assert b"ada@lab.example" not in path.read_bytes()


def test_what_is_too_old_to_be_kept_can_be_taken_out_of_the_file_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "MOST", 1)
    path = tmp_path / "chat.jsonl"
    writing = MessageFile(path)
    writing.put(post("1", "withdrawn"))
    writing.put(post("2", "stays"))
    writing.remove("1")
    assert b"withdrawn" not in path.read_bytes()
    assert list(MessageFile(path).posts) == ["2"]


def test_what_cannot_be_taken_out_of_the_file_stays_and_is_said(tmp_path):
    path = tmp_path / "chat.jsonl"
    writing = MessageFile(path)
    writing.put(post("1"))
    (tmp_path / "chat.jsonl.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        writing.remove("1")
    assert list(writing.posts) == list(MessageFile(path).posts) == ["1"]


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_line_that_was_cut_off_is_left_out_and_the_next_is_whole(tmp_path, cut):
    path = tmp_path / "chat.jsonl"
    before = MessageFile(path)
    before.put(post("1"))
    before.put(post("2"))
    path.write_bytes(path.read_bytes()[:-cut])
    again = MessageFile(path)
    assert list(again.posts) == ["1"]
    again.put(post("3"))
    assert list(MessageFile(path).posts) == ["1", "3"]


@pytest.mark.parametrize("line", ["7", "null", "[]", '{"x": 1}', '{"id": "x"}', "no json", '{"id": "9"}'])
def test_a_line_of_somebody_else_is_left_out(tmp_path, line):
    path = tmp_path / "chat.jsonl"
    MessageFile(path).put(post("1"))
    path.write_text(f"{path.read_text()}\n{line}\n")
    assert list(MessageFile(path).posts) == ["1"]
    assert int(MessageFile(path).next_id(NOON)) > 1


def test_only_the_newest_of_each_channel_are_kept_and_the_file_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "MOST", 3)
    path = tmp_path / "chat.jsonl"
    writing = MessageFile(path)
    for number in range(200):
        writing.put(post(str(number), channel="ab"[number % 2]))
    assert list(writing.posts) == ["194", "195", "196", "197", "198", "199"]
    assert path.read_bytes().count(b"{") <= 6 + 100
    assert list(MessageFile(path).posts) == list(writing.posts)
    assert path.read_bytes().count(b"{") == 6


def test_an_id_is_never_given_twice(tmp_path):
    path = tmp_path / "chat.jsonl"
    first = MessageFile(path)
    ids = [first.next_id(NOON), first.next_id(NOON), first.next_id(NOON - timedelta(days=1))]
    assert len(set(ids)) == 3
    first.put(post(ids[-1]))
    assert int(MessageFile(path).next_id(NOON - timedelta(days=9))) > int(ids[-1])


def test_without_a_file_it_is_kept_in_memory():
    memory = MessageFile(None)
    memory.put(post("1"))
    assert list(memory.posts) == ["1"]
