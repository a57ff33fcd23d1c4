"""Files that are this user's alone: whoever else has an account on the machine can neither read nor lock them."""

import os
import stat
from pathlib import Path

PRIVATE = 0o600


def make_private(path: Path) -> None:
    """Makes the file, if it is not there, and lets nobody else in, whatever the umask says; but for one that somebody
    else owns, who has to see to that. Raises `OSError`.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        _tighten(file)
    finally:
        os.close(file)


def keep_private(path: Path) -> None:
    """The same for a file that may not be there. A link is left alone."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    try:
        _tighten(file)
    finally:
        os.close(file)


def _tighten(file: int) -> None:
    status = os.fstat(file)
    is_ours = status.st_uid == os.geteuid() and stat.S_ISREG(status.st_mode)
    if is_ours and stat.S_IMODE(status.st_mode) != PRIVATE:
        os.fchmod(file, PRIVATE)
