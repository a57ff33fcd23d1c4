"""YAML files -> checked values, or problems with the line and what to write instead. The home of PyYAML.

A `Kind` says what a value may be, once, both as a reader of YAML nodes and as JSON Schema (draft 2020-12). Nodes are
read instead of PyYAML's values because those have lost the line, and what was written: `NO` is False there, `12:30`
is 750 and `010` is 8 (YAML 1.1, https://yaml.org/type/).
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_BYTES = 1024 * 1024
_USUAL_BYTES = 16 * 1024
_MAX_DEPTH = 16
# Control characters, other line breaks, and what turns the direction of writing (https://trojansource.codes).
_NOT_TEXT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
_NOT_ONE_LINE = r"\t\n\r" + _NOT_TEXT
_ODD = re.compile(f"[{_NOT_TEXT}]")
_USER_IN_URL = re.compile(r"//\S*@")  # a password may stand there
_TAG = "tag:yaml.org,2002:"

Node = yaml.Node


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that does not hold up: where, and what to write instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        said = f"{self.path}:{self.line}: {self.text}"
        return said.encode(errors="surrogateescape").decode(errors="backslashreplace")  # a file's name may be any bytes


class InvalidError(Exception):
    """One or more things wrong in one document, each with its line (from 1)."""

    def __init__(self, *found: tuple[int, str]) -> None:
        super().__init__("; ".join(text for _, text in found))
        self.found = found

    def problems(self, path: Path | str) -> tuple[Problem, ...]:
        return tuple(Problem(str(path), line, text) for line, text in self.found)


class UnreadableError(InvalidError):
    """The system did not hand the file out; it may do so the next time."""


def invalid(node: Node, text: str) -> InvalidError:
    return InvalidError((node.start_mark.line + 1, text))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` when a known word is near or ends alike (`Berlin`), else nothing."""
    known = sorted(known)
    found = process.extractOne(
        word, known, scorer=OSA.normalized_similarity, processor=str.casefold, score_cutoff=0.59
    ) or next(([one] for one in known if one.casefold().endswith("/" + word.casefold())), None)
    return f'; did you mean "{found[0]}"?' if found else ""


# --- Files and nodes


def read_text(path: Path | str) -> str:
    """The text of a UTF-8 file, with plain line feeds. Raises `InvalidError` for one that is too large, unreadable
    (`UnreadableError`) or no text.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # 10,000 of them: a Path takes as long as the reading
            data = file.read(_USUAL_BYTES)
            if len(data) == _USUAL_BYTES:
                data += file.read(MAX_BYTES + 1 - _USUAL_BYTES)
    except OSError as error:
        raise UnreadableError((1, f"cannot be read: {error.strerror or type(error).__name__}")) from None
    if len(data) > MAX_BYTES:
        raise InvalidError((1, "is larger than 1 MiB; shorten it"))
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InvalidError((1, "begins with a byte order mark; save it as UTF-8 without BOM"))
    try:
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidError((line, "is not UTF-8; save it as UTF-8")) from None
    if found := _ODD.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InvalidError((line, f"holds the character {_named(found[0])}; delete it, or save the file as UTF-8"))
    return text


def _named(character: str) -> str:
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character').lower()})"


class _Loader(yaml.CSafeLoader):
    """Stops at a depth: libyaml's composer is recursive, and nesting deep enough would end the process."""

    depth = 0

    def descend_resolver(self, current_node: Node | None, current_index: Any) -> None:  # noqa: ARG002
        self.depth += 1
        if self.depth > _MAX_DEPTH and current_node:
            raise invalid(current_node, "is nested too deeply; mend its brackets or the indentation")

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: Any, value: str | None, implicit: Any) -> str:
        short = value is None or len(value) < 24  # a key, mostly; there are a few dozen
        return (_resolved if short else _resolved.__wrapped__)(kind, value, implicit)


@lru_cache(maxsize=1024)
def _resolved(kind: Any, value: str | None, implicit: Any) -> str:
    return str(_RESOLVER.resolve(kind, value, implicit))  # type: ignore[no-untyped-call]


_RESOLVER = yaml.resolver.Resolver()


def compose(text: str, first_line: int = 1) -> Node:
    """The root node of a YAML document whose first line is `first_line` of its file."""
    text = "\n" * (first_line - 1) + text
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    except yaml.YAMLError as error:  # the reader's own, without a mark
        raise InvalidError((first_line, f"is no YAML: {error}".splitlines()[0])) from None
    if root is None:
        raise InvalidError((first_line, _NO_KEYS))
    _refuse_anchors_and_tags(root, text)
    return root


