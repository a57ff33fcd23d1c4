"""Days to apply by, and days that are none, sentence by sentence."""

from datetime import date

import pytest

from bot.domain.posting import DeadlineKind
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline

_DAY_FIRST = DateStyle(month_first=False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Deadline: June 14, 2026; indicative starting date: Fall 2026.", "2026-06-14"),
        ("The position is available from 1 October 2026. Deadline for applications: 15.05.2026.", "2026-05-15"),
        ("Applications close on 1 May 2026 at 23:59 CET.", "2026-05-01"),
        ("Application deadline: 6 August 2026, 12.00 (Italian time)", "2026-08-06"),
        ("Apply until 2026-05-01!", "2026-05-01"),
        ("The application deadline is extended to 30 June 2026 (previously 31 May 2026).", "2026-06-30"),
        ("The application period is 1 May - 31 May 2026.", "2026-05-31"),
        ("Bewerbungsfrist: 1. bis 31. Mai 2026", "2026-05-31"),
        ("Position starts October 1, 2026; applications due June 15, 2026", "2026-06-15"),
        ("Please apply as soon as possible, no later than 1 March 2026", "2026-03-01"),
        ("Bewerbungen werden bis 15.3.2026 erbeten", "2026-03-15"),
        ("Closing date: Friday, 13th March 2026 at noon", "2026-03-13"),
        ("The call opens on 1 March 2026 and closes on 1 April 2026", "2026-04-01"),
        ("Posted: 2026-01-01 Closes: 2026-02-01", "2026-02-01"),
        ("Applications received by 1 June 2026 will be considered; start 1 Oct 2026", "2026-06-01"),
        (
            "The closing date is the 25th May 2026, with interviews on the 2nd June 2026 and 16th June 2026.",
            "2026-05-25",
        ),
        ("Date limite de candidature : 15 mai 2026", "2026-05-15"),
        ("Fecha límite: 15 de mayo de 2026", "2026-05-15"),
        ("Bewerbungsfrist: 3. Jänner 2027", "2027-01-03"),
        ("Bewerbungsfrist: 3. Jaenner 2027", "2027-01-03"),
        ("Bewerbungsfrist: 28. Febr. 2027", "2027-02-28"),
        ("Die Bewerbungsfrist endet am 12. März 2027.", "2027-03-12"),
        ("Senden Sie Ihre Unterlagen vor dem 12. März 2027 an uns.", "2027-03-12"),
        ("Interessierte melden sich bitte bis 12. März 2027.", "2027-03-12"),
        ("Applications must be received by 5 p.m. on Friday, 12 March 2027.", "2027-03-12"),
        ("Apply by 23:59 CET on the 12th of March 2027.", "2027-03-12"),
        ("Write to me by 12 March 2027 with your CV.", "2027-03-12"),
        ("If you are interested, let me know before 12 March 2027.", "2027-03-12"),
        ("Complete the form before 12 March 2027.", "2027-03-12"),
        ("The call is valid until 12 March 2027.", "2027-03-12"),
        ("Deadline: 2027-03-12T23:59:00+01:00", "2027-03-12"),
        ("Prazo de candidatura: 12 de março de 2027", "2027-03-12"),
        ("Deadline: 12.Mar.2027", "2027-03-12"),
        ("Dossier complet à envoyer pour le 12 mars 2027 à ada@labo.example.", "2027-03-12"),
        ("Envíe su CV antes del 12 de marzo de 2027.", "2027-03-12"),
        ("Solliciteren kan tot en met 12 maart 2027.", "2027-03-12"),
        ("Ansök senast den 12 mars 2027.", "2027-03-12"),
        ("Closing date was 1 March 2027, extended to 12 March 2027.", "2027-03-12"),
        ("Deadline: 12-March-2027", "2027-03-12"),
        (
            "Review starts at once and continues until 12 March 2027 or until all are filled, whichever is earlier.",
            "2027-03-12",
        ),
        ("Applications are evaluated on a first-come, first-served basis until 12 March 2027.", "2027-03-12"),
        ("Please submit it by March 12, 2027, at 23.59.", "2027-03-12"),
        ("Apply by 12 March 2027.\nOnce more: apply by March 12. Our retreat is on April 3.", "2027-03-12"),
    ],
)
def test_a_day_to_apply_by(text: str, day: str) -> None:
    found = deadline([text], _DAY_FIRST)
    assert (found.day, found.kind) == (date.fromisoformat(day), DeadlineKind.FIXED)


