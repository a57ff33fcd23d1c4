"""Forms that pages of labs have, reduced from what was once read wrong; each page here is invented."""

import pytest

from tests.sources.pages.expected import Page, check

ROOT = "https://lab.example/jobs/"

TITLES = (
    Page(
        "the topic is linked behind the kind of position and its deadline",
        """# Openings

We have two PhD openings:

1. Science Fund Studentship (Deadline: Saturday, November 14, 2026): <a href="https://apply.lab.example/1">Decision
   Support for Rare Diseases of the Kidney</a>
2. City Studentship (Deadline: November 21, 2026): <a href="https://apply.lab.example/2">Language Models that Explain
   Themselves</a>
""",
        (
            ("open", "phd", "Decision Support for Rare Diseases", {"deadline": "2026-11-14"}),
            ("open", "phd", "Language Models that Explain", {"deadline": "2026-11-21"}),
        ),
    ),
    Page(
        "the topic is bold behind what kind of position it is",
        """<h2>Open positions</h2>
<ul><li>PhD thesis (deadline: 1 March 2026) <b>Harmonic networks for tidal models</b> (<a href="h.pdf">offer</a>)</li>
<li>Master thesis: <b>Spectral networks for tidal models</b> (<a href="s.pdf">offer</a>)</li></ul>""",
        (
            ("open", "phd", "Harmonic networks for tidal models", {"deadline": "2026-03-01", "url": f"{ROOT}h.pdf"}),
            ("open", "thesis", "Spectral networks for tidal models", {"url": f"{ROOT}s.pdf"}),
        ),
        ROOT,
    ),
    Page(
        "what parts of a call are called",
        """## PhD position in logic {#phd}

We are looking for a PhD student.

**We expect.**

- A finished Master thesis

#### Research programme*

Proofs.

#### Deadline and starting date

Applications by 3 May 2026, start in October 2026.
""",
        (("open", "phd", "PhD position in logic", {"deadline": "2026-05-03"}),),
    ),
    Page(
        "a summary only opens what stands below it",
        """## Master theses

**Faster sampling for tall trees**

<details><summary>See the description</summary><p>This project is available for a master student.</p></details>

**Shorter proofs for small graphs**

<details><summary>Show more</summary><p>This project is available for a master student.</p></details>
""",
        (("open", "thesis", "Faster sampling", {}), ("open", "thesis", "Shorter proofs", {})),
    ),
    Page(
        "a heading without a role, and a level below it",
        """# Openings

## Current openings

### 1) Switching between states of spiking networks

#### Project

We study networks.

#### Level

**Postdoc** or **PhD**
""",
        (("open", "postdoc", "Switching between states", {}),),
    ),
    Page(
        "an employer is the heading",
        """# Open positions

## Example University

We are looking for a PhD student who likes plants. Write to plants@uni.example.

## Sample Institute

We are looking for a postdoc who likes mosses. Write to mosses@institute.example.
""",
        (
            ("open", "phd", "Example University", {"apply": "plants@uni.example"}),
            ("open", "postdoc", "Sample Institute", {"apply": "mosses@institute.example"}),
        ),
    ),
)
STRUCTURES = (
    Page(
        "facts in a list below the heading that names the call",
        """## Fully funded PhD position in storms

- **Application deadline:** 31 December 2026 (applications are accepted after this date until it is filled)
- **Contract:** four years, a predoctoral contract of about EUR 1,655 net per month

Send a PDF to storms@lab.example.
""",
        (("open", "phd", "in storms", {"deadline": "2026-12-31", "deadline_kind": "review-begins"}),),
    ),
    Page(
        "names of roles below a sentence that says that these are open",
        """# Opportunities

The centre has openings for the following positions:

- Research associate
- Systems administrator
""",
        (("open", "research-staff", "Research associate", {}), ("open", "technician", "Systems administrator", {})),
    ),
    Page(
        "an address for whoever asks about one position",
        """---
title: Opportunities
---

If you would like to know more about a specific position, or a studentship, write to ada@lab.example.

## Current

- [Postdoc in cells](https://jobs.example/1). Application deadline: 26 November 2026.
- [Research technician for cells](https://jobs.example/2). Application deadline: 21 November 2026.
""",
        (
            ("open", "postdoc", "Postdoc in cells", {"apply": "ada@lab.example", "deadline": "2026-11-26"}),
            ("open", "technician", "technician", {"apply": "ada@lab.example", "deadline": "2026-11-21"}),
        ),
    ),
    Page(
        "a French internship, its parts, and facts with their names in bold",
        """# Positions

## Stage de Master : le noyau de la cellule

**Laboratoire :** Institut des cellules
**Encadrement :** Ada Exemple

### Objectifs du stage

Le stagiaire mesure des cellules.

### Candidature

Envoyer un CV.
""",
        (("open", "internship", "le noyau de la cellule", {}),),
    ),
    Page(
        "a table of linked topics below their kind",
        """# Positions

## Internships

|  | Entry | Description |
|--|-------|-------------|
|01| [Prognosis of fevers](/f.pdf) | Fevers |
|02| [Models of colds](/c.pdf) | Colds |
""",
        (
            ("open", "internship", "Prognosis of fevers", {"url": "https://lab.example/f.pdf"}),
            ("open", "internship", "Models of colds", {"url": "https://lab.example/c.pdf"}),
        ),
        ROOT,
    ),
    Page(
        "a table that places the page",
        """<html><head><title>Positions</title></head><body><table><tr>
<td id="layout-menu"><a href="r.html">Research</a></td>
<td><h2>Postdoc opportunity</h2><p>There is a postdoc position in my lab. The application deadline is May 1, 2026.</p>
<h2>PhD opportunity</h2><p>There is an opening in my lab.
<b>PhD candidates</b>: please send your CV.</p></td></tr></table>
</body></html>""",
        (
            ("open", "postdoc", "Postdoc opportunity", {"deadline": "2026-05-01", "url": None}),
            ("open", "phd", "PhD opportunity", {"deadline": None}),
        ),
        ROOT,
    ),
    Page(
        "headings without a space, and an address in a line of its own",
        """# Open positions

##1. Assistant professor

Link to the official call:

https://uni.example/calls/1

##2. Postdoc

Link to the official call:

https://uni.example/calls/2 (code 15)

Bergen is small (see the recent article https://news.example/bergen).
""",
        (
            ("open", "professor", "Assistant professor", {"url": "https://uni.example/calls/1"}),
            ("open", "postdoc", "Postdoc", {"url": "https://uni.example/calls/2"}),
        ),
    ),
    Page(
        "links between rules, struck ones",
        """---
title: Jobs in our group
---

[Assistant professor of maps (tenure track)](/jobs/ap/)

- - -

<del>[PhD: maps of old towns](/jobs/phd/)</del>
<span>closed</span>
""",
        (
            ("open", "professor", "Assistant professor of maps", {}),
            ("closed", "phd", "maps of old towns", {}),
        ),
        "https://lab.example/jobs/",
    ),
    Page(
        "short items below a sentence that offers them",
        """Job openings in our group:

- two 2-year postdoc positions
- one PhD position

available from June 2026. The deadline is 30 March 2026.
""",
        (
            ("open", "postdoc", "postdoc positions", {"deadline": "2026-03-30", "openings": 2}),
            ("open", "phd", "PhD position", {"deadline": "2026-03-30", "openings": 1}),
        ),
    ),
    Page(
        "numbered calls below a question",
        """### Why join us?

- Good coffee

#### 1. PhD opportunity: graphs

Email your application to graphs@lab.example.

#### 2. PhD opportunity: routes

Email your application to routes@lab.example.
""",
        (
            ("open", "phd", "graphs", {"apply": "graphs@lab.example"}),
            ("open", "phd", "routes", {"apply": "routes@lab.example"}),
        ),
    ),
    Page(
        "a list of papers is no list of calls",
        """# Several open PhD and postdoc positions in security

We have several open PhD positions.

## Our research

- [Protocol theory paper](https://lab.example/papers/theory.pdf)
- [Protocol analysis paper](https://lab.example/papers/analysis.pdf)

## Candidates

We are looking for excellent students and PhDs.

## Get in touch!

Write to security@lab.example.
""",
        (("open", "phd", "in security", {"apply": "security@lab.example", "url": None}),),
    ),
    Page(
        "a template that nobody has filled",
        "## Internships\n\nContent for internships goes here.\n\n"
        "## Ph.D. applications\n\nContent for Ph.D. applications goes here.\n",
        (),
    ),
    Page(
        "an item that is not understood gives its link to no other",
        """# Vacancies

We have several vacancies:

- A **PhD scholarship** at Example University, for work on locks. Contact Ada for details.
- A part-time position in the office, apply [here](https://jobs.example/3).
""",
        (("open", "phd", "PhD scholarship", {"url": None}),),
    ),
)


@pytest.mark.parametrize("page", [*TITLES, *STRUCTURES], ids=lambda page: page.name)
def test_a_form_is_read(page: Page) -> None:
    check(page)
