"""Boards, feeds, calendars and structured data: invented ones, and what is no such thing."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from pkgutil import iter_modules

import pytest

from bot.sources import ats
from bot.sources.base import AsFound, Reading, SourceError
from bot.sources.fetching import Fetched
from bot.sources.kinds import SYSTEMS, from_bytes, from_path
from bot.sources.settings import SOURCE_KINDS

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SHARED = Path(__file__).parents[3] / "shared" / "sources"

_RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title><item><title>PhD in optics</title>
<link>https://lab.example/1</link><pubDate>Mon, 04 Jan 2027 00:00:00 +0000</pubDate>
<description>{}</description></item></channel></rss>"""
_ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:PhD in optics\r\n{}\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
_JOB = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "PhD in optics",
    "datePosted": "2027-01-02",
    "validThrough": "2027-05-02T23:59:59+02:00",
    "hiringOrganization": {"name": "Example University"},
    "jobLocation": {"address": {"addressLocality": "Rostock", "addressCountry": "DE"}},
}


def _read(kind: str, text: str, name: str = "https://lab.example/x") -> Reading:
    return from_bytes(kind, Fetched(name, text.encode()), NOW)


def test_the_day_of_publishing_is_no_deadline() -> None:
    [posting] = _read("feed", _RSS.format("Optics.")).postings
    assert "deadline" not in posting.fields
    [posting] = _read("feed", _RSS.format("Apply by 2 May 2027.")).postings
    assert posting.fields["deadline"] == "2027-05-02"


def test_a_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "PhD in optics"}, {"id": "2"}],
    }
    reading = _read("feed", json.dumps(feed))
    assert len(reading.postings) == 1
    assert reading.incomplete


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ("DTSTART;VALUE=DATE:20270502", "2027-05-02"),
        ("DTSTART;VALUE=DATE:20270401\r\nDTEND;VALUE=DATE:20270503", "2027-05-02"),
        ("DTSTART:20270502T120000Z", "2027-05-02"),
    ],
)
def test_an_event_ends_on_its_last_day(lines: str, day: str) -> None:
    [posting] = _read("ics", _ICS.format(lines)).postings
    assert posting.fields["deadline"] == day
    assert posting.source_id == "1"


def test_a_cancelled_event_is_closed() -> None:
    [posting] = _read("ics", _ICS.format("DTSTART;VALUE=DATE:20270502\r\nSTATUS:CANCELLED")).postings
    assert posting.as_found is AsFound.CLOSED


@pytest.mark.parametrize("value", [_JOB, [_JOB], {"@graph": [{"@type": "WebSite"}, _JOB]}])
def test_structured_data_is_read(value: object) -> None:
    page = f'<html><script type="application/ld+json">{json.dumps(value)}</script></html>'
    [posting] = _read("jsonld", page).postings
    assert posting.fields["deadline"] == "2027-05-02"
    assert posting.fields["location"] == "Rostock, DE"
    assert posting.fields["organization"] == "Example University"


def test_structured_data_that_breaks_off_is_not_complete() -> None:
    page = '<script type="application/ld+json">{"@type": "JobPosting", "title": </script>'
    assert _read("jsonld", page) == Reading((), "1 entries could not be read")


BOARDS = {
    "board.yml": """
- name: PhD in optics
  location: Rostock
  url: https://lab.example/1
  expires: 2027-05-02
- name: Postdoc in lasers
  status: closed
""",
    "board.json": json.dumps(
        [
            {
                "title": "PhD in optics",
                "location": "Rostock",
                "link": "https://lab.example/1",
                "deadline": "2027-05-02",
            },
            {"title": "Postdoc in lasers", "filled": True},
        ]
    ),
    "board.csv": "title,location,url,deadline,active\nPhD in optics,Rostock,https://lab.example/1,2027-05-02,true\n"
    "Postdoc in lasers,,,,false\n",
}


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_read(name: str) -> None:
    optics, lasers = _read("board", BOARDS[name], name).postings
    wanted = {"title": "PhD in optics", "location": "Rostock", "url": "https://lab.example/1", "deadline": "2027-05-02"}
    assert wanted.items() <= optics.fields.items()
    assert lasers.as_found is AsFound.CLOSED


