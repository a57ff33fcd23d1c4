"""`callboard init`: sets up a lab."""

import asyncio
import locale
import logging
import os
import re
import select
import shlex
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import click
from tzlocal import get_localzone_name

from bot.cli.common import UNUSABLE, callboard, say, show
from bot.cli.completing import zones
from bot.domain.zones import zone_names
from bot.engine.board import real_clock
from bot.language import SOURCE, languages
from bot.observe import logs
from bot.platforms.kinds import PlatformKind, kinds
from bot.setup.lab import CONFIG, IGNORED, PAGES, REGISTRY, SERVICES, Lab, PlatformAsked, SecretAt
from bot.wording.catalogue import wording
from bot.wording.wording import Wording

if TYPE_CHECKING:
    from bot.setup.interview import Interview
    from bot.setup.sitting import Sitting
    from bot.setup.writing import SetupOutcome


def _platform_options() -> Iterator[Callable[[Any], Any]]:
    """Of each kind whose secrets are asked for: where each secret is, another server, a channel."""
    for kind in kinds().values():
        for key in kind.asked_for:
            option = f"--{_option(kind, key)}"
            yield click.option(f"{option}-env", metavar="NAME", help=f"The variable that holds {kind.title}'s {key}.")
            help_text = f"The file that holds {kind.title}'s {key}."
            yield click.option(f"{option}-file", type=click.Path(dir_okay=False), metavar="FILE", help=help_text)
        if kind.asked_for:
            yield click.option(f"--{kind.name}-channel", metavar="ADDRESS", help=f"A channel in {kind.title}.")
            yield click.option(f"--{kind.name}-api-url", metavar="URL", help=f"Another server of {kind.title}'s.")


def _option(kind: PlatformKind, key: str) -> str:
    return f"{kind.name}-{key.replace('_', '-')}"


def _with_platforms(command: Any) -> Any:
    for option in reversed(list(_platform_options())):
        command = option(command)
    return command


