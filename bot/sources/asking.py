"""One source, read whole: fetched, followed from page to page, and read apart. Nothing here knows when, or what for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from bot.sources.ats.base import BoardPage, PageRequest, System, moved
from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Fetched, Fetcher
from bot.sources.kinds import MOST_POSTINGS, SYSTEMS, unread
from bot.sources.records import SourceRecord

_MOST_PAGES = 50
_MOST_SECONDS = (
    900.0  # that one board may take, page by page: a slow one must not keep others from their turn for hours
)


class DocumentReader(Protocol):
    """Whatever reads what was fetched: `bot.sources.apart.ReaderProcess`. All raise `SourceError`."""

    async def fetched(self, kind: str, fetched: Fetched, now: datetime) -> Reading:
        """What one answer of a server has."""

    async def path(self, kind: str, path: Path, now: datetime) -> Reading:
        """What a file or folder has."""

    async def records(self, records: Sequence[SourceRecord], incomplete: str | None) -> Reading:
        """Records as postings."""

    async def listing(self, kind: str, fetched: Fetched) -> BoardPage:
        """A page of a system's board."""

    async def detail(self, kind: str, fetched: Fetched) -> SourceRecord | None:
        """A position of a system's board; None when it is no longer offered."""


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """Where a source stands. `at`: an address of the web, or a file or folder; `api_url`: another server in place of an
    applicant-tracking system's own; `allow_private`: addresses in private networks may be asked.
    """

    kind: str
    at: str | Path
    api_url: str | None = None
    allow_private: bool = False


async def read_source(
    place: SourceAddress, fetcher: Fetcher, reader: DocumentReader, now: Callable[[], datetime]
) -> Reading:
    """All that a source has now; where its server takes too long, breaks off, or its page crashes the reader, why.

    Raises:
        SourceError: Nothing could be read; all other sources can.
    """
    if isinstance(place.at, Path):
        return await reader.path(place.kind, place.at, now())
    if place.kind not in SYSTEMS:
        fetched = await fetcher.get(place.at, allow_private=place.allow_private)
        return await reader.fetched(place.kind, fetched, now())
    return await _System(place, place.at, SYSTEMS[place.kind], fetcher, reader).read()


def _with_what_was_asked(following: PageRequest | None, before: PageRequest) -> PageRequest | None:
    """The next request, with what the one before said of the board."""
    if following is None or not isinstance(before.value, dict) or not isinstance(following.value, dict):
        return following
    return replace(following, value={**before.value, **following.value})


@dataclass(frozen=True, slots=True)
class _System:
    """The board of an applicant-tracking system, page by page and position by position."""

    place: SourceAddress
    url: str
    system: System
    fetcher: Fetcher
    reader: DocumentReader

    async def read(self) -> Reading:
        records_by_id: dict[str, SourceRecord] = {}
        missing = 0
        total: int | None = None
        not_before: datetime | None = None
        pages_asked = 0
        is_capped = False
        loop = asyncio.get_running_loop()
        end = loop.time() + _MOST_SECONDS
        request: PageRequest | None = self.system.first(self.url)
        for _ in range(_MOST_PAGES):
            if request is None or (pages_asked and loop.time() >= end):
                break
            pages_asked += 1
            listing = await self.reader.listing(self.place.kind, await self._answer(request))
            before = len(records_by_id)
            missing += listing.missing
            total = listing.total if listing.total is not None else total
            for record in listing.records:
                self._add(record, records_by_id)
            is_capped = is_capped or len(listing.details) > MOST_POSTINGS - len(records_by_id)
            for detail in listing.details[: MOST_POSTINGS - len(records_by_id)]:
                if loop.time() >= end:
                    break
                if error := await self._detail(detail, records_by_id):
                    missing += 1
                    not_before = error.not_before or not_before
            request = _with_what_was_asked(listing.following, request)
            if len(records_by_id) == before and not listing.details:
                break  # a server that repeats its last page has no more
        incomplete = unread(missing)
        if is_capped:
            incomplete = f"there are more than {MOST_POSTINGS}"
        if loop.time() >= end:
            incomplete = incomplete or f"it takes longer than {_MOST_SECONDS / 60:g} minutes"
        if request is not None and pages_asked == _MOST_PAGES:
            incomplete = incomplete or f"there are more than {_MOST_PAGES} pages"
        if incomplete is None and total is not None and not self.system.detail and len(records_by_id) < total:
            incomplete = f"{len(records_by_id)} of {total} could be read"
        return replace(await self.reader.records(list(records_by_id.values()), incomplete), not_before=not_before)

    async def _answer(self, request: PageRequest) -> Fetched:
        """What is answered there, or by the server in its place; its address is that of the system all the same."""
        moved_request, may = moved(request, self.place.api_url), self.place.allow_private
        if moved_request.value is None:
            return replace(await self.fetcher.get(moved_request.url, allow_private=may), url=request.url)
        return replace(
            await self.fetcher.post(moved_request.url, moved_request.value, allow_private=may), url=request.url
        )

    def _add(self, record: SourceRecord, records_by_id: dict[str, SourceRecord]) -> None:
        """Takes a record in; where it stands on its board's own site, its address is there, as people know it."""
        if record.url and record.url.startswith("/"):
            record = replace(record, url=urljoin(self.url, record.url))
        records_by_id.setdefault(record.source_id or record.url or record.title, record)

    async def _detail(self, request: PageRequest, records_by_id: dict[str, SourceRecord]) -> SourceError | None:
        """Adds the position that stands there; or gives why it could not be read."""
        try:
            record = await self.reader.detail(self.place.kind, await self._answer(request))
        except SourceError as error:
            return error
        if record is not None:
            parts = urlsplit(request.url)
            self._add(record if record.url else replace(record, url=f"{parts.path}?{parts.query}"), records_by_id)
        return None
