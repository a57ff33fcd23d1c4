"""What somebody hands in: fields, each the value of a key of a posting file, and what is wrong with them.

Fields are data: text to the letter, a number, a list of texts, or a group such as `contact`. They are put in JSON as
they are, and read by the very rules by which a file is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.letters import trimmed
from bot.domain.posting import Posting
from bot.schema import InvalidError, Items, KeyedRecord, Node, Number, Value, compose, entries, made_node, plain_value
from bot.sources.files.fields import FIELDS, origin, posting

Fields = Mapping[str, Value]
Changes = Mapping[str, Value | None]
"""Keys with what they shall say; None takes one away."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a key, in the words of `callboard check`; the line (from 1) is that in which it was given."""

    key: str
    line: int
    text: str

    def __str__(self) -> str:
        return self.text


class FieldsError(Exception):
    """What was handed in does not hold up."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def checked(fields: Fields, name: str, timezone: str, lines: Mapping[str, int] | None = None) -> Posting:
    """The posting of that id that a file with these fields describes; `timezone` is the config's, `lines` say where
    each key was given. Raises `FieldsError` with everything that is wrong.
    """
    where = lines or {key: place for place, key in enumerate(fields, 1)}
    root = made_node(merged(fields, {}), where)
    try:
        described = posting(name, root, timezone)
        origin(root)
    except InvalidError as error:
        key_at = {line: key for key, line in where.items()}
        raise FieldsError(*(_problem(line, text, key_at) for line, text in error.faults)) from None
    return described


def _problem(line: int, text: str, key_at: Mapping[int, str]) -> FieldProblem:
    named = re.match(r"[a-z_]+", text)
    key = named[0] if named and named[0] in FIELDS else key_at.get(line, "")
    return FieldProblem(key, line, text)


def from_text(key: str, text: str) -> Value:
    """What somebody has written for a key, as its value: lists take commas or `[a, b]`, a group `{name: …, email: …}`
    or a name and an address. What does not fit is left as it is, for `checked` to say so. Raises `FieldsError` for
    brackets that are not closed.
    """
    text = trimmed(text)
    kind = FIELDS[key].kind if key in FIELDS else None
    try:
        if isinstance(kind, Items):
            return _list(key, text)
        if isinstance(kind, KeyedRecord):
            return _group(key, text)
    except InvalidError as error:
        texts = (wrong if wrong.startswith(f"{key}:") else f"{key}: {wrong}" for _, wrong in error.faults)
        raise FieldsError(*(FieldProblem(key, 1, wrong) for wrong in texts)) from None
    if isinstance(kind, Number) and re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", text):
        return float(text) if "." in text else int(text)
    return text


def usual_fields(root: Node) -> dict[str, Value]:
    """What the keys of a mapping say, in the form that fields have: of what may be a list, always one; numbers as such.
    Whether they hold up is for others to say. Raises `InvalidError` where it is no mapping.
    """
    return {key.value: usual(key.value, plain_value(node, key.value)) for key, node in entries(root, "")}


def usual(key: str, value: Value) -> Value:
    """A value in the form that fields have."""
    kind = FIELDS[key].kind if key in FIELDS else None
    if isinstance(kind, Items) and isinstance(value, str):
        return [value]
    return from_text(key, value) if isinstance(kind, Number) and isinstance(value, str) else value


def _list(key: str, text: str) -> Value:
    if text.startswith("["):
        return _in_brackets(key, text)
    return [item for part in text.split(",") if (item := trimmed(part))] or text


def _in_brackets(key: str, text: str) -> Value:
    [(_, node)] = entries(compose(f"{key}: {text}"), key)
    return plain_value(node, key)


_NAME_AND_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


def _group(key: str, text: str) -> Value:
    if text.startswith("{"):
        return _in_brackets(key, text)
    match = _NAME_AND_ADDRESS.fullmatch(text)
    if match:
        parts = {"name": trimmed(match["name"]), "email": trimmed(match["email"])}
        return {name: value for name, value in parts.items() if value}
    if re.match(r"https?://", text):
        return {"url": text}
    return {"email": text} if "@" in text and " " not in text else {"name": text}


def tidied(fields: Changes) -> dict[str, Value | None]:
    """The same without what may stand around a value, and with plain line feeds; what is empty is taken away."""
    return {key: None if (tidy := _tidy(value)) in ("", [], {}) else tidy for key, value in fields.items()}


def _tidy(value: Value | None) -> Value | None:
    if isinstance(value, str):
        return _tidy_text(value)
    if isinstance(value, list):
        return [text for item in value if (text := _tidy_text(item))]
    return (
        {key: text for key, item in value.items() if (text := _tidy_text(item))} if isinstance(value, dict) else value
    )


def _tidy_text(text: str) -> str:
    return trimmed(text.replace("\r\n", "\n").replace("\r", "\n"))


def merged(fields: Fields, changes: Changes) -> dict[str, Value]:
    """The fields with those changes, tidied, in the order of a posting file."""
    after = tidied({**fields, **changes})
    ordered = (*FIELDS, *(key for key in after if key not in FIELDS))
    return {key: value for key in ordered if (value := after.get(key)) is not None}


def differing(before: Fields, after: Fields) -> dict[str, Value | None]:
    """The changes that make one of the other."""
    return {key: after.get(key) for key in merged(before, after) | dict(before) if before.get(key) != after.get(key)}


def for_members(fields: Changes) -> tuple[dict[str, Value | None], tuple[str, ...]]:
    """What of these is taken from somebody who is no editor, and the keys that are not."""
    left_out = tuple(key for key in fields if key in FIELDS and not FIELDS[key].by_members)
    return {key: value for key, value in fields.items() if key not in left_out}, left_out


def moved(problem: FieldProblem, line: int) -> FieldProblem:
    """The same problem, in another line."""
    return replace(problem, line=line)
