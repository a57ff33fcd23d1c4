"""The board by HTTP: which path gives what, for how long it may be kept, and what a browser may do with it.

All of it is public and only read. Whatever is asked, the answer costs no more than a page does.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Protocol

from aiohttp import web
from markupsafe import Markup

from bot.core.edition import Edition
from bot.core.posting import Posting, Role
from bot.core.query import Query, Scope, matches
from bot.core.site import Site
from bot.core.wording import LANGUAGES, Wording
from bot.feeds import atom, calendar, jsonfeed, listing, sitemap
from bot.web.board import pages
from bot.web.board.kept import Kept, Made
from bot.web.board.pages import Choices, Filters, Setting
from bot.web.listener import Listener
from bot.web.sharing import picture

_log = logging.getLogger("callboard.web")

LONGEST_TEXT = 200
_INSTANT = timedelta(microseconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_ID = re.compile(r"([a-z0-9-]{1,200})(\.ics|\.png)?")

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors "
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PAGE = {
    **_ALWAYS,
    "Content-Security-Policy": _POLICY + "'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Vary": "Accept-Language",
}
_FRAME = {
    **{name: value for name, value in _PAGE.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": _POLICY + "*",
}
_DATA = {
    **_ALWAYS,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_HTML = "text/html; charset=utf-8"
_STATIC = {
    "board.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "embed.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Published(Protocol):
    """What there is to show."""

    def now(self) -> datetime:
        """The bot's clock."""

    @property
    def number(self) -> Hashable:
        """Another one whenever anything has changed."""

    @property
    def editions(self) -> Mapping[str, Edition]:
        """All that was ever published."""

    @property
    def named(self) -> Mapping[str, Edition]:
        """By every id that leads to one: its posting's, its former ones, and the first."""

    def parse(self, text: str) -> Query:
        """Reads a query as chat does."""

    def find(self, query: Query, now: datetime) -> list[Posting]:
        """What matches, in the order in which chat names it."""


class _Look:
    """What is the same until the next change, or until the next deadline passes or day comes (`until`). Each part is
    worked out when it is first asked for: with many postings, all at once would hold up the bot.
    """

    def __init__(self, published: Published, now: datetime) -> None:
        self._published = published
        self._editions = published.editions.values()
        self.number, self.since = published.number, now
        self.until = _next_turn([one.posting for one in self._editions], now)
        self.key: Hashable = (self.number, self.until)

    def holds(self, number: Hashable, now: datetime) -> bool:
        return self.number == number and self.since <= now <= self.until

    @cached_property
    def changed_at(self) -> datetime | None:
        return max((one.changed_at(self.since) for one in self._editions), default=None)

    @cached_property
    def lately(self) -> Sequence[Edition]:
        return pages.over_lately(self._editions, self.since)

    @cached_property
    def choices(self) -> Choices:
        return pages.choices(self._open)

    @cached_property
    def _open(self) -> Sequence[Edition]:
        return _editions_of(self._published, self._published.find(Query(), self.since))

    def open(self, place: str = "", tag: str = "") -> Sequence[Edition]:
        """What is open, there and with that tag; the soonest deadline first."""
        if not place:
            return self.choices.by_tag.get(tag, ()) if tag else self._open
        found = self.choices.by_place.get(place, ())
        return [one for one in found if tag in one.posting.tags] if tag else found


