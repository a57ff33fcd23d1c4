"""How pages of labs are put together, reduced from what was once read wrong; each page here is invented."""

import pytest

from tests.sources.pages.expected import Page, check

ROOT = "https://lab.example/jobs/"

LISTS = (
    Page(
        "a table of contents is no list of calls, and its days are nobody else's",
        """- [Postdocs](#postdocs)
    - [One postdoc position](#one) (Deadline - 15 October 2026)

## Postdocs {#postdocs}

### Postdoc position in optics

We are looking for a postdoc. Deadline: 15 October 2026.

### Postdoc position in tides

We are looking for a postdoc.
""",
        (
            ("open", "postdoc", "optics", {"deadline": "2026-10-15"}),
            ("open", "postdoc", "tides", {"deadline": None}),
        ),
    ),
    Page(
        "a paragraph counts its calls",
        """# Openings

Read more here: (1) [PhD positions on dunes](dunes.pdf), (2) [Postdoc positions on lakes](lakes.pdf), and
(3) [Postdoc positions on moss](moss.pdf).
""",
        (
            ("open", "phd", "PhD positions on dunes", {"url": f"{ROOT}dunes.pdf"}),
            ("open", "postdoc", "Postdoc positions on lakes", {"url": f"{ROOT}lakes.pdf"}),
            ("open", "postdoc", "Postdoc positions on moss", {"url": f"{ROOT}moss.pdf"}),
        ),
        ROOT,
    ),
    Page(
        "schemes of funders are invitations, whatever their days",
        """## Join our group

- [MSCA Postdoctoral Fellowships](https://funder.example/msca): please contact me if you want to apply with me.
- [Humboldt Fellowship](https://funder.example/humboldt)
- [PhD position on ferns](https://lab.example/ferns.pdf)
""",
        (
            ("speculative", "postdoc", "MSCA Postdoctoral Fellowships", {"deadline": None}),
            ("open", "phd", "ferns", {"url": "https://lab.example/ferns.pdf"}),
        ),
    ),
    Page(
        "an item offers at once, and invites behind that",
        """### Open positions

- We are looking for a postdoc to join the lab, see [here](postdoc.html) for details.
- Moreover, we are looking for research assistants, on an hourly basis. If you are interested, please contact us.
""",
        (
            ("open", "postdoc", "postdoc", {"url": f"{ROOT}postdoc.html"}),
            ("open", "research-staff", "research assistants", {}),
        ),
        ROOT,
    ),
)

PARTS = (
    Page(
        "labels in bold at the beginning of a line are facts of the call above",
        """**1. University assistant postdoctoral (3+3 years)**

We are looking for somebody who knows microscopes.

**Deadline for applications:** 28.10.2026\\
**Starting date:** > 18.11.2026

**2. Doctoral candidate (4 years)**

Gels are trained.

**Deadline for applications:** 18.11.2026\\
**Starting date:** > 01.01.2027
""",
        (
            ("open", "postdoc", "University assistant", {"deadline": "2026-10-28"}),
            ("open", "phd", "Doctoral candidate", {"deadline": "2026-11-18"}),
        ),
    ),
    Page(
        "blocks in the front matter are the page",
        """---
title: Vacancies
type: landing
sections:
  - block: markdown
    content:
      title: "PhD positions"
      text: |
        ### Available opportunities

        **Requirements:**
        - Patience

        **Current openings:**

        **PhD position in jets** - *available now*
        [View details & apply](https://uni.example/1) | Application deadline: July 15, 2026

        **PhD position in drops** - *starting in autumn*
        [View details & apply](https://uni.example/2) | Application deadline: August 1, 2026
    design:
      columns: '1'
  - block: contact
---
""",
        (
            ("open", "phd", "PhD position in jets", {"deadline": "2026-07-15", "url": "https://uni.example/1"}),
            ("open", "phd", "PhD position in drops", {"deadline": "2026-08-01", "url": "https://uni.example/2"}),
        ),
    ),
    Page(
        "what the last section says of all positions holds for all",
        """#### Grad students!

The lab is looking to hire motivated graduate students.

#### Technician

The lab is also looking to hire a technician.

Those interested in any positions please apply to jobs@lab.example by 3 May 2026.
""",
        (
            ("open", "phd", "Grad students", {"contact": {"email": "jobs@lab.example"}, "deadline": "2026-05-03"}),
            ("open", "technician", "Technician", {"contact": {"email": "jobs@lab.example"}, "deadline": "2026-05-03"}),
        ),
    ),
    Page(
        "topics below the heading of their role, with an address to apply to",
        """## PhD projects

#### Use it or lose it: what makes a gene be read?

Please submit your application by e-mail to the supervisor (ada@lab.example).
""",
        (("open", "phd", "Use it or lose it", {"contact": {"email": "ada@lab.example"}}),),
    ),
    Page(
        "a paragraph offers a position above an invitation that has a heading",
        """## Vacancies

We are looking for an engineer in computational biology, see the [job description](engineer.pdf).

### Interested in joining for a PhD?

Get in touch, we are always happy to talk.
""",
        (
            ("open", "research-staff", "engineer in computational biology", {"url": f"{ROOT}engineer.pdf"}),
            ("speculative", "phd", "Interested in joining", {}),
        ),
        ROOT,
    ),
    Page(
        "the day to apply by, as front matter abbreviates it",
        "---\nlayout: jobs\ntitle: PhD position on trees\nstartdate: 2026-10-01\nappldate: 2026-08-31\n---\n",
        (("open", "phd", "PhD position on trees", {"deadline": "2026-08-31"}),),
    ),
    Page(
        "projects with numbers, and what holds for all of them",
        """We are excited to announce several fully funded PhD opportunities:

Project 1: [Digital twins of ovens](https://uni.example/1)
Eligibility: all

Project 2: [Sensing with sleeves](https://uni.example/2)
Eligibility: all

**For all advertised projects above**
Closing date: **Monday, 24 August 2026 at 4:00 PM**
""",
        (
            ("open", "phd", "Digital twins", {"deadline": "2026-08-24", "url": "https://uni.example/1"}),
            ("open", "phd", "Sensing with sleeves", {"deadline": "2026-08-24", "url": "https://uni.example/2"}),
        ),
    ),
    Page(
        "a page of what has expired",
        """---
title: Expired job postings
---

- [PhD position in waves](https://uni.example/waves)
 **Closing date:** 15 January 2026
- [Postdoctoral position in rays](https://uni.example/rays)
 **Closing date:** 21 December 2025
""",
        (
            ("closed", "phd", "waves", {"deadline": "2026-01-15"}),
            ("closed", "postdoc", "rays", {"deadline": "2025-12-21"}),
        ),
    ),
    Page(
        "what Liquid repeats is no text",
        """# Openings

## Available PhD positions

{% for opening in site.data.jobs %}
{% if opening.active %}
<b>{{ opening.style }}</b> at {{ opening.institution }}
<a href="{{ opening.pdf }}">PhD subject description</a>
{% for day in opening.days %}until {{ day }}{% endfor %}
{% endif %}
{% endfor %}

## Postdoc position in reefs

We are looking for a postdoc.
""",
        (("open", "postdoc", "reefs", {}),),
    ),
    Page(
        "none at the moment",
        """### Open positions

None at the moment.

### Postdoctoral researchers

Send us a rough proposal.
""",
        (("speculative", "postdoc", "Postdoctoral researchers", {}),),
    ),
)


@pytest.mark.parametrize("page", [*LISTS, *PARTS], ids=lambda page: page.name)
def test_how_a_page_is_put_together_is_read(page: Page) -> None:
    check(page)
