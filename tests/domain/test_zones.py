"""Local times as instants; clock changes are read as RFC 5545, section 3.3.5, reads them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.zones import AOE, at_local, in_utc, offset_name, zone, zone_names
from tests.domain.slow_zones import local, slow_at_local

HARD_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # moves by half an hour
    "Africa/Cairo",  # changes at midnight
    "America/Havana",  # doubles the first hour of a day
    "Africa/Casablanca",  # its summer time is the standard one
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "UTC",
    AOE,
)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "shown", "expected"),
    [
        # An ordinary day, winter and summer.
        ("Europe/Berlin", "2027-01-15 09:00", "2027-01-15 08:00"),
        ("Europe/Berlin", "2027-07-15 09:00", "2027-07-15 07:00"),
        # Skipped: the offset before the gap, so that 02:30 is 03:30.
        ("Europe/Berlin", "2027-03-28 02:00", "2027-03-28 01:00"),
        ("Europe/Berlin", "2027-03-28 02:30", "2027-03-28 01:30"),
        ("Europe/Berlin", "2027-03-28 03:00", "2027-03-28 01:00"),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:30"),
        ("Australia/Lord_Howe", "2027-10-03 02:15", "2027-10-02 15:45"),
        ("Africa/Cairo", "2027-04-30 00:00", "2027-04-29 22:00"),  # midnight is 01:00
        ("Africa/Cairo", "2027-04-30 00:30", "2027-04-29 22:30"),
        # Doubled: the first of the two.
        ("Europe/Berlin", "2027-10-31 02:00", "2027-10-31 00:00"),
        ("Europe/Berlin", "2027-10-31 02:30", "2027-10-31 00:30"),
        ("Europe/Berlin", "2027-10-31 03:00", "2027-10-31 02:00"),
        ("America/New_York", "2027-11-07 01:30", "2027-11-07 05:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45"),
        ("Africa/Cairo", "2027-10-28 23:59:59", "2027-10-28 20:59:59"),
        ("America/Havana", "2027-11-07 00:00", "2027-11-07 04:00"),
        # A day that never was: Samoa went from 29 to 31 December 2011.
        ("Pacific/Apia", "2011-12-29 23:59", "2011-12-30 09:59"),
        ("Pacific/Apia", "2011-12-30 00:00", "2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00"),
        ("Pacific/Apia", "2011-12-31 00:00", "2011-12-30 10:00"),
        # Anywhere on Earth.
        (AOE, "2027-05-02 23:59:59", "2027-05-03 11:59:59"),
        (AOE, "2027-03-28 02:30", "2027-03-28 14:30"),
    ],
)
def test_a_local_time_is_read_as_rfc_5545_reads_it(where, shown, expected):
    wanted = datetime.fromisoformat(shown)
    assert at_local(wanted.date(), wanted.time(), zone(where)) == utc(expected)
    assert slow_at_local(wanted.date(), wanted.time(), where) == utc(expected)


def test_the_result_is_in_utc():
    assert at_local(date(2027, 5, 2), time(9), zone("Asia/Tokyo")).tzinfo is UTC


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(2005, 1, 1), date(2034, 12, 31)),
    st.times().map(lambda clock: clock.replace(microsecond=0, fold=0)),
    st.sampled_from(HARD_ZONES),
)
def test_any_local_time_is_what_watching_the_clock_says(day, clock, where):
    assert at_local(day, clock, zone(where)) == slow_at_local(day, clock, where)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [
            ("Europe/Berlin", date(2027, 3, 28)),
            ("Europe/Berlin", date(2027, 10, 31)),
            ("America/New_York", date(2027, 3, 14)),
            ("America/New_York", date(2027, 11, 7)),
            ("Australia/Lord_Howe", date(2027, 4, 4)),
            ("Australia/Lord_Howe", date(2027, 10, 3)),
            ("Africa/Cairo", date(2027, 4, 30)),
            ("Africa/Cairo", date(2027, 10, 28)),
            ("America/Havana", date(2027, 11, 7)),
            ("Pacific/Apia", date(2011, 12, 30)),
        ]
    ),
    st.integers(-12 * 60, 36 * 60),
)
def test_around_a_clock_change_every_minute_is_what_watching_the_clock_says(change, minute):
    where, day = change
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    assert at_local(shown.date(), shown.time(), zone(where)) == slow_at_local(shown.date(), shown.time(), where)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 30 * 365 * 24 * 60), st.sampled_from(HARD_ZONES))
def test_an_instant_comes_back_from_its_local_time_or_from_an_hour_that_it_doubles(minute, where):
    at = utc("2005-01-01") + timedelta(minutes=minute)
    shown = local(at, where)
    back = at_local(shown.date(), shown.time(), zone(where))
    assert back <= at
    assert local(back, where) == shown


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (timedelta(), "UTC"),
        (timedelta(hours=2), "UTC+2"),
        (timedelta(hours=-12), "UTC−12"),
        (timedelta(hours=5, minutes=45), "UTC+5:45"),
        (timedelta(hours=-3, minutes=-30), "UTC−3:30"),
        (timedelta(minutes=30), "UTC+0:30"),
        (timedelta(hours=10, minutes=5), "UTC+10:05"),
    ],
)
def test_an_offset_has_a_name(offset, name):
    assert offset_name(datetime(2027, 5, 2, tzinfo=timezone(offset))) == name


@pytest.mark.parametrize("fold", [0, 1])
def test_the_two_hours_of_a_clock_change_are_two_instants_in_utc(fold):
    doubled = datetime(2027, 10, 31, 2, 30, fold=fold, tzinfo=zone("Europe/Berlin"))
    assert in_utc(doubled).isoformat() == f"2027-10-31T0{fold}:30:00+00:00"


def test_an_instant_in_utc_is_one_object():
    days = [datetime(2027, 5, 2, 23, 59, 59, tzinfo=zone(name)) for name in ("Europe/Berlin", "Europe/Vienna")]
    assert in_utc(days[0]) is in_utc(days[1])
    assert in_utc(days[0]) == days[0]


def test_an_offset_is_the_one_of_that_instant():
    berlin = zone("Europe/Berlin")
    assert offset_name(datetime(2027, 1, 2, tzinfo=berlin)) == "UTC+1"
    assert offset_name(datetime(2027, 7, 2, tzinfo=berlin)) == "UTC+2"


@pytest.mark.parametrize("name", ["Europe/Tubingen", "aoe", "", "../etc/passwd", "localtime", "europe/berlin", "UTC+2"])
def test_an_unknown_zone_is_refused(name):
    assert name not in zone_names()
    with pytest.raises(ValueError, match="unknown time zone"):
        zone(name)


def test_every_zone_that_has_a_name_can_be_used():
    for name in zone_names():
        assert datetime(2027, 5, 2, tzinfo=zone(name)).utcoffset() is not None
