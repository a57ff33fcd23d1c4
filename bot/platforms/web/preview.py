"""What the page of the chat in the browser makes of what it is sent, as HTML. Links and buttons are drawn, and lead
nowhere.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from bot.pictures.markup import element, style_of
from bot.pictures.viewer import Viewer

_TAGS = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}
_BLOCKS = {"quote": "blockquote"}


def style() -> str:
    return style_of(__package__, "preview")


def draw(sent: Mapping[str, Any], viewer: Viewer) -> Element:
    """A message in a channel of the page."""
    head = element("div", f"{sent['channel']} · {viewer.time(viewer.posted)}", class_="head")
    labels = ([element("span", button["label"]) for button in row] for row in sent.get("buttons", ()))
    rows = (element("div", row, class_="row") for row in labels)
    return element("div", element("div", head, _lines(sent["lines"], viewer), rows, class_="post"), class_="web")


def _lines(lines: Any, viewer: Viewer) -> list[Element]:
    return [
        element(_BLOCKS.get(line.get("kind", ""), "div"), (_span(span, viewer) for span in line["spans"]), _empty(line))
        for line in lines
    ]


def _empty(line: Mapping[str, Any]) -> str | None:
    """What gives a line its height that has no text."""
    return None if line["spans"] else "\u00a0"


def _span(span: Mapping[str, Any], viewer: Viewer) -> Element | str:
    if "instant" in span:
        at = datetime.fromisoformat(span["instant"])
        return element("time", f"{viewer.date(at)}, {viewer.time(at)}", datetime=span["instant"])
    inner: Element | str = span["text"]
    for style in span.get("styles", ()):
        inner = element(_TAGS[style], inner)
    return element("span", inner, class_="link") if "url" in span else inner
