"""Telegram's updates by webhook: https://core.telegram.org/bots/api#setwebhook

Several processes may stand behind one address: each sets the same webhook, and none takes it away when it stops.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import TelegramError

from bot.platforms.base import DeliveryError, Routes, WebRequest, WebResponse
from bot.platforms.seen import Seen

_log = logging.getLogger("callboard.telegram")

Insist = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
_MANY = 10_000
LOOK_AGAIN = 300.0
"""Seconds between looks at what Telegram says of the webhook."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram posts to `url`; what stands in front hands that on to `listen` (`host:port`), at the same path."""

    url: str
    secret: str = field(repr=False)
    listen: str

    @property
    def path(self) -> str:
        """The path of `url`, at which Telegram comes in."""
        return urlsplit(self.url).path or "/"


class Ear:
    """Hears what is posted, if it comes from Telegram, and each update once. `name` is the platform's."""

    def __init__(self, webhook: Webhook, name: str, called: str, hear: Callable[[dict[str, Any]], object]) -> None:
        self.webhook = webhook
        self.name = name
        self.called = called
        self._hear = hear
        self._heard: Seen[int] = Seen(_MANY)
        self._warned = False

    def refusal(self, request: WebRequest) -> WebResponse | None:
        """For whom does not know the secret."""
        secret = request.headers.get(_SECRET, "").encode(errors="surrogateescape")
        if hmac.compare_digest(secret, self.webhook.secret.encode()):
            return None
        if not self._warned:
            self._warned = True
            _log.warning(
                "a request without the webhook's secret was refused; if it came from %s, another program has set "
                "the webhook, or two processes have different secrets",
                self.called,
            )
        return WebResponse(401)

    async def receive(self, request: WebRequest) -> WebResponse:
        """Says at once that it has come: Telegram sends again what is not acknowledged, and nothing else meanwhile."""
        try:
            update = json.loads(request.body)
            number = update["update_id"]
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            _log.debug("no update: %r", error)
            return WebResponse(400)
        if type(number) is not int:
            return WebResponse(400)
        if self._heard.is_new(number):
            self._hear(update)
        return WebResponse(200)


async def listen(ear: Ear, routes: Routes, bot: Bot, updates: Sequence[str], insist: Insist) -> None:
    """Listens until it is cancelled. `insist` tries a call until Telegram answers."""
    webhook, called = ear.webhook, ear.called

    async def put() -> None:
        await bot.set_webhook(
            webhook.url, secret_token=webhook.secret, allowed_updates=updates, drop_pending_updates=False
        )

    without, key = f"nobody is answered in {called}", f"platforms.{ear.name}.webhook.listen"
    async with routes.receive(webhook.listen, webhook.path, ear.receive, without, key=key, refusal=ear.refusal):
        look = _WebhookCheck(webhook, called)
        is_set = False
        while True:
            try:
                if not is_set:
                    await insist(put)
                    is_set = True
                    _log.info("hearing %s at http://%s%s", called, webhook.listen, webhook.path)
            except DeliveryError as error:
                _log.error("nobody is answered in %s, tried again in %.0f s: %s", called, LOOK_AGAIN, error)
            await asyncio.sleep(LOOK_AGAIN)
            if is_set:
                is_set = await look(bot)


class _WebhookCheck:
    """Looks what Telegram says of the webhook: from here, one that does not work is like one that nobody writes to."""

    def __init__(self, webhook: Webhook, called: str) -> None:
        self._webhook = webhook
        self._called = called
        self._told: tuple[str, object] | None = None

    async def __call__(self, bot: Bot) -> bool:
        """False when it has to be set again, for somebody has deleted it."""
        try:
            webhook = await bot.get_webhook_info()
        except TelegramError as error:
            _log.debug("nothing is known of the webhook: %s", type(error).__name__)
            return True
        if not webhook.url:
            _log.warning("somebody has deleted the webhook in %s; it is set again", self._called)
            return False
        self._say(webhook)
        return True

    def _say(self, webhook: WebhookInfo) -> None:
        if webhook.url != self._webhook.url:
            trouble: tuple[str, object] | None = ("url", webhook.url)
            text = "another address was set as the webhook; what is said there is not heard here"
        elif webhook.last_error_date:
            trouble = ("error", webhook.last_error_date)
            text = f"Telegram could not deliver to the webhook: {webhook.last_error_message}"
        else:
            trouble = None
            text = ""
        if trouble and trouble != self._told:
            _log.warning("%s: %s (%d updates wait)", self._called, text, webhook.pending_update_count)
        self._told = trouble
