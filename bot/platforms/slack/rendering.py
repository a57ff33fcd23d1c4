"""Message -> chat.postMessage arguments: rich text and buttons, and a readable `text` beside them.

Limits: https://docs.slack.dev/reference/methods/chat.postMessage, /reference/block-kit/blocks/rich-text-block and
/reference/block-kit/block-elements/button-element. In rich text, what a posting says is text and nothing else; in the
fallback `text`, & < > are escaped (https://docs.slack.dev/messaging/formatting-message-text#escaping).
"""

import re
from collections.abc import Iterable
from typing import Any

from bot.core.message import Button, Line, LineKind, Message, Span

MAX_BLOCK_TEXT = 8_000  # of all blocks together; Slack refuses from about 12,000
MAX_FALLBACK = 4_000
MAX_LABEL, MAX_VALUE, MAX_URL = 75, 2000, 3000
EVENT_TYPE = "callboard_notice"
ASK, OPEN = "ask", "open"  # what an action id begins with
_DATE = "{date_long} {time}"
_LINK = re.compile(r"https?://\S+|mailto:\S+")


def payload(channel: str, message: Message, key: str) -> dict[str, Any]:
    """The arguments of `chat.postMessage`. The metadata brings the notice's key back in `conversations.history`."""
    return {
        "channel": channel,
        **content(message),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def content(message: Message) -> dict[str, Any]:
    """What every message has: `text` and `blocks`."""
    blocks: list[dict[str, Any]] = []
    if elements := _rich_text(_cut(message.lines, MAX_BLOCK_TEXT)):
        blocks.append({"type": "rich_text", "elements": elements})
    for number, row in enumerate(message.buttons):
        if buttons := [_button(button, f"{number}.{place}") for place, button in enumerate(row)]:
            blocks.append({"type": "actions", "elements": buttons})
    return {"text": _fallback(message), "blocks": blocks}


def _cut(lines: Iterable[Line], room: int) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        size = len(line.text) + 1
        if size > room:
            kept.append(line.cut(max(1, room)))
            break
        kept.append(line)
        room -= size
    return kept


def _rich_text(lines: list[Line]) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = []
    for line in lines:
        kind = "rich_text_quote" if line.kind is LineKind.QUOTE else "rich_text_section"
        if not elements or elements[-1]["type"] != kind:
            elements.append({"type": kind, "elements": []})
        else:
            _add(elements[-1]["elements"], _text("\n"))
        for span in line.spans:
            _add(elements[-1]["elements"], _element(span))
    return [element for element in elements if element["elements"]]


def _add(elements: list[dict[str, Any]], element: dict[str, Any]) -> None:
    last = elements[-1] if elements else {}
    if element["type"] == "text" == last.get("type") and element.get("style") == last.get("style"):
        last["text"] += element["text"]
    else:
        elements.append(element)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _element(span: Span) -> dict[str, Any]:
    if span.instant:
        return {"type": "date", "timestamp": int(span.instant.timestamp()), "format": _DATE, "fallback": span.text}
    styles = (("bold", span.bold), ("italic", span.italic), ("strike", span.strike), ("code", span.code))
    style = {name: True for name, wanted in styles if wanted}
    element = _text(span.text)
    if span.url and len(span.url) <= MAX_URL and _LINK.fullmatch(span.url):
        element = {"type": "link", "url": span.url, "text": span.text}
    return {**element, "style": style} if style else element


def _button(button: Button, number: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "button",
        "text": {"type": "plain_text", "text": button.label[:MAX_LABEL], "emoji": True},
    }
    if button.url:
        return {**found, "action_id": f"{OPEN}.{number}", "url": button.url[:MAX_URL]}
    return {**found, "action_id": f"{ASK}.{number}", "value": (button.request or "")[:MAX_VALUE]}


def _fallback(message: Message) -> str:
    """The text that notifications and screen readers get."""
    rows = []
    room = MAX_FALLBACK
    for line in message.lines:
        row = "".join(_escaped(span) for span in line.spans)
        room -= len(row) + 1
        if room < 0:
            rows.append("…")
            break
        rows.append(row)
    return "\n".join(rows).strip() or "…"


def _escaped(span: Span) -> str:
    text = span.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if span.instant:
        return f"<!date^{int(span.instant.timestamp())}^{_DATE}|{text.replace('|', ' ')}>"
    return text
