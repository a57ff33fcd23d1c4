"""Calls in lists and tables: what is said of one is not said of those beside it, and what a list is, all of it is."""

import pytest

from bot.sources.pages.call import MOST_SHARED, CallContext
from bot.sources.pages.calls import calls
from bot.sources.pages.days import DateStyle
from bot.sources.pages.html import html_blocks
from bot.sources.pages.markdown import markdown_page
from bot.sources.pages.sections import sections
from tests.sources.pages.expected import Page, check

LISTS = (
    Page(
        "what happens when, step by step, of which one is when to apply",
        """---
title: Positions
---

## PhD Positions

PhD positions are fully funded by our graduate school.

Timeline for 2027:
1. Application submission: April 14 – May 21, 2027
2. Interviews: June 22 – July 21, 2027
3. Ranking list announced: by July 31, 2027
4. Document submission by qualified candidates: August 4 – September 23, 2027
""",
        (("open", "phd", "PhD Positions", {"deadline": "2027-05-21"}),),
    ),
    Page(
        "positions with their days behind them are no steps of one",
        """---
title: Positions
---

## Positions

1. PhD position on owls: May 21, 2027
2. PhD position on bats: June 22, 2027
3. Postdoc position on moths: July 31, 2027
""",
        (
            ("open", "phd", "PhD position on owls", {}),
            ("open", "phd", "PhD position on bats", {}),
            ("open", "postdoc", "Postdoc position on moths", {}),
        ),
    ),
    Page(
        "who develops or programs, by an ending",
        """---
title: Stellen
---

## Webentwickler (m/w/d)

Zum 1. Mai 2027 ist die Stelle als Webentwickler zu besetzen. Vergütung: E13 TV-L.
""",
        (("open", "research-staff", "Webentwickler", {}),),
    ),
    Page(
        "news with their days in front, and facts that others do not share",
        """---
title: Job announcements
---

- 31 July 2026 (deadline): [Postdoc position](https://hill.example/jobs/1) on provers, in a project

- 20 May 2026 (deadline): The lab offers a [PhD position on proofs](https://hill.example/jobs/2). Salary: 40,000 EUR.

- 6 March 2026: PhD position on [logic of owls](https://hill.example/jobs/3), Hill. Application deadline: 31 March 2026
""",
        (
            ("open", "postdoc", "Postdoc position", {"deadline": "2026-07-31", "pay": None}),
            ("open", "phd", "PhD position on proofs", {"deadline": "2026-05-20", "pay": "40,000 EUR"}),
            ("open", "phd", "logic of owls", {"deadline": "2026-03-31", "pay": None}),
        ),
    ),
    Page(
        "what is offered is named below the line that offers it",
        """# Positions

Postdoctoral opportunities that we are recruiting for will be advertised on this page.

**We currently have openings for postdocs in these areas:**

1. The eyes of owls. We want to know how owls see at night, and whether mice do, and why they meet.
2. The ears of owls in winter. You will listen to what moves under the snow with us, for two years.
""",
        (
            ("open", "postdoc", "The eyes of owls", {}),
            ("open", "postdoc", "The ears of owls in winter", {}),
        ),
    ),
    Page(
        "what is asked of people is no topic, and neither are facts or names alone",
        """# Positions

**We currently have an opening for a postdoc position:**

- Experience in the field. It is cold there at night, and those who have been out before do not mind.
- Duration: two years. The start is in May or as soon as somebody is found who likes to begin.
- Owls, seals and foxes
""",
        (("open", "postdoc", "opening for a postdoc position", {}),),
    ),
    Page(
        "a list of topics of which only some have links",
        """# Open theses

We offer master theses on:

1. [Owls in the woods at night](https://hill.example/owls)
2. [Seals on the beach by day](https://hill.example/seals)
3. Foxes of the northern hills
""",
        (
            ("open", "thesis", "Owls in the woods", {}),
            ("open", "thesis", "Seals on the beach", {}),
            ("open", "thesis", "Foxes of the northern hills", {}),
        ),
    ),
    Page(
        "schemes of funders",
        """# Join us

## Postdocs

We are always glad to support applications for fellowships:

- [MSCA Postdoctoral Fellowships](https://marie-sklodowska-curie-actions.ec.europa.eu/fellowships)
- [Hill Academy](https://academy.example/funding)
""",
        (("speculative", "postdoc", "Postdocs", {"url": None}),),
    ),
    Page(
        "a table whose projects have numbers, and titles of their own",
        """# Open PhD positions

| Project | Host | Project title | Deadline |
| --- | --- | --- | --- |
| [ESR 1.1](https://hill.example/1) | Hill | Owls in the woods | 2 May 2026 |
| [ESR 1.2](https://hill.example/2) | Lake | Seals on the beach | ~~2 January 2026~~ |
| [ESR 1.3](https://hill.example/3) | Lake | Foxes of the hills | ~~2 January 2026~~ 3 May 2026 |
""",
        (
            ("open", "phd", "Owls in the woods", {"deadline": "2026-05-02"}),
            ("closed", "phd", "Seals on the beach", {"deadline": None}),
            ("open", "phd", "Foxes of the hills", {"deadline": "2026-05-03"}),
        ),
    ),
)

