"""Where things are on the web, and which of its addresses is whose."""

import pytest

from bot.domain.site import Site

BOARD = Site("https://jobs.lab.example/open")


def test_the_page_of_a_posting_leads_back_to_it():
    assert BOARD.posting_at(BOARD.posting("phd-owls")) == "phd-owls"
    plain = Site("http://lab.example:8080")
    assert plain.posting_at(plain.posting("a")) == "a"


@pytest.mark.parametrize(
    "address",
    [
        "https://jobs.lab.example/open/postings/phd-owls/",
        "http://jobs.lab.example/open/postings/phd-owls",
        "https://JOBS.lab.example/open/postings/phd-owls?utm_source=mail&lang=de#apply",
    ],
)
def test_what_is_asked_of_the_page_is_nothing_to_it(address):
    assert BOARD.posting_at(address) == "phd-owls"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://jobs.lab.example/open/",
        "https://jobs.lab.example/open/postings/",
        "https://jobs.lab.example/postings/phd-owls",
        "https://jobs.lab.example/open/postings/phd-owls.ics",
        "https://jobs.lab.example/open/postings/phd-owls/more",
        "https://jobs.lab.example/open/postings/../postings/phd-owls",
        "https://jobs.lab.example/open/postings/phd%2Dowls",
        "https://jobs.lab.example/open/postings//phd-owls",
        "https://jobs.lab.example:444/open/postings/phd-owls",
        "https://jobs.lab.example@evil.example/open/postings/phd-owls",
        "https://evil.example/open/postings/phd-owls",
        "https://jobs.lab.example.evil.example/open/postings/phd-owls",
        "https://evil.example/?https://jobs.lab.example/open/postings/phd-owls",
        "ftp://jobs.lab.example/open/postings/phd-owls",
        "//jobs.lab.example/open/postings/phd-owls",
        "https://[jobs.lab.example/open/postings/phd-owls",
        "https://jobs.lab.example/open/postings/" + "a" * 201,
    ],
)
def test_any_other_address_is_no_postings(address):
    assert BOARD.posting_at(address) is None
