"""What Slack accepts, as a table of shapes: Block Kit, message text, metadata and views.

A rule that is documented names its page below https://docs.slack.dev. The wording of the errors is Slack's own
where people have quoted it ("must be less than 3001 characters [json-pointer:/blocks/0/text/text]").
What is not documented is refused rather than let through. Lengths count Unicode code points.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Check = Callable[[Any, str], Iterator[str]]

TEXT_MAX = 40_000  # /reference/methods/chat.postMessage: "more than 40,000 characters"
BLOCKS_MAX = 50  # /reference/block-kit/blocks: 50 in a message, 100 in a modal or Home tab
VIEW_BLOCKS_MAX = 100
BLOCK_TEXT_WARN, BLOCK_TEXT_MAX = 9_000, 12_000  # undocumented msg_blocks_too_long, seen near 13,200: bolt-js #2509
METADATA_MAX = 8_000  # metadata_too_large exists, its figure is not published

MENTION = re.compile(r"<!(?:channel|here|everyone|group|subteam\^\w+)(?:\|[^>]*)?>|<@[UW]\w*(?:\|[^>]*)?>")
NAMED = re.compile(r"(?<![\w<!])@(?:channel|here|everyone)\b")
DATE_TOKENS = frozenset(
    "day_divider_pretty date_num date_slash date_long date_long_full date_long_pretty date date_pretty "
    "date_short date_short_pretty time time_secs ago".split(),
)


# ---------------------------------------------------------------------------- shapes


def _at(pointer: str, message: str) -> str:
    return f"{message} [json-pointer:{pointer}]"


def _string(low: int = 1, high: int | None = None, *, of: Sequence[str] = (), like: str = "") -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _at(pointer, "must provide a string")
            return
        if len(value) < low:
            yield _at(pointer, f"must be more than {low - 1} characters")
        if high is not None and len(value) > high:
            yield _at(pointer, f"must be less than {high + 1} characters")
        if of and value not in of:
            yield _at(pointer, f"must be a valid enum value: {', '.join(of)}")
        if like and value and not re.fullmatch(like, value):
            yield _at(pointer, "must match the expected format")

    return check


def _integer(low: int, high: int | None = None) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield _at(pointer, "must provide an integer")
        elif value < low or (high is not None and value > high):
            yield _at(pointer, f"must be between {low} and {high}")

    return check


def _boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _at(pointer, "must provide a boolean")


def _array(item: Check, low: int = 1, high: int | None = None) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _at(pointer, "must provide an array")
            return
        if len(value) < low:
            yield _at(pointer, f"no fewer than {low} items allowed" if low > 1 else "must provide at least 1 item")
        if high is not None and len(value) > high:
            yield _at(pointer, f"no more than {high} items allowed")
        for index, entry in enumerate(value):
            yield from item(entry, f"{pointer}/{index}")

    return check


def _shape(need: Mapping[str, Check] | None = None, may: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these keys, beside the `type` that `_tagged` has looked at."""
    need, may = need or {}, may or {}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _at(pointer, "must provide an object")
            return
        yield from (_at(pointer, f"missing required field: {key}") for key in need if key not in value)
        for key, entry in value.items():
            if (inner := need.get(key) or may.get(key)) is not None:
                yield from inner(entry, f"{pointer}/{key}")
            elif key != "type":
                yield _at(pointer, f"invalid additional property: {key}")

    return check


