"""The soak in small: days in which postings change at random and everything fails, against an oracle."""

import logging

import pytest

from tests.soak.soak import run

DAYS, POSTINGS, CHANNELS, FOLLOWERS = 10, 24, 4, 3


@pytest.fixture(autouse=True)
def loud_again():
    """A soak silences the log; other tests read it."""
    log = logging.getLogger("callboard")
    level = log.level
    yield
    log.setLevel(level)


@pytest.mark.parametrize("seed", [2])
def test_every_channel_looks_as_it_must_at_the_end_of_every_day(tmp_path, seed):
    figures = run(seed, tmp_path, DAYS, postings=POSTINGS, channels=CHANNELS, followers=FOLLOWERS)
    assert not figures.differences, f"seed {seed}\n" + "\n".join(figures.differences[:2])
    assert figures.days == DAYS
    assert figures.counts["notices"] > POSTINGS
    assert figures.counts["edits"] > POSTINGS
    assert figures.crashes
    assert figures.counts["lost after"]
    assert figures.orders["settings"]