# libyaml's words -> ours, and whether the fault is where the part began rather than where it was noticed.
_ALIAS = ("* or & begins an alias or anchor of YAML's; write the value out, or put it in quotes", False)
_EXPLAINED = {
    "mapping values are not allowed in this context": (
        "a colon and a space stand where none belong; put the text in quotes, or mend the indentation",
        False,
    ),
    "could not find expected ':'": ("has no colon and space after its key; write key: value", True),
    "did not find expected key": ("does not go on as it began; mend its quotes or the indentation", False),
    "block sequence entries are not allowed in this context": (
        "a list's - stands where none belongs; put each item on a line of its own, after spaces",
        False,
    ),
    "did not find expected '-' indicator": ("is no further item of the list; mend the indentation", False),
    "found unexpected end of stream": ("opens a quote that is never closed; close it", True),
    "found unexpected document indicator": ("opens a quote that is never closed; close it", True),
    "did not find expected ',' or ']'": ("opens a list with [ that is not closed; add ] and commas", True),
    "did not find expected ',' or '}'": ("opens a group with { that is not closed; add } and commas", True),
    "found unknown escape character": ("has a backslash in double quotes; write it twice, or use single quotes", False),
    "but found another document": ("a second document begins; write one to a file", False),
    "found undefined alias": _ALIAS,
    "found duplicate anchor; first occurrence": _ALIAS,
    "did not find expected alphabetic or numeric character": _ALIAS,
}


def _explained(error: yaml.MarkedYAMLError, text: str) -> InvalidError:
    problem, mark = str(error.problem), error.problem_mark or error.context_mark
    rows = text.splitlines()
    row = rows[mark.line] if mark and mark.line < len(rows) else ""
    here = row[mark.column : mark.column + 1] if mark else ""
    what, at_start = _EXPLAINED.get(problem, (f"is no YAML: {problem}", False))
    if "\t" in row[: len(row) - len(row.lstrip())] or "tab character" in problem or here == "\t":
        what, at_start = "a tab stands where spaces are needed; indent with spaces", False
    elif problem == "found character that cannot start any token":
        what = f'a value cannot begin with {here}; write "{here}…" in quotes'
    if at_start and error.context_mark:
        mark = error.context_mark
    return InvalidError((min(mark.line + 1, len(rows)) if mark else 1, what))


def _refuse_anchors_and_tags(root: Node, text: str) -> None:
    # A node's mark is where its anchor or tag stands, and nothing else can begin with these signs. An alias is its
    # anchor's node once more, so this ends before what aliases can blow up.
    nodes = [root]
    for node in nodes:
        start = node.start_mark.index
        sign = text[start : start + 1]
        if sign == "!":
            raise invalid(node, "! begins a YAML tag; delete it, or put the value in quotes")
        if sign == "&":
            raise invalid(node, _ALIAS[0])
        if isinstance(node, yaml.MappingNode):
            for pair in node.value:
                nodes += pair
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value


def text_node(text: str, instead_of: Node) -> Node:
    """A node that holds `text` where another one stands."""
    return yaml.ScalarNode(f"{_TAG}str", text, instead_of.start_mark, instead_of.end_mark)


def scalar(node: Node, name: str) -> tuple[str, str]:
    """A scalar's text as written, and what YAML 1.1 takes it for (`str`, `bool`, `int` …)."""
    if not isinstance(node, yaml.ScalarNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "a group of keys"
        raise invalid(node, f"{name}: is {what}; write one value")
    taken_for = node.tag.removeprefix(_TAG)
    if taken_for == "null" or not node.value.strip():
        raise invalid(node, f"{name}: {_EMPTY}")
    return node.value, taken_for


_NO_KEYS = "is empty; write lines such as key: value"
_EMPTY = "is empty; give a value (in quotes if it begins with #) or delete the line"


# --- Kinds of values


def whole(pattern: str) -> str:
    """A pattern for all of a text, for JSON Schema; Python's `$` would let a last line break pass."""
    return f"^(?:{pattern})$(?!\\n)"


class Kind:
    """What a value may be. `schema` is its JSON Schema (that of the config's own kinds, which nobody asks for, says
    nothing); `read` gives the value or raises `InvalidError`.
    """

    schema: Mapping[str, Any] = MappingProxyType({})

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
            raise invalid(node, f'{name}: {_misread(text, taken_for)}; write "{shown(text)}" in quotes')
        if found := self._refused.search(text):
            line_break = found[0] in "\r\n"
            what = "a line break; write one line" if line_break else f"the character {_named(found[0])}; delete it"
            raise invalid(node, f"{name}: holds {what}")
        if self.pattern and not self.pattern.fullmatch(text):
            raise invalid(node, f'{name}: "{_USER_IN_URL.sub("//…@", shown(text))}" {self.write}')
        return sys.intern(text.strip())  # places, groups and tags stand in many files


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


def shown(text: str) -> str:
    """A text as an error shows it: on one line, and short."""
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
            raise invalid(node, f'{name}: "{shown(text)}" is not one of {known}{nearest(text, self.words)}') from None


class OneOf(Kind):
    """One of many words, such as the names of time zones; `write` says what to write where none is near."""

    def __init__(self, words: Iterable[str], what: str, write: str) -> None:
        self.words = frozenset(words)
        self.what, self.write = what, write
        self.schema = {"enum": sorted(self.words)}

    def read(self, node: Node, name: str) -> str:
        text, _ = scalar(node, name)
        if text not in self.words:
            hint = nearest(text, self.words) or f"; write {self.write}"
            raise invalid(node, f'{name}: "{shown(text)}" is no {self.what}{hint}')
        return text


class Number(Kind):
    """A number between two bounds, whole or not."""

    def __init__(self, least: int, most: int, *, whole: bool = True) -> None:
        self.least, self.most, self.whole = least, most, whole
        self.schema = {"type": "integer" if whole else "number", "minimum": least, "maximum": most}

    def read(self, node: Node, name: str) -> int | float:
        text, taken_for = scalar(node, name)
        number = "whole number" if self.whole else "number"
        if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text):
            wrong = _misread(text, taken_for) if taken_for in {"int", "float"} else f'"{shown(text)}" is no {number}'
            digits = re.search(r"[1-9][0-9]{0,3}", text)
            raise invalid(node, f"{name}: {wrong}; write digits such as {digits[0] if digits else self.least}")
        if isinstance(node, yaml.ScalarNode) and node.style:
            raise invalid(node, f'{name}: "{shown(text)}" in quotes is text; write it without quotes')
        value = float(text)
        if not self.least <= value <= self.most or (self.whole and value != int(value)):
            raise invalid(node, f"{name}: {shown(text)} is no {number} from {self.least} to {self.most}")
        return int(value) if self.whole else value


