"""What the boards of systems are really like, all invented: places in two keys, texts in three, pages by their own
elements; and what is no board though it looks like one.
"""

import json
from datetime import UTC, datetime
from html import escape

import pytest
from aiohttp import web

from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Fetched
from bot.sources.kinds import SYSTEMS, from_bytes
from tests.sources.ats.test_systems import _asked

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def _read(kind: str, data: str | bytes, url: str = "https://lab.example/") -> Reading:
    return from_bytes(kind, Fetched(url, data if isinstance(data, bytes) else data.encode()), NOW)


def _only(kind: str, value: object) -> dict[str, object]:
    [posting] = _read(kind, json.dumps(value)).postings
    return dict(posting.fields)


def test_lever_says_in_lists_what_is_asked_for_and_by_when() -> None:
    fields = _only(
        "lever",
        [
            {
                "id": "a",
                "text": "Postdoc in optics",
                "categories": {"location": "Rostock", "allLocations": ["Rostock", "Kiel"], "department": "Physics"},
                "hostedUrl": "https://jobs.lever.co/lab/a",
                "descriptionPlain": "We look at light.",
                "lists": [
                    {"text": "You have", "content": "<li>a PhD</li><li>patience</li>"},
                    {"text": "How to apply", "content": "<li>Deadline: 2 May 2027</li>"},
                ],
                "additionalPlain": "We are kind.",
                "salaryRange": {"min": 50000, "max": 60000, "currency": "EUR", "interval": "per-year-salary"},
            }
        ],
    )
    assert fields["deadline"] == "2027-05-02"
    assert fields["location"] == "Rostock; Kiel"
    assert fields["group"] == "Physics"
    assert fields["pay"] == "50000–60000 EUR per year"
    text = str(fields["description"])
    places = [text.index(part) for part in ("light", "You have", "a PhD", "patience", "How to apply", "kind")]
    assert places == sorted(places)


def test_ashby_has_other_places_beside_the_first_and_says_of_hybrid_that_it_is_remote() -> None:
    fields = _only(
        "ashby",
        {
            "jobs": [
                {
                    "id": "1",
                    "title": "Postdoc in optics",
                    "location": "Rostock",
                    "secondaryLocations": [{"location": "Kiel"}, {"location": "Rostock"}],
                    "isRemote": True,
                    "workplaceType": "Hybrid",
                }
            ]
        },
    )
    assert (fields["location"], fields["workplace"]) == ("Rostock; Kiel", "hybrid")


@pytest.mark.parametrize(
    ("flags", "workplace"),
    [
        ({"remote": True}, "remote"),
        ({"hybrid": True, "on_site": True}, "hybrid"),
        ({"on_site": True}, "on-site"),
        ({"remote": True, "hybrid": True, "on_site": True}, None),
        ({}, None),
    ],
)
def test_recruitee_s_flags_hold_together(flags: dict[str, bool], workplace: str | None) -> None:
    salary = {"min": "2990", "max": "3992", "period": "month", "currency": "EUR"}
    offer = {"id": 1, "title": "Postdoc", "status": "published", "salary": salary}
    fields = _only("recruitee", {"offers": [offer | flags]})
    assert fields.get("workplace") == workplace
    assert fields["pay"] == "2990–3992 EUR per month"


@pytest.mark.parametrize(
    "salary", [{"min": None, "max": None, "period": "month"}, {"min": "2990", "currency": "EUR"}, {"min": "0"}]
)
def test_pay_without_an_amount_or_without_what_for_is_left_out(salary: dict[str, object]) -> None:
    assert "pay" not in _only("recruitee", {"offers": [{"id": 1, "title": "Postdoc", "salary": salary}]})


