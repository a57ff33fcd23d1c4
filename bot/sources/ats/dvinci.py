"""d.vinci: the list of job publications, which its documentation calls always public.

What was checked, and by what:

- address: `/jobPublication/list.json` of the board's host (`dvinci-hr.com`, `dvinci-easy.com`, `dvinci.de`, one's
  own, such as jobs.dkfz.de), behind `/portal/NAME` where there are several. [its documentation;
  colophon-group/jobseek; ever-jobs, measured 2026-06]
- paging, total: none: the list is the board. [the same]
- empty, broken: `[]`; anything else is no board. [measured on four boards by others, 2026-09]
- places: `jobOpening.location` is a label, `locations[]` has `name` and `country.name`. [the same]
- text: `introduction`, `tasks`, `profile`, `weOffer`, `closingText`. [the same]
- `type: UNSOLICITED`: a standing invitation. [colophon-group/jobseek]
- `endDate`: until when it is published: no last day to apply. [its documentation]
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sources.ats.base import BoardPage, PageRequest, System, as_json, entries_of, records, text, texts
from bot.sources.base import AsFound
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_PORTAL = re.compile(r"/portal/[\w.-]{1,100}")
_TEXTS = ("introduction", "tasks", "profile", "weOffer", "closingText")


def _first(url: str) -> PageRequest:
    parts = urlsplit(url)
    portal = _PORTAL.match(parts.path)
    return PageRequest(f"{parts.scheme}://{parts.netloc}{portal[0] if portal else ''}/jobPublication/list.json")


def _record(entry: Mapping[str, Any]) -> SourceRecord:
    opening = entry.get("jobOpening")
    opening = opening if isinstance(opening, Mapping) else {}
    is_standing = text(opening, "type").upper() == "UNSOLICITED"
    kinds = (name for key in ("categories", "targetGroups") for name in texts(opening.get(key), "name"))
    return SourceRecord(
        title=text(entry, "position"),
        source_id=text(opening, "reference") or text(entry, "id"),
        url=text(entry, "jobPublicationURL"),
        apply=text(entry, "applicationFormURL"),
        kind=" ".join(kinds),
        organization=text(opening, "company", "name"),
        location="; ".join(texts(opening.get("location"), "name", "city") or _places(opening.get("locations"))),
        group=text(opening, "department") or text(opening, "orgUnit", "name"),
        pay=text(opening, "salaryRange") or None,
        html="\n".join(text(entry, key) for key in _TEXTS if text(entry, key)),
        state=AsFound.SPECULATIVE if is_standing else AsFound.OPEN,
    )


def _places(places: Any) -> list[str]:
    named = (
        [text(place, "name") or text(place, "address", "city"), text(place, "country", "name")]
        for place in (places if isinstance(places, list) else [])
    )
    return texts([", ".join(filter(None, parts)) for parts in named])


def _listing(fetched: Fetched) -> BoardPage:
    source_records, missing = records(entries_of(as_json(fetched), None), _record)
    return BoardPage(source_records, missing=missing)


SYSTEM = System(_first, _listing)
