"""Telegram, by python-telegram-bot: long polling, text with entities."""

from bot.platforms.telegram.adapter import Telegram

__all__ = ["Telegram"]
