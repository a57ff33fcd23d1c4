"""What stands once on a page and belongs to several calls reaches each of them, and no other."""

import pytest

from tests.sources.pages.expected import Page, check

MAY = {"deadline": "2026-05-02", "deadline_kind": "fixed"}
NONE = {"deadline": None, "contact": None}

SECTIONS = (
    Page(
        "sections of dates and pay below a list of projects",
        """# Join us

## Open PhD projects

We are recruiting for the following projects:

- [Owls and their hearing at night](https://hill.example/owls)
- [Seals and their songs in winter](https://hill.example/seals)

## Scholarships

- Full-time: Stipend of £22,000 per year (tax-free)

## Important dates

Deadline for applications for the September 2026 intake:

- Home and international students: Saturday 2 May 2026 at 23:59
""",
        (
            ("open", "phd", "Owls and their hearing", {**MAY, "pay": "£22,000 per year (tax-free)"}),
            ("open", "phd", "Seals and their songs", {**MAY, "pay": "£22,000 per year (tax-free)"}),
        ),
    ),
    Page(
        "each call followed by its own way to apply, all at one level",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## How to apply

Write to owls@lab.example by 2 May 2026.

## PhD position on seals

We are looking for a PhD student.

## How to apply

Write to seals@lab.example by 3 June 2026.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "phd", "seals", {"deadline": "2026-06-03", "contact": {"email": "seals@lab.example"}}),
        ),
    ),
    Page(
        "a way to apply behind two calls, and another group of calls behind it",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## PhD position on seals

We are looking for a PhD student.

## How to apply

Write to owls@lab.example by 2 May 2026.

## PhD position on foxes, at the partner's

Our partner is looking for a PhD student: see [the call](https://den.example/foxes.pdf).
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "phd", "seals", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "phd", "foxes", NONE),
        ),
    ),
    Page(
        "one way to apply above all, in French",
        """# Offres

## Comment postuler

Envoyez votre candidature à owls@lab.example avant le 2 mai 2026.

## Thèse de doctorat : les chouettes

Nous recrutons une personne.

## Postdoc : les phoques

Nous recrutons une personne.
""",
        (
            ("open", "phd", "les chouettes", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "postdoc", "les phoques", {**MAY, "contact": {"email": "owls@lab.example"}}),
        ),
    ),
    Page(
        "pay and dates in German, the dates by role",
        """# Offene Stellen

## Doktorandenstelle: Eulen

Wir suchen eine Doktorandin.

## Postdoc: Robben

Wir suchen einen Postdoc.

## Vergütung

E13 TV-L, für beide Stellen

## Fristen

- Doktorandenstelle: 2. Mai 2026
- Postdoc: 3. Juni 2026
""",
        (
            ("open", "phd", "Eulen", {**MAY, "pay": "E13 TV-L"}),
            ("open", "postdoc", "Robben", {"deadline": "2026-06-03", "pay": "E13 TV-L"}),
        ),
    ),
    Page(
        "two days, and nothing says which is whose",
        """# Jobs

## PhD position on owls

We are looking for a PhD student.

## PhD position on seals

We are looking for a PhD student.

## Deadlines

2 May 2026 for the first project, 3 June 2026 for the second.
""",
        (
            ("open", "phd", "owls", {"deadline": None}),
            ("open", "phd", "seals", {"deadline": None}),
        ),
    ),
)
GROUPS = (
    Page(
        "lists with a line above each",
        """# Open positions

PhD positions, apply by 2 May 2026:

- [Owls and their hearing](https://hill.example/owls)
- [Seals and their songs](https://hill.example/seals)

Postdoc positions, apply by 3 June 2026:

- [Foxes of the northern hills](https://hill.example/foxes)
""",
        (
            ("open", "phd", "Owls", MAY),
            ("open", "phd", "Seals", MAY),
            ("open", "postdoc", "Foxes", {"deadline": "2026-06-03"}),
        ),
    ),
    Page(
        "lists with a day above only one of them",
        """# Open positions

PhD positions in the owl project (deadline 2 May 2026):

- [PhD position on owls and their hearing](https://hill.example/owls)
- [PhD position on owls and their songs](https://hill.example/songs)

PhD positions in the seal project:

- [PhD position on seals of the north](https://hill.example/seals)
""",
        (
            ("open", "phd", "hearing", MAY),
            ("open", "phd", "songs", MAY),
            ("open", "phd", "seals", {"deadline": None}),
        ),
    ),
    Page(
        "one day for all, said where the last of them ends",
        """# Open positions

## PhD position on owls

We are looking for a PhD student.

## PhD position on seals

We are looking for a PhD student. The deadline for both positions is 2 May 2026. Write to seals@lab.example.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": None}),
            ("open", "phd", "seals", {**MAY, "contact": {"email": "seals@lab.example"}}),
        ),
    ),
    Page(
        "a call's own day, and a word on all applications",
        """# Open positions

## PhD position on owls

We are looking for a PhD student.

## PhD position on seals

We are looking for a PhD student. Apply by 2 May 2026. All applications are treated in confidence.
""",
        (
            ("open", "phd", "owls", {"deadline": None}),
            ("open", "phd", "seals", MAY),
        ),
    ),
    Page(
        "an introduction that names both, beside them",
        """## We are recruiting a postdoc and a PhD student!

Informal enquiries are welcome (owls@lab.example).

## PhD project: owls and their hearing

We are looking for a PhD student. Apply by 2 May 2026.

## Postdoc: seals and their songs

We are looking for a postdoc. Apply by 3 June 2026.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "postdoc", "seals", {"deadline": "2026-06-03", "contact": {"email": "owls@lab.example"}}),
        ),
    ),
    Page(
        "numbers say whose day it is",
        """# Jobs

## Position 1: PhD student on owls

We are looking for a PhD student.

## Position 2: PhD student on seals

We are looking for a PhD student.

## How to apply

Position 1: write to owls@lab.example by 2 May 2026.

Position 2: write to seals@lab.example by 3 June 2026.
""",
        (
            ("open", "phd", "owls", {**MAY, "contact": {"email": "owls@lab.example"}}),
            ("open", "phd", "seals", {"deadline": "2026-06-03", "contact": {"email": "seals@lab.example"}}),
        ),
    ),
)


@pytest.mark.parametrize("page", [*SECTIONS, *GROUPS], ids=lambda page: page.name)
def test_what_stands_once_reaches_those_whom_it_is_about(page: Page) -> None:
    check(page)
