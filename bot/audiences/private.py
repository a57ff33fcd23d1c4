"""Whoever is told something alone: a person, or the place where drafts are reviewed. Nothing is announced to them, so
their names are none of a channel's or a follower's.
"""

from dataclasses import replace

from bot.audiences.audience import Audience
from bot.domain.person import Person
from bot.domain.schedule import Destination, Schedule

_PERSON, _REVIEW = "private:", "review:"


def name_of(person: str) -> str:
    """The name of a person, written as text, as an audience."""
    return f"{_PERSON}{person}"


def to_person(person: Person, place: Destination, schedule: Schedule, language: str) -> Audience:
    """A person, who is reached at that place alone."""
    return Audience(name_of(str(person)), place, schedule, language)


def to_review(channel: Audience) -> Audience:
    """A channel as the place where drafts are reviewed."""
    return replace(channel, name=f"{_REVIEW}{channel.name}")


def is_private(name: str) -> bool:
    """Whether that is the name of one of these."""
    return name.startswith((_PERSON, _REVIEW))


def is_to_person(name: str) -> bool:
    """Whether that is the name of a person who is told something alone."""
    return name.startswith(_PERSON)
