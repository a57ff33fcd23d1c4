"""What people do in Slack, as requests; answers, as messages."""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from cachetools import LRUCache
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.chat.reading import pressed as read_button
from bot.chat.reading import read_words
from bot.chat.request import LONGEST_TEXT, SUBCOMMANDS, TOO_OLD, Request
from bot.domain.form import Form, FormErrors, Later
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, DeliveryError, Reader, called
from bot.platforms.retrying import retried
from bot.platforms.seen import Seen
from bot.platforms.slack import forms, home, rendering
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import SlackError
from bot.platforms.slack.home import HomeTabs
from bot.platforms.slack.sealing import Seal

_log = logging.getLogger("callboard.slack")
_bolt_log = logging.getLogger("callboard.slack.bolt")
_bolt_log.setLevel(logging.ERROR)  # it warns of what is meant to be: a client of our own, messages that nobody answers

Body = dict[str, Any]
"""What Slack sends, as JSON."""

_MANY = 10_000
_ANY_COMMAND = re.compile("^/")  # /positions may be taken in a workspace: then it has another name
_WRITTEN = frozenset((None, "file_share", "thread_broadcast", "me_message"))
"""The subtypes of messages that a person writes: https://docs.slack.dev/reference/events/message#subtypes"""

_SLACKBOT = "USLACKBOT"
_NO_THREAD = frozenset(("thread_not_found", "cannot_reply_to_message"))  # the message that asked is gone
_LOOK_UP_SECONDS = 2.0
_AT_HOME = "home"  # what is pressed there is no part of the conversation in the direct message


