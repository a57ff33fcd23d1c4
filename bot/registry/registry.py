"""Files -> postings and problems: reads what has changed since it last looked, and knows nothing of its use."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.core.posting import Posting
from bot.document import InvalidError, Node, Problem, UnreadableError, compose, line_of, read_text, shown
from bot.registry.fields import ID, posting

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_ENDINGS = (".yaml", ".md")
_NEARLY = {".yml": ".yaml", ".json": ".yaml", ".markdown": ".md"}
_LIKE_POSTINGS = (*_ENDINGS, *_NEARLY)

_BLANK = (
    "is empty or missing, and {count} postings were there: is a drive not mounted? What was read last stays in force; "
    "if all were deleted on purpose, put any file there, such as an empty README.md"
)

_Signature = int | None
"""What tells that a file has changed; None for one that must be looked at again each time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the folder found: what is new or different, what is gone, and everything that is wrong; and the
    ids whose files were written since the last look, and those whose files do not hold up.
    """

    changed: tuple[Posting, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    written: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()


@dataclass(slots=True)
class _File:
    """A file as last read. `id` is empty when its name cannot be a posting's."""

    id: str
    signature: _Signature = None
    posting: Posting | None = None  # its last good version
    aliases_line: int = 1
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Registry:
    """A folder of posting files; `timezone` is for deadlines that name none.

    A file that does not hold up is reported and the others go on; if it was good before, its last good version
    stays in force. Of two files with one id, the one that was in force first stays so.
    """

    folder: Path
    timezone: str
    _files: dict[str, _File] = field(default_factory=dict)
    _in_force: dict[str, tuple[str, Posting]] = field(default_factory=dict)
    is_blank: bool = False
    """Whether there is nothing at all in the folder, or no folder: as when a drive is not mounted. To delete the only
    posting is another matter.
    """
    _is_read: bool = False
    _unread: list[Problem] = field(default_factory=list)  # folders that could not be read when last looked at

    def read(self, touched: Iterable[Path] = ()) -> Reading:
        """Looks at every file's size and times, and reads those that differ or are `touched`. Blocks."""
        root = os.path.abspath(self.folder)  # noqa: PTH100  # paths are text here: there are 10,000 of them
        again = {os.path.join(self.folder, os.path.relpath(path, root)) for path in touched}  # noqa: PTH118
        found = _written_again(again & self._files.keys()) if again else {}
        if found.keys() != again or not again:  # something has come or gone, or nobody knows what
            found = {}
            self._unread = list(_look(str(self.folder), found, set()))
            if found or self._files or not self._is_read:
                self.is_blank = not found and _is_blank(self.folder, had_one=len(self._files) == 1)
            self._is_read = True
            if self.is_blank and self._files:  # 500 postings are not gone because a drive is
                self._unread = [Problem(str(self.folder), 1, _BLANK.format(count=len(self._files)))]
            unread = tuple(os.path.join(problem.path, "") for problem in self._unread)  # noqa: PTH118
            for path in self._files.keys() - found.keys():
                if not path.startswith(unread):
                    del self._files[path]
        written = set()
        for path, signature in found.items():
            known = self._files.get(path)
            is_other = known is None or signature is None or known.signature != signature
            if is_other or path in again:
                self._files[path] = self._read_file(path, signature, known)
            if is_other:
                written.add(self._files[path].id)
        return self._compare(list(self._unread), frozenset(written))

    def restore(self, postings: Iterable[Posting]) -> list[str]:
        """Puts last good versions in force, from before this start, where a file is there and does not hold up. Gives
        their ids.
        """
        known = {posting.id: posting for posting in postings}
        found = []
        for path, file in self._files.items():
            if file.posting is None and file.id in known and file.id not in self._in_force:
                file.posting = known[file.id]
                self._in_force[file.id] = path, file.posting
                found.append(file.id)
        return found

    def line_of(self, name: str, key: str) -> tuple[str, int]:
        """Where a key of the posting in force with this id stands: the file, which is read for it, and the line; 1 when
        it is not there or the file does not hold up any more.
        """
        path, _ = self._in_force[name]
        with suppress(InvalidError):
            return path, line_of(_root(path)[0], key)
        return path, 1

    def written_at(self, name: str) -> datetime:
        """When the file of the posting in force with this id was last written; long ago if it is gone."""
        path, _ = self._in_force[name]
        with suppress(OSError):
            return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)  # noqa: PTH116
        return datetime.min.replace(tzinfo=UTC)

    def _read_file(self, path: str, signature: _Signature, known: _File | None) -> _File:
        file = known or _File("")
        file.signature, file.problems = signature, ()
        try:
            file.id = _id_of(path)
            file.posting, file.aliases_line = _posting_of(path, file.id, self.timezone, plain=signature is not None)
        except InvalidError as error:
            file.problems = error.problems(path)
            if isinstance(error, UnreadableError):
                file.signature = None
        return file

    def _compare(self, problems: list[Problem], written: frozenset[str]) -> Reading:
        holders: dict[str, str] = {}
        clashes: dict[str, list[str]] = {}
        for path, file in self._files.items():
            problems += file.problems
            if file.id and holders.setdefault(file.id, path) is not path:
                clashes.setdefault(file.id, [holders[file.id]]).append(path)
        for name, paths in clashes.items():
            problems += self._clash(name, sorted(paths))
            first, _ = self._in_force.get(name, ("", None))
            holders[name] = first if first in paths else ""
        changed, removed = self._put_in_force(holders)
        problems += self._alias_problems()
        return Reading(
            changed=tuple(sorted(changed, key=lambda posting: posting.id)),
            removed=tuple(sorted(removed)),
            problems=tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))),
            written=written,
            faulty=frozenset(file.id for file in self._files.values() if file.problems),
        )

    def _put_in_force(self, holders: dict[str, str]) -> tuple[list[Posting], list[str]]:
        """Puts what each id's file last said in force; gives what is new or different, and what is gone."""
        changed: list[Posting] = []
        removed = list(self._in_force.keys() - holders.keys())
        for name, path in holders.items():
            new = self._files[path].posting if path else None
            before_path, before = self._in_force.get(name, ("", None))
            if before is new and before_path == path:
                continue
            if new:
                self._in_force[name] = (path, new)
                if before != new:
                    changed.append(new)
            elif before:
                removed.append(name)
        for name in removed:
            del self._in_force[name]
        return changed, removed

    def _clash(self, name: str, paths: list[str]) -> Iterator[Problem]:
        for path in paths:
            others = " and ".join(os.path.relpath(other, self.folder) for other in paths if other != path)
            yield Problem(path, 1, f'the id "{name}" is also that of {others}; rename one of them')

    def _alias_problems(self) -> Iterator[Problem]:
        taken: dict[str, str] = {}
        for name, path, one in sorted((name, path, one) for name, (path, one) in self._in_force.items() if one.aliases):
            for alias in one.aliases:
                line = self._files[path].aliases_line
                if alias in self._in_force and alias != name:
                    yield Problem(path, line, f'aliases: "{alias}" is the id of another posting; delete it here')
                elif taken.setdefault(alias, name) != name:
                    yield Problem(path, line, f'aliases: "{alias}" is also a former id of {taken[alias]}; keep one')


