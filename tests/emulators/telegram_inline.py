"""Inline mode of the emulated Bot API: what people type after the bot's name, and what it offers them there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.emulators.telegram_rules import (
    JSON,
    QUERY_TOO_OLD,
    ApiError,
    judge_keyboard,
    judge_preview,
    judge_text,
    own,
    utf16,
)

MOST_RESULTS = 50
_START = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_ARTICLE = {"type", "id", "title", "input_message_content", "reply_markup", "url", "description", "thumbnail_url"}


@dataclass
class InlineQuery:
    """Bot API: InlineQuery. `answer` is what answerInlineQuery said, once it has."""

    id: str
    query: str
    offset: str
    date: float
    answer: JSON | None = None
    texts: list[str] = field(default_factory=list)
    """What would be sent, result by result."""

    @property
    def results(self) -> list[JSON]:
        return list((self.answer or {}).get("results", []))


def judge_answer(
    query: InlineQuery | None, params: JSON, now: float, seconds: float, users: Mapping[int, object]
) -> None:
    """Bot API: answerInlineQuery, InlineQueryResultArticle, InlineQueryResultsButton."""
    if query is None or query.answer is not None:
        raise ApiError("query is too old and response timeout expired or query ID is invalid")
    if now - query.date > seconds:
        raise ApiError(QUERY_TOO_OLD, problem=False)
    results = params.get("results", [])
    if len(results) > MOST_RESULTS:
        raise ApiError("RESULTS_TOO_MUCH")
    if len(params.get("next_offset", "").encode()) > 64:
        raise ApiError("NEXT_OFFSET_INVALID")
    if button := params.get("button"):
        start = button.get("start_parameter", "")
        if set(button) != {"text", "start_parameter"} or not button["text"].strip():
            raise own("a button above the results has a text and a start_parameter")
        if not 1 <= len(start) <= 64 or set(start) - set(_START):
            raise ApiError("START_PARAM_INVALID")
    ids = [result.get("id", "") for result in results]
    if len(set(ids)) < len(ids):
        raise ApiError("RESULT_ID_DUPLICATE")
    for result in results:
        query.texts.append(_judge_article(result, now, users))


def _judge_article(result: JSON, now: float, users: Mapping[int, object]) -> str:
    """The text that would be sent."""
    if stray := set(result) - _ARTICLE:
        raise own(f"an article has no {sorted(stray)}")
    if result.get("type") != "article":
        raise own("only articles are emulated")
    if not 1 <= len(result["id"].encode()) <= 64:
        raise ApiError("RESULT_ID_INVALID")
    if not result.get("title", "").strip():
        raise ApiError("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    if stray := set(content) - {"message_text", "entities", "link_preview_options", "parse_mode"}:
        raise own(f"InputTextMessageContent has no {sorted(stray)}")
    judge_preview(content.get("link_preview_options"))
    text, _entities = judge_text({**content, "text": content["message_text"]}, now, users)
    markup = judge_keyboard(result.get("reply_markup"))
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    if any(utf16(button["text"]) > 64 for button in buttons):
        raise own("a label of more than 64 characters is cut")
    return text
