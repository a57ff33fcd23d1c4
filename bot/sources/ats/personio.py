"""Personio: the XML of a career page (https://support.personio.de/hc/en-us/articles/207576365).

What was checked, and by what:

- address: `/xml` of `NAME.jobs.personio.de` or `.com`, the same bytes; the employer has to allow it. [its
  documentation; measured on four boards by others, 2026-09]
- paging, total: none. [the same]
- empty, broken: `workzag-jobs` without a `position`; an unknown board answers 404 and a page. [the same]
- places: `office`, and `additionalOffices/office`. [the same]
- text: `jobDescriptions/jobDescription` with `name` and `value` in CDATA; without `?language=`, the employer's own
  language; a position without any is one all the same. [the same]
- last day, pay: none in it: what the text says counts. [the same]
- rate limit: 429 for who asks many boards at once. [the same]
"""

from lxml import etree

from bot.sources.ats.base import BoardPage, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord
from bot.sources.xml import parsed_xml


def _record(position: etree._Element) -> SourceRecord:
    def text_at(path: str) -> str:
        return " ".join((position.findtext(path) or "").split())

    texts = [
        f"<h3>{part.findtext('name') or ''}</h3>{part.findtext('value') or ''}"
        for part in position.iterfind("jobDescriptions/jobDescription")
    ]
    return SourceRecord(
        title=text_at("name"),
        source_id=text_at("id"),
        url=f"/job/{text_at('id')}" if text_at("id") else None,
        kind=f"{text_at('employmentType')} {text_at('recruitingCategory')}",
        organization=text_at("subcompany"),
        group=text_at("department"),
        location="; ".join(dict.fromkeys(filter(None, (text_at("office"), *_offices(position))))),
        html="\n".join(texts),
    )


def _offices(position: etree._Element) -> list[str]:
    return [" ".join((office.text or "").split()) for office in position.iterfind("additionalOffices/office")]


def _listing(fetched: Fetched) -> BoardPage:
    root = parsed_xml(fetched.data)
    if root.tag != "workzag-jobs":
        raise SourceError("the answer has no list of positions")
    source_records = [_record(position) for position in root.iterfind("position")]
    good = tuple(record for record in source_records if record.title)
    return BoardPage(good, missing=len(source_records) - len(good))


SYSTEM = System(at_host("/xml"), _listing)
