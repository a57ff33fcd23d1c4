"""Whoever looks at a chat: in whose zone and language the platform's program shows dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from babel.dates import format_date, format_time

from bot.language import SOURCE, pack


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader's view of a chat: when it was posted there, in which zone and language the reader's program is."""

    posted: datetime
    where: tzinfo
    language: str = SOURCE
    name: str = "callboard"

    @property
    def _pack(self) -> Mapping[str, Any]:
        return pack(self.language)

    def date(self, at: datetime) -> str:
        """The day of an instant, as that program writes it where its viewer is."""
        return format_date(at.astimezone(self.where), self._pack["clients"]["date"], self._pack["locale"])

    def time(self, at: datetime) -> str:
        """The time of day of an instant, as that program writes it where its viewer is."""
        return format_time(at.astimezone(self.where), self._pack["clients"]["time"], locale=self._pack["locale"])
