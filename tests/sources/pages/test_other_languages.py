"""Pages in languages in which nobody is spoken to: what is a call on them, and which status it has."""

import pytest

from bot.domain.posting import Role
from bot.sources.pages.status import Sign, is_closed, says_none, sign_of
from bot.sources.pages.words import roles_in
from tests.sources.pages.expected import Page, check

PAGES = (
    Page(
        "French",
        """---
title: "Recrutement"
---
## Offre de thèse : apprentissage profond

Nous recherchons une doctorante ou un doctorant. Candidatures avant le 15 mai 2026.

## Post-doctorat (pourvu)

Le poste de post-doctorant en optique a été pourvu.

## Stages

Aucun stage cette année.

## Candidatures spontanées

Les candidatures spontanées de post-doctorants sont les bienvenues.
""",
        (
            ("open", "phd", "thèse : apprentissage profond", {"deadline": "2026-05-15"}),
            ("closed", "postdoc", "Post-doctorat", {}),
            ("speculative", "postdoc", "Candidatures spontanées", {}),
        ),
    ),
    Page(
        "Spanish",
        """# Únete

## Contratos predoctorales

Ofrecemos un contrato predoctoral en el proyecto Lechuza.

## Trabajos de fin de máster

Siempre buscamos estudiantes para su trabajo de fin de máster.
""",
        (
            ("open", "phd", "Contratos predoctorales", {}),
            ("speculative", "thesis", "Trabajos de fin de máster", {}),
        ),
    ),
    Page(
        "Italian",
        "# Openings\n\n## Tesi di laurea\n\nSono disponibili tesi magistrali sui gufi. Scadenza: 20/05/2026.\n",
        (("open", "thesis", "Tesi di laurea", {"deadline": "2026-05-20"}),),
    ),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page):
    check(page)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Post-doctorat en optique", Role.POSTDOC),
        ("Contrat doctoral", Role.PHD),
        ("Bolsa de pós-doutorado", Role.POSTDOC),
        ("Bolsa de doutorado", Role.PHD),
        ("Assegni di ricerca", Role.POSTDOC),
        ("Tesi di dottorato", Role.PHD),
        ("Contratos postdoctorales", Role.POSTDOC),
        ("Promovendus", Role.PHD),
        ("Examensarbete", Role.THESIS),
    ],
)
def test_roles(text, role):
    assert roles_in(text) == [role]


def test_a_school_of_engineers_is_no_engineer():
    assert roles_in("Étudiants en école d'ingénieurs") == []


@pytest.mark.parametrize(
    ("text", "is_gone"),
    [
        ("Le poste a été pourvu.", True),
        ("Jusqu'à ce que le poste soit pourvu.", False),
        ("La plaza ya está cubierta.", True),
        ("Abierta hasta que la plaza esté cubierta.", False),
        ("Vaga preenchida", True),
        ("Aberta até a vaga ser preenchida", False),
        ("Masterarbeit: Simulation von Eulen, vergeben", True),
    ],
)
def test_that_a_position_is_gone(text, is_gone):
    assert is_closed(text) is is_gone


def test_signs():
    assert sign_of("Si vous souhaitez faire une thèse chez nous, écrivez.") is Sign.INVITES
    assert sign_of("Siempre estamos abiertos a estudiantes.") is Sign.STANDING
    assert says_none("No hay plazas en este momento.")
    assert says_none("Não temos vagas.")
    assert not says_none("Hay dos plazas.")
