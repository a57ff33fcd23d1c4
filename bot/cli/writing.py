"""Commands that write posting files: new."""

from pathlib import Path

import click

from bot.board import Callboard, real_clock
from bot.cli.common import callboard, config_option, read_board, say, show
from bot.document import InvalidError, nearest, read_text
from bot.registry.drafting import as_draft, template
from bot.registry.names import better_id, is_id


@callboard.command()
@config_option
@click.option("--copy", "source", metavar="FROM", help="With what the posting FROM says, comments included.")
@click.argument("name", metavar="ID")
def new(path: Path, source: str | None, name: str) -> None:
    """Write a new posting file to fill in, with every key explained.

    It is a draft, also with --copy: nobody hears of it before its line `status: draft` is deleted. A file that is
    there is never changed.
    """
    board = read_board(path)
    if not is_id(name):
        raise click.UsageError(
            f'"{name}" is no id; take lower-case letters, digits and hyphens, such as {better_id(name)}'
        )
    if name in board.registry.taken():
        raise click.UsageError(f'"{name}" is taken; `callboard preview {name}` shows it, if it holds up')
    file, text = _copied(board, source, name) if source else _from_template(board, name)
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror or type(error).__name__}") from None
    show(str(file))
    say("it is a draft: fill it in, then delete the line `status: draft`")


def _from_template(board: Callboard, name: str) -> tuple[Path, str]:
    text = template(name, real_clock().date(), board.config.timezone)
    return board.config.registry / f"{name}.yaml", text


def _copied(board: Callboard, source: str, name: str) -> tuple[Path, str]:
    posting = board.index.get(source)
    if posting is None:
        hint = nearest(source, (one.id for one in board.index)) or "; `callboard check` lists the problems"
        raise click.UsageError(f'--copy: there is no good posting "{source}"{hint}')
    file = board.registry.path_of(posting.id)
    try:
        text = as_draft(read_text(file), markdown=file.suffix == ".md")
    except InvalidError as error:
        raise click.UsageError("; ".join(map(str, error.problems(file)))) from None
    return file.with_name(f"{name}{file.suffix}"), text
