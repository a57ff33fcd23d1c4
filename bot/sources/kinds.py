"""How what a source of each kind has sent, or a file, is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path

from bot.sources.ats.base import System
from bot.sources.base import FoundPosting, Reading, SourceError
from bot.sources.board import board_records
from bot.sources.feed import feed_records
from bot.sources.fetching import MOST_BYTES, Fetched, decoded
from bot.sources.ics import calendar_records
from bot.sources.jsonld import job_postings
from bot.sources.pages import read_page
from bot.sources.pages.days import DateStyle
from bot.sources.records import SourceRecord, found_posting
from bot.sources.settings import SYSTEM_KINDS

SYSTEMS: Mapping[str, System] = {name: import_module(f"bot.sources.ats.{name}").SYSTEM for name in SYSTEM_KINDS}
"""The applicant-tracking systems by name: each is a module of that name."""

MOST_POSTINGS = 2000
_MARKDOWN = {".md", ".markdown", ".mdx", ".txt", ".qmd", ".rmd"}
_DATA = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[{"\]]|<\?xml[^<>]{0,200}>\s*<(?!html|!doctype))""", re.IGNORECASE)
_TAG = re.compile(r"<[a-z]", re.IGNORECASE)


def from_bytes(kind: str, fetched: Fetched, now: datetime) -> Reading:
    """What one answer, or file, of that kind has. Blocks. Raises `SourceError`."""
    calendar = DateStyle(month_first=None)
    if kind == "page":
        return _page(fetched, _text(fetched), now)
    if kind == "jsonld":
        records, missing = job_postings(_text(fetched))
    elif kind == "feed":
        records, missing = feed_records(fetched)
    elif kind == "ics":
        records, missing = calendar_records(fetched.data)
    elif kind == "board":
        records, missing = board_records(fetched)
        calendar = DateStyle(month_first=False if _is_day_first(records) else None)
    else:
        listing = SYSTEMS[kind].listing(fetched)
        if listing.details:
            raise SourceError(f"{kind} has the positions one by one; name the board's address, not a file")
        records, missing = list(listing.records), listing.missing
        if listing.total is not None and listing.total > len(records) + missing:
            return reading_of(records, f"{len(records)} of {listing.total} are in it", calendar)
    return reading_of(records, unread(missing), calendar)


def _text(fetched: Fetched) -> str:
    """The text of a page, which may be about no position; what is no text at all is no page without positions."""
    text = fetched.text
    if not text.strip():
        raise SourceError("the answer is empty")
    if "\0" in text:
        raise SourceError("the answer is no text")
    if _is_web(fetched) and not _is_markdown(fetched) and (_DATA.match(text) or not _TAG.search(text)):
        raise SourceError("the answer is no page")
    return text


def _is_web(fetched: Fetched) -> bool:
    return fetched.url.startswith(("http://", "https://"))


def _is_markdown(fetched: Fetched) -> bool:
    suffix = Path(fetched.url.partition("?")[0]).suffix.lower()
    is_said = fetched.content_type.startswith("text/markdown")  # RFC 7763
    return is_said or (suffix in _MARKDOWN and "html" not in fetched.content_type)


def _page(fetched: Fetched, text: str, now: datetime) -> Reading:
    is_web, is_markdown = _is_web(fetched), _is_markdown(fetched)
    if not is_web and not is_markdown and text.startswith("---\n"):
        is_markdown = True
    return read_page(text, url=fetched.url if is_web else None, now=now, is_markdown=is_markdown)


def _is_day_first(records: Sequence[SourceRecord]) -> bool:
    """Whether a closing day such as 28/02/2026 says how the others are written."""
    days = [record.closes.split("/") for record in records if record.closes and record.closes.count("/") == 2]
    return any(parts[0].isdigit() and int(parts[0]) > 12 for parts in days)


def unread(missing: int) -> str | None:
    """Why a reading is not complete that lacks so many entries."""
    return f"{missing} entries could not be read" if missing else None


def reading_of(records: Sequence[SourceRecord], incomplete: str | None, calendar: DateStyle | None = None) -> Reading:
    """Records as postings; `incomplete` as in a reading."""
    calendar = calendar or DateStyle(month_first=None)
    if len(records) > MOST_POSTINGS:
        incomplete = f"there are more than {MOST_POSTINGS}"
    return Reading(tuple(found_posting(record, calendar) for record in records[:MOST_POSTINGS]), incomplete)


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
    found_postings: list[FoundPosting] = []
    silent = 0
    for file in files[:MOST_POSTINGS]:
        postings = read_page(decoded(file.read_bytes()), url=None, now=now, is_markdown=True).postings
        found_postings += [replace(posting, source_id=posting.source_id or file.stem) for posting in postings[:1]]
        silent += not postings
    return Reading(tuple(found_postings), unread(silent))