def _tagged(kinds: Mapping[str, Check]) -> Check:
    """One of several objects, told apart by `type`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _at(pointer, "must provide an object")
        elif not isinstance(value.get("type"), str):
            yield _at(pointer, "missing required field: type")
        elif value["type"] not in kinds:
            yield _at(f"{pointer}/type", f"unsupported type: {value['type']}")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check


# ---------------------------------------------------------------------------- composition objects and elements


def _plain(high: int) -> Check:  # /reference/block-kit/composition-objects/text-object
    return _tagged({"plain_text": _shape({"text": _string(1, high)}, {"emoji": _boolean})})


def _text(high: int) -> Check:
    return _tagged(
        {
            "plain_text": _shape({"text": _string(1, high)}, {"emoji": _boolean}),
            "mrkdwn": _shape({"text": _string(1, high)}, {"verbatim": _boolean}),
        }
    )


_URL = r"[A-Za-z][A-Za-z0-9+.-]*:\S+"
_ID = {"block_id": _string(1, 255)}
_ACTION = {"action_id": _string(1, 255)}
_STYLE = _string(of=("primary", "danger"))
_CONFIRM = _shape(  # /reference/block-kit/composition-objects/confirmation-dialog-object
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)}, {"style": _STYLE}
)
_OPTION = _shape(  # /reference/block-kit/composition-objects/option-object
    {"text": _text(75), "value": _string(1, 150)}, {"description": _text(75), "url": _string(1, 3000, like=_URL)}
)
_IMAGE = {"image_url": _string(1, 3000, like=_URL), "alt_text": _string(1, 2000)}

_INTERACTIVE: dict[str, Check] = {
    "button": _shape(  # /reference/block-kit/block-elements/button-element
        {"text": _plain(75)},
        {
            **_ACTION,
            "url": _string(1, 3000, like=_URL),
            "value": _string(1, 2000),
            "style": _STYLE,
            "confirm": _CONFIRM,
            "accessibility_label": _string(1, 75),
        },
    ),
    "overflow": _shape(  # /reference/block-kit/block-elements/overflow-menu-element
        {"options": _array(_OPTION, 1, 5)}, {**_ACTION, "confirm": _CONFIRM}
    ),
    "static_select": _shape(  # /reference/block-kit/block-elements/select-menu-element
        {"options": _array(_OPTION, 1, 100)},
        {
            **_ACTION,
            "placeholder": _plain(150),
            "initial_option": _OPTION,
            "confirm": _CONFIRM,
            "focus_on_load": _boolean,
        },
    ),
}
_INTERACTIVE |= {
    "multi_static_select": _shape(  # /reference/block-kit/block-elements/multi-select-menu-element
        {"options": _array(_OPTION, 1, 100)},
        {
            **_ACTION,
            "placeholder": _plain(150),
            "initial_options": _array(_OPTION, 1, 100),
            "max_selected_items": _integer(1, 100),
            "confirm": _CONFIRM,
            "focus_on_load": _boolean,
        },
    ),
    "datepicker": _shape(  # /reference/block-kit/block-elements/date-picker-element
        may={
            **_ACTION,
            "initial_date": _string(like=r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"),
            "placeholder": _plain(150),
            "confirm": _CONFIRM,
            "focus_on_load": _boolean,
        }
    ),
    "timepicker": _shape(  # /reference/block-kit/block-elements/time-picker-element
        may={
            **_ACTION,
            "initial_time": _string(like=r"(?:[01]\d|2[0-3]):[0-5]\d"),
            "placeholder": _plain(150),
            "timezone": _string(),
            "confirm": _CONFIRM,
            "focus_on_load": _boolean,
        }
    ),
}
_PLAIN_INPUT = _shape(  # /reference/block-kit/block-elements/plain-text-input-element
    may={
        **_ACTION,
        "initial_value": _string(0),
        "multiline": _boolean,
        "min_length": _integer(0, 3000),
        "max_length": _integer(1, 3000),
        "placeholder": _plain(150),
        "focus_on_load": _boolean,
    }
)


# ---------------------------------------------------------------------------- rich text


def _styles(*names: str) -> dict[str, Check]:
    return {"style": _shape(may=dict.fromkeys(names, _boolean))}


_FONT = ("bold", "italic", "strike", "underline", "highlight", "client_highlight")


def _date_format(value: Any, pointer: str) -> Iterator[str]:
    yield from _string()(value, pointer)
    if isinstance(value, str):
        tokens = re.findall(r"\{([^{}]*)\}", value)
        yield from (_at(pointer, f"unknown date token: {{{name}}}") for name in tokens if name not in DATE_TOKENS)
        if not tokens:
            yield _at(pointer, "must contain a date token")


# /reference/block-kit/block-elements/{text,link,user,usergroup,channel,emoji,broadcast,date,color}-element.
# `code` is for text and links: Slack refuses it for a user (soxtoby/SlackNet #196).
_LINK = _shape(
    {"url": _string(1, 3000, like=_URL)},
    {"text": _string(), "unsafe": _boolean, **_styles(*_FONT, "code", "unlink")},
)
_RICH_TEXT = _shape({"text": _string()}, _styles(*_FONT, "code", "unlink"))
_INLINE = _tagged(
    {
        "text": _RICH_TEXT,
        "link": _LINK,
        "user": _shape({"user_id": _string(like=r"[UW]\w+")}, _styles(*_FONT, "unlink")),
        "usergroup": _shape({"usergroup_id": _string(like=r"[SG]\w+")}, _styles(*_FONT, "unlink")),
        "channel": _shape({"channel_id": _string(like=r"[CGD]\w+")}, _styles(*_FONT, "unlink")),
        "emoji": _shape(
            {"name": _string(like=r"[^\s:]+(?:::skin-tone-[2-6])?")}, {"unicode": _string(like=r"[0-9a-f-]+")}
        ),
        "broadcast": _shape({"range": _string(of=("here", "channel", "everyone"))}, _styles(*_FONT, "unlink")),
        "date": _shape(
            {"timestamp": _integer(0), "format": _date_format},
            {"timezone": _string(), "url": _string(1, 3000, like=_URL), "fallback": _string(), **_styles(*_FONT)},
        ),
        "color": _shape({"value": _string(like=r"#[0-9A-Fa-f]{6}")}, _styles(*_FONT)),
    }
)
# An empty `elements` is allowed inside, not in the block itself: python-slack-sdk #1576.
_SECTION = _shape({"elements": _array(_INLINE, 0)})
_BORDER = {"border": _integer(0, 1)}
_RICH = _tagged(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _shape(  # /reference/block-kit/block-elements/rich-text-list-element
            {
                "style": _string(of=("bullet", "ordered")),
                "elements": _array(_tagged({"rich_text_section": _SECTION}), 0),
            },
            {"indent": _integer(0, 8), "offset": _integer(0), **_BORDER},
        ),
        "rich_text_preformatted": _shape(
            {"elements": _array(_tagged({"text": _RICH_TEXT, "link": _LINK}), 0)}, {**_BORDER, "language": _string()}
        ),
        "rich_text_quote": _shape({"elements": _array(_INLINE, 0)}, _BORDER),
    }
)


# ---------------------------------------------------------------------------- blocks


def _text_or_fields(value: dict[str, Any], pointer: str) -> Iterator[str]:
    yield from _shape(
        may={
            **_ID,
            "text": _text(3000),
            "fields": _array(_text(2000), 1, 10),
            "expand": _boolean,
            "accessory": _tagged({**_INTERACTIVE, "image": _shape(_IMAGE)}),
        }
    )(value, pointer)
    if "text" not in value and "fields" not in value:
        yield _at(pointer, "must define either `text` or `fields`")


_BLOCK = _tagged({  # /reference/block-kit/blocks/<kind>-block
    "section": _text_or_fields,
    "header": _shape({"text": _plain(150)}, {**_ID, "level": _integer(1, 4)}),
    "divider": _shape(may=_ID),
    "context": _shape(
        {"elements": _array(_tagged({
            "plain_text": _shape({"text": _string()}, {"emoji": _boolean}),
            "mrkdwn": _shape({"text": _string()}, {"verbatim": _boolean}),
            "image": _shape(_IMAGE),
        }), 1, 10)},
        _ID,
    ),
    "actions": _shape({"elements": _array(_tagged(_INTERACTIVE), 1, 25)}, _ID),
    "image": _shape(_IMAGE, {**_ID, "title": _plain(2000)}),
    "rich_text": _shape({"elements": _array(_RICH)}, _ID),
    "markdown": _shape({"text": _string(1, 12_000)}, _ID),
    "input": _shape(
        {"label": _plain(2000), "element": _tagged({**_INTERACTIVE, "plain_text_input": _PLAIN_INPUT})},
        {**_ID, "hint": _plain(2000), "optional": _boolean, "dispatch_action": _boolean},
    ),
})  # fmt: skip


def _twins(blocks: list[dict[str, Any]], pointer: str) -> Iterator[str]:
    """A block_id is unique in its message, an action_id in its block (/reference/block-kit/blocks/actions-block)."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if (name := block.get("block_id")) in seen:
            yield _at(f"{pointer}/{index}/block_id", f'`block_id` "{name}" already exists for another block')
        seen |= {name} if name else set()
        inner: set[str] = set()
        for place, element in enumerate(block.get("elements", []) if block["type"] == "actions" else []):
            if (name := element.get("action_id")) in inner:
                where = f"{pointer}/{index}/elements/{place}/action_id"
                yield _at(where, f'`action_id` "{name}" already exists for another element')
            inner |= {name} if name else set()


