"""In how many ways a day to apply by is named, in each language; and what names another day in the same words."""

from datetime import date

import pytest

from bot.domain.posting import DeadlineKind
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline

_DAY_FIRST = DateStyle(month_first=False)


@pytest.mark.parametrize(
    "text",
    [
        "Please submit it before the end of the day on 7 March 2027.",
        "Drop me a line before 7 March 2027.",
        "Last date: 7 March 2027",
        "Posting end date: 7 March 2027",
        "The post is advertised until 7 March 2027.",
        "Recruiting for this role ends on 7 March 2027.",
        "Please upload all files by 7 March 2027.",
        "No applications will be taken after 7 March 2027.",
        "Applications that arrive after 7 March 2027 will not be considered.",
        "Until 7 March 2027 you may apply here.",
        "Please do not hesitate to apply before 7 March 2027.",
        "N'hésitez pas à envoyer votre candidature avant le 7 mars 2027.",
        "Until March 7, 2027 there is a chance to apply by the portal.",
        "Applications must be submitted by midnight UK time on the 7th of March 2027.",
        "Deadline: 7 March 2027. Late applications will not be considered.",
        "Deadline: 7 March 2027, applications received after this date will not be considered",
        "7 March 2027 [Application Deadline]",
        "Deadline: 11:59 p.m. ET, March 7, 2027",
        "The deadline has been moved to 7 March 2027.",
        "Applications are reviewed on a rolling basis until the call closes on 7 March 2027.",
        "As inscrições vão até 7 de março de 2027, ou até o preenchimento das vagas, o que ocorrer primeiro.",
        "Ausschreibungsende: 7.3.2027",
        "Letzter Tag der Bewerbung ist der 7. März 2027.",
        "Die Stelle ist bis 7.3.2027 ausgeschrieben.",
        "Bis zum 7. März 2027 bewerben!",
        "Bewerbungen, die nach dem 7. März 2027 eintreffen, werden nicht berücksichtigt.",
        "Postulez avant le dimanche 7 mars 2027.",
        "Fin des candidatures : 7 mars 2027",
        "La date limite est repoussée au 7 mars 2027.",
        "Dossier à transmettre d'ici le 7 mars 2027.",
        "La convocatoria cierra el 7 de marzo de 2027.",
        "Fecha fin de inscripción: 7/3/2027",
        "Envíanos tu CV antes del domingo 7 de marzo de 2027.",
        "Le domande dovranno pervenire entro le ore 12:00 del 7 marzo 2027.",
        "Il bando scade il 7 marzo 2027.",
        "Presentare la domanda entro e non oltre il 7 marzo 2027.",
        "Data limite para inscrição: 7 de março de 2027",
        "Enviar currículo até o dia 7 de março de 2027.",
        "As candidaturas devem ser submetidas até às 17h00 de 7 de março de 2027.",
        "De vacature staat open tot 7 maart 2027.",
        "Je kunt tot 7 maart 2027 solliciteren.",
        "Solliciteer uiterlijk op 7 maart 2027.",
        "Sista dag att söka är 7 mars 2027.",
        "Ansökan ska ha inkommit senast den 7 mars 2027.",
        "Send din ansøgning senest den 7. marts 2027.",
        "Ansøgningsfristen er den 7. marts 2027.",
        "Send søknad innen 7. mars 2027.",
        "Søknadsfristen er søndag 7. mars 2027.",
    ],
)
def test_it_is_the_last_day(text: str) -> None:
    found = deadline([text], _DAY_FIRST)
    assert (found.day, found.kind) == (date(2027, 3, 7), DeadlineKind.FIXED)


@pytest.mark.parametrize(
    "text",
    [
        "Priority will be given to applications received before 7 March 2027.",
        "For full consideration, everything that is asked for below has to be sent as one file by 7 March 2027.",
        "Apply by 7 March 2027. Late applications may still be considered.",
        "Bewerbungsfrist: 7.3.2027. Später eingehende Bewerbungen können noch berücksichtigt werden.",
        "L'examen des candidatures débutera le 7 mars 2027.",
        "While the post is open until filled, those interested are asked to apply by 7 March 2027.",
        "The jury starts reading applications on 7 March 2027.",
        "Applications are evaluated beginning 7 March 2027 until the post is filled.",
    ],
)
def test_applications_are_taken_after_it(text: str) -> None:
    found = deadline([text], _DAY_FIRST)
    assert (found.day, found.kind) == (date(2027, 3, 7), DeadlineKind.REVIEW_BEGINS)


