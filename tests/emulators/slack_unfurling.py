"""Links that somebody shares in the emulated Slack, and the cards that the app shows for them.

/reference/events/link_shared, /reference/methods/chat.unfurl, /messaging/unfurling-links-in-messages. Which blocks a
card may have is not documented; what people were refused is refused here: rich text (slackapi/java-slack-sdk issue 948,
getsentry/sentry pull request 65588) and what can be pressed (getsentry/sentry pull request 101303).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.emulators import slack_rules
from tests.emulators.slack_model import Json, Refused

_SOURCES = ("composer", "conversations_history")
_IN_CARDS = frozenset(("section", "context", "divider", "image"))


@dataclass(eq=False)
class Shared:
    """Links that the app was told of: where, and what it shows below them by now."""

    id: str
    channel: str
    ts: str
    urls: tuple[str, ...]
    is_gone: bool = False
    """Whether the message was deleted meanwhile."""
    cards: dict[str, Json] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, str]:
        """The words of each card, by its link."""
        return {url: slack_rules.shown(None, card["blocks"]) for url, card in self.cards.items()}


def is_of(url: str, domains: Sequence[str]) -> bool:
    """Whether a link is to one of the app's domains, or below it."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


class Unfurls:
    """All that was shared."""

    def __init__(self) -> None:
        self.all: list[Shared] = []

    def take(self, arguments: Mapping[str, Any], domains: Sequence[str]) -> Shared:
        """What chat.unfurl does."""
        shared = self._meant(arguments)
        unfurls = arguments.get("unfurls")
        if unfurls is None:
            raise Refused("missing_unfurls")
        if not isinstance(unfurls, dict) or not all(isinstance(card, dict) for card in unfurls.values()):
            raise Refused("invalid_unfurls_format")
        for url, card in unfurls.items():
            if not is_of(url, domains):
                raise Refused("cannot_unfurl_url")
            if url not in shared.urls:
                raise Refused("cannot_unfurl_message")
            if details := _judged(card):
                raise Refused("invalid_blocks", *details)
        shared.cards |= unfurls
        return shared

    def _meant(self, arguments: Mapping[str, Any]) -> Shared:
        if "unfurl_id" in arguments or "source" in arguments:
            for key in ("unfurl_id", "source"):
                if key not in arguments:
                    raise Refused(f"missing_{key}")
            if arguments["source"] not in _SOURCES:
                raise Refused("invalid_source")
            return self._found("invalid_unfurl_id", id=arguments["unfurl_id"])
        for key in ("channel", "ts"):
            if key not in arguments:
                raise Refused(f"missing_{key}")
        self._found("cannot_find_channel", channel=arguments["channel"])
        return self._found("cannot_find_message", channel=arguments["channel"], ts=arguments["ts"])

    def _found(self, otherwise: str, **what: str) -> Shared:
        for shared in self.all:
            if all(getattr(shared, key) == value for key, value in what.items()):
                if shared.is_gone:
                    raise Refused("cannot_find_message")
                return shared
        raise Refused(otherwise)


def _judged(card: Json) -> list[str]:
    if unknown := set(card) - {"blocks", "preview"}:
        return [f"unknown keys {sorted(unknown)}"]
    if not card.get("blocks"):
        return ["a card of ours has blocks"]
    details = slack_rules.judge_blocks(card["blocks"])
    kinds = {block["type"] for block in card["blocks"]} if not details else set()
    return details or [f"unsupported type: {kind}" for kind in sorted(kinds - _IN_CARDS)]
