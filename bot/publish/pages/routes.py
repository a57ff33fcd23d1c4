"""The board by HTTP: which path gives what, for how long it may be kept, and what a browser may do with it.

All of it is public and only read. Whatever is asked, the answer costs no more than a page does.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from importlib.resources import files
from urllib.parse import urlsplit

from aiohttp import web

from bot.domain.edition import Edition
from bot.domain.posting import Role
from bot.domain.site import Site
from bot.domain.version import told_deadline
from bot.domain.zones import at_local, zone
from bot.publish.formats import calendar, sitemap
from bot.publish.formats.entries import clean
from bot.publish.formats.format import Format, formats
from bot.publish.formats.narrowing import Narrowing
from bot.publish.own import Find
from bot.publish.pages import pages, private
from bot.publish.pages.answers import ALWAYS, DATA, FRAME, HTML, PAGE, STATIC, answer, language
from bot.publish.pages.caching import AnswerBody, AnswerCache
from bot.publish.pages.pages import Drawn, Filters, PageSetting
from bot.publish.pages.state import BoardState, Published, editions_of
from bot.publish.pages.understood import Understood, understood
from bot.publish.share.sharing import picture
from bot.questions.matching import matches
from bot.questions.query import Query, Scope
from bot.questions.question import Question
from bot.web.listener import Listener, Route
from bot.wording.wording import Wording

_log = logging.getLogger("callboard.web")

LONGEST_TEXT = 200
_ID = re.compile(r"([a-z0-9-]{1,200})(\.ics|\.png)?/*")


_STATIC = {
    "board.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "embed.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Board:
    """Answers at every path of the board."""

    def __init__(
        self, published: Published, site: Site, words: Callable[[str | None], Wording], own: Find | None = None
    ) -> None:
        """`own` finds readers' own calendars."""
        self._published = published
        self._find_own = own
        self._site = site
        self._words = words
        self._cache = AnswerCache()
        self._last: BoardState | None = None
        self._drawn = Drawn()
        self._files = {
            name: AnswerBody.of(files(__package__).joinpath("static", name).read_bytes()) for name in _STATIC
        }
        self._paths: dict[str, Route] = {
            "/": self._board,
            "/embed": self._embed,
            "/postings/*": self._posting,
            **{f"/{feed.schema_path}": partial(self._schema, feed) for feed in formats().values() if feed.schema},
            "/robots.txt": self._robots,
            "/sitemap.xml": self._sitemap,
            **{f"/{path}": partial(self._feed, feed) for path, feed in formats().items()},
            **{f"/{name}": self._file for name in _STATIC},
            **({private.PATH: self._own_calendar} if own else {}),
            "/*": self._missing,
        }

    async def serve(self, listener: Listener, listen: str) -> None:
        """Serves all of it there until it is cancelled."""
        async with AsyncExitStack() as stack:
            for path, route in self._paths.items():
                door = listener.serve(listen, "GET", path, route, "the board is not served", "web.listen")
                await stack.enter_async_context(door)
            _log.info("the board at http://%s/", listen)
            await asyncio.Event().wait()

    # --- Pages

    async def _board(self, request: web.BaseRequest) -> web.Response:
        filters, setting = _filters(request), self._setting(request)
        look = self._look(setting.now)
        key = ("board", look.key, filters, setting.words.language, _minute(setting.now))
        body = self._cache.get(key)
        if body is None:  # quick: it must not wait for a large feed that is being made
            question = self._question(filters.part, setting)
            editions = self._matching(filters, question, setting.now)
            lately = () if filters.part.query or filters.page > 1 else look.lately
            reading = self._understood(question, setting)
            body = self._cache.put(
                key, AnswerBody.of(pages.board(setting, editions, lately, filters, look.choices, reading))
            )
        return answer(request, body, HTML, PAGE)

    async def _posting(self, request: web.BaseRequest) -> web.Response:
        match = _ID.fullmatch(request.path.removeprefix("/postings/"))
        edition = self._published.named.get(match[1]) if match else None
        if match and not edition and match[1] in self._published.withdrawn:
            return self._withdrawn(request, self._published.withdrawn[match[1]], match[2])
        if not match or not edition:
            return await self._missing(request)
        setting, ending = self._setting(request), match[2] or ""
        name = edition.posting.id
        if request.path != f"/postings/{name}{ending}":  # a former id, or one slash too many
            return self._elsewhere(request, f"/postings/{name}{ending}")
        if ending == ".png":
            return await picture(request, edition, self._site, setting.now, self._words(self._site.language))
        if ending == ".ics":
            return self._event(request, edition, setting.now)
        look = self._look(setting.now)
        key = ("posting", look.key, name, setting.words.language, _minute(setting.now))
        body = self._cache.get(key) or self._cache.put(key, AnswerBody.of(pages.posting(setting, edition)))
        return answer(request, body, HTML, PAGE)

    def _event(self, request: web.BaseRequest, edition: Edition, now: datetime) -> web.Response:
        """A calendar of its deadline alone."""
        body = AnswerBody.of(calendar.render([edition], self._site, self._words(self._site.language), now))
        return answer(request, body, calendar.FORMAT.content_type, DATA)

    def _elsewhere(self, request: web.BaseRequest, path: str) -> web.Response:
        """Leads on to a path of ours, with what was asked for there."""
        query = request.rel_url.raw_query_string
        where = f"{urlsplit(self._site.base_url).path}{path}" + (f"?{query}" if query else "")
        return web.Response(status=308, headers={**ALWAYS, "Location": where, "Cache-Control": "max-age=3600"})

    async def _embed(self, request: web.BaseRequest) -> web.Response:
        filters, setting = _filters(request), self._setting(request)
        look = self._look(setting.now)
        key = ("embed", look.key, filters.part, setting.words.language, _minute(setting.now))
        body = self._cache.get(key)
        if body is None:
            editions = self._matching(filters, self._question(filters.part, setting), setting.now)
            body = self._cache.put(key, AnswerBody.of(pages.embed(setting, editions, filters.part)))
        return answer(request, body, HTML, FRAME)

    async def _missing(self, request: web.BaseRequest) -> web.Response:
        bare = request.path.rstrip("/")
        if bare != request.path and bare in self._paths:  # one slash too many
            return self._elsewhere(request, bare)
        return self._nothing(request, 404)

    def _withdrawn(self, request: web.BaseRequest, edition: Edition | None, ending: str | None) -> web.Response:
        """What was taken back is gone (RFC 9110, 15.5.11); but whoever has its deadline in a calendar is told so."""
        setting = self._setting(request)
        if ending == ".ics" and edition and told_deadline(edition.posting):
            return self._event(request, edition, setting.now)
        return self._nothing(request, 410)

    def _nothing(self, request: web.BaseRequest, status: int) -> web.Response:
        setting, is_withdrawn = self._setting(request), status == 410  # by its name in HTTP
        look = self._look(setting.now)
        key = (status, look.key, setting.words.language, _minute(setting.now))
        body = self._cache.get(key)
        if body is None:
            editions = look.open()[:5]
            body = self._cache.put(key, AnswerBody.of(pages.missing(setting, editions, is_withdrawn=is_withdrawn)))
        return answer(request, body, HTML, PAGE, status=status)

    # --- Data

    async def _feed(self, feed: Format, request: web.BaseRequest) -> web.Response:
        now, part = self._published.now(), _narrowing(request)
        look, words = self._look(now), self._words(self._site.language)
        # Of the data, `q=` alone is what is open: so an element in another page asks.
        is_asked = bool(part.text) or (feed.is_open_alone and "q" in request.query)
        today = at_local(now.astimezone(zone(self._site.timezone)).date(), time(), zone(self._site.timezone))
        key = (feed.path, look.key, part, today if is_asked else None)
        body = self._cache.get(key)
        if body is None:
            query = self._published.read_question(part.text, words.language, now).query if is_asked else None
            chosen, site = self._chosen(feed, part, query, now), self._site_of(look)
            changed_at = look.changed_at
            if changed_at and query and query.has_days:  # they may be others with each day
                changed_at = max(changed_at, today)
            body = await self._cache.get_or_make(
                key, lambda: AnswerBody.of(feed.render(chosen, site, words, now, part), changed_at)
            )
        return answer(request, body, feed.content_type, DATA)

    async def _own_calendar(self, request: web.BaseRequest) -> web.Response:
        assert self._find_own  # noqa: S101  # its path is there only then
        now, published = self._published.now(), self._published
        look = self._look(now)
        every = (*published.editions.values(), *self._withdrawn_editions())
        return await private.own_calendar(
            request, self._find_own, self._cache, look.key, every, self._site_of(look), now
        )

    def _chosen(self, feed: Format, part: Narrowing, query: Query | None, now: datetime) -> Collection[Edition]:
        """All editions, or those that a query asks for."""
        editions: Collection[Edition] = self._published.editions.values()
        off = self._withdrawn_editions() if feed.names_withdrawn else []
        if query is not None:
            if not feed.is_open_alone and query.scope is Scope.OPEN:
                query = replace(query, scope=Scope.ALL)  # what has closed is told, not taken away
            matching = {posting.id for posting in self._published.find(query, now)}
            is_past_asked = query.scope is not Scope.OPEN
            query = self._published.widened(query)
            editions = [
                edition
                for edition in editions
                if edition.posting.id in matching
                or (edition.gone_at and is_past_asked and matches(query, edition.posting))
            ]
            off = [edition for edition in off if matches(query, edition.posting)]
        editions = [*editions, *off]
        return [edition for edition in editions if part.holds(edition.posting)] if part.query else editions

    def _withdrawn_editions(self) -> list[Edition]:
        return list({edition.name: edition for edition in self._published.withdrawn.values() if edition}.values())

    async def _sitemap(self, request: web.BaseRequest) -> web.Response:
        now = self._published.now()
        look, editions = self._look(now), self._published.editions.values()
        key = (request.path, look.key)
        body = self._cache.get(key) or await self._cache.get_or_make(
            key, lambda: AnswerBody.of(sitemap.render(editions, self._site, now), look.changed_at)
        )
        return answer(request, body, sitemap.CONTENT_TYPE, DATA)

    async def _schema(self, feed: Format, request: web.BaseRequest) -> web.Response:
        return answer(request, AnswerBody.of(feed.schema_text()), "application/schema+json", DATA)

    async def _robots(self, request: web.BaseRequest) -> web.Response:
        text = f"User-agent: *\nDisallow: /embed\nDisallow: /calendar/\n\nSitemap: {self._site.at('sitemap.xml')}\n"
        return answer(request, AnswerBody.of(text.encode()), "text/plain; charset=utf-8", DATA)

    async def _file(self, request: web.BaseRequest) -> web.Response:
        name = request.path.removeprefix("/")
        return answer(request, self._files[name], _STATIC[name], STATIC)

    # --- What is shown

    def _setting(self, request: web.BaseRequest) -> PageSetting:
        wanted = language(request.headers.get("Accept-Language", ""), self._site.language)
        return PageSetting(self._site, self._words(wanted), self._published.now(), drawn=self._drawn)

    def _question(self, part: Narrowing, setting: PageSetting) -> Question:
        return self._published.read_question(part.text, setting.words.language, setting.now)

    def _understood(self, question: Question, setting: PageSetting) -> Understood:
        words, query = setting.words, question.query
        return understood(
            question,
            self._published.parts(query, words),
            self._published.unknown(query),
            words,
            lambda text: self._published.read_question(text, words.language, setting.now).query,
        )

    def _matching(self, filters: Filters, question: Question, now: datetime) -> Sequence[Edition]:
        part, query = filters.part, question.query
        if part.role:
            query = replace(query, roles=frozenset({Role(part.role)}))
        if query == Query():
            return self._look(now).open(part.place, part.tag)
        editions = editions_of(self._published, self._published.find(query, now))
        return [edition for edition in editions if part.holds(edition.posting)]

    def _site_of(self, look: BoardState) -> Site:
        return replace(self._site, first_host=look.first_host)

    def _look(self, now: datetime) -> BoardState:
        if not self._last or not self._last.holds(self._published.number, now):
            self._last = BoardState(self._published, now)
        return self._last


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)  # for it is said how much time is left


def _cut(text: str) -> str:
    return " ".join(clean(text[:LONGEST_TEXT].replace("\0", " ")).split())


def _filters(request: web.BaseRequest) -> Filters:
    """What is asked for; what makes no sense is as if it were not there."""
    text = request.query.get("page", "")
    page = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1
    return Filters(_narrowing(request), max(1, page))


def _narrowing(request: web.BaseRequest) -> Narrowing:
    values = {name: _cut(request.query.get(name, "")) for name in ("q", "role", "place", "tag")}
    role = values["role"].casefold()  # as people write it by hand: PhD
    role = role if role in set(map(str, Role)) else ""
    return Narrowing(values["q"], role, values["place"], values["tag"])
