"""The app manifest: paste it at api.slack.com/apps and the app is as Callboard needs it.

https://docs.slack.dev/reference/app-manifest
"""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.chat.commands import commands, menu
from bot.chat.request import SUBCOMMANDS
from bot.wording.wording import Wording

COMMAND = SUBCOMMANDS.of("positions", "")
REMIND, HAND_IN = "remind", "new"
"""The callback ids of the shortcuts: below any message, and everywhere."""

SCOPES = {
    "app_mentions:read": "hears when it is mentioned",
    "channels:history": "finds its own messages again after a crash, so that none is sent twice",
    "channels:join": "joins a public channel by itself where it must be a member to post",
    "channels:read": "finds a public channel by its #name",
    "chat:write": "announces and answers",
    "chat:write.public": "announces in public channels that it was not invited to",
    "commands": "has the command /positions, and shortcuts",
    "files:write": "hands over deadlines as a file for a calendar, to whoever asks for it",
    "groups:history": "the same in private channels",
    "groups:read": "finds a private channel by its #name",
    "im:history": "hears direct messages",
    "im:write": "writes to a person first, where they asked for it or are asked for something",
    "pins:write": "pins the newest digest in channels whose `pin` is true",
    "users:read": "answers in the language of the person's Slack, and knows who is a member, and who has left",
}
LINK_SCOPES = {
    "links:read": "hears of links to the board that somebody shares",
    "links:write": "shows what they lead to",
}
"""Those that are needed beside them where the world finds the board."""


EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_left",
    "group_left",
    "member_joined_channel",
    "message.im",
    "user_change",
)
"""Of which Slack tells the app: https://docs.slack.dev/reference/events"""


def manifest(wording: Wording, *, mode: str, url: str | None = None, board: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP at the public address `url` (ending in /slack/events). `board`: the
    address at which the world finds the board, if it does.
    """
    socket = mode == "socket"
    usages = [command.usage(wording) for command in menu() if not command.word]
    words = [f"{command.word} {command.usage(wording)}".strip() for command in menu() if command.word]
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": commands()["positions"].summary(wording),
        "usage_hint": " | ".join(usages + words),
        "should_escape": False,
    }
    domain = _domain(board)
    heard = sorted((*EVENTS, "link_shared") if domain else EVENTS)
    events: dict[str, Any] = {"bot_events": heard}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if not socket:
        command["url"] = url
        events["request_url"] = url
        interactivity["request_url"] = url
    return {
        "display_information": {
            "name": "Callboard",
            "description": "Announces open positions and their deadlines, and answers questions about them.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "callboard", "always_online": True},
            "shortcuts": [
                {
                    "name": wording._("Remind me"),
                    "type": "message",
                    "callback_id": REMIND,
                    "description": wording._("reminds me of what the message tells of"),
                },
                {
                    "name": wording._("Hand in a position"),
                    "type": "global",
                    "callback_id": HAND_IN,
                    "description": commands()["new"].summary(wording),
                },
            ],
            "slash_commands": [command],
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {"scopes": {"bot": sorted({**SCOPES, **(LINK_SCOPES if domain else {})})}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _domain(board: str | None) -> str | None:
    """What Slack is told to look for in links; None for a board that it cannot know by its name."""
    host = urlsplit(board or "").hostname or ""
    return host if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+", host) else None
