"""What the emulated Slack keeps, what a test looks at, and what goes wrong on purpose."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.emulators import slack_rules

if TYPE_CHECKING:
    from tests.emulators.slack import SlackServer

TEAM, DOMAIN, APP, BOT_USER, BOT = "T0TEAM00001", "testlab", "A0APP000001", "U0BOT000001", "B0BOT000001"
MAX_SOCKETS = 10  # /apis/events-api/using-socket-mode: "up to 10 open WebSocket connections"
RESPONSE_URL_USES, RESPONSE_URL_SECONDS = 5, 30 * 60  # /interactivity/handling-user-interaction#message_responses
TRIGGER_SECONDS = 3.0  # the same page: "Triggers expire in three seconds", "may only be used once"

Json = dict[str, Any]


@dataclass(frozen=True)
class Identity:
    """A workspace, and the app as it is installed there."""

    team: str = TEAM
    domain: str = DOMAIN
    app: str = APP
    user: str = BOT_USER
    bot: str = BOT


class Refused(Exception):  # noqa: N818 - named for what Slack did
    """Slack answers {"ok": false, "error": ...}."""

    def __init__(self, error: str, *details: str, **extra: Any) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **extra}
        if details:
            self.body |= {
                "errors": list(details),
                "response_metadata": {"messages": [f"[ERROR] {detail}" for detail in details]},
            }


# ---------------------------------------------------------------------------- faults and limits


@dataclass(frozen=True)
class Fault:
    """What goes wrong instead of (or, with `act`, after) doing what was asked."""

    kind: str
    act: bool = False
    status: int = 200
    body: str = ""
    retry_after: int | None = None
    seconds: float = 0


drop_before = Fault("drop")  # the connection closes, nothing was done
drop_after = Fault("drop", act=True)  # it was done, but no answer arrives
malformed = Fault("answer", body="<!DOCTYPE html><title>Slack</title>")
malformed_after = Fault("answer", act=True, body="<!DOCTYPE html><title>Slack</title>")


def too_many(retry_after: int = 1) -> Fault:
    """/apis/web-api/rate-limits: HTTP 429 with a Retry-After header in seconds."""
    return Fault("answer", status=429, body='{"ok":false,"error":"ratelimited"}', retry_after=retry_after)


def status(code: int, *, act: bool = False) -> Fault:
    return Fault("answer", act, code, "upstream connect error")


def error(name: str, *, act: bool = False, **extra: Any) -> Fault:
    """Any error by its name; with `fatal_error` and `internal_error` "some aspect" may have succeeded: `act`."""
    return Fault("answer", act, body=json.dumps({"ok": False, "error": name, **extra}))


def hang(seconds: float, *, act: bool = False) -> Fault:
    """Silence for so long, then the connection closes."""
    return Fault("drop", act, seconds=seconds)


@dataclass
class Limits:
    """/apis/web-api/rate-limits: about one message a second and channel ("short bursts"), tier 3 elsewhere."""

    post_seconds: float = 1.0
    post_burst: int = 3
    per_minute: int = 50


# ---------------------------------------------------------------------------- what a test looks at


@dataclass
class Call:
    method: str
    params: Json
    headers: dict[str, str]
    time: float
    outcome: str = "pending"  # "ok", an error's name, or a fault's kind


@dataclass(eq=False, slots=True)
class Message:
    """A message as it stands now; `edits` is what each edit made a person see."""

    channel: str
    ts: str
    text: str
    user: str
    blocks: list[Json] | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    reply_broadcast: bool = False
    edited: str | None = None
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    params: Json = field(default_factory=dict)  # the request as it came: unfurl_links and the like
    shown_to: str | None = None  # an ephemeral message's only reader
    replaced: bool = False  # an ephemeral message that a later one took the place of
    edits: list[str] = field(default_factory=list)
    tombstone: bool = False  # what stands where a message with answers was deleted
    app: Identity = Identity()

    @property
    def shown(self) -> str:
        """The words a person sees."""
        return slack_rules.shown(self.text, self.blocks)

    @property
    def buttons(self) -> list[str]:
        return [button["text"]["text"] for _, _, button in slack_rules.buttons(self.blocks)]

    def as_json(self, *, metadata: bool = True) -> Json:
        """The message object (/reference/objects/message-object), with the ids that Slack makes up.

        /messaging/message-metadata: without include_all_metadata "you will receive the event_type field only".
        """
        entry: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": self.app.team}
        if self.user == self.app.user:
            entry |= {"bot_id": self.app.bot, "app_id": self.app.app}
        if self.blocks is not None:
            entry["blocks"] = [self._with_ids(index, block) for index, block in enumerate(self.blocks)]
        if self.metadata:
            entry["metadata"] = self.metadata if metadata else {"event_type": self.metadata["event_type"]}
        if self.thread_ts:
            entry["thread_ts"] = self.thread_ts
        if self.reply_broadcast:
            entry["subtype"] = "thread_broadcast"
        if self.tombstone:
            entry |= {"subtype": "tombstone", "hidden": True}
        if self.edited:
            entry["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            entry["reactions"] = [{"name": name, "users": [self.app.user], "count": 1} for name in self.reactions]
        return entry

    def _with_ids(self, index: int, block: Json) -> Json:
        block = {"block_id": f"b{index}", **block}
        if block["type"] == "actions":
            block["elements"] = [{"action_id": f"a{n}", **one} for n, one in enumerate(block["elements"])]
        elif "accessory" in block:
            block["accessory"] = {"action_id": "a0", **block["accessory"]}
        return block


@dataclass
class Channel:
    id: str
    name: str
    member: bool = True
    archived: bool = False
    private: bool = False
    members: set[str] | None = None  # None: everybody
    user: str | None = None  # the other side of a direct message
    creator: str = ""
    messages: list[Message] = field(default_factory=list)
    pinned: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The scope family: channels:read, groups:read or im:read."""
        return "im" if self.user else "groups" if self.private else "channels"

    def as_json(self) -> Json:
        """/reference/objects/conversation-object"""
        if self.user:
            return {"id": self.id, "is_im": True, "user": self.user, "is_archived": False, "created": 1_700_000_000}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": self.member,
            "is_general": False,
            "created": 1_700_000_000,
            "creator": self.creator,
            "num_members": len(self.members or ()),
        }


