"""Cards in the place of links to postings' pages on the board, wherever somebody shares one in Slack.

https://docs.slack.dev/messaging/unfurling-links-in-messages, /reference/events/link_shared and
/reference/methods/chat.unfurl. Slack tells of links that are sent, and of those that are being written.
"""

import logging
from collections.abc import Mapping
from typing import Any

from bot.domain.message import Message
from bot.platforms.base import DeliveryError
from bot.platforms.slack import rendering
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import SlackError

_log = logging.getLogger("callboard.slack")

MOST = 5
"""Cards in one message."""

_COMPOSER = "composer"
_GONE = frozenset(("cannot_find_message", "cannot_unfurl_message"))  # it was deleted, or its link was


def addresses(event: Mapping[str, Any]) -> list[str]:
    """What was shared."""
    return [str(link["url"]) for link in event.get("links") or () if isinstance(link, Mapping) and link.get("url")]


def is_being_written(event: Mapping[str, Any]) -> bool:
    """Whether it is not sent yet: then there is no channel, and who writes it sees it alone."""
    return event.get("source") == _COMPOSER or event.get("channel") == "COMPOSER"


def _where(event: Mapping[str, Any]) -> dict[str, Any]:
    """How `chat.unfurl` is told which message it is about; in a workspace of an organization there is no id of it."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event["channel"], "ts": event["message_ts"]}


class Unfurling:
    """Shows cards. What Slack does not let the app do is said once."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name
        self._said: set[str] = set()

    async def show(self, event: Mapping[str, Any], cards: Mapping[str, Message]) -> None:
        """Shows the first of these cards, by the addresses as they were shared."""
        unfurls = {address: {"blocks": rendering.card(card)} for address, card in list(cards.items())[:MOST]}
        if not unfurls:
            return
        try:
            await self._client.call("chat_unfurl", **_where(event), unfurls=unfurls)
        except DeliveryError as error:
            self._say(error)

    def _say(self, error: DeliveryError) -> None:
        name = error.name if isinstance(error, SlackError) else "unreached"
        level = logging.DEBUG if name in self._said | _GONE else logging.WARNING
        self._said.add(name)
        _log.log(level, "%s: a link to the board is shown as it is, and not as a card: %s", self._name, error)
