"""YAML files -> checked values, or problems with the line and what to write instead. The home of PyYAML.

A `Kind` says what a value may be, once, both as a reader of YAML nodes and as JSON Schema (draft 2020-12). Nodes are
read instead of PyYAML's values because those have lost the line, and what was written: `NO` is False there, `12:30`
is 750 and `010` is 8 (YAML 1.1, https://yaml.org/type/).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 16
_NOT_ONE_LINE = "\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069"
_NOT_TEXT = _NOT_ONE_LINE.replace("\x00-\x1f", "\x00-\x08\x0b\x0c\x0e-\x1f")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = "tag:yaml.org,2002:"
# What can nest deeply on few bytes, or hold an anchor or alias; only such files are looked at event by event.
_SUSPICIOUS = re.compile(r"(?:^|[\s\[{,:-])[&*]\S|(?:[-?:][ \t]+){8}|(?:[\[{][^\[{]*){33}")

Node = yaml.Node


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that does not hold up: where, and what to write instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class InvalidError(Exception):
    """One or more things wrong in one document, each with its line (from 1)."""

    def __init__(self, *found: tuple[int, str]) -> None:
        super().__init__("; ".join(text for _, text in found))
        self.found = found

    def problems(self, path: Path | str) -> tuple[Problem, ...]:
        return tuple(Problem(str(path), line, text) for line, text in self.found)


def invalid(node: Node, text: str) -> InvalidError:
    return InvalidError((node.start_mark.line + 1, text))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` when a known word is near, else nothing."""
    found = process.extractOne(word, list(known), scorer=OSA.normalized_similarity, score_cutoff=0.6)
    return f'; did you mean "{found[0]}"?' if found else ""


# --- Files and nodes


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises `InvalidError` for one that is too large, unreadable or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidError((1, f"cannot be read: {error.strerror or type(error).__name__}")) from None
    if len(data) > MAX_BYTES:
        raise InvalidError((1, "is larger than 1 MiB; a posting is a page of text"))
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InvalidError((1, "begins with a byte order mark; save it as UTF-8 without BOM"))
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidError((line, "is not UTF-8; save it as UTF-8")) from None
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InvalidError((line, f"holds the control character U+{ord(found[0]):04X}; delete it"))
    return text


