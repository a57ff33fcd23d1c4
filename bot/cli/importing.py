"""Commands about postings that already stand elsewhere: import."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bot.cli.common import (
    LEFT,
    at_option,
    callboard,
    config_option,
    json_option,
    load,
    read_board,
    rfc3339,
    say,
    show,
    show_json,
)
from bot.cli.completing import source_names
from bot.cli.running import with_database
from bot.engine.board import Callboard, real_clock
from bot.schema import Value, nearest
from bot.sources.base import AsFound, FoundPosting, Reading, SourceError
from bot.sources.following import value_text
from bot.sources.importing import ImportAction, ImportItem, file_fields, plan, wanted
from bot.sources.settings import SOURCE_KINDS, SourceSettings
from bot.sources.timing import next_reading
from bot.submissions.files import FileError, FolderLock, write_new
from bot.submissions.writing import file_text

if TYPE_CHECKING:
    from bot.app.sourcing import SourceLook
    from bot.store.sources import SourceState
    from bot.submissions.following import Result

_LEFT_OUT = {
    AsFound.CLOSED: "closed",
    AsFound.COMMENTED_OUT: "in a comment",
    AsFound.SPECULATIVE: "no opening, but a standing invitation",
}
_MOST_SHOWN = 300  # characters
_PATIENCE = 10.0  # seconds, while another process writes in the folder


@callboard.command(name="import")
@config_option
@click.option(
    "--kind", type=click.Choice(SOURCE_KINDS), help="What it is that is read, of what the config does not name."
)
@click.option("--dry-run", is_flag=True, help="Write nothing: only say what would be taken in.")
@click.option("--all", "everything", is_flag=True, help="Also what is closed, in a comment, or no opening.")
@at_option
@json_option
@click.argument("named", metavar="[SOURCE]... | --kind KIND FILE-OR-URL", nargs=-1, shell_complete=source_names)
def import_postings(
    path: Path,
    kind: str | None,
    dry_run: bool,
    everything: bool,
    at: datetime | None,
    as_json: bool,
    named: tuple[str, ...],
) -> None:
    """Take in positions from a page, board, feed or applicant-tracking system.

    Reads the named sources of the config, or all of them: what is new is published, or waits for approval, and what
    has changed there is followed. With --kind, reads a file or address of which the config says nothing: each position
    becomes a posting file, and a file that is there is never changed.

    What is uncertain is left out, and named. Exit 3 when a source could not be read, or not to its end.
    """
    if kind is None:
        _import_sources(path, named, dry_run=dry_run, everything=everything, at=at, as_json=as_json)
    elif len(named) != 1:
        raise click.UsageError("with --kind, name one file or address")
    else:
        _import_place(path, kind, named[0], dry_run=dry_run, everything=everything, at=at, as_json=as_json)


@callboard.command()
@config_option
@json_option
def sources(path: Path, as_json: bool) -> None:
    """List the sources of the config: when each was last read, what it has, and what was wrong."""
    config = load(path)

    from bot.sources.items import SourceItem
    from bot.store import Ledger
    from bot.store.sources import SourceState

    async def read() -> tuple[dict[str, SourceState], list[SourceItem]]:
        if config.database_file and not config.database_file.exists():
            return {}, []
        ledger = await Ledger.open(config.database)
        try:
            held = await ledger.sources.held({source.name for source in config.sources})
            return await ledger.sources.states(), held
        finally:
            await ledger.close()

    states, held = with_database(read())
    if not config.sources and not as_json:
        say(f"{path} names no sources; `callboard import --kind page ADDRESS --dry-run` shows what a page has")
    for source in config.sources:
        state = states.get(source.name)
        if as_json:
            at = rfc3339(state.read_at) if state else None
            count, error = (state.count, state.error) if state else (0, None)
            show_json({"source": source.name, "read": at, "count": count, "error": error})
        else:
            show(_in_a_line(source, state))
            for item in held if state else ():
                if item.source == source.name:
                    show(f"  held: {item.posting or item.said.get('title', '')}: {item.held or item.note}")


def _in_a_line(source: SourceSettings, state: "SourceState | None") -> str:
    if state is None:
        return f"{source.name}  not read yet"
    due_at = next_reading(source, state.read_at, not_before=state.not_before, failures=state.failures)
    line = f"{source.name}  {state.read_at:%Y-%m-%d %H:%M} UTC  {state.count} positions  next {due_at:%Y-%m-%d %H:%M}"
    return f"{line}  {state.error}" if state.error else line


def _import_sources(
    path: Path, named: tuple[str, ...], *, dry_run: bool, everything: bool, at: datetime | None, as_json: bool
) -> None:
    board = read_board(path, (lambda: at) if at else real_clock)
    known = {source.name: source for source in board.config.sources}
    for name in named:
        if name not in known:
            hint = nearest(name, known) or (f"; there are {', '.join(known)}" if known else "; it names none")
            if "://" in name or Path(name).exists():
                hint = f"; to read that file or address: callboard import --kind page {name}"
            raise click.UsageError(f'the config has no source "{name}"{hint}')
    if not known:
        raise click.UsageError(f"{path} names no sources; add some, or read a file or address with --kind")
    chosen = [known[name] for name in dict.fromkeys(named)] or list(known.values())

    from bot.app.sourcing import SourceLook, source_reader

    async def read_all() -> list[SourceLook]:
        outcomes = []
        async with source_reader(board, writes=not dry_run) as reader:
            for source in chosen:
                outcome = await reader.look(source, everything=everything, writes=not dry_run)
                _tell_outcome(outcome, as_json=as_json, everything=everything)
                outcomes.append(outcome)
        return outcomes

    if any(outcome.error for outcome in with_database(read_all())):
        sys.exit(LEFT)


def _tell_outcome(outcome: "SourceLook", *, as_json: bool, everything: bool) -> None:
    name = outcome.source.name
    for result in outcome.results:
        if as_json:
            show_json(result.step.as_json(result.posting))
        else:
            _tell_result(result)
    if outcome.error and not outcome.reading.postings:
        if as_json:
            show_json({"source": name, "action": "held", "posting": None, "error": outcome.error})
        say(f"{name}: {outcome.error}")
    elif outcome.error:
        say(f"{name}: not all could be read: {outcome.error}")
    if not as_json and not outcome.error and not (everything and outcome.reading.postings):
        _tell_left_out(outcome.reading)


def _tell_result(result: "Result") -> None:
    step = result.step
    waits = " (waits for approval)" if step.needs_approval else ""
    if step.action is ImportAction.NEW and step.found:
        _tell_fields(f"{step.action} {result.posting}{waits}", step.found, step.fields, step.uncertain)
        return
    why = f": {step.why}" if step.why else ""
    show(f"{step.action} {result.posting or step.fields.get('title', '')}{waits}{why}")
    for key, value in step.changes.items():
        show(f"  {key}: {_short(value_text(value))}")
    if step.item.note:
        show(f"  stays as a person wrote it: {_short(step.item.note)}")


def _import_place(
    path: Path, kind: str, place: str, *, dry_run: bool, everything: bool, at: datetime | None, as_json: bool
) -> None:
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
    origins = {posting.id: board.registry.origin_of(posting.id).source or {} for posting in known} if board else {}
    taken = board.registry.taken() if board else ()
    items = plan(name, chosen, known, origins, taken, board.config.timezone if board else "UTC")
    for item in items:
        if as_json:
            show_json(item.as_json())
        else:
            _tell_fields(f"{item.action} {item.posting}", item.found, item.fields, item.uncertain)
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
    from bot.sources.asking import SourceAddress, read_source
    from bot.sources.fetching import Fetcher

    async with Fetcher(real_clock) as fetcher, ReaderProcess() as reader:
        return await read_source(SourceAddress(kind, place if is_web else Path(place)), fetcher, reader, lambda: at)


def _tell_fields(heading: str, found: FoundPosting, fields: Mapping[str, Value], uncertain: Mapping[str, str]) -> None:
    mark = "" if found.as_found is AsFound.OPEN else f" ({_LEFT_OUT[found.as_found]})"
    show(f"{heading}{mark}")
    for key, value in fields.items():
        text = ", ".join(value) if isinstance(value, list) else value
        text = "; ".join(f"{name} {part}" for name, part in text.items()) if isinstance(text, dict) else text
        words = " ".join(found.evidence.get(key, "").split())
        because = f'  <- "{_short(words)}"' if words and words != str(text) else ""
        show(f"  {key}: {_short(' '.join(str(text).split()))}{because}")
    for key, why in uncertain.items():
        show(f"  {key}: left out, for {_short(why)}")


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _tell_left_out(reading: Reading) -> None:
    counts = {state: sum(posting.as_found is state for posting in reading.postings) for state in _LEFT_OUT}
    counted = ", ".join(f"{count} {_LEFT_OUT[state]}" for state, count in counts.items() if count)
    if counted:
        say(f"beside what is open: {counted}; --all takes in these, too")
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