@callboard.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--lab", metavar="NAME", help="What the lab is called.")
@click.option("--place", "where", metavar="PLACE", help="Where it is: town and country.")
@click.option(
    "--timezone", metavar="ZONE", help="Such as Europe/Berlin; this computer's if you do not say.", shell_complete=zones
)
@click.option("--language", type=click.Choice(languages()), help="In which it speaks.")
@_with_platforms
@click.option(
    "--service", type=click.Choice(SERVICES), help="What keeps it running, and is made ready; none if you do not say."
)
@click.option("--web", "in_browser", is_flag=True, help="Ask on a page in the browser, on this computer alone.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="At which port of this computer --web is.")
@click.option(
    "--pages",
    type=click.Choice(PAGES),
    help="What takes a server's place; none if you do not say: see docs/no-server.md.",
)
@click.option("--yes", "asks_nothing", is_flag=True, help="Ask nothing: take what the options say.")
def init(
    folder: Path,
    lab: str | None,
    where: str | None,
    timezone: str | None,
    language: str | None,
    service: str | None,
    pages: str | None,
    port: int | None,
    *,
    in_browser: bool,
    asks_nothing: bool,
    **given: str | None,
) -> None:
    """Set up a lab in FOLDER, the current one if you do not say.

    At a terminal it asks, with --web on a page in the browser; without one, or with --yes, it takes what the options
    say. Each token and channel is verified before anything is written: config.yaml, a template of a posting, the tokens
    in a file for this account alone, and what git has to leave out. What is there is never changed.

    Exit status 2: something does not hold up; nothing was written. 1: some files were written, and others could not be.
    """
    if timezone and timezone not in zone_names():
        raise click.UsageError(f'--timezone: "{timezone}" is no time zone; write its name, such as Europe/Berlin')
    from bot.setup.present import present

    known = present(folder)
    zone = timezone or _one_of(known.get("timezone"), zone_names()) or _own_zone()
    spoken = language or _one_of(known.get("language"), languages()) or _own_language()
    begun = Lab(zone, spoken, lab, where, tuple(_platforms(given)))
    begun = replace(begun, service=service or begun.service, pages=pages or begun.pages)
    if port and not in_browser:
        raise click.UsageError("--port is for --web")
    if in_browser and asks_nothing:
        raise click.UsageError("--web asks, and --yes asks nothing; take one of them")
    if in_browser:
        _on_a_page(folder, _interview(begun, language, service, given), port or 0)
        return
    if not asks_nothing and sys.stdin.isatty():
        begun = _at_the_terminal(folder, _interview(begun, language, service, given))
    _write(folder, begun)


def _one_of(value: object, names: Collection[str]) -> str | None:
    return value if isinstance(value, str) and value in names else None


def _own_zone() -> str:
    name = get_localzone_name()
    return name if name in zone_names() else "UTC"


_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # what they name need not be installed


def _own_language() -> str:
    name = next(filter(None, map(os.environ.get, _LOCALES)), None) or locale.getlocale()[0] or ""
    language = name[:2].casefold()
    return language if language in languages() else SOURCE


def _settings(given: Mapping[str, str | None], kind: PlatformKind) -> dict[str, str]:
    url = given.get(f"{kind.name}_api_url")
    return {kind.server_key: url} if url and kind.server_key else {}


def _platforms(given: Mapping[str, str | None]) -> Iterator[PlatformAsked]:
    """Those of which an option names a secret. Raises `click.UsageError`."""
    for kind in kinds().values():
        secrets = []
        for key in kind.asked_for:
            name = _option(kind, key).replace("-", "_")
            variable, file = given.get(f"{name}_env"), given.get(f"{name}_file")
            if variable and file:
                raise click.UsageError(f"--{_option(kind, key)}-env and -file say two things; take one of them")
            if variable:
                secrets.append(SecretAt(key, variable, _value_of(kind, key, variable)))
            elif file:
                secrets.append(SecretAt(key, file=str(Path(file).resolve())))
        channel = given.get(f"{kind.name}_channel")
        if channel and not secrets:
            needed = f"--{_option(kind, next(iter(kind.asked_for)))}-env"
            raise click.UsageError(f"--{kind.name}-channel: say also where the token is, with {needed} NAME")
        known = {secret.key for secret in secrets}
        if secrets and (missing := next((key for key in kind.needed if key not in known), None)):
            named = f"--{_option(kind, secrets[0].key)}-{'file' if secrets[0].file else 'env'}"
            other = f"{kind.title}'s {missing.replace('_', ' ')}"
            raise click.UsageError(f"{named}: give {other} as well, with --{_option(kind, missing)}-env NAME")
        if secrets:
            yield PlatformAsked(kind.name, tuple(secrets), _settings(given, kind), channel)


_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def _value_of(kind: PlatformKind, key: str, variable: str) -> str:
    if not _VARIABLE.fullmatch(variable):  # it may be the token itself, so it is not repeated
        text = "that is no name of a variable; write the name of the one that holds the token, such as"
        never = "the token itself must not stand on a command line: if it did, make another one"
        raise click.UsageError(f"--{_option(kind, key)}-env: {text} {kind.variables[key]}; {never}")
    value = os.environ.get(variable, "").strip()
    if not value:
        raise click.UsageError(f"--{_option(kind, key)}-env: {variable} is not set in the environment")
    return value


def _at_the_terminal(folder: Path, interview: "Interview") -> Lab:
    """The lab that somebody tells of there. Raises `click.Abort` where they break off."""
    from bot.setup.conversation import Conversation

    log = logging.getLogger("callboard")
    before = log.level
    if not log.isEnabledFor(logging.DEBUG):  # who wants to see everything does
        log.setLevel(logging.WARNING)  # no lines among the questions
    try:
        return asyncio.run(Conversation(_Click(), interview, folder).hold())
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)  # below what they were asked
        say(interview.wording._("nothing was written"))
        raise click.Abort from None
    finally:
        log.setLevel(before)


