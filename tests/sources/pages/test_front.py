"""What the front matter of a page about one call says of its state, in people's words."""

import pytest

from bot.sources.base import AsFound, FoundPosting
from bot.sources.pages import read_page
from bot.sources.pages.days import DateStyle
from bot.sources.pages.front import with_front_matter
from tests.sources.pages.expected import NOW

_CALL = FoundPosting({"title": "PhD student"}, AsFound.OPEN, {}, {}, None, None)


@pytest.mark.parametrize(
    ("key", "value", "as_found"),
    [
        ("status", "Closed", AsFound.CLOSED),
        ("status", "close", AsFound.CLOSED),
        ("state", "filled", AsFound.CLOSED),
        ("status", "expired", AsFound.CLOSED),
        ("status", "archived", AsFound.CLOSED),
        ("status", "besetzt", AsFound.CLOSED),
        ("status", "abgelaufen", AsFound.CLOSED),
        ("status", "withdrawn", AsFound.CLOSED),
        ("estado", "cerrada", AsFound.CLOSED),
        ("open", "false", AsFound.CLOSED),
        ("filled", "true", AsFound.CLOSED),
        ("status", "open", AsFound.OPEN),
        ("status", "active", AsFound.OPEN),
        ("status", "offen", AsFound.OPEN),
        ("filled", "false", AsFound.OPEN),
        ("published", "false", AsFound.OPEN),
    ],
)
def test_a_state_in_words(key: str, value: str, as_found: AsFound) -> None:
    assert with_front_matter(_CALL, {key: value}, DateStyle(), None).as_found is as_found


@pytest.mark.parametrize(
    ("key", "value", "field", "read"),
    [
        ("deadline", "7.12.2026", "deadline", "2026-12-07"),
        ("closingDate", "2026-12-07", "deadline", "2026-12-07"),
        ("application-deadline", "7 December 2026", "deadline", "2026-12-07"),
        ("fecha_limite", "7 de diciembre de 2026", "deadline", "2026-12-07"),
        ("start_date", "2026-12-07", "deadline", None),
        ("deadline", "to be announced", "deadline", None),
        ("Salary", "E 13 TV-L, 65 %", "pay", "E 13 TV-L, 65 %"),
        ("salary-range", "$70,000 to $80,000", "pay", "$70,000 to $80,000"),
        ("salary", "competitive", "pay", None),
        ("apply_url", "https://jobs.lab.example/1", "url", "https://jobs.lab.example/1"),
    ],
)
def test_a_field_by_any_name_of_its_key(key: str, value: str, field: str, read: str | None) -> None:
    assert with_front_matter(_CALL, {key: value}, DateStyle(), None).fields.get(field) == read


def _of_html(text: str) -> list[tuple[str, object, object]]:
    found = read_page(text, url=None, now=NOW, is_markdown=False).postings
    return [(posting.as_found.value, posting.fields["title"], posting.fields.get("deadline")) for posting in found]


def test_a_page_in_html_has_front_matter_too():
    page = """---
title: "Open positions"
status_note: We seek a PhD student in optics.
---
<h2>Archive</h2>
<ul><li>PhD position 2025: <a href="/1.pdf">Owls at night in the woods</a></li></ul>
"""
    assert _of_html(page) == [("closed", "Owls at night in the woods", None)]


def test_a_text_of_the_front_matter_is_read_where_the_page_shows_it():
    page = """---
title: Jobs
text: |
    ## PhD position in optics

    We seek a PhD student. Apply by 4 May 2026.
hidden: We seek a postdoc in the study of owls. Apply by 9 May 2026.
---
<section>{{ page.text | markdownify }}{{ page.absent | markdownify }}</section>
"""
    assert _of_html(page) == [("open", "PhD position in optics", "2026-05-04")]
    shown_twice = page.replace("{{ page.absent", "{{ page.text")
    assert _of_html(shown_twice) == _of_html(page)