class SlackChat:
    """Everything is acknowledged first, and answered afterwards. `name` is the platform's."""

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
        self._homes = HomeTabs(client, self._page)

    def app(self) -> AsyncApp:
        """slack-bolt's app. It calls no method of Slack's by itself, so nothing slow can come before an ack. Whether
        what it is given comes from Slack is found out before.
        """
        app = AsyncApp(
            client=self._client.web,
            authorize=_authorize,
            signing_secret="",
            request_verification_enabled=False,
            logger=_bolt_log,
        )
        app.command(_ANY_COMMAND)(self._listening(self._command))
        app.event("app_mention")(self._listening(self._mention))
        app.event("message")(self._listening(self._direct_message))
        app.event("app_home_opened")(self._listening(self._home_opened, changes=False))
        app.action(re.compile(rf"^{rendering.ASK}\b"))(self._listening(self._press))
        app.action(re.compile(rf"^{rendering.OPEN}\b"))(self._listening(_nothing, changes=False))
        app.view(re.compile("."))(self._submit)
        app.error(_say_what_failed)
        return app

    def _listening(
        self, answer: Callable[[Body], Awaitable[None]], *, changes: bool = True
    ) -> Callable[[AsyncAck, Body], Awaitable[None]]:
        """Acknowledges, then answers; where that may change something, the Home tab of who did it follows. It lets no
        error out: slack-bolt (1.30) would forget the acknowledgement.
        """

        async def listen(ack: AsyncAck, body: Body) -> None:
            await ack()
            try:
                await answer(body)
                if changes and (user := _who(body)):
                    await self._homes.refresh(user)
            except DeliveryError as error:
                _log.error("an answer was not given: %s", error)
            except Exception as error:  # noqa: BLE001  # a bug; the next question may fare better
                await _say_what_failed(error)

        return listen

    async def _command(self, body: Body) -> None:
        channel, user = body["channel_id"], body["user_id"]
        typed = read(body.get("text"))
        typed = replace(typed, written=f"/positions {typed.written}")  # it is no answer to a question
        if request := await self._admit(typed, channel, user):
            message = await self._answer(request, channel, user, only_for=user, shows_forms=True)
            if not await self._open(body, message, channel):
                await self._respond(body, message, only_for=user, response_type="ephemeral")

    async def _mention(self, body: Body) -> None:
        event = body["event"]
        channel = event["channel"]
        if not (_is_by_a_person(event) and self._is_new(body)):
            return
        if request := await self._admit(read(event.get("text")), channel, event["user"]):
            thread = event.get("thread_ts") or event["ts"]
            await self._post(channel, await self._answer(request, channel, event["user"], thread), thread)

    async def _direct_message(self, body: Body) -> None:
        event = body["event"]
        if not (event.get("channel_type") == "im" and _is_by_a_person(event) and self._is_new(body)):
            return
        channel, user, text = event["channel"], event["user"], event.get("text")
        wanted = read(text) if text else Request("help")  # a file, a list or a forwarded message alone
        if request := await self._admit(wanted, channel, user):
            thread = event.get("thread_ts")
            await self._post(channel, await self._answer(request, channel, user, thread, only_for=user), thread)

    async def _press(self, body: Body) -> None:
        where, user = body.get("container") or {}, body["user"]["id"]
        if where.get("type") == "view":
            await self._press_in_view(body, user)
            return
        channel = where.get("channel_id") or body["channel"]["id"]
        is_ephemeral = bool(where.get("is_ephemeral"))
        pressed = self._pressed(body, channel, user, is_ephemeral=is_ephemeral)
        if pressed is None:
            if is_ephemeral and (told := await self._admit(TOO_OLD, channel, user)):
                words = await self._answer(told, channel, user, only_for=user)
                await self._respond(body, words, only_for=user, replace_original=False, response_type="ephemeral")
            return
        request = await self._admit(pressed, channel, user)
        if request is None or await self._answers.is_notice(self.name, f"{channel}/{where.get('message_ts')}"):
            return
        thread = where.get("thread_ts")
        seen_by_one = is_ephemeral or channel.startswith("D")
        # One posting goes beside the list; in a direct message to stay, elsewhere for the one who asked.
        goes_beside = request.command == "position" or request != pressed
        message = await self._answer(
            request, channel, user, thread, only_for=user if seen_by_one or goes_beside else None, shows_forms=True
        )
        if not goes_beside and await self._open(body, message, channel):
            return
        if not goes_beside and not message.is_beside:
            await self._respond(body, message, only_for=user if is_ephemeral else None, replace_original=True)
            return
        how: dict[str, Any] = {"replace_original": False, "response_type": "ephemeral"}
        if channel.startswith("D") and not is_ephemeral:
            how["response_type"] = "in_channel"
        if thread:
            how["thread_ts"] = thread
        await self._respond(body, message, only_for=user if how["response_type"] == "ephemeral" else None, **how)

    # --- Forms

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

    async def _press_in_view(self, body: Body, user: str) -> None:
        """In a modal, a form that the answer brings along takes its place, and what only says something is followed by
        what says more; what else is said is told in private. At home, either opens a modal of its own.
        """
        view, action = body["view"], body["actions"][0]
        value = html.unescape(str(action.get("value") or ""))
        if (action.get("action_id"), value) not in _carried(view):
            return
        if view["type"] == "home":
            await self._press_at_home(body, read_button(value), user)
            return
        channel = forms.opened_from(view)
        if (request := await self._admit(read_button(value), channel, user)) is None:
            return
        is_told = view.get("callback_id") == forms.TOLD
        thread = _AT_HOME if is_told else None
        message = await self._answer(request, channel, user, thread, only_for=user, shows_forms=True)
        if message.form is None and not is_told:
            await self._post(user, message, None)
            return
        shown = forms.modal(message, channel)
        await self._client.call("views_update", view_id=view["id"], hash=view["hash"], view=shown)

    # --- At home

    async def _home_opened(self, body: Body) -> None:
        event = body["event"]
        if event.get("tab") != "home" or not self._is_new(body) or not await self._is_ours(body):
            return
        channel, user = event["channel"], event["user"]
        if await self._admit(home.PAGE, channel, user) == home.PAGE:
            await self._homes.show(user, channel, home.PAGE, (event.get("view") or {}).get("hash"))

    async def _press_at_home(self, body: Body, pressed: Request, user: str) -> None:
        channel, shown = home.opened_from(body["view"])
        self._homes.has_open(user, channel, shown, body["view"]["hash"])
        request = await self._admit(pressed, channel, user)
        if request is None:
            return
        if request.command == home.PAGE.command:
            await self._homes.show(user, channel, request, body["view"]["hash"])
            return
        message = await self._answer(request, channel, user, _AT_HOME, only_for=user, shows_forms=True)
        if not await self._opened(body, lambda: forms.modal(message, channel)):
            await self._post(user, message, None)

    async def _page(self, request: Request, channel: str, user: str) -> Message:
        return await self._answer(request, channel, user, _AT_HOME, only_for=user)

    async def _is_ours(self, body: Body) -> bool:
        """Whether it comes from the bot's own workspace, as far as Slack says: an app may be installed in others, too,
        but its token is good for one.
        """
        team = body.get("team_id") or (body.get("team") or {}).get("id")
        if self._team is None and (found := await self._look_up("auth_test")):
            self._team = found["team_id"]
        return None in {team, self._team} or team == self._team

    async def _submit(self, ack: AsyncAck, body: Body) -> None:
        """What was filled in is answered in the acknowledgement, for which Slack waits three seconds."""
        user = body["user"]["id"]
        submission, channel = forms.submission(body)
        reader = Reader(Destination(self.name, channel), self._known.get(user) or None, person=user)  # no time to ask
        became = await self._answers.submitted(submission, reader)
        if isinstance(became, FormErrors):
            await ack(response_action="errors", errors=forms.errors(became))
        elif isinstance(became, Form):
            action = "push" if became.is_on_top else "update"
            await ack(response_action=action, view=forms.view(became, channel))
        else:
            await ack(response_action="clear")
            if message := await became.message if isinstance(became, Later) else became:
                await self._post(user, message, None)
            await self._homes.refresh(user)

    def _pressed(self, body: Body, channel: str, user: str, *, is_ephemeral: bool) -> Request | None:
        """What the button asks; None when the bot did not put it there. A program of somebody's own may send any value
        for any message; the message itself comes from Slack, and where it comes without one the value bears a seal.
        """
        action = body["actions"][0]
        value = html.unescape(str(action.get("value") or ""))  # texts come escaped or not; both are the same here
        if is_ephemeral:
            opened = self._seal.opened(value, channel, user)
            return None if opened is None else read_button(opened)
        message = body.get("message") or {}
        is_ours = bool(message.get("bot_id")) and message.get("app_id") in {None, body.get("api_app_id")}
        return read_button(value) if is_ours and (action.get("action_id"), value) in _carried(message) else None

    # --- Answers

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
    ) -> Message:
        """In the language of the person who alone sees it, or else in the channel's."""
        place = Destination(self.name, channel)
        if only_for:
            is_private = channel.startswith("D")
            language = await self._locale(only_for)
            reader = Reader(place, language, person=user, thread=thread, is_private=is_private, is_shown_alone=True)
            reader = replace(reader, timezone=self._zones.get(user) or None)
        else:
            reader = Reader(place, known_as=await self._name(channel), person=user, thread=thread)
        if shows_forms:
            reader = replace(reader, shows_forms=True)
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
        if user not in self._known and (found := await self._look_up("users_info", user=user, include_locale=True)):
            self._known[user] = found["user"].get("locale") or ""
            self._zones[user] = found["user"].get("tz") or ""
        return self._known.get(user) or None

    async def _name(self, channel: str) -> str | None:
        """A channel's #name, for configs that call it so."""
        if channel not in self._known and (found := await self._look_up("conversations_info", channel=channel)):
            self._known[channel] = f"#{found['channel'].get('name')}"
        return self._known.get(channel)

    async def _look_up(self, method: str, **arguments: Any) -> Any:
        """What would be good to know; None when Slack does not say so at once, for somebody waits."""
        try:
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                return await self._client.call(method, **arguments)
        except (DeliveryError, TimeoutError) as error:
            _log.debug("%s: %r", method, error)
            return None

    def _is_new(self, body: Body) -> bool:
        """False for an event that Slack delivers again because it did not see the acknowledgement."""
        return self._heard.is_new(body["event_id"])


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)  # one workspace: whoever signs is it


