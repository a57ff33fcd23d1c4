"""Whether the app can do in Slack what a config wants of it. Nothing is sent, and no socket is opened.

Methods: https://docs.slack.dev/reference/methods/auth.test, apps.connections.open, conversations.info and
conversations.list. The scopes of a token stand in a header of every answer to it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError, Finding
from bot.platforms.examining import Patience, each, unverified
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import ADVICE, APP_LEVEL, SlackError
from bot.platforms.slack.manifest import LINK_SCOPES, SCOPES

_SCOPES_HEADER = "x-oauth-scopes"
_NOT_FOR_MEMBERS = {"channels:join", "chat:write.public", "files:write", "im:write", "pins:write"}
"""Scopes that the app does without where it is a member, is written to first, pins nothing, and hands out no file."""

_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-.+")
_PERSON = re.compile(r"[DUW][A-Z0-9]{7,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,}")
_MANY = 30  # channels; conversations.info is for about 50 a minute, conversations.list tells of a thousand at once
_PAGE = 999
UNASKED = (
    "who may post in a channel by the workspace's settings, how long it lets messages be edited, whether the app has "
    "Home tab, shortcuts and events as callboard slack-manifest prints them, and in HTTP mode whether Slack reaches "
    "the bot"
)


async def examine(
    client: Client,
    destinations: Sequence[Destination],
    *,
    mode: str,
    app_token: str | None,
    signing_secret: str | None,
    has_board: bool = False,
) -> list[Finding]:
    """What is wrong with the tokens, the scopes, and these channels. `has_board`: whether the world finds the board, so
    that links to it are shared.
    """
    examination = _SlackExamination(client, has_board=has_board)
    try:
        findings = await examination.token()
    except DeliveryError as error:
        return [unverified(error, key="bot_token" if error.permanent else None)]
    if mode == "http":
        return [*findings, *_signing(signing_secret), *await examination.channels(destinations)]
    parts = await asyncio.gather(examination.socket(app_token), examination.channels(destinations))
    return findings + [finding for part in parts for finding in part]


def _signing(secret: str | None) -> list[Finding]:
    if not secret:
        return [_not_set("signing_secret")]
    if _SIGNING_SECRET.fullmatch(secret):
        return []
    text = "is not 32 digits and letters a to f; copy it again from the app's page, Basic Information › Signing Secret"
    return [Finding(text, key="signing_secret")]


def _not_set(key: str) -> Finding:
    return Finding("is not set: announcements go out, but nobody is answered in Slack", key=key, is_note=True)


class _SlackExamination:
    def __init__(self, client: Client, *, has_board: bool) -> None:
        self._client = client
        self._has_board = has_board
        self._patience = Patience()
        self._me: Any = {}
        self._scopes: set[str] | None = None
        self._listed: dict[str, dict[str, Any]] = {}

    async def _ask(self, method: str, **arguments: Any) -> Any:
        return await self._patience(lambda: self._client.call(method, **arguments))

    async def token(self) -> list[Finding]:
        """Whose token it is, and what it may. Raises `DeliveryError`."""
        self._me = await self._ask("auth_test")
        if not self._me.get("bot_id"):
            raise SlackError(ADVICE["not_allowed_token_type"], "not_allowed_token_type")
        scopes_header = next(
            (value for name, value in self._me.headers.items() if name.lower() == _SCOPES_HEADER), None
        )
        if scopes_header is None:
            return [Finding("Slack did not tell the token's scopes; they could not be verified", is_note=True)]
        self._scopes = {scope.strip() for scope in scopes_header.split(",")}
        missing = [scope for scope in SCOPES if scope not in self._scopes]
        needed = [scope for scope in missing if scope not in _NOT_FOR_MEMBERS]
        findings = [_lacking(needed)] if needed else []
        rest = [scope for scope in missing if scope in _NOT_FOR_MEMBERS]
        notes = [_lacking(rest, is_note=True)] if rest else []
        return [*findings, *notes, *(self._links(self._scopes) if self._has_board else [])]

    def _links(self, granted: set[str]) -> list[Finding]:
        """Whether links to the board can be shown as cards."""
        missing = [f"{scope} ({what})" for scope, what in LINK_SCOPES.items() if scope not in granted]
        text = (
            f"links to the board stay links, for the app lacks {', '.join(missing)}; put what callboard slack-manifest "
            "prints in the place of its manifest, on the app's page under App Manifest, and install it to the "
            "workspace again"
        )
        return [Finding(text, key="bot_token", is_note=True)] if missing else []

    async def socket(self, app_token: str | None) -> list[Finding]:
        """Whether Socket Mode is on, and the app-level token good. The address that it gets is left unused."""
        if not app_token:
            return [_not_set("app_token")]
        try:
            await self._ask("apps_connections_open", app_token=app_token)
        except SlackError as error:
            return [Finding(f"{APP_LEVEL} (Slack: {error.name})", key="app_token")]
        except DeliveryError as error:
            return [unverified(error, key="app_token")]
        app = _APP_OF_TOKEN.fullmatch(app_token)
        try:
            own = (await self._ask("bots_info", bot=self._me["bot_id"]))["bot"].get("app_id") if app else None
        except DeliveryError:  # it lacks users:read, which is said already
            return []
        if app and own and app[1] != own:
            text = f"is of another app ({app[1]}) than the bot token ({own}); copy both from the same app's page"
            return [Finding(text, key="app_token")]
        return []

    # --- Channels

    async def channels(self, destinations: Sequence[Destination]) -> list[Finding]:
        """What is wrong with these."""
        names = [at for at in destinations if at.address.startswith("#")]
        if names or len(destinations) > _MANY:
            try:
                await self._list()
            except DeliveryError as error:
                if len(destinations) > _MANY:
                    return [unverified(error)]
                ids = [at for at in destinations if at not in names]
                return [*(unverified(error, at) for at in names), *await each(ids, self._look)]
        return await each(destinations, self._look)

    async def _list(self) -> None:
        every = self._client.pages(
            "conversations_list", "channels", limit=_PAGE, types="public_channel,private_channel"
        )
        listed: list[dict[str, Any]] = []

        async def read() -> None:
            async for channel in every:
                listed.append(channel)  # noqa: PERF401  # a page that came before an error is not asked for again

        await self._patience(read)
        for channel in sorted(listed, key=lambda channel_info: bool(channel_info.get("is_archived")), reverse=True):
            self._listed |= {f"#{channel.get('name')}": channel, channel["id"]: channel}

    async def _look(self, at: Destination) -> AsyncIterator[Finding]:
        if _PERSON.fullmatch(at.address):
            text = "is a person or a direct message: whether it may be written to cannot be asked without a message"
            yield Finding(text, at, "address", is_note=True)
            return
        channel = self._listed.get(at.address)
        if channel is None and at.address.startswith("#"):
            text = f"there is no channel {at.address}, or it is private and the bot is not in it; check the name"
            yield Finding(f"{text}, or write /invite @{self._me.get('user')} there", at, "address")
            return
        if channel is None:
            try:
                channel = (await self._ask("conversations_info", channel=at.address))["channel"]
            except SlackError as error:
                if error.name == "channel_not_found" and not _CHANNEL.fullmatch(at.address):
                    name = at.address.lstrip("@#").lower()
                    text = f'"{at.address}" is no id of a channel; write "#{name}", or the id that stands'
                    yield Finding(f"{text} at the bottom of the channel's About", at, "address")
                else:
                    yield Finding(str(error), at, "address")
                return
        for finding in self._in(channel, at):
            yield finding

    def _in(self, channel: dict[str, Any], at: Destination) -> list[Finding]:
        if channel.get("is_archived"):
            return [Finding(ADVICE["is_archived"], at)]
        findings = [] if channel.get("is_member") else [self._outside(channel, at)]
        restricted = (channel.get("properties") or {}).get("posting_restricted_to")
        if channel.get("is_read_only") or restricted:
            text = "not everybody may post there; see in the channel's Settings › Posting permissions that the app may"
            findings.append(Finding(text, at, is_note=True))
        return findings

    def _outside(self, channel: dict[str, Any], at: Destination) -> Finding:
        """The bot is not a member."""
        invite = f"write /invite @{self._me.get('user')} there"
        if channel.get("is_private"):
            return Finding(f"the bot is not in the private channel; {invite}", at)
        if self._scopes is None or "chat:write.public" in self._scopes:
            text = "the bot is not in the channel: it may post there, but only a member can look up, after a crash,"
            return Finding(f"{text} whether a message has arrived; {invite}", at, is_note=True)
        if "channels:join" in self._scopes:
            return Finding("the bot is not in the channel, and joins it with its first message", at, is_note=True)
        return Finding(f"the bot is not in the channel; {invite}", at)


def _lacking(scopes: Sequence[str], *, is_note: bool = False) -> Finding:
    what = ", ".join(f"{scope} ({SCOPES[scope]})" for scope in scopes)
    text = f"the app lacks {what}; add it on the app's page under OAuth & Permissions › Bot Token Scopes, and install"
    return Finding(f"{text} the app to the workspace again", key="bot_token", is_note=is_note)
