"""What Telegram's Bot API accepts, judged offline.

Sources, named at each rule:
*Bot API*: https://core.telegram.org/bots/api (10.x), the section after the colon;
*MTProto*: https://core.telegram.org/method/messages.sendMessage, the list of errors;
*server*: github.com/tdlib/telegram-bot-api, whose wording of errors is kept;
*TDLib*: the `tdjson` package, the very code that the real server runs on texts and entities.

Where the real server would silently change or ignore something, the emulator refuses, so that a test finds
it. Such a refusal says "emulator:" and must never be matched by the bot.
"""

import ipaddress
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import tdjson

JSON = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PREFIXES = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}

_FORMATTED: dict[str, type] = {
    "text": str,
    "parse_mode": str,
    "entities": list,
    "link_preview_options": dict,
    "reply_markup": dict,
}
_SCOPED: dict[str, type] = {"scope": dict, "language_code": str}
METHODS: dict[str, dict[str, type]] = {
    "getMe": {},
    "logOut": {},
    "close": {},
    "getUpdates": {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    "setWebhook": {
        "url": str,
        "ip_address": str,
        "max_connections": int,
        "allowed_updates": list,
        "drop_pending_updates": bool,
        "secret_token": str,
    },
    "deleteWebhook": {"drop_pending_updates": bool},
    "getWebhookInfo": {},
    "sendMessage": {
        "chat_id": str,
        "message_thread_id": int,
        "disable_notification": bool,
        "protect_content": bool,
        "reply_parameters": dict,
        **_FORMATTED,
    },
    "sendDocument": {
        "chat_id": str,
        "message_thread_id": int,
        "document": object,
        "caption": str,
        "caption_entities": list,
        "parse_mode": str,
        "disable_notification": bool,
        "protect_content": bool,
        "reply_parameters": dict,
        "reply_markup": dict,
    },
    "editMessageText": {"chat_id": str, "message_id": int, **_FORMATTED},
    "editMessageReplyMarkup": {"chat_id": str, "message_id": int, "reply_markup": dict},
    "deleteMessage": {"chat_id": str, "message_id": int},
    "pinChatMessage": {"chat_id": str, "message_id": int, "disable_notification": bool},
    "unpinChatMessage": {"chat_id": str, "message_id": int},
    "answerInlineQuery": {
        "inline_query_id": str,
        "results": list,
        "cache_time": int,
        "is_personal": bool,
        "next_offset": str,
        "button": dict,
    },
    "answerCallbackQuery": {
        "callback_query_id": str,
        "text": str,
        "show_alert": bool,
        "url": str,
        "cache_time": int,
    },
    "setMyCommands": {"commands": list, **_SCOPED},
    "getMyCommands": _SCOPED,
    "deleteMyCommands": _SCOPED,
    "setMyName": {"name": str, "language_code": str},
    "getMyName": {"language_code": str},
    "setMyDescription": {"description": str, "language_code": str},
    "getMyDescription": {"language_code": str},
    "setMyShortDescription": {"short_description": str, "language_code": str},
    "getMyShortDescription": {"language_code": str},
    "getChat": {"chat_id": str},
    "getChatMember": {"chat_id": str, "user_id": int},
    "getChatAdministrators": {"chat_id": str},
    "leaveChat": {"chat_id": str},
}
"""The methods that the emulator speaks, and their parameters (Bot API: Available methods)."""

UPDATES = frozenset(
    "message edited_message channel_post edited_channel_post callback_query my_chat_member chat_member "
    "business_connection business_message edited_business_message deleted_business_messages message_reaction "
    "message_reaction_count inline_query chosen_inline_result shipping_query pre_checkout_query "
    "purchased_paid_media poll poll_answer chat_join_request chat_boost removed_chat_boost".split()
)
"""Bot API: Update, as far as python-telegram-bot 22.8 asks for them."""
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}  # Bot API: getUpdates