def _second_opinion(blocks: list[dict[str, Any]], pointer: str) -> Iterator[str]:
    """slack_sdk's own models know some of the limits too; `to_dict` validates what is nested."""
    for index, block in enumerate(blocks):
        try:
            if (model := Block.parse(block)) is not None:
                model.to_dict()
        except (SlackObjectFormationError, TypeError) as refused:
            yield _at(f"{pointer}/{index}", f"slack_sdk: {refused}")


def judge_blocks(blocks: Any, pointer: str = "/blocks", most: int = BLOCKS_MAX) -> list[str]:
    """Every objection to a list of blocks, each with its JSON pointer; empty when Slack would take them."""
    errors = list(_array(_BLOCK, 0, most)(blocks, pointer))
    if not errors:
        errors += _twins(blocks, pointer)
    if not errors:
        errors += _second_opinion(blocks, pointer)
    return errors


def judge_view(view: Any) -> list[str]:
    """Objections to a modal or Home tab (/reference/views/modal-views, /reference/views/home-tab-views)."""
    if isinstance(view, dict) and len(view.get("blocks") or []) > VIEW_BLOCKS_MAX:
        return [_at("/view/blocks", f"no more than {VIEW_BLOCKS_MAX} items allowed")]
    common = {"private_metadata": _string(0, 3000), "callback_id": _string(0, 255), "external_id": _string(0, 255)}
    flags = {"clear_on_close": _boolean, "notify_on_close": _boolean, "submit_disabled": _boolean}
    blocks: Check = lambda value, pointer: iter(judge_blocks(value, pointer, VIEW_BLOCKS_MAX))  # noqa: E731 - a Check
    kinds = {
        "modal": _shape(
            {"title": _plain(24), "blocks": blocks}, {"submit": _plain(24), "close": _plain(24), **common, **flags}
        ),
        "home": _shape({"blocks": blocks}, common),
    }
    return list(_tagged(kinds)(view, "/view")) or list(_inputs(view))


