"""The Bot API by python-telegram-bot: sends notices, and answers people, by long polling or a webhook.

The library's `Bot` alone is used. Its `Updater` ends without a word when a token is revoked, and says nothing of an
outage that is a time-out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from cachetools import LRUCache
from telegram import Bot, BotCommandScope, CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, ChatMigrated, Conflict, TelegramError

from bot.chat.command import Command
from bot.chat.reading import pressed
from bot.chat.request import Request
from bot.domain.message import Document, Message, without_file
from bot.domain.person import Rank
from bot.domain.schedule import Destination
from bot.language import SOURCE, languages
from bot.platforms.base import Answers, DeliveryError, Finding, KnownChannel, Platform, Rate, Renderings, called
from bot.platforms.retrying import Backoff, retried
from bot.platforms.telegram import examining, menus, rendering, webhook
from bot.platforms.telegram.chat import TelegramChat
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.inline import TelegramInline
from bot.platforms.telegram.people import TelegramPeople
from bot.platforms.telegram.polling import Polling
from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.webhook import Webhook
from bot.wording.wording import Wording

_log = logging.getLogger("callboard.telegram")

_T = TypeVar("_T")
_CONNECT = 10.0  # seconds, with the name looked up and TLS
_UPDATES = ["message", "callback_query", "inline_query", "my_chat_member"]
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # between tries to hear from Telegram
_LAST_WORDS = 5.0  # seconds that answers have to leave when the bot stops
_LONG_REQUESTS = 1000


class Telegram(Platform):
    """One bot. `clock` is the real one; `wording` gives the command menu's languages; `patience` is how many seconds
    an answer of Telegram's may take.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        wording: Callable[[str], Wording],
        clock: Callable[[], datetime],
        patience: float = 20.0,
        name: str = "telegram",
        webhook: Webhook | None = None,
    ) -> None:
        self.name = name
        self.called = called("Telegram", name)
        self.wording = wording
        self._webhook = webhook
        self._is_heard = True
        self._told_conflict = False
        self._renderings = Renderings(
            lambda message: (rendering.caption if message.document else rendering.content)(
                message, clock(), self._people.username or rendering.UNNAMED
            )
        )
        self._long: LRUCache[str, str] = LRUCache(_LONG_REQUESTS)
        self._people = TelegramPeople(name, self._call)
        self._request = AiohttpRequest(_CONNECT, patience, patience)
        self._bot = Bot(
            token or "0:unset",
            base_url=f"{api_url.rstrip('/')}/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def close(self) -> None:
        await self._request.shutdown()

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        """The result of a method of the Bot API, as JSON. Raises the library's errors."""
        return await self._request.call(f"{self._bot.base_url}/{method}", parameters)

    unasked = examining.UNASKED

    async def examine(self, destinations: Sequence[Destination]) -> list[Finding]:
        return await examining.examine(self._call, self._webhook, destinations)

    # --- Sending

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        del key
        return rendering.payload(destination, message, self._renderings.of(message))

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
        narrow = [Rate((self.name, destination.address), 1, 1.0)]
        if not destination.address.isdigit():  # a group or channel: -100… or @name
            narrow.append(Rate((f"{self.name} group", destination.address), 20, 61.0))
        return [*narrow, Rate(f"{self.name} token", 30, 1.003, apart=1 / 29.45)]

    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        await self._know_bot(message)
        del key
        parameters = rendering.addressed(destination, message)
        if reply_to:
            parameters["reply_parameters"] = _reply_to(int(reply_to.rpartition("/")[2]))
        return await self._send(parameters, message.document, self._renderings.of(message))

    async def _know_bot(self, message: Message) -> None:
        """Asks for the bot's username where a message has a button that leads to it. Raises `DeliveryError`."""
        if self._people.username is None and rendering.has_personal(message):
            try:
                await self._people.know_bot()
            except DeliveryError as error:
                error.in_doubt = False  # whatever became of that, the message itself was not sent
                raise

    async def _send(
        self, parameters: dict[str, Any], document: Document | None = None, content: Mapping[str, Any] | None = None
    ) -> str:
        """Sends; `content` are the parameters that others get, too."""
        try:
            if document:
                url = f"{self._bot.base_url}/sendDocument"
                sent = await self._request.upload(url, {**parameters, **(content or {})}, "document", document)
            else:
                sent = await self._request.call(f"{self._bot.base_url}/sendMessage", parameters, content)
            return f"{sent['chat']['id']}/{sent['message_id']}"
        except ChatMigrated as error:
            raise DeliveryError("the group is a supergroup now", moved_to=str(error.new_chat_id)) from error
        except Exception as error:
            raise translated(error) from error

    can_edit = True

    async def edit(self, reference: str, message: Message, key: str) -> None:
        del key
        await self._know_bot(message)
        try:
            await self._call("editMessageText", {**_message(reference), **self._renderings.of(message)})
        except BadRequest as error:
            if "not modified" not in str(error):  # that is what was wanted
                raise translated(error) from error
        except Exception as error:
            raise translated(error) from error

    async def delete(self, reference: str) -> None:
        try:
            await self._call("deleteMessage", _message(reference))
        except BadRequest as error:
            if "message to delete not found" not in str(error).casefold():  # that is what was wanted
                raise translated(error) from error
        except Exception as error:
            raise translated(error) from error

    can_pin = True

    async def pin(self, reference: str) -> None:
        await self._pinned("pinChatMessage", {**_message(reference), "disable_notification": True})

    async def unpin(self, reference: str) -> None:
        try:
            await self._pinned("unpinChatMessage", _message(reference))
        except DeliveryError as error:
            if "message to unpin not found" not in str(error.__cause__).casefold():  # that is what was wanted
                raise

    async def _pinned(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._call(method, parameters)
        except Exception as error:
            raise translated(error) from error

    async def reply(self, destination: Destination, message: Message, to: int | None = None) -> None:
        """Answers in a chat; `to` is the message that asked, where that has to be told: in groups. There a question
        opens a reply to it for whoever asked, who else would not be heard.
        """
        if to and message.asks:
            message = rendering.as_question(message)
        self._remember(message)
        payload = self.payload(destination, message, "")
        if to:
            payload["reply_parameters"] = _reply_to(to)
            if message.asks and "reply_markup" not in payload:
                payload["reply_markup"] = rendering.forced_reply(message.asks)
        try:
            await retried(lambda: self._send(payload, message.document))
        except DeliveryError as error:
            if message.document is None or not error.permanent:
                raise
            _log.warning("a file could not be sent, and is told in words: %s", error)
            await self.reply(destination, without_file(message), to)

    async def turn_page(self, shown: TelegramMessage, message: Message) -> None:
        """Puts another message in the place of one whose button was pressed."""
        self._remember(message)
        content = {**_message(f"{shown.chat_id}/{shown.message_id}"), **self._renderings.of(message)}

        async def edit() -> None:
            try:
                await self._call("editMessageText", content)
            except BadRequest as error:  # pressed twice, or the message is gone
                _log.debug("not edited: %s", error)
            except Exception as error:
                raise translated(error) from error

        await retried(edit)

    async def confirm(self, query: CallbackQuery, text: str | None = None) -> None:
        """Ends the waiting sign on a button, with a text if there is one. Not worth a second try."""
        try:
            await self._bot.answer_callback_query(query.id, text, show_alert=text is not None)
        except TelegramError as error:
            _log.debug("a pressed button goes on waiting: %s", error)

    def inline(self, answers: Answers, username: str) -> TelegramInline:
        """What offers postings in chats where the bot of that name is not."""
        return TelegramInline(self._call, self._renderings.of, answers, self.name, username)

    # --- TelegramPeople

    async def private_place(self, person: str) -> Destination:
        return await self._people.private_place(person)

    async def invitation(self, payload: str) -> str:
        return await self._people.invitation(payload)

    async def is_member(self, person: str, places: Sequence[Destination]) -> bool:
        return await self._people.is_member(person, places)

    async def administers(self, person: str, place: Destination) -> bool:
        return await self._people.administers(person, place)

    async def lasting_address(self, address: str) -> str | None:
        return await self._people.lasting_address(address)

    async def channels(self) -> Sequence[KnownChannel]:
        return await self._people.channels([*_UPDATES, "channel_post"])

    async def name_of(self, person: str) -> str | None:
        return await self._people.name_of(person)

    # --- Buttons whose requests are too long for them

    def _remember(self, message: Message) -> None:
        for button in (button for row in message.buttons for button in row):
            if button.request and (mark := rendering.callback_data(button.request)) != button.request:
                self._long[mark] = button.request

    def request_of(self, callback_data: str) -> Request | None:
        """The request behind a button, or None when it was too long and is forgotten."""
        text = self._long.get(callback_data) if callback_data.startswith("…") else callback_data
        return pressed(text) if text else None

    # --- Listening

    async def listen(self, answers: Answers) -> None:
        answering: set[asyncio.Task[None]] = set()
        polling: Polling | None = None
        try:
            me = await self._insist(self._bot.get_me)
            self._people.username = me.username
            chat = TelegramChat(self, answers, me)
            await self._register_commands(answers.ranks(self.name))

            def hear(update: dict[str, Any]) -> asyncio.Task[None]:
                task = asyncio.create_task(chat.take(self._readable(update)))
                answering.add(task)
                task.add_done_callback(answering.discard)
                return task

            async def poll(polling: Polling) -> None:
                _log.info("answering in %s as @%s", self.called, me.username)
                await polling.run()

            if self._webhook:
                _log.info("answering in %s as @%s", self.called, me.username)
                ear = webhook.Ear(self._webhook, self.name, self.called, hear)
                await webhook.listen(ear, answers.routes, self._bot, _UPDATES, self._insist)
            url = f"{self._bot.base_url}/getUpdates"
            asking = (self._insist, lambda: self._is_heard, answers.look_who_sends)
            polling = Polling(self._request, url, _UPDATES, hear, *asking)
            await answers.while_it_sends(self.name, partial(poll, polling))
        except DeliveryError as error:
            # No traceback for users.
            _log.error("%s. Nobody is answered in %s until the bot is started again.", error, self.called)
        finally:
            await _finish(answering)
            if polling and answers.sends(self.name):  # else another polls by now, and this would end its poll
                await polling.confirm()

    def _readable(self, update: dict[str, Any]) -> Update:
        """An update, empty if the library cannot read it: else it would be asked for again and again, and everything
        behind it would stay unheard.
        """
        try:
            return Update.de_json(update, self._bot)
        except Exception as error:  # noqa: BLE001  # whatever a constructor makes of data that it does not know
            _log.warning("an update from Telegram cannot be read (%s) and is left out", type(error).__name__)
            return Update(update["update_id"])

    async def _insist(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """What a call gives, tried until Telegram answers. Says once what is wrong, and when it is over.

        Raises `DeliveryError` when trying again is of no use.
        """
        backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        while True:
            try:
                result = await call()
            except Exception as error:
                failed = translated(error)
                if failed.permanent:
                    raise failed from error
                if isinstance(error, Conflict):  # between two of them some calls go well: that is no end of it
                    is_told, self._told_conflict = self._told_conflict, True
                else:
                    is_told, self._is_heard = not self._is_heard, False
                if not is_told:
                    _log.warning("%s is not heard, tried again until it is: %s", self.called, failed)
                await backoff.wait(failed.retry_after or 0)
            else:
                if not self._is_heard:
                    self._is_heard = True
                    _log.info("%s is heard again", self.called)
                return result

    async def _register_commands(self, ranks: Mapping[str, Rank]) -> None:
        """The command menus, in each language; English for all others."""
        try:
            for scope, offers in menus.everybodys():
                await self._register(scope, offers)
        except TelegramError as error:
            _log.warning("the command menu could not be set: %s", translated(error))
        for person, rank in ranks.items():
            try:
                await self._register(*menus.of(person, rank))
            except TelegramError as error:  # most likely they have not started the bot yet
                _log.debug("the command menu of one person could not be set: %s", translated(error))

    async def _register(self, scope: BotCommandScope, offers: Sequence[Command]) -> None:
        for language in languages():
            commands = menus.bot_commands(offers, self.wording(language))
            code = "" if language == SOURCE else language
            await self._bot.set_my_commands(commands, scope=scope, language_code=code)


def _message(reference: str) -> dict[str, int]:
    chat_id, _, message_id = reference.partition("/")
    return {"chat_id": int(chat_id), "message_id": int(message_id)}


def _reply_to(message_id: int) -> dict[str, Any]:
    return {"message_id": message_id, "allow_sending_without_reply": True}


async def _finish(answering: set[asyncio.Task[None]]) -> None:
    """Lets answers leave that are being given; but not for long."""
    if answering:
        _, late = await asyncio.wait(answering, timeout=_LAST_WORDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
