"""The chat in the browser: a channel in which notices arrive, and a direct chat with the bot. It needs no token."""

from collections.abc import Mapping
from typing import Any

from bot.domain.site import LISTEN, is_loopback
from bot.platforms.base import Platform
from bot.platforms.kinds import Endpoint, PlatformKind, Preview, Surroundings
from bot.platforms.settings import listen


class WebKind(PlatformKind):
    name = "web"
    title = "Web"
    settings = {"listen": listen(LISTEN)}
    needs_address = False
    can_be_asked = True

    def completed(self, settings: Mapping[str, Any], board: str) -> Mapping[str, Any]:
        """It is where the board is, if that is for this machine alone."""
        return {"listen": board if is_loopback(board) else LISTEN, **settings}

    def endpoints(self, name: str, settings: Mapping[str, Any]) -> tuple[Endpoint, ...]:
        at = settings.get("listen", LISTEN)
        return (Endpoint(at, path_of(name), ("listen",), is_public=False, title="the chat in the browser"),)

    def make(self, settings: Mapping[str, Any], around: Surroundings) -> Platform:
        from bot.platforms.web.adapter import BrowserChat

        at = settings.get("listen", LISTEN)
        return BrowserChat(
            around.addresses,
            at,
            around.clock,
            around.file and around.file.with_name(f"{around.file.name}.jsonl"),
            around.name,
            "web.listen" if at == around.board else None,
        )

    def preview(self) -> Preview:
        from bot.platforms.web.preview import draw, style

        return Preview(draw, style())


def path_of(name: str) -> str:
    """Where the page of a platform of that name is: several may share an address."""
    return "/chat" if name == "web" else f"/chat/{name}"


KIND = WebKind()
