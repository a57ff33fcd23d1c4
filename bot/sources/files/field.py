"""What is known of one key of a posting file."""

from dataclasses import dataclass

from bot.schema import ValueKind


@dataclass(frozen=True, slots=True)
class FormEntry:
    """How people are asked for a key in chat, in sentences of the catalogue: what it is called, and what helps to fill
    it in, with `{zone}` for the config's time zone. `place`: where it stands in the form, the lowest first.
    """

    place: int
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a posting file: what it may hold, what is said of it to whoever writes one, and an `example` for the
    template, as it stands in a file. `names`: what people call it first, `_` for a space. `by_members`: whether it is
    taken from somebody who is no editor. `form`: how chat asks for it; None where it does not.
    """

    kind: ValueKind
    about: str
    example: str = ""
    names: str = ""
    by_members: bool = True
    form: FormEntry | None = None
