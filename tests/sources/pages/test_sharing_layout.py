"""Tables and parts that open say once what several calls share; what is struck through holds for what is below it."""

import pytest

from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.html import parsed
from bot.sources.pages.tables import table_rows
from tests.sources.pages.expected import Page, check

MAY = {"deadline": "2026-05-02", "deadline_kind": "fixed"}

TABLES = (
    Page(
        "a day that stands once beside two rows",
        """<h1>Open PhD positions</h1>
<table><tr><th>Topic</th><th>Supervisor</th><th>Deadline</th></tr>
<tr><td><a href="https://hill.example/owls">Owls and their hearing</a></td><td>Ada Example</td>
<td rowspan="2">2 May 2026</td></tr>
<tr><td><a href="https://hill.example/seals">Seals and their songs</a></td><td>Bo Example</td></tr>
<tr><td><a href="https://hill.example/foxes">Foxes of the hills</a></td><td>Bo Example</td><td>3 June 2026</td></tr>
</table>""",
        (
            ("open", "phd", "Owls", MAY),
            ("open", "phd", "Seals", MAY),
            ("open", "phd", "Foxes", {"deadline": "2026-06-03"}),
        ),
    ),
    Page(
        "rows that head those below them",
        """<h1>Open positions</h1>
<table><tr><th>Topic</th><th>Supervisor</th></tr>
<tr><td colspan="2">PhD positions (apply by 2 May 2026)</td></tr>
<tr><td><a href="https://hill.example/owls">Owls and their hearing</a></td><td>Ada Example</td></tr>
<tr><td><a href="https://hill.example/seals">Seals and their songs</a></td><td>Bo Example</td></tr>
<tr><td colspan="2">Postdoc positions (apply by 3 June 2026)</td></tr>
<tr><td><a href="https://hill.example/foxes">Foxes of the hills</a></td><td>Bo Example</td></tr>
</table>""",
        (
            ("open", "phd", "Owls", MAY),
            ("open", "phd", "Seals", MAY),
            ("open", "postdoc", "Foxes", {"deadline": "2026-06-03"}),
        ),
    ),
    Page(
        "the facts of a list as a list of terms",
        """<h2>PhD projects</h2><p>We offer the following projects:</p>
<ul><li><a href="https://hill.example/owls">Owls and their hearing</a></li>
<li><a href="https://hill.example/seals">Seals and their songs</a></li></ul>
<dl><dt>Deadline</dt><dd>2 May 2026</dd><dt>Contact</dt><dd>owls@lab.example</dd></dl>""",
        (
            ("open", "phd", "Owls", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "phd", "Seals", {**MAY, "contact": {"email": "owls@lab.example"}}),
        ),
    ),
)
OVER = (
    Page(
        "what stands in a part that opens, below its own headings",
        """## Current opportunities

<details><summary>PhD position on owls</summary>

We invite applications for a PhD position.

### How to apply

Write to owls@lab.example by 2 May 2026.

### Pay

2,200 EUR per month
</details>

## Past opportunities

<details><summary>PhD position on seals</summary>

We invite applications for a PhD position.

### How to apply

Write to seals@lab.example by 3 June 2025.
</details>
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}, "pay": "2,200 EUR per month"}),
            ("closed", "phd", "seals", {"deadline": "2025-06-03", "contact": {"email": "seals@lab.example"}}),
        ),
    ),
    Page(
        "what follows parts that open is said of all",
        """## Current opportunities

<details><summary><h3>PhD position on owls</h3></summary>

We invite applications for a PhD position.

#### Pay

2,200 EUR per month
</details>

<details><summary><h3>PhD position on seals</h3></summary>

We invite applications for a PhD position.
</details>

Please apply to owls@lab.example by 2 May 2026.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}, "pay": "2,200 EUR per month"}),
            ("open", "phd", "seals", {**MAY, "contact": {"email": "owls@lab.example"}, "pay": None}),
        ),
    ),
    Page(
        "a heading that is struck through, with what stands below it",
        """# Jobs

## ~~PhD positions~~

### PhD position on owls

We are looking for a PhD student.

### PhD position on seals

We are looking for a PhD student.

## Postdocs

### Postdoc on foxes

We are looking for a postdoc.
""",
        (
            ("closed", "phd", "owls", {}),
            ("closed", "phd", "seals", {}),
            ("open", "postdoc", "foxes", {}),
        ),
    ),
    Page(
        "signs of a heading within what is struck through",
        """# Jobs

### PhD position on owls

We are looking for a PhD student.

~~### PhD position on seals~~

~~We are looking for a PhD student until 2 May 2026.~~

### PhD position on foxes

We are looking for a PhD student.
""",
        (
            ("open", "phd", "owls", {"deadline": None}),
            ("closed", "phd", "seals", {}),
            ("open", "phd", "foxes", {}),
        ),
    ),
)

