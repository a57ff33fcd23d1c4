"""Atom (RFC 4287). An entry's id is a tag URI (RFC 4151) that stays as it is for ever."""

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.publish.formats.entries import html, message, newest_first, title, written
from bot.publish.formats.format import Format
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.wording.wording import Wording

MOST = 100
"""Entries of a feed: those that have changed last."""

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed in which nothing is yet


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime, part: Narrowing = WHOLE) -> bytes:
    """The feed as UTF-8: those that have changed last, the latest first, at most `MOST`; see `Render`."""
    ET.register_namespace("", _NAMESPACE)
    newest = newest_first(editions, now)[:MOST]
    feed = ET.Element(f"{{{_NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words.language})
    address = site.at(FORMAT.path, **part.query)
    _add(feed, "title", part.name(site, words))
    _add(feed, "id", site.lasting(address))
    _add(feed, "link", rel="self", href=address, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=site.at("", **part.query), type="text/html")
    _add(feed, "updated", written(max((edition.changed_at(now) for edition in newest), default=_NEVER)))
    _add(_add(feed, "author"), "name", site.host)
    for edition in newest:
        entry = _add(feed, "entry")
        _add(entry, "title", title(edition, words, now), type="text")
        _add(entry, "id", tag(edition, site))
        _add(entry, "link", rel="alternate", href=site.posting(edition.posting.id), type="text/html")
        _add(entry, "published", written(edition.published_at))
        _add(entry, "updated", written(edition.changed_at(now)))
        for role in edition.posting.roles:
            _add(entry, "category", term=str(role), label=words.role(role))
        _add(entry, "content", html(message(edition, site, words, now).lines[1:]), type="html")
    ET.indent(feed)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def tag(edition: Edition, site: Site) -> str:
    """An id that needs no address: when the board moves, its entries stay the same."""
    return f"tag:{edition.host or site.host},{edition.published_at.astimezone(UTC):%Y-%m-%d}:{edition.name}"


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    child.text = text
    return child


FORMAT = Format(
    path="feed.atom",
    content_type="application/atom+xml; charset=utf-8",
    render=render,
    export="atom",
    link="feed",
    is_subscribed_to=True,
)
