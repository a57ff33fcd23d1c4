"""People in Slack: where they are reached alone, whether they belong to the workspace, what they are called.

Methods: https://docs.slack.dev/reference/methods/users.info, conversations.open, conversations.info and auth.test; who
is what: https://docs.slack.dev/reference/objects/user-object
"""

from typing import Any

from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, DeliveryError
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import SlackError

_NOBODY = frozenset(("user_not_found", "user_not_visible"))
_UNREACHABLE = {
    "cannot_dm_bot": "that is a bot",
    "user_disabled": "the account was deactivated",
    "user_not_found": "there is no such person in the workspace",
    "user_not_visible": "the person cannot be seen by the bot",
}
_GUEST = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted", "is_workflow_bot")
_ADMINISTERS = ("is_admin", "is_owner", "is_primary_owner")
_SLACKBOT = "USLACKBOT"  # for users.info it is no bot


class SlackPeople:
    """What Slack says of people, who are known by their ids. `name` is the platform's."""

    def __init__(self, name: str, client: Client) -> None:
        self._name = name
        self._client = client
        self._team: str | None = None

    async def private_place(self, person: str) -> Destination:
        """The direct message with them, which is opened when there is none."""
        try:
            opened = await self._client.call("conversations_open", users=person)
        except SlackError as error:
            raise DeliveryError(_UNREACHABLE.get(error.name) or str(error), permanent=True, of_chat=True) from error
        return Destination(self._name, opened["channel"]["id"])

    async def is_member(self, person: str) -> bool:
        """Whether they are a full member of the bot's own workspace. People of others may be in a shared channel."""
        user = await self._user(person)
        if user is None or person == _SLACKBOT or any(user.get(key) for key in _GUEST):
            return False
        teams = (user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ()))
        return await self._own_team() in teams

    async def administers(self, person: str, place: Destination) -> bool:
        user = await self._user(person)
        if user is None or not await self.is_member(person):
            return False
        if any(user.get(key) for key in _ADMINISTERS):
            return True
        channel = (await self._asked("conversations_info", channel=place.address))["channel"]
        return bool(channel.get("creator") == person)

    async def has_left(self, person: str) -> bool:
        """Whether their account was deactivated. Raises `CannotAskError`."""
        user = await self._user(person)
        return user is not None and user.get("deleted") is True

    async def name_of(self, person: str) -> str | None:
        try:
            user = (await self._client.call("users_info", user=person))["user"]
        except SlackError:
            return None
        profile = user.get("profile") or {}
        names = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
        return next((str(name) for name in names if name), None)

    async def _user(self, person: str) -> dict[str, Any] | None:
        """A user object; None where there is nobody. Raises `CannotAskError`."""
        try:
            user: dict[str, Any] = (await self._client.call("users_info", user=person))["user"]
        except SlackError as error:
            if error.name in _NOBODY:
                return None
            raise _untold(error) from error
        except DeliveryError as error:
            raise _untold(error) from error
        return user

    async def _own_team(self) -> str:
        if self._team is None:
            self._team = str((await self._asked("auth_test"))["team_id"])
        return self._team

    async def _asked(self, method: str, **arguments: Any) -> Any:
        try:
            return await self._client.call(method, **arguments)
        except DeliveryError as error:
            raise _untold(error) from error


def _untold(error: DeliveryError) -> CannotAskError:
    return CannotAskError(f"Slack does not say who belongs to the workspace: {error}")
