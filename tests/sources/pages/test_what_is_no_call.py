"""What stands on a page beside its calls: what applicants send and are, portals, templates, how others find people."""

import pytest

from tests.sources.pages.expected import Page, check

PAGES = (
    Page(
        "what an application has in it is no call, and the day below it is that of the call above",
        """---
title: Positions
---
## PhD positions: owls at night

We are looking for doctoral students. We will hire 3 PhD students.

### Applications should include the following information:

* The title of your PhD thesis

**Application deadline:** May 4, 2026

**If you are interested, please reach out (ada@lab.example).**
""",
        (
            (
                "open",
                "phd",
                "PhD positions: owls at night",
                {"deadline": "2026-05-04", "openings": 3, "contact": {"email": "ada@lab.example"}},
            ),
        ),
    ),
    Page(
        "whom a call wants is said in a list of its own, in which a sentence may look for people",
        """---
title: Call for doctoral students in owl studies
---
We are looking for individuals to pursue a PhD in the study of owls.

**Your profile:**
* A strong background in biology.
* We are looking for doctoral students who are ambitious.
""",
        (("open", "phd", "Call for doctoral students in owl studies", {}),),
    ),
    Page(
        "the home of a portal is no advert, and what will appear there is not there",
        """# Join us

## Potential lab positions

### Postdoctoral researchers

All postdoc posts are advertised on [jobs.example](https://www.jobs.example/).

### PhD students

We sometimes have PhD studentships. Others are on [FindAPhD.example](https://www.findaphd.example/).
""",
        (
            ("speculative", "postdoc", "Postdoctoral researchers", {"url": None}),
            ("speculative", "phd", "PhD students", {"url": None}),
        ),
    ),
    Page(
        "a template for theses is no advert",
        """# Positions

## PhD position in optics

We seek a PhD student. [Template of a thesis](https://code.example/lab/thesis-template)
""",
        (("open", "phd", "PhD position in optics", {"url": None}),),
    ),
    Page(
        "how a school finds its students is no offer",
        """# Positions

## PhD students

Most PhD students are recruited via the graduate school, which offers a PhD programme.
""",
        (("speculative", "phd", "PhD students", {}),),
    ),
    Page(
        "the degree's full stops end no title",
        "# Opportunities\n\nIf you are potentially interested in either a Ph.D. or post-doc position, write to us.\n",
        (
            ("speculative", "phd", "Ph.D. or post-doc position", {}),
            ("speculative", "postdoc", "Ph.D. or post-doc position", {}),
        ),
    ),
    Page(
        "a short form ends no sentence in which a day stands",
        "# Jobs\n\n## Postdoc in optics\n\nBitte senden Sie den Lebenslauf inkl. Links bis zum 16.3.2026 an:\n",
        (("open", "postdoc", "Postdoc in optics", {"deadline": "2026-03-16"}),),
    ),
    Page(
        "words in bold that say where to apply are no heading, and a school's programme is no advert",
        """# Openings

## Postdoctoral position

We have one postdoctoral position on owls.

[**Apply for the postdoctoral position**](https://forms.example/owls)

## PhD positions

We seek a PhD student. People are admitted by the [doctoral program in ornithology](https://uni.example/phd/owls/).
""",
        (
            ("open", "postdoc", "Postdoctoral position", {"url": "https://forms.example/owls"}),
            ("open", "phd", "PhD positions", {"url": None}),
        ),
    ),
    Page(
        "a link beside words in bold that name another role is none of the call's",
        """# Positions

We have an open PhD position in the study of owls.

For **internships**, see the [internship program](https://uni.example/research/internships/apply).
""",
        (("open", "phd", "PhD position in the study of owls", {"url": None}),),
    ),
    Page(
        "more information in German is a part of the call above, and what an e-mail has as its subject an example",
        """# Stellen

## Postdoc in Optik

Wir suchen eine Postdoktorandin.

## Weitere Informationen

Bewerben Sie sich mit dem Betreff „Doktorand Optik“ bei ada@lab.example.
""",
        (("open", "postdoc", "Postdoc in Optik", {"contact": {"email": "ada@lab.example"}}),),
    ),
    Page(
        "who considers applying is told to whom to write",
        """---
title: Recruitment
---
I'm recruiting a postdoc in the study of owls.

## Considering applying?

Write to ada@lab.example.
""",
        (("open", "postdoc", "postdoc in the study of owls", {"contact": {"email": "ada@lab.example"}}),),
    ),
    Page(
        "a table of one cell is a box around a list, and hints for writers are no calls",
        """<h3>Hinweise zur Erstellung von Abschlussarbeiten</h3>
<table border="1"><tr><td>
<ul><li><a href="https://books.example/1">Von der Idee zur Abschlussarbeit</a></li></ul></td></tr></table>
<h3>Themen für Abschlussarbeiten</h3>
<table border="1"><tr><td><p>Im Projekt sind Abschlussarbeiten ausgeschrieben:</p><ul>
<del><li>Bachelorarbeit: <b>Eulen bei Nacht im Wald</b> (<a href="https://lab.example/1.pdf">PDF</a>)</li></del>
<li>Bachelorarbeit: <b>Robben am Tage auf See</b> (<a href="https://lab.example/2.pdf">PDF</a>)</li>
</ul></td></tr></table>
""",
        (
            ("closed", "thesis", "Eulen bei Nacht im Wald", {}),
            ("open", "thesis", "Robben am Tage auf See", {"url": "https://lab.example/2.pdf"}),
        ),
    ),
    Page(
        "the archive of a page of positions is what is over",
        """# Positions

## Job offers

No currently open position.

## Archive

- PhD position 2025: [Owls at night in the woods](https://lab.example/1.pdf)
""",
        (("closed", "phd", "Owls at night in the woods", {}),),
    ),
    Page(
        "the archive of a site's news is none of its positions",
        """# Positions

## PhD position in optics

We seek a PhD student.

## Archive

- March 2026
- April 2026
""",
        (("open", "phd", "PhD position in optics", {}),),
    ),
    Page(
        "whoever offers a position in a list of news is no title of it",
        """# Openings

- 21 April 2026: [Owl Watch](https://owls.example/) offers a 2-year engineer contract on nests. Apply by 3 May 2026.
- 20 April 2026: [PhD position on seals](https://seals.example/jobs/1) at the coast. Deadline: 2 May 2026.
""",
        (
            ("open", "research-staff", "2-year engineer contract", {"deadline": "2026-05-03"}),
            ("open", "phd", "PhD position on seals", {"deadline": "2026-05-02"}),
        ),
    ),
    Page(
        "a sentence in bold below a heading that names a role is no heading",
        """# Open positions

### PhD positions

**The Owl Lab invites applications for a PhD position in the rapidly evolving field of nests.**

We seek a PhD student. Apply by 4 May 2026.
""",
        (("open", "phd", "PhD positions", {"deadline": "2026-05-04"}),),
    ),
    Page(
        "pay in other currencies, behind the sum",
        "# Jobs\n\n## Postdoc in optics\n\nWe seek a postdoc; the salary is 6000 PLN net.\n",
        (("open", "postdoc", "Postdoc in optics", {"pay": "6000 PLN net"}),),
    ),
    Page(
        "an assistant at somebody's chair is no professor",
        "# Stellen\n\n## Studentische Hilfskraft an der Professur für Optik\n\nWir suchen eine Hilfskraft.\n",
        (("open", "student-assistant", "Hilfskraft", {"role": ["student-assistant"]}),),
    ),
    Page(
        "letters of others have days of their own",
        """# Jobs

## PhD position in optics

We seek a PhD student. Please apply by 21 February 2026. Recommendation letters must be received by 7 March 2026.
""",
        (("open", "phd", "PhD position in optics", {"deadline": "2026-02-21"}),),
    ),
    Page(
        "an address with a plus, hidden by emphasis",
        "# Jobs\n\n## Postdoc in optics\n\nWe seek a postdoc. Enquiries to ada+optics *at* lab.example.\n",
        (("open", "postdoc", "Postdoc in optics", {"contact": {"email": "ada+optics@lab.example"}}),),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_stands_beside_calls(page: Page) -> None:
    check(page)
