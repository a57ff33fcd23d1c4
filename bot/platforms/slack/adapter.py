"""Slack as a platform: sends notices, finds them again, and answers."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.chat.request import SUBCOMMANDS
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, CannotAskError, DeliveryError, Finding, KnownChannel, Platform, Rate, Renderings
from bot.platforms.slack import Mode, examining, path_of, rendering
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import NO_THREAD, SlackError
from bot.platforms.slack.files import share
from bot.platforms.slack.people import SlackPeople

_log = logging.getLogger("callboard.slack")


class Slack(Platform):
    """One Slack app in one workspace."""

    syntax = SUBCOMMANDS

    def __init__(
        self,
        bot_token: str,
        app_token: str | None,
        signing_secret: str | None,
        mode: Mode,
        listen: str,
        api_url: str,
        name: str = "slack",
        base_url: str | None = None,
    ) -> None:
        self.name = name
        self._client = Client(bot_token, api_url)
        self._people = SlackPeople(name, self._client)
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._mode = mode
        self._base_url = base_url
        self._host_and_port = listen
        self._renderings = Renderings(rendering.content)
        self._ids: dict[str, str] = {}  # of channels, by #name

    async def close(self) -> None:
        await self._client.close()

    unasked = examining.UNASKED

    async def examine(self, destinations: Sequence[Destination]) -> list[Finding]:
        return await examining.examine(
            self._client,
            destinations,
            mode=self._mode,
            app_token=self._app_token,
            signing_secret=self._signing_secret,
            has_board=self._base_url is not None,
        )

    # --- Notices

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        return rendering.notice(destination.address, self._renderings.of(message), key)

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, short bursts pass. Of a
        whole workspace, https://docs.slack.dev/reference/methods/chat.postMessage says no more than "several hundred
        messages per minute": direct messages, of which there may be thousands at once, take 240 of those at most.
        """
        narrow = [Rate((self.name, destination.address), 1, 1.0)]
        if destination.address.startswith("D"):  # a direct message
            narrow.append(Rate(f"{self.name} direct", 1, 0.25))
        return [*narrow, Rate(f"{self.name} token", 50, 1.0)]

    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        payload = self.payload(destination, message, key)
        if reply_to:
            payload |= {"thread_ts": reply_to.rpartition("/")[2], "reply_broadcast": True}
        try:
            sent = await self._post(destination.address, payload)
        except SlackError as error:
            if not reply_to or error.name not in NO_THREAD:
                raise
            _log.info("%s: %s is not there to be answered any more (Slack: %s)", self.name, reply_to, error.name)
            alone = self.payload(destination, message, key)
            sent = await self._post(destination.address, alone)
        self._ids[destination.address] = sent["channel"]
        if document := message.document:
            try:
                await share(self._client, sent["channel"], document)
            except DeliveryError as error:
                _log.warning("%s: a file could not be sent, and is told in words: %s", self.name, error)
                await self._post(sent["channel"], self.payload(destination, Message(document.instead), f"{key} file"))
        return f"{sent['channel']}/{sent['ts']}"

    async def _post(self, address: str, payload: dict[str, Any]) -> Any:
        try:
            return await self._client.call("chat_postMessage", **payload)
        except SlackError as error:
            if error.name != "not_in_channel":
                raise
            await self._join(address, error)
            return await self._client.call("chat_postMessage", **payload)

    async def _join(self, address: str, refused: SlackError) -> None:
        """Joins a channel, which an app may do by itself where the channel is public. Raises `refused` where it may
        not, and what may pass where it could not.
        """
        try:
            await self._client.call("conversations_join", channel=await self._channel_id(address))
        except SlackError as error:
            if error.name == "missing_scope":
                raise SlackError(f"{refused}; or let it join by itself: {error}", refused.name) from error
            raise refused from error
        except CannotAskError as error:
            raise refused from error
        except DeliveryError as error:  # whatever became of that, the message itself was not sent
            raise DeliveryError(str(error), retry_after=error.retry_after) from error
        _log.info("%s: joined the channel %s", self.name, address)

    can_edit = True

    async def edit(self, reference: str, message: Message, key: str) -> None:
        channel, _, ts = reference.partition("/")
        await self._client.call("chat_update", **rendering.edited(channel, ts, self._renderings.of(message), key))

    async def delete(self, reference: str) -> None:
        channel, _, ts = reference.partition("/")
        try:
            await self._client.call("chat_delete", channel=channel, ts=ts)
        except SlackError as error:
            if error.name != "message_not_found":
                raise

    can_pin = True

    async def pin(self, reference: str) -> None:
        await self._pinned("pins_add", reference, "already_pinned")

    async def unpin(self, reference: str) -> None:
        await self._pinned("pins_remove", reference, "no_pin", "not_pinned", "message_not_found")

    async def _pinned(self, method: str, reference: str, *fulfilled: str) -> None:
        """`fulfilled`: Slack's names for that there is nothing to do. Pins are for members, messages are not."""
        channel, _, timestamp = reference.partition("/")
        at = {"channel": channel, "timestamp": timestamp}
        try:
            try:
                await self._client.call(method, **at)
            except SlackError as error:
                if error.name != "not_in_channel":
                    raise
                await self._join(channel, error)
                await self._client.call(method, **at)
        except SlackError as error:
            if error.name not in fulfilled:
                raise

    async def find(
        self, destination: Destination, key: str, since: datetime, reply_to: str | None = None
    ) -> str | None:
        try:
            channel = await self._channel_id(destination.address)
            parameters = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "include_all_metadata": True}
            places = [("conversations_history", parameters)]
            if reply_to:
                places.append(("conversations_replies", {**parameters, "ts": reply_to.rpartition("/")[2]}))
            try:
                return await self._look_for(key, places)
            except SlackError as error:  # it may post in public channels that it is no member of, but not read there
                if error.name != "not_in_channel":
                    raise
                await self._join(destination.address, error)
                return await self._look_for(key, places)
        except DeliveryError as error:
            is_of_token = isinstance(error, SlackError) and error.is_of_token  # with the right one it can be asked
            if error.permanent and not is_of_token:
                raise CannotAskError(f"Slack cannot be asked what the channel holds: {error}") from error
            raise

    async def _look_for(self, key: str, places: Sequence[tuple[str, dict[str, Any]]]) -> str | None:
        for method, arguments in places:
            try:
                async for message in self._client.pages(method, "messages", **arguments):
                    if rendering.key_of(message) == key:
                        return f"{arguments['channel']}/{message['ts']}"
            except SlackError as error:
                if error.name != "thread_not_found":  # nothing can hang on what was deleted
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

    async def channels(self) -> Sequence[KnownChannel]:
        """Every channel that it can see: it joins public ones by itself."""
        kinds = {"types": "public_channel,private_channel", "exclude_archived": True}
        every = self._client.pages("conversations_list", "channels", **kinds)
        return [KnownChannel(channel["id"], f"#{channel['name']}") async for channel in every]

    # --- SlackPeople

    async def private_place(self, person: str) -> Destination:
        return await self._people.private_place(person)

    async def is_member(self, person: str, places: Sequence[Destination]) -> bool:
        del places  # the workspace says it
        return await self._people.is_member(person)

    async def administers(self, person: str, place: Destination) -> bool:
        return await self._people.administers(person, place)

    async def has_left(self, person: str) -> bool:
        return await self._people.has_left(person)

    async def name_of(self, person: str) -> str | None:
        return await self._people.name_of(person)

    # --- Chat

    async def listen(self, answers: Answers) -> None:
        # slack-bolt is large, and a round that only sends needs none of it.
        from bot.platforms.slack import listening  # noqa: PLC0415
        from bot.platforms.slack.chat import SlackChat  # noqa: PLC0415

        chat = SlackChat(self._client, answers, self.name)
        if self._mode == Mode.HTTP:
            path = path_of(self.name)
            await listening.by_http(chat, self._signing_secret, answers.routes, self._host_and_port, path)
        else:
            await listening.by_socket(chat, self._client, self._app_token)
