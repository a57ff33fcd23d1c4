"""A process apart that reads what others have written, with a limit of time and memory (`bot.sources.worker`).

Within a regular expression or lxml, a thread holds the interpreter, and a crash takes the whole process: so neither is
done with a stranger's page in the process that answers people.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.sources.ats.base import BoardPage
from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord
from bot.sources.wire import LENGTHS, packed, unpacked

MOST_SECONDS = 20.0  # that the reading of one page may take
_START = 20.0  # seconds that a process may take to begin, on a busy machine
_IDLE = 120.0  # seconds after which a process with nothing to do ends
_SMALL = 128 * 1024  # bytes of an answer that are read in no time
_MOST_BACK = 64 * 1024 * 1024  # bytes of an answer
_ROOT = str(Path(__file__).parents[2])


class ReaderProcess:
    """Reads one thing after the other. The process starts when there is something to read, and again after a crash."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._seconds = seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._end: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Starts nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the process."""
        await self.close()

    async def fetched(self, kind: str, fetched: Fetched, now: datetime) -> Reading:
        """What one answer of a server has. Raises `SourceError`, as all of these do."""
        return self._reading(await self._asked("bytes", kind, fetched, now))

    async def path(self, kind: str, path: Path, now: datetime) -> Reading:
        """What a file or folder has."""
        return self._reading(await self._done({"do": "path", "kind": kind, "path": str(path), "now": now.isoformat()}))

    async def records(self, records: Sequence[SourceRecord], incomplete: str | None) -> Reading:
        """Records as postings."""
        now = datetime.now(UTC).isoformat()
        work = {"do": "records", "records": list(records), "incomplete": incomplete, "now": now}
        return self._reading(await self._done(work))

    async def listing(self, kind: str, fetched: Fetched) -> BoardPage:
        """A page of a system's board."""
        result = (await self._asked("listing", kind, fetched, datetime.now(UTC))).get("result")
        return result if isinstance(result, BoardPage) else self._no_sense()

    async def detail(self, kind: str, fetched: Fetched) -> SourceRecord | None:
        """A position of a system's board; None when it is no longer offered."""
        result = (await self._asked("detail", kind, fetched, datetime.now(UTC))).get("result")
        return result if result is None or isinstance(result, SourceRecord) else self._no_sense()

    async def close(self) -> None:
        """Ends the process, whatever it does."""
        process, self._process = self._process, None
        if self._end:
            self._end.cancel()
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _asked(self, do: str, kind: str, fetched: Fetched, now: datetime) -> dict[str, Any]:
        work = {"do": do, "kind": kind, "url": fetched.url, "content_type": fetched.content_type}
        return await self._done(work | {"now": now.isoformat()}, fetched.data)

    def _reading(self, answer: dict[str, Any]) -> Reading:
        reading = answer.get("reading")
        return reading if isinstance(reading, Reading) else self._no_sense()

    def _no_sense(self) -> Any:
        raise SourceError("what was read makes no sense")

    async def _done(self, work: dict[str, Any], data: bytes = b"") -> dict[str, Any]:
        async with self._turn:
            if self._end:
                self._end.cancel()
            try:
                answer = await self._exchanged(await asyncio.to_thread(packed, work, data))
            except (asyncio.IncompleteReadError, ConnectionError):
                raise SourceError(await self._why()) from None
            except TimeoutError:
                raise SourceError(f"reading it took longer than {self._seconds:g} seconds") from None
            except ValueError:
                raise SourceError("what was read makes no sense") from None
            else:
                self._end = asyncio.get_running_loop().call_later(_IDLE, self._rest)
            finally:
                if sys.exc_info()[0] is not None:  # cancelled, too: half a message must not be taken for the next one's
                    await self.close()
        if error := answer.get("error"):
            raise SourceError(str(error))
        return answer

    async def _exchanged(self, message: bytes) -> dict[str, Any]:
        process = self._process = self._process or await _started(self._seconds)
        if process.stdin is None or process.stdout is None:
            raise ConnectionError("the process has no pipes")
        async with asyncio.timeout(
            self._seconds + _START
        ):  # the process itself keeps the time; this is a second bottom
            process.stdin.write(message)
            await process.stdin.drain()
            of_head, _ = LENGTHS.unpack(await process.stdout.readexactly(LENGTHS.size))
            if of_head > _MOST_BACK:
                raise ValueError
            head = await process.stdout.readexactly(of_head)
        # a large board takes longer to be taken apart than an answer may wait
        answer = unpacked(head) if of_head < _SMALL else await asyncio.to_thread(unpacked, head)
        return answer if isinstance(answer, dict) else {}

    async def _why(self) -> str:
        """Why the process has ended."""
        process = self._process
        code = await process.wait() if process else 0
        if code == -_ALARM:
            return f"reading it took longer than {self._seconds:g} seconds"
        return "reading it made the reader crash"

    def _rest(self) -> None:
        if not self._turn.locked() and self._process and self._process.stdin:
            self._process.stdin.close()  # it ends with its input
            self._process = None


_ALARM = 14  # SIGALRM, by which the process ends itself (signal(7))


async def _started(seconds: float) -> Process:
    """A new process, with nothing of this one's environment but how Python is found: no secret is there to be read."""
    passed_on = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in passed_on if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([_ROOT, *filter(None, sys.path)]))
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.sources.worker", str(seconds)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise SourceError(f"the process that reads cannot be started: {error.strerror}") from None
