"""Changes of single keys in a YAML document: all else, comments and order among it, stays to the letter."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from bot.schema.nodes import InvalidError, Node, entries, invalid
from bot.schema.quoting import indented


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value as it stands in a file: `inline`, behind its key; the lines `below`, without their indentation; and all
    of it on one line, for between brackets. `keys`: of a group, each of its keys in the same way; `items`: of a list,
    each as it stands on a line of its own.
    """

    inline: str
    below: tuple[str, ...]
    flow: str
    keys: "Mapping[str, WrittenValue] | None" = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Splice:
    """From `start` to `end` (characters, the second not included), `text` instead."""

    start: int
    end: int
    text: str


_HEADER = re.compile(r"[|>][-+0-9]*")
_COLON = re.compile(r"[ \t]*:")
_BY_HAND = "is written in a way that only a person can change; edit the file"


def splices(text: str, root: Node, key: str, value: WrittenValue | None, order: Sequence[str]) -> list[Splice]:
    """What to change in a document so that a key of its root has that value, or is gone. A new key goes behind those
    that come before it in `order`. `root` is `text` composed. They do not overlap. Raises `InvalidError` where the
    document is written in a way that cannot be changed.
    """
    pairs = entries(root, "")
    at = next((place for place, (key_node, _) in enumerate(pairs) if key_node.value == key), None)
    is_flow = text.startswith("{", root.start_mark.index)
    if at is None:
        return [_added(text, root, pairs, key, value, order, is_flow=is_flow)] if value else []
    key_node, node = pairs[at]
    if value is None:
        return [_removed_in_flow(pairs, at) if is_flow else _removed(text, key_node, node)]
    if is_flow:
        return [Splice(node.start_mark.index, node.end_mark.index, value.flow)]
    return _replaced(text, key_node, node, value)


