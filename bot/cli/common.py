"""What the commands share: the group, options, and how a config is read."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.config import Config
from bot.config import read as read_config
from bot.domain.letters import printable, printable_json
from bot.domain.zones import instant
from bot.engine.board import Callboard, real_clock
from bot.observe import logs
from bot.platforms.kinds import kinds
from bot.schema import InvalidError

UNUSABLE = 2
LEFT = 3

_T = TypeVar("_T")


class Instant(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        at = instant(str(value))
        if at is None:
            hint = "write 2027-05-02, 2027-05-02T12:00 or 2027-05-02T12:00+02:00, from 1970 to 2999"
            self.fail(f"{value!r} is no instant; {hint}", param, ctx)
        return at


INSTANT = Instant()
config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default="config.yaml",
    show_default=True,
    metavar="FILE",
    help="The configuration.",
)
at_option = click.option(
    "--at", type=INSTANT, metavar="INSTANT", help="As of this instant (ISO 8601; UTC unless it says)."
)
html_option = click.option(
    "--html",
    "picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="As a picture: a page that needs nothing else.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


_FILES = {
    "backing_up": ("backup", "restore"),
    "checking": ("check",),
    "completing": ("completion",),
    "exporting": ("export",),
    "importing": ("import", "sources"),
    "people": ("people",),
    "probing": ("health",),
    "reading": ("ask", "preview", "schema", "timeline"),
    "running": ("erase", "ledger", "resend", "run", "tick", "withdraw"),
    "setting_up": ("init",),
    "starting": ("demo",),
    "submitting": ("approve", "audit", "drafts", "reject"),
    "writing": ("new",),
}
"""The commands that each file beside this one has. Those of platforms are in their folders."""


class _Group(click.Group):
    """Reads the file of a command when that is asked for, and all of them where a list is: no command, `run` above all,
    takes the time and memory of the others.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            file = next((file for file, names in _FILES.items() if cmd_name in names), None)
            if file is None:
                self.read_all()
            else:
                import_module(f"bot.cli.{file}")  # its commands join the group
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self.read_all()
        return super().list_commands(ctx)

    def read_all(self) -> None:
        """Has every command in `commands`."""
        for file in _FILES:
            import_module(f"bot.cli.{file}")
        for kind in kinds().values():
            for command in kind.commands():
                self.add_command(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with the whole first sentence of its help: click would cut it to fit the line."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command and not command.hidden:
                summary, _, _ = (command.help or "").partition("\n\n")
                rows.append((name, " ".join(summary.split()).partition(". ")[0].rstrip(".")))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("callboard"), prog_name="callboard")
@click.option("-v", "--verbose", is_flag=True, help="Log everything.")
@click.option("--log-json", is_flag=True, help="Log one JSON object a line (also: CALLBOARD_LOG=json).")
@click.pass_context
def callboard(context: click.Context, verbose: bool, log_json: bool) -> None:
    """Announces a research group's open positions and their deadlines in Telegram and Slack, and answers questions.

    Positions are files in the folder `postings`, one each; everything else is in the config file. Begin with
    `callboard check`, look at `callboard timeline`, then start `callboard run`.
    """
    asked = os.environ.get("CALLBOARD_LOG", "").casefold() or "text"
    if asked not in {"text", "json"}:
        raise click.UsageError(f'CALLBOARD_LOG: "{asked}" is not one of text, json')
    context.obj = _board_of  # for commands of platforms, which know no config
    logs.set_up(logging.DEBUG if verbose else logging.INFO, as_json=log_json or asked == "json")


def _board_of(path: Path) -> str | None:
    """Where the world finds the board of a config; None where it does not, or there is no such config."""
    if not path.is_file():
        return None
    try:
        config = read_config(path)
    except InvalidError:  # a token is not set yet, perhaps: this is for who sets it up
        say(f"{path} does not hold up yet, so where the board is (web.base_url) is left out; name it with --board")
        return None
    return config.web.base_url if config.web else None


def say(text: str) -> None:
    """A line to standard error: what may hold an error's own words."""
    click.echo(printable(logs.sealed(text)), err=True)


def show(text: str) -> None:
    """A line to standard output: what may hold the words of a file or a platform."""
    click.echo(printable(text))


def show_rows(rows: Sequence[str], nothing: str) -> None:
    """A list, a row a line. Where there is none, whoever waits at the terminal is told so; a program reads nothing."""
    for row in rows:
        show(row)
    if not rows:
        say(nothing)


def show_json(value: Any, indent: int | None = None) -> None:
    """JSON to standard output, on a line unless it is indented."""
    click.echo(printable_json(json.dumps(value, ensure_ascii=False, indent=indent)))


def load(path: Path) -> Config:
    """The config, or exit 2 with every problem in it."""
    if not path.is_file():
        raise click.UsageError(
            f"there is no config file {path}; name one with --config, copy config.example.yaml, or run `callboard init`"
        )
    try:
        config = read_config(path)
    except InvalidError as error:
        for problem in error.problems(path):
            say(str(problem))
        sys.exit(UNUSABLE)
    logs.seal(config.secrets)
    return config


def read_board(path: Path, clock: Callable[[], datetime] = real_clock) -> Callboard:
    """The registry of a config, read; or exit 2 with every problem in the config."""
    board = Callboard(load(path), clock)
    board.read()
    return board


def rfc3339(at: datetime) -> str:
    """An aware instant in UTC, as `--json` has it (RFC 3339): `2027-05-02T21:59:59Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


def hear_administrators(board: Callboard) -> None:
    """What the administrators of groups and channels have set counts, as the database has it, if there is one."""

    async def look(database: str) -> None:
        from bot.engine.places import hear
        from bot.store import peek_at_places

        async with peek_at_places(database) as places:
            if places:
                await hear(board, places)

    peeked(board.config, look, None, "what administrators have set")


def peeked(config: Config, look: Callable[[str], Awaitable[_T]], nothing: _T, what: str) -> _T:
    """What a look into the config's database (its URL) gives; `nothing` where there is none, which is not made, and
    where it cannot be used: then it is said that it is not known `what` was looked for.
    """
    file = config.database_file
    if file and not file.exists():
        return nothing
    from bot.store import LedgerError

    async def looked() -> _T:
        return await look(config.database)

    try:
        return asyncio.run(looked())
    except LedgerError as error:
        say(f"callboard: {error}; it is not known {what}")
        return nothing
