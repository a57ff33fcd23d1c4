"""Commands about what is handed in from chat: drafts, approve, reject, audit."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.common import (
    LEFT,
    callboard,
    config_option,
    json_option,
    load,
    read_board,
    rfc3339,
    say,
    show,
    show_json,
    show_rows,
)
from bot.cli.completing import posting_ids
from bot.cli.running import with_database
from bot.domain.draft import AuditEntry, Contributor, Draft, DraftState
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.files.account import account_name

if TYPE_CHECKING:
    from bot.store.drafts import DraftStore
    from bot.submissions.submissions import Submissions

_T = TypeVar("_T")


@callboard.command()
@config_option
@json_option
def drafts(path: Path, as_json: bool) -> None:
    """List what was handed in and waits for approval; with --json, also what was decided lately.

    What a draft says is kept for 30 days after it was decided.
    """

    async def listed(store: "DraftStore") -> list[Draft]:
        return await store.handed_in(states=list(DraftState) if as_json else [DraftState.WAITING])

    drafts_listed = _with_store(path, listed)
    if as_json:
        for draft in drafts_listed:
            show_json(draft_as_json(draft))
        return
    show_rows([*map(_draft_as_row, drafts_listed)], "nothing waits for approval")


@callboard.command()
@config_option
@click.argument("name", metavar="DRAFT")
def approve(path: Path, name: str) -> None:
    """Publish what was handed in, or make the change that was asked for.

    Exit status 1: the draft does not wait any more. 3: it could not be done, and waits still.
    """
    draft = _decided(path, name, lambda submissions: submissions.approve(name, _myself()))
    show(f"{draft.posting}: {draft.action}")


@callboard.command()
@config_option
@click.option("--why", metavar="TEXT", help="What whoever handed it in is told.")
@click.argument("name", metavar="DRAFT")
def reject(path: Path, name: str, why: str | None) -> None:
    """Turn down what was handed in.

    Exit status 1: the draft does not wait any more.
    """
    draft = _decided(path, name, lambda submissions: submissions.reject(name, _myself(), why))
    show(f"{draft.id}: {draft.state}")


@callboard.command()
@config_option
@json_option
@click.option("--posting", metavar="ID", help="Only of this posting.", shell_complete=posting_ids)
def audit(path: Path, as_json: bool, posting: str | None) -> None:
    """List who handed in, approved, rejected, changed, closed or imported what and when, oldest first."""

    async def listed(store: "DraftStore") -> list[AuditEntry]:
        return await store.audit(posting)

    entries = _with_store(path, listed)
    if as_json:
        for entry in entries:
            show_json(_entry_as_json(entry))
        return
    of_posting = f" {posting}" if posting else " anything"
    show_rows([*map(_entry_as_row, entries)], f"nobody has handed in or changed{of_posting} yet")


def _entry_as_row(entry: AuditEntry) -> str:
    at = f"{entry.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{at}  {entry.action:<9}  {entry.posting or '-'}  {_named(entry.by)}  {entry.detail}".rstrip()


def _with_store(path: Path, ask: "Callable[[DraftStore], Awaitable[_T]]") -> _T:
    config = load(path)

    from bot.store import Ledger

    async def asked() -> _T:
        ledger = await Ledger.open(config.database)
        try:
            return await ask(ledger.drafts)
        finally:
            await ledger.close()

    answer: _T = with_database(asked())
    return answer


def _decided(path: Path, name: str, decide: "Callable[[Submissions], Awaitable[Draft]]") -> Draft:
    """What becomes of a draft; or the exit status that says why nothing does."""
    board = read_board(path)

    from bot.submissions.carrying import SubmissionError
    from bot.submissions.submissions import DecidedError

    try:
        draft: Draft = with_database(_deciding(board, decide))
    except LookupError:
        raise click.UsageError(f'there is no draft "{name}"; `callboard drafts` lists those that wait') from None
    except DecidedError as error:
        by = error.draft.decided_by
        say(f"{name} does not wait any more: {error.draft.state}{f' by {_named(by)}' if by else ''}")
        sys.exit(1)
    except SubmissionError as error:
        say(f"{name} waits still: {error}")
        sys.exit(LEFT)
    return draft


async def _deciding(board: Callboard, decide: "Callable[[Submissions], Awaitable[Draft]]") -> Draft:
    from bot.store import Ledger
    from bot.submissions.submissions import Submissions

    ledger = await Ledger.open(board.config.database)
    try:
        return await decide(Submissions(board, ledger.drafts, uses_git=board.config.submissions.git))
    finally:
        await ledger.close()


def _myself() -> Contributor:
    """Whoever sits at the terminal."""
    user = account_name()
    return Contributor(Person("console", user), user)


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """The contract's shape. `posting` has the keys that it is about; `id` is that of the posting, if it has one."""
    return {
        "draft": draft.id,
        "at": rfc3339(draft.at),
        "person": str(draft.by.person),
        "name": draft.by.name,
        "posting": dict(draft.changes),
        "state": str(draft.state),
        "id": draft.posting,
        "action": str(draft.action),
        "why": draft.why or draft.trouble,
    }


def _draft_as_row(draft: Draft) -> str:
    subject = f"{draft.action} {draft.posting}" if draft.posting else f"new: {draft.changes.get('title', '')}"
    trouble = f"  ({draft.trouble})" if draft.trouble else ""
    return f"{draft.id}  {draft.at:%Y-%m-%d %H:%M} UTC  {_named(draft.by)}  {subject}{trouble}"


def _named(by: Contributor) -> str:
    return f"{by.name} ({by.person})"


def _entry_as_json(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at),
        "person": str(entry.by.person),
        "name": entry.by.name,
        "action": str(entry.action),
        "posting": entry.posting,
        "detail": entry.detail,
    }
