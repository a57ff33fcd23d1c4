"""Umantis (Haufe): the HTML table of all vacancies, page by page."""

import re
from urllib.parse import parse_qs, urlsplit

from bot.sources.ats.base import Listing, Request, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.pages.html import parsed
from bot.sources.records import Record

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
    is_board = tree is not None and (next(tree.iter("table"), None) is not None or "tcTABLE" in fetched.text)
    if not found and not is_board:
        raise SourceError("the answer has no list of positions")
    number = int((parse_qs(urlsplit(fetched.url).query).get("tcTABLE") or ["p1"])[0].lstrip("p") or "1")
    following = f"tcTABLE=p{number + 1}"
    has_more = any(following in (link.get("href") or "") for link in links)
    more = Request(f"{fetched.url.partition('?')[0]}?{following}") if has_more else None
    return Listing(tuple(found.values()), more)


SYSTEM = System(at_host("/Jobs/All"), _listing)
