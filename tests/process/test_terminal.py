"""`callboard run` at a terminal: what `make run` shows, and a person at its prompt."""

import asyncio
import os
import pty
import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.process

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
SHIPPED = Path(__file__).parents[2] / "postings"


class Terminal:
    """A process at a pseudo-terminal; `shown` is everything it has written, without colours."""

    def __init__(self, process: asyncio.subprocess.Process, side: int) -> None:
        self.process = process
        self.side = side
        self.shown = ""
        self._grown = asyncio.Event()
        asyncio.get_running_loop().add_reader(side, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.side, 65536)
        except OSError:  # the process has ended
            asyncio.get_running_loop().remove_reader(self.side)
            return
        if b"\x1b[6n" in data:
            os.write(self.side, b"\x1b[1;1R")  # it asks where the cursor is, as it would ask a real terminal
        self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r", "", data.decode(errors="replace"))
        self._grown.set()

    async def shows(self, text: str) -> None:
        """Waits for a text, and for the prompt below it: before that, a key may get lost."""
        try:
            async with asyncio.timeout(20):
                while not (text in self.shown and "callboard>" in self.shown.rpartition(text)[2]):
                    self._grown.clear()
                    await self._grown.wait()
        except TimeoutError:
            raise AssertionError(f"{text!r} is not in:\n{self.shown}") from None

    def types(self, text: str) -> None:
        self.shown = ""
        os.write(self.side, text.encode())

    async def ends_on(self, key: str) -> int:
        """Presses a key until the process ends, as a person would: a key may get lost while something is shown."""
        for _ in range(15):
            self.types(key)
            with suppress(TimeoutError):
                return await asyncio.wait_for(self.process.wait(), 2)
        raise AssertionError(f"it goes on in spite of {key!r}:\n{self.shown}")

    async def stands(self) -> None:
        """Waits until all has been said that a start says: a key that is pressed while a line is shown may get lost."""
        for text in ("New position", "chat at", "the board at", "the timeline at", "ready"):
            await self.shows(text)


@pytest.fixture
async def terminal(tmp_path):
    text = EXAMPLE.read_text().replace("  web: {}", "  web: {listen: '127.0.0.1:8080'}")
    for port in ("8080", "9090"):  # others run beside it
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")
    (tmp_path / "config.yaml").write_text(text)
    (tmp_path / "postings").symlink_to(SHIPPED)
    ours, its = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "config.yaml")),
        stdin=its,
        stdout=its,
        stderr=its,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": "200", "LINES": "50"},
    )
    os.close(its)
    yield Terminal(process, ours)
    asyncio.get_running_loop().remove_reader(ours)
    if process.returncode is None:
        process.kill()
        await process.wait()
    os.close(ours)


async def test_the_example_runs_with_no_token_announces_and_answers(terminal):
    await terminal.shows("6 postings, 1 of them open")
    await terminal.shows("New position: PhD Students, Postdocs and Student Assistants in Machine Learning")
    await terminal.stands()
    terminal.types("/positions\r")
    await terminal.shows("Open positions: 1")
    terminal.types("1\r")
    await terminal.shows("University of Rostock")
    terminal.types("closed phd in Tübingen\r")
    await terminal.shows("The deadline passed Sunday, 2 May 2021, 23:59 (Europe/Berlin, UTC+2)")
    terminal.types("/dance\r")
    await terminal.shows("I do not know /dance.")
    assert await terminal.ends_on("\x04") == 0


async def test_control_c_ends_it_as_well(terminal):
    await terminal.stands()
    assert await terminal.ends_on("\x03") == 0


@pytest.mark.parametrize("said", ["exit", "quit", "Quit!", ":q"])
async def test_a_word_ends_it_as_well(terminal, said):
    await terminal.stands()
    terminal.types("danke\r")
    await terminal.shows("Gern geschehen.")
    assert await terminal.ends_on(f"{said}\r") == 0
    assert "I do not know" not in terminal.shown


async def test_nobody_is_woken_while_nobody_types(terminal):
    await terminal.shows("New position")
    for _ in range(6):  # there may be a tick within one of these spans, or something left to draw
        before = woken(terminal.process.pid)
        await asyncio.sleep(1.5)
        if woken(terminal.process.pid) - before <= 1:
            break
    else:
        raise AssertionError("the bot wakes up while nothing happens")
    terminal.types("/positions\r")
    await terminal.shows("Open positions: 1")


def woken(pid):
    """How often its first thread, which the event loop is in, has waited for something."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("voluntary_ctxt_switches")))
