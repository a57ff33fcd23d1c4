"""What has to be looked up before an answer can be given, as plain data. A command says what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import Enum, auto
from typing import Any

from bot.audiences.audience import Audience
from bot.audiences.follower import Defaults, Follower
from bot.audiences.personal import PersonalData
from bot.audiences.place import PlaceSettings
from bot.domain.draft import Draft
from bot.domain.person import Person
from bot.domain.schedule import Destination, Schedule


class Need(Enum):
    """Something that a command has to know before it can answer. Of which posting, draft or message: the first word of
    its argument says.
    """

    MEMBERSHIP = auto()
    POSTING = auto()
    DRAFT = auto()
    DRAFTS = auto()
    FORM = auto()
    FOLLOWER = auto()
    KEPT = auto()
    ANNOUNCED = auto()


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The group or channel that a request is about.

    `name` and `destination`: see `bot.audiences.place.Place`. `written`: what stands in front of a key of its settings,
    as who asks writes it. `audience`: how it would hear by the config alone; None where it is not known which one is
    meant. `own`: what its administrators have said. `is_heard`: whether announcements go there. `administers`: whether
    who asks decides about it; None where the platform cannot say. `is_full`: whether no more such places are taken.
    `invitation`: the address of the private chat, where one's own settings are. `is_known`: whether there is such a
    place, as far as the platform says.
    """

    name: str
    destination: Destination
    written: str = ""
    audience: Audience | None = None
    own: PlaceSettings = PlaceSettings()  # noqa: RUF009  # nothing changes it
    is_heard: bool = False
    is_configured: bool = False
    administers: bool | None = False
    is_full: bool = False
    invitation: str | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """`takes_from`: from whom postings are taken (`submissions.from`). `is_member`: whether who asks belongs to the
    lab; None where the platform cannot say. `is_among_others`: whether people see the answer who need not be reviewers.
    `dialogue`: the state of the one that goes on in this place with who asks.
    `fields` and `owners`: of the posting that was named, if there is one. `draft`: the one that was named. `drafts`:
    those that wait. `token`: a word that nobody can guess. `shows_forms`: whether a form that the answer brings along
    can be shown to who asks. `form`: the state of the one that was named. `defaults`: what a new posting
    says unless somebody says something else. `follower`: who asks, as they follow; `as_others`: how they hear if they
    have not said otherwise. `person`: who asks; `personal_data`: all that is kept about them.
    `announced`: the ids of what is told of in the message that is asked about.
    `place`: the group or channel that the request is about; None where it is about no other than who asks.
    `is_reached_alone`: whether the platform has a place where one person alone is written to.
    """

    takes_from: str = "nobody"
    is_member: bool | None = False
    is_private: bool = True
    is_among_others: bool = False
    dialogue: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] | None = None
    owners: frozenset[Person] = frozenset()
    draft: Draft | None = None
    drafts: Sequence[Draft] = field(default=())
    token: str = ""
    shows_forms: bool = False
    form: Mapping[str, Any] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    follower: Follower | None = None
    person: Person | None = None
    personal_data: PersonalData | None = None
    announced: Sequence[str] = ()
    is_reached_alone: bool = True
    place: PlaceFacts | None = None
    as_others: Defaults = Defaults(Schedule("UTC", time(9), ()))  # noqa: RUF009  # nothing changes it


NO_FACTS = Facts()
