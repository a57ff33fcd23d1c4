"""Quiet hours and the times of digests, by local clocks."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.zones import zone

BERLIN = zone("Europe/Berlin")
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca"]).map(zone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["22:00", "22-8", "24:00-08:00", "08:00-08:00", "off", "", "22:00-08:60"])
def test_what_are_no_quiet_hours_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write them as 22:00-08:00"):
        QuietHours.parse(text)


@pytest.mark.parametrize("text", ["09:00", "daily", "weekly 09:00", "weekly monday 09:00", "daily mon 09:00", "off"])
def test_what_is_no_time_for_digests_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write daily 09:00, or weekly mon 09:00"):
        DigestTimes.parse(text)


@given(CLOCKS, CLOCKS.filter(lambda clock: clock != time(0)), st.none() | st.integers(0, 6))
def test_both_are_read_as_they_are_written(begin: time, end: time, weekday: int | None) -> None:
    digest = DigestTimes(begin, weekday)
    assert DigestTimes.parse(str(digest)) == digest
    if begin != end:
        quiet = QuietHours(begin, end)
        assert QuietHours.parse(str(quiet)) == quiet


def test_a_night_ends_on_the_next_day_by_the_clock_of_that_day() -> None:
    night = QuietHours.parse("22:00-08:00")
    assert night.around(utc("2026-03-28 23:30"), BERLIN) == (utc("2026-03-28 21:00"), utc("2026-03-29 06:00"))
    assert night.around(utc("2026-10-25 03:00"), BERLIN) == (utc("2026-10-24 20:00"), utc("2026-10-25 07:00"))
    assert night.around(utc("2026-10-25 07:00"), BERLIN) is None


def test_quiet_hours_within_a_day_end_on_it() -> None:
    noon = QuietHours.parse("12:00-13:30")
    assert noon.around(utc("2026-07-01 10:00"), BERLIN) == (utc("2026-07-01 10:00"), utc("2026-07-01 11:30"))
    assert noon.around(utc("2026-07-01 11:30"), BERLIN) is None


def test_a_weekly_digest_keeps_its_local_time_over_a_clock_change() -> None:
    monday = DigestTimes.parse("weekly mon 09:00")
    first = monday.after(utc("2026-03-20 12:00"), BERLIN)
    assert first == utc("2026-03-23 08:00")
    assert monday.after(first, BERLIN) == utc("2026-03-30 07:00")


@given(st.builds(DigestTimes, CLOCKS, st.none() | st.integers(0, 6)), INSTANTS, ZONES)
def test_the_next_digest_is_the_first_minute_after_that_shows_its_time(digest, instant, where) -> None:
    at = digest.after(instant, where)
    assert instant < at <= instant + timedelta(days=9)
    local = at.astimezone(where)
    is_its_time = local.time() == digest.at
    has_changed = where.utcoffset(local.replace(tzinfo=None)) != where.utcoffset(
        (at - timedelta(hours=3)).astimezone(where).replace(tzinfo=None)
    )
    assert is_its_time or has_changed
    if digest.weekday is not None and is_its_time:
        assert local.weekday() == digest.weekday


@given(CLOCKS, CLOCKS, INSTANTS, ZONES)
def test_what_is_quiet_is_between_its_beginning_and_its_end(begin, end, instant, where) -> None:
    if begin == end:
        return
    around = QuietHours(begin, end).around(instant, where)
    if around:
        assert around[0] <= instant < around[1]
        assert around[1] - around[0] <= timedelta(hours=25)