def compose(text: str, first_line: int = 1) -> Node:
    """The root node of a YAML document whose first line is `first_line` of its file."""
    text = "\n" * (first_line - 1) + text
    try:
        if _SUSPICIOUS.search(text):
            _look_for_anchors_and_depth(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else first_line
        rows = text.splitlines()
        row = rows[line - 1] if line <= len(rows) else ""
        if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in str(error.problem):
            raise InvalidError((line, "a tab stands where spaces are needed; indent with spaces")) from None
        raise InvalidError((line, f"is no YAML: {error.problem or error.context}")) from None
    except yaml.YAMLError as error:  # the reader's own, without a mark
        raise InvalidError((first_line, f"is no YAML: {error}".splitlines()[0])) from None
    if root is None:
        raise InvalidError((first_line, "is empty"))
    return root


def _look_for_anchors_and_depth(text: str) -> None:
    # libyaml's composer is recursive: nesting deep enough ends the process. Events are not.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise InvalidError(
                (line, f'"{sign}{event.anchor}" is a YAML anchor or alias; write the value out, or put it in quotes')
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise InvalidError((line, "is nested too deeply"))


def scalar(node: Node, name: str) -> tuple[str, str]:
    """A scalar's text as written, and what YAML 1.1 takes it for (`str`, `bool`, `int` …)."""
    if not isinstance(node, yaml.ScalarNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "a group of keys"
        raise invalid(node, f"{name}: is {what}; write one value")
    if not node.tag.startswith(_TAG):
        raise invalid(node, f'{name}: "{node.tag}" is a YAML tag; delete it')
    taken_for = node.tag.removeprefix(_TAG)
    if taken_for == "null" or not node.value.strip():
        raise invalid(node, f"{name}: is empty; give a value or delete the line")
    return node.value, taken_for


# --- Kinds of values


def whole(pattern: str) -> str:
    """A pattern for all of a text, for JSON Schema; Python's `$` would let a last line break pass."""
    return f"^(?:{pattern})$(?!\\n)"


class Kind:
    """What a value may be. `schema` is its JSON Schema; `read` gives the value or raises `InvalidError`."""

    schema: dict[str, Any]

    def read(self, node: Node, name: str) -> Any:
        raise NotImplementedError


class Text(Kind):
    """Text, on one line or several; with a `pattern` (anchored) and what to `write` where it does not fit."""

    def __init__(
        self, pattern: str | None = None, write: str = "", *, lines: bool = False, dates: bool = False
    ) -> None:
        refused = _NOT_TEXT if lines else _NOT_ONE_LINE
        self.pattern = re.compile(pattern) if pattern else None
        self.write = write
        self.dates = dates
        self._refused = re.compile(f"[{refused}]")
        text = whole(rf"[^{refused}]*[^\s{refused}][^{refused}]*")
        self.schema = {"type": "string", "pattern": text}
        if pattern:
            self.schema = {"type": "string", "allOf": [{"pattern": text}, {"pattern": whole(pattern)}]}

    def read(self, node: Node, name: str) -> str:
        text, taken_for = scalar(node, name)
        if taken_for != "str" and not (self.dates and taken_for == "timestamp"):
            raise invalid(node, f'{name}: {_misread(text, taken_for)}; write "{text}" in quotes')
        if found := self._refused.search(text):
            what = (
                "a line break; write one line"
                if found[0] in "\r\n"
                else f"the character U+{ord(found[0]):04X}; delete it"
            )
            raise invalid(node, f"{name}: holds {what}")
        if self.pattern and not self.pattern.fullmatch(text):
            raise invalid(node, f'{name}: "{_shown(text)}" {self.write}')
        return text.strip()


def _misread(text: str, taken_for: str) -> str:
    meaning = {
        "bool": "true or false",
        "int": f"the number {_number(text)}" if _number(text) != text else "a number",
        "float": "a number",
        "timestamp": "a date",
    }.get(taken_for, "something else")
    return f"YAML takes {text} for {meaning}"


def _number(text: str) -> str:
    try:
        return str(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError):
        return text


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


class Choice(Kind):
    """One of an enumeration's words."""

    def __init__(self, words: type[StrEnum]) -> None:
        self.words = words
        self.schema = {"enum": [str(word) for word in words]}

    def read(self, node: Node, name: str) -> StrEnum:
        text, _ = scalar(node, name)
        try:
            return self.words(text)
        except ValueError:
            known = ", ".join(self.words)
            raise invalid(node, f'{name}: "{_shown(text)}" is not one of {known}{nearest(text, self.words)}') from None


class OneOf(Kind):
    """One of many words, such as the names of time zones."""

    def __init__(self, words: Iterable[str], what: str) -> None:
        self.words = frozenset(words)
        self.what = what
        self.schema = {"enum": sorted(self.words)}

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if text not in self.words:
            raise invalid(node, f'{name}: "{_shown(text)}" is no {self.what}{nearest(text, self.words)}')
        return text


class Number(Kind):
    """A number between two bounds, whole or not."""

    def __init__(self, least: int, most: int, *, whole: bool = True) -> None:
        self.least, self.most, self.whole = least, most, whole
        self.schema = {"type": "integer" if whole else "number", "minimum": least, "maximum": most}

    def read(self, node: Node, name: str) -> int | float:
        text, _ = scalar(node, name)
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        if not plain or not re.fullmatch(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,20})?", text):
            what = "a whole number" if self.whole else "a number"
            raise invalid(
                node, f'{name}: "{_shown(text)}" is not {what}; write it in digits without quotes, such as {self.least}'
            )
        value = float(text)
        if not self.least <= value <= self.most or (self.whole and value != int(value)):
            raise invalid(
                node, f"{name}: {text} is not a {'whole ' * self.whole}number from {self.least} to {self.most}"
            )
        return int(value) if self.whole else value


class Flag(Kind):
    """true or false."""

    schema = {"type": "boolean"}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> bool:
        text, _ = scalar(node, name)
        if text.casefold() not in {"true", "false"}:
            raise invalid(node, f'{name}: "{_shown(text)}" is neither true nor false')
        return text.casefold() == "true"


class Items(Kind):
    """A list; with `or_one`, also a single value in its place. Gives a tuple."""

    def __init__(self, kind: Kind, *, or_one: bool = False, least: int = 0) -> None:
        self.kind, self.or_one, self.least = kind, or_one, least
        items = {"type": "array", "items": kind.schema, "minItems": least}
        self.schema = {"anyOf": [kind.schema, items]} if or_one else items

    def read(self, node: Node, name: str) -> tuple[Any, ...]:
        if self.or_one and not isinstance(node, yaml.SequenceNode):
            return (self.kind.read(node, name),)
        if not isinstance(node, yaml.SequenceNode):
            raise invalid(node, f"{name}: is no list; write [one, two]")
        if len(node.value) < self.least:
            raise invalid(node, f"{name}: is an empty list; give a value or delete the line")
        return tuple(self.kind.read(item, name) for item in node.value)


class Record(Kind):
    """Keys with a kind each. Gives a dict of the keys that are there; `lines` are where they stand."""

    def __init__(self, keys: Mapping[str, Kind], required: Sequence[str] = ()) -> None:
        self.keys, self.required = keys, tuple(required)
        self.schema = {
            "type": "object",
            "properties": {key: kind.schema for key, kind in keys.items()},
            "required": list(required),
            "additionalProperties": False,
        }

    def read(self, node: Node, name: str = "") -> dict[str, Any]:
        found, problems = self.read_what_holds(node, name)
        if problems:
            raise InvalidError(*problems)
        return found

    def read_what_holds(self, node: Node, name: str = "") -> tuple[dict[str, Any], list[tuple[int, str]]]:
        """The values that are right, and everything that is wrong."""
        prefix = f"{name}." if name else ""
        values: dict[str, Any] = {}
        problems: list[tuple[int, str]] = []
        seen: dict[str, int] = {}
        for key_node, value in entries(node, name):
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in seen:
                problems.append((line, f"{prefix}{_shown(key)}: stands twice; the first is in line {seen[key]}"))
            elif key not in self.keys:
                problems.append((line, f'"{prefix}{_shown(key)}" is no key I know{nearest(key, self.keys)}'))
            else:
                try:
                    values[key] = self.keys[key].read(value, prefix + key)
                except InvalidError as error:
                    problems += error.found
            seen.setdefault(key, line)
        line = node.start_mark.line + 1
        problems += [(line, f"{prefix}{key}: is missing") for key in self.required if key not in seen]
        return values, problems


class Named(Kind):
    """Entries under names of one's own choice, each read by what `kind_of` gives for its name."""

    def __init__(self, kind_of: Callable[[Node, str], Kind]) -> None:
        self.kind_of = kind_of

    def read(self, node: Node, name: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        problems: list[tuple[int, str]] = []
        for key_node, value in entries(node, name):
            key = key_node.value
            try:
                if key in values:
                    raise invalid(key_node, f"{name}.{key}: stands twice")
                values[key] = self.kind_of(key_node, key).read(value, f"{name}.{key}")
            except InvalidError as error:
                problems += error.found
        if problems:
            raise InvalidError(*problems)
        return values


def entries(node: Node, name: str) -> list[tuple[yaml.ScalarNode, Node]]:
    """The keys and values of a mapping node."""
    if not isinstance(node, yaml.MappingNode):
        raise invalid(
            node, f"{name}: must be keys with values" if name else "must hold keys with values, such as title: …"
        )
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise invalid(key, "a key must be a word")
    return list(node.value)


def line_of(node: Node, key: str) -> int:
    """The line of a key in a mapping node, or the node's own."""
    for key_node, _ in entries(node, ""):
        if key_node.value == key:
            return int(key_node.start_mark.line) + 1
    return int(node.start_mark.line) + 1
