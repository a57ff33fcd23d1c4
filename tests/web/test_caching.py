"""What is kept of the board's answers takes no more memory than it counts, whatever it is asked for."""

import asyncio
import gc
import random
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request
from markupsafe import Markup

from bot.domain.edition import by_name
from bot.publish.pages import caching
from bot.publish.pages.caching import AnswerBody, AnswerCache
from bot.publish.pages.pages import Drawn
from bot.publish.pages.routes import Board
from bot.questions.index import Index
from bot.wording.catalogue import wording
from bot.wording.parts import parts
from tests.domain.build import posting
from tests.publish.build import NOW, SITE, editions

TOWNS = ("Jena", "Graz", "Delft", "Lyon", "Bern")


class Publication:
    """Two hundred postings."""

    number = 1

    def __init__(self):
        self.withdrawn = {}
        chance = random.Random(1)
        postings = [
            posting(
                f"p-{number}",
                title=f"Position {number} with owls",
                location=f"{chance.choice(TOWNS)}, Germany",
                summary="You count owls. " * 5,
            )
            for number in range(200)
        ]
        self.index = Index(postings, ((("owlet",), ("strix", "aluco")),))
        self.editions = {one.name: one for one in editions(*postings)}
        self.named = dict(by_name(self.editions.values()))

    def now(self):
        return NOW

    def read_question(self, text, language, now):
        return self.index.read_question(text, language, now)

    def parts(self, query, words):
        return parts(query, self.index.facets, words)

    def unknown(self, query):
        return self.index.unknown(query)

    def widened(self, query):
        return self.index.widened(query)

    def find(self, query, now):
        return self.index.find(query, now)


def asked(kind, number):
    return {
        "nothing": f"/?q=x{number}&place=" + "%F0%9F%A6%89" * 150,
        "pages": f"/?place={TOWNS[number % 5]}&tag=&q=owls&page={number}",
        "postings": f"/postings/p-{number % 200}",
        "feeds": f"/feed.atom?place={number}",
    }[kind]


@pytest.mark.parametrize("kind", ["nothing", "pages", "postings", "feeds"])
async def test_all_that_is_held_is_counted(kind):
    board = Board(Publication(), SITE, wording)
    routes = board._paths

    async def ask(path):
        request = make_mocked_request("GET", path, headers={"Accept-Encoding": "gzip"})
        await routes.get(request.path, routes["/postings/*"])(request)

    for number in range(3):  # what is worked out once
        await ask(asked(kind, number))
    counted = board._cache.bytes + board._drawn.currsize
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(3, 200):
            await ask(asked(kind, number))
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    counted = board._cache.bytes + board._drawn.currsize - counted
    assert len(board._cache) >= 200
    assert 0.5 < held / counted < 1.2, (held, counted)


async def test_a_feeds_id_stays_when_the_first_posting_is_withdrawn():
    shown = Publication()
    first = replace(shown.editions["p-0"], host="old.example", published_at=NOW - timedelta(days=99))

    async def feed():
        return (await Board(shown, SITE, wording)._paths["/feed.atom"](make_mocked_request("GET", "/feed.atom"))).body

    shown.editions["p-0"] = first
    assert b"<id>https://old.example/board/feed.atom</id>" in await feed()
    shown.withdrawn["p-0"] = shown.editions.pop("p-0")
    assert b"<id>https://old.example/board/feed.atom</id>" in await feed()


async def test_what_is_withdrawn_is_called_off_in_a_calendar_by_the_labs_own_names_too():
    shown = Publication()
    (strix,) = editions(posting("strix", title="Strix aluco", deadline="2027-05-02"))
    shown.withdrawn["strix"] = strix

    async def calendar(asked):
        request = make_mocked_request("GET", f"/calendar.ics?q={asked}")
        return (await Board(shown, SITE, wording)._paths["/calendar.ics"](request)).body

    assert b"Strix aluco" in await calendar("aluco")
    assert b"Strix aluco" in await calendar("owlet")
    assert b"Strix aluco" not in await calendar("bats")


async def test_there_is_never_more_than_may_be():
    cache = AnswerCache(100_000)
    for number in range(300):
        cache.put(("page", str(number)), AnswerBody.of(random.Random(number).randbytes(5000)))
        assert cache.bytes <= 100_000
    assert 10 <= len(cache) <= 20
    assert cache.get(("page", "299"))
    assert cache.get(("page", "0")) is None


async def test_what_is_asked_for_again_stays_and_what_is_made_anew_counts_once():
    cache = AnswerCache(20_000)
    cache.put("front", AnswerBody.of(b"x" * 5000, pack=False))
    before = cache.bytes
    assert cache.put("front", AnswerBody.of(b"y" * 5000, pack=False)).body[:1] == b"y"
    assert cache.bytes == before
    for number in range(9):
        assert cache.get("front"), number
        cache.put(number, AnswerBody.of(b"z" * 5000, pack=False))


async def test_what_is_larger_than_all_that_may_be_kept_is_answered_and_not_kept():
    cache = AnswerCache(10_000)
    cache.put("small", AnswerBody.of(b"x"))
    made = await cache.get_or_make("large", lambda: AnswerBody.of(random.Random(1).randbytes(50_000)))
    assert len(made.body) == 50_000
    assert cache.get("large") is None
    assert cache.get("small")


async def test_many_who_ask_at_the_same_time_have_it_made_once():
    cache, times = AnswerCache(), []
    made = await asyncio.gather(
        *(cache.get_or_make("feed", lambda: times.append(1) or AnswerBody.of(b"x")) for _ in range(20))
    )
    assert len(times) == 1
    assert len(set(map(id, made))) == 1


def test_what_does_not_shrink_is_not_packed():
    assert AnswerBody.of(random.Random(1).randbytes(5000)).packed is None
    assert AnswerBody.of(b"x" * (caching._WORTH_IT - 1)).packed is None
    assert len(AnswerBody.of(b"x" * 5000).packed) < 100


def test_drawn_entries_are_forgotten_when_there_are_too_many():
    drawn = Drawn(20_000)
    for number in range(100):
        drawn[number] = Markup("x" * 1000)
        assert drawn.currsize <= 20_000
    assert drawn.get(99) == "x" * 1000
    assert drawn.get(0) is None
