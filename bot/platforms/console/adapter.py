"""The terminal: the third platform. It needs no token, and keeps the others honest."""

import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from bot.chat.reading import pressed as read_button
from bot.chat.reading import read
from bot.chat.request import LONGEST_TEXT, SLASH_COMMANDS
from bot.domain.message import Document, Line, Message, Span, without_file
from bot.domain.schedule import Destination
from bot.files import outlet
from bot.files.account import account_name
from bot.platforms.base import Answers, DeliveryError, Platform, Reader
from bot.platforms.text import plain, styled

_PROMPT = "callboard> "
_LEAVE = frozenset(("exit", "quit", ":q", "/exit", "/quit", "exit()", "quit()"))
_PAGE_SIGNS = "‹› "  # the signs around the labels of page buttons


class Console(Platform):
    """Prints to standard output, and answers at a prompt when standard input is a terminal.

    `leave` is called when the person ends the prompt (`exit`, `quit`, Ctrl-D, Ctrl-C).
    """

    def __init__(self, leave: Callable[[], None] = lambda: None, name: str = "console") -> None:
        self.name = name
        self._leave = leave
        self._numbers = count(1)
        self._buttons: dict[str, str] = {}

    def payload(self, destination: Destination, message: Message, key: str) -> str:
        del destination, key
        return plain(message)

    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        del key, reply_to
        number, before = next(self._numbers), outlet.lost(sys.stdout)
        self._print(_with_commands(message) if _is_prompt() else message, f"── {destination.address} ")
        if outlet.lost(sys.stdout) > before:
            error = outlet.trouble(sys.stdout)
            raise DeliveryError(f"it could not be printed: {error.strerror if error else 'nobody knows why'}")
        if destination.address == self.name:  # said to whoever sits here alone: the labels may be typed
            self._buttons |= _labels(message)
        return str(number)

    async def private_place(self, person: str) -> Destination:
        """The terminal: whoever sits at it is all that there is."""
        del person
        return Destination(self.name, self.name)

    async def name_of(self, person: str) -> str | None:
        """The login name: whoever sits at the terminal has started the bot."""
        del person
        return account_name()

    async def is_member(self, person: str, places: Sequence[Destination]) -> bool:
        del person, places
        return True

    async def administers(self, person: str, place: Destination) -> bool:
        del person, place
        return True

    async def listen(self, answers: Answers) -> None:
        if not _is_prompt():
            return None
        # A large library, and only a person at a terminal needs it.
        from prompt_toolkit import PromptSession  # noqa: PLC0415
        from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415

        session: PromptSession[str] = PromptSession(_PROMPT)
        if hasattr(signal, "SIGWINCH"):  # the terminal tells when it has another size: no need to ask twice a second
            session.app.terminal_size_polling_interval = None
        print("Ask, for example: phd   /positions   /help   (exit or Ctrl-D ends)")
        errors = sys.stderr
        with patch_stdout(raw=True):
            if not errors.isatty():  # what goes to a file stays out of the terminal
                sys.stderr = errors
            while True:
                try:
                    text = await session.prompt_async(handle_sigint=False)
                except (EOFError, KeyboardInterrupt):
                    return self._leave()
                text = text[:LONGEST_TEXT].strip()
                if text.casefold().rstrip("!.;") in _LEAVE:
                    return self._leave()
                if text:
                    await self._answer(text, answers)

    async def _answer(self, text: str, answers: Answers) -> None:
        pressed = self._buttons.get(text.strip(_PAGE_SIGNS).casefold())
        request = read_button(pressed) if pressed else read(text)
        message = await answers.answer(
            request, Reader(Destination(self.name, self.name), is_private=True, runs_bot=True)
        )
        self._buttons = _labels(message)
        self._print(message, "")

    def _print(self, message: Message, heading: str) -> None:
        if message.document:
            message = _with_path(message, message.document)
        pieces = [("fg:ansicyan", heading.ljust(60, "─") + "\n")] if heading else []
        pieces += [*styled(message), ("", "\n")]
        if sys.stdout.isatty():
            from prompt_toolkit import print_formatted_text  # noqa: PLC0415
            from prompt_toolkit.formatted_text import FormattedText  # noqa: PLC0415

            print_formatted_text(FormattedText(pieces), end="")
        else:
            print("".join(text for _, text in pieces), end="", flush=True)


def _saved(document: Document) -> Path:
    """Where a file stands now: in a folder of its own, which is this account's alone."""
    path = Path(tempfile.mkdtemp(prefix="callboard-")) / Path(document.name).name
    path.write_bytes(document.body)
    return path


def _with_path(message: Message, document: Document) -> Message:
    """A message with the path of its file; or with what it holds, where it cannot be written."""
    try:
        shown = Line.of("📎 ", Span(str(_saved(document)), code=True))
    except OSError:
        return without_file(message)
    return replace(message, lines=(*message.lines, shown), document=None)


def _is_prompt() -> bool:
    """Whether somebody sits here who can type."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _with_commands(message: Message) -> Message:
    """A message of a channel with what is to be typed in the place of its buttons: there may be many such messages, all
    with the same labels.
    """
    personal = (button for row in message.buttons for button in row if button.is_personal and button.request)
    asking = ((button.label, read_button(button.request or "")) for button in personal)
    typed = (
        Line.of(f"{label}: ", Span(f"{SLASH_COMMANDS.of(request.command, '')} {request.argument}", code=True))
        for label, request in asking
    )
    return replace(message, lines=(*message.lines, *typed))


def _labels(message: Message) -> dict[str, str]:
    """What the buttons of a message are called when they are typed, and what each asks for."""
    buttons = [button for row in message.buttons for button in row if button.request]
    return {button.label.strip(_PAGE_SIGNS).casefold(): button.request or "" for button in buttons}