def _inputs(view: dict[str, Any]) -> Iterator[str]:
    """What a view with fields needs, and what they begin with, which has to be among what they offer."""
    for index, block in enumerate(view["blocks"]):
        if block["type"] != "input":
            continue
        if view["type"] == "modal" and "submit" not in view:
            yield _at(f"/view/blocks/{index}", "must define `submit` to use an `input` block in modals")
        element, pointer = block["element"], f"/view/blocks/{index}/element"
        offered = element.get("options", ())
        initial = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
        if any(option not in offered for option in initial):
            yield _at(pointer, "initial options must be among the options")
        text, least, most = element.get("initial_value"), element.get("min_length"), element.get("max_length", 3000)
        if text is not None and not (least or 0) <= len(text) <= most:
            yield _at(f"{pointer}/initial_value", "is shorter or longer than the element allows")


# ---------------------------------------------------------------------------- messages


@dataclass(frozen=True)
class Verdict:
    """What Slack would say of a message: an error (or None) with details, and what it would let pass but should not."""

    error: str | None = None
    details: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)


def judge_metadata(metadata: Any) -> tuple[str, str] | None:
    """(error, detail) for metadata that is not {event_type, event_payload} of plain values, else None.

    /messaging/message-metadata; the value types are those of @slack/types MessageMetadata: text, numbers, booleans,
    or (lists of) flat objects of these; "avoid sending null".
    """
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        return "invalid_metadata_format", "metadata must have exactly event_type and event_payload"
    kind, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(kind, str) or not re.fullmatch(r"[\w.-]{1,255}", kind):
        return "invalid_metadata_format", "event_type must be an alphanumeric string"
    if not isinstance(payload, dict):
        return "invalid_metadata_format", "event_payload must be an object"
    for key, value in payload.items():
        for entry in value if isinstance(value, list) else [value]:
            flat = list(entry.values()) if isinstance(entry, dict) else [[]] if isinstance(value, list) else [entry]
            if not all(isinstance(one, (str, int, float)) for one in flat):  # a bool is an int
                return "invalid_metadata_schema", f"event_payload/{key} must be text, a number, a boolean or flat"
    if len(str(metadata)) > METADATA_MAX:
        return "metadata_too_large", f"metadata should stay under {METADATA_MAX} characters"
    return None


