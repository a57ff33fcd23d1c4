"""The commands of `callboard`, each a few lines over the parts. Large libraries are read by those that need them."""

import io
import os
import sys
import traceback

import click

from bot.cli import exporting, reading, running, starting  # noqa: F401  # their commands join the group
from bot.cli.common import callboard, say

__all__ = ["callboard", "main"]


def main() -> None:
    """The program. No traceback ever reaches a user, unless CALLBOARD_DEBUG asks for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter shows another in its place
            stream.reconfigure(errors="replace")
    try:
        sys.exit(callboard(prog_name="callboard", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  # it is said in words, and the exit code tells
        if os.environ.get("CALLBOARD_DEBUG"):
            say(traceback.format_exc())
        else:
            say(f"callboard: unexpected: {error!r}; set CALLBOARD_DEBUG=1 to see where, and please report it")
        sys.exit(1)
