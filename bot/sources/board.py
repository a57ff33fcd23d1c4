"""A list of positions as data: YAML, JSON or CSV. What its keys mean is known by what people call the keys of a posting
file; a list within a mapping is named by its key, such as `phd:`.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bot.schema import InvalidError, Node, compose
from bot.sources.base import AsFound, SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_NAMES: Mapping[str, str] = {
    "title": "title name position job_title titulo titel bezeichnung",
    "url": "url link announcement advert ad website details permalink source link_inscripcion external_url",
    "apply": "apply apply_url application_url apply_link",
    "source_id": "id uid reference ref job_id slug kennziffer",
    "kind": "role type kind category position_type level rolle art",
    "organization": "organization organisation institution employer university company einrichtung hochschule",
    "group": "group lab department team abteilung arbeitsgruppe",
    "location": "location place city ort standort ubicacion",
    "pay": "pay salary hours gehalt vergütung entgelt compensation",
    "start": "start start_date starting beginn",
    "closes": "deadline expires closing_date closes closing due apply_by application_deadline validthrough"
    " valid_through bewerbungsfrist frist fecha_cierre end_date",
    "plain": "description note notes text summary body descripcion beschreibung details_text",
}
_STATES = "status state estado active open filled closed published call_status is_open".split()
_ENDED = re.compile(r"(?i)closed?|filled|expired|cerrad[ao]|inactive|archived|besetzt|geschlossen|withdrawn|past")
_MOST = 2000
_KEY_OF = {name: key for key, names in _NAMES.items() for name in names.split()}


def board_records(fetched: Fetched) -> tuple[list[SourceRecord], int]:
    """The entries of a board, and how many could not be read. Raises `SourceError` for what is none."""
    text = fetched.text.removeprefix("\ufeff")
    name = fetched.url.rpartition("/")[2].partition("?")[0].lower()
    if name.endswith(".csv") or "csv" in fetched.content_type:
        entries: list[tuple[str, Any]] = [("", row) for row in csv.DictReader(io.StringIO(text))]
        if not set(entries[0][1] if entries else text.lower().split(",")) & {*_KEY_OF, *(k.title() for k in _KEY_OF)}:
            raise SourceError("the answer is no list of positions")
    else:
        value = _json(text) if text.lstrip()[:1] in {"[", "{"} else _yaml(text)
        if not isinstance(value, list) and not (isinstance(value, dict) and any(map(_has_list, value.values()))):
            raise SourceError("the answer is no list of positions")
        entries = list(_entries(value, ""))
    source_records = [_record(entry, group, fetched.url) for group, entry in entries[:_MOST]]
    good = [record for record in source_records if record is not None]
    return good, len(entries) - len(good)


def _has_list(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, dict) and any(map(_has_list, value.values())))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _yaml(text)  # flow style begins in the same way


def _yaml(text: str) -> Any:
    """YAML with every scalar as text. The root may be a list."""
    indented = "\n".join(f"  {line}" for line in text.split("\n"))
    try:
        root = compose(f"board:\n{indented}\n")
    except InvalidError as error:
        line, problem = error.faults[0]
        raise SourceError(f"line {max(line - 1, 1)}: {problem}") from None
    values = _data(root, 0)
    return values.get("board") if isinstance(values, dict) else None


def _data(node: Node, depth: int) -> Any:
    value = node.value
    if isinstance(value, str) or depth > 20:
        return value if isinstance(value, str) else ""
    if value and isinstance(value[0], tuple):
        return {str(key.value): _data(inner, depth + 1) for key, inner in value}
    return [_data(inner, depth + 1) for inner in value]


def _entries(value: Any, group: str) -> Iterator[tuple[str, Any]]:
    """The mappings in lists, with the key under which the list stands."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, list):
                yield from _entries(item, group)
            else:
                yield group, item
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, list | dict):
                yield from _entries(item, str(key))


def _record(entry: Any, group: str, base: str) -> SourceRecord | None:
    if not isinstance(entry, Mapping):
        return None
    values: dict[str, str] = {}
    state = AsFound.OPEN
    for name, value in entry.items():
        plain = str(name).strip().lower().replace("-", "_").replace(" ", "_")
        if not isinstance(value, str | int | float):
            continue
        text = str(value).strip()
        if plain in _STATES and _is_ended(plain, text):
            state = AsFound.CLOSED
        key = _KEY_OF.get(plain)
        if key and text and text not in {"#", "-"}:
            values.setdefault(key, text)
    if "title" not in values:
        return None
    for key in ("url", "apply"):
        if key in values and not re.match(r"https?://", values[key]):
            if base.startswith("http") and re.match(r"[\w./-]{1,500}\Z", values[key]):
                values[key] = urljoin(base, values[key])
            else:
                del values[key]
    record = SourceRecord(**values, state=state)  # type: ignore[arg-type]
    source_id = record.source_id or record.url
    return replace(record, kind=f"{record.kind} {group}".strip(), source_id=source_id)


def _is_ended(name: str, text: str) -> bool:
    lowered = text.lower()
    if lowered in {"true", "yes", "1"}:
        return name in {"filled", "closed"}
    if lowered in {"false", "no", "0"}:
        return name not in {"filled", "closed", "published"}
    return bool(_ENDED.fullmatch(text))
