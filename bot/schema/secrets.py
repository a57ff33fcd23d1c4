"""Secrets and variables in a document: `${NAME}` is read from the environment, and no secret shows itself."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.schema.kinds import Kind
from bot.schema.nodes import InvalidError, Node, invalid, scalar, shown, text_node

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Secret:
    """A token or password that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
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
    """A value with its `${NAME}`s put in, and the names of those that are not set."""
    text, _ = scalar(node, name)
    if "${" in _VARIABLE.sub("", text):
        raise invalid(node, f'{name}: holds "${{" without a name and "}}" after it; write ${{NAME}}')
    unset = [variable for variable in _VARIABLE.findall(text) if not os.environ.get(variable, "").strip()]
    return _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), text).strip(), ", ".join(unset)


VARIABLES = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"}
"""The JSON Schema of a text in which variables stand."""


class Expanded(Kind):
    """Another kind, in whose values `${NAME}` may stand. Errors show what is written, not what the variables hold."""

    def __init__(self, kind: Kind) -> None:
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
