"""An emulated Slack: Web API, Socket Mode, response_urls, and Slack's side of HTTP mode, on 127.0.0.1.

    async with SlackServer() as slack:
        slack.add_channel("C0123456789", name="jobs")
        slack.add_user("U0123", name="ada")
        ...                                             # start the bot with api_url=slack.url and slack's tokens
        asked = await slack.slash("/positions", "phd")  # through a socket, or signed to slack.http_target
        assert "PhD" in (await asked.answer()).shown
        assert slack.problems == []

It refuses what Slack refuses, with Slack's error names (slack_rules.py judges messages). What Slack would let pass
but a careful app avoids is noted in `problems`; what would ping people in `mentions`. Pages are named below
https://docs.slack.dev. Time is the server's own: `advance(seconds)` ages response_urls, triggers and rate limits.

A server is one workspace with one app; several are several servers, each with an Identity of its own. For masses of
messages, SlackServer(strict=False) judges no message, and keeps of chat.* what is in `sent` (no blocks, no `Call`);
channels, tokens, scopes, metadata, faults and limits are as ever.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import WSMsgType, web

from tests.emulators import slack_rules
from tests.emulators.slack_files import Files
from tests.emulators.slack_model import (
    APP,
    BOT,
    BOT_USER,
    DOMAIN,
    MAX_SOCKETS,
    RESPONSE_URL_SECONDS,
    RESPONSE_URL_USES,
    TEAM,
    TRIGGER_SECONDS,
    Call,
    Channel,
    Delivery,
    Fault,
    HttpAnswer,
    Identity,
    Json,
    Limits,
    Message,
    Refused,
    Response,
    Socket,
    User,
    drop_after,
    drop_before,
    error,
    hang,
    malformed,
    malformed_after,
    status,
    too_many,
)
from tests.emulators.slack_unfurling import Shared, Unfurls, is_of
from tests.emulators.slack_views import Modal, Modals

__all__ = [
    "APP",
    "BOT",
    "BOT_USER",
    "DOMAIN",
    "TEAM",
    "Call",
    "Channel",
    "Delivery",
    "Fault",
    "HttpAnswer",
    "Identity",
    "Limits",
    "Message",
    "Refused",
    "Response",
    "SlackServer",
    "Socket",
    "User",
    "drop_after",
    "drop_before",
    "error",
    "hang",
    "malformed",
    "malformed_after",
    "status",
    "too_many",
]

T = TypeVar("T")


@dataclass
class _Method:
    run: Callable[["SlackServer", Json], Json]
    need: frozenset[str]
    known: frozenset[str]
    scope: str


_METHODS: dict[str, _Method] = {}
_MESSAGE = "text blocks attachments as_user link_names parse username icon_emoji icon_url mrkdwn markdown_text"
_UPDATE = "text blocks attachments as_user link_names parse markdown_text metadata reply_broadcast file_ids"
_PINS = 100  # in a channel: https://slack.com/help/articles/205239997
HOME_MAX = 250_000  # /reference/methods/views.publish: "greater than 250kb"
_MASSES = {"chat.postMessage", "chat.update", "chat.delete"}  # what is not kept as a Call unless `strict`
_JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "unfurls": "invalid_unfurls_format",
    "view": "invalid_arguments",
}


def _method(name: str, need: str = "", may: str = "", scope: str = "") -> Callable[[Any], Any]:
    """Register a Web API method; `{kind}` in a scope becomes channels, groups or im, by the channel's kind.

    slack-bolt's client adds `team_id` to every call; tokens of one workspace ignore it.
    """

    def register(run: Callable[["SlackServer", Json], Json]) -> Callable[["SlackServer", Json], Json]:
        _METHODS[name] = _Method(run, frozenset(need.split()), frozenset(f"{need} {may} team_id".split()), scope)
        return run

    return register


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in {"1", "true"}


# ---------------------------------------------------------------------------- the server


class SlackServer:
    def __init__(
        self,
        bot_token: str = "xoxb-test-token",
        app_token: str = "xapp-test-token",
        signing_secret: str = "test-signing-secret",
        *,
        strict: bool = True,
        app: Identity | None = None,
    ) -> None:
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.strict, self.app = strict, app or Identity()
        self.token_error: str | None = None  # "token_revoked", "account_inactive": what the bot token now meets
        self.app_token_error: str | None = None  # the same for the app-level token
        self.edit_window: float | None = None  # seconds after which the workspace lets nobody edit
        self.may_pin = True  # whether the workspace lets the app pin in channels
        self.silent_sockets = False  # whether sockets that open from now on stay silent
        self.scopes = set(
            "chat:write commands app_mentions:read channels:read groups:read im:read im:write channels:history "
            "groups:history im:history channels:join users:read reactions:write team:read "
            "pins:write files:write".split()
        )
        self.events = {"app_mention", "message.im", "app_home_opened"}  # that the app has subscribed to
        self.http_target: str | None = None  # where a bot in HTTP mode listens: http://…/slack/events
        self.ack_seconds = 3.0  # /apis/events-api#responding: within three seconds
        self.limits: Limits | None = None
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()  # requests by method; also those of which no Call is kept
        self.sent: list[Message] = []
        self.responses: list[Response] = []
        self.deliveries: list[Delivery] = []
        self.problems: list[str] = []
        self.mentions: list[tuple[str, str]] = []  # (method, "<!channel>")
        self.homes: dict[str, Json] = {}  # user -> the published Home tab
        self.has_home = True  # whether the app's Home tab is on, as its manifest may say
        self.unfurl_domains: list[str] = []  # those of the app, as its manifest may say
        self.unfurls = Unfurls()
        self.views: list[Json] = []  # opened modals, as they were
        self.modals = Modals(self._ids)
        self.files = Files()
        self._told_later: set[asyncio.Future[Delivery | None]] = set()
        self._pulled_by: dict[str, str] = {}  # trigger -> who has done what it is of
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, User] = {}
        self.sockets: list[Socket] = []
        self._faults: list[list[Any]] = []  # [method, channel, fault, how often]
        self._retired: dict[str, str] = {}  # old token -> what it now meets
        self._known: dict[tuple[str, str], Message] = {}
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._envelopes: dict[str, tuple[Delivery, float, asyncio.Future[None]]] = {}
        self._urls: dict[str, Delivery] = {}
        self._triggers: dict[str, tuple[float, bool]] = {}  # id -> (born, used)
        self._buckets: dict[Any, tuple[float, float]] = {}
        self._tickets: set[str] = set()
        self._skew = 0.0
        self._last_ts = 0.0
        self._count = itertools.count(1)
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self.add_user(self.app.user, name="callboard")
        self.add_user("U0123", name="ada")

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession()
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(socket.ws.close(code=1001) for socket in self.sockets))
        await self.go_away()
        await self._client.close()

    async def go_away(self) -> None:
        """The network is gone: sockets and connections break, new ones are refused."""
        self._closing.set()
        for socket in self.sockets:
            if socket.request.transport:
                socket.request.transport.abort()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def come_back(self) -> None:
        """Listen; after go_away on the same port as before, with all that was known."""
        self._closing = asyncio.Event()
        app = web.Application(client_max_size=4 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._serve_api)
        app.router.add_get("/link/", self._serve_socket)
        app.router.add_post("/response/{key}", self._serve_response_url)
        app.router.add_post("/upload/{name}", self._serve_upload)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self._base = f"127.0.0.1:{self._port}"
        self.url = f"http://{self._base}/api/"

    # -- the workspace

    def add_channel(
        self,
        id: str,  # noqa: A002 - Slack's word
        *,
        name: str,
        member: bool = True,
        archived: bool = False,
        private: bool = False,
        members: set[str] | None = None,
    ) -> Channel:
        self.channels[id] = Channel(id, name, member, archived, private, members)
        return self.channels[id]

    def add_user(
        self,
        id: str,  # noqa: A002
        *,
        name: str,
        locale: str = "en-US",
        tz: str = "Europe/Berlin",
        **standing: Any,
    ) -> User:
        """`standing`: a guest, somebody of another workspace, an admin … (see `User`)."""
        self.users[id] = User(id, name, locale, tz, **standing)
        return self.users[id]

    def channel(self, reference: str) -> Channel:
        """By id, by "#name", or the direct message with a user, by the user's id."""
        if reference in self.users:
            return self._direct(reference)
        name = reference.removeprefix("#")
        return next(one for one in self.channels.values() if reference == one.id or name == one.name)

    def messages(self, reference: str) -> list[Message]:
        """What a reader sees in the channel now, the oldest first: of answers only those that were broadcast."""
        return [one for one in self._top(self.channel(reference)) if not one.tombstone]

    def thread(self, reference: str, ts: str) -> list[Message]:
        """What a reader sees in a thread now, the oldest first, without the message that it hangs on."""
        return [one for one in self.channel(reference).messages if one.thread_ts == ts != one.ts]

    def rotate(self, bot_token: str = "", app_token: str = "", *, old: str = "token_revoked") -> None:
        """New tokens; the old ones meet this error from now on."""
        if bot_token:
            self._retired[self.bot_token], self.bot_token = old, bot_token
        if app_token:
            self._retired[self.app_token], self.app_token = old, app_token

    def now(self) -> float:
        return time.time() + self._skew

    def advance(self, seconds: float) -> None:
        """Let time pass: response_urls, triggers and rate limits age."""
        self._skew += seconds

    def fail(self, method: str, *faults: Fault, channel: str | None = None, times: int | None = 1) -> None:
        """Queue faults, one for each matching call; `times=None` lasts until `heal`.

        `method` is a Web API method, "response_url", "link" (opening a socket) or "*".
        """
        self._faults += [[method, channel, fault, math.inf if times is None else times] for fault in faults]

    def heal(self, method: str | None = None) -> None:
        self._faults = [entry for entry in self._faults if method not in {None, entry[0]}]

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 20) -> T:  # noqa: ASYNC109
        """Return what `predicate` says as soon as it is true; it is asked again whenever the server changes."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    await self._changed.wait()
        except TimeoutError:
            recent = [f"  {call.method} {call.params} -> {call.outcome}" for call in self.calls[-10:]]
            lines = ["not within the time; recent calls:", *recent, "problems:", *self.problems]
            raise AssertionError("\n".join(lines)) from None
        return found

    # -- Slack's side of the conversation

    async def invite(self, channel: str, user: str = "U0123") -> Delivery | None:
        """/reference/events/member_joined_channel: somebody adds the app to a channel, and whoever is in it is told."""
        room = self.channel(channel)
        assert not room.member, "it is there"
        room.member = True
        return await self._tell(self._joining(room) | {"inviter": user}, room)

    def _joining(self, room: Channel) -> Json:
        told = {"user": self.app.user, "channel": room.id, "channel_type": "C", "team": self.app.team}
        return {"type": "member_joined_channel", **told, "event_ts": self._ts()}

    async def remove(self, channel: str) -> Delivery | None:
        """/reference/events/channel_left, /group_left: somebody takes the app out of a channel."""
        room = self.channel(channel)
        assert room.member, "it is not there"
        room.member = False
        kind = "group_left" if room.private else "channel_left"
        return await self._tell({"type": kind, "channel": room.id, "event_ts": self._ts()}, room)

    async def _tell(self, event: Json, room: Channel) -> Delivery | None:
        """An event that an app hears of if it has subscribed to it, and may read of such channels."""
        is_told = event["type"] in self.events and f"{room.kind}:read" in self.scopes
        return await self.event(event, channel=room.id) if is_told else None

    async def slash(self, command: str, text: str = "", *, user: str = "U0123", channel: str | None = None) -> Delivery:
        """/interactivity/implementing-slash-commands; without a channel, typed in the direct message with the bot."""
        room = self.channel(channel or user)
        payload = {
            "token": "legacy-verification-token",
            "team_id": self.app.team,
            "team_domain": self.app.domain,
            "channel_id": room.id,
            "channel_name": "directmessage" if room.user else "privategroup" if room.private else room.name,
            "user_id": user,
            "user_name": self.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": self.app.app,
            "is_enterprise_install": "false",
        }
        return await self._interact(Delivery(self, "slash_commands", payload, user, room.id))

    async def mention(
        self, text: str, user: str = "U0123", channel: str | None = None, thread_ts: str | None = None, **more: Any
    ) -> Delivery:
        """/reference/events/app_mention; `<@bot>` is put in front unless the text has it. `more`: see `_say`."""
        room = self.channel(channel) if channel else next(one for one in self.channels.values() if not one.user)
        text = text if f"<@{self.app.user}>" in text else f"<@{self.app.user}> {text}"
        return await self._say("app_mention", room, user, text, thread_ts, **more)

    async def direct_message(
        self, text: str, user: str = "U0123", thread_ts: str | None = None, **more: Any
    ) -> Delivery:
        """/reference/events/message.im; `more`: see `_say`."""
        return await self._say("message", self._direct(user), user, text, thread_ts, **more)

    async def event(
        self,
        event: Json,
        *,
        user: str = "U0123",
        channel: str = "",
        team: str | None = None,
        shared_by: str | None = None,
    ) -> Delivery:
        """Any event in the outer wrapper of /apis/events-api#callback-field; retried once when it is not acked. `team`:
        another workspace in which the app is installed; `shared_by`: one that shares the channel.
        """
        payload = {
            "token": "legacy-verification-token",
            "team_id": shared_by or team or self.app.team,
            "api_app_id": self.app.app,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._count):08d}",
            "event_time": int(self.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team or self.app.team,
                    "user_id": self.app.user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-test",
        }
        delivery = Delivery(self, "events_api", payload, user, channel)
        self.deliveries.append(delivery)
        await self._deliver(delivery)
        if delivery.acked_in is None and (self.sockets or self.http_target):
            await self.redeliver(delivery)
        return delivery

    async def redeliver(self, delivery: Delivery, reason: str = "timeout") -> Delivery:
        """Send the same event again, as Slack does up to three times (/apis/events-api#retries)."""
        await self._deliver(delivery, reason)
        return delivery

    async def press(
        self, message: Message | Response, button: str | None, user: str | None = None, *, forged: str | None = None
    ) -> Delivery:
        """/reference/interaction-payloads/block_actions-payload, for the button with this label. Or a person's own
        program sends the value `forged` for a message, with that button or (None) with one that is not there.

        Slack sends no `message` for an ephemeral one: all that the bot needs must be in the button.
        """
        shown = message.message if isinstance(message, Response) else message
        assert shown is not None, "nothing was said"
        assert not shown.deleted, "that message is gone"
        assert not shown.replaced, "a later answer took the place of that message"
        user = user or shown.shown_to or "U0123"
        assert shown.shown_to in {None, user}, f"{user} cannot see that message"
        if button is None:
            block = {"block_id": "forged"}
            element = {"action_id": "ask.0.0", "type": "button", "text": {"type": "plain_text", "text": "1"}}
        else:
            found = [entry for entry in slack_rules.buttons(shown.blocks) if entry[2]["text"]["text"] == button]
            assert len(found) == 1, f"{len(found)} buttons {button!r} among {shown.buttons}"
            index, place, _ = found[0]
            block = shown.as_json()["blocks"][index]
            element = block["elements"][place] if block["type"] == "actions" else block["accessory"]
        element = {**element, **({"value": forged} if forged else {})}
        room = self.channels[shown.channel]
        name = self.users[user].name
        container = {
            "type": "message",
            "message_ts": shown.ts,
            "channel_id": room.id,
            "is_ephemeral": bool(shown.shown_to),
        }
        payload: Json = {
            "type": "block_actions",
            "user": {"id": user, "username": name, "name": name, "team_id": self.app.team},
            "api_app_id": self.app.app,
            "token": "legacy-verification-token",
            "container": container | ({"thread_ts": shown.thread_ts} if shown.thread_ts else {}),
            "team": {"id": self.app.team, "domain": self.app.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": room.id, "name": "directmessage" if room.user else room.name},
            **({} if shown.shown_to else {"message": shown.as_json()}),
            "state": {"values": {}},
            "actions": [
                {key: element[key] for key in ("action_id", "text", "value", "style", "type") if key in element}
                | {"block_id": block["block_id"], "action_ts": self._ts()}
            ],
        }
        return await self._interact(Delivery(self, "interactive", payload, user, room.id, shown))

    async def press_in_view(self, button: str, user: str = "U0123", *, forged: str | None = None) -> Modal:
        """Somebody presses the button with this label in what is on the screen (block_actions of a view, in the
        reference's interaction payloads), or sends a value that it does not carry. Gives the view, as it was pressed.
        """
        modal = self.modals.top(user)
        assert modal, f"{user} has no view on the screen"
        await self._press_in(self.modals.as_json(modal), button, user, forged)
        return modal

    async def deactivate(self, user: str, *, team: str | None = None) -> Delivery:
        """Somebody leaves the workspace (/reference/events/user_change); who had them as a user is told of it."""
        self.users[user].deleted = True
        changed = self.users[user].as_json(locale=False, app=self.app)
        event = {"type": "user_change", "user": changed, "cache_ts": int(self.now()), "event_ts": self._ts()}
        return await self.event(event, user=user, team=team)

    async def share(
        self,
        *urls: str,
        user: str = "U0123",
        channel: str | None = None,
        is_sent: bool = True,
        in_organization: bool = False,
        team: str | None = None,
        shared_by: str | None = None,
    ) -> Shared | None:
        """Somebody sends links, or has only written them into the field for messages (/reference/events/link_shared).
        None where the app is not told: without the scope, or of other domains. An organization's workspaces say
        neither `unfurl_id` nor `source`.
        """
        ours = [url for url in urls if is_of(url, self.unfurl_domains)]
        if "links:read" not in self.scopes or not ours:
            return None
        number = next(self._count)
        if is_sent:
            room = self.channel(channel) if channel else next(iter(self.channels.values()))
            message = Message(room.id, self._ts(), " ".join(f"<{url}>" for url in urls), user, app=self.app)
            self._known[room.id, message.ts] = message
            room.messages.append(message)
            name = f"{room.id}.{message.ts}.{hashlib.sha256(str(number).encode()).hexdigest()}"
            shared = Shared(name, room.id, message.ts, tuple(ours))
        else:
            name = f"{user}-909b5454-75f8-4ac4-b325-{number:012d}"
            shared = Shared(name, "COMPOSER", name, tuple(ours))
        self.unfurls.all.append(shared)
        event: Json = {
            "type": "link_shared",
            "channel": shared.channel,
            "is_bot_user_member": not is_sent or self.channels[shared.channel].member,
            "user": user,
            "message_ts": shared.ts,
            "links": [{"domain": urlsplit(url).hostname, "url": url} for url in ours],
            "user_locale": self.users[user].locale,
            "event_ts": self._ts(),
        }
        if not in_organization:
            event |= {"unfurl_id": name, "source": "conversations_history" if is_sent else "composer"}
        await self.event(event, user=user, channel="", team=team, shared_by=shared_by)
        return shared

    async def shortcut(
        self,
        callback_id: str,
        message: Message | None = None,
        *,
        user: str = "U0123",
        channel: str | None = None,
        team: str | None = None,
    ) -> Delivery:
        """/reference/interaction-payloads/shortcuts-interaction-payload: below a message, which has to be seen by all
        there; or, without one, from anywhere. `channel`: where the payload says that the message stands.
        """
        name, own = self.users[user].name, team or self.app.team
        payload: Json = {
            "type": "message_action" if message else "shortcut",
            "token": "legacy-verification-token",
            "action_ts": self._ts(),
            "team": {"id": own, "domain": self.app.domain},
            "user": {"id": user, "username": name, "name": name, "team_id": own},
            "is_enterprise_install": False,
            "enterprise": None,
            "callback_id": callback_id,
        }
        if message is None:
            return await self._interact(Delivery(self, "interactive", payload, user, "", is_of_view=True))
        assert message.shown_to is None, "what one person alone sees has no shortcuts"
        room = self.channels[channel or message.channel]
        payload |= {
            "channel": {"id": room.id, "name": "directmessage" if room.user else room.name},
            "message_ts": message.ts,
            "message": message.as_json(),
        }
        return await self._interact(Delivery(self, "interactive", payload, user, room.id))

    async def open_home(self, user: str = "U0123", tab: str = "home", *, team: str | None = None) -> Delivery:
        """/reference/events/app_home_opened; with the view that was published last, if any. `team`: another workspace
        in which the app is installed.
        """
        shown = self.homes.get(user) if tab == "home" else None
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._direct(user).id,
            "event_ts": self._ts(),
        }
        event |= {"tab": tab, **({"view": shown} if shown else {})}
        return await self.event(event, user=user, team=team)

    async def press_at_home(
        self, button: str, user: str = "U0123", *, nth: int = 0, forged: str | None = None
    ) -> Delivery:
        """Somebody presses the nth button with this label in the Home tab, or sends a value that it does not carry."""
        return await self._press_in(self.homes[user], button, user, forged, nth)

    async def _press_in(self, view: Json, button: str, user: str, forged: str | None, nth: int = 0) -> Delivery:
        """/reference/interaction-payloads/block_actions-payload, of a view: there is no `response_url`."""
        blocks = view["blocks"]
        found = [entry for entry in slack_rules.buttons(blocks) if entry[2]["text"]["text"] == button]
        labels = [entry[2]["text"]["text"] for entry in slack_rules.buttons(blocks)]
        assert len(found) > nth, f"{len(found)} buttons {button!r} among {labels}"
        index, place, _ = found[nth]
        element = {**blocks[index]["elements"][place], **({"value": forged} if forged else {})}
        payload: Json = {
            "type": "block_actions",
            "user": {"id": user, "username": self.users[user].name, "team_id": self.app.team},
            "api_app_id": self.app.app,
            "token": "legacy-verification-token",
            "container": {"type": "view", "view_id": view["id"]},
            "team": {"id": self.app.team, "domain": self.app.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "view": view,
            "actions": [
                {key: element[key] for key in ("action_id", "text", "value", "style", "type") if key in element}
                | {"block_id": blocks[index].get("block_id", f"b{index}"), "action_ts": self._ts()}
            ],
        }
        return await self._interact(Delivery(self, "interactive", payload, user, "", is_of_view=True))

    async def submit(self, user: str = "U0123", **filled: Any) -> Modal:
        """Somebody fills in what is on the screen, and presses Submit (view_submission, in the reference's interaction
        payloads). A field that is not named keeps what is in it. Gives the view, as it is afterwards.
        """
        modal = self.modals.top(user)
        assert modal, f"{user} has no view on the screen"
        assert "submit" in modal.view, "it has no button to submit it"
        payload: Json = {
            "type": "view_submission",
            "team": {"id": self.app.team, "domain": self.app.domain},
            "user": {
                "id": user,
                "username": self.users[user].name,
                "name": self.users[user].name,
                "team_id": self.app.team,
            },
            "api_app_id": self.app.app,
            "token": "legacy-verification-token",
            "view": self.modals.as_json(modal, filled),
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        await self._interact(Delivery(self, "interactive", payload, user, "", modal=modal))
        return modal

    async def http(
        self,
        body: str | Json,
        *,
        content_type: str | None = None,
        timestamp: int | None = None,
        signature: str | None = None,
        headers: dict[str, str] | None = None,
        signed: bool = True,
    ) -> HttpAnswer:
        """POST anything to `http_target`; a dict goes as JSON. Give a `timestamp` or `signature` to get them wrong."""
        assert self.http_target, "set http_target to the bot's address first"
        text = body if isinstance(body, str) else json.dumps(body)
        kind = content_type or ("application/x-www-form-urlencoded" if isinstance(body, str) else "application/json")
        timestamp = int(self.now()) if timestamp is None else timestamp
        sealed = {
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": signature or self.sign(text, timestamp),
        }
        sent = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        sent |= (sealed if signed else {}) | (headers or {})
        async with self._client.post(self.http_target, data=text.encode(), headers=sent) as answer:
            return HttpAnswer(answer.status, await answer.text(), dict(answer.headers))

    def sign(self, body: str, timestamp: int) -> str:
        """/authentication/verifying-requests-from-slack"""
        base = f"v0:{timestamp}:{body}".encode()
        return "v0=" + hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """ "warning" announces, "refresh_requested" and "link_disabled" then close; "abrupt" just drops the line."""
        for socket in list(self.sockets):
            if reason != "abrupt":
                await socket.ws.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-emulated"}}
                )
            if reason == "abrupt" and socket.request.transport:
                socket.request.transport.abort()
            elif reason != "warning":
                await socket.ws.close()

    def silence_sockets(self) -> None:
        """The sockets that are open now answer no ping, deliver nothing and hear nothing; see silent_sockets."""
        for socket in self.sockets:
            socket.silent = True

    # -- delivering

    async def _say(
        self,
        kind: str,
        room: Channel,
        user: str,
        text: str,
        thread_ts: str | None,
        *,
        file: str | None = None,
        subtype: str | None = None,
    ) -> Delivery:
        """With the name of a file, or as a message of a subtype that people write: `thread_broadcast`, `me_message`.

        /reference/events/message/file_share; an `app_mention` has the files, and no subtype
        (https://github.com/seratch/seratch-slack-types/issues/8).
        """
        assert room.member, "Slack tells an app nothing of channels it is not in"
        message = Message(room.id, self._ts(), text, user, thread_ts=thread_ts, app=self.app)
        self._known[room.id, message.ts] = message
        room.messages.append(message)
        event: dict[str, Any] = {
            "type": kind,
            "user": user,
            "text": text,
            "ts": message.ts,
            "event_ts": message.ts,
            "team": self.app.team,
            "channel": room.id,
            "client_msg_id": f"00000000-0000-4000-8000-{next(self._count):012d}",
        }
        event |= {"channel_type": "im"} if kind == "message" else {}
        event |= {"thread_ts": thread_ts} if thread_ts else {}
        if file:
            shared = {"id": f"F{next(self._count):08d}", "name": file, "mode": "hosted", "user": user, "size": 52_000}
            event |= {"files": [shared], "upload": False, "display_as_bot": False}
            event |= {"subtype": "file_share"} if kind == "message" else {}
        event |= {"subtype": subtype} if subtype else {}
        if subtype == "thread_broadcast":
            event |= {"root": {"type": "message", "ts": thread_ts, "user": user, "text": "…", "reply_count": 1}}
        return await self.event(event, user=user, channel=room.id)

    async def _interact(self, delivery: Delivery) -> Delivery:
        key = f"{next(self._count):08d}"
        trigger = f"{next(self._count)}.{self.app.team}.{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        self._urls[key], self._triggers[trigger] = delivery, (self.now(), False)
        self._pulled_by[trigger] = delivery.user
        delivery.payload["trigger_id"] = trigger
        if delivery.modal is None and not delivery.is_of_view:  # a view has none
            delivery.payload["response_url"] = f"http://{self._base}/response/{key}"
        delivery.born = self.now()
        self.deliveries.append(delivery)
        await self._deliver(delivery)
        return delivery

    async def _deliver(self, delivery: Delivery, retry: str | None = None) -> None:
        """Over one of the open sockets, else by HTTP; waits for the ack, and notes when none comes in time."""
        delivery.attempts += 1
        if self.sockets:
            await self._deliver_by_socket(delivery, retry)
        elif self.http_target and self._runner:
            await self._deliver_by_http(delivery, retry)
        else:
            self._problem(delivery.type, "dispatch_failed: no socket is open and no http_target is set")

    async def _deliver_by_socket(self, delivery: Delivery, retry: str | None) -> None:
        socket = self.sockets[next(self._count) % len(self.sockets)]  # "any of the connections"
        envelope: Json = {
            "envelope_id": f"00000000-0000-4000-9000-{next(self._count):012d}",
            "type": delivery.type,
            "accepts_response_payload": delivery.type != "events_api",
            "payload": delivery.payload,
        }
        if delivery.type == "events_api":
            envelope |= {"retry_attempt": delivery.attempts - 1, "retry_reason": retry or ""}
        acked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._envelopes[envelope["envelope_id"]] = (delivery, time.monotonic(), acked)
        try:
            if not socket.silent:
                await socket.ws.send_json(envelope)
            await asyncio.wait_for(acked, self.ack_seconds)
        except (TimeoutError, ConnectionError) as failed:
            self._problem(delivery.type, f"no ack within {self.ack_seconds} s: {failed!r}")

    async def _deliver_by_http(self, delivery: Delivery, retry: str | None) -> None:
        """/apis/events-api/using-http-request-urls: events are JSON, commands and buttons are forms."""
        body: str | Json = delivery.payload
        if delivery.type == "slash_commands":
            body = urlencode(delivery.payload)
        elif delivery.type == "interactive":
            body = urlencode({"payload": json.dumps(delivery.payload)})
        headers = {"X-Slack-Retry-Num": str(delivery.attempts - 1), "X-Slack-Retry-Reason": f"http_{retry}"}
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.ack_seconds):
                answer = await self.http(body, headers=headers if retry else None)
        except (TimeoutError, aiohttp.ClientError) as failed:
            self._problem(delivery.type, f"no ack within {self.ack_seconds} s: {failed!r}")
            return
        delivery.status = answer.status
        if answer.status != 200:
            self._problem(delivery.type, f"HTTP {answer.status}: {answer.body[:200]}")
            return
        is_json = "json" in answer.headers.get("Content-Type", "")
        self._acked(delivery, time.monotonic() - started, json.loads(answer.body) if is_json else answer.body)

    def _acked(self, delivery: Delivery, seconds: float, payload: Json | str | None) -> None:
        late = seconds > self.ack_seconds
        delivery.acked_in, delivery.ack = seconds, payload or None
        if payload and delivery.type == "events_api":
            self._problem("ack", "an event accepts no response payload")
        elif delivery.modal is not None:
            if wrong := self.modals.take(delivery.modal, payload):
                self._problem("ack", wrong)
        elif payload and delivery.type == "interactive":
            self._problem("ack", "Slack ignores a message in the ack of a button: use response_url")
        elif payload and late:
            self._problem("ack", "too late: the person has seen operation_timeout")
        elif payload:
            message = {"text": payload} if isinstance(payload, str) else payload
            try:
                self._respond(delivery, message, "ack")
            except Refused as refused:
                self._problem("ack", json.dumps(refused.body))
        self._touch()

    # -- responses: acks and response_urls

    def _respond(self, delivery: Delivery, payload: Json, how: str) -> None:
        """/interactivity/handling-user-interaction#message_responses; an ack's payload obeys the same rules."""
        known = "text blocks attachments response_type replace_original delete_original unfurl_links unfurl_media"
        self._unknown(how, payload, frozenset(f"{known} thread_ts metadata mrkdwn parse link_names".split()))
        kind = payload.get("response_type", "ephemeral")
        if kind not in {"ephemeral", "in_channel"}:
            raise Refused("invalid_arguments", f"response_type {kind!r}")
        replace, delete = payload.get("replace_original"), _true(payload.get("delete_original"))
        origin, room = delivery.origin, self.channels[delivery.channel]
        if origin is None and (delete or _true(replace)):
            self._problem(how, "there is no original to replace or delete after a slash command")
        if origin is not None and replace is None and not delete:
            self._problem(how, "say replace_original on purpose: after a button, Slack's default surprises")
        replacing = origin is not None and not delete and (replace is None or _true(replace))
        if delete and origin is not None:
            self._remove(origin)
        if delete and not payload.get("text") and not payload.get("blocks"):
            message = None
        else:
            self._judge(how, payload)
            ephemeral = bool(origin.shown_to) if replacing and origin else kind == "ephemeral"
            if replacing and ephemeral is not (kind == "ephemeral") and "response_type" in payload:
                self._problem(how, "a message keeps its visibility for life: response_type is ignored")
            if replacing and origin and not ephemeral:
                origin.text, origin.blocks = payload.get("text") or "", payload.get("blocks")
                origin.edited, message = self._ts(), origin
                origin.edits.append(origin.shown)
            else:
                message = self._new_message(room, payload, shown_to=delivery.user if ephemeral else None)
                if replacing and origin:
                    message.ts, origin.replaced = origin.ts, True
                if not ephemeral:
                    room.messages.append(message)
        response = Response(how, delivery.user, delivery.channel, payload, message)
        delivery.responses.append(response)
        self.responses.append(response)
        self._touch()

    def _redeem(self, delivery: Delivery | None, payload: Any) -> None:
        if delivery is None or self.now() - delivery.born > RESPONSE_URL_SECONDS:
            raise Refused("expired_url")
        delivery.url_uses += 1
        if delivery.url_uses > RESPONSE_URL_USES:
            raise Refused("used_url")
        if not isinstance(payload, dict):
            raise Refused("invalid_payload")
        self._respond(delivery, payload, "response_url")

    async def _serve_response_url(self, request: web.Request) -> web.StreamResponse:
        delivery = self._urls.get(request.match_info["key"])
        body = await request.text()
        try:
            payload = json.loads(body)
        except ValueError:
            payload = None
        call = self._record("response_url", payload if isinstance(payload, dict) else {"body": body}, request)

        async def act() -> web.Response:
            try:
                self._redeem(delivery, payload)
            except Refused as refused:
                call.outcome = refused.body["error"]
                self._problem("response_url", json.dumps(refused.body))
                return web.json_response(refused.body, status=404 if call.outcome.endswith("_url") else 400)
            call.outcome = "ok"
            return web.Response(text="ok")

        return await self._under_faults(request, call, act)

    async def _serve_upload(self, request: web.Request) -> web.StreamResponse:
        """/messaging/working-with-files: raw bytes, or a form; whoever has the address needs no token."""
        body = await request.read()
        call = self._record("upload", {"bytes": len(body)}, request)

        async def act() -> web.Response:
            if "Authorization" in request.headers:
                self._problem("upload", "the token is nobody's business there")
            wrong = self.files.bring(request.match_info["name"], body)
            call.outcome = wrong or "ok"
            if wrong:
                self._problem("upload", wrong)
            self._touch()
            return web.Response(status=400 if wrong else 200, text=wrong or f"OK - {len(body)}")

        return await self._under_faults(request, call, act)

    # -- Socket Mode (/apis/events-api/using-socket-mode)

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        call = self._record("link", dict(request.query), request)

        async def act() -> web.StreamResponse:
            if request.query.get("ticket") not in self._tickets:
                call.outcome = "invalid ticket"
                return web.Response(status=404, text="invalid ticket")
            self._tickets.discard(request.query["ticket"])
            call.outcome = "ok"
            return await self._talk(request)

        return await self._under_faults(request, call, act)

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(autoping=False, timeout=0.2)
        await ws.prepare(request)
        if len(self.sockets) >= MAX_SOCKETS:
            self._problem("link", f"more than {MAX_SOCKETS} sockets")
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        socket = Socket(ws, request, self.silent_sockets)
        info = {"host": "applink-emulated", "approximate_connection_time": 18_060}
        await ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets) + 1,
                "connection_info": {"app_id": self.app.app},
                "debug_info": info,
            }
        )
        await ws.ping(b"Ping from applink-emulated")
        self.sockets.append(socket)
        self._touch()
        try:
            async for frame in ws:
                if frame.type is WSMsgType.PING and not socket.silent:
                    await ws.pong(frame.data)
                elif frame.type is WSMsgType.PONG:
                    socket.pongs += 1
                elif frame.type is WSMsgType.TEXT and not socket.silent:
                    self._heard(frame.data)
                self._touch()
        finally:
            self.sockets.remove(socket)
            self._touch()
        return ws

    def _heard(self, text: str) -> None:
        try:
            said = json.loads(text)
            delivery, started, acked = self._envelopes[said["envelope_id"]]
        except (ValueError, TypeError, KeyError):
            self._problem("socket", f"not an ack of an envelope that was sent: {text[:200]}")
            return
        if extra := set(said) - {"envelope_id", "payload"}:
            self._problem("socket", f"unknown keys in an ack: {sorted(extra)}")
        if delivery.acked_in is not None and acked.done() and not acked.cancelled():
            self._problem("socket", f"acked twice: {said['envelope_id']}")
            return
        self._acked(delivery, time.monotonic() - started, said.get("payload"))
        if not acked.done():
            acked.set_result(None)

    # -- the Web API's frame (/apis/web-api)

    async def _serve_api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        call = self._record(name, {}, request)
        try:
            token, call.params = await self._arguments(request)
        except Refused as refused:
            call.outcome = refused.body["error"]
            return web.json_response(refused.body)

        async def act() -> web.Response:
            try:
                body = {"ok": True, **self._perform(name, token, call.params)}
                call.outcome = "ok"
            except Refused as refused:
                body, call.outcome = refused.body, refused.body["error"]
            self._touch()
            return self._answer(body, name, token)

        return await self._under_faults(request, call, act)

    def _answer(self, body: Json, name: str, token: str | None) -> web.Response:
        """With the token's scopes, and the method's, in headers: every answer to a good token has them."""
        wait = body.pop("retry_after", None)
        headers = {} if wait is None else {"Retry-After": str(wait)}
        scopes = None
        if token == self.bot_token and not self.token_error:
            scopes = self.scopes
        elif token == self.app_token and not self.app_token_error:
            scopes = {"connections:write"}
        if scopes is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(scopes))
            if name in _METHODS and (need := _METHODS[name].scope) and "{" not in need:
                headers["x-accepted-oauth-scopes"] = need
        return web.json_response(body, status=200 if wait is None else 429, headers=headers)

    async def _arguments(self, request: web.Request) -> tuple[str | None, Json]:
        """/apis/web-api#post-bodies: JSON only with the token in a header; forms carry nested values as JSON text."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        arguments: Json = dict(request.query)
        if request.content_type == "application/json":
            try:
                arguments |= await request.json()
            except (ValueError, TypeError):
                raise Refused("invalid_json") from None
        elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
            token = form.pop("token", "") or token
            arguments |= form
        elif request.can_read_body:
            raise Refused("invalid_post_type")
        for key in set(arguments) & set(_JSON_ARGUMENTS):
            if isinstance(arguments[key], str):
                try:
                    arguments[key] = json.loads(arguments[key])
                except ValueError:
                    raise Refused(_JSON_ARGUMENTS[key]) from None
        arguments = {key: value for key, value in arguments.items() if value is not None}
        return (token if scheme in {"", "Bearer"} else None) or None, arguments

    def _perform(self, name: str, token: str | None, arguments: Json) -> Json:
        method = _METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        self._authenticate(name, token)
        if missing := sorted(key for key in method.need if key not in arguments):
            raise Refused("invalid_arguments", *(f"missing required field: {key}" for key in missing))
        self._unknown(name, arguments, method.known)
        if method.scope and "{kind}" not in method.scope:
            self._require(method.scope)
        self._pace(name, arguments)
        return method.run(self, arguments)

    def _authenticate(self, name: str, token: str | None) -> None:
        """/apis/web-api#evaluating-responses; an app-level token serves apps.connections.open alone."""
        if name == "api.test":
            return
        if token is None:
            raise Refused("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise Refused(self._retired.get(token, "invalid_auth"))
        if (token == self.app_token) is not (name == "apps.connections.open"):
            raise Refused("not_allowed_token_type")
        if problem := self.token_error if token == self.bot_token else self.app_token_error:
            raise Refused(problem)

    def _require(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def _pace(self, name: str, arguments: Json) -> None:
        if self.limits is None:
            return
        post = name == "chat.postMessage"
        burst = self.limits.post_burst if post else self.limits.per_minute
        step = self.limits.post_seconds if post else 60 / self.limits.per_minute
        key = (name, arguments.get("channel") if post else None)
        level, since = self._buckets.get(key, (float(burst), self.now()))
        level = min(burst, level + (self.now() - since) / step)
        self._buckets[key] = (level - 1 if level >= 1 else level, self.now())
        if level < 1:
            raise Refused("ratelimited", retry_after=math.ceil((1 - level) * step))

    async def _under_faults(
        self, request: web.Request, call: Call, act: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        for entry in self._faults:
            method, channel, fault, left = entry
            if left > 0 and method in {"*", call.method} and self._is_about(call, channel):
                entry[3] = left - 1
                break
        else:
            return await act()
        if fault.act:
            await act()
        call.outcome = f"{fault.kind} {fault.status}" + (" after acting" if fault.act else "")
        self._touch()
        if fault.seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), fault.seconds)
        if fault.kind == "drop":
            if request.transport:
                request.transport.abort()
            return web.Response()
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else None
        is_json = fault.body.startswith("{")
        kind = "application/json" if is_json or fault is malformed else "text/plain"
        return web.Response(text=fault.body, status=fault.status, headers=headers, content_type=kind)

    def _is_about(self, call: Call, channel: str | None) -> bool:
        """Whether the call names this channel, by whichever of its names."""
        given = call.params.get("channel")
        if channel in {None, given}:
            return True
        with contextlib.suppress(StopIteration):
            return given is not None and self.channel(str(given)) is self.channel(str(channel))
        return False

    def _record(self, method: str, params: Json, request: web.Request) -> Call:
        headers = {k: "(redacted)" if k.lower() == "authorization" else v for k, v in request.headers.items()}
        call = Call(method, params, headers, time.monotonic())
        self.counts[method] += 1
        if self.strict or method not in _MASSES:
            self.calls.append(call)
        return call

    def _unknown(self, where: str, arguments: Json, known: frozenset[str]) -> None:
        for key in sorted(set(arguments) - known) if self.strict else ():
            self._problem(where, f"unknown argument {key}")

    def _problem(self, where: str, what: str) -> None:
        self.problems.append(f"{where}: {what}")
        self._touch()

    def _touch(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # -- shared by the methods

    def _ts(self) -> str:
        self._last_ts = max(self.now(), self._last_ts + 1e-5)
        return f"{self._last_ts:.6f}"

    def _direct(self, user: str) -> Channel:
        found = next((one for one in self.channels.values() if one.user == user), None)
        if found is None:
            found = self.add_channel(f"D{next(self._count):010d}", name="", members={user})
            found.user = user
        return found

    def _room(self, arguments: Json, scope: str = "", *, named: bool = False, reading: bool = False) -> Channel:
        """The channel that is meant; only chat.postMessage also takes names and user ids."""
        reference = str(arguments["channel"])
        found = self.channels.get(reference)
        if found is None and named:
            name = reference.removeprefix("#")
            found = next((one for one in self.channels.values() if not one.user and one.name == name), None)
            if reference in self.users and reference != self.app.user:
                found = self._direct(reference)
        if found is None or (found.private and not found.member):
            raise Refused("channel_not_found")
        if scope:
            self._require(scope.format(kind=found.kind))
        if reading and not found.member:
            raise Refused("not_in_channel")
        return found

    def _posting_room(self, arguments: Json) -> Channel:
        room = self._room(arguments, named=True)
        if room.archived:
            raise Refused("is_archived")
        if not room.member and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        return room

    def _find(self, room: Channel, ts: Any) -> Message | None:
        known = self._known.get((room.id, str(ts)))
        if known and not known.deleted:
            return known
        return next((one for one in room.messages if one.ts == ts), None)

    def _message(self, room: Channel, ts: Any) -> Message:
        found = self._find(room, ts)
        if found is None or found.tombstone:
            raise Refused("message_not_found")
        return found

    @staticmethod
    def _top(room: Channel) -> list[Message]:
        return [one for one in room.messages if one.thread_ts in {None, one.ts} or one.reply_broadcast]

    def _judge(self, where: str, arguments: Json, *, metadata: bool = True) -> None:
        if not self.strict:
            return
        if "markdown_text" in arguments:
            raise Refused("invalid_arguments", "the emulator knows no markdown_text")
        verdict = slack_rules.judge_message(arguments)
        if verdict.error:
            raise Refused(verdict.error, *verdict.details)
        if metadata and "metadata" in arguments and (bad := slack_rules.judge_metadata(arguments["metadata"])):
            raise Refused(*bad)
        for problem in verdict.problems:
            self._problem(where, problem)
        self.mentions += [(where, mention) for mention in verdict.mentions]

    def _new_message(self, room: Channel, arguments: Json, *, shown_to: str | None = None) -> Message:
        message = Message(
            room.id,
            self._ts(),
            arguments.get("text") or "",
            self.app.user,
            arguments.get("blocks") if self.strict else None,
            arguments.get("metadata"),
            arguments.get("thread_ts"),
            bool(arguments.get("thread_ts")) and _true(arguments.get("reply_broadcast")),
            params=arguments if self.strict else {},
            shown_to=shown_to,
            app=self.app,
        )
        self._known[room.id, message.ts] = message
        return message

    def _remove(self, message: Message) -> None:
        """Where a deleted message had answers, Slack leaves a tombstone that they go on hanging on."""
        message.deleted = True
        room = self.channels[message.channel]
        messages = room.messages
        room.pinned[:] = [other for other in room.pinned if other is not message]
        if message not in messages:
            return
        if any(one.thread_ts == message.ts != one.ts for one in messages):
            words = "This message was deleted."
            rest = Message(message.channel, message.ts, words, "USLACKBOT", thread_ts=message.ts, tombstone=True)
            rest.app, rest.reply_broadcast = message.app, message.reply_broadcast
            messages[messages.index(message)] = rest
        else:
            messages.remove(message)

    def _page(self, items: list[Any], arguments: Json, most: int) -> tuple[list[Any], Json]:
        """/apis/web-api/pagination: an opaque cursor in response_metadata.next_cursor."""
        cursor = arguments.get("cursor") or ""
        if not re.fullmatch(r"(?:next:\d+)?", cursor):
            raise Refused("invalid_cursor")
        limit = str(arguments.get("limit", 100))
        if not limit.isdecimal() or not 1 <= int(limit) <= most:
            raise Refused("invalid_limit")
        start, end = int(cursor[5:] or 0), int(cursor[5:] or 0) + int(limit)
        return items[start:end], {"next_cursor": f"next:{end}" if end < len(items) else ""}

    def _timeline(self, messages: list[Message], arguments: Json) -> Json:
        """/reference/methods/conversations.history: oldest and latest are exclusive unless `inclusive`."""
        for key, sign in (("oldest", 1), ("latest", -1)):
            if arguments.get(key) in {None, ""}:
                continue
            try:
                edge = Decimal(str(arguments[key]))
            except InvalidOperation:
                raise Refused(f"invalid_ts_{key}") from None
            inclusive = _true(arguments.get("inclusive"))
            past = [(one, (Decimal(one.ts) - edge) * sign) for one in messages]
            messages = [one for one, by in past if by > 0 or (inclusive and by == 0)]
        page, after = self._page(messages, arguments, 999)
        full = _true(arguments.get("include_all_metadata"))
        return {
            "messages": self._entries(page, full=full),
            "has_more": bool(after["next_cursor"]),
            "response_metadata": after,
        }

    def _entries(self, messages: list[Message], *, full: bool) -> list[Json]:
        """With what Slack tells of threads: at a parent how many answers, at an answer its parent."""
        room = self.channels[messages[0].channel] if messages else None
        threads: defaultdict[str, list[Message]] = defaultdict(list)
        for one in room.messages if room else ():
            if one.thread_ts not in {None, one.ts}:
                threads[one.thread_ts].append(one)
        entries = []
        for one in messages:
            entry = one.as_json(metadata=full)
            if answers := threads.get(one.ts):
                users = sorted({answer.user for answer in answers})
                entry |= {"thread_ts": one.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}
                entry |= {"reply_users": users, "reply_users_count": len(users)}
            elif room and one.thread_ts not in {None, one.ts} and (parent := self._find(room, one.thread_ts)):
                entry["parent_user_id"] = parent.user
                entry |= {"root": parent.as_json(metadata=full)} if one.reply_broadcast else {}
            entries.append(entry)
        return entries

    # -- the Web API's methods (/reference/methods/<name>)

    @_method("api.test", may="error foo")
    def _api_test(self, arguments: Json) -> Json:
        if "error" in arguments:
            raise Refused(arguments["error"], args=arguments)
        return {"args": arguments}

    @_method("auth.test")
    def _auth_test(self, _: Json) -> Json:
        return {
            "url": f"https://{self.app.domain}.slack.com/",
            "team": self.app.domain,
            "user": self.users[self.app.user].name,
            "team_id": self.app.team,
            "user_id": self.app.user,
            "bot_id": self.app.bot,
            "is_enterprise_install": False,
        }

    @_method("apps.connections.open")
    def _apps_connections_open(self, _: Json) -> Json:
        ticket = f"ticket-{next(self._count)}"
        self._tickets.add(ticket)
        return {"url": f"ws://{self._base}/link/?ticket={ticket}&app_id={self.app.app}"}

    @_method(
        "chat.postMessage",
        "channel",
        f"{_MESSAGE} metadata thread_ts reply_broadcast unfurl_links unfurl_media",
        "chat:write",
    )
    def _chat_post_message(self, arguments: Json) -> Json:
        room = self._posting_room(arguments)
        self._judge("chat.postMessage", arguments)
        if thread := arguments.get("thread_ts"):
            parent = self._find(room, thread)
            if parent is None:  # of one that was deleted, and of one that never was
                raise Refused("thread_not_found" if (room.id, thread) in self._known else "cannot_reply_to_message")
            if parent.thread_ts not in {None, thread}:
                self._problem("chat.postMessage", "thread_ts names a reply: use its parent")
        elif _true(arguments.get("reply_broadcast")):
            self._problem("chat.postMessage", "reply_broadcast means nothing without thread_ts")
        message = self._new_message(room, arguments)
        room.messages.append(message)
        self.sent.append(message)
        return {"channel": room.id, "ts": message.ts, "message": message.as_json()}

    @_method("chat.postEphemeral", "channel user", f"{_MESSAGE} thread_ts", "chat:write")
    def _chat_post_ephemeral(self, arguments: Json) -> Json:
        room, user = self._posting_room(arguments), arguments["user"]
        if user not in self.users or (room.members is not None and user not in room.members):
            raise Refused("user_not_in_channel")
        self._judge("chat.postEphemeral", arguments)
        message = self._new_message(room, arguments, shown_to=user)
        self.responses.append(Response("chat.postEphemeral", user, room.id, arguments, message))
        return {"message_ts": message.ts}

    @_method("chat.update", "channel ts", _UPDATE, "chat:write")
    def _chat_update(self, arguments: Json) -> Json:
        """Blocks are kept only where no text is given.

        Of metadata /reference/methods/chat.update says: "If you don't include this field, the message's previous
        metadata will be retained. To remove previous metadata, include an empty object for this field."
        """
        room = self._room(arguments)
        message = self._message(room, arguments["ts"])
        if room.archived:
            raise Refused("is_inactive")
        if message.user != self.app.user:
            raise Refused("cant_update_message")
        if self.edit_window is not None and self.now() - float(message.ts) > self.edit_window:
            raise Refused("edit_window_closed")
        if _true(arguments.get("reply_broadcast")) and message.thread_ts in {None, message.ts}:
            raise Refused("cant_broadcast_message")
        self._judge("chat.update", arguments, metadata=arguments.get("metadata") != {})
        if "text" in arguments or "blocks" in arguments:
            message.blocks = (arguments.get("blocks") or None) if self.strict else None
        message.text = arguments.get("text", message.text)
        message.metadata = arguments.get("metadata", message.metadata) or None
        message.reply_broadcast = message.reply_broadcast or _true(arguments.get("reply_broadcast"))
        message.edited, message.params = self._ts(), arguments if self.strict else {}
        message.edits.append(message.shown)
        return {"channel": room.id, "ts": message.ts, "text": message.text, "message": message.as_json()}

    @_method("chat.delete", "channel ts", "as_user", "chat:write")
    def _chat_delete(self, arguments: Json) -> Json:
        room = self._room(arguments)
        message = self._message(room, arguments["ts"])
        if message.user != self.app.user:
            raise Refused("cant_delete_message")
        self._remove(message)
        return {"channel": room.id, "ts": message.ts}

    @_method("pins.add", "channel timestamp", scope="pins:write")
    def _pins_add(self, arguments: Json) -> Json:
        """/reference/methods/pins.add: who pins has to be in the channel."""
        room = self._pinboard(arguments)
        message = self._message(room, arguments["timestamp"])
        if message in room.pinned:
            raise Refused("already_pinned")
        if len(room.pinned) >= _PINS:
            raise Refused("too_many_pins")
        room.pinned.append(message)
        return {}

    @_method("pins.remove", "channel timestamp", scope="pins:write")
    def _pins_remove(self, arguments: Json) -> Json:
        """/reference/methods/pins.remove"""
        room = self._pinboard(arguments)
        message = self._message(room, arguments["timestamp"])
        if message not in room.pinned:
            raise Refused("no_pin")
        room.pinned.remove(message)
        return {}

    def _pinboard(self, arguments: Json) -> Channel:
        """The channel whose pins are meant."""
        room = self._room(arguments, reading=True)
        if room.archived:
            raise Refused("is_archived")
        if not self.may_pin:
            raise Refused("restricted_action")
        return room

    @_method(
        "chat.unfurl",
        may="channel ts unfurl_id source unfurls metadata user_auth_message user_auth_required user_auth_url "
        "user_auth_blocks",
        scope="links:write",
    )
    def _chat_unfurl(self, arguments: Json) -> Json:
        self.unfurls.take(arguments, self.unfurl_domains)
        return {}

    @_method("chat.getPermalink", "channel message_ts")
    def _chat_get_permalink(self, arguments: Json) -> Json:
        room = self._room(arguments)
        ts = self._message(room, arguments["message_ts"]).ts
        link = f"https://{self.app.domain}.slack.com/archives/{room.id}/p{ts.replace('.', '')}"
        return {"channel": room.id, "permalink": link}

    @_method("conversations.list", may="cursor exclude_archived limit types")
    def _conversations_list(self, arguments: Json) -> Json:
        scopes = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
        wanted = str(arguments.get("types") or "public_channel").replace(" ", "").split(",")
        if not set(wanted) <= set(scopes):
            raise Refused("invalid_types")
        for one in wanted:
            self._require(f"{scopes[one]}:read")
        kinds = {scopes[one] for one in wanted}
        found = [
            one
            for one in self.channels.values()
            if one.kind in kinds
            and (one.member or not one.private)
            and not (one.archived and _true(arguments.get("exclude_archived")))
        ]
        page, after = self._page(found, arguments, 999)
        return {"channels": [one.as_json() for one in page], "response_metadata": after}

    @_method("users.conversations", may="user cursor exclude_archived limit types")
    def _users_conversations(self, arguments: Json) -> Json:
        """The conversations of a person, or of the bot; of private ones, those that the bot is in as well."""
        user = arguments.get("user") or self.app.user
        if user not in self.users:
            raise Refused("user_not_found")
        found = self._conversations_list({**arguments, "limit": 999, "cursor": ""})["channels"]
        rooms = [self.channels[one["id"]] for one in found]
        theirs = [room for room in rooms if (room.member if user == self.app.user else self._is_in(user, room))]
        page, after = self._page(theirs, arguments, 999)
        return {"channels": [one.as_json() for one in page], "response_metadata": after}

    @staticmethod
    def _is_in(user: str, room: Channel) -> bool:
        return room.user == user if room.user else room.members is None or user in room.members

    @_method("conversations.info", "channel", "include_locale include_num_members", "{kind}:read")
    def _conversations_info(self, arguments: Json) -> Json:
        return {"channel": self._room(arguments, "{kind}:read").as_json()}

    @_method("conversations.join", "channel", scope="channels:join")
    def _conversations_join(self, arguments: Json) -> Json:
        room = self._room(arguments)
        if room.kind != "channels":
            raise Refused("method_not_supported_for_channel_type")
        if room.archived:
            raise Refused("is_archived")
        warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        before, room.member = room.member, True
        if not before:
            self._told_later.add(asyncio.ensure_future(self._tell(self._joining(room), room)))
        return {"channel": room.as_json()} | (warning if before else {})

    @_method("files.getUploadURLExternal", "filename length", "alt_txt snippet_type", "files:write")
    def _files_get_upload_url(self, arguments: Json) -> Json:
        announced = self.files.announce(arguments)
        return {"upload_url": f"http://{self._base}/upload/{announced.id}", "file_id": announced.id}

    @_method("files.completeUploadExternal", "files", "channel_id thread_ts initial_comment", "files:write")
    def _files_complete_upload(self, arguments: Json) -> Json:
        """Only ids of channels are taken, and the app has to be in them."""
        channel = arguments.get("channel_id")
        room = self._room({"channel": channel}) if channel else None
        if room and not room.member:
            raise Refused("not_in_channel")
        files = self.files.complete(arguments)
        for one in files:
            one.channel, one.thread_ts = channel, arguments.get("thread_ts")
        return {"files": [{"id": one.id, "title": one.name} for one in files]}

    @_method("conversations.open", may="users channel return_im prevent_creation", scope="im:write")
    def _conversations_open(self, arguments: Json) -> Json:
        users = arguments.get("users")
        if not users:
            raise Refused("users_list_not_supplied")
        named = users if isinstance(users, list) else str(users).split(",")
        if len(named) > 1 or named[0] not in self.users:
            raise Refused("user_not_found")
        user = self.users[named[0]]
        if user.deleted:
            raise Refused("user_disabled")
        if user.is_bot or user.id == self.app.user:
            raise Refused("cannot_dm_bot")
        room = self._direct(named[0])
        return {"channel": room.as_json() if _true(arguments.get("return_im")) else {"id": room.id}}

    _RANGE = "cursor inclusive include_all_metadata latest limit oldest"

    @_method("conversations.history", "channel", _RANGE, "{kind}:history")
    def _conversations_history(self, arguments: Json) -> Json:
        """Newest first; replies stay in their thread unless they were broadcast."""
        room = self._room(arguments, "{kind}:history", reading=True)
        return self._timeline(self._top(room)[::-1], arguments)

    @_method("conversations.replies", "channel ts", _RANGE, "{kind}:history")
    def _conversations_replies(self, arguments: Json) -> Json:
        """The parent first, then its replies in order."""
        room = self._room(arguments, "{kind}:history", reading=True)
        ts = arguments["ts"]
        thread = [one for one in room.messages if ts in {one.ts, one.thread_ts}]
        if not thread:
            raise Refused("thread_not_found")
        return self._timeline(thread, arguments)

    @_method("conversations.members", "channel", "cursor limit", "{kind}:read")
    def _conversations_members(self, arguments: Json) -> Json:
        room = self._room(arguments, "{kind}:read")
        members = set(self.users if room.members is None else room.members) - {self.app.user}
        page, after = self._page(sorted(members | ({self.app.user} if room.member else set())), arguments, 999)
        return {"members": page, "response_metadata": after}

    @_method("users.info", "user", "include_locale", "users:read")
    def _users_info(self, arguments: Json) -> Json:
        if arguments["user"] not in self.users:
            raise Refused("user_not_found")
        return {
            "user": self.users[arguments["user"]].as_json(locale=_true(arguments.get("include_locale")), app=self.app)
        }

    @property
    def _ids(self) -> Json:
        return {"team_id": self.app.team, "app_id": self.app.app, "bot_id": self.app.bot}

    def _exchange(self, arguments: Json) -> str:
        """Who has done what the trigger is of. It holds once, and for three seconds."""
        trigger = arguments.get("trigger_id") or arguments.get("interactivity_pointer")
        born, used = self._triggers.get(str(trigger), (None, False))
        if born is None:
            raise Refused("invalid_trigger_id")
        if used:
            raise Refused("exchanged_trigger_id")
        if self.now() - born > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        return self._pulled_by[str(trigger)]

    def _spend(self, arguments: Json) -> None:
        trigger = str(arguments.get("trigger_id") or arguments.get("interactivity_pointer"))
        self._triggers[trigger] = (self._triggers[trigger][0], True)

    @_method("views.open", "trigger_id view", "interactivity_pointer")
    def _views_open(self, arguments: Json) -> Json:
        modal = self.modals.open(self._exchange(arguments), arguments["view"])
        self._spend(arguments)
        self.views.append(self.modals.as_json(modal))
        return {"view": self.views[-1]}

    @_method("views.push", "trigger_id view", "interactivity_pointer")
    def _views_push(self, arguments: Json) -> Json:
        modal = self.modals.push(self._exchange(arguments), arguments["view"])
        self._spend(arguments)
        return {"view": self.modals.as_json(modal)}

    @_method("views.update", "view", "view_id external_id hash")
    def _views_update(self, arguments: Json) -> Json:
        named = {key: arguments.get(key) for key in ("view_id", "external_id", "hash")}
        return {"view": self.modals.as_json(self.modals.update(arguments["view"], **named))}

    @_method("views.publish", "user_id view", "hash")
    def _views_publish(self, arguments: Json) -> Json:
        user, before = arguments["user_id"], self.homes.get(arguments["user_id"])
        if user not in self.users:
            raise Refused("invalid_arguments", "user_id names nobody")
        if not self.has_home:
            raise Refused("not_enabled")
        if len(json.dumps(arguments["view"])) > HOME_MAX:
            raise Refused("view_too_large")
        view = self.modals.judged(arguments["view"], "home")
        if arguments.get("hash") and arguments["hash"] != (before or {}).get("hash"):
            raise Refused("hash_conflict")
        number = next(self._count)
        name = before["id"] if before else f"V{number:010d}"
        ids = {"id": name, "root_view_id": name, "previous_view_id": None, "hash": f"1700000000.{number:08x}"}
        texts = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False}
        self.homes[user] = {**ids, "state": {"values": {}}, **self._ids, **texts, **view}
        return {"view": self.homes[user]}

    @_method("reactions.add", "channel name timestamp", scope="reactions:write")
    def _reactions_add(self, arguments: Json) -> Json:
        message = self._message(self._room(arguments, reading=True), arguments["timestamp"])
        if not re.fullmatch(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?", arguments["name"]):
            raise Refused("invalid_name")
        if arguments["name"] in message.reactions:
            raise Refused("already_reacted")
        message.reactions.append(arguments["name"])
        return {}

    @_method("bots.info", may="bot", scope="users:read")
    def _bots_info(self, arguments: Json) -> Json:
        if arguments.get("bot") not in {None, self.app.bot}:
            raise Refused("bot_not_found")
        name = self.users[self.app.user].name
        ids = {"id": self.app.bot, "app_id": self.app.app, "user_id": self.app.user}
        return {"bot": {**ids, "name": name, "deleted": False, "icons": {}}}

    @_method("team.info", may="team domain", scope="team:read")
    def _team_info(self, _: Json) -> Json:
        ids = {"id": self.app.team, "domain": self.app.domain}
        return {"team": {**ids, "name": "Test lab", "email_domain": "", "icon": {}}}