def judge_message(message: Mapping[str, Any]) -> Verdict:
    """Judge `text`, `blocks`, `attachments` and `metadata` of a message, wherever it is going."""
    text, blocks = message.get("text"), message.get("blocks")
    if text is not None and not isinstance(text, str):
        return Verdict("invalid_arguments", [_at("/text", "must provide a string")])
    if blocks is not None and not (isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks)):
        return Verdict("invalid_blocks_format", [_at("/blocks", "must provide an array of objects")])
    if not (text or "").strip() and not blocks and not message.get("attachments"):
        return Verdict("no_text")
    if len(text or "") > TEXT_MAX:
        return Verdict("msg_too_long", [_at("/text", f"must be less than {TEXT_MAX + 1} characters")])
    if blocks and (details := judge_blocks(blocks)):
        return Verdict("invalid_blocks", details)
    size = sum(len(one) for one in _strings(blocks or []))
    if size > BLOCK_TEXT_MAX:
        return Verdict("msg_blocks_too_long", [_at("/blocks", f"{size} characters of text in blocks")])
    problems = [f"{size} characters of block text: stay under {BLOCK_TEXT_WARN}"] if size > BLOCK_TEXT_WARN else []
    if blocks and not (text or "").strip():  # /reference/methods/chat.postMessage: screen readers read only `text`
        problems.append("blocks without a text fallback (accessibility)")
    if message.get("attachments"):
        problems.append("attachments are legacy: use blocks")
    loud = bool(message.get("link_names")) or message.get("parse") == "full"
    return Verdict(problems=problems, mentions=list(_mentions(text or "", blocks or [], loud=loud)))


def _strings(value: Any) -> Iterator[str]:
    """All text in blocks: every string that is not a name of a kind or an id."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key not in {"type", "style", "block_id", "action_id"}:
                yield from _strings(entry)


def _mentions(text: str, blocks: list[dict[str, Any]], *, loud: bool) -> Iterator[str]:
    """What would ping people: control sequences in mrkdwn (/messaging/formatting-message-text), rich_text mentions."""
    yield from MENTION.findall(text)
    if loud:
        yield from NAMED.findall(text)
    for node in _nodes(blocks):
        match node:
            case {"type": "mrkdwn" | "markdown", "text": str(inner)}:
                yield from MENTION.findall(inner)
            case {"type": "broadcast", "range": span}:
                yield f"<!{span}>"
            case {"type": "user", "user_id": user}:
                yield f"<@{user}>"
            case {"type": "usergroup", "usergroup_id": group}:
                yield f"<!subteam^{group}>"


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(entry)


# ---------------------------------------------------------------------------- what a person sees


def buttons(blocks: Sequence[dict[str, Any]] | None) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(index of its block, place in it, button) for every button of a message."""
    for index, block in enumerate(blocks or ()):
        inner = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory") or {}]
        for place, element in enumerate(inner):
            if element.get("type") == "button":
                yield index, place, element


def shown(text: str | None, blocks: Sequence[dict[str, Any]] | None) -> str:
    """The words on the screen: those of the blocks, or the text where there are none. A line per block or item."""
    return "\n".join(_lines(block) for block in blocks) if blocks else _unescape(text or "")


def _unescape(mrkdwn: str) -> str:
    """/messaging/formatting-message-text: only these three are escaped."""
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(node: dict[str, Any]) -> str:
    match node:
        case {"type": "rich_text" | "rich_text_list", "elements": list(inner)}:
            bullet = "• " if node["type"] == "rich_text_list" else ""
            return "\n".join(bullet + _lines(one) for one in inner)
        case {"type": "actions" | "context", "elements": list(inner)}:
            return " ".join(_lines(one) for one in inner)
        case {"elements": list(inner)}:
            return "".join(_lines(one) for one in inner)
        case {"type": "mrkdwn", "text": str(inner)}:
            return _unescape(inner)
        case {"type": "date"}:
            return str(node.get("fallback") or node["format"])
        case {"type": "user" | "usergroup" | "channel" | "broadcast" | "emoji" | "color"}:
            return next(str(value) for key, value in node.items() if key != "type")
        case {"type": "image"}:
            return str(node["alt_text"])
        case {"type": "section"}:
            parts = [node.get("text"), *node.get("fields", ()), node.get("accessory")]
            return "\n".join(_lines(one) for one in parts if one)
        case {"text": dict(inner)}:
            return _lines(inner)
    return str(node.get("text") or node.get("url") or "")
