"""Message -> sendMessage parameters: plain text plus entities, within Telegram's limits.

Limits: https://core.telegram.org/bots/api#sendmessage, #messageentity, #inlinekeyboardbutton and
https://core.telegram.org/method/messages.sendMessage (date entities). Lengths are UTF-16 units.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.chat.links import payload as payload_of
from bot.chat.reading import pressed
from bot.domain.message import BLANK, Line, LineKind, Message, Span, shortened, width
from bot.domain.schedule import Destination

Entity = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_DATA = 64  # bytes of callback_data
MAX_ROW = 8  # buttons
MAX_PLACEHOLDER = 64
UNNAMED = "your_bot"
"""In the place of the bot's username where nothing is sent, and so Telegram was not asked for it."""
QUESTION = "✍️"
"""What a question in a group begins with: so a reply to it is known for an answer, after a restart as well."""
GENERAL_TOPIC = 1
"""The topic that every forum has. To people it is one (t.me/c/…/1/…), to the Bot API it is where a message goes that
names none; it refuses 1 (https://github.com/tdlib/telegram-bot-api/issues/798).
"""
_MAX_LINK = 1000  # of a link that has to be text; its message has two at most
_MAX_DATE_TEXT = 31
_MAX_DATE_AHEAD = timedelta(days=1097)  # one less than the limit, for clocks that differ
_DATE_FORMAT = "wDt"  # weekday, long date, short time, in the reader's own zone and language
# What Telegram does to a text (TDLib, clean_input_string), done before it is measured.
_AS_TELEGRAM_HAS_IT = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys([0x0D, 0x030A, 0x0333, 0x033F, *range(0x2028, 0x202F)]),  # None: taken out
    0x0A: "\n",
}
# A public web address: the platform refuses a whole message for a button without one.
_PUBLIC_URL = re.compile(
    r"https?://(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]*[a-z0-9])(?::[1-9]\d{0,3})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def payload(destination: Destination, message: Message, content: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `sendMessage`, with the message's `content`."""
    return {**addressed(destination, message), **content}


def addressed(destination: Destination, message: Message) -> dict[str, Any]:
    """The parameters of `sendMessage` beside the message's content: where to, and whether with a sound."""
    parameters: dict[str, Any] = {"chat_id": chat_id(destination.address)}
    if destination.thread and destination.thread != GENERAL_TOPIC:
        parameters["message_thread_id"] = destination.thread
    if message.silent:
        parameters["disable_notification"] = True
    return parameters


def chat_id(address: str) -> int | str:
    """A numeric id as a number, `@name` as it is."""
    return int(address) if re.fullmatch(r"-?\d+", address) else address


def content(message: Message, now: datetime, bot: str = UNNAMED) -> dict[str, Any]:
    """What `sendMessage` and `editMessageText` share: text, entities, keyboard. `now` is the real clock: dates too far
    ahead are refused. `bot` is the bot's username.
    """
    text, entities, more = _content(message, now, bot, MAX_TEXT)
    parameters = {"text": text, "link_preview_options": {"is_disabled": True}, **more}
    return {**parameters, "entities": entities} if entities else parameters


def caption(message: Message, now: datetime, bot: str = UNNAMED) -> dict[str, Any]:
    """The same as it stands below a file: https://core.telegram.org/bots/api#senddocument"""
    text, entities, more = _content(message, now, bot, MAX_CAPTION)
    return {"caption": text, **more, **({"caption_entities": entities} if entities else {})}


def _content(message: Message, now: datetime, bot: str, most: int) -> tuple[str, list[Entity], dict[str, Any]]:
    rows, links = _keyboard(message, bot)
    tail = [BLANK, *(link.cut(_MAX_LINK) for link in links)] if links else []
    whole = [replace(line, spans=tuple(map(_cleaned, line.spans))) for line in message.lines]
    body = _fitting(whole, most - sum(width(line.text) + 1 for line in tail))
    text, entities = _text([*body, *tail], now)
    return text, entities[:MAX_ENTITIES], {"reply_markup": {"inline_keyboard": rows}} if rows else {}


# --- Text


def cleaned(text: str) -> str:
    """The text as Telegram would have it; composed first, for it takes the ring off an A that is written as two."""
    return unicodedata.normalize("NFC", text).translate(_AS_TELEGRAM_HAS_IT)


def _cleaned(span: Span) -> Span:
    return replace(span, text=cleaned(span.text))


def _fitting(lines: Sequence[Line], room: int) -> list[Line]:
    """As many lines as `room` holds; where some are missing, the last one ends in an ellipsis."""
    fitting: list[Line] = []
    for number, line in enumerate(lines, 1):
        is_last = number == len(lines)
        size = width(line.text) + 1  # with its line break
        if size + (0 if is_last else 2) > room + 1:  # what follows needs a line break and an ellipsis
            more = () if is_last else (Span("…"),)
            return [*fitting, replace(line, spans=(*line.spans, *more)).cut(room)]
        fitting.append(line)
        room -= size
    return fitting


def _text(lines: Iterable[Line], now: datetime) -> tuple[str, list[Entity]]:
    pieces: list[str] = []
    entities: list[Entity] = []
    length = 0
    for is_quote, run in groupby(lines, lambda line: line.kind is LineKind.QUOTE):
        first, start = len(pieces), length
        for line in run:
            for span in line.spans:
                entities += _entities(span, length, now)
                pieces.append(span.text)
                length += width(span.text)
            pieces.append("\n")
            length += 1
        if is_quote and (place := _place("".join(pieces[first:]), start)):
            entities.append({"type": "blockquote", **place})
    return "".join(pieces).rstrip(), entities


def _place(text: str, offset: int) -> dict[str, int] | None:
    """Where an entity stands: it neither begins nor ends with white space, nor is it empty."""
    bare = text.strip()
    return {"offset": offset + text.index(bare), "length": width(bare)} if bare else None


def _entities(span: Span, offset: int, now: datetime) -> Iterator[Entity]:
    """The entities of one span. Code and dates bear no other style."""
    place = _place(span.text, offset)
    if not place:
        return
    if span.instant:
        unix = int(span.instant.timestamp())
        if unix > 0 and span.instant <= now + _MAX_DATE_AHEAD and place["length"] <= _MAX_DATE_TEXT:
            yield {"type": "date_time", **place, "unix_time": unix, "date_time_format": _DATE_FORMAT}
    elif span.code:
        yield {"type": "code", **place}
    else:
        if span.url and _PUBLIC_URL.fullmatch(span.url):
            yield {"type": "text_link", **place, "url": span.url}
        for name, wanted in (("bold", span.bold), ("italic", span.italic), ("strikethrough", span.strike)):
            if wanted:
                yield {"type": name, **place}


# --- Buttons


def into_private_chat(bot: str, carried: str) -> str:
    """The link that opens the private chat with the bot of that username, and has whoever presses Start there say
    `/start` with what it carries (https://core.telegram.org/bots/features#deep-linking).
    """
    return f"https://t.me/{bot}?start={carried}"


def has_personal(message: Message) -> bool:
    """Whether one of its buttons opens the private chat."""
    return any(button.is_personal for row in message.buttons for button in row)


def _keyboard(message: Message, bot: str) -> tuple[list[list[dict[str, str]]], list[Line]]:
    """The rows of buttons, and as lines the links that a button may not have."""
    rows: list[list[dict[str, str]]] = []
    links: list[Line] = []
    for row in message.buttons:
        buttons: list[dict[str, str]] = []
        for button in row:
            if button.url and _PUBLIC_URL.fullmatch(button.url):
                buttons.append({"text": button.label, "url": button.url})
            elif button.url and not button.url.startswith("mailto:"):  # the text says that one
                links.append(Line.of(f"{button.label}: {button.url}"))
            elif button.is_personal and button.request:
                if carried := payload_of(pressed(button.request)):
                    buttons.append({"text": button.label, "url": into_private_chat(bot, carried)})
            elif button.request:
                buttons.append({"text": button.label, "callback_data": callback_data(button.request)})
        rows += [buttons[start : start + MAX_ROW] for start in range(0, len(buttons), MAX_ROW)]
    return rows, links


def as_question(message: Message) -> Message:
    """A message as a question in a group."""
    first, *others = message.lines or (BLANK,)
    return replace(message, lines=(Line.of(f"{QUESTION} ", *first.spans, kind=first.kind), *others))


def forced_reply(placeholder: str) -> dict[str, Any]:
    """Opens a reply to the message: https://core.telegram.org/bots/api#forcereply"""
    return {"force_reply": True, "selective": True, "input_field_placeholder": shortened(placeholder, MAX_PLACEHOLDER)}


def callback_data(request: str) -> str:
    """A request as a button carries it: itself, or where it is too long a mark by which it can be looked up."""
    if len(request.encode()) <= MAX_DATA:
        return request
    return f"…{hashlib.blake2s(request.encode(), digest_size=16).hexdigest()}"
