"""What people call the roles, in English and German.

A phrase is written as `words` leaves it: folded, without accents or gender endings. `~` after a word stands
for its German endings (Doktorand, Doktorandin, Doktoranden, Doktorandinnen).
"""

from collections.abc import Mapping, Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.posting import Role
from bot.core.query import typos_forgiven
from bot.core.small_words import NOISE

_SAID = {
    Role.PHD: """phd; promotionen; phd student; phd candidate; phd researcher; phd fellow; doctoral; doctoral student;
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
_PLACES = ("stellen", "stelle", "positionen", "position", "jobs", "job", "platze", "platz", "fristen", "frist")
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


def leading_roles(said: Sequence[str]) -> tuple[frozenset[Role], int]:
    """The roles that the first words mean, and how many words that takes; at least one."""
    found = _roles_at(said, 0)
    length = max(found, default=0)
    # "phd student-assistant" is two roles, not a PhD student and a word that is left over.
    if length and len(said) > length and said[length] not in NOISE:
        length = max((n for n in found if any(n + more > length for more in _roles_at(said, n))), default=length)
    return (found[length], length) if found else (frozenset(), 1)


def _roles_at(said: Sequence[str], start: int) -> dict[int, frozenset[Role]]:
    """The roles that the next words mean, by how many words it takes to say so."""
    lengths = range(1, min(3, len(said) - start) + 1)
    return {n: roles for n in lengths if (roles := roles_of(tuple(said[start : start + n])))}


def nearest_role_word(word: str) -> str | None:
    """The word for a role that is meant by one with a slip in it."""
    if len(word) < 5:
        return None
    same_start = [phrase[0] for phrase in role_phrases() if len(phrase) == 1 and phrase[0][0] == word[0]]
    found = process.extractOne(word, same_start, scorer=OSA.distance, score_cutoff=typos_forgiven(word))
    # A short neighbour is another word, not a slip: "interns" is near, "inters" of "internet" is not.
    return found[0] if found and len(found[0]) >= 5 and abs(len(found[0]) - len(word)) <= 1 else None