@pytest.mark.parametrize(
    "text",
    [
        "The contract runs until 31 December 2028.",
        "Start: by 1 October 2026",
        "Die Stelle ist zum 01.10.2026 zu besetzen und bis zum 30.09.2029 befristet.",
        "Interviews will be held on 3 May 2026",
        "The candidate should have submitted their PhD thesis before 1 October 2026.",
        "Applicants must not have resided in Germany for more than 12 months before 1 May 2026",
        "Last updated: 3 May 2026",
        "The deadline for submitting the thesis is 1 May 2026.",
        "Deadline of the last call: 1 May 2026.",
        "The previous deadline was 1 May 2026.",
        "Apply now, we aim to complete the selection process by 1 May 2026.",
        "To apply send a CV. The position should start before 1 October 2026.",
        "There is no such day: deadline 31 February 2026",
    ],
)
def test_a_day_that_is_none_to_apply_by(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day is None


@pytest.mark.parametrize(
    "text",
    [
        "Deadline: May 2026",
        "Deadline: 15 March",
        "Deadline: 31 May 2026 30 June 2026",
        "Deadline (first round): 1 March 2026, second round: 1 June 2026",
        "Application deadline: 15 April 2026 for EU citizens, 1 March 2026 for others",
        "Expressions of interest by 1 March 2026, full applications by 1 April 2026",
        "Apply by 12 March 2026.\nApply to the school by March 13.",
    ],
)
def test_what_is_not_known_for_sure_is_left_out_and_named(text: str) -> None:
    found = deadline([text], _DAY_FIRST)
    assert found.day is None
    assert found.unclear


@pytest.mark.parametrize(
    "text",
    [
        "Review of applications begins 1 March 2026 and continues until the position is filled",
        "For full consideration, apply by 1 March 2026",
        "Applications are accepted until 1 March 2026, thereafter until filled",
        "Applications received before 1 March 2026 will be given priority.",
        "The position is open until filled, but applications received by 1 March 2026 have priority.",
        "Deadline: 1 March 2026, later applications may be considered.",
        "Applications will be reviewed starting 1 March 2026.",
        "First review date: 1 March 2026",
        "Those who apply by 1 March 2026 get priority.",
        "1 March 2026 (soft deadline): two positions",
        "Bewerbungen, die bis zum 1. März 2026 eingehen, werden vorrangig berücksichtigt.",
    ],
)
def test_a_day_after_which_applications_are_still_taken(text: str) -> None:
    found = deadline([text], _DAY_FIRST)
    assert (found.day, found.kind) == (date(2026, 3, 1), DeadlineKind.REVIEW_BEGINS)


@pytest.mark.parametrize(
    "text",
    [
        "Applications are considered until the position is filled.",
        "We accept applications until we find the right person.",
        "The position will remain open until an appointment is made.",
        "Open until a suitable candidate has been identified.",
        "Applications will be reviewed in the order in which they are received.",
        "Applications will be evaluated upon receipt.",
        "Applications are handled on a first-come, first-served basis.",
        "We review applications as they come in.",
        "Candidates are invited on an ongoing basis.",
        "You can apply at any time.",
        "There is no formal application deadline.",
        "Deadline: open",
        "**Closing date:** none.",
        "Application deadline: rolling · Place: Kiel",
        "Visiting students: rolling",
        "Bewerbungen werden fortlaufend gesichtet.",
        "Die Ausschreibung läuft, bis die Stelle besetzt ist.",
        "Bewerbungsfrist: keine",
        "Candidatures au fil de l’eau",
        "Ouvert jusqu'à ce que le poste soit pourvu.",
        "Date limite : dès que possible",
        "Las solicitudes se aceptan hasta cubrir la plaza.",
        "Candidaturas até ao preenchimento da vaga",
        "Le candidature sono aperte fino a copertura del posto.",
        "Scadenza: nessuna",
        "Sollicitaties worden doorlopend beoordeeld.",
        "Löpande urval",
    ],
)
def test_applications_that_are_taken_as_they_come(text: str) -> None:
    assert deadline([text], _DAY_FIRST).kind is DeadlineKind.ROLLING


@pytest.mark.parametrize(
    "text",
    [
        "We work on rolling shutters and on rolling friction.",
        "We continuously improve our methods.",
        "There is no deadline pressure in our group.",
        "The vessel is filled until its pressure is stable.",
        "Students may bring ideas, as long as they are near to ours.",
        "The position will be filled as soon as possible.",
        "You can reach me at any time.",
        "Deadlines: open source releases come first.",
    ],
)
def test_words_that_say_nothing_of_when_applications_end(text: str) -> None:
    assert deadline([text], _DAY_FIRST).kind is None
