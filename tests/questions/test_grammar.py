"""What is left out of a question, and which small words are looked for, in English and German."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.posting import Role
from bot.questions.grammar import MOST_TERMS, parse
from bot.questions.matching import matches
from bot.questions.query import Exclusion, Query, Scope
from tests.domain.build import posting

LEFT_OUT = [
    # A sign, of whatever kind, right before a word
    ("-phd", "", "", "phd"),
    ("!phd", "", "", "phd"),
    ("–phd", "", "", "phd"),
    ("−phd", "", "", "phd"),
    ("—phd", "", "", "phd"),
    ("¬phd", "", "", "phd"),
    ("postdoc -robotics", "postdoc", "", "robotics"),
    ("-robotics postdoc", "postdoc", "", "robotics"),
    ("owls -phd vision -Rostock", "", "owls vision", "phd|rostock"),
    ("(-phd) owls", "", "owls", "phd"),
    ("owls,-phd", "", "owls", "phd"),
    ("-Doktorandenstellen", "", "", "phd"),
    ("-PhD-Stellen", "", "", "phd"),
    ("-student-assistant thesis", "thesis", "", "student-assistant"),
    ("-research staff", "", "", "research-staff"),
    ('-"machine learning" phd', "phd", "", "machine learning"),
    ("-machine-learning phd", "phd", "", "machine learning"),
    ("-„maschinelles Lernen“", "", "", "maschinelles lernen"),
    ("-C++", "", "", "c++"),
    ("-IT phd", "phd", "", "it"),
    ("!!phd", "", "", "phd"),
    ("-\u200bphd", "", "", "phd"),
    ("\ufeff–phd owls", "", "owls", "phd"),
    ("phd\u00a0-robotics", "phd", "", "robotics"),
    # A word
    ("ni\u00adcht phd", "", "", "phd"),
    ("not phd", "", "", "phd"),
    ("NOT phd", "", "", "phd"),
    ("no PhD positions", "", "", "phd"),
    ("without phd", "", "", "phd"),
    ("w/o phd", "", "", "phd"),
    ("everything except PhD positions", "", "", "phd"),
    ("all but phd", "", "", "phd"),
    ("anything but a phd", "", "", "phd"),
    ("excluding internships", "", "", "internship"),
    ("other than phd", "", "", "phd"),
    ("I don't want a PhD", "", "", "phd"),
    ("I do not want to do a PhD", "", "", "phd"),
    ("ohne Promotion", "", "", "phd"),
    ("nicht Doktorand", "", "", "phd"),
    ("keine Doktorandenstellen", "", "", "phd"),
    ("kein PhD", "", "", "phd"),
    ("außer Praktika", "", "", "internship"),
    ("ausser Praktika", "", "", "internship"),
    ("alles außer Promotion", "", "", "phd"),
    ("postdoc ohne Deutsch", "postdoc", "", "deutsch"),
    ("no phd in Rostock", "", "rostock", "phd"),
    ("not in Rostock", "", "", "rostock"),
    ("phd not robotics vision", "phd", "vision", "robotics"),
    ("non-PhD staff owls", "research-staff technician admin", "owls", "phd"),
    # Brackets
    ("NOT (phd OR postdoc)", "", "", "phd|postdoc"),
    ("owls -(phd, robotics)", "", "owls", "phd|robotics"),
    ("not (machine learning) owls", "", "owls", "machine learning"),
    ("ohne [Robotik oder Vision]", "", "", "robotik|vision"),
    ("postdoc (not robotics) owls", "postdoc", "owls", "robotics"),
    # Languages
    ("no German skills required", "", "", "german"),
    ("phd without German language skills", "phd", "", "german"),
    ("ohne Deutschkenntnisse", "", "", "deutsch"),
    ("postdoc ohne gute Deutschkenntnisse", "postdoc", "", "deutsch"),
    # How far a word reaches
    ("no phd, no postdoc", "", "", "phd|postdoc"),
    ("neither phd nor postdoc", "", "", "phd|postdoc"),
    ("weder Deutsch noch Englisch", "", "", "deutsch|englisch"),
    ("without phd and postdoc", "", "", "phd|postdoc"),
    ("ohne Robotik und Vision", "", "", "robotik|vision"),
    ("not phd or postdoc", "", "", "phd|postdoc"),
    ("not phd and postdoc", "postdoc", "", "phd"),
    ("NOT phd AND robotics", "", "robotics", "phd"),
    ("no phd, postdoc", "postdoc", "", "phd"),
    ("not phd but postdoc", "postdoc", "", "phd"),
    ("kein PhD, sondern Postdoc", "postdoc", "", "phd"),
    ("postdoc, aber nicht in Rostock", "postdoc", "", "rostock"),
    ("phd without German", "phd", "", "german"),
    ("phd, German not required", "phd", "", "german"),
    ("phd, no German required", "phd", "", "german"),
    ("Deutsch nicht erforderlich", "", "", "deutsch"),
]


@pytest.mark.parametrize(("asked", "roles", "terms", "without"), LEFT_OUT)
def test_what_is_not_wanted_is_left_out(asked, roles, terms, without):
    parts = tuple(
        Exclusion(frozenset({Role(part)})) if part in set(Role) else Exclusion(terms=tuple(part.split()))
        for part in without.split("|")
    )
    assert parse(asked) == Query(frozenset(map(Role, roles.split())), tuple(terms.split()), without=parts)


@pytest.mark.parametrize(
    ("asked", "roles", "terms"),
    [
        ("student-assistant", "student-assistant", ""),
        ("X-ray", "", "ray"),
        ("non-linear dynamics", "", "non linear dynamics"),
        ("non linear", "", "non linear"),
        ("Nicht-EU", "", "nicht eu"),
        ("no-code", "", "no code"),
        ("Doktorand/-in", "phd", ""),
        ("PhD - robotics", "phd", "robotics"),
        ("PhD – robotics", "phd", "robotics"),
        ("- phd", "phd", ""),
        ("deep-learning phd", "phd", "deep learning"),
        ("No, I look for a postdoc", "postdoc", ""),
        ("not only phd but also postdoc", "phd postdoc", ""),
        ("nicht nur Promotion", "phd", ""),
        ("phd!", "phd", ""),
        ("knots and notes", "", "knots notes"),
        ("no positions?", "", ""),
        ("Gibt es keine Stellen?", "", ""),
        ("'phd'", "phd", ""),
        ("any phd positions? my CV is attached", "phd", ""),
        ("Postdoc in Rostock? Please find my resume attached.", "postdoc", "rostock"),
        ("Gibt es HiWi-Stellen? Mein Lebenslauf ist im Anhang", "student-assistant", ""),
        ("PhD in robotics, CV attached", "phd", "robotics"),
        ("PhD CV", "phd", "cv"),
        ('"machine learning" phd', "phd", "machine learning"),
    ],
)
def test_what_only_looks_like_a_negation_leaves_nothing_out(asked, roles, terms):
    assert parse(asked) == Query(frozenset(map(Role, roles.split())), tuple(terms.split()))


@pytest.mark.parametrize(
    ("asked", "scope"),
    [
        ("no longer open", Scope.CLOSED),
        ("nicht mehr offene Stellen", Scope.CLOSED),
        ("not open", Scope.CLOSED),
        ("not closed", Scope.OPEN),
        ("no open positions?", Scope.OPEN),
    ],
)
def test_what_is_past_may_be_asked_for_by_saying_that_it_is_not_open(asked, scope):
    assert parse(asked) == Query(scope=scope)


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("IT", "it"),
        ("US", "us"),
        ("AM", "am"),
        ("MAN", "man"),
        ("IT jobs", "it"),
        ("IT JOBS", "it"),
        ("positions in the US", "us"),
        ("POSITIONS IN THE US", "us"),
        ("Are there any IT positions?", "it"),
        ("jobs at MAN", "man"),
        ("Stellen in AT", "at"),
        ("it", ""),
        ("positions in the us", ""),  # unless it is the place of some posting
        ("man", ""),
        ("WHAT IS OPEN RIGHT NOW?", ""),
        ("IS IT OPEN?", ""),
        ("phd OR postdoc AND so on", ""),
    ],
)
def test_small_words_in_capitals_are_words(asked, terms):
    assert parse(asked).terms == tuple(terms.split())


def test_a_small_word_finds_what_is_written_in_capitals_or_is_a_name_and_nothing_else():
    query = parse("US")
    assert matches(query, posting(location="Boston, US"))
    assert matches(query, posting(title="A US project"))
    assert matches(query, posting(tags=("us",)))
    assert not matches(query, posting(description="Join us!"))
    assert not matches(parse("IT"), posting(description="We like it. Write to it-desk."))
    assert not matches(parse("MAN"), posting(title="Management of man-made lakes"))


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"location": "Berlin, Germany"}, True),
        ({"languages": ("German",)}, False),
        ({"languages": ("Deutsch (B2)",)}, False),
        ({"location": "Berlin, Deutschland", "funder": ("Deutsche Forschungsgemeinschaft",)}, True),
        ({"description": "Gute Deutschkenntnisse"}, None),
    ],
)
def test_without_a_language_is_not_without_its_country(asked, wanted):
    for text in ("without German", "ohne Deutsch"):
        if wanted is not None:
            assert matches(parse(text), posting(**asked)) is wanted, text
    assert not matches(parse("ohne Deutsch"), posting(description="Gute Deutschkenntnisse"))


WORDS = st.sampled_from(["owls", "robotics", "rostock", "vision", "phd", "postdoc", "HiWi"])
SHELF = [
    posting(f"{role}-{number}", role=role, title=title, location=place)
    for role in ("phd", "postdoc", "student-assistant", "phd postdoc")
    for number, (title, place) in enumerate([("Owls", "Rostock"), ("Robotics", "Berlin"), ("Vision of owls", None)])
    if " " not in role or number < 1
]
SHELF = [one for one in SHELF if one]


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from(["-{}", "!{}", "–{}", "not {}", "without {}", "ohne {}", "kein {}", "except {}"]))
def test_what_a_word_finds_is_what_it_leaves_out(word, negation):
    for one in SHELF:
        assert matches(parse(word), one) is not matches(parse(negation.format(word)), one)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=3, unique=True), st.lists(WORDS, min_size=1, max_size=3), st.randoms())
def test_negated_words_may_stand_anywhere(wanted, unwanted, shuffler):
    said = [*wanted, *(f"-{word}" for word in unwanted)]
    shuffler.shuffle(said)
    expected, found = parse(" ".join([*wanted, *(f"-{word}" for word in unwanted)])), parse(" ".join(said))
    assert (found.roles, set(found.terms), set(found.without)) == (
        expected.roles,
        set(expected.terms),
        set(expected.without),
    )


def test_no_more_words_are_looked_for_than_anybody_means():
    asked = [f"word{chr(97 + number)}" for number in range(MOST_TERMS + 3)]
    query = parse(f"phd {' '.join(asked)} -owls -thesis")
    assert query.terms == tuple(asked[:MOST_TERMS])
    assert query.left_out == (*asked[MOST_TERMS:], "owls")
    assert query.without == (Exclusion(frozenset({Role.THESIS})),)
    assert parse(" ".join(asked), most=None).left_out == ()