class Board:
    """Answers at every path of the board."""

    def __init__(self, published: Published, site: Site, words: Callable[[str | None], Wording]) -> None:
        self._published = published
        self._site = site
        self._words = words
        self._kept = Kept()
        self._last: _Look | None = None
        self._drawn: dict[Hashable, Markup] = {}
        self._files = {name: Made.of(files(__package__).joinpath("static", name).read_bytes()) for name in _STATIC}
        self._feeds: dict[str, tuple[str, Callable[[Collection[Edition], Wording, datetime], bytes]]] = {
            "/calendar.ics": (calendar.CONTENT_TYPE, lambda *given: calendar.render(given[0], site, *given[1:])),
            "/feed.atom": (atom.CONTENT_TYPE, lambda *given: atom.render(given[0], site, *given[1:])),
            "/feed.json": (jsonfeed.CONTENT_TYPE, lambda *given: jsonfeed.render(given[0], site, *given[1:])),
            "/postings.json": (
                "application/json; charset=utf-8",
                lambda *given: listing.render(given[0], site, *given[1:]),
            ),
            "/sitemap.xml": (sitemap.CONTENT_TYPE, lambda *given: sitemap.render(given[0], site, given[2])),
        }

    async def serve(self, listener: Listener, listen: str) -> None:
        """Serves all of it there until it is cancelled."""
        paths = {
            "/": self._board,
            "/embed": self._embed,
            "/postings/*": self._posting,
            "/postings.schema.json": self._schema,
            "/robots.txt": self._robots,
            **dict.fromkeys(self._feeds, self._feed),
            **{f"/{name}": self._file for name in _STATIC},
            "/*": self._missing,
        }
        async with AsyncExitStack() as doors:
            for path, route in paths.items():
                await doors.enter_async_context(listener.serve(listen, "GET", path, route, "the board is not served"))
            _log.info("the board at http://%s/", listen)
            await asyncio.Event().wait()

    # --- Pages

    async def _board(self, request: web.BaseRequest) -> web.Response:
        filters, setting = _filters(request), self._setting(request)
        look = self._look(setting.now)
        key = ("board", look.key, filters, setting.words.language, _minute(setting.now))
        made = self._kept.get(key)
        if made is None:  # quick: it must not wait for a large feed that is being made
            found = self._found(filters, setting.now)
            lately = () if filters.is_any or filters.page > 1 else look.lately
            made = self._kept.put(key, Made.of(pages.board(setting, found, lately, filters, look.choices)))
        return _answer(request, made, _HTML, _PAGE)

    async def _posting(self, request: web.BaseRequest) -> web.Response:
        asked = _ID.fullmatch(request.path.removeprefix("/postings/"))
        edition = self._published.named.get(asked[1]) if asked else None
        if not asked or not edition:
            return await self._missing(request)
        setting, ending = self._setting(request), asked[2] or ""
        name = edition.posting.id
        if name != asked[1]:
            where = f"{setting.root}/postings/{name}{ending}"
            return web.Response(status=308, headers={**_ALWAYS, "Location": where, "Cache-Control": "max-age=3600"})
        if ending == ".png":
            return await picture(request, edition, self._site, setting.now, self._words(self._site.language))
        if ending == ".ics":
            made = Made.of(calendar.render([edition], self._site, self._words(self._site.language), setting.now))
            return _answer(request, made, calendar.CONTENT_TYPE, _DATA)
        look = self._look(setting.now)
        key = ("posting", look.key, name, setting.words.language, _minute(setting.now))
        made = self._kept.get(key) or self._kept.put(key, Made.of(pages.posting(setting, edition)))
        return _answer(request, made, _HTML, _PAGE)

    async def _embed(self, request: web.BaseRequest) -> web.Response:
        filters, setting = _filters(request), self._setting(request)
        look = self._look(setting.now)
        key = ("embed", look.key, filters.text, setting.words.language, _minute(setting.now))
        made = self._kept.get(key)
        if made is None:
            found = self._found(Filters(filters.text), setting.now)
            made = self._kept.put(key, Made.of(pages.embed(setting, found, filters.text)))
        return _answer(request, made, _HTML, _FRAME)

    async def _missing(self, request: web.BaseRequest) -> web.Response:
        setting = self._setting(request)
        key = ("missing", self._look(setting.now).key, setting.words.language, _minute(setting.now))
        made = self._kept.get(key)
        if made is None:
            made = self._kept.put(key, Made.of(pages.missing(setting, self._found(Filters(), setting.now)[:5])))
        return web.Response(status=404, body=made.body, headers={**_PAGE, "Content-Type": _HTML})

    # --- Data

    async def _feed(self, request: web.BaseRequest) -> web.Response:
        kind, render = self._feeds[request.path]
        now, text = self._published.now(), request.query.get("q")
        look, words = self._look(now), self._words(self._site.language)
        text = None if text is None else _cut(text)
        key = (request.path, look.key, text)
        made = self._kept.get(key)
        if made is None:
            chosen = self._chosen(request.path, text, now)
            made = await self._kept.made(key, lambda: Made.of(render(chosen, words, now), look.changed_at))
        return _answer(request, made, kind, _DATA)

    def _chosen(self, path: str, text: str | None, now: datetime) -> Collection[Edition]:
        """All editions, or those that a query asks for."""
        editions = self._published.editions.values()
        if text is None:
            return editions
        query = self._published.parse(text)
        if path != "/postings.json" and query.scope is Scope.OPEN:
            query = replace(query, scope=Scope.ALL)  # what has closed is told, not taken away
        found = {one.id for one in self._published.find(query, now)}
        is_past_asked = query.scope is not Scope.OPEN
        return [
            one
            for one in editions
            if one.posting.id in found or (one.gone_at and is_past_asked and matches(query, one.posting))
        ]

    async def _schema(self, request: web.BaseRequest) -> web.Response:
        body = json.dumps(listing.SCHEMA, indent=1, ensure_ascii=False).encode() + b"\n"
        return _answer(request, Made.of(body), "application/schema+json", _DATA)

    async def _robots(self, request: web.BaseRequest) -> web.Response:
        text = f"User-agent: *\nDisallow: /embed\n\nSitemap: {self._site.at('sitemap.xml')}\n"
        return _answer(request, Made.of(text.encode()), "text/plain; charset=utf-8", _DATA)

    async def _file(self, request: web.BaseRequest) -> web.Response:
        name = request.path.removeprefix("/")
        headers = {**_ALWAYS, "Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return _answer(request, self._files[name], _STATIC[name], headers)

    # --- What is shown

    def _setting(self, request: web.BaseRequest) -> Setting:
        language = _language(request.headers.get("Accept-Language", ""), self._site.language)
        return Setting(self._site, self._words(language), self._published.now(), drawn=self._drawn)

    def _found(self, filters: Filters, now: datetime) -> Sequence[Edition]:
        query = self._published.parse(filters.text)
        if filters.role:
            query = replace(query, roles=frozenset({Role(filters.role)}))
        if query == Query():
            return self._look(now).open(filters.place, filters.tag)
        return [
            one
            for one in _editions_of(self._published, self._published.find(query, now))
            if (not filters.place or one.posting.location == filters.place)
            and (not filters.tag or filters.tag in one.posting.tags)
        ]

    def _look(self, now: datetime) -> _Look:
        if not self._last or not self._last.holds(self._published.number, now):
            self._last = _Look(self._published, now)
        return self._last


def _editions_of(published: Published, postings: Iterable[Posting]) -> list[Edition]:
    named = published.named
    return [edition for one in postings if (edition := named.get(one.id))]


def _next_turn(postings: Sequence[Posting], now: datetime) -> datetime:
    """The last instant until which each of them is what it is now."""
    closing = [one.closes_at for one in postings if one.closes_at and one.closes_at >= now]  # UTC compares quickly
    passing = [one.deadline.at for one in postings if not one.closes_at and one.deadline and one.deadline.at >= now]
    opening = [one.opens_at - _INSTANT for one in postings if one.opens_at and one.opens_at > now]
    return min((*closing, *passing, *opening), default=_NEVER)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)  # for it is said how much time is left