TITLED = (
    Page(
        "deadlines and addresses by the words of titles",
        """# PhD projects

We offer the following PhD projects:

- [Owls and their hearing](https://a.example/1)
- [Seals and their songs](https://a.example/2)

## Deadlines

- Owls and their hearing: 2 May 2026
- Seals and their songs: 3 June 2026

## Contact

- Owls: ada@lab.example
- Seals: bo@lab.example
""",
        (
            ("open", "phd", "Owls", {**MAY, "contact": {"email": "ada@lab.example"}}),
            ("open", "phd", "Seals", {"deadline": "2026-06-03", "contact": {"email": "bo@lab.example"}}),
        ),
    ),
    Page(
        "news of the group, below a call",
        """# Jobs

## PhD position on owls

We are looking for a PhD student. [Advert](https://a.example/1)

## News

- Deadline of our prize for pictures of owls: 2 May 2026
""",
        (("open", "phd", "owls", {"deadline": None}),),
    ),
    Page(
        "what to read before one applies",
        """# Positions

## 2026 openings

- [PhD position on owls](https://a.example/1)

To apply for a PhD, read this first.

Books

- [The hearing of owls at night](https://books.example/1), Ada Example
- [The songs of seals in winter](https://books.example/2), Bo Example
""",
        (("open", "phd", "owls", {}),),
    ),
    Page(
        "a list that is said to be one of proposals",
        """# Positions

## 2026

Below is a list of funded internship proposals, you can contact me in case you are interested. We expect students who
know statistics, and will gladly tell them more of each of these proposals and of the town in which we live and work.

- The hearing of owls at night: theory and application.
- The songs of seals in winter, and how they are learnt.

Write to jobs@lab.example.
""",
        (
            ("open", "internship", "owls", {"contact": {"email": "jobs@lab.example"}}),
            ("open", "internship", "seals", {"contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "short lines as titles, also of how to apply, and the address of each role",
        """<main><h2>Join us</h2><p>PhD position - Owls at night</p>
<p>We are looking for a PhD student with a background in biology who wants to listen to owls at night.</p>
<p>Postdoc position - Seals in winter</p>
<p>We are looking for a postdoc with a background in acoustics who wants to listen to seals in winter.</p>
<p>HOW TO APPLY</p>
<p>Apply by 2 May 2026. For the PhD position write to ada@lab.example, for the postdoc position to bo@lab.example.</p>
</main>""",
        (
            ("open", "phd", "Owls", {**MAY, "contact": {"email": "ada@lab.example"}}),
            ("open", "postdoc", "Seals", {**MAY, "contact": {"email": "bo@lab.example"}}),
        ),
    ),
    Page(
        "what is said in brackets of somebody else's scheme",
        """# Join us

## PhD position on owls

We are looking for a PhD student. Pay: TV-L E13 (65 %)

## Funding

Students may also apply for a DAAD scholarship (934 EUR per month; deadline 2 May 2026).
""",
        (("open", "phd", "owls", {"deadline": None, "pay": "TV-L E13 (65 %)"}),),
    ),
    Page(
        "as many headings as positions, and how to apply, in German",
        """<main><h1>Stellen</h1><p>Wir bieten aktuell zwei Promotionsstellen (TV-L E13, 67 %) an:</p>
<h3>Eulen und ihr Gehör</h3><p>Betreuung: Ada Beispiel. <a href="https://a.example/1.pdf">Ausschreibung</a></p>
<h3>Robben und ihre Lieder</h3><p>Betreuung: Bo Beispiel. <a href="https://a.example/2.pdf">Ausschreibung</a></p>
<h3>Bewerbung</h3><p>Bitte bis zum 2. Mai 2026 an jobs@lab.example.</p></main>""",
        (
            ("open", "phd", "Eulen", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "phd", "Robben", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "as many titles in bold as positions, and one that is none of several",
        """# Openings

We have two PhD positions:

- **Owls and their hearing at night**: you listen.
- **Seals and their songs in winter**: you sing.

Applications should be sent to jobs@lab.example by 2 May 2026.
""",
        (
            ("open", "phd", "Owls", {**MAY, "contact": {"email": "jobs@lab.example"}}),
            ("open", "phd", "Seals", {**MAY, "contact": {"email": "jobs@lab.example"}}),
        ),
    ),
    Page(
        "numbered positions of a network, whose introduction says the rest",
        """# Recruitment

15 Doctoral Candidate positions are available in the network. The application deadline is 2 May 2026.

### DC1 - Owls in the woods at night

Host institution: Hill University.

### DC2 - Seals on the beach in winter

Host institution: Sea University.

### Eligibility

Not more than 12 months in the country before 2 May 2025.
""",
        (("open", "phd", "Owls", MAY), ("open", "phd", "Seals", MAY)),
    ),
    Page(
        "the roles of lists by the words above them, in German",
        """# Stellen

**Doktorandenstellen** (Bewerbungsfrist 2. Mai 2026)

- [Eulen und ihr Gehör](https://a.example/1)
- [Robben und ihre Lieder](https://a.example/2)

**Studentische Hilfskräfte**

- [Hasen auf dem Feld](https://a.example/4)
""",
        (
            ("open", "phd", "Eulen", MAY),
            ("open", "phd", "Robben", MAY),
            ("open", "student-assistant", "Hasen", {"deadline": None}),
        ),
    ),
)


def test_what_cells_are_said_to_span_is_bounded():
    cell = f'<td rowspan="{"9" * 5000}" colspan="100">Owls</td>'
    table = parsed(f"<table>{f'<tr>{cell * 20}</tr>' * 50}</table>").find(".//table")
    rows = [cells for _, cells in table_rows(table, lambda _: Block(BlockKind.PARAGRAPH, "Owls"))]
    assert sum(map(len, rows)) <= 20 * 50 + 2000


@pytest.mark.parametrize("page", [*TABLES, *OVER, *TITLED], ids=lambda page: page.name)
def test_what_a_layout_says_once_is_shared(page: Page) -> None:
    check(page)
