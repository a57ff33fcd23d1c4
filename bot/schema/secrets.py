"""Secrets and variables in a document: `${NAME}` is read from the environment, or else from a file of such names;
`${file:PATH}` from a file that holds nothing else. No secret shows itself.
"""

import io
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.schema.kinds import ValueKind
from bot.schema.nodes import ElsewhereError, InvalidError, Node, invalid, read_text, scalar, shown, text_node

TOKENS = "tokens.env"
"""The file beside a config that has what the environment lacks."""

_VARIABLE = re.compile(r"\$\{(?:([A-Za-z_][A-Za-z0-9_]*)|file:([^{}]+))\}")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a document may refer to: files below or beside its `folder`, and names with what they stand for."""

    folder: Path = Path()
    named: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    def variable(self, name: str) -> str:
        """What a name stands for; empty where it is not set."""
        return os.environ.get(name, "").strip() or (self.named.get(name) or "").strip()

    def content(self, path: str) -> str:
        """The secret in a file. Raises `InvalidError`, whose text says what is wrong with it."""
        text = read_text(self.folder / path, is_plain=True).strip()
        if not text:
            raise InvalidError((1, "is empty"))
        return text


_SURROUNDINGS: ContextVar[_Surroundings] = ContextVar("_SURROUNDINGS", default=_Surroundings())  # noqa: B039  # frozen


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """While it is entered, documents are read that lie in that folder. Raises `ElsewhereError` where the file of
    names there cannot be read.
    """
    path, named = folder / TOKENS, {}
    if path.exists():
        from dotenv import dotenv_values  # noqa: PLC0415  # few configs have such a file

        try:
            text = read_text(path, is_plain=True)
        except InvalidError as error:
            raise ElsewhereError(path, *error.faults) from None
        named = dotenv_values(stream=io.StringIO(text), interpolate=False)
    token = _SURROUNDINGS.set(_Surroundings(folder, named))
    try:
        yield
    finally:
        _SURROUNDINGS.reset(token)


class Secret:
    """A token or password that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for who uses it: nothing that shows it may be logged or raised."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def revealed(values: Mapping[str, Any]) -> Iterator[str]:
    """Every secret in values that were read, those in groups of keys too."""
    for value in values.values():
        if isinstance(value, Secret):
            yield value.reveal()
        elif isinstance(value, Mapping):
            yield from revealed(value)


def expanded(node: Node, name: str) -> tuple[str, str]:
    """A value with what its `${…}`s stand for put in, and the names of those that are not set. Raises `InvalidError`,
    also where a file that is named holds no secret.
    """
    text, _ = scalar(node, name)
    if "${" in _VARIABLE.sub("", text):
        hint = "write ${NAME}, or ${file:PATH}"
        raise invalid(node, f'{name}: holds "${{" without a name and "}}" after it; {hint}')
    surroundings = _SURROUNDINGS.get()

    def meant(reference: re.Match[str]) -> str:
        variable, path = reference.groups()
        if variable:
            return surroundings.variable(variable)
        try:
            return surroundings.content(path.strip())
        except InvalidError as error:
            raise invalid(node, f'{name}: the file "{shown(path.strip())}" {error}') from None

    unset = [variable for variable, _ in _VARIABLE.findall(text) if variable and not surroundings.variable(variable)]
    return _VARIABLE.sub(meant, text).strip(), ", ".join(unset)


@dataclass(frozen=True, slots=True)
class References:
    """Where a value comes from: names in the environment, names in `tokens.env`, files; and whether a part of it, or
    all, is written in the document itself.
    """

    environment: tuple[str, ...]
    tokens: tuple[str, ...]
    files: tuple[str, ...]
    is_literal: bool


def references(text: str) -> References:
    """Where what a text with `${…}` says comes from, while its document is read (see `beside`)."""
    places = _VARIABLE.findall(text)
    variables = dict.fromkeys(variable for variable, _ in places if variable)
    in_environment = tuple(name for name in variables if os.environ.get(name, "").strip())
    return References(
        environment=in_environment,
        tokens=tuple(name for name in variables if name not in in_environment),
        files=tuple(dict.fromkeys(path.strip() for _, path in places if path)),
        is_literal=bool(_VARIABLE.sub("", text).strip()),
    )


def open_to_all(root: Node, folder: Path) -> Iterator[tuple[int, str]]:
    """Of the files with secrets that a document names, and of that with names, those that everybody on the machine may
    read: the line (that of names has none of its own: 1), and what is wrong.
    """
    places = [(1, TOKENS)] if (folder / TOKENS).exists() else []
    places += [(node.start_mark.line + 1, path) for node in _scalars(root) for _, path in _VARIABLE.findall(node.value)]
    for line, path in dict.fromkeys((line, path.strip()) for line, path in places if path):
        with suppress(OSError):
            if (folder / path).stat().st_mode & stat.S_IROTH:
                yield line, f"{shown(path)}: everybody on this machine can read it; say chmod 600 {shown(path)}"


def _scalars(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
        return
    for part in node.value:
        for below in part if isinstance(part, tuple) else (part,):
            yield from _scalars(below)


VARIABLES = {"type": "string", "pattern": r"\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^{}]+)\}"}
"""The JSON Schema of a text in which variables stand."""


class Expanded(ValueKind):
    """Another kind, in whose values `${NAME}` may stand. Errors show what is written, not what the variables hold."""

    def __init__(self, kind: ValueKind) -> None:
        self.kind = kind
        self.schema = {"anyOf": [kind.schema, VARIABLES]}

    def read(self, node: Node, name: str) -> Any:
        if not isinstance(node.value, str) or "${" not in node.value:
            return self.kind.read(node, name)
        text, unset = expanded(node, name)
        if unset:
            raise invalid(node, f"{name}: {unset} is not set in the environment")
        try:
            return self.kind.read(text_node(text, node), name)
        except InvalidError:
            self.kind.read(node, name)
            raise invalid(node, f'{name}: "{shown(node.value)}" does not fit once it is filled in') from None
