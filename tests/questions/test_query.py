"""What is understood of what people ask, in English and German, and which postings it finds."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.posting import Contact, Role, Workplace
from bot.questions.grammar import parse
from bot.questions.matching import matches
from bot.questions.query import Query, Scope, search_words, similar, word_matches, words
from bot.questions.roles import role_phrases
from tests.domain.build import posting

SAID = {
    Role.PHD: """
        phd | PhD | PhDs | Ph.D. | Ph. D. | PhD position | PhD positions | PhD student | PhD students | PhD candidate
        doctoral | doctoral student | doctoral researchers | doctoral candidates | doctorate | predoc | pre-doc
        early stage researcher | Doktorand | Doktorandin | Doktoranden | Doktorandinnen | Doktorand:in
        Doktorand*in | Doktorand_in | Doktorand/in | Doktorand/-in | Doktorand(in) | DoktorandIn | Doktorand·in
        Doktorand:innen | Doktorand*innen | Doktorand/-innen | DoktorandInnen | Doktorandinnen und Doktoranden
        Doktorandenstelle | Doktorandenstellen | Promotion | Promotionsstelle | Promotionsstellen | Promotionsplatz
        PhD-Stelle | PhD-Stellen | Promovierende | promovieren | Promovend:in | Doktorarbeit | Dissertation
        """,
    Role.POSTDOC: """
        postdoc | Postdocs | post-doc | post-docs | Post Doc | postdoctoral | post-doctoral | postdoctoral researcher
        postdoctoral researchers | postdoctoral fellow | Postdoktorand | Postdoktorandin | Postdoktorand:innen
        Post-Doktorand | Post-Doktorandin | Postdoc-Stelle | Postdoc-Stellen | Postdocstelle | postdoc position
        """,
    Role.PROFESSOR: """
        professor | professors | professorship | assistant professor | Professur | Professor:in | Professorin
        Juniorprofessur | Juniorprofessor*in | tenure-track | W2-Professur
        """,
    Role.RESEARCH_STAFF: """
        research-staff | research associate | research associates | research assistant | research scientist
        wissenschaftliche/r Mitarbeiter/in | wissenschaftliche*r Mitarbeiter*in | wissenschaftliche:r Mitarbeiter:in
        Wissenschaftlicher Mitarbeiter | wissenschaftliche Mitarbeiterin | wissenschaftliche Mitarbeiter:innen
        wissenschaftliche MitarbeiterInnen | Wissenschaftlicher Mitarbeiter (m/w/d) | Wiss. Mitarbeiter | WiMi
        akademische Mitarbeiterin
        """,
    Role.STUDENT_ASSISTANT: """
        student-assistant | student assistant | student assistants | student job | student jobs | working student
        HiWi | HiWis | Hiwi | HiWi-Job | HiWi-Jobs | HiWi-Stelle | Hiwistellen | studentische Hilfskraft
        studentische Hilfskräfte | studentische Hilfskraefte | studentische Hilfskrafte | Hilfskraft
        wissenschaftliche Hilfskraft | wiss. Hilfskraft | Hilfswissenschaftler:in | Werkstudent | Werkstudent:in | SHK
        studentische Mitarbeiter:innen | Tutor | Tutor:innen | Studentenjob | Studentenjobs
        """,
    Role.THESIS: """
        thesis | theses | Master thesis | Master's thesis | Master’s theses | masters thesis | Bachelor's thesis
        Masterarbeit | Masterarbeiten | Master-Arbeit | Bachelorarbeit | Bachelor-Arbeit | Abschlussarbeit
        Abschlussarbeiten
        """,
    Role.INTERNSHIP: """
        internship | internships | intern | interns | research internship | Praktikum | Praktika | Praktikumsstelle
        Praktikant | Praktikantin | Praktikant:innen | Praktikumsplatz
        """,
    Role.TECHNICIAN: """
        technician | lab technician | technical assistant | technical staff | technische Assistenz
        technische/r Assistent/in | technischer Assistent | Laborant:in | MTA | BTA | Techniker*in
        """,
    Role.ADMIN: """
        admin | administration | administrative assistant | secretary | secretaries | Sekretariat | Sekretärin
        Sekretär:in | Verwaltung | Verwaltungsstelle
        """,
    Role.OTHER: "other | Sonstige | Sonstiges",
}


def said_for(table):
    return [
        (role, phrase.strip())
        for role, text in table.items()
        for line in text.strip().splitlines()
        for phrase in line.split("|")
    ]


@pytest.mark.parametrize("role", SAID)
def test_a_role_is_known_by_what_people_call_it(role):
    phrases = [phrase for meant, phrase in said_for(SAID) if meant is role]
    assert {phrase: parse(phrase) for phrase in phrases} == dict.fromkeys(phrases, Query(frozenset({role})))


@pytest.mark.parametrize("role", Role)
def test_a_role_is_known_by_its_name_in_a_posting_file(role):
    assert parse(role) == Query(frozenset({role}))


@pytest.mark.parametrize("one", Role)
def test_roles_by_their_names_stand_side_by_side(one):
    for other in set(Role) - {one}:
        if (one, other) != (Role.PHD, Role.THESIS):  # a PhD thesis is what a PhD writes
            assert parse(f"{one} {other}") == Query(frozenset({one, other}))


@pytest.mark.parametrize(
    ("asked", "role"),
    [
        ("phd-studnet", Role.PHD),
        ("docotral", Role.PHD),
        ("doktorrand", Role.PHD),
        ("Dokrotand", Role.PHD),
        ("Doktorantin", Role.PHD),
        ("postodc", Role.POSTDOC),
        ("posdoc", Role.POSTDOC),
        ("postdocc", Role.POSTDOC),
        ("profesor", Role.PROFESSOR),
        ("internshp", Role.INTERNSHIP),
        ("Praktikumm", Role.INTERNSHIP),
        ("Masterarbiet", Role.THESIS),
        ("Hilfskrafft", Role.STUDENT_ASSISTANT),
        ("tecnician", Role.TECHNICIAN),
    ],
)
def test_a_slip_in_a_role_is_forgiven(asked, role):
    assert role in parse(asked).roles


@pytest.mark.parametrize("asked", ["postodc", "internshp"])
def test_a_word_that_stands_in_a_posting_is_no_slip(asked):
    assert parse(asked, known=lambda word: word == asked) == Query(terms=(asked,))


@pytest.mark.parametrize("asked", ["internet", "interest", "thermodynamics", "theory", "poster", "produce", "phi"])
def test_another_word_is_not_taken_for_a_slip(asked):
    assert parse(asked) == Query(terms=(asked,))


ASKED = [
    ("", "", ""),
    ("any open positions?", "", ""),
    ("What is open right now?", "", ""),
    ("which positions are open?", "", ""),
    ("Which jobs do you have?", "", ""),
    ("Was ist offen?", "", ""),
    ("Welche Stellen sind gerade frei?", "", ""),
    ("Habt ihr offene Stellen?", "", ""),
    ("Gibt es bei euch aktuell Stellenangebote?", "", ""),
    ("Hallo, ich suche eine Stelle", "", ""),
    ("any PhD positions?", "phd", ""),
    ("Are there PhD positions available in Tübingen?", "phd", "tubingen"),
    ("Do you have any openings for a research assistant?", "research-staff", ""),
    ("I am looking for a postdoc in robotics", "postdoc", "robotics"),
    ("Anything for a PhD?", "phd", ""),
    ("deadlines for postdocs", "postdoc", ""),
    ("Fristen für Doktoranden", "phd", ""),
    ("Gibt es offene Stellen für Doktorand:innen in Tübingen?", "phd", "tubingen"),
    ("Habt ihr gerade HiWi-Jobs?", "student-assistant", ""),
    ("Ich suche eine Masterarbeit zum Thema Robotik", "thesis", "robotik"),
    ("phd machine learning", "phd", "machine learning"),
    ("machine learning PhD", "phd", "machine learning"),
    ("machine PhD learning", "phd", "machine learning"),
    ("phd postdoc", "phd postdoc", ""),
    ("phd student-assistant", "phd student-assistant", ""),
    ("PhD, student assistant, thesis", "phd student-assistant thesis", ""),
    ("PhD student jobs", "phd", ""),
    ("doctoral student positions", "phd", ""),
    ("student-assistant phd owls", "student-assistant phd", "owls"),
    ("PhD/Postdoc", "phd postdoc", ""),
    ("PhD or postdoc in Rostock", "phd postdoc", "rostock"),
    ("Doktorand oder Postdoc, Rostock", "phd postdoc", "rostock"),
    ("student", "student-assistant thesis internship", ""),
    ("Studierende", "student-assistant thesis internship", ""),
    ("staff", "research-staff technician admin", ""),
    ("student assistant thesis", "student-assistant thesis", ""),
    ("C++", "", "c++"),
    ("R", "", "r"),
    ("Python/R", "", "python r"),
    ("robotics robotics ROBOTICS", "", "robotics"),
    ("Straße", "", "strasse"),
    ("Łódź Ørsted Ångström", "", "lodz orsted angstrom"),
    ("E13 TV-L", "", "e13 tv l"),
    ("日本 京都", "", "日本 京都"),
]


@pytest.mark.parametrize(("asked", "roles", "terms"), ASKED)
def test_a_question_is_read_as_roles_and_words_whatever_its_case_and_punctuation(asked, roles, terms):
    expected = Query(frozenset(Role(role) for role in roles.split()), tuple(terms.split()))
    assert parse(asked) == expected
    assert parse(asked.upper()) == expected
    assert parse(f"  ¿{asked}?! ") == expected


@pytest.mark.parametrize(
    ("asked", "scope"),
    [
        ("closed", Scope.CLOSED),
        ("past positions", Scope.CLOSED),
        ("abgelaufene Stellen", Scope.CLOSED),
        ("frühere", Scope.CLOSED),
        ("fruehere", Scope.CLOSED),
        ("all", Scope.ALL),
        ("ALLE", Scope.ALL),
        ("show me everything", Scope.ALL),
        ("open", Scope.OPEN),
    ],
)
def test_past_postings_are_asked_for_by_a_word(asked, scope):
    assert parse(asked) == Query(scope=scope)
    assert parse(f"phd {asked} owls") == Query(frozenset({Role.PHD}), ("owls",), scope)


# --- What a query finds

OWLS = posting(
    "phd-owls",
    title="Flight of owls & bats",
    role="phd",
    organization="Eberhard Karls Universität Tübingen",
    group="Neuroethology Lab",
    location="Tübingen, Germany",
    workplace=Workplace.HYBRID,
    tags=("machine learning", "C++", "computer-vision"),
    skills=("Python/R",),
    languages=("German",),
    degree=("M.Sc. in biology",),
    supervisors=("Dr. Ö. Example",),
    project=("NIGHTFLIGHT",),
    funder=("THEMIS",),
    call="spring-2027",
    pay="TV-L E13",
    summary="How do owls hunt?",
    description="We measure **echolocation**.\n\n- field work",
    contact=Contact(name="Office of the lab"),
)


@pytest.mark.parametrize(
    "asked",
    """owls | owl | bats | OWLS | tübingen | Tuebingen | Tubingen | tüb | Universität | Universitaet | universitat
    machine learning | learning machine | C++ | computer vision | vision | python | R | german | biology | example
    nightflight | themis | spring-2027 | spring | e13 | TV-L | hunt | echolocation | location field | hybrid
    office | phd-owls | phd owls | owls PhD in Tübingen | postdoc phd owls | Neuroethology | ethology
    """.replace("\n", "|").split("|"),
)
def test_a_posting_is_found_by(asked):
    assert matches(parse(asked.strip(), known=search_words(OWLS).__contains__), OWLS)


@pytest.mark.parametrize(
    "asked",
    ["postdoc", "postdoc owls", "owls Rostock", "C#", "wls", "ow l", "1", "mice", "tubingern", "E1", "zzz"],
)
def test_a_posting_is_not_found_by(asked):
    assert not matches(parse(asked), OWLS)


@pytest.mark.parametrize("written", ["Tübingen", "Tuebingen", "TÜBINGEN", "Tu\u0308bingen"])
@pytest.mark.parametrize("asked", ["Tübingen", "Tuebingen", "Tubingen", "tübingen", "TUEBINGEN", "Tu\u0308bingen"])
def test_umlauts_may_be_written_in_any_way_on_both_sides(written, asked):
    assert matches(parse(asked), posting(location=written))


def test_scope_and_slips_play_no_part_in_what_a_channel_hears_of():
    assert matches(parse("closed owls"), OWLS)
    assert not matches(parse("tubingn"), OWLS)


@pytest.mark.parametrize(
    ("term", "word", "found"),
    [
        ("owl", "owl", True),
        ("owl", "owls", True),
        ("ow", "owls", False),  # too short to begin a word with
        ("202", "2027", False),  # a number is itself
        ("2027", "2027", True),
        ("ethology", "neuroethology", True),
        ("logy", "neuroethology", False),  # too short to be inside one
    ],
)
def test_a_word_is_found_by_itself_or_its_beginning_or_a_long_part_of_it(term, word, found):
    assert word_matches(term, word) is found


@pytest.mark.parametrize(
    ("term", "meant"),
    [
        ("rostok", ["rostock"]),
        ("rsotock", ["rostock"]),
        ("tubingern", ["tubingen"]),
        ("echolokation", ["echolocation"]),
        ("bta", []),  # too short to hold a slip
        ("2028", []),  # nor does a number
        ("something", []),
    ],
)
def test_slips_are_forgiven_by_the_length_of_a_word(term, meant):
    assert list(similar(term, ["rostock", "tubingen", "echolocation", "bat", "2027"])) == meant


# --- Properties

SINGLE = "PhDs Doktorand:in Postdoc Professur WiMi HiWi-Stelle Masterarbeit Praktikum Techniker*in Sekretariat".split()
TERMS = ["owls", "robotics", "rostock", "tubingen", "c++", "vision"]
FILLERS = ["any", "open", "positions", "please", "gibt es", "Stellen", "für", "in", "(m/w/d)", "?"]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(SINGLE), max_size=3),
    st.lists(st.sampled_from(TERMS), max_size=3, unique=True),
    st.lists(st.sampled_from(FILLERS), max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_words_does_not_matter_and_neither_do_fillers(roles, terms, fillers, shuffler):
    said = [*roles, *terms, *fillers]
    shuffler.shuffle(said)
    query = parse(" , ".join(said))
    assert query.roles == frozenset().union(*(parse(role).roles for role in roles))
    assert sorted(query.terms) == sorted(terms)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(Role)), max_size=3), st.lists(st.sampled_from(TERMS), max_size=3))
def test_more_roles_widen_and_more_words_narrow(roles, terms):
    shelf = [
        posting(f"{role}-{term}", role=role, title=f"{term} {other}")
        for role in ("phd", "postdoc", "thesis")
        for term in ("owls", "robotics")
        for other in ("vision", "rostock")
    ]

    def found(query):
        return {one.id for one in shelf if matches(query, one)}

    for some in range(len(roles)):
        if some:
            assert found(Query(frozenset(roles[:some]))) <= found(Query(frozenset(roles[: some + 1])))
    for some in range(len(terms)):
        assert found(Query(terms=tuple(terms[: some + 1]))) <= found(Query(terms=tuple(terms[:some])))
    by_hand = {
        one.id
        for one in shelf
        if (not roles or set(roles) & set(one.roles)) and all(term in one.title for term in terms)
    }
    assert found(Query(frozenset(roles), tuple(terms))) == by_hand


HOSTILE = [
    "\0",
    "\0phd\0",
    "x" * 100_000,
    "phd " * 5_000,
    "🦉" * 5_000,
    "👩‍🔬 PhD 🏳️‍🌈",
    "\u202ephd\u202c דוקטורט",
    "مرحبا دكتوراه",
    "\ud800",  # half a surrogate pair, as broken clients send it
    "ß" * 1_000,
    "e" + "\u0301" * 5_000,
    "ﷺ" * 500,
    "/../../etc/passwd; DROP TABLE notices; --",
    "<script>alert(1)</script> {query} %s {0} %(x)s",
    ":*_/·in" * 1_000,
    "ph.d" * 1_000,
    "'s" * 1_000,
    "++##" * 1_000,
    "\r\n\t\v\f\u2028\u2029\x85",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_a_query_like_any_other(text):
    assert isinstance(matches(parse(text), OWLS), bool)
    assert isinstance(search_words(posting(title=text)), set)


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_can_be_asked_and_a_posting_is_found_by_its_own_words(text):
    query = parse(text)
    one = posting(title=text, role=" ".join(query.roles) or "phd")
    assert matches(query, one) or query.terms == () or query.without
    assert all(word == word.casefold() for word in words(text))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(role_phrases())), st.integers(0, 2**32))
def test_every_phrase_means_its_roles_in_any_case(phrase, seed):
    choice = random.Random(seed)
    said = "".join(letter.upper() if choice.random() < 0.5 else letter for letter in " ".join(phrase))
    assert parse(said) == Query(role_phrases()[phrase])
