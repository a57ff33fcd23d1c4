"""Which sentences and headings invite people whether or not there is a position, and which only speak to applicants."""

import pytest

from tests.sources.pages.expected import Page, check

PAGES = (
    Page(
        "what asks people to come for a while is one call, whoever they are at home",
        """# Join us

## Research visitors

PhD students and postdocs are welcome as visitors. Tell us how the visit would be funded.
""",
        (("speculative", "other", "Research visitors", {}),),
    ),
    Page(
        "vacancies for visitors are there",
        "# Join us\n\n## Visiting opportunities\n\nMy group has vacancies for visiting students.\n",
        (("open", "other", "Visiting opportunities", {}),),
    ),
    Page(
        "how visitors find the way is no call",
        "# Join us\n\n## PhD position in optics\n\nWe seek a PhD student.\n\n## Visitors\n\nTake tram 4 to the zoo.\n",
        (("open", "phd", "PhD position in optics", {}),),
    ),
    Page(
        "what a page wants to be is no invitation, where it lists positions",
        """# Opportunities

## PhD opportunities

I am planning to keep this list of possible PhD opportunities up to date.

* **Owls at night**: funded PhD project, [details](https://owls.example/night)
* **Seals at noon**: funded PhD project, [details](https://owls.example/noon)
""",
        (
            ("open", "phd", "Owls at night", {}),
            ("open", "phd", "Seals at noon", {}),
        ),
    ),
    Page(
        "that some may apply, too, is said of the positions",
        """# Open positions

PhD students from abroad are warmly encouraged to apply or, simply, contact me.

## PhD position in optics

We seek a PhD student.
""",
        (("open", "phd", "PhD position in optics", {}),),
    ),
    Page(
        "how many will be hired is said of the positions below",
        """# Vacancies

The network will recruit nine doctoral candidates.

## Doctoral position: owls at night

Apply by 2 May 2026.
""",
        (("open", "phd", "Doctoral position: owls at night", {"deadline": "2026-05-02"}),),
    ),
    Page(
        "beside positions, others may be possible",
        """# Vacancies

Apart from these, we might have open positions for postdoctoral researchers: contact us.

## Doctoral position: owls at night

Apply by 2 May 2026.
""",
        (
            ("open", "phd", "Doctoral position: owls at night", {"deadline": "2026-05-02"}),
            ("speculative", "postdoc", "postdoctoral researchers", {}),
        ),
    ),
    Page(
        "what is required of applicants is no call, whichever role its heading names",
        """# Vacancies

## Entry requirements for PhD positions

* A degree with merit, or its equal.

## Available PhD projects

We are currently recruiting for the following projects:

* [The songs of owls at night](https://owls.example/night)
* [The dreams of seals at noon](https://owls.example/noon)
""",
        (
            ("open", "phd", "The songs of owls", {}),
            ("open", "phd", "The dreams of seals", {}),
        ),
    ),
    Page(
        "a heading that names another role than what stands below it has a call of its own",
        """# Open positions

## Postdoc positions available

One of them is on the songs of owls.

### 2 PhD positions available! (Expired)

### Research assistant (paid by the hour)

You will count owls. We seek an assistant for the summer.
""",
        (
            ("open", "postdoc", "Postdoc positions available", {}),
            ("closed", "phd", "2 PhD positions available!", {"openings": 2}),
            ("open", "research-staff", "Research assistant", {}),
        ),
    ),
    Page(
        "a heading that only gathers what stands below it has none",
        """# Open positions

## Postdocs and staff

These are open:

### PhD position: owls at night

Apply by 2 May 2026.
""",
        (("open", "phd", "PhD position: owls at night", {"deadline": "2026-05-02"}),),
    ),
    Page(
        "past opportunities are over",
        """# Open positions

## Current opportunities

### PhD position: owls at night

We seek a PhD student.

## Past opportunities

### PhD position: seals at noon

We seek a PhD student.
""",
        (
            ("open", "phd", "PhD position: owls at night", {}),
            ("closed", "phd", "PhD position: seals at noon", {}),
        ),
    ),
    Page(
        "what a heading invites is not invited once more by a sentence in passing",
        """# Opportunities

I am always looking for motivated PhD students to join my team.

## Prospective PhD candidates

Write to me, if you are interested in a PhD.
""",
        (("speculative", "phd", "Prospective PhD candidates", {}),),
    ),
    Page(
        "a page in two languages invites once for each role",
        """# Offene Stellen

## Stellen für Studierende

Ab und zu haben wir offene SHK-Stellen. Schreibt uns.

# Open positions

## Positions for students

Occasionally, we have openings for student assistants. Please write to us.
""",
        (("speculative", "student-assistant", "Stellen für Studierende", {}),),
    ),
    Page(
        "students and researchers are everybody",
        "# Open positions\n\nStudents and researchers who like owls are welcome to contact us.\n",
        (),
    ),
    Page(
        "what people may want to become is named by an invitation, which is no heading where it is in bold",
        """# Open positions

* [Postdoctoral position on owls](https://owls.example/1)
* [PhD position on seals](https://owls.example/2)

**If you are interested to work at the lab as an intern or MSc student, contact us to learn more.**
""",
        (
            ("open", "postdoc", "Postdoctoral position on owls", {}),
            ("open", "phd", "PhD position on seals", {}),
            ("speculative", "internship", "intern or MSc student", {}),
            ("speculative", "thesis", "intern or MSc student", {}),
        ),
    ),
    Page(
        "there is no project",
        "# PhD positions\n\n## Master's projects\n\nWe have no master's project on offer this term.\n",
        (),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_invitations(page):
    check(page)
