"""Umantis (Haufe): the HTML table of all vacancies, page by page."""

import re
from urllib.parse import urlsplit

from bot.sources.ats.base import Listing, Request, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.pages.html import parsed
from bot.sources.records import Record

_PAGE = re.compile(r"[?&;](tc\w{1,30})=p(\d{1,5})")
_VACANCY = re.compile(r"/Vacancies/(\d{1,12})/Description/\w{1,5}")


def _listing(fetched: Fetched) -> Listing:
    tree = parsed(fetched.text)
    links = [] if tree is None else list(tree.iter("a"))
    found: dict[str, Record] = {}
    for link in links:
        address = _VACANCY.search(link.get("href") or "")
        title = " ".join("".join(link.itertext()).split())
        if address and title:
            found.setdefault(address[1], Record(title=title, source_id=address[1], url=address[0]))
    is_board = tree is not None and (next(tree.iter("table"), None) is not None or "tableaslist" in fetched.text)
    if not found and not is_board:
        raise SourceError("the answer has no list of positions")
    more = _following(fetched.url, [link.get("href") or "" for link in links])
    return Listing(tuple(found.values()), more)


def _following(url: str, links: list[str]) -> Request | None:
    """The next page: `?tc1152=p2`, where the figures are the table's own name."""
    asked = _PAGE.search(f"?{urlsplit(url).query}")
    current = int(asked[2]) if asked else 1
    pages = {int(page[2]): page[1] for link in links if (page := _PAGE.search(link)) and int(page[2]) > current}
    if not pages:
        return None
    number = min(pages)
    return Request(f"{url.partition('?')[0]}?{pages[number]}=p{number}")


SYSTEM = System(at_host("/Jobs/All"), _listing)
