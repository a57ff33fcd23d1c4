"""https://www.sitemaps.org/protocol.html: the board and the pages of what is open."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.publish.formats.entries import soonest_first, written

CONTENT_TYPE = "application/xml; charset=utf-8"
MOST = 50_000
"""Addresses that a sitemap may have."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def render(editions: Iterable[Edition], site: Site, now: datetime) -> bytes:
    """The sitemap as UTF-8: the board, and each posting that is open at `now` (aware), the soonest deadline first."""
    root = ET.Element("urlset", {"xmlns": _NAMESPACE})
    ET.SubElement(ET.SubElement(root, "url"), "loc").text = site.at("")
    still_open = [edition for edition in soonest_first(editions, now) if edition.standing(now) is Standing.OPEN]
    for edition in still_open[: MOST - 1]:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = site.posting(edition.posting.id)
        ET.SubElement(url, "lastmod").text = written(edition.changed_at(now))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
