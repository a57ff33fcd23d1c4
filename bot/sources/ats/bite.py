"""BITE: a listing's postings, searched for by its key.

What was checked, and by what:

- request: `key`, `channel` (0), `locale`, `page: {num, offset}`; at most 1000 a page. [the provider's widget, as read
  by colophon-group/jobseek, RSSHub's route for LMU, a TYPO3 extension (2026)]
- paging, total: `page.offset` and `page.total` in the answer; walked until the total is reached. [the same]
- key: in the page, `data-bite-jobs-api-listing="customer:listing"`, and there in the listing's script: 40 hexadecimal
  digits. [the same]
- `endsOn`: the last day, as HTWK Leipzig and ZEW Mannheim use it. [public clients of both]
- text: not in the list: title, day, place, employer and address are read, the description is not. [the same]
- broken: no `page.total`; a key that it does not know is no 200. [the same]
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sources.ats.base import BoardPage, PageRequest, System, as_json, entries_of, records, text
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_ADDRESS = "https://jobs.b-ite.com/api/v1/postings/search"
_A_PAGE = 100
_LANGUAGES = frozenset(("de", "en", "fr", "it", "nl"))


def _first(url: str) -> PageRequest:
    parts = urlsplit(url)
    parameters = parse_qs(parts.query)
    key = parameters.get("key", [parts.path.rstrip("/").rpartition("/")[2]])[0]
    if not key:
        raise SourceError("the address names no listing; write its key behind ?key=")
    language = parameters.get("locale", ["de"])[0]
    language = language if language in _LANGUAGES else "de"
    return PageRequest(_ADDRESS, {"key": key, "channel": 0, "locale": language, "page": _page(0)})


def _page(offset: int) -> dict[str, int]:
    return {"num": _A_PAGE, "offset": offset}


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    place = entry.get("address") or entry.get("location")
    return SourceRecord(
        title=text(entry, "title"),
        source_id=text(entry, "id") or text(entry, "hash"),
        url=text(entry, "url"),
        apply=text(entry, "applyUrl"),
        organization=text(entry, "employer", "name"),
        location=place if isinstance(place, str) else text(place, "city"),
        closes=text(entry, "endsOn").partition("T")[0],
        html=text(entry, "description"),
    )


def _listing(fetched: Fetched) -> BoardPage:
    answer = as_json(fetched)
    entries = entries_of(answer, "jobPostings")
    source_records, missing = records(entries, _record)
    total, offset = text(answer, "page", "total"), text(answer, "page", "offset")
    if not total.isdigit():
        raise SourceError("the answer does not say how many positions there are")
    reached = (int(offset) if offset.isdigit() else 0) + len(entries)
    more = PageRequest(_ADDRESS, {"page": _page(reached)}) if entries and reached < int(total) else None
    return BoardPage(source_records, more, (), missing, int(total))


SYSTEM = System(_first, _listing)
