"""Whether a call is open, over or a standing invitation, by the sentences and headings around it."""

from itertools import permutations

import pytest

from bot.sources.base import AsFound
from bot.sources.pages import read_page
from bot.sources.pages.evidence import Evidence
from bot.sources.pages.status import Sign, is_closed, is_past, sign_of
from bot.sources.pages.titles import is_kind, is_single
from bot.sources.pages.weighing import weigh
from tests.sources.pages.expected import NOW


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("We are looking for a postdoc in optics.", Sign.OFFER),
        ("We are looking for students interested in working on owls.", Sign.OFFER),
        ("We are always looking for keen PhD students.", Sign.STANDING),
        ("PhD positions are typically funded by grants.", Sign.STANDING),
        ("The owls typically fly at night.", None),
        ("A postdoc position will be advertised here.", Sign.STANDING),
        ("You will be hired by the university.", None),
        ("There is a postdoc opportunity in my lab.", Sign.OFFER),
        ("The centre offers 4 junior postdoctoral positions.", Sign.OFFER),
        ("Candidates with a background in optics are encouraged to apply.", None),
        ("Students are encouraged to write to us.", Sign.INVITES),
        ("Students with their own funding are welcome.", Sign.OWN_MONEY),
        ("Within the Humboldt programme, we offer a PhD position.", Sign.OFFER),
        ("If you are looking for a PhD position, write to us.", Sign.INVITES),
        ("Looking for a PhD?", Sign.INVITES),
        ("How do owls fly?", None),
        ("There are no open positions at the moment.", Sign.NONE_NOW),
        ("Wir suchen eine Doktorandin.", Sign.OFFER),
        ("Initiativbewerbungen sind willkommen.", Sign.STANDING),
        ("Owls see well.", None),
        ("Recruiting for PhD positions is done through the graduate school.", Sign.OWN_MONEY),
        ("Recruiting for two PhD positions is under way.", Sign.OFFER),
        ("There is no funding available for research assistants.", Sign.NONE_NOW),
        ("There is no funding for owls.", None),
        ("I am accepting PhD students for this fall.", Sign.OFFER),
        ("I am not accepting PhD students this fall.", Sign.NONE_NOW),
        ("For inquiries about internships and theses, please send a letter.", Sign.INVITES),
        ("For inquiries about the position, please send a letter.", None),
        ("Graduate students should apply directly to the biology department.", Sign.INVITES),
        ("Candidates must apply through the portal of the department.", None),
    ],
)
def test_what_a_sentence_says(said, sign):
    assert sign_of(said) is sign


@pytest.mark.parametrize(
    ("said", "is_gone"),
    [
        ("This position has been filled.", True),
        ("Applications are open until the position is filled.", False),
        ("Die Stelle ist bereits besetzt.", True),
        ("Bewerben Sie sich, bis die Stelle besetzt ist.", False),
        ("The post is no longer available.", True),
        ("PhD in optics – close", True),
        ("Who works close to the sea", False),
    ],
)
def test_that_a_position_is_gone(said, is_gone):
    assert is_closed(said) is is_gone


def test_headings_of_what_is_over():
    assert is_past("Past positions")
    assert is_past("Frühere Ausschreibungen")
    assert is_past("Past opportunities")
    assert is_past("Offres pourvues")
    assert is_past("Convocatorias cerradas")
    assert not is_past("Past and open positions")
    assert not is_past("Frühere und offene Stellen")
    assert not is_past("Current opportunities")
    assert not is_past("Positions for people who study the past")


def test_titles_that_only_name_a_kind():
    assert is_kind("PhD students")
    assert is_kind("Open postdoctoral positions (m/f)")
    assert not is_kind("PhD position in optics")
    assert is_single("PhD project: owls at night")
    assert not is_single("PhD projects")
    assert not is_single("Owls at night")


