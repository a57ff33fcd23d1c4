"""The Bot API by python-telegram-bot: sends notices, and answers people by long polling.

The library's `Bot` alone is used. Its `Updater` ends without a word when a token is revoked, and says nothing of an
outage that is a time-out.
"""

import asyncio
import logging
import re
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import httpx
from telegram import Bot, BotCommand, CallbackQuery, Chat, ChatMemberUpdated, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Conflict, TelegramError
from telegram.request import HTTPXRequest

from bot.core.channel import Destination
from bot.core.commands import COMMANDS, Request, read
from bot.core.message import Message
from bot.core.wording import LANGUAGES, Wording
from bot.platforms.base import Answers, DeliveryError, Platform, Rate, Reader
from bot.platforms.telegram import rendering
from bot.platforms.telegram.errors import translated

_log = logging.getLogger("callboard.telegram")

_T = TypeVar("_T")
_UPDATES = ["message", "callback_query", "my_chat_member"]
_LONG_POLL = 25  # seconds
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # between tries to hear from Telegram
_LAST_WORDS = 5.0  # seconds that answers have to leave when the bot stops
_TRIES = 3
_LONGEST_REPLY_WAIT = 60.0
_LONG_REQUESTS = 1000


class Telegram(Platform):
    """One bot. `clock` is the real one; `wording` gives the command menu's languages; `patience` is how many seconds
    an answer of Telegram's may take.
    """

    name = "telegram"

    def __init__(
        self,
        token: str,
        api_url: str,
        wording: Callable[[str], Wording],
        clock: Callable[[], datetime],
        patience: float = 20.0,
    ) -> None:
        self.wording = wording
        self._clock = clock
        self._next_update: int | None = None
        self._is_heard = True
        self._told_conflict = False
        self._moved: dict[str, int] = {}
        self._long: OrderedDict[str, str] = OrderedDict()
        settings: dict[str, Any] = {
            "connect_timeout": 10,
            "read_timeout": patience,
            "write_timeout": patience,
            "httpx_kwargs": {"verify": _certificates()},
        }
        self._requests = (
            HTTPXRequest(connection_pool_size=128, pool_timeout=30, **settings),
            _UpdatesRequest(connection_pool_size=2, **settings),
        )
        self._bot = Bot(
            token or "0:unset",
            base_url=f"{api_url.rstrip('/')}/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    # --- Sending

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
        return await self._send(self.payload(destination, message, key))

    async def _send(self, payload: dict[str, Any]) -> str:
        """Sends, to a group that became a supergroup under its new id. The message's reference."""
        address = str(payload["chat_id"])
        to = self._moved.get(address, payload["chat_id"])
        try:
            sent = await self._bot.send_message(to, payload["text"], api_kwargs={**payload, "chat_id": to})
        except ChatMigrated as error:
            if address in self._moved:
                raise DeliveryError(f"the group moved twice ({error}); check the address", permanent=True) from error
            self._moved[address] = error.new_chat_id
            _log.warning("the group %s is now %s: change its address in the config", address, error.new_chat_id)
            return await self._send(payload)
        except Exception as error:
            raise translated(error) from error
        return f"{sent.chat_id}/{sent.message_id}"

    async def reply(self, destination: Destination, message: Message, to: int | None = None) -> None:
        """Answers in a chat; `to` is the message that asked, where that has to be told."""
        self._remember(message)
        payload = rendering.payload(destination, message, self._clock())
        if to:
            payload["reply_parameters"] = {"message_id": to, "allow_sending_without_reply": True}
        await _patiently(lambda: self._send(payload))

    async def edit(self, shown: TelegramMessage, message: Message) -> None:
        """Puts another message in the place of one that is shown."""
        self._remember(message)
        content = rendering.content(message, self._clock())
        await _patiently(lambda: self._edit(shown, content))

    async def _edit(self, shown: TelegramMessage, content: dict[str, Any]) -> None:
        try:
            await self._bot.edit_message_text(content["text"], shown.chat_id, shown.message_id, api_kwargs=content)
        except BadRequest as error:  # a button pressed twice, or the message is gone
            _log.debug("not edited: %s", error)
        except Exception as error:
            raise translated(error) from error

    async def confirm(self, query: CallbackQuery, text: str | None = None) -> None:
        """Ends the waiting sign on a button, with a text if there is one. Not worth a second try."""
        try:
            await self._bot.answer_callback_query(query.id, text, show_alert=text is not None)
        except TelegramError as error:
            _log.debug("a pressed button goes on waiting: %s", error)

    # --- Buttons whose requests are too long for them

    def _remember(self, message: Message) -> None:
        for button in (button for row in message.buttons for button in row):
            if button.request and (data := rendering.callback_data(button.request)) != button.request:
                self._long[data] = button.request
                self._long.move_to_end(data)
        while len(self._long) > _LONG_REQUESTS:
            self._long.popitem(last=False)

    def request_of(self, data: str) -> Request | None:
        """The request behind a button, or None when it was too long and is forgotten."""
        text = self._long.get(data) if data.startswith("…") else data
        return Request.from_button(text) if text else None

    # --- Listening

    async def listen(self, answers: Answers) -> None:
        answering: set[asyncio.Task[None]] = set()
        try:
            me = await self._insist(self._bot.get_me)
            chat = _Chat(self, answers, str(me.username))
            await self._register_commands()
            _log.info("answering in Telegram as @%s", me.username)
            while True:
                for update in await self._insist(self._updates):
                    self._next_update = update.update_id + 1
                    task = asyncio.create_task(chat.take(update))
                    answering.add(task)
                    task.add_done_callback(answering.discard)
        except DeliveryError as error:
            _log.error("%s. Nobody is answered in Telegram until the bot is started again.", error)  # no traceback
        finally:
            await _finish(answering)

    async def _updates(self) -> Sequence[Update]:
        seconds = _LONG_POLL if self._is_heard else 0  # after an outage, to know at once that it is over
        return await self._bot.get_updates(self._next_update, timeout=seconds, allowed_updates=_UPDATES)

    async def _insist(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """What a call gives, tried until Telegram answers. Says once what is wrong, and when it is over.

        Raises `DeliveryError` when trying again is of no use.
        """
        wait = _FIRST_WAIT
        while True:
            try:
                found = await call()
            except Exception as error:
                failed = translated(error)
                if failed.permanent:
                    raise failed from error
                if isinstance(error, Conflict):  # between two of them some calls go well: that is no end of it
                    told, self._told_conflict = self._told_conflict, True
                else:
                    told, self._is_heard = not self._is_heard, False
                if not told:
                    _log.warning("Telegram is not heard, tried again until it is: %s", failed)
                await asyncio.sleep(max(wait, failed.retry_after or 0))
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                if not self._is_heard:
                    self._is_heard = True
                    _log.info("Telegram is heard again")
                return found

    async def _register_commands(self) -> None:
        """The command menu, in each language; English for all others."""
        try:
            for language in LANGUAGES:
                wording = self.wording(language)
                menu = [BotCommand(name, command.summary(wording)) for name, command in COMMANDS.items()]
                await self._bot.set_my_commands(menu, language_code="" if language == "en" else language)
        except TelegramError as error:
            _log.warning("the command menu could not be set: %s", translated(error))


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes a tenth of a second."""
    return httpx.create_ssl_context()


class _UpdatesRequest(HTTPXRequest):
    """Lets an update pass empty that the library cannot read: else it would be asked for again and again, and
    everything behind it would stay unheard.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = HTTPXRequest.parse_json_payload(payload)
        updates = answer.get("result")
        if isinstance(updates, list):
            answer["result"] = [one if _is_readable(one) else {"update_id": one["update_id"]} for one in updates]
        return answer


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update)
    except Exception as error:  # noqa: BLE001  # whatever a constructor makes of data that it does not know
        _log.warning("an update from Telegram cannot be read (%s) and is left out", type(error).__name__)
        return False
    return True


class _Chat:
    """What people do in Telegram, as requests; answers, as messages."""

    def __init__(self, telegram: Telegram, answers: Answers, username: str) -> None:
        self._telegram = telegram
        self._answers = answers
        self._username = username

    async def take(self, update: Update) -> None:
        """Does what an update asks for. Never fails."""
        try:
            if update.message:
                await self._hear(update.message)
            elif update.callback_query:
                await self._press(update.callback_query)
            elif update.my_chat_member:
                _say_where_the_bot_is(update.my_chat_member)
        except DeliveryError as error:
            _log.warning("an answer was not given: %s", error)
        except Exception as error:  # noqa: BLE001  # one answer's trouble must not end the others
            _log.error("an answer was not given: %r", error)  # no traceback for users
            _log.debug("unexpected", exc_info=True)

    async def _hear(self, heard: TelegramMessage) -> None:
        private = heard.chat.type == ChatType.PRIVATE
        if heard.text is None or _is_from_bot(heard):
            return
        text = _addressed(heard.text, self._username, private=private)
        if text is None:
            return
        reader = self._reader(heard, heard.from_user.language_code if private and heard.from_user else None)
        await self._answers.turn(reader.destination)
        message = self._answers.answer(read(text), reader)
        await self._telegram.reply(reader.destination, message, None if private else heard.message_id)

    async def _press(self, query: CallbackQuery) -> None:
        language = query.from_user.language_code
        request = self._telegram.request_of(query.data or "")
        shown = query.message
        if request is None or not isinstance(shown, TelegramMessage) or not shown.is_accessible:
            await self._telegram.confirm(query, self._telegram.wording(language or "").too_old())
            return
        await self._telegram.confirm(query)
        reader = self._reader(shown, language if shown.chat.type == ChatType.PRIVATE else None)
        await self._answers.turn(reader.destination)
        message = self._answers.answer(request, reader)
        if request.command == "position":
            await self._telegram.reply(reader.destination, message)
        else:
            await self._telegram.edit(shown, message)

    def _reader(self, message: TelegramMessage, language: str | None) -> Reader:
        topic = message.message_thread_id if message.is_topic_message else None
        name = f"@{message.chat.username}" if message.chat.username else None
        return Reader(Destination(self._telegram.name, str(message.chat_id), topic), language, name)


def _is_from_bot(message: TelegramMessage) -> bool:
    """Whether a bot wrote it, or a channel whose posts come into its group by themselves.

    Who writes in a chat's name (an anonymous administrator) seems to be a bot, and is none.
    """
    bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    return bot or bool(message.is_automatic_forward)


def _addressed(text: str, username: str, *, private: bool) -> str | None:
    """What was said to the bot: everything in private; in a group its commands, and what names it."""
    if command := re.match(r"/(\w+)(?:@(\w+))?", text):
        name, to = command.groups()
        # An unknown one may be another bot's.
        mine = to.casefold() == username.casefold() if to else name.casefold() in {*COMMANDS, "start"}
        return text if mine or private else None
    said, count = re.subn(rf"@{username}\b", " ", text, flags=re.IGNORECASE)
    return (said.strip(" ,:") or "/help") if count or private else None


def _say_where_the_bot_is(change: ChatMemberUpdated) -> None:
    chat, status = change.chat, change.new_chat_member.status
    gone = status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
    if chat.type == ChatType.PRIVATE:
        _log.info("a person %s the bot", "stopped" if gone else "started")
    elif gone:
        _log.warning("removed from the %s", _named(chat))
    else:
        _log.info("in the %s as %s; its address for a channel in the config: %s", _named(chat), status, chat.id)


def _named(chat: Chat) -> str:
    return f"{chat.type} {chat.title!r} ({chat.id})"


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """A reply that surely was not sent is tried again: somebody waits for it."""
    for tries_left in reversed(range(_TRIES)):
        try:
            await call()
        except DeliveryError as error:
            wait = error.retry_after or 1.0
            if not tries_left or error.permanent or error.in_doubt or wait > _LONGEST_REPLY_WAIT:
                raise
            await asyncio.sleep(wait)
        else:
            return


async def _finish(answering: set[asyncio.Task[None]]) -> None:
    """Lets answers leave that are being given; but not for long."""
    if answering:
        _, late = await asyncio.wait(answering, timeout=_LAST_WORDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
