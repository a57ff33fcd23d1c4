"""What people do in Telegram, as requests; answers, as messages."""

import asyncio
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User
from telegram import Chat as ChatOfMessage
from telegram.constants import ChatMemberStatus, ChatType

from bot.chat.commands import commands
from bot.chat.reading import read
from bot.chat.request import LONGEST_TEXT, TOO_OLD, Request
from bot.domain.message import Message as Answer
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, DeliveryError, Reader
from bot.platforms.seen import Seen
from bot.platforms.telegram import rendering

if TYPE_CHECKING:
    from bot.platforms.telegram.adapter import Telegram

_log = logging.getLogger("callboard.telegram")

ALBUM_SECONDS = 1.0
"""So long a file of an album waits for one that has words: its messages come one by one, the words with any of them."""

_MANY_ALBUMS = 1000

# What a person can send in place of words: https://core.telegram.org/bots/api#message. Everything else without text is
# a service message: somebody joins, a message is pinned, a title changes.
_SENT = (
    "animation audio checklist contact dice document game location paid_media photo poll sticker story venue video "
    "video_note voice"
).split()


def request_in(message: Message, username: str) -> Request | None:
    """What a message asks of the bot of that name; None where it asks nothing of it. What is written under a photo or a
    file counts as text; in private, one without words asks for help.
    """
    if _is_from_bot(message):
        return None
    is_private = message.chat.type == ChatType.PRIVATE or _answers_a_question(message, username)
    text = message.text or message.caption
    if text is None:
        return Request("help") if is_private and any(getattr(message, kind, None) for kind in _SENT) else None
    addressed = _addressed(text[:LONGEST_TEXT], username, private=is_private)
    return None if addressed is None else read(addressed)


def _answers_a_question(message: Message, username: str) -> bool:
    """Whether it is a reply to a question of the bot's own. The message that is replied to is Telegram's word."""
    replied_to = message.reply_to_message
    is_ours = replied_to is not None and replied_to.from_user is not None and replied_to.from_user.username == username
    return is_ours and bool(replied_to and (replied_to.text or "").startswith(rendering.QUESTION))


