"""What is there before a lab has anything of its own: the demo."""

from pathlib import Path

import click

from bot.cli.common import callboard, say, show
from bot.demo import CONFIG, write
from bot.engine.board import real_clock


@callboard.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="demo")
def demo(folder: Path) -> None:
    """Write a made-up lab to try Callboard with.

    FOLDER (demo if you do not say) gets a config and postings whose deadlines are made from today. It speaks in the
    terminal and the browser of this computer alone. A folder that holds a lab already stays as it is.
    """
    config = folder / CONFIG
    if config.exists():
        say(f"{folder} is there already, and stays as it is; delete it to begin anew")
    else:
        try:
            count = write(folder, real_clock())
        except OSError as error:
            raise click.UsageError(f"{folder} cannot be made: {error.strerror or type(error).__name__}") from None
        say(f"{folder}: wrote a config and {count} postings, with deadlines made from today")
    show(f"callboard run --config {config}")
