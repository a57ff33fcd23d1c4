"""Commands that write posting files: new."""

import sys
from pathlib import Path

import click

from bot.cli.common import callboard, config_option, read_board, say, show
from bot.cli.completing import posting_ids
from bot.domain.zones import zone
from bot.engine.board import Callboard, real_clock
from bot.schema import MAX_BYTES, InvalidError, nearest, read_text, text_of
from bot.sources.files.drafting import as_draft, template
from bot.sources.files.names import better_id, is_id


@callboard.command()
@config_option
@click.option(
    "--copy",
    "source",
    metavar="FROM",
    help="With what the posting FROM says, comments included.",
    shell_complete=posting_ids,
)
@click.option(
    "--from-issue",
    "issue",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="With what somebody has filled in, in a form of GitHub or GitLab; - is standard input.",
)
@click.argument("name", metavar="[ID]", required=False)
def new(path: Path, source: str | None, issue: Path | None, name: str | None) -> None:
    """Write a new posting file to fill in, with every key explained.

    It is a draft, also with --copy: nobody hears of it before its line `status: draft` is deleted. With --from-issue it
    is no draft, for it is looked at where it is merged; then the ID may be left out, and is made from the title. A file
    that is there is never changed.
    """
    if source and issue:
        raise click.UsageError("--copy and --from-issue say two things; take one of them")
    if name is None and issue is None:
        raise click.UsageError("name the new posting, with lower-case letters, digits and hyphens")
    board = read_board(path)
    if name is not None and not is_id(name):
        raise click.UsageError(
            f'"{name}" is no id; take lower-case letters, digits and hyphens, such as {better_id(name)}'
        )
    if name in board.registry.taken():
        raise click.UsageError(f'"{name}" is taken; `callboard preview {name}` shows it, if it holds up')
    if issue:
        file, text = _from_issue(board, issue, name)
    else:
        assert name  # noqa: S101  # see above
        file, text = _copied(board, source, name) if source else _from_template(board, name)
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror or type(error).__name__}") from None
    show(str(file))
    if not issue:
        say("it is a draft: fill it in, then delete the line `status: draft`")


def _from_issue(board: Callboard, issue: Path, name: str | None) -> tuple[Path, str]:
    from bot.sources.files.naming import new_id
    from bot.sources.files.values import FieldsError
    from bot.submissions.issues import read_issue
    from bot.submissions.writing import file_text

    timezone = board.config.timezone
    try:
        text = text_of(sys.stdin.buffer.read(MAX_BYTES + 1)) if str(issue) == "-" else read_text(issue)
        submitted = read_issue(text, real_clock().astimezone(zone(timezone)), timezone)
    except InvalidError as error:
        raise click.UsageError("; ".join(map(str, error.problems(issue)))) from None
    except FieldsError as error:
        raise click.UsageError(f"{issue}: {error}") from None
    for key, why in submitted.left_out.items():
        say(f"{issue}: left out: {why if why.startswith(key) else f'{key} {why}'}")
    name = name or new_id(submitted.fields["title"], board.registry.taken())
    return board.config.registry / f"{name}.yaml", file_text(submitted.fields)


def _from_template(board: Callboard, name: str) -> tuple[Path, str]:
    text = template(name, real_clock().date(), board.config.timezone)
    return board.config.registry / f"{name}.yaml", text


def _copied(board: Callboard, source: str, name: str) -> tuple[Path, str]:
    posting = board.index.get(source)
    if posting is None:
        hint = nearest(source, (known.id for known in board.index)) or "; `callboard check` lists the problems"
        raise click.UsageError(f'--copy: there is no good posting "{source}"{hint}')
    file = board.registry.path_of(posting.id)
    try:
        text = as_draft(read_text(file), markdown=file.suffix == ".md")
    except InvalidError as error:
        raise click.UsageError("; ".join(map(str, error.problems(file)))) from None
    return file.with_name(f"{name}{file.suffix}"), text