def _cut(text: str) -> str:
    return " ".join(text[:LONGEST_TEXT].replace("\0", " ").split())


def _filters(request: web.BaseRequest) -> Filters:
    """What is asked for; what makes no sense is as if it were not there."""
    given = {name: _cut(request.query.get(name, "")) for name in ("q", "role", "place", "tag", "page")}
    role = given["role"] if given["role"] in set(map(str, Role)) else ""
    page = int(given["page"]) if re.fullmatch(r"[0-9]{1,6}", given["page"]) else 1
    return Filters(given["q"], role, given["place"], given["tag"], max(1, page))


def _language(accepted: str, otherwise: str) -> str:
    """The first of the languages that a browser asks for which the board speaks."""
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        name, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", rest)
        value = float(weight[1]) if weight else 1.0
        code = name.partition("-")[0].casefold()
        if code in LANGUAGES and value > 0:
            found.append((-value, place, code))
    return min(found)[2] if found else otherwise


def _answer(request: web.BaseRequest, made: Made, kind: str, headers: Mapping[str, str]) -> web.Response:
    """The whole, or 304 for whoever has it."""
    tags = request.if_none_match
    since = request.if_modified_since if tags is None else None
    has_it = any(one.value in {made.tag, "*"} for one in tags or ())
    if since and made.changed_at and made.changed_at.replace(microsecond=0) <= since:
        has_it = True
    response = web.Response(status=304) if has_it else web.Response(body=made.body)
    response.headers.update(headers)
    if has_it:
        response.headers.popall("Content-Type", None)
    else:
        response.headers["Content-Type"] = kind
    response.etag = made.tag
    response.last_modified = made.changed_at
    return response
