"""Files -> postings and problems: reads what has changed since it last looked, and knows nothing of its use."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.posting import Posting
from bot.schema import InvalidError, Node, Problem, UnreadableError, compose, line_of, read_text
from bot.sources.files.fields import NOWHERE, Origin, origin, posting
from bot.sources.files.folder import Look, Signature, is_blank, written_again
from bot.sources.files.names import id_of

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)

_BLANK = (
    "is empty or missing, and {count} postings were there: is a drive not mounted? What was read last stays in force; "
    "if all were deleted on purpose, put any file there, such as an empty README.md"
)

_MOST_PROBLEMS = 1000
"""… that are told of at once: more, and somebody has put other things there."""


@dataclass(frozen=True, slots=True)
class RegistryChanges:
    """What one look at the folder found: what is new or different, what is gone, and everything that is wrong; and the
    ids whose files were written since the last look, and those whose files do not hold up.
    """

    changed: tuple[Posting, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    written: AbstractSet[str] = frozenset()
    faulty: frozenset[str] = frozenset()

    @property
    def postings(self) -> tuple[Posting, ...]:
        """What is new or different, as any source's reading has it."""
        return self.changed

    def gone(self, known: Collection[str]) -> frozenset[str]:
        """Those of the `known` ids that are gone since the last look."""
        return frozenset(self.removed).intersection(known)


@dataclass(slots=True)
class _File:
    """A file as last read. `id` is empty when its name cannot be a posting's. `look`: the last look that found it."""

    path: str
    id: str = ""
    signature: Signature | None = None  # None: it could not be read
    posting: Posting | None = None  # its last good version
    origin: Origin = NOWHERE
    aliases_line: int = 1
    problems: tuple[Problem, ...] = ()
    in_force: Posting | None = None  # what others know of it
    look: int = 0


