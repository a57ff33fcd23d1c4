"""The Bot API by python-telegram-bot: sends notices, and answers people by long polling."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from telegram import Bot, BotCommand, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.core.channel import Destination
from bot.core.commands import COMMANDS, Request, read
from bot.core.message import Message
from bot.core.wording import LANGUAGES, Wording
from bot.platforms.base import Answers, DeliveryError, Platform, Rate, Reader
from bot.platforms.telegram import rendering
from bot.platforms.telegram.errors import translated

_log = logging.getLogger("callboard.telegram")

_UPDATES = ["message", "callback_query", "my_chat_member"]
_LONG_REQUESTS = 1000
_LONGEST_REPLY_WAIT = 60.0
_MORE_THAN_ONE_POLLER = "another process polls with this bot's token; stop it, or give this one a token of its own"


class Telegram(Platform):
    """One bot. `clock` is the real one; `wording` gives the command menu's languages."""

    name = "telegram"

    def __init__(
        self, token: str, api_url: str, wording: Callable[[str], Wording], clock: Callable[[], datetime]
    ) -> None:
        self.wording = wording
        self._clock = clock
        self._moved: dict[str, str] = {}
        self._long: OrderedDict[str, str] = OrderedDict()
        self._requests = (
            HTTPXRequest(
                connection_pool_size=128, connect_timeout=10, read_timeout=20, write_timeout=20, pool_timeout=30
            ),
            HTTPXRequest(connection_pool_size=2, connect_timeout=10, read_timeout=20),
        )
        base = f"{api_url.rstrip('/')}/bot"
        self._bot = Bot(
            token or "0:unset",
            base_url=base,
            base_file_url=base.removesuffix("bot") + "file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    # --- Notices

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        del key
        return rendering.payload(destination, message, self._clock())

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
        narrow = [Rate(("telegram", destination.address), 1, 1.0)]
        if not destination.address.isdigit():  # a group or channel: -100… or @name
            narrow.append(Rate(("telegram group", destination.address), 20, 61.0))
        return [*narrow, Rate("telegram token", 1, 1 / 29)]

    async def send(self, destination: Destination, message: Message, key: str) -> str:
        place = Destination(self.name, self._moved.get(destination.address, destination.address), destination.thread)
        try:
            sent = await self._send(self.payload(place, message, key))
        except ChatMigrated as error:
            new = str(error.new_chat_id)
            _log.warning("the group %s is now the supergroup %s: write that into the config", destination.address, new)
            self._moved[destination.address] = new
            return await self.send(destination, message, key)
        except TelegramError as error:
            raise translated(error) from error
        return f"{sent.chat_id}/{sent.message_id}"

    async def _send(self, payload: dict[str, Any], **more: Any) -> TelegramMessage:
        return await self._bot.send_message(**{**payload, **_typed(payload, self._bot)}, **more)

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    # --- Chat

    async def listen(self, answers: Answers) -> None:
        application = Application.builder().bot(self._bot).job_queue(None).concurrent_updates(16).build()
        chat = _Chat(self, answers)
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, chat.hear))
        application.add_handler(CallbackQueryHandler(chat.press))
        application.add_handler(ChatMemberHandler(chat.join_or_leave, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(_log_error)
        try:
            await _until_it_works(application.initialize)
        except InvalidToken:
            _log.error("Telegram does not accept the token; get the right one from @BotFather. Nobody is answered.")
            return
        try:
            await self._register_commands()
            await application.start()
            assert application.updater is not None  # noqa: S101  # it is built with one
            await application.updater.start_polling(
                allowed_updates=_UPDATES, bootstrap_retries=-1, error_callback=_PollingErrors()
            )
            _log.info("answering in Telegram as @%s", self._bot.username)
            await asyncio.Event().wait()
        finally:
            if application.updater is not None and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()

    async def _register_commands(self) -> None:
        """The command menu, in each language; English for all others."""
        try:
            for language in LANGUAGES:
                wording = self.wording(language)
                menu = [BotCommand(name, command.summary(wording)) for name, command in COMMANDS.items()]
                await self._bot.set_my_commands(menu, language_code="" if language == "en" else language)
        except TelegramError as error:
            _log.warning("the command menu could not be set: %s", translated(error))

    def remember(self, message: Message) -> None:
        """Keeps the requests that are too long for a button, for those who press it."""
        for row in message.buttons:
            for button in row:
                if button.request and (data := rendering.callback_data(button.request)) != button.request:
                    self._long[data] = button.request
                    self._long.move_to_end(data)
        while len(self._long) > _LONG_REQUESTS:
            self._long.popitem(last=False)

    def request_of(self, data: str) -> Request | None:
        """The request behind a button, or None when it was too long and is forgotten."""
        text = self._long.get(data) if data.startswith("…") else data
        return Request.from_button(text) if text else None

    async def reply(self, destination: Destination, message: Message, reply_to: int | None) -> None:
        """Answers in a chat, in a group to the message that asked."""
        self.remember(message)
        to = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        payload = rendering.payload(destination, message, self._clock())
        await _patiently(lambda: self._send(payload, reply_parameters=to))

    def shown(self, message: Message) -> dict[str, Any]:
        """The arguments of an edit that shows `message`."""
        self.remember(message)
        content = rendering.content(message, self._clock())
        return {**content, "reply_markup": None, **_typed(content, self._bot)}


class _Chat:
    """What people do in Telegram, as requests; answers, as messages."""

    def __init__(self, telegram: Telegram, answers: Answers) -> None:
        self._telegram = telegram
        self._answers = answers

    async def hear(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        heard = update.effective_message
        if heard is None or heard.text is None or (heard.from_user and heard.from_user.is_bot):
            return
        private = heard.chat.type == ChatType.PRIVATE
        text = _addressed(heard.text, context.bot.username, private=private)
        if text is None:
            return
        reader = self._reader(heard, heard.from_user.language_code if private and heard.from_user else None)
        message = self._answers.answer(read(text), reader)
        await self._answers.turn(reader.destination)
        await self._telegram.reply(reader.destination, message, None if private else heard.message_id)

    async def press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        request = self._telegram.request_of(query.data or "")
        shown = query.message if isinstance(query.message, TelegramMessage) else None
        if request is None or shown is None:
            wording = self._telegram.wording(query.from_user.language_code or "")
            await _quietly(query.answer(wording.too_old(), show_alert=True))
            return
        private = shown.chat.type == ChatType.PRIVATE
        reader = self._reader(shown, query.from_user.language_code if private else None)
        message = self._answers.answer(request, reader)
        await _quietly(query.answer())
        await self._answers.turn(reader.destination)
        if request.command == "position":
            await self._telegram.reply(reader.destination, message, None)
        else:
            await _quietly(query.edit_message_text(**self._telegram.shown(message)))

    async def join_or_leave(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member
        if change is None:
            return
        chat, status = change.chat, change.new_chat_member.status
        if chat.type == ChatType.PRIVATE:
            _log.info("a person %s the bot", "stopped" if status == "kicked" else "started")
        elif status in {"left", "kicked"}:
            _log.warning("removed from the %s %r (%s)", chat.type, chat.title, chat.id)
        else:
            _log.info(
                "in the %s %r as %s; to announce there, give a channel the address %s",
                chat.type,
                chat.title,
                status,
                chat.id,
            )

    def _reader(self, message: TelegramMessage, language: str | None) -> Reader:
        topic = message.message_thread_id if message.is_topic_message else None
        return Reader(Destination(self._telegram.name, str(message.chat_id), topic), language)


def _addressed(text: str, username: str, *, private: bool) -> str | None:
    """What was said to the bot: everything in private; in a group its commands, and what begins with its name."""
    command = re.match(r"/\w*(?:@(\w+))?", text)
    mine = f"@{username}".casefold()
    if command:
        to = command[1]
        if to and to.casefold() != username.casefold():
            return None
        known = command[0][1:].casefold() in {*COMMANDS, "start"}
        return text if private or to or known else None  # an unknown one in a group may be another bot's
    if private:
        return text
    return text[len(mine) :].strip(" ,:") or "/help" if text.casefold().startswith(mine) else None


def _typed(payload: dict[str, Any], bot: Bot) -> dict[str, Any]:
    """The parameters that python-telegram-bot wants as its own objects."""
    typed: dict[str, Any] = {"link_preview_options": LinkPreviewOptions.de_json(payload["link_preview_options"], bot)}
    if "entities" in payload:
        typed["entities"] = MessageEntity.de_list(payload["entities"], bot)
    if "reply_markup" in payload:
        typed["reply_markup"] = InlineKeyboardMarkup.de_json(payload["reply_markup"], bot)
    return typed


async def _until_it_works(connect: Callable[[], Awaitable[None]]) -> None:
    wait = 1.0
    while True:
        try:
            await connect()
        except InvalidToken:
            raise
        except (NetworkError, DeliveryError) as error:
            _log.warning("Telegram cannot be reached, tried again in %.0f s: %s", wait, error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 300)
        else:
            return


async def _patiently(call: Callable[[], Awaitable[Any]]) -> None:
    """A reply that surely was not sent is tried again: somebody waits for it."""
    for last in (False, False, True):
        try:
            await call()
        except TelegramError as error:
            failed = translated(error)
            if last or failed.permanent or failed.in_doubt or (failed.retry_after or 0) > _LONGEST_REPLY_WAIT:
                raise
            await asyncio.sleep(failed.retry_after or 1)
        else:
            return


async def _quietly(call: Awaitable[Any]) -> None:
    """Lets pass what is of no account: a button pressed twice, an answer that came too late."""
    try:
        await call
    except BadRequest as error:
        _log.debug("%s", error)


class _PollingErrors:
    """Says once that another process polls, and that Telegram cannot be reached; the library goes on trying."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, error: TelegramError) -> None:
        text = _MORE_THAN_ONE_POLLER if isinstance(error, Conflict) else f"polling: {translated(error)}"
        if text not in self._said:
            self._said.add(text)
            _log.warning("%s", text)


async def _log_error(_update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    error = context.error
    text = translated(error) if isinstance(error, TelegramError) else repr(error)
    _log.error("an answer could not be given: %s", text)
