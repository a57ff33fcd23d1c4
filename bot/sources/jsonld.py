"""schema.org JobPosting in a page, as JSON-LD (https://schema.org/JobPosting)."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from bot.sources.pages.html import parsed
from bot.sources.records import SourceRecord

_MOST_NESTED = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def job_postings(text: str) -> tuple[list[SourceRecord], int]:
    """The job postings in a page, and how many pieces of data could not be read."""
    tree = parsed(text)
    records: list[SourceRecord] = []
    broken = 0
    for script in [] if tree is None else tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            value = json.loads(_CONTROL.sub(" ", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            broken += "JobPosting" in (script.text or "")
            continue
        for entry in _of_type(value, 0):
            record = _record(entry)
            records += [record] if record.title else []
            broken += not record.title
    return records, broken


def _of_type(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _MOST_NESTED:
        return
    if isinstance(value, list):
        for item in value:
            yield from _of_type(item, depth + 1)
    elif isinstance(value, Mapping):
        kinds = value.get("@type")
        if any(
            str(kind).rpartition("/")[2] == "JobPosting" for kind in (kinds if isinstance(kinds, list) else [kinds])
        ):
            yield value
            return
        for item in value.values():
            if isinstance(item, list | Mapping):
                yield from _of_type(item, depth + 1)


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    number = _said(entry.get("totalJobOpenings"))
    is_remote = _said(entry.get("jobLocationType")).upper() == "TELECOMMUTE"
    return SourceRecord(
        title=unescape(_said(entry.get("title")) or _said(entry.get("name"))),
        source_id=_said(entry.get("identifier"), "value") or _said(entry.get("@id")) or None,
        url=_said(entry.get("url")) or None,
        kind=_said(entry.get("employmentType")),
        organization=unescape(_said(entry.get("hiringOrganization"), "name")) or None,
        group=unescape(_said(entry.get("employmentUnit"), "name")) or None,
        location=_place(entry.get("jobLocation")),
        workplace="remote" if is_remote else None,
        pay=_pay(entry.get("baseSalary")),
        openings=int(number) if number.isdigit() and 0 < int(number) <= 1000 else None,
        start=_said(entry.get("jobStartDate")).partition("T")[0] or None,
        closes=_said(entry.get("validThrough")),
        html=unescape(_said(entry.get("description"))),
    )


def _said(value: Any, key: str = "name") -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get(key) or value.get("name") or value.get("@value")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _place(value: Any) -> str | None:
    places = []
    for place in value if isinstance(value, list) else [value]:
        address = place.get("address") if isinstance(place, Mapping) else place
        if isinstance(address, Mapping):
            parts = [_said(address.get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")]
            places.append(", ".join(dict.fromkeys(filter(None, parts))))
        else:
            places.append(_said(address) or _said(place))
    return "; ".join(dict.fromkeys(filter(None, places))) or None


def _pay(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return _said(value) or None
    amount, currency = value.get("value"), _said(value.get("currency"))
    if isinstance(amount, Mapping):
        low, high = _said(amount.get("minValue")), _said(amount.get("maxValue"))
        figures = (
            f"{low}–{high}" if low and high and low != high else low or high or _said(amount.get("value"), "value")
        )
        unit = _said(amount.get("unitText")).lower()
    else:
        figures, unit = _said(amount), ""
    return f"{figures} {currency} {unit and 'per ' + unit}".strip() if figures else None