ROWS = (
    Page(
        "rows of the front matter, where the page shows them",
        """---
title: Recruitment
row1:
  - title: Owls in the woods at night
    excerpt: ESR (Hill University)
    url: https://hill.example/esr01
  - title: Seals on the beach by day
    excerpt: ESR (Lake University)
    btn_label: Hiring Completed
---

## Open PhD positions

We seek two PhD students:

{% include feature_row id="row1" %}
""",
        (
            ("open", "phd", "Owls in the woods at night", {"url": "https://hill.example/esr01"}),
            ("closed", "phd", "Seals on the beach by day", {}),
        ),
    ),
    Page(
        "records of the front matter that are named as positions, and others",
        """---
title: Openings
current_openings:
  - title: Postdoc position on owls
    description: We are looking for a postdoc. Apply by 2 May 2026.
    url: https://hill.example/jobs/1
projects:
  - title: Seals of the lake
    url: https://hill.example/seals
broken:
  - 3
  - {}
---
""",
        (("open", "postdoc", "Postdoc position on owls", {"deadline": "2026-05-02"}),),
    ),
    Page(
        "lines that begin with how many are sought",
        """# Open positions

**Hill University**

2 postdocs in the physics of owls will be hired to look at how they fly.

One PhD student to find out how owls hear.

**Lake University**

One postdoc will be hired to count seals.<br>
One postdoc to look after foxes.
""",
        (
            ("open", "postdoc", "2 postdocs in the physics of owls", {"openings": 2}),
            ("open", "phd", "PhD student to find out", {}),
            ("open", "postdoc", "One postdoc will be hired to count seals", {"openings": 1}),
            ("open", "postdoc", "One postdoc to look after foxes", {"openings": 1}),
        ),
    ),
    Page(
        "an address for those who want something else",
        """# Open positions

Currently there are two positions:

- [PhD position on owls](https://hill.example/1.pdf)
- [Postdoc position on seals](https://hill.example/2.pdf)

We always welcome initiative applications: write to Ada (ada@hill.example).
""",
        (
            ("open", "phd", "PhD position on owls", {"contact": None}),
            ("open", "postdoc", "Postdoc position on seals", {"contact": None}),
        ),
    ),
    Page("what is not offered", "# Jobs\n\n## Internships\n\nPlease note that we do not offer internships.\n", ()),
)

THESES = (
    Page(
        "topics of theses in bold, and theses that are done",
        """# Thesis topics

The following topics are available for BSc and MSc theses in our group. If you are interested, contact the supervisor.

1. **Owls in the woods at night** (MSc). Supervisor: [Ada L.](https://hill.example/ada)
2. **Seals on the beach by day** (BSc/MSc). Supervisor: Bo. *taken*
3. **Foxes of the northern hills** (BSc). Supervisor: Cy

## Finished theses

- 2024: Dee, *Bats of the southern hills*
""",
        (
            ("open", "thesis", "Owls in the woods at night", {"url": None}),
            ("closed", "thesis", "Seals on the beach by day", {}),
            ("open", "thesis", "Foxes of the northern hills", {}),
        ),
    ),
    Page(
        "Abschlussarbeiten und Hilfskräfte",
        """<main><h1>Stellenangebote</h1>
<h2>Studentische Hilfskräfte</h2>
<p>Wir suchen laufend studentische Hilfskräfte. Bei Interesse melden Sie sich.</p>
<h2>Abschlussarbeiten</h2>
<ul><li>Masterarbeit: Eulen im Wald bei Nacht (ab sofort)</li>
<li>Bachelorarbeit: Robben am Strand bei Tag (vergeben)</li>
<li>Masterarbeit: Füchse der nördlichen Hügel, <a href="https://hill.example/f.pdf">Beschreibung</a></li></ul></main>""",
        (
            ("speculative", "student-assistant", "Studentische Hilfskräfte", {}),
            ("open", "thesis", "Masterarbeit: Eulen im Wald bei Nacht", {}),
            ("closed", "thesis", "Bachelorarbeit: Robben am Strand bei Tag", {}),
            ("open", "thesis", "Masterarbeit: Füchse der nördlichen Hügel", {"url": "https://hill.example/f.pdf"}),
        ),
    ),
)

