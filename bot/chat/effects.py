"""What is to be done because of a request, as plain data. Commands only say it; the app does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.audiences.follower import Preferences
from bot.audiences.place import PlaceSettings
from bot.chat.context import Effect
from bot.domain.draft import Action
from bot.domain.message import Line
from bot.domain.schedule import Destination, Lead


@dataclass(frozen=True, slots=True)
class Remember(Effect):
    """Keeps the state of the dialogue."""

    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Forget(Effect):
    """Ends the dialogue."""


@dataclass(frozen=True, slots=True)
class Claim(Effect):
    """Ends the dialogue, if it is in that state still: so what follows is done once, however often a button is pressed.
    Where it fails, the dialogue is back.
    """

    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HandIn(Effect):
    """A new posting: published at once, or for approval."""

    fields: Mapping[str, Any]
    at_once: bool


@dataclass(frozen=True, slots=True)
class ChangePosting(Effect):
    """A change of a posting: made at once, or for approval."""

    name: str
    changes: Mapping[str, Any]
    action: Action
    at_once: bool


@dataclass(frozen=True, slots=True)
class Revise(Effect):
    """Other values in a draft that waits."""

    draft: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Approve(Effect):
    """Publishes what was handed in."""

    draft: str


@dataclass(frozen=True, slots=True)
class ApproveAll(Effect):
    """Does all that a source has asked for up to an instant (seconds since 1970, UTC), as far as it still waits."""

    source: str
    until: int


@dataclass(frozen=True, slots=True)
class Reject(Effect):
    """Turns down what was handed in."""

    draft: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Invite(Effect):
    """Leads into the private chat, to a command; with the lines that were written below it, where that can be."""

    command: str
    lines: str = ""


@dataclass(frozen=True, slots=True)
class Follow(Effect):
    """Who asks hears of what a query finds from now on; it is a filter, empty for all."""

    query: str


@dataclass(frozen=True, slots=True)
class Unfollow(Effect):
    """Who asks hears no more of what these queries find, as they were written."""

    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemindMe(Effect):
    """Who asks is reminded of a posting so long before its deadline; with None, as of all others."""

    posting: str
    leads: tuple[Lead, ...] | None


@dataclass(frozen=True, slots=True)
class Confirm(Effect):
    """A posting holds, as of now."""

    name: str


@dataclass(frozen=True, slots=True)
class Prefer(Effect):
    """How who asks wants to hear: what of this is not None."""

    own: Preferences

    def applied(self, before: Preferences) -> Preferences:
        """What they prefer then."""
        return before.changed(self.own)


@dataclass(frozen=True, slots=True)
class Arrange(Effect):
    """How a group or channel wants to hear: what of this is not None. `name`: see `bot.audiences.place.Place`. `anew`:
    what was set before counts no more.
    """

    name: str
    destination: Destination
    own: PlaceSettings
    anew: bool = False


@dataclass(frozen=True, slots=True)
class HandOutCalendar(Effect):
    """A file of that name with the deadlines of these postings, each by its id with the instants (aware) at which it
    rings; none, where there are none. `instead`: see `Document`. `is_own`: it has what who asks follows, and the
    private address is told that has the same; with `is_anew`, another one than before.
    """

    name: str
    alarms: Mapping[str, tuple[datetime, ...]]
    instead: tuple[Line, ...] = ()
    is_own: bool = False
    is_anew: bool = False


@dataclass(frozen=True, slots=True)
class EraseMe(Effect):
    """All that is kept about who asks is erased."""


ABOUT_READERS = Follow | Unfollow | RemindMe | Prefer
"""What changes how somebody hears."""
