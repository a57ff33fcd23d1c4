"""Addresses as pages write them, for people alone, and what only looks like one."""

import pytest

from bot.sources.pages.details import emails
from bot.sources.pages.html import html_blocks


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
    ],
)
def test_an_address_is_read_as_it_is_meant(written: str) -> None:
    assert _addresses(written) == ["ada@lab.example"]


@pytest.mark.parametrize(
    "written",
    [
        "work at lab.example",
        "available at uni.example",
        "we take no applications at this point in time",
        "ada@NOSPAMlab.example",
        "ada@removethis.lab.example",
        "your.name@lab.example",
        "first.last@lab.example",
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
