"""What goes between Callboard and the process that reads for it: a head in JSON, then bytes.

JSON and a short list of shapes, for what comes back was made of pages that anybody may write: unlike a pickle it can
hold no more than data.
"""

import json
import struct
from dataclasses import fields, is_dataclass
from typing import Any

from bot.sources.ats.base import BoardPage, PageRequest
from bot.sources.base import AsFound, FoundPosting, Reading
from bot.sources.records import SourceRecord

LENGTHS = struct.Struct(">II")
"""Before each message: how long its head is, and how long the bytes behind it, in octets."""
_SHAPES = {shape.__name__: shape for shape in (FoundPosting, Reading, SourceRecord, BoardPage, PageRequest)}
_KIND = "\0shape"
_STATES = frozenset(("as_found", "state"))
_TUPLES = frozenset(("postings", "records", "details"))


def packed(head: Any, data: bytes = b"") -> bytes:
    """A message."""
    text = json.dumps(head, default=_plain).encode()
    return LENGTHS.pack(len(text), len(data)) + text + data


def unpacked(head: bytes) -> Any:
    """The head of a message. Raises `ValueError` when it is none."""
    try:
        return json.loads(head, object_hook=_shaped)
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from None


def _plain(value: object) -> dict[str, Any]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} goes to no other process")
    return {_KIND: type(value).__name__} | {field.name: getattr(value, field.name) for field in fields(value)}


def _shaped(values: dict[str, Any]) -> Any:
    if _KIND not in values:
        return values
    shape = _SHAPES[values.pop(_KIND)]
    return shape(**{name: _value(name, value) for name, value in values.items()})


def _value(name: str, value: Any) -> Any:
    if name in _STATES:
        return AsFound(value)
    return tuple(value) if name in _TUPLES else value
