"""Files put in their place whole: a kill, or a full disk, leaves what was there.

Whoever writes has the folder's lock (`FolderLock`), so that two processes never change one file at once.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from bot.domain.worded import WordedError

_PREFIX = ".callboard-"  # such names are no postings
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ALL_MAY = 0o666  # less what the umask says
_PAUSE = 0.05


class FileError(WordedError):
    """A file cannot be written; the text says why."""


class OtherwiseError(FileError):
    """The file is not as it was: somebody else has written it meanwhile."""


class FolderLock:
    """The lock of the one who writes in a folder, on this machine; it ends with the process. Blocks until it is there,
    at most for `patience` seconds. Raises `FileError`.
    """

    def __init__(self, folder: Path, patience: float) -> None:
        end = time.monotonic() + patience
        self._file = _opened(folder)
        while not _is_locked(self._file):
            if time.monotonic() > end:
                os.close(self._file)
                raise FileError("another callboard is writing in {folder}", folder=folder)
            time.sleep(_PAUSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def _opened(folder: Path) -> int:
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise FileError("{path} cannot be read: {why}", path=folder, why=error.strerror) from None
    try:
        _is_locked(file)
    except OSError:  # such as a network drive where a folder cannot be locked
        os.close(file)
        digest = hashlib.blake2s(os.fsencode(os.path.realpath(folder)), digest_size=8).hexdigest()
        beside = Path(tempfile.gettempdir()) / f"callboard-{os.geteuid()}-{digest}.lock"
        file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return file


def _is_locked(file: int) -> bool:
    """Whether the lock is ours, from now on at the latest."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_new(path: Path, content: bytes) -> None:
    """Makes a file that is not there. Raises `FileExistsError`, and `FileError` where it cannot be written."""
    with _in_words(path), _temporary(path, content, None) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}:
                raise
            if path.exists() or path.is_symlink():  # no hard links on this file system
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            temporary.rename(path)


def write_over(path: Path, content: bytes, before: bytes) -> None:
    """Puts a file in the place of one that says `before`; it keeps that one's rights, and a link stays one. Raises
    `OtherwiseError` where it says something else, and `FileError` where it cannot be written.
    """
    with _in_words(path):
        real = Path(os.path.realpath(path))
        with real.open("rb") as file:
            status = os.fstat(file.fileno())
            if file.read() != before:
                raise OtherwiseError("{path} was changed meanwhile", path=path.name)
        with _temporary(real, content, status) as temporary:
            if real.read_bytes() != before:
                raise OtherwiseError("{path} was changed meanwhile", path=path.name)
            temporary.replace(real)


def take_away(path: Path, content: bytes) -> bool:
    """Removes a file that says just that; whether it did."""
    with _in_words(path):
        with suppress(FileNotFoundError):
            if path.read_bytes() == content:
                path.unlink()
                _on_disk(path.parent)
                return True
        return False


def sweep(folder: Path) -> None:
    """Removes what a process has left that was killed while it wrote there. For who has the lock alone."""
    with suppress(OSError):
        for path in folder.glob(f"{_PREFIX}*.new"):
            with suppress(OSError):
                path.unlink()


@contextmanager
def _temporary(path: Path, content: bytes, like: os.stat_result | None) -> Iterator[Path]:
    """A file beside `path` with these bytes, on the disk, with the rights of the one that is `like` it. Afterwards the
    folder is on the disk, and the file gone from it by this name.
    """
    sweep(path.parent)
    temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}.new")
    file = os.open(temporary, _NEW, _ALL_MAY)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            if like:
                with suppress(PermissionError):
                    if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                        os.fchown(opened.fileno(), like.st_uid, like.st_gid)
                os.fchmod(opened.fileno(), stat.S_IMODE(like.st_mode))
            opened.flush()
            os.fsync(opened.fileno())
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    _on_disk(path.parent)


def _on_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise FileError(
            "{path} cannot be written: {why}", path=path, why=error.strerror or type(error).__name__
        ) from error
