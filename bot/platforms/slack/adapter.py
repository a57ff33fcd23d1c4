"""Slack by slack-bolt's async app: sends notices, and answers by Socket Mode or signed HTTP."""

import asyncio
import html
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.channel import Destination
from bot.core.commands import Dialect, Request, read_words
from bot.core.message import Message
from bot.platforms.base import Answers, CannotAskError, DeliveryError, Platform, Rate, Reader
from bot.platforms.slack import rendering
from bot.platforms.slack.errors import error_name, translated
from bot.platforms.slack.manifest import COMMAND

_log = logging.getLogger("callboard.slack")

PATH = "/slack/events"
_ERRORS = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
_MANY = 10_000
_LONGEST_REPLY_WAIT = 60.0


class Slack(Platform):
    """One Slack app in one workspace."""

    name = "slack"
    dialect = Dialect.ONE

    def __init__(
        self, bot_token: str, app_token: str | None, signing_secret: str | None, mode: str, listen: str, api_url: str
    ) -> None:
        self._token = bot_token
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._mode = mode
        self._address = listen
        self._api_url = api_url.rstrip("/") + "/"
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._ids: dict[str, str] = {}  # of channels that are configured by #name

    def _web(self) -> AsyncWebClient:
        """The client, made inside the running loop. It never repeats a request by itself: that posts twice."""
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=30, sock_connect=10)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=100))
            self._client = AsyncWebClient(
                self._token, base_url=self._api_url, session=self._session, timeout=30, retry_handlers=[]
            )
        return self._client

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    # --- Notices

    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any]:
        return rendering.payload(destination.address, message, key)

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, short bursts pass."""
        return [Rate(("slack", destination.address), 1, 1.0), Rate("slack token", 50, 1.0)]

    async def send(self, destination: Destination, message: Message, key: str) -> str:
        try:
            sent = await self._web().chat_postMessage(**self.payload(destination, message, key))
        except _ERRORS as error:
            raise translated(error) from error
        channel = str(sent.get("channel") or destination.address)
        self._ids[destination.address] = channel
        return f"{channel}/{sent['ts']}"

    async def find(self, destination: Destination, key: str, since: datetime) -> str | None:
        try:
            channel = await self._channel_id(destination.address)
            async for message in self._history(channel, since):
                metadata = message.get("metadata") or {}
                if (
                    metadata.get("event_type") == rendering.EVENT_TYPE
                    and metadata.get("event_payload", {}).get("key") == key
                ):
                    return f"{channel}/{message['ts']}"
        except _ERRORS as error:
            failed = translated(error)
            if failed.permanent:
                raise CannotAskError(f"Slack cannot be asked what the channel holds: {failed}") from error
            raise DeliveryError(str(failed), retry_after=failed.retry_after) from error
        return None

    async def _history(self, channel: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        while True:
            page = await self._web().conversations_history(
                channel=channel,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=200,
                cursor=cursor or None,
            )
            for message in page.get("messages") or []:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _channel_id(self, address: str) -> str:
        if not address.startswith("#"):
            return address
        cursor = ""
        while address not in self._ids:
            page = await self._web().conversations_list(
                types="public_channel,private_channel", limit=200, cursor=cursor or None
            )
            self._ids.update({f"#{channel['name']}": channel["id"] for channel in page.get("channels") or []})
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        if address not in self._ids:
            raise CannotAskError(f"Slack knows no channel {address}")
        return self._ids[address]

    # --- Chat

    async def listen(self, answers: Answers) -> None:
        chat = _Chat(self, answers)
        app = AsyncApp(
            client=self._web(),
            token=self._token,
            signing_secret=self._signing_secret or "unset",
            request_verification_enabled=self._mode == "http",
            logger=_log,
        )
        app.command(COMMAND)(chat.command)
        app.event("app_mention")(chat.mention)
        app.event("message")(chat.direct_message)
        app.action(re.compile(rf"^{rendering.ASK}\b"))(chat.press)
        app.action(re.compile(rf"^{rendering.OPEN}\b"))(_acknowledge)
        if self._mode == "http":
            await self._serve(app)
        else:
            await self._connect(app)

    async def _connect(self, app: AsyncApp) -> None:
        if not self._app_token:
            _log.warning("platforms.slack.app_token is not set: Slack hears announcements, but nobody is answered")
            return
        handler = AsyncSocketModeHandler(app, self._app_token)
        try:
            if await _until_it_works(handler.connect_async):
                _log.info("answering in Slack by Socket Mode")
                await asyncio.Event().wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _serve(self, app: AsyncApp) -> None:
        if not self._signing_secret:
            _log.warning("platforms.slack.signing_secret is not set: Slack hears announcements, but nobody is answered")
            return
        host, _, port = self._address.rpartition(":")
        runner = web.AppRunner(app.web_app(path=PATH), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
            _log.info("answering in Slack at http://%s%s", self._address, PATH)
            await asyncio.Event().wait()
        except OSError as error:
            _log.error("cannot listen on %s: %s; nobody is answered in Slack", self._address, error.strerror)
        finally:
            await runner.cleanup()

    async def post(self, channel: str, message: Message, thread: str | None) -> None:
        """A reply that everyone there can read."""
        arguments = {"channel": channel, **rendering.content(message), "unfurl_links": False, "unfurl_media": False}
        if thread:
            arguments["thread_ts"] = thread
        await _patiently(lambda: self._web().chat_postMessage(**arguments))

    async def respond(self, url: str, message: Message, **how: Any) -> None:
        """A reply through the `response_url` of a command or button."""
        self._web()
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        await _patiently(lambda: webhook.send_dict({**rendering.content(message), **how}))

    async def language_of(self, user: str) -> str | None:
        """The language of a person's own Slack; None where it may not be asked."""
        try:
            found = await self._web().users_info(user=user, include_locale=True)
        except _ERRORS as error:
            _log.debug(
                "users.info: %s", error_name(error) if isinstance(error, SlackApiError) else type(error).__name__
            )
            return None
        locale = (found.get("user") or {}).get("locale")
        return str(locale) if locale else None


