"""Buttons below what one person alone sees: Slack does not send such a message along when one is pressed, so each
carries a seal that it is the bot's own (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload).

An HMAC (RFC 2104) of the channel, the person and the request, with a key made from the bot's token: it holds after a
restart, and in no other place or hand.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

from bot.platforms.slack.rendering import ASK

_LENGTH = 22
"""Characters of a seal: 128 bits."""


class Seal:
    """Puts seals on buttons, and knows its own; `token` is the bot's."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"callboard buttons " + token.encode()).digest()

    def sealed(self, content: dict[str, Any], channel: str, person: str) -> dict[str, Any]:
        """A message's content with a seal on every button that asks something."""
        blocks = [
            {**block, "elements": [self._button(button, channel, person) for button in block["elements"]]}
            if block["type"] == "actions"
            else block
            for block in content["blocks"]
        ]
        return {**content, "blocks": blocks}

    def _button(self, button: dict[str, Any], channel: str, person: str) -> dict[str, Any]:
        if not button["action_id"].startswith(ASK):
            return button
        value = button["value"]
        return {**button, "value": f"{self._of(value, channel, person)} {value}"}

    def opened(self, value: str, channel: str, person: str) -> str | None:
        """What a button asks that was pressed there by that person; None when it is not one of the bot's own."""
        seal, request = value[:_LENGTH], value[_LENGTH + 1 :]
        return request if hmac.compare_digest(seal.encode(), self._of(request, channel, person).encode()) else None

    def _of(self, request: str, channel: str, person: str) -> str:
        sealed_text = json.dumps([channel, person, request]).encode()
        return urlsafe_b64encode(hmac.digest(self._key, sealed_text, "sha256"))[:_LENGTH].decode()
