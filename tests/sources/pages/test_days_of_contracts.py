"""Days until which a contract runs or pay is paid, or that were last year's: none is a day to apply by."""

from datetime import date

import pytest

from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline

_DAY_FIRST = DateStyle(month_first=False)


@pytest.mark.parametrize(
    "text",
    [
        "Submit your application before the deadline, the contract is short and can be extended until 31 May 2029.",
        "Apply before the deadline and note that the appointment may be extended until 31 May 2029.",
        "The deadline is near; the position is extended until 31 May 2029.",
        "The deadline is near, the position has been extended until 31 May 2029.",
        "Reichen Sie vor Ablauf der Frist ein, der Vertrag kann verlängert werden bis 31.5.2029.",
        "Envoyez votre candidature avant la date limite, le contrat est prolongé au 31 mai 2029.",
    ],
)
def test_a_contract_that_is_extended_moves_no_deadline(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day is None


@pytest.mark.parametrize(
    "text",
    [
        "The deadline for the PhD position has been extended to 31 May 2027.",
        "The deadline, originally 30 April 2027, is extended until 31 May 2027.",
        "Deadline: extended until 31 May 2027",
        "Die Bewerbungsfrist für die Stelle wurde verlängert bis 31. Mai 2027.",
    ],
)
def test_a_deadline_that_is_extended(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day == date(2027, 5, 31)


@pytest.mark.parametrize(
    "text",
    [
        "The successful applicant receives a salary until 31 May 2029.",
        "We send the best applicants a contract until 31 May 2029.",
        "The call funds projects until 31 May 2029.",
        "Write to me if you want to work on owls until 31 May 2029.",
        "Submit your thesis while you are employed until 31 May 2029.",
        "Die Bewerber erhalten einen Vertrag bis zum 31.5.2029.",
        "Bewerbungen für eine Anstellung bis zum 31.5.2029 sind willkommen.",
        "Les candidats recevront un contrat jusqu'au 31 mai 2029.",
        "Les candidats seront dans notre équipe jusqu'au 31 mai 2029.",
        "El candidato tendrá un contrato hasta el 31 de mayo de 2029.",
        "Il contratto del candidato ha termine il 31 maggio 2029.",
        "O candidato terá um contrato até 31 de maio de 2029.",
        "L'âge limite est fixé au 31 mai 2029.",
    ],
)
def test_what_an_applicant_has_until_a_day(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day is None


@pytest.mark.parametrize(
    "text",
    [
        "Candidatures pour le contrat doctoral jusqu'au 31 mai 2027.",
        "Solicitudes para el contrato predoctoral hasta el 31 de mayo de 2027.",
        "Candidater avant le 31 mai 2027.",
        "Limite de candidature : 31 mai 2027",
        "Termine: 31 maggio 2027",
        "Candidati entro il 31 maggio 2027.",
        "Délai limite : 31 mai 2027",
        "Send your application with your salary expectations by 31 May 2027.",
        "Applicants should send a CV by 31 May 2027.",
        "The contract is for three years; apply until 31 May 2027.",
        "Students in their last year may apply by 31 May 2027.",
        "Bewerberinnen reichen ihre Unterlagen bis zum 31. Mai 2027 ein.",
    ],
)
def test_until_when_applicants_apply(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day == date(2027, 5, 31)


@pytest.mark.parametrize(
    "text",
    [
        "Last year applications were due by 1 March 2026; this year's date will be announced.",
        "Previously, the deadline was 1 March 2026.",
        "The deadline last year was 1 March 2026.",
        "Last year's deadline: 1 March 2026",
        "Im letzten Jahr endete die Bewerbungsfrist am 1. März 2026.",
        "L'année dernière, la date limite était le 1 mars 2026.",
        "El año pasado el plazo terminó: 1 de marzo de 2026.",
    ],
)
def test_last_years_day(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day is None
