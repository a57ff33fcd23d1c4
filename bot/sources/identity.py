"""Which of the positions that are known a found one is: by the source's own id, by the advert's address, or by title,
organisation and place together. Pure.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from rapidfuzz import fuzz, utils
from rapidfuzz.distance import Levenshtein

from bot.domain.genders import without_gender
from bot.schema import Value
from bot.sources.base import FoundPosting
from bot.sources.items import SourceItem

NEW_CALL_AFTER = timedelta(days=30)
"""What was gone for longer than this and is back under another address, with another deadline, is another call."""

NAMESPACE = UUID("6f9b1f0e-5d0a-4b62-9f3c-3c1f6c0a7d11")
"""By which the keys of items are made (RFC 9562, version 5)."""

_SLIP = 92  # percent of a title that a corrected slip leaves as it was
_MOST_PAIRS = 40_000  # of what is new and what is missing, that are looked at for slips
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref_?src", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A position of which another source, or a person, has told: its posting or the draft that waits, and its fields.
    `origin`: where an import found it, as its file says; `by_hand`: that is none of the sources of the config.
    """

    posting: str | None
    draft: str | None
    fields: Mapping[str, Value]
    origin: Mapping[str, str] | None = None
    is_rejected: bool = False
    by_hand: bool = False


def plain_address(url: object) -> str:
    """An address without what leads nowhere else: scheme, `www.`, marks of campaigns, a slash at the end."""
    try:
        parts = urlsplit(str(url or "").strip())
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    parameters = [
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(key)
    ]
    query = f"?{urlencode(parameters)}" if parameters else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    host = parts.hostname.removeprefix("www.")
    return f"{host}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}{query}{fragment}"


def is_same_title(first_title: object, second_title: object) -> bool:
    """Whether two titles are one, but for a slip that was corrected: word by word, for `PhD 1` and `PhD 2`, or
    `Assistant` and `Associate`, are two.
    """
    first, second = (_words(title) for title in (first_title, second_title))
    if first == second:
        return True
    if len(first) != len(second) or fuzz.ratio(" ".join(first), " ".join(second)) < _SLIP:
        return False
    return all(a == b or _is_slip(a, b) for a, b in zip(first, second, strict=True))


def _words(title: object) -> list[str]:
    return utils.default_process(without_gender(str(title))).split()


def _is_slip(word: str, other_word: str) -> bool:
    is_word = min(len(word), len(other_word)) >= 4 and not re.search(r"\d", word + other_word)
    return is_word and Levenshtein.distance(word, other_word, score_cutoff=2) <= 2


def _is_same_place(fields: Mapping[str, Value], other_fields: Mapping[str, Value]) -> bool:
    """Whether organisation and place are the same; what neither names does not part them."""
    return all(_folded(fields.get(key)) == _folded(other_fields.get(key)) for key in ("organization", "location"))


def _folded(value: object) -> str:
    return utils.default_process(str(value or "")).strip()