def test_dvinci_s_places_texts_and_units_are_read_wherever_they_stand() -> None:
    publication = {
        "id": 7,
        "position": "PhD student in imaging",
        "jobPublicationURL": "https://lab.dvinci-hr.com/de/jobs/7/phd",
        "applicationFormURL": "https://lab.dvinci-hr.com/de/jobs/7/apply",
        "endDate": "2027-09-30",
        "tasks": "<p>Research.</p>",
        "closingText": "<p>Please apply by 2 May 2027.</p>",
        "jobOpening": {
            "location": None,
            "locations": [{"name": "Rostock", "country": {"name": "Germany"}}, {"name": "Kiel", "country": None}],
            "department": None,
            "orgUnit": {"name": "Imaging"},
            "company": {"name": "Institute of Examples"},
            "workingTimes": ["Full-time"],
            "categories": [{"name": "Science"}],
        },
    }
    fields = _only("dvinci", [publication])
    assert fields["location"] == "Rostock, Germany; Kiel"
    assert (fields["group"], fields["organization"]) == ("Imaging", "Institute of Examples")
    assert fields["deadline"] == "2027-05-02"  # until when it is published is none


def test_a_portal_of_dvinci_has_a_list_of_its_own() -> None:
    first = SYSTEMS["dvinci"].first
    assert first("https://jobs.lab.example/de/jobs").url == "https://jobs.lab.example/jobPublication/list.json"
    portal = "https://lab.dvinci-hr.com/portal/physics"
    assert first(f"{portal}/de/jobs").url == f"{portal}/jobPublication/list.json"


def test_a_place_of_teamtailor_without_a_town_has_a_name() -> None:
    item = (
        "<item><title>Postdoc</title><link>https://lab.teamtailor.com/jobs/1</link><tt:locations><tt:location>"
        "<tt:name>Campus North</tt:name><tt:city/></tt:location></tt:locations></item>"
    )
    rss = f"<rss xmlns:tt='https://teamtailor.com/locations'><channel>{item}</channel></rss>"
    [posting] = _read("teamtailor", rss).postings
    assert posting.fields["location"] == "Campus North"


def test_bite_s_listing_is_asked_for_in_its_language() -> None:
    asked = SYSTEMS["bite"].first("https://jobs.b-ite.com/?key=abc&locale=en").value
    assert asked == {"key": "abc", "channel": 0, "locale": "en", "page": {"num": 100, "offset": 0}}


async def test_positions_of_softgarden_are_told_apart_though_each_has_the_employer_s_identifier() -> None:
    async def listing(request: web.Request) -> web.Response:
        if request.path == "/":
            raise web.HTTPFound("/de/vacancies")
        script = "<script>var complete_job_id_list = jobs_selected = [11, 12];</script>"
        return web.Response(text=script, content_type="text/html")

    async def detail(request: web.Request) -> web.Response:
        job = {
            "@type": "JobPosting",
            "title": f"Postdoc {request.match_info['number']}",
            "identifier": "https://lab.softgarden.io/#organization",
            "baseSalary": {"currency": "EUR", "value": {"minValue": 0, "maxValue": 0, "unitText": "YEAR"}},
        }
        text = f'<html><script type="application/ld+json">{json.dumps(job)}</script></html>'
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", listing)
    app.router.add_get("/de/vacancies", listing)
    app.router.add_get("/job/{number}", detail)
    reading = await _asked("softgarden", "https://lab.softgarden.io", app)
    assert reading.is_complete
    assert [(posting.source_id, posting.fields["title"]) for posting in reading.postings] == [
        ("11", "Postdoc 11"),
        ("12", "Postdoc 12"),
    ]
    assert not any("pay" in posting.fields for posting in reading.postings)


# --- Umantis


def _umantis(*numbers: int, said: dict[str, object] | None = None, following: str = "") -> str:
    rows = "".join(
        "<tr class='tableaslist_contentrow1'><td><a class='HSTableLinkSubTitle'"
        f" href='/Vacancies/{number}/Description/1'>PhD student {number}</a></td></tr>"
        for number in numbers
    )
    navigation = (
        f'<table-navigation initial-data-string="{escape(json.dumps(said))}"></table-navigation>' if said else ""
    )
    href = f'<span data-pagination-next-href="{escape(following)}"></span>' if following else ""
    return f"<html><table class='tableaslist'>{rows}</table>{navigation}{href}</html>"


