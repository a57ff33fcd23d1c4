"""One position that a section offers which begins by inviting people."""

import pytest

from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW

_ALWAYS = "We are always happy to hear from motivated postdocs. Please get in touch."
_OFFER = "We currently have a position for a postdoc on owls at night (deadline: 3 March 2027)."


def _read(*paragraphs: str, heading: str = "Postdocs") -> list[tuple[object, str, object]]:
    text = "\n\n".join(["---\ntitle: Join us\n---", f"## {heading}", *paragraphs])
    found = read_page(text, url=None, now=NOW, is_markdown=True).postings
    return [(posting.fields["title"], posting.as_found.value, posting.fields.get("deadline")) for posting in found]


def test_what_a_section_offers_after_it_has_invited_is_a_call_of_its_own() -> None:
    standing, offered = _read(_ALWAYS, _OFFER)
    assert standing == ("Postdocs", "speculative", None)
    assert offered[1:] == ("open", "2027-03-03")
    assert "owls at night" in str(offered[0])


def test_an_advert_tells_of_it_as_a_day_does() -> None:
    offer = "We are advertising for a postdoc on owls: [apply here](https://jobs.lab.example/1)."
    assert [status for _, status, _ in _read(_ALWAYS, offer, "You will climb trees.")] == ["speculative", "open"]


@pytest.mark.parametrize(
    "paragraphs",
    [
        (_OFFER, _ALWAYS),  # whoever is interested in it
        (_ALWAYS, "We have a position for a postdoc now."),
        (_ALWAYS, "We have several postdoc positions (deadline: 3 March 2027)."),
        (_OFFER,),
        (_ALWAYS, "Information on applying for a postdoc fellowship is available [here](https://lab.example/apply)."),
    ],
)
def test_where_that_is_not_so_it_is_one_call(paragraphs: tuple[str, ...]) -> None:
    assert len(_read(*paragraphs)) == 1


def test_a_heading_that_names_one_position_is_that_call() -> None:
    assert len(_read(_ALWAYS, _OFFER, heading="Postdoc on owls at night")) == 1


def test_what_others_offer_or_what_was_offered_is_no_call_of_the_section() -> None:
    for said in (
        "Our partner lab is looking for one postdoc, apply by 3 March 2027.",
        "We had one postdoc position (deadline: 3 March 2027).",
    ):
        assert len(_read(_ALWAYS, said)) == 1