class _Chat:
    """What people do in Slack, as requests; answers, as messages. Everything is acknowledged first."""

    def __init__(self, slack: Slack, answers: Answers) -> None:
        self._slack = slack
        self._answers = answers
        self._languages: OrderedDict[str, str | None] = OrderedDict()
        self._heard: OrderedDict[str, None] = OrderedDict()

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        request = read_words(_plain(body.get("text") or ""))
        message = await self._answer(request, body["user_id"], body["channel_id"])
        await self._slack.respond(body["response_url"], message, response_type="ephemeral")

    async def mention(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        if self._is_new(body, event):
            message = await self._answer(read_words(_plain(event.get("text") or "")), None, event["channel"])
            await self._post(event["channel"], message, event.get("thread_ts") or event["ts"])

    async def direct_message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or "user" not in event:
            return
        if self._is_new(body, event):
            message = await self._answer(read_words(_plain(event.get("text") or "")), event["user"], event["channel"])
            await self._post(event["channel"], message, event.get("thread_ts"))

    async def press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        request = Request.from_button(action.get("value") or "")
        channel = (body.get("channel") or {}).get("id") or body.get("container", {}).get("channel_id") or ""
        message = await self._answer(request, body["user"]["id"], channel)
        how: dict[str, Any] = {"replace_original": True}
        if request.command == "position":  # beside the list, not in its place
            how = {"replace_original": False, "response_type": "in_channel" if channel.startswith("D") else "ephemeral"}
        await self._slack.respond(body["response_url"], message, **how)

    async def _answer(self, request: Request, private_to: str | None, channel: str) -> Message:
        language = await self._language(private_to) if private_to else None
        reader = Reader(Destination(self._slack.name, channel), language)
        return self._answers.answer(request, reader, Dialect.ONE)

    async def _post(self, channel: str, message: Message, thread: str | None) -> None:
        await self._answers.turn(Destination(self._slack.name, channel))
        await self._slack.post(channel, message, thread)

    async def _language(self, user: str) -> str | None:
        if user not in self._languages:
            self._languages[user] = await self._slack.language_of(user)
            if len(self._languages) > _MANY:
                self._languages.popitem(last=False)
        return self._languages[user]

    def _is_new(self, body: dict[str, Any], event: dict[str, Any]) -> bool:
        """False for an event that Slack delivers again because it was acknowledged late."""
        name = str(body.get("event_id") or f"{event.get('channel')}/{event.get('ts')}")
        if name in self._heard:
            return False
        self._heard[name] = None
        if len(self._heard) > _MANY:
            self._heard.popitem(last=False)
        return True


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()  # a button that opens a page tells us too


def _plain(text: str) -> str:
    """What a person typed, without mentions, links' markup and escapes."""
    text = re.sub(r"<[@#!][^>]*>", " ", text)
    text = re.sub(r"<(?:[^|>]*\|)?([^>]*)>", r"\1", text)
    return html.unescape(text).replace("*", " ").replace("`", " ").strip()


async def _until_it_works(connect: Callable[[], Awaitable[Any]]) -> bool:
    """Connects, however long it takes; False when the token will never do."""
    wait = 1.0
    while True:
        try:
            await connect()
        except _ERRORS as error:
            failed = translated(error)
            if failed.permanent:
                _log.error("Slack does not let the bot listen, nobody is answered: %s", failed)
                return False
            _log.warning("Slack cannot be reached, tried again in %.0f s: %s", wait, failed)
            await asyncio.sleep(failed.retry_after or wait)
            wait = min(wait * 2, 300)
        else:
            return True


async def _patiently(call: Callable[[], Awaitable[Any]]) -> None:
    """A reply that surely was not sent is tried again: somebody waits for it."""
    for last in (False, False, True):
        try:
            answer = await call()
            if getattr(answer, "status_code", 200) >= 400:
                _log.warning("Slack did not take a reply: %s %s", answer.status_code, getattr(answer, "body", ""))
        except _ERRORS as error:
            failed = translated(error)
            if last or failed.permanent or failed.in_doubt or (failed.retry_after or 0) > _LONGEST_REPLY_WAIT:
                _log.error("an answer could not be given: %s", failed)
                return
            await asyncio.sleep(failed.retry_after or 1)
        else:
            return
