"""The chat in the browser: a channel in which notices arrive, and a direct chat with the bot. It needs no token."""

from bot.platforms.web.adapter import Web

__all__ = ["Web"]
