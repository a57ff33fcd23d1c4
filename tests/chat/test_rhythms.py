"""Quiet hours and digests as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rhythms import digest_times, quiet_hours
from bot.domain.rhythm import DigestTimes, QuietHours

CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("22:00-08:00", "22:00-08:00"),
        ("22:00 – 8:00", "22:00-08:00"),
        ("22-8", "22:00-08:00"),
        ("22.30 - 7", "22:30-07:00"),
        ("from 22 to 8 o'clock", "22:00-08:00"),
        ("von 22 bis 8 Uhr", "22:00-08:00"),
        ("off", "off"),
        ("aus", "off"),
        ("8-8", None),
        ("25-8", None),
        ("22:00", None),
        ("at night", None),
        ("22-8 on Sundays", None),
        ("", None),
    ],
)
def test_quiet_hours_are_read_in_any_language(text, means):
    hours = quiet_hours(text)
    assert (hours and str(hours)) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("daily 09:00", "daily 09:00"),
        ("every day at 9", "daily 09:00"),
        ("täglich um 18.30 Uhr", "daily 18:30"),
        ("weekly mon 09:00", "weekly mon 09:00"),
        ("every Friday at 8:15", "weekly fri 08:15"),
        ("mondays 7", "weekly mon 07:00"),
        ("wöchentlich so 10", "weekly sun 10:00"),
        ("jeden Mittwoch um 9", "weekly wed 09:00"),
        ("daily", "daily 06:30"),
        ("weekly", "weekly mon 06:30"),
        ("off", "off"),
        ("nie", "off"),
        ("daily mon", None),
        ("mon tue 9", None),
        ("daily 9 10", None),
        ("weekly 25:00", None),
        ("hourly", None),
        ("9", None),
        ("", None),
    ],
)
def test_digests_are_read_in_any_language(text, means):
    times = digest_times(text, time(6, 30))
    assert (times and str(times)) == means


@given(CLOCKS, CLOCKS, st.none() | st.integers(0, 6))
def test_what_is_written_is_read_back(begin, end, weekday):
    times = DigestTimes(begin, weekday)
    assert digest_times(str(times), time(9)) == times
    if begin != end:
        assert quiet_hours(str(QuietHours(begin, end))) == QuietHours(begin, end)


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_not(text):
    assert quiet_hours(text) is None or str(quiet_hours(text))
    assert digest_times(text, time(9)) is None or str(digest_times(text, time(9)))
