"""What is in the registry's folder: every file that is or means to be a posting, found within limits."""

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.schema import Problem
from bot.sources.files.names import ENDINGS, LIKE_POSTINGS, better_id, is_no_posting

MAX_DEPTH = 32
"""Folders within each other that are looked into."""
MAX_ENTRIES = 250_000
"""Files and folders that are looked at, in all."""

Signature = int | str
"""What tells that a file has changed; or why it cannot be read, and then it is looked at again each time."""

_NOT_PLAIN = "cannot be read: it is a broken link or no plain file"
_LEADS_OUT = (
    "is a link that leads out of the registry; copy what it leads to, or write follow_links: true in the config"
)


@dataclass(slots=True)
class Look:
    """One look at a folder and all folders in it; with `follow_links`, also where links in it lead out of it.

    `files`: their signatures, but for those that whoever looks says are `is_known` as they are. `problems`: what stands
    in the way. `unread`: folders whose files are as they were, for nobody knows better.
    """

    folder: str
    follow_links: bool
    is_known: Callable[[str, Signature], bool] = lambda _, __: False
    has_files: bool = False
    files: dict[str, Signature] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    _seen: set[str] = field(default_factory=set)  # real paths of folders: a link may lead back up
    _count: int = 0

    def __post_init__(self) -> None:
        self._seen.add(os.path.realpath(self.folder))
        left = [(self.folder, 0)]
        while left:
            folder, depth = left.pop()
            try:
                with os.scandir(folder) as entries:
                    inner = [entry.path for entry in entries if self._leads_on(entry)]
            except OSError as error:
                self._leave_out(folder, f"the folder cannot be read: {error.strerror or type(error).__name__}")
                continue
            if self._count > MAX_ENTRIES:
                self._leave_out(self.folder, f"holds more than {MAX_ENTRIES} files, and the others are not read")
                return
            if inner and depth == MAX_DEPTH:
                self._leave_out(folder, f"lies {MAX_DEPTH} folders deep; those in it are not read: move them up")
                continue
            left += [(path, depth + 1) for path in inner]

    def _leads_on(self, entry: "os.DirEntry[str]") -> bool:
        """Whether an entry is a folder to look into; a file is put down."""
        self._count += 1
        if self._count > MAX_ENTRIES or is_no_posting(entry.name):
            return False
        name = entry.name.casefold()
        try:
            status = entry.stat()
        except OSError:  # a broken link, or gone meanwhile
            status = None
        if status is None or not stat.S_ISDIR(status.st_mode):
            if name.endswith(LIKE_POSTINGS):
                if entry.is_symlink() and not self._is_within(entry.path):
                    self._put_down(entry.path, _LEADS_OUT)
                else:
                    plain = status is not None and stat.S_ISREG(status.st_mode)
                    self._put_down(entry.path, signature(status) if status and plain else _NOT_PLAIN)
            return False
        if name.endswith(ENDINGS):
            better = better_id(name.rpartition(".")[0])
            self.problems.append(Problem(entry.path, 1, f"is a folder with a posting's name; rename it to {better}"))
        real = os.path.realpath(entry.path)
        if real in self._seen:
            return False
        self._seen.add(real)
        if entry.is_symlink() and not self._is_within(entry.path):
            self._leave_out(entry.path, _LEADS_OUT)
            return False
        return True

    def _put_down(self, path: str, found: Signature) -> None:
        self.has_files = True
        if not self.is_known(path, found):
            self.files[path] = found

    def _is_within(self, path: str) -> bool:
        if self.follow_links:
            return True
        root = os.path.realpath(self.folder)
        return os.path.realpath(path).startswith(os.path.join(root, ""))  # noqa: PTH118

    def _leave_out(self, folder: str, why: str) -> None:
        self.problems.append(Problem(folder, 1, why))
        self.unread.append(folder)


def is_blank(folder: Path, *, had_one: bool) -> bool:
    """Whether there is nothing at all in the folder, or no folder. An empty one that `had_one` file is none: that was
    deleted.
    """
    try:
        return not os.listdir(folder) and not had_one  # noqa: PTH208
    except FileNotFoundError:
        return True
    except OSError:
        return False


def written_again(paths: Iterable[str]) -> dict[str, Signature]:
    """The signatures of known files; without those that are gone, are links, or are no plain files any more."""
    signatures: dict[str, Signature] = {}
    for path in paths:
        with suppress(OSError):
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode):
                signatures[path] = signature(status)
    return signatures


def signature(status: os.stat_result) -> int:
    """A number that is another one when a file has changed: by its times, size and inode."""
    return hash((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
