"""`postings.json`: everything as data, in a shape of our own that is described by `SCHEMA`."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain import snapshot
from bot.domain.addresses import email
from bot.domain.edition import Edition
from bot.domain.posting import PUBLISHED, DeadlineKind, Role, Workplace
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.publish.formats.entries import clean, link, soonest_first, title, written
from bot.publish.formats.format import Format
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.wording.wording import Wording

VERSION = 1
"""Grows when something is no longer as it was. More keys may come at any time."""

_TEXTS = tuple(name for name, kind in PUBLISHED.items() if kind is str)
_LISTS = tuple(name for name, kind in PUBLISHED.items() if kind is tuple)
_NUMBERS = tuple(name for name, kind in PUBLISHED.items() if kind is float)


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime, part: Narrowing = WHOLE) -> bytes:
    """Open ones first, soonest deadline first."""
    board = {
        "version": VERSION,
        "title": part.name(site, words),
        "url": site.at("", **part.query),
        "when_empty": clean(site.when_empty or words.nothing_open()),
        "postings": [_posting(edition, site, words, now) for edition in soonest_first(editions, now)],
    }
    return json.dumps(board, ensure_ascii=False, indent=1).encode() + b"\n"


def _posting(edition: Edition, site: Site, words: Wording, now: datetime) -> dict[str, Any]:
    posting = edition.posting
    values = json.loads(snapshot.dump(posting))
    item: dict[str, Any] = {
        "id": posting.id,
        "url": site.posting(posting.id),
        "title": clean(posting.title),
        "heading": title(edition, words, now),
        "roles": [str(role) for role in posting.roles],
        "standing": str(edition.standing(now)),
        "published_at": written(edition.published_at),
        "updated_at": written(edition.changed_at(now)),
        "sequence": edition.sequence,
    }
    item |= {name: clean(_bare(values[name])) for name in _TEXTS if name in values}
    item |= {name: [clean(text) for text in values[name]] for name in _LISTS if name in values}
    item |= {name: values[name] for name in (*_NUMBERS, "workplace", "posted") if name in values}
    if posting.deadline:
        at = posting.deadline.at
        item["deadline"] = {
            "at": at.isoformat(timespec="seconds"),
            "zone": posting.deadline.zone,
            "kind": str(posting.deadline_kind),
            "text": words.when(posting.deadline),
        }
    if advert := link(posting.url):
        item["advert"] = clean(advert)
    if posting.contact:
        values = {"name": posting.contact.name, "email": posting.contact.email, "url": posting.contact.url}
        item["contact"] = {name: clean(_bare(value)) for name, value in values.items() if value}
    return item


def _bare(text: str) -> str:
    """The text; of one that is a `mailto:` link, the address."""
    return email(text) or text


def _strings(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


_INSTANT = {"type": "string", "format": "date-time"}
_LINK = {"type": "string", "format": "uri"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Positions, as Callboard publishes them",
    "type": "object",
    "required": ["version", "title", "url", "when_empty", "postings"],
    "properties": {
        "version": {"const": VERSION},
        "title": {"type": "string"},
        "url": _LINK,
        "when_empty": {"type": "string", "description": "what to say when nothing is open"},
        "postings": {"type": "array", "items": {"$ref": "#/$defs/posting"}},
    },
    "$defs": {
        "posting": {
            "type": "object",
            "required": [
                "id",
                "url",
                "title",
                "heading",
                "roles",
                "standing",
                "published_at",
                "updated_at",
                "sequence",
            ],
            "properties": {
                "id": {"type": "string", "pattern": "^[a-z0-9-]+$"},
                "url": {**_LINK, "description": "its page on the board"},
                "title": {"type": "string"},
                "heading": {
                    "type": "string",
                    "description": "the title, and what has become of it when it is not open",
                },
                "roles": {"type": "array", "items": _strings(*map(str, Role)), "minItems": 1},
                "standing": _strings(*map(str, Standing)),
                "published_at": _INSTANT,
                "updated_at": {
                    **_INSTANT,
                    "description": "when it last changed for a reader; passing is a change, too",
                },
                "sequence": {"type": "integer", "minimum": 0, "description": "how often it was changed"},
                **{name: {"type": "string"} for name in _TEXTS},
                **{name: {"type": "array", "items": {"type": "string"}} for name in _LISTS},
                **{name: {"type": "number", "exclusiveMinimum": 0} for name in _NUMBERS},
                "workplace": _strings(*map(str, Workplace)),
                "posted": {"type": "string", "format": "date"},
                "deadline": {
                    "type": "object",
                    "required": ["at", "zone", "kind", "text"],
                    "properties": {
                        "at": {**_INSTANT, "description": "the last instant, with the offset of the deadline's zone"},
                        "zone": {"type": "string", "description": "an IANA name, AoE, or an offset"},
                        "kind": _strings(*map(str, DeadlineKind)),
                        "text": {"type": "string", "description": "the deadline in words that cannot be misread"},
                    },
                },
                "advert": {**_LINK, "description": "the full advert elsewhere"},
                "contact": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("name", "email", "url")},
                },
            },
        }
    },
}


FORMAT = Format(
    path="postings.json",
    content_type="application/json; charset=utf-8",
    render=render,
    export="json",
    link="data",
    is_open_alone=True,
    schema=SCHEMA,
)
