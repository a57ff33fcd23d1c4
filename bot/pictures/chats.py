"""What Telegram's, Slack's and the terminal's own programs make of what they are sent, as HTML.

They draw the platforms' own JSON, as `payload` gives it, and so what a reader will see; for one reader, in whose zone
and language the program shows dates. Links and buttons are drawn, and lead nowhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from babel.dates import format_date, format_time

from bot.pictures.markup import add, element

_DATE = {"en": "EEEE, MMMM d, y", "de": "EEEE, d. MMMM y"}
_TIME = {"en": "h:mm a", "de": "HH:mm"}
_TAGS = {"bold": "b", "italic": "i", "code": "code", "strikethrough": "s", "strike": "s", "blockquote": "blockquote"}


@dataclass(frozen=True, slots=True)
class Look:
    """One reader's view of a chat: when it was posted there, in which zone and language the reader's program is."""

    posted: datetime
    where: tzinfo
    language: str = "en"
    name: str = "callboard"

    def date(self, at: datetime) -> str:
        return format_date(at.astimezone(self.where), _DATE[self.language], self.language)

    def time(self, at: datetime) -> str:
        return format_time(at.astimezone(self.where), _TIME[self.language], locale=self.language)


# --- Telegram: text with entities, and an inline keyboard


def telegram(sent: Mapping[str, Any], look: Look) -> Element:
    """A message in a Telegram channel."""
    bubble = element("div", element("div", look.name, class_="name"), class_="bubble")
    add(bubble, _telegram_text(sent["text"], sent.get("entities", ())))
    for place in bubble.iter("time"):  # the program puts its own words there
        at = datetime.fromisoformat(place.attrib["datetime"])
        place[:], place.text = [], f"{look.date(at)}, {look.time(at)}"
    add(bubble, element("span", look.time(look.posted), class_="meta"))
    rows = sent.get("reply_markup", {}).get("inline_keyboard", ())
    keyboard = [element("div", (_telegram_button(one) for one in row), class_="row") for row in rows]
    who = element("div", look.name[:1].upper(), class_="who", aria_hidden="true")
    return element("div", who, element("div", bubble, keyboard), class_="telegram")


def _telegram_button(button: Mapping[str, Any]) -> Element:
    drawn = element("span", button["text"])
    if "url" in button:
        arrow = element("path", d="M1.5 6.5 6.3 1.7M2.6 1.5h3.9v3.9")
        add(drawn, element("svg", arrow, viewBox="0 0 8 8", aria_hidden="true"))
    return drawn


def _telegram_text(text: str, entities: Sequence[Mapping[str, Any]]) -> Iterator[Element | str]:
    """Entities count UTF-16 units; ours never overlap in part."""
    units = text.encode("utf-16-le", "surrogatepass")
    edges = sorted({0, len(units) // 2, *(edge for one in entities for edge in _span(one))})
    for start, end in pairwise(edges):
        piece: Element | str = units[2 * start : 2 * end].decode("utf-16-le", "replace")
        for one in entities:
            if _span(one)[0] <= start and end <= _span(one)[1]:
                piece = _styled(one, piece)
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


# --- Slack: blocks of rich text, and actions


def slack(sent: Mapping[str, Any], look: Look) -> Element:
    """A message in a Slack channel."""
    head = element("div", element("b", look.name), element("span", "APP", class_="app"), class_="head")
    add(head, element("small", look.time(look.posted)))
    body = element("div", head)
    for block in sent["blocks"]:
        if block["type"] == "actions":
            labels = (element("span", one["text"]["text"]) for one in block["elements"])
            add(body, element("div", labels, class_="actions"))
        else:
            add(body, (_slack_section(section, look) for section in block["elements"]))
    return element("div", element("div", "📌", class_="who", aria_hidden="true"), body, class_="slack")


def _slack_section(section: Mapping[str, Any], look: Look) -> Element:
    tag = "blockquote" if section["type"] == "rich_text_quote" else "div"
    return element(tag, (_slack_element(one, look) for one in section["elements"]))


def _slack_element(one: Mapping[str, Any], look: Look) -> Element | str:
    if one["type"] == "date":
        at = datetime.fromtimestamp(one["timestamp"], look.where)
        filled = {"date_long": _date_long(at, look), "time": look.time(at)}
        text = re.sub(r"\{(\w+)\}", lambda found: filled.get(found[1], found[0]), one["format"])
        return element("time", text, datetime=_iso(one["timestamp"]))
    inner: Element | str = one["text"]
    for style, wanted in one.get("style", {}).items():
        if wanted and style in _TAGS:
            inner = element(_TAGS[style], inner)
    return element("span", inner, class_="link") if one["type"] == "link" else inner


def _iso(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()


def _date_long(at: datetime, look: Look) -> str:
    if look.language != "en":
        return look.date(at)
    ending = "th" if 11 <= at.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10, "th")
    return f"{at:%A, %B} {at.day}{ending}, {at.year}"


# --- The terminal


def console(pieces: Sequence[tuple[str, str]]) -> Element:
    """Text with prompt_toolkit's styles."""
    said = (element("span", text, class_=style.replace(":", "-") or None) for style, text in pieces)
    return element("pre", said, class_="terminal")
