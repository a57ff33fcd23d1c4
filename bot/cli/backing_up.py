"""The whole database, as a file and back."""

import asyncio
import shlex
import sys
from pathlib import Path

import click

from bot.cli.common import UNUSABLE, callboard, config_option, load, say, show
from bot.config import Config
from bot.engine.board import real_clock
from bot.platforms.kinds import kinds

_file = click.Path(path_type=Path, dir_okay=False)
_OF_A_NEWER = "a newer Callboard wrote the database, so only a newer Callboard can put it back"


@callboard.command()
@config_option
@click.argument("file", metavar="FILE", type=_file)
def backup(path: Path, file: Path) -> None:
    """Write the whole database into FILE, also while the bot runs.

    FILE is for this account alone, and is written whole or not at all. Of SQLite it is one SQLite file, of PostgreSQL
    what pg_restore reads. Postings, config and tokens are files of their own: keep them, too.
    """
    from bot.store.backup import BackupError, back_up
    from bot.store.errors import LedgerError

    config = load(path)
    try:
        is_ours = back_up(config.database, file)
    except (BackupError, LedgerError) as error:
        say(f"callboard: {error}")
        sys.exit(UNUSABLE)
    put_back = f"callboard restore {shlex.quote(str(file))} puts it back"
    show(f"{file}: {file.stat().st_size:,} bytes; {put_back if is_ours else _OF_A_NEWER}")


@callboard.command()
@config_option
@click.argument("file", metavar="FILE", type=_file)
def restore(path: Path, file: Path) -> None:
    """Put what `callboard backup` wrote in the place of the whole database.

    Stop the bot before. What was said since the backup is not in it: what seems due afterwards is looked for where the
    platform can be asked, and not said twice there.
    """
    from bot.store.backup import BackupError
    from bot.store.errors import LedgerError

    config = load(path)
    try:
        asyncio.run(_restore(config, file))
    except (BackupError, LedgerError) as error:
        say(f"callboard: {error}")
        sys.exit(UNUSABLE)


async def _restore(config: Config, file: Path) -> None:
    from bot.store import Ledger, LedgerError, SenderLock
    from bot.store.backup import IN_USE, restore

    lock = SenderLock(config.database, {"restore": "restore"})
    try:
        if not await lock.take():
            raise LedgerError(IN_USE)
        is_postgresql = config.database_file is None
        if is_postgresql:
            await lock.release()  # its session would be one that uses the database
        now = real_clock()
        await asyncio.to_thread(restore, config.database, file, now)
        ledger = await Ledger.open(config.database)
        try:
            restoration = await ledger.restorations.last() or await ledger.restorations.add(now)
        finally:
            await ledger.close()
    finally:
        await lock.release()
    until = f"what was said until {restoration.as_of:%Y-%m-%d %H:%M} UTC"
    show(f"{file}: is the database now; it has {until if restoration.has_something_said else 'nothing said yet'}")
    spoken_to = {channel.destination.platform for channel in config.channels}
    kinds_spoken_to = {platform.kind for platform in config.platforms if platform.name in spoken_to}
    for name in sorted(kinds()[kind].title for kind in kinds_spoken_to if not kinds()[kind].can_be_asked):
        show(f"What was said later is not known. {name} cannot be asked: what is still due there is said once more.")
