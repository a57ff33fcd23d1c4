"""Commands over the ledger: those that send, and the one that shows what was sent."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.audiences.audience import Audience
from bot.cli.common import (
    LEFT,
    UNUSABLE,
    at_option,
    callboard,
    config_option,
    hear_administrators,
    json_option,
    load,
    rfc3339,
    say,
    show,
    show_json,
    show_rows,
)
from bot.cli.completing import channel_names, posting_ids
from bot.cli.keeping import database_of, keep_in_option, kept_in
from bot.config import Config
from bot.domain.notice import Kind, Record, State
from bot.engine.board import Callboard, real_clock, rehearsal_clock
from bot.observe import logs
from bot.observe.metrics import Tally
from bot.schema import nearest


@callboard.command()
@config_option
def run(path: Path) -> None:
    """Run the bot: read, watch, announce, remind and answer, until it is stopped.

    When the config file is changed, the bot starts anew with it; one that does not hold up changes nothing. SIGHUP
    asks it to look at once.
    """
    from bot.app.allocating import share_one_arena

    share_one_arena()
    with_database(_start(load(path)))


async def _start(config: Config) -> None:
    from bot.app.reloading import Reloading

    await Reloading(config).run()  # made inside the loop that it lives in


@callboard.command()
@config_option
@at_option
@keep_in_option
def tick(path: Path, at: datetime | None, branch: str | None) -> None:
    """Do one round (read, plan, deliver) and exit: for cron and CI.

    With --at, what was due by that instant is really sent, and settled: rehearse with a config of its own. To see
    what would be said without saying it, use `callboard timeline`.

    With --keep-in, what is about to be said is in the branch before it leaves: a round that is killed is not said twice
    where the platform can be asked, or where `in_doubt: drop` stands in the config.

    Says in one line, on standard error, what it did.

    Exit status 0: all that was due is settled. 3: something is left to retry; run it again.
    """
    from bot.app.once import tick as one_round

    config, tally = load(path), Tally()
    with kept_in(config, branch) as kept_branch:
        clock = rehearsal_clock(at) if at else real_clock
        on_the_wire = kept_branch.keep_what_leaves if kept_branch else None
        left = with_database(one_round(config, clock, metrics=tally, on_the_wire=on_the_wire))
        say(_in_a_line(tally, left))
        if left:
            sys.exit(LEFT)


_DONE = {
    "announcement": ("announcement", "announcements"),
    "reminder": ("reminder", "reminders"),
    "deadline-moved": ("message that a deadline was moved", "messages that a deadline was moved"),
    "reopened": ("message that a position is open again", "messages that a position is open again"),
    "closed": ("message that a position is closed", "messages that a position is closed"),
    "digest": ("digest", "digests"),
    "edit": ("edit", "edits"),
}


def _in_a_line(tally: Tally, left: int) -> str:
    """What a round did, by messages, and how many notices it has left."""
    sent = [f"{count} {_DONE.get(kind, (kind, kind))[count != 1]}" for kind, count in tally.arrived.items()]
    others = [f"{state}: {count}" for state, count in tally.others.items() if state != State.DUE_AGAIN]
    retry = [f"left to retry: {left}; run the same again"] if left else []
    parts = [*([f"sent: {', '.join(sent)}"] if sent else []), *others, *retry]
    return "; ".join(parts) or "nothing was due"


def with_database(work: Any) -> Any:
    """What `work` (a coroutine) gives; or exit 2 where the database cannot be used, and it is said why."""
    from bot.store import LedgerError

    try:
        return asyncio.run(work)
    except LedgerError as error:
        say(f"callboard: {error}")
        sys.exit(UNUSABLE)


@callboard.command()
@config_option
@keep_in_option
@click.argument("name", metavar="ID", shell_complete=posting_ids)
def withdraw(path: Path, branch: str | None, name: str) -> None:
    """Take the announcement of the posting ID back, everywhere.

    Messages about it are deleted where the platform still allows that, else edited to say that it was withdrawn.
    Nothing more is announced of it, and no answer, board, feed or export names it any more, whatever its file says.
    `callboard resend` undoes this.

    Exit status 0: done. 3: something is left to do; the bot goes on with it.
    """
    config = load(path)
    _on_request(Kind.WITHDRAWAL, config, name, None, branch)


@callboard.command()
@config_option
@click.option(
    "--channel",
    "channel",
    required=True,
    metavar="NAME",
    help="The channel's name in the config.",
    shell_complete=channel_names,
)
@keep_in_option
@click.argument("name", metavar="ID", shell_complete=posting_ids)
def resend(path: Path, channel: str, branch: str | None, name: str) -> None:
    """Announce the posting ID once more in one channel: after `callboard withdraw`, or when it was refused there.

    Exit status 0: done. 3: it is left to do; the bot goes on with it.
    """
    config = load(path)
    board = Callboard(config)
    hear_administrators(board)
    channels = board.channels.every()
    chosen = [audience for audience in channels if audience.name == channel]
    if not chosen:
        hint = nearest(channel, (audience.name for audience in channels))
        raise click.UsageError(f'--channel: "{channel}" is no channel in {path}{hint}')
    board.read()
    posting = board.index.get(name)
    if posting is None or not posting.is_open(real_clock()):
        why = "is not open" if posting else "is no good posting" + nearest(name, (known.id for known in board.index))
        raise click.UsageError(f'"{name}" {why}; only what is open can be announced')
    _on_request(Kind.ANNOUNCEMENT, config, posting.id, chosen, branch)


@callboard.command()
@config_option
@click.argument("name", metavar="ID", shell_complete=posting_ids)
def erase(path: Path, name: str) -> None:
    """Take the people of the posting ID, which is closed or gone, out of database and exports.

    Contact, supervisors and their names in its texts are taken out, and never taken in again. The posting's file stays
    as it is, and so do messages already sent and git's history.

    Exit status 0: done. 1: the posting is open; close or withdraw it first.
    """
    from bot.engine.erasing import StillOpenError
    from bot.engine.erasing import erase as take_out

    board = Callboard(load(path))
    board.read()
    try:
        count = with_database(take_out(board, name))
    except StillOpenError:
        say(f'"{name}" is open, and who reads it must learn whom to write to; close or withdraw it first')
        sys.exit(1)
    except LookupError:
        raise click.UsageError(f'nothing was ever announced under "{name}", and there is no such posting') from None
    entries = f"{count} {'entry' if count == 1 else 'entries'} of the database held any"
    click.echo(f"{name}: contact, supervisors and owners are erased, and are not taken in again; {entries}", err=True)
    click.echo("a board that is served follows within a quarter of a minute, files with the next export", err=True)
    stays = "a name in its title, messages already sent, the posting's file, git's history, and copies of others"
    click.echo(f"what stays: {stays}", err=True)


def _on_request(kind: Kind, config: Config, name: str, channels: Sequence[Audience] | None, branch: str | None) -> None:
    with kept_in(config, branch) as kept_branch:
        _do_on_request(kind, config, name, channels, kept_branch.keep_what_leaves if kept_branch else None)


def _do_on_request(
    kind: Kind,
    config: Config,
    name: str,
    channels: Sequence[Audience] | None,
    on_the_wire: Callable[[], None] | None,
) -> None:
    from bot.app.once import on_request

    try:
        records, left = with_database(on_request(kind, config, name, channels, on_the_wire=on_the_wire))
    except LookupError:
        raise click.UsageError(f'nothing was ever announced under "{name}", and there is no such posting') from None
    for record in records:
        if record.reference:
            show(_record_as_row(record))
    if not left and not any(record.reference for record in records):
        say("nothing stood in any channel, and nothing will be announced")
    if kind is Kind.WITHDRAWAL:
        again = f"callboard resend {name} --channel NAME"
        say(f"{name} is off the board, and out of every answer; `{again}` announces it again and puts it back")
    if left:
        say("not everything is done yet; the bot goes on with it, and so does `callboard tick`")
        sys.exit(LEFT)


@callboard.command()
@config_option
@json_option
@keep_in_option
@click.option(
    "--posting",
    "postings",
    multiple=True,
    metavar="ID",
    help="Only of this posting; may be repeated.",
    shell_complete=posting_ids,
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME",
    help="Only of this channel; may be repeated.",
    shell_complete=channel_names,
)
@click.option(
    "--state", "states", multiple=True, type=click.Choice([str(state) for state in State]), help="Only what is so."
)
def ledger(
    path: Path,
    as_json: bool,
    postings: tuple[str, ...],
    channels: tuple[str, ...],
    states: tuple[str, ...],
    branch: str | None,
) -> None:
    """List what was delivered, refused or is in doubt: when, where, and the platform's reference."""
    config = load(path)

    from bot.store import Ledger

    async def records(database: str) -> list[Record]:
        book = await Ledger.open(database)
        try:
            return await book.records(postings=postings, channels=channels, states=[State(state) for state in states])
        finally:
            await book.close()

    with database_of(config, branch, is_reading=True) as database:
        listed = with_database(records(database))
    if as_json:
        for record in listed:
            show_json(_record_as_json(record))
        return
    nothing = "the ledger has nothing of that" if postings or channels or states else "nothing was sent yet"
    show_rows([*map(_record_as_row, listed)], nothing)


def _record_as_json(record: Record) -> dict[str, Any]:
    return {
        "at": rfc3339(record.at),
        "channel": record.channel,
        "platform": record.platform,
        "kind": record.kind,
        "posting": record.posting or None,
        "lead": record.lead,
        "state": str(record.state),
        "reference": record.reference,
        "reason": logs.sealed(record.reason) if record.reason else None,
        "attempts": record.attempts,
        "due_again_at": rfc3339(record.due_again_at) if record.due_again_at else None,
        "key": record.key,
    }


def _record_as_row(record: Record) -> str:
    occasion = f"{record.kind} {record.lead or record.part or ''}"
    count = f"{record.place} position{'s' * (record.place != 1)}"
    about = count if record.is_digest else record.posting
    more = record.reference or logs.sealed(record.reason or "")
    at = f"{record.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{at}  {record.state:<11}  {record.channel:<16}  {occasion:<15}  {about}  {more}".rstrip()
