"""A posting's picture over HTTP: kept by whoever has it, new when it is."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.publish.share import sharing
from bot.web import Listener
from bot.wording.catalogue import wording
from tests.domain.build import instant, posting

NOW = instant("2027-04-15 13:00")
PATH = "/postings/phd-owls.png"


class Clock:
    now = NOW


@pytest.fixture
async def clock(listen):
    clock, edition = Clock(), Edition("phd-owls", posting(deadline="2027-05-02"), 0, NOW, NOW)

    async def route(request):
        return await sharing.picture(request, edition, Site("https://jobs.lab.example"), clock.now, wording("en"))

    async with AsyncExitStack() as doors:
        await doors.enter_async_context(Listener().serve(listen, "GET", "/postings/*", route, "nothing"))
        yield clock


async def test_it_is_a_picture_that_may_be_kept_for_a_while(client, clock):
    async with client.get(PATH) as answer:
        body = await answer.read()
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert body.startswith(b"\x89PNG")
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["ETag"].startswith('"')


async def test_whoever_has_it_is_told_so_until_it_is_another(client, clock):
    async with client.get(PATH) as answer:
        tag = answer.headers["ETag"]
    for sent in (tag, f'"x", W/{tag}', "*"):
        async with client.get(PATH, headers={"If-None-Match": sent}) as answer:
            assert (answer.status, await answer.read(), answer.headers["ETag"]) == (304, b"", tag)
    clock.now = NOW + timedelta(days=30)
    async with client.get(PATH, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag


async def test_many_who_ask_at_once_have_the_same(client, clock):
    async def ask():
        async with client.get(PATH) as answer:
            return await answer.read()

    assert len(set(await asyncio.gather(*(ask() for _ in range(40))))) == 1