@dataclass
class User:
    id: str
    name: str
    locale: str = "en-US"
    tz: str = "Europe/Berlin"
    team: str | None = None
    """The workspace, when it is another one: somebody who shares a channel by Slack Connect."""
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False

    def as_json(self, *, locale: bool, app: Identity) -> Json:
        """/reference/objects/user-object, as users.info has it; `locale` only with include_locale. It says less of
        people who are gone, or elsewhere.
        """
        offset = datetime.now(UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
        return (
            {
                "id": self.id,
                "team_id": self.team or app.team,
                "name": self.name,
                "real_name": self.name.title(),
                "deleted": self.deleted,
                "is_bot": self.is_bot or self.id == app.user,
                "tz": self.tz,
                "tz_label": self.tz,
                "tz_offset": int(offset.total_seconds()) if offset else 0,
                "profile": {"display_name": self.name, "real_name": self.name.title()},
            }
            | self._standing()
            | ({"locale": self.locale} if locale else {})
        )

    def _standing(self) -> Json:
        if self.deleted:
            return {}
        standing = {"is_app_user": False, "is_restricted": self.is_restricted}
        standing |= {"is_ultra_restricted": self.is_ultra_restricted}
        if self.team:
            return standing | {"is_stranger": self.is_stranger}
        return standing | {"is_admin": self.is_admin, "is_owner": False, "is_primary_owner": False}


@dataclass(eq=False)
class Response:
    """An answer that one person saw, whichever way it took; `message` is what stands on the screen."""

    how: str  # "ack", "response_url" or "chat.postEphemeral"
    user: str
    channel: str
    payload: Json
    message: Message | None  # None: the original was deleted and nothing said

    @property
    def shown(self) -> str:
        return self.message.shown if self.message else ""

    @property
    def buttons(self) -> list[str]:
        return self.message.buttons if self.message else []


@dataclass(eq=False)
class Delivery:
    """One command, press or event on its way to the bot, and what came back."""

    server: "SlackServer"
    type: str  # "slash_commands", "interactive" or "events_api"
    payload: Json
    user: str
    channel: str
    origin: Message | None = None  # whose button was pressed
    modal: Any = None  # the view that was submitted
    is_of_view: bool = (
        False  # whether it comes without a `response_url`: pressed in a view, or a shortcut of everywhere
    )
    attempts: int = 0
    acked_in: float | None = None
    ack: Json | str | None = None
    status: int | None = None  # the HTTP status, in HTTP mode
    responses: list[Response] = field(default_factory=list)
    url_uses: int = 0
    born: float = 0.0

    async def answer(self, timeout: float = 5) -> Response:  # noqa: ASYNC109 - a test's patience
        """The last of its responses, as soon as there is one."""
        await self.server.wait_for(lambda: self.responses, timeout)
        return self.responses[-1]


@dataclass
class HttpAnswer:
    status: int
    body: str
    headers: dict[str, str]


@dataclass(eq=False)
class Socket:
    ws: web.WebSocketResponse
    request: web.Request
    silent: bool = False
    pongs: int = 0
