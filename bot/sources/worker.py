"""The process that reads what others have written, so that what crashes it, or takes for ever, is trouble there alone.

Its input has pieces of work, its output what became of them (`bot.sources.wire`). It knows no secret, asks no network,
and ends itself when a piece takes too long: even within a regular expression, where nothing in Python would.
"""

import resource
import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Fetched
from bot.sources.kinds import SYSTEMS, from_bytes, from_path, reading_of
from bot.sources.wire import LENGTHS, packed, unpacked

_MOST_MEMORY = 2 * 1024**3  # bytes of address space


def result_of(work: dict[str, Any], data: bytes) -> Any:
    """A piece of work: `do` says which. Raises `SourceError`, or whatever breaks in a reader."""
    now = datetime.fromisoformat(work["now"])
    if work["do"] == "path":
        return from_path(work["kind"], Path(work["path"]), now)
    if work["do"] == "records":
        return reading_of(work["records"], work["incomplete"])
    fetched = Fetched(work["url"], data, work["content_type"])
    if work["do"] == "bytes":
        return from_bytes(work["kind"], fetched, now)
    system = SYSTEMS[work["kind"]]
    return system.detail(fetched) if work["do"] == "detail" and system.detail else system.listing(fetched)


def _answer(work: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        result = result_of(work, data)
    except SourceError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "reading it takes too much memory"}
    except Exception as error:  # noqa: BLE001  whatever it is, the page is at fault, and the next one is read
        return {"error": f"it cannot be read ({type(error).__name__})"}
    return {"reading" if isinstance(result, Reading) else "result": result}


def main(seconds: float, coming: BinaryIO, going: BinaryIO) -> None:
    """Does what comes until nothing does. `seconds`: what a piece may take."""
    while head := coming.read(LENGTHS.size):
        of_head, of_data = LENGTHS.unpack(head)
        work, data = unpacked(coming.read(of_head)), coming.read(of_data)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = packed(_answer(work, data))
        signal.setitimer(signal.ITIMER_REAL, 0)
        going.write(answer)
        going.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal reaches it, too; it ends with its input
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, _MOST_MEMORY)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    with suppress(BrokenPipeError):
        main(float(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
