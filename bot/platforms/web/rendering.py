"""Message -> what the page draws: JSON of lines, spans and buttons. Never HTML: the page makes text of all of it."""

import re
from typing import Any

from bot.domain.message import Button, Line, LineKind, Message, Span

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)
"""What may become a link: no other scheme, such as `javascript:`."""

_UNSEEN = {**dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], "�"), 0x09: " ", 0x0A: "\n"}


def content(message: Message) -> dict[str, Any]:
    """`lines`: each a `kind` and `spans`; `buttons`: rows of them; `document`: a file of text. What is not set is left
    out.
    """
    shown: dict[str, Any] = {"lines": [_line(line) for line in message.lines]}
    if rows := [row for each in message.buttons if (row := [_button(button) for button in each if _is_shown(button)])]:
        shown["buttons"] = rows
    if document := message.document:
        text = document.body.decode(errors="replace")
        shown["document"] = {"name": document.name, "type": document.content_type, "text": text}
    return shown


def _line(line: Line) -> dict[str, Any]:
    shown: dict[str, Any] = {"spans": [_span(span) for span in line.spans]}
    if line.kind is not LineKind.TEXT:
        shown["kind"] = str(line.kind)
    return shown


def _span(span: Span) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": _text(span.text)}
    styles = [name for name in ("bold", "italic", "strike", "code") if getattr(span, name)]
    if styles:
        shown["styles"] = styles
    if span.url and _LINK.fullmatch(span.url):
        shown["url"] = _text(span.url)
    if span.instant:
        shown["instant"] = span.instant.isoformat().replace("+00:00", "Z")
    return shown


def _is_shown(button: Button) -> bool:
    """One for whoever presses it alone is not: the page has no place where one person alone is written to."""
    return bool((button.request and not button.is_personal) or (button.url and _LINK.fullmatch(button.url)))


def _button(button: Button) -> dict[str, str]:
    if button.request:
        return {"label": _text(button.label), "request": _text(button.request)}
    return {"label": _text(button.label), "url": _text(button.url or "")}


def _text(text: str) -> str:
    """As UTF-8 can hold it, without control characters."""
    return text.encode("utf-8", "replace").decode().translate(_UNSEEN)
