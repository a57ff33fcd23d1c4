"""What people do in Slack, as requests; answers, as messages."""

import html
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.chat.commands import commands
from bot.chat.reading import pressed as read_button
from bot.chat.reading import read_words
from bot.chat.request import LONGEST_TEXT, SUBCOMMANDS, TOO_OLD, Request
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, DeliveryError, Reader
from bot.platforms.slack import forms, rendering, unfurling
from bot.platforms.slack.answering import Body
from bot.platforms.slack.client import Client
from bot.platforms.slack.manifest import HAND_IN, REMIND
from bot.platforms.slack.unfurling import Unfurling
from bot.platforms.slack.views import AT_HOME, Views, carried

_log = logging.getLogger("callboard.slack")
_bolt_log = logging.getLogger("callboard.slack.bolt")
_bolt_log.setLevel(logging.ERROR)  # it warns of what is meant to be: a client of our own, messages that nobody answers

_ANY_COMMAND = re.compile("^/")  # /positions may be taken in a workspace: then it has another name
_WRITTEN = frozenset((None, "file_share", "thread_broadcast", "me_message"))
"""The subtypes of messages that a person writes: https://docs.slack.dev/reference/events/message#subtypes"""

_SLACKBOT = "USLACKBOT"


class SlackChat(Views):
    """Everything is acknowledged first, and answered afterwards. `name` is the platform's."""

    def __init__(self, client: Client, answers: Answers, name: str = "slack") -> None:
        super().__init__(client, answers, name)
        self._unfurling = Unfurling(client, name)

    def app(self) -> AsyncApp:
        """slack-bolt's app. It calls no method of Slack's by itself, so nothing slow can come before an ack. Whether
        what it is given comes from Slack is found out before.
        """
        app = AsyncApp(
            # Without a name it looks for the file that calls it, and keeps the text of each on the way. It makes the
            # logger of that name as quiet as `logger` is (`slack_bolt.logger`), so it must be no other's.
            name=_bolt_log.name,
            client=self._client.web,
            authorize=_authorize,
            signing_secret="",
            request_verification_enabled=False,
            logger=_bolt_log,
        )
        app.command(_ANY_COMMAND)(self._listening(self._command))
        app.event("app_mention")(self._listening(self._mention))
        app.event("message")(self._listening(self._direct_message))
        app.event("user_change")(self._listening(self._user_changed, changes=False))
        app.event("link_shared")(self._listening(self._link_shared, changes=False))
        app.event("member_joined_channel")(self._listening(self._joined, changes=False))
        for left in ("channel_left", "group_left"):
            app.event(left)(self._listening(self._left, changes=False))
        app.event("app_home_opened")(self._listening(self._home_opened, changes=False))
        app.action(re.compile(rf"^{rendering.ASK}\b"))(self._listening(self._press))
        app.action(re.compile(rf"^{rendering.OPEN}\b"))(self._listening(_nothing, changes=False))
        app.message_shortcut(REMIND)(self._listening(self._point_at))
        app.global_shortcut(HAND_IN)(self._listening(self._hand_in))
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

    async def _joined(self, body: Body) -> None:
        """The bot was added to a channel, as it is told of whoever is: it says what it is, unless the config knows."""
        event = body["event"]
        authorizations = body.get("authorizations") or ()
        is_bot = any(
            authorization.get("is_bot") and authorization.get("user_id") == event["user"]
            for authorization in authorizations
        )
        if not (is_bot and self._is_new(body)):
            return
        channel = event["channel"]
        name = await self._name(channel)
        if name is None:  # a config may call it so
            _log.warning(
                "%s: Slack does not say what the channel %s is called, and the bot is silent there", self.name, channel
            )
            return
        reader = Reader(Destination(self.name, channel), known_as=name, person=event.get("inviter"))
        if message := await self._answers.arrived(reader, f"{SUBCOMMANDS.of_place} ", SUBCOMMANDS):
            await self._post(channel, message, None)

    async def _left(self, body: Body) -> None:
        """The bot was taken out of a channel."""
        if self._is_new(body):
            channel = body["event"]["channel"]
            await self._answers.departed(Reader(Destination(self.name, channel), known_as=self._known.get(channel)))

    async def _direct_message(self, body: Body) -> None:
        event = body["event"]
        if not (event.get("channel_type") == "im" and _is_by_a_person(event) and self._is_new(body)):
            return
        channel, user, text = event["channel"], event["user"], event.get("text")
        wanted = read(text) if text else Request("help")  # a file, a list or a forwarded message alone
        if request := await self._admit(wanted, channel, user):
            thread = event.get("thread_ts")
            message = await self._answer(request, channel, user, thread, only_for=user, takes_files=True)
            await self._post(channel, message, thread)

    async def _press(self, body: Body) -> None:
        where, user = body.get("container") or {}, body["user"]["id"]
        if where.get("type") == "view":
            await self._press_in_view(body, user)
            return
        channel = where.get("channel_id") or body["channel"]["id"]
        is_ephemeral = bool(where.get("is_ephemeral"))
        pressed = self._pressed(body, channel, user, is_ephemeral=is_ephemeral)
        if pressed is None:
            if is_ephemeral and (admitted := await self._admit(TOO_OLD, channel, user)):
                words = await self._answer(admitted, channel, user, only_for=user)
                await self._respond(body, words, only_for=user, replace_original=False, response_type="ephemeral")
            return
        request = await self._admit(pressed, channel, user)
        if request is None:
            return
        is_notice = await self._answers.is_notice(self.name, f"{channel}/{where.get('message_ts')}")
        is_personal = commands()[pressed.command].is_personal
        if is_notice and not is_personal:
            return
        # What answers an announcement is seen where that stands: one that is broadcast is not read in its thread.
        thread = None if is_notice else where.get("thread_ts")
        seen_by_one = is_ephemeral or channel.startswith("D")
        # What is for nobody else goes beside what all read, for the one who asked; so does one posting, but in a direct
        # message to stay.
        is_alone = is_notice or (is_personal and not seen_by_one)
        goes_beside = is_alone or request.command == "position" or request != pressed
        is_posted = channel.startswith("D") and not is_ephemeral
        message = await self._answer(
            request,
            channel,
            user,
            thread,
            only_for=user if seen_by_one or goes_beside else None,
            shows_forms=True,
            takes_files=is_posted,
        )
        if not goes_beside and await self._open(body, message, channel):
            return
        if not goes_beside and not message.is_beside:
            await self._respond(body, message, only_for=user if is_ephemeral else None, replace_original=True)
            return
        how: dict[str, Any] = {"replace_original": False, "response_type": "ephemeral"}
        if is_posted:
            how["response_type"] = "in_channel"
        if thread:
            how["thread_ts"] = thread
        await self._respond(body, message, only_for=None if is_posted else user, **how)
        await self._hand_over(channel, message, thread)

    async def _user_changed(self, body: Body) -> None:
        """Of an account that was deactivated, `deleted` is true: https://docs.slack.dev/reference/events/user_change."""
        user = body["event"]["user"]
        if user.get("deleted") is True and self._is_new(body) and await self._is_ours(body):
            self._homes.forget(user["id"])
            await self._answers.left(self.name, user["id"])

    async def _link_shared(self, body: Body) -> None:
        """In the language of whoever writes the link, or else of the channel where it was sent."""
        event = body["event"]
        if not self._is_new(body) or not await self._is_ours(body):
            return
        if unfurling.is_being_written(event):
            reader = Reader(Destination(self.name, event["user"]), event.get("user_locale"), person=event["user"])
        else:
            channel = event["channel"]
            reader = Reader(Destination(self.name, channel), known_as=await self._name(channel), person=event["user"])
        await self._unfurling.show(event, self._answers.linked(unfurling.addresses(event), reader))

    # --- Shortcuts: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    async def _point_at(self, body: Body) -> None:
        """Somebody wants to be reminded of what a message tells of."""
        if not await self._is_ours(body):
            return
        channel, user = body["channel"]["id"], body["user"]["id"]
        wanted = Request("announced", f"{channel}/{body['message']['ts']}")
        if request := await self._admit(wanted, channel, user):
            message = await self._answer(request, channel, user, only_for=user, shows_forms=True)
            if not await self._open(body, message, channel):
                await self._respond(body, message, only_for=user, response_type="ephemeral")

    async def _hand_in(self, body: Body) -> None:
        """Somebody wants to hand in a position, wherever they are."""
        if not await self._is_ours(body):
            return
        user = body["user"]["id"]
        if request := await self._admit(Request("new"), user, user):
            message = await self._answer(request, user, user, AT_HOME, only_for=user, shows_forms=True)
            if not await self._opened(body, lambda: forms.modal(message, user)):
                await self._post(user, message, None)

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
        return read_button(value) if is_ours and (action.get("action_id"), value) in carried(message) else None


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