@pytest.mark.parametrize(
    "text",
    [
        "The deadline to send an abstract has been extended to 7 March 2027.",
        "Apply before 7 March 2027 by submitting an abstract.",
        "By 7 March 2027 we will email you.",
        "The results of the applications will be out by 7 March 2027.",
        "Die Bewerbungsgespräche werden bis zum 7. März 2027 geführt.",
        "We do not accept applications until 7 March 2027.",
        "Applications will not be accepted before 7 March 2027.",
        "Bewerbungen vor dem 7. März 2027 sind nicht möglich.",
        "Applications for visas must be sent by 7 March 2027.",
        "The material of the course is available until 7 March 2027.",
        "We received 90 applications before 7 March 2027.",
        "Our contact is on leave until 7 March 2027.",
        "Submit the camera-ready version by 7 March 2027.",
        "The deadline to accept our offer is 7 March 2027.",
        "The review of the project will begin on 7 March 2027.",
        "Apertura del plazo: 7 de marzo de 2027",
        "O bolsista deve apresentar o relatório até 7 de março de 2027.",
        "The pay scale is valid until 7 March 2027.",
        "Applicants will be notified before 7 March 2027.",
        "Applicants who took their degree after 7 March 2027 will not be considered.",
        "If you think of a Humboldt fellowship, write to me before 7 March 2027.",
        "The lab has money until 7 March 2027 and welcomes applications.",
        "Wir sichten die Bewerbungen bis zum 7. März 2027.",
        "Die Bewerbung für den Masterstudiengang ist bis zum 7. März 2027 möglich.",
        "Die Stelle ist bis zum 7. März 2027 befristet.",
        "Das Labor ist bis zum 7. März 2027 geöffnet.",
        "Les inscriptions au colloque sont ouvertes jusqu'au 7 mars 2027.",
        "Être titulaire d'un master au plus tard le 7 mars 2027.",
        "Los resultados se publicarán antes del 7 de marzo de 2027.",
        "Aver conseguito la laurea entro il 7 marzo 2027.",
        "I risultati saranno pubblicati entro il 7 marzo 2027.",
        "O resultado será divulgado até o dia 7 de março de 2027.",
        "Het contract loopt tot 7 maart 2027.",
        "De gesprekken vinden plaats op 7 maart 2027.",
        "Anställningen gäller till och med 7 mars 2027.",
        "Beslut fattas senast den 7 mars 2027.",
        "Samtaler afholdes den 7. marts 2027.",
        "Stillingen er midlertidig til 7. mars 2027.",
        "Position end date: 7 March 2027",
        "Your job ends on 7 March 2027.",
        "Recruiting of study participants ends on 7 March 2027.",
        "No new applications for the workshop after 7 March 2027.",
        "Materials found after 7 March 2027 cannot be considered.",
        "Die Bewerbungsphase beginnt am 7. März 2027.",
        "Quien obtenga el título antes del 7 de marzo de 2027 puede presentar solicitud.",
        "Chi si laurea entro il 7 marzo 2027 può candidarsi.",
    ],
)
def test_it_is_another_day(text: str) -> None:
    assert deadline([text], _DAY_FIRST).day is None


def test_a_day_that_holds_no_more_is_left_out_and_named() -> None:
    found = deadline(["The deadline of 7 March 2027 has been extended to a later day."], _DAY_FIRST)
    assert found.day is None
    assert found.unclear == "it was moved to a day that is not named: 7 March 2027"


@pytest.mark.parametrize(
    "text",
    [
        "Applications go through rolling review.",
        "Die Bewerbungsfrist ist offen.",
        "Candidatures acceptées jusqu'à sélection d'un candidat.",
        "No hay fecha límite para presentar solicitudes.",
        "Le candidature sono sempre aperte.",
        "De vacature blijft open totdat iemand is gevonden.",
        "Ansøgninger behandles løbende.",
        "Søknader vurderes fortløpende.",
    ],
)
def test_there_is_no_last_day(text: str) -> None:
    assert deadline([text], _DAY_FIRST).kind is DeadlineKind.ROLLING


def test_a_journal_that_takes_papers_at_any_time_says_nothing() -> None:
    assert deadline(["We send our papers to journals with rolling review."], _DAY_FIRST).kind is None
