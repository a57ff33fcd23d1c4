"""The program: the command `callboard`, and `python -m bot`. Its commands are read within `main`, and not before: that
takes a moment, in which Ctrl-C is heard as quietly as later.
"""

import sys


def main() -> None:
    """Does what the command line says, and ends the process; with 130 after Ctrl-C, as shells do (128 + SIGINT)."""
    try:
        from bot.cli import main as program  # noqa: PLC0415

        program()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
