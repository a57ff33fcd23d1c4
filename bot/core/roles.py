"""What people call the roles, in English and German.

A phrase is written as `words` leaves it: folded, without accents or gender endings. `~` after a word stands
for its German endings (Doktorand, Doktorandin, Doktoranden, Doktorandinnen).
"""

from collections.abc import Mapping
from functools import cache

from bot.core.posting import Role

_SAID = {
    Role.PHD: """phd; phd student; phd candidate; phd researcher; phd fellow; doctoral; doctoral student;
        doctoral candidate; doctoral researcher; doctoral fellow; doctorate; predoc; pre doc; predoctoral;
        early stage researcher; doktorand~; promotion; promovend~; promovierend; promovierende; promovierenden;
        promovieren; doktorat; doktorarbeit; dissertation""",
    Role.POSTDOC: """postdoc; post doc; postdoctoral; post doctoral; postdoc researcher; postdoctoral researcher;
        postdoctoral fellow; postdoctoral fellowship; postdoctoral associate; postdoctoral scholar;
        postdoctoral scientist; postdoktorand~; post doktorand~; postdoktoral""",
    Role.PROFESSOR: """professor~; professorship; prof; assistant professor; associate professor; full professor;
        junior professor~; juniorprofessor~; juniorprofessur; professur; tenure track; w1; w2; w3""",
    Role.RESEARCH_STAFF: """research staff; research associate; research assistant; research scientist;
        staff scientist; wissenschaftliche mitarbeiter~; wissenschaftlicher mitarbeiter~;
        wissenschaftlichen mitarbeiter~; akademische mitarbeiter~; akademischer mitarbeiter~; wiss mitarbeiter~;
        wimi""",
    Role.STUDENT_ASSISTANT: """student assistant; student assistantship; student helper; student worker;
        student job; student research assistant; working student; werkstudent~; hiwi; hilfskraft; hilfskrafte;
        hilfskraeften; studentische hilfskraft; studentische hilfskrafte; studentische mitarbeiter~;
        studentischer mitarbeiter~; studentische; wissenschaftliche hilfskraft; wissenschaftliche hilfskrafte;
        wiss hilfskraft; hilfswissenschaftler~; shk; whk; tutor~; teaching assistant; studijob; studentenjob""",
    Role.THESIS: """thesis; theses; master thesis; masters thesis; master theses; bachelor thesis; bachelors thesis;
        bachelor theses; masterarbeit~; bachelorarbeit~; abschlussarbeit~; diplomarbeit~; studienarbeit~;
        master arbeit~; bachelor arbeit~""",
    Role.INTERNSHIP: """internship; intern; research internship; praktikum; praktika; praktikant~; traineeship;
        trainee""",
    Role.TECHNICIAN: """technician; lab technician; laboratory technician; technical assistant; technical staff;
        technische assistenz; technische assistent~; technischer assistent~; mta; bta; cta; laborant~; techniker~""",
    Role.ADMIN: """admin; administration; administrative; administrative assistant; administrative staff; secretary;
        secretaries; sekretariat; sekretar~; verwaltung; office manager""",
    Role.OTHER: """other; sonstige; sonstiges""",
}

_SAID_OF_SEVERAL = {
    "staff": (Role.RESEARCH_STAFF, Role.TECHNICIAN, Role.ADMIN),
    "student": (Role.STUDENT_ASSISTANT, Role.THESIS, Role.INTERNSHIP),
    "studierende": (Role.STUDENT_ASSISTANT, Role.THESIS, Role.INTERNSHIP),
    "studenten": (Role.STUDENT_ASSISTANT, Role.THESIS, Role.INTERNSHIP),
}

_GERMAN_ENDINGS = ("", "in", "innen", "en")
_PLACES = ("stellen", "stelle", "positionen", "position", "jobs", "job", "platze", "platz")
"""What German joins to a role: Doktorandenstelle, Promotionsplatz, HiWi-Job."""


@cache
def role_phrases() -> Mapping[tuple[str, ...], frozenset[Role]]:
    """Every phrase, as its words, with the roles that it means."""
    phrases: dict[tuple[str, ...], frozenset[Role]] = {}
    for role, said in _SAID.items():
        for phrase in said.split(";"):
            stem = phrase.strip()
            endings = _GERMAN_ENDINGS if stem.endswith("~") else ("",)
            for ending in endings:
                phrases[*(stem.removesuffix("~") + ending).split()] = frozenset([role])
        phrases[*role.split("-"),] = frozenset([role])
    for word, roles in _SAID_OF_SEVERAL.items():
        phrases[word,] = frozenset(roles)
    return phrases


def roles_of(phrase: tuple[str, ...]) -> frozenset[Role]:
    """The roles that a phrase of folded words means, in singular or plural; none when it means no role."""
    phrases = role_phrases()
    last = phrase[-1]
    for form in (last, last.removesuffix("s"), *(_without_place(last))):
        if found := phrases.get((*phrase[:-1], form)):
            return found
    return frozenset()


def _without_place(word: str) -> list[str]:
    for place in _PLACES:
        if word.endswith(place) and len(word) > len(place) + 2:
            stem = word.removesuffix(place)
            return [stem, stem.removesuffix("s"), stem.removesuffix("en")]
    return []
