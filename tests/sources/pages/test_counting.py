"""How many are sought, where one number says so."""

import pytest

from bot.sources.pages.counting import openings


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Four Master Thesis Projects in Cyber-physical Systems", 4),
        ("One fully funded 4-year PhD studentship", 1),
        ("We are recruiting 15 highly motivated PhD students", 15),
        ("1 Predoc position in software engineering", 1),
        ("Two (2) postdoctoral positions", 2),
        ("Creative AI (2 positions)", 2),
        ("two tenure-track assistant professors", 2),
        ("Two student assistants (up to 19 h/week)", 2),
        ("Doktorand (m/w/d) 3x", 3),
        ("Postdoc (x2)", 2),
        ("3 x Postdoc", 3),
        ("zwei Promotionsstellen", 2),
        ("2 wissenschaftliche Mitarbeiter*innen", 2),
        ("Deux postes de post-doctorant", 2),
        ("2 contratos postdoctorales", 2),
        ("cinco bolsas de iniciação", 5),
        ("2 borse di dottorato", 2),
        ("Number of positions: 2", 2),
        ("We look for two PhD students to join us", 2),
        ("There are 12 positions in our network.", 12),
        ("Anzahl der Stellen: 2", 2),
        ("Número de vagas: 3", 3),
        ("We announce the availability of three postdoctoral positions", 3),
        ("Postdoctoral fellow – 2 posts", 2),
        ("Wij hebben twee promotieplaatsen.", 2),
        ("Två doktorandtjänster i optik", 2),
        ("Tre stipendiatstillinger i optikk", 3),
    ],
)
def test_a_number_of_openings(text: str, number: int) -> None:
    assert openings([text]) is not None
    assert openings([text])[0] == number


@pytest.mark.parametrize(
    "text",
    [
        "a PhD position",
        "several PhD positions",
        "up to 4 PhD positions",
        "1-2 PhD positions",
        "1 – 2 PhD positions",
        "one - two PhD positions",
        "one or two PhD positions",
        "eine oder zwei Stellen",
        "one of the PhD positions",
        "at least one PhD student",
        "17 PhD and 8 postdoc positions",
        "Our team consists of three PhD students",
        "You will supervise two students",
        "You will work with two postdocs",
        "a 3 year PhD position",
        "2 years of postdoc",
        "training in two stages, with a PhD student",
        "Master thesis 2: owls",
        "Three postdocs left us.",
        "Two PhD students have joined the lab.",
        "You will teach two master students.",
        "There are 12 positions in our network, and this is one of them.",
        "Zwei Doktorandinnen haben uns verlassen.",
        "Apply to a maximum of three PhD positions.",
        "FEM simulation positions in a Swedish lab",
    ],
)
def test_no_number_of_openings(text: str) -> None:
    assert openings([text]) is None
