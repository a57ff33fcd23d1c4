"""How somebody wants to hear, as it is kept: by key, each as one writes it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.audiences.follower import Preferences
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import Lead

_T = TypeVar("_T")


def preferences_of(settings: Mapping[str, str]) -> Preferences:
    """The reverse of `bot.audiences.follower.written`. Lead times were called `reminders` once, and empty for none."""

    def read(key: str, parse: Callable[[str], _T]) -> _T | None:
        return parse(settings[key]) if key in settings else None

    return Preferences(
        settings.get("language"),
        settings.get("timezone"),
        read("remind" if "remind" in settings else "reminders", leads_of),
        read("quiet", lambda text: Off.OFF if text == Off.OFF else QuietHours.parse(text)),
        read("digest", lambda text: Off.OFF if text == Off.OFF else DigestTimes.parse(text)),
    )


def leads_of(text: str) -> tuple[Lead, ...]:
    """Lead times between spaces."""
    return () if text == Off.OFF else tuple(map(Lead.parse, text.split()))
