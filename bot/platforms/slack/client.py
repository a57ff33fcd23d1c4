"""Slack's Web API as Callboard uses it: one shared session, nothing repeated, every failure a `DeliveryError`."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.base import DeliveryError
from bot.platforms.slack.errors import asked_to_wait, translated

_SECONDS = 30


class Client:
    """The requests of one bot token. Made anywhere, used in one event loop."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/") + "/"
        self._web: AsyncWebClient | None = None

    @property
    def web(self) -> AsyncWebClient:
        """slack-sdk's client. Without `retry_handlers=[]` it repeats what was dropped, and posts twice."""
        if self._web is None:
            session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS, sock_connect=10),
                connector=aiohttp.TCPConnector(limit=100),
            )
            self._web = AsyncWebClient(self._token, base_url=self._api_url, session=session, retry_handlers=[])
        return self._web

    async def call(self, method: str, **arguments: Any) -> Any:
        """The answer to a method, by slack-sdk's name of it."""
        try:
            return await getattr(self.web, method)(**arguments)
        except Exception as error:
            raise translated(error) from error

    async def pages(self, method: str, key: str, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
        """Everything in a list that comes in pages (https://docs.slack.dev/apis/web-api/pagination)."""
        cursor = None
        while True:
            page = await self.call(method, **{"limit": 200, "cursor": cursor, **arguments})
            for item in page.get(key) or ():
                yield item
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def respond(self, url: str, payload: dict[str, Any]) -> None:
        """Says something through the `response_url` of a command or button, which takes five answers in 30 minutes."""
        webhook = AsyncWebhookClient(url, session=self.web.session, retry_handlers=[])
        try:
            answer = await webhook.send_dict(payload)
        except Exception as error:
            raise translated(error) from error
        if answer.status_code == 429:
            raise asked_to_wait(answer.headers)
        if answer.status_code >= 400:
            raise DeliveryError(f"HTTP {answer.status_code}: {answer.body[:200]}", permanent=True)

    async def close(self) -> None:
        if self._web and self._web.session:
            await self._web.session.close()