class _Click:
    """A terminal, by click."""

    def ask(self, question: str, *, default: str = "", is_secret: bool = False) -> str:
        with _ended_by_ctrl_c():
            answer = click.prompt(question, default=default, hide_input=is_secret, show_default=bool(default))
        return str(answer).strip()

    def has_typed(self) -> bool:
        if sys.platform == "win32":  # where `select` knows sockets alone
            return False
        return bool(select.select([sys.stdin], [], [], 0)[0])

    def tell(self, text: str) -> None:
        show(logs.sealed(text))


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Within it Ctrl-C raises `KeyboardInterrupt`: asyncio's own handler would cancel a task, which cannot end while it
    waits for what is typed (https://docs.python.org/3/library/asyncio-runner.html#handling-keyboard-interruption).
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interview(begun: Lab, language: str | None, service: str | None, given: Mapping[str, str | None]) -> "Interview":
    from bot.setup.interview import Interview
    from bot.setup.steps import begin

    settings = {kind.name: _settings(given, kind) for kind in kinds().values()}
    asked = {"asks_language": language is None, "asks_service": service is None and begun.pages == "none"}
    return Interview(begin(begun, settings, os.environ, **asked))


def _on_a_page(folder: Path, interview: "Interview", port: int) -> None:
    from bot.setup.serving import bound
    from bot.setup.sitting import Sitting

    try:
        listening = bound(port)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise click.UsageError(f"--port: 127.0.0.1:{port}: {why}; take another one, or none") from None
    sitting = Sitting(interview, folder.resolve(), lambda: real_clock().date())
    with listening, suppress(KeyboardInterrupt):
        asyncio.run(_serve(sitting, interview.wording, listening))
    outcome = sitting.outcome or sitting.unfinished
    if outcome is None:
        say(interview.wording._("nothing was written"))
        sys.exit(UNUSABLE)
    _show_outcome(folder, outcome, interview.wording)


async def _serve(sitting: "Sitting", words: Wording, listening: socket) -> None:
    from bot.setup.serving import IDLE, SetupServer

    _, server = words._, SetupServer(sitting, listening)
    say(_("Open this address in a browser on this computer; it opens once: {link}").format(link=server.link))
    tunnel = f"ssh -L {server.port}:127.0.0.1:{server.port}"
    say(_("From another computer, first: {command} THIS-COMPUTER").format(command=tunnel))
    minutes = round(IDLE / 60)
    say(_("Ctrl-C ends it, and so do {n} minutes in which no page is asked for.").format(n=minutes))
    # No browser is opened from here: the link would stand on its command line, which other accounts read.
    if not await server.serve():
        say(_("no page was asked for in {n} minutes").format(n=minutes))


def _write(folder: Path, lab: Lab) -> None:
    from bot.setup.writing import write

    outcome = asyncio.run(write(folder, lab, real_clock().date()))
    words = wording(lab.language)
    for problem in outcome.problems:
        say(problem)
    if outcome.problems:
        say(words._("nothing was written"))
        sys.exit(UNUSABLE)
    _show_outcome(folder, outcome, words)


def _show_outcome(folder: Path, outcome: "SetupOutcome", words: Wording) -> None:
    for name, is_new in outcome.placed.items():
        say(f"{folder / name}: {_become(name, words, is_new=is_new)}")
    if outcome.trouble:
        say(words._("{folder} cannot be written: {why}").format(folder=folder, why=outcome.trouble))
        if any(outcome.placed.values()):
            sys.exit(1)
        say(words._("nothing was written"))
        sys.exit(UNUSABLE)
    for number, step in enumerate(outcome.to_do, 1):
        for line in f"{number}. {step}".splitlines():  # a step may have lines of YAML
            say(line)
    new = f"callboard new NAME --config {shlex.quote(str(folder / CONFIG))}"
    text = words._("Each position is a file in {folder}; this makes one: {command}")
    say(text.format(folder=folder / REGISTRY, command=new))
    show(outcome.command)


def _become(name: str, words: Wording, *, is_new: bool) -> str:
    _ = words._
    if name == IGNORED:
        return _("has what git leaves out")
    return _("written") if is_new else _("is there already, and stays as it is")
