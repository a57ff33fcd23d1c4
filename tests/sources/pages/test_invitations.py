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
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_invitations(page):
    check(page)
