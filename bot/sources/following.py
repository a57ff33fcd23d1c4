"""What becomes of a reading: which postings are new, which changed, which are gone, and what is not believed. Pure.

A source and the database are compared; what then is to be done stands in `ItemStep`s, in order.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from bot.domain.posting import Status
from bot.questions.matching import matches
from bot.schema import Value
from bot.sources.base import AsFound, FoundPosting, Reading
from bot.sources.files.values import Fields, FieldsError, checked, merged, usual
from bot.sources.identity import NAMESPACE, Candidate, Others, Sighting, matched, own_address, without_doubles
from bot.sources.importing import ImportAction, holding_up
from bot.sources.items import SourceItem, readable, traces
from bot.sources.settings import SourceSettings

BELIEVED_AFTER = timedelta(hours=1)
"""Between two complete readings that both lack a position, before it is believed to be gone."""

_FEW = 4  # of fewer, any number may be gone at once
_NOT_FOLLOWED = frozenset(("status", "source", "owner", "aliases"))
_STATUS = {AsFound.CLOSED: Status.CLOSED, AsFound.COMMENTED_OUT: Status.DRAFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStep:
    """What becomes of one position. `item`: what is to be remembered of it. `creates`: the fields of a new posting
    file; `changes`: what is to be changed in the one that is there, or in the draft that waits; `withdraws`: that draft
    is to go. `needs_approval`: a person is asked first. `asks`: changes of which a person is asked in any case, for
    that is what a person wrote. `why`: why it is held.
    """

    action: ImportAction
    item: SourceItem
    fields: Fields
    found: FoundPosting | None = None
    uncertain: Mapping[str, str] = field(default_factory=dict)
    creates: Fields | None = None
    changes: Mapping[str, Value | None] = field(default_factory=dict)
    asks: Mapping[str, Value | None] = field(default_factory=dict)
    withdraws: bool = False
    needs_approval: bool = False
    why: str | None = None

    def as_json(self, posting: str | None) -> dict[str, Any]:
        """The object that `callboard import --json` prints; `posting`: the id that it has, or gets."""
        shown: dict[str, Any] = {
            "source": self.item.source,
            "action": self.action.value,
            "posting": posting,
            "as_found": (self.found.as_found if self.found else self.item.as_found).value,
            "fields": dict(self.fields),
            "evidence": dict(self.found.evidence) if self.found else {},
            "uncertain": dict(self.uncertain),
        }
        return {**shown, "error": self.why} if self.why else shown


@dataclass(frozen=True, slots=True)
class Known:
    """What there is beside the source: `items` of this source; `others` gives the positions of which others have told;
    `also_at`: the ids of postings that another source still has; `file`: what the file of a posting says by now, None
    where there is none.
    """

    items: Sequence[SourceItem]
    others: Callable[[], Sequence[Candidate]]
    also_at: AbstractSet[str]
    file: Callable[[str], Fields | None]


def follow(
    source: SourceSettings, reading: Reading, known: Known, now: datetime, timezone: str, *, everything: bool = False
) -> list[ItemStep]:
    """What becomes of each position: of those in the reading, in its order; then of those that it lacks. `timezone` is
    the config's; with `everything`, also what is closed, in a comment, or no opening is taken in.
    """
    sightings = without_doubles(_sighting(source, posting, timezone) for posting in reading.postings)
    pairs = list(zip(sightings, matched(sightings, known.items, now), strict=True))
    present = {item.key for _, item in pairs if item}
    others = _others(source, known) if any(item is None for _, item in pairs) else Others((), source.name)
    ended = {item.key for sighting, item in pairs if item and _has_ended(sighting, item)}
    missing = [item for item in known.items if item.key not in present]
    lost = [item for item in known.items if item.is_there and (item.key in ended or item.key not in present)]
    still_there = sum(item.is_there for item in known.items)
    is_doubtful = still_there >= _FEW and 2 * len(lost) > still_there
    doubt = f"{len(lost)} of {still_there} positions are gone at once" if is_doubtful else None
    steps = []
    for sighting, item in pairs:
        if item is None:
            step = _new(source, sighting, others, known, now, everything=everything)
        else:
            step = _still(source, sighting, item, known, now, doubt if item.key in ended else None, timezone)
        if step:
            steps.append(step)
    steps += [step for item in missing if (step := _missing(source, item, known, now, reading.incomplete, doubt))]
    return steps


def _sighting(source: SourceSettings, posting: FoundPosting, timezone: str) -> Sighting:
    whole = replace(posting, fields={**source.defaults, **posting.fields})
    fields, uncertain = holding_up(whole, timezone)
    tidy = {key: usual(key, value) for key, value in merged(fields, {}).items()}
    return Sighting(posting, tidy, uncertain, own_address(posting, tidy, str(source.at)))


def _others(source: SourceSettings, known: Known) -> Others:
    others = Others(known.others(), source.name)
    others.exclude(name for item in known.items for name in (item.posting, item.draft) if name)
    return others


def _has_ended(sighting: Sighting, item: SourceItem) -> bool:
    """Whether the source says by now that it is over."""
    return sighting.found.as_found in _STATUS and item.as_found not in _STATUS


# --- What is new


def _new(
    source: SourceSettings, sighting: Sighting, others: Others, known: Known, now: datetime, *, everything: bool
) -> ItemStep | None:
    posting, fields = sighting.found, sighting.fields
    if posting.as_found is not AsFound.OPEN and not everything:
        return None
    if not _is_let_through(source, fields):
        return None
    item = SourceItem(
        source=source.name,
        key=_new_key(sighting, known.items),
        source_id=posting.source_id,
        url=sighting.url,
        as_found=posting.as_found,
        said=traces(fields),
        seen_at=now,
        gone_at=now if posting.as_found in _STATUS else None,
    )
    if other := others.take(sighting):
        return _joined(source, sighting, item, other, known)
    return _created(source, sighting, item)


def _created(source: SourceSettings, sighting: Sighting, item: SourceItem) -> ItemStep:
    """A posting file is to be made of it."""
    posting, fields = sighting.found, sighting.fields
    creates = dict(fields)
    if status := _STATUS.get(posting.as_found):
        creates["status"] = status.value
    item = replace(item, written=traces(creates))
    origin = {"name": source.name, "id": posting.source_id, "url": posting.url}
    creates["source"] = {key: value for key, value in origin.items() if value}
    return ItemStep(
        action=ImportAction.NEW,
        item=item,
        fields=fields,
        found=posting,
        uncertain=sighting.uncertain,
        creates=creates,
        needs_approval=not source.trust or "status" in posting.uncertain,  # it may be no position at all
    )


def _is_let_through(source: SourceSettings, fields: Fields) -> bool:
    """Whether the filter lets it through; what does not hold up is named when it is taken in."""
    try:
        posting = checked(fields, "new", str(source.defaults.get("timezone", "UTC")))
    except FieldsError:
        return True
    return source.filter.is_all or matches(source.filter, posting)


def _new_key(sighting: Sighting, items: Sequence[SourceItem]) -> str:
    taken = {item.key for item in items}
    title = "|".join(str(sighting.fields.get(key, "")) for key in ("title", "organization", "location"))
    stem = sighting.found.source_id or sighting.url or title
    number = 1
    while (key := str(uuid5(NAMESPACE, f"{stem}|{title}|{number}"))) in taken:
        number += 1
    return key


def _joined(source: SourceSettings, sighting: Sighting, item: SourceItem, other: Candidate, known: Known) -> ItemStep:
    """One that is there already: what a person, or another source, has written stays."""
    file = known.file(other.posting) if other.posting else None
    fields = sighting.fields
    agreed = traces({key: value for key, value in fields.items() if file and file.get(key) == value})
    joined = replace(item, posting=other.posting, draft=other.draft, written=agreed, is_rejected=other.is_rejected)
    step = ItemStep(
        action=ImportAction.SAME, item=joined, fields=fields, found=sighting.found, uncertain=sighting.uncertain
    )
    is_own = other.origin is not None and other.origin.get("name") == source.name
    if not is_own or file is None:
        return step
    changes = {key: value for key, value in fields.items() if file.get(key) not in (None, value)}
    if not changes:
        return step  # nobody knows any more who wrote what differs, so a person is asked
    return replace(step, action=ImportAction.CHANGED, changes=changes, needs_approval=True)


# --- What is there still


def _still(
    source: SourceSettings,
    sighting: Sighting,
    item: SourceItem,
    known: Known,
    now: datetime,
    doubt: str | None,
    timezone: str,
) -> ItemStep:
    posting, fields = sighting.found, sighting.fields
    updated = replace(
        item,
        source_id=posting.source_id,
        url=sighting.url or item.url,
        as_found=posting.as_found,
        said=traces(fields) | {key: value for key, value in item.said.items() if key in sighting.uncertain},
        seen_at=now,
        missed_at=None,
        held=None,
    )
    step = ItemStep(action=ImportAction.SAME, item=updated, fields=fields, found=posting, uncertain=sighting.uncertain)
    if item.is_rejected:
        return step
    if item.posting is None and item.draft is None:  # it was gone before anybody had approved it
        again = replace(updated, gone_at=None)
        return _created(source, sighting, again) if posting.as_found is AsFound.OPEN else step
    if item.posting is None:
        return _waiting(sighting, item, step, now)
    has_ended = _has_ended(sighting, item)
    is_back = item.gone_at is not None and posting.as_found not in _STATUS
    if not (has_ended or is_back or item.held) and updated.said == item.said:
        return step
    file = known.file(item.posting)
    if file is None:  # a person has deleted it
        return replace(step, item=replace(updated, gone_at=None if is_back else item.gone_at))
    changes, to_ask = _key_by_key(item, sighting, file)
    # of what is back, nobody is asked any more whether it is gone
    withdraws = item.draft is not None and not has_ended and (is_back or item.held is not None)
    if has_ended:
        updated = replace(updated, gone_at=now, held=doubt)
        if _may_close(item, file) and item.posting not in known.also_at:
            changes["status"] = Status.CLOSED.value
    elif is_back:
        updated = replace(updated, gone_at=None)
        if file.get("status") is not None and file.get("status") == item.written.get("status"):
            changes["status"] = None
    changes, refused = _holding_up(file, changes, item.posting, timezone)
    to_ask, refused_too = _holding_up(merged(file, changes), to_ask, item.posting, timezone)
    needs_approval = bool(changes) and (not source.trust or doubt is not None)
    if needs_approval:
        changes, to_ask = {**changes, **to_ask}, {}
    note = ", ".join({**refused, **refused_too})
    is_news = bool(changes or to_ask or note)
    action = ImportAction.HELD if doubt else ImportAction.CHANGED if is_news else ImportAction.SAME
    return replace(
        step,
        action=action,
        item=replace(updated, note=f"what it says by now does not fit the file: {note}" if note else None),
        changes=changes,
        asks=to_ask,
        withdraws=withdraws,
        needs_approval=needs_approval,
        why=doubt,
    )


def _waiting(sighting: Sighting, item: SourceItem, step: ItemStep, now: datetime) -> ItemStep:
    """Of a draft that waits for approval: what a reviewer has not changed follows the source."""
    if _has_ended(sighting, item):
        ended = replace(step.item, gone_at=now)
        return replace(step, action=ImportAction.GONE, item=ended, withdraws=True)
    new = traces(sighting.fields)
    keys = {*item.said, *new} - sighting.uncertain.keys()
    changes = {key: sighting.fields.get(key) for key in keys if item.said.get(key) != new.get(key)}
    return replace(step, action=ImportAction.CHANGED, changes=changes) if changes else step


def _key_by_key(
    item: SourceItem, sighting: Sighting, file: Fields
) -> tuple[dict[str, Value | None], dict[str, Value | None]]:
    """What is to be changed in the file; and what the source says otherwise since then of what a person has written."""
    changes: dict[str, Value | None] = {}
    to_ask: dict[str, Value | None] = {}
    new, present = traces(sighting.fields), traces(file)
    for key in merged({**item.written, **sighting.fields}, {}):
        is_left_out = key not in new and (key in sighting.uncertain or key not in item.written)
        if key in _NOT_FOLLOWED or is_left_out or new.get(key) in (present.get(key), item.said.get(key)):
            continue
        (changes if present.get(key) == item.written.get(key) else to_ask)[key] = sighting.fields.get(key)
    return changes, to_ask


def _holding_up(
    file: Fields, changes: dict[str, Value | None], posting: str, timezone: str
) -> tuple[dict[str, Value | None], dict[str, Value | None]]:
    """The changes after which the file holds up; and the others, for a person."""
    try:
        checked(merged(file, changes), posting, timezone)
    except FieldsError:
        status = {key: value for key, value in changes.items() if key == "status"}
        return status, {key: value for key, value in changes.items() if key != "status"}
    return changes, {}


def value_text(value: Value | None) -> str:
    """A value in a line."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(value.values())
    text = "-" if value is None else " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _may_close(item: SourceItem, file: Fields) -> bool:
    """Whether no person has written a status."""
    return "status" not in file or (
        file["status"] == item.written.get("status") and file["status"] == Status.OPEN.value
    )


