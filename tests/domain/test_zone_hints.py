"""What is written instead of a time zone, and what to write: a hint never leads to another clock."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.zone_hints import fixed_clock, zone_hint
from bot.domain.zones import zone, zone_names

JULY, JANUARY = (datetime(2027, month, 1, 17, tzinfo=UTC) for month in (7, 1))


def did_you_mean(name):
    return f'; did you mean "{name}"?'


def place(*names):
    return f"; write the place that is meant: {names[0]}"


def offset(text):
    return f"; write the offset behind the time, such as deadline: 2027-05-02 12:00{text}, and delete this line"


HINTS = {
    # slips of what there is
    "europe/berlin": did_you_mean("Europe/Berlin"),
    "Berlin": did_you_mean("Europe/Berlin"),
    "Belrin": did_you_mean("Europe/Berlin"),
    "Europa/Berlin": did_you_mean("Europe/Berlin"),
    "Europe/Stokholm": did_you_mean("Europe/Stockholm"),
    "America/New York": did_you_mean("America/New_York"),
    "new york": did_you_mean("America/New_York"),
    "Africa/Nairobbi": did_you_mean("Africa/Nairobi"),
    "aoe": did_you_mean("AoE"),
    "A.o.E.": did_you_mean("AoE"),
    "Anywhere on Earth": did_you_mean("AoE"),
    "utc": did_you_mean("UTC"),
    # abbreviations and names of clocks
    "PST": place("America/Los_Angeles"),
    "PDT": place("America/Los_Angeles"),
    "PST/PDT": place("America/Los_Angeles"),
    "Pacific Time": place("America/Los_Angeles"),
    "Eastern Daylight Time": place("America/New_York"),
    "EDT": place("America/New_York"),
    "est": place("America/New_York"),
    "JST": place("Asia/Tokyo"),
    "MSK": place("Europe/Moscow"),
    "BST": place("Europe/London"),
    "CEST": place("Europe/Berlin"),
    "CET/CEST": place("Europe/Berlin"),
    "MESZ": place("Europe/Berlin"),
    "Central European Time": place("Europe/Berlin"),
    "CST": "; that may be several clocks: write America/Chicago, Asia/Shanghai or America/Havana",
    "IST": "; that may be several clocks: write Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
    "AEST": "; that may be several clocks: write Australia/Sydney or Australia/Brisbane",
    # offsets
    "UTC-8": offset("-08:00"),
    "UTC−8": offset("-08:00"),
    "UTC+1": offset("+01:00"),
    "GMT+2": offset("+02:00"),
    "+02:00": offset("+02:00"),
    "UTC+5:30": offset("+05:30"),
    "+0530": offset("+05:30"),
    "UTC+0": did_you_mean("UTC"),
    "UTC-12": did_you_mean("AoE"),
    "PST (UTC-8)": place("America/Los_Angeles"),
    # towns and countries without a zone of their own
    "Asia/Beijing": did_you_mean("Asia/Shanghai"),
    "Asia/Mumbai": did_you_mean("Asia/Kolkata"),
    "America/San_Francisco": did_you_mean("America/Los_Angeles"),
    "America/Boston": did_you_mean("America/New_York"),
    "US/Boston": did_you_mean("America/New_York"),
    "Munich": did_you_mean("Europe/Berlin"),
    "Europe/Tübingen": did_you_mean("Europe/Berlin"),
    "Wien": did_you_mean("Europe/Vienna"),
    "Germany": did_you_mean("Europe/Berlin"),
    "Indien": did_you_mean("Asia/Kolkata"),
    "Berlin, Germany": did_you_mean("Europe/Berlin"),
    "Europe/Lublin": did_you_mean("Europe/Warsaw"),
    "Australia": "; that may be several clocks: write Australia/Sydney, Australia/Adelaide or Australia/Perth",
    # nothing is known, or several are
    "Berlin, New Hampshire": "",
    "America/Athens": "",
    "Georgia": "",
    "Cambridge": "",
    "XYZ": "",
    "UTZ": "",
    "HKST": "",
    "UTC+20": "",
    "UTC+1:75": "",
    "Middle-earth/Shire": "",
    "localtime": "",
    "Berlin" * 20: "",
}  # fmt: skip


@pytest.mark.parametrize(("written", "hint"), HINTS.items(), ids=[name[:40] for name in HINTS])
def test_what_to_write(written, hint):
    assert zone_hint(written) == hint


def test_where_no_deadline_stands_an_offset_leads_to_a_place():
    wanted = "; write a place such as Europe/Berlin, for an offset knows no summer time"
    assert [zone_hint(name, of_deadline=False) for name in ("UTC-8", "GMT+2", "+02:00")] == [wanted] * 3
    assert zone_hint("UTC-12", of_deadline=False) == did_you_mean("AoE")


def clock(name):
    return [at.astimezone(zone(name)).utcoffset() for at in (JANUARY, JULY)]


def test_a_slip_in_any_place_leads_to_the_same_clock_or_nowhere():
    names = [name for name in zone_names() if re.fullmatch(r"(Europe|Asia|Africa|America|Australia)/\w{5,}", name)]
    assert len(names) > 200
    helped = 0
    for name in sorted(names):
        for number in range(name.index("/") + 2, len(name)):
            slip = name[:number] + name[number + 1 :]
            hint = zone_hint(slip) if slip not in zone_names() else ""
            if hint:
                assert clock(re.search('"(.*)"', hint)[1]) == clock(name), (slip, hint)
                helped += 1
    assert helped > 1000


def test_every_place_that_a_hint_names_is_a_zone():
    said = " ".join(zone_hint(name) for name in HINTS)
    for name in re.findall(r"[A-Z]\w+/\w+", said):
        assert ZoneInfo(name)


def test_an_abbreviation_with_one_clock_all_year_is_remarked_on():
    assert fixed_clock("EST", JULY) == (
        "EST is UTC−5 all year, but New York has UTC−4 (EDT) then: its clocks show 13:00 at 12:00 EST; "
        "write America/New_York if its clock is meant"
    )
    assert fixed_clock("EST", JANUARY) == "EST is UTC−5 all year; write America/New_York if its clock is meant"
    assert fixed_clock("MST", JULY).startswith(
        "MST is UTC−7 all year, but Denver has UTC−6 (MDT) then: its clocks show 11"
    )
    assert fixed_clock("HST", JULY) == "HST is UTC−10 all year; write Pacific/Honolulu if its clock is meant"
    assert fixed_clock("GMT", JULY).endswith("write Europe/London if its clock is meant")


@pytest.mark.parametrize(
    ("name", "remark"),
    [("Etc/GMT+5", "UTC−5, west"), ("Etc/GMT-1", "UTC+1, east"), ("Etc/GMT-14", "UTC+14, east")],
)
def test_the_sign_of_etc_is_remarked_on(name, remark):
    assert fixed_clock(name) == f"{name} is {remark} of Greenwich: its sign is the other way round"


@pytest.mark.parametrize("name", ["UTC", "AoE", "Europe/Berlin", "CET", "EST5EDT", "Etc/GMT", "America/Phoenix", ""])
def test_a_place_or_what_says_what_it_is_needs_no_remark(name):
    assert fixed_clock(name, JULY) == ""


def test_gmt_in_winter_is_what_it_says():
    assert fixed_clock("GMT", JANUARY) == fixed_clock("GMT") == ""


@pytest.mark.parametrize("written", ["Europe/", "/", "Haifa, /", "é/", "", " "])
def test_a_place_of_which_nothing_is_written_is_no_slip_of_any(written):
    assert isinstance(zone_hint(written), str)
