"""Message -> blocks of rich text and buttons, and a readable `text` beside them.

Limits: https://docs.slack.dev/reference/methods/chat.postMessage, /reference/block-kit/blocks/rich-text-block and
/reference/block-kit/block-elements/button-element. In rich text, what a posting says is text and nothing else; in the
fallback `text`, & < > are escaped (https://docs.slack.dev/messaging/formatting-message-text#escaping).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.message import Button, Line, LineKind, Message, Span

MAX_BLOCK_TEXT = 8_500  # of all blocks together, addresses too: https://github.com/slackapi/bolt-js/issues/2509
MAX_FALLBACK = 4_000  # Slack takes 40,000, and an escaped character is five
MAX_LABEL, MAX_VALUE, MAX_URL = 75, 2000, 3000
MAX_SECTION = 3000  # https://docs.slack.dev/reference/block-kit/blocks/section-block
_MAX_CARD_LINE = 500  # an escaped character is five
_MARKS = re.compile(r"[*_~`]|:[\w+'-]+:")  # what mrkdwn would take for markup, or for an emoji
EVENT_TYPE = "callboard_notice"
ASK, OPEN = "ask", "open"  # what an action id begins with
_DATE = "{date_long} {time}"
_DATE_EXTRA = 50  # what a date takes beside its text: in blocks the format, in the fallback the number as well
_LINK = re.compile(r"https?://[^\s/?#]\S*|mailto:\S+")


def notice(channel: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The arguments of `chat.postMessage`. The metadata brings the key back in `conversations.history`."""
    return {"channel": channel, **content, "unfurl_links": False, "unfurl_media": False, **_metadata(key)}


