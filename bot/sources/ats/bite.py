"""BITE: a listing's postings, searched for by its key."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sources.ats.base import Listing, Request, System, as_json, entries_of, records, text
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import Record

_ADDRESS = "https://jobs.b-ite.com/api/v1/postings/search"


def _first(url: str) -> Request:
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("key", [])
    key = asked[0] if asked else parts.path.rstrip("/").rpartition("/")[2]
    if not key:
        raise SourceError("the address names no listing; write its key behind ?key=")
    return Request(_ADDRESS, {"key": key, "page": {"offset": 0}})


def _record(entry: Mapping[str, Any]) -> Record:
    place = entry.get("address") or entry.get("location")
    return Record(
        title=text(entry, "title"),
        source_id=text(entry, "id") or text(entry, "hash"),
        url=text(entry, "url"),
        organization=text(entry, "employer", "name"),
        location=place if isinstance(place, str) else text(place, "city"),
        closes=text(entry, "endsOn").partition("T")[0],
        html=text(entry, "description"),
    )


def _listing(fetched: Fetched) -> Listing:
    answer = as_json(fetched)
    found = entries_of(answer, "jobPostings")
    made, missing = records(found, _record)
    total, offset = text(answer, "page", "total"), text(answer, "page", "offset")
    if not total.isdigit():
        raise SourceError("the answer does not say how many positions there are")
    reached = (int(offset) if offset.isdigit() else 0) + len(found)
    more = Request(_ADDRESS, {"page": {"offset": reached}}) if found and reached < int(total) else None
    return Listing(made, more, (), missing, int(total))


SYSTEM = System(_first, _listing)
