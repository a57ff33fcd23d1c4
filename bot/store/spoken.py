"""What was settled of postings, by kind, in the ledger's database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from bot.domain.notice import Kind, State
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.tables import notices


async def spoken(
    connection: Connection, names: Iterable[str], kinds: Iterable[Kind]
) -> list[tuple[str, str, datetime]]:
    """Of the postings of these ids, what of these kinds is settled: posting, audience, and since when (UTC)."""
    wanted = [str(kind) for kind in kinds]
    settled = [str(state) for state in State if state.is_settled]
    rows: list[tuple[str, str, datetime]] = []
    for some in batches(sorted(set(names))):
        query = select(notices.c.posting, notices.c.channel, notices.c.at).where(
            notices.c.posting.in_(some), notices.c.kind.in_(wanted), notices.c.state.in_(settled)
        )
        rows += [(posting, channel, at) for posting, channel, at in await connection.execute(query)]
    return rows
