"""Puts files into a folder, and changes none that is there."""

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.files.private import PRIVATE
from bot.schema.secrets import TOKENS
from bot.setup.lab import IGNORED, NOT_FOR_GIT, Lab
from bot.wording.wording import Wording


def look_ahead(folder: Path, names: Iterable[str]) -> None:
    """Whether these files can be written, and what git has to leave out, as far as can be seen before anything is.
    Raises `OSError`, with the path that is in the way.
    """
    for path in (folder / name for name in names):
        above = next(parent for parent in path.parents if os.path.lexists(parent))
        if not above.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(above))
        if not os.path.lexists(path):
            _may(above, os.W_OK | os.X_OK)
    ignored = folder / IGNORED
    if os.path.lexists(ignored) and _missing(ignored.read_bytes()):
        _may(ignored, os.W_OK)


def _may(path: Path, access: int) -> None:
    if not os.access(path, access):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def place(folder: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Each of these files, by its path in the folder, and whether it was written: not where one is there already. The
    tokens are written first, for this account alone. Raises `OSError`.
    """
    for name in sorted(texts, key=lambda name: name != TOKENS):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if name == TOKENS else 0o666)
        except FileExistsError:
            yield name, False
            continue
        try:
            with os.fdopen(file, "w", encoding="utf-8") as written:
                written.write(texts[name])
        except OSError:  # half of it would stay as it is the next time
            path.unlink()
            raise
        yield name, True


def ignore(folder: Path) -> bool:
    """Has git leave out what is no file for it; whether lines had to be added. Raises `OSError`."""
    path = folder / IGNORED
    folder.mkdir(parents=True, exist_ok=True)
    known = path.read_bytes() if path.exists() else b""
    missing = _missing(known)
    if missing:
        lead = b"\n" if known and not known.endswith(b"\n") else b""
        with path.open("ab") as written:
            written.write(lead + b"".join(name + b"\n" for name in missing))
    return bool(missing)


def _missing(known: bytes) -> list[bytes]:
    """What a file of git's lacks, in whatever encoding the other lines are: for git they are bytes."""
    return [name for name in map(str.encode, NOT_FOR_GIT) if name not in known.splitlines()]


def lacking(folder: Path, lab: Lab) -> list[str]:
    """The variables of the lab that the folder's file of tokens lacks, or has another value for."""
    known = dotenv_values(folder / TOKENS, interpolate=False)
    secrets = [secret for platform in lab.platforms for secret in platform.secrets if secret.value]
    return [secret.variable for secret in secrets if known.get(secret.variable) != secret.value]


def what_stays(folder: Path, names: Sequence[str], words: Wording) -> str:
    """Files that are there already, in a sentence that says so."""
    text = words._("There already is {names} in {folder}. That stays as it is: only what is missing is written.")
    return text.format(folder=folder, names=", ".join(names))
