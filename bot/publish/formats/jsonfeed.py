"""JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.publish.formats.atom import MOST, tag
from bot.publish.formats.entries import clean, html, link, message, newest_first, plain, title, written
from bot.publish.formats.format import Format
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.wording.wording import Wording


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime, part: Narrowing = WHOLE) -> bytes:
    """The feed as UTF-8: those that have changed last, the latest first, at most `MOST`; see `Render`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": part.name(site, words),
        "home_page_url": site.at("", **part.query),
        "feed_url": site.at(FORMAT.path, **part.query),
        "language": words.language,
        "items": [_item(edition, site, words, now) for edition in newest_first(editions, now)[:MOST]],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(edition: Edition, site: Site, words: Wording, now: datetime) -> dict[str, Any]:
    posting, lines = edition.posting, message(edition, site, words, now).lines[1:]
    item: dict[str, Any] = {
        "id": tag(edition, site),
        "url": site.posting(posting.id),
        "title": title(edition, words, now),
        "content_html": html(lines),
        "content_text": plain(lines),
        "date_published": written(edition.published_at),
        "date_modified": written(edition.changed_at(now)),
        "tags": [words.role(role) for role in posting.roles] + [clean(tag) for tag in posting.tags],
    }
    if external := link(posting.url):
        item["external_url"] = clean(external)
    return item


FORMAT = Format(
    path="feed.json",
    content_type="application/feed+json; charset=utf-8",
    render=render,
    export="json",
    is_subscribed_to=True,
)
