"""Where no machine stays: a command whose database is kept in a branch of a git repository."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from bot.cli.common import LEFT, UNUSABLE, say
from bot.config import Config
from bot.engine.board import real_clock

if TYPE_CHECKING:
    from bot.app.branch import Branch

keep_in_option = click.option(
    "--keep-in",
    "branch",
    metavar="BRANCH",
    help="Where no machine stays: take the database from this branch of the git repository, and put it back there.",
)


@contextmanager
def kept_in(config: Config, branch: str | None) -> Iterator["Branch | None"]:
    """For who sends: the branch from which the config's database was taken, and into which it is put at the end,
    whatever comes; None where none is named. Exits where it cannot be had.
    """
    if branch is None:
        yield None
        return
    from bot.app.branch import BranchError, BusyError

    kept_branch = _taken(config, branch, config.database_file, is_sending=True)
    try:
        yield kept_branch
    finally:
        try:
            kept_branch.keep()
        except BranchError as error:
            say(f"callboard: {error}")
            if kept_branch.has_moved:
                say("what became of messages that have left is not in the branch: the next round finds them in doubt")
                sys.exit(1)
            sys.exit(LEFT if isinstance(error, BusyError) else 1)
        if kept_branch.holds_back:
            say(f"what could not be put into the branch {branch} before it left has not left; run the same again")
            sys.exit(1)


@contextmanager
def database_of(config: Config, branch: str | None, *, is_reading: bool = False) -> Iterator[str]:
    """For who does not send: the URL of the config's database, or, where a branch is named, of a passing copy of the
    one in there, so that the config's own stays as it is. It is put back, but for who is only reading. Exits where it
    cannot be had.
    """
    if branch is None:
        yield config.database
        return
    from bot.app.branch import BranchError, BusyError

    try:
        passing = TemporaryDirectory()
    except OSError as error:
        say(f"callboard: no folder for temporary files can be made: {error}")
        sys.exit(UNUSABLE)
    with passing as folder:
        file = Path(folder) / "callboard.db"
        copy = _taken(config, branch, config.database_file and file, is_sending=False, must_exist=is_reading)
        yield f"sqlite:///{file}"
        try:
            if not is_reading:
                copy.keep()
        except BranchError as error:
            say(f"callboard: {error}")
            if not isinstance(error, BusyError):
                sys.exit(1)


def _taken(config: Config, branch: str, file: Path | None, *, is_sending: bool, must_exist: bool = False) -> "Branch":
    from bot.app.branch import Branch, BranchError, BusyError

    if file is None:
        raise click.UsageError("--keep-in is for SQLite, which is one file; PostgreSQL stays where it is")
    try:
        taken = Branch(branch, file, config.registry, real_clock)
        taken.take(is_sending=is_sending, must_exist=must_exist)
    except BranchError as error:
        say(f"callboard: {error}")
        sys.exit(LEFT if isinstance(error, BusyError) else UNUSABLE)
    return taken
