"""Who is called by the first message of a day."""

from collections.abc import Iterable
from datetime import datetime, time

from bot.audiences.audience import Audience
from bot.audiences.private import is_private
from bot.domain.zones import at_local, zone
from bot.store import Ledger


async def calling(audiences: Iterable[Audience], ledger: Ledger, now: datetime) -> set[str]:
    """The names of those of these audiences that want somebody called, and were told nothing yet today, by their
    clocks. Raises `LedgerError`.
    """
    names = set()
    for audience in audiences:
        if audience.mention and not is_private(audience.name):
            where = zone(audience.schedule.timezone)
            midnight = at_local(now.astimezone(where).date(), time(), where)
            if not await ledger.has_spoken(audience.name, midnight):
                names.add(audience.name)
    return names
