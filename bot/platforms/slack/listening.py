"""The two ways in which Slack reaches the bot: a socket that the bot opens, or signed requests to its own address.

The socket is aiohttp's, not slack-sdk's `SocketModeClient` (3.47): that one asks for one address and tries it for ever,
though each is good for one connection only; prints a traceback at each try; and takes a wrong token for a lost network.
"""

import asyncio
import logging
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.base import DeliveryError
from bot.platforms.slack.chat import Chat
from bot.platforms.slack.errors import translated

_log = logging.getLogger("callboard.slack")

PATH = "/slack/events"
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a lost connection is tried again: doubled each time, up to a minute."""

HEARTBEAT = 10.0
"""Seconds between pings, by which a connection that died in silence is noticed."""

_CLOSE_SECONDS = 2.0
_SHORT_SECONDS = 2.0


# --- Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode


async def by_socket(chat: Chat, web_client: AsyncWebClient, app_token: str | None) -> None:
    """Listens until it is cancelled; or returns, when Slack does not let it. One socket follows the other: when Slack
    is about to close one, the next is opened first.
    """
    if not app_token:
        _log.warning("platforms.slack.app_token is not set: announcements go out, but nobody is answered in Slack")
        return
    app = chat.app()
    wait, was_heard = FIRST_WAIT, False
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        while True:
            began = loop.time()
            try:
                socket = await _connected(web_client, app_token)
            except DeliveryError as error:
                if error.permanent:
                    _log.error("nobody is answered in Slack: %s", error)
                    return
                seconds = error.retry_after or wait
                _log.warning("no connection to Slack, tried again in %.0f s: %s", seconds, error)
                was_heard = False
            else:
                if not was_heard:
                    _log.info("answering in Slack by Socket Mode")
                was_heard, seconds = True, wait
                ends = asyncio.Event()
                tasks.create_task(_hear(socket, app, tasks, ends))
                await ends.wait()
            if loop.time() - began < _SHORT_SECONDS:  # it does not work, or Slack wants it no more
                await asyncio.sleep(seconds)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                wait = FIRST_WAIT


async def _connected(web_client: AsyncWebClient, app_token: str) -> aiohttp.ClientWebSocketResponse:
    """A socket of its own. Raises `DeliveryError`."""
    try:
        opened = await web_client.apps_connections_open(app_token=app_token)
    except Exception as error:
        failed = translated(error)
        if failed.permanent:
            advice = (
                f"platforms.slack.app_token must be an app-level token (xapp-…) with the scope connections:write, from "
                f"Basic Information, and Socket Mode must be on; then start the bot again (Slack: {_name(error)})"
            )
            raise DeliveryError(advice, permanent=True) from error
        raise failed from error
    assert web_client.session  # noqa: S101  # it was made with one
    try:
        return await web_client.session.ws_connect(
            str(opened["url"]),
            heartbeat=HEARTBEAT,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
            proxy=web_client.proxy,
        )
    except Exception as error:
        raise DeliveryError(f"the socket does not open ({type(error).__name__})") from error


def _name(error: Exception) -> str:
    response = getattr(error, "response", None)
    return str(response.get("error")) if isinstance(response, AsyncSlackResponse) else type(error).__name__


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
                await socket.send_json({"envelope_id": envelope["envelope_id"]})
                tasks.create_task(_dispatch(app, envelope.get("payload") or {}))
    except Exception as error:  # noqa: BLE001  # whatever ends it, the next one follows
        _log.debug("a socket ended with %r", error)
    finally:
        ends.set()
        await socket.close()


async def _dispatch(app: AsyncApp, payload: dict[str, Any]) -> None:
    try:
        await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
    except Exception as error:  # noqa: BLE001  # one odd envelope must not end the socket
        _log.error("something from Slack was not understood: %r", error)


# --- HTTP mode: https://docs.slack.dev/apis/events-api/using-http-request-urls


async def by_http(chat: Chat, signing_secret: str | None, host_and_port: str) -> None:
    """Listens until it is cancelled."""
    if not signing_secret:
        _log.warning("platforms.slack.signing_secret is not set: announcements go out, but nobody is answered in Slack")
        return
    app = chat.app(signing_secret)
    warned = False

    async def receive(request: web.Request) -> web.Response:
        nonlocal warned
        try:
            answer = await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))
        except Exception as error:  # noqa: BLE001  # anybody can write to a public address
            _log.debug("not from Slack: %r", error)
            return web.Response(status=400)
        if answer.status == 401 and not warned:
            warned = True
            _log.warning(
                "a request with a wrong signature was refused; if it came from Slack, compare "
                "platforms.slack.signing_secret with the app's page, Basic Information, and set this machine's clock"
            )
        return answer

    server = web.Application()
    server.router.add_post(PATH, receive)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    host, _, port = host_and_port.rpartition(":")
    try:
        await _occupy(runner, host.strip("[]"), int(port))
        _log.info("answering in Slack at http://%s%s", host_and_port, PATH)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _occupy(runner: web.AppRunner, host: str, port: int) -> None:
    """Waits until the port is free: the bot's last run may still be going."""
    wait = FIRST_WAIT
    while True:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            _log.error("nobody is answered in Slack, tried again in %.0f s: %s", wait, error.strerror or error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return
