"""Recruitee: the Careers Site API (https://docs.recruitee.com/reference/intro-to-careers-site-api)."""

from collections.abc import Mapping
from typing import Any

from bot.sources.ats.base import Listing, System, as_json, at_host, entries_of, records, text
from bot.sources.base import AsFound
from bot.sources.fetching import Fetched
from bot.sources.records import Record


def _record(entry: Mapping[str, Any]) -> Record:
    places = entry.get("locations")
    named = [text(place, "name") or text(place, "city") for place in places] if isinstance(places, list) else []
    is_open = text(entry, "status") in {"", "published"}
    return Record(
        title=text(entry, "title"),
        source_id=text(entry, "id"),
        url=text(entry, "careers_url"),
        apply=text(entry, "careers_apply_url"),
        kind=text(entry, "employment_type_code").replace("_", " "),
        organization=text(entry, "company_name"),
        group=text(entry, "department"),
        location="; ".join(filter(None, named)) or text(entry, "location"),
        closes=text(entry, "close_at").partition(" ")[0],
        html=f"{text(entry, 'description')}\n{text(entry, 'requirements')}",
        state=AsFound.OPEN if is_open else AsFound.CLOSED,
    )


def _listing(fetched: Fetched) -> Listing:
    made, missing = records(entries_of(as_json(fetched), "offers"), _record)
    return Listing(made, missing=missing)


SYSTEM = System(at_host("/api/offers/"), _listing)
