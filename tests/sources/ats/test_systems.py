"""Applicant-tracking systems: payloads in each one's shape, all invented; what is empty, and what is broken."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.sources import asking
from bot.sources.apart import ReaderProcess
from bot.sources.asking import SourceAddress, read_source
from bot.sources.base import AsFound, Reading, SourceError
from bot.sources.fetching import Fetched, Fetcher
from bot.sources.kinds import SYSTEMS, from_bytes

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_PERSONIO = b"""<?xml version="1.0"?><workzag-jobs><position><id>7</id><office>Rostock</office>
<department>Imaging</department><name>PhD student in imaging</name><jobDescriptions><jobDescription><name>Tasks</name>
<value><![CDATA[<p>Research. Apply by 2 May 2027.</p>]]></value></jobDescription></jobDescriptions></position>
</workzag-jobs>"""
_TEAMTAILOR = b"""<?xml version="1.0"?><rss xmlns:tt="https://teamtailor.com/locations" version="2.0"><channel><title>x
</title><item><title>Postdoc in optics</title><link>https://lab.teamtailor.com/jobs/1</link><guid>1</guid>
<pubDate>Mon, 04 Jan 2027 00:00:00 +0000</pubDate><remoteStatus>hybrid</remoteStatus><tt:locations><tt:location>
<tt:city>Rostock</tt:city><tt:country>Germany</tt:country></tt:location></tt:locations></item></channel></rss>"""
_UMANTIS = b"""<html><table id="tcTABLE"><tr><td><a href="/Vacancies/12/Description/2">Doktorand/in Physik</a></td></tr>
</table></html>"""
_LISTS: Mapping[str, bytes] = {
    "greenhouse": _json(
        {
            "jobs": [
                {
                    "id": 1,
                    "title": "PhD student in imaging",
                    "absolute_url": "https://boards.greenhouse.io/lab/jobs/1",
                    "location": {"name": "Rostock"},
                    "content": "&lt;p&gt;Apply by 2 May 2027.&lt;/p&gt;",
                }
            ],
            "meta": {"total": 1},
        }
    ),
    "lever": _json(
        [
            {
                "id": "a",
                "text": "Postdoc in optics",
                "categories": {"location": "Rostock"},
                "workplaceType": "hybrid",
                "hostedUrl": "https://jobs.lever.co/lab/a",
                "applyUrl": "https://jobs.lever.co/lab/a/apply",
                "createdAt": 1768467600000,
                "descriptionPlain": "Optics.",
            }
        ]
    ),
    "ashby": _json(
        {
            "jobs": [
                {"id": "1", "title": "Postdoc in optics", "jobUrl": "https://jobs.ashbyhq.com/lab/1", "isRemote": True},
                {"id": "2", "title": "Not listed", "isListed": False},
            ]
        }
    ),
    "recruitee": _json(
        {
            "offers": [
                {
                    "id": 5,
                    "title": "PhD student in imaging",
                    "careers_url": "https://lab.recruitee.com/o/phd",
                    "locations": [{"name": "Rostock"}],
                    "close_at": "2027-05-02 00:00:00 UTC",
                    "status": "published",
                }
            ]
        }
    ),
    "dvinci": _json(
        [
            {
                "position": "Initiativbewerbung PhD",
                "jobPublicationURL": "https://lab.dvinci-hr.com/de/p/1",
                "jobOpening": {"type": "UNSOLICITED", "reference": "R1", "location": "Rostock"},
            }
        ]
    ),
    "bite": _json(
        {
            "jobPostings": [{"id": "x", "title": "Postdoc in optics", "url": "https://jobs.b-ite.com/jobposting/x"}],
            "page": {"offset": 0, "total": 1},
        }
    ),
    "personio": _PERSONIO,
    "teamtailor": _TEAMTAILOR,
    "umantis": _UMANTIS,
}
_EMPTY: Mapping[str, bytes] = {
    "greenhouse": _json({"jobs": [], "meta": {"total": 0}}),
    "lever": b"[]",
    "ashby": _json({"jobs": []}),
    "recruitee": _json({"offers": []}),
    "dvinci": b"[]",
    "bite": _json({"jobPostings": [], "page": {"offset": 0, "total": 0}}),
    "smartrecruiters": _json({"totalFound": 0, "content": []}),
    "personio": b"<workzag-jobs/>",
    "teamtailor": b"<rss version='2.0'><channel><title>x</title></channel></rss>",
    "softgarden": b"<script>var complete_job_id_list = [];</script>",
    "umantis": b"<html><table id='tcTABLE'></table></html>",
}


def _read(kind: str, data: bytes) -> Reading:
    return from_bytes(kind, Fetched("https://lab.example/", data), NOW)


@pytest.mark.parametrize("kind", _LISTS)
def test_a_list_is_read(kind: str) -> None:
    reading = _read(kind, _LISTS[kind])
    assert reading.is_complete
    [posting] = reading.postings
    assert posting.fields["title"]
    assert posting.source_id
    assert posting.fields["role"] in (["phd"], ["postdoc"])
    if kind in {"greenhouse", "recruitee", "personio"}:
        assert posting.fields["deadline"] == "2027-05-02"
    else:
        assert "deadline" not in posting.fields
    assert (posting.as_found is AsFound.SPECULATIVE) == (kind == "dvinci")


@pytest.mark.parametrize("kind", SYSTEMS)
def test_an_empty_board_is_complete(kind: str) -> None:
    assert _read(kind, _EMPTY[kind]) == Reading()


@pytest.mark.parametrize("kind", SYSTEMS)
@pytest.mark.parametrize(
    "data", [b"", b"Not found", b"{}", b"null", b'{"error": "no"}', b"<html><p>Sorry</p></html>", b"[" * 100_000]
)
def test_what_is_no_board_is_broken(kind: str, data: bytes) -> None:
    with pytest.raises(SourceError):
        _read(kind, data)


@pytest.mark.parametrize("kind", ["greenhouse", "lever", "ashby", "recruitee", "dvinci"])
def test_a_list_with_an_entry_that_cannot_be_read_is_not_complete(kind: str) -> None:
    value = json.loads(_LISTS[kind])
    entries = value if isinstance(value, list) else next(item for item in value.values() if isinstance(item, list))
    entries.append({"id": "without a title"})
    reading = _read(kind, _json(value))
    assert len(reading.postings) == 1
    assert reading.incomplete


@pytest.mark.parametrize("kind", ["greenhouse", "ashby", "recruitee", "bite", "smartrecruiters"])
def test_a_list_that_is_not_where_it_should_be_is_no_empty_board(kind: str) -> None:
    with pytest.raises(SourceError):
        _read(kind, b"[]")


def test_a_list_that_has_fewer_than_its_total_is_not_complete() -> None:
    value = json.loads(_LISTS["greenhouse"]) | {"meta": {"total": 9}}
    assert _read("greenhouse", _json(value)).incomplete == "1 of 9 are in it"


@asynccontextmanager
async def _server(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def _asked(kind: str, board: str, app: web.Application) -> Reading:
    async with _server(app) as api, Fetcher(lambda: NOW) as fetcher, ReaderProcess() as reader:
        return await read_source(SourceAddress(kind, board, api, allow_private=True), fetcher, reader, lambda: NOW)


async def test_smartrecruiters_is_read_page_by_page_and_position_by_position() -> None:
    async def listing(request: web.Request) -> web.Response:
        offset = int(request.query["offset"])
        found = [{"id": str(number)} for number in range(offset, min(offset + 100, 150))]
        return web.json_response({"totalFound": 150, "content": found})

    async def detail(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        active = number != "149"
        return web.json_response({"id": number, "name": f"PhD student {number}", "active": active, "jobAd": {}})

    app = web.Application()
    app.router.add_get("/v1/companies/lab/postings", listing)
    app.router.add_get("/v1/companies/lab/postings/{number}", detail)
    reading = await _asked("smartrecruiters", "https://careers.smartrecruiters.com/lab", app)
    assert len(reading.postings) == 149
    assert reading.is_complete


async def test_smartrecruiters_with_a_position_that_cannot_be_read_is_not_complete() -> None:
    async def listing(_: web.Request) -> web.Response:
        return web.json_response({"totalFound": 1, "content": [{"id": "1"}]})

    app = web.Application()
    app.router.add_get("/v1/companies/lab/postings", listing)
    reading = await _asked("smartrecruiters", "https://careers.smartrecruiters.com/lab", app)
    assert reading == Reading((), "1 entries could not be read")


async def test_a_board_that_takes_too_long_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_MOST_SECONDS", 0.0)
    asked: list[str] = []

    async def listing(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"totalFound": 150, "content": [{"id": str(number)} for number in range(100)]})

    app = web.Application()
    app.router.add_get("/v1/companies/lab/postings", listing)
    reading = await _asked("smartrecruiters", "https://careers.smartrecruiters.com/lab", app)
    assert reading == Reading((), "it takes longer than 0 minutes")
    assert len(asked) == 1


async def test_softgarden_is_read_position_by_position() -> None:
    job = {
        "@type": "JobPosting",
        "title": "Postdoc in optics",
        "validThrough": "2027-05-02",
        "datePosted": "2027-01-02",
    }

    async def listing(_: web.Request) -> web.Response:
        return web.Response(text="<script>var complete_job_id_list = [11];</script>", content_type="text/html")

    async def detail(_: web.Request) -> web.Response:
        text = f'<html><script type="application/ld+json">{json.dumps(job)}</script></html>'
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", listing)
    app.router.add_get("/job/11", detail)
    [posting] = (await _asked("softgarden", "https://lab.softgarden.io", app)).postings
    assert posting.fields["deadline"] == "2027-05-02"
    assert posting.fields["url"] == "https://lab.softgarden.io/job/11?l=en"


async def test_teamtailor_ends_with_the_first_page_that_has_nothing_new() -> None:
    asked: list[str] = []

    async def listing(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        return web.Response(body=_TEAMTAILOR, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/jobs.rss", listing)
    reading = await _asked("teamtailor", "https://lab.teamtailor.com", app)
    assert asked == ["", "offset=1"]
    assert len(reading.postings) == 1


async def test_bite_is_read_page_by_page_and_each_request_names_its_listing() -> None:
    asked: list[object] = []

    async def listing(request: web.Request) -> web.Response:
        value = await request.json()
        asked.append(value)
        offset = value["page"]["offset"]
        found = [{"id": str(number), "title": f"PhD student {number}"} for number in range(offset, min(offset + 2, 5))]
        return web.json_response({"jobPostings": found, "page": {"offset": offset, "total": 5}})

    app = web.Application()
    app.router.add_post("/api/v1/postings/search", listing)
    reading = await _asked("bite", "https://jobs.b-ite.com/list?key=abc", app)
    same = {"key": "abc", "channel": 0, "locale": "de"}
    assert asked == [same | {"page": {"num": 100, "offset": offset}} for offset in (0, 2, 4)]
    assert len(reading.postings) == 5
    assert reading.is_complete


async def test_pages_of_umantis_are_those_of_its_own_table() -> None:
    asked: list[str] = []

    async def listing(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        number = len(asked)
        row = f"<tr><td><a href='/Vacancies/{number}/Description/2'>PhD student {number}</a></td></tr>"
        pages = "".join(f"<a href='/Jobs/All?tc1152481=p{page}#table'>{page}</a>" for page in (1, 2, 3))
        return web.Response(text=f"<html><table>{row}</table>{pages}</html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/prefix/Jobs/All", listing)
    async with _server(app) as api, Fetcher(lambda: NOW) as fetcher, ReaderProcess() as reader:
        place = SourceAddress(
            "umantis", "https://recruitingapp-5000.umantis.com/Jobs/All", f"{api}/prefix", allow_private=True
        )
        reading = await read_source(place, fetcher, reader, lambda: NOW)
    assert asked == ["", "tc1152481=p2", "tc1152481=p3"]
    assert [posting.fields["url"] for posting in reading.postings] == [
        f"https://recruitingapp-5000.umantis.com/Vacancies/{number}/Description/2" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("kind", [kind for kind in _LISTS if _LISTS[kind][:1] in b"[{"])
def test_what_is_missing_null_or_new_in_an_entry_does_no_harm(kind: str) -> None:
    def spoilt(value: object, *, within: bool = False) -> object:
        if isinstance(value, list):
            return [spoilt(item, within=True) for item in value]
        if isinstance(value, dict):
            needed = {"title", "text", "name", "position", "id", "reference", "type", "isListed"}
            return {key: spoilt(item) if key in needed or not within else None for key, item in value.items()} | {
                "new": {"x": [1]}
            }
        return value

    [posting] = _read(kind, _json(spoilt(json.loads(_LISTS[kind])))).postings
    assert posting.fields["title"]


async def test_addresses_are_those_of_the_board_as_people_know_it() -> None:
    async def listing(_: web.Request) -> web.Response:
        return web.Response(body=_PERSONIO, content_type="text/xml")

    app = web.Application()
    app.router.add_get("/xml", listing)
    [posting] = (await _asked("personio", "https://lab.jobs.personio.de", app)).postings
    assert posting.fields["url"] == "https://lab.jobs.personio.de/job/7"
