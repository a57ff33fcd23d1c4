"""The two pages with which Callboard began, read in place where they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sources.base import AsFound, FoundPosting
from bot.sources.pages import read_page

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def _seed(number: str) -> tuple[FoundPosting, ...]:
    file = next(SEEDS.glob(f"{number}_*.txt"), None)
    if file is None:
        pytest.skip("the pages are not there")
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return read_page(file.read_text("utf-8"), url=None, now=now, is_markdown=True).postings


def test_three_calls_come_out_of_the_comment() -> None:
    postings = _seed("000")
    assert [posting.as_found for posting in postings] == [AsFound.COMMENTED_OUT] * 3
    assert [posting.fields["role"] for posting in postings] == [["phd"], ["phd"], ["postdoc"]]
    assert {posting.fields["deadline"] for posting in postings} == {"2021-05-02"}
    assert {posting.evidence["deadline"] for posting in postings} == {
        "Please submit your application by May 2nd, 2021."
    }
    assert all("E13 TV-L" in str(posting.fields["pay"]) for posting in postings)
    assert len({str(posting.fields["title"]) for posting in postings}) == 3


def test_two_positions_have_the_deadline_of_the_sentence_above_them() -> None:
    offered = [posting for posting in _seed("003") if posting.as_found is AsFound.OPEN]
    assert [posting.fields["title"] for posting in offered] == ["Position 1", "Position 2"]
    assert {posting.fields["deadline"] for posting in offered} == {"2024-01-31"}
    assert {str(posting.fields["role"]) for posting in offered} == {"['phd', 'postdoc']"}
    assert len({posting.fields["url"] for posting in offered}) == 2


def test_the_standing_invitation_is_no_opening() -> None:
    standing = [posting for posting in _seed("003") if posting.as_found is AsFound.SPECULATIVE]
    assert {str(posting.fields["role"]) for posting in standing} == {"['phd']", "['postdoc']", "['student-assistant']"}
    assert not any("deadline" in posting.fields for posting in standing)