class Flag(Kind):
    """true or false."""

    schema = {"type": "boolean"}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> bool:
        text, _ = scalar(node, name)
        if text.casefold() not in {"true", "false"}:
            raise invalid(node, f'{name}: "{shown(text)}" is neither true nor false; write one of them')
        return text.casefold() == "true"


class Items(Kind):
    """A list; with `or_one`, also a single value in its place. Gives a tuple."""

    def __init__(self, kind: Kind, *, or_one: bool = False, least: int = 0) -> None:
        self.kind, self.or_one, self.least = kind, or_one, least
        items = {"type": "array", "items": kind.schema, "minItems": least}
        self.schema = {"anyOf": [kind.schema, items]} if or_one else items

    def read(self, node: Node, name: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            if self.or_one:
                return (self.kind.read(node, name),)
            example = shown(scalar(node, name)[0]) if isinstance(node, yaml.ScalarNode) else "one, two"
            raise invalid(node, f"{name}: is no list; write [{example}]")
        if len(node.value) < self.least:
            raise invalid(node, f"{name}: is an empty list; give a value or delete the line")
        values: list[Any] = []
        problems: list[tuple[int, str]] = []
        for item in node.value:
            try:
                values.append(self.kind.read(item, name))
            except InvalidError as error:
                problems += error.found
        if problems:
            raise InvalidError(*problems)
        return tuple(values)


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
                problems.append((line, f"{prefix}{shown(key)}: stands twice; keep this or line {seen[key]}"))
            elif key not in self.keys:
                problems.append((line, self._unknown(key, prefix)))
            else:
                try:
                    values[key] = self.keys[key].read(value, prefix + key)
                except InvalidError as error:
                    problems += error.found
            seen.setdefault(key, line)
        line = node.start_mark.line + 1
        problems += [(line, f"{prefix}{key}: is missing; add it") for key in self.required if key not in seen]
        return values, problems

    def _unknown(self, key: str, prefix: str) -> str:
        before, colon, _ = key.partition(":")
        if colon:  # `{token:123}`: what follows may be a secret
            return f'"{prefix}{shown(before)}:" needs a space after the colon'
        few = f"; known are {', '.join(self.keys)}" if 0 < len(self.keys) < 10 else "; delete it"
        return f'"{prefix}{shown(key)}" is no key I know{nearest(key, self.keys) or few}'


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
                    raise invalid(key_node, f"{name}.{key}: stands twice; keep one of them")
                values[key] = self.kind_of(key_node, key).read(value, f"{name}.{key}")
            except InvalidError as error:
                problems += error.found
        if problems:
            raise InvalidError(*problems)
        return values


def entries(node: Node, name: str) -> list[tuple[yaml.ScalarNode, Node]]:
    """The keys and values of a mapping node."""
    if not isinstance(node, yaml.MappingNode):
        if isinstance(node, yaml.ScalarNode) and not node.value:
            raise invalid(node, f"{name}: is empty; write keys and values below it, or {{}}" if name else _NO_KEYS)
        raise invalid(node, f"{name and name + ': '}must be keys with values; write lines such as key: value")
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise invalid(key, "a list or group stands where a key belongs; write key: value")
    return list(node.value)


def value_of(node: Node | None, key: str) -> Node | None:
    """The value under a key of a mapping node, if both are there."""
    return next((value for key_node, value in entries(node, "") if key_node.value == key), None) if node else None


def line_of(node: Node, key: str) -> int:
    """The line of a key in a mapping node, or the node's own."""
    for key_node, _ in entries(node, ""):
        if key_node.value == key:
            return int(key_node.start_mark.line) + 1
    return int(node.start_mark.line) + 1