def _look(folder: str, found: dict[str, _Signature], seen: set[str]) -> Iterator[Problem]:
    """Puts every file that is or means to be a posting into `found`; yields the folders that cannot be read."""
    seen.add(os.path.realpath(folder))  # a link may lead back up
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.casefold()
                if name.startswith((".", "_", "readme.")):
                    continue
                try:
                    status = entry.stat()
                except OSError:  # a broken link, or gone meanwhile
                    status = None
                if status and stat.S_ISDIR(status.st_mode):
                    if os.path.realpath(entry.path) not in seen:
                        yield from _look(entry.path, found, seen)
                elif name.endswith(_LIKE_POSTINGS):
                    found[entry.path] = _signature(status) if status and stat.S_ISREG(status.st_mode) else None
    except OSError as error:
        yield Problem(folder, 1, f"the folder cannot be read: {error.strerror or type(error).__name__}")


def _is_blank(folder: Path, *, had_one: bool) -> bool:
    try:
        return not os.listdir(folder) and not had_one  # noqa: PTH208
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _written_again(paths: Iterable[str]) -> dict[str, _Signature]:
    """The signatures of known files; without those that are gone or are no plain files any more."""
    found: dict[str, _Signature] = {}
    for path in paths:
        with suppress(OSError):
            status = os.stat(path)  # noqa: PTH116
            if stat.S_ISREG(status.st_mode):
                found[path] = _signature(status)
    return found


def _signature(status: os.stat_result) -> int:
    return hash((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))


def _id_of(path: str) -> str:
    name, ending = os.path.splitext(os.path.basename(path))  # noqa: PTH119, PTH122
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    better = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "a-better-name"
    if ending not in _ENDINGS:
        right = _NEARLY.get(ending.casefold(), ending.casefold())
        raise InvalidError((1, f"is not read; rename it to {better}{right}"))
    if not re.fullmatch(ID, name):
        raise InvalidError((1, f'"{shown(name)}" is no id; rename the file to {better}{ending}'))
    return name


def _posting_of(path: str, name: str, timezone: str, *, plain: bool) -> tuple[Posting, int]:
    """The posting in a file, and the line of its aliases."""
    if not plain:
        raise InvalidError((1, "cannot be read: it is a broken link or no plain file"))
    root, body = _root(path)
    return posting(name, root, timezone, body), line_of(root, "aliases")


def _root(path: str) -> tuple[Node, str]:
    """The keys in a file, and the text below them. Raises `InvalidError`."""
    text, body = read_text(path), ""
    if path.endswith(".md"):
        text, body = _front_matter(text)
    return compose(text, first_line=2 if path.endswith(".md") else 1), body


def _front_matter(text: str) -> tuple[str, str]:
    fences = list(_FENCE.finditer(text))
    if not fences or fences[0].start() != 0:
        raise InvalidError((1, "must begin with a line --- and its keys, then another line ---"))
    if len(fences) < 2:
        raise InvalidError((1, "has no second line --- after its keys; add it"))
    return text[fences[0].end() + 1 : fences[1].start()], text[fences[1].end() :]
