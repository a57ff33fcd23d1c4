"""An advert that somebody pastes: what is certain is filled in, with its own words; nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.files.values import checked
from bot.sources.pages.advert import read_advert
from tests.domain.build import instant

NOW = instant("2027-02-10 12:00")

GERMAN = """Wir suchen ab sofort eine*n Doktorand*in (m/w/d) im Bereich Ökologie

Die Arbeitsgruppe Eulenforschung sucht eine Doktorandin oder einen Doktoranden (65 %, TV-L E13).
Dienstort: Rostock
Bewerbungsfrist: 31.05.2027
Bewerbungen bitte an bewerbung@lab.example.
"""


def test_german_and_a_title_that_stands_in_a_sentence():
    found = read_advert(GERMAN, NOW)
    assert found.fields == {
        "role": ["phd"],
        "deadline": "2027-05-31",
        "location": "Rostock",
        "pay": "65 %, TV-L E13",
        "apply": "bewerbung@lab.example",
        "contact": {"email": "bewerbung@lab.example"},
    }
    assert found.evidence["deadline"] == "Bewerbungsfrist: 31.05.2027"
    assert found.evidence["location"] == "Dienstort: Rostock"
    assert set(found.uncertain) == {"title"}


def test_pasted_html_is_read_as_a_page():
    found = read_advert(
        "<h2>Postdoc in Owls</h2><p>Apply by <b>May 2nd, 2027</b> to <a href='mailto:a@lab.example'>us</a>", NOW
    )
    assert found.fields["title"] == "Postdoc in Owls"
    assert found.fields["deadline"] == "2027-05-02"
    assert found.fields["apply"] == "a@lab.example"


@pytest.mark.parametrize(
    "text",
    [
        "<h2>Postdoc in Owls</h2><p>Apply by 2 May 2027<br>12:00 noon CET</p>",
        "Postdoc in Owls\n\nApply by 2 May 2027\n12 Uhr",
    ],
)
def test_a_time_of_day_in_the_next_line_makes_the_deadline_uncertain(text):
    found = read_advert(text, NOW)
    assert "deadline" not in found.fields
    assert found.uncertain["deadline"] == "a time of day is named"


def test_a_message_as_one_writes_it_in_chat():
    text = "Hi all, we have an opening for a postdoc in my lab in Lyon. deadline is 30 June. mail me: pi@lab.example"
    found = read_advert(text, NOW)
    assert found.fields == {"role": ["postdoc"], "apply": "pi@lab.example", "contact": {"email": "pi@lab.example"}}
    assert "no year" in found.uncertain["deadline"]


@pytest.mark.parametrize(
    "text",
    [
        "1. PhD position in Owls. Apply by 2 May 2027.\n2. Postdoc position in Bats. Apply by 3 June 2027.",
        "# PhD position in Owls\n\nApply by 2 May 2027.\n\n# Postdoc position in Bats\n\nApply by 3 June 2027.",
        "Location: Lyon\nDear all, welcome\nLocation: Rostock",
    ],
)
def test_what_can_be_read_in_two_ways_is_left_out(text):
    found = read_advert(text, NOW)
    assert not {"title", "role", "deadline", "location"} & set(found.fields)


PIECES = (
    "PhD position in Owls|Deadline:|2 May 2027|5/6/2027|12:00|<p>|</p>|<b>|Location: Lyon|E13|jobs@lab.example|"
    "https://lab.example/x|\n|\n\n|- |# |🦉|\u202e|&amp;|: "
).split("|")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_whatever_is_pasted_what_is_filled_in_holds_up(text):
    fields = {"title": "x", "role": ["other"]} | dict(read_advert(text, NOW).fields)
    checked(fields, "new", "Europe/Berlin")