_ENTITIES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "text_mention": "MentionName",
    "custom_emoji": "CustomEmoji",
    "date_time": "DateTime",
    "mention": "Mention",
    "hashtag": "Hashtag",
    "cashtag": "Cashtag",
    "bot_command": "BotCommand",
    "url": "Url",
    "email": "EmailAddress",
    "phone_number": "PhoneNumber",
}
_NAMES = {f"textEntityType{theirs}": ours for ours, theirs in _ENTITIES.items()} | {"textEntityTypePreCode": "pre"}
_EXTRAS = {
    "text_link": {"url"},
    "text_mention": {"user"},
    "pre": {"language"},
    "custom_emoji": {"custom_emoji_id"},
    "date_time": {"unix_time", "date_time_format"},
}
_ACTIONS = (
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay"
).split()


class ApiError(Exception):
    """An answer that is not ok. `problem`: the request itself was wrong, whatever the state of the chat."""

    def __init__(self, description: str, code: int = 400, *, problem: bool = True, **parameters: int) -> None:
        super().__init__(PREFIXES.get(code, "") + description)
        self.code, self.problem, self.parameters = code, problem, parameters


def own(description: str) -> ApiError:
    """A refusal that the real server does not know."""
    return ApiError(f"emulator: {description}")


def utf16(text: str) -> int:
    """Bot API: MessageEntity. Offsets, lengths and the 4096 are counted in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def piece(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def td(kind: str, **fields: Any) -> JSON:
    """Ask TDLib, without a network."""
    answer = tdjson.td_execute(json.dumps({"@type": kind, **fields}).encode())
    assert answer, kind
    decoded: JSON = json.loads(answer)
    return decoded


td("setLogVerbosityLevel", new_verbosity_level=0)


def decode(method: str, raw: Mapping[str, Any]) -> JSON:
    """Typed parameters out of strings (forms, multipart) or JSON. Bot API: Making requests."""
    if method not in METHODS:
        raise ApiError("Not Found", 404)
    known = METHODS[method]
    params: JSON = {}
    for name, value in raw.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise own(f"{method} has no parameter {name!r}" + (f", but {near[0]!r}" if near else ""))
        if value is not None:
            params[name] = _typed(name, known[name], value)
    return params


def skim(_: str, raw: Mapping[str, Any]) -> JSON:
    """Only what says which message is meant, and its text, unjudged."""
    params: JSON = {name: str(raw[name]) for name in ("chat_id", "text") if name in raw}
    params |= {name: int(raw[name]) for name in ("message_id", "message_thread_id") if name in raw}
    if reply := raw.get("reply_parameters"):
        params["reply_parameters"] = json.loads(reply) if isinstance(reply, str) else reply
    return params


def _typed(name: str, kind: type, value: Any) -> Any:
    if kind is object:
        return value
    if kind is int and not isinstance(value, bool) and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if kind is bool and str(value).lower() in {"true", "yes", "1", "false", "no", "0"}:  # server: Client::to_bool
        return str(value).lower() in {"true", "yes", "1"}
    if kind is str and isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    if kind in {list, dict}:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise ApiError(f"can't parse {name} JSON object") from None
        if isinstance(value, kind):
            return value
    raise own(f"{name} must be {kind.__name__}, not {value!r}")


# Text and entities


def judge_caption(params: JSON, now: float, users: Mapping[int, object]) -> tuple[str, list[JSON]]:
    """Bot API: sendDocument. As a text, but that it may be missing, and is shorter."""
    if not params.get("caption"):
        return "", []
    given = {"text": params["caption"], "entities": params.get("caption_entities")}
    text, entities = judge_text({**given, "parse_mode": params.get("parse_mode")}, now, users)
    if utf16(text) > 1024:
        raise ApiError("message caption is too long")
    return text, entities


def judge_file(given: object) -> tuple[str, str, bytes]:
    """Bot API: Sending files; the name, type and bytes of one that was uploaded."""
    name, content = getattr(given, "filename", None), getattr(given, "file", None)
    if not name or content is None:
        raise ApiError("there is no document in the request")
    body = content.read()
    if not body:
        raise ApiError("file must be non-empty")
    if len(body) > 50 * 1024**2:
        raise ApiError("Request Entity Too Large", 413)
    return name, getattr(given, "content_type", ""), body


def judge_text(params: JSON, now: float, users: Mapping[int, object]) -> tuple[str, list[JSON]]:
    """Bot API: sendMessage, Formatting options. The text as it is shown, and its entities.

    As in the real server a text loses the white space around it, and its entities move along.
    """
    text, mode, entities = params.get("text", ""), params.get("parse_mode"), params.get("entities")
    if not text:
        raise ApiError("message text is empty")
    if mode:
        if entities:
            raise own("parse_mode and entities exclude each other")
        text, entities = _parsed(text, mode)
    entities = entities or []
    if len(entities) > 100:  # Bot API: Limits; the real server drops what is too much
        raise own(f"{len(entities)} entities, of which the real server keeps 100")
    for entity in entities:
        _judge_entity(entity, now, users)
    _judge_together(text, entities)
    stripped = text.strip()
    if not stripped:
        raise ApiError("text must be non-empty")
    if utf16(stripped) > 4096:
        raise ApiError("message is too long")
    lead = utf16(text) - utf16(text.lstrip())
    return stripped, [{**entity, "offset": entity["offset"] - lead} for entity in entities]


def _parsed(text: str, mode: str) -> tuple[str, list[JSON]]:
    parsers: dict[str, JSON] = {
        "html": {"@type": "textParseModeHTML"},
        "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
        "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    }
    if mode.lower() not in parsers:
        raise ApiError("unsupported parse_mode")
    answer = td("parseTextEntities", text=text, parse_mode=parsers[mode.lower()])
    if answer["@type"] == "error":
        raise ApiError(_lower(answer["message"]))
    return answer["text"], [_ours(entity) for entity in answer["entities"]]


def found_entities(text: str) -> list[JSON]:
    """What Telegram itself finds in a text that a person writes: commands, mentions, links …"""
    found = td("getTextEntities", text=text)["entities"]
    return [_ours(entity) for entity in found if entity["type"]["@type"] in _NAMES]  # bots hear of no media timestamp


def _ours(entity: JSON) -> JSON:
    kind = entity["type"]
    ours = {"type": _NAMES[kind["@type"]], "offset": entity["offset"], "length": entity["length"]}
    ours |= {key: kind[key] for key in ("url", "language", "unix_time", "custom_emoji_id") if key in kind}
    if "user_id" in kind:
        ours["user"] = {"id": kind["user_id"], "is_bot": False, "first_name": "?"}
    if form := kind.get("formatting_type"):
        precision = {"dateTimePartPrecisionShort": str.lower, "dateTimePartPrecisionLong": str.upper}
        parts = [
            precision[form[key]["@type"]](key[0])
            for key in ("date_precision", "time_precision")
            if form.get(key, {}).get("@type") in precision
        ]
        ours["date_time_format"] = "w" * form.get("show_day_of_week", False) + "".join(parts) or "r"
    return ours


def _theirs(entity: JSON) -> JSON:
    kind: JSON = {"@type": f"textEntityType{_ENTITIES[entity['type']]}"}
    kind |= {key: entity[key] for key in ("url", "unix_time", "custom_emoji_id") if key in entity}
    if entity["type"] == "pre" and entity.get("language"):
        kind = {"@type": "textEntityTypePreCode", "language": entity["language"]}
    if entity["type"] == "text_mention":
        kind["user_id"] = entity["user"]["id"]
    return {"@type": "textEntity", "offset": entity["offset"], "length": entity["length"], "type": kind}


def _judge_entity(entity: JSON, now: float, users: Mapping[int, object]) -> None:
    """Bot API: MessageEntity."""
    kind = entity.get("type")
    if kind not in _ENTITIES:
        raise ApiError("can't parse MessageEntity: Unsupported type specified")
    needed = _EXTRAS.get(kind, set())
    for name in ["offset", "length", *sorted(needed - {"language", "date_time_format"})]:
        if name not in entity:
            raise ApiError(f"can't parse MessageEntity: Can't find field \"{name}\"")
    if stray := set(entity) - {"type", "offset", "length"} - needed:
        raise own(f"a {kind} entity has no {sorted(stray)}")
    if not all(type(entity[name]) is int for name in ("offset", "length")):
        raise ApiError('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if entity["length"] == 0:
        raise own(f"the real server drops the empty {kind} entity at {entity['offset']}")
    if kind == "text_mention" and entity["user"].get("id") not in users:
        raise ApiError("user not found")
    if kind == "text_link":
        _judge_scheme(entity["url"], own(f"the real server makes http://{entity['url']}/ of {entity['url']!r}"))
    if kind == "date_time":
        _judge_date(entity, now)


def _judge_date(entity: JSON, now: float) -> None:
    """Bot API: Date-time entity formatting; MTProto: ENTITY_DATE_…"""
    form = entity.get("date_time_format", "")
    if not re.fullmatch(r"r|w?[dD]?[tT]?", form):
        raise ApiError("ENTITY_DATE_FORMAT_INVALID")
    if type(entity["unix_time"]) is not int or not 0 <= entity["unix_time"] <= now + 1098 * 86400:
        raise ApiError("ENTITY_DATE_INVALID")
    if entity["length"] > (31 if form else 127):
        raise ApiError("ENTITY_DATE_TOO_LONG")


def _judge_together(text: str, entities: list[JSON]) -> None:
    """Bounds, URLs and nesting. Bot API: Formatting options ("Message entities can be nested …").

    TDLib judges. Its repairs (an entity split, shortened or dropped) are refused; that it joins neighbours
    of one kind is not.
    """
    asked: JSON = {"@type": "formattedText", "entities": [_theirs(entity) for entity in entities]}
    verdict = td("getMarkdownText", text={**asked, "text": text})
    if verdict["@type"] == "error":
        raise ApiError(_lower(verdict["message"]))
    for entity in entities:
        words = piece(text, entity["offset"], entity["length"])
        if words != words.strip():
            raise own(f"the {entity['type']} entity {words!r} begins or ends with white space")
    for a, b in combinations(sorted(entities, key=lambda e: (e["offset"], -e["length"])), 2):
        if b["offset"] < a["offset"] + a["length"] < b["offset"] + b["length"]:
            raise own(f"{a['type']} at {a['offset']} and {b['type']} at {b['offset']} overlap in part")
    plain = re.sub(r"[^\s\U00010000-\U0010ffff]", "x", text)  # parseMarkdown would read marks in the text
    kept = td("parseMarkdown", text={**asked, "text": plain})["entities"]
    before, after = _covered([_ours(entity) for entity in asked["entities"]]), _covered([_ours(e) for e in kept])
    if lost := sorted(kind for kind in before if before[kind] != after[kind]):
        raise own(f"entities are nested so that the real server takes away some {', '.join(lost)}")


def _covered(entities: list[JSON]) -> dict[str, set[int]]:
    covered: defaultdict[str, set[int]] = defaultdict(set)
    for entity in entities:
        covered[entity["type"]] |= set(range(entity["offset"], entity["offset"] + entity["length"]))
    return covered


def _lower(message: str) -> str:
    """Server: Client::fail_query_with_error."""
    return message if message[1:2].isupper() or message[1:2] == "_" else message[:1].lower() + message[1:]


def _judge_scheme(url: str, refusal: ApiError) -> None:
    """TDLib: LinkManager reads `mailto:someone@lab.example` as a user name and a host."""
    scheme = re.match(r"([a-z][a-z0-9+-]*):(?!\d)", url, re.IGNORECASE)
    if scheme and scheme[1].lower() not in {"http", "https", "tg", "ton", "tonsite"} and "@" in url:
        raise refusal


# Keyboards and other objects


def judge_keyboard(markup: JSON | None) -> JSON | None:
    """Bot API: InlineKeyboardMarkup. An empty keyboard is none."""
    if markup is None:
        return None
    if markup.get("force_reply"):
        return _judge_forced_reply(markup)
    if set(markup) != {"inline_keyboard"}:
        raise own(f"only inline keyboards are understood, not {sorted(markup)}")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise ApiError('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise ApiError('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        if not 1 <= len(row) <= 8:
            raise own(f"a row of {len(row)} buttons; 1 to 8 are allowed")
        for button in row:
            _judge_button(button)
    if sum(map(len, rows)) > 100:
        raise ApiError("reply markup is too long")
    return markup if rows else None


def _judge_forced_reply(markup: JSON) -> JSON:
    """Bot API: ForceReply."""
    if stray := set(markup) - {"force_reply", "input_field_placeholder", "selective"}:
        raise own(f"a ForceReply has no {sorted(stray)}")
    if markup["force_reply"] is not True or not isinstance(markup.get("selective", False), bool):
        raise own("force_reply is True, and selective a Boolean")
    if not 1 <= len(markup.get("input_field_placeholder", "x")) <= 64:
        raise own("input_field_placeholder has 1 to 64 characters")
    return markup


def _judge_button(button: JSON) -> None:
    """Bot API: InlineKeyboardButton."""
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise ApiError(prefix + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise ApiError(prefix + 'Can\'t find field "text"')
    if not button["text"].strip():
        raise ApiError("inline keyboard button text must be non-empty")
    if stray := set(button) - {"text", "style", "icon_custom_emoji_id", *_ACTIONS}:
        raise own(f"a button has no {sorted(stray)}")
    if button.get("style", "primary") not in {"danger", "success", "primary"}:
        raise own(f"a button has no style {button['style']!r}")
    actions = [name for name in _ACTIONS if button.get(name) not in {None, ""}]
    if not actions:
        raise ApiError(prefix + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:  # the real server takes the first that it knows
        raise own(f"a button does one thing, not {actions}")
    if actions == ["callback_data"] and len(button["callback_data"].encode()) > 64:
        raise ApiError("BUTTON_DATA_INVALID")
    if actions == ["url"]:
        _judge_button_url(button["url"])
    if actions[0] not in {"url", "callback_data"}:
        raise own(f"{actions[0]} buttons are not emulated")


def _judge_button_url(url: str) -> None:
    """TDLib words the first refusals; BUTTON_URL_INVALID comes from the server behind it."""
    link = _theirs({"type": "text_link", "offset": 0, "length": 1, "url": url})
    verdict = td("getMarkdownText", text={"@type": "formattedText", "text": "x", "entities": [link]})
    if verdict["@type"] == "error":
        raise ApiError(verdict["message"].replace("Entity URL", "inline keyboard button URL"))
    _judge_scheme(url, ApiError("BUTTON_URL_INVALID"))
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    raise ApiError("BUTTON_URL_INVALID")


def judge_preview(options: JSON | None) -> None:
    """Bot API: LinkPreviewOptions."""
    flags = {"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"}
    for name, value in (options or {}).items():
        if name not in flags | {"url"}:
            raise own(f"LinkPreviewOptions has no {name!r}")
        if name in flags and not isinstance(value, bool):
            raise ApiError(f'field "{name}" must be of type Boolean')


def judge_webhook(url: str) -> None:
    """Server: WebhookActor::start_up."""
    if not url.startswith("https://"):
        raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")
    parts = urlsplit(url)
    if (parts.port or 443) not in {80, 88, 443, 8443}:
        raise ApiError("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        raise ApiError("bad webhook: IP address 127.0.0.1 is reserved")


def judge_commands(commands: list[JSON]) -> list[JSON]:
    """Bot API: setMyCommands, BotCommand."""
    for command in commands:
        if set(command) != {"command", "description"}:
            raise ApiError(f"can't parse BotCommand: it has {sorted(command)}")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise ApiError("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(commands) > 100:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    if len({command["command"] for command in commands}) < len(commands):
        raise own("a command stands twice in the list")
    return commands


def judge_language(params: JSON) -> str:
    """Bot API: setMyCommands ("A two-letter ISO 639-1 language code")."""
    code: str = params.get("language_code", "")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise ApiError("invalid language code specified")
    return code


def judge_scope(params: JSON, chat_of: Callable[[str], object]) -> str:
    """Bot API: BotCommandScope. One text for each scope, to keep lists of commands apart."""
    scope = params.get("scope", {"type": "default"})
    fields = {
        "default": (),
        "all_private_chats": (),
        "all_group_chats": (),
        "all_chat_administrators": (),
        "chat": ("chat_id",),
        "chat_administrators": ("chat_id",),
        "chat_member": ("chat_id", "user_id"),
    }
    if scope.get("type") not in fields:
        raise ApiError("can't parse BotCommandScope: Unsupported type specified")
    if set(scope) - {"type"} != set(fields[scope["type"]]):
        raise ApiError(f"can't parse BotCommandScope: it has {sorted(scope)}")
    if "chat_id" in scope:
        chat_of(str(scope["chat_id"]))
    return json.dumps(scope, sort_keys=True)