async def _pages_asked(pages: dict[str, str]) -> tuple[list[str], Reading]:
    asked: list[str] = []

    async def listing(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        return web.Response(text=pages[request.query_string], content_type="text/html")

    app = web.Application()
    app.router.add_get("/Jobs/All", listing)
    return asked, await _asked("umantis", "https://recruitingapp-5000.umantis.com/Jobs/All", app)


def _navigation(page: int, until: int, total: int | None) -> dict[str, object]:
    link = f"?tc115=p{page + 1}&_search_token115=7#connectortable_115"
    value = (lambda number: number) if page == 1 else str  # as it really is
    return {
        "TableNr": "115",
        "TableCurrentPage": value(page),
        "TableTo": value(until),
        "TableTotalLines": None if total is None else value(total),
        "NextLink": {"EnhancedUrl": link},
    }


@pytest.mark.parametrize("link", [True, False])
async def test_pages_of_umantis_are_named_by_its_own_element(link: bool) -> None:
    def said(page: int, until: int) -> dict[str, object]:
        whole = _navigation(page, until, 5)
        return whole if link else {**whole, "NextLink": None}

    pages = {
        "": _umantis(1, 2, said=said(1, 2)),
        "tc115=p2": _umantis(3, 4, said=said(2, 4)),
        "tc115=p3": _umantis(5, said=said(3, 5)),
    }
    asked, reading = await _pages_asked(pages)
    assert asked == list(pages)
    assert [posting.source_id for posting in reading.postings] == ["1", "2", "3", "4", "5"]
    assert reading.is_complete


async def test_pages_of_umantis_are_named_by_an_attribute_and_end_with_one_that_has_nothing_new() -> None:
    following = "?tc115=p{}&_search_token115=7#connectortable_115"
    pages = {
        "": _umantis(1, 2, following=following.format(2)),
        "tc115=p2": _umantis(3, following=following.format(3)),
        "tc115=p3": _umantis(),
    }
    asked, reading = await _pages_asked(pages)
    assert asked == list(pages)
    assert len(reading.postings) == 3
    assert reading.is_complete


async def test_a_board_of_umantis_that_has_fewer_than_it_says_is_not_complete() -> None:
    pages = {"": _umantis(1, 2, said=_navigation(1, 2, 5)), "tc115=p2": _umantis(1, 2, said=_navigation(2, 4, 5))}
    _, reading = await _pages_asked(pages)
    assert reading.incomplete == "2 of 5 could be read"


@pytest.mark.parametrize(
    "empty",
    [
        _umantis(),
        _umantis(said={"TableNr": "115", "TableFrom": 1, "TableTo": 0, "TableTotalLines": "0", "NextLink": None}),
        '<div id="connectortable_1152481" data-one-item-chunk="25">Keine Eintr&auml;ge</div>',
        '<table class="c-box c-table table-as-list"></table>',
    ],
)
def test_an_empty_board_of_umantis_has_its_own_marks(empty: str) -> None:
    assert _read("umantis", empty) == Reading()


@pytest.mark.parametrize(
    "other",
    [
        "<html><table><tr><td>Please log in</td></tr></table></html>",
        "<html><h1>503</h1><table class='layout'></table><script>globalUmantisParams = {}</script></html>",
        _umantis(said={"TableNr": "115", "TableTo": 10, "TableTotalLines": 12}),
        "<html>Our jobs are in a tableaslist</html>",
    ],
)
def test_what_only_looks_like_an_empty_board_of_umantis_is_broken(other: str) -> None:
    with pytest.raises(SourceError):
        _read("umantis", other)
