"""What Slack's own program makes of what it is sent, as HTML.

It draws the platform's own JSON, as `payload` gives it, and so what a reader will see. Links and buttons are drawn, and
lead nowhere.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from bot.language import pack
from bot.pictures.markup import add, element, style_of
from bot.pictures.viewer import Viewer

_TAGS = {"bold": "b", "italic": "i", "code": "code", "strike": "s"}


def style() -> str:
    return style_of(__package__, "preview")


def draw(sent: Mapping[str, Any], viewer: Viewer) -> Element:
    """A message in a Slack channel."""
    head = element("div", element("b", viewer.name), element("span", "APP", class_="app"), class_="head")
    add(head, element("small", viewer.time(viewer.posted)))
    body = element("div", head)
    for block in sent["blocks"]:
        if block["type"] == "actions":
            labels = (element("span", piece["text"]["text"]) for piece in block["elements"])
            add(body, element("div", labels, class_="actions"))
        else:
            add(body, (_section(section, viewer) for section in block["elements"]))
    return element("div", element("div", "📌", class_="who", aria_hidden="true"), body, class_="slack")


def _section(section: Mapping[str, Any], viewer: Viewer) -> Element:
    tag = "blockquote" if section["type"] == "rich_text_quote" else "div"
    return element(tag, (_element(piece, viewer) for piece in section["elements"]))


def _element(piece: Mapping[str, Any], viewer: Viewer) -> Element | str:
    if piece["type"] == "date":
        at = datetime.fromtimestamp(piece["timestamp"], viewer.where)
        filled = {"date_long": _date_long(at, viewer), "time": viewer.time(at)}
        text = re.sub(r"\{(\w+)\}", lambda match: filled.get(match[1], match[0]), piece["format"])
        return element("time", text, datetime=_iso(piece["timestamp"]))
    if piece["type"] == "broadcast":
        return element("span", f"@{piece['range']}", class_="link")
    inner: Element | str = piece["text"]
    for style, wanted in piece.get("style", {}).items():
        if wanted and style in _TAGS:
            inner = element(_TAGS[style], inner)
    return element("span", inner, class_="link") if piece["type"] == "link" else inner


def _date_long(at: datetime, viewer: Viewer) -> str:
    """In English, the day has an ending: Thursday, February 18th, 2027."""
    endings = pack(viewer.language)["clients"]["day_endings"].split()
    if not endings:
        return viewer.date(at)
    is_last = 11 <= at.day <= 13 or not 1 <= at.day % 10 <= 3
    return f"{at:%A, %B} {at.day}{endings[-1 if is_last else at.day % 10 - 1]}, {at.year}"


def _iso(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()
