"""Days as people write them when they are asked for one."""

import pytest

from bot.chat.dates import dates
from tests.domain.build import instant

HERE = instant("2027-02-10 12:00")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 May 2027", "2027-05-02"),
        ("2027-05-02", "2027-05-02"),
        ("2027-05-02 12:00", "2027-05-02 12:00"),
        ("2 May 2027, 12:00", "2027-05-02 12:00"),
        ("2 May 2027 at 9:30", "2027-05-02 09:30"),
        ("2. Mai 2027 um 12:00 Uhr", "2027-05-02 12:00"),
        ("until 2 May 2027", "2027-05-02"),
        ("2027-05-02T12:00", "2027-05-02 12:00"),
        ("2027-05-02 12:00+02:00", "2027-05-02 12:00+02:00"),
        ("2027-05-02T12:00:00Z", "2027-05-02 12:00Z"),
        ("2. Mai 2027, 18 Uhr", "2027-05-02 18:00"),
        ("am 2. Mai 2027 um 9.30 Uhr", "2027-05-02 09:30"),
        ("2027-05-02 12h", "2027-05-02 12:00"),
        ("2 May 2027, 0:05", "2027-05-02 00:05"),
        ("2.5.2027", "2027-05-02"),
        ("in 4 weeks", "2027-03-10"),
        ("in vier Wochen", "2027-03-10"),
        ("tomorrow", "2027-02-11"),
        ("next Friday", "2027-02-19"),
    ],
)
def test_what_is_certain(text, value):
    assert dates(text, "en", HERE) == (value,)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2 May", ("2027-05-02", "2028-05-02")),
        ("2. Mai", ("2027-05-02", "2028-05-02")),
        ("2 May 12:00", ("2027-05-02 12:00", "2028-05-02 12:00")),
        ("5/6/2027", ("2027-05-06", "2027-06-05")),
        ("5/6", ("2027-05-06", "2027-06-05", "2028-05-06", "2028-06-05")),
    ],
)
def test_what_has_to_be_asked(text, values):
    assert dates(text, "en", HERE) == values


@pytest.mark.parametrize(
    "text", ["", "soon", "May 2027", "end of May", "this month", "31 Feb 2027", "2027-02-30", "PhD 2 May 2027", "Ada"]
)
def test_what_is_no_single_day(text):
    assert dates(text, "en", HERE) == ()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "text",
    [
        *("2 May 2027 25:00", "2027-05-02 24:00", "2027-05-02 12:60", "12:00 2 May 2027", "2 May 2027 12:00 13:00"),
        *("2 May 2027 3:00 pm", "2 May 2027, 3 pm", "2 May 2027 5 am", "5pm 2 May 2027", "2 May 2027 at noon"),
        *("2. Mai 2027 mittags", "2. Mai 2027 Mitternacht", "2 May 2027 midnight", "2027-05-02 12:00:30"),
        *("2 May 2027 12:00 UTC", "2 May 2027 12:00 CET", "2027-05-02 23:59 AoE", "2027-05-02 12:00+99:00"),
        *("2027-02-30T12:00", "2 May 2027 morning", "2. Mai 2027 18.75 Uhr"),
    ],
)
def test_a_time_or_zone_that_is_not_understood_is_never_passed_over(text, language):
    assert dates(text, language, HERE) == ()
