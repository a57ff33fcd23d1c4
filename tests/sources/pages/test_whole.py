"""A page that is one call as a whole: its front matter, its title and its parts say so together."""

import pytest

from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW

_TO_APPLY = "Please apply via [this form](https://lab.example/form).\n"


def _read(front: str, body: str = _TO_APPLY) -> list[tuple[object, object, str]]:
    text = f"---\n{front}\n---\n\n{body}"
    found = read_page(text, url=None, now=NOW, is_markdown=True).postings
    return [(posting.fields["title"], posting.fields["role"], posting.as_found.value) for posting in found]


@pytest.mark.parametrize(
    ("front", "role"),
    [
        ("description: Open PhD position", "phd"),
        ("excerpt: 'PhD position: how owls find their way'", "phd"),
        ("summary: Postdoctoral position", "postdoc"),
        ("description: Stage de fin d'études (Bac+5)", "internship"),
        ("collection: open-positions\ntype: PhD", "phd"),
        ("permalink: /vacancies/owls/\ncategory: Postdoc", "postdoc"),
        ("layout: job\ncategories: [postdoc, optics]", "postdoc"),
        ("type: vacancy", "other"),
    ],
)
def test_a_title_without_a_role_is_that_of_the_position_of_which_front_matter_tells(front: str, role: str) -> None:
    title = "The flight of owls in cold and windy woods"
    assert _read(f"title: {title}\n{front}") == [(title, [role], "open")]


@pytest.mark.parametrize(
    "front",
    [
        "title: The flight of owls in cold and windy woods",
        "title: The flight of owls in cold and windy woods\ncategory: PhD",  # or a thesis, or who writes it
        "title: The flight of owls in cold and windy woods\ncollection: theses\ntype: PhD thesis",
        "title: Ada Example\ndescription: PhD student\ncollection: people",
        "title: Open positions\ndescription: Open PhD positions",
    ],
)
def test_what_front_matter_says_of_no_position_is_none(front: str) -> None:
    assert _read(front) == []


def test_a_record_says_nothing_of_how_to_apply_and_is_no_call() -> None:
    front = "title: The flight of owls in cold and windy woods\ncollection: positions\ntype: PhD"
    assert _read(front, "Owls fly at night.\n") == []


def test_its_first_facts_say_of_what_kind_a_record_is() -> None:
    front = "title: The flight of owls in cold and windy woods\ncollection: open-positions"
    facts = (
        "Type | Research internship",
        "--- | ---",
        "Level | Master",
        "Duration | 6 months",
        "Contact | a@lab.example",
    )
    rows = "".join(f"| {fact} |\n" for fact in facts)
    assert [role for _, role, _ in _read(front, rows)] == [["internship"]]


def test_a_page_of_what_adverts_tell_is_one() -> None:
    body = (
        "## Your responsibilities\n\nYou build nests.\n\n## Your profile\n\n- a degree\n\n## What we offer\n\n- air\n"
    )
    assert _read("title: PhD & Postdoc", body) == [("PhD & Postdoc", ["phd", "postdoc"], "open")]


def test_a_page_of_people_is_none() -> None:
    body = "## Ada Example\n\nShe looks at owls.\n\n## Contact\n\nada@lab.example\n\n## Research\n\nOwls.\n"
    assert _read("title: PhD students", body) == []


def test_front_matter_alone_tells_until_when_to_apply() -> None:
    front = "title: Postdoc - Owls\ncloses: 2027-03-01\nexternal_url: https://jobs.lab.example/1"
    found = read_page(f"---\n{front}\n---\n", url=None, now=NOW, is_markdown=True).postings
    assert [(posting.fields["title"], posting.fields["deadline"], posting.fields["url"]) for posting in found] == [
        ("Postdoc - Owls", "2027-03-01", "https://jobs.lab.example/1")
    ]


@pytest.mark.parametrize(("file", "address"), [("/jd/owls.pdf", "/jd/owls.pdf"), ("owls.pdf", None)])
def test_the_advert_is_a_file_of_which_front_matter_says_where_it_is(file: str, address: str | None) -> None:
    text = f"---\ntitle: PhD position on owls\nuntil: 2027-03-01\npdf: {file}\n---\n\nOwls fly.\n"
    found = read_page(text, url="https://lab.example/", now=NOW, is_markdown=True).postings
    assert [posting.evidence.get("url") for posting in found] == [address]


def test_a_summary_is_what_a_page_without_a_text_says() -> None:
    front = "title: Graduate students\nsummary: We are recruiting graduate students! [Write](mailto:a@lab.example)."
    assert [role for _, role, _ in _read(front, "")] == [["phd"]]


def test_front_matter_that_is_no_yaml_is_read_line_by_line() -> None:
    front = "layout: page\ntitle: [2 years] PhD position: owls at night\ntags:\n  - archive"
    body = "We are looking for a PhD student. Please write to ada@lab.example.\n"
    assert _read(front, body) == [("[2 years] PhD position: owls at night", ["phd"], "open")]


def test_the_title_of_a_page_names_its_call_rather_than_what_describes_it() -> None:
    front = 'title: PhD on owls and their nests\ndescription: "PhD student: <b>Deadline: 3 March</b>"'
    assert [title for title, _, _ in _read(front, "We are looking for a PhD student to look at owls.\n")] == [
        "PhD on owls and their nests"
    ]
