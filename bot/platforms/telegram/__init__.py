"""Telegram, by python-telegram-bot: long polling or a webhook, text with entities."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from bot.domain.site import LISTEN
from bot.platforms.base import Platform
from bot.platforms.kinds import Endpoint, PlatformKind, Preview, Surroundings, TokenShape
from bot.platforms.settings import SecretText, group, listen, server, text
from bot.wording.wording import Wording

# python-telegram-bot imports httpx, and that, where they happen to be installed, rich and Pygments for its own command
# line: 7 MB and a tenth of a second. It does without where there is no such module.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # https://docs.python.org/3/library/sys.html#sys.modules

_API = "https://api.telegram.org"
_NO_BOT = "is no token of a bot; copy it again from BotFather, with the number and the colon at its beginning"
_NO_WEBHOOK = "is no secret for a webhook; write up to 256 letters, digits, _ and -"
_WEBHOOK_SECRET = "[A-Za-z0-9_-]{1,256}"  # noqa: S105  # https://core.telegram.org/bots/api#setwebhook
_WEBHOOK_URL = r"https?://[^\s/?#@]+(?:/[\w.~/-]*)?"


class TelegramKind(PlatformKind):
    name = "telegram"
    title = "Telegram"
    settings = {
        "token": SecretText(r"[0-9]{1,20}:[A-Za-z0-9_-]+", _NO_BOT),
        "api_url": server(),
        "webhook": group(
            {
                "url": text(_WEBHOOK_URL, "is no address for a webhook; write https://host/path"),
                "secret": SecretText(_WEBHOOK_SECRET, _NO_WEBHOOK, _NO_WEBHOOK),
                "listen": listen(LISTEN),
            },
            required=("url", "secret"),
        ),
    }
    needed = unshared = ("token",)
    variables = MappingProxyType({"token": "TELEGRAM_BOT_TOKEN"})
    asked_for = MappingProxyType(
        {
            "token": lambda w: w._(
                "In Telegram, write to @BotFather (https://t.me/BotFather): /newbot, then a name to show, then a name "
                "that ends in bot. It answers with the token."
            )
        }
    )
    called = MappingProxyType({"token": lambda w: w._("the token of a bot in Telegram (12345678:…)")})
    sends_with = "token"
    server_key = "api_url"
    has_threads = True
    can_pin = True
    example_address = "@your_channel"
    loggers = {
        "httpcore": (logging.WARNING, logging.INFO),
        "httpx": (logging.WARNING, logging.WARNING),  # at INFO it prints every URL, token included
        "telegram": (logging.CRITICAL, logging.INFO),  # tracebacks of what the adapter says in words
    }
    # https://core.telegram.org/bots/api#authorizing-your-bot
    token_shapes = (TokenShape("a bot's token of Telegram", "token", r"[0-9]{5,20}:[A-Za-z0-9_-]{20,}"),)
    hidden = (r"(?<=/bot)\d+(?::|%3A)[\w%-]+", r"(?<!\d)\d{5,}(?::|%3A)[\w-]{20,}")
    headers = {"X-Telegram-Bot-Api-Secret-Token": "[A-Za-z0-9_-]{0,256}"}

    def way_in(self, wording: Wording) -> str:
        return wording._(
            "Now add the bot, as an administrator: in Telegram, open the channel › Administrators › Add Admin, and "
            "search for the name that ends in bot; in a group, Add Members."
        )

    def address_fault(self, address: str) -> str | None:
        is_one = re.fullmatch(r"@\w+|-?[0-9]+", address)
        return None if is_one else 'is no Telegram address; write "@name" or a numeric chat id'

    def person_fault(self, person: str) -> str | None:
        return None if re.fullmatch(r"[0-9]+", person) else "is nobody's id in Telegram; write a number, such as 4711"

    def unset(self, settings: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
        webhook = settings.get("webhook")
        if webhook and settings.get("token") and not webhook["secret"]:
            yield "webhook", "secret"

    def powers(self, key: str) -> Iterator[str]:
        if key == "webhook.secret":
            yield "whoever has it can pass for Telegram at the webhook; write another, and the bot tells Telegram"
            return
        yield (
            "whoever has it speaks as the bot, deletes what it said, and reads what people write to it; @BotFather"
            " makes another with /revoke"
        )
        yield (
            "it may what the administrators of each chat let the bot do: Post Messages is all that it needs in a"
            " channel, with pin: true Edit Messages of Others (in a group Pin Messages) too; callboard check --online"
            " asks Telegram"
        )

    def endpoints(self, name: str, settings: Mapping[str, Any]) -> tuple[Endpoint, ...]:
        del name
        webhook = settings.get("webhook")
        if not webhook:
            return ()
        path = urlsplit(webhook["url"]).path or "/"
        return (Endpoint(webhook.get("listen", LISTEN), path, ("webhook", "url"), guard="the webhook's secret"),)

    def make(self, settings: Mapping[str, Any], around: Surroundings) -> Platform:
        from bot.platforms.telegram.adapter import Telegram
        from bot.platforms.telegram.webhook import Webhook

        token, webhook = settings.get("token"), settings.get("webhook")
        return Telegram(
            token.reveal() if token else "",
            settings.get("api_url", _API),
            around.wording,
            around.clock,
            name=around.name,
            webhook=webhook and Webhook(webhook["url"], webhook["secret"].reveal(), webhook.get("listen", LISTEN)),
        )

    def preview(self) -> Preview:
        from bot.platforms.telegram.preview import draw, style

        return Preview(draw, style(), lambda channel: channel or "callboard")


KIND = TelegramKind()