def applied(text: str, changes: Sequence[Splice]) -> str:
    """The text with these changes, none of which overlap."""
    for change in sorted(changes, key=lambda change: change.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


# --- In brackets


def _removed_in_flow(pairs: Sequence[tuple[Node, Node]], at: int) -> Splice:
    key, node = pairs[at]
    if at + 1 < len(pairs):
        return Splice(key.start_mark.index, pairs[at + 1][0].start_mark.index, "")
    start = pairs[at - 1][1].end_mark.index if at else key.start_mark.index
    return Splice(start, node.end_mark.index, "")


# --- On lines


def _added(
    text: str,
    root: Node,
    pairs: Sequence[tuple[Node, Node]],
    key: str,
    value: WrittenValue,
    order: Sequence[str],
    *,
    is_flow: bool,
) -> Splice:
    rank = {name: place for place, name in enumerate(order)}
    before = [pair for pair in pairs if rank.get(str(pair[0].value), -1) < rank[key]]
    last = max(before, key=lambda pair: rank.get(str(pair[0].value), -1), default=None)
    if is_flow:
        if last:
            return Splice(last[1].end_mark.index, last[1].end_mark.index, f", {key}: {value.flow}")
        start = root.start_mark.index + 1
        return Splice(start, start, f"{key}: {value.flow}, " if pairs else f"{key}: {value.flow}")
    indent = " " * root.start_mark.column
    lines = [f"{key}: {value.inline}".rstrip(" "), *map(indented, value.below)]
    if last:
        end = _line_end(text, _end(text, last[1]))
        return Splice(end, end, "".join(f"\n{indent}{line}" if line else "\n" for line in lines))
    start = pairs[0][0].start_mark.index
    return Splice(start, start, "".join(f"{line}\n{indent}" for line in lines))


def _removed(text: str, key: Node, node: Node) -> Splice:
    start, end = _line_start(text, key), _line_end(text, _end(text, node))
    if end < len(text):
        return Splice(start, end + 1, "")
    return Splice(max(start - 1, 0), end, "")  # the last line, of a file that ends without a line break


def _replaced(text: str, key: Node, node: Node, value: WrittenValue) -> list[Splice]:
    if value.keys and isinstance(node, yaml.MappingNode) and not node.flow_style:
        return _each_key(text, node, value.keys)
    if value.items and isinstance(node, yaml.SequenceNode) and not node.flow_style:
        unchanged = _items_alone(text, node, value.items)
        if unchanged is not None:
            return unchanged
    _line_start(text, key)
    indent = " " * key.start_mark.column
    below = "".join(f"\n{indent}{indented(line)}" if line else "\n" for line in value.below)
    start, end = node.start_mark.index, _end(text, node)
    # Of two that begin at one place the first is made first, so that what the second puts there stands before it.
    is_flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    if is_flow and value.keys:
        return [Splice(start, end, value.flow)]
    if isinstance(node, yaml.CollectionNode) and not is_flow:
        colon = _COLON.match(text, key.end_mark.index)
        if not colon:
            raise invalid(key, f"{key.value}: {_BY_HAND}")
        line_end = _line_end(text, colon.end())
        inline = f" {value.inline}" if value.inline else ""
        return [Splice(line_end, end, below), Splice(colon.end(), colon.end(), inline)]
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        header = _HEADER.match(text, start)
        if not header:
            raise invalid(key, f"{key.value}: {_BY_HAND}")
        line_end = _line_end(text, header.end())
        body, end = Splice(line_end, max(line_end, end), below), header.end()
    else:
        line_end = _line_end(text, end)
        body = Splice(line_end, line_end, below)
    if not value.inline:
        start -= len(text[:start]) - len(text[:start].rstrip(" "))
    return [body, Splice(start, end, value.inline)]


def _each_key(text: str, node: Node, keys: "Mapping[str, WrittenValue]") -> list[Splice]:
    """A group of keys, of which those that stay the same stay where they are."""
    present = {key.value: inner for key, inner in entries(node, "")}
    if present.keys() != keys.keys():
        return _whole(text, node, keys)
    changes = []
    for key, inner in entries(node, ""):
        changes += _replaced(text, key, inner, keys[key.value])
    return changes


def _whole(text: str, node: Node, keys: "Mapping[str, WrittenValue]") -> list[Splice]:
    indent = "\n" + " " * node.start_mark.column
    lines = [f"{key}: {value.inline}" for key, value in keys.items()]
    return [Splice(node.start_mark.index, _end(text, node), indent.join(lines))]


def _items_alone(text: str, node: Node, items: Sequence[str]) -> list[Splice] | None:
    """A list on lines of its own of which some go and some come at its end; None where more than that is to be done."""
    there = [text[item.start_mark.index : _end(text, item)] for item in node.value]
    staying = [item for item in there if item in items]
    if not staying or list(items[: len(staying)]) != staying or len(set(there)) != len(there):
        return None
    changes = []
    for item, written in zip(node.value, there, strict=True):
        if written not in staying:
            start, end = _line_start(text, item, "- "), _line_end(text, _end(text, item))
            changes.append(Splice(start - 1, end, ""))
    last = _line_end(text, _end(text, node.value[there.index(staying[-1])]))
    dash = "\n" + " " * node.start_mark.column + "- "
    added = "".join(dash + item for item in items[len(staying) :])
    return [*changes, Splice(last, last, added)] if added else changes


def _end(text: str, node: Node) -> int:
    """Where a node's own text ends. YAML has those on lines of their own end where the next key begins, with the blank
    lines and comments before that.
    """
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        return int(start) + len(text[start:end].rstrip(" \n"))
    return int(end)


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return end if end >= 0 else len(text)


def _line_start(text: str, node: Node, sign: str = "") -> int:
    """Where the line begins on which a key or item stands first. Raises `InvalidError` where something else does."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    before = text[start : node.start_mark.index]
    if before.strip(" ") != sign.strip():
        raise InvalidError((node.start_mark.line + 1, _BY_HAND))
    return start
