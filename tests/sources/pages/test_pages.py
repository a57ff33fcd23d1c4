"""Pages as labs have them, all invented: what is read from each, and what must not be."""

import pytest

from bot.sources.pages import read_page
from tests.sources.pages.expected import NOW, Page, check

PAGES = (
    Page(
        "al-folio: headings, a German page",
        """---
layout: page
title: Stellen
---
## Offene Stellen

### Doktorandin/Doktorand (m/w/d) im Bereich Robuste Bildanalyse

Wir suchen zum 1. Oktober 2026 eine Doktorandin oder einen Doktoranden (TV-L E13, 65 %).
Bewerbungen bitte bis zum 15. März 2026 an stellen@lab.example.

### Studentische Hilfskraft (SHK)

Bewerbungsschluss: 28.02.2026. Vorstellungsgespräche finden am 10.03.2026 statt.
""",
        (
            ("open", "phd", "Robuste Bildanalyse", {"deadline": "2026-03-15", "pay": "TV-L E13, 65 %"}),
            ("open", "student-assistant", "Studentische Hilfskraft", {"deadline": "2026-02-28"}),
        ),
    ),
    Page(
        "one deadline and one address for all",
        """# Join us

We have several open positions. **Deadline for all positions: 31 May 2026.** Write to [us](mailto:jobs@lab.example).

- **PhD position in graph learning** ([details](https://jobs.lab.example/1))
- **Postdoc position in causal inference** ([details](https://jobs.lab.example/2))
""",
        (
            ("open", "phd", "graph learning", {"deadline": "2026-05-31", "apply": "jobs@lab.example"}),
            ("open", "postdoc", "causal inference", {"deadline": "2026-05-31", "url": "https://jobs.lab.example/2"}),
        ),
    ),
    Page(
        "WordPress: main content, nav and footer left alone",
        """<html><body><nav><a href="/jobs">PhD position (deadline 1 January 2026)</a></nav><main>
<h1>Vacancies</h1><h2>PhD student in soil physics</h2>
<p>We are looking for a PhD student. Start date: 1 October 2026.<br>Apply by April 30th, 2026.</p>
<h2>Postdoctoral researcher in hydrology</h2><p>We are looking for a postdoc. This position has been filled.</p>
<p>Project runs from 1 May 2026 to 30 April 2029. This text makes the page long enough to be taken for one.</p>
</main><footer>webmaster@lab.example</footer></body></html>""",
        (
            ("open", "phd", "soil physics", {"deadline": "2026-04-30", "contact": None}),
            ("closed", "postdoc", "hydrology", {"deadline": None}),
        ),
    ),
    Page(
        "a table with headings",
        """<table><tr><th>Position</th><th>Supervisor</th><th>Start</th><th>Deadline</th></tr>
<tr><td>PhD in optics</td><td>Prof. Example</td><td>1 July 2026</td><td>15 March 2026</td></tr>
<tr><td>Postdoc in lasers</td><td>Dr. Sample</td><td>1 August 2026</td><td>until filled</td></tr></table>""",
        (
            ("open", "phd", "optics", {"deadline": "2026-03-15"}),
            ("open", "postdoc", "lasers", {"deadline": None, "deadline_kind": "rolling"}),
        ),
    ),
    Page(
        "a definition list",
        """<h1>PhD position in coastal ecology</h1><p>We invite applications for a PhD position.</p>
<dl><dt>Starting date</dt><dd>1 September 2026</dd><dt>Application deadline</dt><dd>20 March 2026</dd>
<dt>Salary</dt><dd>TV-L E13, 75 %</dd></dl>""",
        (("open", "phd", "coastal ecology", {"deadline": "2026-03-20", "pay": "TV-L E13, 75 %"}),),
    ),
    Page(
        "a call in details, and one struck through",
        """<h2>Open positions</h2><details><summary>Postdoc in machine translation</summary>
<p>We are looking for a postdoc. The deadline has been extended: <s>1 March 2026</s> 15 April 2026.</p></details>
<details><summary><s>PhD position in speech</s></summary><p>We are looking for a PhD student.</p></details>""",
        (
            ("open", "postdoc", "machine translation", {"deadline": "2026-04-15"}),
            ("closed", "phd", "speech", {}),
        ),
    ),
    Page(
        "review begins",
        """## Assistant Professor of Informatics

The department invites applications for a tenure-track assistant professor, to start on August 1, 2026. Review of
applications will begin on March 1, 2026 and will continue until the position is filled.
""",
        (("open", "professor", "Assistant Professor", {"deadline": "2026-03-01", "deadline_kind": "review-begins"}),),
    ),
    Page(
        "a month without a day, and a day without a year",
        """## Open positions

### PhD position in botany

We are looking for a PhD student. Deadline: May 2026

### Postdoc position in zoology

We are looking for a postdoc. Deadline: 15 March
""",
        (
            ("open", "phd", "botany", {"deadline": None, "?deadline": "a month"}),
            ("open", "postdoc", "zoology", {"deadline": None, "?deadline": "no year"}),
        ),
    ),
    Page(
        "a day without a year on a page that says when it was written",
        """---
title: PhD position in entomology
date: 2026-01-20
---
We are looking for a PhD student. Please apply by 15 March.
""",
        (("open", "phd", "entomology", {"deadline": "2026-03-15"}),),
    ),
    Page(
        "a day without a year on a page that has been written anew since it says that it was written",
        """---
title: PhD position in entomology
date: 2022-06-01
---
We are looking for a PhD student. Please apply by 15 March. The work begins on 1 October 2026.
""",
        (("open", "phd", "entomology", {"deadline": "2026-03-15"}),),
    ),
    Page(
        "figures that can be read two ways, where nothing tells",
        "## PhD position in statistics\n\nWe are looking for a PhD student. Deadline: 03/04/2026\n",
        (("open", "phd", "statistics", {"deadline": None, "?deadline": "day and month"}),),
    ),
    Page(
        "day first outside the US",
        "## PhD position in statistics\n\nWe are looking for a PhD student (£20,000). Deadline: 03/04/2026\n",
        (("open", "phd", "statistics", {"deadline": "2026-04-03"}),),
        "https://www.lab.ac.uk/jobs/",
    ),
    Page(
        "month first in the US",
        "## Postdoc position in statistics\n\nWe are looking for a postdoc. Deadline: 03/04/2026\n",
        (("open", "postdoc", "statistics", {"deadline": "2026-03-04"}),),
        "https://stat.lab.edu/jobs/",
    ),
    Page(
        "a range, and dates that are none to apply by",
        """## PhD position in astronomy

We are looking for a PhD student. Applications are accepted from 1 March 2026 to 20 March 2026. Posted on 10 January
2026. Interviews take place on 5 April 2026. Your master's degree must have been obtained after 1 January 2024. See
[the call](/files/call_2026-02-15.pdf).
""",
        (
            (
                "open",
                "phd",
                "astronomy",
                {"deadline": "2026-03-20", "url": "https://lab.example/files/call_2026-02-15.pdf"},
            ),
        ),
        "https://lab.example/jobs/",
    ),
    Page(
        "hidden addresses, and decoys",
        """## PhD position in privacy

We are looking for a PhD student. Write to ada.example [at] lab [dot] example.
<span style="display:none">trap@lab.example</span> For example: yourname@domain.com
""",
        (("open", "phd", "privacy", {"apply": "ada.example@lab.example"}),),
    ),
    Page(
        "only a standing invitation",
        """# Join us

There are currently no open positions. We are always interested in hearing from motivated PhD students.
""",
        (("speculative", "phd", "", {"deadline": None}),),
    ),
    Page(
        "a call in a comment of its site's Markdown",
        """## Jobs

Nothing right now.

<!--
### PhD position in topology

We are looking for a PhD student. Deadline: 1 April 2026
-->
""",
        (("commented-out", "phd", "topology", {"deadline": "2026-04-01"}),),
    ),
    Page(
        "Hugo: shortcodes left alone",
        """---
title: "Research software engineer"
deadline: 2026-05-10
---
{{< figure src="lab.png" >}}
We are looking for a research software engineer. {{% callout %}}Apply soon.{{% /callout %}}
""",
        (("open", "research-staff", "engineer", {"deadline": "2026-05-10"}),),
    ),
    Page("a list of people", "# Team\n\n## PhD students\n\n- [Ada Example](/ada)\n- [Bob Sample](/bob)\n", ()),
    Page("news", "# News\n\n- 3 May 2026: Our postdoc gave a talk.\n- 1 June 2026: A PhD student joined us.\n", ()),
    Page("nothing", "", ()),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Page) -> None:
    check(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_deadline_has_the_words_of_the_page(page: Page) -> None:
    for posting in read_page(page.text, url=page.url, now=NOW, is_markdown=page.is_markdown).postings:
        if "deadline" in posting.fields:
            assert posting.evidence["deadline"]


@pytest.mark.parametrize(
    "text", ["<" * 20_000, "<div>" * 20_000, "[" * 20_000, "> " * 5_000, "<!--" * 5_000, "**" * 20_000]
)
def test_hostile_pages_are_read_to_their_end(text: str) -> None:
    for is_markdown in (False, True):
        read_page(text, url=None, now=NOW, is_markdown=is_markdown)
