"""SmartRecruiters: the public posting API (https://developers.smartrecruiters.com/docs/posting-api).

What was checked, and by what:

- paging, total: `offset`, `limit` (more than 100 is 100, without a word), `totalFound`. [its documentation; measured
  on 4,387 positions by others, 2026-09]
- empty: `totalFound: 0`; a name that it does not know answers the same, to the byte: nothing tells them apart.
  [mit112/boardwatch's fixtures, 2026-08; the same]
- broken: no `content`, no `totalFound`, a position that cannot be read. [the same]
- text: in the position alone, `jobAd.sections`; `companyDescription` is of the employer. [the same]
- `active: false`: is listed for a while, and no longer offered. [boardwatch's fixtures]
- robots.txt: of api.smartrecruiters.com, 2026-09: allows LinkedIn's robot, and nobody else. As long as it does, a
  source of this kind says so, and reads nothing but by `api_url`. [measured by others]
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sources.ats.base import BoardPage, PageRequest, System, as_json, entries_of, slug, text
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord

_A_PAGE = 100
_SECTIONS = ("jobDescription", "qualifications", "additionalInformation")


def _first(url: str) -> PageRequest:
    return PageRequest(f"https://api.smartrecruiters.com/v1/companies/{slug(url)}/postings?limit={_A_PAGE}&offset=0")


def _listing(fetched: Fetched) -> BoardPage:
    answer = as_json(fetched)
    entries = entries_of(answer, "content")
    total = text(answer, "totalFound")
    if not total.isdigit():
        raise SourceError("the answer does not say how many positions there are")
    where = fetched.url.partition("?")[0]
    names = [name for entry in entries if (name := text(entry, "id"))]
    offset = int(parse_qs(urlsplit(fetched.url).query).get("offset", ["0"])[0]) + len(entries)
    more = PageRequest(f"{where}?limit={_A_PAGE}&offset={offset}") if entries and offset < int(total) else None
    details = tuple(PageRequest(f"{where}/{name}") for name in names)
    return BoardPage((), more, details, len(entries) - len(names), int(total))


def _detail(fetched: Fetched) -> SourceRecord | None:
    entry = as_json(fetched)
    if not isinstance(entry, Mapping) or not text(entry, "name"):
        raise SourceError("the answer is no position")
    if entry.get("active") is False:
        return None
    place = entry.get("location")
    named = text(place, "fullLocation") or ", ".join(
        part for key in ("city", "region", "country") if (part := text(place, key))
    )
    sections = (text(entry, "jobAd", "sections", name, "text") for name in _SECTIONS)
    return SourceRecord(
        title=text(entry, "name"),
        source_id=text(entry, "id"),
        url=text(entry, "postingUrl"),
        apply=text(entry, "applyUrl"),
        kind=text(entry, "typeOfEmployment", "label"),
        organization=text(entry, "company", "name"),
        group=text(entry, "department", "label"),
        location=named,
        workplace=_workplace(place),
        html="\n".join(section for section in sections if section),
    )


def _workplace(place: Any) -> str | None:
    if not isinstance(place, Mapping):
        return None
    return "remote" if place.get("remote") is True else "hybrid" if place.get("hybrid") is True else None


SYSTEM = System(_first, _listing, _detail)