PARTS = (
    Page(
        "what one call consists of",
        """# Jobs

## PhD project: owls at night

### Background of the work

Owls see well. [Owls](https://owls.example) fly.

### PhD candidate requirements

- A degree
- [Python](https://python.example) and patience

Apply by 2 May 2026 at [our portal](https://hill.example/apply/2).
""",
        (
            (
                "open",
                "phd",
                "PhD project: owls at night",
                {"deadline": "2026-05-02", "url": "https://hill.example/apply/2"},
            ),
        ),
    ),
    Page(
        "as Quarto has it: divisions, attributes, raised letters, raw HTML",
        """# Vacancies

::: {.text-list}
## Doctoral projects

**DC1, Hill:** Owls in the woods at night
PhD at Hill. Apply by March 1^st^ 2027.
[Apply here](https://hill.example/jobs/1){.button}

**DC2, Lake:** Seals on the beach by day
PhD at Lake.
[Apply here](https://hill.example/jobs/2){.button}
:::

```{=html}
<h2><a href="https://hill.example/jobs/3">Postdoc position on foxes</a></h2><p>Deadline: 3 May 2026</p>
```
""",
        (
            (
                "open",
                "phd",
                "DC1, Hill: Owls in the woods at night",
                {"deadline": "2027-03-01", "url": "https://hill.example/jobs/1"},
            ),
            (
                "open",
                "phd",
                "DC2, Lake: Seals on the beach by day",
                {"deadline": None, "url": "https://hill.example/jobs/2"},
            ),
            (
                "open",
                "postdoc",
                "Postdoc position on foxes",
                {"deadline": "2026-05-03", "url": "https://hill.example/jobs/3"},
            ),
        ),
    ),
    Page(
        "a sentence in bold below the heading that names the position",
        """# Jobs

### PhD positions

**The Owl Lab at Hill is looking for a PhD student in the growing field of owls.**

Write to [Ada and Bo](mailto:ada@hill.example,bo@hill.example).
""",
        (("open", "phd", "PhD positions", {"contact": {"email": "ada@hill.example"}}),),
    ),
    Page(
        "questions that applicants ask",
        """# Prospective members

## FAQ for PhD applicants

**Do you have money for PhD students?** Yes, usually by teaching.

**Interested in a PhD on owls?** Write to ada@hill.example.
""",
        (("speculative", "phd", "Interested in a PhD on owls?", {}),),
    ),
    Page(
        "other languages",
        """# Recrutement

## Doktorandtjänst: ugglor

We offer a PhD position. Sista ansökningsdag: 30 november 2026.

## Stage M2 : hiboux

Gratification 600 €/mois. Le poste est pourvu.

## Candidatures spontanées

Nous acceptons les candidatures spontanées pour des postdocs.
""",
        (
            ("open", "phd", "ugglor", {"deadline": "2026-11-30"}),
            ("closed", "internship", "hiboux", {"pay": "600 €/mois"}),
            ("speculative", "postdoc", "Candidatures spontanées", {}),
        ),
    ),
    Page(
        "what stands there twice, and what only the number of others is like",
        """# Jobs

## 2 PhD and 1 postdoc positions

We have 2 PhD and 1 postdoc positions.

## PhD position on owls

We seek a PhD student.

## PhD position on owls

We seek a PhD student.
""",
        (
            ("open", "phd", "2 PhD and 1 postdoc positions", {"openings": None}),
            ("open", "phd", "PhD position on owls", {}),
        ),
    ),
)


@pytest.mark.parametrize("page", [*LISTS, *ROWS, *THESES, *PARTS], ids=lambda page: page.name)
def test_calls_in_lists_and_parts_are_told_apart(page: Page) -> None:
    check(page)


@pytest.mark.parametrize(
    "part",
    [
        "**PhD position on owl {0}**: apply by 2 May 2026 [here](https://hill.example/{0}).\n\nOther words.\n\n",
        "Lead {0}:\n\n- [PhD position on owl {0}](https://hill.example/{0}), apply by 2 May 2026\n- two\n\n",
    ],
)
def test_what_calls_share_is_no_more_the_more_there_are(part: str) -> None:
    page = markdown_page("# Open positions\n\n" + "".join(map(part.format, range(100))))
    found = calls(sections(html_blocks(page.html, page)), CallContext(), DateStyle())
    assert len(found) == 100
    assert all(len(level) <= MOST_SHARED + 1 for call in found for level in call.surroundings())
