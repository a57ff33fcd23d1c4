"""Which kinds of source there are, and how each is read: from a file, or by asking a server."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bot.sources.ats import (
    ashby,
    bite,
    dvinci,
    greenhouse,
    lever,
    personio,
    recruitee,
    smartrecruiters,
    softgarden,
    teamtailor,
    umantis,
)
from bot.sources.ats.base import Request, System, moved
from bot.sources.base import FoundPosting, Reading, SourceError
from bot.sources.board import board_records
from bot.sources.feed import feed_records
from bot.sources.fetching import MOST_BYTES, Fetched, Fetcher, decoded
from bot.sources.ics import calendar_records
from bot.sources.jsonld import job_postings
from bot.sources.pages import read_page
from bot.sources.pages.deadlines import Calendar
from bot.sources.records import Record, found_posting

SYSTEMS: dict[str, System] = {
    "personio": personio.SYSTEM,
    "greenhouse": greenhouse.SYSTEM,
    "lever": lever.SYSTEM,
    "ashby": ashby.SYSTEM,
    "smartrecruiters": smartrecruiters.SYSTEM,
    "recruitee": recruitee.SYSTEM,
    "teamtailor": teamtailor.SYSTEM,
    "softgarden": softgarden.SYSTEM,
    "bite": bite.SYSTEM,
    "dvinci": dvinci.SYSTEM,
    "umantis": umantis.SYSTEM,
}
KINDS = ("page", "board", "jsonld", "feed", "ics", *SYSTEMS)

_MOST_PAGES = 50
_MOST_POSTINGS = 2000
_MOST_READING = 20.0  # seconds that the reading of what was fetched may take
_MARKDOWN = {".md", ".markdown", ".mdx", ".txt", ".qmd", ".rmd"}
_BOARDS = {".yml", ".yaml", ".json", ".csv"}


def from_bytes(kind: str, fetched: Fetched, now: datetime) -> Reading:
    """What one answer, or file, of that kind has. Blocks. Raises `SourceError`."""
    calendar = Calendar(month_first=None)
    if kind == "page":
        return _page(fetched, now)
    if kind == "jsonld":
        found, missing = job_postings(fetched.text)
    elif kind == "feed":
        found, missing = feed_records(fetched)
    elif kind == "ics":
        found, missing = calendar_records(fetched.data)
    elif kind == "board":
        found, missing = board_records(fetched)
        calendar = Calendar(month_first=False if _is_day_first(found) else None)
    else:
        listing = SYSTEMS[kind].listing(fetched)
        if listing.details:
            raise SourceError(f"{kind} has the positions one by one; name the board's address, not a file")
        found, missing = list(listing.records), listing.missing
        if listing.total is not None and listing.total > len(found) + missing:
            return _reading(found, f"{len(found)} of {listing.total} are in it", calendar)
    return _reading(found, _said(missing), calendar)


def _page(fetched: Fetched, now: datetime) -> Reading:
    is_web = fetched.url.startswith(("http://", "https://"))
    suffix = Path(fetched.url.partition("?")[0]).suffix.lower()
    text = fetched.text
    is_markdown = suffix in _MARKDOWN and "html" not in fetched.content_type
    if not is_web and not is_markdown and text.startswith("---\n"):
        is_markdown = True
    return read_page(text, url=fetched.url if is_web else None, now=now, is_markdown=is_markdown)


def _is_day_first(found: Sequence[Record]) -> bool:
    """Whether a closing day such as 28/02/2026 says how the others are written."""
    days = [record.closes.split("/") for record in found if record.closes and record.closes.count("/") == 2]
    return any(parts[0].isdigit() and int(parts[0]) > 12 for parts in days)


def _said(missing: int) -> str | None:
    return f"{missing} entries could not be read" if missing else None


def _reading(found: Sequence[Record], incomplete: str | None, calendar: Calendar) -> Reading:
    if len(found) > _MOST_POSTINGS:
        incomplete = f"there are more than {_MOST_POSTINGS}"
    return Reading(tuple(found_posting(record, calendar) for record in found[:_MOST_POSTINGS]), incomplete)


def from_path(kind: str, path: Path, now: datetime) -> Reading:
    """What a file has, or a folder of files with front matter. Blocks. Raises `SourceError`."""
    try:
        if path.is_dir():
            return _folder(kind, path, now)
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path} is larger than {MOST_BYTES // 1024 // 1024} MB")
        return from_bytes(kind, Fetched(str(path), path.read_bytes()), now)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or type(error).__name__}") from None


def _folder(kind: str, folder: Path, now: datetime) -> Reading:
    """A folder of pages about one position each."""
    if kind not in {"board", "page"}:
        raise SourceError(f"{folder} is a folder; {kind} is read from a file or an address")
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _MARKDOWN and file.name[0] not in "._")
    if not files:
        raise SourceError(f"{folder} has no Markdown files")
    found: list[FoundPosting] = []
    silent = 0
    for file in files[:_MOST_POSTINGS]:
        postings = read_page(decoded(file.read_bytes()), url=None, now=now, is_markdown=True).postings
        found += [replace(posting, source_id=posting.source_id or file.stem) for posting in postings[:1]]
        silent += not postings
    return Reading(tuple(found), _said(silent))


async def from_server(
    kind: str, url: str, fetcher: Fetcher, now: Callable[[], datetime], api_url: str | None = None
) -> Reading:
    """What stands at an address. Raises `SourceError`."""
    if kind not in SYSTEMS:
        return await _in_time(from_bytes, kind, await fetcher.get(url), now())
    return await _system(SYSTEMS[kind], url, fetcher, api_url)


async def _in_time(
    read: Callable[[str, Fetched, datetime], Reading], kind: str, fetched: Fetched, now: datetime
) -> Reading:
    """A page that crashes its reader, or takes too long, is that source's trouble alone."""
    try:
        async with asyncio.timeout(_MOST_READING):
            return await asyncio.to_thread(read, kind, fetched, now)
    except TimeoutError:
        raise SourceError(f"reading it took longer than {_MOST_READING:g} seconds") from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise SourceError(f"it cannot be read ({type(error).__name__})") from None


