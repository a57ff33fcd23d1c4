"""What is shown to whoever runs the bot: what was and will be said, and how an announcement will look."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.board import Callboard
from bot.building import payload, place_for
from bot.core.edition import Edition
from bot.core.message import joined
from bot.core.notice import Kind, standing
from bot.core.planning import timeline
from bot.core.posting import Posting, Status
from bot.core.zones import zone
from bot.ledger import Ledger
from bot.locales import wording
from bot.pictures import marks, preview, share
from bot.pictures.chats import Look
from bot.pictures.markup import Page
from bot.pictures.preview import Hearing, View
from bot.pictures.timeline import Span, page
from bot.web.board import pages

_EVER_AFTER = datetime(2999, 12, 31, tzinfo=UTC)


class Sights:
    """The timeline and the previews of a running bot."""

    def __init__(self, board: Callboard, ledger: Ledger) -> None:
        self._board = board
        self._ledger = ledger

    def now(self) -> datetime:
        return self._board.clock()

    async def timeline(self, start: datetime, end: datetime) -> Page:
        span = await gathered(self._board, self._ledger, start, end)
        return await asyncio.to_thread(page, span)

    async def preview(self, name: str) -> Page | None:
        posting = self._posting(name)
        return await previewed(self._board, posting, f"/preview/{posting.id}/board") if posting else None

    def _posting(self, name: str) -> Posting | None:
        return self._board.resting().get(name) or self._board.index.get(name)

    def board(self, name: str) -> bytes | None:
        """The posting's page as the board would have it, were it published now; None when there is no such posting. Its
        styles are below `/preview`, too.
        """
        posting, now, config = self._posting(name), self.now(), self._board.config
        if posting is None:
            return None
        site = self._board.site("http://localhost/preview")
        published = replace(posting, status=Status.OPEN, posted=None) if posting.status is Status.DRAFT else posting
        edition = Edition(posting.id, published, 0, now, now)
        return pages.posting(pages.Setting(site, wording(config.language), now), edition)


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


async def previewed(board: Callboard, posting: Posting, frame: str | None = None) -> Page:
    """How the announcement of a posting, which may be a draft, looks now. `frame` is the address of its board page."""
    now, config = board.clock(), board.config
    views = []
    for kind in ("telegram", "slack"):
        settings, channel = place_for(config, kind, posting, now)
        is_there = channel in config.channels
        name = channel.name if kind == "telegram" and is_there else "callboard"  # a Slack app speaks under its own
        look = Look(now, zone(channel.pattern.timezone), channel.language, name)
        sent = await payload(settings, channel, posting, now)
        views.append(View(settings.kind, channel.name if is_there else "", sent, look))
    published = replace(posting, status=Status.OPEN)
    heard = [
        Hearing(notice.channel.name, at, notice.channel.pattern.timezone)
        for at, notice in timeline([published], config.channels, now, _EVER_AFTER)
        if notice.occasion.kind is Kind.ANNOUNCEMENT
    ]
    become = standing(published if posting.status is Status.DRAFT else posting, now)
    site = joined([config.web.title, urlsplit(config.web.base_url or "").netloc]) if config.web else ""
    picture = await asyncio.to_thread(share.draw, posting, become, now, wording(config.language), site)
    return preview.page(posting, views, heard, picture, frame, now)
