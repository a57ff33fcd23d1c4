"""YAML files -> nodes that know their lines, or problems. The home of PyYAML.

Nodes are read instead of PyYAML's values because those have lost the line, and what was written: `NO` is False there,
`12:30` is 750 and `010` is 8 (YAML 1.1, https://yaml.org/type/).
"""

import codecs
import errno
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from bot.domain.letters import code_and_name, odd_character, printable, trimmed
from bot.domain.likeness import most_alike

MAX_BYTES = 1024 * 1024
_USUAL_BYTES = 16 * 1024
_MAX_DEPTH = 16
# Control characters, other line breaks, and what turns the direction of writing (https://trojansource.codes).
NOT_TEXT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
NOT_ONE_LINE = r"\t\n\r" + NOT_TEXT
_ODD = re.compile(f"[{NOT_TEXT}]")
# https://git-scm.com/docs/git-merge#_how_conflicts_are_presented, and diff3's; a line of = alone may be a heading.
_UNMERGED = re.compile(r"^(?:<{7}|>{7}|\|{7})(?= |$)", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"

Node = yaml.Node


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that does not hold up: where, and what to write instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return _told(self.path, self.line, self.text)


@dataclass(frozen=True, slots=True)
class Note:
    """What is allowed in a file, but rarely meant: where, and why."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return _told(self.path, self.line, f"note: {self.text}")


def _told(path: str, line: int, text: str) -> str:
    return printable(f"{path}:{line}: {text}")  # a file's name may be any bytes


class InvalidError(Exception):
    """One or more things wrong in one document: `faults` has pairs of a line (from 1) and what is wrong there."""

    def __init__(self, *faults: tuple[int, str]) -> None:
        super().__init__("; ".join(text for _, text in faults))
        self.faults = faults

    def problems(self, path: Path | str) -> tuple[Problem, ...]:
        """What is wrong, as problems of the file at that path."""
        return tuple(Problem(str(path), line, text) for line, text in self.faults)


class UnreadableError(InvalidError):
    """The system did not hand the file out; it may do so the next time."""


class ElsewhereError(InvalidError):
    """What is wrong stands in another file, on which the document relies."""

    def __init__(self, file: Path, *faults: tuple[int, str]) -> None:
        super().__init__(*faults)
        self.file = file

    def problems(self, path: Path | str) -> tuple[Problem, ...]:  # noqa: ARG002  # it is not the document's
        """What is wrong, as problems of the file in which it stands."""
        return super().problems(self.file)


def invalid(node: Node, text: str) -> InvalidError:
    """The error that something is wrong with a node, at its line."""
    return InvalidError((node.start_mark.line + 1, text))


_LONGEST_WORD = 60


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` when a known word is near or ends alike (`Berlin`), else nothing."""
    known = sorted(known) if len(word) <= _LONGEST_WORD else []
    same_end = (name for name in known if name.casefold().endswith("/" + word.casefold()))
    near = [*most_alike(word, known, 0.59, in_any_case=True), *same_end]
    return f'; did you mean "{near[0]}"?' if near else ""


def _open_plain(path: str, flags: int) -> int:
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # to open a pipe waits for who writes; not on Windows
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is no plain file")
    return file


def read_text(path: Path | str, *, is_plain: bool = False) -> str:
    """The text of a UTF-8 file, with plain line feeds. With `is_plain`, it has to be a file, and no pipe or device that
    has taken its place since somebody looked, and might hold its reader up for good. Raises `InvalidError` for one that
    is too large, unreadable (`UnreadableError`) or no text.
    """
    try:
        with open(path, "rb", opener=_open_plain if is_plain else None) as file:
            content = file.read(_USUAL_BYTES)
            if len(content) == _USUAL_BYTES:
                content += file.read(MAX_BYTES + 1 - _USUAL_BYTES)
    except OSError as error:
        raise UnreadableError((1, f"cannot be read: {error.strerror or type(error).__name__}")) from None
    return text_of(content)


def text_of(content: bytes) -> str:
    """What a file with these bytes says, with plain line feeds. Raises `InvalidError`."""
    if len(content) > MAX_BYTES:
        raise InvalidError((1, "is larger than 1 MiB; shorten it"))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidError((1, "is UTF-16; save it as UTF-8"))
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidError((line, "is not UTF-8; save it as UTF-8")) from None
    if match := _UNMERGED.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise InvalidError(
            (line, "a merge is not finished: keep one version, and delete the lines with <<<, === and >>>")
        )
    if match := _ODD.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise InvalidError(
            (line, f"holds the character {code_and_name(match[0])}; delete it, or save the file as UTF-8")
        )
    return text


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
    """The root node of a YAML document. `first_line`: the line of its file (from 1) in which it begins."""
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
    if odd_character(text):
        _refuse_odd_keys(root)
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
    explanation, at_start = _EXPLAINED.get(problem, (f"is no YAML: {problem}", False))
    for place in (mark, error.context_mark):
        line = place.line if place else len(rows)
        odd = _odd_in_key(rows, line)
        while odd and _odd_in_key(rows, line - 1):
            line -= 1
        if odd:
            return InvalidError((line + 1, _odd_in_key(rows, line)))
    if "\t" in row[: len(row) - len(row.lstrip())] or "tab character" in problem or here == "\t":
        explanation, at_start = "a tab stands where spaces are needed; indent with spaces", False
    elif problem == "found character that cannot start any token":
        explanation = f'a value cannot begin with {here}; write "{here}…" in quotes'
    if at_start and error.context_mark:
        mark = error.context_mark
    return InvalidError((min(mark.line + 1, len(rows)) if mark else 1, explanation))


def _odd_in_key(rows: list[str], line: int) -> str:
    """What to say of an odd character in a line's indentation and key, or right behind its colon."""
    if not 0 <= line < len(rows):
        return ""
    before, colon, after = rows[line].partition(":")
    return odd_character(before + colon + after[:1])


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


def _refuse_odd_keys(root: Node) -> None:
    """Keys that hold what cannot be seen, such as a no-break space that was meant to indent them. First of all, for the
    rest would only be said of what YAML makes of them.
    """
    problems = []
    nodes = [root]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                nodes.append(value)
                if isinstance(key, yaml.ScalarNode) and (what := odd_character(key.value)):
                    problems.append((key.start_mark.line + 1, f'"{shown(trimmed(key.value))}" {what}'))
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
    if problems:
        raise InvalidError(*problems)


def text_node(text: str, instead_of: Node) -> Node:
    """A node that holds `text` where another one stands."""
    return yaml.ScalarNode(f"{_TAG}str", text, instead_of.start_mark, instead_of.end_mark)


Value = str | int | float | list[str] | dict[str, str]
"""What a key of a posting file says: text to the letter, a number, a list, or a group of keys."""


def made_node(keys: Mapping[str, Value], lines: Mapping[str, int] = MappingProxyType({})) -> Node:
    """The root node that a file would have in which these keys stand, text in quotes where YAML would misread it; each
    in the line that is given (from 1), else in that of its place.
    """
    pairs, last = [], yaml.Mark("", 0, 0, 0, None, 0)
    for place, (key, value) in enumerate(keys.items()):
        last = yaml.Mark("", 0, lines.get(key, place + 1) - 1, 0, None, 0)
        pairs.append((yaml.ScalarNode(f"{_TAG}str", key, last, last), _value_node(value, last)))
    return yaml.MappingNode(f"{_TAG}map", pairs, yaml.Mark("", 0, 0, 0, None, 0), last)


def _value_node(value: Value, at: yaml.Mark) -> Node:
    if isinstance(value, dict):
        pairs = [(_value_node(key, at), _value_node(inner, at)) for key, inner in value.items()]
        return yaml.MappingNode(f"{_TAG}map", pairs, at, at)
    if isinstance(value, list):
        return yaml.SequenceNode(f"{_TAG}seq", [_value_node(item, at) for item in value], at, at)
    kind = "str" if isinstance(value, str) else "int" if isinstance(value, int) else "float"
    return yaml.ScalarNode(f"{_TAG}{kind}", str(value), at, at)


def scalar(node: Node, name: str) -> tuple[str, str]:
    """A scalar's text as written, without what stands around it (such as the line break in which YAML's `>` ends), and
    what YAML 1.1 takes it for (`str`, `bool`, `int` …).
    """
    if not isinstance(node, yaml.ScalarNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "a group of keys"
        raise invalid(node, f"{name}: is {what}; write one value")
    taken_for = node.tag.removeprefix(_TAG)
    text = trimmed(node.value)
    if taken_for == "null" or not text:
        raise invalid(node, f"{name}: {_EMPTY}")
    return text, taken_for


_NO_KEYS = "is empty; write lines such as key: value"
_EMPTY = "is empty; give a value (in quotes if it begins with #) or delete the line"


def shown(text: str) -> str:
    """A text as an error shows it: on one line, and short."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def entries(node: Node, name: str) -> list[tuple[yaml.ScalarNode, Node]]:
    """The keys and values of a mapping node, as pairs of nodes."""
    if not isinstance(node, yaml.MappingNode):
        if isinstance(node, yaml.ScalarNode) and not node.value:
            raise invalid(node, f"{name}: is empty; write keys and values below it, or {{}}" if name else _NO_KEYS)
        # A no-break space behind the colon makes one text of keys and values.
        odd = odd_character(node.value) if isinstance(node, yaml.ScalarNode) else ""
        what = odd or "must be keys with values; write lines such as key: value"
        raise invalid(node, f"{name and name + ': '}{what}")
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise invalid(key, "a list or group stands where a key belongs; write key: value")
    return list(node.value)


def plain_value(node: Node, name: str) -> Value:
    """What a value says: texts to the letter, a list of them, or a group of them. Raises `InvalidError`."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: scalar(inner, f"{name}.{key.value}")[0] for key, inner in entries(node, name)}
    if isinstance(node, yaml.SequenceNode):
        return [scalar(item, name)[0] for item in node.value]
    return scalar(node, name)[0]


def value_of(node: Node | None, key: str) -> Node | None:
    """The value under a key of a mapping node, if both are there."""
    return next((value for key_node, value in entries(node, "") if key_node.value == key), None) if node else None


def written_at(root: Node, keys: Iterable[str]) -> tuple[int, Node | None]:
    """The line and the value of a key, given as a path of keys: where not all are there, the line of the last that is,
    and None. An item of a list is named by its `name`.
    """
    line, node = 1, root
    for key in keys:
        if isinstance(node, yaml.SequenceNode):
            named = [(item, item) for item in node.value if getattr(value_of(item, "name"), "value", None) == key]
        else:
            named = [pair for pair in node.value if pair[0].value == key] if isinstance(node, yaml.MappingNode) else []
        if not named:
            return line, None
        line, node = named[0][0].start_mark.line + 1, named[0][1]
    return line, node


def line_of(node: Node, key: str) -> int:
    """The line (from 1) of a key in a mapping node; the node's own line where it does not have the key."""
    for key_node, _ in entries(node, ""):
        if key_node.value == key:
            return int(key_node.start_mark.line) + 1
    return int(node.start_mark.line) + 1