def _states(text: str) -> list[tuple[AsFound, bool]]:
    found = read_page(text, url=None, now=NOW, is_markdown=True).postings
    return [(posting.as_found, "status" in posting.uncertain) for posting in found]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("# Open positions\n\n## PhD position in optics\n\nWe seek a PhD student.", [(AsFound.OPEN, False)]),
        (
            "# Positions\n\n## PhD position in optics\n\nApply by 2 May 2026. The deadline has gone by.",
            [(AsFound.OPEN, False)],
        ),
        (
            "# Positions\n\n## PhD position in optics\n\nThe position is filled. We are always glad to hear from you.",
            [(AsFound.CLOSED, False)],
        ),
        (
            "# Positions\n\n## PhD students\n\nAll positions are filled now. We also welcome self-funded PhD students.",
            [(AsFound.SPECULATIVE, False)],
        ),
        (
            "# Positions\n\n## Postdocs\n\nThe PhD position is filled. We have an open postdoc position on owls.",
            [(AsFound.OPEN, False)],
        ),
        ("# Positions\n\n## Postdocs\n\nWe have no open positions.", []),
        ("# Jobs\n\n## 2 PhD positions available! (Expired)\n\nOn owls.", [(AsFound.CLOSED, False)]),
        ("# Jobs\n\n## PhD (filled), postdoc (open) on owls\n\nWe seek a postdoc.", [(AsFound.OPEN, False)]),
        ("# Jobs\n\n## PhD position on owls (no longer available)\n\nOwls fly.", [(AsFound.CLOSED, False)]),
        ("# Jobs\n\n## Doktorand (vergeben), Postdoc (frei)\n\nEulen fliegen.", [(AsFound.OPEN, False)]),
        (
            "# Stellen\n\n## Postdoc\n\nDauer: zwei Jahre\n\nArbeitsort: Ulm\n\nEulen fliegen nachts.",
            [(AsFound.OPEN, False)],
        ),
        ("# Past positions\n\n## PhD position in optics\n\nWe seek a PhD student.", [(AsFound.CLOSED, False)]),
        ("# Positions\n\n## MSc thesis projects\n\nContact me for projects on owls.", [(AsFound.SPECULATIVE, False)]),
        ("# Jobs\n\n## PhD positions\n\nThere are no PhD openings now. New positions will be posted here.", []),
        (
            "# Jobs\n\n## Two postdoc positions\n\nThe contract runs for three years.",
            [(AsFound.OPEN, False)],
        ),
        (
            "# Planned positions\n\n## PhD position: owls\n\nWith Ada.\n\n## PhD position: seals\n\n[Call](https://owls.example/2)",
            [(AsFound.SPECULATIVE, False), (AsFound.OPEN, False)],
        ),
        ("# Jobs\n\n## Bachelor and master theses\n\nThey are on owls.", [(AsFound.SPECULATIVE, False)]),
        ("# Jobs\n\n## Master thesis projects\n\n- Owls at night\n- Seals by day", [(AsFound.SPECULATIVE, True)]),
        (
            "# Jobs\n\n#### I am already a Ph.D. student here\n\nFill out [this form](https://owls.example/form).",
            [(AsFound.SPECULATIVE, False)],
        ),
        (
            "# Jobs\n\n#### I am looking for a PhD student\n\nFill out [this form](https://owls.example/form).",
            [(AsFound.OPEN, False)],
        ),
        ("# Jobs\n\n## Who should contact us?\n\n- **PhD students** who like owls\n- **Postdocs** with ears", []),
        ("# Jobs\n\n## Undergraduates\n\nEmail me with your transcript.", [(AsFound.SPECULATIVE, False)]),
        ("# Jobs\n\n## Frequently asked questions\n\n**PhD applicants:** No need to email before you apply.", []),
        (
            "---\ntitle: Jobs\ndescription: We are looking for postdocs. Apply by 2 May 2026.\n---\n",
            [(AsFound.OPEN, False)],
        ),
        ("---\ntitle: Jobs\ndescription: We are looking for postdocs on owls.\n---\nNobody is here.\n", []),
        ("# Jobs\n\nIn case of general questions, or to hear of our postdocs, please reach out to us.", []),
        ("# Jobs\n\n## Postdoc\n\nPay is TV-L E13, and the start is in May.", [(AsFound.OPEN, True)]),
    ],
)
def test_the_nearest_evidence_decides_and_what_is_close_is_left_open(text, states):
    assert _states(text) == states


def test_evidence_weighs_the_same_in_every_order():
    pieces = (Evidence.AMONG_VACANCIES, Evidence.KIND_TITLE, Evidence.NONE_ON_PAGE, Evidence.SEVERAL)
    assert len({weigh(order) for order in permutations(pieces)}) == 1


DETAILED = """Tasks: you look after owls.

- a degree in biology
- good ears
- patience at night

Full-time, for three years.
"""


def test_what_is_told_in_detail_is_a_position():
    assert _states("# Jobs\n\n## Postdoc\n\nOwls fly at night.")[0][1]
    assert _states(f"# Jobs\n\n## Postdoc\n\n{DETAILED}") == [(AsFound.OPEN, False)]
    assert _states(f"# Jobs\n\n## Postdoc\n\nWe are always looking for postdocs.\n\n{DETAILED}")[0][1]


def test_what_is_told_in_detail_in_another_language_is_a_position():
    text = "# Stellen\n\n## Postdoc\n\nAnforderungen: gute Ohren. Die Stelle ist in Vollzeit und derzeit frei."
    assert _states(text) == [(AsFound.OPEN, False)]
    assert _states("# Stellen\n\n## Postdoc\n\nEulen fliegen nachts.")[0][1]


def test_that_one_may_begin_at_any_time_invites_nobody():
    assert sign_of("Beginn jederzeit möglich.") is None
    assert sign_of("Sie können sich jederzeit bewerben.") is Sign.STANDING


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (
            "# Join us\n\n## Funding opportunities\n\n- [Owl Council Award](https://owls.example)",
            [],
        ),
        (
            "# Join us\n\n## Funding sources for postdocs\n\n- [Owl Postdoc Fellowship](https://owls.example)",
            [(AsFound.SPECULATIVE, False)],
        ),
        (
            "# Join us\n\n## Funded projects\n\n- [PhD position on owls](https://owls.example/phd)",
            [(AsFound.OPEN, False)],
        ),
        (
            "# Funding options\n\n## Open PhD positions\n\n- [PhD position on owls](https://owls.example/phd.pdf)",
            [(AsFound.OPEN, False)],
        ),
        ("# Jobs\n\n## Past thesis supervision\n\n- 2023: Ada, owls at night\n- 2022: Bo, seals by day", []),
        ("# Jobs\n\n## Technician\n\nThe lab is looking to hire a technician.", [(AsFound.OPEN, False)]),
    ],
)
def test_a_list_of_money_offers_no_positions(text, states):
    assert _states(text) == states
