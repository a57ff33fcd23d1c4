"""python-telegram-bot's errors -> one question: try again, when, or never?"""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.platforms.base import DeliveryError

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_NO_JSON = "Invalid server response"
# What the Bot API says, and what an admin can do about it. Its texts are not documented; these are its source's
# (https://github.com/tdlib/telegram-bot-api, Client.cpp).
_ADVICE = {
    "chat not found": "there is no such chat, or the bot was never in it; check the address, and add the bot",
    "message thread not found": "there is no such topic in the forum; check `thread`",
    "topic_closed": "the topic is closed; open it again, or let the bot manage topics",
    "topic_deleted": "the topic was deleted; check `thread`",
    "need administrator rights": "the bot may not post; make it an administrator of the channel",
    "not enough rights": "the bot may not post; give it the right to send messages",
    "have no rights to send": "the bot may not post; give it the right to send messages",
    "chat_write_forbidden": "the bot may not post; give it the right to send messages",
    "chat_restricted": "the bot may not post; give it the right to send messages",
    "bot was blocked": "the person blocked the bot",
    "bot was kicked": "the bot was removed from the chat; add it again",
    "bot is not a member": "the bot is not in the chat; add it again (to a channel: as an administrator)",
    "user is deactivated": "the account was deleted",
    "group chat was deactivated": "the group was deleted",
    "bot can't initiate": "the person has not started the bot yet",
    "webhook is active": "another program has set a webhook for this bot's token; let it delete the webhook, "
    "or give this one a token of its own",
    "terminated by other getupdates": "another process polls with this bot's token; stop it, "
    "or give this one a token of its own",
}


def translated(error: Exception) -> DeliveryError:
    """What an error means that the library has raised. It may be any: an answer that lacks a field is a KeyError."""
    text = _said(error) if isinstance(error, TelegramError) else type(error).__name__
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return DeliveryError(f"Telegram asks to wait {seconds:.0f} s", retry_after=seconds)
    if text.startswith("Too Many Requests"):
        return DeliveryError("Telegram asks to wait", retry_after=30)
    if any(isinstance(cause, _NEVER_SENT) for cause in _causes(error)):
        return DeliveryError(f"Telegram cannot be reached ({text})")
    if isinstance(error, (InvalidToken, Forbidden, BadRequest, Conflict)):
        if any(str(cause) == _NO_JSON for cause in _causes(error)):
            return DeliveryError(f"something else answers in Telegram's place ({text}); check api_url and the proxy")
        if isinstance(error, InvalidToken):
            advice = "Telegram does not accept the token; get the right one from @BotFather"
            return DeliveryError(advice, permanent=True)
        advice = next((advice for said, advice in _ADVICE.items() if said in text.casefold()), "")
        told = f"{advice} (Telegram: {text})" if advice else f"Telegram: {text}"
        return DeliveryError(told, permanent=not isinstance(error, Conflict))
    return DeliveryError(f"no clear answer from Telegram ({text})", in_doubt=True)


def _said(error: TelegramError) -> str:
    """The error's own text, without the web page that may stand in it."""
    text = str(error).partition(". Parsing the server response")[0]
    kind, _, why = text.partition(": ")
    return (why.strip() or kind) if re.fullmatch(r"httpx\.\w+", kind) else text


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__
