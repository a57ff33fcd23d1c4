"""Kinds of values: what each may be, once, both as a reader of YAML nodes and as JSON Schema (draft 2020-12)."""

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any

import yaml

from bot.domain.letters import EDGES, JOINERS, SPACES, UNSEEN, code_and_name, odd_character, without_unseen
from bot.schema.nodes import (
    NOT_ONE_LINE,
    NOT_TEXT,
    InvalidError,
    Node,
    entries,
    invalid,
    nearest,
    scalar,
    shown,
)


def whole(pattern: str) -> str:
    """A pattern for all of a text, for JSON Schema; Python's `$` would let a last line break pass."""
    return f"^(?:{pattern})$(?!\\n)"


def around(pattern: str) -> str:
    """A pattern with what may stand around a value."""
    return f"[{EDGES}]*(?:{pattern})[{EDGES}]*"


def one_of(words: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of a value that is one of some words; an editor offers those of the first part."""
    words = [str(word) for word in words]
    pattern = "|".join(words).replace("+", "[+]")  # of letters, digits and `/_-` otherwise
    return {"anyOf": [{"enum": words}, {"type": "string", "pattern": whole(around(pattern))}]}


def misfit(node: Node, name: str, text: str, otherwise: str) -> InvalidError:
    """What is wrong with a value that does not fit: a character in it that is not seen, or what is said `otherwise`."""
    return invalid(node, f"{name}: {odd_character(text) or otherwise}")


class ValueKind(ABC):
    """What a value may be. `schema` is its JSON Schema (that of the config's own kinds, which nobody asks for, says
    nothing); `read` gives the value or raises `InvalidError`.
    """

    schema: Mapping[str, Any] = MappingProxyType({})

    @abstractmethod
    def read(self, node: Node, name: str) -> Any:
        """The value. `name` is the key as an error calls it."""


MOST = 300
"""Characters that a line may have, where nothing else is said."""

# Text that shows something, on lines or on one. Each character is matched by one part alone, so both are linear.
_SEEN = rf"[^\s{UNSEEN}{NOT_TEXT}]"
_SHORT = 40  # characters
_LINES = rf"[{EDGES}{JOINERS}]*{_SEEN}[^{NOT_TEXT}]*"
_LINE = rf"[{EDGES}]*(?:[{JOINERS}][ {SPACES}{UNSEEN}]*)?{_SEEN}[^{NOT_ONE_LINE}]*(?:[\t\n\r][{EDGES}]*)?"


class Text(ValueKind):
    """Text of at most `most` characters, on one line or several; with a `pattern` for it and what to `write` where it
    does not fit. A value with a pattern is read by programs: nothing unseen may stand in it.
    """

    def __init__(
        self,
        pattern: str | None = None,
        write: str = "",
        *,
        most: int = MOST,
        lines: bool = False,
        dates: bool = False,
    ) -> None:
        self.pattern = re.compile(pattern) if pattern else None
        self.write = write
        self.most, self.lines = most, lines
        self.dates = dates
        self._refused = re.compile(f"[{NOT_TEXT if lines else NOT_ONE_LINE}]")
        text = whole(_LINES if lines else _LINE)
        self.schema = {"type": "string", "maxLength": most, "pattern": text}
        if pattern:
            patterns = [{"pattern": text}, {"pattern": whole(around(pattern))}]
            self.schema = {"type": "string", "maxLength": most, "allOf": patterns}

    def read(self, node: Node, name: str) -> str:
        if isinstance(node, yaml.ScalarNode) and len(node.value) > self.most:
            raise invalid(node, f"{name}: has {len(node.value)} characters; write at most {self.most}")
        text, taken_for = scalar(node, name)
        if not without_unseen(text):
            raise invalid(node, f"{name}: shows nothing, for it {odd_character(text)}")
        if taken_for != "str" and not (self.dates and taken_for == "timestamp"):
            raise invalid(node, f'{name}: {_misread(text, taken_for)}; write "{shown(text)}" in quotes')
        if match := self._refused.search(text):
            line_break = match[0] in "\r\n"
            what = (
                "a line break; write one line" if line_break else f"the character {code_and_name(match[0])}; delete it"
            )
            raise invalid(node, f"{name}: holds {what}")
        if self.pattern and not self.pattern.fullmatch(text):
            raise misfit(node, name, text, f'"{_without_user(shown(text))}" {self.write}')
        text = text.strip()
        # Places, groups and tags stand in many files; texts and addresses do not, and a table of all takes memory.
        return sys.intern(text) if self.pattern is None and len(text) <= _SHORT else text


def _without_user(text: str) -> str:
    """An address without what stands before its host, for that may be a password."""
    before, slashes, rest = text.partition("//")
    _, sign, host = rest.rpartition("@")
    return f"{before}{slashes}…@{host}" if sign else text


def _misread(text: str, taken_for: str) -> str:
    meaning = {
        "bool": "true or false",
        "int": f"the number {_number(text)}",
        "float": "a number",
        "timestamp": "a date",
    }.get(taken_for, "something else")
    return f"YAML takes {shown(text)} for {meaning}"


def _number(text: str) -> str:
    try:
        return shown(str(yaml.safe_load(text))) if len(text) < 20 else shown(text)
    except (yaml.YAMLError, ValueError):
        return shown(text)


Hint = Callable[[str], str]
"""What to write in place of a text, as the end of a message; empty where nothing is known."""


class Choice(ValueKind):
    """One of an enumeration's words. `hint` says what to write for some others (see `nearest`)."""

    def __init__(self, words: type[StrEnum], hint: Hint | None = None) -> None:
        self.words = words
        self.hint = hint
        self.schema = one_of(words)

    def read(self, node: Node, name: str) -> StrEnum:
        text, _ = scalar(node, name)
        try:
            return self.words(text)
        except ValueError:
            known = ", ".join(self.words)
            near = (self.hint and self.hint(text)) or nearest(text, self.words)
            raise misfit(node, name, text, f'"{shown(text)}" is not one of {known}{near}') from None


class OneOf(ValueKind):
    """One of many words, such as the names of time zones. `hint` says what to write in place of another (see
    `nearest`); `write`, where it knows nothing.
    """

    def __init__(self, words: Iterable[str], what: str, write: str, hint: Hint | None = None) -> None:
        self.words = frozenset(words)
        self.what, self.write = what, write
        self.hint = hint or partial(nearest, known=self.words)
        self.schema = one_of(sorted(self.words))

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if text not in self.words:
            hint = self.hint(text) or f"; write {self.write}"
            raise misfit(node, name, text, f'"{shown(text)}" is no {self.what}{hint}')
        return sys.intern(text)  # one of them stands in many files


class Number(ValueKind):
    """A number between two bounds, whole or not."""

    def __init__(self, least: int, most: int, *, whole: bool = True) -> None:
        self.least, self.most, self.whole = least, most, whole
        self.schema = {"type": "integer" if whole else "number", "minimum": least, "maximum": most}

    def read(self, node: Node, name: str) -> int | float:
        _, taken_for = scalar(node, name)
        text = node.value
        number = "whole number" if self.whole else "number"
        if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text):
            wrong = _misread(text, taken_for) if taken_for in {"int", "float"} else f'"{shown(text)}" is no {number}'
            digits = re.search(r"[1-9][0-9]{0,3}", text)
            raise misfit(node, name, text, f"{wrong}; write digits such as {digits[0] if digits else self.least}")
        if isinstance(node, yaml.ScalarNode) and node.style:
            raise invalid(node, f'{name}: "{shown(text)}" in quotes is text; write it without quotes')
        value = float(text)
        if not self.least <= value <= self.most or (self.whole and value != int(value)):
            raise invalid(node, f"{name}: {shown(text)} is no {number} from {self.least} to {self.most}")
        return int(value) if self.whole else value


