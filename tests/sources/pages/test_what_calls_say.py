"""What calls say of themselves, reduced from what was once read wrong: whether they are open, and facts and days."""

import pytest

from tests.sources.pages.expected import Page, check

ROOT = "https://lab.example/jobs/"

STATES = (
    Page(
        "what will come is not there",
        """# Opportunities

## Postdoc opportunities

I will open a postdoc position in 2027.

## Tenure track positions

More to come...

### We will be hiring several PhD students

- We will soon advertise positions on deep seas
""",
        (("speculative", "postdoc", "Postdoc", {}), ("speculative", "phd", "PhD students", {})),
    ),
    Page(
        "fellowships of others below an invitation",
        """### Postdoctoral research

There are no funded postdocs at the moment, but we are always looking to support applications for fellowships:

- [National Fellowship](https://funds.example/1)
- [Royal Fellowship](https://funds.example/2)
""",
        (("speculative", "postdoc", "Postdoctoral research", {}),),
    ),
    Page(
        "calls that are over, as the page says above them",
        """---
title: Jobs
---

~~We currently have 2 open PhD positions on maps.~~ These positions are filled.

## [Maps of old towns](https://lab.example/towns.pdf)

Towns change.

## [Maps of young woods](https://lab.example/woods.pdf)

Woods grow.
""",
        (
            ("closed", "phd", "Maps of old towns", {"url": "https://lab.example/towns.pdf"}),
            ("closed", "phd", "Maps of young woods", {"url": "https://lab.example/woods.pdf"}),
        ),
    ),
    Page(
        "positions that will be filled are open until then",
        """# Postdoc positions in optics

We have two postdoc positions. Applications are considered until the positions are filled.
""",
        (("open", "postdoc", "in optics", {"deadline_kind": "rolling"}),),
    ),
    Page(
        "students who look for a project are offered none",
        "## Master projects\n\nIf you are a Master student looking for a project, contact anybody in the group.\n",
        (("speculative", "thesis", "Master projects", {}),),
    ),
    Page(
        "a heading, and nothing open",
        "## PhD and postdoc positions\n\nWe currently do not have any open positions. Please check back soon.\n",
        (),
    ),
    Page(
        "nothing open, and an invitation",
        """## Postdocs

Applicants must have a PhD in biology. Please send a CV to ada@lab.example.

## Current openings

- No active postings at this time.
""",
        (("speculative", "postdoc", "Postdocs", {}),),
    ),
    Page(
        "money of their own",
        "## Self or externally funded PhD positions\n\nChoose your own topic. Applications are welcome by email.\n",
        (("speculative", "phd", "funded PhD positions", {}),),
    ),
    Page(
        "what will be advertised, beside what is",
        """# Job offers

We are currently recruiting a Master student on [partial models of the sea](/sea.pdf).

We will recruit a research engineer in 03/2026.
""",
        (
            ("open", "thesis", "", {"url": "https://lab.example/sea.pdf"}),
            ("speculative", "research-staff", "", {"url": None}),
        ),
        ROOT,
    ),
)
FACTS = (
    Page(
        "an hour's pay, and an address with signs that are no letters of ours",
        """## Student assistant

We offer a paid (12,50 € / h) student assistant position. [Apply here](https://jobs.lab.example/hiwi-größe).
""",
        (
            (
                "open",
                "student-assistant",
                "",
                {"pay": "12,50 € / h", "url": "https://jobs.lab.example/hiwi-gr%C3%B6%C3%9Fe"},
            ),
        ),
    ),
)
DAYS = (
    Page(
        "adverts struck through as a whole say what they said, and a struck day alone says nothing",
        """# Past positions

* ~~**Postdoc on owls:** we look for a postdoc. Application deadline 18 January 2027.~~
* ~~**Postdoc on bats:** we look for a postdoc. Application deadline 20 January 2027.~~

| Position | Deadline |
| --- | --- |
| PhD position on newts | ~~9 May 2027~~ |
| PhD position on toads | ~~10 May 2027~~ |
""",
        (
            ("closed", "postdoc", "Postdoc on owls", {"deadline": "2027-01-18"}),
            ("closed", "postdoc", "Postdoc on bats", {"deadline": "2027-01-20"}),
            ("closed", "phd", "PhD position on newts", {"deadline": None}),
            ("closed", "phd", "PhD position on toads", {"deadline": None}),
        ),
    ),
    Page(
        "a day without a year that has just gone by may be of this year or the next",
        """+++
title = "Two postdocs in dynamics"
date = "2025-12-21 18:00:37"
+++
We invite applications for two postdoctoral positions. Review of applications will begin on December 15 and will
continue until the positions are filled.
""",
        (("open", "postdoc", "dynamics", {"deadline": None, "?deadline": "no year is named"}),),
    ),
    Page(
        "a title, a day and an address are a call",
        """---
title: Example University - Research Assistant
---

Research Assistant in "The Heritage of Opera"

Applications should be sent to opera@uni.example. Closing date: 7 December 2026.
""",
        (("open", "research-staff", "Research Assistant", {"deadline": "2026-12-07", "apply": "opera@uni.example"}),),
    ),
    Page(
        "the day on which the work begins gives the year, if applications end less than ten months before",
        """# Jobs

## PhD position in owls

Apply by 15 October. The position starts in January 2027.

## PhD position in seals

Apply by 15 January. Start date: 1 December 2026.

## PhD position in foxes

Apply by 15 October. Work of the group began in January 2027.
""",
        (
            ("open", "phd", "owls", {"deadline": "2026-10-15"}),
            ("open", "phd", "seals", {"deadline": None, "?deadline": "no year"}),
            ("open", "phd", "foxes", {"deadline": None, "?deadline": "no year"}),
        ),
    ),
    Page(
        "the day on which a call was written gives the year",
        """## PhD position on brains

Deadline on Sep 1

June 27, 2025
""",
        (("open", "phd", "on brains", {"deadline": "2025-09-01"}),),
    ),
    Page(
        "two figures of a year, due behind the day",
        """# Jobs

## PhD position on locks

Apply here (deadline 3 Nov 26 updated).

## PhD position on keys

March 1, 2026. - due
""",
        (
            ("open", "phd", "locks", {"deadline": "2026-11-03"}),
            ("open", "phd", "keys", {"deadline": "2026-03-01"}),
        ),
    ),
    Page(
        "a day without its year is the one that is said beside the calls, where it may be",
        """# Open positions

## PhD position on owls

We look for a PhD student. Apply by March 7 and be quick.

## PhD position on bats

We look for a PhD student. Apply by March 9 and be quick.

## How to apply

Applications for all positions are due on 7 March 2027.
""",
        (
            ("open", "phd", "owls", {"deadline": "2027-03-07"}),
            ("open", "phd", "bats", {"deadline": None, "?deadline": "no year is named: March 9"}),
        ),
    ),
    Page(
        "front matter alone says until when",
        '---\ntitle: "Wissenschaftliche*r Mitarbeiter*in Optik"\nuntil: 2026-06-21\n---\n\n'
        '<a href="/o.pdf">PDF anzeigen</a>\n',
        (("open", "research-staff", "Optik", {"deadline": "2026-06-21"}),),
        ROOT,
    ),
)


@pytest.mark.parametrize("page", [*STATES, *FACTS, *DAYS], ids=lambda page: page.name)
def test_what_a_call_says_is_read(page: Page) -> None:
    check(page)
