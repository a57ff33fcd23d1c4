"""Addresses as pages write them, for people alone, and what only looks like one."""

from datetime import UTC, datetime

import pytest

from bot.sources.pages.details import emails
from bot.sources.pages.html import html_blocks
from bot.sources.pages.reading import read_page


def _addresses(html: str) -> list[str]:
    return [address for block in html_blocks(f"<p>{html}</p>") for address, _ in emails(block)]


@pytest.mark.parametrize(
    "written",
    [
        "ada@lab.example",
        "ada&#64;lab.example",
        "ada<span>@</span>lab.example",
        "ada [at] lab [dot] example",
        "ada(at)lab.example",
        "[ada(at)lab.example]",
        "ada ( at ) lab.example",
        "ada_at_lab.example",
        "ada -at- lab -dot- example",
        "ada#at#lab.example",
        "ada|at|lab|dot|example",
        "ada {at} lab {dot} example",
        "ada AT lab DOT example",
        "ada&lt;at&gt;lab.example",
        "ada (arroba) lab (punto) example",
        "ada [at] lab [punkt] example",
        "ada(at)lab(.)example",
        '<a href="mailto:ada@lab.example?subject=PhD">write</a>',
        "E-mail: ada at lab.example",
    ],
)
def test_an_address_is_read_as_it_is_meant(written: str) -> None:
    assert _addresses(written) == ["ada@lab.example"]


@pytest.mark.parametrize(
    "written",
    [
        "work at lab.example",
        "mail us at lab.example",
        "our lab is in building b2 at lab.example",
        "seu-email@lab.example",
        "e-mail address: see the page of people at lab.example",
        "available at uni.example",
        "we take no applications at this point in time",
        "ada@NOSPAMlab.example",
        "ada@removethis.lab.example",
        "your.name@lab.example",
        "first.last@lab.example",
        "name.surname@lab.example",
        "vorname.nachname@lab.example",
        "webmaster@lab.example",
        "postmaster@lab.example",
        "noreply@lab.example",
        "{ada,bob}@lab.example",
        "logo@2x.png",
        "@adalab",
    ],
)
def test_what_is_no_address_to_write_to(written: str) -> None:
    assert _addresses(written) == []


def test_a_number_in_a_name_makes_it_one_of_an_address() -> None:
    assert _addresses("send it to Dr. Ada (a5da at lab.example)") == ["a5da@lab.example"]


def _contacts(page: str) -> list[object]:
    reading = read_page(page, url=None, now=datetime(2031, 1, 1, tzinfo=UTC), is_markdown=True)
    return [posting.fields.get("contact") for posting in reading.postings]


_ABOUT = "\n\n# Team\n\n- Ada (applications to ada@lab.example)\n"
_POSITION = "## PhD position in hydrology\n\nWe have an open PhD position in hydrology, apply by 1 May 2031."


def test_the_only_address_to_apply_to_on_a_page_is_that_of_its_only_position() -> None:
    assert _contacts(_POSITION + _ABOUT) == [{"email": "ada@lab.example"}]


@pytest.mark.parametrize(
    "page",
    [
        _POSITION + _ABOUT + "- Bob, bob@lab.example",
        _POSITION + "\n\n# Team\n\n- Ada, ada@lab.example",
        _POSITION + "\n\n# News\n\nAda left us for another lab (ada@lab.example).",
        "## Prospective PhD students\n\nWe are always looking for PhD students with own funding." + _ABOUT,
        _POSITION + "\n\n## Postdoc position in ecology\n\nA postdoc position is open, too." + _ABOUT,
    ],
)
def test_an_address_elsewhere_is_no_contact_where_it_may_be_for_something_else(page: str) -> None:
    assert not any(_contacts(page))


def test_the_address_in_the_front_matter_is_that_of_the_position() -> None:
    page = "---\ntitle: PhD position in hydrology\ncontact-email: ada@lab.example\n---\n\n" + _POSITION
    assert _contacts(page) == [{"email": "ada@lab.example"}]
    assert _contacts(page.replace("ada@lab.example", "Ada of the lab")) == [None]


@pytest.mark.parametrize("heading", ["Contact", "Procedure and closing date"])
def test_a_section_on_whom_to_write_to_is_shared(heading: str) -> None:
    page = (
        "# Positions\n\n## PhD position in hydrology\n\nWe have an open PhD position.\n\n"
        "## Postdoc position in ecology\n\nWe have an open postdoc position.\n\n"
        f"## {heading}\n\n- Ada, ada@lab.example\n- Telephone 12"
    )
    assert _contacts(page) == [{"email": "ada@lab.example"}] * 2


def test_what_is_asked_of_applicants_is_no_call() -> None:
    page = (
        "# Secure radio\n\n## Description\n\nA postdoc position and a PhD position are available in the lab.\n\n"
        "## Prerequisites for postdoc positions\n\n- A PhD\n\n## Requirements for PhD positions\n\n- A master's degree"
    )
    reading = read_page(page, url=None, now=datetime(2031, 1, 1, tzinfo=UTC), is_markdown=True)
    assert not [posting for posting in reading.postings if str(posting.fields["title"]).startswith(("Pre", "Req"))]
