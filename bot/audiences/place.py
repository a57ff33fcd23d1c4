"""Groups and channels as their administrators want them: over what the config says, or where no config names them."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.audiences.audience import Audience
from bot.audiences.follower import Preferences, query_of, scheduled, written
from bot.domain.rhythm import Off
from bot.domain.schedule import Announced, Destination
from bot.questions.widening import Synonyms

_PLACE = "place:"


@dataclass(frozen=True, slots=True)
class PlaceSettings(Preferences):
    """How a place wants to hear, as far as its administrators have said so. `filter`: as it was written; empty for all.
    `announce`: what goes out there in messages of their own.
    """

    filter: str | None = None
    announce: frozenset[Announced] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A group or channel of which something is kept. `name`: that of the config's channel, or else `own_name`.
    `introduced_at` (UTC): when the bot last said there what it is; `left_at`: since when it is not let in there.
    """

    name: str
    destination: Destination
    settings: PlaceSettings = PlaceSettings()
    introduced_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def has_agreed(self) -> bool:
        """Whether its administrators have said that the bot may announce there, be it for a while."""
        return self.settings.announce is not None and self.left_at is None


def own_name(platform: str, address: str) -> str:
    """The name, as an audience, of a place that no config names. No channel or follower can have it."""
    return f"{_PLACE}{platform}:{address}"


def is_own_name(name: str) -> bool:
    """Whether that is the name of a place that no config names."""
    return name.startswith(_PLACE)


def heard_at(channel: Audience, own: PlaceSettings, synonyms: Synonyms) -> Audience:
    """A channel as its administrators want it. Raises `ValueError` where their filter is none any more.

    Whoever wants nothing announced wants no digest either, unless they say that they do.
    """
    schedule = scheduled(channel.schedule, own)
    if own.announce is not None:
        digest = schedule.digest if own.announce or own.digest is not None else None
        schedule = replace(schedule, announce=own.announce, digest=digest)
    return replace(
        channel,
        schedule=schedule,
        language=own.language or channel.language,
        filter=channel.filter if own.filter is None else query_of(own.filter, synonyms),
    )


def written_of(own: PlaceSettings) -> dict[str, str]:
    """By key, what administrators have set for a place, each as it would be typed."""
    settings = written(own)
    if own.filter is not None:
        settings["filter"] = own.filter or Off.OFF
    if own.announce is not None:
        settings["announce"] = " ".join(kind for kind in Announced if kind in own.announce) or Off.OFF
    return settings
