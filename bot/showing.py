"""What is shown to whoever runs the bot: what was and will be said, and how an announcement will look."""

import asyncio
from datetime import datetime

from bot.board import Callboard
from bot.ledger import Ledger
from bot.pictures import marks
from bot.pictures.timeline import Span


async def gathered(board: Callboard, ledger: Ledger, start: datetime, end: datetime) -> Span:
    """A span of the timeline: what the ledger has of it, and what of it is still to come."""
    now, config = board.clock(), board.config
    postings = list(board.index)  # the registry may change meanwhile
    together = await asyncio.to_thread(marks.wanted_together, postings, config.channels, now, end)
    known = await ledger.entries({key for _, some in together for one in some for key in (*one.keys, *one.withdrawals)})
    said = marks.said(await ledger.records(since=start, until=end))
    return Span(
        start=start,
        end=end,
        now=now,
        timezone=config.timezone,
        channels=config.channels,
        marks=[*said, *await asyncio.to_thread(marks.ahead, together, known, start)],
        deadlines=marks.deadlines(postings, start, end),
        titles={posting.id: posting.title for posting in postings},
    )
