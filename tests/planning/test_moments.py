"""At which instant something goes out: rule by rule, and against a calendar that is drawn up and looked through."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.notice import Kind
from bot.planning.moments import digests, goes_out, held_until, last_digest, moment, peace_begins
from tests.domain.build import BERLIN, channel, instant
from tests.domain.slow_zones import local
from tests.domain.test_zones import HARD_ZONES
from tests.planning import slow_planning as slow
from tests.planning.test_planning import ANCHORS, DIGESTS, QUIET

MINUTE = timedelta(minutes=1)


def berlin(text):
    return instant(text, BERLIN)


def out(due, deadline=None, **given):
    """When something goes out in Berlin, as a clock there shows it."""
    at = goes_out(channel(**given).schedule, berlin(due), berlin(deadline) if deadline else None)
    return f"{local(at, BERLIN):%a %m-%d %H:%M}"


@pytest.mark.parametrize(
    ("due", "deadline", "expected"),
    [
        ("2027-05-04 21:59", None, "Tue 05-04 21:59"),
        ("2027-05-04 22:00", None, "Wed 05-05 08:00"),
        ("2027-05-05 07:59", None, "Wed 05-05 08:00"),
        ("2027-05-05 08:00", None, "Wed 05-05 08:00"),
        ("2027-05-05 01:00", "2027-05-05 08:01", "Wed 05-05 08:00"),
        ("2027-05-05 01:00", "2027-05-05 08:00", "Tue 05-04 22:00"),  # it ends at the deadline
        ("2027-05-05 01:00", "2027-05-05 02:00", "Tue 05-04 22:00"),
        ("2027-05-05 01:00", "2027-05-04 12:00", "Wed 05-05 08:00"),  # one that has passed is none
        ("2027-03-28 02:30", None, "Sun 03-28 08:00"),  # there is no such time
        ("2027-10-31 02:30", "2027-10-31 03:00", "Sat 10-30 22:00"),  # there are two
    ],
)
def test_what_falls_due_in_quiet_hours_waits_or_goes_out_when_they_begin(due, deadline, expected):
    assert out(due, deadline, quiet="22:00-08:00") == expected


@pytest.mark.parametrize(
    ("due", "deadline", "expected"),
    [
        ("2027-05-07 23:59", None, "Fri 05-07 23:59"),
        ("2027-05-08 00:00", None, "Mon 05-10 09:00"),
        ("2027-05-09 23:59", None, "Mon 05-10 09:00"),
        ("2027-05-10 00:00", None, "Mon 05-10 00:00"),
        ("2027-05-08 12:00", "2027-05-10 09:01", "Mon 05-10 09:00"),
        ("2027-05-08 12:00", "2027-05-10 09:00", "Fri 05-07 09:00"),
        ("2027-05-09 12:00", "2027-05-09 18:00", "Fri 05-07 09:00"),
    ],
)
def test_what_falls_due_on_a_day_off_waits_for_monday_or_goes_out_on_friday(due, deadline, expected):
    assert out(due, deadline, working_days="") == expected


@pytest.mark.parametrize(
    ("due", "deadline", "expected"),
    [
        ("2027-05-07 23:00", None, "Mon 05-10 10:00"),  # Monday's 09:00 is quiet as well
        ("2027-05-07 23:00", "2027-05-10 10:00", "Fri 05-07 22:00"),
        ("2027-05-08 12:00", "2027-05-10 10:00", "Fri 05-07 10:00"),  # Friday's 09:00 is quiet
        ("2027-05-08 23:00", "2027-05-09 12:00", "Fri 05-07 10:00"),
        ("2027-05-10 08:00", "2027-05-10 09:30", "Fri 05-07 10:00"),  # they begin on a Sunday
    ],
)
def test_quiet_hours_and_days_off_together(due, deadline, expected):
    assert out(due, deadline, quiet="22:00-10:00", working_days="") == expected


def test_holidays_of_a_country_are_days_off():
    pytest.importorskip("holidays")
    assert out("2027-05-06 12:00", working_days="DE") == "Fri 05-07 09:00"  # Ascension Day
    assert out("2027-05-06 12:00", working_days="") == "Thu 05-06 12:00"
    assert out("2027-05-06 12:00", "2027-05-07 08:00", working_days="DE") == "Wed 05-05 09:00"
    assert out("2027-01-06 12:00", working_days="DE-BW") == "Thu 01-07 09:00"
    assert out("2027-01-06 12:00", working_days="DE") == "Wed 01-06 12:00"


def test_what_is_left_of_a_day_off_is_not_said_in_the_night_after_it():
    schedule, night = channel(working_days="").schedule, berlin("2027-05-10 00:30")
    assert held_until(schedule, None, night, berlin("2027-05-09 12:00")) == berlin("2027-05-10 09:00")
    assert held_until(schedule, None, night, berlin("2027-05-10 00:15")) is None
    assert held_until(schedule, berlin("2027-05-10 08:00"), night, berlin("2027-05-09 12:00")) is None


def test_what_is_announced_goes_by_itself_and_the_rest_in_the_next_digest_or_not_at_all():
    due, soon = berlin("2027-05-04 12:00"), berlin("2027-05-07")
    alone, weekly = channel(announce="opened"), channel(announce="opened", digest="weekly mon 09:00")
    assert moment(alone.schedule, Kind.ANNOUNCEMENT, due, None).at == due
    assert moment(alone.schedule, Kind.REMINDER, due, soon) is None
    monday = moment(weekly.schedule, Kind.CLOSED, due, None)
    assert (monday.at, monday.in_digest) == (berlin("2027-05-10 09:00"), True)
    for kind in (Kind.REMINDER, Kind.DEADLINE_MOVED):
        assert moment(weekly.schedule, kind, due, soon) == moment(alone.schedule, Kind.ANNOUNCEMENT, due, soon)
        assert moment(weekly.schedule, kind, due, berlin("2027-05-10 09:00")).at == due
        assert moment(weekly.schedule, kind, due, berlin("2027-05-10 09:01")).in_digest


def test_digests_wait_as_all_else_does_and_two_of_one_instant_are_one():
    schedule = channel(digest="daily 07:30", quiet="22:00-08:00", working_days="").schedule
    found = list(islice(digests(schedule, berlin("2027-05-06 12:00")), 4))
    assert [f"{local(at, BERLIN):%a %H:%M}" for at in found] == ["Fri 08:00", "Mon 08:00", "Tue 08:00", "Wed 08:00"]
    assert last_digest(schedule, berlin("2027-05-10 08:30")) == berlin("2027-05-10 08:00")
    assert next(digests(schedule, berlin("2027-05-10 08:00"))) == berlin("2027-05-10 08:00")
    assert list(islice(digests(channel().schedule, berlin("2027-05-06 12:00")), 4)) == []
    assert last_digest(channel().schedule, berlin("2027-05-06 12:00")) is None


@st.composite
def schedules(draw):
    quiet, digest = draw(st.none() | st.sampled_from(QUIET)), draw(st.sampled_from(DIGESTS))
    one = channel(
        timezone=draw(st.sampled_from(HARD_ZONES)),
        remind_at=draw(st.sampled_from(["00:00", "02:30", "09:00"])),
        quiet=str(quiet or ""),
        digest=str(digest),
        working_days=draw(st.sampled_from([None, ""])),
    )
    return one.schedule


@st.composite
def instants_around(draw):
    anchor = datetime.combine(draw(st.sampled_from(ANCHORS)), datetime.min.time(), UTC)
    return anchor + 15 * MINUTE * draw(st.integers(-4 * 24 * 4, 4 * 24 * 4))


@settings(max_examples=30, deadline=None)
@given(schedules(), instants_around(), st.none() | st.integers(0, 4 * 24 * 7))
def test_over_clock_changes_it_is_what_the_slow_way_finds(schedule, due, quarters):
    deadline = None if quarters is None else due + 15 * MINUTE * quarters
    at = goes_out(schedule, due, deadline)
    assert at == slow.alone_at(schedule, due, deadline)
    assert deadline is None or at <= deadline
    assert held_until(schedule, deadline, at, at) is None  # what goes out then is not held
    waits = held_until(schedule, None, due, due)
    assert (waits or due) == slow.waits_until(schedule, due)
    assert next(digests(schedule, due)) == slow.digest_from(schedule, due)
    last = last_digest(schedule, due)
    assert last <= due
    assert next(digests(schedule, last + MINUTE)) == slow.digest_from(schedule, last + MINUTE)
    assert slow.digest_from(schedule, last) == last
    assert slow.digest_from(schedule, last + MINUTE) > due


@settings(max_examples=20, deadline=None)
@given(schedules(), instants_around())
def test_from_one_minute_to_the_next_it_begins_to_be_quiet_when_it_says_so(schedule, now):
    now = slow.waits_until(schedule, now)
    begins = peace_begins(schedule, now)
    for minutes in range(0, 24 * 60, 15):
        at = now + minutes * MINUTE
        if begins and at >= begins:
            assert slow.waits_until(schedule, begins) > begins
            break
        assert slow.waits_until(schedule, at) == at