def test_days_of_a_board_are_read_as_its_other_days_are() -> None:
    optics, lasers = _read(
        "board", "- title: PhD\n  deadline: 28/02/2027\n- title: Postdoc\n  deadline: 09/04/2027\n"
    ).postings
    assert (optics.fields["deadline"], lasers.fields["deadline"]) == ("2027-02-28", "2027-04-09")
    [alone] = _read("board", "- title: Postdoc\n  deadline: 09/04/2027\n").postings
    assert "deadline" not in alone.fields
    assert "deadline" in alone.uncertain


def test_lists_of_a_board_are_named_by_their_key() -> None:
    [posting] = _read("board", "phd:\n  - name: Optics\n    deadline: May 2, 2027\n").postings
    assert posting.fields["role"] == ["phd"]
    assert posting.fields["deadline"] == "2027-05-02"


def test_a_folder_of_front_matter_is_a_board(tmp_path: Path) -> None:
    (tmp_path / "optics.md").write_text(
        "---\ntitle: PhD position in optics\ndeadline: 2027-05-02\n---\nWe have a PhD position.\n"
    )
    (tmp_path / "_draft.md").write_text("---\ntitle: PhD\n---\n")
    [posting] = from_path("board", tmp_path, NOW).postings
    assert (posting.source_id, posting.fields["deadline"]) == ("optics", "2027-05-02")


@pytest.mark.parametrize("kind", ["board", "feed", "ics"])
@pytest.mark.parametrize("text", ["", "Not found", "<html><p>Sorry</p></html>", "{}", "\x00\x01"])
def test_what_is_none_is_broken(kind: str, text: str) -> None:
    with pytest.raises(SourceError):
        _read(kind, text)


@pytest.mark.parametrize(("kind", "folder"), [("feed", "feeds"), ("ics", "ical"), ("jsonld", "html")])
def test_recorded_files_end_in_a_reading_or_in_words(kind: str, folder: str) -> None:
    files = [file for file in (SHARED / folder).glob("*") if not file.name.startswith("LICENSE")]
    if not files:
        pytest.skip("the recordings are not there")
    for file in files:
        with suppress(SourceError):
            reading = from_path(kind, file, NOW)
            assert kind != "jsonld" or not reading.postings


def test_the_config_knows_every_kind_that_can_be_read():
    modules = {module.name for module in iter_modules(ats.__path__)} - {"base"}
    assert set(SYSTEMS) == modules
    assert modules < set(SOURCE_KINDS)


@pytest.mark.parametrize(
    ("url", "content_type", "text"),
    [
        ("https://lab.example/jobs", "text/markdown; charset=utf-8", "# Jobs\n\nNone at the moment."),
        ("https://lab.example/jobs.md", "text/plain", "# Jobs\n\nNone at the moment."),
        ("https://lab.example/jobs", "text/html", "<h1>Jobs</h1><p>None at the moment.</p>"),
        ("https://lab.example/jobs", "", "<?xml version='1.0'?>\n<!DOCTYPE html><html><body>None.</body></html>"),
        ("https://lab.example/jobs", "text/html", "{% include head.html %}<body>{{ none }}</body>"),
        ("/srv/site/jobs.html", "", "None at the moment."),
    ],
)
def test_a_page_without_positions_is_empty(url: str, content_type: str, text: str) -> None:
    assert from_bytes("page", Fetched(url, text.encode(), content_type), NOW) == Reading()


@pytest.mark.parametrize("kind", ["page", "jsonld"])
@pytest.mark.parametrize(
    "text", ["Not found", '{"error": "no"}', "[]", '["<p>"]', "<?xml version='1.0'?><rss></rss>", ""]
)
def test_what_is_no_page_is_not_one_without_positions(kind: str, text: str) -> None:
    with pytest.raises(SourceError):
        _read(kind, text)