# --- What is not there


def _missing(
    source: SourceSettings, item: SourceItem, known: Known, now: datetime, incomplete: str | None, doubt: str | None
) -> ItemStep | None:
    if item.gone_at is not None or item.is_rejected or (item.posting is None and item.draft is None):
        return None
    same = ItemStep(action=ImportAction.SAME, item=item, fields=readable(item.said))
    if incomplete:
        return replace(same, action=ImportAction.HELD, why=incomplete)
    if item.held:
        return replace(same, action=ImportAction.HELD, why=item.held)
    missed = replace(item, missed_at=item.missed_at or now)
    file = known.file(item.posting) if item.posting else None
    if file is None and item.posting:  # a person has deleted it
        return replace(same, item=replace(missed, gone_at=now))
    closes = file is not None and item.posting not in known.also_at and _may_close(item, file)
    changes = {"status": Status.CLOSED.value} if closes else {}
    if doubt and item.missed_at is None:
        held = replace(missed, held=doubt)
        return replace(same, action=ImportAction.HELD, item=held, changes=changes, needs_approval=True, why=doubt)
    if item.missed_at is None or now - item.missed_at < BELIEVED_AFTER:
        return replace(same, item=missed)
    gone = replace(missed, gone_at=now)
    step = replace(same, action=ImportAction.GONE, item=gone)
    if item.posting is None:
        return replace(step, withdraws=True)
    return replace(step, changes=changes, needs_approval=bool(changes) and not source.trust)
