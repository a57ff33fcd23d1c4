"""The calls in comments, and what stands in comments and is none."""

import pytest

from bot.sources.base import AsFound
from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW

_SHOWN = """---
title: Jobs
---

## PhD position on owls

We seek a PhD student to look at owls. Please apply by 3 March 2027 to ada@lab.example.

"""


def _commented(text: str) -> list[tuple[object, object]]:
    found = read_page(text, url=None, now=NOW, is_markdown=True).postings
    return [
        (posting.fields["title"], posting.fields["role"])
        for posting in found
        if posting.as_found is AsFound.COMMENTED_OUT
    ]


def test_a_comment_in_an_open_call_is_what_it_says_itself() -> None:
    [(title, role)] = _commented(_SHOWN + "<!-- We are hiring a postdoc to look at bats. Write to us soon. -->\n")
    assert "bats" in str(title)
    assert role == ["postdoc"]


@pytest.mark.parametrize(
    "comment",
    [
        '<!-- Please send what you have to Ada. The subject should be "PhD Application". -->',
        "<!-- How adverts are written:\n\n- https://lab.example/jobs/phd-position\n- https://lab.example/postdoc.pdf\n-->",
    ],
)
def test_a_remark_in_an_open_call_is_none(comment: str) -> None:
    assert _commented(f"{_SHOWN}{comment}\n") == []


def test_an_invitation_in_passing_is_none() -> None:
    comment = "<!-- Postdocs are always welcome to write to Ada about positions. -->"
    assert _commented(f"---\ntitle: Postdocs\n---\n\n{comment}\n\nWe look at owls.\n") == []


def test_below_a_heading_of_several_a_comment_is_about_what_that_names() -> None:
    comment = "<!--\n- [Owls at night and how they hunt](/files/owls.pdf)\n-->"
    text = f"---\ntitle: Jobs\n---\n\n## PhD positions\n\n{comment}\n\nNo positions at the moment.\n"
    assert _commented(text) == [("Owls at night and how they hunt", ["phd"])]


def test_lines_of_markdown_that_are_comments_each_are_one() -> None:
    lines = (
        "[//]: # (## Postdoctoral scientist)\n\n"
        "[//]: # (My group has an opening for a postdoctoral scientist who looks at owls.)\n"
        "[//]: # (The position will remain open until filled.)\n"
    )
    assert _commented(f"{_SHOWN}{lines}") == [("Postdoctoral scientist", ["postdoc"])]


def test_a_template_that_nobody_has_filled_is_none() -> None:
    comment = (
        "<!--\n## PhD positions\n\n* Thesis 1: name\n    - Description\n    - Contact: [x](mailto:x@lab.example)\n-->"
    )
    assert _commented(f"---\ntitle: Jobs\n---\n\nWe look at owls.\n\n{comment}\n") == []
