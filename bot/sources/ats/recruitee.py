"""Recruitee: the Careers Site API (https://docs.recruitee.com/reference/intro-to-careers-site-api).

What was checked, and by what:

- paging, total: none: 145 offers in one answer. [its documentation; measured on six boards, 238 offers, by others,
  2026-09]
- empty, broken: `offers: []`; an unknown board answers 404 and `{"error": "Not Found"}`. [the same]
- `status`: only `published` is there. [the same]
- `close_at`: the last day, where anybody writes one. [its documentation]
- `remote`, `hybrid`, `on_site`: three flags, of which two may hold at once. [the same]
- `salary`: `min`, `max`, `period`, `currency`; often without an amount. [the same]
- robots.txt: each board's own; it forbids `/v/` alone as a rule. [the same]
"""

from collections.abc import Mapping
from typing import Any

from bot.sources.ats.base import BoardPage, System, as_json, at_host, entries_of, figures, records, text, texts
from bot.sources.base import AsFound
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    paid = entry.get("salary")
    is_open = text(entry, "status") in {"", "published"}
    return SourceRecord(
        title=text(entry, "title"),
        source_id=text(entry, "id"),
        url=text(entry, "careers_url"),
        apply=text(entry, "careers_apply_url"),
        kind=text(entry, "employment_type_code").replace("_", " "),
        organization=text(entry, "company_name"),
        group=text(entry, "department"),
        location="; ".join(texts(entry.get("locations"), "name", "city")) or text(entry, "location"),
        workplace=_workplace(entry),
        pay=figures(text(paid, "min"), text(paid, "max"), text(paid, "currency"), text(paid, "period")),
        closes=text(entry, "close_at").partition(" ")[0],
        html=f"{text(entry, 'description')}\n{text(entry, 'requirements')}",
        state=AsFound.OPEN if is_open else AsFound.CLOSED,
    )


def _workplace(entry: Mapping[str, Any]) -> str | None:
    """A place that is partly elsewhere is hybrid; one that may be either is not said."""
    remote, hybrid, on_site = (entry.get(key) is True for key in ("remote", "hybrid", "on_site"))
    if remote:
        return None if hybrid or on_site else "remote"
    return "hybrid" if hybrid else "on-site" if on_site else None


def _listing(fetched: Fetched) -> BoardPage:
    source_records, missing = records(entries_of(as_json(fetched), "offers"), _record)
    return BoardPage(source_records, missing=missing)


SYSTEM = System(at_host("/api/offers/"), _listing)
