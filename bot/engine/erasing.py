"""Takes the people of a posting out of what is kept and published."""

from bot.domain.edition import by_name
from bot.domain.posting import Status
from bot.engine.board import Callboard
from bot.store import Ledger


class StillOpenError(ValueError):
    """The posting is open: whoever reads it must learn whom to write to."""


async def erase(board: Callboard, name: str) -> int:
    """Erases the people of the posting with that id, or former id, which is over or gone. How many entries of the
    database held any. Raises `StillOpenError`, `LookupError` when it was never heard of, and `LedgerError`.
    """
    ledger = await Ledger.open(board.config.database)
    try:
        posting, now = board.find(name), board.clock()
        if posting is None and not await is_known(ledger, name):
            raise LookupError(name)
        names = posting.names if posting else (name,)
        is_withdrawn = not (await ledger.withdrawn()).isdisjoint(names)
        has_passed = posting is not None and posting.closes_at is not None and posting.closes_at < now
        if posting and posting.status is Status.OPEN and not has_passed and not is_withdrawn:
            raise StillOpenError(name)
        count = await ledger.drafts.erase(names)
        return count + await ledger.erase(names, now, is_over=posting is None or posting.status is not Status.OPEN)
    finally:
        await ledger.close()


async def is_known(ledger: Ledger, name: str) -> bool:
    """Whether something was announced or published under this id."""
    return bool(await ledger.remembered([name])) or name in dict(by_name((await ledger.editions()).values()))
