"""Private addresses, by HTTP: `/calendar/TOKEN.ics` is a reader's own calendar.

Whoever has the address reads it, so nobody keeps it but who asked, no search engine is let in, no page hears where it
was followed from, and nothing tells an address that was never there from one that holds no longer.
"""

import logging
import re
from collections.abc import Collection, Hashable
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.domain.version import Standing, told_deadline
from bot.publish.formats import calendar
from bot.publish.own import Find, OwnCalendar
from bot.publish.pages.answers import DATA, answer
from bot.publish.pages.caching import AnswerBody, AnswerCache
from bot.store import LedgerError

_log = logging.getLogger("callboard.web")

PATH = "/calendar/*"
MOST_EVENTS = 1000
"""Of one calendar: each reader has one of their own, and all of a large board in each would hold up the bot."""

_ADDRESS = re.compile(r"/calendar/([A-Za-z0-9_-]{32})\.ics")
HEADERS = {
    **{name: value for name, value in DATA.items() if not name.startswith("Access-Control")},
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_GONE = b"There is no calendar here, or not any more. Ask the bot for /calendar.\n"


async def own_calendar(
    request: web.BaseRequest,
    find: Find,
    cache: AnswerCache,
    look: Hashable,
    editions: Collection[Edition],
    site: Site,
    now: datetime,
) -> web.Response:
    """The calendar at an address. `look` is another one whenever the editions are others, or what has become of
    them.
    """
    match = _ADDRESS.fullmatch(request.path)
    try:
        own = await find(match[1]) if match else None
    except LedgerError as error:
        _log.error("a private calendar is not shown: %s", error)
        return web.Response(status=503, headers={**HEADERS, "Retry-After": "60"})
    if match is None or own is None:
        return web.Response(status=404, body=_GONE, headers={**HEADERS, "Content-Type": "text/plain; charset=utf-8"})
    whose, source = own, site.at(f"calendar/{match[1]}.ics")
    key = ("own", look, whose.key, source)

    def make() -> AnswerBody:
        return AnswerBody.of(_rendered(whose, editions, site, now, source))

    body = cache.get(key) or await cache.get_or_make(key, make)
    return answer(request, body, calendar.FORMAT.content_type, HEADERS)


def _rendered(whose: OwnCalendar, editions: Collection[Edition], site: Site, now: datetime, source: str) -> bytes:
    dated = ((edition, deadline.at) for edition in editions if (deadline := told_deadline(edition.posting)))
    held = [(edition, at, rings) for edition, at in dated if (rings := whose.rings(edition)) is not None]
    if len(held) > MOST_EVENTS:  # what is open, the next ones first; then what was over last
        held.sort(key=lambda row: (row[0].standing(now) is not Standing.OPEN, abs(row[1] - now), row[0].name))
    entries = [(edition, rings) for edition, _at, rings in held[:MOST_EVENTS]]
    return calendar.own(entries, replace(site, timezone=whose.timezone), whose.words, now, source)
