"""A position is offered by a verb together with what it seeks or opens, in ten languages; the verb alone is none."""

import pytest

from bot.sources.base import AsFound
from bot.sources.pages.offering import offer_in
from bot.sources.pages.reading import read_page
from bot.sources.pages.words import roles_in
from tests.sources.pages.expected import NOW


@pytest.mark.parametrize(
    "said",
    [
        "We are seeking a hydrologist.",
        "We are hiring!",
        "I will be taking on one PhD student.",
        "Our chair would like to recruit two engineers.",
        "A PhD studentship on owls has arisen.",
        "The post is vacant.",
        "Wanted: a lab technician.",
        "The institute has one postdoc position.",
        "Wir stellen eine Laborantin ein.",
        "Eine Hilfskraft wird gesucht.",
        "Wir vergeben eine Masterarbeit.",
        "Un sujet de thèse est proposé.",
        "Notre équipe recrute un technicien.",
        "Se convoca una beca.",
        "Hay un contrato para el grupo.",
        "Si cerca un tirocinante.",
        "È aperto un bando.",
        "Há uma bolsa no laboratório.",
        "Estamos contratando um técnico.",
        "Er is een stageplek beschikbaar.",
        "Vi söker en doktorand.",
        "Vi lyser ut en stilling.",
        "Der er en ledig stilling.",
    ],
)
def test_what_offers_a_position(said):
    assert offer_in(said)


@pytest.mark.parametrize(
    "said",
    [
        "The project is looking for traces of water.",
        "Our PhD students seek to understand owls.",
        "She is seeking the truth together with her students.",
        "The winter school invites applications from PhD students.",
        "Registration for the students' seminar is open.",
        "The data set is available for researchers.",
        "A PhD student from our lab has a new position in town.",
        "A thesis here is an open problem.",
        "We aren't hiring postdocs.",
        "All posts are advertised elsewhere.",
        "Das Projekt sucht nach Spuren von Wasser.",
        "Die Anmeldung zum Praktikum ist offen.",
        "Le projet cherche des traces d'eau.",
        "El curso está abierto a estudiantes.",
        "Il seminario è aperto ai dottorandi.",
        "O curso está aberto a estudantes.",
    ],
)
def test_what_offers_none(said):
    assert not offer_in(said)


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("Postdoctoral Research Associate", ["postdoc"]),
        ("Postdoc with a PhD in geology", ["postdoc"]),
        ("We currently have a PhD opening", ["phd"]),
        ("Sachbearbeiter/in", ["admin"]),
        ("Tesisti e dottorandi", ["thesis", "phd"]),
        ("Pós-doutorando", ["postdoc"]),
        ("Doktorander och postdoktorer", ["phd", "postdoc"]),
        ("Stipendiatstilling i økologi", ["phd"]),
        ("Universitair docent", ["professor"]),
        ("Junior group leader", ["other"]),
    ],
)
def test_roles_in_titles(title, roles):
    assert [role.value for role in roles_in(title)] == roles


def test_news_beside_calls_are_none():
    news = "# Jobs\n\nThe workshop for PhD students is open.\n\nOur postdoc has a new position in town.\n"
    assert read_page(news, url=None, now=NOW, is_markdown=True).postings == ()


def test_a_page_in_norwegian_offers_a_position():
    [found] = read_page(
        "# Jobs\n\nVi søker en stipendiat innen optikk.\n", url=None, now=NOW, is_markdown=True
    ).postings
    assert (found.as_found, found.fields["role"]) == (AsFound.OPEN, ["phd"])
