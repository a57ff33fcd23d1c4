"""Deadlines in a calendar, by two readers that know nothing of each other, and the lines as RFC 5545 wants them."""

import ctypes
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from icalendar import Calendar, vText

from bot.domain.edition import revised
from bot.domain.posting import DeadlineKind, Status
from bot.publish.formats.calendar import render
from bot.publish.formats.narrowing import Narrowing
from tests.domain.build import instant, posting
from tests.publish.build import ALL, DE, EN, MICE, NOW, OWLS, SITE, editions, postings


def events(found, now=NOW, words=EN):
    return read(render(found, SITE, words, now))


def read(text):
    """The events, by their ids: as icalendar reads them, and ical (which is strict) must read the same."""
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    found = {str(one["uid"]): one for one in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    other = IcsCalendarStream.calendar_from_ics(text.decode())
    assert (other.prodid, other.version) == (calendar["prodid"], "2.0")
    assert {
        one.uid: (
            one.dtstart,
            one.dtend,
            one.dtstamp,
            one.summary,
            one.description,
            one.sequence,
            one.status,
            str(one.url),
        )
        for one in other.events
    } == {
        uid: (
            *(one[name].dt for name in ("dtstart", "dtend", "dtstamp")),
            *(str(one[name]) for name in ("summary", "description")),
            one["sequence"],
            EventStatus(one["status"]),
            str(one["url"]),
        )
        for uid, one in found.items()
    }
    libical_takes(text)
    return found


def libical_takes(text):
    """As the calendars of GNOME, KDE and Thunderbird read it, where the machine has it: no part may break a rule of
    RFC 5545 or, had it a METHOD, of RFC 5546.
    """
    assert b"\r\nMETHOD:" not in text  # which it would refuse without an ORGANIZER
    try:
        libical = ctypes.CDLL("libical.so.3")
    except OSError:
        if os.environ.get("CI"):  # a laptop may do without; what lands has been read by it
            raise
        return
    libical.icalparser_parse_string.restype = ctypes.c_void_p
    calendar = ctypes.c_void_p(libical.icalparser_parse_string(text))
    try:
        assert calendar.value, "it is one calendar"
        assert libical.icalrestriction_check(calendar) == 1
        assert libical.icalcomponent_count_errors(calendar) == 0
    finally:
        libical.icalcomponent_free(calendar)


def test_a_deadline_is_an_instant_with_its_zone_in_words():
    (event,) = events(editions(OWLS, MICE)).values()
    assert event["dtstart"].dt == instant("2027-05-02 21:59:59")
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(seconds=1)
    assert str(event["summary"]) == "Deadline: PhD with owls"
    assert "Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)" in str(event["description"])
    assert "days left" not in str(event["description"])
    assert (str(event["status"]), str(event["transp"]), event["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert str(event["url"]) == "https://lab.example/owls"


def test_anywhere_on_earth_is_not_misread():
    (event,) = events(editions(posting(deadline="2027-05-02", timezone="AoE"))).values()
    assert event["dtstart"].dt == instant("2027-05-03 11:59:59")


def test_an_extended_deadline_is_the_same_event_with_a_higher_number():
    known = {one.name: one for one in editions(OWLS)}
    later = replace(OWLS, deadline=posting(deadline="2027-06-01").deadline)
    moved = revised(known, [later], NOW)
    (before, *_), (after, *_) = events(known.values()).items(), events(moved).items()
    assert before[0] == after[0] == "owls@jobs.lab.example"
    assert after[1]["sequence"] == before[1]["sequence"] + 1
    assert after[1]["last-modified"].dt == NOW
    renamed = revised(known, [replace(OWLS, id="birds")], NOW)
    assert list(events(renamed)) == ["owls@jobs.lab.example"]


def test_what_is_over_is_cancelled_and_what_has_passed_is_not():
    found = events(ALL)
    assert str(found["newts@jobs.lab.example"]["status"]) == "CANCELLED"
    assert str(found["newts@jobs.lab.example"]["summary"]) == "Deadline: Newts (filled)"
    assert str(found["bats@jobs.lab.example"]["status"]) == "CONFIRMED"
    gone = revised({one.name: one for one in editions(OWLS)}, [], NOW)
    (event,) = events(gone).values()
    assert str(event["status"]) == "CANCELLED"


def test_that_a_deadline_has_passed_is_a_change_of_the_event():
    found = events(editions(OWLS), now=instant("2027-05-10 12:00"))
    (event,) = found.values()
    assert str(event["summary"]) == "Deadline: PhD with owls (deadline passed)"
    assert event["dtstamp"].dt == event["last-modified"].dt == instant("2027-05-02 21:59:59")


def test_a_review_is_no_deadline_and_rolling_ones_have_none():
    begins = posting(deadline="2027-05-02", deadline_kind=DeadlineKind.REVIEW_BEGINS, title="Owls")
    (event,) = events(editions(begins), words=DE).values()
    assert str(event["summary"]) == "Sichtung beginnt: Owls"
    assert not events(editions(posting(deadline="2027-05-02", deadline_kind=DeadlineKind.ROLLING)))


def test_it_is_the_same_whatever_the_day_and_the_order():
    assert render(ALL, SITE, EN, NOW) == render(ALL[::-1], SITE, EN, NOW + timedelta(days=9))


@settings(max_examples=150, deadline=None)
@given(postings)
def test_no_text_can_break_it(one):
    closed = replace(MICE, deadline=OWLS.deadline, deadline_kind=DeadlineKind.FIXED, status=Status.CLOSED)
    text = render(editions(one, closed), SITE, EN, NOW)
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
    assert len(read(text)) == 1 + (one.deadline is not None)


@pytest.mark.parametrize(
    ("part", "query", "name"),
    [
        (Narrowing("phd"), "?q=phd", "Open positions: phd"),
        (Narrowing(role="postdoc", tag="a;b"), "?role=postdoc&tag=a%3Bb", "Open positions: Postdoc, a;b"),
        (
            Narrowing("x, y", "phd", "Tübingen"),
            "?q=x%2C+y&role=phd&place=T%C3%BCbingen",
            "Open positions: x, y, PhD, Tübingen",
        ),
    ],
)
def test_a_part_is_a_calendar_of_its_own(part, query, name):
    text = render(ALL, SITE, EN, NOW, part)
    calendar = Calendar.from_ical(text)
    lines = text.replace(b"\r\n ", b"").split(b"\r\n")
    for called in (b"NAME:", b"X-WR-CALNAME:"):  # TEXT (RFC 7986, 5.1)
        assert called + vText(name).to_ical() in lines
    assert str(calendar["source"]) == f"https://jobs.lab.example/board/calendar.ics{query}"
    assert str(calendar["url"]) == f"https://jobs.lab.example/board/{query}"
    assert read(text).keys() == events(ALL).keys(), "entries keep their ids"
