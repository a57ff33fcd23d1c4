"""What stands beside calls: who is invited there, who is not, what is said to applicants, and what is over."""

import pytest

from tests.sources.pages.expected import Page, check

PAGES = (
    Page(
        "short paragraphs name each a position, with a link or as available",
        """---
title: Vacancies
---
18 month postdoc position on the ears of owls. [Advert](https://owls.example/ears).

Postdoc position of up to two years on the project "Eyes for hollow trees" available. Email for more.

The postdoc position is a good one for people who hear well.
""",
        (
            ("open", "postdoc", "18 month postdoc position on the ears of owls", {"url": "https://owls.example/ears"}),
            ("open", "postdoc", "Postdoc position of up to two years", {}),
        ),
    ),
    Page(
        "beside positions, paragraphs that begin with whom they invite invite each",
        """# Positions

Graduate students should apply directly to the biology department. Its deadline is in December.

Undergraduate students are always welcome to help us count owls.

PhD holders can apply for funding of their own.

Most interns like owls.

## Postdoc on ears

We are looking for a postdoc who hears well. Apply by 2 May 2026.
""",
        (
            ("open", "postdoc", "Postdoc on ears", {"deadline": "2026-05-02"}),
            ("speculative", "phd", "Graduate students", {}),
            ("speculative", "student-assistant", "Undergraduate students", {}),
        ),
    ),
    Page(
        "a heading as long as no title tells what stands in it",
        """---
title: Vacancies
---
<h5>The lab is looking for postdocs who study the ears of owls, their eyes, and how both find what moves in the
grass at night. The lab is always on the lookout for engineers who build what hears as well as an owl, and who like
to be out at night, in all weathers.</h5>
""",
        (
            ("open", "postdoc", "postdocs", {}),
            ("speculative", "research-staff", "engineers", {}),
        ),
    ),
    Page(
        "what one item of several says of itself closes none of the others",
        """# Vacancies

## MSc thesis projects

- **Bird migration seen by radar** - with Jan.
- **Moths in cities** - with Els. Taken.

We are looking for MSc students.
""",
        (("open", "thesis", "MSc thesis projects", {}),),
    ),
    Page(
        "what is good about it is no call, and neither is where else to look",
        """# Study with us

## Benefits for PhD candidates

You have 41 days of leave, and we welcome dogs.

## Why do a PhD with us?

We are friendly.

## Postdoctoral researchers

Please see the careers page for any vacancies.
""",
        (),
    ),
    Page(
        "whom nobody takes is not invited",
        """# Opportunities

## Internships

We are not able to offer internships. Please do not write.

## Volunteers

We are not taking volunteers.
""",
        (),
    ),
    Page(
        "a day in bold is no title",
        """---
title: News
---
- **3 Dec 2025** A postdoc position on glaciers is open. [Apply here](https://uni.example/jobs/88).
""",
        (("open", "postdoc", "A postdoc position on glaciers", {}),),
    ),
    Page(
        "what a list is led to by a sentence that looks for people is whom it looks for",
        """# Current openings

We are currently looking for:

* PhD student in the flight of owls (3 years), see the [description](https://owls.example/phd.pdf)
* Postdoctoral researcher in the songs of owls (1 year)
""",
        (
            ("open", "phd", "PhD student in the flight of owls", {}),
            ("open", "postdoc", "Postdoctoral researcher in the songs of owls", {}),
        ),
    ),
    Page(
        "what those do for whom a sentence looks is no call",
        """---
title: "Call: student assistants"
---
Our group looks for student assistants who help us in teaching:

* Tutors for birdsong
* Computers and web pages

Apply by 2 May 2026 at ada@lab.example.
""",
        (("open", "student-assistant", "Call: student assistants", {"deadline": "2026-05-02"}),),
    ),
    Page(
        "funders of visits are no calls, and a line in bold that says something of a position is none",
        """# Jobs

## Visiting researchers

For visitors, please send an enquiry. Some schemes may help, such as:

* [Sabbatical fellowships of the academy](https://academy.example/sabbatical)
* [Residency for owl research](https://academy.example/residency)

## Call for two internships on owls

**Both internships are paid**

Apply by 2 May 2026.
""",
        (
            ("speculative", "other", "Visiting researchers", {}),
            ("open", "internship", "Call for two internships on owls", {"deadline": "2026-05-02"}),
        ),
    ),
    Page(
        "what will be available is announced",
        "# Open positions\n\nPositions for postdocs and engineers would be available from early 2027.\n",
        (
            ("speculative", "postdoc", "postdocs and engineers", {}),
            ("speculative", "research-staff", "postdocs and engineers", {}),
        ),
    ),
    Page(
        "items that each name a role and invite are one invitation each",
        """# Open positions

## For students here

We are always keen to hear from students here:

* **Master's dissertations:** We supervise some each year. Get in touch.
* **Internships:** We occasionally have short ones. Get in touch.
""",
        (
            ("speculative", "thesis", "Master's dissertations", {}),
            ("speculative", "internship", "Internships", {}),
        ),
    ),
    Page(
        "there is nothing, but people may write all the same",
        "# Jobs\n\n## Postdocs\n\nWe have no open positions, but please contact us.\n",
        (("speculative", "postdoc", "Postdocs", {}),),
    ),
    Page(
        "there is nothing, and nobody is to write",
        "# Jobs\n\n## Postdocs\n\nWe have no open positions, so please do not contact us.\n",
        (),
    ),
    Page(
        "in Markdown, a comment may be a link that nothing leads to",
        """# Join us

[//]: # (We are currently looking for a postdoc to study owls: [advert](https://owls.example/postdoc.pdf))

## PhD students

We are always looking for PhD students.
""",
        (
            ("speculative", "phd", "PhD students", {}),
            ("commented-out", "postdoc", "postdoc to study owls", {}),
        ),
    ),
    Page(
        "an invitation may stand between calls and what is to be sent, and says to whom to write elsewhere",
        """---
title: Open Positions
---
We have the following open positions:

1. **PhD student, soft owls**. [Details](https://owls.example/phd.pdf)
2. **Postdoc, hard owls**. [Details](https://owls.example/postdoc.pdf)

We are also glad of unsolicited applications for master projects.

Write to owls@lab.example with your CV.

* CV
* Transcripts
""",
        (
            ("open", "phd", "PhD student, soft owls", {}),
            ("open", "postdoc", "Postdoc, hard owls", {}),
            ("speculative", "thesis", "master projects", {"contact": {"email": "owls@lab.example"}}),
        ),
    ),
    Page(
        "what there is none of names an invitation",
        """# Offene Stellen

Aktuell haben wir leider keine Promotionsstellen. Gern betreuen wir jederzeit Promotionen mit eigenem Stipendium.

**HiWi-Stelle (40 h/Monat):** Wir suchen eine studentische Hilfskraft. Bewerbung an hiwi@lab.example.
""",
        (
            ("open", "student-assistant", "HiWi-Stelle", {}),
            ("speculative", "phd", "Promotionsstellen", {}),
        ),
    ),
    Page(
        "guests are visitors, and candidates may write though there is no opening",
        """# Openings

## 🌍 Guest researchers

Guest researchers are welcome.

## Postdocs

No openings at present. Candidates with fellowships may contact me.
""",
        (
            ("speculative", "other", "Guest researchers", {}),
            ("speculative", "postdoc", "Postdocs", {}),
        ),
    ),
    Page(
        "a position that is occupied is gone, and its title ends before a bracket that is open",
        """# Open positions

* PhD position: Clusters of owls (supervisor: A. Example), [pdf](https://owls.example/a.pdf)
* PhD position: The ice of seals (supervisor: B. Example), [pdf](https://owls.example/b.pdf) - OCCUPIED
""",
        (
            ("open", "phd", "PhD position: Clusters of owls", {}),
            ("closed", "phd", "PhD position: The ice of seals", {}),
        ),
    ),
    Page(
        "paragraphs that are calls stand beside one that invites",
        """---
title: openings
---
We have **two PhD positions** on owls. See the [full ad](https://owls.example/phd.pdf). Deadline: **March 1, 2026**.

We have **one postdoc position** on seals. See the [full ad](https://owls.example/2.pdf). Deadline: **March 2, 2026**.

If you are a master's student and want to write your thesis with us, write to thesis@lab.example.
""",
        (
            ("open", "phd", "PhD positions", {"deadline": "2026-03-01"}),
            ("open", "postdoc", "postdoc position", {"deadline": "2026-03-02"}),
            ("speculative", "thesis", "master's student", {"contact": {"email": "thesis@lab.example"}}),
        ),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_stands_beside_calls(page):
    check(page)
