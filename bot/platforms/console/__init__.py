"""The terminal. It needs no token, and keeps the others honest."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.base import Platform
from bot.platforms.kinds import PlatformKind, Preview, Surroundings


class ConsoleKind(PlatformKind):
    name = "console"
    title = "Console"
    needs_address = False

    def make(self, settings: Mapping[str, Any], around: Surroundings) -> Platform:
        from bot.platforms.console.adapter import Console

        del settings
        return Console(around.leave, around.name)

    def preview(self) -> Preview:
        from bot.platforms.console.preview import draw, style

        return Preview(draw, style())


KIND = ConsoleKind()
