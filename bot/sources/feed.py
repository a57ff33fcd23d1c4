"""RSS, Atom and JSON Feed. The day on which an entry was published is no deadline."""

import json
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s{0,20}>", re.IGNORECASE)
_TAIL = 4000  # characters in which the end of a feed stands, whatever comments follow it


def feed_records(fetched: Fetched) -> tuple[list[SourceRecord], int]:
    """The entries of a feed, and how many could not be read. Raises `SourceError` for what is none."""
    if fetched.data.lstrip()[:1] == b"{":
        return _json_feed(fetched.data)
    headers = {"content-type": fetched.content_type} if fetched.content_type else {}
    try:
        feed = feedparser.parse(fetched.data, response_headers=headers)
    except Exception as error:  # noqa: BLE001  # whatever it stumbles over is this source's trouble alone
        raise SourceError(f"the feed cannot be read ({type(error).__name__})") from None
    if not feed.get("version") and not feed.get("entries"):
        raise SourceError("the answer is no feed")
    source_records = [_record(entry) for entry in feed["entries"]]
    good = [record for record in source_records if record.title]
    breaks_off = not _END.search(fetched.data.decode(feed.get("encoding") or "utf-8", "replace")[-_TAIL:])
    if breaks_off and not source_records:
        raise SourceError("the feed breaks off")
    return good, len(source_records) - len(good) + breaks_off


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    contents = entry.get("content") or [{}]
    html = contents[0].get("value") or entry.get("summary") or ""
    return SourceRecord(
        title=_plain(entry.get("title")),
        source_id=str(entry.get("id") or entry.get("link") or "") or None,
        url=str(entry.get("link") or "") or None,
        html=str(html),
        kind=" ".join(str(tag.get("term") or "") for tag in entry.get("tags") or ()),
    )


def _plain(value: object) -> str:
    return re.sub(r"<[^<>]{0,200}>", "", str(value or "")).strip()


def _json_feed(content: bytes) -> tuple[list[SourceRecord], int]:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise SourceError("the answer is no feed") from None
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(value.get("version")):
        raise SourceError("the answer is no feed")
    good = [
        SourceRecord(
            title=str(item["title"]),
            source_id=str(item.get("id") or "") or None,
            url=str(item.get("url") or "") or None,
            html=str(item.get("content_html") or ""),
            plain=str(item.get("content_text") or ""),
        )
        for item in items
        if isinstance(item, dict) and item.get("title")
    ]
    return good, len(items) - len(good)
