"""Lever: the public postings API (https://github.com/lever/postings-api)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sources.ats.base import Listing, Request, System, as_json, entries_of, records, slug, text
from bot.sources.fetching import Fetched
from bot.sources.records import Record

_WORKPLACES = {"onsite": "on-site", "on-site": "on-site", "hybrid": "hybrid", "remote": "remote"}


def _first(url: str) -> Request:
    host = "api.eu.lever.co" if ".eu." in (urlsplit(url).hostname or "") else "api.lever.co"
    return Request(f"https://{host}/v0/postings/{slug(url)}?mode=json")


def _record(entry: Mapping[str, Any]) -> Record:
    return Record(
        title=text(entry, "text"),
        source_id=text(entry, "id"),
        url=text(entry, "hostedUrl"),
        apply=text(entry, "applyUrl"),
        kind=text(entry, "categories", "commitment"),
        group=text(entry, "categories", "team"),
        location=text(entry, "categories", "location"),
        workplace=_WORKPLACES.get(text(entry, "workplaceType").lower()),
        plain="\n\n".join(part for key in ("descriptionPlain", "additionalPlain") if (part := text(entry, key))),
    )


def _listing(fetched: Fetched) -> Listing:
    made, missing = records(entries_of(as_json(fetched), None), _record)
    return Listing(made, missing=missing)


SYSTEM = System(_first, _listing)
