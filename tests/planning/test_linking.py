"""When links are looked at, and what counts as gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.link import Link
from bot.planning.linking import EVERY, NoHost, is_gone, links, looked, missing, new, told_at, with_their_postings
from tests.domain.build import channel, instant, posting

NOON = instant("2027-05-02 12:00")
DAY = timedelta(days=1)
PAGE = "https://www.owls-of-bonn.de/jobs/7"


def after(*looks, apart=DAY):
    """A link after these looks, each so long after the one before."""
    link = new(PAGE, NOON)
    for number, look in enumerate(looks):
        link = looked(link, look, NOON + number * apart)
    return link


@pytest.mark.parametrize("answer", [404, 410, NoHost.ANSWER])
def test_two_looks_a_day_apart_find_it_gone_and_one_does_not(answer):
    assert not is_gone(after(answer))
    assert is_gone(after(answer, answer))
    assert not is_gone(after(answer, answer, apart=DAY - timedelta(seconds=1)))
    assert is_gone(after(answer, answer, answer, apart=DAY / 2))


@pytest.mark.parametrize("answer", [None, 400, 401, 403, 405, 408, 429, 451, 500, 502, 503])
def test_what_is_not_known_neither_finds_it_gone_nor_brings_it_back(answer):
    assert not is_gone(after(answer, answer, answer))
    assert is_gone(after(404, answer, 404))
    assert is_gone(after(404, 404, answer))


@pytest.mark.parametrize("answer", [200, 204, 206, 304])
def test_what_is_back_is_forgotten(answer):
    assert after(404, 404, answer).gone_since is None
    assert not is_gone(after(404, answer, 404))
    assert after(404, 404, answer, 404, 404).gone_since == NOON + 3 * DAY


def test_the_second_look_comes_a_day_later_all_others_a_week():
    assert after(200).due_at == NOON + EVERY
    assert after(None).due_at == NOON + EVERY
    assert after(404).due_at == NOON + DAY
    assert after(404, None).due_at == NOON + 2 * DAY
    assert after(404, 404).due_at == NOON + DAY + EVERY


@given(st.text(min_size=1))
def test_what_is_new_is_due_within_a_week_and_not_on_the_first_day(url):
    assert NOON + DAY <= new(url, NOON).due_at <= NOON + EVERY
    assert new(url, NOON) == new(url, NOON)


def test_what_is_new_is_spread_over_the_week():
    days = {(new(f"{PAGE}/{number}", NOON).due_at - NOON).days for number in range(100)}
    assert days == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    "link",
    [
        "https://lab.example/jobs",
        "https://lab.example./jobs",
        "https://EXAMPLE.com/jobs",
        "https://www.example.org",
        "https://nothing.invalid",
        "https://jobs.test/7",
        "http://localhost:8080",
        "http://www.localhost",
        "http://intranet/jobs",
        "http://wiki.internal",
        "http://printer.local",
        "mailto:owls@owls-of-bonn.de",
        "https://mia:secret@owls-of-bonn.de",
        "https://[::1",
    ],
)
def test_names_that_nobody_has_and_what_is_no_page_are_never_asked(link):
    assert list(links(posting(url=link, apply=link))) == []


def test_a_link_is_looked_at_once_however_often_it_is_there():
    assert list(links(posting(url=PAGE, apply=f"{PAGE}#apply"))) == [PAGE]
    assert list(links(posting(url=PAGE, apply="https://apply.owls-of-bonn.de"))) == [
        PAGE,
        "https://apply.owls-of-bonn.de",
    ]
    assert list(links(posting(url="http://127.0.0.1:80/x"))) == ["http://127.0.0.1:80/x"]  # the client refuses it


def test_what_a_posting_misses():
    gone = Link(PAGE, NOON, NOON - DAY, NOON, 404)
    assert missing(posting(url=f"{PAGE}#top"), [gone]) == (gone,)
    assert missing(posting(url=f"{PAGE}/more"), [gone]) == ()


@pytest.mark.parametrize(
    ("gone_at", "at"),
    [
        ("2027-05-02 12:00", "2027-05-03 07:00"),  # 9:00 in Berlin
        ("2027-05-02 23:59", "2027-05-03 07:00"),
        ("2027-05-03 06:59", "2027-05-03 07:00"),
        ("2027-05-03 07:00", "2027-05-03 07:00"),
        ("2027-10-30 12:00", "2027-10-31 08:00"),  # the clocks are put back in that night
    ],
)
def test_an_owner_is_told_at_remind_at_where_that_comes_next(gone_at, at):
    link = replace(after(404, 404), gone_at=instant(gone_at))
    assert told_at(link, channel().schedule) == instant(at)


def test_of_what_is_not_gone_nobody_is_told():
    assert told_at(new(PAGE, NOON), channel().schedule) is None


def test_links_that_are_gone_have_the_postings_that_have_them():
    gone, there = after(404, 404), replace(after(200), url=f"{PAGE}/there")
    postings = [posting("owls", url=PAGE), posting("bats", apply=f"{PAGE}#apply"), posting("mice", url=there.url)]
    assert with_their_postings([gone, there], postings) == {gone: ["owls", "bats"]}
    assert with_their_postings([there], postings) == {}
