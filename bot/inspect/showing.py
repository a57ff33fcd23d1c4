"""What is shown to whoever runs the bot: what was and will be said, what waits for approval, and how an
announcement will look.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

from bot.audiences.audience import Audience
from bot.domain.edition import Edition
from bot.domain.message import joined
from bot.domain.notice import Kind, Notice
from bot.domain.posting import Posting, Status
from bot.domain.schedule import Lead
from bot.domain.version import standing_of
from bot.domain.zones import zone
from bot.engine.board import Callboard
from bot.engine.building import payload_of, place_for
from bot.inspect import drafts, marks, preview, sources
from bot.inspect.preview import Hearing, Occurrence, View
from bot.inspect.timeline import TimelineSpan, page
from bot.pictures.markup import Page
from bot.pictures.viewer import Viewer
from bot.planning import linking
from bot.planning.digest import digest
from bot.planning.moments import digests
from bot.planning.wanted import DIGEST_ABOVE, announcement, reminders, timeline
from bot.platforms.kinds import kinds
from bot.publish.pages import pages
from bot.publish.share import picture as share
from bot.questions.query import Query
from bot.store import Ledger
from bot.wording.catalogue import wording

_USUAL = (Lead.parse("7d"),)
_EVER_AFTER = datetime(2999, 12, 31, tzinfo=UTC)


class Sights:
    """The timeline and the previews of a running bot: see `AdminSights`."""

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

    async def drafts(self) -> Page:
        store = self._ledger.drafts
        handed_in, audit = await store.handed_in(), await store.audit(latest=drafts.LATEST)
        return await asyncio.to_thread(drafts.page, handed_in, audit, self._board.config.timezone, self.now())

    async def sources(self) -> Page:
        store, config = self._ledger.sources, self._board.config
        states, items = await store.states(), await store.items()
        links = linking.with_their_postings(await self._ledger.links.gone(), list(self._board.index))
        contents = (config.sources, states, items, links, config.timezone, self.now())
        return await asyncio.to_thread(sources.page, *contents)

    def previews(self) -> Page:
        postings = sorted(self._board.index, key=lambda posting: posting.title.casefold())
        return preview.overview(postings, self.now())

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
        return pages.posting(pages.PageSetting(site, wording(config.language), now), edition)


async def gathered(board: Callboard, ledger: Ledger, start: datetime, end: datetime) -> TimelineSpan:
    """A span of the timeline: what the ledger has of it, and what of it is still to come."""
    now, config = board.clock(), board.config
    postings = list(board.index)  # the registry may change meanwhile
    together = await asyncio.to_thread(marks.wanted_together, postings, board.channels.every(), now, end)
    known = await ledger.entries(
        {key for _, some in together for notice in some for key in (*notice.keys, *notice.withdrawals)}
    )
    ledger_marks = marks.from_ledger(await ledger.records(since=start, until=end))
    titles = {posting.id: posting.title for posting in postings}
    gone = {name for mark in ledger_marks for name in mark.postings} - titles.keys()
    titles |= {name: revision.posting.title for name, revision in (await ledger.remembered(gone)).items()}
    span = (start, end)
    planned = await asyncio.to_thread(marks.ahead, together, board.channels.every(), known, span, postings, now)
    people = [audience for audience in board.audiences if audience.is_person]
    followed = await asyncio.to_thread(marks.followed, postings, people, now, start, end) if people else []
    return TimelineSpan(
        start=start,
        end=end,
        now=now,
        timezone=config.timezone,
        channels=board.channels.every(),
        marks=[*ledger_marks, *planned, *followed],
        deadlines=marks.deadlines(postings, start, end),
        titles=titles,
    )


async def previewed(board: Callboard, posting: Posting, frame: str | None = None) -> Page:
    """How what is said of a posting, which may be a draft, looks now: its announcement, a reminder, and among others in
    a digest. `frame` is the address of its board page.
    """
    now, config = board.clock(), board.config
    views = []
    styles = []
    for kind in kinds().values():
        settings, channel = place_for(config, board.channels.every(), kind.name, posting)
        is_there = channel in board.channels.every()
        if not (kind.needs_address or is_there):
            continue  # it is for whoever runs the bot alone, and nobody wants it
        drawing = kind.preview()
        styles.append(drawing.style)
        heard_in = channel.name if is_there else ""
        words = board.wording(channel.language)
        for form, at, notices in _forms(board, posting, channel):
            name = drawing.speaks_as(heard_in or None)
            viewer = Viewer(at, zone(channel.schedule.timezone), channel.language, name)
            sent = await payload_of(settings, words, channel, notices, at)
            views.append(View(kind.title, heard_in, drawing.draw(sent, viewer), viewer, form))
    published = replace(posting, status=Status.OPEN)
    timezones = {channel.name: channel.schedule.timezone for channel in board.channels.every()}
    heard = [
        Hearing(notice.audience, at, timezones[notice.audience])
        for at, notice in timeline([published], board.channels.every(), now, _EVER_AFTER)
        if notice.occasion.kind is Kind.ANNOUNCEMENT
    ]
    standing = standing_of(published if posting.status is Status.DRAFT else posting, now)
    site = joined([config.web.title, urlsplit(config.web.base_url or "").netloc]) if config.web else ""
    picture = await asyncio.to_thread(share.draw, posting, standing, now, wording(config.language), site)
    return preview.page(posting, views, styles, heard, picture, frame, now)


def _forms(
    board: Callboard, posting: Posting, channel: Audience
) -> Iterator[tuple[Occurrence, datetime, list[Notice]]]:
    """What is said of a posting in a channel, and when: where the channel has no reminders, as it could be."""
    now = board.clock()
    first = Notice(announcement(posting, channel.schedule), channel.name)
    yield Occurrence.ANNOUNCEMENT, now, [first]
    schedule = channel.schedule if channel.schedule.reminders else replace(channel.schedule, reminders=_USUAL)
    some = reminders(posting, schedule)
    ahead = [occasion for occasion in some if occasion.at and occasion.at > now]
    for occasion in ahead[:1] or some[-1:]:
        yield Occurrence.REMINDER, occasion.at or now, [Notice(occasion, channel.name)]
    postings = board.index.find(Query(), now)
    for at in islice(digests(channel.schedule, now), 1):
        open_too = [other for other in postings if other.id != posting.id and channel.hears_of(other)]
        if together := digest(channel, at, [first], [], open_too, at):
            yield Occurrence.AT_ITS_INSTANT, at, list(together.notices)
    others = [other for other in postings[: DIGEST_ABOVE + 1] if other.id != posting.id][:DIGEST_ABOVE]
    if others:
        beside = (Notice(announcement(other, channel.schedule), channel.name) for other in others)
        yield Occurrence.DIGEST, now, [first, *beside]
