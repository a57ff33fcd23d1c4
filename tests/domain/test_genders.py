"""(m/f/d) goes from titles in all its forms, and mathematics stays."""

import pytest

from bot.domain.genders import without_gender

MARKS = [
    *"(m/f/d) (w/m/d) (m/w/d) (d/m/w) (m/f/x) (m|w|d) (m/w) (f/m) (M/W/D) [m/w/d] (f_m_x) (m*w*d) (m:w:d)".split(),
    *"(m/w/div.) (m/w/divers) (male/female/diverse) (f/m/nb) (H/F) (w/m/*) (gn) (gn*) (m/w/d/x)".split(),
    *("(m / w / d)", "(m, f, d)", "(all genders)", "(alle Geschlechter)", "(m or f or d)"),
]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_by_itself_goes_wherever_it_stands(mark):
    assert without_gender(f"Postdoc {mark}") == "Postdoc"
    assert without_gender(f"{mark} Postdoc in Robotics") == "Postdoc in Robotics"
    assert without_gender(f"Mitarbeiter*in {mark} in Robotik, p(m|f)") == "Mitarbeiter*in in Robotik, p(m|f)"
    assert without_gender(f"Postdoc {mark}, Ulm") == "Postdoc, Ulm"


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Doktorand m/w/d", "Doktorand"),
        ("Doktorandin – w/m/d", "Doktorandin"),
        ("PhD, m/f/x", "PhD"),
        ("A (m/w/d)*", "A"),
    ],
)
def test_at_the_end_it_goes_without_brackets_too(title, left):
    assert without_gender(title) == left


@pytest.mark.parametrize(
    "title",
    [
        "Learning f(x,i) and p(x|w) on GL(d,F)",
        "Bayesian inference of p(w|x)",
        "Lattices in GL(m,f)",
        "Flows on SO (m,w)",
        "Entropy of p (x|d)",
        "Matrices (i,d) and f(m/f/d)",
        "Doktorand(m/w/d)",
        "Equal opportunities officer (w/d)",
        "TCP/IP (and more)",
        "Measures (m) on (X)",
        "(m/w/d)",
        "Rates m/w",
    ],
)
def test_what_may_be_anything_else_stays(title):
    assert without_gender(title) == title
