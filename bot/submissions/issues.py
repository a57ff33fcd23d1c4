"""An issue, as a form of GitHub or GitLab makes it -> fields of a posting: `### Deadline (deadline)`, and below it what
somebody has written.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.dates import dates
from bot.domain import comments
from bot.domain.letters import trimmed
from bot.domain.message import shortened
from bot.domain.posting import Role
from bot.language import SOURCE
from bot.sources.files.fields import FIELDS
from bot.sources.files.hints import roles_in
from bot.sources.files.values import FieldsError, checked, for_members, from_text, merged

_HEADING = re.compile(r"^(?P<level>#{1,6})[ \t]+(?P<text>[^\n]{1,200}?)[ \t]*#*$", re.MULTILINE)
_KEY_BEHIND = re.compile(r"\((?P<key>[a-z_]{1,20})\)\Z")
_TICKED = re.compile(r"^[-*] \[(?P<tick>[xX ])\] (?P<text>.+)$")
_NOTHING = frozenset({"", "-", "_no response_", "none", "n/a"})  # what GitHub writes for a field that was left empty

_LONG = frozenset({"description"})  # keys whose value is Markdown of its own, with headings
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FromIssue:
    """What an issue says of a posting; and by key, or by its words where it has none, why something is left out."""

    fields: dict[str, Any]
    left_out: dict[str, str]


def read_issue(text: str, here: datetime, timezone: str) -> FromIssue:
    """The fields of a posting in an issue. Headings that are keys, or end in `(key)`, count, on the level of the first.
    What does not hold up is left out and named, and so is what stands nowhere, what is not taken from members, and a
    date that can be read in two ways. `here`: now, in the zone of whoever wrote. Raises `FieldsError` where title or
    role do not hold up, or are missing.
    """
    written, left_out = _written(comments.left_out(text.replace("\r\n", "\n")))
    fields: dict[str, Any] = {}
    for key, value in written.items():
        try:
            fields[key] = _value(key, value, here)
        except FieldsError as error:
            left_out[key] = str(error)
        except ValueError as error:
            left_out[key] = f"{key}: {error}"
    taken, not_from_members = for_members(fields)
    left_out |= dict.fromkeys(not_from_members, "is not taken from whoever fills in a form")
    fields = merged({key: value for key, value in taken.items() if value is not None}, {})
    while True:
        try:
            checked(fields, "new", timezone)
        except FieldsError as error:
            wrong = {problem.key: problem.text for problem in error.problems if problem.key in fields}
            if not wrong or wrong.keys() & {"title", "role"}:
                raise
            left_out |= wrong
            fields = {key: value for key, value in fields.items() if key not in wrong}
        else:
            return FromIssue(fields, left_out)


def _written(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """What stands below each key's heading; and what is not taken. A form's headings are of one level: that of the
    first that is a key. Any other belongs to the text that it stands in, where its key takes one of several lines.
    """
    keys = [(_key(heading["text"]), heading) for heading in _HEADING.finditer(text)]
    level = next((heading["level"] for key, heading in keys if key), "")
    headings = [(key, heading) for key, heading in keys if key and heading["level"] == level]
    starts = [*(heading.start() for _, heading in headings), len(text)]
    written: dict[str, str] = {}
    left_out: dict[str, str] = {}
    if before := _shown(text[: starts[0]]):
        left_out[before] = "stands above the first key"
    for (key, heading), end in zip(headings, starts[1:], strict=True):
        below = text[heading.end() : end]
        other = _HEADING.search(below)
        value = trimmed(below)
        if other and (key not in _LONG or _is_nothing(below[: other.start()])):
            value = trimmed(below[: other.start()])
            if rest := _shown(below[other.start() :]):
                left_out[rest] = "stands below a heading that is no key"
        if key in written:
            left_out[key] = f"{key}: stands twice; only the first counts"
        elif not _is_nothing(value):
            written[key] = value
    return written, left_out


def _is_nothing(text: str) -> bool:
    return trimmed(text).casefold() in _NOTHING


def _shown(text: str) -> str:
    """Enough of what is not taken to find it; nothing where there are headings alone, and fields left empty."""
    lines = [line for line in text.splitlines() if not _is_nothing(line)]
    has_more = any(not _HEADING.match(line) for line in lines)
    return f'"{shortened(" ".join(" ".join(lines).split()), _MOST_SHOWN)}"' if has_more else ""


def _key(heading: str) -> str:
    behind = _KEY_BEHIND.search(heading)
    key = behind["key"] if behind else heading.casefold()
    return key if key in FIELDS else ""


def _value(key: str, text: str, here: datetime) -> Any:
    """Raises `ValueError` for a date that is none, or that may be several."""
    ticks = [_TICKED.match(line) for line in text.splitlines()]
    if ticks and all(ticks):
        text = ", ".join(tick["text"] for tick in ticks if tick and tick["tick"] in "xX")
    if key == "deadline":
        return _date(text, here)
    value = from_text(key, text)
    if key == "role" and isinstance(value, list):
        known = set(Role)
        return [role for item in value for role in ([item] if item in known else map(str, roles_in(item) or [item]))]
    return value


def _date(text: str, here: datetime) -> str:
    readings = dates(text, SOURCE, here)
    if len(readings) == 1:
        return readings[0]
    if not readings:
        return text  # with an offset, perhaps; or what `checked` has words for
    raise ValueError(f'"{text[:60]}" may be {" or ".join(readings)}')
