"""What all systems share: an address for a board, and pages of it that are read one after the other."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What is asked next; `value`: sent as JSON by POST."""

    url: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of a board. `following`: what to ask for the next one; `details`: addresses that say more of entries that
    have no record yet; `missing`: how many entries could not be read; `total`: how many the system says it has.
    """

    records: tuple[SourceRecord, ...] = ()
    following: PageRequest | None = None
    details: tuple[PageRequest, ...] = ()
    missing: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class System:
    """An applicant-tracking system: where a board's list stands, and how a page of it, and a detail, are read."""

    first: Callable[[str], PageRequest]
    listing: Callable[[Fetched], BoardPage]
    detail: Callable[[Fetched], SourceRecord | None] | None = None


def slug(url: str) -> str:
    """The board's name: the first part of the path. Raises `SourceError`."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if not parts or not re.fullmatch(r"[\w.-]{1,100}", parts[0]):
        raise SourceError("the address names no board; write it as people see it in their browser")
    return parts[0]


def at_host(path: str) -> Callable[[str], PageRequest]:
    """A list that stands at the same path of every board's own host."""

    def first(url: str) -> PageRequest:
        parts = urlsplit(url)
        return PageRequest(f"{parts.scheme}://{parts.netloc}{path}")

    return first


def moved(request: PageRequest, api_url: str | None) -> PageRequest:
    """The same request, to another server: scheme and host of `api_url`."""
    if api_url is None:
        return request
    api, wanted = urlsplit(api_url), urlsplit(request.url)
    path = f"{api.path.rstrip('/')}{wanted.path}"
    return PageRequest(urlunsplit((api.scheme, api.netloc, path, wanted.query, "")), request.value)


def as_json(fetched: Fetched) -> Any:
    """The JSON of an answer. Raises `SourceError`."""
    try:
        return json.loads(fetched.data)
    except (ValueError, RecursionError):
        raise SourceError("the answer is no JSON") from None


def entries_of(value: Any, key: str | None) -> list[Any]:
    """The list of entries in an answer; one without entries is an empty board, anything else a broken one."""
    entries = value if key is None else value.get(key) if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise SourceError("the answer has no list of positions")
    return entries


def text(value: Any, *path: str) -> str:
    """The text at a place of an entry; empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def texts(values: Any, *keys: str) -> list[str]:
    """The texts of a list, each once: those that stand there, and of each entry the first that it has under a key."""
    texts_found = [
        value.strip() if isinstance(value, str) else next(filter(None, (text(value, key) for key in keys)), "")
        for value in (values if isinstance(values, list) else [values])
    ]
    return list(dict.fromkeys(filter(None, texts_found)))


def figures(low: str, high: str, currency: str, span: str) -> str | None:
    """Pay as it is written: `2990–3992 EUR per month`; `span` is any text that names the unit of time. None without an
    amount, or where nobody says what for.
    """
    unit = next((unit for unit in ("year", "month", "week", "day", "hour") if unit in span.lower()), None)
    amounts = "–".join(dict.fromkeys(amount for amount in (low, high) if amount.strip("0.")))
    return f"{amounts} {currency} per {unit}" if amounts and currency and unit else None


def records(
    entries: list[Any], make: Callable[[Mapping[str, Any]], SourceRecord | None]
) -> tuple[tuple[SourceRecord, ...], int]:
    """The records of entries, and how many entries could not be read."""
    source_records: list[SourceRecord] = []
    missing = 0
    for entry in entries:
        record = make(entry) if isinstance(entry, Mapping) else None
        if record is not None and record.title:
            source_records.append(record)
        else:
            missing += 1
    return tuple(source_records), missing
