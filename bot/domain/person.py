"""Who does something, and what they may."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """Somebody on a platform: the platform by its name in the config, and the id by which it knows them."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Person":
        """Reads `PLATFORM:ID` back. Raises `ValueError`, which says what to write."""
        fits = re.fullmatch(r"([A-Za-z0-9][\w.-]*):(\S{1,128})", text.strip())
        if not fits:
            raise ValueError("is no person; write PLATFORM:ID: the name of a platform in the config, a colon and an id")
        return cls(fits[1], fits[2])


class Rank(IntEnum):
    """What somebody is to a lab. Each may do all that those before may."""

    READER = 0
    """Asks."""
    MEMBER = 1
    """Of the workspace, or of a channel or group of the config."""
    EDITOR = 2
    """Hands in and changes without approval."""
    ADMIN = 3
    """Approves, and changes everything."""


@dataclass(frozen=True, slots=True)
class People:
    """Whom a config names. `same`: the persons of each set are one human being."""

    admins: frozenset[Person] = frozenset()
    editors: frozenset[Person] = frozenset()
    same: tuple[frozenset[Person], ...] = ()

    def all_of(self, person: Person) -> frozenset[Person]:
        """Every person that is the same human being, this one among them."""
        return frozenset((person,)).union(*(group for group in self.same if person in group))

    def ranks(self, platform: str) -> dict[str, Rank]:
        """What those of a platform are who are named, by their ids there."""
        named = sorted(person for person in self.admins | self.editors if person.platform == platform)
        return {person.id: self.rights(person).rank for person in named}

    def rights(self, person: Person | None, *, runs_bot: bool = False, is_member: bool = False) -> "Rights":
        """What a person may do. `runs_bot`: whoever sits at the console or came by the key that the log prints."""
        selves = self.all_of(person) if person else frozenset()
        if runs_bot or not selves.isdisjoint(self.admins):
            return Rights(Rank.ADMIN, selves)
        if not selves.isdisjoint(self.editors):
            return Rights(Rank.EDITOR, selves)
        return Rights(Rank.MEMBER if is_member and person else Rank.READER, selves)


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do. `selves`: the persons who are the same human being; empty where the platform does not know
    who asks.
    """

    rank: Rank = Rank.READER
    selves: frozenset[Person] = frozenset()

    @property
    def is_admin(self) -> bool:
        """Whether they approve and reject."""
        return self.rank >= Rank.ADMIN

    @property
    def is_editor(self) -> bool:
        """Whether they may change every posting without approval."""
        return self.rank >= Rank.EDITOR

    def owns(self, owners: Collection[Person] | Iterable[Person]) -> bool:
        """Whether they are one of the owners of a posting."""
        return not self.selves.isdisjoint(owners)


NOBODY = Rights()
"""Of somebody of whom nothing is known: a reader."""
