"""Slack's Web API as Callboard uses it: one shared session, nothing repeated, every failure a `DeliveryError`."""

from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from yarl import URL

from bot.platforms.base import DeliveryError
from bot.platforms.network import not_reached, proxy_for
from bot.platforms.slack.errors import asked_to_wait, translated

_SECONDS = 30
HEARTBEAT = 10.0
"""Seconds between pings of a socket, by which a connection that died in silence is noticed."""

_CLOSE_SECONDS = 2.0


class Client:
    """The requests of one bot token. Made anywhere, used in one event loop."""

    def __init__(self, token: str, api_url: str) -> None:
        self.token = token
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
            self._web = AsyncWebClient(self.token, base_url=self._api_url, session=session, retry_handlers=[])
            self._web.proxy = None  # it takes one from the environment, in a way of its own: without NO_PROXY
        return self._web

    @cached_property
    def _proxy(self) -> str | None:
        return proxy_for(URL(self._api_url))

    async def call(self, method: str, **arguments: Any) -> Any:
        """The answer to a method, by slack-sdk's name of it."""
        try:
            self.web.proxy = self._proxy
            return await getattr(self.web, method)(**arguments)
        except Exception as error:
            raise translated(error, self.web.proxy) from error

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
        webhook.proxy = None
        try:
            webhook.proxy = proxy_for(URL(url))
            answer = await webhook.send_dict(payload)
        except Exception as error:
            raise translated(error, webhook.proxy) from error
        if answer.status_code == 429:
            raise asked_to_wait(answer.headers)
        if answer.status_code >= 400:
            raise DeliveryError(f"HTTP {answer.status_code}: {answer.body[:200]}", permanent=True)

    async def upload(self, url: str, body: bytes) -> None:
        """Brings a file to an address that Slack has given out. Raises `DeliveryError`."""
        assert self.web.session  # noqa: S101  # it was made with one
        proxy = None
        try:
            proxy = proxy_for(URL(url))
            async with self.web.session.post(url, data=body, proxy=proxy, allow_redirects=False) as answer:
                status, headers = answer.status, dict(answer.headers)
        except Exception as error:
            raise translated(error, proxy) from error
        if status == 429:
            raise asked_to_wait(headers)
        if status != 200:
            raise DeliveryError(f"Slack did not take the file (HTTP {status})", permanent=400 <= status < 500)

    async def socket(self, url: str) -> aiohttp.ClientWebSocketResponse:
        """The socket at an address that Slack has given out. Raises `DeliveryError`."""
        assert self.web.session  # noqa: S101  # it was made with one
        proxy = None
        try:
            proxy = proxy_for(URL(url))
            timeout = aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS)
            return await self.web.session.ws_connect(url, heartbeat=HEARTBEAT, timeout=timeout, proxy=proxy)
        except Exception as error:
            why = not_reached(error, proxy) or type(error).__name__
            raise DeliveryError(f"the socket does not open ({why})") from error

    async def close(self) -> None:
        """Ends its session, if one was begun."""
        if self._web and self._web.session:
            await self._web.session.close()
