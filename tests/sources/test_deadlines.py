"""What a `deadline` and its `timezone` mean as an instant."""

from datetime import UTC, datetime

import pytest

from bot.domain.posting import DeadlineKind
from bot.schema import compose
from bot.sources.files.fields import posting


def read(lines, default_zone="Europe/Berlin"):
    return posting("x", compose("title: PhD\nrole: phd\n" + lines), default_zone)


INSTANTS = [  # written, its instant in UTC, the zone in which it is shown
    ("deadline: 2027-05-02", "2027-05-02T21:59:59", "Europe/Berlin"),
    ("deadline: '2027-05-02'", "2027-05-02T21:59:59", "Europe/Berlin"),
    ("deadline: 2027-01-02", "2027-01-02T22:59:59", "Europe/Berlin"),
    ("deadline: 2027-05-02\ntimezone: America/New_York", "2027-05-03T03:59:59", "America/New_York"),
    ("deadline: 2027-05-02\ntimezone: AoE", "2027-05-03T11:59:59", "AoE"),
    ("deadline: 2027-05-02\ntimezone: UTC", "2027-05-02T23:59:59", "UTC"),
    ("deadline: 2027-05-02 12:00", "2027-05-02T10:00:00", "Europe/Berlin"),
    ("deadline: 2027-05-02T12:00", "2027-05-02T10:00:00", "Europe/Berlin"),
    ("deadline: 2027-05-02 12:00:30", "2027-05-02T10:00:30", "Europe/Berlin"),
    ("deadline: 2027-05-02 00:00", "2027-05-01T22:00:00", "Europe/Berlin"),
    ("deadline: 2027-05-02 12:00\ntimezone: AoE", "2027-05-03T00:00:00", "AoE"),
    ("deadline: 2027-05-02 12:00Z", "2027-05-02T12:00:00", "UTC"),
    ("deadline: 2027-05-02T21:59:00.000Z", "2027-05-02T21:59:00", "UTC"),
    ("deadline: '2027-05-02t21:59:59.371+02:00'", "2027-05-02T19:59:59", "UTC+2"),
    ("deadline: 2027-05-02 21:59:00.5", "2027-05-02T19:59:00", "Europe/Berlin"),
    ("deadline: >\n  2027-05-02 12:00\n", "2027-05-02T10:00:00", "Europe/Berlin"),
    ("deadline: 2027-05-02 12:00 Z", "2027-05-02T12:00:00", "UTC"),
    ("deadline: 2027-05-02T12:00:00+02:00", "2027-05-02T10:00:00", "UTC+2"),
    ("deadline: 2027-05-02 12:00 +0200", "2027-05-02T10:00:00", "UTC+2"),
    ("deadline: 2027-05-02 12:00+02", "2027-05-02T10:00:00", "UTC+2"),
    ("deadline: 2027-05-02 12:00 -03:30", "2027-05-02T15:30:00", "UTC−3:30"),
    # the offset says which instant it is; the zone beside it, only how to show it
    ("deadline: 2027-05-02 12:00-05:00\ntimezone: Asia/Tokyo", "2027-05-02T17:00:00", "Asia/Tokyo"),
    # Berlin's clocks skip 02:00 to 03:00 on 28 March 2027, and have it twice on 31 October
    ("deadline: 2027-03-28 02:30", "2027-03-28T01:30:00", "Europe/Berlin"),
    ("deadline: 2027-03-28 03:00", "2027-03-28T01:00:00", "Europe/Berlin"),
    ("deadline: 2027-10-31 02:30", "2027-10-31T00:30:00", "Europe/Berlin"),
    ("deadline: 2027-10-31", "2027-10-31T22:59:59", "Europe/Berlin"),
    # in Cairo midnight itself is skipped: the day ends an hour "later" and is still that day
    ("deadline: 2027-04-29\ntimezone: Africa/Cairo", "2027-04-29T21:59:59", "Africa/Cairo"),
    ("deadline: 2028-02-29", "2028-02-29T22:59:59", "Europe/Berlin"),
]


@pytest.mark.parametrize(("lines", "instant", "zone"), INSTANTS, ids=[lines for lines, _, _ in INSTANTS])
def test_a_deadline_is_an_instant_with_its_zone(lines, instant, zone):
    found = read(lines)
    # Python finds no equal for a doubled time in another zone (PEP 495), so UTC is compared.
    assert found.deadline.at.astimezone(UTC) == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.deadline.zone == zone
    assert found.deadline_kind is DeadlineKind.FIXED
    assert found.closes_at == found.deadline.at.astimezone(UTC)


def test_a_skipped_time_is_shown_as_the_clock_will_show_it():
    assert f"{read('deadline: 2027-03-28 02:30').deadline.at:%H:%M %z}" == "03:30 +0200"


def test_a_day_ends_in_the_zone_of_the_config_where_the_posting_names_none():
    assert read("deadline: 2027-05-02", "Asia/Tokyo").deadline.at == datetime(2027, 5, 2, 14, 59, 59, tzinfo=UTC)
    assert read("deadline: 2027-05-02", "AoE").deadline.zone == "AoE"


def test_a_posting_opens_with_the_first_minute_of_its_day_in_its_zone():
    assert read("posted: 2027-05-02").opens_at == datetime(2027, 5, 1, 22, tzinfo=UTC)
    assert read("posted: 2027-05-02\ntimezone: AoE").opens_at == datetime(2027, 5, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "kind", "closes"),
    [
        ("", DeadlineKind.ROLLING, False),
        ("deadline_kind: rolling", DeadlineKind.ROLLING, False),
        ("deadline: 2027-05-02", DeadlineKind.FIXED, True),
        ("deadline: 2027-05-02\ndeadline_kind: fixed", DeadlineKind.FIXED, True),
        ("deadline: 2027-05-02\ndeadline_kind: review-begins", DeadlineKind.REVIEW_BEGINS, False),
        ("deadline: 2027-05-02\ndeadline_kind: rolling", DeadlineKind.ROLLING, False),
    ],
)
def test_what_kind_of_deadline_it_is(lines, kind, closes):
    found = read(lines)
    assert found.deadline_kind is kind
    assert (found.closes_at is not None) is closes


def test_two_that_are_the_same_instant_are_each_shown_as_they_are_written():
    written = ("2027-05-02T12:00+02:00", "2027-05-02T10:00Z", "2027-05-02T05:00-05:00", "2027-05-02T12:00")
    shown = [read(f"deadline: {text}").deadline for text in written]
    assert len({deadline.at for deadline in shown}) == 1
    assert [deadline.zone for deadline in shown] == ["UTC+2", "UTC", "UTC−5", "Europe/Berlin"]
