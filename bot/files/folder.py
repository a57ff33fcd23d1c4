"""A folder into which files are put, and nothing outside of it: no link is followed, whoever has planted it and when.

Each step of a path is opened from the folder before it (openat(2)), so that nothing can be exchanged in between.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hold anything up
_ALL_MAY = 0o666  # less what the umask says


class OutsideError(ValueError):
    """A path leads out of the folder, or over a link."""


class Folder:
    """The folder at `path`, which is made where it is missing and may itself be a link. Paths in it are relative.

    All methods raise `OSError` and `OutsideError`.
    """

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._root)

    def read(self, path: str) -> bytes | None:
        """What is in a file; None where there is none, or something else than a file."""
        with suppress(FileNotFoundError), self._beside(path) as (parent, name):
            try:
                file = os.open(name, _READ, dir_fd=parent)
            except OSError:
                if stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
                    return None
                raise
            with os.fdopen(file, "rb") as opened:
                if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    return opened.read()
                if stat.S_ISDIR(os.fstat(opened.fileno()).st_mode):
                    raise IsADirectoryError(21, os.strerror(21), path)
        return None

    def write(self, path: str, content: bytes) -> None:
        """Puts a file there, never in part; it keeps the rights that it had. A link in its place is replaced."""
        with self._beside(path, make=True) as (parent, name):
            temporary = f".callboard-{secrets.token_hex(8)}"
            file = os.open(temporary, _NEW, _ALL_MAY, dir_fd=parent)
            try:
                with os.fdopen(file, "wb") as opened:
                    opened.write(content)
                    with suppress(FileNotFoundError):
                        before = os.stat(name, dir_fd=parent, follow_symlinks=False)
                        if stat.S_ISREG(before.st_mode):
                            os.fchmod(opened.fileno(), stat.S_IMODE(before.st_mode))
                os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=parent)
                raise

    def remove(self, path: str) -> None:
        """Takes a file away. Raises `OSError` and `OutsideError`."""
        with self._beside(path) as (parent, name):
            os.unlink(name, dir_fd=parent)

    def remove_empty(self, path: str) -> None:
        """Removes a folder in which nothing is left."""
        with self._beside(path) as (parent, name), suppress(OSError):
            os.rmdir(name, dir_fd=parent)

    @contextmanager
    def _beside(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """The folder in which a path ends, opened, and the name there. With `make`, it is made where it is missing."""
        steps = PurePosixPath(path)
        if steps.is_absolute() or ".." in steps.parts or not steps.name:
            raise OutsideError(path)
        opened = [os.dup(self._root)]
        try:
            for step in steps.parts[:-1]:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(step, dir_fd=opened[-1])
                opened.append(self._opened(step, opened[-1], path))
            yield opened[-1], steps.name
        finally:
            for descriptor in opened:
                os.close(descriptor)

    @staticmethod
    def _opened(step: str, parent: int, path: str) -> int:
        try:
            return os.open(step, _FOLDER, dir_fd=parent)
        except OSError:
            with suppress(OSError):
                if stat.S_ISLNK(os.stat(step, dir_fd=parent, follow_symlinks=False).st_mode):
                    raise OutsideError(path) from None
            raise
