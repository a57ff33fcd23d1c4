"""People in Telegram: where they are reached alone, what they belong to, what they are called.

Methods: https://core.telegram.org/bots/api#getchat, #getchatmember, #getme
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram.error import BadRequest

from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, DeliveryError, KnownChannel
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.rendering import chat_id, into_private_chat

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""A method of the Bot API and its parameters -> its result. Raises the library's errors."""

_IN = frozenset(("creator", "administrator", "member"))
_GONE = frozenset(("left", "kicked"))
_IN_A_CHAT = ("my_chat_member", "channel_post", "message")
_ADMINISTERS = frozenset(("creator", "administrator"))
_NOT_STARTED = "the person has not started the bot yet"


class TelegramPeople:
    """What Telegram says of people. A person is the number of their account; whoever writes in the name of a chat (an
    anonymous administrator) is the number of that chat. `username`: the bot's own, once it is known.
    """

    def __init__(self, name: str, call: Call) -> None:
        self._name = name
        self._call = call
        self.username: str | None = None
        self._asking: asyncio.Task[str] | None = None

    async def private_place(self, person: str) -> Destination:
        """The chat with them, whose number is theirs. Of whom the bot has met elsewhere, only sending tells whether
        they have started it, or blocked it since: Telegram has no other way (https://github.com/tdlib/td/issues/1186).
        """
        if not person.isdecimal():
            raise DeliveryError("whoever writes in the name of a chat cannot be reached alone", permanent=True)
        try:
            await self._call("getChat", {"chat_id": person})
        except BadRequest as error:
            failed = translated(error)
            if "chat not found" not in str(error).casefold():
                raise failed from error
            raise DeliveryError(_NOT_STARTED, permanent=True, of_chat=True) from error
        except Exception as error:
            raise translated(error) from error
        return Destination(self._name, person)

    async def is_member(self, person: str, places: Sequence[Destination]) -> bool:
        """Whether one of the places says so. What one of them does not tell is no answer if no other says yes."""
        untold: CannotAskError | None = None
        for address in dict.fromkeys(place.address for place in places):
            try:
                member = await self._member(person, address)
            except CannotAskError as error:
                untold = error
                continue
            if member["status"] in _IN or (member["status"] == "restricted" and member.get("is_member")):
                return True
        if untold:
            raise untold
        return False

    async def administers(self, person: str, place: Destination) -> bool:
        return (await self._member(person, place.address))["status"] in _ADMINISTERS

    async def lasting_address(self, address: str) -> str | None:
        """The number of a group or channel; None of what is none. Raises `CannotAskError`."""
        try:
            chat = await self._call("getChat", {"chat_id": chat_id(address)})
        except BadRequest:
            return None
        except Exception as error:
            raise CannotAskError(f"Telegram does not say which chat {address} is: {translated(error)}") from error
        return str(chat["id"]) if chat["type"] != "private" else None

    async def _member(self, person: str, address: str) -> dict[str, Any]:
        """A `ChatMember`; of an anonymous administrator, as far as it is known. Raises `CannotAskError`."""
        if not person.isdecimal():
            chat = await self._asked("getChat", chat_id=chat_id(address))
            return {"status": "administrator" if str(chat["id"]) == person else "left"}
        member: dict[str, Any] = await self._asked("getChatMember", chat_id=chat_id(address), user_id=int(person))
        return member

    async def _asked(self, method: str, **parameters: Any) -> Any:
        try:
            return await self._call(method, parameters)
        except Exception as error:
            raise CannotAskError(f"Telegram does not say who belongs to a chat: {translated(error)}") from error

    async def name_of(self, person: str) -> str | None:
        if not re.fullmatch(r"-?[0-9]+", person):
            return None
        try:
            chat = await self._call("getChat", {"chat_id": person})
        except BadRequest:
            return None
        except Exception as error:
            raise translated(error) from error
        names = (chat.get("first_name"), chat.get("last_name"))
        return chat.get("title") or " ".join(filter(None, names)) or None

    async def invitation(self, payload: str) -> str:
        return into_private_chat(await self.know_bot(), payload)

    async def know_bot(self) -> str:
        """The bot's own username, which is asked for once, however many messages want it. Raises `DeliveryError`."""
        if self.username is not None:
            return self.username
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_for_username())
        try:
            return await asyncio.shield(self._asking)
        except Exception as error:
            raise translated(error) from error

    async def _ask_for_username(self) -> str:
        try:
            self.username = str((await self._call("getMe", {}))["username"])
            return self.username
        finally:
            self._asking = None

    async def channels(self, allowed: Sequence[str]) -> list[KnownChannel]:
        """Channels and groups of which Telegram has told since it was asked last: the bot was added, or something was
        said there. What is told stays to be heard again. `allowed`: kinds of updates.
        """
        try:
            updates = await self._call("getUpdates", {"timeout": 0, "allowed_updates": list(allowed)})
        except Exception as error:
            raise translated(error) from error
        titles = {}
        for membership in (update[kind] for update in updates for kind in _IN_A_CHAT if kind in update):
            chat, status = membership["chat"], membership.get("new_chat_member", {}).get("status")
            if chat["type"] != "private":
                titles[chat["id"]] = None if status in _GONE else str(chat.get("title") or chat["id"])
        return [KnownChannel(str(number), title) for number, title in titles.items() if title]