def _may_be_one(fields: Mapping[str, Value], candidate: Candidate) -> bool:
    """The same of two sources, of which each may leave something out: then the deadline has to agree. Where they have
    neither organisation nor place in common, as on a lab's own page, adverts at two addresses are two all the same. Of
    what was imported by hand, neither may have one: it was read from such a page, which is followed now.
    """
    other = candidate.fields
    keys = ("organization", "location")
    values = [(_folded(fields.get(key)), _folded(other.get(key))) for key in keys]
    if any(a and b and a != b for a, b in values):
        return False
    is_agreed = fields.get("deadline") == other.get("deadline") and bool(fields.get("deadline") or candidate.by_hand)
    if not any(a and b for a, b in values):
        addresses = {plain_address(some_fields.get("url")) for some_fields in (fields, other)} - {""}
        return is_agreed and len(addresses) < 2
    return is_agreed or all(bool(a) == bool(b) for a, b in values)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A found posting with its fields as they hold up, and the address of its advert, if that is its own."""

    found: FoundPosting
    fields: Mapping[str, Value]
    uncertain: Mapping[str, str]
    url: str | None

    @property
    def title(self) -> str:
        """Its title; empty where it has none."""
        return str(self.fields.get("title", ""))


def own_address(posting: FoundPosting, fields: Mapping[str, Value], at: str) -> str | None:
    """The address of a position's own advert; the address of the source itself is nobody's."""
    for url in (fields.get("url"), posting.url):
        if url and plain_address(url) and plain_address(url) != plain_address(at):
            return str(url)
    return None


def without_doubles(sightings: Iterable[Sighting]) -> list[Sighting]:
    """A position that a source names twice in the same words, once."""
    distinct: list[Sighting] = []
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        same = seen[f"{sighting.found.source_id}|{plain_address(sighting.url)}"]
        if not any(other.fields == sighting.fields for other in same):
            distinct.append(sighting)
            same.append(sighting)
    return distinct


def matched(sightings: Sequence[Sighting], items: Collection[SourceItem], now: datetime) -> list[SourceItem | None]:
    """For each sighting the item of the same source that it is, or None. No item stands twice."""
    item_of: list[SourceItem | None] = [None] * len(sightings)
    left = {item.key: item for item in items}
    ids, urls = _counts(sightings, items)

    def by(key_of: Callable[[Sighting | SourceItem], str], fits: Callable[[Sighting, SourceItem], bool]) -> None:
        known: dict[str, list[SourceItem]] = defaultdict(list)
        for item in left.values():
            if key := key_of(item):
                known[key].append(item)
        for place, sighting in enumerate(sightings):
            if item_of[place] is not None or not (key := key_of(sighting)):
                continue
            best = next((item for item in known.get(key, ()) if item.key in left and fits(sighting, item)), None)
            if best is not None:
                item_of[place] = left.pop(best.key)

    def same_title(sighting: Sighting, item: SourceItem) -> bool:
        return is_same_title(sighting.title, item.said.get("title"))

    by(_source_id, same_title)
    by(_source_id, lambda sighting, _: ids[_source_id(sighting)] == 1)
    by(_address, same_title)
    by(_address, lambda sighting, _: urls[_address(sighting)] == 1)
    by(_whole_title, lambda sighting, item: _is_moved(sighting, item, now))
    if item_of.count(None) * len(left) <= _MOST_PAIRS:
        by(_place, lambda sighting, item: _is_moved(sighting, item, now))
    return item_of


def _counts(sightings: Sequence[Sighting], items: Collection[SourceItem]) -> tuple[Counter[str], Counter[str]]:
    """How often an id and an address stand in a reading, or among what is known: the greater of the two."""
    ids = Counter(map(_source_id, sightings)) | Counter(map(_source_id, items))
    return ids, Counter(map(_address, sightings)) | Counter(map(_address, items))


def _source_id(known: Sighting | SourceItem) -> str:
    return (known.found.source_id if isinstance(known, Sighting) else known.source_id) or ""


def _address(known: Sighting | SourceItem) -> str:
    return plain_address(known.url)


def _whole_title(known: Sighting | SourceItem) -> str:
    return "|".join(_words(_said(known).get("title")))


def _place(known: Sighting | SourceItem) -> str:
    return "|".join(("at", *(_folded(_said(known).get(key)) for key in ("organization", "location"))))


def _said(known: Sighting | SourceItem) -> Mapping[str, Value]:
    return known.fields if isinstance(known, Sighting) else known.said


def _is_moved(sighting: Sighting, item: SourceItem, now: datetime) -> bool:
    """Whether it is the same by title, organisation and place: under another address, or with a slip corrected."""
    if not is_same_title(sighting.title, item.said.get("title")) or not _is_same_place(sighting.fields, item.said):
        return False
    is_elsewhere = _address(sighting) != _address(item)
    is_redated = sighting.fields.get("deadline") != item.said.get("deadline")
    was_long_gone = item.gone_at is not None and now - item.gone_at > NEW_CALL_AFTER
    return not (was_long_gone and is_elsewhere and is_redated)


class Others:
    """The positions of which other sources, or people, have told."""

    def __init__(self, candidates: Iterable[Candidate], source: str) -> None:
        """`source`: the one that asks. What came from it before is known by its id there."""
        self._source = source
        self._by_origin: dict[str, Candidate] = {}
        self._by_title: dict[str, list[Candidate]] = defaultdict(list)
        self._by_address: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            self._by_title["".join(_words(candidate.fields.get("title")))].append(candidate)
            if address := plain_address(candidate.fields.get("url")):
                self._by_address[address].append(candidate)
            if candidate.origin and candidate.origin.get("name") == source and "id" in candidate.origin:
                self._by_origin[candidate.origin["id"]] = candidate
        self._taken: set[str] = set()

    def take(self, sighting: Sighting) -> Candidate | None:
        """The one that it is. Nobody else is that any more, for two in one reading are two postings."""
        own = self._by_origin.get(sighting.found.source_id or "")
        if own and self._is_free(own):
            return self._taking(own)
        for candidate in self._by_address.get(plain_address(sighting.url), ()):
            if self._is_free(candidate) and _is_same_advert(sighting, candidate):
                return self._taking(candidate)
        for candidate in self._by_title.get("".join(_words(sighting.title)), ()):
            if self._is_free(candidate) and _may_be_one(sighting.fields, candidate):
                return self._taking(candidate)
        return None

    def exclude(self, names: Iterable[str]) -> None:
        """The postings and drafts of these ids are something else."""
        self._taken.update(names)

    def _is_free(self, candidate: Candidate) -> bool:
        return not {candidate.posting, candidate.draft} & self._taken

    def _taking(self, candidate: Candidate) -> Candidate:
        self._taken.update(name for name in (candidate.posting, candidate.draft) if name)
        return candidate


def _is_same_advert(sighting: Sighting, candidate: Candidate) -> bool:
    """Of one address: with one title, or with one role and deadline, for an address may be that of a whole page."""
    if is_same_title(sighting.title, candidate.fields.get("title")):
        return True
    return all(sighting.fields.get(key) == candidate.fields.get(key) is not None for key in ("role", "deadline"))
