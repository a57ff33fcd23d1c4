"""Deadlines in a calendar, by two readers that know nothing of each other, and the lines as RFC 5545 wants them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from icalendar import Calendar, vText

from bot.domain.edition import revised
from bot.domain.posting import DeadlineKind, Status
from bot.publish.formats.calendar import own, render
from bot.publish.formats.narrowing import Narrowing
from tests.domain.build import instant, posting
from tests.publish.build import ALL, DE, EN, MICE, NOW, OWLS, SITE, editions, postings
from tests.publish.calendars import alarms_of, read


def events(found, now=NOW, words=EN):
    return read(render(found, SITE, words, now))


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


# --- A reader's own


def test_ones_own_rings_when_the_reader_is_reminded_and_tells_of_changes_as_the_boards_does():
    rings = [instant(f"2027-{at}") for at in ("04-25 07:00", "05-02 19:59:59", "05-02 21:59:59", "05-03 07:00")]
    (mine, *_), (boards, *_) = (
        read(text).items()
        for text in (own([(editions(OWLS)[0], rings)], SITE, EN, NOW, None), render(editions(OWLS), SITE, EN, NOW))
    )
    assert mine[0] == boards[0]
    assert {name: mine[1][name] for name in boards[1]} == dict(boards[1])
    week = timedelta(days=-7, hours=-14, minutes=-59, seconds=-59)
    assert alarms_of(mine[1]) == [week, timedelta(hours=-2), timedelta()]


def test_what_is_over_rings_no_more_and_is_told_all_the_same():
    text = own([(one, (instant("2027-03-10 07:00"),)) for one in ALL], SITE, EN, NOW, None)
    found = read(text)
    assert found.keys() == read(render(ALL, SITE, EN, NOW)).keys()
    assert {uid.partition("@")[0] for uid, event in found.items() if alarms_of(event)} == {"owls"}


def test_a_file_names_no_address_that_leads_nowhere():
    bare = replace(OWLS, url=None)
    here = read(own([(editions(bare)[0], ())], SITE, EN, NOW, None))
    assert "url" not in here["owls@jobs.lab.example"]
    known = own([(editions(bare)[0], ())], SITE, EN.leading_to(SITE), NOW, "https://jobs.lab.example/board/x.ics")
    assert str(read(known)["owls@jobs.lab.example"]["url"]) == SITE.posting("owls")
    assert b"\r\nSOURCE;VALUE=URI:https://jobs.lab.example/board/x.ics\r\n" in known


@settings(max_examples=50, deadline=None)
@given(postings)
def test_no_text_can_break_ones_own(one):
    text = own([(edition, (instant("2027-05-01"),)) for edition in editions(one)], SITE, EN, NOW, None)
    assert len(read(text)) == (one.deadline is not None)
