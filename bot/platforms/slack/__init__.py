"""Slack, by slack-bolt: Socket Mode or signed HTTP, rich text in blocks."""

from bot.platforms.slack.adapter import Slack
from bot.platforms.slack.manifest import manifest

__all__ = ["Slack", "manifest"]
