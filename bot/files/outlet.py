"""Standard output and standard error that may go away, or be full, while the program writes.

Python keeps what could not be written, tries it once more as it ends, and then ends with 120, whatever the program said
(https://docs.python.org/3/library/sys.html#sys.exit). Here, what cannot be written is dropped, and remembered: the
program goes on to its own end, with its own exit status, and who has to know asks `trouble`.
"""

import errno
import io
import os
import select
import sys
from contextlib import suppress
from typing import Any, TextIO

_GONE = frozenset({errno.EPIPE, errno.EIO, errno.EBADF, errno.ECONNRESET, errno.ESHUTDOWN, errno.ENXIO})
"""Nobody reads any more: a pipe was closed, or a terminal hung up. What was not written, nobody misses."""


_STANDARD_ERROR = 2


class Outlet(io.BufferedIOBase):
    """Writes at once what it is given, or drops it. `trouble` is the error of the last write that failed, `lost` counts
    them.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.trouble: OSError | None = None
        self.lost = 0

    def write(self, data: Any) -> int:
        left = memoryview(data).cast("B")
        try:
            while left:
                written = self._raw.write(left)
                if written is None:  # somebody who has it as well made it non-blocking, and it takes no more now
                    select.select([], [self.fileno()], [])
                left = left[written or 0 :]
        except OSError as error:
            self.trouble = error
            self.lost += 1
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        with suppress(OSError):
            return bool(self._raw.isatty())
        return False


def open_all() -> None:
    """Puts outlets in place of the standard streams. One that was closed when the program began leads nowhere: what is
    opened later must not take its number, or it would get what is printed.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for as long as the program runs
    sys.stdout = _outlet(sys.stdout, sys.__stdout__, 1)
    sys.stderr = _outlet(sys.stderr, sys.__stderr__, 2)


def _outlet(stream: TextIO | None, standard: TextIO | None, number: int) -> TextIO:
    """The stream as it is, if it is not the process's own: somebody has put it there on purpose."""
    raw: Any
    if stream is None:
        encoding, raw = "utf-8", io.FileIO(number, "w", closefd=False)
    elif stream is standard and isinstance(stream, io.TextIOWrapper):
        encoding, raw = stream.encoding, getattr(stream.buffer, "raw", stream.buffer)
    else:
        return stream
    outlet: Any = Outlet(raw)
    is_terminal = outlet.isatty()
    # A terminal that cannot show a letter shows another in its place.
    return io.TextIOWrapper(outlet, encoding, errors="replace", line_buffering=number == _STANDARD_ERROR or is_terminal)


def lost(stream: TextIO | None) -> int:
    """How many writes to a stream have failed; it is flushed for that."""
    outlet = _flushed(stream)
    return outlet.lost if outlet else 0


def trouble(stream: TextIO | None) -> OSError | None:
    """Why the last of them has."""
    outlet = _flushed(stream)
    return outlet.trouble if outlet else None


def is_missed(error: OSError | None) -> bool:
    """Whether somebody misses what was not written: a disk is full, and not a reader gone."""
    return error is not None and error.errno not in _GONE


def _flushed(stream: TextIO | None) -> Outlet | None:
    outlet = getattr(stream, "buffer", None)
    if stream is None or not isinstance(outlet, Outlet):
        return None
    stream.flush()
    return outlet
