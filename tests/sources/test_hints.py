"""What people write first, and what they are told to write."""

import re

import pytest

from bot.domain.posting import Role
from bot.sources.files.fields import key_hint
from bot.sources.files.hints import day_hint, deadline_hint, role_hint, word_hint
from tests.sources.build import problems_of

ROLES = {
    "PhD": "phd",
    "Doktorand": "phd",
    "Doktorandin (m/w/d)": "phd",
    "PhD student": "phd",
    "PhD position": "phd",
    "PhD, postdoc": "[phd, postdoc]",
    "Doktorand/in oder Postdoc": "[phd, postdoc]",
    "Postdoc & PhD": "[postdoc, phd]",
    "PhD/Doktorand": "phd",
    "Post-doc": "postdoc",
    "HiWi": "student-assistant",
    "Wissenschaftliche*r Mitarbeiter*in": "research-staff",
    "Master's thesis": "thesis",
    "Praktikum": "internship",
    "student": None,  # of which kind?
    "Astronaut": None,
    "PhD, Astronaut": None,
    "": None,
    "PhD " * 30: None,
}


@pytest.mark.parametrize("said", ROLES)
def test_a_role_by_another_name(said):
    assert role_hint(said) == (f"; write role: {ROLES[said]}" if ROLES[said] else "")


def test_every_role_is_known_by_its_own_name_in_capitals():
    assert all(role_hint(role.upper()) == f"; write role: {role}" for role in Role)


def zoned(written, zone):
    return f"{written}, and timezone: {zone} on a line of its own"


DEADLINES = {
    "31.01.2027": "2027-01-31",
    "31. 1. 2027": "2027-01-31",
    "5.6.2027": "2027-06-05",
    "31.01.27": "2027-01-31",
    "31/01/2027": "2027-01-31",
    "01/31/2027": "2027-01-31",
    "31-01-2027": "2027-01-31",
    "05/06/2027": "2027-06-05 or 2027-05-06, whichever is meant",
    "5-6-2027 12:00": "2027-06-05 12:00 or 2027-05-06 12:00, whichever is meant",
    "05/05/2027": "2027-05-05",
    "2027/01/31": "2027-01-31",
    "2027.1.31": "2027-01-31",
    "20270131": "2027-01-31",
    "2027-1-5": "2027-01-05",
    "Jan 31, 2027": "2027-01-31",
    "January 31st, 2027": "2027-01-31",
    "31 January 2027": "2027-01-31",
    "31st of January 2027": "2027-01-31",
    "31. Januar 2027": "2027-01-31",
    "1. März 2027": "2027-03-01",
    "Sunday, 31 January 2027": "2027-01-31",
    "So, 31.01.2027": "2027-01-31",
    "Mon, May 3, 2027": "2027-05-03",
    "31.01.2027 12:00": "2027-01-31 12:00",
    "31.01.2027, 12 Uhr": "2027-01-31 12:00",
    "31.1.2027 23.59 Uhr": "2027-01-31 23:59",
    "Jan 31, 2027 5pm": "2027-01-31 17:00",
    "Jan 31, 2027 12 am": "2027-01-31 00:00",
    "31/01/2027 at 17:00": "2027-01-31 17:00",
    "31 January 2027 23:59 CET": zoned("2027-01-31 23:59", "CET"),
    "31 Jan 2027, 23:59 (AoE)": zoned("2027-01-31 23:59", "AoE"),
    "2027-05-02 12:00 PST": zoned("2027-05-02 12:00", "America/Los_Angeles"),
    "2027-05-02 12:00 EST": zoned("2027-05-02 12:00", "America/New_York"),
    "2027-05-02 12:00 Berlin time": zoned("2027-05-02 12:00", "Europe/Berlin"),
    "2027-05-02 12:00 UTC+1": "2027-05-02 12:00+01:00",
    "30.02.2027": None,
    "31.13.2027": None,
    "2027-02-30": None,
    "1.1.1066": None,
    "2027-05-02 12:00 CST": None,  # of several clocks
    "2027-05-02 24:00": None,
    "2027-05-02 - 2027-06-01": None,
    "31.01.2027 or later": None,
    "mid January 2027": None,
    "Mai 2027": None,
    "soon": None,
    "1" * 1000: None,
}


@pytest.mark.parametrize("said", DEADLINES, ids=[said[:40] for said in DEADLINES])
def test_a_deadline_in_another_form(said):
    assert deadline_hint(said) == (f"; write {DEADLINES[said]}" if DEADLINES[said] else "")


@pytest.mark.parametrize(
    "said",
    ["until filled", "Open until filled.", "TBD", "T.B.D.", "laufend!", "laufend", "rolling", "n/a", "None", "-"],
)
def test_no_deadline_in_words(said):
    assert deadline_hint(said) == "; delete the line, or write YYYY-MM-DD when there is a date"


def test_a_day_is_taken_from_a_day_and_time():
    assert day_hint("2027-05-02T00:00:00.000Z") == "; write 2027-05-02"
    assert day_hint("02.05.2027 12:00") == "; write 2027-05-02"
    assert day_hint("05/06/2027") == "; write 2027-06-05 or 2027-05-06, whichever is meant"
    assert day_hint("2027-05-02 to 2027-06-02") == day_hint("May") == day_hint("2" * 100) == ""


KEYS = {
    "frist": "deadline", "Bewerbungsfrist": "deadline", "closing date": "deadline", "closing_date": "deadline",
    "validThrough": "deadline", "titel": "title", "Titel": "title", "rolle": "role", "beschreibung": "description",
    "Ort": "location", "datePosted": "posted", "Gehalt": "pay", "salary": "pay", "kontakt": "contact",
    "keywords": "tags",    "zeitzone": "timezone", "betreuerin": "supervisors", "zzz": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_other_words(key):
    assert key_hint(key) == (f'; did you mean "{KEYS[key]}"?' if KEYS[key] else "")


def test_other_words_for_a_few():
    assert word_hint("status", "Besetzt") == "; write status: filled"
    assert word_hint("workplace", "vor Ort") == "; write workplace: on-site"
    assert word_hint("deadline_kind", "until filled") == "; write deadline_kind: rolling"
    assert word_hint("status", "hm") == word_hint("pay", "offen") == ""


def test_they_stand_in_the_problems_of_a_file(tmp_path):
    text = (
        "titel: A\nrole: [PhD, Doktorand]\nfrist: 1.1.2027\ndeadline: until filled\nposted: 31/01/2027\n"
        "status: besetzt\ntitle: A\n"
    )
    found = problems_of(tmp_path, {"x.yaml": text})
    assert [re.sub(r" is (not one of|no key|no date).*?;", ":", line) for line in found] == [
        'x.yaml:1: "titel": did you mean "title"?',
        'x.yaml:2: role: "Doktorand": write role: phd',
        'x.yaml:2: role: "PhD": write role: phd',
        'x.yaml:3: "frist": did you mean "deadline"?',
        'x.yaml:4: deadline: "until filled": delete the line, or write YYYY-MM-DD when there is a date',
        'x.yaml:5: posted: "31/01/2027": write 2027-01-31',
        'x.yaml:6: status: "besetzt": write status: filled',
    ]
