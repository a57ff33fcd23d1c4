"""Teamtailor: the RSS of a career site (https://support.teamtailor.com/en/articles/11171756-rss-feed-how-to-guide).

What was checked, and by what:

- paging: `offset`, `per_page` (100 unless asked for otherwise); no total: a page that has nothing new is the end.
  [its documentation; several public clients, 2026]
- empty, broken: a channel without items; an unknown board answers 404. [measured by others, 2026-09]
- names: `title`, `link`, `guid`, `description`, `remoteStatus`, and `tt:locations/tt:location` with `tt:name`,
  `tt:city`, `tt:country`, `tt:department`. [its own board, as recorded by others, 2026-08]
- `remoteStatus`: `none`, `hybrid`, `temporary`, `fully`. [its documentation]
- last day: none; `pubDate` is when it was published. [the same]
- host: NAME.teamtailor.com: an employer's own address may lag behind it. [measured by others, 2026-08]
"""

from urllib.parse import parse_qs, urlsplit

from lxml import etree

from bot.sources.ats.base import BoardPage, PageRequest, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.records import SourceRecord
from bot.sources.xml import parsed_xml

_OWN = "{https://teamtailor.com/locations}"
_REMOTE = {"fully": "remote", "hybrid": "hybrid", "temporary": "hybrid"}


def _record(item: etree._Element) -> SourceRecord:
    def text_at(path: str) -> str:
        return " ".join((item.findtext(path) or "").split())

    places = [
        ", ".join(part for name in ("city", "country") if (part := (place.findtext(f"{_OWN}{name}") or "").strip()))
        or (place.findtext(f"{_OWN}name") or "").strip()
        for place in item.iter(f"{_OWN}location")
    ]
    return SourceRecord(
        title=text_at("title"),
        source_id=text_at("guid") or text_at("link"),
        url=text_at("link"),
        group=text_at(f"{_OWN}department"),
        location="; ".join(dict.fromkeys(filter(None, places))),
        workplace=_REMOTE.get(text_at("remoteStatus").lower()),
        html=item.findtext("description") or "",
    )


def _listing(fetched: Fetched) -> BoardPage:
    root = parsed_xml(fetched.data)
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise SourceError("the answer has no list of positions")
    source_records = [_record(item) for item in channel.iterfind("item")]
    good = tuple(record for record in source_records if record.title)
    offset = int(parse_qs(urlsplit(fetched.url).query).get("offset", ["0"])[0])
    more = (
        PageRequest(f"{fetched.url.partition('?')[0]}?offset={offset + len(source_records)}")
        if source_records
        else None
    )
    return BoardPage(good, more, (), len(source_records) - len(good))


SYSTEM = System(at_host("/jobs.rss"), _listing)
