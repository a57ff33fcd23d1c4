"""Where no machine stays: a command whose database is kept in a branch of a git repository."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
def kept_in(
    config: Config, branch: str | None, *, is_sending: bool, is_reading: bool = False
) -> Iterator["Branch | None"]:
    """The branch from which the database was taken, and into which it is put at the end, whatever comes, but for who is
    only reading; None where none is named. Exits where it cannot be had.
    """
    if branch is None:
        yield None
        return
    from bot.app.branch import Branch, BranchError, BusyError

    if config.database_file is None:
        raise click.UsageError("--keep-in is for SQLite, which is one file; PostgreSQL stays where it is")
    try:
        kept = Branch(branch, config.database_file, config.registry, real_clock)
        kept.take(is_sending=is_sending)
    except BranchError as error:
        say(f"callboard: {error}")
        sys.exit(LEFT if isinstance(error, BusyError) else UNUSABLE)
    try:
        yield kept
    finally:
        try:
            if not is_reading:
                kept.keep()
        except BranchError as error:
            say(f"callboard: {error}")
            is_late = isinstance(error, BusyError)
            if is_sending and kept.has_moved:
                say("what became of messages that have left is not in the branch: the next round finds them in doubt")
                sys.exit(1)
            if is_sending or not is_late:
                sys.exit(LEFT if is_late else 1)
        if kept.holds_back:
            say(f"what could not be put into the branch {branch} before it left has not left; run the same again")
            sys.exit(1)
