"""Whether the bot can do in Telegram what a config wants of it. Nothing is sent.

Rights: https://core.telegram.org/bots/api#chatmemberadministrator. Who may post in a channel may edit and delete what
it posted; `can_edit_messages` and `can_delete_messages` are about what others posted, and the former is the right to
pin.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import ChatMigrated, Forbidden

from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError, Finding
from bot.platforms.examining import Patience, each, unverified
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.rendering import GENERAL_TOPIC
from bot.platforms.telegram.webhook import Webhook

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""A method of the Bot API with its parameters -> its result. Raises the library's errors."""

_GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
_NOT_SHOWN = ("member list is inaccessible", "chat_admin_required")
"""What Telegram says to those who are not in, of a chat that everybody may read."""

UNASKED = (
    "whether a topic exists, whether a person has started or blocked the bot, and whether another program polls with "
    "the token"
)


async def examine(call: Call, webhook: Webhook | None, destinations: Sequence[Destination]) -> list[Finding]:
    """What is wrong with the token, the webhook, and the bot's rights in these chats."""
    return await _TelegramExamination(call, webhook)(destinations)


class _TelegramExamination:
    def __init__(self, call: Call, webhook: Webhook | None) -> None:
        self._call = call
        self._webhook = webhook
        self._patience = Patience()
        self._me: dict[str, Any] = {}
        self._bot = ""
        self._hears_little_in: list[str] = []

    async def __call__(self, destinations: Sequence[Destination]) -> list[Finding]:
        try:
            self._me = await self._ask("getMe")
        except DeliveryError as error:
            return [unverified(error, key="token" if error.permanent else None)]
        self._bot = f"@{self._me.get('username')}"
        heard, looked = await asyncio.gather(self._hearing(), each(destinations, self._look))
        findings = heard + looked
        if self._hears_little_in and not self._me.get("can_read_all_group_messages"):
            text = (
                f"privacy mode is on: in {' and '.join(sorted(set(self._hears_little_in)))} the bot hears commands "
                f"such as /positions{self._bot} and replies to it; that a message arrives which only names it is not "
                "promised. To be sure of that, make it an administrator there; or write /setprivacy to @BotFather, "
                "choose Disable, and take the bot out of the group and add it again"
            )
            findings.append(Finding(text, is_note=True))
        return findings

    async def _ask(self, method: str, **parameters: Any) -> Any:
        async def once() -> Any:
            try:
                return await self._call(method, parameters)
            except ChatMigrated as error:
                text = f"the group is a supergroup now; write address: {error.new_chat_id}"
                raise DeliveryError(text, permanent=True, moved_to=str(error.new_chat_id)) from error
            except Exception as error:
                raise translated(error) from error

        return await self._patience(once)

    # --- How people are heard

    async def _hearing(self) -> list[Finding]:
        try:
            webhook = await self._ask("getWebhookInfo")
        except DeliveryError as error:
            return [unverified(error)]
        url, waiting = webhook.get("url") or "", webhook.get("pending_update_count") or 0
        host = urlsplit(url).hostname or "?"  # the path of somebody's webhook may hold a token
        if not self._webhook:
            if url:
                text = (
                    f"a webhook is set (at {host}), so nobody is answered here; let whoever set it delete it "
                    "(deleteWebhook), take a token of its own for this bot, or write `webhook` in the config"
                )
                return [Finding(text)]
            return [_note(f"{waiting} updates wait; `callboard run` answers them")] if waiting else []
        if not url:
            return [_note("no webhook is set yet; `callboard run` sets it", "webhook")]
        if url != self._webhook.url:
            text = f"another address (at {host}) is set as the webhook; `callboard run` sets its own in its place"
            return [_note(text, "webhook")]
        if not webhook.get("last_error_date"):
            return []
        at = datetime.fromtimestamp(webhook["last_error_date"], UTC)
        text = (
            f"Telegram could not deliver to the webhook at {at:%Y-%m-%d %H:%M} UTC: {webhook.get('last_error_message')}"
        )
        if waiting:
            return [Finding(f"{text}; {waiting} updates wait. Is `callboard run` there, and does the world reach it?")]
        return [_note(f"{text}; since then all has arrived", "webhook")]

    # --- A chat

    async def _look(self, at: Destination) -> AsyncIterator[Finding]:
        try:
            chat = await self._ask("getChat", chat_id=at.address)
        except DeliveryError as error:
            if "chat not found" in _said(error):
                yield await self._not_found(at)
            elif isinstance(error.__cause__, Forbidden):
                yield self._absent(at, {}, _said(error))
            else:
                yield unverified(error, at, "address")
            return
        if chat["type"] == ChatType.PRIVATE:
            text = "is a person: whether they have started the bot, or blocked it, cannot be asked without a message"
            yield Finding(text, at, "address", is_note=True)
            return
        try:
            member = await self._ask("getChatMember", chat_id=at.address, user_id=self._me["id"])
        except DeliveryError as error:
            if isinstance(error.__cause__, Forbidden) or _said(error).endswith(_NOT_SHOWN):
                yield self._absent(at, chat, _said(error))
            else:
                yield unverified(error, at, "address")
            return
        if member["status"] in _GONE or member.get("is_member") is False:
            yield self._absent(at, chat, member["status"])
            return
        if chat["type"] == ChatType.CHANNEL:
            rights = self._in_channel(at, chat, member)
        else:
            rights = self._in_group(at, chat, member)
        for finding in rights:
            yield finding
        if at.thread is not None and (topic := _topic(at, chat)):
            yield topic

    def _in_channel(self, at: Destination, chat: dict[str, Any], member: dict[str, Any]) -> list[Finding]:
        if member["status"] == ChatMemberStatus.OWNER:
            return []
        if member["status"] != ChatMemberStatus.ADMINISTRATOR:
            return [self._absent(at, chat, member["status"])]
        if not member.get("can_post_messages"):
            text = f"the bot may not post in {_name(chat)}; in Telegram open the channel › Administrators › {self._bot}"
            return [Finding(f"{text}, and turn on Post Messages", at)]
        return [] if member.get("can_edit_messages") else [self._no_pin(at, chat, "Edit Messages of Others")]

    def _in_group(self, at: Destination, chat: dict[str, Any], member: dict[str, Any]) -> list[Finding]:
        status, everybody = member["status"], chat.get("permissions") or {}
        if status == ChatMemberStatus.OWNER:
            return []
        if status == ChatMemberStatus.ADMINISTRATOR:
            return [] if member.get("can_pin_messages") else [self._no_pin(at, chat, "Pin Messages")]
        self._hears_little_in.append(_name(chat))
        if status == ChatMemberStatus.RESTRICTED and not member.get("can_send_messages"):
            text = f"the bot is restricted in {_name(chat)} and may not write; in Telegram open the group › Permissions"
            return [Finding(f"{text} › Exceptions › {self._bot}, and turn on Send Messages", at)]
        if not everybody.get("can_send_messages", True):
            text = f"members may not write in {_name(chat)}, and the bot is one; in Telegram open the group"
            return [Finding(f"{text} › Administrators › Add Admin and choose {self._bot}", at)]
        may_pin = (member if status == ChatMemberStatus.RESTRICTED else everybody).get("can_pin_messages")
        return [] if may_pin else [self._no_pin(at, chat, "Pin Messages, as an administrator")]

    def _absent(self, at: Destination, chat: dict[str, Any], why: str) -> Finding:
        kind, name = chat.get("type"), _name(chat) if chat else at.address
        if "kicked" in why:
            text = f"the bot was removed from {name}; in Telegram take it off the list of removed users there, and add"
            return Finding(f"{text} {self._bot} again (to a channel: as an administrator)", at)
        if kind == ChatType.CHANNEL or "channel chat" in why:
            text = (
                f"the bot is not an administrator of {name}; in Telegram open the channel › Administrators › Add Admin"
            )
            return Finding(f"{text}, choose {self._bot} and leave it Post Messages", at)
        before = ""
        if self._me.get("can_join_groups") is False:
            before = "write /setjoingroups to @BotFather and choose Enable, then "
        text = f"the bot is not in the group {name}; {before}in Telegram open the group › Add Members"
        return Finding(f"{text}, and choose {self._bot}", at)

    def _no_pin(self, at: Destination, chat: dict[str, Any], right: str) -> Finding:
        text = f"the bot may not pin messages in {_name(chat)} (it lacks {right}); nothing else depends on that"
        return Finding(text, at, is_note=True)

    async def _not_found(self, at: Destination) -> Finding:
        """A wrong address, with the right one if it is only its beginning that is wrong."""
        if at.address.startswith("@"):
            text = f"there is no public channel or group {at.address}; check its name. What is private has a number"
            return Finding(f"{text} in place of a name, and so has a person", at, "address")
        digits = at.address.lstrip("-")
        for other in (f"-100{digits}", f"-{digits}", f"-{digits.removeprefix('100')}"):
            if other == at.address:
                continue
            try:
                chat = await self._ask("getChat", chat_id=other)
            except DeliveryError:
                continue
            text = f"there is no chat {at.address}, but {other} is {_name(chat)}; write address: {other}"
            return Finding(text, at, "address")
        text = f"there is no chat {at.address}, or the bot was never in it; add {self._bot} there while `callboard run`"
        return Finding(f"{text} is running, and write the number that its log says", at, "address")


def _topic(at: Destination, chat: dict[str, Any]) -> Finding | None:
    if not chat.get("is_forum"):
        text = f"{_name(chat)} has no topics; in Telegram open the group › Edit › Topics, or delete `thread`"
        return Finding(text, at, "thread")
    if at.thread == GENERAL_TOPIC:  # every forum has it
        return None
    text = f"whether there is a topic {at.thread}, and whether it is open, cannot be asked without a message"
    return Finding(text, at, "thread", is_note=True)


def _note(text: str, key: str | None = None) -> Finding:
    return Finding(text, key=key, is_note=True)


def _name(chat: dict[str, Any]) -> str:
    return f"@{chat['username']}" if chat.get("username") else repr(chat.get("title") or chat["id"])


def _said(error: DeliveryError) -> str:
    """Telegram's own words."""
    return str(error.__cause__ or error).casefold()
