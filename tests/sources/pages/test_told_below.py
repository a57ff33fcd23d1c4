"""What stands below a heading and tells of its position, and what beside it is none: books, cards, questions."""

import pytest

from bot.sources.base import AsFound
from bot.sources.pages import read_page
from bot.sources.pages.status import is_closed
from tests.sources.pages.expected import NOW, Page, check

PAGES = (
    Page(
        "what to read is no position",
        """# Open positions

## Internships

Below is a list of funded internship proposals, contact me if you are interested.

* [The songs of owls in the woods](owls.pdf)

If you want to apply for a PhD, I encourage you to read the following.

Books

* [Owls: a natural history](https://books.example/owls), by A. Example
* [Seals: a natural history](https://books.example/seals), by B. Example
""",
        (("open", "internship", "The songs of owls in the woods", {}),),
    ),
    Page(
        "cards say of themselves whether they are open",
        """---
title: Opportunities
---
<div>PhD Position: the eyes of owls Status: Open</div>
<div>Project Description</div>
<div>The work is on the eyes of owls, and we look for a student who sees well. Deadline: 31 May 2026</div>
<div>Postdoctoral Fellowship on the ears of owls Status: Closed</div>
<div>Project Description</div>
<div>The work is on the ears of owls.</div>
""",
        (
            ("open", "phd", "PhD Position: the eyes of owls", {"deadline": "2026-05-31"}),
            ("closed", "postdoc", "Postdoctoral Fellowship on the ears of owls", {}),
        ),
    ),
    Page(
        "what is told with a name in bold each is no call, though one of the names is of a role",
        """# Open PhD positions

* [The eyes of owls](https://owls.example/1)
* [The ears of owls](https://owls.example/2)

## Benefits

**Training:** You will learn to listen.

**PhD:** You will register in the doctoral programme of your university.

**Office:** You will sit by a window.
""",
        (
            ("open", "phd", "The eyes of owls", {}),
            ("open", "phd", "The ears of owls", {}),
        ),
    ),
    Page(
        "what is told with roles in bold is of them each",
        """# Open positions

## Projects

**PhD position on eyes:** We are looking for a student who sees well.

**Postdoc position on ears:** We are looking for a postdoc who hears well.
""",
        (
            ("open", "phd", "PhD position on eyes", {}),
            ("open", "postdoc", "Postdoc position on ears", {}),
        ),
    ),
    Page(
        "a card that leads to its own page leads nowhere, not to where one applies for the others",
        """---
title: Recruitment
permalink: /recruitment/
rows:
  - title: The eyes of owls
    url: /recruitment/eyes/
    btn_label: Read more
  - title: The ears of owls
    url: /recruitment/
    btn_label: Hiring completed
---
## Open PhD positions

[Apply here](https://owls.example/apply/)

{% include feature_row id="rows" %}
""",
        (
            ("open", "phd", "The eyes of owls", {}),
            ("closed", "phd", "The ears of owls", {"url": None}),
        ),
    ),
    Page(
        "where most of what stands below a call tells more about it, all of it does",
        """# Open PhD Positions

Our lab is looking for PhD candidates who study owls.

## Your qualifications

* A degree in biology

## Beneficial qualifications

* Good ears

## Logistics

If you are not sure about doing a PhD, read this first. Send us an email at owls@lab.example.
""",
        (("open", "phd", "Open PhD Positions", {"contact": {"email": "owls@lab.example"}}),),
    ),
    Page(
        "whom a call wants may be told by a list in which applicants are named",
        """# Open positions

## PhD and master students

We currently have PhD and MSc positions. We look for:

* Strong academic background
* PhD applicants: Published papers from your earlier work
""",
        (("open", "phd", "PhD and master students", {}),),
    ),
    Page(
        "a question asks for whom the next sentence looks",
        """# Positions

Are you looking for an internship, engineer or PhD position on owls?

We are looking for curious people!
""",
        (("open", "internship", "internship, engineer or PhD position on owls", {}),),
    ),
    Page(
        "a question to which nobody looks for people is an invitation",
        "# Positions\n\nAre you looking for a PhD position on owls?\n\nWrite to us.\n",
        (("speculative", "phd", "PhD position on owls", {}),),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_told_below(page):
    check(page)


def test_facts_told_one_by_one_are_those_of_a_position():
    text = "# Open positions\n\n## Postdoctoral fellows\n\n**Start date**: flexible\n\n**Location**: Owl House\n"
    [told] = read_page(text, url=None, now=NOW, is_markdown=True).postings
    assert told.as_found is AsFound.OPEN
    assert "status" not in told.uncertain


def test_what_is_not_closed():
    assert not is_closed("The list above is not closed.")
    assert not is_closed("The position is not yet filled.")
    assert is_closed("The list above is closed.")
