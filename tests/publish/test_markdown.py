"""A page for Jekyll and Hugo: only the list is ours, and no text of a posting is a sign."""

import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from bot.domain.site import Site
from bot.publish.formats.markdown import BEGIN, END, MarkersError, page, render
from tests.domain.build import posting
from tests.publish.build import ALL, DE, EN, NOW, SITE, editions, postings

BLOCK = f"{BEGIN}\n\nlist\n\n{END}\n"


def test_what_is_open_soonest_deadline_first():
    assert (
        render(ALL, SITE, EN, NOW)
        == f"""{BEGIN}

### [PhD with owls](<https://lab.example/owls>)

PhD · Owl Lab · Tübingen, Germany{"  "}
Apply by **Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)**

You count owls.

### [Postdoc with mice](<https://jobs.lab.example/board/postings/mice>)

Postdoc{"  "}
No fixed deadline: applications are welcome at any time

{END}
"""
    )


def test_addresses_in_a_summary_are_links():
    one = posting("owls", summary="Apply at https://lab.example/a_b(c), or to jobs@lab.example. <!-- E14 -->")
    assert (
        "\nApply at [https://lab.example/a&#95;b(c)](<https://lab.example/a_b(c)>), or to "
        "[jobs@lab.example](<mailto:jobs@lab.example>).\n"
    ) in render(editions(one), SITE, EN, NOW)


def test_when_nothing_is_open_it_says_so():
    assert "Zurzeit ist nichts offen" in render([], SITE, DE, NOW) or "nichts" in render([], SITE, DE, NOW)
    assert "Write to us" in render([], Site("https://x.example", when_empty="Write to us."), EN, NOW)


def test_a_new_page_has_front_matter():
    found = page(None, BLOCK, Site("https://x.example", title='Join "us": now'), EN)
    assert found.startswith('---\nlayout: page\ntitle: "Join \\"us\\": now"\npermalink: /positions/\n')
    assert found.endswith(BLOCK)


def test_what_a_person_wrote_around_it_stays():
    before = f"---\ntitle: Ours\n---\nHello.\n\n{BEGIN}\nold\n{END}\n\nGoodbye.\n"
    after = page(before, BLOCK, SITE, EN)
    assert after == f"---\ntitle: Ours\n---\nHello.\n\n{BEGIN}\n\nlist\n\n{END}\n\nGoodbye.\n"
    assert page(after, BLOCK, SITE, EN) == after


@pytest.mark.parametrize("before", ["", "Hello", BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_a_page_without_the_markers_is_left_alone(before):
    with pytest.raises(MarkersError, match="write both where the list is to stand"):
        page(before, BLOCK, SITE, EN)


@settings(max_examples=200, deadline=None)
@given(postings)
def test_no_text_is_taken_for_a_sign(one):
    block = render(editions(one), SITE, EN, NOW)
    assert page(page(None, block, SITE, EN), block, SITE, EN).count(BEGIN) == 1
    assert not re.search(r"\{\{|\{%", block)
    tokens = MarkdownIt("commonmark", {"html": True}).parse(block)
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or []}
    assert kinds <= {
        *("html_block", "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "text"),
        *("text_special", "link_open", "link_close", "strong_open", "strong_close", "hardbreak"),
    }
    assert sum(token.type == "heading_open" for token in tokens) == 1
    assert sum(token.type == "html_block" for token in tokens) == 2
