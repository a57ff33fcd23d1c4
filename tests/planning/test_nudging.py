"""When owners are asked: rules on their own, and against a slow oracle that goes through time minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posting import Deadline, DeadlineKind, Status
from bot.domain.schedule import Lead, Schedule
from bot.planning.nudging import LATEST, confirmation, instants, is_stale, next_confirmation, nudge, nudges
from tests.domain.build import BERLIN, instant, posting

ZONES = [BERLIN, "UTC", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
LEADS = tuple(Lead.parse(text, is_signed=True) for text in ("7d", "1d", "-1d"))
BY = Schedule(BERLIN, time(9), LEADS)
EVERY = Lead(90, "d")


def at(text):
    return instant(text, BERLIN)


def asked(one, now, by=BY):
    occasion = nudge(one, by, at(now))
    return occasion and (str(occasion.lead), occasion.at)


def test_at_each_distance_at_the_time_of_day_and_after_the_deadline_that_it_has_passed():
    owls = posting(deadline="2027-05-31 12:00")
    assert [(str(one.lead), one.at) for one in nudges(owls, BY)] == [
        ("7d", at("2027-05-24 09:00")),
        ("1d", at("2027-05-30 09:00")),
        ("-1d", at("2027-06-01 09:00")),
    ]
    assert asked(owls, "2027-05-24 08:59") is None
    assert asked(owls, "2027-05-24 09:00") == ("7d", at("2027-05-24 09:00"))
    assert asked(owls, "2027-05-31 11:00") == ("1d", at("2027-05-30 09:00"))
    assert asked(owls, "2027-06-01 09:00") == ("-1d", at("2027-06-01 09:00"))


def test_what_was_missed_is_one_question_and_none_about_a_deadline_that_is_over():
    owls = posting(deadline="2027-05-31 12:00")
    assert asked(owls, "2027-05-31 12:01") is None  # the one before is too late, the one after is yet to come
    assert asked(owls, "2027-06-20 12:00") == ("-1d", at("2027-06-01 09:00"))
    assert asked(owls, "2027-07-01 12:00") is None


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.OPEN])
def test_nobody_is_asked_about_what_is_not_open(status):
    assert nudges(posting(deadline="2027-05-31", status=status), BY) == []
    rolling = posting(status=status)
    assert confirmation(rolling, BY, EVERY, at("2027-01-01 12:00"), at("2028-01-01 12:00")) is None
    assert next_confirmation(rolling, BY, EVERY, at("2027-01-01 12:00"), at("2028-01-01 12:00")) is None


def test_nobody_is_asked_before_the_day_on_which_it_opens():
    owls = posting(deadline="2027-05-31", posted="2027-05-28")
    assert [str(one.lead) for one in nudges(owls, BY)] == ["1d", "-1d"]


def test_a_rolling_one_with_a_date_is_asked_about_like_one_without():
    owls = posting(deadline="2027-05-31", deadline_kind="rolling")
    assert nudges(owls, BY) == []
    assert confirmation(owls, BY, EVERY, at("2027-01-01 12:00"), at("2027-04-01 09:00"))


def test_where_a_review_begins_it_is_asked_about_before_and_after():
    owls = posting(deadline="2027-05-31", deadline_kind=DeadlineKind.REVIEW_BEGINS)
    assert asked(owls, "2027-06-01 09:00") == ("-1d", at("2027-06-01 09:00"))


def test_two_distances_of_one_instant_ask_once():
    by = Schedule(BERLIN, time(9), (Lead(1, "d"), Lead(24, "h")))
    assert len(nudges(posting(deadline="2027-05-31 09:00"), by)) == 1


def test_a_rolling_one_is_asked_about_again_and_again_and_after_an_outage_once():
    owls, since = posting(), at("2027-01-01 18:00")
    assert confirmation(owls, BY, EVERY, since, at("2027-04-01 08:59")) is None
    assert next_confirmation(owls, BY, EVERY, since, at("2027-04-01 08:59")) == at("2027-04-01 09:00")
    first = confirmation(owls, BY, EVERY, since, at("2027-04-01 09:00"))
    assert (first.number, first.at, first.since) == (1, at("2027-04-01 09:00"), since)
    fifth = confirmation(owls, BY, EVERY, since, since + timedelta(days=5 * 90 + 1))
    assert (fifth.number, fifth.at) == (5, at("2028-03-26 09:00"))  # the day on which the clocks change
    assert confirmation(owls, BY, Lead(0, "d"), since, at("2030-01-01 09:00")) is None
    assert next_confirmation(owls, BY, Lead(0, "d"), since, at("2030-01-01 09:00")) is None


def test_it_is_stale_thirty_days_after_somebody_was_asked():
    assert not is_stale(None, at("2030-01-01 09:00"))
    assert not is_stale(at("2027-04-01 09:00"), at("2027-05-01 08:59"))
    assert is_stale(at("2027-04-01 09:00"), at("2027-05-01 09:00"))


# --- Against a slow oracle


def slow_local(day, clock, where):
    """The first instant at which the clock on the wall shows that day and time: looked at every half an hour, of which
    all these zones' offsets are multiples.
    """
    target = datetime.combine(day, clock)
    start = target.replace(tzinfo=UTC) - timedelta(hours=16)
    seen = [start + timedelta(minutes=30 * step) for step in range(64)]
    shown = [one.astimezone(where).replace(tzinfo=None) for one in seen]
    for one, wall in zip(seen, shown, strict=True):
        if wall == target:
            return one
    # It is skipped: as much after the gap as it would have been without it.
    before = next(number for number, wall in enumerate(shown) if wall > target) - 1
    return seen[before] + (target - shown[before])


def slow_nudge(ends, leads, clock, where, now):
    """The last lead whose instant has come, on the same side of the deadline as `now`."""
    came = {}
    for lead in sorted(leads, key=lambda lead: (-lead.span, lead.unit == "d")):
        when = (
            slow_local(ends.astimezone(where).date() - timedelta(days=lead.count), clock, where)
            if lead.unit == "d"
            else ends - timedelta(hours=lead.count)
        )
        if when > now or (lead.count >= 0 and when > ends):
            continue
        if (when > ends) == (now > ends) and (now <= ends or now <= ends + LATEST):
            came[when] = lead
    return max(came) if came else None


moments = st.integers(0, 3 * 365 * 1440).map(lambda minutes: instant("2026-01-02") + timedelta(minutes=minutes))
distances = st.tuples(st.integers(-20, 20), st.sampled_from("dh")).map(lambda one: Lead(*one))
clocks = st.sampled_from([time(9), time(2, 30), time(0), time(23, 59)])


@given(moments, st.lists(distances, max_size=4), clocks, st.sampled_from(ZONES), st.integers(-30 * 1440, 45 * 1440))
def test_what_is_asked_by_an_instant_is_what_the_oracle_says(ends, leads, clock, zone, minutes):
    where, now = ZoneInfo(zone), ends + timedelta(minutes=minutes)
    owls = posting(deadline=Deadline(ends.astimezone(where), zone))
    by = Schedule(zone, clock, tuple(leads))
    found = nudge(owls, by, now)
    assert (found and found.at) == slow_nudge(ends, leads, clock, where, now)


@given(moments, st.lists(distances, max_size=4), clocks, st.sampled_from(ZONES), st.integers(-30 * 1440, 28 * 1440))
def test_between_two_instants_nothing_changes(ends, leads, clock, zone, minutes):
    where, now = ZoneInfo(zone), ends + timedelta(minutes=minutes)
    owls = posting(deadline=Deadline(ends.astimezone(where), zone))
    by = Schedule(zone, clock, tuple(leads))
    ahead = min((one for one in instants(owls, by) if one > now), default=now + timedelta(hours=1))
    before = min(ahead - timedelta(microseconds=1), ends + LATEST)
    if before > now:
        assert nudge(owls, by, now) == nudge(owls, by, before)


@given(moments, st.integers(1, 100), clocks, st.sampled_from(ZONES), st.integers(0, 500))
def test_confirmations_come_one_after_the_other(since, days, clock, zone, later):
    by, every, now = Schedule(zone, clock, ()), Lead(days, "d"), since + timedelta(days=later, hours=7)
    owls = posting()
    found, ahead = confirmation(owls, by, every, since, now), next_confirmation(owls, by, every, since, now)
    assert ahead > now
    assert found is None or found.at <= now
    due = confirmation(owls, by, every, since, ahead)
    assert (due.at, due.number) == (ahead, (found.number if found else 0) + 1)
    assert confirmation(owls, by, every, since, ahead - timedelta(microseconds=1)) == found
