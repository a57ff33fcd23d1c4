"""Answers in Slack: in whose language, and where they are said."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cachetools import LRUCache

from bot.chat.request import SUBCOMMANDS, Request
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, DeliveryError, Reader, called
from bot.platforms.retrying import retried
from bot.platforms.seen import Seen
from bot.platforms.slack import forms, rendering
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import SlackError
from bot.platforms.slack.files import share
from bot.platforms.slack.sealing import Seal

_log = logging.getLogger("callboard.slack")

Body = dict[str, Any]
"""What Slack sends, as JSON."""

_MANY = 10_000
_NO_THREAD = frozenset(("thread_not_found", "cannot_reply_to_message"))  # the message that asked is gone
_LOOK_UP_SECONDS = 2.0


class Answering:
    """What is said to people, whatever they have done. `name` is the platform's."""

    def __init__(self, client: Client, answers: Answers, name: str = "slack") -> None:
        self.name = name
        self.called = called("Slack", name)
        self._client = client
        self._answers = answers
        self._known: LRUCache[str, str] = LRUCache(_MANY)  # people's locales and channels' #names, by id
        self._zones: LRUCache[str, str] = LRUCache(_MANY)  # people's, by id
        self._heard: Seen[str] = Seen(_MANY)  # events
        self._seal = Seal(client.token)
        self._team: str | None = None

    async def _admit(self, request: Request, channel: str, user: str) -> Request | None:
        return await self._answers.admit(request, Reader(Destination(self.name, channel), person=user))

    async def _answer(
        self,
        request: Request,
        channel: str,
        user: str,
        thread: str | None = None,
        *,
        only_for: str | None = None,
        shows_forms: bool = False,
        takes_files: bool = False,
    ) -> Message:
        """In the language of the person who alone sees it, or else in the channel's. `takes_files`: whether it is
        posted in the direct message with the bot; Slack shows no file to one person alone elsewhere.
        """
        place = Destination(self.name, channel)
        if only_for:
            is_private = channel.startswith("D")
            lookups = (self._locale(only_for), _nothing() if is_private else self._name(channel))
            language, known_as = await asyncio.gather(*lookups)  # a form has to be opened within three seconds
            reader = Reader(place, language, known_as, user, thread, is_private=is_private, is_shown_alone=True)
            reader = replace(reader, timezone=self._zones.get(user) or None)
        else:
            reader = Reader(place, known_as=await self._name(channel), person=user, thread=thread)
        reader = replace(reader, shows_forms=shows_forms, takes_files=takes_files)
        return await self._answers.answer(request, reader, SUBCOMMANDS)

    async def _post(self, channel: str, message: Message, thread: str | None) -> None:
        await self._answers.turn(Destination(self.name, channel))

        async def post() -> None:
            try:
                await self._client.call("chat_postMessage", **rendering.reply(channel, message, thread))
            except SlackError as error:
                if thread is None or error.name not in _NO_THREAD:
                    raise
                await self._client.call("chat_postMessage", **rendering.reply(channel, message))

        await retried(post)
        await self._hand_over(channel, message, thread)

    async def _hand_over(self, channel: str, message: Message, thread: str | None) -> None:
        """The file that goes with a message, below it; or what it holds, where Slack does not take it."""
        if document := message.document:
            try:
                await share(self._client, channel, document, thread)
            except DeliveryError as error:
                _log.warning("%s: a file could not be sent, and is told in words: %s", self.name, error)
                await self._post(channel, Message(document.instead), thread)

    async def _respond(self, body: Body, message: Message, *, only_for: str | None, **how: Any) -> None:
        content = rendering.content(message)
        if only_for:
            where = body.get("container") or {}
            channel = body.get("channel_id") or where.get("channel_id") or body["channel"]["id"]
            content = self._seal.sealed(content, channel, only_for)
        payload = {**content, **how}
        await retried(lambda: self._client.respond(body["response_url"], payload))

    async def _locale(self, user: str) -> str | None:
        """The language of a person's own Slack; None where it may not be asked."""
        if user not in self._known and (answer := await self._look_up("users_info", user=user, include_locale=True)):
            self._known[user] = answer["user"].get("locale") or ""
            self._zones[user] = answer["user"].get("tz") or ""
        return self._known.get(user) or None

    async def _name(self, channel: str) -> str | None:
        """A channel's #name, for configs that call it so."""
        if channel not in self._known and (answer := await self._look_up("conversations_info", channel=channel)):
            self._known[channel] = f"#{answer['channel'].get('name')}"
        return self._known.get(channel)

    async def _look_up(self, method: str, **arguments: Any) -> Any:
        """What would be good to know; None when Slack does not say so at once, for somebody waits."""
        try:
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                return await self._client.call(method, **arguments)
        except (DeliveryError, TimeoutError) as error:
            _log.debug("%s: %r", method, error)
            return None

    async def _open(self, body: Body, message: Message, channel: str) -> bool:
        """Opens the form that a message brings along. False when it has none, or it came too late."""
        return message.form is not None and await self._opened(body, lambda: forms.modal(message, channel))

    async def _opened(self, body: Body, view: Callable[[], Body]) -> bool:
        """Opens a modal for whoever has just done something; False when it came too late."""
        try:
            await self._client.call("views_open", trigger_id=body["trigger_id"], view=view())
        except (DeliveryError, ValueError) as error:  # its trigger may have been too old: the message says it all
            _log.warning("a form could not be opened, and the answer is given without it: %s", error)
            return False
        return True

    async def _is_ours(self, body: Body) -> bool:
        """Whether it comes from the bot's own workspace, as far as Slack says: an app may be installed in others, too,
        but its token is good for one. In channels that workspaces share, an event's own `team_id` may be the other's:
        so its `authorizations` go first, as in slack-bolt (1.30, `request/internals.py`).
        """
        authorized: Body = next(iter(body.get("authorizations") or ()), {})
        team = (body.get("team") or {}).get("id") or authorized.get("team_id") or body.get("team_id")
        if self._team is None and (answer := await self._look_up("auth_test")):
            self._team = answer["team_id"]
        return None in {team, self._team} or team == self._team

    def _is_new(self, body: Body) -> bool:
        """False for an event that Slack delivers again because it did not see the acknowledgement."""
        return self._heard.is_new(body["event_id"])


async def _nothing() -> None:
    """Of what is not asked."""