def _who(body: Body) -> str | None:
    """Who has done something, by their id."""
    user = body.get("user_id") or (body.get("user") or {}).get("id") or (body.get("event") or {}).get("user")
    return str(user) if user else None


async def _nothing(_body: Body) -> None:
    """A button that opens a page tells us too."""


async def _say_what_failed(error: Exception) -> None:
    _log.error("something from Slack could not be answered: %r", error)
    _log.debug("unexpected", exc_info=error)


def _carried(shown: Body) -> set[tuple[str | None, str]]:
    """What the buttons of a message or view carry: action and value."""
    return {
        (button.get("action_id"), html.unescape(str(button.get("value") or "")))
        for block in shown.get("blocks") or ()
        for button in block.get("elements") or ()
        if block.get("type") == "actions"
    }


def _is_by_a_person(event: dict[str, Any]) -> bool:
    """Written by a person, and for the first time: bots would talk to each other, edits would be answered twice."""
    said_by_one = event.get("subtype") in _WRITTEN and event.get("user") not in {None, _SLACKBOT}
    return said_by_one and not any(event.get(key) for key in ("bot_id", "edited", "hidden"))


def read(text: str | None) -> Request:
    """What a person typed, without mentions, links' markup and escapes."""
    text = re.sub(r"<[@#!][^<>]*>", " ", (text or "")[:LONGEST_TEXT])
    text = re.sub(r"<(?:[^<>|]*\|)?([^<>]*)>", r"\1", text)
    written = html.unescape(text)
    return replace(read_words(written.replace("*", " ").replace("`", " ")), written=written)
