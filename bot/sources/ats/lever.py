"""Lever: the public postings API (https://github.com/lever/postings-api).

What was checked, and by what:

- hosts: `api.lever.co` or `api.eu.lever.co`: a board is on one, and answers 404 on the other. [its README]
- paging, total: with `limit` and `skip`; without `limit` the list comes whole, and there is no total. [its README;
  measured by others, 2026-09]
- empty, broken: `[]`; an unknown board answers 404 and `{"ok": false}`. [mit112/boardwatch's fixtures, 2026-06]
- text: `descriptionPlain` has the beginning, `lists[]` (`text`, `content` as list items) what is asked for,
  `additionalPlain` the end. [its README]
- places: `categories.location` is the first, `categories.allLocations` has them all. [boardwatch's fixtures]
- `workplaceType`: `unspecified`, `on-site`, `remote`, `hybrid`. [its README]
- `salaryRange`: `currency`, `interval` (such as `per-year-salary`), `min`, `max`. [its README]
- rate limit: two requests a second for applications; one is asked for a board here. [its README]
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sources.ats.base import (
    BoardPage,
    PageRequest,
    System,
    as_json,
    entries_of,
    figures,
    records,
    slug,
    text,
    texts,
)
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord, text_of_html

_WORKPLACES = {"onsite": "on-site", "on-site": "on-site", "hybrid": "hybrid", "remote": "remote"}


def _first(url: str) -> PageRequest:
    host = "api.eu.lever.co" if ".eu." in (urlsplit(url).hostname or "") else "api.lever.co"
    return PageRequest(f"https://{host}/v0/postings/{slug(url)}?mode=json")


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    categories, paid = entry.get("categories"), entry.get("salaryRange")
    places = texts(categories.get("allLocations")) if isinstance(categories, Mapping) else []
    return SourceRecord(
        title=text(entry, "text"),
        source_id=text(entry, "id"),
        url=text(entry, "hostedUrl"),
        apply=text(entry, "applyUrl"),
        kind=text(categories, "commitment"),
        group=text(categories, "team") or text(categories, "department"),
        location="; ".join(places) or text(categories, "location"),
        workplace=_WORKPLACES.get(text(entry, "workplaceType").lower()),
        pay=figures(text(paid, "min"), text(paid, "max"), text(paid, "currency"), text(paid, "interval")),
        plain="\n\n".join(filter(None, _parts(entry))),
    )


def _parts(entry: Mapping[str, Any]) -> list[str]:
    """What an advert says, in its order."""
    lists = entry.get("lists")
    named = (
        part
        for listed in (lists if isinstance(lists, list) else [])
        for part in (text(listed, "text"), _content(listed))
    )
    return [_said(entry, "description"), *named, _said(entry, "additional"), text(entry, "salaryDescriptionPlain")]


def _said(entry: Mapping[str, Any], key: str) -> str:
    return text(entry, f"{key}Plain") or text_of_html(text(entry, key))


def _content(section: Any) -> str:
    items = text(section, "content")
    return text_of_html(f"<ul>{items}</ul>") if items else ""


def _listing(fetched: Fetched) -> BoardPage:
    source_records, missing = records(entries_of(as_json(fetched), None), _record)
    return BoardPage(source_records, missing=missing)


SYSTEM = System(_first, _listing)
