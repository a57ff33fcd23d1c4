"""What Telegram's own program makes of what it is sent, as HTML.

It draws the platform's own JSON, as `payload` gives it, and so what a reader will see. Links and buttons are drawn, and
lead nowhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from bot.pictures.markup import add, element, style_of
from bot.pictures.viewer import Viewer

_TAGS = {"bold": "b", "italic": "i", "code": "code", "strikethrough": "s", "blockquote": "blockquote"}


def style() -> str:
    return style_of(__package__, "preview")


def draw(sent: Mapping[str, Any], viewer: Viewer) -> Element:
    """A message in a Telegram channel."""
    bubble = element("div", element("div", viewer.name, class_="name"), class_="bubble")
    add(bubble, _text(sent["text"], sent.get("entities", ())))
    for place in bubble.iter("time"):  # the program puts its own words there
        at = datetime.fromisoformat(place.attrib["datetime"])
        place[:], place.text = [], f"{viewer.date(at)}, {viewer.time(at)}"
    add(bubble, element("span", viewer.time(viewer.posted), class_="meta"))
    rows = sent.get("reply_markup", {}).get("inline_keyboard", ())
    keyboard = [element("div", (_button(entity) for entity in row), class_="row") for row in rows]
    who = element("div", viewer.name[:1].upper(), class_="who", aria_hidden="true")
    return element("div", who, element("div", bubble, keyboard), class_="telegram")


def _button(button: Mapping[str, Any]) -> Element:
    drawn = element("span", button["text"])
    if "url" in button:
        arrow = element("path", d="M1.5 6.5 6.3 1.7M2.6 1.5h3.9v3.9")
        add(drawn, element("svg", arrow, viewBox="0 0 8 8", aria_hidden="true"))
    return drawn


def _text(text: str, entities: Sequence[Mapping[str, Any]]) -> Iterator[Element | str]:
    """Entities count UTF-16 units; ours never overlap in part."""
    units = text.encode("utf-16-le", "surrogatepass")
    edges = sorted({0, len(units) // 2, *(edge for entity in entities for edge in _span(entity))})
    for start, end in pairwise(edges):
        piece: Element | str = units[2 * start : 2 * end].decode("utf-16-le", "replace")
        for entity in entities:
            if _span(entity)[0] <= start and end <= _span(entity)[1]:
                piece = _styled(entity, piece)
        yield piece


def _span(entity: Mapping[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _styled(entity: Mapping[str, Any], inner: Element | str) -> Element | str:
    match entity["type"]:
        case "text_link":
            return element("span", inner, class_="link")
        case "date_time":
            return element("time", inner, datetime=_iso(entity["unix_time"]))
        case kind if kind in _TAGS:
            return element(_TAGS[kind], inner)
    return inner


def _iso(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()
