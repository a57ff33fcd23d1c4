"""Files -> postings and problems: reads what has changed since it last looked, and knows nothing of its use."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.posting import Posting
from bot.document import InvalidError, Problem, compose, read_text
from bot.registry.fields import ID, posting

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_FILES = (".yaml", ".md")
_NEARLY = (".yml", ".markdown", ".json")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the folder found: what is new or different, what is gone, and everything that is wrong."""

    changed: tuple[Posting, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _File:
    signature: tuple[int, ...]
    posting: Posting | None = None  # its last good version
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Registry:
    """A folder of posting files; `timezone` is for deadlines that name none.

    A file that does not hold up is reported and the others go on; if it was good before, its last good version
    stays in force. Of two files with one id, the one that was in force first stays so.
    """

    folder: Path
    timezone: str
    _files: dict[Path, _File] = field(default_factory=dict)
    _in_force: dict[str, tuple[Path, Posting]] = field(default_factory=dict)

    def read(self, touched: Iterable[Path] = ()) -> Reading:
        """Looks at every file's size and time, and reads those that differ or are `touched`. Blocks."""
        again = {path.absolute() for path in touched}
        try:
            found = dict(_posting_files(self.folder))
        except OSError as error:
            text = f"the registry cannot be read: {error.strerror or type(error).__name__}"
            return Reading((), (), (Problem(str(self.folder), 1, text),))
        for path in self._files.keys() - found.keys():
            del self._files[path]
        for path, signature in found.items():
            known = self._files.get(path)
            if known is None or known.signature != signature or path.absolute() in again:
                self._files[path] = self._read_file(path, signature, known.posting if known else None)
        return self._compare()

    def _read_file(self, path: Path, signature: tuple[int, ...], last_good: Posting | None) -> _File:
        try:
            return _File(signature, _posting_of(path, self.timezone))
        except InvalidError as error:
            return _File(signature, last_good, error.problems(path))

    def _compare(self) -> Reading:
        problems = [problem for file in self._files.values() for problem in file.problems]
        claims: dict[str, list[Path]] = defaultdict(list)
        for path, file in self._files.items():
            if file.posting or file.problems:
                claims[path.stem].append(path)
        now_in_force: dict[str, tuple[Path, Posting]] = {}
        for name, paths in claims.items():
            first = self._in_force.get(name, (None, None))[0]
            for path in paths:
                others = " and ".join(other.name for other in paths if other != path)
                if others:
                    problems.append(
                        Problem(str(path), 1, f'the id "{name}" is also that of {others}; rename one of them')
                    )
                file_posting = self._files[path].posting
                if file_posting and (not others or path == first):
                    now_in_force[name] = (path, file_posting)
        problems += _alias_problems(now_in_force)
        before = {name: posting for name, (_, posting) in self._in_force.items()}
        changed = tuple(p for name, (_, p) in now_in_force.items() if before.get(name) != p)
        removed = tuple(sorted(before.keys() - now_in_force.keys()))
        self._in_force = now_in_force
        return Reading(changed, removed, tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))))


def _posting_files(folder: Path) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Every file that is or means to be a posting, with what tells that it has changed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith((".", "_")) or entry.name.casefold().startswith("readme."):
                continue
            if entry.is_dir():
                yield from _posting_files(Path(entry.path))
            elif entry.name.casefold().endswith(_FILES + _NEARLY):
                try:
                    stat = entry.stat()
                except OSError:  # gone meanwhile, or a dangling link: reading it will tell
                    yield Path(entry.path), ()
                else:
                    yield Path(entry.path), (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _posting_of(path: Path, timezone: str) -> Posting:
    if path.suffix not in _FILES:
        raise InvalidError((1, f"is not read; rename it to {path.stem}.yaml"))
    if not re.fullmatch(ID, path.stem):
        raise InvalidError((1, f'"{path.stem}" is no id; name the file with lower-case letters, digits and hyphens'))
    text = read_text(path)
    if path.suffix == ".yaml":
        return posting(path.stem, compose(text), timezone)
    front, body = _front_matter(text)
    return posting(path.stem, compose(front, first_line=2), timezone, body)


def _front_matter(text: str) -> tuple[str, str]:
    fences = list(_FENCE.finditer(text))
    if not fences or fences[0].start() != 0:
        raise InvalidError((1, "must begin with a line --- and its keys, then another line ---"))
    if len(fences) < 2:
        raise InvalidError((1, "has no second line --- after its keys"))
    return text[fences[0].end() + 1 : fences[1].start()], text[fences[1].end() :].strip("\r\n")


def _alias_problems(in_force: dict[str, tuple[Path, Posting]]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for name, (path, one) in sorted(in_force.items()):
        for alias in one.aliases:
            if alias in in_force and alias != name:
                yield Problem(str(path), 1, f'aliases: "{alias}" is the id of another posting')
            elif taken.setdefault(alias, name) != name:
                yield Problem(str(path), 1, f'aliases: "{alias}" is also a former id of {taken[alias]}')
