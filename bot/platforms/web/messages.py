"""What was posted, as a file of JSON lines: a message that stands can be shown, found and edited after a restart, too.

Each line is written through to the disk before the ledger hears that it is delivered. A last line that was cut off by a
crash is left out: then it was not delivered. What a message said before it was edited is in the file no more: it may
name people who are not to be named any longer.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.files.private import keep_private, make_private

MOST = 200
"""So many messages are kept for each channel: the newest."""

_MOST_STALE = 100  # messages that are too old to be kept, and still in the file

Post = dict[str, Any]
"""A message as the page has it: `id`, `channel`, `key`, `at`, `answers`, `edited_at`, and its content."""


class MessageFile:
    """The messages by id, in order. With no `path`, only in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path:
            keep_private(path)  # at once: it may be long until somebody reads what is there
        self._posts: dict[str, Post] = {}
        self._lines = self._last = 0
        self._is_read = False

    @property
    def posts(self) -> dict[str, Post]:
        """All of them by id, read from the file when they are first asked for."""
        if not self._is_read:
            self._is_read = True
            for post in self._written():
                self._take(post)
            self._clear_out(0)
        return self._posts

    def put(self, post: Post) -> None:
        """Keeps a message in place of what had its id, in the file as well. Raises `OSError`."""
        if post["id"] in self.posts:
            changed = {**self._posts, post["id"]: post}
            self._write_anew(changed)
            self._posts = changed
            return
        self._append(post)
        self._take(post)
        self._clear_out(_MOST_STALE)

    def remove(self, name: str) -> None:
        """Takes a message away, from the file as well: whoever withdraws it wants it nowhere. Raises `OSError`."""
        if name in self.posts or self._lines > len(self._posts):  # it may be one that is not kept any more
            left = {kept_post: post for kept_post, post in self._posts.items() if kept_post != name}
            self._write_anew(left)
            self._posts = left

    def _clear_out(self, most: int) -> None:
        """Takes what is not kept any more out of the file, if that is more than so many lines."""
        if self._lines - len(self._posts) > most:
            with suppress(OSError):
                self._write_anew(self._posts)

    def next_id(self, now: datetime) -> str:
        """One that no other message has, or had: milliseconds since 1970, or one more than the last."""
        last = max(self._last, *map(int, self.posts), 0)
        self._last = max(last + 1, int(now.timestamp() * 1000))
        return str(self._last)

    def _take(self, post: Post) -> None:
        self._lines += 1
        if "channel" not in post:
            self._posts.pop(post["id"], None)
            return
        self._posts[post["id"]] = post
        same = [name for name, kept_post in self._posts.items() if kept_post["channel"] == post["channel"]]
        for name in same[:-MOST]:
            del self._posts[name]

    def _written(self) -> Iterator[Post]:
        if self._path:
            with suppress(OSError):
                for line in self._path.read_bytes().splitlines():
                    with suppress(ValueError):
                        post = json.loads(line)
                        if isinstance(post, dict) and str(post.get("id", "")).isdecimal():  # what we have written
                            yield post

    def _append(self, post: Post) -> None:
        if self._path:
            make_private(self._path)
            with self._path.open("ab") as file:
                file.write(b"\n" + json.dumps(post).encode())  # the line before may have been cut off
                file.flush()
                os.fsync(file.fileno())

    def _write_anew(self, posts: Mapping[str, Post]) -> None:
        """With these alone: without what has been edited or deleted since. Raises `OSError`."""
        if self._path:
            beside = self._path.with_name(f"{self._path.name}.new")
            make_private(beside)
            with beside.open("wb") as file:
                file.write(b"\n".join(json.dumps(post).encode() for post in posts.values()))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
            self._lines = len(posts)
