"""Slack as a platform: sends notices, finds them again, and answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.core.channel import Destination
from bot.core.commands import Dialect
from bot.core.message import Message
from bot.platforms.base import Answers, CannotAskError, DeliveryError, Platform, Rate
from bot.platforms.slack import listening, rendering
from bot.platforms.slack.chat import Chat
from bot.platforms.slack.client import Client


class Slack(Platform):
    """One Slack app in one workspace."""

    name = "slack"
    dialect = Dialect.ONE

    def __init__(
        self, bot_token: str, app_token: str | None, signing_secret: str | None, mode: str, listen: str, api_url: str
    ) -> None:
        self._client = Client(bot_token, api_url)
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._mode = mode
        self._host_and_port = listen
        self._ids: dict[str, str] = {}  # of channels, by #name

    async def close(self) -> None:
        await self._client.close()

    # --- Notices

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        return rendering.notice(destination.address, message, key)

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, short bursts pass."""
        return [Rate(("slack", destination.address), 1, 1.0), Rate("slack token", 50, 1.0)]

    async def send(self, destination: Destination, message: Message, key: str) -> str:
        sent = await self._client.call("chat_postMessage", **self.payload(destination, message, key))
        self._ids[destination.address] = sent["channel"]
        return f"{sent['channel']}/{sent['ts']}"

    async def find(self, destination: Destination, key: str, since: datetime) -> str | None:
        try:
            channel = await self._channel_id(destination.address)
            history = self._client.pages(
                "conversations_history",
                "messages",
                channel=channel,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
            )
            async for message in history:
                if rendering.key_of(message) == key:
                    return f"{channel}/{message['ts']}"
        except DeliveryError as error:
            if error.permanent:
                raise CannotAskError(f"Slack cannot be asked what the channel holds: {error}") from error
            raise
        return None

    async def _channel_id(self, address: str) -> str:
        if not address.startswith("#"):
            return address
        if address not in self._ids:
            every = self._client.pages("conversations_list", "channels", types="public_channel,private_channel")
            self._ids |= {f"#{channel['name']}": channel["id"] async for channel in every}
        if address not in self._ids:
            raise CannotAskError(f"Slack knows no channel {address}")
        return self._ids[address]

    # --- Chat

    async def listen(self, answers: Answers) -> None:
        chat = Chat(self._client, answers)
        if self._mode == "http":
            await listening.by_http(chat, self._signing_secret, self._host_and_port)
        else:
            await listening.by_socket(chat, self._client.web, self._app_token)
