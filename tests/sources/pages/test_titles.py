"""Which title a call has: a heading that names it, the page's own, or what a sentence says is sought."""

import pytest

from bot.sources.pages.signs import NAMES_NONE
from bot.sources.pages.titles import title_of_page
from tests.sources.pages.expected import Page, check

PAGES = (
    Page(
        "a heading that names no position is no title where a sentence names one",
        """---
permalink: /vacancies/
---
## Open vacancies

We are a small group. We currently have several funded PhD and postdoctoral positions available (with a stipend).
""",
        (("open", "phd", "several funded PhD and postdoctoral positions", {}),),
    ),
    Page(
        "a heading that names whom it is for is one",
        "# Vacancies\n\n## Projects for master students\n\nWe seek a master student who counts owls.\n",
        (("open", "thesis", "Projects for master students", {}),),
    ),
    Page(
        "the page's own title names its one position",
        """---
title: Stellenausschreibung E13 "Eulen bei Nacht"
---
Die Doktorandenstelle ist im Projekt Ulula ausgeschrieben, das die Nacht erforscht.
""",
        (("open", "phd", 'Stellenausschreibung E13 "Eulen bei Nacht"', {}),),
    ),
    Page(
        "a section of positions has one link",
        """# Join us

## Open positions

[Postdoctoral researcher: evolution of owls →](job-owls.html)

Deadline: 21 July 2026
""",
        (("open", "postdoc", "Postdoctoral researcher: evolution of owls", {"deadline": "2026-07-21"}),),
    ),
    Page(
        "an address is no title",
        "# Positions\n\n## Postdoc in optics\n\n[https://uni.example/postdoc/optics](https://uni.example/postdoc/optics)\n",
        (("open", "postdoc", "Postdoc in optics", {"url": "https://uni.example/postdoc/optics"}),),
    ),
    Page(
        "from when to when is no title",
        "# Open positions\n\n## Nov. 1, 2026 - Oct. 31, 2030\n\nWe are looking for postdocs and PhD students.\n",
        (("open", "postdoc", "postdocs and PhD students", {}),),
    ),
    Page(
        "a page that only says of what kind its position is may have a topic",
        """---
title: PhD position
---
# Topic

The geometry of the wings of owls

# How to apply

We are seeking a candidate. Write to ada@lab.example.
""",
        (("open", "phd", "The geometry of the wings of owls", {}),),
    ),
    Page(
        "a page whose title is that of a position, and which looks for people, is one call",
        """---
title: "Student assistant: owls in notebooks"
---
We are looking for support in the lab next term. Write to ada@lab.example.
""",
        (("open", "student-assistant", "Student assistant: owls in notebooks", {}),),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_titles(page):
    check(page)


@pytest.mark.parametrize(
    "heading",
    [
        "Open positions",
        "Vacancies",
        "Jobs",
        "Stellenangebote",
        "Offene Stellen",
        "Join us!",
        "We are hiring",
        "Work with us",
        "Offres d'emploi",
        "Ofertas de empleo",
        "Posizioni aperte",
    ],
)
def test_headings_that_name_no_position(heading):
    assert NAMES_NONE.match(heading)


@pytest.mark.parametrize(
    "heading", ["PhD positions", "Positions for students", "Owls at night", "Join the owl project"]
)
def test_headings_that_name_one(heading):
    assert not NAMES_NONE.match(heading)


def test_the_name_of_a_site_is_left_out():
    assert title_of_page("PhD position on owls | Owl Lab") == "PhD position on owls"
    assert title_of_page("PhD opportunity in owl studies - Owl Lab") == "PhD opportunity in owl studies"
    assert title_of_page("PhD students - Owl Lab") == ""
    assert title_of_page("Open positions - Owl Lab") == ""
    assert title_of_page("Owl Lab") == ""