class Flag(ValueKind):
    """true or false."""

    schema = {"type": "boolean"}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> bool:
        text, _ = scalar(node, name)
        if text.casefold() not in {"true", "false"}:
            raise invalid(node, f'{name}: "{shown(text)}" is neither true nor false; write one of them')
        return text.casefold() == "true"


class Items(ValueKind):
    """A list of `least` to `most`; with `or_one`, also a single value in its place. Gives a tuple."""

    def __init__(self, kind: ValueKind, *, or_one: bool = False, least: int = 0, most: int = 1000) -> None:
        self.kind, self.or_one, self.least, self.most = kind, or_one, least, most
        items = {"type": "array", "items": kind.schema, "minItems": least, "maxItems": most}
        self.schema = {"anyOf": [kind.schema, items]} if or_one else items

    def read(self, node: Node, name: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            if self.or_one:
                return (self.kind.read(node, name),)
            example = shown(scalar(node, name)[0]) if isinstance(node, yaml.ScalarNode) else "one, two"
            raise invalid(node, f"{name}: is no list; write [{example}]")
        if len(node.value) < self.least:
            raise invalid(node, f"{name}: is an empty list; give a value or delete the line")
        if len(node.value) > self.most:
            raise invalid(node, f"{name}: lists {len(node.value)}; write at most {self.most}")
        values: list[Any] = []
        problems: list[tuple[int, str]] = []
        for item in node.value:
            try:
                values.append(self.kind.read(item, name))
            except InvalidError as error:
                problems += error.faults
        if problems:
            raise InvalidError(*problems)
        return tuple(values)


_MOST_PROBLEMS = 100  # in one group of keys


class KeyedRecord(ValueKind):
    """Keys with a kind each; `hint` knows what people call them. Gives a dict of those that are there."""

    def __init__(self, keys: Mapping[str, ValueKind], required: Sequence[str] = (), hint: Hint | None = None) -> None:
        self.keys, self.required = keys, tuple(required)
        self.hint = hint
        self.schema = {
            "type": "object",
            "properties": {key: kind.schema for key, kind in keys.items()},
            "required": list(required),
            "additionalProperties": False,
        }

    def read(self, node: Node, name: str = "") -> dict[str, Any]:
        values, problems = self.read_what_holds(node, name)
        if problems:
            raise InvalidError(*problems)
        return values

    def read_what_holds(self, node: Node, name: str = "") -> tuple[dict[str, Any], list[tuple[int, str]]]:
        """The values that are right, by key, and pairs of a line and what is wrong there."""
        prefix = f"{name}." if name else ""
        values: dict[str, Any] = {}
        problems: list[tuple[int, str]] = []
        seen: dict[str, int] = {}
        for key_node, value in entries(node, name):
            if len(problems) >= _MOST_PROBLEMS:
                problems.append((key_node.start_mark.line + 1, "and so on; mend what is above first"))
                return values, problems
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in seen:
                problems.append((line, f"{prefix}{shown(key)}: stands twice; keep this or line {seen[key]}"))
            elif key not in self.keys:
                problems.append((line, self._unknown(key, prefix)))
            else:
                try:
                    values[key] = self.keys[key].read(value, prefix + key)
                except InvalidError as error:
                    problems += error.faults
            seen.setdefault(key, line)
        line = node.start_mark.line + 1
        problems += [(line, f"{prefix}{key}: is missing; add it") for key in self.required if key not in seen]
        return values, problems

    def _unknown(self, key: str, prefix: str) -> str:
        before, colon, _ = key.partition(":")
        if colon:  # `{token:123}`: what follows may be a secret
            return f'"{prefix}{shown(before)}:" needs a space after the colon'
        few = f"; known are {', '.join(self.keys)}" if 0 < len(self.keys) < 10 else "; delete it"
        near = (self.hint and self.hint(key)) or nearest(key, self.keys)
        return f'"{prefix}{shown(key)}" is no key I know{near or few}'


class NamedEntries(ValueKind):
    """Entries under names of one's own choice, each read by what `kind_of` gives for its name."""

    def __init__(self, kind_of: Callable[[Node, str], ValueKind]) -> None:
        self.kind_of = kind_of

    def read(self, node: Node, name: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        problems: list[tuple[int, str]] = []
        for key_node, value in entries(node, name):
            key = key_node.value
            try:
                if key in values:
                    raise invalid(key_node, f"{name}.{key}: stands twice; keep one of them")
                values[key] = self.kind_of(key_node, key).read(value, f"{name}.{key}")
            except InvalidError as error:
                problems += error.faults
        if problems:
            raise InvalidError(*problems)
        return values