async def _system(system: System, url: str, fetcher: Fetcher, api_url: str | None) -> Reading:
    found: dict[str, Record] = {}
    missing = 0
    total: int | None = None
    asked = 0
    request: Request | None = moved(system.first(url), api_url)
    for _ in range(_MOST_PAGES):
        if request is None:
            break
        asked += 1
        listing = await asyncio.to_thread(system.listing, await _answer(request, fetcher))
        before = len(found)
        missing += listing.missing
        total = listing.total if listing.total is not None else total
        for record in listing.records:
            _add(record, url, found)
        for detail in listing.details[:_MOST_POSTINGS]:
            missing += not await _detail(system, detail, fetcher, url, found)
        request = listing.following
        if len(found) == before and not listing.details:
            break  # a server that repeats its last page has no more
    incomplete = _said(missing)
    if request is not None and asked == _MOST_PAGES:
        incomplete = incomplete or f"there are more than {_MOST_PAGES} pages"
    if incomplete is None and total is not None and not system.detail and len(found) < total:
        incomplete = f"{len(found)} of {total} could be read"
    return _reading(list(found.values()), incomplete, Calendar(month_first=None))


async def _answer(request: Request, fetcher: Fetcher) -> Fetched:
    if request.value is None:
        return await fetcher.get(request.url)
    return await fetcher.post(request.url, request.value)


def _add(record: Record, board: str, found: dict[str, Record]) -> None:
    """Takes a record in; where it stands on its board's own site, its address is there, as people know it."""
    if record.url and record.url.startswith("/"):
        record = replace(record, url=urljoin(board, record.url))
    found.setdefault(record.source_id or record.url or record.title, record)


async def _detail(system: System, request: Request, fetcher: Fetcher, board: str, found: dict[str, Record]) -> bool:
    """Adds the position that stands there; whether it could be read."""
    if system.detail is None:
        return False
    try:
        record = await asyncio.to_thread(system.detail, await _answer(request, fetcher))
    except SourceError:
        return False
    if record is not None:
        parts = urlsplit(request.url)
        _add(record if record.url else replace(record, url=f"{parts.path}?{parts.query}"), board, found)
    return True
