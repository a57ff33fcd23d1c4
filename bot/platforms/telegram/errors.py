"""python-telegram-bot's errors -> one question: try again, when, or never?"""

from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.platforms.base import DeliveryError

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
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
    "bot is not a member": "the bot is not in the channel; add it as an administrator",
    "user is deactivated": "the account was deleted",
    "group chat was deactivated": "the group was deleted",
    "bot can't initiate": "the person has not started the bot yet",
}


def translated(error: TelegramError) -> DeliveryError:
    """What an error while sending means."""
    text = str(error)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return DeliveryError(f"Telegram asks to wait {seconds:.0f} s", retry_after=seconds)
    if isinstance(error, InvalidToken):
        return DeliveryError("Telegram does not accept the token; get the right one from @BotFather", permanent=True)
    if isinstance(error, (Forbidden, BadRequest)):  # BadRequest is a NetworkError: it comes first
        advice = next((advice for said, advice in _ADVICE.items() if said in text.casefold()), None)
        return DeliveryError(f"{advice} (Telegram: {text})" if advice else f"Telegram: {text}", permanent=True)
    if text.startswith("Too Many Requests"):
        return DeliveryError("Telegram asks to wait", retry_after=30)
    if _never_sent(error):
        return DeliveryError("Telegram cannot be reached")
    if isinstance(error, NetworkError):
        return DeliveryError(f"no clear answer from Telegram ({text or type(error).__name__})", in_doubt=True)
    return DeliveryError(f"an answer from Telegram that cannot be read ({text})", in_doubt=True)


def _never_sent(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, _NEVER_SENT):
            return True
        error = error.__cause__
    return False
