"""From nothing to the first announcement in a Telegram channel: by hand, and with `callboard init`.

    python -m benchmarks.newcomer [--install]

Both ways are gone through for real, at a terminal, against an emulated Telegram, until the announcement is there.
Counted are commands, answers, lines that are edited, keys that are pressed (a token is pasted), and words to be read on
the way: by hand those of the guide's parts, with `init` what it says itself. The minutes are 200 keys and 240 words a
minute, and what the machine takes; with `--install` that has the installation in it. The five messages to BotFather, by
which one gets a token, are the same in both and not counted.
"""

import argparse
import asyncio
import fcntl
import os
import pty
import re
import signal
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.emulators.telegram import TelegramServer

ROOT = Path(__file__).parents[1]
CHANNEL, ADDRESS = -1001234567890, "@lab_jobs"
KEYS_A_MINUTE, WORDS_A_MINUTE = 200, 240
POSTING = "title: PhD Student in Owl Flight\nrole: phd\ndeadline: 2199-05-02\napply: jobs@lab.example\n"
CHANNELS = f'channels:\n  - name: lab-jobs\n    platform: telegram\n    address: "{ADDRESS}"\n'
GUIDE_BY_HAND = ("Your own lab in five minutes", "A Telegram channel")
PATIENCE = 120.0  # seconds
PASTED = "^V"
"""The keys for what is copied from elsewhere."""


@dataclass
class Way:
    """What one way has taken so far. `machine`: seconds; `words`: read on the way."""

    name: str
    commands: int = 0
    answers: int = 0
    lines: int = 0
    keys: int = 0
    words: int = 0
    machine: float = 0.0

    @property
    def minutes(self) -> float:
        return self.keys / KEYS_A_MINUTE + self.words / WORDS_A_MINUTE + self.machine / 60


