"""Ashby: the public job posting API (https://developers.ashbyhq.com/docs/public-job-posting-api)."""

from collections.abc import Mapping
from typing import Any

from bot.sources.ats.base import Listing, Request, System, as_json, entries_of, records, slug, text
from bot.sources.fetching import Fetched
from bot.sources.records import Record


def _first(url: str) -> Request:
    return Request(f"https://api.ashbyhq.com/posting-api/job-board/{slug(url)}?includeCompensation=true")


def _record(entry: Mapping[str, Any]) -> Record:
    summary = text(entry, "compensation", "scrapeableCompensationSalarySummary")
    return Record(
        title=text(entry, "title"),
        source_id=text(entry, "id"),
        url=text(entry, "jobUrl"),
        apply=text(entry, "applyUrl"),
        kind=text(entry, "employmentType"),
        group=text(entry, "team") or text(entry, "department"),
        location=text(entry, "location"),
        workplace="remote" if entry.get("isRemote") is True else None,
        pay=summary or None,
        html=text(entry, "descriptionHtml"),
        plain=text(entry, "descriptionPlain"),
    )


def _listing(fetched: Fetched) -> Listing:
    listed = [
        entry
        for entry in entries_of(as_json(fetched), "jobs")
        if not (isinstance(entry, Mapping) and entry.get("isListed") is False)
    ]
    made, missing = records(listed, _record)
    return Listing(made, missing=missing)


SYSTEM = System(_first, _listing)
