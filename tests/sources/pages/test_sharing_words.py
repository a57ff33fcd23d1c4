"""By its words, what stands once is said of both calls, of one, or of those of a role; in several languages."""

from datetime import UTC, datetime

import pytest

from bot.sources.pages import read_page
from bot.sources.pages.signs import holds_for_all
from tests.sources.pages.expected import Page, check

MAY = {"deadline": "2026-05-02", "deadline_kind": "fixed"}
NONE = {"deadline": None, "contact": None}

PAGES = (
    Page(
        "only the last line in bold has a part on how to apply",
        """<article><h1>Join us</h1>
<p><strong>PhD position 1: Owls at night</strong></p>
<p>We are looking for a PhD student who listens to owls.</p>
<p><strong>PhD position 2: Seals in winter</strong></p>
<p>We are looking for a PhD student who listens to seals.</p>
<p><strong>How to apply</strong></p>
<p>Please send your CV to jobs@lab.example until 2 May 2026.</p></article>""",
        (
            ("open", "phd", "Owls at night", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "phd", "Seals in winter", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "a paragraph that begins with what holds for both, in German",
        """# Stellenangebote

## Doktorand:in (m/w/d) Eulen, 65 % TV-L E13

Wir suchen zum 1. Oktober 2026 eine Person.

## Postdoc (m/w/d) Robben, TV-L E14

Wir suchen zum 1. Oktober 2026 eine Person.

Für beide Stellen gilt: Bewerbungsschluss ist der 2. Mai 2026. Bewerbungen an jobs@lab.example.
""",
        (
            ("open", "phd", "Eulen", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "postdoc", "Robben", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "an introduction with the day of each role, and one address",
        """# Open positions

We are looking for a PhD student and a postdoc. PhD applications are due by 2 May 2026.
Postdoc applications are due by 3 June 2026. Write to jobs@lab.example.

## PhD position on owls

How do owls hear?

## Postdoc position on seals

How do seals sing?
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "postdoc", "seals", {"deadline": "2026-06-03", "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "how to apply for one of the roles",
        """# Openings

## PhD position on owls

We are looking for a PhD student.

## Postdoc on seals

We are looking for a postdoc.

## Application for the postdoc position

Please send your application to jobs@lab.example by 2 May 2026.
""",
        (
            ("open", "phd", "owls", NONE),
            ("open", "postdoc", "seals", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "a part between two calls, and another below the last",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## Requirements

A master's degree.

## Postdoc on seals

We are looking for a postdoc.

## Deadline

2 May 2026
""",
        (
            ("open", "phd", "owls", {"deadline": None}),
            ("open", "postdoc", "seals", MAY),
        ),
    ),
    Page(
        "a timeline of which one day is a deadline",
        """# Doctoral positions

## Projects

### DC1: Owls at night

Host: Hill University. [Read more](https://a.example/1)

### DC2: Seals in winter

Host: Sea University. [Read more](https://a.example/2)

## Timeline

- Applications open: 1 April 2026
- Application deadline: 2 May 2026
- Interviews: 20 May 2026
- Start: 1 October 2026
""",
        (
            ("open", "phd", "Owls at night", MAY),
            ("open", "phd", "Seals in winter", MAY),
        ),
    ),
    Page(
        "both posts, in French",
        """# Recrutement

## Thèse : les chouettes

Nous recrutons un doctorant ou une doctorante.

## Post-doc : les phoques

Nous recrutons un post-doc.

## Candidature

Pour les deux postes, envoyez un CV à jobs@lab.example avant le 2 mai 2026.
""",
        (
            ("open", "phd", "chouettes", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "postdoc", "phoques", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "both posts, in Spanish",
        """# Plazas

## Doctorado: búhos

Buscamos un doctorando.

## Postdoctorado: focas

Buscamos un postdoc. La fecha límite para ambas plazas es el 2 de mayo de 2026.
""",
        (
            ("open", "phd", "búhos", MAY),
            ("open", "postdoc", "focas", MAY),
        ),
    ),
    Page(
        "deadlines for both, in Italian",
        """# Posizioni aperte

## Dottorato: gufi

Cerchiamo un dottorando.

## Assegno di ricerca: foche

Cerchiamo un assegnista.

## Scadenze

Scadenza per entrambe le posizioni: 2 maggio 2026
""",
        (
            ("open", "phd", "gufi", MAY),
            ("open", "postdoc", "foche", MAY),
        ),
    ),
    Page(
        "how to apply, in Portuguese",
        """# Vagas

## Bolsa de doutorado: corujas

Procuramos uma pessoa.

## Bolsa de pós-doutorado: focas

Procuramos uma pessoa.

## Como se candidatar

Envie seu CV para vagas@lab.example até 2 de maio de 2026.
""",
        (
            ("open", "phd", "corujas", {**MAY, "contact": {"email": "vagas@lab.example"}}),
            ("open", "postdoc", "focas", MAY),
        ),
    ),
    Page(
        "two groups on a page, each with its way to apply",
        """# Positions

## Group Example

### PhD position on owls

We are looking for a PhD student.

### How to apply

Write to ada@lab.example until 2 May 2026.

## Group Other

### PhD position on seals

We are looking for a PhD student.

### PhD position on foxes

We are looking for a PhD student.

### How to apply

Write to bo@lab.example until 3 June 2026.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "ada@lab.example"}}),
            ("open", "phd", "seals", {"deadline": "2026-06-03", "contact": {"email": "bo@lab.example"}}),
            ("open", "phd", "foxes", {"deadline": "2026-06-03", "contact": {"email": "bo@lab.example"}}),
        ),
    ),
    Page(
        "an introduction for calls, beside which an invitation stands",
        """# Open positions

For questions about the positions below, write to ada@lab.example. Please apply by 2 May 2026.

### PhD position on owls

We are looking for a PhD student.

### Postdoc on seals

We are looking for a postdoc.

### Master theses

We are always looking for motivated students for a Master thesis.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "ada@lab.example"}}),
            ("open", "postdoc", "seals", {**MAY, "contact": {"email": "ada@lab.example"}}),
            ("speculative", "thesis", "Master theses", {"deadline": None}),
        ),
    ),
    Page(
        "the last row of a table",
        """<h2>PhD positions</h2><table>
<thead><tr><th>No.</th><th>Topic</th><th>Place</th></tr></thead>
<tbody>
<tr><td>1</td><td>Owls at night</td><td>Hill</td></tr>
<tr><td>2</td><td>Seals in winter</td><td>Sea</td></tr>
<tr><td colspan="3">Deadline for all positions: 2 May 2026,
applications to jobs@lab.example</td></tr></tbody></table>""",
        (
            ("open", "phd", "Owls at night", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "phd", "Seals in winter", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "what is asked of some only, in brackets, and whose day it is",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## Postdoc on seals

We are looking for a postdoc.

## How to apply

The deadline is 2 May 2026. Send a CV with a list of publications (for postdocs) to jobs@lab.example.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "postdoc", "seals", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "a day that is for some only, in brackets",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## Postdoc on seals

We are looking for a postdoc.

## How to apply

Apply by 2 May 2026 (for postdocs).
""",
        (("open", "phd", "owls", {"deadline": None}), ("open", "postdoc", "seals", MAY)),
    ),
    Page(
        "a lower heading above the others, and what leads around the site",
        """[Home](/) | [People](/people) | [Papers](/papers) | [Mail](mailto:office@lab.example)

### Come and join us!

If you are interested in any of these, write to jobs@lab.example.

## PhD position on owls

We are looking for a PhD student.

## Postdoc on seals

We are looking for a postdoc.
""",
        (
            ("open", "phd", "owls", {"contact": {"email": "jobs@lab.example"}}),
            ("open", "postdoc", "seals", {"contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "what leads around the site, and nobody to write to",
        """[Home](/) | [People](/people) | [Papers](/papers) | [Mail](mailto:office@lab.example)

# Jobs

## PhD position on owls

We are looking for a PhD student.
""",
        (("open", "phd", "owls", {"contact": None}),),
    ),
    Page(
        "one call whose parts are headed by its facts",
        """# Ecology of owls

The lab seeks a PhD student to listen to owls.

### Compensation

30,000 EUR per year

### To apply

Write to jobs@lab.example by 2 May 2026.
""",
        (("open", "phd", "owls", {**MAY, "contact": {"email": "jobs@lab.example"}, "pay": "30,000 EUR per year"}),),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_by_its_words_what_stands_once_is_shared(page: Page) -> None:
    check(page)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("For all of these positions, write to us.", True),
        ("Requirements for the PhD positions", True),
        ("Academic requirements for our projects", True),
        ("Bewerbungen auf diese Stellen bis Mai", True),
        ("Pour ces deux postes, écrire à nous", True),
        ("Estas dos plazas son de tres años", True),
        ("Queste due borse durano tre anni", True),
        ("Estas bolsas duram três anos", True),
        ("Voor deze twee vacatures geldt", True),
        ("Dessa två tjänster", True),
        ("Estos búhos vuelan de noche", False),
        ("The positions of these owls are known", False),
        ("Requirements for owls", False),
    ],
)
def test_what_speaks_of_all_positions_is_known_in_each_language(text: str, holds: bool) -> None:
    assert holds_for_all(text) is holds


def test_an_item_is_of_the_call_whose_words_it_begins_with_be_they_one_or_many() -> None:
    page = (
        "<h1>Open positions</h1><h2>PhD position on seals</h2><p>We are looking for a student.</p>"
        "<h2>PhD position on beetles</h2><p>We are looking for a student.</p>"
        "<h2>Deadlines</h2><ul><li>Seal: apply by 2 May 2026</li><li>Beetle: apply by 9 June 2026</li></ul>"
    )
    found = read_page(page, url=None, now=datetime(2026, 1, 5, tzinfo=UTC), is_markdown=False).postings
    assert [posting.fields.get("deadline") for posting in found] == ["2026-05-02", "2026-06-09"]
