"""What has to be looked up before an answer can be given, as plain data. A command says what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import Enum, auto
from typing import Any

from bot.audiences.follower import Defaults, Follower
from bot.audiences.personal import PersonalData
from bot.domain.draft import Draft
from bot.domain.person import Person
from bot.domain.schedule import Schedule


class Need(Enum):
    """What a command has to know. Of which posting, draft or message, its argument's first word says."""

    MEMBERSHIP = auto()
    POSTING = auto()
    DRAFT = auto()
    DRAFTS = auto()
    FORM = auto()
    FOLLOWER = auto()
    KEPT = auto()
    ANNOUNCED = auto()


@dataclass(frozen=True, slots=True)
class Facts:
    """`takes_from`: from whom postings are taken (`submissions.from`). `is_member`: whether who asks belongs to the
    lab; None where the platform cannot say. `is_among_others`: whether people see the answer who need not be reviewers.
    `dialogue`: the state of the one that goes on in this place with who asks.
    `fields` and `owners`: of the posting that was named, if there is one. `draft`: the one that was named. `drafts`:
    those that wait. `token`: a word that nobody can guess. `shows_forms`: whether a form that the answer brings along
    can be shown to who asks. `form`: the state of the one that was named. `defaults`: what a new posting
    says unless somebody says something else. `follower`: who asks, as they follow; `as_others`: how they hear if they
    have not said otherwise. `person`: who asks; `kept`: all that is kept about them.
    `announced`: the ids of what is told of in the message that is asked about.
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
    kept: PersonalData | None = None
    announced: Sequence[str] = ()
    is_reached_alone: bool = True
    as_others: Defaults = Defaults(Schedule("UTC", time(9), ()))  # noqa: RUF009  # nothing changes it


NO_FACTS = Facts()
