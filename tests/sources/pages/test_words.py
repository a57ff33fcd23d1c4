"""Which roles a text of a page names: by names that only pages use, by the ends of words, and by none of these."""

import pytest

from bot.domain.posting import Role
from bot.sources.pages.words import roles_in


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Two PhD studentships in optics", [Role.PHD]),
        ("Master's thesis: better nets", [Role.THESIS]),
        ("Laboringenieurin gesucht", [Role.RESEARCH_STAFF]),
        ("Forschungshilfskräfte gesucht", [Role.STUDENT_ASSISTANT]),
        ("Forschungshilfskraefte gesucht", [Role.STUDENT_ASSISTANT]),
        ("Une thèse de doctorat ou un stage", [Role.PHD, Role.INTERNSHIP]),
        ("A software engineer and a lab manager", [Role.RESEARCH_STAFF, Role.TECHNICIAN]),
        ("You have a PhD degree", []),
        ("Faculty of Physics, administration", []),
        ("Prof. Lovelace (W3)", []),
    ],
)
def test_roles_that_a_page_names(text, roles):
    assert roles_in(text) == roles
