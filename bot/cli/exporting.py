"""The command that writes what is published as files: export."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bot.cli.common import callboard, config_option, load, say, show
from bot.cli.keeping import database_of, keep_in_option
from bot.cli.running import with_database
from bot.engine.board import Callboard
from bot.inspect.noting import placed, without_job_posting
from bot.schema import Problem

if TYPE_CHECKING:  # its libraries are large
    from bot.publish.exporting import ExportedFiles, PublishedState

FORMATS = ("html", "ics", "atom", "json", "jsonld", "markdown")
_NAMED = 4
"""Files that are named in the line that tells what was written."""


class _BaseUrl(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    name = "url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        try:
            is_one = bool(re.fullmatch(r'https?://[^\s<>"\\?#]+', text) and urlsplit(text).hostname)
        except ValueError:  # half an IPv6 address
            is_one = False
        if not is_one:
            self.fail(f"{text!r} is no web address; write https://YOUR-HOST or https://YOUR-HOST/PATH", param, ctx)
        return text


@callboard.command()
@config_option
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    required=True,
    help="What to write; may be repeated.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where to write it."
)
@click.option(
    "--base-url",
    type=_BaseUrl(),
    metavar="URL",
    help="The address at which DIR will be seen (default: the config's web.base_url).",
)
@keep_in_option
def export(path: Path, formats: tuple[str, ...], out: Path, base_url: str | None, branch: str | None) -> None:
    """Write what is published as files, for a site that only takes files: the board, calendars, feeds, data.

    Only files that differ are written, and nothing of others is removed. `markdown` writes positions.md; of one that is
    there already, only the part between its two markers.

    Exit status 0: all is as it should be. 1: positions.md has no markers; the rest was written.
    """
    from bot.files.folder import OutsideError
    from bot.publish.exporting import published, write

    config = load(path)
    board = Callboard(config)
    board.read()
    if base_url is None and not (config.web and config.web.base_url):
        text = "there is no base URL, so links lead to"
        say(f"{text} {board.site().base_url}; give --base-url, or web.base_url in the config")
    if "jsonld" in formats:
        for note in placed(board, without_job_posting(board, board.clock())):
            say(str(note))
    with database_of(config, branch) as database:
        state = with_database(published(board, database, base_url))
    try:
        wanted, problem = _wanted(formats, state, out)
        done = write(out, wanted)
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else out
        raise click.UsageError(f"--out: {place} cannot be used: {error.strerror or type(error).__name__}") from None
    except OutsideError as error:
        raise click.UsageError(
            f"--out: {out / str(error)} lies elsewhere, by a link; nothing is written there"
        ) from None
    if problem:
        say(str(problem))
    show(_summary(out, done))
    sys.exit(1 if problem else 0)


def _wanted(
    formats: tuple[str, ...], state: "PublishedState", out: Path
) -> tuple[dict[str, bytes | None], Problem | None]:
    """What belongs into each file; and what is wrong with the Markdown page, which then stays as it is."""
    from bot.files.folder import Folder, OutsideError
    from bot.publish.exporting import files
    from bot.publish.formats.markdown import NAME, MarkersError

    others = [name for name in formats if name != "markdown"]
    wanted = files(others, state)
    if len(others) == len(formats):
        return wanted, None
    page = out / NAME
    if page.is_symlink():  # what stands there is somebody's own
        raise OutsideError(NAME)
    try:
        with Folder(out) as folder:
            content = folder.read(NAME)
        before = content.decode() if content is not None else None
        return wanted | files(["markdown"], replace(state, page=before)), None
    except MarkersError as error:
        return wanted, Problem(str(page), 1, str(error))
    except UnicodeDecodeError:
        return wanted, Problem(str(page), 1, "is not UTF-8; save it as UTF-8")


def _summary(out: Path, exported: "ExportedFiles") -> str:
    clauses = []
    for verb, paths in (("wrote", exported.written), ("removed", exported.removed)):
        if paths:
            more = len(paths) - _NAMED
            clauses.append(f"{verb} {', '.join(paths[:_NAMED])}" + (f" and {more} more" if more > 0 else ""))
    same = "was as it should be" if exported.same == 1 else "were as they should be"
    clauses.append(f"{exported.same} {same}")
    return f"{out}: {'; '.join(clauses)}"
