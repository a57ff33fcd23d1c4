"""Whoever looks at a chat: in whose zone and language the platform's program shows dates."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from babel.dates import format_date, format_time

_DATE = {"en": "EEEE, MMMM d, y", "de": "EEEE, d. MMMM y"}
_TIME = {"en": "h:mm a", "de": "HH:mm"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader's view of a chat: when it was posted there, in which zone and language the reader's program is."""

    posted: datetime
    where: tzinfo
    language: str = "en"
    name: str = "callboard"

    def date(self, at: datetime) -> str:
        return format_date(at.astimezone(self.where), _DATE[self.language], self.language)

    def time(self, at: datetime) -> str:
        return format_time(at.astimezone(self.where), _TIME[self.language], locale=self.language)
