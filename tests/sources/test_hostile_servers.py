"""Every reader against a server that means harm, or is broken: that is its source's trouble alone, said in words."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sources import fetching, worker
from bot.sources.asking import SourceAddress, read_source
from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Fetched, Fetcher
from bot.sources.kinds import SYSTEMS
from bot.sources.settings import SOURCE_KINDS
from tests.ports import free_port
from tests.sources.ats.test_systems import _EMPTY, _LISTS

NOW = datetime(2027, 1, 1, tzinfo=UTC)
_MOST = 60_000  # bytes, in place of ten megabytes
_POSITION = {"@type": "JobPosting", "title": "Postdoc in optics", "identifier": "1"}
_GOOD: Mapping[str, bytes] = {
    **_LISTS,
    "page": b"<html><h1>Open positions</h1><h2>PhD position in optics</h2><p>Apply by 2 May 2027.</p></html>",
    "board": b'[{"id": 1, "name": "PhD in optics", "url": "https://lab.example/1"}]',
    "jsonld": f'<html><script type="application/ld+json">{json.dumps(_POSITION)}</script></html>'.encode(),
    "feed": b"<rss version='2.0'><channel><title>x</title><item><title>PhD in optics</title></item></channel></rss>",
    "ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:PhD in optics\r\n"
    b"DTSTART;VALUE=DATE:20270502\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "softgarden": b"<script>var complete_job_id_list = jobs_selected = [11];</script>",
    "smartrecruiters": b'{"totalFound": 1, "content": [{"id": "11"}]}',
}


class InThisProcess:
    """Does what the process apart does, and without one."""

    async def fetched(self, kind: str, fetched: Fetched, now: datetime) -> Reading:
        return self._done("bytes", kind, fetched)

    async def listing(self, kind: str, fetched: Fetched) -> Any:
        return self._done("listing", kind, fetched)

    async def detail(self, kind: str, fetched: Fetched) -> Any:
        return self._done("detail", kind, fetched)

    async def records(self, records: Any, incomplete: str | None) -> Reading:
        return worker.result_of(
            {"do": "records", "records": records, "incomplete": incomplete, "now": NOW.isoformat()}, b""
        )

    def _done(self, do: str, kind: str, fetched: Fetched) -> Any:
        work = {"do": do, "kind": kind, "url": fetched.url, "content_type": fetched.content_type}
        answer = worker._answer(work | {"now": NOW.isoformat()}, fetched.data)
        if "error" in answer:
            raise SourceError(answer["error"])
        return answer.get("reading", answer.get("result"))


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


async def _without_end(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    while True:
        await response.write(b"[[[[" * 4000)


async def _breaks_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'[{"name": "PhD in')
    assert request.transport is not None
    request.transport.close()
    return response


def _bomb() -> web.Response:
    return web.Response(body=gzip.compress(b" " * 50 * _MOST), headers={"Content-Encoding": "gzip"})


def _packed(data: bytes, coding: str) -> web.Response:
    return web.Response(body=data, headers={"Content-Encoding": coding})


def _to(where: str) -> web.Response:
    return web.Response(status=302, headers={"Location": where})


_ANSWERS: Mapping[str, tuple[Any, str]] = {
    "drip": (_drip, "took longer than"),
    "without-end": (_without_end, "is larger than"),
    "breaks-off": (_breaks_off, "cannot be reached"),
    "bomb": (_bomb, "is larger than"),
    "no-gzip": (lambda: _packed(b"[]", "gzip"), "cannot be unpacked"),
    "half-gzip": (lambda: _packed(gzip.compress(b"[]" * 999)[:20], "gzip"), "breaks off"),
    "brotli": (lambda: _packed(b"[]", "br"), "packed in a way that was not asked for"),
    "to-metadata": (lambda: _to("http://169.254.169.254/latest/"), "private network"),
    "to-itself": (lambda: _to("again"), "redirects more than 5 times"),
    "to-file": (lambda: _to("file:///etc/passwd"), "no address of the web"),
    "to-nowhere": (lambda: web.Response(status=302), "answers 302"),
    "500": (lambda: web.Response(status=500, text="<html><table></table></html>"), "answers 500"),
    "404": (lambda: web.Response(status=404, text="[]"), "answers 404"),
    "said-in-json": (lambda: web.json_response({"error": "not found"}), ""),
    "said-in-text": (lambda: web.Response(text="Not found"), ""),
    "nothing": (lambda: web.Response(body=b""), ""),
    "bytes": (lambda: web.Response(body=bytes(range(256)) * 20, content_type="text/html"), ""),
    "picture": (lambda: web.Response(body=b"\x89PNG\r\n\x1a\n" + b"\0" * 500, content_type="image/png"), ""),
}


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """A server that answers everything below `/NAME/` as `_ANSWERS`, or the test, says."""
    monkeypatch.setattr(fetching, "MOST_BYTES", _MOST)
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.3)
    answers = {name: answer for name, (answer, _) in _ANSWERS.items()}

    async def answered(request: web.Request) -> web.StreamResponse:
        name, _, rest = request.match_info["path"].partition("/")
        if rest.endswith("robots.txt") or name == "robots.txt":
            return web.Response(status=404)
        answer = answers[name]
        if answer in {_drip, _without_end, _breaks_off}:
            return await answer(request)  # type: ignore[no-any-return]
        return answer()  # type: ignore[no-any-return]

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answered)
    async with TestServer(app, port=free_port()) as running:
        yield str(running.make_url("")).rstrip("/"), answers


async def _read(kind: str, url: str) -> Reading:
    board = "https://lab.example/lab?key=abc"
    place = (
        SourceAddress(kind, board, url, allow_private=True)
        if kind in SYSTEMS
        else SourceAddress(kind, f"{url}/", None, True)
    )
    async with Fetcher(lambda: NOW) as fetcher:
        return await read_source(place, fetcher, InThisProcess(), lambda: NOW)


@pytest.mark.parametrize("name", _ANSWERS)
async def test_whatever_a_server_does_is_said_in_words_whichever_kind_it_is(
    name: str, server: tuple[str, dict[str, Any]]
) -> None:
    """What is no matter of the reader is tried with one of each way to ask."""
    url, _ = server
    says = _ANSWERS[name][1]
    for kind in ("board",) if name == "drip" else ("board", "lever", "bite") if says else SOURCE_KINDS:
        with pytest.raises(SourceError) as raised:
            await _read(kind, f"{url}/{name}")
        text = str(raised.value)
        assert says in text, kind
        assert text[0].isprintable()
        assert len(text) < 300
        assert "Traceback" not in text


async def test_half_of_what_each_kind_reads_is_not_taken_for_an_empty_board(
    server: tuple[str, dict[str, Any]],
) -> None:
    url, answers = server
    for kind in SOURCE_KINDS:
        whole = _GOOD[kind]
        for part in (whole[: len(whole) // 2], whole[: len(whole) // 3], whole[:1]):
            answers["half"] = lambda part=part: web.Response(body=part)
            with suppress(SourceError):
                reading = await _read(kind, f"{url}/half")
                is_seen = bool(reading.postings) or not reading.is_complete
                assert is_seen or kind in {"page", "jsonld", "umantis"}, (
                    kind,
                    part,
                )  # HTML has no end that it must have


@pytest.mark.parametrize("content_type", ["image/png", "text/plain; charset=nonsense", "application/octet-stream"])
async def test_a_wrong_content_type_does_no_harm(content_type: str, server: tuple[str, dict[str, Any]]) -> None:
    url, answers = server
    for kind in set(SOURCE_KINDS) - {"softgarden", "smartrecruiters"}:
        answers["typed"] = lambda kind=kind: web.Response(body=_GOOD[kind], headers={"Content-Type": content_type})
        assert len((await _read(kind, f"{url}/typed")).postings) == 1, kind


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
async def test_a_wrong_encoding_is_read_or_said_and_never_an_empty_board(
    encoding: str, server: tuple[str, dict[str, Any]]
) -> None:
    url, answers = server
    for kind in SOURCE_KINDS:
        text = _GOOD[kind].decode().replace("PhD", "PhD für").encode(encoding)
        answers["coded"] = lambda text=text: web.Response(body=text, content_type="text/html")
        with suppress(SourceError):
            reading = await _read(kind, f"{url}/coded")
            assert reading.postings or not reading.is_complete, kind


async def test_an_empty_board_is_one_all_the_same(server: tuple[str, dict[str, Any]]) -> None:
    url, answers = server
    for kind, data in _EMPTY.items():
        answers["empty"] = lambda data=data: web.Response(body=data)
        assert await _read(kind, f"{url}/empty") == Reading(), kind
