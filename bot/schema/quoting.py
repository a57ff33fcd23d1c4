"""Text -> YAML, as a person would write it: plain where it reads back as it is, in quotes where it has to be, on lines
of its own where it is long.
"""

import re

import yaml

from bot.domain.letters import trimmed
from bot.schema.nodes import InvalidError, compose

WIDTH = 100
"""Columns that a line should not pass."""

_TAG = "tag:yaml.org,2002:"
# What a reader of YAML 1.2 takes for a number, as one of 1.1 does not: 0o17, 1e3 (https://yaml.org/spec/1.2.2/, 10.3.2)
_LIKE_A_NUMBER = re.compile(r"[-+]?(?:0[xo][0-9A-Fa-f]+|[0-9.][0-9._]*(?:[eE][-+]?[0-9]+)?)")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# What libyaml does not read as it stands (https://yaml.org/spec/1.1/#c-printable), and what is not seen.
_ESCAPED = re.compile(r'[\\"\n\t\r\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')


def as_scalar(text: str, *, in_flow: bool = False, is_date: bool = False) -> str:
    """A text as YAML on one line, in quotes where it needs some. `in_flow`: it stands between brackets. `is_date`: a
    date is meant, which needs none.
    """
    if _is_plain(text, in_flow, {"str", "timestamp"} if is_date else {"str"}, is_date=is_date):
        return text
    single = "'{}'".format(text.replace("'", "''"))
    if ('"' in text or "\\" in text) and _reads_back(single, text, in_flow):
        return single
    return f'"{_ESCAPED.sub(_escape, text)}"'


def as_block(text: str) -> tuple[str, list[str]] | None:
    """A text of several lines, or of one long line: the sign behind the key, and the lines below it without their
    indentation. None where it would not read back as it is.
    """
    literal = text.split("\n")
    forms = [("|", literal)] if len(literal) > 1 else [(">-", _folded(text))]
    return next((form for form in forms if _block_reads_back(*form, text)), None)


def _is_plain(text: str, in_flow: bool, tags: set[str], *, is_date: bool) -> bool:
    if "\n" in text or (not is_date and _LIKE_A_NUMBER.fullmatch(text)):
        return False
    return _reads_back(text, text, in_flow, tags)


def _reads_back(written: str, text: str, in_flow: bool, tags: frozenset[str] | set[str] = frozenset({"str"})) -> bool:
    try:
        root = compose(f"k: [{written}, x]\n" if in_flow else f"k: {written}\n")
    except InvalidError:
        return False
    if not isinstance(root, yaml.MappingNode) or len(root.value) != 1:
        return False
    node = root.value[0][1]
    if in_flow:
        if not isinstance(node, yaml.SequenceNode) or len(node.value) != 2:
            return False
        node = node.value[0]
    return isinstance(node, yaml.ScalarNode) and node.value == text and node.tag.removeprefix(_TAG) in tags


def _block_reads_back(sign: str, lines: list[str], text: str) -> bool:
    try:
        root = compose(f"k: {sign}\n" + "".join(f"{indented(line)}\n" for line in lines) + "z: x\n")
    except InvalidError:
        return False
    if not isinstance(root, yaml.MappingNode) or len(root.value) != 2:
        return False
    node = root.value[0][1]
    return isinstance(node, yaml.ScalarNode) and trimmed(node.value) == text


def indented(line: str) -> str:
    """A line below its key. An empty one stays so."""
    return f"  {line}" if line else ""


def _folded(text: str) -> list[str]:
    """A line as several, broken where one space stands between two words, for YAML makes that of a line break."""
    words = re.split(r"(?<=[^\s]) (?=[^\s])", text)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > WIDTH - 2:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _ESCAPES.get(match[0]) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")
