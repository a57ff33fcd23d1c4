"""Slack, by slack-bolt: Socket Mode or signed HTTP, rich text in blocks."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.chat.request import SUBCOMMANDS
from bot.platforms.base import Platform
from bot.platforms.kinds import Endpoint, PlatformKind, Preview, Surroundings, TokenShape
from bot.platforms.settings import SecretText, listen, server
from bot.schema import Choice
from bot.schema.secrets import Expanded, Secret

if TYPE_CHECKING:
    from click import Command

    from bot.wording.wording import Wording

LISTEN = "127.0.0.1:3000"
_API = "https://slack.com/api/"
_NO_BOT = (
    "is no bot token; copy the Bot User OAuth Token, which begins with xoxb-, from the app's page OAuth & Permissions"
)
_NO_APP = "is no app-level token; make one that begins with xapp- on the app's page Basic Information"


class Mode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class SlackKind(PlatformKind):
    name = "slack"
    title = "Slack"
    # https://docs.slack.dev/authentication/tokens (xoxe.xoxb-: of apps with token rotation)
    settings = {
        "bot_token": SecretText(r"(?:xoxe\.)?xoxb-.+", _NO_BOT),
        "app_token": SecretText(r"xapp-.+", _NO_APP),
        "signing_secret": SecretText(),
        "mode": Expanded(Choice(Mode)),
        "listen": listen(LISTEN),
        "api_url": server(),
    }
    needed = ("bot_token",)
    variables = MappingProxyType({"bot_token": "SLACK_BOT_TOKEN", "app_token": "SLACK_APP_TOKEN"})
    asked_for = MappingProxyType(
        {
            "bot_token": lambda w: w._(
                "Make the app by this link, which has all settings in it, press Install to Workspace, and copy the "
                "Bot User OAuth Token (xoxb-…) from OAuth & Permissions: {link}"
            ).format(link=_link(w)),
            "app_token": lambda w: w._(
                "On the app's page, Basic Information › App-Level Tokens: Generate, with the scope connections:write, "
                "and copy the token (xapp-…)."
            ),
        }
    )
    called = MappingProxyType(
        {
            "bot_token": lambda w: w._("the bot token (xoxb-…) of Slack"),
            "app_token": lambda w: w._("the app-level token (xapp-…) of Slack"),
        }
    )
    unshared = ("bot_token", "app_token")
    sends_with = "bot_token"
    server_key = "api_url"
    can_be_asked = True
    can_pin = True
    mentions = ("here",)
    example_address = "#your-channel"
    syntax = SUBCOMMANDS
    loggers = {
        "slack_bolt": (logging.WARNING, logging.INFO),
        "slack_sdk": (logging.WARNING, logging.INFO),
    }
    token_shapes = (
        TokenShape("a bot token of Slack (xoxb-…)", "bot_token", r"(?:xoxe\.)?xoxb-.+"),
        TokenShape("an app-level token of Slack (xapp-…)", "app_token", r"xapp-.+"),
    )
    hidden = (r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]{8,}",)
    headers = {
        "X-Slack-Request-Timestamp": "[0-9]{1,12}",
        "X-Slack-Signature": "v0=[0-9a-f]{64}",
    }

    def way_in(self, wording: "Wording") -> str:
        return wording._("Now make a channel. In one that is private, write /invite @callboard.")

    def address_fault(self, address: str) -> str | None:
        is_one = re.fullmatch(r"[@#]?[\w.-]+", address)
        return None if is_one else 'is no Slack address; write a channel id, such as C0123456789, or "#name"'

    def person_fault(self, person: str) -> str | None:
        # "U" or "W": https://docs.slack.dev/reference/objects/user-object
        is_one = re.fullmatch(r"[UW][A-Z0-9]+", person)
        return None if is_one else "is nobody's id in Slack; write a member ID, such as U0ADA0001"

    def notes(self, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        key = "signing_secret" if settings.get("mode") is Mode.HTTP else "app_token"
        if settings.get("bot_token") and not settings.get(key):
            yield key, "is not set: announcements go out, but nobody is answered in Slack"

    def powers(self, key: str) -> Iterator[str]:
        if key == "bot_token":
            from bot.platforms.slack.manifest import LINK_SCOPES, SCOPES

            yield (
                "whoever has it can do what the app's scopes let it: by the manifest, those below (callboard check"
                " --online asks Slack which it has); OAuth & Permissions makes another: Revoke Tokens, then Install to"
                " Workspace"
            )
            for scope, why in SCOPES.items():
                yield f"scope {scope}: {why}"
            for scope, why in LINK_SCOPES.items():
                yield f"scope {scope}, where the manifest was made with a board: {why}"
        elif key == "app_token":
            yield (
                "whoever has it hears what people write to the app in place of the bot (connections:write); Basic"
                " Information › App-Level Tokens makes another"
            )
        else:
            yield (
                "whoever has it can pass for Slack where the bot listens; Basic Information › Signing Secret ›"
                " Regenerate makes another"
            )

    def endpoints(self, name: str, settings: Mapping[str, Any]) -> tuple[Endpoint, ...]:
        if settings.get("mode") is not Mode.HTTP:
            return ()
        listen, is_heard = settings.get("listen", LISTEN), bool(settings.get("signing_secret"))
        return (Endpoint(listen, path_of(name), ("listen",), guard="Slack's signature", is_heard=is_heard),)

    def make(self, settings: Mapping[str, Any], around: Surroundings) -> Platform:
        from bot.platforms.slack.adapter import Slack

        secrets = {key: secret.reveal() for key, secret in settings.items() if isinstance(secret, Secret)}
        return Slack(
            bot_token=secrets.get("bot_token", ""),
            app_token=secrets.get("app_token"),
            signing_secret=secrets.get("signing_secret"),
            mode=settings.get("mode", Mode.SOCKET),
            listen=settings.get("listen", LISTEN),
            api_url=settings.get("api_url", _API),
            name=around.name,
            base_url=around.base_url,
        )

    def preview(self) -> Preview:
        from bot.platforms.slack.preview import draw, style

        return Preview(draw, style())

    def commands(self) -> "tuple[Command, ...]":
        from bot.platforms.slack.command import slack_manifest

        return (slack_manifest,)


def path_of(name: str) -> str:
    """Where a platform of that name is reached by HTTP: several may share an address."""
    return "/slack/events" if name == "slack" else f"/slack/{name}/events"


def _link(wording: "Wording") -> str:
    """The page where an app is made, with the manifest filled in."""
    from bot.platforms.slack.manifest import manifest

    filled = json.dumps(manifest(wording, mode="socket"), ensure_ascii=False, separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(filled)}"


KIND = SlackKind()
