"""Whoever is told something alone: a person, or the place where drafts are reviewed. Nothing is announced to them, so
their names are none of a channel's or a follower's.
"""

from dataclasses import replace

from bot.audiences.audience import Audience
from bot.domain.person import Person
from bot.domain.schedule import Destination, Schedule

_PERSON, _REVIEW = "private:", "review:"


def name_of(person: str) -> str:
    """The name, as a private audience, of a person (`PLATFORM:ID`)."""
    return f"{_PERSON}{person}"


def to_person(person: Person, place: Destination, schedule: Schedule, language: str) -> Audience:
    """The private audience of a person, reached at `place`."""
    return Audience(name_of(str(person)), place, schedule, language)


def to_review(channel: Audience) -> Audience:
    """The private audience that a channel is, as the place where drafts are reviewed."""
    return replace(channel, name=f"{_REVIEW}{channel.name}")


def is_private(name: str) -> bool:
    """Whether a name is that of a private audience."""
    return name.startswith((_PERSON, _REVIEW))


def is_to_person(name: str) -> bool:
    """Whether a name is that of a private audience which is one person."""
    return name.startswith(_PERSON)
