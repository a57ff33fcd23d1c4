"""d.vinci: the list of job publications. A standing invitation is of type UNSOLICITED."""

from collections.abc import Mapping
from typing import Any

from bot.sources.ats.base import Listing, System, as_json, at_host, entries_of, records, text
from bot.sources.base import AsFound
from bot.sources.fetching import Fetched
from bot.sources.records import Record


def _record(entry: Mapping[str, Any]) -> Record:
    opening = entry.get("jobOpening")
    place = opening.get("location") if isinstance(opening, Mapping) else None
    places = place if isinstance(place, list) else [place]
    named = [part if isinstance(part, str) else text(part, "name") or text(part, "city") for part in places]
    is_standing = text(opening, "type").upper() == "UNSOLICITED"
    return Record(
        title=text(entry, "position"),
        source_id=text(opening, "reference") or text(entry, "id"),
        url=text(entry, "jobPublicationURL"),
        apply=text(entry, "applicationFormURL"),
        location="; ".join(filter(None, named)),
        group=text(opening, "department"),
        html="\n".join(text(entry, key) for key in ("introduction", "tasks", "profile", "weOffer") if text(entry, key)),
        state=AsFound.SPECULATIVE if is_standing else AsFound.OPEN,
    )


def _listing(fetched: Fetched) -> Listing:
    made, missing = records(entries_of(as_json(fetched), None), _record)
    return Listing(made, missing=missing)


SYSTEM = System(at_host("/jobPublication/list.json"), _listing)
