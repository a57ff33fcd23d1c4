"""The commands of `callboard`, each a few lines over the parts. What is large is read by those that need it."""

import os
import sys
import traceback

import click

from bot.cli.common import callboard, say
from bot.domain.letters import printable, printable_lines
from bot.files import outlet
from bot.observe import logs

__all__ = ["callboard", "main"]


def main() -> None:
    """The program. No traceback ever reaches a user, unless CALLBOARD_DEBUG asks for it."""
    outlet.open_all()
    code = _done()
    unwritten = outlet.trouble(sys.stdout)
    if unwritten and outlet.is_missed(unwritten):
        say(f"callboard: standard output cannot be written: {unwritten.strerror}")
        code = code or 1
    sys.exit(code)


def _done() -> int:
    """Does what the command line says; gives the exit status."""
    try:
        return int(callboard(prog_name="callboard", standalone_mode=False) or 0)
    except SystemExit as leave:
        return int(leave.code or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.message = printable(error.message or "")  # type: ignore[misc]  # final, says click
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:  # noqa: BLE001  # it is said in words, and the exit code tells
        if os.environ.get("CALLBOARD_DEBUG"):
            click.echo(printable_lines(logs.sealed(traceback.format_exc())), err=True)
        else:
            say(f"callboard: unexpected: {error!r}; set CALLBOARD_DEBUG=1 to see where, and please report it")
        return 1
