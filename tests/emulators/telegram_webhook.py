"""How the emulated Telegram brings updates to a webhook (server: WebhookActor.cpp)."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from tests.emulators.telegram_rules import JSON

LONGEST_WAIT = 60  # WEBHOOK_MAX_RESEND_TIMEOUT


@dataclass
class Delivery:
    """One try to bring an update. `status` is that of the bot's answer; None if there was none."""

    update: JSON
    at: float
    status: int | None = None
    error: str | None = None


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def queue_of(update: JSON) -> tuple[str, int]:
    """Updates of one chat, and presses of one person, arrive in order; different ones may overtake each other."""
    [(kind, payload)] = [(key, value) for key, value in update.items() if key != "update_id"]
    return (kind, payload["from"]["id"]) if kind == "callback_query" else ("chat", payload["chat"]["id"])


class Webhook:
    """Where updates go instead of waiting for getUpdates. `updates` is the server's own list of those that wait."""

    def __init__(self, updates: list[JSON], changed: Callable[[], None]) -> None:
        self.url = ""
        self.secret = ""
        self.ip_address: str | None = None
        self.max_connections = 40  # Bot API: setWebhook
        self.second = 0.02
        """Waits between tries are 0, 2, 4, 8 … 60 such seconds."""
        self.patience = 5.0
        """How long the bot may take to answer."""
        self.deliveries: list[Delivery] = []
        self.last_error: tuple[int, str] | None = None
        self._updates, self._changed = updates, changed
        self._workers: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(self.max_connections)
        self._session: aiohttp.ClientSession | None = None

    def set(self, url: str, secret: str, ip_address: str | None, max_connections: int) -> None:
        self._cancel()
        self.url, self.secret, self.ip_address, self.max_connections = url, secret, ip_address, max_connections
        self.last_error = None
        self._slots = asyncio.Semaphore(max_connections)
        self.wake(self._updates)

    def wake(self, updates: Iterable[JSON]) -> None:
        """There are updates to bring."""
        if not self.url:
            return
        if not is_local(self.url):  # nothing leaves this machine
            self._failed("Failed to resolve host: Name or service not known")
            return
        for queue in {queue_of(update) for update in updates}:
            if queue not in self._workers or self._workers[queue].done():
                self._workers[queue] = asyncio.create_task(self._bring(queue))

    async def stop(self) -> None:
        workers = self._cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._session:
            await self._session.close()
        self._session = None

    def _cancel(self) -> list[asyncio.Task[None]]:
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        self._workers.clear()
        return workers

    async def _bring(self, queue: tuple[str, int]) -> None:
        fails = 0
        while update := next((update for update in self._updates if queue_of(update) == queue), None):
            async with self._slots:
                delivery, retry_after = await self._post(update)
            if delivery.error is None:
                fails = 0
                with suppress(ValueError):  # setWebhook may have dropped it meanwhile
                    self._updates.remove(update)
            else:
                self._failed(delivery.error)
                await asyncio.sleep((retry_after or (min(2**fails, LONGEST_WAIT) if fails else 0)) * self.second)
                fails += 1
            self._changed()

    def _failed(self, error: str) -> None:
        self.last_error = (int(time.time()), error)

    async def _post(self, update: JSON) -> tuple[Delivery, int]:
        """What became of the try, and the seconds that the bot asks to wait. A method in the answer is ignored."""
        delivery, retry_after = Delivery(update, time.monotonic()), 0
        self.deliveries.append(delivery)
        self._session = self._session or aiohttp.ClientSession()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        timeout = aiohttp.ClientTimeout(self.patience)
        try:
            async with self._session.post(
                self.url, json=update, headers=headers, timeout=timeout, ssl=False, allow_redirects=False
            ) as answer:
                await answer.read()
                delivery.status = answer.status
                if not 200 <= answer.status <= 299:
                    delivery.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    wait = answer.headers.get("Retry-After", "")
                    retry_after = int(wait) if wait.isdecimal() else 0
        except TimeoutError:
            delivery.error = "Read timeout expired"
        except aiohttp.ClientConnectorError:
            delivery.error = "Connection refused"
        except aiohttp.ClientError:
            delivery.error = "Webhook connection closed"
        return delivery, retry_after
