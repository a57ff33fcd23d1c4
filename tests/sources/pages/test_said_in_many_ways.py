"""That a position is gone, that there is none, or will be one, as labs say so in nine languages."""

import pytest

from bot.sources.base import AsFound
from bot.sources.pages.reading import read_page
from bot.sources.pages.status import Sign, is_closed, sign_of, tells_to_write
from tests.sources.pages.expected import NOW


@pytest.mark.parametrize(
    "said",
    [
        "The search for a postdoc has ended.",
        "The application window is now over.",
        "This vacancy was withdrawn.",
        "We have appointed an excellent candidate.",
        "We can no longer consider applications.",
        "We do not accept further applications.",
        "Status: in progress",
        "Die Ausschreibung wurde zurückgezogen.",
        "Das Auswahlverfahren ist beendet.",
        "Bewerbungen werden nicht mehr angenommen.",
        "Das Thema wird bereits bearbeitet.",
        "Ce sujet est déjà attribué.",
        "Le concours est terminé.",
        "Esta beca ya no está disponible.",
        "El proceso ha concluido.",
        "La borsa è stata assegnata.",
        "I termini sono scaduti.",
        "A bolsa já foi atribuída.",
        "As inscrições estão encerradas.",
        "De plaats is ingevuld.",
        "Tjänsten har blivit tillsatt.",
        "Ansøgningsfristen er overskredet.",
        "Stillingen er besatt.",
    ],
)
def test_what_is_gone(said):
    assert is_closed(said)


@pytest.mark.parametrize(
    "said",
    [
        "Candidates who have already taken a course on owls may skip it.",
        "Students who no longer receive a scholarship may apply.",
        "We cannot consider late applications.",
        "The position is close to the sea.",
        "The application can be completed online.",
        "Applications are sent over to the office.",
        "Die Stelle soll bald besetzt werden können.",
        "Le poste sera pourvu dès que le sujet est clos.",
        "El proyecto estudia un circuito cerrado.",
        "De positie is nog niet vervuld.",
        "The search for a new director has concluded.",
        "The previous search has concluded.",
        "The other position is already filled.",
        "Nach dem 15. Januar 2027 sind Bewerbungen nicht mehr möglich.",
        "Danach nehmen wir keine Bewerbungen mehr an.",
        "Später eingehende Bewerbungen können nicht mehr berücksichtigt werden.",
        "Bewerbungen per Post sind nicht mehr möglich.",
        "Wir nehmen keine weiteren Bewerbungen per E-Mail an.",
        "Ihre Bewerbung ist dann in Bearbeitung.",
    ],
)
def test_what_is_not_gone(said):
    assert not is_closed(said)


@pytest.mark.parametrize(
    "said",
    [
        "Our group isn't recruiting PhD students.",
        "I won't be able to take on master students.",
        "Neither PhD nor postdoc positions are open.",
        "The lab is currently full.",
        "Zurzeit suchen wir keine Hilfskräfte.",
        "Wir können keine Abschlussarbeiten betreuen.",
        "Nous ne recrutons pas de stagiaires.",
        "Il n'y a pas de bourse cette année.",
        "No aceptamos estudiantes de máster.",
        "Non cerchiamo tesisti.",
        "Não estamos aceitando alunos.",
        "We kunnen geen stagiairs aannemen.",
        "Just nu har vi inga doktorandtjänster.",
        "Vi har ingen stillinger.",
    ],
)
def test_that_there_is_nothing(said):
    assert sign_of(said) is Sign.NONE_NOW


@pytest.mark.parametrize(
    "said",
    [
        "We hope to advertise a PhD position.",
        "A postdoc position is going to be announced.",
        "PhD positions: coming soon",
        "Demnächst ist eine Doktorandenstelle frei.",
        "Un poste sera prochainement ouvert.",
        "Próximamente se convocará una plaza.",
        "A breve sarà bandito un assegno.",
        "Em breve haverá uma vaga.",
        "Binnenkort is er een vacature.",
        "Vi opslår snart en stilling.",
        "Kontakt oss hvis du vil skrive hos oss.",
        "Les stagiaires intéressés sont les bienvenus.",
        "Gerne betreuen wir Masterarbeiten.",
    ],
)
def test_what_is_for_later_or_always(said):
    assert sign_of(said) in {Sign.STANDING, Sign.INVITES}


def test_to_whom_not_to_write():
    assert not tells_to_write("I have no positions, so please do not contact me.")
    assert tells_to_write("Please do not send me long letters: email me your CV.")


def test_a_page_that_only_says_that_there_is_nothing_has_no_posting():
    for text in ("I do not host interns, so please don't contact me.", "Aucun stage n'est disponible."):
        assert read_page(f"# Join us\n\n{text}\n", url=None, now=NOW, is_markdown=True).postings == ()


def test_a_call_below_which_it_is_said_that_it_is_gone_is_closed():
    page = "# Vacantes\n\n## Contrato predoctoral en óptica\n\nEl plazo ha finalizado.\n"
    [found] = read_page(page, url=None, now=NOW, is_markdown=True).postings
    assert found.as_found is AsFound.CLOSED


def test_what_is_closed_with_a_day_still_to_come_waits_for_a_person():
    page = (
        "# PhD position in owls\n\nWe look for a PhD student. Paper applications are no longer accepted. Apply by {}."
    )
    [ahead] = read_page(page.format(f"3 May {NOW.year + 2}"), url=None, now=NOW, is_markdown=True).postings
    [over] = read_page(page.format(f"3 May {NOW.year - 2}"), url=None, now=NOW, is_markdown=True).postings
    assert "status" in ahead.uncertain
    assert "status" not in over.uncertain
    assert over.as_found is AsFound.CLOSED
