"""What people press and fill in where the app shows views of its own: modals, and their Home tab."""

import html

from slack_bolt.async_app import AsyncAck

from bot.chat.reading import pressed as read_button
from bot.chat.request import Request
from bot.domain.form import Form, FormErrors, Later
from bot.domain.message import Message
from bot.domain.schedule import Destination
from bot.platforms.base import Answers, Reader
from bot.platforms.slack import forms, home
from bot.platforms.slack.answering import Answering, Body
from bot.platforms.slack.client import Client
from bot.platforms.slack.home import HomeTabs

AT_HOME = "home"  # what is pressed there is no part of the conversation in the direct message


class Views(Answering):
    """Modals and Home tabs."""

    def __init__(self, client: Client, answers: Answers, name: str = "slack") -> None:
        super().__init__(client, answers, name)
        self._homes = HomeTabs(client, self._page)

    async def _press_in_view(self, body: Body, user: str) -> None:
        """In a modal, a form that the answer brings along takes its place, and what only says something is followed by
        what says more; what else is said is told in private. At home, either opens a modal of its own.
        """
        view, action = body["view"], body["actions"][0]
        value = html.unescape(str(action.get("value") or ""))
        if (action.get("action_id"), value) not in carried(view):
            return
        if view["type"] == "home":
            await self._press_at_home(body, read_button(value), user)
            return
        channel = forms.opened_from(view)
        if (request := await self._admit(read_button(value), channel, user)) is None:
            return
        is_told = view.get("callback_id") == forms.TOLD
        thread = AT_HOME if is_told else None
        message = await self._answer(request, channel, user, thread, only_for=user, shows_forms=True)
        if message.form is None and not is_told:
            await self._post(user, message, None)
            return
        shown = forms.modal(message, channel)
        await self._client.call("views_update", view_id=view["id"], hash=view["hash"], view=shown)

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

    # --- At home

    async def _home_opened(self, body: Body) -> None:
        event = body["event"]
        if event.get("tab", "home") != "home" or not self._is_new(body) or not await self._is_ours(body):
            return
        channel, user = str(event["channel"]), str(event["user"])  # they are kept
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
        message = await self._answer(request, channel, user, AT_HOME, only_for=user, shows_forms=True)
        if not await self._opened(body, lambda: forms.modal(message, channel)):
            await self._post(user, message, None)

    async def _page(self, request: Request, channel: str, user: str) -> Message:
        return await self._answer(request, channel, user, AT_HOME, only_for=user)


def carried(shown: Body) -> set[tuple[str | None, str]]:
    """What the buttons of a message or view carry: action and value."""
    return {
        (button.get("action_id"), html.unescape(str(button.get("value") or "")))
        for block in shown.get("blocks") or ()
        for button in block.get("elements") or ()
        if block.get("type") == "actions"
    }
