"""Postings as cards in any chat: `@bot phd` typed there offers them, whoever chooses one sends it.

https://core.telegram.org/bots/inline and https://core.telegram.org/bots/api#answerinlinequery; it has to be switched on
with @BotFather, by /setinline.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from telegram import InlineQuery
from telegram.error import BadRequest

from bot.chat.cards import Card, Cards
from bot.chat.links import key_of, payload
from bot.chat.reading import pressed
from bot.chat.request import Request
from bot.domain.message import Button, Message, shortened
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, Reader

SECONDS_KEPT = 10
"""For so long Telegram may give the same answer to the same person: a deadline may pass meanwhile."""

_LONGEST_REMARK = 60
"""Of the button above the cards, which has no limit that is written down."""


class TelegramInline:
    """Answers inline queries. `call`: a method of the Bot API and its parameters -> its result. `render`: a message ->
    its text, entities and keyboard.
    """

    def __init__(
        self,
        call: Callable[[str, dict[str, Any]], Awaitable[Any]],
        render: Callable[[Message], Mapping[str, Any]],
        answers: Answers,
        platform: str,
        username: str,
    ) -> None:
        self._call, self._render, self._answers = call, render, answers
        self._platform, self._username = platform, username

    async def answer(self, query: InlineQuery) -> None:
        """Offers what is looked for; nothing, and no word, to somebody who types without end. Raises the library's
        errors.
        """
        person = str(query.from_user.id)
        reader = Reader(Destination(self._platform, person), query.from_user.language_code, person=person)
        first = int(query.offset) if re.fullmatch(r"[0-9]{1,6}", query.offset) else 0
        cards = await self._answers.cards(query.query, reader, first)
        if cards is None:
            return
        try:
            await self._call("answerInlineQuery", {"inline_query_id": query.id, **self._offered(cards, query.query)})
        except BadRequest as error:
            if "query is too old" not in str(error).casefold():  # more was typed meanwhile
                raise

    def _offered(self, cards: Cards, query_text: str) -> dict[str, Any]:
        offered: dict[str, Any] = {
            "results": [self._article(card) for card in cards.cards],
            "next_offset": "" if cards.following is None else str(cards.following),
            "cache_time": SECONDS_KEPT,
            "is_personal": True,  # the language is the person's
        }
        if cards.remark:
            text = shortened(cards.remark, _LONGEST_REMARK)
            start = payload(Request("positions", query_text)) or payload(Request("positions"))
            offered["button"] = {"text": text, "start_parameter": start}
        return offered

    def _article(self, card: Card) -> dict[str, Any]:
        """https://core.telegram.org/bots/api#inlinequeryresultarticle"""
        content = dict(self._render(replace(card.message, buttons=tuple(self._linked(card.message)))))
        content["message_text"] = content.pop("text")
        article = {
            "type": "article",
            "id": key_of(card.posting),
            "title": card.title,
            "description": card.summary,
        }
        if "reply_markup" in content:
            article["reply_markup"] = content.pop("reply_markup")
        return {**article, "input_message_content": content}

    def _linked(self, message: Message) -> Iterator[tuple[Button, ...]]:
        """Rows of buttons of which each leads somewhere: where the bot is not, it hears of no press."""
        for row in message.buttons:
            buttons = [button if button.url else self._into_private_chat(button) for button in row]
            yield tuple(button for button in buttons if button)

    def _into_private_chat(self, button: Button) -> Button | None:
        request = pressed(button.request) if button.request else None
        start = payload(request) if request else None
        return Button(button.label, url=f"https://t.me/{self._username}?start={start}") if start else None