class TelegramChat:
    """What people do in Telegram, as requests; answers, as messages."""

    def __init__(self, telegram: "Telegram", answers: Answers, me: User) -> None:
        self._telegram = telegram
        self._answers = answers
        self._username, self._bot = str(me.username), me.id
        self._inline = telegram.inline(answers, self._username)
        self._albums: Seen[str] = Seen(_MANY_ALBUMS)  # those that were answered
        self.album_seconds = ALBUM_SECONDS

    async def take(self, update: Update) -> None:
        """Does what an update asks for. Never fails."""
        try:
            if update.message:
                await self._hear(update.message)
            elif update.callback_query:
                await self._press(update.callback_query)
            elif update.inline_query:
                await self._inline.answer(update.inline_query)
            elif update.my_chat_member:
                _say_where_the_bot_is(update.my_chat_member)
                await self._come_or_go(update.my_chat_member)
        except DeliveryError as error:
            _log.warning("an answer was not given: %s", error)
        except Exception as error:  # noqa: BLE001  # one answer's trouble must not end the others
            _log.error("an answer was not given: %r", error)  # no traceback for users
            _log.debug("unexpected", exc_info=True)

    async def _come_or_go(self, change: ChatMemberUpdated) -> None:
        """The bot was let into a group or channel, or out of it; or a person has blocked it, or does no longer. In a
        channel, where only its administrators write, who added it is told in private, if they can be.
        """
        chat, who = change.chat, change.from_user
        reader = self._reader_of(chat, who)
        was, is_there = map(_is_there, (change.old_chat_member, change.new_chat_member))
        if not is_there:
            await self._answers.departed(reader)
        elif was or chat.type == ChatType.PRIVATE:
            await self._answers.came_back(reader)
        elif chat.type != ChatType.CHANNEL:
            if message := await self._answers.arrived(reader):
                await self._say(reader.destination, message)
        else:
            reader = replace(reader, language=who.language_code)
            if message := await self._answers.arrived(reader, f"{reader.known_as or chat.id} "):
                await self._say_in_private(who, message, reader.destination)

    async def _say_in_private(self, who: User, message: "Answer", else_there: Destination) -> None:
        try:
            await self._say(await self._telegram.private_place(str(who.id)), message)
        except DeliveryError as error:
            _log.info("whoever added the bot to a channel is not reached, and is told there: %s", error)
            await self._say(else_there, replace(message, buttons=()))

    async def _say(self, place: Destination, message: "Answer") -> None:
        await self._answers.turn(place)
        await self._telegram.reply(place, message)

    async def _hear(self, heard: Message) -> None:
        if heard.migrate_to_chat_id:
            await self._answers.moved(self._reader_of(heard.chat, heard.from_user), str(heard.migrate_to_chat_id))
            return
        request = request_in(heard, self._username)
        if request is None or not await self._is_to_be_answered(heard):
            return
        is_private = heard.chat.type == ChatType.PRIVATE
        language = heard.from_user.language_code if is_private and heard.from_user else None
        reader = self._reader(heard, language, heard.sender_chat or heard.from_user)
        admitted = await self._answers.admit(request, reader)
        if admitted is None:
            return
        await self._answers.turn(reader.destination)
        message = await self._answers.answer(admitted, reader)
        await self._telegram.reply(reader.destination, message, None if is_private else heard.message_id)

    async def _is_to_be_answered(self, heard: Message) -> bool:
        """Whether it is. An album comes as a message for each file: a file without words asks nothing where another one
        of the album was answered.
        """
        album = heard.media_group_id
        if album is None:
            return True
        if heard.caption is None:
            await asyncio.sleep(self.album_seconds)
            if album in self._albums:
                return False
        self._albums.is_new(album)
        return True

    async def _press(self, query: CallbackQuery) -> None:
        """Answers whoever pressed a button below one of the bot's answers. A program of somebody's own can send any
        data for any message; the message as it stands is Telegram's word, and what its keyboard lacks was not pressed.
        """
        language, shown = query.from_user.language_code, query.message
        if not isinstance(shown, Message) or not shown.is_accessible:
            await self._refuse(query, self._telegram.wording(language or "").too_old())
            return
        if not self._is_answer_with(shown, query):
            await self._refuse(query)
            return
        request = self._telegram.request_of(query.data or "")
        if request is None:
            await self._refuse(query, self._telegram.wording(language or "").too_old())
            return
        reader = self._reader(shown, language if shown.chat.type == ChatType.PRIVATE else None, query.from_user)
        admitted = await self._answers.admit(request, reader)
        if admitted is None:
            return
        await self._telegram.confirm(query)
        if await self._answers.is_notice(self._telegram.name, f"{shown.chat_id}/{shown.message_id}"):
            return
        await self._answers.turn(reader.destination)
        message = await self._answers.answer(admitted, reader)
        if admitted.command == "position" or admitted != request or message.is_beside:
            to = None if reader.is_private or not message.asks else shown.message_id
            await self._telegram.reply(reader.destination, message, to)
        else:
            await self._telegram.turn_page(shown, message)

    async def _refuse(self, query: CallbackQuery, text: str | None = None) -> None:
        """Ends the waiting of whoever pressed what does nothing; but not for somebody who floods the bot with that."""
        chat = query.message.chat.id if query.message else query.from_user.id
        reader = Reader(Destination(self._telegram.name, str(chat)), person=str(query.from_user.id))
        if await self._answers.admit(TOO_OLD, reader) is not None:
            await self._telegram.confirm(query, text)

    def _is_answer_with(self, shown: Message, query: CallbackQuery) -> bool:
        """Whether the bot has said this where it answers, with a button that carries these data; in a private chat, to
        who has pressed it.
        """
        if shown.chat.type == ChatType.PRIVATE and shown.chat.id != query.from_user.id:
            return False
        is_ours = shown.from_user is not None and shown.from_user.id == self._bot
        keyboard = shown.reply_markup.inline_keyboard if shown.reply_markup else ()
        carried = {button.callback_data for row in keyboard for button in row if button.callback_data}
        return is_ours and shown.chat.type != ChatType.CHANNEL and query.data in carried

    def _reader_of(self, chat: ChatOfMessage, who: User | None) -> Reader:
        name = f"@{chat.username}" if chat.username else None
        place = Destination(self._telegram.name, str(chat.id))
        is_private = chat.type == ChatType.PRIVATE
        return Reader(place, known_as=name, person=str(who.id) if who else None, is_private=is_private)

    def _reader(self, message: Message, language: str | None, who: User | ChatOfMessage | None) -> Reader:
        topic = message.message_thread_id if message.is_topic_message else None
        name = f"@{message.chat.username}" if message.chat.username else None
        place = Destination(self._telegram.name, str(message.chat_id), topic)
        is_private = message.chat.type == ChatType.PRIVATE
        return Reader(place, language, name, str(who.id if who else message.chat_id), is_private=is_private)


def _is_from_bot(message: Message) -> bool:
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
        mine = to.casefold() == username.casefold() if to else name.casefold() in {*commands(), "start"}
        return text if mine or private else None
    text_left, count = re.subn(rf"@{username}\b", " ", text, flags=re.IGNORECASE)
    return (text_left.strip(" ,:") or "/help") if count or private else None


def _say_where_the_bot_is(change: ChatMemberUpdated) -> None:
    chat, status = change.chat, change.new_chat_member.status
    gone = status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
    if chat.type == ChatType.PRIVATE:
        _log.info("a person %s the bot", "stopped" if gone else "started")
    elif gone:
        _log.warning("removed from the %s", _named(chat))
    else:
        _log.info("in the %s as %s; its address for a channel in the config: %s", _named(chat), status, chat.id)


def _is_there(member: ChatMember) -> bool:
    """Whether somebody is in a chat: https://core.telegram.org/bots/api#chatmember"""
    is_out = member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
    return not is_out and getattr(member, "is_member", True)


def _named(chat: ChatOfMessage) -> str:
    return f"{chat.type} {chat.title!r} ({chat.id})"
