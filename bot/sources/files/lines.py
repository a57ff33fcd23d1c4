"""Lines such as `deadline: 2027-05-02`, as somebody sends them in chat -> fields.

A value is the rest of its line to the letter: quotes and `#` are part of it. `key: -` takes a key away.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.letters import trimmed
from bot.schema import Value, nearest, shown
from bot.sources.files.fields import FIELDS, key_hint
from bot.sources.files.values import FieldProblem, FieldsError, for_members, from_text, moved

_LINE = re.compile(r"(?P<key>[^:]{1,60}):(?P<value>.*)", re.DOTALL)
_TAKEN_AWAY = "-"


@dataclass(frozen=True, slots=True)
class Lines:
    """What lines ask for: keys with their values, None for those that are taken away; in which line (from 1) each
    stands; and the keys that are not taken from whoever sent them.
    """

    changes: Mapping[str, Value | None]
    lines: Mapping[str, int]
    left_out: tuple[str, ...]

    @property
    def fields(self) -> dict[str, Value]:
        """The values alone: what a new posting is made of."""
        return {key: value for key, value in self.changes.items() if value is not None}


def read_lines(text: str, *, by_editor: bool) -> Lines:
    """What the lines of a text say. From somebody who is no editor some keys are not taken. Empty lines, and those that
    begin with `#`, say nothing. Raises `FieldsError` for lines that are none; whether the values hold up is for
    `checked` to say, which is given `lines`.
    """
    changes: dict[str, Value | None] = {}
    lines: dict[str, int] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not trimmed(line) or line.lstrip().startswith("#"):
            continue
        try:
            key, value = _entry(line, number, lines)
        except FieldsError as error:
            problems += [moved(problem, number) for problem in error.problems]
        else:
            lines[key], changes[key] = number, value
    if problems:
        raise FieldsError(*problems)
    if by_editor:
        return Lines(changes, lines, ())
    taken, left_out = for_members(changes)
    return Lines(taken, lines, left_out)


def _entry(line: str, number: int, before: Mapping[str, int]) -> tuple[str, Value | None]:
    match = _LINE.match(line)
    key = trimmed(match["key"]).casefold() if match else ""
    if match is None or not (key in FIELDS or re.fullmatch(r"\w[\w .-]*", key)):
        what = f'"{shown(line)}" has no colon and space after its key; write key: value'
        raise FieldsError(FieldProblem("", number, what))
    if key not in FIELDS:
        known = key_hint(key) or nearest(key, FIELDS) or "; delete it"
        raise FieldsError(FieldProblem("", number, f'"{shown(key)}" is no key I know{known}'))
    if key in before:
        raise FieldsError(FieldProblem(key, number, f"{key}: stands twice; keep this or line {before[key]}"))
    value = trimmed(match["value"])
    return key, None if value == _TAKEN_AWAY else from_text(key, value)
