"""Where a call begins: at long bold words, at an item of a list below another, in a sentence about other people."""

import pytest

from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW

_LONG = (
    "Postdoctoral Fellow positions of the forest fund to work on how owls of several kinds find their way "
    "through woods by night, by hearing alone"
)


def _read(text: str, title: str = "Jobs") -> list[tuple[object, object, str]]:
    found = read_page(f"---\ntitle: {title}\n---\n\n{text}", url=None, now=NOW, is_markdown=True).postings
    return [(posting.fields["title"], posting.fields["role"], posting.as_found.value) for posting in found]


def test_long_bold_words_without_a_verb_are_the_title_of_the_text_behind_them() -> None:
    text = f"## Postdocs\n\n**{_LONG}**. We seek somebody.\n\n**Postdoc on bats**. We seek somebody who hears well.\n"
    assert [title for title, _, _ in _read(text)] == [_LONG, "Postdoc on bats"]


def test_an_item_that_names_a_kind_leads_to_those_below_it() -> None:
    text = (
        "- PhD topics:\n"
        "    - [The flight of owls at night](https://lab.example/owls.pdf)\n"
        "    - [How bats find their way home](https://lab.example/bats.pdf)\n"
        "- Bridge positions:\n"
        "    - Hill University postdoc on foxes [link](https://hill.example/1) - closed\n"
    )
    assert _read(text) == [
        ("The flight of owls at night", ["phd"], "open"),
        ("How bats find their way home", ["phd"], "open"),
        ("Hill University postdoc on foxes", ["postdoc"], "closed"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## PhD position on owls\n\nWe seek a PhD student.\n\n- Requirements:\n    - a degree\n    - a PhD\n",
        "## PhD position on owls\n\nWe seek a PhD student.\n\n- PhD students get:\n    - a desk\n    - an owl\n",
    ],
)
def test_an_item_with_facts_below_it_leads_to_none(text: str) -> None:
    assert [title for title, _, _ in _read(text)] == ["PhD position on owls"]


def test_an_item_that_begins_with_one_position_is_one() -> None:
    text = (
        "# Hill University\n\n"
        "- A full time technician position (optics), starting in May for up to two years.\n"
        "- A part time engineer position, starting in June.\n"
    )
    assert [role for _, role, _ in _read(text)] == [["technician"], ["research-staff"]]


def test_what_is_told_of_a_position_in_a_list_is_none() -> None:
    text = "# Questions\n\n- A PhD position lasts three years.\n- A postdoc position has no teaching.\n"
    assert _read(text) == []


def test_people_of_whom_the_title_does_not_speak_are_invited_beside_what_it_offers() -> None:
    text = (
        "I currently have an open PhD position on owls. Please apply by 3 March 2027.\n\n"
        "I also always have topics for a master thesis on bats, so feel free to contact me.\n"
    )
    assert [(role, status) for _, role, status in _read(text, title="PhD position")] == [
        (["phd"], "open"),
        (["thesis"], "speculative"),
    ]


def test_a_degree_that_applicants_have_invites_nobody() -> None:
    text = "We seek a postdoc. Please apply by 3 March 2027.\n\nWe always welcome applicants with a PhD in biology.\n"
    assert [role for _, role, _ in _read(text, title="Postdoc position")] == [["postdoc"]]


def test_topics_with_their_kind_behind_them_are_positions() -> None:
    text = (
        "# Available projects\n\n"
        "* The flight of owls in the woods (Master thesis)\n"
        "* Bats and where they sleep by day (Bachelor thesis)\n"
        "* ... (write to us and ask for more)\n"
    )
    assert [(title, role) for title, role, _ in _read(text, title="Theses")] == [
        ("The flight of owls in the woods (Master thesis)", ["thesis"]),
        ("Bats and where they sleep by day (Bachelor thesis)", ["thesis"]),
    ]


def test_what_is_in_brackets_behind_a_position_is_no_other() -> None:
    text = "# Team\n\n* Ada Example, a doctoral student who looks at owls (PhD student)\n"
    assert _read(text, title="People and positions") == []


@pytest.mark.parametrize("heading", ["Prerequisites for PhD positions", "Requirements for PhD students"])
def test_what_is_required_of_applicants_heads_no_call(heading: str) -> None:
    text = f"## PhD position on owls\n\nWe seek a PhD student.\n\n## {heading}\n\n- You are always welcome to write.\n"
    assert [title for title, _, _ in _read(text)] == ["PhD position on owls"]


def test_what_tells_as_adverts_do_is_a_position_whatever_its_role_is_called() -> None:
    text = (
        "## Keeper of owls\n\n"
        "### Job description\n\nYou feed the owls.\n\n### Requirements\n\n- a degree\n\n"
        "### Contract details\n\n- 20 hours a week\n\n### Application\n\nSend a letter to ada@lab.example.\n"
    )
    assert _read(text) == [("Keeper of owls", ["other"], "open")]


def test_what_has_few_parts_of_adverts_is_none() -> None:
    text = "## About the forest\n\n### Location\n\nHill.\n\n### History\n\nOld.\n\n### Owls\n\nMany.\n"
    assert _read(text) == []


def test_the_steps_of_a_selection_are_no_positions() -> None:
    text = (
        "## PhD positions\n\nWe have PhD positions. Write to ada@lab.example.\n\n"
        "1. Application submission: April 14 - May 21, 2027\n"
        "2. Document submission by qualified candidates: August 4 - September 23, 2027\n"
        "3. Final list: by September 30, 2027\n"
    )
    assert [title for title, _, _ in _read(text)] == ["PhD positions"]


def test_an_item_that_offers_several_leads_to_those_below_it_with_a_link_in_it() -> None:
    text = (
        "Positions to be filled:\n\n"
        "- [Postdoc on bats in the woods](https://lab.example/bats)\n"
        "- Two four-year PhD positions available as part of [a school](https://school.example/):\n"
        "    - [Evolution of owls by night](https://school.example/owls)\n"
        "    - [Genomes of foxes and wolves](https://school.example/foxes)\n"
    )
    assert [(title, role) for title, role, _ in _read(text)] == [
        ("Postdoc on bats in the woods", ["postdoc"]),
        ("Evolution of owls by night", ["phd"]),
        ("Genomes of foxes and wolves", ["phd"]),
    ]


def test_what_a_section_asks_in_a_word_is_a_part_of_it() -> None:
    text = (
        "## Graduate students\n\nWe are always interested in graduate students. Please write to ada@lab.example.\n\n"
        "### Biologists?\n\nYou are welcome! We have a PhD student who was one.\n"
    )
    assert [title for title, _, _ in _read(text)] == ["Graduate students"]
