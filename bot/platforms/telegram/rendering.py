"""Message -> sendMessage parameters: plain text plus entities, within Telegram's limits.

Limits: https://core.telegram.org/bots/api#sendmessage, #messageentity, #inlinekeyboardbutton and
https://core.telegram.org/method/messages.sendMessage (date entities). Lengths are UTF-16 units.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.core.channel import Destination
from bot.core.message import BLANK, Line, LineKind, Message, Span

MAX_TEXT = 4096
MAX_ENTITIES = 100
MAX_DATA = 64  # bytes of callback_data
MAX_ROW = 8  # buttons
_MAX_DATE_TEXT = 31
_MAX_DATE_AHEAD = timedelta(days=1098)
_DATE_FORMAT = "wDt"  # weekday, long date, short time, in the reader's own zone and language
# A public web address: the platform refuses a whole message for a button without one.
_BUTTON_URL = re.compile(r"https?://(?:[^\s/?#@:]+\.)+[^\W\d_]{2,}(?::\d{1,5})?(?:[/?#]\S*)?")


def utf16(text: str) -> int:
    """A text's length as Telegram counts it."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def payload(destination: Destination, message: Message, now: datetime) -> dict[str, Any]:
    """The parameters of `sendMessage`. `now` is the real clock: dates too far ahead are refused."""
    found: dict[str, Any] = {"chat_id": chat_id(destination.address), **content(message, now)}
    if destination.thread:
        found["message_thread_id"] = destination.thread
    if message.silent:
        found["disable_notification"] = True
    return found


def chat_id(address: str) -> int | str:
    """A numeric id as a number, `@name` as it is."""
    return int(address) if re.fullmatch(r"-?\d+", address) else address if address.startswith("@") else f"@{address}"


def content(message: Message, now: datetime) -> dict[str, Any]:
    """What `sendMessage` and `editMessageText` share: text, entities, keyboard."""
    rows, refused = _keyboard(message)
    lines = [*message.lines, *([BLANK] if refused else []), *refused]
    text, entities = _text(lines, now)
    found: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if entities:
        found["entities"] = entities
    if rows:
        found["reply_markup"] = {"inline_keyboard": rows}
    return found


def _text(lines: list[Line], now: datetime) -> tuple[str, list[dict[str, Any]]]:
    text, length = "", 0
    entities: list[dict[str, Any]] = []
    quote_from: int | None = None
    for number, whole in enumerate(lines):
        if number:
            text, length = text + "\n", length + 1
        room = MAX_TEXT - length - 2  # a line break and an ellipsis may have to follow
        line = _cut(whole, max(room, 1))
        quote_from = _quote(entities, line, quote_from, length)
        for span in line.spans:
            entities += _entities(span, length, now)
            text, length = text + span.text, length + utf16(span.text)
        if line is not whole:
            break
    _quote(entities, BLANK, quote_from, length + 1)
    lead = len(text) - len(text.lstrip())
    entities = [{**entity, "offset": entity["offset"] - lead} for entity in entities]
    return text.strip(), entities[:MAX_ENTITIES]


def _cut(line: Line, room: int) -> Line:
    """The line, or as much of it as `room` holds; room is at least 1."""
    if utf16(line.text) <= room:
        return line
    kept = 1
    units = 1  # the ellipsis
    for character in line.text:
        units += utf16(character)
        if units > room:
            break
        kept += 1
    return line.cut(kept)


def _quote(entities: list[dict[str, Any]], line: Line, since: int | None, at: int) -> int | None:
    if line.kind is LineKind.QUOTE and line.text.strip():
        return at if since is None else since
    if since is not None and at - 1 > since:
        entities.append({"type": "blockquote", "offset": since, "length": at - 1 - since})
    return None


def _entities(span: Span, offset: int, now: datetime) -> Iterator[dict[str, Any]]:
    """The entities of one span. None begins or ends with white space; code and dates bear no other style."""
    bare = span.text.strip()
    if not bare:
        return
    place = {"offset": offset + len(span.text) - len(span.text.lstrip()), "length": utf16(bare)}
    if span.instant:
        unix = int(span.instant.timestamp())
        if (
            unix >= 0
            and span.instant <= now + _MAX_DATE_AHEAD - timedelta(days=1)
            and place["length"] <= _MAX_DATE_TEXT
        ):
            yield {"type": "date_time", **place, "unix_time": unix, "date_time_format": _DATE_FORMAT}
    elif span.code:
        yield {"type": "code", **place}
    else:
        if span.url and _BUTTON_URL.fullmatch(span.url):
            yield {"type": "text_link", **place, "url": span.url}
        for name, wanted in (("bold", span.bold), ("italic", span.italic), ("strikethrough", span.strike)):
            if wanted:
                yield {"type": name, **place}


def _keyboard(message: Message) -> tuple[list[list[dict[str, str]]], list[Line]]:
    """The rows of buttons, and as lines the links that a button may not have."""
    rows: list[list[dict[str, str]]] = []
    refused: list[Line] = []
    for row in message.buttons:
        buttons: list[dict[str, str]] = []
        for button in row:
            if button.url and not _BUTTON_URL.fullmatch(button.url):
                refused.append(Line.of(f"{button.label}: {button.url}"))
            elif button.url:
                buttons.append({"text": button.label, "url": button.url})
            elif button.request:
                buttons.append({"text": button.label, "callback_data": callback_data(button.request)})
        rows += [buttons[start : start + MAX_ROW] for start in range(0, len(buttons), MAX_ROW)]
    return rows, refused


def callback_data(request: str) -> str:
    """A request as a button carries it: itself, or where it is too long a mark by which it can be looked up."""
    if len(request.encode()) <= MAX_DATA:
        return request
    return f"…{hashlib.blake2s(request.encode(), digest_size=16).hexdigest()}"
