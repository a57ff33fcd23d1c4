"""The two ways in which Slack reaches the bot: a socket that the bot opens, or signed requests to its own address.

The socket is aiohttp's, not slack-sdk's `SocketModeClient` (3.47): that one asks for one address and tries it for ever,
though each is good for one connection only; prints a traceback at each try; and takes a wrong token for a lost network.
"""

import asyncio
import hmac
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.platforms.base import DeliveryError, Routes, WebRequest, WebResponse
from bot.platforms.retrying import Backoff
from bot.platforms.slack.chat import SlackChat
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import APP_LEVEL, SlackError

_log = logging.getLogger("callboard.slack")

FRESH_SECONDS = 5 * 60
"""For so long Slack's signature of a request holds."""

_TIMESTAMP, _SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
_MOST_TAKEN = 50_000  # requests that Slack has signed in that time; nobody else can add to them
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a lost connection is tried again: doubled each time, up to a minute."""

_SHORT_SECONDS = 2.0
_ANSWERED_AT_ONCE = "view_submission"
"""Of all that comes, this alone is acknowledged with an answer:
https://docs.slack.dev/surfaces/modals#updating_response
"""


# --- Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode


async def by_socket(chat: SlackChat, client: Client, app_token: str | None) -> None:
    """Listens until it is cancelled; or returns, when Slack does not let it. One socket follows the other: when Slack
    is about to close one, the next is opened first.
    """
    if not app_token:
        _say_that_it_is_not_set(chat, "app_token")
        return
    app = chat.app()
    backoff, was_heard = Backoff(FIRST_WAIT, LONGEST_WAIT), False
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        while True:
            began = loop.time()
            try:
                socket = await _connected(client, app_token, chat.name)
            except DeliveryError as error:
                if error.permanent:
                    _log.error("nobody is answered in %s: %s", chat.called, error)
                    return
                wait = error.retry_after or backoff.seconds
                _log.warning("no connection to %s, tried again in %.0f s: %s", chat.called, wait, error)
                was_heard = False
            else:
                if not was_heard:
                    _log.info("answering in %s by Socket Mode", chat.called)
                was_heard, wait = True, 0.0
                ends = asyncio.Event()
                tasks.create_task(_hear(socket, app, tasks, ends))
                await ends.wait()
            if loop.time() - began < _SHORT_SECONDS:  # it does not work, or Slack wants it no more
                await backoff.wait(at_least=wait)
            else:
                backoff.reset()


def _say_that_it_is_not_set(chat: SlackChat, key: str) -> None:
    without = f"announcements go out, but nobody is answered in {chat.called}"
    _log.warning("platforms.%s.%s is not set: %s", chat.name, key, without)


async def _connected(client: Client, app_token: str, name: str) -> aiohttp.ClientWebSocketResponse:
    """A socket of its own. Raises `DeliveryError`."""
    try:
        opened = await client.call("apps_connections_open", app_token=app_token)
    except SlackError as error:
        advice = f"platforms.{name}.app_token {APP_LEVEL}; then start the bot again (Slack: {error.name})"
        raise DeliveryError(advice, permanent=True) from error
    return await client.socket(str(opened["url"]))


async def _hear(
    socket: aiohttp.ClientWebSocketResponse, app: AsyncApp, tasks: asyncio.TaskGroup, ends: asyncio.Event
) -> None:
    """Takes in what comes, until the socket is closed; `ends` is set as soon as that is in sight."""
    try:
        async for frame in socket:
            envelope = frame.json()
            if envelope.get("type") == "disconnect":
                ends.set()
            elif "envelope_id" in envelope:
                payload = envelope.get("payload") or {}
                if payload.get("type") == _ANSWERED_AT_ONCE:
                    tasks.create_task(_answer(socket, app, envelope["envelope_id"], payload))
                    continue
                await socket.send_json({"envelope_id": envelope["envelope_id"]})
                tasks.create_task(_dispatch(app, payload))
    except Exception as error:  # noqa: BLE001  # whatever ends it, the next one follows
        _log.debug("a socket ended with %r", error)
    finally:
        ends.set()
        await socket.close()


async def _answer(
    socket: aiohttp.ClientWebSocketResponse, app: AsyncApp, envelope_id: str, payload: dict[str, Any]
) -> None:
    """Acknowledges with what the app answers; not at all where it fails, so that Slack says so at the form."""
    answer = await _dispatch(app, payload)
    if answer is None or answer.status != HTTPStatus.OK:
        return
    acknowledgement: dict[str, Any] = {"envelope_id": envelope_id}
    if answer.body:
        acknowledgement["payload"] = json.loads(answer.body)
    with suppress(ConnectionError):  # Slack says at the form that it was not answered
        await socket.send_json(acknowledgement)


async def _dispatch(app: AsyncApp, payload: dict[str, Any]) -> BoltResponse | None:
    try:
        return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
    except Exception as error:  # noqa: BLE001  # one odd envelope must not end the socket
        _log.error("something from Slack was not understood: %r", error)
        return None


# --- HTTP mode: https://docs.slack.dev/apis/events-api/using-http-request-urls


async def by_http(chat: SlackChat, signing_secret: str | None, routes: Routes, listen: str, path: str) -> None:
    """Listens until it is cancelled."""
    if not signing_secret:
        _say_that_it_is_not_set(chat, "signing_secret")
        return
    signed = _Signed(chat, signing_secret)
    without, key = f"nobody is answered in {chat.called}", f"platforms.{chat.name}.listen"
    async with routes.receive(listen, path, signed.receive, without, key=key, refusal=signed.refusal):
        _log.info("answering in %s at http://%s%s", chat.called, listen, path)
        await asyncio.Event().wait()


class _Signed:
    """Requests that Slack has signed, each taken once:
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, chat: SlackChat, signing_secret: str) -> None:
        self._chat = chat
        self._app = chat.app()  # what comes to it is verified here
        self._verifier = SignatureVerifier(signing_secret)
        self._taken: OrderedDict[str, int] = OrderedDict()  # their times, by signature
        self._warned = False

    def refusal(self, request: WebRequest) -> WebResponse | None:
        """For who shows at once that he is not Slack."""
        written = request.headers.get(_TIMESTAMP, "")
        is_now = written.isascii() and written.isdigit() and abs(time.time() - int(written)) <= FRESH_SECONDS
        return None if is_now and request.headers.get(_SIGNATURE) else self._refused()

    async def receive(self, request: WebRequest) -> WebResponse:
        try:
            body = request.body.decode()
            timestamp, signature = request.headers[_TIMESTAMP], request.headers[_SIGNATURE]
            expected = self._verifier.generate_signature(timestamp=timestamp, body=body)
            if not hmac.compare_digest(str(expected), signature):
                return self._refused()
            if not self._is_first(signature, int(timestamp)):
                return WebResponse(200)  # to whoever sends it, so that it is not sent again
            headers = cast("dict[str, str | Sequence[str]]", request.headers)
            answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, query=request.query, headers=headers))
        except Exception as error:  # noqa: BLE001  # anybody can write to a public address
            _log.debug("not from Slack: %r", error)
            return WebResponse(400)
        if answer.status >= 500:  # slack-bolt's word for what it cannot read; tried again it would be no better
            return WebResponse(400)
        return WebResponse(answer.status, answer.body.encode(), answer.first_headers_without_set_cookie())

    def _is_first(self, signature: str, timestamp: int) -> bool:
        """Whether it was not taken before: somebody may have written it down and send it again, while it is fresh."""
        while self._taken and next(iter(self._taken.values())) < time.time() - FRESH_SECONDS:
            self._taken.popitem(last=False)
        if signature in self._taken:
            return False
        self._taken[signature] = timestamp
        if len(self._taken) > _MOST_TAKEN:
            self._taken.popitem(last=False)
        return True

    def _refused(self) -> WebResponse:
        if not self._warned:
            self._warned = True
            _log.warning(
                "a request with a wrong signature was refused; if it came from Slack, compare "
                "platforms.%s.signing_secret with the app's page, Basic Information, and set this machine's clock",
                self._chat.name,
            )
        return WebResponse(401)
