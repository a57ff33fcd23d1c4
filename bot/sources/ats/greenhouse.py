"""Greenhouse: the public Job Board API (https://developers.greenhouse.io/job-board.html).

What was checked, and by what:

- paging, total: none: the board comes whole, with `meta.total`. [its documentation; measured on 367 positions by
  others, 2026-09]
- empty, broken: `jobs: []` and `meta.total: 0`; an unknown board answers 404. [mit112/boardwatch's fixtures, 2026-06]
- `content`: only with `content=true`, its markup escaped once more. [its documentation]
- `application_deadline`: null, or a day or instant by its own offset. [the same fixtures]
- address: `absolute_url`, which may be the employer's own site. [the same]
- rate limit: none for reading: answers are cached. [its documentation]
"""

from collections.abc import Mapping
from html import unescape
from typing import Any

from bot.sources.ats.base import BoardPage, PageRequest, System, as_json, entries_of, records, slug, text
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord


def _first(url: str) -> PageRequest:
    return PageRequest(f"https://boards-api.greenhouse.io/v1/boards/{slug(url)}/jobs?content=true")


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    departments = entry.get("departments")
    department = departments[0] if isinstance(departments, list) and departments else {}
    return SourceRecord(
        title=text(entry, "title"),
        source_id=text(entry, "id"),
        url=text(entry, "absolute_url"),
        organization=text(entry, "company_name"),
        location=text(entry, "location", "name"),
        group=text(department, "name"),
        closes=text(entry, "application_deadline"),
        html=unescape(text(entry, "content")),
    )


def _listing(fetched: Fetched) -> BoardPage:
    answer = as_json(fetched)
    source_records, missing = records(entries_of(answer, "jobs"), _record)
    total = text(answer, "meta", "total")
    return BoardPage(source_records, missing=missing, total=int(total) if total.isdigit() else None)


SYSTEM = System(_first, _listing)
