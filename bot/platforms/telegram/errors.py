"""python-telegram-bot's errors -> one question: try again, when, or never?"""

from collections.abc import Iterator
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.domain.worded import _
from bot.platforms.base import DeliveryError
from bot.platforms.telegram.request import NotSentError

_NO_JSON = "Invalid server response"
# What the Bot API says, and what an admin can do about it. Its texts are not documented; these are its source's
# (https://github.com/tdlib/telegram-bot-api, Client.cpp). Those in the catalogues are met by who sets up a lab.
_ADVICE = {
    "chat not found": _("there is no such chat, or the bot was never in it; check the address, and add the bot"),
    "message to edit not found": "the message was deleted in Telegram",
    "message can't be edited": "Telegram does not let the bot edit that message any more",
    "message can't be deleted": "Telegram lets a bot delete what is not older than 48 hours",
    "message identifier is not specified": "the message was deleted in Telegram",
    "upgraded to a supergroup": "the message stands in the former group, where nothing can be changed",
    "message thread not found": "there is no such topic in the forum; check `thread`",
    "topic_closed": "the topic is closed; open it again, or let the bot manage topics",
    "topic_deleted": "the topic was deleted; check `thread`",
    "manage pinned messages": "the bot may not pin; give it the right to pin messages (in a channel: to edit those of "
    "others)",
    "message to pin not found": "the message was deleted in Telegram",
    "need administrator rights": _("the bot may not post; make it an administrator of the channel"),
    "not enough rights": _("the bot may not post; give it the right to send messages"),
    "have no rights to send": _("the bot may not post; give it the right to send messages"),
    "chat_write_forbidden": _("the bot may not post; give it the right to send messages"),
    "chat_restricted": _("the bot may not post; give it the right to send messages"),
    "bot was blocked": _("the person blocked the bot"),
    "bot was kicked": _("the bot was removed from the chat; add it again"),
    "bot is not a member": _("the bot is not in the chat; add it again (to a channel: as an administrator)"),
    "user is deactivated": "the account was deleted",
    "group chat was deleted": "the group was deleted",
    "group chat was deactivated": "the group was deleted",
    "bot can't initiate": _("the person has not started the bot yet"),
    "bad webhook": "Telegram does not take the webhook's url; it must be https, at port 443, 80, 88 or 8443 of a host "
    "that the whole world can look up",
    "webhook is active": "another program has set a webhook for this bot's token; let it delete the webhook, "
    "or give this one a token of its own",
    "terminated by other getupdates": "another process polls with this bot's token; stop it, "
    "or give this one a token of its own",
}
# These are about the chat, not about a message, and an admin can mend them.
_OF_CHAT = (
    "chat not found",
    "topic_closed",
    "need administrator rights",
    "not enough rights",
    "have no rights to send",
    "chat_write_forbidden",
    "chat_restricted",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
)


def translated(error: Exception) -> DeliveryError:
    """The `DeliveryError` that an error of the library stands for. It may be any error: an answer that lacks a field is
    a KeyError.
    """
    text = _said(error) if isinstance(error, TelegramError) else type(error).__name__
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return DeliveryError(f"Telegram asks to wait {seconds:.0f} s", retry_after=seconds)
    if text.startswith("Too Many Requests"):
        return DeliveryError("Telegram asks to wait", retry_after=30)
    if isinstance(error, ChatMigrated):
        return DeliveryError(_ADVICE["upgraded to a supergroup"], permanent=True)
    if isinstance(error, NotSentError):
        return DeliveryError(f"Telegram cannot be reached ({text})")
    if isinstance(error, (InvalidToken, Forbidden, BadRequest, Conflict)):
        if any(str(cause) == _NO_JSON for cause in _causes(error)):
            return DeliveryError(f"something else answers in Telegram's place ({text}); check api_url and the proxy")
        if isinstance(error, InvalidToken):
            advice = _("Telegram does not accept the token; get the right one from @BotFather")
            return DeliveryError(advice, permanent=True, whole_token=True)
        advice = next((advice for piece, advice in _ADVICE.items() if piece in text.casefold()), "")
        explained = f"{advice} (Telegram: {text})" if advice else f"Telegram: {text}"
        of_chat = any(piece in text.casefold() for piece in _OF_CHAT)
        return DeliveryError(explained, permanent=not isinstance(error, Conflict), of_chat=of_chat)
    return DeliveryError(f"no clear answer from Telegram ({text})", in_doubt=True)


def _said(error: TelegramError) -> str:
    """The error's own text, without the web page that may stand in it."""
    return str(error).partition(". Parsing the server response")[0]


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__