def edited(channel: str, ts: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The arguments of `chat.update`; so the metadata stays whatever it was."""
    return {"channel": channel, "ts": ts, **content, **_metadata(key)}


def _metadata(key: str) -> dict[str, Any]:
    return {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}}}


def key_of(posted: Mapping[str, Any]) -> str | None:
    """The key of a message as `conversations.history` shows it; None when it is no notice."""
    metadata = posted.get("metadata") or {}
    return (metadata.get("event_payload") or {}).get("key") if metadata.get("event_type") == EVENT_TYPE else None


def reply(channel: str, message: Message, thread: str | None = None) -> dict[str, Any]:
    """The arguments of `chat.postMessage` for an answer that everyone there can read."""
    arguments = {"channel": channel, **content(message), "unfurl_links": False, "unfurl_media": False}
    return {**arguments, "thread_ts": thread} if thread else arguments


def content(message: Message) -> dict[str, Any]:
    """What every message has: `text` and `blocks`."""
    blocks: list[dict[str, Any]] = []
    room = MAX_BLOCK_TEXT
    for number, row in enumerate(message.buttons):
        pressed = [button for button in row if _fits(button.url) and not _is_mail(button.url)]
        buttons = [_button(button, f"{number}.{place}") for place, button in enumerate(pressed)]
        room -= sum(len(button["text"]["text"] + button.get("url", "") + button.get("value", "")) for button in buttons)
        if buttons:
            blocks.append({"type": "actions", "elements": buttons})
    lines = _cut(message.lines, room)
    if elements := _rich_text(lines, room - sum(_size(line) for line in lines)):
        blocks.insert(0, {"type": "rich_text", "elements": _called(message.mention, elements)})
    text = "\n".join("".join(map(_escaped, line.spans)) for line in _cut(message.lines, MAX_FALLBACK))
    return {"text": text.strip() or "…", "blocks": blocks}


def card(message: Message) -> list[dict[str, Any]]:
    """What stands below a link. Slack takes no rich text there, nor buttons: see issue 948 of slackapi/java-slack-sdk,
    and pull requests 65588 and 101303 of getsentry/sentry. So a line is mrkdwn where it holds nothing that could be
    taken for markup, or has a date; and else plain.
    """
    blocks: list[dict[str, Any]] = []
    for line in filter(lambda line: line.spans, message.lines):
        text = _section(line.cut(_MAX_CARD_LINE))
        last = blocks[-1]["text"] if blocks else {}
        if last.get("type") == text["type"] and len(last["text"]) + len(text["text"]) < MAX_SECTION:
            last["text"] += "\n" + text["text"]
        else:
            blocks.append({"type": "section", "text": text})
    return blocks


def _section(line: Line) -> dict[str, Any]:
    if _MARKS.search(line.text) and not any(span.instant for span in line.spans):
        return {"type": "plain_text", "text": line.text, "emoji": False}
    return {"type": "mrkdwn", "text": "".join(map(_mrkdwn, line.spans)), "verbatim": True}


def _mrkdwn(span: Span) -> str:
    mark = "".join(sign for sign, wanted in (("*", span.bold), ("~", span.strike)) if wanted and not span.instant)
    return f"{mark}{_escaped(span)}{mark[::-1]}"


def _size(line: Line) -> int:
    return len(line.text) + 1 + _DATE_EXTRA * sum(span.instant is not None for span in line.spans)


def _cut(lines: Iterable[Line], room: int) -> list[Line]:
    fitting: list[Line] = []
    for line in lines:
        if _size(line) > room:
            fitting.append(line.cut(room - 1) if 1 < room <= len(line.text) else Line.of("…"))
            break
        fitting.append(line)
        room -= _size(line)
    return fitting


def _rich_text(lines: Iterable[Line], room_for_links: int) -> list[dict[str, Any]]:
    """A text without its link is better than a link in place of text: links go first when there is no room."""
    sections: list[dict[str, Any]] = []
    for line in lines:
        kind = "rich_text_quote" if line.kind is LineKind.QUOTE else "rich_text_section"
        if not sections or sections[-1]["type"] != kind:
            sections.append({"type": kind, "elements": []})
        else:
            _add(sections[-1]["elements"], {"type": "text", "text": "\n"})
        for span in line.spans:
            has_link = _fits(span.url) and len(span.url or "") <= room_for_links
            room_for_links -= len(span.url or "") if has_link else 0
            _add(sections[-1]["elements"], _element(span, span.url if has_link else None))
    return [section for section in sections if section["elements"]]


def _called(mention: str | None, sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With whoever is called first: https://docs.slack.dev/reference/block-kit/block-elements/broadcast-element"""
    if mention is None:
        return sections
    called = [{"type": "broadcast", "range": mention}, {"type": "text", "text": " "}]
    first, *others = sections
    if first["type"] != "rich_text_section":
        return [{"type": "rich_text_section", "elements": called}, *sections]
    return [{**first, "elements": [*called, *first["elements"]]}, *others]


def _add(elements: list[dict[str, Any]], element: dict[str, Any]) -> None:
    last = elements[-1] if elements else {}
    if element["type"] == "text" == last.get("type") and element.get("style") == last.get("style"):
        last["text"] += element["text"]
    else:
        elements.append(element)


def _element(span: Span, url: str | None) -> dict[str, Any]:
    if span.instant:
        return {"type": "date", "timestamp": int(span.instant.timestamp()), "format": _DATE, "fallback": span.text}
    styles = (("bold", span.bold), ("italic", span.italic), ("strike", span.strike), ("code", span.code))
    style = {name: True for name, wanted in styles if wanted}
    link = {"type": "link", "url": url} if url else {"type": "text"}
    return {**link, "text": span.text, **({"style": style} if style else {})}


def _fits(url: str | None) -> bool:
    """Whether Slack takes a link; without one there is nothing to refuse."""
    return url is None or (len(url) <= MAX_URL and bool(_LINK.fullmatch(url)))


def _is_mail(url: str | None) -> bool:
    """A mail program is opened by a link in the text: Slack names web addresses alone for buttons."""
    return url is not None and url.startswith("mailto:")


def _button(button: Button, number: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": button.label[:MAX_LABEL], "emoji": True}
    if button.url:
        return {"type": "button", "text": label, "action_id": f"{OPEN}.{number}", "url": button.url}
    value = (button.request or "")[:MAX_VALUE]
    return {"type": "button", "text": label, "action_id": f"{ASK}.{number}", "value": value}


def _escaped(span: Span) -> str:
    text = span.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if span.instant:
        return f"<!date^{int(span.instant.timestamp())}^{_DATE}|{text.replace('|', ' ')}>"
    return text
