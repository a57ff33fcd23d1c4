"""Whether a posting is open, and whether answers may show it, at an instant."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.posting import Status
from tests.domain.build import deadline, instant, posting

NOON = instant("2027-05-02 12:00")
SECOND = timedelta(seconds=1)


def test_without_dates_it_is_always_open():
    assert posting().is_open(NOON)
    assert posting().is_listed(NOON)


@pytest.mark.parametrize(
    ("status", "is_open", "is_listed"),
    [
        (Status.DRAFT, False, False),
        (Status.OPEN, True, True),
        (Status.CLOSED, False, True),
        (Status.FILLED, False, True),
        (Status.WITHDRAWN, False, True),
    ],
)
def test_only_the_status_open_is_open_and_only_a_draft_is_nobodys_business(status, is_open, is_listed):
    one = posting(status=status, posted="2027-05-01", deadline="2027-05-30")
    assert (one.is_open(NOON), one.is_listed(NOON)) == (is_open, is_listed)


@pytest.mark.parametrize("status", Status)
def test_before_its_day_nobody_sees_it_whatever_its_status(status):
    one = posting(status=status, posted="2027-05-03")
    assert not one.is_open(NOON)
    assert not one.is_listed(NOON)


@pytest.mark.parametrize(
    ("where", "first"),
    [
        ("Europe/Berlin", "2027-05-01 22:00"),
        ("America/New_York", "2027-05-02 04:00"),
        ("Pacific/Kiritimati", "2027-05-01 10:00"),
        ("AoE", "2027-05-02 12:00"),
    ],
)
def test_it_opens_with_the_first_minute_of_its_day_in_its_zone(where, first):
    one = posting(posted="2027-05-02", timezone=where)
    assert not one.is_open(instant(first) - SECOND)
    assert one.is_open(instant(first))
    assert one.is_listed(instant(first))


def test_a_day_that_begins_at_one_oclock_opens_then():
    one = posting(posted="2027-04-30", timezone="Africa/Cairo")  # clocks go from 00:00 to 01:00
    assert not one.is_open(instant("2027-04-29 21:59:59"))
    assert one.is_open(instant("2027-04-29 22:00"))


@pytest.mark.parametrize(
    ("written", "where", "last"),
    [
        ("2027-05-02", "Europe/Berlin", "2027-05-02 21:59:59"),
        ("2027-05-02", "AoE", "2027-05-03 11:59:59"),
        ("2027-05-02 12:00", "America/New_York", "2027-05-02 16:00"),
        ("2027-05-02 12:00+05:45", "America/New_York", "2027-05-02 06:15"),
        ("2027-10-31 02:30", "Europe/Berlin", "2027-10-31 00:30"),
        ("2027-03-28 02:30", "Europe/Berlin", "2027-03-28 01:30"),
    ],
)
def test_a_fixed_deadline_is_the_last_instant_to_apply(written, where, last):
    one = posting(deadline=deadline(written, where))
    assert one.is_open(instant(last))
    assert not one.is_open(instant(last) + timedelta(microseconds=1))
    assert one.is_listed(instant(last) + SECOND)


@pytest.mark.parametrize("kind", ["review-begins", "rolling"])
def test_other_deadlines_do_not_close_it(kind):
    one = posting(deadline="2027-05-01", deadline_kind=kind)
    assert one.is_open(NOON)
    assert one.closes_at is None


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(Status),
    st.none() | st.integers(-3, 3),
    st.none() | st.integers(-3, 3),
    st.sampled_from(["fixed", "review-begins", "rolling"]),
)
def test_it_is_open_exactly_when_the_three_conditions_hold(status, opens, ends, kind):
    one = posting(
        status=status,
        timezone="UTC",
        posted=opens if opens is None else (NOON + timedelta(days=opens)).date(),
        deadline=None if ends is None else f"{(NOON + timedelta(days=ends)).date()}",
        deadline_kind=kind,
    )
    has_come = opens is None or opens <= 0
    has_passed = kind == "fixed" and ends is not None and ends < 0
    assert one.is_open(NOON) == (status == "open" and has_come and not has_passed)
    if one.is_open(NOON):
        assert one.is_listed(NOON)
