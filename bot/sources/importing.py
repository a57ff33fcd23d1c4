"""Found postings against those that are there: what is new, what is known. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz, utils

from bot.domain.posting import DeadlineKind, Posting, Status
from bot.schema import Value
from bot.sources.base import AsFound, FoundPosting
from bot.sources.files.naming import new_id
from bot.sources.files.values import FieldsError, checked

_STATUS = {AsFound.CLOSED: Status.CLOSED, AsFound.COMMENTED_OUT: Status.DRAFT}
_ALIKE = 92
_COMPARED = ("title", "deadline", "deadline_kind", "location", "url", "pay")


class ImportAction(StrEnum):
    """What becomes of a found posting."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class ImportItem:
    """A found posting with what becomes of it; `posting`: the id that it has, or gets."""

    source: str
    action: ImportAction
    posting: str
    found: FoundPosting
    fields: Mapping[str, Value]
    uncertain: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The object that `callboard import --json` prints."""
        return {
            "source": self.source,
            "action": self.action.value,
            "posting": self.posting,
            "as_found": self.found.as_found.value,
            "fields": dict(self.fields),
            "evidence": dict(self.found.evidence),
            "uncertain": dict(self.uncertain),
        }


def wanted(postings: Sequence[FoundPosting], *, everything: bool) -> list[FoundPosting]:
    """What is taken in: what is offered now; with `everything`, also what is closed, in a comment, or no opening."""
    return [posting for posting in postings if everything or posting.as_found is AsFound.OPEN]


def plan(
    source: str,
    postings: Iterable[FoundPosting],
    known: Collection[Posting],
    origins: Mapping[str, Mapping[str, str]],
    taken: Collection[str],
    timezone: str,
) -> list[ImportItem]:
    """What becomes of each. `origins`: of known postings, where an import found them; `timezone`: the config's."""
    ids = set(taken)
    met: set[str] = set()
    items: list[ImportItem] = []
    for posting in postings:
        fields, uncertain = holding_up(posting, timezone)
        same = _known(posting, fields, source, known, origins, met)
        if same is not None:
            met.add(same.id)
            differs = _differs(fields, same, timezone)
            action = ImportAction.CHANGED if differs else ImportAction.SAME
            items.append(ImportItem(source, action, same.id, posting, fields, uncertain))
            continue
        name = new_id(str(fields["title"]), ids)
        ids.add(name)
        items.append(ImportItem(source, ImportAction.NEW, name, posting, fields, uncertain))
    return items


def holding_up(posting: FoundPosting, timezone: str) -> tuple[dict[str, Value], dict[str, str]]:
    """The fields that hold up in a posting file; why the others do not is among what is uncertain."""
    fields, uncertain = dict(posting.fields), dict(posting.uncertain)
    if posting.as_found is AsFound.SPECULATIVE:
        fields = {key: value for key, value in fields.items() if key not in {"deadline", "deadline_kind"}}
        fields["deadline_kind"] = DeadlineKind.ROLLING.value
    for _ in range(len(fields)):
        try:
            checked(fields, "new", timezone)
        except FieldsError as error:
            keys = {problem.key: problem.text for problem in error.problems if problem.key in fields}
            keys.pop("title", None)
            if not keys:
                break
            for key, text in keys.items():
                del fields[key]
                uncertain.setdefault(key, text)
        else:
            break
    return fields, uncertain


def file_fields(item: ImportItem) -> dict[str, Value]:
    """What its posting file says: where it came from, too, and that it is closed or no more than a draft."""
    fields = dict(item.fields)
    if status := _STATUS.get(item.found.as_found):
        fields["status"] = status.value
    origin = {"name": item.source, "id": item.found.source_id, "url": item.found.url}
    fields["source"] = {key: value for key, value in origin.items() if value}
    return fields


def _known(
    advert: FoundPosting,
    fields: Mapping[str, Value],
    source: str,
    known: Collection[Posting],
    origins: Mapping[str, Mapping[str, str]],
    met: Collection[str],
) -> Posting | None:
    """The posting that it is: by the source's own id, the advert's address, or title, organisation and place."""
    left = [posting for posting in known if posting.id not in met]
    if advert.source_id:
        for posting in left:
            origin = origins.get(posting.id, {})
            if (origin.get("name"), origin.get("id")) == (source, advert.source_id):
                return posting
    for posting in left:
        if fields.get("url") and posting.url == fields["url"] and _is_alike(posting.title, fields["title"]):
            return posting
    for posting in left:
        is_elsewhere = bool(posting.url and fields.get("url") and posting.url != fields["url"])
        same_place = all(
            getattr(posting, key) is None or fields.get(key) is None or _is_alike(getattr(posting, key), fields[key])
            for key in ("organization", "location")
        )
        if not is_elsewhere and same_place and _is_alike(posting.title, fields["title"]):
            return posting
    return None


def _is_alike(value: object, other_value: object) -> bool:
    return fuzz.ratio(str(value), str(other_value), processor=utils.default_process) >= _ALIKE


def _differs(fields: Mapping[str, Value], posting: Posting, timezone: str) -> bool:
    """Whether the source says something else of what readers go by."""
    try:
        current = checked(fields, posting.id, timezone)
    except FieldsError:
        return False
    compared = [key for key in _COMPARED if key in fields]
    return any(getattr(current, key) != getattr(posting, key) for key in compared)
