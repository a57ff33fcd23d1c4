"""Commands about postings that already stand elsewhere: import."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.cli.common import LEFT, at_option, callboard, config_option, json_option, read_board, say, show, show_json
from bot.engine.board import Callboard, real_clock
from bot.sources.base import AsFound, Reading, SourceError
from bot.sources.importing import ImportAction, ImportItem, file_fields, plan, wanted
from bot.submissions.files import FileError, FolderLock, write_new
from bot.submissions.writing import file_text

_KINDS = (
    *("page", "board", "jsonld", "feed", "ics", "personio", "greenhouse", "lever", "ashby", "smartrecruiters"),
    *("recruitee", "teamtailor", "softgarden", "bite", "dvinci", "umantis"),
)
_LEFT_OUT = {
    AsFound.CLOSED: "closed",
    AsFound.COMMENTED_OUT: "in a comment",
    AsFound.SPECULATIVE: "no opening, but a standing invitation",
}
_MOST_SHOWN = 300  # characters
_PATIENCE = 10.0  # seconds, while another process writes in the folder


@callboard.command(name="import")
@config_option
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What it is that is read.")
@click.option("--dry-run", is_flag=True, help="Write nothing: only say what would be taken in.")
@click.option("--all", "everything", is_flag=True, help="Also what is closed, in a comment, or no opening.")
@at_option
@json_option
@click.argument("place", metavar="FILE-OR-URL")
def import_postings(
    path: Path, kind: str, dry_run: bool, everything: bool, at: datetime | None, as_json: bool, place: str
) -> None:
    """Take in positions from a page, board, feed or applicant-tracking system.

    Each becomes a posting file in the registry, with where it came from. A file that is there is never changed. What
    is uncertain is left out, and named. Exit 3 when it could not be read.
    """
    is_web = place.startswith(("http://", "https://"))
    if not is_web and not Path(place).exists():
        raise click.UsageError(f"there is no file {place}; an address begins with https://")
    board = None if dry_run and not path.is_file() else read_board(path)
    name = _name_of(place)
    try:
        reading = asyncio.run(_read(kind, place, at or real_clock(), is_web=is_web))
    except SourceError as error:
        if as_json:
            show_json({"source": name, "action": "held", "posting": None, "error": str(error)})
        say(f"{name}: {error}")
        sys.exit(LEFT)
    chosen = wanted(reading.postings, everything=everything)
    known = list(board.index) if board else []
    origins = {one.id: board.registry.origin_of(one.id).source or {} for one in known} if board else {}
    taken = board.registry.taken() if board else ()
    items = plan(name, chosen, known, origins, taken, board.config.timezone if board else "UTC")
    for item in items:
        if as_json:
            show_json(item.as_json())
        else:
            _tell(item)
    if not as_json and not (everything and reading.postings):
        _tell_left_out(reading)
    if reading.incomplete:
        say(f"{name}: not all could be read: {reading.incomplete}")
    if board and not dry_run:
        _write(board, items, quiet=as_json)
    if reading.incomplete:
        sys.exit(LEFT)


def _name_of(place: str) -> str:
    """What a source is called that the config does not name: its host, or its file."""
    return urlsplit(place).hostname or Path(place).resolve().name


async def _read(kind: str, place: str, at: datetime, *, is_web: bool) -> Reading:
    from bot.sources.apart import ReaderProcess
    from bot.sources.asking import Place, read_source
    from bot.sources.fetching import Fetcher

    async with Fetcher(real_clock) as fetcher, ReaderProcess() as reader:
        return await read_source(Place(kind, place if is_web else Path(place)), fetcher, reader, lambda: at)


def _tell(item: ImportItem) -> None:
    mark = "" if item.found.as_found is AsFound.OPEN else f" ({_LEFT_OUT[item.found.as_found]})"
    show(f"{item.action} {item.posting}{mark}")
    for key, value in item.fields.items():
        said = ", ".join(value) if isinstance(value, list) else value
        said = "; ".join(f"{name} {one}" for name, one in said.items()) if isinstance(said, dict) else said
        words = " ".join(item.found.evidence.get(key, "").split())
        because = f'  <- "{_short(words)}"' if words and words != str(said) else ""
        show(f"  {key}: {_short(' '.join(str(said).split()))}{because}")
    for key, why in item.uncertain.items():
        show(f"  {key}: left out, for {_short(why)}")


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _tell_left_out(reading: Reading) -> None:
    counts = {state: sum(posting.as_found is state for posting in reading.postings) for state in _LEFT_OUT}
    told = ", ".join(f"{count} {_LEFT_OUT[state]}" for state, count in counts.items() if count)
    if told:
        say(f"beside what is open: {told}; --all takes in these, too")
    elif not reading.postings:
        say("no positions were found")


def _write(board: Callboard, items: list[ImportItem], *, quiet: bool) -> None:
    folder = board.config.registry
    try:
        with FolderLock(folder, _PATIENCE):
            for item in items:
                if item.action is not ImportAction.NEW:
                    continue
                file = folder / f"{item.posting}.yaml"
                try:
                    write_new(file, file_text(file_fields(item)).encode())
                except FileExistsError:
                    say(f"{file} is there already, and stays as it is")
                    continue
                if not quiet:
                    show(str(file))
    except FileError as error:
        raise click.UsageError(str(error)) from None
    changed = [item.posting for item in items if item.action is ImportAction.CHANGED]
    if changed:
        say(f"the source says something else than the files of {', '.join(changed)}; they stay as they are")
