"""Umantis (Haufe, Abacus): the HTML table of all vacancies, page by page.

What was checked, and by what:

- list: `/Jobs/All` of `recruitingapp-N[.de].umantis.com`, or of the employer's own name. [colophon-group/jobseek;
  adapters for the cantons of St. Gallen and others, 2026]
- position: `<a class="HSTableLinkSubTitle" href="/Vacancies/ID/Description/LANG">`; its page has no structured data,
  so nothing more is read. [the same]
- paging: `?tcN=pK`, N the table's own number; named by `<table-navigation initial-data-string>` (JSON: `TableNr`,
  `TableCurrentPage`, `TableTo`, `TableTotalLines`, `NextLink.EnhancedUrl`), by `data-pagination-next-href`, or by
  links, depending on its age; ten to fifty a page. [the same]
- total: `TableTotalLines`, a number or text, or null. [the same]
- empty: the board's own table (`tableaslist`, `table-as-list`, `connectortable_N`, `table-navigation`) without a
  position. [the same]
- broken: no such table: whatever else is answered, with a table in it or not; a total of some and none of them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from bot.sources.ats.base import BoardPage, PageRequest, System, at_host, text
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.pages.html import parsed
from bot.sources.records import SourceRecord

_PAGE = re.compile(r"[?&;](tc\w{1,30})=p(\d{1,5})")
_VACANCY = re.compile(r"/Vacancies/(\d{1,12})/Description/\w{1,5}")
_NUMBERED = re.compile(r"tc\w{1,30}")
_TABLE = re.compile(r"(?:^|\s)(?:tableaslist|table-as-list)")


def _listing(fetched: Fetched) -> BoardPage:
    tree = parsed(fetched.text)
    elements = [] if tree is None else list(tree.iter(etree.Element))
    links = [element for element in elements if element.tag == "a"]
    records_by_id: dict[str, SourceRecord] = {}
    for link in links:
        address = _VACANCY.search(link.get("href") or "")
        title = " ".join("".join(link.itertext()).split())
        if address and title:
            records_by_id.setdefault(address[1], SourceRecord(title=title, source_id=address[1], url=address[0]))
    navigation = next(filter(None, map(_navigation, elements)), {})
    total = text(navigation, "TableTotalLines")
    is_empty = any(map(_is_of_board, elements)) and total in {"", "0"}
    if not records_by_id and not is_empty:
        raise SourceError("the answer has no list of positions")
    named = _named_pages(navigation, elements, links)
    more = _following(fetched.url, navigation, list(named)) if records_by_id else None
    return BoardPage(tuple(records_by_id.values()), more, total=int(total) if total.isdigit() else None)


def _is_of_board(element: etree._Element) -> bool:
    """Whether it is part of the board's own table."""
    name = element.get("id") or ""
    is_named = name.startswith("connectortable_") or (element.tag == "table" and bool(_NUMBERED.fullmatch(name)))
    return is_named or element.tag == "table-navigation" or bool(_TABLE.search(element.get("class") or ""))


def _navigation(element: etree._Element) -> dict[str, Any]:
    """What the board's own element says of its pages; nothing where there is none."""
    attribute = element.get("initial-data-string") if element.tag == "table-navigation" else None
    for written in (attribute, unescape(attribute)) if attribute else ():
        try:
            value = json.loads(written)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else {}
    return {}


def _named_pages(
    navigation: dict[str, Any], elements: Sequence[etree._Element], links: Sequence[etree._Element]
) -> Iterator[str]:
    yield unescape(text(navigation, "NextLink", "EnhancedUrl"))
    yield from (unescape(element.get("data-pagination-next-href") or "") for element in elements)
    yield from (link.get("href") or "" for link in links)


def _following(url: str, navigation: dict[str, Any], named: list[str]) -> PageRequest | None:
    """The next page: `?tc1152=p2`, where the figures are the table's own number. The last page may name one, too."""
    page_match = _PAGE.search(f"?{urlsplit(url).query}")
    current = int(page_match[2]) if page_match else 1
    until, total = text(navigation, "TableTo"), text(navigation, "TableTotalLines")
    is_known = until.isdigit() and total.isdigit()
    if is_known and int(until) >= int(total):
        return None
    pages = {int(page[2]): page[1] for address in named if (page := _PAGE.search(address)) and int(page[2]) > current}
    table = text(navigation, "TableNr")
    if not pages and is_known and table.isdigit():
        pages = {current + 1: f"tc{table}"}
    number = min(pages, default=None)
    return PageRequest(f"{url.partition('?')[0]}?{pages[number]}=p{number}") if number else None


SYSTEM = System(at_host("/Jobs/All"), _listing)