@dataclass(slots=True)
class Registry:
    """A folder of posting files; `timezone` is for deadlines that name none.

    A file that does not hold up is reported and the others go on; if it was good before, its last good version
    stays in force. Of two files with one id, the one that was in force first stays so.
    """

    folder: Path
    timezone: str
    follow_links: bool = False  # also where they lead out of the folder
    _files: dict[str, _File] = field(default_factory=dict)
    _in_force: dict[str, _File] = field(default_factory=dict)
    is_blank: bool = False
    """Whether there is nothing at all in the folder, or no folder: as when a drive is not mounted. To delete the only
    posting is another matter.
    """
    _looks: int = 0
    _in_the_way: list[Problem] = field(default_factory=list)  # when the whole folder was last looked at

    def read(self, touched: Iterable[Path] = ()) -> RegistryChanges:
        """Looks at every file's size and times, and reads those that differ or are `touched`. Blocks."""
        root = os.path.abspath(self.folder)  # noqa: PTH100  # paths are text here: there are 10,000 of them
        again = {os.path.join(self.folder, os.path.relpath(path, root)) for path in touched}  # noqa: PTH118
        signatures = written_again(again & self._files.keys()) if again else {}
        if signatures.keys() != again or not again:  # something has come or gone, or nobody knows what
            signatures = self._look(again)
        written: dict[str, None] = {}  # in half the memory of a set
        for path, signature in signatures.items():
            known = self._files.get(path)
            is_other = known is None or isinstance(signature, str) or known.signature != signature
            if is_other or path in again:
                self._files[path] = self._read_file(path, signature, known)
            if is_other:
                written[self._files[path].id] = None
        return self._compare(list(self._in_the_way), written.keys())

    def _look(self, again: AbstractSet[str]) -> dict[str, Signature]:
        """Looks at the whole folder: the files in it, by path, that are not what they were, or are to be read `again`.
        Those that are gone are forgotten.
        """
        self._looks += 1

        def is_known(path: str, signature: Signature) -> bool:
            if file := self._files.get(path):
                file.look = self._looks
            is_same = file is not None and not isinstance(signature, str) and file.signature == signature
            return is_same and path not in again

        look = Look(str(self.folder), self.follow_links, is_known)
        if look.has_files or self._files or self._looks == 1:
            self.is_blank = not look.has_files and is_blank(self.folder, had_one=len(self._files) == 1)
        self._in_the_way, unread = look.problems, look.unread
        if self.is_blank and self._files:  # 500 postings are not gone because a drive is
            self._in_the_way = [Problem(str(self.folder), 1, _BLANK.format(count=len(self._files)))]
            unread = [str(self.folder)]
        unread_folders = tuple(os.path.join(folder, "") for folder in unread)  # noqa: PTH118
        gone = [path for path, file in self._files.items() if file.look != self._looks]
        for path in gone:
            if not path.startswith(unread_folders):
                del self._files[path]
        return look.files

    def let_be_empty(self) -> None:
        """That there is nothing in the folder is so on purpose, as far as is known from elsewhere."""
        self.is_blank = False

    def restore(self, postings: Iterable[Posting]) -> list[str]:
        """Puts last good versions in force, from before this start, where a file is there and does not hold up. Gives
        their ids.
        """
        known = {posting.id: posting for posting in postings}
        restored = []
        for file in self._files.values():
            if file.posting is None and file.id in known and file.id not in self._in_force:
                file.posting = file.in_force = known[file.id]
                self._in_force[file.id] = file
                restored.append(file.id)
        return restored

    def line_of(self, name: str, key: str) -> tuple[str, int]:
        """Where a key of the posting in force with this id stands: the file, which is read for it, and the line; 1 when
        it is not there or the file does not hold up any more.
        """
        path = self._in_force[name].path
        with suppress(InvalidError):
            return path, line_of(_root(path)[0], key)
        return path, 1

    def path_of(self, name: str) -> Path:
        """The file of the posting in force with this id."""
        return Path(self._in_force[name].path)

    def posting(self, name: str) -> Posting | None:
        """The posting in force with this id, as its file has it."""
        return self._in_force[name].in_force if name in self._in_force else None

    def origin_of(self, name: str) -> Origin:
        """Who answers for the posting of this id and where it was found, as its file says; nothing when it is gone."""
        file = self._in_force.get(name)
        return file.origin if file else NOWHERE

    def taken(self) -> set[str]:
        """The ids that files have, also of those that do not hold up, and former ids."""
        former = (alias for file in self._in_force.values() for alias in _aliases(file))
        return {Path(path).name.partition(".")[0].casefold() for path in self._files} | set(former)

    def written_at(self, name: str) -> datetime:
        """When the file of the posting in force with this id was last written; long ago if it is gone."""
        with suppress(OSError):
            return datetime.fromtimestamp(os.stat(self._in_force[name].path).st_mtime, UTC)  # noqa: PTH116
        return datetime.min.replace(tzinfo=UTC)

    def _read_file(self, path: str, signature: Signature, known: _File | None) -> _File:
        file = known or _File(path)
        file.signature, file.problems = signature, ()
        try:
            file.id = id_of(path)
            file.posting, file.origin, file.aliases_line = _read(path, file.id, self.timezone, signature)
        except InvalidError as error:
            file.problems = error.problems(path)
            if isinstance(error, UnreadableError):
                file.signature = None
        return file

    def _compare(self, problems: list[Problem], written: AbstractSet[str]) -> RegistryChanges:
        holders: dict[str, str] = {}
        clashes: dict[str, list[str]] = {}
        for path, file in self._files.items():
            problems += file.problems
            if file.id and holders.setdefault(file.id, path) is not path:
                clashes.setdefault(file.id, [holders[file.id]]).append(path)
        for name, paths in clashes.items():
            problems += self._clash(name, sorted(paths))
            first = self._in_force.get(name)
            holders[name] = first.path if first and first.path in paths else ""
        changed, removed = self._put_in_force(holders)
        problems = sorted([*problems, *self._alias_problems()], key=lambda problem: (problem.path, problem.line))
        if more := len(problems[_MOST_PROBLEMS:]):
            problems[_MOST_PROBLEMS:] = [Problem(str(self.folder), 1, f"has {more} more problems; mend these first")]
        return RegistryChanges(
            changed=tuple(sorted(changed, key=lambda posting: posting.id)),
            removed=tuple(sorted(removed)),
            problems=tuple(problems),
            written=written,
            faulty=frozenset(file.id for file in self._files.values() if file.problems),
        )

    def _put_in_force(self, holders: dict[str, str]) -> tuple[list[Posting], list[str]]:
        """Puts what each id's file last said in force; gives what is new or different, and what is gone."""
        changed: list[Posting] = []
        removed = list(self._in_force.keys() - holders.keys())
        for name, path in holders.items():
            file, former = self._files.get(path), self._in_force.get(name)
            new, before = file and file.posting, former and former.in_force
            if before is new and former is file:
                continue
            if file and new:
                self._in_force[name], file.in_force = file, new
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
        for name, file in sorted((name, file) for name, file in self._in_force.items() if _aliases(file)):
            for alias in _aliases(file):
                path, line = file.path, file.aliases_line
                if alias in self._in_force and alias != name:
                    yield Problem(path, line, f'aliases: "{alias}" is the id of another posting; delete it here')
                elif taken.setdefault(alias, name) != name:
                    yield Problem(path, line, f'aliases: "{alias}" is also a former id of {taken[alias]}; keep one')


def _aliases(file: _File) -> tuple[str, ...]:
    """The former ids of what is in force of a file."""
    return file.in_force.aliases if file.in_force else ()


def _read(path: str, name: str, timezone: str, signature: Signature) -> tuple[Posting, Origin, int]:
    """The posting in a file, where it comes from, and the line of its aliases."""
    if isinstance(signature, str):
        raise InvalidError((1, signature))
    root, body = _root(path)
    return posting(name, root, timezone, body), origin(root), line_of(root, "aliases")


def _root(path: str) -> tuple[Node, str]:
    """The keys in a file, and the text below them. Raises `InvalidError`."""
    return parts(read_text(path, is_plain=True), is_markdown=path.endswith(".md"))


def parts(text: str, *, is_markdown: bool) -> tuple[Node, str]:
    """The keys in a file's text, and the text below them. Raises `InvalidError`."""
    keys, body = front_matter(text) if is_markdown else (text, "")
    return compose(keys, first_line=2 if is_markdown else 1), body


def front_matter(text: str) -> tuple[str, str]:
    """A Markdown file's keys, and the text below them. Raises `InvalidError`."""
    fences = list(_FENCE.finditer(text))
    if not fences or fences[0].start() != 0:
        raise InvalidError((1, "must begin with a line --- and its keys, then another line ---"))
    if len(fences) < 2:
        raise InvalidError((1, "has no second line --- after its keys; add it"))
    return text[fences[0].end() + 1 : fences[1].start()], text[fences[1].end() :]
