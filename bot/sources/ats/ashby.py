"""Ashby: the public job posting API (https://developers.ashbyhq.com/docs/public-job-posting-api).

What was checked, and by what:

- paging, total: none: 838 positions came in one answer, beside `apiVersion`. [its documentation; measured by
  dev.to/dododata, 2026-11]
- empty, broken: `jobs: []`; an unknown board answers 404, as plain text. [mit112/boardwatch's fixtures, 2026-06]
- `isListed: false`: is in the answer, and on no board. [its documentation]
- places: `location` is one; `secondaryLocations[].location` has the others. [boardwatch; real board of 2025 in
  ats-scrapers]
- `workplaceType`: `OnSite`, `Remote`, `Hybrid`; `isRemote` is also true where one of several places is. [its
  documentation; JSON above]
- robots.txt: answers 401: there are no rules (RFC 9309, 2.3.1.3). [measured by others, 2026-09]
"""

from collections.abc import Mapping
from typing import Any

from bot.sources.ats.base import BoardPage, PageRequest, System, as_json, entries_of, records, slug, text, texts
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_WORKPLACES = {"onsite": "on-site", "remote": "remote", "hybrid": "hybrid"}


def _first(url: str) -> PageRequest:
    return PageRequest(f"https://api.ashbyhq.com/posting-api/job-board/{slug(url)}?includeCompensation=true")


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    summary = text(entry, "compensation", "scrapeableCompensationSalarySummary")
    places = [text(entry, "location"), *texts(entry.get("secondaryLocations"), "location")]
    workplace = _WORKPLACES.get(text(entry, "workplaceType").lower())
    return SourceRecord(
        title=text(entry, "title"),
        source_id=text(entry, "id"),
        url=text(entry, "jobUrl"),
        apply=text(entry, "applyUrl"),
        kind=text(entry, "employmentType"),
        group=text(entry, "team") or text(entry, "department"),
        location="; ".join(texts(places)),
        workplace=workplace or ("remote" if entry.get("isRemote") is True else None),
        pay=summary or None,
        html=text(entry, "descriptionHtml"),
        plain=text(entry, "descriptionPlain"),
    )


def _listing(fetched: Fetched) -> BoardPage:
    listed = [
        entry
        for entry in entries_of(as_json(fetched), "jobs")
        if not (isinstance(entry, Mapping) and entry.get("isListed") is False)
    ]
    source_records, missing = records(listed, _record)
    return BoardPage(source_records, missing=missing)


SYSTEM = System(_first, _listing)
