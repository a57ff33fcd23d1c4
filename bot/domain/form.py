"""A form: fields that a person fills in at once, where the platform can show one. Plain data, as a message is.

A message may bring a form along (`Message.form`): it is shown in the message's place where it can be, and elsewhere the
message says how it is done without.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.message import Message


class FieldKind(StrEnum):
    """What is filled in, and what a submission has of it."""

    LINE = "line"
    LINES = "lines"
    DATE = "date"  # YYYY-MM-DD
    TIME = "time"  # HH:MM
    ONE_OF = "one of"  # an option's value
    SOME_OF = "some of"  # the values of options


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: its value in a submission, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """`key` is its name in a submission. `value` stands in it from the start: a tuple of values for `SOME_OF`. `most`
    is how many characters a text may have.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    options: tuple[Option, ...] = ()
    value: str | tuple[str, ...] = ""
    is_optional: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """`name` says in a submission which form it is, `state` comes back with it as it is. `about` stands above the
    fields; `submit` and `close` are the labels of its buttons. `is_on_top`: the one that was submitted stays below it,
    as it was filled in, and is seen again when it is closed.
    """

    name: str
    title: str
    submit: str
    close: str
    fields: tuple[FormField, ...] = ()
    about: Message | None = None
    state: str = ""
    is_on_top: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person has filled in, by the fields' keys; what is empty is left out. Values are anybody's: an option may
    be none that was offered.
    """

    name: str
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    state: str = ""


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What does not hold up, by the fields' keys: the form stays open."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Later:
    """The form closes; what the person is told is known in a while."""

    message: Awaitable[Message]


Submitted = Form | FormErrors | Message | Later | None
"""What becomes of a form that was submitted: another one in its place, what to mend in it; or it closes, and the person
is told something, at once or later, or nothing.
"""