class Terminal:
    """A command at a terminal of its own: what it shows, and what is typed."""

    def __init__(self) -> None:
        self._own, self.other = pty.openpty()
        self.shown = ""
        self._looked_at = 0
        self._grown = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._own, self._read)

    def _read(self) -> None:
        text = b""
        with suppress(OSError):  # nobody writes there any more
            text = os.read(self._own, 65536)
        if not text:
            asyncio.get_running_loop().remove_reader(self._own)
        self.shown += text.decode(errors="replace")
        self._grown.set()

    async def shows(self, part: str) -> None:
        """Waits until there is something new with these words in it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while part not in self.shown[self._looked_at :]:
                    self._grown.clear()
                    await self._grown.wait()
        except TimeoutError:
            raise AssertionError(f"nothing with {part!r} in:\n{self.shown}") from None
        self._looked_at = self.shown.index(part, self._looked_at) + len(part)

    def types(self, text: str) -> None:
        os.write(self._own, f"{text}\n".encode())

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._own)
        os.close(self._own)


class Newcomer:
    """Somebody in a folder of their own, who goes one way."""

    def __init__(self, way: Way, home: Path, telegram: TelegramServer) -> None:
        self.way, self.folder, self.telegram = way, home, telegram
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def edits(self, path: str, text: str, *, instead_of: str = "") -> None:
        """Writes lines into a file, in the place of all or of what stood there."""
        file = self.folder / path
        self.way.lines += text.count("\n")
        self.way.keys += len(text)
        file.write_text(file.read_text().replace(instead_of, text) if instead_of else text)

    async def types(
        self,
        command: str,
        answers: Sequence[tuple[str, str | Callable[[], None]]] = (),
        *,
        really: str = "",
        until: Callable[[], object] | None = None,
    ) -> None:
        """A command, and what is answered to its questions, by a part of each; with `until`, it is stopped when that is
        so. `really` is what is run in its place: what nobody has to type away from an emulated platform.
        """
        way, terminal, begun = self.way, Terminal(), time.perf_counter()
        way.commands += 1
        way.keys += len(command) + 1
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euc", f"exec {really or command}"),
            cwd=self.folder,
            env=self.environment,
            stdin=terminal.other,
            stdout=terminal.other,
            stderr=terminal.other,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # one thread; so secrets are not echoed
        )
        os.close(terminal.other)
        for part, answer in answers:
            await terminal.shows(part)
            if isinstance(answer, str):
                way.answers += 1
                way.keys += len(PASTED if answer == self.telegram.token else answer) + 1
                terminal.types(answer)
            else:
                answer()
        if until:
            await self.telegram.wait_for(until, PATIENCE)
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), PATIENCE)
        way.machine += time.perf_counter() - begun
        terminal.close()
        if code:
            raise AssertionError(f"{command} ended with {code}:\n{terminal.shown}")
        if answers:
            way.words += len(terminal.shown.split())

    def goes_to(self, folder: str) -> None:
        self.way.commands += 1
        self.way.keys += len(f"cd {folder}\n")
        self.folder /= folder

    async def announces(self) -> None:
        await self.types("callboard new phd-owls")
        self.edits("postings/phd-owls.yaml", POSTING)
        await self.types("callboard run", until=lambda: self.telegram.sent)


async def by_hand(newcomer: Newcomer, install: str) -> None:
    guide = (ROOT / "docs/guide.md").read_text()
    for heading in GUIDE_BY_HAND:
        part = re.split(rf"^##+ {heading}\n", guide, flags=re.MULTILINE)[1]
        newcomer.way.words += len(re.split(r"^##+ ", part, flags=re.MULTILINE)[0].split())
    telegram = newcomer.telegram
    telegram.set_standing(CHANNEL, "administrator")
    await newcomer.types("git clone https://git.example.org/REPOSITORY callboard", really="true")
    await newcomer.types("cd callboard", really="true")
    await newcomer.types("make install", really=install)
    await newcomer.types("source .venv/bin/activate", really="true")
    await newcomer.types("mkdir ~/open-positions")
    newcomer.goes_to("open-positions")
    await newcomer.types(
        "cp ~/callboard/config.example.yaml config.yaml", really=f"cp {ROOT}/config.example.yaml config.yaml"
    )
    await newcomer.types("mkdir postings")
    newcomer.environment["TELEGRAM_BOT_TOKEN"] = telegram.token
    await newcomer.types(f"export TELEGRAM_BOT_TOKEN='{PASTED}'", really="true")
    newcomer.edits("config.yaml", CHANNELS, instead_of="channels:\n")
    config = newcomer.folder / "config.yaml"
    token = "    token: ${TELEGRAM_BOT_TOKEN}\n"
    config.write_text(config.read_text().replace(token, f"{token}    api_url: {telegram.url}\n"))
    await newcomer.types("callboard check --online")
    await newcomer.announces()


async def by_init(newcomer: Newcomer, install: str) -> None:
    telegram = newcomer.telegram
    telegram.set_standing(CHANNEL, "left")
    await newcomer.types("pipx install git+https://git.example.org/REPOSITORY", really=install)
    command = "callboard init open-positions"
    answers: list[tuple[str, str | Callable[[], None]]] = [
        ("Language", "en"),
        ("called", "Owl Lab"),
        ("Where", "Rostock, Germany"),
        ("time zone", "Europe/Berlin"),
        ("Slack?", "n"),
        ("Telegram?", "y"),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("look out for it", lambda: telegram.my_chat_member(CHANNEL, "administrator")),
        ("Which channel", ""),
        ("test message", "n"),
        ("running?", ""),
    ]
    await newcomer.types(command, answers, really=f"{command} --telegram-api-url {telegram.url}")
    newcomer.goes_to("open-positions")
    await newcomer.announces()


async def gone(name: str, way: Callable[[Newcomer, str], object], *, installs: bool) -> Way:
    taken = Way(name)
    with tempfile.TemporaryDirectory() as place:
        async with TelegramServer() as telegram:
            telegram.add_chat(CHANNEL, type="channel", title="Lab jobs", username=ADDRESS.removeprefix("@"))
            newcomer = Newcomer(taken, Path(place), telegram)
            program = Path(place) / "program" if installs else Path(sys.prefix)
            newcomer.environment["PATH"] = f"{program}/bin:{newcomer.environment['PATH']}"
            install = f"bash -c '{sys.executable} -m venv {program} && {program}/bin/pip install --quiet {ROOT}'"
            await way(newcomer, install if installs else "true")
            assert len(telegram.sent) == 1
    return taken


async def main(*, installs: bool) -> None:
    ways = [await gone("by hand", by_hand, installs=installs), await gone("init", by_init, installs=installs)]
    print(" " * 10 + "".join(f"{way.name:>10}" for way in ways))
    for figure in ("commands", "answers", "lines", "keys", "words", "machine", "minutes"):
        print(f"{figure:10}" + "".join(f"{round(getattr(way, figure), 1):>10}" for way in ways))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install it as well, and count what that takes")
    asyncio.run(main(installs=parser.parse_args().install))
